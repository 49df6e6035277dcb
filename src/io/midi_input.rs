//! Live MIDI: keyboards found, connected, listened to and let go.
//!
//! [`MidiInputs`] watches the systems through which MIDI comes (the operating system's own by midir,
//! JACK by its own client, which keeps exact frame times) and gives every input of theirs a way into a
//! port. An input that disappears leaves no note behind.
//!
//! - `keyboard`: what one input has told us, from bytes to events.
//! - `selection`: which inputs are wanted.
//! - `system`: what a MIDI system has to do for us.
//! - `native`, `jack`: the systems.
//!
//! Threads: a control thread opens, polls and closes; the callbacks of the systems run on threads of
//! their own and enter a [`Gate`](crate::rt::Gate) around their keyboard, which closing shuts.

mod error;
#[cfg(feature = "jack")]
mod jack;
mod keyboard;
#[cfg(feature = "midi")]
mod native;
mod selection;
mod system;
mod watch;
#[cfg(test)]
mod recorder;

pub use error::MidiInputError;
pub use system::MidiSystemName;
pub use watch::{InputChange, InputRequest, InputStatus, MidiInputs};

pub(super) use system::list;
