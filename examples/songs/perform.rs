//! From a score to a Standard MIDI File, with the small unevenness of hands.

use std::collections::HashMap;
use std::num::NonZeroU16;

use portative::midi::smf::{Division, Format, Meta, Smf, Tempo, TextKind, Track, TrackEventKind};
use portative::midi::{
    Channel, ControlValue, Controller, Key, Message, OutOfRange, Program, Velocity,
};

use super::score::{Moved, Part, Score, ScoreError, Step};

/// Ticks of a quarter note.
const QUARTER: f64 = 480.0;
/// Ticks between the steps of a movement.
const GRAIN: f64 = 40.0;
/// Ticks that the notes of a strummed chord are apart.
const STRUM: u64 = 14;
/// Cents of the pitch wheel's range.
const BEND_RANGE: f64 = 200.0;

/// The score as a file of format 1: the tempo first, then a track for each part.
///
/// # Errors
///
/// [`ScoreError`] where a number is out of its range or a bar line out of place.
pub(crate) fn perform(score: &Score<'_>) -> Result<Smf, ScoreError> {
    let mut conductor = vec![
        event(0, 0, Meta::text(TextKind::TRACK_NAME, score.title)),
        event(0, 0, Meta::text(TextKind::COPYRIGHT, "CC0 1.0")),
        event(0, 1, tempo(score.tempo)),
    ];
    let mut tracks = Vec::new();
    for part in &score.parts {
        let mut player = Player::new(score, part);
        for (step, word) in &part.steps {
            player.step(step).map_err(|what| word.wrong(what))?;
        }
        conductor.append(&mut player.tempos);
        tracks.push(track(player.events));
    }
    tracks.insert(0, track(conductor));
    let division =
        Division::TicksPerQuarter(NonZeroU16::new(QUARTER as u16).unwrap_or(NonZeroU16::MIN));
    Ok(Smf { format: Format::Parallel, division, tracks, rmid: None, xf: None })
}

/// An event, its tick, and its turn among those of the same tick.
type Timed = (u64, u8, TrackEventKind);

fn event(tick: u64, turn: u8, kind: impl Into<TrackEventKind>) -> Timed {
    (tick, turn, kind.into())
}

fn track(mut events: Vec<Timed>) -> Track {
    events.sort_by_key(|(tick, turn, _)| (*tick, *turn));
    let mut track = Track::default();
    for (tick, _, kind) in events {
        track.push(tick, kind);
    }
    track
}

fn tempo(beats_per_minute: f64) -> Meta {
    let micros = (60_000_000.0 / beats_per_minute).round() as u32;
    Tempo::new(micros).map_or(Meta::SequenceNumber(None), Meta::Tempo)
}

/// The turns of events at one tick: what ends, what is set, what begins.
const OFF: u8 = 0;
const SET: u8 = 1;
const ON: u8 = 2;

/// Where a part has come to.
struct Player<'a> {
    part: &'a Part<'a>,
    channel: Channel,
    bar: f64,
    /// In ticks.
    now: f64,
    /// In ticks.
    length: f64,
    gate: f64,
    /// The last value of all that moves.
    values: HashMap<Moved, f64>,
    /// A velocity on its way: the tick and value it comes from, the tick and value it goes to.
    swell: Option<((f64, f64), (f64, f64))>,
    chance: u32,
    events: Vec<Timed>,
    tempos: Vec<Timed>,
}

impl<'a> Player<'a> {
    fn new(score: &Score<'_>, part: &'a Part<'a>) -> Self {
        let channel = Channel::from_status(part.setting("channel").unwrap_or(1).wrapping_sub(1));
        let mut player = Self {
            part,
            channel,
            bar: score.beats * QUARTER,
            now: 0.0,
            length: QUARTER,
            gate: 0.92,
            values: HashMap::from([
                (Moved::Velocity, 80.0),
                (Moved::Tempo, score.tempo),
                (Moved::Controller(11), 127.0),
            ]),
            swell: None,
            chance: part.name.bytes().fold(1, |seed, byte| seed * 31 % 65_521 + u32::from(byte)),
            events: vec![event(0, OFF, Meta::text(TextKind::TRACK_NAME, part.name))],
            tempos: Vec::new(),
        };
        player.settings();
        player
    }

    /// The settings of the part, as messages before the first note.
    fn settings(&mut self) {
        const CONTROLLERS: [(&str, Controller); 4] = [
            ("volume", Controller::VOLUME),
            ("pan", Controller::PAN),
            ("reverb", Controller::REVERB_SEND),
            ("chorus", Controller::CHORUS_SEND),
        ];
        let channel = self.channel;
        if let Some(program) = self.part.setting("program") {
            let message = Message::ProgramChange {
                channel,
                program: Program::from_data(program),
                bank: None,
            };
            self.events.push(event(0, SET, TrackEventKind::Message(message)));
        }
        for (name, controller) in CONTROLLERS {
            if let Some(value) = self.part.setting(name) {
                self.control(0.0, controller, value);
            }
        }
    }

    fn control(&mut self, tick: f64, controller: Controller, value: u8) {
        let (channel, value) = (self.channel, ControlValue::from_u7(value));
        let message = Message::ControlChange { channel, controller, value };
        self.events.push(event(tick as u64, SET, TrackEventKind::Message(message)));
    }

    fn step(&mut self, step: &Step<'_>) -> Result<(), &'static str> {
        const RANGE: fn(OutOfRange) -> &'static str = |_| "out of range";
        match step {
            Step::Beats(beats) => self.length = beats * QUARTER,
            Step::Gate(share) => self.gate = *share,
            Step::Rest => self.now += self.length,
            Step::Bar if ((self.now + 0.5) % self.bar) > 1.0 => return Err("no bar begins here"),
            Step::Bar => {}
            Step::Program(program) => {
                let program = Program::new(*program).map_err(RANGE)?;
                let message = Message::ProgramChange { channel: self.channel, program, bank: None };
                self.events.push(event(
                    self.now.round() as u64,
                    SET,
                    TrackEventKind::Message(message),
                ));
            }
            Step::Move { what, from, to, during } => {
                if let Some(from) = from {
                    self.movement(*what, *from, 0.0);
                }
                self.movement(*what, *to, during * QUARTER);
            }
            Step::Notes { keys, accent, strum } => {
                for (place, key) in keys.iter().enumerate() {
                    let key = u8::try_from(*key).map_err(|_| "out of range")?;
                    let late = if *strum { STRUM * place as u64 } else { 0 };
                    self.note(Key::new(key).map_err(RANGE)?, *accent, late);
                }
                self.now += self.length;
            }
            Step::Strokes { key, pattern } => {
                self.strokes(Key::new(*key).map_err(RANGE)?, pattern)?
            }
        }
        Ok(())
    }

    fn strokes(&mut self, key: Key, pattern: &str) -> Result<(), &'static str> {
        for stroke in pattern.chars() {
            match stroke {
                'x' => self.note(key, 0, 0),
                'X' => self.note(key, 18, 0),
                'o' => self.note(key, -26, 0),
                '.' => {}
                _ => return Err("expected strokes of x, X, o and ."),
            }
            self.now += self.length;
        }
        Ok(())
    }

    fn note(&mut self, key: Key, accent: i16, late: u64) {
        let channel = self.channel;
        let uneven = f64::from(self.hand(7)) - 3.0;
        let velocity =
            (self.velocity() + f64::from(accent) + uneven).round().clamp(1.0, 127.0) as u8;
        // Hands come a little late, never early, so that a song begins with its first note.
        let start = self.now.round() as u64 + late + u64::from(self.hand(4));
        let end = (start + (self.length * self.gate).round().max(10.0) as u64).max(start + 1);
        let on = Message::NoteOn { channel, key, velocity: Velocity::from_data(velocity) };
        let off = Message::NoteOff { channel, key, velocity: Velocity::from_data(64) };
        self.events.push(event(start, ON, TrackEventKind::Message(on)));
        self.events.push(event(end, OFF, TrackEventKind::Message(off)));
    }

    fn velocity(&self) -> f64 {
        match self.swell {
            Some(((from, low), (to, high))) if self.now < to => {
                low + (high - low) * (self.now - from) / (to - from)
            }
            _ => self.values.get(&Moved::Velocity).copied().unwrap_or(80.0),
        }
    }

    /// A number below `limit`, different each time and the same in each run.
    fn hand(&mut self, limit: u32) -> u32 {
        self.chance = (self.chance * 171 + 11_213) % 53_125;
        self.chance * limit / 53_125
    }

    fn movement(&mut self, what: Moved, to: f64, during: f64) {
        let from = if what == Moved::Velocity {
            self.velocity()
        } else {
            self.values.get(&what).copied().unwrap_or(0.0)
        };
        self.values.insert(what, to);
        if what == Moved::Velocity {
            self.swell = (during > 0.0).then_some(((self.now, from), (self.now + during, to)));
            return;
        }
        let steps = (during / GRAIN).round().max(1.0);
        let mut step = if during > 0.0 { 0.0 } else { 1.0 };
        let mut last = None;
        while step <= steps {
            let value = from + (to - from) * step / steps;
            let tick = if during > 0.0 { self.now + during * step / steps } else { self.now };
            if last != Some(value.round() as i32) {
                self.moved(tick.round(), what, value);
            }
            last = Some(value.round() as i32);
            step += 1.0;
        }
    }

    fn moved(&mut self, tick: f64, what: Moved, value: f64) {
        match what {
            Moved::Controller(controller) => {
                self.control(tick, Controller::from_data(controller), value.round() as u8);
            }
            Moved::Bend => {
                let wheel = (8192.0 + value / BEND_RANGE * 8191.0).round().clamp(0.0, 16383.0);
                let bend = ControlValue::from_u14(wheel as u16);
                let message = Message::PitchBend { channel: self.channel, bend };
                self.events.push(event(tick as u64, SET, TrackEventKind::Message(message)));
            }
            Moved::Tempo => self.tempos.push(event(tick as u64, SET, tempo(value))),
            // Velocities are not sent by themselves.
            Moved::Velocity => {}
        }
    }
}
