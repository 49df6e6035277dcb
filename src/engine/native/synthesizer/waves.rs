//! Waves that are played by themselves.

use super::NativeSynthesizer;
use crate::dsp::exp2_f64;
use crate::engine::native::library::PresetRef;
use crate::engine::native::parameter::NoteView;
use crate::engine::native::wave_voices::Playing;
use crate::engine::{VoiceId, WaveManner, WavePosition, WaveVoice};

/// The regions of a wave's plan: played once, or looped.
const ONCE: &[u16] = &[0];
const LOOPED: &[u16] = &[1];
/// The velocity of full level.
const FULL_VELOCITY: f64 = 127.0;
/// The least level.
const MOST_ATTENUATION: f32 = 960.0;
/// Octaves that a velocity goes down for a centibel: its attenuation is 400 times its decimal logarithm.
const OCTAVES_PER_CENTIBEL: f64 = std::f64::consts::LOG2_10 / 400.0;
/// Cents that a wave can be moved from its pitch.
const MOST_CENTS: f32 = 12_000.0;

impl NativeSynthesizer {
    /// The number under which the pool knows waves that are played by themselves: that of no channel.
    fn beside(&self) -> u16 {
        self.channels.len() as u16
    }

    pub(super) fn start_wave(&mut self, voice: &WaveVoice) {
        let WaveVoice { id, place, manner } = *voice;
        let channel = self.beside();
        let preset = PresetRef { place: place.0, number: 0 };
        let library = &self.sources.library;
        let Some(plan) = library.preset(preset).filter(|plan| plan.region_count() == 2) else {
            return;
        };
        let key = plan.root_key();
        if !self.waves.has_room(&self.pool, channel) {
            self.lost_waves += 1;
            return;
        }
        let view = NoteView {
            struck: key,
            key,
            velocity: velocity(manner),
            key_cents: within(manner.cents, -MOST_CENTS, MOST_CENTS),
            started: self.clock.now,
            expression: None,
            channel: &self.beside,
        };
        let moment = self.moment();
        let sources = self.sources.waves();
        let regions = if manner.is_looped { LOOPED } else { ONCE };
        let what = (&sources, preset, regions);
        if let Some(note) = self.pool.start_note(what, channel, view, &moment) {
            self.waves.insert(Playing { id, note, started: moment.now });
        }
    }

    pub(super) fn release_wave(&mut self, id: VoiceId) {
        let Some(note) = self.waves.note(id, &self.pool, self.beside()) else { return };
        let moment = self.moment();
        self.pool.let_go(&self.sources.waves(), note, &moment);
    }

    pub(super) fn wave_at(&self, index: usize) -> Option<WavePosition> {
        self.waves.position(index, &self.pool, self.beside())
    }
}

/// The velocity that is attenuated so far.
fn velocity(manner: WaveManner) -> f32 {
    let attenuation = f64::from(within(manner.attenuation_cb, 0.0, MOST_ATTENUATION));
    (FULL_VELOCITY * exp2_f64(-attenuation * OCTAVES_PER_CENTIBEL)) as f32
}

/// The nearest number inside, and zero for what is none.
fn within(value: f32, low: f32, high: f32) -> f32 {
    if value.is_nan() {
        0.0
    } else if value < low {
        low
    } else if value > high {
        high
    } else {
        value
    }
}
