//! Renderers and sinks.

use portative::port::{PortError, State};

use super::fixture::{Idle, note_on, open, render};
use crate::support::level::LEVEL;

#[test]
fn a_renderer_of_an_earlier_activation_is_silent() {
    let port = open();
    let mut input = port.event_input().unwrap();
    let mut old = port.activate().unwrap();
    input.play(note_on()).unwrap();
    assert_eq!(render(&mut old, 1), [LEVEL]);
    port.deactivate().unwrap();
    assert_eq!(render(&mut old, 1), [0.0]);
    let mut new = port.activate().unwrap();
    assert_eq!(render(&mut old, 1), [0.0]);
    drop(old);
    assert_eq!(port.state(), State::Active, "the old renderer does not end the new activation");
    assert_eq!(render(&mut new, 1), [LEVEL], "what sounded goes on");
}

#[test]
fn a_sink_of_another_format_is_refused_with_both() {
    let port = open();
    let mut sink = Idle::new(&port);
    sink.format.audio_channels = 2;
    let error = port.connect(sink).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the sink takes 48000 Hz in 2 channels, the port gives 48000 Hz in 1"
    );
    assert_eq!(port.state(), State::Inactive);
}

#[test]
fn a_sink_that_does_not_start_leaves_the_port_inactive() {
    let port = open();
    let mut sink = Idle::new(&port);
    sink.refuses = true;
    assert!(matches!(port.connect(sink), Err(PortError::Sink(_))));
    assert_eq!(port.state(), State::Inactive);
    port.connect(Idle::new(&port)).unwrap();
}

#[test]
fn a_sink_comes_back_and_serves_the_next_port() {
    let first = open();
    first.connect(Idle::new(&first)).unwrap();
    let sink = first.deactivate().unwrap().expect("the sink that was connected");
    let second = open();
    second.connect(sink).unwrap();
    let sink = second.close().unwrap().sink.expect("the sink that was connected");
    first.connect(sink).unwrap();
    assert_eq!(first.state(), State::Active);
}
