//! An engine whose every frame is known: a sine for each key that is down, from its crest on.
//!
//! A note begins with its loudest frame and ends with silence at once, so that onsets are exact.

use std::f64::consts::TAU;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use portative::engine::{
    BlockEvent, Capabilities, Effects, Settings, Status, StereoBus, Synthesizer,
};
use portative::format::AudioFormat;
use portative::io::BUILT_IN_BANK;
use portative::midi::{Channel, Controller, Event, Key, Message, TimedEvent, Velocity};
use portative::port::{Params, SynthPort};
use portative::time::SampleTime;

use super::allocator;
use super::bare::{Bare, Maker};

#[derive(Debug, Default)]
struct Organ {
    /// Whether the thread that renders is to be watched for allocations.
    is_watched: bool,
    /// While this is set, rendering does not come to an end.
    hangs: Arc<AtomicBool>,
}

/// The frequency of a key in equal temperament.
pub(crate) fn frequency(key: u8) -> f64 {
    440.0 * ((f64::from(key) - 69.0) / 12.0).exp2()
}

/// An open port that plays the organ in `format`.
pub(crate) fn port(format: AudioFormat) -> SynthPort {
    SynthPort::open_with(Arc::new(Bare(Organ::default())), params(format)).unwrap()
}

/// As [`port`]; what the thread that renders allocates is counted.
pub(crate) fn watched_port(format: AudioFormat) -> SynthPort {
    SynthPort::open_with(
        Arc::new(Bare(Organ { is_watched: true, ..Organ::default() })),
        params(format),
    )
    .unwrap()
}

/// As [`port`]; rendering hangs while the second part is set.
pub(crate) fn hanging_port(format: AudioFormat) -> (SynthPort, Arc<AtomicBool>) {
    let hangs = Arc::default();
    let organ = Organ { hangs: Arc::clone(&hangs), ..Organ::default() };
    (SynthPort::open_with(Arc::new(Bare(organ)), params(format)).unwrap(), hangs)
}

/// An open port that plays the program's own bank in `format`.
pub(crate) fn bank_port(format: AudioFormat) -> SynthPort {
    let port = SynthPort::open(params(format)).unwrap();
    port.download_bank(Arc::new(BUILT_IN_BANK)).unwrap();
    port
}

fn params(format: AudioFormat) -> Params {
    Params {
        sample_rate: Some(format.sample_rate.hz()),
        audio_channels: Some(format.audio_channels),
        ..Params::default()
    }
}

/// A few seconds of chords and runs, on odd frames.
pub(crate) fn song() -> Vec<TimedEvent> {
    let mut events = Vec::new();
    for step in 0..60_u64 {
        let key = Key::from_data(48 + (step * 7 % 36) as u8);
        let channel = Channel::from_status(0);
        let begin = 1_000 + step * 1_777;
        let velocity = Velocity::from_data(40 + (step % 80) as u8);
        let on = Message::NoteOn { channel, key, velocity };
        let off = Message::NoteOff { channel, key, velocity };
        events.push((begin, on));
        events.push((begin + 3_001 + step * 13, off));
    }
    events.sort_by_key(|(time, _)| *time);
    let timed = |(time, message)| TimedEvent { time: SampleTime(time), event: Event::new(message) };
    events.into_iter().map(timed).collect()
}

/// Queues `events` on `port`.
pub(crate) fn play(port: &SynthPort, events: &[TimedEvent]) {
    let mut input = port.event_input().unwrap();
    for TimedEvent { time, event } in events {
        input.play_at(*time, *event).unwrap();
    }
}

/// What `port` gives for `events` without a device.
pub(crate) fn offline(port: &SynthPort, events: &[TimedEvent], frames: usize) -> Vec<[f32; 2]> {
    let mut renderer = port.activate().unwrap();
    play(port, events);
    let mut out = vec![0.0; frames * 2];
    out.chunks_mut(2 * 300).for_each(|block| renderer.render_interleaved(block));
    out.as_chunks::<2>().0.to_vec()
}

impl Maker for Organ {
    const NAME: &'static str = "organ";
    const CAPABILITIES: Capabilities = Capabilities {
        voices: 128..=128,
        default_voices: 128,
        channel_groups: 1..=1,
        sample_rate: 8_000..=192_000,
        effects: Effects::NONE,
    };
    type Made = Pipes;

    fn make(&self, settings: &Settings) -> Pipes {
        Pipes {
            rate: f64::from(settings.sample_rate.hz()),
            frame: 0,
            down: [None; 128],
            is_watched: self.is_watched,
            hangs: Arc::clone(&self.hangs),
        }
    }
}

struct Pipes {
    rate: f64,
    frame: u64,
    /// For each key that is down: since which frame, and how loud.
    down: [Option<(u64, f64)>; 128],
    is_watched: bool,
    hangs: Arc<AtomicBool>,
}

impl Pipes {
    fn follow(&mut self, message: Message) {
        match message {
            Message::NoteOn { key, velocity, .. } => {
                let gain = f64::from(velocity.to_u16()) / 65_535.0 / 16.0;
                self.down[usize::from(key.get())] = Some((self.frame, gain));
            }
            Message::NoteOff { key, .. } => self.down[usize::from(key.get())] = None,
            Message::ControlChange { controller: Controller::ALL_SOUND_OFF, .. } => {
                self.down = [None; 128];
            }
            _ => {}
        }
    }

    fn next(&mut self) -> f32 {
        let sound = |(key, down): (usize, &Option<(u64, f64)>)| {
            let (since, gain) = (*down)?;
            let turns = (self.frame - since) as f64 * frequency(key as u8) / self.rate;
            Some((turns * TAU).cos() * gain)
        };
        let sum: f64 = self.down.iter().enumerate().filter_map(sound).sum();
        self.frame += 1;
        sum as f32
    }
}

impl Synthesizer for Pipes {
    fn render(&mut self, events: &[BlockEvent], buses: &mut [StereoBus<'_>]) {
        if self.is_watched {
            allocator::watch();
        }
        while self.hangs.load(Ordering::Relaxed) {
            sleep(Duration::from_millis(1));
        }
        let Some(StereoBus { left, right }) = buses.first_mut() else { return };
        let mut events = events.iter().peekable();
        for (index, (left, right)) in left.iter_mut().zip(right.iter_mut()).enumerate() {
            while let Some(event) = events.next_if(|event| event.offset as usize <= index) {
                self.follow(event.event.message);
            }
            *left = self.next();
            // Another value on the right: exchanged channels would be seen.
            *right = *left * 0.5;
        }
    }

    fn status(&self) -> Status {
        Status::default()
    }
}
