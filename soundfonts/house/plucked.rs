//! Strings that are plucked: guitars, basses, harp.

use portative::bank::Generator;

use super::math::{Chance, exp, sin};
use super::part::{Envelope, Instrument, Pool, Touch, time};
use super::sampled::{Resonance, Sampled, alike, at, between, body, closing};
use super::tone::{Frame, Partial, Tone};

/// A string and what it is plucked with.
struct Pluck<'a> {
    /// Seconds of lead and loop.
    lengths: (f64, f64),
    rate: f64,
    /// Where along the string, 0 to 0.5.
    place: f64,
    /// The hertz at which the spectrum has lost a neper.
    brightness: f64,
    /// The hertz that add one neper per second to the decay.
    mellowing: f64,
    resonances: &'a [Resonance],
    /// Level, seconds and hertz of the finger's noise.
    knock: (f64, f64, f64),
}

impl Pluck<'_> {
    fn tone(&self, key: u8, chance: &mut Chance) -> Tone {
        let mut tone = Tone::new(Frame::new(key, self.rate, self.lengths.0, self.lengths.1));
        let hz = tone.frame().hz;
        let mut number = 1.0;
        while number * hz < 9000.0 && number < 60.0 {
            let at = number * hz;
            let comb = 0.12 + 0.88 * sin(0.5 * number * self.place * 2.0).abs();
            let level = comb * exp(-at / self.brightness) * body(at, 1.0, self.resonances) / number;
            let decay = (0.3 + at / self.mellowing).min(25.0);
            let sharp =
                if number < 5.0 { 1.0 } else { (1.0_f64 + 0.000_06 * number * number).sqrt() };
            let partial = Partial {
                ratio: number * sharp,
                level,
                decay,
                phase: chance.unit(),
                ..Partial::default()
            };
            tone.add(partial);
            tone.add(Partial { level: 0.4 * level, decay: decay + 9.0, ..partial });
            number += 1.0;
        }
        tone.add_knock(self.knock.0, self.knock.1, self.knock.2, chance);
        tone
    }
}

/// An acoustic guitar with steel strings; darker, with nylon ones.
pub(crate) fn guitar(pool: &mut Pool) -> Instrument {
    let sampled = Sampled {
        name: "Guitar",
        roots: &[40, 50, 59, 68, 79],
        amounts: vec![(Generator::SustainVolEnv, 1000), (Generator::ReleaseVolEnv, time(0.4))],
        touch: Touch(-5600),
    };
    sampled.make(
        pool,
        |key, chance| {
            let pluck = Pluck {
                lengths: (between(key, (40, 0.165), (80, 0.095)), 0.05),
                rate: between(key, (40, 16_000.0), (70, 22_000.0)),
                place: 0.17,
                brightness: between(key, (40, 2300.0), (80, 4000.0)),
                mellowing: between(key, (40, 420.0), (80, 600.0)),
                resonances: &[
                    at(110.0, 40.0, 1.2),
                    at(210.0, 60.0, 1.3),
                    at(420.0, 120.0, 0.6),
                    at(2600.0, 1500.0, 0.8),
                ],
                knock: (0.55, 0.007, 3500.0),
            };
            pluck.tone(key, chance)
        },
        |root| {
            let decay = between(root, (40, 13.0), (80, 5.0));
            let mut amounts = vec![(Generator::DecayVolEnv, time(decay))];
            amounts.extend(closing(
                between(root, (40, 5500.0), (80, 13_000.0)),
                between(root, (40, 1300.0), (80, 3400.0)),
                decay * 0.45,
            ));
            amounts
        },
    )
}

/// A guitar through an amplifier driven hard.
pub(crate) fn driven(pool: &mut Pool) -> Instrument {
    let envelope = Envelope { attack: 0.003, decay: 40.0, sustain: 14.0, release: 0.2 };
    let sampled = Sampled {
        name: "Driven Guitar",
        roots: &[40, 52, 64, 76],
        amounts: envelope.amounts().to_vec(),
        touch: Touch(-1800),
    };
    sampled.make(
        pool,
        |key, chance| {
            let mut tone = Tone::new(Frame::new(key, 16_000.0, 0.06, 0.14));
            let hz = tone.frame().hz;
            let mut number: f64 = 1.0;
            while number * hz < 6800.0 {
                let at_hz = number * hz;
                let loudspeaker =
                    body(at_hz, 0.5, &[at(130.0, 120.0, 0.5), at(2400.0, 2200.0, 0.9)])
                        / (1.0 + (at_hz / 4300.0) * (at_hz / 4300.0) * (at_hz / 4300.0));
                let level = loudspeaker * (0.3 + 0.7 * sin(0.5 * number * 0.43).abs())
                    / number.sqrt()
                    / (1.0 + number / 14.0);
                let partial =
                    Partial { ratio: number, level, decay: at_hz / 1500.0, ..Partial::default() };
                tone.add_blurred(partial, 1.6 + number * 0.08, chance);
                number += 1.0;
            }
            tone.add_knock(0.6, 0.012, 3000.0, chance);
            tone
        },
        alike,
    )
}

/// An electric bass, bright enough for a thumb; darker, for fingers.
pub(crate) fn bass(pool: &mut Pool) -> Instrument {
    let sampled = Sampled {
        name: "Bass",
        roots: &[28, 38, 50],
        amounts: vec![(Generator::SustainVolEnv, 1000), (Generator::ReleaseVolEnv, time(0.28))],
        touch: Touch(-6000),
    };
    sampled.make(
        pool,
        |key, chance| {
            let pluck = Pluck {
                lengths: (0.17, 0.06),
                rate: between(key, (28, 11_000.0), (56, 15_000.0)),
                place: 0.21,
                brightness: between(key, (28, 1300.0), (56, 1800.0)),
                mellowing: 320.0,
                resonances: &[at(240.0, 280.0, 1.6), at(900.0, 700.0, 1.0)],
                knock: (0.5, 0.006, 2600.0),
            };
            pluck.tone(key, chance)
        },
        |root| {
            let decay = between(root, (28, 16.0), (60, 8.0));
            let mut amounts = vec![(Generator::DecayVolEnv, time(decay))];
            amounts.extend(closing(
                between(root, (28, 2600.0), (56, 5500.0)),
                between(root, (28, 600.0), (56, 1500.0)),
                decay * 0.35,
            ));
            amounts
        },
    )
}

/// A harp; in the middle, also pizzicato.
pub(crate) fn harp(pool: &mut Pool) -> Instrument {
    let sampled = Sampled {
        name: "Harp",
        roots: &[40, 54, 68, 82],
        amounts: vec![(Generator::SustainVolEnv, 1000), (Generator::ReleaseVolEnv, time(2.2))],
        touch: Touch(-4500),
    };
    sampled.make(
        pool,
        |key, chance| {
            let pluck = Pluck {
                lengths: (between(key, (38, 0.15), (86, 0.1)), 0.05),
                rate: between(key, (38, 13_000.0), (86, 24_000.0)),
                place: 0.36,
                brightness: between(key, (38, 1100.0), (86, 3200.0)),
                mellowing: between(key, (38, 300.0), (86, 700.0)),
                resonances: &[at(180.0, 90.0, 0.6), at(380.0, 160.0, 0.5)],
                knock: (0.3, 0.006, 1800.0),
            };
            pluck.tone(key, chance)
        },
        |root| {
            let decay = between(root, (38, 13.0), (90, 3.5));
            let mut amounts = vec![(Generator::DecayVolEnv, time(decay))];
            amounts.extend(closing(
                between(root, (38, 5000.0), (86, 15_000.0)),
                between(root, (38, 500.0), (86, 3500.0)),
                decay * 0.4,
            ));
            amounts
        },
    )
}
