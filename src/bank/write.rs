//! Writing SoundFont banks.
//!
//! Not an editor: a [`SoundFont`] is the file's own structure, zones as record lists, and what it is told
//! is written, out-of-order generators and unknown numbers included. Only indices between the tables are
//! its own work, so whatever it writes is structurally sound as far as section 10.1 goes, unless a zone
//! names an instrument or a sample that does not exist.
//!
//! Source: SoundFont 2.04 sections 5 to 7.

mod file;
mod model;
mod copy;

pub use file::WriteError;
pub use model::{Instrument, Points, Preset, Sample, SoundFont, Zone};

#[cfg(test)]
mod tests;
