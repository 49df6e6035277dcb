//! What a bank is made of, before it is written: waves, zones and instruments.
//!
//! The writer's own types hold any bank there may be; these hold what this bank needs, in the form
//! that reads best in tables. Amounts are in the units of SoundFont 2.04 §8.1.2.

use portative::bank::Generator;

use super::math::log2;
use super::wave::Wave;

/// A generator and its amount.
pub(crate) type Amount = (Generator, i16);

/// The timecents of a duration in seconds.
pub(crate) fn time(seconds: f64) -> i16 {
    (1200.0 * log2(seconds)).round().clamp(-12000.0, 8000.0) as i16
}

/// The absolute cents of a frequency in hertz.
pub(crate) fn pitch(hertz: f64) -> i16 {
    (6900.0 + 1200.0 * log2(hertz / 440.0)).round().clamp(-16000.0, 13500.0) as i16
}

/// A volume envelope: seconds, and decibels below the peak.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Envelope {
    /// Seconds to the peak.
    pub(crate) attack: f64,
    /// Seconds in which the decay falls by 100 dB.
    pub(crate) decay: f64,
    /// Decibels below the peak where the decay ends.
    pub(crate) sustain: f64,
    /// Seconds in which the release falls by 100 dB.
    pub(crate) release: f64,
}

impl Envelope {
    /// The generators of this envelope.
    pub(crate) fn amounts(self) -> [Amount; 4] {
        [
            (Generator::AttackVolEnv, time(self.attack)),
            (Generator::DecayVolEnv, time(self.decay)),
            (Generator::SustainVolEnv, (self.sustain * 10.0).round() as i16),
            (Generator::ReleaseVolEnv, time(self.release)),
        ]
    }
}

/// How much darker the softest key stroke is than the hardest: cents of the filter's corner.
///
/// It becomes the one modulator of an instrument: velocity, linear and falling, to the filter.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Touch(pub(crate) i16);

/// A range of keys, the wave that sounds there, and what is particular to it.
#[derive(Debug, Clone)]
pub(crate) struct Zone {
    /// The first and the last key.
    pub(crate) keys: (u8, u8),
    /// The place of the wave in the pool.
    pub(crate) wave: usize,
    /// What differs from the instrument.
    pub(crate) amounts: Vec<Amount>,
}

/// An instrument of the bank.
#[derive(Debug, Clone)]
pub(crate) struct Instrument {
    /// The name, at most 20 bytes of ASCII.
    pub(crate) name: &'static str,
    /// What holds in every zone.
    pub(crate) amounts: Vec<Amount>,
    /// The velocity's part in the filter.
    pub(crate) touch: Touch,
    /// The zones, from low to high.
    pub(crate) zones: Vec<Zone>,
}

/// The waves of the bank; an instrument knows its own by their places.
#[derive(Debug, Default)]
pub(crate) struct Pool(pub(crate) Vec<Wave>);

impl Pool {
    /// Puts a wave in and returns its place.
    pub(crate) fn put(&mut self, wave: Wave) -> usize {
        self.0.push(wave);
        self.0.len() - 1
    }
}

/// The range of keys of each root: from the middle between two roots to the next middle, all 128
/// keys together.
pub(crate) fn ranges(roots: &[u8]) -> impl Iterator<Item = (u8, (u8, u8))> {
    let middle = |index: usize| (roots[index] + roots[index + 1]) / 2;
    (0..roots.len()).map(move |index| {
        let first = if index == 0 { 0 } else { middle(index - 1) + 1 };
        let last = if index + 1 == roots.len() { 127 } else { middle(index) };
        (roots[index], (first, last))
    })
}
