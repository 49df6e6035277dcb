//! Opening, what is granted, activating, closing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread::{self, JoinHandle};

use portative::engine::native::Native;
use portative::engine::{Effects, Engine};
use portative::format::AudioFormat;
use portative::port::{
    Operation, Params, PlayError, PortError, Renderer, SinkError, State, SynthPort, WaveSink,
};
use portative::time::{ReferenceTime, SampleTime};

use super::recorder::{Recorder, strike};
use crate::support::level::Level;

/// Asks for nothing that anybody could give.
const ABSURD: Params = Params {
    voices: Some(0),
    channel_groups: Some(u16::MAX),
    audio_channels: Some(0),
    sample_rate: Some(u32::MAX),
    effects: Some(Effects::ALL),
    gain_db: Some(f32::NAN),
    limiter: Some(true),
};

fn state_of<T>(result: Result<T, PortError>) -> Option<(Operation, State)> {
    match result {
        Err(PortError::WrongState { operation, state }) => Some((operation, state)),
        _ => None,
    }
}

// ---- opening

#[test]
fn opening_an_open_port_is_refused_before_the_parameters_are_looked_at_and_changes_nothing() {
    let port = SynthPort::open(Params::default()).unwrap();
    let before = port.params().unwrap();
    for params in [Params::default(), ABSURD] {
        assert!(matches!(port.reopen(params), Err(PortError::AlreadyOpen)));
        let renderer = port.activate().unwrap();
        assert!(matches!(port.reopen(params), Err(PortError::AlreadyOpen)));
        assert_eq!(port.state(), State::Active);
        drop(renderer);
    }
    assert_eq!(port.params().unwrap(), before);
}

#[test]
fn zero_everywhere_is_raised_to_the_least_that_the_engine_has_and_opens() {
    let zeros = Params {
        voices: Some(0),
        channel_groups: Some(0),
        audio_channels: Some(0),
        sample_rate: Some(0),
        effects: Some(Effects::NONE),
        gain_db: Some(0.0),
        limiter: Some(false),
    };
    let granted = SynthPort::open(zeros).unwrap().params().unwrap();
    assert!(!granted.is_exact());
    assert_eq!(
        (granted.voices, granted.channel_groups, granted.audio_channels, granted.sample_rate.hz()),
        (1, 1, 1, 8_000)
    );
    assert_eq!((granted.effects, granted.limiter), (Effects::NONE, false));
    assert_eq!(granted.asked, zeros);
}

#[test]
fn one_wish_out_of_range_is_brought_into_it_and_the_rest_are_the_defaults() {
    let exact = SynthPort::open(Params::default()).unwrap().params().unwrap();
    assert!(exact.is_exact(), "who wishes nothing gets exactly that");
    let asked = Params { sample_rate: Some(1_000_003), ..Params::default() };
    let granted = SynthPort::open(asked).unwrap().params().unwrap();
    assert_eq!(granted.sample_rate.hz(), 384_000);
    assert!(!granted.is_exact());
    assert_eq!(
        (granted.voices, granted.channel_groups, granted.audio_channels, granted.effects),
        (exact.voices, exact.channel_groups, exact.audio_channels, exact.effects)
    );
}

#[test]
fn what_is_granted_stays_inside_the_capabilities_whatever_is_asked() {
    let can = Native::default().capabilities();
    for voices in [0, 1, 65_536] {
        for rate in [0, 7_999, 8_000, 384_000, 384_001, u32::MAX] {
            let asked = Params { voices: Some(voices), sample_rate: Some(rate), ..ABSURD };
            let port = SynthPort::open(asked).unwrap();
            let granted = port.params().unwrap();
            assert!(can.voices.contains(&granted.voices));
            assert!(can.channel_groups.contains(&granted.channel_groups));
            assert!(can.sample_rate.contains(&granted.sample_rate.hz()));
            assert_eq!((granted.audio_channels, granted.gain_db), (1, 0.0));
            let format = port.activate().unwrap().format();
            assert_eq!(format, granted.format(), "what is rendered is what was granted");
        }
    }
}

#[test]
fn no_gain_makes_what_is_heard_other_than_finite() {
    let gains = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, 1e4, 780.0, -1e4];
    for gain in gains {
        for limiter in [false, true] {
            let asked = Params {
                gain_db: Some(gain),
                limiter: Some(limiter),
                sample_rate: Some(8_000),
                ..Params::default()
            };
            let port = SynthPort::open(asked).unwrap();
            assert!(port.params().unwrap().gain_db.is_finite());
            let mut out = [f32::NAN; 512];
            port.activate().unwrap().render_interleaved(&mut out);
            assert!(out.iter().all(|point| *point == 0.0), "silence at {gain} dB, {limiter}");
            let loud = Recorder::default().open_as(asked);
            loud.activate().unwrap().render_interleaved(&mut out);
            assert!(out.iter().all(|point| point.is_finite()), "{gain} dB, {limiter}");
        }
    }
}

// ---- activating

#[test]
fn activating_an_active_port_is_refused_and_the_first_renderer_goes_on() {
    let port = Recorder::default().open();
    let mut renderer = port.activate().unwrap();
    assert_eq!(state_of(port.activate()), Some((Operation::Activate, State::Active)));
    let mut out = [0.0; 4];
    renderer.render_interleaved(&mut out);
    assert_eq!(out, [0.5; 4]);
    port.deactivate().unwrap();
    assert_eq!(state_of(port.deactivate()), Some((Operation::Deactivate, State::Inactive)));
}

#[test]
fn closing_ends_the_activation_and_says_so_each_time() {
    let port = Recorder::default().open();
    let _renderer = port.activate().unwrap();
    port.close().unwrap();
    for _ in 0..2 {
        assert_eq!(state_of(port.deactivate()), Some((Operation::Deactivate, State::Closed)));
    }
    port.reopen(Params::default()).unwrap();
    assert_eq!(port.state(), State::Inactive, "a new opening is not active");
}

#[test]
fn a_renderer_that_was_forgotten_does_not_keep_the_port_active_forever() {
    let port = Recorder::default().open();
    std::mem::forget(port.activate().unwrap());
    assert_eq!(port.state(), State::Active);
    port.deactivate().unwrap();
    port.activate().unwrap();
    port.close().unwrap();
}

/// A sink that throws its renderer away at once.
pub(super) struct Careless(pub(super) AudioFormat);

impl WaveSink for Careless {
    fn format(&self) -> AudioFormat {
        self.0
    }

    fn start(&mut self, renderer: Renderer) -> Result<(), SinkError> {
        drop(renderer);
        Ok(())
    }

    fn quiesce(&mut self) {}
}

#[test]
fn a_sink_that_drops_its_renderer_can_be_replaced() {
    let port = Recorder::default().open();
    let format = port.params().unwrap().format();
    port.connect(Box::new(Careless(format))).unwrap();
    assert_eq!(port.state(), State::Inactive, "nobody renders");
    port.connect(Box::new(Careless(format))).unwrap();
    port.activate().unwrap();
    port.close().unwrap();
}

/// A sink that takes its time to start, and tells when it was stopped.
pub(super) struct Sluggish {
    pub(super) format: AudioFormat,
    pub(super) gates: Option<Arc<(Barrier, Barrier)>>,
    pub(super) renderer: Option<Renderer>,
    pub(super) stopped: Arc<AtomicBool>,
}

impl WaveSink for Sluggish {
    fn format(&self) -> AudioFormat {
        self.format
    }

    fn start(&mut self, renderer: Renderer) -> Result<(), SinkError> {
        self.renderer = Some(renderer);
        if let Some(gates) = &self.gates {
            gates.0.wait();
            gates.1.wait();
        }
        Ok(())
    }

    fn quiesce(&mut self) {
        self.renderer = None;
        self.stopped.store(true, Ordering::SeqCst);
    }
}

#[test]
fn of_two_sinks_the_one_that_was_overtaken_while_it_started_is_stopped_and_refused() {
    for closed in [false, true] {
        let port = Arc::new(Recorder::default().open());
        let format = port.params().unwrap().format();
        let gates = Arc::new((Barrier::new(2), Barrier::new(2)));
        let stopped = [Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false))];
        let sink = |which: usize, gates| {
            let stopped = Arc::clone(&stopped[which]);
            Box::new(Sluggish { format, gates, renderer: None, stopped })
        };
        let slow = sink(0, Some(Arc::clone(&gates)));
        let connecting = thread::spawn({
            let port = Arc::clone(&port);
            move || port.connect(slow)
        });
        gates.0.wait();
        if closed {
            port.close().unwrap();
            port.reopen(Params::default()).unwrap();
        } else {
            assert!(port.deactivate().unwrap().is_none(), "it has not started yet");
        }
        port.connect(sink(1, None)).unwrap();
        gates.1.wait();
        let refused = connecting.join().unwrap();
        let expected = if closed { State::Closed } else { State::Active };
        assert_eq!(state_of(refused), Some((Operation::Connect, expected)));
        let stopped = || stopped.each_ref().map(|stopped| stopped.load(Ordering::SeqCst));
        assert_eq!(stopped(), [true, false]);
        assert!(port.close().unwrap().sink.is_some());
        assert_eq!(stopped(), [true, true]);
    }
}

// ---- closing

#[test]
fn closing_what_is_closed_is_its_own_error_and_does_nothing() {
    let port = SynthPort::new(Arc::new(Level::default()));
    for _ in 0..3 {
        assert!(matches!(port.close(), Err(PortError::AlreadyClosed)));
    }
    port.reopen(Params::default()).unwrap();
    port.close().unwrap();
    assert!(matches!(port.close(), Err(PortError::AlreadyClosed)));
    assert!(port.poll_event().is_none());
    assert!(!port.sink_lost());
}

/// A sink with a thread that pulls as fast as it can.
struct Puller {
    format: AudioFormat,
    stop: Arc<AtomicBool>,
    blocks: Arc<Mutex<Vec<f32>>>,
    thread: Option<JoinHandle<()>>,
    /// Whether it goes on pulling when it was told to stop.
    deaf: bool,
}

impl Puller {
    fn new(port: &SynthPort, deaf: bool) -> (Box<Self>, Arc<AtomicBool>, Arc<Mutex<Vec<f32>>>) {
        let (stop, blocks) = (Arc::default(), Arc::default());
        let format = port.params().unwrap().format();
        let sink = Self {
            format,
            stop: Arc::clone(&stop),
            blocks: Arc::clone(&blocks),
            thread: None,
            deaf,
        };
        (Box::new(sink), stop, blocks)
    }
}

impl WaveSink for Puller {
    fn format(&self) -> AudioFormat {
        self.format
    }

    fn start(&mut self, mut renderer: Renderer) -> Result<(), SinkError> {
        let (stop, blocks) = (Arc::clone(&self.stop), Arc::clone(&self.blocks));
        self.thread = Some(thread::spawn(move || {
            while !stop.load(Ordering::SeqCst) {
                let mut block = [f32::NAN; 64];
                renderer.render_interleaved(&mut block);
                blocks.lock().unwrap().push(block[0]);
            }
        }));
        Ok(())
    }

    fn quiesce(&mut self) {
        if !self.deaf {
            self.stop.store(true, Ordering::SeqCst);
            self.thread.take().into_iter().for_each(|thread| thread.join().unwrap());
        }
    }
}

#[test]
fn closing_while_a_sink_pulls_stops_it_first_and_what_comes_later_is_refused() {
    let engine = Level::default();
    let port = SynthPort::open_with(Arc::new(engine.clone()), Params::default()).unwrap();
    port.download_bank(Arc::new(vec![0; 3])).unwrap();
    let (sink, _, blocks) = Puller::new(&port, false);
    port.connect(sink).unwrap();
    while blocks.lock().unwrap().len() < 10 {
        thread::yield_now();
    }
    let mut input = port.event_input().unwrap();
    let released = port.close().unwrap();
    assert!(released.freed && released.sink.is_some());
    assert_eq!(engine.banks(), 0);
    let pulled = blocks.lock().unwrap().len();
    assert_eq!(input.play(strike(60)), Err(PlayError::Closed));
    assert_eq!(state_of(port.activate()), Some((Operation::Activate, State::Closed)));
    assert_eq!(blocks.lock().unwrap().len(), pulled, "nobody pulls any more");
}

#[test]
fn a_sink_that_does_not_stop_pulls_silence_from_the_moment_the_port_is_closed() {
    let port = Recorder::default().open();
    let (sink, stop, blocks) = Puller::new(&port, true);
    port.connect(sink).unwrap();
    while blocks.lock().unwrap().len() < 10 {
        thread::yield_now();
    }
    let released = port.close().unwrap();
    assert!(released.freed);
    blocks.lock().unwrap().clear();
    while blocks.lock().unwrap().len() < 100 {
        thread::yield_now();
    }
    // The block that ran when the port was closed may be written down after the list was cleared.
    assert!(blocks.lock().unwrap()[1..].iter().all(|level| *level == 0.0));
    stop.store(true, Ordering::SeqCst);
}

/// A sink that asks its own port how it is, from within every call.
struct Curious {
    format: AudioFormat,
    port: std::sync::Weak<SynthPort>,
    renderer: Option<Renderer>,
    asked: Arc<Mutex<Vec<&'static str>>>,
}

impl Curious {
    fn ask(&self, from: &'static str) {
        if let Some(port) = self.port.upgrade() {
            let _ = (port.state(), port.poll_event(), port.downloads().is_ok());
        }
        self.asked.lock().unwrap().push(from);
    }
}

impl WaveSink for Curious {
    fn format(&self) -> AudioFormat {
        self.ask("format");
        self.format
    }

    fn start(&mut self, renderer: Renderer) -> Result<(), SinkError> {
        self.ask("start");
        self.renderer = Some(renderer);
        Ok(())
    }

    fn quiesce(&mut self) {
        self.ask("quiesce");
        self.renderer = None;
    }
}

#[test]
fn a_sink_may_call_its_port_from_within_its_own_calls() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (send, done) = std::sync::mpsc::channel();
    let of_thread = Arc::clone(&asked);
    thread::spawn(move || {
        let port = Arc::new(Recorder::default().open());
        let format = port.params().unwrap().format();
        let weak = Arc::downgrade(&port);
        let sink = Curious { format, port: weak, renderer: None, asked: of_thread };
        port.connect(Box::new(sink)).unwrap();
        let sink = port.deactivate().unwrap().unwrap();
        port.connect(sink).unwrap();
        port.close().unwrap();
        send.send(()).unwrap();
    });
    let limit = std::time::Duration::from_secs(20);
    assert!(done.recv_timeout(limit).is_ok(), "hangs after {:?}", asked.lock().unwrap());
}

#[test]
fn position_and_clock_begin_anew_with_each_opening_and_outlive_it() {
    let port = Recorder::default().open();
    let (input, clock) = (port.event_input().unwrap(), port.latency_clock().unwrap());
    let mut renderer = port.activate().unwrap();
    assert_eq!(clock.stamp(ReferenceTime(5)), SampleTime::ZERO, "before the first block");
    renderer.render_interleaved_at(ReferenceTime(0), &mut [0.0; 200]);
    assert_eq!((input.position(), clock.latency_frames()), (SampleTime(100), 100));
    renderer.render_interleaved(&mut []);
    assert_eq!(input.position(), SampleTime(100), "no frames, no step");
    port.close().unwrap();
    renderer.render_interleaved(&mut [0.0; 200]);
    assert_eq!(renderer.position(), SampleTime(100), "silence of a closed port does not count");
    assert_eq!(input.position(), SampleTime(100));
    assert!(clock.stamp(ReferenceTime::from_millis(1)) >= SampleTime(100), "can still be read");
    port.reopen(Params::default()).unwrap();
    assert_eq!(port.stats().unwrap().position, SampleTime::ZERO);
    assert_eq!(port.latency_clock().unwrap().latency_frames(), 0);
}
