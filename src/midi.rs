//! MIDI as values: events, byte streams, packets, Standard MIDI Files and clip files.
//!
//! Not a synthesizer: what an event does to the sound belongs to `engine`.
//!
//! Events are kept in MIDI 2.0 resolution (16-bit velocity, 32-bit controllers). MIDI 1.0 values come in
//! by the min-centre-max scaling of the Universal MIDI Packet specification, and go out again unchanged.

mod value;
mod expressive;
mod event;
pub mod wire;
pub mod stream;
pub mod ump;
pub mod smf;

pub use event::{BankSelect, Event, Message, SysExPacket, TimedEvent};
pub use expressive::{NotePitch, ParameterNumber, PerNoteNumber};
pub use value::{
    Channel, ChannelGroup, ControlValue, Controller, Key, OutOfRange, Program, Velocity,
};
