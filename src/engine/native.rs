//! Our own synthesizer.
//!
//! Sample-accurate and deterministic to the bit: the same song, bank and settings give the same bytes for every
//! block size. [`dsp`](crate::dsp) says what makes the arithmetic so; here it is that
//!
//! - what starts or ends sound acts at its frame, and what moves it becomes ramps from the next grid point
//!   on. Grid points lie 64 frames apart (128 above 50 kHz, 256 above 100 kHz), counted from the first frame
//!   after creation, never from the host's block;
//! - voices lie by field in groups of sixteen lanes (`group`); a new voice takes the lowest free slot, slots
//!   come free at grid points, groups are summed by lane in their order, and the lanes in a fixed tree;
//! - no control decision reads audio.
//!
//! One note is followed through: `synthesizer` takes events at their frame, `channel` remembers what they
//! set, `library` knows the regions, `pool` finds slots and cuts off what must make room, `note` knows
//! what holds a note, `voice` plans ramps from `moment` to moment, `quantum` takes groups along them, `parameter` adds up generators and modulators along `curve`s.
//!
//! `selection` says which preset a channel plays. What a channel adds to a bank's generators of its own accord lies in
//! `offsets`, `awe32`, `sound_controllers` and `drum_setup`, each looked at only where it was used; how its notes follow
//! each other in `portamento` and `held_keys`, where they are by chance in `random_place`.
//!
//! What voices send to reverb and chorus is added up beside what they play, in stereo and only when something
//! listens; `effects` adds what comes back. The dry sound has the same bits with effects and without.
//!
//! What messages say beyond that of channels: `sysex` reads system exclusive ones by their makers' tables; a `part` keeps what
//! they set, `matrix` where they lead controllers, `tuning` the tunings of keys. `zone` has the channels of MPE, `expression`
//! what moves single notes. [`implementation_chart`] shows all of it.
//!
//! Thread: [`Native`] on control threads, what it creates on the audio thread.
//!
//! Source: SoundFont Technical Specification 2.04; MIDI 1.0 and 2.0.

mod curve;
mod input;
mod reached;
mod offsets;
mod awe32;
mod sound_controllers;
mod drum_setup;
mod random_place;
mod held_keys;
mod portamento;
mod selection;
mod missing;
mod channel;
mod reach;
mod parameter;
mod library;
mod moment;
mod group;
mod wanted;
mod voice;
mod priority;
mod wave_voices;
mod note;
mod quantum;
mod section;
mod pool;
mod sysex;
mod tuning;
mod matrix;
mod part;
mod expression;
mod chart;
mod routing;
mod zone;
mod effects;
mod synthesizer;
mod casting;

use std::sync::Arc;

pub use casting::{Casting, cast, casting};
pub use chart::implementation_chart;
pub use selection::BankStyle;

use library::{PresetPlan, Presets};
use synthesizer::NativeSynthesizer;

use super::{
    Capabilities, Download, Effects, Engine, EngineError, Installation, Prepared, Settings,
    Synthesizer,
};
use crate::bank::{Bank, Stack};
use crate::dsp::SimdLevel;

/// How waves are read between their data points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Interpolation {
    /// The nearest data point.
    None,
    /// A line through two points.
    Linear,
    /// A cubic through four points.
    #[default]
    Cubic,
    /// A windowed sinc over 32 points, whose band narrows when a wave is read faster than recorded: what would
    /// alias is 60 dB down, but for a narrow band at the edge (40 dB).
    Sinc,
}

/// The control half of the native synthesizer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Native {
    interpolation: Interpolation,
    /// The kernels, where they are not the best of the processor.
    level: Option<SimdLevel>,
    bank_style: BankStyle,
}

const NAME: &str = "native";

impl Native {
    /// The engine with this interpolation.
    pub const fn with_interpolation(interpolation: Interpolation) -> Self {
        Self { interpolation, level: None, bank_style: BankStyle::Gs }
    }

    /// The same engine with the kernels of this level, which gives the same bits as any other.
    #[must_use]
    pub const fn with_level(self, level: SimdLevel) -> Self {
        Self { level: Some(level), ..self }
    }

    /// The same engine with bank select read in this way until a reset of General MIDI, GS or XG chooses another.
    #[must_use]
    pub const fn with_bank_style(self, bank_style: BankStyle) -> Self {
        Self { bank_style, ..self }
    }
}

impl Engine for Native {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            voices: 1..=65_536,
            default_voices: 1024,
            channel_groups: 1..=16,
            sample_rate: 8_000..=384_000,
            effects: Effects::ALL,
        }
    }

    fn create(&self, settings: &Settings) -> Result<Box<dyn Synthesizer>, EngineError> {
        self.capabilities().check(NAME, settings)?;
        let level = self.level.unwrap_or_else(SimdLevel::best);
        let synthesizer =
            NativeSynthesizer::new(settings, self.interpolation, level, self.bank_style);
        Ok(Box::new(synthesizer))
    }

    fn prepare(&self, _settings: &Settings, download: &Download) -> Result<Prepared, EngineError> {
        let refused = |source| EngineError::Bank { engine: NAME, source: Box::new(source) };
        let all;
        let wanted = match download {
            Download::Bank(source) => {
                let bank = Bank::from_source(Arc::clone(source)).map_err(refused)?;
                all = Stack::new(vec![Arc::new(bank)]).presets();
                &all
            }
            Download::Presets(presets) => presets,
            Download::Wave(bank, sample) => {
                return Ok(prepared(Presets::wave(bank.wave(*sample).map_err(refused)?)));
            }
        };
        let mut presets = Vec::with_capacity(wanted.len());
        for preset in wanted {
            let (bank, program) = preset.numbers();
            let Ok(program) = u8::try_from(program) else { continue };
            presets.push(PresetPlan::new(bank, program, preset.instrument().map_err(refused)?));
        }
        Ok(prepared(Presets::new(presets)))
    }
}

fn prepared(presets: Presets) -> Prepared {
    Prepared {
        instruments: presets.len() as u64,
        holdings: presets.holdings(),
        installation: Installation(Box::new(presets)),
    }
}
