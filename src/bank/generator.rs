//! Generators: the parameters that a bank sets, with unit, range, default and level.
//!
//! Not their effect on the sound: that belongs to `engine`. The table is the standard's own; every row is
//! the entry of the same number in SoundFont 2.04 section 8.1.2 (meaning) and section 8.1.3 (range, default).

use Generator as G;
use Level as L;
use Unit as U;

/// A generator of the SoundFont standard; its discriminant is the number that files use.
///
/// Numbers 14, 18 to 20, 42, 49, 55, 59 and 60 are reserved or unused and are no generators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[repr(u8)]
#[expect(missing_docs, reason = "the standard's names; the table beside says what they are")]
pub enum Generator {
    StartAddrsOffset = 0,
    EndAddrsOffset = 1,
    StartloopAddrsOffset = 2,
    EndloopAddrsOffset = 3,
    StartAddrsCoarseOffset = 4,
    ModLfoToPitch = 5,
    VibLfoToPitch = 6,
    ModEnvToPitch = 7,
    InitialFilterFc = 8,
    InitialFilterQ = 9,
    ModLfoToFilterFc = 10,
    ModEnvToFilterFc = 11,
    EndAddrsCoarseOffset = 12,
    ModLfoToVolume = 13,
    ChorusEffectsSend = 15,
    ReverbEffectsSend = 16,
    Pan = 17,
    DelayModLfo = 21,
    FreqModLfo = 22,
    DelayVibLfo = 23,
    FreqVibLfo = 24,
    DelayModEnv = 25,
    AttackModEnv = 26,
    HoldModEnv = 27,
    DecayModEnv = 28,
    SustainModEnv = 29,
    ReleaseModEnv = 30,
    KeynumToModEnvHold = 31,
    KeynumToModEnvDecay = 32,
    DelayVolEnv = 33,
    AttackVolEnv = 34,
    HoldVolEnv = 35,
    DecayVolEnv = 36,
    SustainVolEnv = 37,
    ReleaseVolEnv = 38,
    KeynumToVolEnvHold = 39,
    KeynumToVolEnvDecay = 40,
    Instrument = 41,
    KeyRange = 43,
    VelRange = 44,
    StartloopAddrsCoarseOffset = 45,
    Keynum = 46,
    Velocity = 47,
    InitialAttenuation = 48,
    EndloopAddrsCoarseOffset = 50,
    CoarseTune = 51,
    FineTune = 52,
    SampleId = 53,
    SampleModes = 54,
    ScaleTuning = 56,
    ExclusiveClass = 57,
    OverridingRootKey = 58,
}

impl Generator {
    /// One past the highest generator number: the length of an array indexed by generator.
    pub const COUNT: usize = 61;

    /// The generator with this number in a file, unless it is reserved or unknown.
    pub fn from_operator(operator: u16) -> Option<Self> {
        ROW_OF.get(usize::from(operator))?.map(|row| TABLE[usize::from(row)].generator)
    }

    /// The number of this generator in a file.
    pub const fn operator(self) -> u16 {
        self as u16
    }

    /// The generator's row of the table.
    pub fn spec(self) -> &'static GeneratorSpec {
        // INVARIANT: every variant has a row; a test walks them all.
        &TABLE[usize::from(ROW_OF[self as usize].unwrap_or(0))]
    }

    /// Every generator, by number.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.generator)
    }
}

/// What the standard says of one generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GeneratorSpec {
    /// The generator.
    pub generator: Generator,
    /// What its amount counts.
    pub unit: Unit,
    /// The smallest amount that has an effect of its own, in `unit`.
    pub min: i16,
    /// The largest amount, in `unit`.
    pub max: i16,
    /// The amount where no zone gives one, in `unit`.
    pub default: i16,
    /// Where it may stand, and what it means there.
    pub level: Level,
}

impl GeneratorSpec {
    /// Limits a sum of instrument and preset amounts to what the generator can hold.
    ///
    /// The timecents of delay, attack and hold keep -32768, which is exactly no time (section 8.1.2).
    /// `pan` is let through: contributions may cancel each other, so that only the engine, which knows
    /// the modulators too, limits the whole.
    pub fn clamp(&self, sum: i32) -> i16 {
        if self.unit == U::DelayTimecents && sum <= i32::from(i16::MIN) {
            return i16::MIN;
        }
        let (min, max) = match self.generator {
            G::Pan => (i16::MIN, i16::MAX),
            _ => (self.min, self.max),
        };
        // The clamp bounds are i16, so the narrowing is exact.
        sum.clamp(i32::from(min), i32::from(max)) as i16
    }
}

/// What a generator's amount counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Absolute cents: 0 is 8.1758 Hz.
    AbsoluteCents,
    /// Cents.
    Cents,
    /// Cents for each key.
    CentsPerKey,
    /// Centibels; of attenuation where it is one.
    Centibels,
    /// An exclusive class, 1 to 127; 0 is none.
    Class,
    /// Data points of the sample.
    DataPoints,
    /// 32,768 data points of the sample.
    CoarseDataPoints,
    /// Timecents, of which -32768 is exactly no time: delay, attack and hold.
    DelayTimecents,
    /// Bits of `sampleModes`.
    Flags,
    /// An index of an instrument or a sample.
    Index,
    /// A MIDI key, 0 to 127; -1 is none.
    Key,
    /// Tenths of a percent.
    Permille,
    /// Lowest and highest key or velocity, a byte each.
    Range,
    /// Semitones.
    Semitones,
    /// Timecents, without a way to say exactly no time: decay and release.
    Timecents,
    /// Timecents for each key above or below 60.
    TimecentsPerKey,
    /// A MIDI velocity, 1 to 127; -1 is none.
    Velocity,
}

/// Where a generator may stand, and what it means there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Instrument and preset zones; the preset's amount is added (section 9.4).
    Both,
    /// Instrument zones only; ignored in preset zones (section 8.5).
    Instrument,
    /// Both; the ranges intersect (section 9.4).
    Range,
    /// The last generator of a preset zone.
    PresetTerminal,
    /// The last generator of an instrument zone.
    InstrumentTerminal,
}

const fn row(
    generator: Generator,
    unit: Unit,
    (min, max): (i16, i16),
    default: i16,
    level: Level,
) -> GeneratorSpec {
    GeneratorSpec { generator, unit, min, max, default, level }
}

/// For what the standard gives no bound but "it depends on the sample".
const ANY: (i16, i16) = (i16::MIN, i16::MAX);
/// Offsets that may only move forward.
const FORWARD: (i16, i16) = (0, i16::MAX);
/// Offsets that may only move back.
const BACKWARD: (i16, i16) = (i16::MIN, 0);
/// Pitch and filter depths: ten octaves each way.
const DEPTH: (i16, i16) = (-12_000, 12_000);
/// Filter cutoffs: 19.4 Hz to 19.9 kHz.
const CUTOFF: (i16, i16) = (1_500, 13_500);
/// LFO frequencies: 1 mHz to 110 Hz.
const LFO_FREQ: (i16, i16) = (-16_000, 4_500);
/// Delay and hold times: 1 ms to 18 s.
const SHORT: (i16, i16) = (-12_000, 5_000);
/// Attack, decay and release times: 1 ms to 102 s.
const LONG: (i16, i16) = (-12_000, 8_000);
/// The default of every time: 1 ms.
const MS: i16 = -12_000;

/// SPEC: SoundFont 2.04 sections 8.1.2 and 8.1.3, one row for each generator, by number.
const TABLE: [GeneratorSpec; 52] = [
    row(G::StartAddrsOffset, U::DataPoints, FORWARD, 0, L::Instrument),
    row(G::EndAddrsOffset, U::DataPoints, BACKWARD, 0, L::Instrument),
    row(G::StartloopAddrsOffset, U::DataPoints, ANY, 0, L::Instrument),
    row(G::EndloopAddrsOffset, U::DataPoints, ANY, 0, L::Instrument),
    row(G::StartAddrsCoarseOffset, U::CoarseDataPoints, FORWARD, 0, L::Instrument),
    row(G::ModLfoToPitch, U::Cents, DEPTH, 0, L::Both),
    row(G::VibLfoToPitch, U::Cents, DEPTH, 0, L::Both),
    row(G::ModEnvToPitch, U::Cents, DEPTH, 0, L::Both),
    row(G::InitialFilterFc, U::AbsoluteCents, CUTOFF, 13_500, L::Both),
    row(G::InitialFilterQ, U::Centibels, (0, 960), 0, L::Both),
    row(G::ModLfoToFilterFc, U::Cents, DEPTH, 0, L::Both),
    row(G::ModEnvToFilterFc, U::Cents, DEPTH, 0, L::Both),
    row(G::EndAddrsCoarseOffset, U::CoarseDataPoints, BACKWARD, 0, L::Instrument),
    row(G::ModLfoToVolume, U::Centibels, (-960, 960), 0, L::Both),
    row(G::ChorusEffectsSend, U::Permille, (0, 1_000), 0, L::Both),
    row(G::ReverbEffectsSend, U::Permille, (0, 1_000), 0, L::Both),
    row(G::Pan, U::Permille, (-500, 500), 0, L::Both),
    row(G::DelayModLfo, U::DelayTimecents, SHORT, MS, L::Both),
    row(G::FreqModLfo, U::AbsoluteCents, LFO_FREQ, 0, L::Both),
    row(G::DelayVibLfo, U::DelayTimecents, SHORT, MS, L::Both),
    row(G::FreqVibLfo, U::AbsoluteCents, LFO_FREQ, 0, L::Both),
    row(G::DelayModEnv, U::DelayTimecents, SHORT, MS, L::Both),
    row(G::AttackModEnv, U::DelayTimecents, LONG, MS, L::Both),
    row(G::HoldModEnv, U::DelayTimecents, SHORT, MS, L::Both),
    row(G::DecayModEnv, U::Timecents, LONG, MS, L::Both),
    row(G::SustainModEnv, U::Permille, (0, 1_000), 0, L::Both),
    row(G::ReleaseModEnv, U::Timecents, LONG, MS, L::Both),
    row(G::KeynumToModEnvHold, U::TimecentsPerKey, (-1_200, 1_200), 0, L::Both),
    row(G::KeynumToModEnvDecay, U::TimecentsPerKey, (-1_200, 1_200), 0, L::Both),
    row(G::DelayVolEnv, U::DelayTimecents, SHORT, MS, L::Both),
    row(G::AttackVolEnv, U::DelayTimecents, LONG, MS, L::Both),
    row(G::HoldVolEnv, U::DelayTimecents, SHORT, MS, L::Both),
    row(G::DecayVolEnv, U::Timecents, LONG, MS, L::Both),
    row(G::SustainVolEnv, U::Centibels, (0, 1_440), 0, L::Both),
    row(G::ReleaseVolEnv, U::Timecents, LONG, MS, L::Both),
    row(G::KeynumToVolEnvHold, U::TimecentsPerKey, (-1_200, 1_200), 0, L::Both),
    row(G::KeynumToVolEnvDecay, U::TimecentsPerKey, (-1_200, 1_200), 0, L::Both),
    row(G::Instrument, U::Index, ANY, 0, L::PresetTerminal),
    row(G::KeyRange, U::Range, (0, 127), 0, L::Range),
    row(G::VelRange, U::Range, (0, 127), 0, L::Range),
    row(G::StartloopAddrsCoarseOffset, U::CoarseDataPoints, ANY, 0, L::Instrument),
    row(G::Keynum, U::Key, (-1, 127), -1, L::Instrument),
    row(G::Velocity, U::Velocity, (-1, 127), -1, L::Instrument),
    row(G::InitialAttenuation, U::Centibels, (0, 1_440), 0, L::Both),
    row(G::EndloopAddrsCoarseOffset, U::CoarseDataPoints, ANY, 0, L::Instrument),
    row(G::CoarseTune, U::Semitones, (-120, 120), 0, L::Both),
    row(G::FineTune, U::Cents, (-99, 99), 0, L::Both),
    row(G::SampleId, U::Index, ANY, 0, L::InstrumentTerminal),
    row(G::SampleModes, U::Flags, ANY, 0, L::Instrument),
    row(G::ScaleTuning, U::CentsPerKey, (0, 1_200), 100, L::Both),
    row(G::ExclusiveClass, U::Class, (0, 127), 0, L::Instrument),
    row(G::OverridingRootKey, U::Key, (-1, 127), -1, L::Instrument),
];

/// The table's row for each generator number.
const ROW_OF: [Option<u8>; Generator::COUNT] = {
    let mut rows = [None; Generator::COUNT];
    let mut row = 0;
    while row < TABLE.len() {
        rows[TABLE[row].generator as usize] = Some(row as u8);
        row += 1;
    }
    rows
};

#[cfg(test)]
mod tests;
