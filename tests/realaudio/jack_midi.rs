//! Live MIDI through JACK.

use std::time::Duration;

use jack::Frames;
use portative::io::{InputRequest, MidiInputs, OutputRequest, Supervisor, clock};
use portative::port::{State, SynthPort, WaveSink};

use super::client::{Capture, RigClient, undisturbed};
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
    undisturbed(|| {
        let (port, inputs) = live();
        let message = |(key, frame): &(u8, Frames)| {
            [(*frame, vec![0x90, *key, 100]), (*frame + HELD, vec![0x80, *key, 64])]
        };
        let rig = RigClient::new(notes().iter().flat_map(message).collect());
        rig.capture_from(PORTS);
        rig.send_to("portative:synth");
        // The server has recovered from new clients by then, and the clocks have found each other.
        rig.wait(1.0);
        let underruns = || port.stats().unwrap().underruns;
        let before = underruns();
        rig.wait(2.0);
        rig.go();
        rig.wait(6.0);
        let events = inputs.inputs()[0].events;
        let heard = rig.finish();
        let late = port.stats().unwrap().late_events;
        let missed = underruns() - before;
        println!("  {events} events received, {late} late, {} gaps, {missed} missed", heard.gaps);
        (heard.is_whole() && missed == 0).then(|| check_notes(&heard, late))
    });
}

fn check_notes(heard: &Capture, late: u64) {
    let notes = notes();
    let found = onsets(&heard.frames, 500);
    let from_go = |frame: &usize| heard.first.wrapping_add(*frame as u32).wrapping_sub(heard.base);
    let at: Vec<_> = found.iter().map(from_go).collect();
    assert_eq!(at.len(), notes.len(), "sent at {notes:?}, heard at {at:?}");
    let latencies: Vec<_> = notes.iter().zip(&at).map(|((_, sent), at)| at - sent).collect();
    let (least, most) = (*latencies.iter().min().unwrap(), *latencies.iter().max().unwrap());
    let step = latencies.windows(2).map(|pair| pair[0].abs_diff(pair[1])).max().unwrap();
    let off = |((key, _), begin): (&(u8, Frames), &usize)| {
        let pitch = pitch_hz(&heard.frames[*begin..begin + HELD as usize - 10], RATE);
        cents(pitch, organ::frequency(*key)).abs()
    };
    let furthest = notes.iter().zip(&found).map(off).fold(0.0, f64::max);
    println!(
        "  latency {least} to {most} frames at a period of {PERIOD}, at most {step} more or less \
         than before; pitch within {furthest:.2} cents"
    );
    assert_eq!(late, 0);
    assert!(furthest < 2.0, "{furthest}");
    // A busy machine slowly moves the server's own idea of time, by less than a millisecond.
    assert!(step <= 2 && most - least <= 24, "{latencies:?}");
    assert!(most <= PERIOD + 64, "{most}");
}

/// A sender that disappears with a key down leaves silence.
pub(crate) fn jack_midi_leaves_no_note_behind() {
    let _server = Server::jack();
    let port = playing();
    let messages = vec![(0, vec![0x90, 69, 100]), (0, vec![0xB0, 64, 127])];
    let sender = RigClient::named("sender", messages);
    let request = InputRequest { names: vec!["SENDER".to_owned()], virtual_name: None };
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
    let changes = inputs.poll(&port);
    println!("  {changes:?}");
    listener.wait(0.3);
    let heard = listener.finish().frames;
    let last = heard.iter().rposition(|frame| *frame != [0.0, 0.0]).unwrap();
    assert!(last > 4_800 && last < heard.len() - 4_800, "{last} of {}", heard.len());
}

/// Device and live inputs outlive their server: both are there again with the next one.
pub(crate) fn jack_midi_finds_a_restarted_server() {
    let server = Server::jack();
    let (port, mut inputs) = live();
    let request = OutputRequest { host: "jack".parse().unwrap(), ..OutputRequest::default() };
    let mut supervisor = Supervisor::for_audio(request);
    let mut poll = |until_what: &str, done: &dyn Fn(&MidiInputs, &SynthPort) -> bool| {
        until(until_what, Duration::from_secs(4), || {
            let audio = supervisor.poll(&port, clock::now());
            let midi = inputs.poll(&port);
            if audio.is_some() || !midi.is_empty() {
                println!("  {audio:?} {midi:?}");
            }
            done(&inputs, &port)
        });
    };
    server.kill();
    poll("loss", &|inputs, port| inputs.inputs().is_empty() && port.state() == State::Inactive);
    let _server = Server::jack();
    poll("return", &|inputs, port| inputs.inputs().len() == 1 && port.state() == State::Active);
    let rig = RigClient::new(vec![(0, vec![0x90, 69, 100])]);
    rig.capture_from(PORTS);
    rig.send_to("portative:synth");
    rig.wait(0.2);
    poll("listening", &|_, _| true);
    rig.go();
    rig.wait(0.3);
    assert!(onset(&rig.finish().frames, 0).is_some());
}
