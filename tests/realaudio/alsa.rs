//! Audio through ALSA, whose default device leads to PulseAudio.

use std::time::{Duration, Instant};

use portative::io::{CpalSink, OutputRequest};
use portative::port::WaveSink;

use super::allocator;
use super::measure::equal_frames;
use super::organ;
use super::parec::Parec;
use super::server::{RATE, Server, until};

fn open() -> CpalSink {
    let request = OutputRequest { host: "alsa".parse().unwrap(), ..OutputRequest::default() };
    CpalSink::open(&request).unwrap()
}

/// ALSA pulls at real time, and what comes out is what the port renders without a device.
pub(crate) fn alsa_plays_the_offline_render() {
    let _server = Server::pulse();
    let sink = open();
    let format = sink.format();
    println!(
        "  {} at {} Hz, block {:?}",
        sink.device_id(),
        format.sample_rate.hz(),
        sink.block_frames()
    );
    let port = organ::watched_port(format);
    let before = allocator::calls();
    let events = organ::song();
    organ::play(&port, &events);
    let parec = Parec::start();
    port.connect(Box::new(sink)).unwrap();
    let position = || port.stats().unwrap().position.0;
    until("playing", Duration::from_secs(5), || position() > 9_600);
    let (begin, start) = (position(), Instant::now());
    parec.wait(2.5);
    let pace = (position() - begin) as f64 / start.elapsed().as_secs_f64() / f64::from(RATE);
    let stats = port.stats().unwrap();
    let calls = allocator::calls() - before;
    let start = Instant::now();
    port.close().unwrap();
    let closed = start.elapsed();
    let heard = parec.finish();
    let expected = organ::offline(&organ::port(format), &events, 107_000);
    let (equal, of) = equal_frames(&heard, &expected);
    println!(
        "  {equal} of {of} frames equal, pace {pace:.3}, {} underruns, load {:.1} %, closed in {closed:.1?}",
        stats.underruns,
        stats.load.unwrap() * 100.0
    );
    println!("  {calls} allocations on the audio thread");
    assert_eq!(calls, 0);
    assert!((pace - 1.0).abs() < 0.1, "{pace}");
    assert!(equal == of && of > 90_000);
    assert!(closed < Duration::from_millis(250));
}

/// A sound server that dies makes ALSA report errors without end; the watchdog ends that.
pub(crate) fn alsa_server_killed_is_noticed_and_closed() {
    let server = Server::pulse();
    let sink = open();
    let port = organ::port(sink.format());
    organ::play(&port, &organ::song());
    port.connect(Box::new(sink)).unwrap();
    until("playing", Duration::from_secs(5), || port.stats().unwrap().position.0 > 20_000);
    server.kill();
    let noticed = until("loss", Duration::from_secs(2), || port.sink_lost());
    let start = Instant::now();
    let released = port.close().unwrap();
    let closed = start.elapsed();
    println!("  noticed after {noticed:.1?}, closed in {closed:.1?}");
    assert!(noticed < Duration::from_millis(500) && closed < Duration::from_millis(250));
    assert!(released.freed);
}
