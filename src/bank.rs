//! Sound banks: what a file says, as regions that a voice can play.
//!
//! Not a synthesizer and not a file: a bank is read from a [`ByteSource`](crate::riff::ByteSource),
//! tables first, and its waves when an instrument is asked for.
//!
//! Source: SoundFont Technical Specification 2.04 (2006); SF3 for compressed samples.

pub mod sf2;
mod generator;
mod info;
pub mod write;

pub use generator::{Generator, GeneratorSpec, Level, Unit};
pub use info::{Info, Version};
