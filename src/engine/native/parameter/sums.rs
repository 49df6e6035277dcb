//! What modulators and the channel add to each generator of a voice.

use super::note::NoteView;
use crate::bank::{Destination, Generator as G, Modulator};
use crate::engine::native::library::RegionPlan;
use crate::engine::native::reached::{PITCH, Reached};
use crate::engine::native::sound_controllers;

/// Destinations of modulators: the generators and the pitch, which is no generator.
const DESTINATIONS: usize = G::COUNT + 1;
/// Modulators of one region; a download leaves out what is beyond.
pub(in super::super) const MAX_MODULATORS: usize = 128;

/// What the modulators of a region add to each destination.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums([f32; DESTINATIONS]);

impl Sums {
    /// Only what is `reached`.
    pub(super) fn new(modulators: &[Modulator], note: &NoteView<'_>, reached: Reached) -> Self {
        let mut sums = [0.0; DESTINATIONS];
        let mut fed = [0.0; MAX_MODULATORS];
        for (modulator, index) in modulators.iter().zip(0..MAX_MODULATORS) {
            if !reached.meets(Reached::of(modulator.destination)) {
                continue;
            }
            let output = note.output(modulator, fed[index]);
            match modulator.destination {
                Destination::Generator(generator) => {
                    sums[usize::from(generator.operator())] += output;
                }
                Destination::Pitch => sums[PITCH] += output,
                Destination::Modulator(target) => {
                    if let Some(input) = fed.get_mut(usize::from(target)) {
                        *input += output;
                    }
                }
            }
        }
        Self(sums)
    }

    /// Adds what the channel itself adds: numbered parameters, sound controllers, drums.
    pub(super) fn add_channel(
        &mut self,
        region: &RegionPlan,
        note: &NoteView<'_>,
        reached: Reached,
    ) {
        let channel = note.channel;
        if channel.offsets().are_used() {
            channel.offsets().add_to(&mut self.0);
        }
        let base = |generator| f32::from(region.generators.get(generator));
        if channel.overrides().are_used() {
            channel.overrides().add_to(&mut self.0, base);
        }
        let moved = note.moved().without(region.own_controllers);
        if !moved.is_empty() {
            let what = (moved, reached);
            sound_controllers::add_to(&mut self.0, what, |n| note.controller(n).value, base);
        }
        if channel.part.random_pan {
            self.0[usize::from(G::Pan.operator())] += note.random_place();
        }
        if let Some(drums) = channel.drums() {
            let base = |generator| region.generators.get(generator);
            drums.add_to(&mut self.0, note.struck, base, || note.random_place());
        }
    }

    /// What is added to a generator.
    pub(super) fn of(&self, generator: G) -> f32 {
        self.0[usize::from(generator.operator())]
    }

    /// What is added to the pitch, which is no generator.
    pub(super) const fn pitch(&self) -> f32 {
        self.0[PITCH]
    }
}
