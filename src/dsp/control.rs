//! What voices plan at the control grid, for sixteen of them at once: to the bit what each would work out by itself.

use super::kernel::{Work, run};
use super::lanes::{LANES, LaneMask, Lanes};
use super::{FilterResponse, SimdLevel, exp2_f64};

/// Lanes that are worked on at once. Where none of them is wanted they are left out.
const AT_ONCE: usize = 8;

/// Turns octaves into ratios.
pub fn ratios(level: SimdLevel, wanted: LaneMask, octaves: &mut [f64; LANES]) {
    run(level, Ratios { wanted, octaves });
}

/// Turns cutoffs in absolute cents into the filter's `g` at a rate in Hz.
pub fn cutoffs(level: SimdLevel, wanted: LaneMask, cents: &mut Lanes, rate_hz: f32) {
    run(level, Cutoffs { wanted, cents, rate_hz });
}

struct Ratios<'a> {
    wanted: LaneMask,
    octaves: &'a mut [f64; LANES],
}

impl Work for Ratios<'_> {
    #[inline(always)]
    fn run(self) {
        for (index, part) in self.octaves.as_chunks_mut::<AT_ONCE>().0.iter_mut().enumerate() {
            if is_wanted(self.wanted, index) {
                part.iter_mut().for_each(|octaves| *octaves = exp2_f64(*octaves));
            }
        }
    }
}

struct Cutoffs<'a> {
    wanted: LaneMask,
    cents: &'a mut Lanes,
    rate_hz: f32,
}

impl Work for Cutoffs<'_> {
    #[inline(always)]
    fn run(self) {
        for (index, part) in self.cents.as_chunks_mut::<AT_ONCE>().0.iter_mut().enumerate() {
            if is_wanted(self.wanted, index) {
                part.iter_mut().for_each(|cents| *cents = FilterResponse::g(*cents, self.rate_hz));
            }
        }
    }
}

/// Whether any lane of this part of the mask is wanted.
const fn is_wanted(wanted: LaneMask, part: usize) -> bool {
    wanted >> (part * AT_ONCE) & ((1 << AT_ONCE) - 1) != 0
}

#[cfg(test)]
mod tests;
