//! An engine for tests that makes no sound but keeps what it is told to play, and when.

use std::sync::{Arc, Mutex};

use crate::engine::{
    BlockEvent, Capabilities, Download, Effects, Engine, EngineError, Prepared, Settings, Status,
    StereoBus, Synthesizer,
};
use crate::midi::Message;
use crate::port::{Params, Renderer, SynthPort};

/// Frames and what was played at them.
pub(super) type Played = Vec<(u64, Message)>;

#[derive(Debug, Clone, Default)]
pub(super) struct Recorder(Arc<Mutex<Played>>);

impl Recorder {
    /// An active port that plays into a recorder.
    pub(super) fn port() -> (SynthPort, Renderer, Self) {
        let recorder = Self::default();
        let port = SynthPort::open_with(Arc::new(recorder.clone()), Params::default()).unwrap();
        let renderer = port.activate().unwrap();
        (port, renderer, recorder)
    }

    /// What was played since this was last asked.
    pub(super) fn take(&self) -> Played {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// The messages alone.
    pub(super) fn messages(&self) -> Vec<Message> {
        self.take().into_iter().map(|(_, message)| message).collect()
    }
}

impl Engine for Recorder {
    fn name(&self) -> &'static str {
        "recorder"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            voices: 1..=1,
            default_voices: 1,
            channel_groups: 1..=1,
            sample_rate: 48_000..=48_000,
            effects: Effects::NONE,
        }
    }

    fn create(&self, _: &Settings) -> Result<Box<dyn Synthesizer>, EngineError> {
        Ok(Box::new(Recording { to: self.clone(), position: 0 }))
    }

    fn prepare(&self, _: &Settings, _: &Download) -> Result<Prepared, EngineError> {
        Err(EngineError::Unsupported { engine: "recorder", what: "downloads" })
    }
}

struct Recording {
    to: Recorder,
    position: u64,
}

impl Synthesizer for Recording {
    fn render(&mut self, events: &[BlockEvent], buses: &mut [StereoBus<'_>]) {
        let mut played = self.to.0.lock().unwrap();
        played.extend(
            events.iter().map(|at| (self.position + u64::from(at.offset), at.event.message)),
        );
        for bus in buses.iter_mut() {
            bus.left.fill(0.0);
            bus.right.fill(0.0);
        }
        self.position += buses.first().map_or(0, |bus| bus.left.len() as u64);
    }

    fn status(&self) -> Status {
        Status::default()
    }
}
