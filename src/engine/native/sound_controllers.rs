//! Controllers 71 to 78 and the soft pedal: what they do where a bank leaves them alone.
//!
//! The sound controllers of General MIDI 2, GS and XG move the tone of a whole channel around what the bank says. They act as
//! modulators that every instrument has, except that a bank's own modulator with the same source, whatever it
//! leads to and in whichever layer of the preset, takes the controller's place. At rest they cost nothing: only those that were moved are looked at.
//!
//! Not balance, which is no generator; `parameter` has it.
//!
//! Source: General MIDI Level 2 §3.3 and RP-021 say what moves and in which direction. How far is each maker's own; here by
//! the amounts of the table.

use super::curve::{Reading, map};
use super::reached::Reached;
use crate::bank::{Curve, Direction, Generator as G, Input, Modulator, ModulatorSource, Polarity};

/// The controller of balance.
pub(super) const BALANCE: u8 = 8;
/// The controller of the soft pedal.
const SOFT_PEDAL: u8 = 67;
/// The controller of the vibrato's depth.
const VIBRATO_DEPTH: u8 = 77;
/// The controller of the vibrato's delay.
pub(super) const VIBRATO_DELAY: u8 = 78;
/// The centre of a sound controller.
const CENTRE: f32 = 64.0;
/// How much later or earlier the vibrato begins at the ends of its delay, in seconds.
///
/// Seconds, not timecents: an instrument without delay could not be given one by a factor.
const DELAY_SECONDS: f32 = 1.0;

/// A sound controller and what it leads to.
#[derive(Debug, Clone, Copy)]
struct Row {
    controller: u8,
    generator: G,
    curve: Curve,
    polarity: Polarity,
    /// In the generator's unit, at the controller's top.
    amount: f32,
}

const fn row(controller: u8, generator: G, curve: Curve, amount: f32) -> Row {
    Row { controller, generator, curve, polarity: Polarity::Bipolar, amount }
}

const fn pedal(generator: G, amount: f32) -> Row {
    let polarity = Polarity::Unipolar;
    Row { controller: SOFT_PEDAL, generator, curve: Curve::Switch, polarity, amount }
}

/// Eight octaves of cutoff, 25 dB of resonance, an attack of 1/32 to 32 times, decay and release of an eighth to eight
/// times, a vibrato of a quarter to four times its rate and half a semitone more or less. The soft pedal is a little
/// softer and an octave darker.
const TABLE: [Row; 9] = [
    row(71, G::InitialFilterQ, Curve::Linear, 250.0),
    row(72, G::ReleaseVolEnv, Curve::Linear, 3_600.0),
    row(73, G::AttackVolEnv, Curve::Convex, 6_000.0),
    row(74, G::InitialFilterFc, Curve::Linear, 9_600.0),
    row(75, G::DecayVolEnv, Curve::Linear, 3_600.0),
    row(76, G::FreqVibLfo, Curve::Linear, 2_400.0),
    row(VIBRATO_DEPTH, G::VibLfoToPitch, Curve::Linear, 50.0),
    pedal(G::InitialFilterFc, -1_200.0),
    pedal(G::InitialAttenuation, 30.0),
];

/// The controllers, in the order of their bits.
const NUMBERS: [u8; 10] =
    [SOFT_PEDAL, 71, 72, 73, 74, 75, 76, VIBRATO_DEPTH, VIBRATO_DELAY, BALANCE];

/// A set of sound controllers, balance among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct SoundControllers(u16);

impl SoundControllers {
    /// Those that any of these modulators reads.
    pub(super) fn of(modulators: &[Modulator]) -> Self {
        let mut set = Self::default();
        for modulator in modulators {
            for source in [modulator.source, modulator.amount_source] {
                if let Input::Controller(number) = source.input {
                    set.put(number, true);
                }
            }
        }
        set
    }

    /// Adds or removes a controller.
    pub(super) fn put(&mut self, number: u8, present: bool) {
        let bit = bit(number);
        self.0 = if present { self.0 | bit } else { self.0 & !bit };
    }

    /// Whether a controller is one of those that a set can have.
    pub(super) fn has_place(number: u8) -> bool {
        bit(number) != 0
    }

    /// Whether it has this controller.
    pub(super) fn contains(self, number: u8) -> bool {
        self.0 & bit(number) != 0
    }

    /// Whether it has none.
    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those of both sets.
    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of this set that are not in the other.
    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The controllers that are not in it.
    pub(super) fn others(self) -> impl Iterator<Item = u8> {
        NUMBERS.into_iter().filter(move |&number| !self.contains(number))
    }

    /// What its controllers lead to.
    pub(super) fn leads_to(self) -> Reached {
        let (mut left, mut reached) = (self.0, Reached::NONE);
        while let Some(leads_to) = LEADS_TO.get(left.trailing_zeros() as usize) {
            reached = reached.with(*leads_to);
            left &= left.wrapping_sub(1);
        }
        reached
    }

    /// Whether a controller leads to a time that a sounding voice reads again.
    pub(super) const fn is_time(number: u8) -> bool {
        matches!(number, 72 | 75)
    }
}

fn bit(number: u8) -> u16 {
    BITS.get(usize::from(number)).copied().unwrap_or(0)
}

/// The bit of each controller.
const BITS: [u16; 128] = {
    let (mut bits, mut index) = ([0; 128], 0);
    while index < NUMBERS.len() {
        bits[NUMBERS[index] as usize] = 1 << index;
        index += 1;
    }
    bits
};

/// Where a controller rests.
fn rest(number: u8) -> f32 {
    if number == SOFT_PEDAL { 0.0 } else { CENTRE }
}

/// Whether a controller at this position does anything.
pub(super) fn is_moved(number: u8, position: f32) -> bool {
    position != rest(number)
}

/// The controllers of the table and what they lead to.
pub(super) fn destinations() -> impl Iterator<Item = (u8, G)> {
    TABLE.iter().map(|row| (row.controller, row.generator))
}

/// What each controller leads to, in the order of the bits.
const LEADS_TO: [Reached; NUMBERS.len()] = {
    let (mut reached, mut bit) = ([Reached::NONE; NUMBERS.len()], 0);
    while bit < NUMBERS.len() {
        let mut row = 0;
        while row < TABLE.len() {
            if TABLE[row].controller == NUMBERS[bit] {
                reached[bit] = reached[bit].with(Reached::these(&[TABLE[row].generator]));
            }
            row += 1;
        }
        bit += 1;
    }
    reached
};

/// Adds what the controllers of `set` do to their generators, by calling `add`.
///
/// Only what is `reached` is added. `position` tells where a controller is, `base` what the bank has for a generator.
pub(super) fn add_to(
    (set, reached): (SoundControllers, Reached),
    position: impl Fn(u8) -> f32,
    base: impl Fn(G) -> f32,
    mut add: impl FnMut(G, f32),
) {
    let wanted = |row: &&Row| reached.has(row.generator) && set.contains(row.controller);
    for row in TABLE.iter().filter(wanted) {
        let added = row.amount * map(&row.source(), Reading::seven(position(row.controller)));
        add(
            row.generator,
            match row.controller {
                VIBRATO_DEPTH => shallower_at_most(base(row.generator), added),
                _ => added,
            },
        );
    }
}

impl Row {
    fn source(&self) -> ModulatorSource {
        let input = Input::Controller(self.controller);
        ModulatorSource {
            input,
            curve: self.curve,
            polarity: self.polarity,
            direction: Direction::Positive,
        }
    }
}

/// A depth that becomes smaller ends at none, it does not turn over.
fn shallower_at_most(depth: f32, added: f32) -> f32 {
    let (size, sign) = if depth < 0.0 { (-depth, -1.0) } else { (depth, 1.0) };
    sign * if added < -size { -size } else { added }
}

/// How much later the vibrato begins, in seconds, by the position of its delay.
pub(super) fn vibrato_delay(position: f32) -> f32 {
    (position - CENTRE) / CENTRE * DELAY_SECONDS
}

/// What balance leaves of the left and the right, by its position.
///
/// SPEC: General MIDI Level 2: the side away from it becomes softer, by the law of volume.
pub(super) fn balance_gains(position: f32) -> [f32; 2] {
    let away = if position < CENTRE {
        (position - CENTRE) / CENTRE
    } else {
        (position - CENTRE) / (CENTRE - 1.0)
    };
    let left = if away > 0.0 { 1.0 - away } else { 1.0 };
    let right = if away < 0.0 { 1.0 + away } else { 1.0 };
    [left * left, right * right]
}

#[cfg(test)]
mod tests;
