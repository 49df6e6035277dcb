//! What is asked of a port when it opens, and what it grants.

use crate::dsp::Limiter;
use crate::engine::{Capabilities, Effects, Settings};
use crate::format::AudioFormat;
use crate::time::SampleRate;

/// What a caller wants. `None` leaves the choice to the port.
///
/// SPEC: DMUS_PORTPARAMS, where a clear valid bit is what `None` is here.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Params {
    /// Voices that can sound at once.
    pub voices: Option<u32>,
    /// Groups of 16 MIDI channels.
    pub channel_groups: Option<u16>,
    /// Audio channels, 1 or 2.
    pub audio_channels: Option<u16>,
    /// Frames per second.
    pub sample_rate: Option<u32>,
    /// Effects that are on.
    pub effects: Option<Effects>,
    /// Output gain in decibels from -200 to 120; 0 when not given or not finite.
    pub gain_db: Option<f32>,
    /// Whether what would exceed full scale is turned down, a little late; off when not given.
    pub limiter: Option<bool>,
}

/// What a port got. Opening succeeds even where this differs from what was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Granted {
    /// Voices that can sound at once.
    pub voices: u32,
    /// Groups of 16 MIDI channels.
    pub channel_groups: u16,
    /// Audio channels, 1 or 2.
    pub audio_channels: u16,
    /// Frames per second.
    pub sample_rate: SampleRate,
    /// Effects that are on.
    pub effects: Effects,
    /// Output gain in decibels.
    pub gain_db: f32,
    /// Whether there is a limiter behind the gain.
    pub limiter: bool,
    /// Frames by which the limiter delays everything; 0 without one.
    pub latency_frames: u32,
    /// What had been asked for.
    pub asked: Params,
}

/// The rate of a port that is not asked for one.
const DEFAULT_SAMPLE_RATE: u32 = 48_000;

/// The least and the highest gain in decibels: as factors, both leave room in an `f32` for what they amplify.
const GAIN_DB: [f32; 2] = [-200.0, 120.0];

impl Granted {
    /// What an engine with `capabilities` can give of what is `asked`.
    ///
    /// A number outside the range becomes the nearest one inside; a missing one the default.
    pub(super) fn negotiate(asked: Params, capabilities: &Capabilities) -> Self {
        let voices = asked.voices.unwrap_or(capabilities.default_voices);
        let groups = asked.channel_groups.unwrap_or(*capabilities.channel_groups.start());
        let rate = asked.sample_rate.unwrap_or(DEFAULT_SAMPLE_RATE);
        let rate =
            rate.clamp(*capabilities.sample_rate.start(), *capabilities.sample_rate.end()).max(1);
        let sample_rate = SampleRate::new(rate).unwrap_or(SampleRate::MIN);
        let effects = asked.effects.unwrap_or(capabilities.effects);
        let limiter = asked.limiter.unwrap_or(false);
        let [least_gain, most_gain] = GAIN_DB;
        let gain = asked.gain_db.filter(|gain| gain.is_finite()).unwrap_or(0.0);
        Self {
            voices: voices.clamp(*capabilities.voices.start(), *capabilities.voices.end()),
            channel_groups: groups
                .clamp(*capabilities.channel_groups.start(), *capabilities.channel_groups.end()),
            audio_channels: asked.audio_channels.unwrap_or(2).clamp(1, 2),
            sample_rate,
            effects: Effects {
                reverb: effects.reverb && capabilities.effects.reverb,
                chorus: effects.chorus && capabilities.effects.chorus,
                delay: effects.delay && capabilities.effects.delay,
            },
            gain_db: gain.clamp(least_gain, most_gain),
            limiter,
            latency_frames: if limiter { Limiter::latency_at(sample_rate.hz()) } else { 0 },
            asked,
        }
    }

    /// Whether everything asked for was granted (S_OK, as against S_FALSE).
    pub fn is_exact(&self) -> bool {
        let asked = &self.asked;
        asked.voices.is_none_or(|voices| voices == self.voices)
            && asked.channel_groups.is_none_or(|groups| groups == self.channel_groups)
            && asked.audio_channels.is_none_or(|channels| channels == self.audio_channels)
            && asked.sample_rate.is_none_or(|rate| rate == self.sample_rate.hz())
            && asked.effects.is_none_or(|effects| effects == self.effects)
            && asked.gain_db.is_none_or(|gain| gain == self.gain_db)
            && asked.limiter.is_none_or(|limiter| limiter == self.limiter)
    }

    /// What the port renders.
    pub const fn format(&self) -> AudioFormat {
        AudioFormat { sample_rate: self.sample_rate, audio_channels: self.audio_channels }
    }

    /// What the engine is created with.
    pub(super) const fn settings(&self) -> Settings {
        Settings {
            sample_rate: self.sample_rate,
            voices: self.voices,
            channel_groups: self.channel_groups,
            effects: self.effects,
        }
    }
}
