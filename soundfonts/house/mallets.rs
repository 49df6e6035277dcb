//! Bars, bells and tines that are struck: celesta, vibraphone, marimba, tubular bells, steel drum.

use portative::bank::Generator;

use super::math::Chance;
use super::part::{Instrument, Pool, Touch, time};
use super::sampled::{Sampled, between, closing};
use super::tone::{Frame, Partial, Tone};

/// What is struck: its partials, and how long it rings.
struct Struck {
    name: &'static str,
    roots: &'static [u8],
    /// Ratio, level, and nepers per second at middle C that it fades while the tone leads in.
    partials: &'static [(f64, f64, f64)],
    /// The highest partial that matters, as a ratio; it decides the rate.
    top: f64,
    /// Seconds of lead and loop.
    lengths: (f64, f64),
    /// Level and seconds of the mallet's noise.
    knock: (f64, f64),
    /// Seconds of decay by 100 dB at middle C, and at the key three octaves up.
    decays: (f64, f64),
    /// Seconds of release.
    release: f64,
}

impl Struck {
    fn make(&self, pool: &mut Pool) -> Instrument {
        let amounts =
            vec![(Generator::SustainVolEnv, 1000), (Generator::ReleaseVolEnv, time(self.release))];
        let sampled = Sampled { name: self.name, roots: self.roots, amounts, touch: Touch(-3600) };
        sampled.make(
            pool,
            |root, chance| self.tone(root, chance),
            |root| {
                let decay = between(root, (60, self.decays.0), (96, self.decays.1));
                let hz = super::math::hertz(root);
                let mut amounts = vec![(Generator::DecayVolEnv, time(decay))];
                let open = (hz * self.top * 1.6).clamp(5000.0, 19_000.0);
                amounts.extend(closing(open, (hz * 3.0).clamp(500.0, 12_000.0), decay * 0.5));
                amounts
            },
        )
    }

    fn tone(&self, key: u8, chance: &mut Chance) -> Tone {
        let rate = (super::math::hertz(key) * self.top * 2.4).clamp(12_000.0, 32_000.0);
        let mut tone = Tone::new(Frame::new(key, rate, self.lengths.0, self.lengths.1));
        let pace = between(key, (48, 0.7), (96, 2.0));
        for &(ratio, level, decay) in self.partials {
            let decay = decay * pace;
            tone.add(Partial {
                ratio,
                level,
                decay,
                phase: 0.25 * chance.unit(),
                ..Partial::default()
            });
        }
        tone.add_knock(self.knock.0, self.knock.1, 2500.0, chance);
        tone
    }
}

/// A celesta: bars over resonators; brighter, a glockenspiel or a music box.
pub(crate) fn celesta(pool: &mut Pool) -> Instrument {
    let struck = Struck {
        name: "Celesta",
        roots: &[60, 72, 84, 96],
        partials: &[
            (1.0, 1.0, 0.0),
            (2.0, 0.12, 2.0),
            (2.76, 0.30, 7.0),
            (5.40, 0.24, 14.0),
            (8.93, 0.10, 26.0),
        ],
        top: 9.0,
        lengths: (0.12, 0.02),
        knock: (0.3, 0.005),
        decays: (8.0, 4.5),
        release: 1.6,
    };
    struck.make(pool)
}

/// A vibraphone.
pub(crate) fn vibraphone(pool: &mut Pool) -> Instrument {
    let struck = Struck {
        name: "Vibraphone",
        roots: &[55, 70, 85],
        partials: &[(1.0, 1.0, 0.0), (3.98, 0.30, 6.0), (10.6, 0.14, 22.0), (2.0, 0.02, 1.0)],
        top: 10.8,
        lengths: (0.13, 0.03),
        knock: (0.3, 0.006),
        decays: (14.0, 6.0),
        release: 0.8,
    };
    struck.make(pool)
}

/// A marimba; shorter, a xylophone.
pub(crate) fn marimba(pool: &mut Pool) -> Instrument {
    let struck = Struck {
        name: "Marimba",
        roots: &[48, 62, 76, 90],
        partials: &[(1.0, 1.0, 0.0), (3.93, 0.42, 16.0), (9.24, 0.2, 42.0), (2.0, 0.04, 4.0)],
        top: 9.4,
        lengths: (0.08, 0.02),
        knock: (0.7, 0.006),
        decays: (2.4, 1.1),
        release: 0.9,
    };
    struck.make(pool)
}

/// Tubular bells; slower and softer, the bells of synthesizers.
pub(crate) fn bells(pool: &mut Pool) -> Instrument {
    let struck = Struck {
        name: "Tubular Bells",
        roots: &[57, 72],
        partials: &[
            (1.0, 0.75, 0.0),
            (0.5, 0.22, 0.0),
            (1.51, 0.5, 1.2),
            (2.0, 0.85, 1.0),
            (2.66, 0.5, 2.5),
            (3.36, 0.42, 3.4),
            (4.17, 0.33, 4.5),
            (5.02, 0.25, 6.0),
            (6.41, 0.18, 9.0),
            (8.3, 0.1, 14.0),
        ],
        top: 8.4,
        lengths: (0.18, 0.18),
        knock: (0.35, 0.008),
        decays: (15.0, 8.0),
        release: 5.0,
    };
    struck.make(pool)
}

/// A steel drum.
pub(crate) fn steel_drum(pool: &mut Pool) -> Instrument {
    let struck = Struck {
        name: "Steel Drum",
        roots: &[60, 75],
        partials: &[
            (1.0, 0.9, 0.0),
            (2.0, 0.8, 1.6),
            (3.01, 0.42, 3.0),
            (4.03, 0.3, 5.0),
            (5.1, 0.2, 8.0),
            (6.2, 0.14, 12.0),
            (7.1, 0.1, 16.0),
        ],
        top: 7.3,
        lengths: (0.18, 0.05),
        knock: (0.45, 0.006),
        decays: (4.0, 2.2),
        release: 1.2,
    };
    struck.make(pool)
}
