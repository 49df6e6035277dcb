//! Laws of songs as events on frames: exact times, and seeking that equals playing.

use std::collections::BTreeMap;

use proptest::prelude::*;

use portative::midi::smf::{Division, Format, Meta, Smf, SysExData, Tempo, Track, TrackEventKind};
use portative::midi::{Controller, Event, Message};
use portative::sequence::{Cursor, Sequence, Tick};
use portative::time::{SampleRate, SampleTime};

/// A fraction that is never rounded and never reduced further than it has to be.
#[derive(Clone, Copy)]
struct Seconds {
    numerator: u128,
    denominator: u128,
}

impl Seconds {
    fn new(numerator: u128, denominator: u128) -> Self {
        let divisor = gcd(numerator, denominator);
        Self { numerator: numerator / divisor, denominator: denominator / divisor }
    }

    fn plus(self, other: Self) -> Self {
        Self::new(
            self.numerator * other.denominator + other.numerator * self.denominator,
            self.denominator * other.denominator,
        )
    }

    fn frames(self, rate: u32) -> u64 {
        u64::try_from(self.numerator * u128::from(rate) / self.denominator).unwrap()
    }
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a.max(1) } else { gcd(b, a % b) }
}

/// The moment of `tick`, walked to from tempo to tempo.
fn walk(tempos: &[(u64, u32)], per_quarter: u16, tick: u64) -> Seconds {
    let mut now = Seconds::new(0, 1);
    let mut at = 0;
    let mut micros = 500_000;
    let quarter = |ticks: u64, micros: u32| {
        let units = u128::from(ticks) * u128::from(micros);
        Seconds::new(units, u128::from(per_quarter) * 1_000_000)
    };
    for (start, tempo) in tempos.iter().take_while(|(start, _)| *start <= tick) {
        now = now.plus(quarter(start - at, micros));
        (at, micros) = (*start, *tempo);
    }
    now.plus(quarter(tick - at, micros))
}

fn program(number: u64) -> Message {
    Message::from_midi1(0xC0, (number % 128) as u8, 0).unwrap()
}

proptest! {
    #[test]
    fn frames_are_the_exact_moments_rounded_down(
        mut tempos in prop::collection::vec((0..50_000_u64, 1..=0xFF_FFFF_u32), 0..12),
        ticks in prop::collection::vec(0..100_000_u64, 1..20),
        per_quarter in 1..0x8000_u16,
        rate in prop::sample::select(vec![1, 8_000, 44_100, 48_000, 96_000, 192_000, u32::MAX]),
    ) {
        tempos.sort_by_key(|(tick, _)| *tick);
        let mut conductor = Track::default();
        for (tick, micros) in &tempos {
            conductor.push(*tick, Meta::Tempo(Tempo::new(*micros).unwrap()));
        }
        let mut ticks = ticks;
        ticks.sort_unstable();
        let mut notes = Track::default();
        for tick in &ticks {
            notes.push(*tick, program(*tick));
        }
        let division = Division::from_word(per_quarter).unwrap();
        let tracks = vec![notes, conductor];
        let song = Smf { format: Format::Parallel, division, tracks, rmid: None, xf: None };
        let sample_rate = SampleRate::new(rate).unwrap();
        let sequence = Sequence::new(&song, sample_rate);
        for (timed, tick) in sequence.events().iter().zip(&ticks) {
            let exact = walk(&tempos, per_quarter, *tick);
            prop_assert_eq!(timed.time.0, exact.frames(rate), "tick {}", tick);
            let map = sequence.tempo_map();
            let seconds = map.seconds_at(Tick(*tick));
            let expected = exact.numerator as f64 / exact.denominator as f64;
            prop_assert!((seconds - expected).abs() <= expected * 1e-12);
            let back = map.tick_at(timed.time, sample_rate);
            prop_assert!(map.frame_at(back, sample_rate) <= timed.time);
            prop_assert!(map.frame_at(Tick(back.0 + 1), sample_rate) > timed.time);
        }
    }

    #[test]
    fn every_frame_lies_in_the_tick_that_it_is_said_to_lie_in(
        tempos in prop::collection::vec((0..500_u64, 1..=0xFF_FFFF_u32), 0..5),
        word in prop::sample::select(vec![1_u16, 96, 480, 0x7FFF, 0xE828, 0xE328, 0xE201]),
        frame in 0..10_000_000_u64,
    ) {
        let mut tempos = tempos;
        tempos.sort_by_key(|(tick, _)| *tick);
        let mut track = Track::default();
        for (tick, micros) in tempos {
            track.push(tick, Meta::Tempo(Tempo::new(micros).unwrap()));
        }
        let division = Division::from_word(word).unwrap();
        let song = Smf { format: Format::Single, division, tracks: vec![track], rmid: None, xf: None };
        let rate = SampleRate::new(44_100).unwrap();
        let map = portative::sequence::TempoMap::new(&song);
        let tick = map.tick_at(SampleTime(frame), rate);
        prop_assert!(map.frame_at(tick, rate).0 <= frame);
        prop_assert!(map.frame_at(Tick(tick.0 + 1), rate).0 > frame);
    }
}

#[test]
fn a_song_of_a_day_ends_on_its_exact_frame() {
    // A tempo that no rate divides, changed at every tick: rounding at each would add up.
    let mut track = Track::default();
    let ticks = 100_000;
    for tick in 0..ticks {
        track.push(tick, Meta::Tempo(Tempo::new(864_001).unwrap()));
    }
    track.push(ticks, program(1));
    let division = Division::from_word(1).unwrap();
    let song = Smf { format: Format::Single, division, tracks: vec![track], rmid: None, xf: None };
    let sequence = Sequence::new(&song, SampleRate::new(44_100).unwrap());
    assert_eq!(sequence.duration().0, 100_000 * 864_001 * 44_100 / 1_000_000);
}

/// The state of one channel of a receiver that follows MIDI 1.0 to the letter.
#[derive(Debug, Clone, PartialEq, Default)]
struct ChannelState {
    controllers: BTreeMap<u8, u8>,
    /// Controllers that act on the next note.
    next_note: BTreeMap<u8, u8>,
    program: (u8, Option<u8>, Option<u8>),
    bend: u16,
    pressure: u8,
    poly_pressure: BTreeMap<u8, u8>,
    /// Selected parameter: registered or not, and its numbers.
    selected: Option<(bool, u8, u8)>,
    parameters: BTreeMap<(bool, u8, u8), (u8, u8)>,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Receiver {
    channels: BTreeMap<u8, ChannelState>,
    sysex: Vec<u8>,
}

impl Receiver {
    fn receive(&mut self, event: Event) {
        let bytes = event.message.to_midi1();
        if bytes[0] == 0xFF {
            *self = Self::default();
        } else if let Message::SysEx(_) = event.message {
            self.sysex.extend_from_slice(&bytes);
            if self.sysex.ends_with(&[0x7E, 0x7F, 9, 1, 0xF7]) {
                // General MIDI on: everything is as after power-on.
                self.channels.clear();
            }
        } else {
            let channel = self.channels.entry(bytes[0] & 0xF).or_default();
            channel.receive(bytes[0] & 0xF0, bytes[1], *bytes.last().unwrap());
        }
    }

    /// What is left when states that are as after power-on are taken out.
    fn settled(mut self) -> Self {
        self.channels.retain(|_, channel| *channel != ChannelState::default());
        self
    }
}

impl ChannelState {
    fn receive(&mut self, kind: u8, first: u8, second: u8) {
        match kind {
            0x90 => self.next_note.clear(),
            0xA0 => drop(self.poly_pressure.insert(first, second)),
            0xB0 => self.control(first, second),
            0xC0 => {
                let bank = |number| self.controllers.get(&number).copied();
                self.program = (first, bank(0), bank(32));
            }
            0xD0 => self.pressure = first,
            0xE0 => self.bend = u16::from(first) | u16::from(second) << 7,
            _ => {}
        }
    }

    fn control(&mut self, number: u8, value: u8) {
        match number {
            84 | 88 => drop(self.next_note.insert(number, value)),
            98..=101 => {
                let registered = number >= 100;
                let (was, msb, lsb) = self.selected.unwrap_or((registered, 127, 127));
                let (msb, lsb) = if was == registered { (msb, lsb) } else { (127, 127) };
                let fine = number.is_multiple_of(2);
                self.selected =
                    Some(if fine { (registered, msb, value) } else { (registered, value, lsb) });
            }
            6 | 38 | 96 | 97 => {
                let Some(selected) = self.selected else { return };
                let (msb, lsb) = self.parameters.entry(selected).or_default();
                match number {
                    6 => (*msb, *lsb) = (value, 0),
                    38 => *lsb = value,
                    96 => *msb = (*msb + 1).min(127),
                    _ => *msb = msb.saturating_sub(1),
                }
            }
            121 => {
                for number in [1, 11, 64] {
                    self.controllers.remove(&number);
                }
                (self.bend, self.pressure, self.selected) = (0, 0, None);
                self.poly_pressure.clear();
            }
            120 | 123 => {}
            0..=31 => {
                self.controllers.insert(number, value);
                if number != 0 {
                    self.controllers.remove(&(number + 32));
                }
            }
            _ => drop(self.controllers.insert(number, value)),
        }
    }
}

fn controller() -> impl Strategy<Value = u8> {
    prop::sample::select(vec![
        0, 1, 6, 7, 11, 32, 33, 38, 39, 64, 84, 88, 96, 97, 98, 99, 100, 101, 120, 121, 123, 126,
    ])
}

/// Events on two channels that get in each other's way as often as possible.
fn event() -> impl Strategy<Value = TrackEventKind> {
    let small = || 1..4_u8;
    let message = |kind: u8, channel: u8, first: u8, second: u8| -> TrackEventKind {
        Message::from_midi1(kind | channel, first, second).unwrap().into()
    };
    prop_oneof![
        6 => (0..2_u8, controller(), small()).prop_map(move |(c, n, v)| message(0xB0, c, n, v)),
        1 => (0..2_u8, small(), small()).prop_map(move |(c, k, v)| message(0x90, c, k, v)),
        1 => (0..2_u8, small(), small()).prop_map(move |(c, k, v)| message(0xA0, c, k, v)),
        1 => (0..2_u8, small()).prop_map(move |(c, p)| message(0xC0, c, p, 0)),
        1 => (0..2_u8, small()).prop_map(move |(c, p)| message(0xD0, c, p, 0)),
        1 => (0..2_u8, small(), small()).prop_map(move |(c, a, b)| message(0xE0, c, a, b)),
        1 => prop::sample::select(vec![&[0x7E, 0x7F, 9, 1][..], &[0x41, 1, 2, 3, 4, 5, 6, 7, 8]])
            .prop_map(|bytes| SysExData::whole(bytes).into()),
    ]
}

proptest! {
    #[test]
    fn seeking_leaves_a_receiver_as_playing_would(
        events in prop::collection::vec((0..3_u64, event()), 0..80),
        at in 0..200_u64,
        dirt in prop::collection::vec(event(), 0..5),
    ) {
        let mut track = Track::default();
        let mut tick = 0;
        for (delta, kind) in events {
            tick += delta;
            track.push(tick, kind);
        }
        let division = Division::from_word(500).unwrap();
        let song = Smf { format: Format::Single, division, tracks: vec![track], rmid: None, xf: None };
        // One frame per tick.
        let sequence = Sequence::new(&song, SampleRate::new(1_000).unwrap());
        let mut played = Receiver::default();
        let mut playing = Cursor::new(&sequence);
        while let Some(timed) = playing.next_before(SampleTime(at)) {
            played.receive(timed.event);
        }
        let mut sought = Receiver::default();
        for kind in dirt {
            let TrackEventKind::Message(message) = kind else { continue };
            sought.receive(Event::new(message));
        }
        let mut seeking = Cursor::new(&sequence);
        for event in seeking.seek(SampleTime(at)) {
            let is_note = matches!(event.message, Message::NoteOn { .. } | Message::NoteOff { .. });
            prop_assert!(!is_note, "{:?}", event);
            sought.receive(event);
        }
        prop_assert_eq!(sought.settled(), played.settled());
        prop_assert_eq!(seeking.peek(), playing.peek());
    }
}

#[test]
fn seeking_back_to_the_begin_only_resets() {
    let mut track = Track::default();
    let volume = Message::ControlChange {
        channel: portative::midi::Channel::default(),
        controller: Controller::VOLUME,
        value: portative::midi::ControlValue::MAX,
    };
    track.push(0, volume);
    let division = Division::from_word(96).unwrap();
    let song = Smf { format: Format::Single, division, tracks: vec![track], rmid: None, xf: None };
    let mut cursor = Cursor::new(Sequence::new(&song, SampleRate::new(48_000).unwrap()));
    while cursor.next_before(SampleTime(1)).is_some() {}
    assert_eq!(cursor.seek(SampleTime::ZERO), [Event::new(Message::SystemReset)]);
    assert_eq!(cursor.peek().map(|timed| timed.event.message), Some(volume));
}

#[test]
fn stems_are_the_channels_and_the_tracks_in_which_notes_begin() {
    use portative::midi::Message;
    use portative::sequence::{Sequence, StemKind};
    let bytes = std::fs::read("examples/songs/first-light.mid").unwrap();
    let smf = Smf::read(&bytes).unwrap().smf;
    let song = Sequence::new(&smf, SampleRate::new(48_000).unwrap());
    for (kind, count) in [(StemKind::Channel, 1), (StemKind::Track, 2)] {
        let stems = song.stems(kind);
        assert_eq!(stems.len(), count, "{kind:?}");
        let audible = |song: &Sequence| -> usize {
            let notes = song.events().iter().map(|timed| timed.event);
            let notes = notes.filter(|event| matches!(event.message, Message::NoteOn { .. }));
            notes.filter(|event| event.is_audible).count()
        };
        let parts: usize = stems.iter().map(|stem| audible(&song.with_stem(kind, *stem))).sum();
        assert_eq!(parts, audible(&song), "{kind:?}: each note in one stem");
    }
}
