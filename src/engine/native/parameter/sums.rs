//! What modulators and the channel add to each generator of a voice.
//!
//! Mostly that is a few modulators for each of the one or two generators that a change reaches, added up when they are
//! asked for. Where modulators lead to modulators, or a channel adds to generators in ways of its own, all are added up
//! beforehand.

use super::note::NoteView;
use super::reach::PITCH;
use crate::bank::{Destination, Generator as G};
use crate::engine::native::library::RegionPlan;
use crate::engine::native::reached::{DESTINATIONS, Reached, place};
use crate::engine::native::sound_controllers::{self, SoundControllers};

/// Modulators of one region; a download leaves out what is beyond.
pub(in super::super) const MAX_MODULATORS: usize = 128;

/// What is added to each destination.
#[derive(Debug)]
pub(in super::super) struct Sums([f32; DESTINATIONS]);

impl Sums {
    /// What is added to what is `reached`, where that has to be added up beforehand.
    #[inline(always)] // it hardly ever has to
    pub(in super::super) fn beforehand(
        region: &RegionPlan,
        note: &NoteView<'_>,
        reached: Reached,
    ) -> Option<Self> {
        let channel = note.channel;
        let adds = channel.offsets().are_used()
            || channel.overrides().are_used()
            || channel.part.random_pan
            || channel.drums().is_some();
        (adds || region.reach.is_linked()).then(|| Self::new(region, note, reached))
    }

    fn new(region: &RegionPlan, note: &NoteView<'_>, reached: Reached) -> Self {
        // A pitch is what leads to it, to the coarse and to the fine tuning together: one is asked for with the others.
        let reached = if reached.meets(PITCH) { reached.with(PITCH) } else { reached };
        let mut sums = Self([0.0; DESTINATIONS]);
        sums.add_modulators(region, note, reached);
        sums.add_channel(region, note, reached);
        sums
    }

    /// Adds modulators, of which some may lead to others.
    fn add_modulators(&mut self, region: &RegionPlan, note: &NoteView<'_>, reached: Reached) {
        let mut fed = [0.0; MAX_MODULATORS];
        for (modulator, index) in region.modulators.iter().zip(0..MAX_MODULATORS) {
            if !reached.meets(Reached::of(modulator.destination)) {
                continue;
            }
            let output = note.output(modulator, fed[index]);
            match modulator.destination {
                Destination::Modulator(target) => {
                    if let Some(input) = fed.get_mut(usize::from(target)) {
                        *input += output;
                    }
                }
                other => self.0[place(other)] += output,
            }
        }
    }

    /// Adds what the channel itself adds: numbered parameters, sound controllers, drums.
    fn add_channel(&mut self, region: &RegionPlan, note: &NoteView<'_>, reached: Reached) {
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
            let position = |number| note.controller(number).value;
            sound_controllers::add_to((moved, reached), position, base, |generator, added| {
                self.0[place(Destination::Generator(generator))] += added;
            });
        }
        if channel.part.random_pan {
            self.0[usize::from(G::Pan.operator())] += note.random_place();
        }
        if let Some(drums) = channel.drums() {
            let base = |generator| region.generators.get(generator);
            drums.add_to(&mut self.0, note.struck, base, || note.random_place());
        }
    }

    /// What is added to a destination.
    pub(super) fn to(&self, destination: Destination) -> f32 {
        self.0[place(destination)]
    }
}

/// What is added to a destination where nothing has to be added up beforehand; `moved` are the sound controllers that
/// are the region's to follow, and what they lead to.
pub(super) fn added(
    (region, moved): (&RegionPlan, (SoundControllers, Reached)),
    note: &NoteView<'_>,
    destination: Destination,
) -> f32 {
    let mut sum = 0.0;
    for index in region.reach.modulators_to(destination) {
        if let Some(modulator) = region.modulators.get(usize::from(*index)) {
            sum += note.output(modulator, 0.0);
        }
    }
    if let Destination::Generator(generator) = destination
        && moved.1.has(generator)
    {
        let base = |generator| f32::from(region.generators.get(generator));
        let position = |number| note.controller(number).value;
        let what = (moved.0, Reached::these(&[generator]));
        sound_controllers::add_to(what, position, base, |_, added| sum += added);
    }
    sum
}
