//! Instruments that are blown: brass, reeds, flutes.

use portative::bank::Generator;

use super::math::{Chance, exp};
use super::part::{Amount, Envelope, Instrument, Pool, Touch, pitch};
use super::sampled::{Resonance, Sampled, at, between, body, vibrato};
use super::tone::{Frame, Partial, Tone};

/// A blown tone: how its harmonics come in, and the air that goes with them.
struct Blown<'a> {
    /// Seconds of lead and loop.
    lengths: (f64, f64),
    rate: f64,
    /// The level of each harmonic by its number and its frequency in hertz.
    harmonic: &'a dyn Fn(f64, f64) -> f64,
    /// Seconds in which the first harmonic comes in, and what each further one takes longer.
    onset: (f64, f64),
    /// Level of the air in the loop, and its band in hertz.
    air: (f64, f64, f64),
    /// Level, seconds and hertz of the tongue's noise.
    tongue: (f64, f64, f64),
}

impl Blown<'_> {
    fn tone(&self, key: u8, chance: &mut Chance) -> Tone {
        let mut tone = Tone::new(Frame::new(key, self.rate, self.lengths.0, self.lengths.1));
        let hz = tone.frame().hz;
        let mut number = 1.0;
        while number * hz < 10_000.0 && number < 50.0 {
            let level = (self.harmonic)(number, number * hz);
            let onset = (self.onset.0 + self.onset.1 * (number - 1.0)).min(self.lengths.0);
            tone.add(Partial {
                ratio: number,
                level,
                onset,
                phase: chance.unit(),
                ..Partial::default()
            });
            number += 1.0;
        }
        let air = Partial { level: self.air.0, onset: self.onset.0, ..Partial::default() };
        tone.add_noise((self.air.1, self.air.2), 70, air, chance);
        tone.add_knock(self.tongue.0, self.tongue.1, self.tongue.2, chance);
        tone
    }
}

fn held(attack: f64, release: f64) -> Vec<Amount> {
    Envelope { attack, decay: 20.0, sustain: 1.5, release }.amounts().to_vec()
}

/// A trumpet, and below it trombone and tuba; behind a filter, a horn.
pub(crate) fn brass(pool: &mut Pool) -> Instrument {
    let mut amounts = held(0.025, 0.28);
    amounts.extend(vibrato(6, 5.2, 0.6));
    let sampled =
        Sampled { name: "Brass", roots: &[34, 43, 52, 60, 68, 78], amounts, touch: Touch(-5400) };
    sampled.make(
        pool,
        |key, chance| {
            let size = between(key, (34, 2.6), (64, 1.0));
            let bell =
                [at(1150.0 / size, 900.0 / size, 1.1), at(2300.0 / size, 1500.0 / size, 0.5)];
            let blown = Blown {
                lengths: (0.08, 0.05),
                rate: between(key, (34, 11_000.0), (68, 24_000.0)),
                harmonic: &|number: f64, hz: f64| {
                    body(hz, 0.35, &bell) * exp(-hz * size / 6500.0) / number.sqrt().sqrt()
                },
                onset: (0.012, 0.007),
                air: (0.02, 1000.0, 5000.0),
                tongue: (0.25, 0.012, 1500.0),
            };
            blown.tone(key, chance)
        },
        |root| {
            vec![(Generator::InitialFilterFc, pitch(between(root, (34, 3200.0), (76, 11_000.0))))]
        },
    )
}

/// A saxophone.
pub(crate) fn saxophone(pool: &mut Pool) -> Instrument {
    let mut amounts = held(0.03, 0.28);
    amounts.extend(vibrato(11, 5.0, 0.4));
    let sampled =
        Sampled { name: "Saxophone", roots: &[44, 53, 62, 72], amounts, touch: Touch(-4500) };
    sampled.make(
        pool,
        |key, chance| {
            let horn = [
                at(520.0, 300.0, 1.2),
                at(1250.0, 500.0, 0.8),
                at(2500.0, 900.0, 0.45),
                at(3700.0, 1200.0, 0.25),
            ];
            let blown = Blown {
                lengths: (0.07, 0.08),
                rate: between(key, (44, 18_000.0), (72, 24_000.0)),
                harmonic: &|number: f64, hz: f64| {
                    body(hz, 0.25, &horn) * exp(-hz / 6500.0) / number.sqrt().sqrt()
                },
                onset: (0.012, 0.004),
                air: (0.05, 1500.0, 7000.0),
                tongue: (0.35, 0.015, 2500.0),
            };
            blown.tone(key, chance)
        },
        |root| {
            vec![(Generator::InitialFilterFc, pitch(between(root, (44, 4500.0), (76, 11_000.0))))]
        },
    )
}

/// Double reeds: oboe, and below it English horn and bassoon.
pub(crate) fn oboe(pool: &mut Pool) -> Instrument {
    let mut amounts = held(0.035, 0.28);
    amounts.extend(vibrato(9, 5.2, 0.4));
    let sampled =
        Sampled { name: "Double Reed", roots: &[40, 52, 63, 75], amounts, touch: Touch(-2000) };
    sampled.make(
        pool,
        |key, chance| {
            let size = between(key, (38, 2.2), (62, 1.0));
            let formants: [Resonance; 2] =
                [at(1100.0 / size, 420.0 / size, 1.5), at(2900.0 / size, 800.0 / size, 0.55)];
            let blown = Blown {
                lengths: (0.05, 0.06),
                rate: between(key, (38, 14_000.0), (70, 24_000.0)),
                harmonic: &|number: f64, hz: f64| {
                    body(hz, 0.22, &formants) * exp(-hz * size / 5200.0) / number.sqrt().sqrt()
                },
                onset: (0.015, 0.002),
                air: (0.02, 2000.0, 6000.0),
                tongue: (0.15, 0.01, 2500.0),
            };
            blown.tone(key, chance)
        },
        |root| {
            vec![(Generator::InitialFilterFc, pitch(between(root, (38, 6000.0), (76, 13_000.0))))]
        },
    )
}

/// A clarinet.
pub(crate) fn clarinet(pool: &mut Pool) -> Instrument {
    let mut amounts = held(0.035, 0.28);
    amounts.extend(vibrato(3, 4.8, 0.6));
    let sampled = Sampled { name: "Clarinet", roots: &[52, 64, 77], amounts, touch: Touch(-2400) };
    sampled.make(
        pool,
        |key, chance| {
            let blown = Blown {
                lengths: (0.05, 0.06),
                rate: between(key, (50, 18_000.0), (81, 24_000.0)),
                harmonic: &|number: f64, hz: f64| {
                    // A closed pipe; towards the top its even harmonics come back.
                    let even = between(key, (50, 0.05), (84, 0.35)) + (hz / 9000.0).min(0.4);
                    let parity = if number % 2.0 == 1.0 { 1.0 } else { even };
                    parity * exp(-hz / 2400.0) / number.sqrt()
                },
                onset: (0.015, 0.003),
                air: (0.025, 1500.0, 6000.0),
                tongue: (0.15, 0.01, 2000.0),
            };
            blown.tone(key, chance)
        },
        |root| {
            vec![(Generator::InitialFilterFc, pitch(between(root, (50, 6500.0), (80, 13_000.0))))]
        },
    )
}

/// A flute.
pub(crate) fn flute(pool: &mut Pool) -> Instrument {
    let mut amounts = held(0.05, 0.28);
    amounts.extend(vibrato(8, 5.0, 0.35));
    let sampled = Sampled { name: "Flute", roots: &[62, 72, 83], amounts, touch: Touch(-2400) };
    sampled.make(
        pool,
        |key, chance| {
            let second = between(key, (60, 0.7), (90, 0.12));
            let blown = Blown {
                lengths: (0.07, 0.12),
                rate: between(key, (62, 17_000.0), (83, 24_000.0)),
                harmonic: &|number: f64, hz: f64| {
                    let level = [1.0, second, 0.32 * second, 0.16 * second, 0.07, 0.03, 0.015];
                    level.get(number as usize - 1).copied().unwrap_or_default() * exp(-hz / 7000.0)
                },
                onset: (0.03, 0.01),
                air: (0.07, 900.0, 6500.0),
                tongue: (0.5, 0.03, 3500.0),
            };
            blown.tone(key, chance)
        },
        |root| {
            vec![(Generator::InitialFilterFc, pitch(between(root, (60, 7000.0), (88, 14_000.0))))]
        },
    )
}
