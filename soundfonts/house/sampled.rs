//! The common shape of the instruments that are sampled at several keys, and what they are shaped
//! with.

use portative::bank::Generator;

use super::math::{Chance, exp2, log2};
use super::part::{Amount, Instrument, Pool, Touch, Zone, ranges};
use super::tone::Tone;

/// An instrument sampled at some keys.
pub(crate) struct Sampled<'a> {
    /// The name.
    pub(crate) name: &'static str,
    /// The keys at which there is a wave, from low to high.
    pub(crate) roots: &'a [u8],
    /// What holds in every zone.
    pub(crate) amounts: Vec<Amount>,
    /// The velocity's part in the filter.
    pub(crate) touch: Touch,
}

impl Sampled<'_> {
    /// Makes the waves with `tone`; `particular` says what differs from root to root.
    pub(crate) fn make(
        self,
        pool: &mut Pool,
        tone: impl Fn(u8, &mut Chance) -> Tone,
        particular: impl Fn(u8) -> Vec<Amount>,
    ) -> Instrument {
        let mut chance = Chance::named(self.name);
        let mut zones = Vec::new();
        for (root, keys) in ranges(self.roots) {
            let wave = pool.put(tone(root, &mut chance).finish(self.name));
            zones.push(Zone { keys, wave, amounts: particular(root) });
        }
        let mut amounts = self.amounts;
        amounts.push((Generator::SampleModes, 1));
        Instrument { name: self.name, amounts, touch: self.touch, zones }
    }
}

/// The instrument as two players hear it from both sides: each wave twice, `pan` to the left and to
/// the right, the right one half a loop later, so that the two have nothing in common but the
/// pitch.
///
/// Only for waves that loop from their beginning.
pub(crate) fn wide(instrument: Instrument, pool: &Pool, pan: i16) -> Instrument {
    let both = |zone: Zone| {
        let (start, end) = pool.0[zone.wave].looped.unwrap_or_default();
        let (mut left, mut right) = (zone.clone(), zone);
        left.amounts.push((Generator::Pan, -pan));
        right.amounts.push((Generator::Pan, pan));
        right.amounts.push((Generator::StartAddrsOffset, ((end - start) / 2) as i16));
        [left, right]
    };
    let zones = instrument.zones.into_iter().flat_map(both).collect();
    Instrument { zones, ..instrument }
}

/// Nothing differs from root to root.
pub(crate) fn alike(_root: u8) -> Vec<Amount> {
    Vec::new()
}

/// What goes evenly by ratio from `low.1` at the key `low.0` to `high.1` at `high.0`, and stays
/// there beyond.
pub(crate) fn between(key: u8, low: (u8, f64), high: (u8, f64)) -> f64 {
    let along = (f64::from(key) - f64::from(low.0)) / (f64::from(high.0) - f64::from(low.0));
    low.1 * exp2(log2(high.1 / low.1) * along.clamp(0.0, 1.0))
}

/// A resonance of a body or a mouth.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resonance {
    /// Its frequency in hertz.
    pub(crate) hz: f64,
    /// The width in hertz at half its power.
    pub(crate) width: f64,
    /// How strong it is where it is strongest.
    pub(crate) level: f64,
}

/// The resonance of these numbers.
pub(crate) const fn at(hz: f64, width: f64, level: f64) -> Resonance {
    Resonance { hz, width, level }
}

/// What a body of these resonances makes of a partial at `hz`, with `floor` between them.
pub(crate) fn body(hz: f64, floor: f64, resonances: &[Resonance]) -> f64 {
    resonances.iter().fold(floor, |sum, resonance| {
        let off = (hz - resonance.hz) / (resonance.width / 2.0);
        sum + resonance.level / (1.0 + off * off)
    })
}

/// A vibrato: `cents` deep at `hertz`, after `delay` seconds.
pub(crate) fn vibrato(cents: i16, hertz: f64, delay: f64) -> [Amount; 3] {
    [
        (Generator::VibLfoToPitch, cents),
        (Generator::FreqVibLfo, super::part::pitch(hertz)),
        (Generator::DelayVibLfo, super::part::time(delay)),
    ]
}

/// A filter whose corner begins at `open` hertz and falls to `closed` while `seconds` pass.
pub(crate) fn closing(open: f64, closed: f64, seconds: f64) -> [Amount; 4] {
    let (open, closed) = (super::part::pitch(open), super::part::pitch(closed));
    [
        (Generator::InitialFilterFc, closed),
        (Generator::ModEnvToFilterFc, open - closed),
        (Generator::DecayModEnv, super::part::time(seconds)),
        (Generator::SustainModEnv, 1000),
    ]
}
