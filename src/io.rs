//! The operating system: clocks, devices and live MIDI.
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
#[cfg(any(feature = "audio", feature = "midi"))]
mod quiet;
#[cfg(feature = "jack")]
mod jack_server;
#[cfg(feature = "audio")]
mod audio;
#[cfg(any(feature = "midi", feature = "jack"))]
mod midi_input;
mod supervisor;
mod give_up;
mod refusal;
mod wait;
#[cfg(any(feature = "audio", feature = "midi"))]
mod devices;

#[cfg(feature = "audio")]
pub use audio::{AudioHost, CpalSink, DeviceError, Fault, HostChoice, OutputRequest, Step};
#[cfg(any(feature = "audio", feature = "midi"))]
pub use devices::{
    AudioHostReport, AudioOutputReport, Devices, MidiPortReport, MidiSystemReport, OutputFormats,
    Problem, devices,
};
#[cfg(any(feature = "midi", feature = "jack"))]
pub use midi_input::{
    InputChange, InputRequest, InputStatus, MidiInputError, MidiInputs, MidiSystemName,
};
#[cfg(any(feature = "audio", feature = "midi"))]
pub use refusal::Refusal;
pub use supervisor::{OpenSink, Supervised, Supervisor};
