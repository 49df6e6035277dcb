//! Instruments with keys: pianos, harpsichord, organs, accordion.

use portative::bank::Generator;

use super::math::{Chance, exp, sin};
use super::part::{Envelope, Instrument, Pool, Touch, pitch, time};
use super::sampled::{Sampled, alike, between, closing, wide};
use super::tone::{Frame, Partial, Tone};

/// A grand piano.
pub(crate) fn piano(pool: &mut Pool) -> Instrument {
    let sampled = Sampled {
        name: "Piano",
        roots: &[28, 40, 50, 60, 70, 81, 92],
        amounts: vec![(Generator::AttackVolEnv, -12000), (Generator::SustainVolEnv, 1000)],
        touch: Touch(-5200),
    };
    sampled.make(pool, piano_tone, |root| {
        let decay = between(root, (28, 27.0), (96, 5.0));
        let release = if root > 88 { 3.0 } else { between(root, (28, 0.9), (84, 0.45)) };
        let open = between(root, (28, 3600.0), (84, 13_000.0));
        let closed = between(root, (28, 700.0), (84, 4500.0));
        let mut amounts = vec![
            (Generator::DecayVolEnv, time(decay)),
            (Generator::ReleaseVolEnv, time(release)),
            (
                Generator::InitialAttenuation,
                ((60.0 - f64::from(root)) * 2.4).round().max(0.0) as i16,
            ),
            (Generator::Pan, ((f64::from(root) - 60.0) * 3.5).round() as i16),
        ];
        amounts.extend(closing(open, closed, decay * 0.45));
        amounts
    })
}

fn piano_tone(key: u8, chance: &mut Chance) -> Tone {
    let rate = between(key, (28, 15_000.0), (72, 27_000.0));
    let lead = between(key, (36, 0.28), (96, 0.11));
    let looped = between(key, (28, 0.20), (92, 0.08));
    let mut tone = Tone::new(Frame::new(key, rate, lead, looped));
    let hz = tone.frame().hz;
    let stiffness = between(key, (28, 0.000_12), (96, 0.003));
    let darkness = between(key, (28, 1150.0), (92, 3200.0));
    let mut number = 1.0;
    while number * hz < 12_000.0 && number < 90.0 {
        // The lowest partials stay in place for the pitch; higher ones go sharp as those of stiff
        // strings do.
        let sharp = if number < 4.0 { 1.0 } else { (1.0 + stiffness * number * number).sqrt() };
        let at = number * hz * sharp;
        let strike = 0.22 + 0.78 * sin(0.5 * number / 7.6).abs();
        let board = at * at / (at * at + 75.0 * 75.0);
        let level =
            strike * board * exp(-at / darkness) / number.sqrt() + 0.012 * exp(-at / 5000.0);
        let decay = 0.15 + at / 1100.0;
        let partial = Partial {
            ratio: number * sharp,
            level,
            decay,
            phase: chance.unit(),
            ..Partial::default()
        };
        tone.add(partial);
        // The strings of a course at once push the board, then only beat: a prompt sound, and a
        // faint neighbour.
        tone.add(Partial { level: 0.55 * level, decay: decay + 7.0, ..partial });
        tone.add(Partial { level: 0.11 * level, aside: 1.0, phase: chance.unit(), ..partial });
        number += 1.0;
    }
    tone.add_knock(
        between(key, (28, 0.5), (96, 1.1)),
        0.018,
        between(key, (28, 900.0), (96, 2600.0)),
        chance,
    );
    tone
}

/// An electric piano with tines.
pub(crate) fn electric_piano(pool: &mut Pool) -> Instrument {
    let sampled = Sampled {
        name: "Electric Piano",
        roots: &[38, 53, 67, 82],
        amounts: vec![(Generator::SustainVolEnv, 1000), (Generator::ReleaseVolEnv, time(0.55))],
        touch: Touch(-5600),
    };
    sampled.make(pool, electric_piano_tone, |root| {
        let decay = between(root, (36, 18.0), (90, 6.0));
        let mut amounts = vec![(Generator::DecayVolEnv, time(decay))];
        amounts.extend(closing(
            between(root, (36, 4200.0), (88, 15000.0)),
            between(root, (36, 800.0), (88, 4000.0)),
            decay * 0.5,
        ));
        amounts
    })
}

fn electric_piano_tone(key: u8, chance: &mut Chance) -> Tone {
    let rate = between(key, (36, 13_000.0), (74, 28_000.0));
    let mut tone = Tone::new(Frame::new(key, rate, between(key, (36, 0.16), (88, 0.08)), 0.07));
    let bark = between(key, (36, 1.6), (88, 0.6));
    let partials: [(f64, f64, f64); 8] = [
        (1.0, 1.0, 0.0),
        (2.0, 0.34 * bark, 1.6),
        (3.0, 0.15 * bark, 2.6),
        (4.0, 0.09 * bark, 3.6),
        (5.0, 0.05 * bark, 5.0),
        (6.0, 0.03 * bark, 6.0),
        (7.13, 0.17, 13.0),
        (17.6, 0.05, 30.0),
    ];
    for (ratio, level, decay) in partials {
        tone.add(Partial { ratio, level, decay, phase: 0.3 * chance.unit(), ..Partial::default() });
    }
    tone.add_knock(0.25, 0.008, 1800.0, chance);
    tone
}

/// A harpsichord; also the stuff of other bright plucked strings.
pub(crate) fn harpsichord(pool: &mut Pool) -> Instrument {
    let sampled = Sampled {
        name: "Harpsichord",
        roots: &[40, 53, 66, 80],
        amounts: vec![(Generator::SustainVolEnv, 1000), (Generator::ReleaseVolEnv, time(0.35))],
        touch: Touch(-1500),
    };
    sampled.make(pool, harpsichord_tone, |root| {
        let decay = between(root, (36, 12.0), (88, 4.5));
        let mut amounts = vec![(Generator::DecayVolEnv, time(decay))];
        amounts.extend(closing(15_000.0, between(root, (38, 2200.0), (86, 6000.0)), decay * 0.6));
        amounts
    })
}

fn harpsichord_tone(key: u8, chance: &mut Chance) -> Tone {
    let rate = between(key, (40, 20_000.0), (74, 26_000.0));
    let mut tone = Tone::new(Frame::new(key, rate, between(key, (38, 0.14), (86, 0.08)), 0.04));
    let hz = tone.frame().hz;
    let mut number = 1.0;
    while number * hz < 12_000.0 && number < 70.0 {
        let at = number * hz;
        let board = at / (at + 350.0);
        let level =
            (0.15 + sin(0.5 * number / 6.5).abs()) * board * exp(-at / 6500.0) / number.sqrt();
        let decay = 0.6 + at / 1300.0;
        tone.add(Partial {
            ratio: number,
            level,
            decay,
            phase: chance.unit(),
            ..Partial::default()
        });
        number += 1.0;
    }
    tone.add_knock(0.35, 0.006, 4000.0, chance);
    tone
}

/// Envelope of what sounds while a key is down.
const HELD: Envelope = Envelope { attack: 0.006, decay: 1.0, sustain: 0.0, release: 0.14 };

/// An electric organ with drawbars.
pub(crate) fn organ(pool: &mut Pool) -> Instrument {
    let sampled = Sampled {
        name: "Drawbar Organ",
        roots: &[36, 52, 68, 84],
        amounts: HELD.amounts().to_vec(),
        touch: Touch(0),
    };
    sampled.make(
        pool,
        |key, chance| {
            let mut tone = Tone::new(Frame::new(
                key,
                between(key, (36, 12_000.0), (84, 28_000.0)),
                0.02,
                0.05,
            ));
            // The drawbars from 16 feet to 1 foot.
            let bars: [(f64, f64); 9] = [
                (0.5, 0.62),
                (1.5, 0.5),
                (1.0, 1.0),
                (2.0, 0.5),
                (3.0, 0.3),
                (4.0, 0.2),
                (5.0, 0.03),
                (6.0, 0.07),
                (8.0, 0.12),
            ];
            for (ratio, level) in bars {
                tone.add(Partial { ratio, level, phase: chance.unit(), ..Partial::default() });
            }
            tone.add_knock(0.35, 0.004, 5000.0, chance);
            tone
        },
        alike,
    )
}

/// A pipe organ: principals of four feet-lengths and a mixture.
pub(crate) fn pipes(pool: &mut Pool) -> Instrument {
    let envelope = Envelope { attack: 0.045, decay: 1.0, sustain: 0.0, release: 0.5 };
    let sampled = Sampled {
        name: "Pipe Organ",
        roots: &[36, 52, 68, 84],
        amounts: envelope.amounts().to_vec(),
        touch: Touch(0),
    };
    let pipes = sampled.make(
        pool,
        |key, chance| {
            let mut tone =
                Tone::new(Frame::new(key, between(key, (36, 16_000.0), (84, 26_000.0)), 0.0, 0.12));
            for (foot, strength) in
                [(1.0, 1.0), (2.0, 0.7), (3.0, 0.28), (4.0, 0.42), (6.0, 0.16), (8.0, 0.18)]
            {
                let mut number: f64 = 1.0;
                while number < 9.0 {
                    let level = strength / (number * number.sqrt());
                    let partial = Partial { ratio: foot * number, level, ..Partial::default() };
                    tone.add_blurred(partial, 0.0007 * tone.frame().hz * foot * number, chance);
                    number += 1.0;
                }
            }
            tone
        },
        alike,
    );
    wide(pipes, pool, 250)
}

/// An accordion of two reeds that beat; also harmonica and other free reeds.
pub(crate) fn accordion(pool: &mut Pool) -> Instrument {
    let envelope = Envelope { attack: 0.035, decay: 1.0, sustain: 0.0, release: 0.16 };
    let mut amounts = envelope.amounts().to_vec();
    amounts.push((Generator::InitialFilterFc, pitch(9000.0)));
    let sampled = Sampled { name: "Accordion", roots: &[46, 60, 74], amounts, touch: Touch(-1200) };
    sampled.make(
        pool,
        |key, chance| {
            let mut tone = Tone::new(Frame::new(
                key,
                between(key, (43, 18_000.0), (79, 26_000.0)),
                0.02,
                0.16,
            ));
            let hz = tone.frame().hz;
            let mut number: f64 = 1.0;
            while number * hz < 9000.0 {
                let level = exp(-number * hz / 2600.0)
                    * (if number % 2.0 == 1.0 { 1.0 } else { 0.7 })
                    / number.sqrt();
                let onset = 0.02;
                let partial = Partial {
                    ratio: number,
                    level,
                    onset,
                    phase: chance.unit(),
                    ..Partial::default()
                };
                tone.add(partial);
                tone.add(Partial {
                    level: 0.4 * level,
                    aside: 1.0,
                    phase: chance.unit(),
                    ..partial
                });
                tone.add(Partial {
                    level: 0.4 * level,
                    aside: -1.0,
                    phase: chance.unit(),
                    ..partial
                });
                number += 1.0;
            }
            tone
        },
        alike,
    )
}
