//! What a port gives back: sinks to whoever deactivates it, memory to whoever frees it, and neither under its lock.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex, Weak};
use std::thread;

use portative::engine::{
    BlockEvent, Capabilities, Download, Engine, EngineError, Installation, Place, Prepared,
    Retired, Settings, Status, StereoBus, Synthesizer,
};
use portative::format::AudioFormat;
use portative::port::{
    Operation, Params, PortError, PortEvent, Renderer, SinkError, State, SynthPort, WaveSink,
};

use super::lifecycle::{Careless, Sluggish};
use super::ports::{bytes, in_time};
use super::recorder::Recorder;
use crate::support::level::Level;

fn format(port: &SynthPort) -> AudioFormat {
    port.params().unwrap().format()
}

// ---- sinks

#[test]
fn who_deactivates_while_a_sink_is_starting_gets_the_sink_stopped() {
    let port = Arc::new(Recorder::default().open());
    let gates = Arc::new((Barrier::new(2), Barrier::new(2)));
    let stopped = Arc::new(AtomicBool::new(false));
    let sink = Sluggish {
        format: format(&port),
        gates: Some(Arc::clone(&gates)),
        renderer: None,
        stopped: Arc::clone(&stopped),
    };
    let connecting = thread::spawn({
        let port = Arc::clone(&port);
        move || port.connect(Box::new(sink))
    });
    gates.0.wait();
    let deactivating = thread::spawn({
        let port = Arc::clone(&port);
        move || port.deactivate()
    });
    while port.state() == State::Active {
        thread::yield_now();
    }
    gates.1.wait();
    let refused = connecting.join().unwrap().unwrap_err();
    let expected = (Operation::Connect, State::Inactive);
    assert!(
        matches!(refused, PortError::WrongState { operation, state } if (operation, state) == expected),
        "{refused}"
    );
    let mut given = deactivating.join().unwrap().unwrap();
    if given.is_none() {
        // This thread was not let run for as long as the other one waits.
        given = port.deactivate().unwrap();
    }
    assert!(given.is_some());
    assert!(stopped.load(Ordering::SeqCst));
    assert!(port.close().unwrap().sink.is_none(), "it was given back once");
}

#[test]
fn a_sink_that_takes_too_long_to_start_is_there_for_the_next_who_asks() {
    let port = Arc::new(Recorder::default().open());
    let gates = Arc::new((Barrier::new(2), Barrier::new(2)));
    let sink = Sluggish {
        format: format(&port),
        gates: Some(Arc::clone(&gates)),
        renderer: None,
        stopped: Arc::default(),
    };
    let connecting = thread::spawn({
        let port = Arc::clone(&port);
        move || port.connect(Box::new(sink))
    });
    gates.0.wait();
    assert!(port.deactivate().unwrap().is_none(), "it has not started yet");
    gates.1.wait();
    assert!(connecting.join().unwrap().is_err());
    assert!(port.deactivate().unwrap().is_some());
    assert!(port.deactivate().is_err(), "there is no other");
}

/// A sink that deactivates its port while it starts.
struct Fickle {
    format: AudioFormat,
    port: Weak<SynthPort>,
    got: Arc<Mutex<Option<bool>>>,
}

impl WaveSink for Fickle {
    fn format(&self) -> AudioFormat {
        self.format
    }

    fn start(&mut self, _: Renderer) -> Result<(), SinkError> {
        let sink = self.port.upgrade().unwrap().deactivate();
        *self.got.lock().unwrap() = Some(sink.unwrap().is_some());
        Ok(())
    }

    fn quiesce(&mut self) {}
}

#[test]
fn a_sink_that_deactivates_its_port_while_it_starts_does_not_wait_for_itself() {
    in_time(|| {
        let port = Arc::new(Recorder::default().open());
        let got = Arc::default();
        let weak = Arc::downgrade(&port);
        let sink = Fickle { format: format(&port), port: weak, got: Arc::clone(&got) };
        assert!(port.connect(Box::new(sink)).is_err());
        assert_eq!(*got.lock().unwrap(), Some(false));
        assert!(port.deactivate().unwrap().is_some(), "it is not lost");
        port.activate().unwrap();
    });
}

#[test]
fn a_sink_that_let_go_of_its_renderer_is_given_back_by_deactivate() {
    let port = Recorder::default().open();
    port.connect(Box::new(Careless(format(&port)))).unwrap();
    assert_eq!(port.state(), State::Inactive);
    let sink = port.deactivate().unwrap().unwrap();
    assert!(matches!(
        port.deactivate(),
        Err(PortError::WrongState { operation: Operation::Deactivate, state: State::Inactive })
    ));
    port.connect(sink).unwrap();
    assert!(port.close().unwrap().sink.is_some());
}

// ---- memory

/// An engine whose objects call their port when they are made and when they are freed.
#[derive(Debug, Clone, Default)]
struct Clingy {
    port: Arc<Mutex<Weak<SynthPort>>>,
    calls: Arc<Mutex<Vec<&'static str>>>,
}

impl Clingy {
    fn call(&self, when: &'static str) {
        let port = self.port.lock().unwrap().upgrade();
        if let Some(port) = port {
            let _ = (port.state(), port.stats().is_ok(), port.downloads().is_ok());
            self.calls.lock().unwrap().push(when);
        }
    }
}

/// Something of that engine.
struct Part(Clingy, &'static str);

impl Drop for Part {
    fn drop(&mut self) {
        self.0.call(self.1);
    }
}

impl Engine for Clingy {
    fn name(&self) -> &'static str {
        "clingy"
    }

    fn capabilities(&self) -> Capabilities {
        self.call("capabilities");
        Level::default().capabilities()
    }

    fn create(&self, _: &Settings) -> Result<Box<dyn Synthesizer>, EngineError> {
        self.call("create");
        let part = Part(self.clone(), "synthesizer freed");
        Ok(Box::new(ClingySynthesizer { downloads: Vec::new(), ended: Vec::new(), _part: part }))
    }

    fn prepare(&self, _: &Settings, _: &Download) -> Result<Prepared, EngineError> {
        let installation = Installation(Box::new(Part(self.clone(), "download freed")));
        Ok(Prepared { instruments: 1, holdings: Vec::new(), installation })
    }
}

struct ClingySynthesizer {
    downloads: Vec<(Place, Installation)>,
    ended: Vec<(Place, Installation)>,
    _part: Part,
}

impl Synthesizer for ClingySynthesizer {
    fn install(&mut self, place: Place, installation: Installation) -> Option<Retired> {
        self.downloads.push((place, installation));
        None
    }

    fn uninstall(&mut self, place: Place) {
        let at = self.downloads.iter().position(|(taken, _)| *taken == place);
        self.ended.extend(at.map(|at| self.downloads.remove(at)));
    }

    fn reclaim(&mut self) -> Option<(Place, Retired)> {
        self.ended.pop().map(|(place, installation)| (place, Retired(installation.0)))
    }

    fn render(&mut self, _: &[BlockEvent], _: &mut [StereoBus<'_>]) {}

    fn status(&self) -> Status {
        Status::default()
    }
}

#[test]
fn an_engine_may_call_its_port_from_whatever_it_makes_and_whatever_of_it_is_freed() {
    in_time(|| {
        let engine = Clingy::default();
        let port = Arc::new(SynthPort::new(Arc::new(engine.clone())));
        *engine.port.lock().unwrap() = Arc::downgrade(&port);
        let calls = || std::mem::take(&mut *engine.calls.lock().unwrap());
        port.reopen(Params::default()).unwrap();
        assert_eq!(calls(), ["capabilities", "create"]);
        let mut renderer = port.activate().unwrap();
        let id = port.download_bank(bytes()).unwrap();
        port.unload(id).unwrap();
        renderer.render_interleaved(&mut [0.0; 8]);
        assert_eq!(port.poll_event(), Some(PortEvent::Unloaded(id)));
        assert_eq!(calls(), ["download freed"]);
        let id = port.download_bank(bytes()).unwrap();
        port.unload(id).unwrap();
        renderer.render_interleaved(&mut [0.0; 8]);
        port.stats().unwrap();
        assert_eq!(calls(), ["download freed"], "any call frees");
        assert_eq!(port.poll_event(), Some(PortEvent::Unloaded(id)), "and the event is kept");
        port.download_bank(bytes()).unwrap();
        port.close().unwrap();
        assert!(calls().contains(&"synthesizer freed"));
    });
}
