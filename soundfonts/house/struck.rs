//! The waves of the drum kit: skins, sticks, metal and rattles.
//!
//! Skins are a few falling sines, sticks and rattles are noise in a band, and cymbals are hundreds
//! of partials that fit no scale, which is why they can loop while an envelope lets them die.

use super::math::{Chance, exp, sin, tan};
use super::tone::{Frame, Partial, Tone};
use super::wave::Wave;

/// A mode of a skin, a block or a bell.
#[derive(Debug, Clone, Copy)]
struct Mode {
    hz: f64,
    level: f64,
    /// Seconds in which it falls by one neper.
    fall: f64,
    /// How much higher it begins, as a ratio above one, and the seconds in which that falls by one
    /// neper.
    bend: (f64, f64),
}

/// A mode that keeps its pitch.
const fn mode(hz: f64, level: f64, fall: f64) -> Mode {
    Mode { hz, level, fall, bend: (0.0, 1.0) }
}

/// Noise in a band.
#[derive(Debug, Clone, Copy)]
struct Rattle {
    /// Hertz from and to.
    band: (f64, f64),
    level: f64,
    /// Seconds in which it falls by one neper.
    fall: f64,
    /// The second at which it begins.
    at: f64,
}

/// Noise in a band from the beginning.
const fn rattle(band: (f64, f64), level: f64, fall: f64) -> Rattle {
    Rattle { band, level, fall, at: 0.0 }
}

/// A state-variable filter.
struct Filter {
    g: f64,
    state: (f64, f64),
}

impl Filter {
    fn new(hz: f64, rate: f64) -> Self {
        Self { g: tan(0.5 * (hz / rate).min(0.46)), state: (0.0, 0.0) }
    }

    /// The low and the high part of the next point.
    fn split(&mut self, point: f64) -> (f64, f64) {
        const DAMPING: f64 = std::f64::consts::SQRT_2;
        let high = (point - (DAMPING + self.g) * self.state.0 - self.state.1)
            / (1.0 + self.g * (self.g + DAMPING));
        let band = self.g * high + self.state.0;
        let low = self.g * band + self.state.1;
        self.state = (self.g * high + band, self.g * band + low);
        (low, high)
    }
}

/// What a stroke is made of.
struct Stroke<'a> {
    name: &'static str,
    rate: u32,
    seconds: f64,
    modes: &'a [Mode],
    rattles: &'a [Rattle],
    /// How far the sum is driven into saturation.
    drive: f64,
}

impl Stroke<'_> {
    fn wave(&self) -> Wave {
        let rate = f64::from(self.rate);
        let mut points = vec![0.0; (self.seconds * rate).round() as usize];
        let mut chance = Chance::named(self.name);
        for mode in self.modes {
            let mut turns = 0.0;
            for (index, point) in points.iter_mut().enumerate() {
                let t = index as f64 / rate;
                *point += mode.level * exp(-t / mode.fall) * sin(turns);
                turns += mode.hz * (1.0 + mode.bend.0 * exp(-t / mode.bend.1)) / rate;
            }
        }
        for rattle in self.rattles {
            let (mut low, mut high) =
                (Filter::new(rattle.band.0, rate), Filter::new(rattle.band.1, rate));
            for (index, point) in points.iter_mut().enumerate().skip((rattle.at * rate) as usize) {
                let t = index as f64 / rate - rattle.at;
                let noise = high.split(low.split(chance.signed()).1).0;
                *point += rattle.level * exp(-t / rattle.fall) * noise;
            }
        }
        self.finish(points)
    }

    /// Saturates, and brings the end to silence.
    fn finish(&self, mut points: Vec<f64>) -> Wave {
        let length = points.len() as f64;
        let ending = (0.15 * length).max(1.0);
        for (index, point) in points.iter_mut().enumerate() {
            let driven = *point * self.drive;
            let left = length - 1.0 - index as f64;
            *point = driven / (1.0 + driven.abs()) * (left / ending).min(1.0);
        }
        Wave::peaking(self.name, self.rate, 60, &points)
    }
}

/// A bass drum.
pub(super) fn kick() -> Wave {
    let boom = Mode { bend: (2.6, 0.022), ..mode(52.0, 1.0, 0.095) };
    let skin = Mode { bend: (1.0, 0.015), ..mode(118.0, 0.5, 0.045) };
    let beater = [rattle((900.0, 5000.0), 0.55, 0.006), rattle((100.0, 900.0), 0.5, 0.02)];
    Stroke {
        name: "Kick",
        rate: 18_000,
        seconds: 0.32,
        modes: &[boom, skin],
        rattles: &beater,
        drive: 1.4,
    }
    .wave()
}

/// A snare drum.
pub(super) fn snare() -> Wave {
    let modes = [
        Mode { bend: (0.25, 0.02), ..mode(186.0, 0.75, 0.07) },
        Mode { bend: (0.15, 0.02), ..mode(331.0, 0.42, 0.045) },
        mode(510.0, 0.15, 0.03),
    ];
    let wires = [
        rattle((1500.0, 9500.0), 1.1, 0.075),
        rattle((3500.0, 12_000.0), 0.9, 0.02),
        rattle((300.0, 1500.0), 0.5, 0.025),
    ];
    Stroke {
        name: "Snare",
        rate: 26_000,
        seconds: 0.28,
        modes: &modes,
        rattles: &wires,
        drive: 1.3,
    }
    .wave()
}

/// A stick across the rim.
pub(super) fn rim() -> Wave {
    let modes = [mode(520.0, 0.6, 0.012), mode(1730.0, 0.9, 0.009), mode(2480.0, 0.4, 0.006)];
    Stroke {
        name: "Rim",
        rate: 26_000,
        seconds: 0.07,
        modes: &modes,
        rattles: &[rattle((1000.0, 8000.0), 0.6, 0.003)],
        drive: 1.2,
    }
    .wave()
}

/// Hands that do not clap quite together.
pub(super) fn clap() -> Wave {
    let band = (850.0, 3600.0);
    let claps = [
        Rattle { at: 0.0, ..rattle(band, 0.9, 0.004) },
        Rattle { at: 0.010, ..rattle(band, 0.9, 0.004) },
        Rattle { at: 0.021, ..rattle(band, 0.9, 0.004) },
        Rattle { at: 0.031, ..rattle(band, 1.0, 0.05) },
        Rattle { at: 0.031, ..rattle((3600.0, 9000.0), 0.25, 0.02) },
    ];
    Stroke { name: "Clap", rate: 20_000, seconds: 0.22, modes: &[], rattles: &claps, drive: 1.6 }
        .wave()
}

/// A tom-tom; lower, a timpano or a taiko.
pub(super) fn tom() -> Wave {
    let modes = [
        Mode { bend: (0.45, 0.035), ..mode(110.0, 1.0, 0.17) },
        Mode { bend: (0.3, 0.03), ..mode(175.0, 0.35, 0.08) },
        Mode { bend: (0.2, 0.03), ..mode(243.0, 0.2, 0.05) },
    ];
    let stick = [rattle((300.0, 3500.0), 0.4, 0.012), rattle((2500.0, 7000.0), 0.25, 0.004)];
    Stroke { name: "Tom", rate: 14_000, seconds: 0.5, modes: &modes, rattles: &stick, drive: 1.1 }
        .wave()
}

/// A conga struck open; bongos and other skins played by hand are made of it.
pub(super) fn conga() -> Wave {
    let modes = [
        Mode { bend: (0.10, 0.02), ..mode(220.0, 1.0, 0.095) },
        mode(362.0, 0.3, 0.04),
        mode(548.0, 0.18, 0.025),
    ];
    Stroke {
        name: "Conga",
        rate: 14_000,
        seconds: 0.3,
        modes: &modes,
        rattles: &[rattle((700.0, 4500.0), 0.5, 0.006)],
        drive: 1.0,
    }
    .wave()
}

/// A timbale.
pub(super) fn timbale() -> Wave {
    let modes = [
        Mode { bend: (0.06, 0.02), ..mode(330.0, 0.9, 0.12) },
        mode(526.0, 0.5, 0.09),
        mode(791.0, 0.3, 0.07),
        mode(1265.0, 0.2, 0.05),
    ];
    Stroke {
        name: "Timbale",
        rate: 16_000,
        seconds: 0.28,
        modes: &modes,
        rattles: &[rattle((1500.0, 8000.0), 0.7, 0.008)],
        drive: 1.2,
    }
    .wave()
}

/// Two sticks of hard wood; lower, a wood block.
pub(super) fn claves() -> Wave {
    let modes = [mode(2489.0, 1.0, 0.022), mode(4970.0, 0.15, 0.006)];
    Stroke {
        name: "Claves",
        rate: 22_000,
        seconds: 0.09,
        modes: &modes,
        rattles: &[rattle((1000.0, 9000.0), 0.3, 0.0015)],
        drive: 0.8,
    }
    .wave()
}

/// Small grains in a hollow body: a shaker, maracas, a cabasa.
pub(super) fn shaker() -> Wave {
    let grains = [
        rattle((4200.0, 12_000.0), 0.5, 0.012),
        Rattle { at: 0.012, ..rattle((4800.0, 12_500.0), 1.0, 0.022) },
    ];
    Stroke { name: "Shaker", rate: 28_000, seconds: 0.11, modes: &[], rattles: &grains, drive: 0.8 }
        .wave()
}

/// A tambourine.
pub(super) fn tambourine() -> Wave {
    let jingles = [
        mode(5320.0, 0.16, 0.09),
        mode(6890.0, 0.18, 0.08),
        mode(8170.0, 0.14, 0.07),
        mode(9640.0, 0.12, 0.06),
    ];
    let shake = [
        rattle((5200.0, 12_500.0), 0.9, 0.02),
        Rattle { at: 0.018, ..rattle((5600.0, 12_500.0), 0.7, 0.055) },
        rattle((300.0, 1200.0), 0.35, 0.012),
    ];
    Stroke {
        name: "Tambourine",
        rate: 28_000,
        seconds: 0.2,
        modes: &jingles,
        rattles: &shake,
        drive: 0.9,
    }
    .wave()
}

/// A stick drawn along a notched gourd.
pub(super) fn guiro() -> Wave {
    let notches: Vec<Rattle> = (0..26)
        .map(|notch| {
            let along = f64::from(notch) / 26.0;
            let level = 0.35 + 0.65 * sin(0.5 * along);
            Rattle {
                at: 0.34 * along * (1.15 - 0.15 * along),
                ..rattle((1700.0, 6000.0), level, 0.0035)
            }
        })
        .collect();
    Stroke { name: "Guiro", rate: 14_000, seconds: 0.36, modes: &[], rattles: &notches, drive: 1.2 }
        .wave()
}

/// A cowbell; higher, an agogô.
pub(super) fn cowbell() -> Wave {
    let mut tone = Tone::new(Frame::new(60, 16_000.0, 0.12, 0.03));
    let base = tone.frame().hz;
    for (hz, level, decay) in [
        (562.0, 0.8, 0.0),
        (845.0, 1.0, 0.0),
        (1690.0, 0.5, 8.0),
        (2250.0, 0.35, 10.0),
        (2535.0, 0.3, 14.0),
        (4220.0, 0.2, 25.0),
        (5900.0, 0.12, 35.0),
    ] {
        tone.add(Partial { ratio: hz / base, level, decay, ..Partial::default() });
    }
    tone.add_knock(0.6, 0.004, 4000.0, &mut Chance::named("Cowbell"));
    tone.finish("Cowbell")
}

/// A triangle.
pub(super) fn triangle() -> Wave {
    let mut tone = Tone::new(Frame::new(60, 28_000.0, 0.08, 0.05));
    let base = tone.frame().hz;
    let mut chance = Chance::named("Triangle");
    for (hz, level, decay) in [
        (1350.0, 0.12, 4.0),
        (2710.0, 0.3, 0.0),
        (4080.0, 0.8, 0.0),
        (5330.0, 0.6, 0.0),
        (6670.0, 0.5, 2.0),
        (8050.0, 0.45, 3.0),
        (10_320.0, 0.3, 5.0),
        (12_700.0, 0.25, 9.0),
    ] {
        tone.add(Partial {
            ratio: hz / base,
            level,
            decay,
            phase: chance.unit(),
            ..Partial::default()
        });
    }
    tone.finish("Triangle")
}

/// A whistle with a pea in it.
pub(super) fn whistle() -> Wave {
    let mut tone = Tone::new(Frame::new(60, 18_000.0, 0.01, 0.13));
    let base = tone.frame().hz;
    let pea = 6.0;
    for (aside, level) in
        [(0.0, 1.0), (pea, 0.55), (-pea, 0.5), (2.0 * pea, 0.2), (-2.0 * pea, 0.2)]
    {
        tone.add(Partial { ratio: 2350.0 / base, aside, level, ..Partial::default() });
        tone.add(Partial { ratio: 4700.0 / base, aside, level: 0.1 * level, ..Partial::default() });
    }
    let air = Partial { level: 0.18, ..Partial::default() };
    tone.add_noise((1800.0, 6500.0), 60, air, &mut Chance::named("Whistle"));
    tone.finish("Whistle")
}

/// A band of a cymbal: its hertz, partials, level, and nepers per second.
type Band = ((f64, f64), u32, f64, f64);

fn metal(name: &str, rate: f64, lengths: (f64, f64), bands: &[Band]) -> Wave {
    let mut tone = Tone::new(Frame::new(60, rate, lengths.0, lengths.1));
    let mut chance = Chance::named(name);
    for &(band, count, level, decay) in bands {
        tone.add_noise(band, count, Partial { level, decay, ..Partial::default() }, &mut chance);
    }
    tone.finish(name)
}

/// A hi-hat; the envelope decides how far it is open.
pub(super) fn hi_hat() -> Wave {
    let bands = [
        ((5800.0, 9500.0), 130, 0.9, 1.0),
        ((9500.0, 15_500.0), 160, 1.0, 2.5),
        ((3000.0, 5800.0), 40, 0.3, 0.0),
        ((400.0, 3000.0), 20, 0.3, 30.0),
        ((4000.0, 15_500.0), 150, 0.9, 45.0),
    ];
    metal("Hi-Hat", 34_000.0, (0.09, 0.16), &bands)
}

/// A crash cymbal.
pub(super) fn crash() -> Wave {
    let bands = [
        ((350.0, 1500.0), 30, 0.28, 2.0),
        ((1500.0, 5000.0), 120, 0.75, 0.0),
        ((5000.0, 10_000.0), 160, 0.9, 1.5),
        ((10_000.0, 14_500.0), 120, 0.6, 4.0),
        ((2000.0, 14_500.0), 120, 0.9, 30.0),
    ];
    metal("Crash", 30_000.0, (0.15, 0.22), &bands)
}

/// A ride cymbal.
pub(super) fn ride() -> Wave {
    let bands = [
        ((320.0, 900.0), 7, 0.22, 2.0),
        ((2300.0, 5200.0), 14, 0.85, 4.0),
        ((2500.0, 7500.0), 110, 0.5, 0.0),
        ((7500.0, 13_000.0), 110, 0.4, 3.0),
        ((3000.0, 13_000.0), 120, 1.0, 60.0),
    ];
    metal("Ride", 27_000.0, (0.15, 0.24), &bands)
}
