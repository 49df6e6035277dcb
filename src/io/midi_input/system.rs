//! What a MIDI system has to do for us.

use std::fmt;
use std::sync::Arc;

use crate::rt::Gate;

use super::MidiInputError;
use super::keyboard::Keyboard;

/// A system through which MIDI comes and goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MidiSystemName {
    /// The operating system's own: the ALSA sequencer, CoreMIDI, WinMM.
    Native,
    /// JACK.
    Jack,
}

impl MidiSystemName {
    /// The systems of this build, in the order in which they are preferred.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let native = cfg!(feature = "midi").then_some(Self::Native);
        native.into_iter().chain(cfg!(feature = "jack").then_some(Self::Jack))
    }

    /// What the user can do when it does not answer.
    pub(crate) const fn remedy(self) -> &'static str {
        match self {
            Self::Native if cfg!(target_os = "linux") => {
                "load the sequencer (`modprobe snd-seq`) and allow the user to use it, by the group `audio`"
            }
            Self::Native => "start the system's MIDI service",
            Self::Jack => "start a JACK server, or install its client library (libjack)",
        }
    }
}

impl fmt::Display for MidiSystemName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Native if cfg!(target_os = "linux") => "ALSA sequencer",
            Self::Native if cfg!(target_os = "macos") => "CoreMIDI",
            Self::Native => "MIDI",
            Self::Jack => "JACK MIDI",
        })
    }
}

/// Something that sends MIDI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// What the system calls it; no two have the same at one time.
    pub(super) id: String,
    /// For people.
    pub(super) name: String,
    /// Whether it is wanted when none is named: a keyboard rather than a program.
    pub(super) is_keyboard: bool,
}

/// A connection, which lasts until this is dropped. Dropping it may take its time, and may hang.
pub(super) type Line = Box<dyn Send>;

/// The keyboard behind a connection; shut when the connection is to end.
pub(super) type Listener = Arc<Gate<Keyboard>>;

/// An open MIDI system.
///
/// # Thread
///
/// Control threads. Callbacks enter the listener's gate on threads of the system.
pub(super) trait MidiSystem: Send {
    /// What sends MIDI now.
    ///
    /// # Errors
    ///
    /// When the system is gone. It has to be opened anew.
    fn sources(&mut self) -> Result<Vec<Source>, MidiInputError>;

    /// Connects `source` to `listener`.
    fn connect(&mut self, source: &Source, listener: Listener) -> Result<Line, MidiInputError>;

    /// Makes an input of ours to which other programs connect.
    fn open_virtual(&mut self, name: &str, listener: Listener) -> Result<Line, MidiInputError>;
}

/// Opens a system afresh.
pub(super) fn open(system: MidiSystemName) -> Result<Box<dyn MidiSystem>, MidiInputError> {
    match system {
        #[cfg(feature = "midi")]
        MidiSystemName::Native => Ok(Box::new(super::native::Native::open()?)),
        #[cfg(feature = "jack")]
        MidiSystemName::Jack => Ok(Box::new(super::jack::JackMidi::open()?)),
        #[allow(unreachable_patterns, reason = "reachable where a system is not built in")]
        _ => Err(MidiInputError::System {
            system,
            reason: "it is not part of this build".to_owned(),
        }),
    }
}

/// The ports of a system: identifier and name of each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Ports {
    pub(crate) inputs: Vec<(String, String)>,
    pub(crate) outputs: Vec<(String, String)>,
}

/// Lists what a system has.
pub(crate) fn list(system: MidiSystemName) -> Result<Ports, MidiInputError> {
    match system {
        #[cfg(feature = "midi")]
        MidiSystemName::Native => super::native::list(),
        #[cfg(feature = "jack")]
        MidiSystemName::Jack => super::jack::list(),
        #[allow(unreachable_patterns, reason = "reachable where a system is not built in")]
        _ => Ok(Ports::default()),
    }
}
