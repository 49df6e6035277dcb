//! The reverb: a feedback delay network, fed in stereo.
//!
//! Both sides pass a low-pass, a delay and four all-pass diffusers. Left feeds eight of sixteen delay lines,
//! right the others; what comes out of each loses as much as its length asks for, more at high than at low
//! frequencies, and goes back to all of them through a Hadamard matrix. Eight lines are heard on
//! each side, so what is played on the left answers from the left first and from everywhere later.
//!
//! Lines side by side ring where their lengths agree. Against that their lengths are primes, and pairs of lines
//! are turned into each other by slowly moving angles: a rotation takes and gives no energy, and unlike lines
//! of moving length it bends no pitch.
//!
//! MEASURED: a tenth of a second after a click every kind has the echo density of noise (0.9 to 1.0 after Abel and Huang,
//! 2006; 0.2 in FluidSynth 2.3.1), and no tone of its tail stands out by more than one of noise would.
//!
//! A piece is worked on in a few passes, each along time with a few lines side by side, so that the compiler makes
//! vector instructions of them; no piece is longer than the shortest delay.
//!
//! INVARIANT: cut invariance. Everything is a function of the frames since the last restart; no frame's arithmetic
//! depends on where a piece begins.
//!
//! INVARIANT: no denormal numbers. A constant far below hearing goes in with every frame, and when nothing
//! has been fed for longer than anything is heard, the reverb stops.
//!
//! Source: Jot and Chaigne, Digital delay networks for designing artificial reverberators (1991); Schroeder,
//! Natural sounding artificial reverberation (1962); Schlecht and Habets, Time-varying feedback matrices (2015).

mod absorption;
mod design;
mod mixing;
mod parameters;

pub use parameters::{ReverbKind, ReverbParameters};

use super::SimdLevel;
use super::effect::{Activity, FLOOR, Glide, Lines, PADDED, PIECE, SIDES, Step, WIDTH, add};
use super::kernel::{Work, run};
use super::lanes::LANES;
use absorption::Absorption;
use design::{Delays, Factors, all_delays, held, tail_frames};
use mixing::{Rotation, rotate, scatter};
use parameters::{LONGEST_PRE_DELAY, LONGEST_WAY};

/// Delay lines.
const LINES: usize = LANES;
/// The delay lines that are fed by one side, and heard on it.
const OF_SIDE: usize = LINES / SIDES;
/// All-pass diffusers of each side.
const DIFFUSERS: usize = 4;
/// The frames of a short piece.
const SHORT: usize = 16;
/// How much of itself a diffuser feeds back.
const DIFFUSION: f32 = 0.68;
/// The longest diffuser, in seconds.
const LONGEST_DIFFUSER: f64 = 0.011;
/// The sign with which each line is fed and heard; the sum of each side is zero.
const SIGNS: [f32; LINES] =
    [1.0, -1.0, 1.0, 1.0, -1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, 1.0, -1.0, -1.0, 1.0, -1.0];

/// A reverb.
///
/// # Thread
///
/// Audio thread; [`Reverb::new`] on a control thread.
#[derive(Debug, Clone)]
pub struct Reverb {
    level: SimdLevel,
    rate: f64,
    activity: Activity,
    asked: ReverbParameters,
    setting: Setting,
    glide: Glide<Setting>,
    kinds: [Delays; 6],
    /// The longest piece.
    piece: usize,
    memory: Memory,
    /// Where the filters before the reverb are.
    low: [f32; SIDES],
    absorption: Absorption,
    rotation: Rotation,
    scratch: Box<Scratch>,
}

/// What is heard: delays and factors.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Setting {
    delays: Delays,
    pre_delay: u32,
    factors: Factors,
}

/// What went in some frames ago.
#[derive(Debug, Clone)]
struct Memory {
    /// One for each side.
    pre: Lines,
    /// Those of the left, then those of the right.
    diffusers: Lines,
    lines: Lines,
}

/// What one piece is worked on in.
#[derive(Debug, Clone)]
struct Scratch {
    /// What goes into the lines.
    sides: Sides,
    /// What is heard.
    wet: Sides,
    /// What comes out of the lines and is on its way into them again.
    lines: Piece,
    /// What a line held.
    past: [f32; PADDED],
}

/// A piece of both sides.
type Sides = [[f32; PIECE]; SIDES];
/// A piece of all lines.
type Piece = [[f32; PIECE]; LINES];

impl Scratch {
    const SILENT: Self = Self {
        sides: [[0.0; PIECE]; SIDES],
        wet: [[0.0; PIECE]; SIDES],
        lines: [[0.0; PIECE]; LINES],
        past: [0.0; PADDED],
    };
}

impl Reverb {
    /// A silent reverb at a sample rate in Hz, 8,000 to 384,000. Allocates all it will ever need.
    pub fn new(rate: f64, parameters: ReverbParameters) -> Self {
        let lines =
            |count: usize, seconds: f64| Lines::new(count, (seconds * rate) as u32 + PIECE as u32);
        let kinds = all_delays(rate);
        let shortest = kinds.iter().map(Delays::shortest).fold(u32::MAX, u32::min);
        let asked = held(parameters);
        let setting = Setting::new(&asked, &kinds, rate);
        Self {
            level: SimdLevel::best(),
            rate,
            activity: Activity::at_rest(tail_frames(&asked, rate)),
            asked,
            setting,
            glide: Glide::at_rest(setting),
            piece: (shortest as usize).clamp(1, PIECE),
            memory: Memory {
                pre: lines(SIDES, LONGEST_PRE_DELAY),
                diffusers: lines(SIDES * DIFFUSERS, LONGEST_DIFFUSER),
                lines: lines(LINES, LONGEST_WAY),
            },
            low: [0.0; SIDES],
            absorption: Absorption::SILENT,
            rotation: Rotation::new(rate),
            kinds,
            scratch: Box::new(Scratch::SILENT),
        }
    }

    /// The same reverb with the instructions of this level, which gives the same bits as any other.
    #[must_use]
    pub fn with_level(self, level: SimdLevel) -> Self {
        Self { level, ..self }
    }

    /// What it has been asked for, held to what is possible.
    pub const fn parameters(&self) -> ReverbParameters {
        self.asked
    }

    /// Asks for something else. What sounds goes over to it within a twentieth of a second, or two when it
    /// is on its way already.
    pub fn set(&mut self, parameters: ReverbParameters) {
        self.asked = held(parameters);
        let setting = Setting::new(&self.asked, &self.kinds, self.rate);
        self.activity.change(tail_frames(&self.asked, self.rate));
        let sounds = self.activity.is_running();
        self.glide.set(&mut self.setting, setting, (sounds, self.rate));
    }

    /// Whether anything is left to be heard, or fed.
    pub const fn is_running(&self) -> bool {
        self.activity.is_running()
    }

    /// Stops when nothing has been fed for longer than anything is heard.
    ///
    /// To be called at grid points only, so that it does not depend on how blocks are cut.
    pub fn rest(&mut self) {
        if self.activity.is_over() {
            self.stop();
        }
    }

    /// Silent at once, as after creation.
    pub fn stop(&mut self) {
        self.activity = Activity::at_rest(tail_frames(&self.asked, self.rate));
        self.glide.stop(&mut self.setting);
    }

    fn start(&mut self) {
        let Memory { pre, diffusers, lines } = &mut self.memory;
        [pre, diffusers, lines].into_iter().for_each(Lines::restart);
        self.low = [0.0; SIDES];
        self.absorption = Absorption::SILENT;
        self.rotation.restart();
    }

    /// Adds the reverb of `input` to `output`.
    ///
    /// Only what is `fed` keeps it running; anything else that it is given just goes in.
    ///
    /// # Shapes
    ///
    /// Left and right, all equally long.
    pub fn process(&mut self, input: [&[f32]; SIDES], fed: bool, output: [&mut [f32]; SIDES]) {
        match self.activity.step(fed, output[0].len()) {
            Step::Sleeps => return,
            Step::Starts => self.start(),
            Step::GoesOn => {}
        }
        run(self.level, Reverberation { reverb: self, input, output });
    }

    /// The part of [`Self::process`] in which the time goes.
    #[inline(always)]
    fn reverberate(&mut self, input: [&[f32]; SIDES], output: [&mut [f32]; SIDES]) {
        let frames = output[0].len();
        let [left, right] = output;
        let mut done = 0;
        while done < frames {
            let left_over = self.glide.piece(self.piece.min(frames - done));
            let is_long = left_over > SHORT;
            let piece = if is_long { left_over } else { left_over.min(SHORT) };
            let range = done..done + piece;
            let input = input.map(|side| &side[range.clone()]);
            if is_long {
                self.go_on::<PIECE>(input, piece)
            } else {
                self.go_on::<SHORT>(input, piece)
            }
            let wet = &self.scratch.wet;
            add(&mut left[range.clone()], &wet[0]);
            add(&mut right[range.clone()], &wet[1]);
            done = range.end;
        }
    }

    /// A piece. It is worked out as if it had `N` frames: loops of known length are what the compiler is good at. What comes
    /// of the frames beyond it lies where the next piece writes.
    #[inline(always)]
    fn go_on<const N: usize>(&mut self, input: [&[f32]; SIDES], frames: usize) {
        self.feed::<N>(input, frames);
        self.diffuse::<N>(frames);
        self.read_lines::<N>(frames);
        self.rotation.plan(frames, self.rate);
        let Scratch { sides, lines, .. } = &mut *self.scratch;
        rotate::<N>(lines, &self.rotation);
        scatter::<N>(lines, sides, &mut self.memory.lines);
        let Memory { pre, diffusers, lines } = &mut self.memory;
        [pre, diffusers, lines].into_iter().for_each(|lines| lines.advance(frames));
        self.glide.advance(&mut self.setting, frames as u32);
    }

    /// Low-pass and delay.
    #[inline(always)]
    fn feed<const N: usize>(&mut self, input: [&[f32]; SIDES], frames: usize) {
        let Memory { pre, .. } = &mut self.memory;
        let delays = [self.glide.from.pre_delay, self.setting.pre_delay];
        for (side, input) in input.into_iter().enumerate() {
            pre.write(side, frames, |[line]| {
                for (point, fed) in line.iter_mut().zip(input) {
                    *point = fed + FLOOR;
                }
            });
            let (points, beyond) = self.scratch.sides[side][..N].split_at_mut(frames);
            pre.fetch(side, &self.glide, delays, points);
            beyond.fill(0.0);
        }
        self.low_pass(frames);
    }

    #[inline(always)]
    fn low_pass(&mut self, frames: usize) {
        let way = self.glide.way();
        let (from, to) = (self.glide.from.factors.low_pass, self.setting.factors.low_pass);
        for (low, points) in self.low.iter_mut().zip(&mut self.scratch.sides) {
            if way.is_over() && to >= 1.0 {
                // Where the filter stands once it lets everything through.
                *low = points[frames - 1];
                continue;
            }
            for (frame, point) in points[..frames].iter_mut().enumerate() {
                *low += way.at(frame, from, to) * (*point - *low);
                *point = *low;
            }
        }
    }

    /// Four all-passes for each side; what leaves them is heard as well.
    #[inline(always)]
    fn diffuse<const N: usize>(&mut self, frames: usize) {
        let Scratch { sides, wet, past, .. } = &mut *self.scratch;
        let Some(past) = past.first_chunk_mut::<N>() else { return };
        let lines = &mut self.memory.diffusers;
        let way = self.glide.way();
        for (side, (points, wet)) in sides.iter_mut().zip(wet).enumerate() {
            let (Some(points), Some(wet)) = (points.first_chunk_mut(), wet.first_chunk_mut())
            else {
                return;
            };
            for diffuser in 0..DIFFUSERS {
                let delay = |setting: &Setting| setting.delays.diffusers[side][diffuser];
                let delays = [delay(&self.glide.from), delay(&self.setting)];
                let line = side * DIFFUSERS + diffuser;
                lines.fetch(line, &self.glide, delays, past);
                lines.write(line, N, |[line]| {
                    if let Some(line) = line.first_chunk_mut() {
                        all_pass::<N>(points, past, line);
                    }
                });
            }
            let (from, to) = (self.glide.from.factors.early, self.setting.factors.early);
            if way.is_over() {
                scale::<N>(points, to, wet);
                continue;
            }
            for (frame, (wet, point)) in wet[..frames].iter_mut().zip(points).enumerate() {
                *wet = *point * way.at(frame, from, to);
            }
        }
    }

    /// Reads the lines, adds them to what is heard and takes from each what it loses on its way.
    #[inline(always)]
    fn read_lines<const N: usize>(&mut self, frames: usize) {
        let Scratch { wet, lines, past, .. } = &mut *self.scratch;
        let mut sums = [[0.0; N]; SIDES];
        let is_over = self.glide.is_over();
        for (line, points) in lines.iter_mut().enumerate() {
            let sum = &mut sums[line / OF_SIDE];
            let sign = SIGNS[LINES - 1 - line];
            let Some(points) = points.first_chunk_mut::<N>() else { return };
            let delays = [self.glide.from.delays.lines[line], self.setting.delays.lines[line]];
            if is_over {
                let scratch = &mut past[..N + WIDTH];
                let past = self.memory.lines.past(line, delays[1] as usize + WIDTH, scratch);
                let factors = &self.setting.factors;
                self.absorption.absorb(line, (past, frames), factors, (points, sum, sign));
            } else {
                let points = &mut points[..frames];
                self.memory.lines.fetch(line, &self.glide, delays, points);
                for (sum, point) in sum.iter_mut().zip(points.iter()) {
                    *sum += sign * point;
                }
                let factors = (&self.glide, &self.setting.factors);
                self.absorption.absorb_gliding(line, factors, points);
            }
        }
        let way = self.glide.way();
        let (from, to) = (self.glide.from.factors.late, self.setting.factors.late);
        for (wet, sum) in wet.iter_mut().zip(&sums) {
            if way.is_over() {
                wet.first_chunk_mut().into_iter().for_each(|wet| add_scaled::<N>(sum, to, wet));
                continue;
            }
            for (frame, (wet, sum)) in wet[..frames].iter_mut().zip(sum).enumerate() {
                *wet += sum * way.at(frame, from, to);
            }
        }
    }
}

/// The work on one block.
struct Reverberation<'a> {
    reverb: &'a mut Reverb,
    input: [&'a [f32]; SIDES],
    output: [&'a mut [f32]; SIDES],
}

impl Work for Reverberation<'_> {
    #[inline(always)]
    fn run(self) {
        self.reverb.reverberate(self.input, self.output);
    }
}

impl Setting {
    fn new(parameters: &ReverbParameters, kinds: &[Delays; 6], rate: f64) -> Self {
        let delays = kinds[parameters.kind as usize];
        Self {
            delays,
            pre_delay: (f64::from(parameters.pre_delay) * rate) as u32,
            factors: Factors::new(parameters, &delays, rate),
        }
    }
}

/// An all-pass of `points`, whose line held `past` and is given what comes next.
#[inline(always)]
fn all_pass<const N: usize>(points: &mut [f32; N], past: &[f32; N], line: &mut [f32; N]) {
    for i in 0..N {
        let fed = points[i] - DIFFUSION * past[i];
        points[i] = past[i] + DIFFUSION * fed;
        line[i] = fed;
    }
}

#[inline(always)]
fn scale<const N: usize>(points: &[f32; N], factor: f32, out: &mut [f32; N]) {
    for i in 0..N {
        out[i] = points[i] * factor;
    }
}

#[inline(always)]
fn add_scaled<const N: usize>(points: &[f32; N], factor: f32, out: &mut [f32; N]) {
    for i in 0..N {
        out[i] += points[i] * factor;
    }
}

#[cfg(test)]
mod tests;
