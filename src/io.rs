//! The operating system: files, clocks, devices, live MIDI and the user's configuration.
//!
//! The only layer that touches any of them; everything below takes times, bytes and events as values.
//! What can be decided without a device (which format to ask for, when a device counts as lost, what to
//! connect) is written as pure functions and polled state machines here too, so that it is tested
//! without one.
//!
//! # Threads
//!
//! Opening, polling and closing belong to control threads and may take milliseconds. The audio
//! callback and the MIDI callbacks run on threads of the system's libraries; what they execute of this
//! module neither allocates, locks nor logs.

pub mod clock;
mod unfinished;
mod file;
mod config;
mod bank_file;
mod bank_search;
mod wave_file;
mod player;
mod crew;
mod offline;
mod on_demand;
mod thread_sink;
#[cfg(any(feature = "audio", feature = "midi"))]
mod quiet;
#[cfg(feature = "jack")]
mod jack_server;
#[cfg(feature = "jack")]
mod jack_cycles;
#[cfg(feature = "audio")]
mod audio;
#[cfg(any(feature = "midi", feature = "jack"))]
mod midi_input;
mod supervisor;
#[cfg(any(feature = "audio", feature = "midi"))]
mod give_up;
#[cfg(any(feature = "audio", feature = "midi"))]
mod refusal;
#[cfg(any(feature = "audio", feature = "midi"))]
mod wait;
#[cfg(any(feature = "audio", feature = "midi"))]
mod translation;
#[cfg(any(feature = "audio", feature = "midi"))]
mod devices;

#[cfg(feature = "audio")]
pub use audio::{AudioHost, CpalSink, DeviceError, Fault, HostChoice, OutputRequest, Step};
pub use bank_file::OpenBankError;
pub use bank_search::{BANK_VARIABLE, BUILT_IN_BANK, FoundBank};
pub use config::{Config, ConfigError};
pub use crew::Threads;
#[cfg(any(feature = "audio", feature = "midi"))]
pub use devices::{
    AudioHostReport, AudioOutputReport, Devices, MidiPortReport, MidiSystemReport, OutputFormats,
    Problem, devices,
};
pub use file::{
    FileError, FileKind, FileProblem, FileSource, NewFile, create_in_place, is_pipe, read_pipe,
};
#[cfg(any(feature = "midi", feature = "jack"))]
pub use midi_input::{
    InputChange, InputRequest, InputStatus, MidiInputError, MidiInputs, MidiSystemName,
};
pub use offline::{Offline, Tail};
pub use on_demand::OnDemand;
pub use player::Player;
#[cfg(any(feature = "audio", feature = "midi"))]
pub use refusal::Refusal;
pub use supervisor::{OpenSink, Supervised, Supervisor};
pub use thread_sink::{Pace, ThreadSink, VirtualClock};
pub use unfinished::discard_unfinished;
pub use wave_file::WaveWriter;
