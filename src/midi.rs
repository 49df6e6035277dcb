//! MIDI as values: events, the byte-stream parser and the reader of Standard MIDI Files.
//!
//! Not a synthesizer: what an event does to the sound belongs to `engine`.
//!
//! Events are kept in MIDI 2.0 resolution (16-bit velocity, 32-bit controllers). MIDI 1.0 values come in
//! by the min-centre-max scaling of the Universal MIDI Packet specification, and go out again unchanged.

mod value;
mod event;
pub mod wire;
pub mod stream;
pub mod smf;

pub use event::{BankSelect, Event, Message, SysExPacket, TimedEvent};
pub use value::{
    Channel, ChannelGroup, ControlValue, Controller, Key, OutOfRange, Program, Velocity,
};
