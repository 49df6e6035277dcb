//! What non-registered parameter 120 adds to the generators of a channel.
//!
//! SPEC: SoundFont 2.04 §9.6: the offset is in the generator's own unit, or in twos and fours of it where fourteen bits
//! would not span its range, and comes on top of generators and modulators. It reaches notes that sound, and stays until the
//! channel is reset. Generators that cannot move while a note sounds have none.

use crate::bank::{Generator as G, Level, Unit};

/// Offsets by generator.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Offsets {
    amounts: [f32; G::COUNT],
    /// Whether any was ever set.
    used: bool,
}

impl Offsets {
    /// No offsets.
    pub(super) const NONE: Self = Self { amounts: [0.0; G::COUNT], used: false };

    /// Sets the offset of a generator, `away` fourteen-bit steps from the middle, if it can have one.
    pub(super) fn set(&mut self, generator: G, away: i32) {
        // What only instruments may set are addresses and substitutions, fixed when a note begins.
        if generator.spec().level == Level::Both {
            self.used = true;
            self.amounts[usize::from(generator.operator())] = (away * scale(generator)) as f32;
        }
    }

    /// The offset of a generator.
    pub(super) fn get(&self, generator: G) -> f32 {
        self.amounts[usize::from(generator.operator())]
    }

    /// Steps from the middle that the offset of a generator was entered with.
    pub(super) fn away(&self, generator: G) -> i32 {
        self.get(generator) as i32 / scale(generator)
    }

    /// Whether there may be one.
    pub(super) const fn are_used(&self) -> bool {
        self.used
    }

    /// Adds them to what modulators add to each generator.
    pub(super) fn add_to(&self, sums: &mut [f32]) {
        sums.iter_mut().zip(&self.amounts).for_each(|(sum, amount)| *sum += amount);
    }
}

/// What one step is worth.
///
/// SPEC: SoundFont 2.04 §8.1.3 and §9.6.3.
fn scale(generator: G) -> i32 {
    let spec = generator.spec();
    match spec.unit {
        _ if matches!(generator, G::FreqModLfo | G::FreqVibLfo) => 4,
        Unit::AbsoluteCents | Unit::DelayTimecents | Unit::Timecents => 2,
        Unit::Cents if spec.max > 8192 => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests;
