//! Renders a song as fast as the machine can, on the calling thread or with others to help, to the frame and to the bit the same
//! whatever the block size.

use std::sync::Arc;

use crate::port::{PlayError, PortError, Renderer, SynthPort};
use crate::sequence::Sequence;
use crate::time::SampleTime;

use super::crew::Threads;
use super::player::Player;

/// A song and the port that plays it, pulled by hand.
#[derive(Debug)]
pub struct Offline {
    crew: Threads,
    player: Player,
    renderer: Renderer,
    audio_channels: usize,
}

impl Offline {
    /// Activates `port` to play `sequence` from its beginning.
    ///
    /// # Errors
    ///
    /// [`PortError`] when the port is closed or active.
    pub fn new(port: &SynthPort, sequence: Arc<Sequence>) -> Result<Self, PortError> {
        let player = Player::new(sequence, port.event_input()?);
        let renderer = port.activate()?;
        let audio_channels = usize::from(renderer.format().audio_channels);
        Ok(Self { crew: Threads::new(1), player, renderer, audio_channels })
    }

    /// Has others help. Blocks of a thousand frames and more are worth it; the bits stay as they are.
    #[must_use]
    pub fn with_crew(self, crew: Threads) -> Self {
        Self { crew, ..self }
    }

    /// The song's place, and whether it is at its end.
    pub const fn player(&self) -> &Player {
        &self.player
    }

    /// Overwrites `out` with the next frames, channels interleaved.
    ///
    /// # Errors
    ///
    /// [`PlayError::Closed`] when the port was closed meanwhile; `out` is silent from there on.
    pub fn render(&mut self, mut out: &mut [f32]) -> Result<(), PlayError> {
        let end = self.renderer.position() + (out.len() / self.audio_channels) as u64;
        loop {
            let queued = self.player.pump(end).inspect_err(|_| out.fill(0.0))?;
            let frames = queued.min(end).saturating_since(self.renderer.position());
            let (now, rest) = out.split_at_mut(frames as usize * self.audio_channels);
            // With a queue full of events for one frame, that is an empty slice, which plays them.
            self.renderer.render_interleaved_with(&self.crew, now);
            out = rest;
            if queued >= end {
                return Ok(());
            }
        }
    }
}

/// When a song has died away.
#[derive(Debug, Clone, Copy)]
pub struct Tail {
    quiet_for: u64,
    needed: u64,
    longest: u64,
}

impl Tail {
    /// Below this magnitude, -90 dBFS, a frame is quiet.
    const QUIET: f32 = 3.162_277_7e-5;

    /// Ends after `needed` quiet frames in a row, or `longest` frames after the song's duration.
    pub const fn new(needed: u64, longest: u64) -> Self {
        Self { quiet_for: 0, needed, longest }
    }

    /// How many frames of `block`, which begins `since_end` frames after the song, still belong to it.
    ///
    /// Less than the block's frames means that the song is over there.
    pub fn take(&mut self, block: &[f32], audio_channels: usize, since_end: SampleTime) -> usize {
        for (index, frame) in block.chunks_exact(audio_channels).enumerate() {
            let quiet = frame.iter().all(|point| point.abs() < Self::QUIET);
            self.quiet_for = if quiet { self.quiet_for + 1 } else { 0 };
            if self.quiet_for >= self.needed || since_end.0 + index as u64 >= self.longest {
                return index;
            }
        }
        block.len() / audio_channels
    }
}
