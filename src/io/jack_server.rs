//! Whether a JACK server is there, and what it has.
//!
//! libjack is loaded at run time. Without it the functions behind it panic, so everything that uses
//! JACK asks here first.

use std::fmt;

use jack::{Client, ClientOptions, LoggerType, PortFlags};

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
    Server(String),
}

impl fmt::Display for NoJack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Library(reason) => write!(f, "libjack cannot be loaded: {reason}"),
            Self::Server(reason) => write!(f, "no JACK server is running ({reason})"),
        }
    }
}

impl std::error::Error for NoJack {}

/// Loads libjack and turns its messages off.
pub(super) fn load() -> Result<(), NoJack> {
    jack::jack_sys::library().map_err(|error| NoJack::Library(error.to_string()))?;
    jack::set_logger(LoggerType::None);
    Ok(())
}

/// A client of the running server; none is started.
pub(super) fn client(name: &str) -> Result<Client, NoJack> {
    load()?;
    let opened = Client::new(name, ClientOptions::NO_START_SERVER);
    opened.map(|(client, _)| client).map_err(|error| NoJack::Server(error.to_string()))
}

/// Looks for a server.
pub(super) fn probe() -> Result<JackServer, NoJack> {
    let client = client("portative-probe")?;
    // The pattern by which cpal connects an output.
    let playback = client.ports(Some("system:playback_.*"), None, PortFlags::IS_INPUT);
    Ok(JackServer { has_playback: !playback.is_empty() })
}
