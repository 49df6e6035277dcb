//! Sources and engines that take their time, fail, panic, or call their port when they may not expect an answer.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Mutex, Weak};
use std::thread;

use portative::engine::{
    BlockEvent, Capabilities, Content, Download, Effects, Engine, EngineError, Prepared, Settings,
    Status, StereoBus, Synthesizer,
};
use portative::port::{Params, PortError, Renderer, State, SynthPort};
use portative::riff::ByteSource;

use super::ports::{PATIENCE, bytes, in_time};
use crate::support::bare::{Bare, Maker};
use crate::support::level::Level;

// ---- sources

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

// ---- engines

/// An engine whose synthesizer stops inside a block, or panics there.
#[derive(Debug, Clone)]
struct Stuck {
    freed: Arc<()>,
    gates: Option<Arc<(Barrier, Barrier)>>,
}

impl Stuck {
    fn open(&self) -> SynthPort {
        SynthPort::open_with(Arc::new(Bare(self.clone())), Params::default()).unwrap()
    }
}

impl Maker for Stuck {
    const NAME: &'static str = "stuck";
    const CAPABILITIES: Capabilities = Capabilities {
        voices: 1..=8,
        default_voices: 8,
        channel_groups: 1..=1,
        sample_rate: 1_000..=96_000,
        effects: Effects::NONE,
    };
    type Made = StuckSynthesizer;

    fn make(&self, _: &Settings) -> StuckSynthesizer {
        StuckSynthesizer(self.clone())
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
    let port = engine.open();
    let mut renderer = port.activate().unwrap();
    let audio = thread::spawn(move || {
        let mut out = [0.0; 8];
        renderer.render_interleaved(&mut out);
        renderer.render_interleaved(&mut out);
        (renderer, out)
    });
    gates.0.wait();
    let (_port, freed) = in_time(move || {
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
    SynthPort::open_with(Arc::new(Level::default()), Params::default()).unwrap().close().unwrap();
    assert_eq!(Arc::strong_count(&engine.freed), held - 1, "whoever closes a port frees it");
}

#[test]
fn an_engine_that_panics_in_a_block_does_not_keep_its_port_from_closing() {
    in_time(|| {
        let engine = Stuck { freed: Arc::new(()), gates: None };
        let port = engine.open();
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
