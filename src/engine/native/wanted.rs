//! What the voices of a group want worked out at a grid point: all at once, because that takes little longer than one.

use super::moment::Moment;
use crate::dsp::{LANES, LaneMask, Lanes, SimdLevel, cutoffs, ratios};

/// Questions by lane, and then their answers in the same place.
#[derive(Debug)]
pub(super) struct Wanted {
    /// Lanes whose speed of reading moves.
    speeds: LaneMask,
    /// Octaves; then ratios.
    octaves: [f64; LANES],
    /// Lanes whose filter moves.
    filters: LaneMask,
    /// Cutoffs in absolute cents; then the filter's `g`.
    cutoffs: Lanes,
}

impl Wanted {
    /// Nothing.
    pub(super) const NOTHING: Self =
        Self { speeds: 0, octaves: [0.0; LANES], filters: 0, cutoffs: Lanes::ZERO };

    /// Forgets what was asked for.
    pub(super) const fn clear(&mut self) {
        (self.speeds, self.filters) = (0, 0);
    }

    /// Asks for the ratio of so many octaves.
    pub(super) fn ask_speed(&mut self, lane: usize, octaves: f64) {
        self.speeds |= 1 << lane;
        self.octaves[lane] = octaves;
    }

    /// Asks for the filter's `g` at a cutoff in absolute cents.
    pub(super) fn ask_cutoff(&mut self, lane: usize, cents: f32) {
        self.filters |= 1 << lane;
        self.cutoffs[lane] = cents;
    }

    /// Works all of it out.
    pub(super) fn answer(&mut self, level: SimdLevel, moment: &Moment) {
        if self.speeds != 0 {
            ratios(level, self.speeds, &mut self.octaves);
        }
        if self.filters != 0 {
            cutoffs(level, self.filters, &mut self.cutoffs, moment.rate as f32);
        }
    }

    /// The ratio, if it was asked for.
    pub(super) fn ratio(&self, lane: usize) -> Option<f64> {
        (self.speeds & (1 << lane) != 0).then(|| self.octaves[lane])
    }

    /// The filter's `g`, if it was asked for.
    pub(super) fn g(&self, lane: usize) -> Option<f32> {
        (self.filters & (1 << lane) != 0).then(|| self.cutoffs[lane])
    }
}
