//! The times of a voice's envelopes and oscillators.

use super::Evaluation;
use crate::bank::Generator as G;
use crate::dsp::{EnvelopeTimes, OCTAVES_PER_CENTIBEL, clamp, exp2_f64};
use crate::engine::native::sound_controllers::{self, VIBRATO_DELAY};

/// The timecents that mean no time at all.
const NO_TIME: i16 = -32_768;
/// The shortest release in timecents, 15.6 ms for 100 dB, so that a voice that stops does not click.
const SHORTEST_RELEASE: f32 = -7200.0;
/// The shortest of all other times.
const SHORTEST: f32 = -12_000.0;
/// The longest delay and hold.
const LONGEST_WAIT: f32 = 5000.0;
/// The longest attack, decay and release.
const LONGEST_RAMP: f32 = 8000.0;

/// Times of a voice.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(in super::super) struct Times {
    /// The volume envelope.
    pub(in super::super) vol_env: EnvelopeTimes,
    /// The modulation envelope.
    pub(in super::super) mod_env: EnvelopeTimes,
    /// Frames before the modulation oscillator begins.
    pub(in super::super) mod_lfo_delay: u32,
    /// Frames before the vibrato oscillator begins.
    pub(in super::super) vib_lfo_delay: u32,
}

impl Evaluation<'_> {
    /// The times, read again while the voice sounds only where a modulator leads to one.
    pub(in super::super) fn times(&self) -> Times {
        let away = 60.0 - f32::from(self.note.key);
        let vol_hold = away * self.value(G::KeynumToVolEnvHold);
        let vol_decay = away * self.value(G::KeynumToVolEnvDecay);
        let mod_hold = away * self.value(G::KeynumToModEnvHold);
        let mod_decay = away * self.value(G::KeynumToModEnvDecay);
        let sustain_cb = clamp(self.value(G::SustainVolEnv), 0.0, 1440.0);
        Times {
            vol_env: EnvelopeTimes {
                delay: self.wait(G::DelayVolEnv, 0.0),
                attack: self.ramp(G::AttackVolEnv, 0.0, SHORTEST),
                hold: self.wait(G::HoldVolEnv, vol_hold),
                decay: self.ramp(G::DecayVolEnv, vol_decay, SHORTEST),
                release: self.ramp(G::ReleaseVolEnv, 0.0, SHORTEST_RELEASE),
                sustain_drop: sustain_cb * OCTAVES_PER_CENTIBEL,
            },
            mod_env: EnvelopeTimes {
                delay: self.wait(G::DelayModEnv, 0.0),
                attack: self.ramp(G::AttackModEnv, 0.0, SHORTEST),
                hold: self.wait(G::HoldModEnv, mod_hold),
                decay: self.ramp(G::DecayModEnv, mod_decay, SHORTEST),
                release: self.ramp(G::ReleaseModEnv, 0.0, SHORTEST),
                sustain_drop: clamp(self.value(G::SustainModEnv) / 1000.0, 0.0, 1.0),
            },
            mod_lfo_delay: self.wait(G::DelayModLfo, 0.0),
            vib_lfo_delay: self.vibrato_delay(),
        }
    }

    fn vibrato_delay(&self) -> u32 {
        let frames = self.wait(G::DelayVibLfo, 0.0);
        if !self.is_moved(VIBRATO_DELAY) {
            return frames;
        }
        let position = self.note.channel.position(VIBRATO_DELAY);
        let later = f64::from(sound_controllers::vibrato_delay(position)) * self.rate;
        frames.saturating_add_signed(later as i32)
    }

    fn wait(&self, generator: G, key_scaling: f32) -> u32 {
        self.frames(generator, key_scaling, SHORTEST, LONGEST_WAIT)
    }

    fn ramp(&self, generator: G, key_scaling: f32, shortest: f32) -> u32 {
        self.frames(generator, key_scaling, shortest, LONGEST_RAMP)
    }

    fn frames(&self, generator: G, key_scaling: f32, shortest: f32, longest: f32) -> u32 {
        let releases = shortest == SHORTEST_RELEASE;
        // What a modulator adds to no time is no time still; an override makes a time of it.
        let none = self.region.generators.get(generator) == NO_TIME
            || self.note.channel.overrides().are_used();
        if none && self.value(generator) < f32::from(NO_TIME / 2) && !releases {
            return 0;
        }
        let timecents = clamp(self.value(generator) + key_scaling, shortest, longest);
        (exp2_f64(f64::from(timecents) / 1200.0) * self.rate + 0.5) as u32
    }
}
