//! The resonant low-pass filter, across sixteen voices.
//!
//! A trapezoidal state-variable filter in `f32`, not a direct-form biquad: at 19 Hz and 48 kHz the
//! latter is wrong by 48 dB in this precision. Its coefficient is recomputed with a true division in every frame
//! while the cutoff moves, so it is stable however fast that is.
//!
//! SPEC: SoundFont 2.04 §9.1.3 and Fig. 1: two poles, 12 dB per octave, the peak above the level at 0 Hz
//! given in centibels and the whole lowered by half of it.

use super::gain::OCTAVES_PER_CENTIBEL;
use super::kernel::{Arithmetic, Vector};
use super::lanes::{LANES, LaneMask, Lanes, part};
use super::math::{exp2, tan};

/// The highest cutoff, as a part of the sample rate.
pub const MAX_CUTOFF_RATIO: f32 = 0.45;
/// The frequency of 0 absolute cents (key 0) in Hz.
const HZ_AT_ZERO_CENTS: f32 = 8.175_799;
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
        Self { g: Self::g(cutoff_cents, rate_hz), k: Self::k(q_cb) }
    }

    /// `g` for a cutoff in absolute cents and a rate in Hz.
    #[inline(always)]
    pub fn g(cutoff_cents: f32, rate_hz: f32) -> f32 {
        let ratio = exp2(cutoff_cents * (1.0 / 1200.0)) * (HZ_AT_ZERO_CENTS / rate_hz);
        let ratio = if ratio < MAX_CUTOFF_RATIO { ratio } else { MAX_CUTOFF_RATIO };
        tan(ratio * std::f32::consts::PI)
    }

    /// `k` for a resonance in centibels.
    pub fn k(q_cb: f32) -> f32 {
        exp2((FLAT_Q_CB - q_cb) * OCTAVES_PER_CENTIBEL)
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
        let slope = part(to - from, (ramp.last - ramp.first).max(1));
        self.from[lane] = from - slope * ramp.first as f32;
        self.slope[lane] = slope;
    }

    fn hold(&mut self, lane: usize, value: f32) {
        self.from[lane] = value;
        self.slope[lane] = 0.0;
    }
}

/// Sixteen filters side by side.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct FilterLanes {
    pub(super) state1: Lanes,
    pub(super) state2: Lanes,
    g: Coefficient,
    k: Coefficient,
    /// 0: what came in goes out; 1: the filter's output does.
    wet: Coefficient,
    /// Lanes that are filtered at all.
    active: LaneMask,
    /// Lanes with a coefficient that moves.
    moving: LaneMask,
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
        if self.active == 0 {
            return;
        }
        for lane in 0..LANES {
            for state in [&mut self.state1, &mut self.state2] {
                if state[lane].abs() < SILENT_STATE {
                    state[lane] = 0.0;
                }
            }
        }
    }

    /// What has to be done for the lanes.
    pub(super) const fn filtering(&self) -> Filtering {
        if self.moving != 0 {
            Filtering::Moving
        } else if self.active != 0 {
            Filtering::Still
        } else {
            Filtering::None
        }
    }
}

/// What the filters of a group do, the most that any does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Filtering {
    /// Nothing: the signal goes through.
    None,
    /// They filter with coefficients that stay.
    Still,
    /// They filter, and a coefficient moves.
    Moving,
}

/// The coefficients of some lanes: each begins with the quantum and changes with every frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Response<V> {
    pub(super) g: V,
    pub(super) dg: V,
    pub(super) k: V,
    pub(super) dk: V,
    pub(super) wet: V,
    pub(super) dwet: V,
}

impl<V: Vector> Response<V> {
    /// Those of the lanes from `at` on.
    ///
    /// # Safety
    ///
    /// As for [`Vector::load`].
    #[inline(always)]
    #[allow(unsafe_code, reason = "vectors are loaded where their instructions are")]
    pub(super) unsafe fn load(filter: &FilterLanes, at: usize) -> Self {
        let (g, k, wet) = (&filter.g, &filter.k, &filter.wet);
        // SAFETY: the caller's.
        unsafe {
            Self {
                g: V::load(&g.from, at),
                dg: V::load(&g.slope, at),
                k: V::load(&k.from, at),
                dk: V::load(&k.slope, at),
                wet: V::load(&wet.from, at),
                dwet: V::load(&wet.slope, at),
            }
        }
    }
}

/// The three factors of the trapezoidal filter.
#[inline(always)]
pub(super) fn coefficients<V: Arithmetic>(one: V, g: V, k: V) -> [V; 3] {
    let a1 = one / (one + g * (g + k));
    let a2 = g * a1;
    [a1, a2, g * a2]
}

/// One frame of some lanes: what comes out, and the state after it.
#[inline(always)]
pub(super) fn tick<V: Arithmetic>(
    x: V,
    [a1, a2, a3]: [V; 3],
    wet: V,
    [state1, state2]: [V; 2],
) -> [V; 3] {
    let v3 = x - state2;
    let v1 = a1 * state1 + a2 * v3;
    let v2 = state2 + (a2 * state1 + a3 * v3);
    [x + (v2 - x) * wet, (v1 + v1) - state1, (v2 + v2) - state2]
}

#[cfg(test)]
mod tests;
