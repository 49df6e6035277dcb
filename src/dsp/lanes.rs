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
        self.slope[lane] = (to - from) / frames.max(1) as f32;
    }

    /// Whether every lane is silent.
    pub fn is_silent(&self) -> bool {
        let silent = |lanes: &Lanes| lanes.iter().all(|&value| value == 0.0);
        silent(&self.from) && silent(&self.slope)
    }
}

/// Lanes that are worked on together, so that their state stays in registers.
pub(super) const CHUNK: usize = 4;

/// Adds `signal` times its gains to `bus`, frame by frame, for the lanes in `sounding`.
///
/// `signal` and `bus` begin at the frame `first` of the quantum; `start` is the frame at which each
/// lane's ramp began. Other lanes may be passed over or added: their signal is zero, and adding zero to
/// a sum that began at zero leaves its bits.
pub fn mix(
    signal: &[Lanes],
    (gains, start): (&GainLanes, &Lanes),
    sounding: LaneMask,
    first: u32,
    bus: &mut [Lanes],
) {
    for chunk in chunks(sounding) {
        let lane =
            |lanes: &Lanes| -> [f32; CHUNK] { std::array::from_fn(|i| lanes[chunk * CHUNK + i]) };
        let (from, slope, start) = (lane(&gains.from), lane(&gains.slope), lane(start));
        for (frame, (x, sum)) in signal.iter().zip(bus.iter_mut()).enumerate() {
            let now = (first + frame as u32) as f32;
            for i in 0..CHUNK {
                let gain = from[i] + slope[i] * (now - start[i]);
                sum[chunk * CHUNK + i] += x[chunk * CHUNK + i] * gain;
            }
        }
    }
}

/// The chunks that have a lane in `mask`.
pub(super) fn chunks(mask: LaneMask) -> impl Iterator<Item = usize> {
    (0..LANES / CHUNK).filter(move |chunk| mask >> (chunk * CHUNK) & CHUNK_MASK != 0)
}

/// The lanes of the first chunk.
const CHUNK_MASK: LaneMask = (1 << CHUNK) - 1;

/// The sum of the lanes: the upper half onto the lower, then that again, up a fixed tree.
#[inline]
pub fn lane_sum(lanes: &Lanes) -> f32 {
    let eight: [f32; 8] = std::array::from_fn(|i| lanes[i] + lanes[i + 8]);
    let four: [f32; 4] = std::array::from_fn(|i| eight[i] + eight[i + 4]);
    (four[0] + four[2]) + (four[1] + four[3])
}

#[cfg(test)]
mod tests;
