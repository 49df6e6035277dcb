//! What a drum part says of its single drums: level, pan, pitch, sends, filter and envelope by key.
//!
//! Values come in as the modules write them, seven bits, and are kept in the units of the generators that they move. A part
//! that sets nothing has nothing to look up.
//!
//! Source: GS drum setup and XG drum setup; General MIDI Level 2 key-based instrument controllers.

use crate::bank::Generator as G;
use crate::dsp::log2;

/// Keys of a part.
const KEYS: usize = 128;
/// The middle of seven bits.
const CENTRE: i16 = 64;
/// The level at which a drum is as loud as the bank has it.
///
/// DEVIATION: a module's drums have levels of their own, which a setup replaces; a bank does not tell them. Most lie near 120.
const USUAL_LEVEL: u8 = 120;
/// A send that is as the part has it, in permille.
const WHOLE: i16 = 1000;
/// The attenuation of a drum that is silent, in cB.
const SILENT: i16 = 1440;
/// A pan that is as the bank has it.
const UNSET: i16 = i16::MIN;
/// The pan generator of a half of a stereo sample.
const SIDE: i16 = 500;

/// A parameter of a drum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DrumParameter {
    /// Semitones above 64.
    PitchCoarse,
    /// Cents above 64.
    PitchFine,
    /// 0 to 127, by the law of volume; 120 is as the bank has it.
    Level,
    /// 1 to 127 from left to right, 64 in the middle; 0, which is random in modules, is as the bank has it.
    Pan,
    /// The part of the channel's send, 127 for all of it.
    ReverbSend,
    /// The part of the channel's send, 127 for all of it.
    ChorusSend,
    /// The part of the channel's send, 127 for all of it.
    DelaySend,
    /// Above 64: 1.5 semitones a step.
    Cutoff,
    /// Above 64: 0.4 dB a step.
    Resonance,
    /// Above 64: the attack takes that much longer, 93.75 timecents a step.
    Attack,
    /// Above 64: the decay takes that much longer, 56.25 timecents a step.
    Decay,
}

const PARAMETERS: usize = DrumParameter::Decay as usize + 1;

impl DrumParameter {
    /// The value of a drum that is as the bank has it.
    const fn neutral(self) -> i16 {
        match self {
            Self::Pan => UNSET,
            Self::ReverbSend | Self::ChorusSend | Self::DelaySend => WHOLE,
            _ => 0,
        }
    }

    /// A module's value in the unit of the generator.
    fn amount(self, value: u8) -> i16 {
        let value = value & 0x7F;
        let away = i16::from(value) - CENTRE;
        match self {
            Self::PitchCoarse => away * 100,
            Self::PitchFine => away,
            Self::Level if value == 0 => SILENT,
            Self::Level => {
                let octaves = log2(f64::from(USUAL_LEVEL) / f64::from(value));
                (octaves * 400.0 * std::f64::consts::LOG10_2).round() as i16
            }
            Self::Pan if value == 0 => UNSET,
            Self::Pan => (i32::from(away) * i32::from(SIDE) / 63) as i16,
            Self::ReverbSend | Self::ChorusSend | Self::DelaySend => {
                (i32::from(value) * 1000 / 127) as i16
            }
            Self::Cutoff => away * 150,
            Self::Resonance => away * 4,
            Self::Attack => (f32::from(away) * 93.75) as i16,
            Self::Decay => (f32::from(away) * 56.25) as i16,
        }
    }
}

/// The drums of a part.
#[derive(Debug, Clone)]
pub(super) struct DrumSetup {
    values: [[i16; KEYS]; PARAMETERS],
    used: bool,
}

impl DrumSetup {
    /// Every drum as the bank has it.
    pub(super) const fn new() -> Self {
        const NEUTRAL: [DrumParameter; PARAMETERS] = [
            DrumParameter::PitchCoarse,
            DrumParameter::PitchFine,
            DrumParameter::Level,
            DrumParameter::Pan,
            DrumParameter::ReverbSend,
            DrumParameter::ChorusSend,
            DrumParameter::DelaySend,
            DrumParameter::Cutoff,
            DrumParameter::Resonance,
            DrumParameter::Attack,
            DrumParameter::Decay,
        ];
        let mut values = [[0; KEYS]; PARAMETERS];
        let mut index = 0;
        while index < PARAMETERS {
            values[index] = [NEUTRAL[index].neutral(); KEYS];
            index += 1;
        }
        Self { values, used: false }
    }

    /// Sets a parameter of the drum on `key`; `value` is seven bits, as a module's message has it.
    pub(super) fn set(&mut self, key: u8, parameter: DrumParameter, value: u8) {
        self.used = true;
        self.values[parameter as usize][usize::from(key & 0x7F)] = parameter.amount(value);
    }

    /// Whether any drum is other than the bank has it.
    pub(super) const fn is_used(&self) -> bool {
        self.used
    }

    fn get(&self, key: u8, parameter: DrumParameter) -> i16 {
        self.values[parameter as usize][usize::from(key & 0x7F)]
    }

    /// The part of the channel's send to the delay that the drum on `key` has, 0 to 1.
    pub(super) fn delay_send(&self, key: u8) -> f32 {
        f32::from(self.get(key, DrumParameter::DelaySend)) / f32::from(WHOLE)
    }

    /// Adds what the drum on `key` is to what modulators add to each generator; `base` tells what the bank has for one.
    pub(super) fn add_to(&self, sums: &mut [f32], key: u8, base: impl Fn(G) -> i16) {
        const ADDED: [(DrumParameter, G); 7] = [
            (DrumParameter::PitchCoarse, G::FineTune),
            (DrumParameter::PitchFine, G::FineTune),
            (DrumParameter::Level, G::InitialAttenuation),
            (DrumParameter::Cutoff, G::InitialFilterFc),
            (DrumParameter::Resonance, G::InitialFilterQ),
            (DrumParameter::Attack, G::AttackVolEnv),
            (DrumParameter::Decay, G::DecayVolEnv),
        ];
        const SCALED: [(DrumParameter, G); 2] = [
            (DrumParameter::ReverbSend, G::ReverbEffectsSend),
            (DrumParameter::ChorusSend, G::ChorusEffectsSend),
        ];
        for (parameter, generator) in ADDED {
            if let Some(sum) = sums.get_mut(usize::from(generator.operator())) {
                *sum += f32::from(self.get(key, parameter));
            }
        }
        for (parameter, generator) in SCALED {
            if let Some(sum) = sums.get_mut(usize::from(generator.operator())) {
                let base = f32::from(base(generator));
                let part = f32::from(self.get(key, parameter)) / f32::from(WHOLE);
                *sum = (base + *sum) * part - base;
            }
        }
        self.place(sums, key, base(G::Pan));
    }

    /// A drum goes to its place; the halves of a stereo sample move together, as controller 10 moves them.
    fn place(&self, sums: &mut [f32], key: u8, base: i16) {
        let pan = self.get(key, DrumParameter::Pan);
        let Some(sum) = sums.get_mut(usize::from(G::Pan.operator())) else { return };
        if pan != UNSET {
            let is_half = base.abs() >= SIDE;
            *sum += f32::from(if is_half { pan } else { pan.saturating_sub(base) });
        }
    }
}

#[cfg(test)]
mod tests;
