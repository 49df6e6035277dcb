//! Whether a JACK server is there, and what it has.
//!
//! libjack is loaded at run time. Without it the functions behind it panic, so everything that uses
//! JACK asks here first.
//!
//! libjack keeps one connection for all clients of a process. A client that is opened while one of a
//! server that has died is still open gets that server's memory, and crashes the process. So every
//! use of JACK in this crate is counted, and after a server's end none begins until all from before
//! have ended. Whoever uses the crate and has JACK clients of its own has to close them too.
//!
//! Closing a client cancels its notification thread wherever that stands, and a thread of libjack that is
//! cancelled in a Rust callback ends the process. Most of the time it stands in libjack; only when the
//! server dies does it call back. So who closes a client of a server that has died waits a little first:
//! [`let_callbacks_end`]. What nobody outside of libjack can prevent is a server that dies while a client
//! is just being closed, which takes two of its periods.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use jack::{Client, ClientOptions, ClientStatus, LoggerType, PortFlags};

use super::wait::wait_for;

/// What a running server has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JackServer {
    /// Whether it has the playback ports to which an output is connected by itself.
    pub(super) has_playback: bool,
}

/// Why JACK cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoJack {
    /// libjack is not installed.
    Library(String),
    /// libjack found no server that answers.
    Server,
    /// The server refused.
    Refused(String),
    /// The server has died, and clients of it are not closed yet.
    Closing,
}

impl fmt::Display for NoJack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Library(reason) => write!(f, "libjack cannot be loaded: {reason}"),
            Self::Server => f.write_str("no JACK server is running"),
            Self::Refused(reason) => write!(f, "the JACK server refuses: {reason}"),
            Self::Closing => f.write_str("clients of a JACK server that has died are still open"),
        }
    }
}

impl std::error::Error for NoJack {}

/// A use of the server that runs: hold it for as long as a client is open.
#[derive(Debug)]
pub(super) struct InUse(());

static USES: AtomicUsize = AtomicUsize::new(0);
/// Whether the server of those uses has died.
static IS_DEAD: AtomicBool = AtomicBool::new(false);

impl InUse {
    /// Loads libjack, turns its messages off and begins a use.
    pub(super) fn begin() -> Result<Self, NoJack> {
        jack::jack_sys::library().map_err(|error| NoJack::Library(error.to_string()))?;
        let others = USES.fetch_add(1, Ordering::AcqRel);
        let this = Self(());
        if others == 0 {
            IS_DEAD.store(false, Ordering::Release);
        } else if IS_DEAD.load(Ordering::Acquire) {
            return Err(NoJack::Closing);
        }
        jack::set_logger(LoggerType::None);
        Ok(this)
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        USES.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Takes note that the server has died.
///
/// # Thread
///
/// JACK's notification thread: one atomic store.
pub(super) fn died() {
    IS_DEAD.store(true, Ordering::Release);
}

/// How long a thread that tells of the server's end may take to leave its callback.
const CALLBACK_END: Duration = Duration::from_millis(20);

/// Waits until whoever told of the server's end has left the callback, if it was told. To be called before
/// a client that has callbacks is closed.
///
/// # Thread
///
/// One that may wait.
pub(super) fn let_callbacks_end() {
    if IS_DEAD.load(Ordering::Acquire) {
        let never: Option<()> = wait_for(CALLBACK_END, || None);
        debug_assert!(never.is_none());
    }
}

/// A client and its use of the server; the client is closed first.
pub(super) struct CountedClient {
    pub(super) client: Client,
    pub(super) in_use: InUse,
}

impl CountedClient {
    /// The time, and a frame near the begin of the cycle that runs with its time; times on JACK's clock in
    /// units of 100 ns.
    ///
    /// JACK counts frames by when it expects the driver, but those since the cycle's start by when it
    /// woke up: the difference is off by that much.
    ///
    /// # Thread
    ///
    /// Any; on the audio thread, that cycle is the one whose block is asked for. Reads memory that the
    /// server shares.
    pub(super) fn cycle(&self) -> (i64, u32, i64) {
        let client = &self.client;
        let first = client.frame_time().wrapping_sub(client.frames_since_cycle_start());
        (to_reference(client.time()), first, to_reference(client.frames_to_time(first)))
    }
}

impl fmt::Debug for CountedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CountedClient").field("in_use", &self.in_use).finish_non_exhaustive()
    }
}

/// JACK's microseconds in units of 100 ns.
pub(super) fn to_reference(micros: jack::Time) -> i64 {
    i64::try_from(micros.saturating_mul(10)).unwrap_or(i64::MAX)
}

/// A client of the running server; none is started.
pub(super) fn client(name: &str) -> Result<CountedClient, NoJack> {
    let in_use = InUse::begin()?;
    let opened = Client::new(name, ClientOptions::NO_START_SERVER);
    let (client, _) = opened.map_err(|error| match error {
        jack::Error::ClientError(status) if status.contains(ClientStatus::SERVER_FAILED) => {
            NoJack::Server
        }
        other => NoJack::Refused(other.to_string()),
    })?;
    Ok(CountedClient { client, in_use })
}

/// Looks for a server.
pub(super) fn probe() -> Result<JackServer, NoJack> {
    let CountedClient { client, in_use: _in_use } = client("portative-probe")?;
    // The pattern by which cpal connects an output.
    let playback = client.ports(Some("system:playback_.*"), None, PortFlags::IS_INPUT);
    Ok(JackServer { has_playback: !playback.is_empty() })
}
