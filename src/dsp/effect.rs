//! What the effects have in common: the past of their signals, the way from one setting to the next, and when they rest.
//!
//! INVARIANT: cut invariance. Everything here is a function of the frames since an effect's last restart, never of where
//! a block or a piece begins.

mod activity;
mod glide;
mod lines;

pub(super) use activity::{Activity, Step};
pub(super) use glide::{GLIDES_PER_SECOND, Glide};
pub(super) use lines::{Lines, PADDED, PIECE, WIDTH};

use super::math::exp2_f64;

/// Left and right.
pub(super) const SIDES: usize = 2;
/// Goes in with every frame and keeps numbers from becoming denormal: 360 dB below full scale.
pub(super) const FLOOR: f32 = 1e-18;
/// The low-pass frequency that lets everything through, in Hz.
pub(super) const OPEN: f32 = 20_000.0;
/// How far what goes round dies away before an effect is switched off: 132 dB, in octaves of amplitude.
pub(super) const TAIL_OCTAVES: f64 = 22.0;

/// How far a one-pole low-pass goes in one frame.
pub(super) fn follow(hz: f32, rate: f64) -> f32 {
    let radians = std::f64::consts::TAU * f64::from(hz) / rate;
    (1.0 - exp2_f64(-std::f64::consts::LOG2_E * radians)) as f32
}

/// The same of a low-pass that can be [`OPEN`].
pub(super) fn follow_or_open(hz: f32, rate: f64) -> f32 {
    if hz < OPEN { follow(hz, rate) } else { 1.0 }
}

/// Adds to what is heard.
#[inline(always)]
pub(super) fn add(out: &mut [f32], points: &[f32]) {
    for (out, point) in out.iter_mut().zip(points) {
        *out += point;
    }
}

#[cfg(test)]
mod tests;
