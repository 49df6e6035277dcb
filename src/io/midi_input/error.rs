//! What can be wrong with a MIDI input.

use crate::io::refusal::{Listed, Refusal};
use crate::port::PortError;

use super::MidiSystemName;

/// A MIDI system or input that could not be opened. Nothing is held of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MidiInputError {
    /// No MIDI system works.
    #[error("no MIDI system works ({})", Listed(tried, "; "))]
    NoSystem {
        /// Every system that was tried, and why it refused.
        tried: Vec<Refusal>,
    },
    /// A MIDI system does not answer.
    #[error("{system}: {reason}")]
    System {
        /// The system.
        system: MidiSystemName,
        /// What it said.
        reason: String,
    },
    /// An input could not be connected.
    #[error("{system}: cannot connect `{input}`: {reason}")]
    Connect {
        /// The system.
        system: MidiSystemName,
        /// The input.
        input: String,
        /// What the system said.
        reason: String,
    },
    /// The port gives no way in for the input.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl MidiInputError {
    /// What the user can do about it.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::NoSystem { .. } => {
                "load the sequencer (`modprobe snd-seq`) on Linux, or start a JACK server"
            }
            Self::System { system, .. } => system.remedy(),
            Self::Connect { .. } => "unplug the input and plug it in again",
            Self::Port(_) => "close inputs that are not needed",
        }
    }
}
