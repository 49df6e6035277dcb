//! Where time stands, and what all voices share there.

use crate::dsp::Ramp;
use crate::engine::Effects;

/// What all voices share at a moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// The frame since open.
    pub(super) now: u64,
    /// The frame at which the quantum began.
    pub(super) quantum_start: u64,
    /// Frames in a quantum.
    pub(super) quantum: u32,
    /// Frames per second.
    pub(super) rate: f64,
    /// How far a level goes towards its goal in a quantum, 0 to 1.
    pub(super) smoothing: f32,
    /// The synthesizer's own gain and volume.
    pub(super) gain: f32,
    /// Taps of the interpolation that lie before its place.
    pub(super) lead: u32,
    /// The factors of the left and the right.
    pub(super) balance: [f32; 2],
    /// The effects that listen to the sends.
    pub(super) effects: Effects,
    /// The number of outputs that anything but the delay listens to, or that lie before one.
    pub(super) heard: usize,
    /// Whether notes that begin now are heard.
    pub(super) audible: bool,
}

impl Moment {
    pub(super) const fn quantum_end(&self) -> u64 {
        self.quantum_start + self.quantum as u64
    }

    /// The index of a frame in the quantum.
    pub(super) const fn index(&self, frame: u64) -> u32 {
        frame.saturating_sub(self.quantum_start) as u32
    }

    /// What is left of the quantum.
    pub(super) const fn rest(&self) -> Ramp {
        Ramp { first: self.index(self.now), last: self.quantum }
    }
}
