//! Every call in every state.

use std::sync::Arc;

use portative::midi::{Channel, ChannelGroup};
use portative::port::{DownloadId, PortError, State, SynthPort};

use super::fixture::{Idle, bank, mono, open};
use crate::support::level::Level;

/// What a call answered, in one word of the table.
fn word<T>(result: Result<T, PortError>) -> String {
    match result {
        Ok(_) => "ok".into(),
        Err(PortError::AlreadyClosed) => "already closed".into(),
        Err(PortError::AlreadyOpen) => "already open".into(),
        Err(PortError::InvalidDownload { .. }) => "invalid".into(),
        Err(PortError::WrongState { operation, state }) => format!("{operation}: {state}"),
        Err(other) => format!("{other:?}"),
    }
}

/// A handle of another port, closed long ago.
fn stale() -> DownloadId {
    open().download_bank(bank()).unwrap()
}

type Call = fn(&SynthPort) -> String;

/// The calls, each with its answer in the closed, the inactive and the active state.
const TABLE: &[(&str, Call, [&str; 3])] = &[
    ("reopen", |port| word(port.reopen(mono())), ["ok", "already open", "already open"]),
    ("close", |port| word(port.close()), ["already closed", "ok", "ok"]),
    ("params", |port| word(port.params()), ["read the parameters: closed", "ok", "ok"]),
    ("activate", |port| word(port.activate()), ["activate: closed", "ok", "activate: active"]),
    (
        "connect",
        |port| word(port.connect(Idle::new(port))),
        ["connect a sink: closed", "ok", "connect a sink: active"],
    ),
    (
        "deactivate",
        |port| word(port.deactivate()),
        ["deactivate: closed", "deactivate: inactive", "ok"],
    ),
    ("download", |port| word(port.download_bank(bank())), ["download: closed", "ok", "ok"]),
    ("event_input", |port| word(port.event_input()), ["create an event input: closed", "ok", "ok"]),
    ("downloads", |port| word(port.downloads()), ["see what is downloaded: closed", "ok", "ok"]),
    ("content", |port| word(port.content()), ["see what is downloaded: closed", "ok", "ok"]),
    ("unload", |port| word(port.unload(stale())), ["unload: closed", "invalid", "invalid"]),
    (
        "channel_priority",
        |port| word(port.channel_priority(ChannelGroup(0), Channel::default())),
        ["set or read a channel's priority: closed", "ok", "ok"],
    ),
    (
        "latency_clock",
        |port| word(port.latency_clock()),
        ["read the latency clock: closed", "ok", "ok"],
    ),
    ("stats", |port| word(port.stats()), ["read the statistics: closed", "ok", "ok"]),
];

#[test]
fn every_call_in_every_state_answers_as_the_table_says() {
    for (name, call, expected) in TABLE {
        let closed = SynthPort::new(Arc::new(Level::default()));
        assert_eq!(closed.state(), State::Closed);
        assert_eq!(call(&closed), expected[0], "{name}, never opened");

        let reclosed = open();
        reclosed.close().unwrap();
        assert_eq!(reclosed.state(), State::Closed);
        assert_eq!(call(&reclosed), expected[0], "{name}, closed");

        let inactive = open();
        assert_eq!(inactive.state(), State::Inactive);
        assert_eq!(call(&inactive), expected[1], "{name}, inactive");

        let active = open();
        let renderer = active.activate().unwrap();
        assert_eq!(active.state(), State::Active);
        assert_eq!(call(&active), expected[2], "{name}, active by hand");
        drop(renderer);

        let connected = open();
        connected.connect(Idle::new(&connected)).unwrap();
        assert_eq!(connected.state(), State::Active);
        assert_eq!(call(&connected), expected[2], "{name}, active on a sink");
    }
}

#[test]
fn a_refused_call_says_operation_and_state() {
    let port = open();
    port.close().unwrap();
    assert_eq!(port.activate().unwrap_err().to_string(), "cannot activate: the port is closed");
    assert_eq!(port.close().unwrap_err().to_string(), "the port is already closed");
    port.reopen(mono()).unwrap();
    assert_eq!(port.reopen(mono()).unwrap_err().to_string(), "the port is already open");
}
