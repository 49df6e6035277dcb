//! The engine heard through its port, and what is read off the sound.
//!
//! Scores are those of [`stage`](crate::support::stage); what is measured is compared on a [`Sheet`], which
//! tells of every number that is off and not only of the first.

use std::f64::consts::TAU;
use std::fmt::Display;
use std::ops::Range;
use std::sync::Arc;

use portative::bank::Generator as G;
use portative::bank::sf2::record::ModulatorRecord;
use portative::bank::write::{Points, Sample, Zone};
use portative::engine::Effects;
use portative::engine::native::{Interpolation, Native};
use portative::port::{Params, RunningStats, SynthPort};
use portative::time::SampleTime;

use crate::support::bank::{Bytes, RATE, looping, named};
use crate::support::stage::{Take, parse};

/// How a score is played.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Player {
    pub(crate) rate: u32,
    pub(crate) voices: u32,
    pub(crate) block: usize,
    pub(crate) interpolation: Interpolation,
}

impl Default for Player {
    fn default() -> Self {
        Self { rate: RATE, voices: 64, block: 512, interpolation: Interpolation::Cubic }
    }
}

impl Player {
    /// What a port plays of a score in its first `frames` frames, and how it was afterwards.
    pub(crate) fn play(self, bank: &Bytes, score: &str, frames: usize) -> (Take, RunningStats) {
        let engine = Arc::new(Native::with_interpolation(self.interpolation));
        let params = Params {
            voices: Some(self.voices),
            audio_channels: Some(2),
            sample_rate: Some(self.rate),
            effects: Some(Effects::NONE),
            ..Params::default()
        };
        let port = SynthPort::open_with(engine, params).unwrap();
        assert!(port.params().unwrap().is_exact());
        port.download_bank(bank.clone()).unwrap();
        let mut input = port.event_input().unwrap();
        let mut renderer = port.activate().unwrap();
        let mut events = parse(score);
        events.sort_by_key(|(frame, _)| *frame);
        let mut events = events.into_iter().peekable();
        let mut take = Take { left: Vec::new(), right: Vec::new() };
        let mut out = vec![0.0; 2 * self.block];
        while take.left.len() < frames {
            let block = self.block.min(frames - take.left.len());
            let end = take.left.len() + block;
            while let Some((frame, event)) = events.next_if(|(frame, _)| *frame < end) {
                input.play_at(SampleTime(frame as u64), event).unwrap();
            }
            renderer.render_interleaved(&mut out[..2 * block]);
            take.left.extend(out[..2 * block].iter().step_by(2));
            take.right.extend(out[1..2 * block].iter().step_by(2));
        }
        let stats = port.stats().unwrap();
        assert_eq!((stats.late_events, stats.overflows, stats.faults), (0, 0, 0));
        (take, stats)
    }
}

/// What the usual player plays.
pub(crate) fn play(bank: &Bytes, score: &str, frames: usize) -> Take {
    Player::default().play(bank, score, frames).0
}

/// A looping zone that is at its level from the first frame and gone 16 ms after its release.
pub(crate) fn organ() -> Zone {
    organ_of(looping())
}

/// The zone with the volume envelope of an organ.
pub(crate) fn organ_of(zone: Zone) -> Zone {
    zone.set(G::DelayVolEnv, i16::MIN)
        .set(G::AttackVolEnv, i16::MIN)
        .set(G::HoldVolEnv, i16::MIN)
        .set(G::ReleaseVolEnv, -7200)
}

/// A sine of `hz` (a multiple of 10) at half of full scale, 24 bits, looped without a seam.
pub(crate) fn tone(hz: u32) -> Sample {
    let point = |i: u32| {
        let turns = f64::from(i * hz % RATE) / f64::from(RATE);
        (4_194_304.0 * (TAU * turns).sin()).round() as i32
    };
    named("tone", Points::Pcm24((0..9_700).map(point).collect())).looped(100, 9_700)
}

/// A modulator with everything.
pub(crate) const fn modulator_by(
    source: u16,
    destination: G,
    amount: i16,
    amount_source: u16,
    transform: u16,
) -> ModulatorRecord {
    ModulatorRecord { source, destination: destination as u16, amount, amount_source, transform }
}

/// Amplitude and angle of the part of `signal` at `hz`, through a Hann window.
fn projection(signal: &[f32], hz: f64, rate: f64) -> (f64, f64) {
    let len = signal.len() as f64;
    let (mut re, mut im) = (0.0, 0.0);
    for (i, &point) in signal.iter().enumerate() {
        let window = 1.0 - (TAU * (i as f64 + 0.5) / len).cos();
        let (sin, cos) = (TAU * hz * i as f64 / rate).sin_cos();
        re += f64::from(point) * window * cos;
        im -= f64::from(point) * window * sin;
    }
    ((re.hypot(im)) * 2.0 / len, im.atan2(re))
}

/// The amplitude of the part of `signal` at `hz`, in decibels of full scale.
pub(crate) fn tone_db(signal: &[f32], hz: f64, rate: u32) -> f64 {
    20.0 * projection(signal, hz, f64::from(rate)).0.log10()
}

/// How many cents the tone in `signal` lies above `hz`; exact up to some 40 Hz away.
pub(crate) fn cents_above(signal: &[f32], hz: f64, rate: u32) -> f64 {
    let rate = f64::from(rate);
    let mut found = hz;
    for hop in [64, 64, signal.len() / 4] {
        let len = signal.len() - hop;
        let [early, late] =
            [&signal[..len], &signal[hop..]].map(|part| projection(part, found, rate).1);
        let turns = (late - early) / TAU - found * hop as f64 / rate;
        found += (turns - turns.round()) * rate / hop as f64;
    }
    1200.0 * (found / hz).log2()
}

/// Everything but `hz` in `signal`, against it, in decibels: noise, distortion, images.
pub(crate) fn residue_db(signal: &[f32], hz: f64, rate: u32) -> f64 {
    // Least squares of a sine, a cosine and a constant.
    let rows = |i: usize| {
        let (sin, cos) = (TAU * hz * i as f64 / f64::from(rate)).sin_cos();
        [sin, cos, 1.0]
    };
    let mut normal = [[0.0; 4]; 3];
    for (i, &point) in signal.iter().enumerate() {
        let row = rows(i);
        for (line, a) in normal.iter_mut().zip(row) {
            for (cell, b) in line.iter_mut().zip(row.into_iter().chain([f64::from(point)])) {
                *cell += a * b;
            }
        }
    }
    for pivot in 0..3 {
        let row = normal[pivot];
        for (index, line) in normal.iter_mut().enumerate() {
            let factor = if index == pivot { 0.0 } else { line[pivot] / row[pivot] };
            line.iter_mut().zip(row).for_each(|(cell, value)| *cell -= factor * value);
        }
    }
    let weights: [f64; 3] = std::array::from_fn(|i| normal[i][3] / normal[i][i]);
    let (mut tone, mut rest) = (0.0, 0.0);
    for (i, &point) in signal.iter().enumerate() {
        let row = rows(i);
        let fit = row[0] * weights[0] + row[1] * weights[1];
        tone += fit * fit;
        rest += (f64::from(point) - fit - weights[2]).powi(2);
    }
    10.0 * (rest / tone).log10()
}

/// The mean pitch in cents between two frames of a bank that tells its position; 0 is as recorded.
pub(crate) fn cents_between(take: &Take, frames: Range<usize>) -> f64 {
    let points = take.position(frames.end) - take.position(frames.start);
    1200.0 * (points / frames.len() as f64).log2()
}

/// The level in decibels that velocity, volume and expression of `value` take away.
pub(crate) fn loss_db(value: f64) -> f64 {
    40.0 * (127.0 / value).log10()
}

/// Numbers beside what they should be; the test fails when the sheet is laid down, with all that are off.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    wrong: Vec<String>,
}

impl Sheet {
    /// Notes a number, which may be off by `tolerance`.
    pub(crate) fn near(&mut self, what: impl Display, got: f64, expected: f64, tolerance: f64) {
        let off = if got == expected { 0.0 } else { (got - expected).abs() };
        if off.is_nan() || off > tolerance {
            self.wrong.push(format!("{what}: {got:.4}, expected {expected:.4} ± {tolerance}"));
        }
    }

    /// Notes something that should hold.
    pub(crate) fn holds(&mut self, what: impl Display, holds: bool) {
        if !holds {
            self.wrong.push(what.to_string());
        }
    }
}

impl Drop for Sheet {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.wrong.is_empty(), "\n{}", self.wrong.join("\n"));
        }
    }
}
