//! From what is asked for to delays and factors.

use super::parameters::{ReverbKind, ReverbParameters, Room};
use super::{DIFFUSERS, LINES, SIDES};
use crate::dsp::effect::{OPEN, TAIL_OCTAVES, follow, follow_or_open};
use crate::dsp::{Lanes, clamp, exp2_f64, log2};

/// log2(1000): octaves of amplitude in 60 dB.
const OCTAVES_IN_60_DB: f64 = 3.0 * std::f64::consts::LOG2_10;
/// Makes the Hadamard matrix of sixteen lines keep energy.
const HADAMARD: f64 = 0.25;
/// The diffusers of each side at their largest, in seconds.
const DIFFUSER_SECONDS: [[f64; DIFFUSERS]; SIDES] =
    [[0.002_11, 0.003_67, 0.006_41, 0.009_89], [0.002_39, 0.003_41, 0.006_83, 0.009_31]];
/// How long the diffusers and the first way round hold a sound, in seconds.
const FIRST_WAY_SECONDS: f64 = 0.15;
/// How far each line lies from an even spread over the ways, as a part of the distance to the next.
const UNEVENNESS: [f64; LINES] = [
    0.0, 0.21, -0.17, 0.29, 0.05, -0.24, 0.18, -0.11, 0.26, -0.07, -0.28, 0.14, 0.23, -0.19, 0.09,
    0.0,
];
/// The order in which lines of growing length go to the sides, so that neither is longer.
const SEATS: [usize; LINES] = [0, 8, 9, 1, 2, 10, 11, 3, 4, 12, 13, 5, 6, 14, 15, 7];
/// The factor of a return of level 1. Full sends then return 2 to 4 dB more energy than they bring.
const RETURN: f64 = 0.5;

/// The delays of one kind at one sample rate, in frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Delays {
    pub(super) lines: [u32; LINES],
    pub(super) diffusers: [[u32; DIFFUSERS]; SIDES],
}

impl Delays {
    pub(super) fn new(room: &Room, rate: f64) -> Self {
        let mut lines = [0; LINES];
        let [shortest, longest] = room.ways;
        let octaves = log2(longest / shortest);
        for (place, seat) in SEATS.into_iter().enumerate() {
            let part = (place as f64 + UNEVENNESS[place]) / (LINES - 1) as f64;
            lines[seat] = prime(shortest * exp2_f64(octaves * part) * rate);
        }
        let diffusers =
            DIFFUSER_SECONDS.map(|side| side.map(|seconds| prime(seconds * room.diffusion * rate)));
        Self { lines, diffusers }
    }

    /// The shortest of all.
    pub(super) fn shortest(&self) -> u32 {
        let all = self.lines.iter().chain(self.diffusers.iter().flatten());
        all.copied().fold(u32::MAX, u32::min)
    }
}

/// The first prime from `frames` on, so that no two lines meet again soon.
fn prime(frames: f64) -> u32 {
    let is_prime = |n: &u32| (2..).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
    let first = if frames > 7.0 { frames as u32 } else { 7 };
    (first..).find(is_prime).unwrap_or(first)
}

/// The factors of a reverb: what ramps from one set of parameters to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Factors {
    /// What is left of high frequencies after each line.
    pub(super) high: Lanes,
    /// What is left of low frequencies beyond that.
    pub(super) low: Lanes,
    /// How fast the filters between both follow.
    pub(super) follow: f32,
    /// What they keep after one, two, four and eight frames.
    pub(super) poles: [f32; 4],
    /// How fast the filter before the reverb follows.
    pub(super) low_pass: f32,
    /// The factor of the lines' sum.
    pub(super) late: f32,
    /// The factor of the diffused input.
    pub(super) early: f32,
}

impl Factors {
    pub(super) fn new(parameters: &ReverbParameters, delays: &Delays, rate: f64) -> Self {
        let room = parameters.kind.room();
        let low_octaves = OCTAVES_IN_60_DB / (f64::from(parameters.seconds) * rate);
        let high_octaves = low_octaves / f64::from(room.high);
        let (mut high, mut low) = (Lanes::ZERO, Lanes::ZERO);
        let mut power = 0.0;
        for (line, delay) in delays.lines.iter().enumerate() {
            let left = |octaves: f64| exp2_f64(-octaves * f64::from(*delay));
            let (at_low, at_high) = (left(low_octaves), left(high_octaves));
            high[line] = (at_high * HADAMARD) as f32;
            low[line] = ((at_low - at_high) * HADAMARD) as f32;
            power += at_low * at_low / LINES as f64;
        }
        let keeps = |frames: f64| {
            let turns = f64::from(room.crossover) / rate * frames;
            exp2_f64(-std::f64::consts::TAU * std::f64::consts::LOG2_E * turns) as f32
        };
        let level = f64::from(parameters.level) * RETURN;
        let early = level * f64::from(room.early);
        Self {
            high,
            low,
            follow: follow(room.crossover, rate),
            poles: [1.0, 2.0, 4.0, 8.0].map(keeps),
            low_pass: follow_or_open(parameters.low_pass, rate),
            // What goes round again and again adds up to 1 / (1 - power).
            late: (level * (1.0 - power).sqrt()) as f32,
            early: early as f32,
        }
    }
}

/// The parameters held to what they may be.
pub(super) fn held(parameters: ReverbParameters) -> ReverbParameters {
    ReverbParameters {
        kind: parameters.kind,
        seconds: clamp(parameters.seconds, 0.1, 20.0),
        pre_delay: clamp(parameters.pre_delay, 0.0, 0.2),
        low_pass: clamp(parameters.low_pass, 20.0, OPEN),
        level: clamp(parameters.level, 0.0, 2.0),
    }
}

/// Frames after which nothing is heard any more of what went in.
pub(super) fn tail_frames(parameters: &ReverbParameters, rate: f64) -> u64 {
    let tail = f64::from(parameters.seconds) * TAIL_OCTAVES / OCTAVES_IN_60_DB;
    let seconds = tail + f64::from(parameters.pre_delay) + FIRST_WAY_SECONDS;
    (seconds * rate) as u64
}

/// The delays of every kind.
pub(super) fn all_delays(rate: f64) -> [Delays; 6] {
    ReverbKind::ALL.map(|kind| Delays::new(kind.room(), rate))
}
