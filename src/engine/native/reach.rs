//! What a change reaches: the destinations of modulators that a voice has to add up again.
//!
//! Not what is added up; `parameter` does that. A voice whose channel moved one controller is spared what that
//! controller does not lead to.

use super::channel::DELAY_SEND;
use super::input::{InputSet, Signal};
use super::reached::Reached;
use super::sound_controllers::{self, BALANCE};
use crate::bank::{Destination, Modulator};

/// What each thing that can change leads to in a region.
#[derive(Debug)]
pub(super) struct Reach {
    /// Inputs and the destination of each modulator that reads what can move while a note sounds.
    modulators: Box<[(InputSet, Reached)]>,
    /// Whether a modulator leads to another, or to a time.
    is_tangled: bool,
}

impl Reach {
    /// What the modulators of a region lead to; `times_move` says whether one leads to a time.
    pub(super) fn new(modulators: &[Modulator], times_move: bool) -> Self {
        let reach = |modulator: &Modulator| {
            let mut inputs = InputSet::NONE;
            inputs.insert_inputs(modulator);
            (inputs != InputSet::NONE).then(|| (inputs, Reached::of(modulator.destination)))
        };
        let linked = |m: &Modulator| matches!(m.destination, Destination::Modulator(_));
        Self {
            modulators: modulators.iter().filter_map(reach).collect(),
            is_tangled: times_move || modulators.iter().any(linked),
        }
    }

    /// What these changes lead to.
    pub(super) fn of(&self, changed: InputSet) -> Reached {
        // Those have ways of their own.
        let others = [BALANCE, DELAY_SEND].map(Signal::Controller);
        let is_more = !changed.is_of_modulators() || others.iter().any(|s| changed.contains(*s));
        if self.is_tangled || is_more {
            return Reached::ALL;
        }
        let own = sound_controllers::reached(changed);
        let met = self.modulators.iter().filter(|(inputs, _)| inputs.meets(changed));
        met.fold(own, |reached, (_, destination)| reached.with(*destination))
    }
}

#[cfg(test)]
mod tests;
