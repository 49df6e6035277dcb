//! What sections add up to in a quantum, output by output.

use std::ops::Range;

use super::{DRY, Mix, heard_outputs};
use crate::dsp::{OUTPUTS, SimdLevel, add_lane_sums};
use crate::engine::Effects;
use crate::rt::zeros;

/// One signal for each output.
#[derive(Debug)]
pub(in super::super) struct Total {
    /// The frames of the first output, then those of the second, and so on: only outputs that something listens to.
    points: Box<[f32]>,
    quantum: usize,
    /// Outputs from this one on are silent.
    heard: usize,
}

impl Total {
    /// Room for a quantum of `quantum` frames.
    pub(in super::super) fn new(quantum: usize, effects: Effects) -> Self {
        let outputs = if effects.delay { OUTPUTS } else { heard_outputs(effects) };
        Self { points: zeros(quantum * outputs), quantum, heard: DRY.end }
    }

    /// Silences some frames of the quantum.
    pub(in super::super) fn clear(&mut self, frames: Range<usize>) {
        for output in 0..self.heard {
            self.output_mut(output, frames.clone()).fill(0.0);
        }
        if frames == (0..self.quantum) {
            self.heard = DRY.end;
        }
    }

    /// Adds some frames of a section.
    pub(in super::super) fn add(&mut self, level: SimdLevel, section: &Mix, frames: Range<usize>) {
        for output in section.heard() {
            let (lanes, apart) = section.lanes(output, frames.clone());
            self.heard = self.heard.max(output + 1);
            add_lane_sums(level, lanes, apart, self.output_mut(output, frames.clone()));
        }
    }

    /// Adds some frames of another total.
    pub(in super::super) fn add_total(&mut self, other: &Self, frames: Range<usize>) {
        self.heard = self.heard.max(other.heard);
        for output in 0..other.heard {
            let others = other.output(output, frames.clone()).unwrap_or_default();
            let points = self.output_mut(output, frames.clone()).iter_mut();
            points.zip(others).for_each(|(point, other)| *point += other);
        }
    }

    /// Overwrites `sides` with some frames of one output after another, or with silence where nothing sounds.
    pub(in super::super) fn write<const N: usize>(
        total: Option<&(&Self, Range<usize>)>,
        outputs: Range<usize>,
        sides: [&mut [f32]; N],
    ) {
        for (side, output) in sides.into_iter().zip(outputs) {
            match total.and_then(|(total, frames)| total.output(output, frames.clone())) {
                Some(points) => side.copy_from_slice(points),
                None => side.fill(0.0),
            }
        }
    }

    fn output(&self, output: usize, frames: Range<usize>) -> Option<&[f32]> {
        self.points.get(self.places(output, frames))
    }

    fn output_mut(&mut self, output: usize, frames: Range<usize>) -> &mut [f32] {
        let places = self.places(output, frames);
        self.points.get_mut(places).unwrap_or_default()
    }

    fn places(&self, output: usize, frames: Range<usize>) -> Range<usize> {
        let first = output * self.quantum;
        first + frames.start..first + frames.end
    }
}
