//! A synthesizer on a stage: a score goes in, what was heard comes out.
//!
//! A score is text: `frame what arguments`, separated by `;`. On a channel other than the first, `@` and its number
//! (from 1) come after the frame. `on 60 100`, `off 60`, `cc 7 64`, `bend 8192`, `press 64`, `poly 60 64`,
//! `prog 5`, `rpn 0 12` (number, coarse value), `sysex 7e 7f 09 01`,
//! `ump 40933c00 80000000` (words of Universal MIDI Packets, which name their channel themselves).

use std::sync::atomic::{AtomicUsize, Ordering};

use portative::engine::native::{Interpolation, Native};
use portative::engine::{
    BlockEvent, Download, Effects, Engine, MissingPreset, Place, Settings, Status, StereoBus,
    Synthesizer,
};
use portative::io::Threads;
use portative::midi::ump::{Packet, PacketReader};
use portative::midi::{
    Channel, ControlValue, Controller, Event, Key, Message, Program, SysExPacket, Velocity,
};
use portative::rt::Crew;
use portative::time::SampleRate;

use super::bank::{Bytes, RATE};

/// A synthesizer and where it is in its performance.
pub(crate) struct Stage {
    synthesizer: Box<dyn Synthesizer>,
    /// Frames of each block; the whole performance when none.
    pub(crate) block: Option<usize>,
    /// Who helps to render.
    pub(crate) crew: Option<Helpers>,
}

/// Threads that count how often there was something to share out.
pub(crate) struct Helpers {
    threads: Threads,
    pub(crate) shared: AtomicUsize,
}

impl Helpers {
    pub(crate) fn new(count: usize) -> Self {
        Self { threads: Threads::new(count), shared: AtomicUsize::new(0) }
    }
}

impl Crew for Helpers {
    fn hands(&self) -> usize {
        self.threads.hands()
    }

    fn share(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        self.shared.fetch_add(usize::from(parts > 1), Ordering::Relaxed);
        self.threads.share(parts, work);
    }
}

impl Stage {
    /// A stage with a bank and the usual settings.
    pub(crate) fn new(bank: &Bytes) -> Self {
        Self::with(bank, RATE, 64, Interpolation::Cubic)
    }

    /// A stage with a rate, a number of voices and an interpolation.
    pub(crate) fn with(bank: &Bytes, rate: u32, voices: u32, interpolation: Interpolation) -> Self {
        Self::with_effects(bank, (rate, voices), interpolation, Effects::NONE)
    }

    /// The same with effects.
    pub(crate) fn with_effects(
        bank: &Bytes,
        (rate, voices): (u32, u32),
        interpolation: Interpolation,
        effects: Effects,
    ) -> Self {
        Self::of(&Native::with_interpolation(interpolation), bank, (rate, voices), effects)
    }

    /// A synthesizer of this engine.
    pub(crate) fn of(
        engine: &Native,
        bank: &Bytes,
        (rate, voices): (u32, u32),
        effects: Effects,
    ) -> Self {
        let settings = Settings {
            sample_rate: SampleRate::new(rate).unwrap(),
            voices,
            channel_groups: 1,
            effects,
        };
        let mut synthesizer = engine.create(&settings).unwrap();
        let prepared = engine.prepare(&settings, &Download::Bank(bank.clone())).unwrap();
        assert!(synthesizer.install(Place(0), prepared.installation).is_none());
        Self { synthesizer, block: None, crew: None }
    }

    /// Plays a score and listens for `frames` frames.
    pub(crate) fn play(&mut self, score: &str, frames: usize) -> Take {
        let events = parse(score);
        let mut take = Take { left: vec![0.0; frames], right: vec![0.0; frames] };
        let block = self.block.unwrap_or(frames).max(1);
        for start in (0..frames).step_by(block) {
            let end = frames.min(start + block);
            self.render(&events, &mut take, start..end);
        }
        take
    }

    /// Renders the part `range` of a performance into its place of `take`.
    pub(crate) fn render(
        &mut self,
        events: &[(usize, Event)],
        take: &mut Take,
        range: std::ops::Range<usize>,
    ) {
        let due: Vec<BlockEvent> = events
            .iter()
            .filter(|(frame, _)| range.contains(frame))
            .map(|&(frame, event)| BlockEvent { offset: (frame - range.start) as u32, event })
            .collect();
        let left = &mut take.left[range.clone()];
        let right = &mut take.right[range];
        let bus = StereoBus { left, right };
        match &self.crew {
            None => self.synthesizer.render(&due, &mut [bus]),
            Some(crew) => self.synthesizer.render_with(crew, &due, &mut [bus]),
        }
    }

    /// The synthesizer itself.
    pub(crate) fn synthesizer(&mut self) -> &mut dyn Synthesizer {
        &mut *self.synthesizer
    }

    /// The next preset that a note asked for and that is not there.
    pub(crate) fn take_missing_preset(&mut self) -> Option<MissingPreset> {
        self.synthesizer.take_missing_preset()
    }

    /// What the synthesizer says of itself.
    pub(crate) fn status(&self) -> Status {
        self.synthesizer.status()
    }
}

/// What was heard.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Take {
    pub(crate) left: Vec<f32>,
    pub(crate) right: Vec<f32>,
}

impl Take {
    /// The level of one frame in decibels, both sides together.
    pub(crate) fn db(&self, frame: usize) -> f64 {
        let [left, right] = [self.left[frame], self.right[frame]].map(f64::from);
        10.0 * (left * left + right * right).log10()
    }

    /// The mean level of some frames in decibels, both sides together.
    pub(crate) fn rms_db(&self, frames: std::ops::Range<usize>) -> f64 {
        let count = frames.len() as f64;
        let power: f64 = frames
            .flat_map(|frame| [self.left[frame], self.right[frame]])
            .map(|point| f64::from(point).powi(2))
            .sum();
        10.0 * (power / count).log10()
    }

    /// The largest value of either side in some frames.
    pub(crate) fn peak(&self, frames: std::ops::Range<usize>) -> f32 {
        let sides = self.left[frames.clone()].iter().chain(&self.right[frames]);
        sides.fold(0.0, |peak, point| peak.max(point.abs()))
    }

    /// How much louder than before it is, in decibels.
    pub(crate) fn change_db(&self, before: usize, after: usize) -> f64 {
        self.db(after) - self.db(before)
    }

    /// The right side against the left one, in decibels.
    pub(crate) fn balance_db(&self, frame: usize) -> f64 {
        20.0 * f64::from(self.right[frame] / self.left[frame]).log10()
    }

    /// The position in a wave that tells it, where [`position_bank`](super::bank::position_bank) plays.
    pub(crate) fn position(&self, frame: usize) -> f64 {
        let told = f64::from(self.left[frame]) / f64::from(self.right[frame]);
        told * 0.5 * super::bank::STEPS_IN_FULL_SCALE
    }

    /// Data points per frame around a frame, from the same bank.
    pub(crate) fn speed(&self, frame: usize) -> f64 {
        (self.position(frame + 16) - self.position(frame - 16)) / 32.0
    }

    /// The pitch in cents around a frame, from the same bank; 0 is as recorded.
    pub(crate) fn cents(&self, frame: usize) -> f64 {
        1200.0 * self.speed(frame).log2()
    }

    /// The bits of both sides, for comparing renders that must be the same.
    pub(crate) fn bits(&self) -> Vec<u32> {
        self.left.iter().chain(&self.right).map(|point| point.to_bits()).collect()
    }
}

/// The events of a score, by frame.
pub(crate) fn parse(score: &str) -> Vec<(usize, Event)> {
    let lines = score.split(';').map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(events_of).collect()
}

fn events_of(line: &str) -> Vec<(usize, Event)> {
    let mut words = line.split_whitespace();
    let frame = words.next().unwrap().parse().unwrap();
    let mut what = words.next().unwrap();
    let mut channel = Channel::new(0).unwrap();
    if let Some(number) = what.strip_prefix('@') {
        channel = Channel::new(number.parse::<u8>().unwrap() - 1).unwrap();
        what = words.next().unwrap();
    }
    if what == "sysex" {
        let payload: Vec<u8> = words.map(|word| u8::from_str_radix(word, 16).unwrap()).collect();
        let packets = SysExPacket::split(&payload);
        return packets.map(|packet| (frame, Event::new(Message::SysEx(packet)))).collect();
    }
    if what == "ump" {
        let words = words.map(|word| u32::from_str_radix(word, 16).unwrap());
        let mut reader = PacketReader::new();
        let packets = words.filter_map(|word| reader.push(word));
        return packets
            .map(|packet| match packet {
                Packet::Event(event) => (frame, event),
                other => panic!("{other:?} is no event"),
            })
            .collect();
    }
    let numbers: Vec<u16> = words.map(|word| word.parse().unwrap()).collect();
    let messages = messages_of(what, channel, &numbers);
    messages.into_iter().map(|message| (frame, Event::new(message))).collect()
}

fn messages_of(what: &str, channel: Channel, numbers: &[u16]) -> Vec<Message> {
    let seven = |index: usize| u8::try_from(numbers[index]).unwrap();
    let key = || Key::new(seven(0)).unwrap();
    let velocity = |index: usize| Velocity::new(seven(index)).unwrap();
    let value = |index: usize| ControlValue::from_u7(seven(index));
    let control = |number: u8, value: u8| Message::ControlChange {
        channel,
        controller: Controller::new(number).unwrap(),
        value: ControlValue::from_u7(value),
    };
    vec![match what {
        "on" => Message::NoteOn { channel, key: key(), velocity: velocity(1) },
        "off" => Message::NoteOff { channel, key: key(), velocity: Velocity::new(64).unwrap() },
        "cc" => control(seven(0), seven(1)),
        "bend" => Message::PitchBend { channel, bend: ControlValue::from_u14(numbers[0]) },
        "press" => Message::ChannelPressure { channel, pressure: value(0) },
        "poly" => Message::PolyPressure { channel, key: key(), pressure: value(1) },
        "prog" => {
            let program = Program::new(seven(0)).unwrap();
            Message::ProgramChange { channel, program, bank: None }
        }
        "rpn" => {
            return vec![control(101, 0), control(100, seven(0)), control(6, seven(1))];
        }
        _ => panic!("`{what}` is no event"),
    }]
}
