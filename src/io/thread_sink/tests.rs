use super::*;
use crate::engine::reference::Reference;
use crate::format::SampleFormat;
use crate::port::{Params, SynthPort};

fn port() -> SynthPort {
    SynthPort::open_with(Arc::new(Reference), Params::default()).unwrap()
}

fn wait_until(port: &SynthPort, position: u64) -> SampleTime {
    let reached = || port.stats().unwrap().position;
    while reached() < SampleTime(position) {
        thread::yield_now();
    }
    reached()
}

#[test]
fn a_virtual_clock_is_never_outrun() {
    let port = port();
    let clock = VirtualClock::default();
    let sink = ThreadSink::null(port.params().unwrap().format(), Pace::Virtual(clock.clone()));
    port.connect(Box::new(sink)).unwrap();
    for time in [1, 700, 700, 100_000] {
        clock.advance_to(SampleTime(time));
        assert_eq!(wait_until(&port, time), SampleTime(time));
    }
    port.close().unwrap();
}

#[test]
fn a_recording_has_every_frame_and_goes_on_after_a_pause() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("take.wav");
    let port = port();
    let format = port.params().unwrap().format();
    let clock = VirtualClock::default();
    let encoder = PcmEncoder::new(SampleFormat::S16, false);
    let sink = ThreadSink::wave(&path, format, encoder, Pace::Virtual(clock.clone())).unwrap();
    let empty = path.metadata().unwrap().len();
    port.connect(Box::new(sink)).unwrap();
    clock.advance_to(SampleTime(1_000));
    wait_until(&port, 1_000);
    let sink = port.deactivate().unwrap().unwrap();
    assert_eq!(path.metadata().unwrap().len(), empty + 4 * 1_000);
    port.connect(sink).unwrap();
    clock.advance_to(SampleTime(1_500));
    wait_until(&port, 1_500);
    drop(port);
    let file = std::fs::read(&path).unwrap();
    assert_eq!(file.len() as u64, empty + 4 * 1_500);
    let size = u32::from_le_bytes(file[4..8].try_into().unwrap());
    assert_eq!(size as usize, file.len() - 8);
}

#[test]
fn real_time_passes_at_the_rate() {
    let port = port();
    let sink = ThreadSink::null(port.params().unwrap().format(), Pace::RealTime);
    let begin = super::super::clock::now();
    port.connect(Box::new(sink)).unwrap();
    wait_until(&port, 9_600);
    let passed = super::super::clock::now().0 - begin.0;
    assert!(passed > 1_800_000, "0.2 s of audio in {passed} units of 100 ns");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_lost_sink_that_says_why() {
    let port = port();
    let format = port.params().unwrap().format();
    let encoder = PcmEncoder::new(SampleFormat::S16, false);
    let error = ThreadSink::wave("/dev/full", format, encoder, Pace::RealTime).unwrap_err();
    assert!(error.to_string().starts_with("/dev/full: cannot be written"), "{error}");
}
