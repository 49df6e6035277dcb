//! Portative, a software MIDI synthesizer whose ports open and close as cleanly as they play.

#![deny(unsafe_code)]

pub mod units;
pub mod time;
pub mod format;
pub mod riff;
pub mod rt;
pub mod dsp;
pub mod midi;
pub mod bank;
pub mod engine;
pub mod port;
pub mod sequence;
pub mod io;
