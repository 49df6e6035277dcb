//! Modulators as data: what drives which generator, by how much and along which curve.
//!
//! Not their evaluation, which is the engine's. A decoded modulator is always one that the standard
//! allows; records that it says to ignore give a [`ModulatorFault`].
//!
//! Source: SoundFont 2.04 sections 7.4, 8.2 to 8.4 and 9.5.

mod default;

use crate::bank::Generator;
use crate::bank::sf2::record::ModulatorRecord;

pub use default::DefaultModulators;

/// A modulator: `transform(amount * source * amount source)`, added to its destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Modulator {
    /// What drives it.
    pub source: ModulatorSource,
    /// What scales it; [`Input::None`] is 1.
    pub amount_source: ModulatorSource,
    /// What it is added to.
    pub destination: Destination,
    /// Factor in units of the destination. A sum when a preset adds to an instrument's amount, so it may
    /// be larger than the 16 bits of a file.
    pub amount: i32,
    /// What happens to the product.
    pub transform: Transform,
}

impl Modulator {
    /// Decodes a record on its own; links are checked against the other modulators of the zone later.
    ///
    /// # Errors
    ///
    /// Why the standard says to ignore the modulator.
    pub fn decode(record: &ModulatorRecord) -> Result<Self, ModulatorFault> {
        let source = ModulatorSource::decode(record.source)?;
        let amount_source = ModulatorSource::decode(record.amount_source)?;
        if amount_source.input == Input::Link {
            return Err(ModulatorFault::LinkedAmount);
        }
        let transform = match record.transform {
            0 => Transform::Linear,
            2 => Transform::Absolute,
            transform => return Err(ModulatorFault::UnknownTransform { transform }),
        };
        let destination = match Destination::decode(record.destination)? {
            Destination::Generator(Generator::FineTune)
                if source == PITCH_WHEEL && amount_source.input == Input::PitchWheelSensitivity =>
            {
                Destination::Pitch
            }
            destination => destination,
        };
        let amount = i32::from(record.amount);
        Ok(Self { source, amount_source, destination, amount, transform })
    }

    /// Whether both are the same modulator but for the amount, so that one supersedes the other.
    ///
    /// SPEC: section 7.4 compares sources and destination, section 9.5.1 the transform too: all four here.
    pub fn is_identical(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }

    pub(crate) fn identity(&self) -> Identity {
        (self.source, self.amount_source, self.destination, self.transform)
    }
}

/// What two modulators must share for one to supersede the other.
pub(crate) type Identity = (ModulatorSource, ModulatorSource, Destination, Transform);

/// What drives a modulator and how its value is shaped (section 8.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct ModulatorSource {
    /// Where the value comes from.
    pub input: Input,
    /// The shape of the mapping.
    pub curve: Curve,
    /// Whether it runs from 0 to 1 or from -1 to 1.
    pub polarity: Polarity,
    /// Which end of the input is the low one.
    pub direction: Direction,
}

impl ModulatorSource {
    /// The source that is always 1, whatever the other bits of its word.
    pub const NONE: Self = Self {
        input: Input::None,
        curve: Curve::Linear,
        polarity: Polarity::Unipolar,
        direction: Direction::Positive,
    };

    /// Decodes a source's word: 7 bits index, CC flag, direction, polarity, 6 bits type.
    ///
    /// # Errors
    ///
    /// When the palette has no such source, or no such type of curve.
    pub fn decode(word: u16) -> Result<Self, ModulatorFault> {
        const CONTROLLER: u16 = 0x80;
        const DOWNWARD: u16 = 0x100;
        const BIPOLAR: u16 = 0x200;
        let index = (word & 0x7F) as u8;
        let input = match index {
            _ if word & CONTROLLER != 0 => Input::controller(index)?,
            0 => return Ok(Self::NONE),
            2 => Input::NoteOnVelocity,
            3 => Input::NoteOnKey,
            10 => Input::PolyPressure,
            13 => Input::ChannelPressure,
            14 => Input::PitchWheel,
            16 => Input::PitchWheelSensitivity,
            127 => Input::Link,
            _ => return Err(ModulatorFault::UnknownSource { word }),
        };
        let curve = match word >> 10 {
            0 => Curve::Linear,
            1 => Curve::Concave,
            2 => Curve::Convex,
            3 => Curve::Switch,
            _ => return Err(ModulatorFault::UnknownCurve { word }),
        };
        let polarity = if word & BIPOLAR == 0 { Polarity::Unipolar } else { Polarity::Bipolar };
        let direction =
            if word & DOWNWARD == 0 { Direction::Positive } else { Direction::Negative };
        Ok(Self { input, curve, polarity, direction })
    }
}

/// The pitch wheel as the default modulator reads it (section 8.4.10).
const PITCH_WHEEL: ModulatorSource = ModulatorSource {
    input: Input::PitchWheel,
    curve: Curve::Linear,
    polarity: Polarity::Bipolar,
    direction: Direction::Positive,
};

/// Where a modulator's value comes from (sections 8.2.1 and 8.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Input {
    /// Always 1.
    None,
    /// The velocity that started the note.
    NoteOnVelocity,
    /// The key that started the note.
    NoteOnKey,
    /// Polyphonic key pressure.
    PolyPressure,
    /// Channel pressure.
    ChannelPressure,
    /// The pitch wheel, 14 bits.
    PitchWheel,
    /// The range of the pitch wheel, RPN 0.
    PitchWheelSensitivity,
    /// The sum of the modulators whose destination this one is.
    Link,
    /// A control change; never one that the standard excludes.
    Controller(u8),
}

impl Input {
    /// The control change with this number.
    ///
    /// SPEC: section 8.2.1 excludes bank select, data entry, (N)RPN numbers and channel mode messages, and
    /// keeps 33 to 63 for low bytes.
    fn controller(number: u8) -> Result<Self, ModulatorFault> {
        match number {
            0 | 6 | 32..=63 | 98..=101 | 120.. => {
                Err(ModulatorFault::ExcludedController { controller: number })
            }
            _ => Ok(Self::Controller(number)),
        }
    }
}

/// The shape of a source's mapping (section 8.2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Curve {
    /// A straight line.
    Linear,
    /// Slow at first; the decibels of an amplitude.
    Concave,
    /// Fast at first.
    Convex,
    /// Low below the middle, high from it on.
    Switch,
}

/// Whether a source runs from 0 to 1 or from -1 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Polarity {
    /// 0 to 1.
    Unipolar,
    /// -1 to 1.
    Bipolar,
}

/// Which end of the input is the low one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Direction {
    /// The smallest input is the lowest output.
    Positive,
    /// The smallest input is the highest output.
    Negative,
}

/// What a modulator is added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Destination {
    /// A generator. Those that are fixed when a note starts take its value at that moment.
    Generator(Generator),
    /// The pitch in cents, which the standard calls "initial pitch".
    ///
    /// SPEC: section 8.4.10 names no generator for it. Files write the unused number 59, or `fineTune`
    /// with the pitch wheel and its sensitivity as sources; both mean this.
    Pitch,
    /// The source of another modulator. In a file the index counts from the zone's first modulator, in a
    /// [`Region`](crate::bank::Region) it is one of the region's list, and always a later one.
    Modulator(u16),
}

impl Destination {
    const LINK: u16 = 0x8000;
    const PITCH: u16 = 59;

    fn decode(word: u16) -> Result<Self, ModulatorFault> {
        if word & Self::LINK != 0 {
            return Ok(Self::Modulator(word & !Self::LINK));
        }
        match Generator::from_operator(word) {
            Some(
                Generator::Instrument
                | Generator::SampleId
                | Generator::KeyRange
                | Generator::VelRange,
            ) => Err(ModulatorFault::UnknownDestination { word }),
            Some(generator) => Ok(Self::Generator(generator)),
            None if word == Self::PITCH => Ok(Self::Pitch),
            None => Err(ModulatorFault::UnknownDestination { word }),
        }
    }
}

/// What happens to the product of amount and sources (section 8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Transform {
    /// Nothing.
    Linear,
    /// The sign is dropped.
    Absolute,
}

/// Why a modulator is ignored (sections 7.4, 8.2 and 9.5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[non_exhaustive]
pub enum ModulatorFault {
    /// The palette has no such source.
    #[error("unknown source {word:#06x}")]
    UnknownSource {
        /// The source's word.
        word: u16,
    },
    /// A control change that cannot be a source.
    #[error("controller {controller} cannot be a source")]
    ExcludedController {
        /// Its number.
        controller: u8,
    },
    /// No such type of curve.
    #[error("unknown curve in source {word:#06x}")]
    UnknownCurve {
        /// The source's word.
        word: u16,
    },
    /// No such transform.
    #[error("unknown transform {transform}")]
    UnknownTransform {
        /// Its number.
        transform: u16,
    },
    /// No generator that a modulator may change.
    #[error("unknown destination {word:#06x}")]
    UnknownDestination {
        /// The destination's word.
        word: u16,
    },
    /// A link to a modulator that is not there, is ignored itself, or does not take links.
    #[error("link to {target}, which takes none")]
    DanglingLink {
        /// The modulator that it names.
        target: u16,
    },
    /// A source that is a link, without a modulator that feeds it.
    #[error("linked source that nothing feeds")]
    Unfed,
    /// A link in the amount's source.
    #[error("linked amount source")]
    LinkedAmount,
    /// One of a circle of links, or a way into one.
    #[error("circle of links")]
    Cycle,
}
