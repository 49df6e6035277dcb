//! Where the waves are that a port plays by themselves.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::engine::{VoiceId, WAVE_VOICES, WavePosition};
use crate::rt::Latest;

/// What became of a wave that was to be played by itself.
///
/// SPEC: DMUS_VOICE_STATE, whose `bExists` tells the first from the last of these no more than we do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiceState {
    /// No block has been rendered since it was asked for, or none up to its frame.
    Waiting,
    /// It sounds.
    Playing {
        /// The data point that is read next, counted from the wave's first.
        point: u64,
    },
    /// It has ended, or found no voice.
    Ended,
}

/// What the audio thread reports of them after each block.
#[derive(Debug)]
pub(super) struct Waves {
    /// The latest that the audio thread knows of.
    taken: AtomicU64,
    /// By place in the engine's table: the voice, and the data point where it is. No voice is 0.
    positions: [Latest<2>; WAVE_VOICES],
}

impl Default for Waves {
    fn default() -> Self {
        Self { taken: AtomicU64::new(0), positions: std::array::from_fn(|_| Latest::new([0; 2])) }
    }
}

impl Waves {
    /// Reports, after a block. Audio thread.
    pub(super) fn write(&self, taken: u64, position: impl Fn(usize) -> Option<WavePosition>) {
        for (index, place) in self.positions.iter().enumerate() {
            let WavePosition { id: VoiceId(id), point } =
                position(index).unwrap_or(WavePosition { id: VoiceId(0), point: 0 });
            place.write([id, point]);
        }
        // Last: who sees that a voice was taken sees where it is.
        self.taken.store(taken, Ordering::Release);
    }

    /// What became of a voice of this port.
    pub(super) fn state(&self, VoiceId(wanted): VoiceId) -> VoiceState {
        if wanted > self.taken.load(Ordering::Acquire) {
            return VoiceState::Waiting;
        }
        let mut positions = self.positions.iter().map(Latest::read);
        match positions.find(|[id, _]| *id == wanted) {
            Some([_, point]) => VoiceState::Playing { point },
            None => VoiceState::Ended,
        }
    }
}
