//! The resonant low-pass filter, across sixteen voices.
//!
//! A trapezoidal state-variable filter in `f32`, not a direct-form biquad: at 19 Hz and 48 kHz the
//! latter is wrong by 48 dB in this precision. Its coefficient is recomputed with a true division in every frame
//! while the cutoff moves, so it is stable however fast that is.
//!
//! SPEC: SoundFont 2.04 §9.1.3 and Fig. 1: two poles, 12 dB per octave, the peak above the level at 0 Hz
//! given in centibels and the whole lowered by half of it.

use super::lanes::{CHUNK, LANES, Lanes};
use super::math::{exp2, tan};

/// The highest cutoff, as a part of the sample rate.
pub const MAX_CUTOFF_RATIO: f32 = 0.45;
/// The frequency of 0 absolute cents (key 0) in Hz.
const HZ_AT_ZERO_CENTS: f32 = 8.175_799;
/// log2(10) / 200: octaves of amplitude in a centibel.
const OCTAVES_PER_CENTIBEL: f32 = 0.016_609_64;
/// A resonance of 0 is the flattest response: 3.01 dB below a Q of 1.
const FLAT_Q_CB: f32 = 30.103;
/// State below this, where full scale is 32,768, is silence: 210 dB down, far above denormal numbers.
const SILENT_STATE: f32 = 1e-6;

/// What cutoff and resonance mean for the filter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FilterResponse {
    /// tan(pi * cutoff / sample rate).
    pub g: f32,
    /// Damping, the inverse of the linear resonance.
    pub k: f32,
}

impl FilterResponse {
    /// The response for a cutoff in absolute cents, a resonance in centibels and a rate in Hz.
    pub fn new(cutoff_cents: f32, q_cb: f32, rate_hz: f32) -> Self {
        let k = exp2((FLAT_Q_CB - q_cb) * OCTAVES_PER_CENTIBEL);
        Self { g: 0.0, k }.with_cutoff(cutoff_cents, rate_hz)
    }

    /// The same resonance at another cutoff.
    #[must_use]
    pub fn with_cutoff(self, cutoff_cents: f32, rate_hz: f32) -> Self {
        let ratio = exp2(cutoff_cents * (1.0 / 1200.0)) * (HZ_AT_ZERO_CENTS / rate_hz);
        let ratio = if ratio < MAX_CUTOFF_RATIO { ratio } else { MAX_CUTOFF_RATIO };
        Self { g: tan(ratio * std::f32::consts::PI), k: self.k }
    }

    /// The factor that lowers the whole by half of the resonance. Not part of the lanes: it belongs to the gains.
    pub fn level(q_cb: f32) -> f32 {
        exp2(q_cb * (-0.5 * OCTAVES_PER_CENTIBEL))
    }
}

/// The frames of a quantum in which a coefficient moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ramp {
    /// Where it begins.
    pub first: u32,
    /// Where it has arrived; after `first`.
    pub last: u32,
}

/// A coefficient of each lane: `from + slope * k`, with `k` the index in the quantum.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Coefficient {
    from: Lanes,
    slope: Lanes,
}

impl Coefficient {
    fn set(&mut self, lane: usize, from: f32, to: f32, ramp: Ramp) {
        let slope = (to - from) / (ramp.last - ramp.first).max(1) as f32;
        self.from[lane] = from - slope * ramp.first as f32;
        self.slope[lane] = slope;
    }

    fn hold(&mut self, lane: usize, value: f32) {
        self.from[lane] = value;
        self.slope[lane] = 0.0;
    }

    fn chunk(&self, chunk: usize) -> [[f32; CHUNK]; 2] {
        let part = |lanes: &Lanes| std::array::from_fn(|i| lanes[chunk * CHUNK + i]);
        [part(&self.from), part(&self.slope)]
    }
}

/// Sixteen filters side by side.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct FilterLanes {
    state1: Lanes,
    state2: Lanes,
    g: Coefficient,
    k: Coefficient,
    /// 0: what came in goes out; 1: the filter's output does.
    wet: Coefficient,
    /// Lanes that are filtered at all.
    active: u16,
    /// Lanes with a coefficient that moves.
    moving: u16,
}

impl FilterLanes {
    /// Lets the lane pass its signal unchanged.
    pub fn bypass(&mut self, lane: usize) {
        self.state1[lane] = 0.0;
        self.state2[lane] = 0.0;
        self.g.hold(lane, 0.0);
        self.k.hold(lane, 0.0);
        self.wet.hold(lane, 0.0);
        self.active &= !(1 << lane);
        self.moving &= !(1 << lane);
    }

    /// Starts the lane's filter from rest with a fixed response.
    pub fn start(&mut self, lane: usize, response: FilterResponse) {
        self.bypass(lane);
        self.hold(lane, response);
    }

    /// Keeps the lane's response where it is.
    pub fn hold(&mut self, lane: usize, response: FilterResponse) {
        self.g.hold(lane, response.g);
        self.k.hold(lane, response.k);
        self.wet.hold(lane, 1.0);
        self.active |= 1 << lane;
        self.moving &= !(1 << lane);
    }

    /// Moves the lane's response from one to another.
    pub fn glide(&mut self, lane: usize, from: FilterResponse, to: FilterResponse, ramp: Ramp) {
        self.g.set(lane, from.g, to.g, ramp);
        self.k.set(lane, from.k, to.k, ramp);
        self.wet.hold(lane, 1.0);
        self.active |= 1 << lane;
        self.moving |= 1 << lane;
    }

    /// Fades a lane that was bypassed over to its filter.
    pub fn fade_in(&mut self, lane: usize, response: FilterResponse, ramp: Ramp) {
        self.hold(lane, response);
        self.wet.set(lane, 0.0, 1.0, ramp);
        self.moving |= 1 << lane;
    }

    /// Whether the lane is filtered.
    pub const fn is_active(&self, lane: usize) -> bool {
        self.active & (1 << lane) != 0
    }

    /// Sets state that nobody can hear to zero, before it becomes denormal numbers. At grid points only.
    pub fn flush(&mut self) {
        for lane in 0..LANES {
            for state in [&mut self.state1, &mut self.state2] {
                if state[lane].abs() < SILENT_STATE {
                    state[lane] = 0.0;
                }
            }
        }
    }

    /// Filters `signal`, whose first frame is `first` in the quantum, in place.
    pub fn run(&mut self, signal: &mut [Lanes], first: u32) {
        for chunk in 0..LANES / CHUNK {
            let mask = ((1 << CHUNK) - 1) << (chunk * CHUNK);
            if self.moving & mask != 0 {
                self.run_moving(chunk, signal, first);
            } else if self.active & mask != 0 {
                self.run_still(chunk, signal);
            }
        }
    }

    fn run_moving(&mut self, chunk: usize, signal: &mut [Lanes], first: u32) {
        let [g, dg] = self.g.chunk(chunk);
        let [k, dk] = self.k.chunk(chunk);
        let [wet, dwet] = self.wet.chunk(chunk);
        let mut state = self.state(chunk);
        for (frame, x) in signal.iter_mut().enumerate() {
            let now = (first + frame as u32) as f32;
            for i in 0..CHUNK {
                let taps = coefficients(g[i] + dg[i] * now, k[i] + dk[i] * now);
                let wet = wet[i] + dwet[i] * now;
                let x = &mut x[chunk * CHUNK + i];
                [*x, state[0][i], state[1][i]] = tick(*x, taps, wet, state[0][i], state[1][i]);
            }
        }
        self.store(chunk, state);
    }

    fn run_still(&mut self, chunk: usize, signal: &mut [Lanes]) {
        let ([g, _], [k, _], [wet, _]) =
            (self.g.chunk(chunk), self.k.chunk(chunk), self.wet.chunk(chunk));
        let taps: [[f32; 3]; CHUNK] = std::array::from_fn(|i| coefficients(g[i], k[i]));
        let mut state = self.state(chunk);
        for x in signal.iter_mut() {
            for i in 0..CHUNK {
                let x = &mut x[chunk * CHUNK + i];
                [*x, state[0][i], state[1][i]] =
                    tick(*x, taps[i], wet[i], state[0][i], state[1][i]);
            }
        }
        self.store(chunk, state);
    }

    fn state(&self, chunk: usize) -> [[f32; CHUNK]; 2] {
        let part = |lanes: &Lanes| std::array::from_fn(|i| lanes[chunk * CHUNK + i]);
        [part(&self.state1), part(&self.state2)]
    }

    fn store(&mut self, chunk: usize, [first, second]: [[f32; CHUNK]; 2]) {
        let lanes = chunk * CHUNK..(chunk + 1) * CHUNK;
        self.state1[lanes.clone()].copy_from_slice(&first);
        self.state2[lanes].copy_from_slice(&second);
    }
}

/// The three factors of the trapezoidal filter.
#[inline]
fn coefficients(g: f32, k: f32) -> [f32; 3] {
    let a1 = 1.0 / (1.0 + g * (g + k));
    let a2 = g * a1;
    [a1, a2, g * a2]
}

/// One frame of one lane: what comes out, and the state after it.
#[inline]
fn tick(x: f32, [a1, a2, a3]: [f32; 3], wet: f32, state1: f32, state2: f32) -> [f32; 3] {
    let v3 = x - state2;
    let v1 = a1 * state1 + a2 * v3;
    let v2 = state2 + (a2 * state1 + a3 * v3);
    [x + (v2 - x) * wet, (v1 + v1) - state1, (v2 + v2) - state2]
}

#[cfg(test)]
mod tests;
