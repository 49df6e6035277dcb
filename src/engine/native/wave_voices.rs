//! Waves that are played by themselves, beside all channels: which note of the pool is which voice.

use super::pool::Pool;
use crate::bank::GUARD_BEFORE;
use crate::engine::{VoiceId, WAVE_VOICES, WavePosition};

/// The voices of waves.
#[derive(Debug, Default)]
pub(super) struct WaveVoices {
    voices: [Option<Playing>; WAVE_VOICES],
}

/// One that began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Playing {
    pub(super) id: VoiceId,
    /// The note of the pool.
    pub(super) note: u32,
    /// The frame at which it began: numbers of notes are used again.
    pub(super) started: u64,
}

impl WaveVoices {
    /// Makes room for a new voice among those that have ended; whether there is any. `channel` is the number under
    /// which the pool knows them.
    pub(super) fn has_room(&mut self, pool: &Pool, channel: u16) -> bool {
        for place in &mut self.voices {
            *place = place.filter(|voice| pool.sounds(voice.note, channel, voice.started));
        }
        self.voices.iter().any(Option::is_none)
    }

    /// Takes down a voice, for which there is room.
    pub(super) fn insert(&mut self, playing: Playing) {
        if let Some(place) = self.voices.iter_mut().find(|place| place.is_none()) {
            *place = Some(playing);
        }
    }

    /// The note of a voice that still sounds.
    pub(super) fn note(&self, id: VoiceId, pool: &Pool, channel: u16) -> Option<u32> {
        let voice = self.voices.iter().flatten().find(|voice| voice.id == id)?;
        pool.sounds(voice.note, channel, voice.started).then_some(voice.note)
    }

    /// Where a voice is, by its place in the table.
    pub(super) fn position(&self, index: usize, pool: &Pool, channel: u16) -> Option<WavePosition> {
        let voice = self.voices.get(index).copied().flatten()?;
        if !pool.sounds(voice.note, channel, voice.started) {
            return None;
        }
        let point = pool.position(voice.note)?.saturating_sub(GUARD_BEFORE as u64);
        Some(WavePosition { id: voice.id, point })
    }
}
