//! Sixteen voices side by side: gain ramps and the sums they are added into.
//!
//! The width is the same on every machine, so the order of the sums is too. Lanes never mix before
//! [`lane_sum`], whose tree is fixed.

use std::ops::{Deref, DerefMut};

/// Voices in a group.
pub const LANES: usize = 16;

/// One bit for each lane.
pub type LaneMask = u16;

/// One value for each lane, aligned for the widest vectors.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(64))]
pub struct Lanes(pub [f32; LANES]);

impl Default for Lanes {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Lanes {
    /// Zero in every lane.
    pub const ZERO: Self = Self([0.0; LANES]);
}

impl Deref for Lanes {
    type Target = [f32; LANES];

    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Lanes {
    #[inline]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// A gain ramp for each lane: `from + slope * k`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct GainLanes {
    /// The gain at the ramp's first frame.
    pub from: Lanes,
    /// What each frame adds.
    pub slope: Lanes,
}

impl GainLanes {
    /// Sets one lane to go from `from` to `to` in `frames` frames.
    pub fn set(&mut self, lane: usize, from: f32, to: f32, frames: u32) {
        self.from[lane] = from;
        self.slope[lane] = part(to - from, frames.max(1));
    }

    /// Whether every lane is silent.
    pub fn is_silent(&self) -> bool {
        let silent = |lanes: &Lanes| lanes.iter().all(|&value| value == 0.0);
        silent(&self.from) && silent(&self.slope)
    }
}

/// `way / frames`. Dividing by a power of two is multiplying by its inverse, to the bit, and does not take as long.
#[inline]
pub(super) fn part(way: f32, frames: u32) -> f32 {
    if frames.is_power_of_two() {
        way * f32::from_bits(
            (EXPONENT_OF_ONE - frames.trailing_zeros()) << (f32::MANTISSA_DIGITS - 1),
        )
    } else {
        way / frames as f32
    }
}

/// The exponent of 1.0 as it is stored.
const EXPONENT_OF_ONE: u32 = 127;

/// The sum of the lanes: the upper half onto the lower, then that again, up a fixed tree.
#[inline]
pub fn lane_sum(lanes: &Lanes) -> f32 {
    let eight: [f32; 8] = std::array::from_fn(|i| lanes[i] + lanes[i + 8]);
    let four: [f32; 4] = std::array::from_fn(|i| eight[i] + eight[i + 4]);
    (four[0] + four[2]) + (four[1] + four[3])
}

#[cfg(test)]
mod tests;
