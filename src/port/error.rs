//! What a port answers to a call that it cannot honour.

use std::fmt;

use crate::bank::PatchNumber;
use crate::engine::EngineError;
use crate::format::AudioFormat;
use crate::midi::{ChannelGroup, Event};

use super::{DownloadId, SinkError};

/// A call that a port refused. Nothing has changed by it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PortError {
    /// `close` on a port that is not open (DMUS_E_ALREADYCLOSED).
    #[error("the port is already closed")]
    AlreadyClosed,
    /// `open` on a port that is open (DMUS_E_ALREADYOPEN).
    #[error("the port is already open")]
    AlreadyOpen,
    /// A call that the port's state does not allow (DMUS_E_SYNTHNOTCONFIGURED, DMUS_E_SYNTHACTIVE,
    /// DMUS_E_SYNTHINACTIVE).
    #[error("cannot {operation}: the port is {state}")]
    WrongState {
        /// What was asked.
        operation: Operation,
        /// What the port was.
        state: State,
    },
    /// The sink's format is not the port's (DMUS_E_WAVEFORMATNOTSUPPORTED).
    #[error(
        "the sink takes {} Hz in {} channels, the port gives {} Hz in {}",
        sink.sample_rate.hz(), sink.audio_channels, port.sample_rate.hz(), port.audio_channels
    )]
    Format {
        /// What the port renders.
        port: AudioFormat,
        /// What the sink takes.
        sink: AudioFormat,
    },
    /// The port has as many event inputs as it can have.
    #[error("the port has {limit} event inputs already")]
    TooManyInputs {
        /// How many it can have.
        limit: usize,
    },
    /// The port has no such channel group.
    #[error("there is no channel group {}; the port has {groups}, from 0", group.0)]
    NoSuchChannelGroup {
        /// What was asked for.
        group: ChannelGroup,
        /// How many there are.
        groups: u16,
    },
    /// The bank has no preset with these numbers.
    #[error("the bank has no preset in {patch}")]
    NoSuchPatch {
        /// What was asked for.
        patch: PatchNumber,
    },
    /// The preset is downloaded already (DMUS_E_ALREADY_DOWNLOADED).
    #[error("bank {bank} program {program} of this sound bank is downloaded already")]
    AlreadyDownloaded {
        /// Under which handle.
        id: DownloadId,
        /// Its MIDI bank number.
        bank: u16,
        /// Its program number.
        program: u16,
    },
    /// The handle was unloaded already (DMUS_E_NOT_DOWNLOADED_TO_PORT).
    #[error("that download was unloaded already")]
    NotDownloaded {
        /// The handle.
        id: DownloadId,
    },
    /// What was downloaded under the handle is no wave to be played by itself.
    #[error("that download is no wave to be played by itself")]
    NoWave {
        /// The handle.
        id: DownloadId,
    },
    /// The handle is not of this opening of this port (DMUS_E_INVALID_DOWNLOADID).
    #[error("that download is not of this port since it was opened")]
    InvalidDownload {
        /// The handle.
        id: DownloadId,
    },
    /// The port holds as many downloads as it can.
    #[error("the port holds {limit} downloads already; unload some")]
    TooManyDownloads {
        /// How many it can hold.
        limit: usize,
    },
    /// The port would have more instruments than it can find by their numbers.
    #[error("the port would have {got} instruments, more than {limit}; unload some")]
    TooManyInstruments {
        /// How many it can have.
        limit: u64,
        /// How many it would have.
        got: u64,
    },
    /// The audio thread has not taken over what it was given before.
    #[error("the audio thread has {waiting} changes waiting; is its device still running?")]
    Stalled {
        /// Changes that wait.
        waiting: usize,
    },
    /// The engine refused.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The sink could not start.
    #[error("the sink did not start")]
    Sink(#[source] SinkError),
}

/// An event that was not queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlayError {
    /// The port has been closed.
    #[error("cannot play: the port is {}", State::Closed)]
    Closed,
    /// The queue is full; the event comes back. It is counted in the port's statistics.
    #[error("the event queue is full")]
    Full(Event),
}

/// The calls that need a certain state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// Hand out the renderer.
    Activate,
    /// Set or read the priority of a channel.
    ChannelPriority,
    /// Connect a wave sink.
    Connect,
    /// Stop rendering.
    Deactivate,
    /// Take the wave sink back.
    Disconnect,
    /// Download.
    Download,
    /// See what is downloaded.
    Downloads,
    /// Create an event input.
    EventInput,
    /// Read the latency clock.
    LatencyClock,
    /// Read the granted parameters.
    Params,
    /// Play a wave by itself, stop it or see where it is.
    PlayWave,
    /// Read the statistics.
    Stats,
    /// End a download.
    Unload,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Activate => "activate",
            Self::ChannelPriority => "set or read a channel's priority",
            Self::Connect => "connect a sink",
            Self::Deactivate => "deactivate",
            Self::Disconnect => "disconnect the sink",
            Self::Download => "download",
            Self::Downloads => "see what is downloaded",
            Self::EventInput => "create an event input",
            Self::LatencyClock => "read the latency clock",
            Self::Params => "read the parameters",
            Self::PlayWave => "play a wave by itself",
            Self::Stats => "read the statistics",
            Self::Unload => "unload",
        })
    }
}

/// What a port is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not open: before the first open or after a close.
    Closed,
    /// Open; nobody renders.
    Inactive,
    /// Open; a renderer is out or a sink pulls.
    Active,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "closed",
            Self::Inactive => "inactive",
            Self::Active => "active",
        })
    }
}
