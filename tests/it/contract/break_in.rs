//! Attacks: threads in odd orders, sources and sinks and engines that misbehave, floods, extremes.

use std::collections::BTreeSet;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Mutex, Weak};
use std::thread;
use std::time::Duration;

use portative::engine::{
    BlockEvent, Capabilities, Content, Download, Effects, Engine, EngineError, Prepared, Settings,
    Status, StereoBus, Synthesizer,
};
use portative::midi::{
    Channel, ChannelGroup, ControlValue, Controller, Event, Key, Message, Program, Velocity,
};
use portative::port::{
    DownloadId, Params, PlayError, PortError, PortEvent, Renderer, State, SynthPort,
};
use portative::riff::ByteSource;
use portative::time::{ReferenceTime, SampleTime};

use super::recorder::Recorder;
use crate::support::level::Level;

/// Longer than anything here takes, so that a test that hangs fails instead.
const PATIENCE: Duration = Duration::from_secs(30);

fn level(engine: &Level) -> SynthPort {
    SynthPort::open_with(Arc::new(engine.clone()), Params::default()).unwrap()
}

fn bytes() -> Arc<dyn ByteSource> {
    Arc::new(vec![0; 7])
}

fn told(port: &SynthPort) -> Vec<DownloadId> {
    std::iter::from_fn(|| port.poll_event())
        .filter_map(|event| match event {
            PortEvent::Unloaded(id) => Some(id),
            _ => None,
        })
        .collect()
}

fn strike(group: u8, number: u8, key: u8) -> Event {
    let (channel, key) = (Channel::new(number).unwrap(), Key::new(key).unwrap());
    let velocity = Velocity::new(100).unwrap();
    Event { group: ChannelGroup(group), ..Event::new(Message::NoteOn { channel, key, velocity }) }
}

/// Runs what may hang.
fn in_time<T: Send + 'static>(what: impl FnOnce() -> T + Send + 'static) -> T {
    let (send, done) = channel();
    thread::spawn(move || send.send(what()));
    done.recv_timeout(PATIENCE).expect("an end")
}

// ---- floods

#[test]
fn downloads_without_end_are_refused_at_the_limit_and_make_room_when_they_go() {
    let engine = Level::default();
    let port = level(&engine);
    for _ in 0..2 {
        let ids: Vec<_> = (0..5_000).map_while(|_| port.download_bank(bytes()).ok()).collect();
        assert_eq!(ids.len(), 4_096);
        let refused = port.download_bank(bytes()).unwrap_err();
        assert!(matches!(refused, PortError::TooManyDownloads { limit: 4_096 }), "{refused}");
        assert_eq!((port.downloads().unwrap().len(), engine.banks()), (4_096, 4_096));
        ids.iter().for_each(|id| port.unload(*id).unwrap());
        assert_eq!((told(&port), engine.banks()), (ids, 0));
        assert_eq!(port.content().unwrap(), Content::default());
    }
}

#[test]
fn five_thousand_downloads_one_after_the_other_leave_nothing() {
    let engine = Level::default();
    let port = level(&engine);
    let mut renderer = port.activate().unwrap();
    for _ in 0..5_000 {
        let id = port.download_bank(bytes()).unwrap();
        port.unload(id).unwrap();
        renderer.render_interleaved(&mut [0.0; 2]);
        renderer.render_interleaved(&mut []);
        assert_eq!(told(&port), [id]);
    }
    assert_eq!(engine.banks(), 0);
}

#[test]
fn while_the_audio_thread_stands_still_calls_are_refused_whole_and_work_again_after() {
    let engine = Level::default();
    let port = level(&engine);
    let mut renderer = port.activate().unwrap();
    let mut good = Vec::new();
    let refused = loop {
        match port.download_bank(bytes()) {
            Ok(id) => good.push(id),
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, PortError::Stalled { .. }), "{refused}");
    assert_eq!((port.downloads().unwrap(), engine.banks()), (good.clone(), good.len()));
    assert!(matches!(port.unload(good[0]), Err(PortError::Stalled { .. })));
    assert_eq!(port.downloads().unwrap(), good, "nothing has happened");
    assert!(told(&port).is_empty());
    let priority = portative::engine::ChannelPriority::HIGH;
    let (group, channel) = (ChannelGroup(0), Channel::default());
    let before = port.channel_priority(group, channel).unwrap();
    if port.set_channel_priority(group, channel, priority).is_err() {
        assert_eq!(port.channel_priority(group, channel).unwrap(), before);
    }
    renderer.render_interleaved(&mut [0.0; 64]);
    good.iter().for_each(|id| {
        port.unload(*id).unwrap();
        renderer.render_interleaved(&mut [0.0; 64]);
    });
    renderer.render_interleaved(&mut [0.0; 64]);
    let mut told = told(&port);
    told.sort_unstable();
    assert_eq!((told, engine.banks()), (good, 0));
}

#[test]
fn what_waited_for_an_audio_thread_that_never_came_is_done_when_the_port_is_no_longer_active() {
    let engine = Level::default();
    let port = level(&engine);
    let renderer = port.activate().unwrap();
    let ids: Vec<_> = (0..200).map(|_| port.download_bank(bytes()).unwrap()).collect();
    ids[..56].iter().for_each(|id| port.unload(*id).unwrap());
    assert!(told(&port).is_empty());
    drop(renderer);
    let more: Vec<_> = (0..200).map(|_| port.download_bank(bytes()).unwrap()).collect();
    assert_eq!(port.downloads().unwrap(), [&ids[56..], &more].concat());
    assert_eq!(
        told(&port).into_iter().collect::<BTreeSet<_>>(),
        ids[..56].iter().copied().collect()
    );
    assert_eq!(engine.banks(), 344);
    (0..60).for_each(|_| drop(port.event_input().unwrap()));
}

#[test]
fn a_flood_of_events_does_not_hold_up_the_block_that_is_rendered() {
    in_time(|| {
        let port = Recorder::default().open();
        let mut renderer = port.activate().unwrap();
        let inputs: Vec<_> = (0..3).map(|_| port.event_input().unwrap()).collect();
        let flooders: Vec<_> = inputs
            .into_iter()
            .map(|mut input| {
                thread::spawn(
                    move || {
                        while input.play(strike(0, 0, 60)) != Err(PlayError::Closed) {}
                    },
                )
            })
            .collect();
        for _ in 0..50 {
            renderer.render_interleaved(&mut [0.0; 64]);
            renderer.render_interleaved(&mut []);
        }
        port.close().unwrap();
        flooders.into_iter().for_each(|flooder| flooder.join().unwrap());
    });
}

#[test]
fn sixty_four_inputs_play_from_as_many_threads_and_nothing_is_lost() {
    let recorder = Recorder::default();
    let port = recorder.open();
    let mut renderer = port.activate().unwrap();
    let inputs: Vec<_> = (0..64).map(|_| port.event_input().unwrap()).collect();
    assert!(matches!(port.event_input(), Err(PortError::TooManyInputs { limit: 64 })));
    thread::scope(|scope| {
        let players: Vec<_> = inputs
            .into_iter()
            .zip(0..)
            .map(|(mut input, key)| {
                scope.spawn(move || {
                    for at in 0..500 {
                        while input.play_at(SampleTime(at), strike(0, 0, key)).is_err() {
                            thread::yield_now();
                        }
                    }
                })
            })
            .collect();
        while players.iter().any(|player| !player.is_finished()) {
            renderer.render_interleaved(&mut [0.0; 16]);
        }
    });
    (0..2).for_each(|_| renderer.render_interleaved(&mut [0.0; 2_000]));
    let mut counts = [0; 64];
    recorder.keys().into_iter().for_each(|(_, key)| counts[usize::from(key)] += 1);
    assert_eq!(counts, [500; 64]);
    assert!(port.event_input().is_ok(), "the dropped ones have made room");
}

// ---- extremes

#[test]
fn every_shape_of_port_renders_every_shape_of_block() {
    for (rate, channels, groups, voices) in
        [(384_000, 2, 16, 65_536), (384_000, 1, 16, 1), (8_000, 1, 1, 1), (8_000, 2, 16, 7)]
    {
        for limiter in [false, true] {
            let asked = Params {
                sample_rate: Some(rate),
                audio_channels: Some(channels),
                channel_groups: Some(groups),
                voices: Some(voices),
                effects: Some(Effects::ALL),
                limiter: Some(limiter),
                gain_db: Some(30.0),
            };
            let port = SynthPort::open(asked).unwrap();
            assert!(port.params().unwrap().is_exact());
            port.download_bank(Arc::new(portative::io::BUILT_IN_BANK)).unwrap();
            let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
            for (group, channel) in (0..groups as u8).flat_map(|g| (0..16).map(move |c| (g, c))) {
                input.play(strike(group, channel, 60 + channel)).unwrap();
            }
            let mut loud = false;
            for len in [0, 1, 2, 3, 0, 63, 65, 1_001, 200_001, 1] {
                let mut out = vec![f32::NAN; len];
                renderer.render_interleaved(&mut out);
                assert!(out.iter().all(|point| point.is_finite()), "{asked:?}, {len}");
                let whole = len - len % usize::from(channels);
                assert!(out[whole..].iter().all(|point| *point == 0.0), "the rest of a frame");
                loud |= out.iter().any(|point| point.abs() > 0.001);
            }
            // A few voices may be taken from one note by the next until none has sounded.
            assert!(loud || voices < 8, "{asked:?}");
            assert_eq!(port.stats().unwrap().faults, 0);
        }
    }
}

// ---- outliving

#[test]
fn inputs_clocks_and_renderers_outlive_their_port_by_far() {
    let engine = Level::default();
    let port = level(&engine);
    port.download_bank(bytes()).unwrap();
    let (mut input, clock) = (port.event_input().unwrap(), port.latency_clock().unwrap());
    let mut renderer = port.activate().unwrap();
    renderer.render_interleaved_at(ReferenceTime(0), &mut [0.0; 20]);
    let format = renderer.format();
    drop(port);
    for round in 0..200 {
        let other = level(&engine);
        other.download_bank(bytes()).unwrap();
        assert_eq!(input.play(strike(0, 0, 60)), Err(PlayError::Closed));
        let mut out = [f32::NAN; 20];
        renderer.render_interleaved_at(ReferenceTime(round), &mut out);
        assert_eq!(out, [0.0; 20]);
        assert_eq!((renderer.format(), renderer.position()), (format, SampleTime(10)));
        assert_eq!((input.position(), clock.latency_frames()), (SampleTime(10), 10));
        clock.stamp(ReferenceTime(round));
    }
    assert_eq!(engine.banks(), 0);
    thread::spawn(move || drop((input, renderer))).join().unwrap();
    clock.stamp(ReferenceTime(0));
}

// ---- sources that misbehave

/// A file whose reading takes as long as the test wants.
struct Slow {
    began: Sender<()>,
    go_on: Mutex<Receiver<()>>,
}

impl ByteSource for Slow {
    fn len(&self) -> u64 {
        1_000
    }

    fn read_exact_at(&self, _: &mut [u8], _: u64) -> io::Result<()> {
        let _ = self.began.send(());
        let _ = self.go_on.lock().unwrap().recv_timeout(PATIENCE);
        Err(io::Error::other("an old disk"))
    }
}

#[test]
fn a_port_closes_while_another_thread_reads_for_a_download() {
    let port = Arc::new(SynthPort::open(Params::default()).unwrap());
    let ((began, wait), (go, go_on)) = (channel(), channel());
    let source = Arc::new(Slow { began, go_on: Mutex::new(go_on) });
    let downloader = thread::spawn({
        let port = Arc::clone(&port);
        move || port.download_bank(source)
    });
    wait.recv_timeout(PATIENCE).unwrap();
    let closing = Arc::clone(&port);
    let closed = in_time(move || {
        let stats = closing.stats().is_ok();
        (stats, closing.close().is_ok(), closing.reopen(Params::default()).is_ok())
    });
    assert_eq!(closed, (true, true, true));
    go.send(()).unwrap();
    assert!(downloader.join().unwrap().is_err());
    assert_eq!(port.downloads().unwrap(), [], "nor in the next opening");
    assert_eq!(port.content().unwrap(), Content::default());
}

/// An engine that reads slowly, and then succeeds.
#[derive(Debug, Clone, Default)]
struct Patient {
    level: Level,
    gates: Option<Arc<(Barrier, Barrier)>>,
}

impl Engine for Patient {
    fn name(&self) -> &'static str {
        "patient"
    }

    fn capabilities(&self) -> Capabilities {
        self.level.capabilities()
    }

    fn create(&self, settings: &Settings) -> Result<Box<dyn Synthesizer>, EngineError> {
        self.level.create(settings)
    }

    fn prepare(&self, settings: &Settings, download: &Download) -> Result<Prepared, EngineError> {
        if let Some(gates) = &self.gates {
            gates.0.wait();
            gates.1.wait();
        }
        self.level.prepare(settings, download)
    }
}

#[test]
fn a_download_that_is_ready_after_its_port_has_closed_and_opened_again_is_not_in_the_new_one() {
    let gates = Arc::new((Barrier::new(2), Barrier::new(2)));
    let engine = Patient { level: Level::default(), gates: Some(Arc::clone(&gates)) };
    let port = Arc::new(SynthPort::open_with(Arc::new(engine.clone()), Params::default()).unwrap());
    for reopened in [false, true] {
        let downloader = thread::spawn({
            let port = Arc::clone(&port);
            move || port.download_bank(bytes())
        });
        gates.0.wait();
        port.close().unwrap();
        if reopened {
            port.reopen(Params { sample_rate: Some(8_000), ..Params::default() }).unwrap();
        }
        gates.1.wait();
        let refused = downloader.join().unwrap().unwrap_err();
        assert!(matches!(refused, PortError::WrongState { state: State::Closed, .. }), "{refused}");
        assert_eq!(engine.level.banks(), 0);
        if reopened {
            assert_eq!(port.downloads().unwrap(), []);
        } else {
            port.reopen(Params::default()).unwrap();
        }
    }
}

/// A file that has its reader's port closed, and panics then or fails.
struct Treacherous {
    port: Weak<SynthPort>,
    panics: bool,
}

impl ByteSource for Treacherous {
    fn len(&self) -> u64 {
        1_000
    }

    fn read_exact_at(&self, _: &mut [u8], _: u64) -> io::Result<()> {
        if let Some(port) = self.port.upgrade() {
            let _ = (port.close(), port.stats().is_ok(), port.reopen(Params::default()));
        }
        assert!(!self.panics, "a source with a bug");
        Err(io::Error::other("a bad disk"))
    }
}

#[test]
fn a_source_that_closes_its_port_or_panics_leaves_the_port_usable() {
    in_time(|| {
        for panics in [false, true] {
            let port = Arc::new(SynthPort::open(Params::default()).unwrap());
            let source = Arc::new(Treacherous { port: Arc::downgrade(&port), panics });
            let result = catch_unwind(AssertUnwindSafe(|| port.download_bank(source).is_ok()));
            assert!(!result.unwrap_or(false));
            assert_eq!(port.downloads().unwrap(), []);
            port.download_bank(Arc::new(portative::io::BUILT_IN_BANK)).unwrap();
            port.close().unwrap();
        }
    });
}

// ---- engines that misbehave

/// An engine whose synthesizer stops inside a block, or panics there.
#[derive(Debug, Clone)]
struct Stuck {
    freed: Arc<()>,
    gates: Option<Arc<(Barrier, Barrier)>>,
}

impl Engine for Stuck {
    fn name(&self) -> &'static str {
        "stuck"
    }

    fn capabilities(&self) -> Capabilities {
        Level::default().capabilities()
    }

    fn create(&self, _: &Settings) -> Result<Box<dyn Synthesizer>, EngineError> {
        Ok(Box::new(StuckSynthesizer(self.clone())))
    }

    fn prepare(&self, _: &Settings, _: &Download) -> Result<Prepared, EngineError> {
        Err(EngineError::Unsupported { engine: "stuck", what: "downloads" })
    }
}

struct StuckSynthesizer(Stuck);

impl Synthesizer for StuckSynthesizer {
    fn render(&mut self, _: &[BlockEvent], buses: &mut [StereoBus<'_>]) {
        for bus in buses {
            bus.left.fill(1.0);
            bus.right.fill(1.0);
        }
        match &self.0.gates {
            Some(gates) => {
                gates.0.wait();
                gates.1.wait();
            }
            None => std::panic::resume_unwind(Box::new("an engine with a bug")),
        }
    }

    fn status(&self) -> Status {
        Status::default()
    }
}

#[test]
fn close_returns_though_the_audio_thread_is_stuck_and_the_memory_goes_when_it_is_not() {
    let gates = Arc::new((Barrier::new(2), Barrier::new(2)));
    let engine = Stuck { freed: Arc::new(()), gates: Some(Arc::clone(&gates)) };
    let port = SynthPort::open_with(Arc::new(engine.clone()), Params::default()).unwrap();
    let mut renderer = port.activate().unwrap();
    let audio = thread::spawn(move || {
        let mut out = [0.0; 8];
        renderer.render_interleaved(&mut out);
        renderer.render_interleaved(&mut out);
        (renderer, out)
    });
    gates.0.wait();
    let (port, freed) = in_time(move || {
        let freed = port.close().unwrap().freed;
        assert_eq!(port.state(), State::Closed);
        (port, freed)
    });
    assert!(!freed, "the audio thread is inside");
    // Two of the test's, the port's, and the stuck synthesizer's.
    let held = Arc::strong_count(&engine.freed);
    gates.1.wait();
    let (_renderer, out) = audio.join().unwrap();
    assert_eq!(out, [0.0; 8], "the next block is silent and does not reach the engine");
    port.reopen(Params::default()).unwrap();
    port.close().unwrap();
    assert_eq!(Arc::strong_count(&engine.freed), held - 1);
}

#[test]
fn an_engine_that_panics_in_a_block_does_not_keep_its_port_from_closing() {
    in_time(|| {
        let engine = Stuck { freed: Arc::new(()), gates: None };
        let port = SynthPort::open_with(Arc::new(engine.clone()), Params::default()).unwrap();
        let mut renderer = port.activate().unwrap();
        let block = |renderer: &mut Renderer| renderer.render_interleaved(&mut [0.0; 8]);
        assert!(catch_unwind(AssertUnwindSafe(|| block(&mut renderer))).is_err());
        port.stats().unwrap();
        assert!(port.close().unwrap().freed, "nobody is inside any more");
        block(&mut renderer);
        drop(renderer);
        port.reopen(Params::default()).unwrap();
        port.close().unwrap();
        assert_eq!(Arc::strong_count(&engine.freed), 2);
    });
}

// ---- threads

/// What chance chooses, the same each time.
fn chance(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |limit| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    }
}

/// One of many who do with a port what they please; what it unloaded.
fn vandal(port: &SynthPort, seed: u64) -> Vec<DownloadId> {
    let (mut chance, mut good, mut unloaded) = (chance(seed), Vec::new(), Vec::new());
    let (mut renderers, mut inputs) = (Vec::new(), Vec::new());
    for _ in 0..400 {
        match chance(14) {
            0 => drop(port.reopen(Params::default())),
            1 if chance(6) == 0 => drop(port.close()),
            2 => renderers.extend(port.activate()),
            3 => drop(port.deactivate()),
            4 | 5 => good.extend(port.download_bank(bytes())),
            6 | 7 if !good.is_empty() => {
                let id = good.swap_remove(chance(good.len() as u64) as usize);
                if port.unload(id).is_ok() {
                    unloaded.push(id);
                }
            }
            8 => inputs.extend(port.event_input()),
            9 if inputs.len() > 2 => drop(inputs.swap_remove(0)),
            10 if renderers.len() > 2 => drop(renderers.swap_remove(1)),
            11 => drop((port.stats(), port.content(), port.downloads(), port.latency_clock())),
            12 => inputs.iter_mut().for_each(|input| {
                let _ = input.play(strike(0, 0, 60));
            }),
            _ => renderers.iter_mut().for_each(|renderer| {
                renderer.render_interleaved(&mut [0.0; 32]);
            }),
        }
    }
    unloaded
}

#[test]
fn many_threads_do_with_one_port_what_they_please_and_every_promise_is_kept() {
    for round in 0..20 {
        let engine = Level::default();
        let port = level(&engine);
        let mut unloaded = BTreeSet::new();
        thread::scope(|scope| {
            let vandals: Vec<_> = (0..4)
                .map(|number| {
                    scope.spawn({
                        let port = &port;
                        move || vandal(port, 100 * round + number)
                    })
                })
                .collect();
            for vandal in vandals {
                for id in vandal.join().unwrap() {
                    assert!(unloaded.insert(id), "a handle went twice");
                }
            }
        });
        let _ = port.close();
        let told = told(&port);
        assert_eq!(told.len(), unloaded.len());
        assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), unloaded);
        drop(port);
        assert_eq!(engine.banks(), 0);
    }
}

#[test]
fn a_renderer_dropped_while_its_port_is_closed_or_dropped_or_activated_again_harms_nobody() {
    for round in 0..300 {
        let engine = Level::default();
        let port = level(&engine);
        port.download_bank(bytes()).unwrap();
        let mut renderer = port.activate().unwrap();
        renderer.render_interleaved(&mut [0.0; 32]);
        let start = Barrier::new(2);
        thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                drop(renderer);
            });
            start.wait();
            match round % 3 {
                0 => drop(port.close().unwrap()),
                1 => drop(port),
                _ => {
                    let _ = port.deactivate();
                    let again = port.activate().unwrap();
                    assert_eq!(port.state(), State::Active);
                    drop(again);
                    assert_eq!(port.state(), State::Inactive);
                }
            }
        });
        assert_eq!(engine.banks(), 0);
    }
}

#[test]
fn the_last_holder_of_a_port_may_be_a_thread_that_downloads() {
    for _ in 0..50 {
        let engine = Level::default();
        let port = Arc::new(level(&engine));
        let downloaders: Vec<_> = (0..3)
            .map(|_| {
                let port = Arc::clone(&port);
                thread::spawn(move || {
                    (0..20).filter_map(|_| port.download_bank(bytes()).ok()).count()
                })
            })
            .collect();
        drop(port);
        let downloads = downloaders.into_iter().map(|thread| thread.join().unwrap());
        assert_eq!(downloads.sum::<usize>(), 60);
        assert_eq!(engine.banks(), 0);
    }
}

#[test]
fn any_program_and_controller_on_any_channel_is_survived_by_a_port_without_a_bank() {
    let port = SynthPort::open(Params { voices: Some(1), ..Params::default() }).unwrap();
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    let mut chance = chance(7);
    let mut out = [0.0; 64];
    for _ in 0..5_000 {
        let channel = Channel::new(chance(16) as u8).unwrap();
        let message = match chance(4) {
            0 => Message::ProgramChange {
                channel,
                program: Program::new(chance(128) as u8).unwrap(),
                bank: None,
            },
            1 => Message::ControlChange {
                channel,
                controller: Controller::new(chance(128) as u8).unwrap(),
                value: ControlValue::from_u7(chance(128) as u8),
            },
            2 => {
                Message::PitchBend { channel, bend: ControlValue::from_u14(chance(16_384) as u16) }
            }
            _ => strike(0, chance(16) as u8, chance(128) as u8).message,
        };
        input.play(Event::new(message)).unwrap();
        renderer.render_interleaved(&mut out);
        assert_eq!(out, [0.0; 64]);
    }
    let missing = std::iter::from_fn(|| port.poll_event()).count();
    assert!(missing > 0 && port.stats().unwrap().missing_presets > 0);
}
