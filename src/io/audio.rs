//! Audio output through the hosts of cpal.
//!
//! A host is a system of devices: ALSA, JACK, CoreAudio, WASAPI. [`CpalSink`] is a wave sink on one
//! device of one host. It negotiates, converts, measures and notices a dead device; what to do then is
//! the [`Supervisor`](super::Supervisor)'s business.
//!
//! - `error`: what can go wrong with a device.
//! - `host`: hosts by name, and which is tried first.
//! - `choice`: what to ask a device for, decided from what it offers.
//! - `target`: frames of the port as frames of the device.
//! - `pull`: what the device's callback runs.
//! - `block_clock`: when blocks begin.
//! - `vitals`: what the callback reports, and whether the device still lives.

mod choice;
mod error;
mod host;
mod pull;
mod block_clock;
mod sink;
mod target;
mod vitals;

pub use error::{DeviceError, Fault, Step};
pub use host::{AudioHost, HostChoice, OutputRequest};
pub use sink::CpalSink;

pub(super) use choice::Range;
pub(super) use host::{Names, OpenHost, auto_order};
