//! What a change reaches: the destinations of modulators that a voice has to add up again.
//!
//! Not what is added up; `parameter` does that. A voice whose channel moved one controller is spared what that
//! controller does not lead to.

use super::channel::DELAY_SEND;
use super::input::{InputSet, Signal};
use super::reached::{DESTINATIONS, Reached, place};
use super::sound_controllers::{self, BALANCE};
use crate::bank::{Destination, Modulator};

/// What each thing that can change leads to in a region.
#[derive(Debug)]
pub(super) struct Reach {
    /// By signal, the place of what it leads to.
    places: [u8; Signal::COUNT],
    /// What signals lead to; nothing comes first.
    reached: Box<[Reached]>,
    /// The indices of the modulators, by the place of their destination; none where one leads to another.
    by_destination: Box<[u8]>,
    /// Where in them those of each place end.
    ends: [u8; DESTINATIONS],
    /// Whether a modulator leads to another.
    is_linked: bool,
    /// Whether one leads to a time.
    times_move: bool,
}

impl Reach {
    /// What the modulators of a region lead to; `times_move` says whether one leads to a time.
    pub(super) fn new(modulators: &[Modulator], times_move: bool) -> Self {
        let linked = |m: &Modulator| matches!(m.destination, Destination::Modulator(_));
        let mut of_signal = [Reached::NONE; Signal::COUNT];
        let mut add = |signals: InputSet, destination| {
            for signal in signals.indices() {
                of_signal[signal] = of_signal[signal].with(destination);
            }
        };
        for modulator in modulators {
            let mut inputs = InputSet::NONE;
            inputs.insert_inputs(modulator);
            add(inputs, Reached::of(modulator.destination));
        }
        for (controller, generator) in sound_controllers::destinations() {
            add(InputSet::controller(controller), Reached::these(&[generator]));
        }
        // Those have ways of their own.
        add(InputSet::controller(BALANCE), Reached::ALL);
        add(InputSet::controller(DELAY_SEND), Reached::ALL);
        let is_linked = modulators.iter().any(linked);
        // No more than a byte can count, unless they are linked.
        let indices = if is_linked { 0..0 } else { 0..modulators.len() as u8 };
        let place_of = |index: &u8| place(modulators[usize::from(*index)].destination);
        let mut by_destination: Box<[u8]> = indices.collect();
        by_destination.sort_by_key(place_of);
        let mut ends = [0; DESTINATIONS];
        by_destination.iter().for_each(|index| ends[place_of(index)] += 1);
        ends.iter_mut().fold(0, |before, end| {
            *end += before;
            *end
        });
        let mut reached = vec![Reached::NONE];
        let places = of_signal.map(|of_signal| {
            let place = reached.iter().position(|reached| *reached == of_signal);
            // No more than there are signals, which are fewer than 256.
            place.unwrap_or_else(|| {
                reached.push(of_signal);
                reached.len() - 1
            }) as u8
        });
        Self {
            places,
            reached: reached.into_boxed_slice(),
            by_destination,
            ends,
            is_linked,
            times_move,
        }
    }

    /// Whether a modulator leads to another.
    pub(super) const fn is_linked(&self) -> bool {
        self.is_linked
    }

    /// The indices of the modulators that lead to a destination, unless one of the region leads to another.
    pub(super) fn modulators_to(&self, destination: Destination) -> &[u8] {
        let place = place(destination);
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        let range = usize::from(start)..usize::from(self.ends[place]);
        self.by_destination.get(range).unwrap_or_default()
    }

    /// What these changes lead to.
    pub(super) fn of(&self, changed: InputSet) -> Reached {
        if self.is_linked || self.times_move || !changed.is_of_modulators() {
            return Reached::ALL;
        }
        changed.indices().fold(Reached::NONE, |reached, signal| {
            let place = self.places.get(signal).copied().unwrap_or(0);
            reached.with(self.reached[usize::from(place)])
        })
    }
}

#[cfg(test)]
mod tests;
