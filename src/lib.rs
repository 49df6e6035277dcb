//! Portative, a software MIDI synthesizer whose ports open and close as cleanly as they play.

#![deny(unsafe_code)]

pub mod units;
pub mod time;
pub mod riff;
pub mod midi;
pub mod bank;
