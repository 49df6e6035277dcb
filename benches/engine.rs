//! What a voice costs: nanoseconds per voice-frame by vector width, voices, filter and speed of reading.
//!
//! `cargo bench --bench engine` prints a markdown table of medians, the cases taken in turns; with
//! `-- --test` each case runs once and nothing is timed.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]
#![allow(clippy::print_stdout, reason = "the table is what it is for")]

use std::sync::Arc;
use std::time::Instant;

use portative::bank::Generator as G;
use portative::bank::write::{Instrument, Points, Preset, Sample, SoundFont, Zone};
use portative::dsp::SimdLevel;
use portative::engine::native::Native;
use portative::engine::{
    BlockEvent, Download, Effects, Engine, Place, Settings, StereoBus, Synthesizer,
};
use portative::midi::{Channel, ChannelGroup, Event, Key, Message, Velocity};
use portative::riff::ByteSource;
use portative::time::SampleRate;

const RATE: u32 = 48_000;
/// Frames of a block.
const BLOCK: usize = 256;
/// The key at which the wave has its own pitch.
const ROOT: u8 = 60;
/// Voice-frames between two looks at the clock.
const WORK: usize = 1 << 21;
/// Looks at the clock for each case.
const ROUNDS: usize = 9;

const VOICES: [u32; 4] = [24, 64, 256, 1024];

/// What the voices of a case do.
struct Case {
    name: &'static str,
    filter: &'static [(G, i16)],
    /// Semitones above the wave's own pitch.
    semitones: i16,
}

const CLOSED: &[(G, i16)] = &[(G::InitialFilterFc, 9000), (G::InitialFilterQ, 30)];

const CASES: [Case; 6] = [
    Case { name: "filter active, ratio 1", filter: CLOSED, semitones: 0 },
    Case { name: "filter open, ratio 1", filter: &[], semitones: 0 },
    Case {
        name: "filter swept, ratio 1",
        filter: &[(G::InitialFilterFc, 9000), (G::ModLfoToFilterFc, 1200)],
        semitones: 0,
    },
    Case { name: "filter active, ratio 0.25", filter: CLOSED, semitones: -24 },
    Case { name: "filter active, ratio 1.5", filter: CLOSED, semitones: 7 },
    Case { name: "filter active, ratio 4", filter: CLOSED, semitones: 24 },
];

fn bank(case: &Case) -> Arc<dyn ByteSource> {
    let noise = (0..60_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 18) as i16);
    let sample = Sample { rate: RATE, ..Sample::new("noise", Points::Pcm16(noise.collect())) };
    let zone = Zone::new().set(G::SampleModes, 1).set(G::CoarseTune, case.semitones);
    let zone = case.filter.iter().fold(zone, |zone, &(what, amount)| zone.set(what, amount));
    let font = SoundFont {
        presets: vec![Preset::new("preset", 0, 0).zone(Zone::new().instrument(0))],
        instruments: vec![Instrument { name: "instrument".into(), zones: vec![zone.sample(0)] }],
        samples: vec![sample.looped(1000, 59_000)],
        ..SoundFont::default()
    };
    Arc::new(font.to_bytes().unwrap())
}

struct Bench {
    synthesizer: Box<dyn Synthesizer>,
    voices: u32,
    buffers: [[f32; BLOCK]; 2],
}

impl Bench {
    fn new(case: &Case, level: SimdLevel, voices: u32) -> Self {
        let engine = Native::default().with_level(level);
        let settings = Settings {
            sample_rate: SampleRate::new(RATE).unwrap(),
            voices,
            channel_groups: 16,
            effects: Effects::NONE,
        };
        let mut synthesizer = engine.create(&settings).unwrap();
        let download = Download::Bank(bank(case));
        let prepared = engine.prepare(&settings, &download).unwrap();
        assert!(synthesizer.install(Place(0), prepared.installation).is_none());
        let mut bench = Self { synthesizer, voices, buffers: [[0.0; BLOCK]; 2] };
        let channels = (0..16u8).flat_map(|group| (0..16u8).map(move |channel| (group, channel)));
        let channels: Vec<_> = channels.filter(|(_, channel)| *channel != 9).collect();
        for voice in 0..voices as usize {
            let (group, channel) = channels[voice % channels.len()];
            let message = Message::NoteOn {
                channel: Channel::new(channel).unwrap(),
                key: Key::new(ROOT - 2 + (voice / channels.len()) as u8).unwrap(),
                velocity: Velocity::new(100).unwrap(),
            };
            let event = Event::in_group(ChannelGroup(group), message);
            bench.render(&[BlockEvent { offset: 0, event }], 7);
        }
        bench.render(&[], BLOCK);
        assert_eq!(bench.synthesizer.status().voices, Some(voices));
        bench
    }

    fn render(&mut self, events: &[BlockEvent], frames: usize) {
        let [left, right] = self.buffers.each_mut().map(|side| &mut side[..frames]);
        self.synthesizer.render(events, &mut [StereoBus { left, right }]);
    }

    /// Nanoseconds per voice-frame.
    fn time(&mut self) -> f64 {
        let blocks = WORK / (self.voices as usize * BLOCK);
        let start = Instant::now();
        (0..blocks).for_each(|_| self.render(&[], BLOCK));
        start.elapsed().as_secs_f64() * 1e9 / (blocks * BLOCK * self.voices as usize) as f64
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let smoke = std::env::args().any(|arg| arg == "--test");
    let levels = SimdLevel::available();
    let names: Vec<_> = levels.iter().map(|level| level.name()).collect();
    println!("| ns per voice-frame | voices | {} |", names.join(" | "));
    println!("|---|---|{}", "---|".repeat(levels.len()));
    for case in &CASES {
        for voices in VOICES {
            let mut benches: Vec<_> =
                levels.iter().map(|&level| Bench::new(case, level, voices)).collect();
            if smoke {
                continue;
            }
            let mut times = vec![Vec::new(); benches.len()];
            for _ in 0..ROUNDS {
                for (bench, times) in benches.iter_mut().zip(&mut times) {
                    times.push(bench.time());
                }
            }
            let cells: Vec<_> =
                times.into_iter().map(|times| format!("{:.2}", median(times))).collect();
            println!("| {} | {voices} | {} |", case.name, cells.join(" | "));
        }
    }
}
