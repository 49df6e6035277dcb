//! Ports of an engine whose sound can be read, and a sink that pulls when it is told to.

use std::sync::Arc;

use portative::format::AudioFormat;
use portative::midi::{Channel, Event, Key, Message, Velocity};
use portative::port::{Params, Renderer, SinkError, SynthPort, WaveSink};
use portative::riff::ByteSource;
use portative::time::SampleRate;

use crate::support::level::Level;

pub(crate) fn open() -> SynthPort {
    SynthPort::open_with(Arc::new(Level::default()), mono()).unwrap()
}

/// One channel, so that frames are data points.
pub(crate) fn mono() -> Params {
    Params { audio_channels: Some(1), ..Params::default() }
}

pub(crate) fn bank() -> Arc<dyn ByteSource> {
    Arc::new(vec![0u8; 7])
}

pub(crate) fn note_on() -> Event {
    let (channel, key) = (Channel::default(), Key::new(60).unwrap());
    Event::new(Message::NoteOn { channel, key, velocity: Velocity::new(100).unwrap() })
}

pub(crate) fn note_off() -> Event {
    let (channel, key) = (Channel::default(), Key::new(60).unwrap());
    Event::new(Message::NoteOff { channel, key, velocity: Velocity::new(64).unwrap() })
}

pub(crate) fn render(renderer: &mut Renderer, frames: usize) -> Vec<f32> {
    let mut out = vec![f32::NAN; frames];
    renderer.render_interleaved(&mut out);
    out
}

/// A sink that pulls only when the test says so.
pub(crate) struct Idle {
    pub(crate) format: AudioFormat,
    pub(crate) renderer: Option<Renderer>,
    pub(crate) refuses: bool,
}

impl Idle {
    pub(crate) fn new(port: &SynthPort) -> Box<Self> {
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
