//! What no controller can take away: the level below which a voice can never be heard again.

use super::{Evaluation, MAX_ATTENUATION};
use crate::bank::{
    Destination, Generator as G, Input, Modulator, ModulatorSource, Polarity, Transform,
};
use crate::dsp::clamp;

impl Evaluation<'_> {
    /// The least attenuation in cB that this voice can ever have: what no controller can take away.
    pub(in super::super) fn least_attenuation(&self) -> f32 {
        let bank = self.generator(G::InitialAttenuation) * self.region.attenuation_factor;
        // A parameter that makes the note louder counts as it is now: one that comes later may cut its end short.
        let offset = self.note.channel.offsets().get(G::InitialAttenuation);
        let mut least = if offset < 0.0 { bank + offset } else { bank };
        for modulator in self.region.modulators.iter() {
            if modulator.destination == Destination::Generator(G::InitialAttenuation) {
                least += self.least_output(modulator);
            }
        }
        clamp(least, 0.0, MAX_ATTENUATION)
    }

    fn least_output(&self, modulator: &Modulator) -> f32 {
        let fixed = |source: &ModulatorSource| {
            matches!(source.input, Input::None | Input::NoteOnVelocity | Input::NoteOnKey)
        };
        let sources = [&modulator.source, &modulator.amount_source];
        if sources.iter().all(|source| fixed(source)) {
            return self.note.output(modulator, 0.0);
        }
        let linked = sources.iter().any(|source| source.input == Input::Link);
        let signed = sources.iter().any(|s| s.polarity == Polarity::Bipolar);
        match modulator.transform {
            Transform::Absolute => 0.0,
            Transform::Linear if linked => -MAX_ATTENUATION,
            Transform::Linear if signed => -(modulator.amount as f32).abs(),
            Transform::Linear if modulator.amount < 0 => modulator.amount as f32,
            Transform::Linear => 0.0,
        }
    }
}
