//! Regions: what a preset plays for a key and a velocity, every precedence rule applied.
//!
//! Not the file's zones, and no sound: a region says which sample plays with which generators and modulators.
//!
//! Source: SoundFont 2.04 sections 8.1, 9.4 and 9.5.

mod lookup;

use std::num::NonZeroU16;
use std::sync::Arc;

use crate::bank::{Generator, Modulator};

pub use lookup::RegionMap;

/// A range of keys or velocities, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct MidiRange {
    /// The lowest, 0 to 127.
    pub low: u8,
    /// The highest. Below `low` when the range is empty.
    pub high: u8,
}

impl MidiRange {
    /// The highest key and velocity.
    pub const MAX: u8 = 127;
    /// Every key or velocity.
    pub const ALL: Self = Self { low: 0, high: Self::MAX };

    /// The range between two ends, limited to what MIDI can say.
    pub fn new(low: u8, high: u8) -> Self {
        Self { low, high: high.min(Self::MAX) }
    }

    /// Whether a key or velocity lies inside.
    pub const fn contains(self, value: u8) -> bool {
        self.low <= value && value <= self.high
    }

    /// Whether nothing lies inside.
    pub const fn is_empty(self) -> bool {
        self.low > self.high
    }

    /// What lies in both.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self { low: self.low.max(other.low), high: self.high.min(other.high) }
    }
}

/// A leaf of a preset: a sample with its parameters, for a range of keys and velocities.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// Keys that it plays for. Never empty.
    pub keys: MidiRange,
    /// Velocities that it plays for. Never empty.
    pub velocities: MidiRange,
    /// What it sets.
    pub generators: Generators,
    /// What moves its generators: the default modulators, superseded by the instrument's and added to by
    /// the preset's. A modulator whose destination is another one comes before it. Shared between regions
    /// that have the same.
    pub modulators: Arc<[Modulator]>,
    /// The sample, an index into [`Bank::samples`](crate::bank::Bank::samples).
    pub sample: u16,
}

impl Region {
    /// What happens at the sample's end (generator 54, bits above 1 ignored).
    ///
    /// SPEC: section 8.1.2 calls 2 unused, to be taken as no loop.
    pub fn loop_mode(&self) -> LoopMode {
        match self.generators.get(Generator::SampleModes) & 3 {
            1 => LoopMode::Forever,
            3 => LoopMode::WhileHeld,
            _ => LoopMode::None,
        }
    }

    /// The exclusive class (generator 57), if it has one.
    pub fn exclusive_class(&self) -> Option<NonZeroU16> {
        NonZeroU16::new(self.generators.get(Generator::ExclusiveClass).cast_unsigned())
    }

    /// The key that replaces the note's everywhere but in the choice of regions and at note-off
    /// (generator 46), if there is one.
    pub fn keynum(&self) -> Option<u8> {
        midi_value(self.generators.get(Generator::Keynum))
    }

    /// The velocity that replaces the note's everywhere but in the choice of regions (generator 47), if
    /// there is one.
    pub fn velocity(&self) -> Option<u8> {
        midi_value(self.generators.get(Generator::Velocity))
    }

    /// The root key that replaces the sample's (generator 58), if there is one.
    pub fn overriding_root_key(&self) -> Option<u8> {
        midi_value(self.generators.get(Generator::OverridingRootKey))
    }

    /// How far the region moves the sample's points.
    pub fn address_offsets(&self) -> AddressOffsets {
        let sum = |fine, coarse| {
            let (fine, coarse) = (self.generators.get(fine), self.generators.get(coarse));
            i64::from(fine) + COARSE_POINTS * i64::from(coarse)
        };
        AddressOffsets {
            start: sum(Generator::StartAddrsOffset, Generator::StartAddrsCoarseOffset),
            end: sum(Generator::EndAddrsOffset, Generator::EndAddrsCoarseOffset),
            loop_start: sum(Generator::StartloopAddrsOffset, Generator::StartloopAddrsCoarseOffset),
            loop_end: sum(Generator::EndloopAddrsOffset, Generator::EndloopAddrsCoarseOffset),
        }
    }
}

/// Data points in one unit of a coarse offset (generators 4, 12, 45 and 50).
const COARSE_POINTS: i64 = 32_768;

/// A key or velocity, unless the amount is -1 or no such value.
fn midi_value(amount: i16) -> Option<u8> {
    u8::try_from(amount).ok().filter(|&value| value <= MidiRange::MAX)
}

/// What happens at the end of a sample's loop (generator 54).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub enum LoopMode {
    /// The sample plays once, to its end.
    None,
    /// The loop plays as long as the voice sounds.
    Forever,
    /// The loop plays while the key is held, then the sample goes on to its end.
    WhileHeld,
}

/// How far a region moves its sample's start, end and loop, in data points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct AddressOffsets {
    /// Added to the start.
    pub start: i64,
    /// Added to the end.
    pub end: i64,
    /// Added to the loop's start.
    pub loop_start: i64,
    /// Added to the loop's end.
    pub loop_end: i64,
}

/// The generators of a region: each the instrument's amount or the default, plus the preset's.
///
/// Sums are held in the generator's range (section 10.5), pan excepted; see [`Generator::spec`]. The
/// attenuation is as the bank has it: the factor of 0.4 that sound modules apply is the engine's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generators([i16; Generator::COUNT]);

impl Generators {
    /// Every generator at its default.
    pub fn defaults() -> Self {
        let mut values = [0; Generator::COUNT];
        for generator in Generator::all() {
            values[usize::from(generator.operator())] = generator.spec().default;
        }
        Self(values)
    }

    /// The value of a generator in its own unit. Ranges and terminals have none here and give 0.
    pub fn get(&self, generator: Generator) -> i16 {
        self.0[usize::from(generator.operator())]
    }

    pub(crate) fn set(&mut self, generator: Generator, value: i16) {
        self.0[usize::from(generator.operator())] = value;
    }

    /// Every generator that a region can have, with its value.
    pub fn iter(&self) -> impl Iterator<Item = (Generator, i16)> {
        Generator::all().map(|generator| (generator, self.get(generator)))
    }
}
