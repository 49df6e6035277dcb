//! What the groups of a section add up to in a quantum, lane by lane.
//!
//! The outputs of a frame lie side by side, but for that of the delay: few songs send to it, so its sums are touched
//! only where something is sent.

use std::ops::Range;

use super::{CHORUS, DELAY_OUTPUT, DRY, heard_outputs, sends};
use crate::dsp::{Lanes, Sums};
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
    quantum: usize,
    /// Outputs from this one on are silent.
    heard: usize,
}

impl Mix {
    /// Room for a quantum of `quantum` frames.
    pub(in super::super) fn new(quantum: usize, effects: Effects) -> Self {
        // The kernels know one layout with a delay.
        let outputs = if effects.delay { sends(CHORUS).end } else { heard_outputs(effects) };
        let delay = zeros(if effects.delay { quantum } else { 0 });
        Self { lanes: zeros(quantum * outputs), outputs, delay, quantum, heard: DRY.end }
    }

    fn places(&self, frames: Range<usize>) -> Range<usize> {
        frames.start * self.outputs..frames.end * self.outputs
    }

    /// Silences some frames of the quantum.
    pub(in super::super) fn clear(&mut self, frames: Range<usize>) {
        let range = self.places(frames.clone());
        if let Some(sums) = self.lanes.get_mut(range) {
            sums.fill(Lanes::ZERO);
        }
        if self.heard > DELAY_OUTPUT
            && let Some(sums) = self.delay.get_mut(frames.clone())
        {
            sums.fill(Lanes::ZERO);
        }
        if frames == (0..self.quantum) {
            self.heard = DRY.end;
        }
    }

    /// The outputs at which anything may be heard.
    pub(super) fn heard(&self) -> impl Iterator<Item = usize> + use<> {
        let near = 0..self.heard.min(self.outputs);
        near.chain((self.heard > DELAY_OUTPUT).then_some(DELAY_OUTPUT))
    }

    /// Some frames of one output, and how far it is from one to the next.
    pub(super) fn lanes(&self, output: usize, frames: Range<usize>) -> (&[Lanes], usize) {
        if output == DELAY_OUTPUT {
            return (self.delay.get(frames).unwrap_or_default(), 1);
        }
        let lanes = self.lanes.get(self.places(frames)).unwrap_or_default();
        (lanes.get(output..).unwrap_or_default(), self.outputs)
    }

    /// Adds some frames of another mix.
    pub(in super::super) fn add(&mut self, other: &Self, frames: Range<usize>) {
        self.heard = self.heard.max(other.heard);
        let range = self.places(frames.clone());
        add(self.lanes.get_mut(range.clone()), other.lanes.get(range));
        if other.heard > DELAY_OUTPUT {
            add(self.delay.get_mut(frames.clone()), other.delay.get(frames));
        }
    }

    /// Some frames to add to, at no output from `outputs` on.
    pub(super) fn sums(&mut self, frames: Range<usize>, outputs: usize) -> Sums<'_> {
        self.heard = self.heard.max(outputs);
        let (range, first) = (self.places(frames.clone()), frames.start as u32);
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
