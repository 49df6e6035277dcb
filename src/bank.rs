//! Sound banks: what a file says, as regions that a voice can play.
//!
//! Not a synthesizer and not a file: a bank is read from a [`ByteSource`](crate::riff::ByteSource), tables first,
//! and its waves when an instrument is asked for. Nothing here runs on the audio thread but
//! [`Instrument::regions_at`] and reading what an instrument holds.
//!
//! What a file says wrongly is refused as a [`BankError`] where the standard calls it structurally unsound, and
//! is a [`BankWarning`] where the standard says to ignore it or every player forgives it; the places where
//! this reader departs from the text are marked `DEVIATION` beside the code.
//!
//! Source: SoundFont Technical Specification 2.04 (2006); SF3 for compressed samples.

mod open;
mod patch;
mod keys;
mod stack;
mod info;
mod generator;
mod modulator;
mod region;
mod sample;
mod wave;
mod instrument;
mod download;
mod resolve;
mod vorbis;
mod report;
mod error;
mod warning;
mod limits;
pub mod sf2;
pub mod write;

pub use error::BankError;
pub use generator::{Generator, GeneratorSpec, Level, Unit};
pub use info::{Info, Version};
pub use instrument::Instrument;
pub use keys::KeySet;
pub use limits::Limits;
pub use modulator::{
    Curve, DefaultModulators, Destination, Direction, Input, Modulator, ModulatorFault,
    ModulatorSource, Polarity, Transform,
};
pub use open::{Bank, BankId, BankOptions, Preset, PresetIndex, SampleIndex};
pub use patch::PatchNumber;
pub use region::{AddressOffsets, Generators, LoopMode, MidiRange, Region, RegionMap};
pub use report::{BankReport, Finding, LintReport, PresetReport, SampleCounts};
pub use sample::{Sample, SampleChannel, SampleLocation};
pub use stack::{BankPreset, Stack};
pub use warning::{BankWarning, Owner, SampleFault, SampleOddity, ZoneAt, ZoneOddity};
pub use wave::{
    ALIGNMENT, GUARD_AFTER, GUARD_BEFORE, GUARD_TAIL, LoopPoints, LoopTail, Points, RegionLoop,
    RegionSample, WINDOW, WaveData,
};
