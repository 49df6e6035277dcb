//! Waves as of electronic instruments: sawtooth, square, sine, and noise.

use portative::bank::Generator;

use super::math::Chance;
use super::part::{Envelope, Instrument, Pool, Touch, Zone, pitch, time};
use super::sampled::{Sampled, alike, between};
use super::tone::{Frame, Partial, Tone};
use super::wave::Wave;

/// Keys at which the cheap waves are made; close enough that the highest harmonics stay in the
/// band.
const ROOTS: [u8; 8] = [24, 34, 44, 54, 64, 74, 84, 96];

const GATE: Envelope = Envelope { attack: 0.004, decay: 1.0, sustain: 0.0, release: 0.14 };

fn harmonics(name: &'static str, pool: &mut Pool, level: impl Fn(f64) -> f64) -> Instrument {
    let sampled =
        Sampled { name, roots: &ROOTS, amounts: GATE.amounts().to_vec(), touch: Touch(-2400) };
    sampled.make(
        pool,
        |key, _| {
            let mut tone =
                Tone::new(Frame::new(key, between(key, (24, 16_000.0), (64, 32_000.0)), 0.0, 0.03));
            let mut number = 1.0;
            while number < 160.0 {
                tone.add(Partial { ratio: number, level: level(number), ..Partial::default() });
                number += 1.0;
            }
            tone
        },
        alike,
    )
}

/// A sawtooth.
pub(crate) fn sawtooth(pool: &mut Pool) -> Instrument {
    harmonics("Sawtooth", pool, |number| 1.0 / number)
}

/// A square.
pub(crate) fn square(pool: &mut Pool) -> Instrument {
    harmonics("Square", pool, |number| if number % 2.0 == 1.0 { 1.0 / number } else { 0.0 })
}

/// A filter that an envelope moves, over waves that are there already.
struct Filtered {
    name: &'static str,
    /// The instrument whose waves it takes.
    of: &'static str,
    /// The corner's lowest hertz and its way up in cents; the resonance in centibels.
    filter: (f64, i16, i16),
    /// Seconds up, seconds down, and how far down in tenths of a percent.
    sweep: (f64, f64, i16),
    envelope: Envelope,
}

const FILTERED: [Filtered; 4] = [
    Filtered {
        name: "Synth Bass",
        of: "Sawtooth",
        filter: (330.0, 3300, 70),
        sweep: (0.002, 0.6, 850),
        envelope: Envelope { attack: 0.002, decay: 25.0, sustain: 10.0, release: 0.2 },
    },
    Filtered {
        name: "Rubber Bass",
        of: "Square",
        filter: (420.0, 2700, 80),
        sweep: (0.002, 0.45, 850),
        envelope: Envelope { attack: 0.002, decay: 20.0, sustain: 7.0, release: 0.2 },
    },
    Filtered {
        name: "Synth Brass",
        of: "Sawtooth",
        filter: (600.0, 3500, 30),
        sweep: (0.055, 1.6, 450),
        envelope: Envelope { attack: 0.02, decay: 25.0, sustain: 4.0, release: 0.35 },
    },
    Filtered {
        name: "Sweep",
        of: "Sawtooth",
        filter: (300.0, 4300, 90),
        sweep: (2.2, 5.0, 700),
        envelope: Envelope { attack: 0.35, decay: 25.0, sustain: 3.0, release: 1.6 },
    },
];

/// The instruments that are waves of `others` through a moving filter.
pub(crate) fn filtered(others: &[Instrument]) -> Vec<Instrument> {
    let with = |made: &Filtered, of: &Instrument| {
        let mut amounts = vec![
            (Generator::SampleModes, 1),
            (Generator::InitialFilterFc, pitch(made.filter.0)),
            (Generator::ModEnvToFilterFc, made.filter.1),
            (Generator::InitialFilterQ, made.filter.2),
            (Generator::AttackModEnv, time(made.sweep.0)),
            (Generator::DecayModEnv, time(made.sweep.1)),
            (Generator::SustainModEnv, made.sweep.2),
            (Generator::ReleaseModEnv, time(made.sweep.1)),
        ];
        amounts.extend(made.envelope.amounts());
        Instrument { name: made.name, amounts, touch: Touch(-1800), zones: of.zones.clone() }
    };
    FILTERED
        .iter()
        .filter_map(|made| Some(with(made, others.iter().find(|other| other.name == made.of)?)))
        .collect()
}

/// A sine.
pub(crate) fn sine(pool: &mut Pool) -> Instrument {
    let sampled = Sampled {
        name: "Sine",
        roots: &[48, 72, 96],
        amounts: GATE.amounts().to_vec(),
        touch: Touch(0),
    };
    sampled.make(
        pool,
        |key, _| {
            let mut tone = Tone::new(Frame::new(key, 22_050.0, 0.0, 0.025));
            tone.add(Partial::default());
            tone.add(Partial { ratio: 2.0, level: 0.02, ..Partial::default() });
            tone
        },
        alike,
    )
}

/// Noise that sounds the higher the higher the key; effects are made of it.
pub(crate) fn noise(pool: &mut Pool) -> Instrument {
    const RATE: u32 = 22_050;
    const LENGTH: usize = 7000;
    let mut chance = Chance::named("Noise");
    let mut points: Vec<f64> = (0..LENGTH).map(|_| chance.signed()).collect();
    let mean = points.iter().sum::<f64>() / LENGTH as f64;
    points.iter_mut().for_each(|point| *point -= mean);
    points.extend_from_within(..32);
    let wave = pool.put(Wave::levelled("Noise", RATE, 60, &points).with_loop(16, 16 + LENGTH));
    let mut amounts = GATE.amounts().to_vec();
    amounts.extend([(Generator::SampleModes, 1), (Generator::ScaleTuning, 50)]);
    Instrument {
        name: "Noise",
        amounts,
        touch: Touch(-2400),
        zones: vec![Zone { keys: (0, 127), wave, amounts: vec![] }],
    }
}
