//! Tones by addition of partials, with loops that cannot click.
//!
//! A tone has a lead, where partials come in and fade at their own pace, and a loop, where each
//! goes through a whole number of cycles at a constant level. So the loop joins itself exactly, and
//! inharmonic partials and noise are as welcome in it as harmonic ones: they sit on the grid of one
//! cycle per loop. The pitch is exact because the rate is chosen after the loop's length, to the
//! nearest hertz.

use super::math::{Chance, cos, exp, hertz, sin};
use super::wave::Wave;

/// Points after the loop that repeat its beginning; the standard asks for eight.
const AFTER: usize = 16;
/// Points before the loop at least, for the same reason.
const BEFORE: usize = 16;
/// The share of the rate up to which partials are let in.
const BAND: f64 = 0.45;
/// Seconds in which every lead comes up from silence.
const FADE_IN: f64 = 0.0012;

/// The lengths and the pitch of a tone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    /// The key.
    pub(crate) key: u8,
    /// Its frequency in hertz.
    pub(crate) hz: f64,
    /// Data points per second.
    pub(crate) rate: u32,
    /// Cycles of the fundamental in the loop.
    cycles: f64,
    /// Points before the loop.
    lead: usize,
    /// Points in the loop.
    length: usize,
}

impl Frame {
    /// The frame of a tone at `key` with about `rate` points a second, and a lead and a loop of
    /// about so many seconds.
    pub(crate) fn new(key: u8, rate: f64, lead: f64, looped: f64) -> Self {
        let hz = hertz(key);
        // An even number of cycles has room for the octave below.
        let cycles = 2.0 * (0.5 * hz * looped).round().max(1.0);
        let length = (cycles / hz * rate).round();
        let rate = (hz * length / cycles).round();
        let lead = (lead * rate).round() as usize;
        Self { key, hz, rate: rate as u32, cycles, lead: lead.max(BEFORE), length: length as usize }
    }

    /// Hertz from one place for a partial to the next.
    pub(crate) fn grid(&self) -> f64 {
        f64::from(self.rate) / self.length as f64
    }

    fn lead_seconds(&self) -> f64 {
        self.lead as f64 / f64::from(self.rate)
    }
}

/// One partial of a tone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Partial {
    /// Its frequency as a multiple of the fundamental, taken to the nearest place on the grid.
    pub(crate) ratio: f64,
    /// Places on the grid to add to that.
    pub(crate) aside: f64,
    /// The level it has where the tone begins, if it came in at once.
    pub(crate) level: f64,
    /// Nepers per second that it fades until the loop begins.
    pub(crate) decay: f64,
    /// Seconds in which it comes in.
    pub(crate) onset: f64,
    /// The phase at the start of the tone, in turns.
    pub(crate) phase: f64,
}

impl Default for Partial {
    fn default() -> Self {
        Self { ratio: 1.0, aside: 0.0, level: 1.0, decay: 0.0, onset: 0.0, phase: 0.0 }
    }
}

/// A tone in the making.
#[derive(Debug, Clone)]
pub(crate) struct Tone {
    frame: Frame,
    points: Vec<f64>,
}

impl Tone {
    /// Silence of the frame's length.
    pub(crate) fn new(frame: Frame) -> Self {
        Self { frame, points: vec![0.0; frame.lead + frame.length + AFTER] }
    }

    /// The frame.
    pub(crate) fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Adds a partial, unless it would lie outside the band.
    pub(crate) fn add(&mut self, partial: Partial) {
        let place = (self.frame.cycles * partial.ratio + partial.aside).round();
        let turns = place / self.frame.length as f64;
        if place < 1.0 || turns > BAND {
            return;
        }
        let rate = f64::from(self.frame.rate);
        let fade = exp(-partial.decay / rate);
        let onset = 1.0 / (partial.onset * rate).max(1.0);
        // A vector that turns: its height is the sine, its length the level.
        let (mut x, mut y) =
            (partial.level * cos(partial.phase), partial.level * sin(partial.phase));
        let (step_x, step_y) = (cos(turns), sin(turns));
        let (lead, rest) = self.points.split_at_mut(self.frame.lead);
        let mut come = 0.0;
        for point in lead {
            *point += if come < 1.0 { y * come } else { y };
            come += onset;
            (x, y) = ((x * step_x - y * step_y) * fade, (x * step_y + y * step_x) * fade);
        }
        for point in rest {
            *point += y;
            (x, y) = (x * step_x - y * step_y, x * step_y + y * step_x);
        }
    }

    /// Adds a partial as many players make it: spread over `spread` hertz to both sides, of random
    /// phases.
    ///
    /// The spread is even, so the pitch stays where it is.
    pub(crate) fn add_blurred(&mut self, partial: Partial, spread: f64, chance: &mut Chance) {
        let places = spread / self.frame.grid();
        let reach = (2.0 * places).floor();
        let weight = |aside: f64| exp(-(aside / places.max(0.1)) * (aside / places.max(0.1)));
        let mut power = 1.0;
        let mut aside = 1.0;
        while aside <= reach {
            power += 2.0 * weight(aside) * weight(aside);
            aside += 1.0;
        }
        let level = partial.level / power.sqrt();
        self.add(Partial { level, phase: chance.unit(), ..partial });
        let mut aside = 1.0;
        while aside <= reach {
            let level = level * weight(aside);
            self.add(Partial { level, phase: chance.unit(), aside, ..partial });
            self.add(Partial { level, phase: chance.unit(), aside: -aside, ..partial });
            aside += 1.0;
        }
    }

    /// Adds noise that loops: `count` partials of chance, whose level is `level` times what `shape`
    /// says for their frequency in hertz, and which fade like any partial.
    pub(crate) fn add_noise(
        &mut self,
        band: (f64, f64),
        count: u32,
        partial: Partial,
        chance: &mut Chance,
    ) {
        let level = partial.level / f64::from(count).sqrt();
        for _ in 0..count {
            let hz = band.0 + (band.1 - band.0) * chance.unit();
            let ratio = hz / self.frame.hz;
            self.add(Partial { ratio, level, phase: chance.unit(), ..partial });
        }
    }

    /// Adds a short noise at the very beginning, as of a hammer or a finger, which is over before
    /// the loop.
    pub(crate) fn add_knock(
        &mut self,
        level: f64,
        seconds: f64,
        brightness: f64,
        chance: &mut Chance,
    ) {
        let rate = f64::from(self.frame.rate);
        let fade = exp(-1.0 / (seconds * rate));
        let smooth = (brightness * std::f64::consts::TAU / rate).min(1.0);
        let (mut level, mut low, mut lower) = (level, 0.0, 0.0);
        let length = self.frame.lead as f64;
        for (index, point) in self.points[..self.frame.lead].iter_mut().enumerate() {
            low += smooth * (chance.signed() - low);
            lower += 0.2 * smooth * (low - lower);
            *point += level * (low - lower) * (1.0 - index as f64 / length);
            level *= fade;
        }
    }

    /// The finished wave.
    pub(crate) fn finish(mut self, name: &str) -> Wave {
        let Frame { key, rate, lead, length, .. } = self.frame;
        if self.frame.lead_seconds() > FADE_IN {
            let fade = (FADE_IN * f64::from(rate)).round();
            for (index, point) in self.points.iter_mut().take(fade as usize).enumerate() {
                *point *= index as f64 / fade;
            }
        }
        let name = format!("{name} {key}");
        Wave::levelled(&name, rate, key, &self.points).with_loop(lead, lead + length)
    }
}
