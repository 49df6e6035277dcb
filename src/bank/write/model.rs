//! A bank to be written, as the tables hold it.

use std::ops::RangeInclusive;

use crate::bank::sf2::record::{GeneratorRecord, ModulatorRecord, sample_type};
use crate::bank::{Generator, Info};

/// A whole bank. [`SoundFont::to_bytes`] gives the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SoundFont {
    /// What the bank says of itself.
    pub info: Info,
    /// The default modulators that replace the standard's, chunk `DMOD`; `None` leaves those.
    pub default_modulators: Option<Vec<ModulatorRecord>>,
    /// The presets, in file order.
    pub presets: Vec<Preset>,
    /// The instruments, which the zones of presets name by index.
    pub instruments: Vec<Instrument>,
    /// The samples, which the zones of instruments name by index.
    pub samples: Vec<Sample>,
}

/// A preset: what a program change selects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preset {
    /// Up to 19 bytes.
    pub name: String,
    /// MIDI bank number; 128 is percussion.
    pub bank: u16,
    /// MIDI program number.
    pub program: u16,
    /// The reserved fields library, genre and morphology.
    pub reserved: [u32; 3],
    /// Its zones; the first is global when it has no instrument.
    pub zones: Vec<Zone>,
}

impl Preset {
    /// A preset without zones.
    pub fn new(name: &str, bank: u16, program: u16) -> Self {
        Self { name: name.to_owned(), bank, program, ..Self::default() }
    }

    /// The preset with one more zone.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zones.push(zone);
        self
    }
}

/// An instrument: zones that name samples.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Instrument {
    /// Up to 19 bytes.
    pub name: String,
    /// Its zones; the first is global when it has no sample.
    pub zones: Vec<Zone>,
}

impl Instrument {
    /// An instrument without zones.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), zones: Vec::new() }
    }

    /// The instrument with one more zone.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zones.push(zone);
        self
    }
}

/// A zone: generators and modulators in the order in which they are written.
///
/// The standard wants the key range first, the velocity range next, and the instrument or sample last;
/// call the methods in that order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Zone {
    /// The generators.
    pub generators: Vec<GeneratorRecord>,
    /// The modulators.
    pub modulators: Vec<ModulatorRecord>,
}

impl Zone {
    /// A zone with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the zone to keys, both ends included.
    #[must_use]
    pub fn key_range(self, keys: RangeInclusive<u8>) -> Self {
        self.record(Generator::KeyRange, [*keys.start(), *keys.end()])
    }

    /// Limits the zone to velocities, both ends included.
    #[must_use]
    pub fn vel_range(self, velocities: RangeInclusive<u8>) -> Self {
        self.record(Generator::VelRange, [*velocities.start(), *velocities.end()])
    }

    /// Sets a generator, in its own unit.
    #[must_use]
    pub fn set(self, generator: Generator, amount: i16) -> Self {
        self.record(generator, amount.to_le_bytes())
    }

    /// Adds a modulator.
    #[must_use]
    pub fn modulator(mut self, modulator: ModulatorRecord) -> Self {
        self.modulators.push(modulator);
        self
    }

    /// Ends a preset's zone with the index of an instrument.
    #[must_use]
    pub fn instrument(self, index: u16) -> Self {
        self.record(Generator::Instrument, index.to_le_bytes())
    }

    /// Ends an instrument's zone with the index of a sample.
    #[must_use]
    pub fn sample(self, index: u16) -> Self {
        self.record(Generator::SampleId, index.to_le_bytes())
    }

    fn record(mut self, generator: Generator, amount: [u8; 2]) -> Self {
        self.generators.push(GeneratorRecord { operator: generator.operator(), amount });
        self
    }
}

/// A sample: data points and how they were recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Up to 19 bytes.
    pub name: String,
    /// The data.
    pub points: Points,
    /// First data point of the loop, counted from the sample's start.
    pub loop_start: u32,
    /// One past the last data point of the loop, counted from the sample's start.
    pub loop_end: u32,
    /// Data points per second.
    pub rate: u32,
    /// MIDI key of the recorded pitch; 255 is unpitched.
    pub original_pitch: u8,
    /// Cents to add when the sample plays: a recording that is 4 cents sharp has -4.
    pub correction: i8,
    /// [`sample_type::MONO`], `RIGHT`, `LEFT` or `LINKED`; further bits come from `points`.
    pub kind: u16,
    /// The other half of a pair, an index into the bank's samples.
    pub link: u16,
}

impl Sample {
    /// A mono sample without a loop, at 44,100 Hz, recorded at key 60.
    pub fn new(name: &str, points: Points) -> Self {
        Self {
            name: name.to_owned(),
            points,
            loop_start: 0,
            loop_end: 0,
            rate: 44_100,
            original_pitch: 60,
            correction: 0,
            kind: sample_type::MONO,
            link: 0,
        }
    }

    /// The sample with a loop from `start` to before `end`, in data points.
    #[must_use]
    pub fn looped(mut self, start: u32, end: u32) -> Self {
        (self.loop_start, self.loop_end) = (start, end);
        self
    }

    /// The sample as one half of a pair: `kind` is [`sample_type::LEFT`] or `RIGHT`.
    #[must_use]
    pub fn linked(mut self, kind: u16, other: u16) -> Self {
        (self.kind, self.link) = (kind, other);
        self
    }
}

/// The data of a sample.
#[derive(Debug, Clone, PartialEq)]
pub enum Points {
    /// 16-bit data points.
    Pcm16(Vec<i16>),
    /// 24-bit data points, -8,388,608 to 8,388,607; higher bits are dropped.
    Pcm24(Vec<i32>),
    /// A compressed stream, Ogg Vorbis by custom (SF3; needs version 3).
    Compressed(Vec<u8>),
    /// Addresses in the ROM that [`Info::rom`] names.
    Rom {
        /// First data point.
        start: u32,
        /// One past the last data point.
        end: u32,
    },
}
