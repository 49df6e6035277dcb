//! What groups add up to in a quantum, before anybody hears it.
//!
//! The outputs of a frame lie side by side, but for that of the delay: few songs send to it, so its sums are touched
//! only where something is sent.

use std::ops::Range;

use super::{CHORUS, heard_outputs, sends};
use crate::dsp::{Lanes, SimdLevel, Sums, lane_sums};
use crate::engine::Effects;
use crate::rt::zeros;

/// Sums by output and lane, for the frames of one quantum.
#[derive(Debug)]
pub(in super::super) struct Mix {
    /// Output after output, frame after frame.
    lanes: Box<[Lanes]>,
    /// The outputs of a frame: only those that something listens to.
    outputs: usize,
    /// Frame after frame, what is sent to the delay; nothing where there is none.
    delay: Box<[Lanes]>,
    /// Whether `delay` may hold anything but zeros.
    is_delayed: bool,
}

impl Mix {
    /// Room for a quantum of `quantum` frames.
    pub(in super::super) fn new(quantum: usize, effects: Effects) -> Self {
        // The kernels know one layout with a delay.
        let outputs = if effects.delay { sends(CHORUS).end } else { heard_outputs(effects) };
        let delay = zeros(if effects.delay { quantum } else { 0 });
        Self { lanes: zeros(quantum * outputs), outputs, delay, is_delayed: false }
    }

    fn frames(&self, frames: Range<usize>) -> Range<usize> {
        frames.start * self.outputs..frames.end * self.outputs
    }

    /// Silences some frames of the quantum.
    pub(in super::super) fn clear(&mut self, frames: Range<usize>) {
        let range = self.frames(frames.clone());
        if let Some(sums) = self.lanes.get_mut(range) {
            sums.fill(Lanes::ZERO);
        }
        if !self.is_delayed {
            return;
        }
        self.is_delayed = frames != (0..self.delay.len());
        if let Some(sums) = self.delay.get_mut(frames) {
            sums.fill(Lanes::ZERO);
        }
    }

    /// Overwrites left and right with the sums of two outputs.
    pub(in super::super) fn sum(
        &self,
        level: SimdLevel,
        outputs: Range<usize>,
        frames: Range<usize>,
        sides: [&mut [f32]; 2],
    ) {
        let lanes = self.lanes.get(self.frames(frames)).unwrap_or_default();
        for (side, output) in sides.into_iter().zip(outputs) {
            lane_sums(level, lanes.get(output..).unwrap_or_default(), self.outputs, side);
        }
    }

    /// Overwrites `out` with what is sent to the delay.
    pub(in super::super) fn sum_delay(
        &self,
        level: SimdLevel,
        frames: Range<usize>,
        out: &mut [f32],
    ) {
        lane_sums(level, self.delay.get(frames).unwrap_or_default(), 1, out);
    }

    /// Adds some frames of another mix.
    pub(in super::super) fn add(&mut self, other: &Self, frames: Range<usize>) {
        let range = self.frames(frames.clone());
        add(self.lanes.get_mut(range.clone()), other.lanes.get(range));
        if other.is_delayed {
            self.is_delayed = true;
            add(self.delay.get_mut(frames.clone()), other.delay.get(frames));
        }
    }

    /// Some frames to add to; `delayed` says whether something is sent to the delay.
    pub(super) fn sums(&mut self, frames: Range<usize>, delayed: bool) -> Sums<'_> {
        self.is_delayed |= delayed;
        let (range, first) = (self.frames(frames.clone()), frames.start as u32);
        let lanes = self.lanes.get_mut(range).unwrap_or_default();
        let apart = self.delay.get_mut(frames).unwrap_or_default();
        Sums { lanes, outputs: self.outputs, apart, first }
    }
}

fn add(sums: Option<&mut [Lanes]>, others: Option<&[Lanes]>) {
    for (sum, other) in sums.into_iter().flatten().zip(others.into_iter().flatten()) {
        sum.iter_mut().zip(other.iter()).for_each(|(sum, other)| *sum += *other);
    }
}
