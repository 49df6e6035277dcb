//! The numbered parameters of the AWE32: generators of a channel set to values of its own units.
//!
//! They take the place of what the bank has, pitch excepted, which is added. Like all numbered parameters they stay until the
//! channel is reset. No other maker uses their coarse number, so they are heard in every mode.
//!
//! Source: AWE32 developer's information: NRPN 127, values in 14 bits around 8192.

use crate::bank::Generator as G;
use crate::dsp::log2;

/// The numbers that there are.
const COUNT: usize = 27;
/// The frequency of 0 absolute cents in Hz.
const HZ_AT_ZERO_CENTS: f64 = 8.175_798_915_643_707;
/// The timecents that mean no time at all.
const NO_TIME: f32 = -32_768.0;
/// The lowest frequency of an oscillator, in absolute cents.
const SLOWEST: f32 = -16_000.0;
/// Above it a resonance does not go, in cB.
const MOST_RESONANCE: f32 = 215.0;

/// What a value counts.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Unit {
    /// Milliseconds, this many each.
    Milliseconds(f64),
    /// 0.084 Hz.
    Frequency,
    /// A level of 127, 0.75 dB each, kept in cB below full.
    SustainLevel,
    /// A part of 127, kept in permille below full.
    SustainPart,
    /// Units of the generator, this many each.
    Times(f32),
    /// 59 cents, from 4500 on.
    Cutoff,
}

/// A parameter: the generator, the unit, and the range of values.
type Row = (G, Unit, (i32, i32));

const MS_1: Unit = Unit::Milliseconds(1.0);
const MS_4: Unit = Unit::Milliseconds(4.0);
const PITCH_DEPTH: Unit = Unit::Times(9.375);
const CUTOFF_DEPTH: Unit = Unit::Times(56.25);
const SEND: Unit = Unit::Times(1000.0 / 255.0);

/// By number.
const TABLE: [Row; COUNT] = [
    (G::DelayModLfo, MS_4, (0, 5_900)),
    (G::FreqModLfo, Unit::Frequency, (0, 127)),
    (G::DelayVibLfo, MS_4, (0, 5_900)),
    (G::FreqVibLfo, Unit::Frequency, (0, 127)),
    (G::DelayModEnv, MS_4, (0, 5_900)),
    (G::AttackModEnv, MS_1, (0, 5_940)),
    (G::HoldModEnv, MS_1, (0, 8_191)),
    (G::DecayModEnv, MS_4, (0, 5_940)),
    (G::SustainModEnv, Unit::SustainPart, (0, 127)),
    (G::ReleaseModEnv, MS_4, (0, 5_940)),
    (G::DelayVolEnv, MS_4, (0, 5_900)),
    (G::AttackVolEnv, MS_1, (0, 5_940)),
    (G::HoldVolEnv, MS_1, (0, 8_191)),
    (G::DecayVolEnv, MS_4, (0, 5_940)),
    (G::SustainVolEnv, Unit::SustainLevel, (0, 127)),
    (G::ReleaseVolEnv, MS_4, (0, 5_940)),
    (G::FineTune, Unit::Times(1.0), (-8_192, 8_191)),
    (G::ModLfoToPitch, PITCH_DEPTH, (-127, 127)),
    (G::VibLfoToPitch, PITCH_DEPTH, (-127, 127)),
    (G::ModEnvToPitch, PITCH_DEPTH, (-127, 127)),
    (G::ModLfoToVolume, Unit::Times(1.875), (0, 127)),
    (G::InitialFilterFc, Unit::Cutoff, (0, 127)),
    (G::InitialFilterQ, Unit::Times(MOST_RESONANCE / 127.0), (0, 127)),
    (G::ModLfoToFilterFc, CUTOFF_DEPTH, (-64, 63)),
    (G::ModEnvToFilterFc, CUTOFF_DEPTH, (-127, 127)),
    (G::ChorusEffectsSend, SEND, (0, 255)),
    (G::ReverbEffectsSend, SEND, (0, 255)),
];

impl Unit {
    fn amount(self, value: i32) -> f32 {
        match self {
            Self::Milliseconds(_) if value == 0 => NO_TIME,
            Self::Milliseconds(each) => (1200.0 * log2(f64::from(value) * each / 1000.0)) as f32,
            Self::Frequency if value == 0 => SLOWEST,
            Self::Frequency => (1200.0 * log2(f64::from(value) * 0.084 / HZ_AT_ZERO_CENTS)) as f32,
            Self::SustainLevel => (127 - value) as f32 * 7.5,
            Self::SustainPart => (127 - value) as f32 * (1000.0 / 127.0),
            Self::Times(each) => value as f32 * each,
            Self::Cutoff => 4_500.0 + 59.0 * value as f32,
        }
    }
}

/// The generator of a number, if there is one.
pub(super) fn generator(number: u8) -> Option<G> {
    TABLE.get(usize::from(number)).map(|row| row.0)
}

/// What a channel's parameters were set to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Overrides {
    amounts: [Option<f32>; COUNT],
    /// What was entered, in steps from the middle of fourteen bits.
    entered: [i16; COUNT],
    used: bool,
}

impl Overrides {
    /// Everything is as the bank has it.
    pub(super) const NONE: Self = Self { amounts: [None; COUNT], entered: [0; COUNT], used: false };

    /// Sets a parameter to a value, `away` steps from the middle of fourteen bits.
    pub(super) fn set(&mut self, number: u8, away: i32) {
        let index = usize::from(number);
        if let (Some(amount), Some((_, unit, (min, max)))) =
            (self.amounts.get_mut(index), TABLE.get(index))
        {
            let away = away.clamp(*min, *max);
            *amount = Some(unit.amount(away));
            self.entered[index] = away as i16;
            self.used = true;
        }
    }

    /// What a parameter was set to, in steps from the middle.
    pub(super) fn entered(&self, number: u8) -> i32 {
        self.entered.get(usize::from(number)).copied().unwrap_or_default().into()
    }

    /// Whether any was ever set.
    pub(super) const fn are_used(&self) -> bool {
        self.used
    }

    /// Adds what makes generators of the bank into what they were set to; `base` tells what the bank has for one.
    pub(super) fn add_to(&self, sums: &mut [f32], base: impl Fn(G) -> f32) {
        for (amount, (generator, ..)) in self.amounts.iter().zip(TABLE) {
            let place = sums.get_mut(usize::from(generator.operator()));
            if let (Some(amount), Some(sum)) = (amount, place) {
                let instead = if generator == G::FineTune { 0.0 } else { base(generator) };
                *sum += amount - instead;
            }
        }
    }
}

#[cfg(test)]
mod tests;
