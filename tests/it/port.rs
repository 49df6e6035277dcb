//! The synth port: every state × every call, time, overflow, and a close that gives everything back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use portative::engine::Effects;
use portative::format::AudioFormat;
use portative::midi::{Channel, ChannelGroup, Event, Key, Message, Velocity};
use portative::port::{
    DownloadId, EventInput, Params, PlayError, PortError, Renderer, SinkError, State, SynthPort,
    WaveSink,
};
use portative::riff::ByteSource;
use portative::time::{ReferenceTime, SampleRate, SampleTime};

use crate::support::level::{LEVEL, Level};

fn open() -> SynthPort {
    SynthPort::open_with(Arc::new(Level::default()), mono()).unwrap()
}

/// One channel, so that frames are data points.
fn mono() -> Params {
    Params { audio_channels: Some(1), ..Params::default() }
}

fn bank() -> Arc<dyn ByteSource> {
    Arc::new(vec![0u8; 7])
}

fn note_on() -> Event {
    let (channel, key) = (Channel::default(), Key::new(60).unwrap());
    Event::new(Message::NoteOn { channel, key, velocity: Velocity::new(100).unwrap() })
}

fn note_off() -> Event {
    let (channel, key) = (Channel::default(), Key::new(60).unwrap());
    Event::new(Message::NoteOff { channel, key, velocity: Velocity::new(64).unwrap() })
}

fn render(renderer: &mut Renderer, frames: usize) -> Vec<f32> {
    let mut out = vec![f32::NAN; frames];
    renderer.render_interleaved(&mut out);
    out
}

/// A sink that pulls only when the test says so.
struct Idle {
    format: AudioFormat,
    renderer: Option<Renderer>,
    refuses: bool,
}

impl Idle {
    fn new(port: &SynthPort) -> Box<Self> {
        let format = port.params().map_or(
            AudioFormat { sample_rate: SampleRate::new(48_000).unwrap(), audio_channels: 1 },
            |granted| granted.format(),
        );
        Box::new(Self { format, renderer: None, refuses: false })
    }
}

impl WaveSink for Idle {
    fn format(&self) -> AudioFormat {
        self.format
    }

    fn start(&mut self, renderer: Renderer) -> Result<(), SinkError> {
        if self.refuses {
            return Err(SinkError::new("no such device"));
        }
        self.renderer = Some(renderer);
        Ok(())
    }

    fn quiesce(&mut self) {
        self.renderer = None;
    }
}

// ---- the state table

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

// ---- opening

#[test]
fn a_port_that_asks_for_nothing_gets_the_defaults_exactly() {
    let port = SynthPort::open_with(Arc::new(Level::default()), Params::default()).unwrap();
    let granted = port.params().unwrap();
    assert!(granted.is_exact());
    assert_eq!(
        (granted.voices, granted.channel_groups, granted.audio_channels, granted.sample_rate.hz()),
        (32, 1, 2, 48_000)
    );
    assert_eq!(granted.effects, Effects { reverb: true, ..Effects::NONE });
}

#[test]
fn zeros_are_raised_to_the_least_and_the_open_succeeds() {
    let zeros = Params {
        voices: Some(0),
        channel_groups: Some(0),
        audio_channels: Some(0),
        sample_rate: Some(0),
        effects: Some(Effects::NONE),
        gain_db: None,
        limiter: None,
    };
    let port = SynthPort::open_with(Arc::new(Level::default()), zeros).unwrap();
    let granted = port.params().unwrap();
    assert!(!granted.is_exact());
    assert_eq!(granted.asked, zeros);
    assert_eq!(
        (granted.voices, granted.channel_groups, granted.audio_channels, granted.sample_rate.hz()),
        (1, 1, 1, 1)
    );
    assert_eq!(granted.effects, Effects::NONE, "no effects is a wish like any other");
}

#[test]
fn too_much_is_lowered_to_the_most() {
    let asked = Params {
        voices: Some(u32::MAX),
        channel_groups: Some(u16::MAX),
        audio_channels: Some(6),
        sample_rate: Some(100_003),
        effects: Some(Effects::ALL),
        gain_db: Some(f32::NAN),
        limiter: None,
    };
    let port = SynthPort::open_with(Arc::new(Level::default()), asked).unwrap();
    let granted = port.params().unwrap();
    assert!(!granted.is_exact());
    assert_eq!(
        (granted.voices, granted.channel_groups, granted.audio_channels, granted.sample_rate.hz()),
        (1_000, 4, 2, 96_000)
    );
    assert_eq!(granted.effects, Effects { reverb: true, ..Effects::NONE });
    assert_eq!(granted.gain_db, 0.0);
}

#[test]
fn a_port_opens_again_with_other_parameters() {
    let port = open();
    port.close().unwrap();
    let asked = Params { sample_rate: Some(22_050), ..mono() };
    assert_eq!(port.reopen(asked).unwrap().sample_rate.hz(), 22_050);
    let mut input = port.event_input().unwrap();
    let mut renderer = port.activate().unwrap();
    input.play(note_on()).unwrap();
    assert_eq!(render(&mut renderer, 1), [LEVEL]);
}

// ---- time

#[test]
fn events_act_at_their_frame_whatever_the_block_size() {
    let times = [3, 3, 64, 100, 1_023, 1_024, 1_025, 3_000];
    let renders: Vec<Vec<f32>> = [1, 7, 64, 1_000, 4_000]
        .into_iter()
        .map(|block| {
            let port = open();
            let mut input = port.event_input().unwrap();
            for time in times {
                input.play_at(SampleTime(time), note_on()).unwrap();
            }
            let mut renderer = port.activate().unwrap();
            (0..4_000 / block).flat_map(|_| render(&mut renderer, block)).collect()
        })
        .collect();
    for rendered in &renders {
        for (frame, level) in (0..).zip(rendered) {
            let held = times.iter().filter(|time| **time <= frame).count();
            assert_eq!(*level, held as f32 * LEVEL, "frame {frame}");
        }
        assert!(rendered.len() >= 3_900);
    }
}

#[test]
fn a_late_event_plays_at_once_and_is_counted() {
    let port = open();
    let mut input = port.event_input().unwrap();
    let mut renderer = port.activate().unwrap();
    render(&mut renderer, 480);
    input.play_at(SampleTime(5), note_on()).unwrap();
    assert_eq!(render(&mut renderer, 1), [LEVEL]);
    assert_eq!(port.stats().unwrap().late_events, 1);
    input.play(note_on()).unwrap();
    render(&mut renderer, 1);
    assert_eq!(port.stats().unwrap().late_events, 1, "as soon as possible is never late");
}

#[test]
fn inputs_are_merged_by_time_and_then_by_their_age() {
    let port = open();
    let mut first = port.event_input().unwrap();
    let mut second = port.event_input().unwrap();
    second.play_at(SampleTime(2), note_on()).unwrap();
    first.play_at(SampleTime(4), note_off()).unwrap();
    second.play_at(SampleTime(6), note_on()).unwrap();
    let mut renderer = port.activate().unwrap();
    let levels = render(&mut renderer, 8).into_iter().map(|level| (level / LEVEL) as u32);
    assert_eq!(levels.collect::<Vec<_>>(), [0, 0, 1, 1, 0, 0, 1, 1]);
}

#[test]
fn a_flood_at_one_frame_is_played_whole() {
    let port = open();
    let mut inputs: Vec<EventInput> = (0..3).map(|_| port.event_input().unwrap()).collect();
    for input in &mut inputs {
        (0..2_000).for_each(|_| input.play_at(SampleTime(10), note_on()).unwrap());
    }
    let mut renderer = port.activate().unwrap();
    let rendered = render(&mut renderer, 20);
    assert_eq!(rendered[9], 0.0);
    assert_eq!(rendered[10], 6_000.0 * LEVEL);
}

#[test]
fn a_full_queue_gives_the_event_back_and_is_counted() {
    let port = open();
    let mut input = port.event_input().unwrap();
    let queued = input.room();
    (0..queued).for_each(|_| input.play(note_on()).unwrap());
    assert_eq!(input.play(note_off()), Err(PlayError::Full(note_off())));
    assert_eq!(port.stats().unwrap().overflows, 1);
    let mut renderer = port.activate().unwrap();
    assert_eq!(render(&mut renderer, 1), [queued as f32 * LEVEL], "what was queued is played");
}

#[test]
fn a_dropped_input_plays_what_it_queued_and_makes_room_for_another() {
    let port = open();
    let mut renderer = port.activate().unwrap();
    for _ in 0..200 {
        let mut input = port.event_input().unwrap();
        input.play(note_on()).unwrap();
        drop(input);
        render(&mut renderer, 1);
        render(&mut renderer, 1);
    }
    assert_eq!(render(&mut renderer, 1), [200.0 * LEVEL]);
}

#[test]
fn the_inputs_of_a_port_are_limited() {
    let port = open();
    let inputs: Vec<_> = std::iter::from_fn(|| port.event_input().ok()).collect();
    assert_eq!(inputs.len(), 64);
    assert!(matches!(port.event_input(), Err(PortError::TooManyInputs { limit: 64 })));
}

#[test]
fn live_events_keep_their_spacing_one_block_after_their_arrival() {
    let port = open();
    let mut input = port.event_input().unwrap();
    let clock = port.latency_clock().unwrap();
    let mut renderer = port.activate().unwrap();
    let mut out = [0.0; 480];
    let millis = ReferenceTime::from_millis;
    renderer.render_interleaved_at(millis(1_000), &mut out);
    for arrival in [1_002, 1_003, 1_007] {
        input.play_at(clock.stamp(millis(arrival)), note_on()).unwrap();
    }
    renderer.render_interleaved_at(millis(1_010), &mut out);
    let onsets: Vec<_> = (1..out.len()).filter(|&frame| out[frame] > out[frame - 1]).collect();
    assert_eq!(onsets, [96, 144, 336], "2, 3 and 7 ms into the next block");
    assert_eq!(clock.latency_frames(), 480);
}

#[test]
fn the_position_counts_frames_since_the_open_and_survives_deactivation() {
    let port = open();
    let mut renderer = port.activate().unwrap();
    render(&mut renderer, 100);
    drop(renderer);
    assert_eq!(port.state(), State::Inactive, "a dropped renderer deactivates its port");
    render(&mut port.activate().unwrap(), 11);
    assert_eq!(port.stats().unwrap().position, SampleTime(111));
}

// ---- activation

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

// ---- closing

#[test]
fn close_reports_what_it_released() {
    let port = open();
    port.download_bank(bank()).unwrap();
    let released = port.close().unwrap();
    let content = released.content;
    assert_eq!((content.instruments, content.waves, content.bytes), (7, 1, 14));
    assert!(released.freed);
    port.reopen(mono()).unwrap();
    assert_eq!(port.close().unwrap().content.instruments, 0, "nothing comes back by reopening");
}

#[test]
fn a_bank_is_freed_by_close_while_its_renderer_lives_on_and_sounds() {
    let engine = Level::default();
    let port = SynthPort::open_with(Arc::new(engine.clone()), mono()).unwrap();
    port.download_bank(bank()).unwrap();
    assert_eq!(engine.banks(), 1);
    let mut input = port.event_input().unwrap();
    let mut renderer = port.activate().unwrap();
    input.play(note_on()).unwrap();
    render(&mut renderer, 10);
    let released = port.close().unwrap();
    assert!(released.freed);
    assert_eq!(engine.banks(), 0);
    assert_eq!(render(&mut renderer, 4), [0.0; 4]);
    assert_eq!(input.play(note_on()), Err(PlayError::Closed));
}

#[test]
fn an_unloaded_bank_is_freed_by_a_control_thread() {
    let engine = Level::default();
    let port = SynthPort::open_with(Arc::new(engine.clone()), mono()).unwrap();
    let mut renderer = port.activate().unwrap();
    let id = port.download_bank(bank()).unwrap();
    port.download_bank(bank()).unwrap();
    port.unload(id).unwrap();
    assert_eq!(engine.banks(), 2, "the audio thread has not run");
    render(&mut renderer, 1);
    assert_eq!(engine.banks(), 2, "the audio thread frees nothing");
    port.stats().unwrap();
    assert_eq!(engine.banks(), 1);
}

#[test]
fn a_download_that_fails_keeps_the_one_before() {
    let engine = Level::default();
    let port = SynthPort::open_with(Arc::new(engine.clone()), mono()).unwrap();
    port.download_bank(bank()).unwrap();
    let empty = Arc::new(Vec::<u8>::new());
    assert!(matches!(port.download_bank(empty), Err(PortError::Engine(_))));
    assert_eq!(engine.banks(), 1);
    assert_eq!(port.close().unwrap().content.instruments, 7);
}

#[test]
fn downloads_that_nobody_takes_are_refused_and_not_leaked() {
    let engine = Level::default();
    let port = SynthPort::open_with(Arc::new(engine.clone()), mono()).unwrap();
    let _renderer = port.activate().unwrap();
    let error = std::iter::repeat_with(|| port.download_bank(bank()))
        .take(1_000)
        .find_map(Result::err)
        .expect("a queue with an end");
    assert!(matches!(error, PortError::Stalled { .. }), "{error}");
    drop(port);
    assert_eq!(engine.banks(), 0);
}

#[test]
fn a_dropped_port_closes() {
    let engine = Level::default();
    let port = SynthPort::open_with(Arc::new(engine.clone()), mono()).unwrap();
    port.download_bank(bank()).unwrap();
    let mut renderer = port.activate().unwrap();
    drop(port);
    assert_eq!(engine.banks(), 0);
    assert_eq!(render(&mut renderer, 2), [0.0, 0.0]);
}

#[test]
fn what_sounds_fades_out_before_it_is_freed() {
    let port = open();
    let mut input = port.event_input().unwrap();
    let mut renderer = port.activate().unwrap();
    input.play(note_on()).unwrap();
    render(&mut renderer, 64);
    let (send, heard) = std::sync::mpsc::channel();
    let audio = thread::spawn(move || {
        // Blocks until the port has closed, and a few more.
        let mut silent = 0;
        while silent < 10 {
            let block = render(&mut renderer, 64);
            silent = if block.iter().all(|level| *level == 0.0) { silent + 1 } else { 0 };
            send.send(block).unwrap();
        }
    });
    let released = port.close().unwrap();
    assert!(released.freed);
    audio.join().unwrap();
    let heard: Vec<f32> = heard.into_iter().flatten().collect();
    let steepest = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(steepest <= LEVEL / 200.0, "a step of {steepest}, which clicks");
    assert_eq!(heard.last(), Some(&0.0));
}

#[test]
fn close_from_one_thread_while_another_renders_and_a_third_plays() {
    for _ in 0..200 {
        let engine = Level::default();
        let port = SynthPort::open_with(Arc::new(engine.clone()), mono()).unwrap();
        port.download_bank(bank()).unwrap();
        let mut renderer = port.activate().unwrap();
        let mut input = port.event_input().unwrap();
        let closed = Arc::new(AtomicBool::new(false));
        let audio = thread::spawn({
            let closed = Arc::clone(&closed);
            move || {
                while !closed.load(Ordering::SeqCst) {
                    render(&mut renderer, 32);
                }
                assert_eq!(render(&mut renderer, 32), [0.0; 32]);
            }
        });
        let player =
            thread::spawn(move || while input.play(note_on()) != Err(PlayError::Closed) {});
        assert!(port.close().unwrap().freed);
        assert_eq!(engine.banks(), 0);
        closed.store(true, Ordering::SeqCst);
        audio.join().unwrap();
        player.join().unwrap();
    }
}

#[test]
fn of_many_closers_exactly_one_closes() {
    let port = Arc::new(open());
    let closers: Vec<_> = (0..8)
        .map(|_| {
            let port = Arc::clone(&port);
            thread::spawn(move || port.close().is_ok())
        })
        .collect();
    let closed = closers.into_iter().filter_map(|closer| closer.join().ok()).filter(|ok| *ok);
    assert_eq!(closed.count(), 1);
}

// ---- limiter

#[test]
fn without_being_asked_for_there_is_no_limiter_and_no_latency() {
    let granted = open().params().unwrap();
    assert!(!granted.limiter);
    assert_eq!(granted.latency_frames, 0);
}

#[test]
fn a_limiter_delays_by_what_the_port_reports_and_keeps_below_full_scale() {
    let asked = Params { limiter: Some(true), gain_db: Some(40.0), ..mono() };
    let port = SynthPort::open_with(Arc::new(Level::default()), asked).unwrap();
    let granted = port.params().unwrap();
    assert!(granted.limiter && granted.is_exact());
    let latency = granted.latency_frames as usize;
    assert_eq!(latency, granted.sample_rate.hz() as usize / 500);
    let mut input = port.event_input().unwrap();
    let mut renderer = port.activate().unwrap();
    input.play(note_on()).unwrap();
    let out = render(&mut renderer, latency + 4_000);
    assert_eq!(out[..latency], vec![0.0; latency]);
    assert!(out[latency..].iter().all(|point| *point > 0.9 && *point < 1.0));
}
