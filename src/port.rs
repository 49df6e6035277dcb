//! The synth port: owns one synthesizer, from open to a close that gives everything back.
//!
//! Not a device: a port renders when somebody pulls, be that a [`WaveSink`], a test or a game's own
//! audio thread. It reads no clock either; whoever pulls says what time it is.
//!
//! # States
//!
//! ```text
//!   closed ──open/reopen──▶ inactive ──activate──▶ active (the caller pulls)
//!     ▲                      │  ▲  └───connect───▶ active (a wave sink pulls)
//!     └────────close─────────┴──┴─deactivate/disconnect/renderer dropped
//! ```
//!
//! `close` works from every open state. Every other call says what it needs; a wrong one is a
//! [`PortError`] that names the operation and the state.
//!
//! # Threads
//!
//! [`SynthPort`] is for control threads, several at once: its lock is never taken by the audio thread.
//! [`Renderer`] is the audio thread's side, [`EventInput`] is for the thread that has the events, one for
//! each. What they share are rings, atomics and a [`Gate`](crate::rt::Gate).
//!
//! Modelled on IDirectMusicSynth; the names of its results are in the docs of [`PortError`].

mod clock;
mod control;
mod error;
mod event;
mod input;
mod keepers;
mod ledger;
mod open;
mod params;
mod queue;
mod render;
mod renderer;
mod schedule;
mod shared;
mod sink;
mod start;
mod stats;
mod waves;

pub use clock::LatencyClock;
pub use control::{Released, SynthPort};
pub use error::{Operation, PlayError, PortError, State};
pub use event::PortEvent;
pub use input::EventInput;
pub use ledger::DownloadId;
pub use params::{Granted, Params};
pub use renderer::Renderer;
pub use sink::{SinkError, SinkStatus, WaveSink};
pub use stats::RunningStats;
pub use waves::VoiceState;
