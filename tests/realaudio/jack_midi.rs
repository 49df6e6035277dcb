//! Live MIDI through JACK.

use std::time::Duration;

use jack::Frames;
use portative::io::{InputRequest, MidiInputs};
use portative::port::{SynthPort, WaveSink};

use super::client::RigClient;
use super::jack_audio::{PORTS, open};
use super::measure::{cents, onset, onsets, pitch_hz};
use super::organ;
use super::server::{PERIOD, RATE, Server, until};

/// A port that plays on JACK, and its live inputs: one of its own, named `synth`.
fn live() -> (SynthPort, MidiInputs) {
    let port = playing();
    let request =
        InputRequest { virtual_name: Some("synth".to_owned()), ..InputRequest::default() };
    let (inputs, _) = MidiInputs::open(&port, request).unwrap();
    (port, inputs)
}

fn playing() -> SynthPort {
    let sink = open();
    let port = organ::port(sink.format());
    port.connect(Box::new(sink)).unwrap();
    port
}

/// Notes of half a period's length at odd distances: key and frame of each.
fn notes() -> Vec<(u8, Frames)> {
    (0..40)
        .map(|index| (57 + (index % 24) as u8, 9_600 + index * 6_007 + index * index * 3))
        .collect()
}

/// How long each note is held.
const HELD: Frames = 4_000;

/// Notes sent on exact frames sound at the right pitch, all equally long after they were sent.
pub(crate) fn jack_midi_keeps_pitch_and_spacing() {
    let _server = Server::jack();
    let (port, inputs) = live();
    let notes = notes();
    let message = |(key, frame): &(u8, Frames)| {
        [(*frame, vec![0x90, *key, 100]), (*frame + HELD, vec![0x80, *key, 64])]
    };
    let rig = RigClient::new(notes.iter().flat_map(message).collect());
    rig.capture_from(PORTS);
    rig.send_to("portative:synth");
    rig.wait(0.5);
    rig.go();
    rig.wait(6.0);
    let status = &inputs.inputs()[0];
    let heard = rig.finish();
    let found = onsets(&heard.frames, 500);
    println!("  {} events received, {} onsets, {} gaps", status.events, found.len(), heard.gaps);
    assert_eq!(found.len(), notes.len());
    let mut latencies = Vec::new();
    let mut furthest = 0.0_f64;
    for ((key, sent), begin) in notes.iter().zip(&found) {
        let sounded = heard.first.wrapping_add(*begin as u32).wrapping_sub(heard.base);
        latencies.push(sounded - sent);
        let pitch = pitch_hz(&heard.frames[*begin..begin + HELD as usize - 10], RATE);
        furthest = furthest.max(cents(pitch, organ::frequency(*key)).abs());
    }
    let (least, most) = (latencies.iter().min().unwrap(), latencies.iter().max().unwrap());
    println!(
        "  latency {least} to {most} frames at a period of {PERIOD}; pitch within {furthest:.2} cents"
    );
    assert_eq!(port.stats().unwrap().late_events, 0);
    assert!(furthest < 2.0, "{furthest}");
    assert!(most - least <= 3, "{latencies:?}");
    assert!(*most <= PERIOD + 64, "{most}");
}

/// A sender that disappears with a key down leaves silence.
pub(crate) fn jack_midi_leaves_no_note_behind() {
    let _server = Server::jack();
    let port = playing();
    let sender = RigClient::new(vec![(0, vec![0x90, 69, 100]), (0, vec![0xB0, 64, 127])]);
    let request = InputRequest { names: vec!["RIG:out".to_owned()], virtual_name: None };
    let (mut inputs, changes) = MidiInputs::open(&port, request).unwrap();
    println!("  {changes:?}");
    assert_eq!(inputs.inputs().len(), 1);
    sender.capture_from(PORTS);
    sender.go();
    sender.wait(0.3);
    let heard = sender.finish();
    assert!(onset(&heard.frames, 0).is_some());
    let listener = RigClient::new(Vec::new());
    listener.capture_from(PORTS);
    listener.wait(0.2);
    // The sender's port is gone; the same name with another port behind it would be another input.
    let changes = inputs.poll(&port);
    println!("  {changes:?}");
    listener.wait(0.3);
    let heard = listener.finish().frames;
    let last = heard.iter().rposition(|frame| *frame != [0.0, 0.0]).unwrap();
    assert!(last > 4_800 && last < heard.len() - 4_800, "{last} of {}", heard.len());
}

/// Live inputs outlive their server: they are there again with the next one.
pub(crate) fn jack_midi_finds_a_restarted_server() {
    let server = Server::jack();
    let (port, mut inputs) = live();
    server.kill();
    let mut told = Vec::new();
    until("loss", Duration::from_secs(2), || {
        told.extend(inputs.poll(&port));
        inputs.inputs().is_empty()
    });
    println!("  {told:?}");
    let _server = Server::jack();
    until("return", Duration::from_secs(2), || {
        inputs.poll(&port);
        inputs.inputs().len() == 1
    });
    let rig = RigClient::new(Vec::new());
    rig.send_to("portative:synth");
}
