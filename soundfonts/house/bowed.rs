//! Strings that are bowed, one and many, and voices.

use portative::bank::Generator;

use super::math::{Chance, exp};
use super::part::{Envelope, Instrument, Pool, Touch, pitch};
use super::sampled::{Resonance, Sampled, alike, at, between, body, vibrato, wide};
use super::tone::{Frame, Partial, Tone};

/// The body of a violin; larger instruments have theirs lower.
fn violin_body(hz: f64, size: f64) -> f64 {
    let of = |resonance: Resonance| Resonance {
        hz: resonance.hz / size,
        width: resonance.width / size,
        ..resonance
    };
    body(
        hz,
        0.35,
        &[
            of(at(280.0, 60.0, 0.8)),
            of(at(460.0, 90.0, 1.0)),
            of(at(560.0, 90.0, 0.8)),
            of(at(1000.0, 350.0, 0.45)),
            of(at(2500.0, 1300.0, 0.9)),
        ],
    )
}

/// One player: violin, and below it viola, cello and double bass.
pub(crate) fn violin(pool: &mut Pool) -> Instrument {
    let envelope = Envelope { attack: 0.07, decay: 20.0, sustain: 2.0, release: 0.35 };
    let mut amounts = envelope.amounts().to_vec();
    amounts.extend(vibrato(13, 5.6, 0.35));
    let sampled = Sampled {
        name: "Solo Strings",
        roots: &[33, 45, 55, 64, 73, 83],
        amounts,
        touch: Touch(-3600),
    };
    sampled.make(
        pool,
        |key, chance| {
            let rate = between(key, (31, 13_000.0), (74, 24_000.0));
            let mut tone = Tone::new(Frame::new(key, rate, 0.05, 0.09));
            let hz = tone.frame().hz;
            let size = between(key, (36, 3.0), (62, 1.0));
            let mut number = 1.0;
            while number * hz < 9500.0 && number < 60.0 {
                let at = number * hz;
                let level = violin_body(at, size) * exp(-at / 4200.0) / number;
                let onset = 0.012 + 0.002 * number;
                tone.add(Partial {
                    ratio: number,
                    level,
                    onset,
                    phase: chance.unit(),
                    ..Partial::default()
                });
                number += 1.0;
            }
            let scrape = Partial { level: 0.05, ..Partial::default() };
            tone.add_noise((1000.0, 5000.0), 60, scrape, chance);
            tone.add_knock(0.35, 0.03, 2500.0, chance);
            tone
        },
        |root| {
            vec![(Generator::InitialFilterFc, pitch(between(root, (31, 4500.0), (80, 13_000.0))))]
        },
    )
}

/// The strings of an orchestra.
pub(crate) fn strings(pool: &mut Pool) -> Instrument {
    let envelope = Envelope { attack: 0.13, decay: 20.0, sustain: 1.0, release: 0.9 };
    let mut amounts = envelope.amounts().to_vec();
    amounts.extend(vibrato(5, 5.2, 0.4));
    let sampled =
        Sampled { name: "Strings", roots: &[40, 52, 64, 77], amounts, touch: Touch(-3600) };
    let strings = sampled.make(
        pool,
        |key, chance| {
            let rate = between(key, (38, 14_000.0), (70, 22_000.0));
            let mut tone =
                Tone::new(Frame::new(key, rate, 0.0, between(key, (38, 0.48), (82, 0.36))));
            let hz = tone.frame().hz;
            let size = between(key, (36, 2.6), (62, 1.0));
            let mut number = 1.0;
            while number * hz < 9000.0 && number < 70.0 {
                let at = number * hz;
                let level = (0.45 + 0.55 * violin_body(at, size)) * exp(-at / 6500.0) / number
                    * number.sqrt().sqrt();
                let partial = Partial { ratio: number, level, ..Partial::default() };
                tone.add_blurred(partial, (0.0062 * at).min(40.0), chance);
                number += 1.0;
            }
            tone
        },
        |root| {
            vec![(Generator::InitialFilterFc, pitch(between(root, (38, 4500.0), (80, 11_000.0))))]
        },
    );
    wide(strings, pool, 380)
}

const MEN: [Resonance; 4] = [
    at(640.0, 130.0, 1.0),
    at(1080.0, 150.0, 0.55),
    at(2450.0, 280.0, 0.16),
    at(3250.0, 350.0, 0.10),
];
const WOMEN: [Resonance; 4] = [
    at(820.0, 170.0, 1.0),
    at(1230.0, 190.0, 0.5),
    at(2800.0, 320.0, 0.14),
    at(3700.0, 420.0, 0.09),
];

/// A choir that sings an open vowel; behind a filter, a closed one.
pub(crate) fn choir(pool: &mut Pool) -> Instrument {
    let envelope = Envelope { attack: 0.16, decay: 20.0, sustain: 1.0, release: 0.9 };
    let mut amounts = envelope.amounts().to_vec();
    amounts.extend(vibrato(9, 4.8, 0.45));
    let sampled = Sampled { name: "Choir", roots: &[45, 55, 65, 76], amounts, touch: Touch(-1800) };
    let choir = sampled.make(pool, choir_tone, alike);
    wide(choir, pool, 300)
}

fn choir_tone(key: u8, chance: &mut Chance) -> Tone {
    let rate = between(key, (45, 12_000.0), (76, 15_000.0));
    let mut tone = Tone::new(Frame::new(key, rate, 0.0, 0.40));
    let hz = tone.frame().hz;
    let vowel = if key < 58 { MEN } else { WOMEN };
    let mut number = 1.0;
    while number * hz < 6500.0 {
        let at = number * hz;
        let level = body(at, 0.03, &vowel) * exp(-at / 3000.0) / number.sqrt()
            + 0.3 * exp(-at / 300.0) / number;
        let partial = Partial { ratio: number, level, ..Partial::default() };
        tone.add_blurred(partial, (0.009 * at).min(30.0), chance);
        number += 1.0;
    }
    tone.add_noise((1500.0, 5500.0), 120, Partial { level: 0.012, ..Partial::default() }, chance);
    tone
}
