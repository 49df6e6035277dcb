//! What a device's callback runs: it pulls blocks from a port's renderer.

use std::fmt;
use std::sync::Arc;

use cpal::{Data, OutputCallbackInfo};
use rtrb::{Consumer, Producer, RingBuffer};

use crate::io::clock;
use crate::port::Renderer;
use crate::rt::Gate;
use crate::time::{ReferenceTime, SampleRate, SampleTime};

use super::block_clock::BlockClock;
use super::target::{Converter, Target, spread};
use super::vitals::Vitals;

/// Frames that are converted at once; a longer block is rendered in pieces.
const PIECE_FRAMES: usize = 4_096;

/// What the callback needs while it may render. Whoever is inside the gate has it.
///
/// INVARIANT: nothing here grows after it was made.
pub(super) struct Pull {
    incoming: Consumer<Renderer>,
    renderer: Option<Renderer>,
    clock: BlockClock,
    converter: Converter,
    rendered: Vec<f32>,
    spread: Vec<f32>,
    port_channels: usize,
    device_channels: usize,
    rate: SampleRate,
}

impl Pull {
    /// A pull without a renderer, and the way in for one.
    pub(super) fn new(
        port_channels: u16,
        device_channels: u16,
        rate: SampleRate,
        clock: BlockClock,
    ) -> (Self, Producer<Renderer>) {
        let (give, incoming) = RingBuffer::new(1);
        let (port_channels, device_channels) = (port_channels.into(), device_channels.into());
        let pull = Self {
            incoming,
            renderer: None,
            clock,
            converter: Converter::new(PIECE_FRAMES * device_channels),
            rendered: vec![0.0; PIECE_FRAMES * port_channels],
            spread: vec![0.0; PIECE_FRAMES * device_channels],
            port_channels,
            device_channels,
            rate,
        };
        (pull, give)
    }

    /// Fills a block that begins at `at`; silence while there is no renderer, which cpal has put there.
    fn fill(&mut self, target: &mut Target<'_>, at: ReferenceTime) {
        if let Ok(renderer) = self.incoming.pop() {
            self.renderer = Some(renderer);
        }
        let Some(renderer) = self.renderer.as_mut() else { return };
        if let Target::F32(out) = target
            && self.port_channels == self.device_channels
        {
            renderer.render_interleaved_at(at, out);
            return;
        }
        let frames = target.len() / self.device_channels;
        for begin in (0..frames).step_by(PIECE_FRAMES) {
            let count = PIECE_FRAMES.min(frames - begin);
            let rendered = &mut self.rendered[..count * self.port_channels];
            let points = &mut self.spread[..count * self.device_channels];
            let offset = SampleTime(begin as u64).to_reference(self.rate);
            renderer.render_interleaved_at(ReferenceTime(at.0 + offset.0), rendered);
            spread(rendered, self.port_channels, points, self.device_channels);
            self.converter.write(points, target, begin * self.device_channels);
        }
    }
}

impl fmt::Debug for Pull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pull").field("renderer", &self.renderer).finish_non_exhaustive()
    }
}

/// The data callback of a stream.
///
/// # Thread
///
/// Audio thread. No allocation, lock or system call; the clock is read twice.
#[derive(Debug)]
pub(super) struct Callback {
    pub(super) gate: Arc<Gate<Pull>>,
    pub(super) vitals: Arc<Vitals>,
    pub(super) channels: u16,
    pub(super) rate: SampleRate,
    /// Whether what was rendered but not yet played is lost when the stream is closed.
    pub(super) keeps_queue: bool,
}

impl Callback {
    pub(super) fn run(&self, data: &mut Data, info: &OutputCallbackInfo) {
        let now = clock::now();
        let frames = data.len() / usize::from(self.channels.max(1));
        let length = SampleTime(frames as u64).to_reference(self.rate);
        let Some(mut pull) = self.gate.enter() else {
            self.vitals.silent(length);
            return;
        };
        let time = info.timestamp();
        let queued = time.playback.duration_since(time.callback).as_nanos() / 100;
        let queued = if self.keeps_queue { i64::try_from(queued).unwrap_or(i64::MAX) } else { 0 };
        self.vitals.beat(now, length, ReferenceTime(queued));
        let at = pull.clock.begin_of_block(frames, now);
        if let Some(mut target) = Target::new(data) {
            pull.fill(&mut target, at);
        }
        self.vitals.rendered(ReferenceTime(clock::now().0 - now.0), length);
    }
}

#[cfg(test)]
mod tests;
