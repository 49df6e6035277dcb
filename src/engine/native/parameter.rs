//! What generators and modulators add up to for one voice, in the units of the signal path.
//!
//! SPEC: SoundFont 2.04 §9.4 and §9.5: the value is the region's generators plus all modulators, held
//! in range once everything is added. Bank and channel go in, numbers come out; nothing is kept here.

mod note;
mod sums;
pub(super) mod reach;
mod times;
mod least;

pub(super) use note::NoteView;
pub(super) use sums::{MAX_MODULATORS, Sums};

use super::library::RegionPlan;
use super::reached::Reached;
use super::sound_controllers::{self, BALANCE, SoundControllers};
use crate::bank::{Destination, Generator as G};
use crate::dsp::{OCTAVES_PER_CENTIBEL, clamp, exp2_f64};

/// The part of a bank's attenuation that is applied.
///
/// DEVIATION: SoundFont 2.04 §8.1.2 #48 says all of it. The hardware that banks are made for applies 0.4,
/// and so does every synthesizer that plays them as their makers heard them.
const ATTENUATION_FACTOR: f32 = 0.4;
/// The most attenuation that a voice can have, in cB.
const MAX_ATTENUATION: f32 = 1440.0;
/// The frequency of 0 absolute cents in Hz.
const HZ_AT_ZERO_CENTS: f64 = 8.175_798_915_643_707;

/// The parameters of a voice that may change while it sounds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Parameters {
    /// cB, 0 to 1440.
    pub(super) attenuation_cb: f32,
    /// Tenths of a percent, -500 to 500.
    pub(super) pan: f32,
    /// What balance leaves of the left and the right, linear factors.
    pub(super) balance: [f32; 2],
    /// A linear factor.
    pub(super) reverb_send: f32,
    /// A linear factor.
    pub(super) chorus_send: f32,
    /// A linear factor.
    pub(super) delay_send: f32,
    /// Cents above the pitch at which the wave was recorded.
    pub(super) pitch_cents: f64,
    /// Cents from one key to the next.
    pub(super) cents_per_key: f64,
    /// Absolute cents, not held in range: oscillator and envelope come on top.
    pub(super) cutoff_cents: f32,
    /// cB, 0 to 960.
    pub(super) q_cb: f32,
    /// Cents at the oscillator's top.
    pub(super) mod_lfo_to_pitch: f32,
    /// Cents at the oscillator's top.
    pub(super) vib_lfo_to_pitch: f32,
    /// Cents at the envelope's top.
    pub(super) mod_env_to_pitch: f32,
    /// Cents at the oscillator's top.
    pub(super) mod_lfo_to_cutoff: f32,
    /// Cents at the envelope's top.
    pub(super) mod_env_to_cutoff: f32,
    /// Octaves of amplitude at the oscillator's top.
    pub(super) mod_lfo_to_volume: f32,
    /// Periods per frame.
    pub(super) mod_lfo_rate: f64,
    /// Periods per frame.
    pub(super) vib_lfo_rate: f64,
}

/// One evaluation of a region's generators and modulators.
#[derive(Debug)]
pub(super) struct Evaluation<'a> {
    region: &'a RegionPlan,
    note: &'a NoteView<'a>,
    /// What is reached of what is added.
    reached: Reached,
    /// What is added, where that was added up beforehand.
    sums: Option<&'a Sums>,
    /// The sound controllers that are away from rest and that the bank has nothing else in mind for, and what they lead
    /// to.
    moved: (SoundControllers, Reached),
    rate: f64,
}

impl<'a> Evaluation<'a> {
    /// Evaluates what is `reached` of the generators of `region` and of what is added to them for `note`, at an output's
    /// sample rate in Hz; `sums` are the [`Sums::beforehand`] of the same.
    pub(super) fn new(
        region: &'a RegionPlan,
        note: &'a NoteView<'a>,
        (reached, sums): (Reached, Option<&'a Sums>),
        rate: f64,
    ) -> Self {
        let moved = note.moved().without(region.own_controllers);
        Self { region, note, reached, sums, moved: (moved, moved.leads_to()), rate }
    }

    /// What modulators and the channel add.
    fn added(&self, destination: Destination) -> f32 {
        match self.sums {
            Some(sums) => sums.to(destination),
            None => sums::added((self.region, self.moved), self.note, destination),
        }
    }

    fn generator(&self, generator: G) -> f32 {
        f32::from(self.region.generators.get(generator))
    }

    /// Generator and modulators together.
    fn value(&self, generator: G) -> f32 {
        self.generator(generator) + self.added(Destination::Generator(generator))
    }

    fn send(&self, generator: G) -> f32 {
        clamp(self.value(generator) / 1000.0, 0.0, 1.0)
    }

    /// The channel's send, of which a drum has its part; banks know nothing of a delay.
    fn delay_send(&self) -> f32 {
        let (channel, key) = (self.note.channel, self.note.struck);
        let send = channel.delay_send();
        channel.drums().map_or(send, |drums| send * drums.delay_send(key))
    }

    /// The parameters that may change while the voice sounds, all of which must be reached.
    pub(super) fn parameters(&self) -> Parameters {
        let mut parameters = Parameters::default();
        self.follow(&mut parameters);
        parameters
    }

    /// Has parameters follow what is reached.
    ///
    /// Everything is reached where messages lead to parameters in ways of their own.
    pub(super) fn follow(&self, parameters: &mut Parameters) {
        self.follow_own(parameters);
        let part = &self.note.channel.part;
        if part.matrix.is_active() {
            part.matrix.apply(parameters, self.rate, |signal| self.note.position(signal));
        }
    }

    /// The same without what messages lead to them.
    fn follow_own(&self, after: &mut Parameters) {
        if self.reached.is_all() {
            after.balance = self.balance();
            after.delay_send = self.delay_send();
        }
        if self.reached.meets(reach::LEVELS) {
            self.follow_levels(after);
        }
        if self.reached.meets(reach::SPEED) {
            self.follow_speed(after);
        }
        if self.reached.meets(reach::FILTER_AND_TREMOLO) {
            self.follow_filter_and_tremolo(after);
        }
    }

    /// What of the parameters makes the gains.
    fn follow_levels(&self, after: &mut Parameters) {
        let reached = self.reached;
        if reached.has(G::InitialAttenuation) {
            after.attenuation_cb = self.attenuation();
        }
        if reached.has(G::Pan) {
            after.pan = clamp(self.value(G::Pan), -500.0, 500.0);
        }
        if reached.has(G::ReverbEffectsSend) {
            after.reverb_send = self.send(G::ReverbEffectsSend);
        }
        if reached.has(G::ChorusEffectsSend) {
            after.chorus_send = self.send(G::ChorusEffectsSend);
        }
        if reached.has(G::InitialFilterQ) {
            after.q_cb = clamp(self.value(G::InitialFilterQ), 0.0, 960.0);
        }
    }

    /// What of them makes the pitch.
    fn follow_speed(&self, after: &mut Parameters) {
        if self.reached.meets(reach::PITCH) {
            after.pitch_cents = self.pitch();
            after.cents_per_key = self.scale();
        }
        for (generator, value) in [
            (G::ModLfoToPitch, &mut after.mod_lfo_to_pitch),
            (G::VibLfoToPitch, &mut after.vib_lfo_to_pitch),
            (G::ModEnvToPitch, &mut after.mod_env_to_pitch),
        ] {
            if self.reached.has(generator) {
                *value = self.value(generator);
            }
        }
        if self.reached.has(G::FreqVibLfo) {
            after.vib_lfo_rate = self.lfo_rate(G::FreqVibLfo);
        }
        if self.reached.has(G::FreqModLfo) {
            after.mod_lfo_rate = self.lfo_rate(G::FreqModLfo);
        }
    }

    /// What of them moves the filter, and the gains with an oscillator.
    fn follow_filter_and_tremolo(&self, after: &mut Parameters) {
        for (generator, value) in [
            (G::InitialFilterFc, &mut after.cutoff_cents),
            (G::ModLfoToFilterFc, &mut after.mod_lfo_to_cutoff),
            (G::ModEnvToFilterFc, &mut after.mod_env_to_cutoff),
        ] {
            if self.reached.has(generator) {
                *value = self.value(generator);
            }
        }
        if self.reached.has(G::ModLfoToVolume) {
            after.mod_lfo_to_volume = self.value(G::ModLfoToVolume) * OCTAVES_PER_CENTIBEL;
        }
    }

    /// Whether a sound controller is away from rest and the bank has nothing else in mind for it.
    fn is_moved(&self, controller: u8) -> bool {
        let moved = self.note.channel.moved();
        moved.without(self.region.own_controllers).contains(controller)
    }

    fn balance(&self) -> [f32; 2] {
        if !self.is_moved(BALANCE) {
            return [1.0; 2];
        }
        sound_controllers::balance_gains(self.note.channel.position(BALANCE))
    }

    fn attenuation(&self) -> f32 {
        let bank = self.generator(G::InitialAttenuation) * self.region.attenuation_factor;
        clamp(
            bank + self.added(Destination::Generator(G::InitialAttenuation)),
            0.0,
            MAX_ATTENUATION,
        )
    }

    /// SPEC: §8.1.2 #56: the scale turns around the root key.
    fn pitch(&self) -> f64 {
        let from_root = f64::from(self.note.key) - self.region.root_key;
        let tuning = self.value(G::CoarseTune) * 100.0 + self.value(G::FineTune);
        let (tuned, bent) = self.note.own_cents();
        // A region that follows keys half as far follows their tuning half as far.
        (from_root + f64::from(tuned) * 0.01) * self.scale()
            + bent
            + self.region.correction_cents
            + f64::from(tuning)
            + f64::from(self.added(Destination::Pitch))
            + self.note.channel.tuning_cents()
    }

    fn scale(&self) -> f64 {
        let offset = self.note.channel.offsets().get(G::ScaleTuning);
        f64::from(self.generator(G::ScaleTuning) + offset)
    }

    fn lfo_rate(&self, generator: G) -> f64 {
        let cents = clamp(self.value(generator), -16_000.0, 4500.0);
        HZ_AT_ZERO_CENTS * exp2_f64(f64::from(cents) / 1200.0) / self.rate
    }
}

/// The part of a bank's attenuation that counts, for banks of the SoundFont kind.
pub(super) const fn sound_font_attenuation_factor() -> f32 {
    ATTENUATION_FACTOR
}

#[cfg(test)]
mod tests;
