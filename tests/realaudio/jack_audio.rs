//! Audio through JACK.

use std::time::Instant;

use portative::format::AudioFormat;
use portative::io::{CpalSink, HostChoice, OutputRequest, devices};
use portative::port::{SynthPort, WaveSink};

use super::allocator;
use super::client::{RigClient, undisturbed};
use super::measure::{equal_frames, onset};
use super::organ;
use super::server::Server;

/// Our ports on the server.
pub(crate) const PORTS: &str = "cpal_client_.*_out";

/// An output on JACK, chosen by nobody: the server runs.
pub(crate) fn open() -> CpalSink {
    let sink = CpalSink::open(&OutputRequest::default()).unwrap();
    assert_eq!(sink.host().to_string(), "jack");
    sink
}

/// What JACK is given is, to the bit, what the port renders without a device; and the thread that
/// renders it allocates nothing.
pub(crate) fn jack_plays_the_offline_render() {
    let before = allocator::calls();
    check_playback(organ::watched_port, organ::port);
    let calls = allocator::calls() - before;
    println!("  {calls} allocations on the audio thread");
    assert_eq!(calls, 0);
}

/// The same with a bank.
pub(crate) fn jack_plays_a_bank_as_offline() {
    check_playback(organ::bank_port, organ::bank_port);
}

fn check_playback(live: fn(AudioFormat) -> SynthPort, still: fn(AudioFormat) -> SynthPort) {
    let _server = Server::jack();
    undisturbed(|| {
        let sink = open();
        let format = sink.format();
        let port = live(format);
        let events = organ::song();
        organ::play(&port, &events);
        let rig = RigClient::new(Vec::new());
        rig.capture_from(PORTS);
        port.connect(Box::new(sink)).unwrap();
        rig.wait(3.0);
        let stats = port.stats().unwrap();
        let heard = rig.finish();
        let expected = organ::offline(&still(format), &events, 3 * 48_000);
        let (equal, of) = equal_frames(&heard.frames, &expected);
        println!(
            "  {equal} of {of} frames equal, {} gaps, {} underruns, load {:.1} %",
            heard.gaps,
            stats.underruns,
            stats.load.unwrap() * 100.0
        );
        assert_eq!(stats.late_events, 0);
        heard.is_whole().then(|| assert!(equal == of && of > 2 * 48_000))
    });
}

/// A port that is closed while it sounds fades out, and the device plays the fade.
pub(crate) fn jack_plays_an_end_without_a_click() {
    let _server = Server::jack();
    let sink = open();
    let port = organ::port(sink.format());
    organ::play(&port, &organ::song()[..1]);
    let rig = RigClient::new(Vec::new());
    rig.capture_from(PORTS);
    port.connect(Box::new(sink)).unwrap();
    rig.wait(0.5);
    let start = Instant::now();
    let released = port.close().unwrap();
    let took = start.elapsed();
    rig.wait(0.3);
    let heard = rig.finish().frames;
    let last = heard.iter().rposition(|frame| *frame != [0.0, 0.0]).unwrap();
    let loudest = |from: usize, to: usize| {
        heard[from..to].iter().map(|frame| frame[0].abs()).fold(0.0, f32::max)
    };
    // The fade lasts 5 ms.
    let (before, end) = (loudest(last - 1_000, last - 300), loudest(last - 12, last + 1));
    println!("  closed in {took:.1?}; {before:.4} before the fade, {end:.4} at its end");
    assert!(released.freed);
    assert!(took.as_millis() < 250, "{took:?}");
    assert!(onset(&heard, 0).is_some() && end < before * 0.06);
}

/// The list has JACK as what `auto` comes to, with its format.
pub(crate) fn jack_devices_are_listed() {
    let _server = Server::jack();
    let devices = devices();
    let jack = devices.audio.iter().find(|host| host.host == "jack").unwrap();
    assert!(jack.is_default && jack.problem.is_none());
    let ids: Vec<_> = jack.outputs.iter().map(|output| output.id.as_str()).collect();
    assert_eq!(ids, ["jack:output"]);
    let formats = jack.outputs[0].formats.as_ref().unwrap();
    assert_eq!(formats.sample_rate, (48_000, 48_000));
    assert_eq!(formats.block_frames, Some((1_024, 1_024)));
    let midi = devices.midi.iter().find(|system| system.system == "JACK MIDI").unwrap();
    println!("  {} MIDI inputs, {} outputs", midi.inputs.len(), midi.outputs.len());
    assert!(midi.problem.is_none());
    let choice: HostChoice = "jack".parse().unwrap();
    let request = OutputRequest {
        host: choice,
        device: Some("jack:output".into()),
        ..OutputRequest::default()
    };
    assert_eq!(CpalSink::open(&request).unwrap().device_id(), "jack:output");
}
