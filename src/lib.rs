//! Portative, a software MIDI synthesizer whose ports open and close as cleanly as they play.
//!
//! The heart is the [synth port](port): it owns a synthesizer, takes what is downloaded to it, plays events and is rendered
//! from by whoever needs audio, until it is closed and gives everything back. Around it are readers of
//! [banks](bank) and [songs](sequence), the [engines](engine) that make the sound, and the
//! [operating system](io).
//!
//! ```
//! use std::sync::Arc;
//!
//! use portative::midi::{Channel, Key, Velocity};
//! use portative::port::{Params, SynthPort};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let port = SynthPort::open(Params::default())?;
//! port.download_bank(Arc::new(portative::io::BUILT_IN_BANK))?;
//! let mut renderer = port.activate()?; // for the audio thread
//! let mut input = port.event_input()?; // one for each thread that has events
//! input.note_on(Channel::new(0)?, Key::new(60)?, Velocity::new(100)?)?;
//! let mut block = [0.0; 2 * 512];
//! renderer.render_interleaved(&mut block);
//! assert!(block.iter().any(|point| *point != 0.0));
//! let released = port.close()?; // the renderer is silent from here on
//! assert_eq!(released.content.instruments, 132);
//! # Ok(())
//! # }
//! ```
//!
//! # The tree
//!
//! | module | what it is | it imports |
//! |---|---|---|
//! | [`units`] | cents, timecents, centibels | |
//! | [`time`] | sample time and reference time | |
//! | [`mod@format`] | audio formats, PCM bytes | `time` |
//! | [`riff`] | chunks of files, positioned reading | |
//! | [`rt`] | what the audio thread shares with others | |
//! | [`midi`] | events, byte streams, Standard MIDI Files | `time` |
//! | [`bank`] | SoundFont banks, read and written | `units` `riff` `format` |
//! | [`engine`] | synthesizers | all of the above |
//! | [`port`] | the synth port | all of the above |
//! | [`sequence`] | songs as events on exact frames | `midi` `time` |
//! | [`io`] | devices, files, clocks | everything |
//!
//! A test reads the imports and fails on one that points the other way.
//!
//! # Threads
//!
//! - Control threads open, download, connect and close. They may wait and allocate.
//! - The audio thread renders. It never allocates, frees, locks, waits, logs or fails; what it lets go of travels to a
//!   control thread through a ring.
//! - Whoever has events, a MIDI callback or a game, plays them into a lock-free ring of its own.
//!
//! # Invariants
//!
//! - Time is an argument. Only [`io`] reads a clock.
//! - Loading is either an error with its place or a result with its warnings; what is written appears under its name when
//!   it is whole.
//! - A port that is closed, in whatever state and from whichever thread, holds nothing.

#![deny(unsafe_code)]

// The example in the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

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

pub use bank::Bank;
pub use port::{Params, SynthPort};
