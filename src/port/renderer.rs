//! The handle with which audio is pulled from a port.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::format::AudioFormat;
use crate::rt::{Crew, FloatEnv};
use crate::time::{ReferenceTime, SampleTime};

use super::shared::Shared;

/// Renders what a port plays.
///
/// It outlives its port without harm: after the port was deactivated, closed or dropped it gives
/// silence. Dropping it deactivates the port and frees nothing.
///
/// # Thread
///
/// `Send`; one thread at a time, usually the audio thread. Rendering never allocates, frees, locks, waits
/// or fails, and its cost is bounded by voices × frames.
#[derive(Debug)]
pub struct Renderer {
    /// Never the last reference: the port's keepers have one for as long as there are others.
    shared: Arc<Shared>,
    activation: u64,
}

impl Renderer {
    pub(super) fn new(shared: Arc<Shared>, activation: u64) -> Self {
        Self { shared, activation }
    }

    /// The number of its activation, which no other has.
    pub(super) const fn activation(&self) -> u64 {
        self.activation
    }

    /// What it renders.
    pub fn format(&self) -> AudioFormat {
        AudioFormat {
            sample_rate: self.shared.sample_rate,
            audio_channels: self.shared.audio_channels,
        }
    }

    /// The frame that comes next, counted from the opening of the port.
    pub fn position(&self) -> SampleTime {
        self.shared.progress().position
    }

    /// Overwrites `out` with the next frames, channels interleaved.
    ///
    /// # Shapes
    ///
    /// `out.len()` is a multiple of the port's audio channels; data points of a last incomplete frame
    /// become zero. An empty `out` plays the events that are due now, which makes room in full queues.
    ///
    /// # Units
    ///
    /// Full scale at ±1.0; may exceed it.
    ///
    /// # Thread
    ///
    /// Audio thread.
    pub fn render_interleaved(&mut self, out: &mut [f32]) {
        self.render(None, None, out);
    }

    /// As [`Renderer::render_interleaved`], with others to help: the same bits, sooner.
    ///
    /// # Thread
    ///
    /// Not an audio thread: it may allocate, and it waits for the crew.
    pub fn render_interleaved_with(&mut self, crew: &dyn Crew, out: &mut [f32]) {
        self.render(None, Some(crew), out);
    }

    /// As [`Renderer::render_interleaved`], for a block that was asked for at `now`.
    ///
    /// Live events need it: their arrival is turned into frames by this pairing of times. `now` is of the
    /// same clock as the arrival times.
    pub fn render_interleaved_at(&mut self, now: ReferenceTime, out: &mut [f32]) {
        self.render(Some(now), None, out);
    }

    fn render(&mut self, now: Option<ReferenceTime>, crew: Option<&dyn Crew>, out: &mut [f32]) {
        let shared = &*self.shared;
        if shared.activation.load(Ordering::Acquire) != self.activation {
            out.fill(0.0);
            return;
        }
        let _env = FloatEnv::enter();
        match shared.gate.enter() {
            Some(mut state) => state.render(shared, (now, crew), out),
            None => out.fill(0.0),
        }
    }
}

impl Drop for Renderer {
    fn drop(&mut self) {
        // Another activation may be on by now; that one stays.
        let _ = self.shared.activation.compare_exchange(
            self.activation,
            0,
            Ordering::AcqRel,
            Ordering::Relaxed,
        );
    }
}
