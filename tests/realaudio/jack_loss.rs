//! A JACK server that is not there, or no longer.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use portative::io::{CpalSink, DeviceError, OutputRequest, Supervised, Supervisor, clock};
use portative::port::{State, WaveSink};

use super::client::RigClient;
use super::jack_audio::{PORTS, open};
use super::measure::onset;
use super::organ;
use super::server::{Server, until};

/// Without any server there is no output, and every host says why.
pub(crate) fn no_server_is_an_error_with_a_reason() {
    let error = CpalSink::open(&OutputRequest::default()).unwrap_err();
    println!("  {error}: {}", error.remedy());
    let DeviceError::NoOutput { tried } = error else { panic!("{error}") };
    assert_eq!(tried.len(), 2);
    let request = OutputRequest { host: "jack".parse().unwrap(), ..OutputRequest::default() };
    let error = CpalSink::open(&request).unwrap_err();
    println!("  {error}: {}", error.remedy());
    assert!(error.to_string().contains("no JACK server is running"), "{error}");
}

/// The loss is noticed within the watchdog's time, and closing does not wait for the dead.
pub(crate) fn jack_server_killed_is_noticed_and_closed() {
    let server = Server::jack();
    let sink = open();
    let format = sink.format();
    let port = organ::port(format);
    organ::play(&port, &organ::song());
    port.connect(Box::new(sink)).unwrap();
    until("playing", Duration::from_secs(3), || port.stats().unwrap().position.0 > 20_000);
    assert!(!port.sink_lost());
    server.kill();
    let noticed = until("loss", Duration::from_secs(2), || port.sink_lost());

    // A new client beside one of the dead server would crash inside libjack.
    let _server = Server::jack();
    let request = OutputRequest { host: "jack".parse().unwrap(), ..OutputRequest::default() };
    let error = CpalSink::open(&request).unwrap_err();
    assert!(error.to_string().contains("are still open"), "{error}");

    let start = Instant::now();
    let released = port.close().unwrap();
    let closed = start.elapsed();
    println!("  noticed after {noticed:.1?}, closed in {closed:.1?}");
    assert!(noticed < Duration::from_millis(400) && closed < Duration::from_millis(250));
    assert!(released.freed);

    // The sink itself can be used again, with another port.
    let again = organ::port(format);
    again.connect(released.sink.unwrap()).unwrap();
    until("playing again", Duration::from_secs(3), || again.stats().unwrap().position.0 > 20_000);
}

/// A render that does not end keeps neither the caller of close nor what comes after it.
pub(crate) fn jack_render_that_hangs_is_given_up() {
    let _server = Server::jack();
    let sink = open();
    let format = sink.format();
    let (port, hangs) = organ::hanging_port(format);
    organ::play(&port, &organ::song());
    port.connect(Box::new(sink)).unwrap();
    until("playing", Duration::from_secs(3), || port.stats().unwrap().position.0 > 20_000);
    hangs.store(true, Ordering::Relaxed);
    let noticed = until("loss", Duration::from_secs(2), || port.sink_lost());
    let start = Instant::now();
    let released = port.close().unwrap();
    let closed = start.elapsed();
    println!("  noticed after {noticed:.1?}, closed in {closed:.1?}");
    assert!(noticed < Duration::from_millis(500) && closed < Duration::from_millis(250));
    assert!(!released.freed, "the audio thread still has it");
    hangs.store(false, Ordering::Relaxed);
    let again = organ::port(format);
    again.connect(released.sink.unwrap()).unwrap();
    until("playing again", Duration::from_secs(5), || again.stats().unwrap().position.0 > 20_000);
}

/// A supervised port plays on when the server is back, where it was.
pub(crate) fn jack_server_restarted_is_played_on() {
    let server = Server::jack();
    let sink = open();
    let port = organ::port(sink.format());
    organ::play(&port, &organ::song());
    port.connect(Box::new(sink)).unwrap();
    let mut supervisor = Supervisor::for_audio(OutputRequest {
        host: "jack".parse().unwrap(),
        ..OutputRequest::default()
    });
    until("playing", Duration::from_secs(3), || port.stats().unwrap().position.0 > 20_000);
    server.kill();
    let mut poll = || supervisor.poll(&port, clock::now());
    until("loss", Duration::from_secs(2), || matches!(poll(), Some(Supervised::Lost)));
    assert_eq!(port.state(), State::Inactive);
    let position = port.stats().unwrap().position;
    let mut tries = 0;
    until("two tries", Duration::from_secs(3), || {
        tries += u32::from(matches!(poll(), Some(Supervised::StillLost(_))));
        tries >= 2
    });
    let _server = Server::jack();
    until("return", Duration::from_secs(3), || {
        matches!(poll(), Some(Supervised::Recovered { .. }))
    });
    let rig = RigClient::new(Vec::new());
    rig.capture_from(PORTS);
    rig.wait(0.5);
    assert!(onset(&rig.finish().frames, 0).is_some(), "the song goes on");
    assert!(port.stats().unwrap().position > position);
}
