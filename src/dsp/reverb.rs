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
//! INVARIANT: cut invariance. Everything is a function of the frames since the last restart; the scratch
//! memory is filled piece by piece, and no piece is longer than the shortest line, but no frame's arithmetic
//! depends on where a piece begins.
//!
//! INVARIANT: no denormal numbers. A constant far below hearing goes in with every frame, and when nothing
//! has been fed for longer than anything is heard, the reverb stops.
//!
//! Source: Jot and Chaigne, Digital delay networks for designing artificial reverberators (1991); Schroeder,
//! Natural sounding artificial reverberation (1962); Schlecht and Habets, Time-varying feedback matrices (2015).

mod design;
mod mixing;
mod parameters;

pub use parameters::{ReverbKind, ReverbParameters};

use super::SimdLevel;
use super::glide::Glide;
use super::kernel::{Work, run};
use super::lanes::{LANES, Lanes};
use super::ring::Ring;
use design::{Delays, Factors, all_delays, held, tail_frames};
use mixing::{Rotation, TILE, Tile, rotate, scatter};
use parameters::{LONGEST_PRE_DELAY, LONGEST_WAY};

/// Delay lines.
const LINES: usize = LANES;
/// Left and right.
const SIDES: usize = 2;
/// All-pass diffusers of each side.
const DIFFUSERS: usize = 4;
/// Frames worked on at once, at most.
const PIECE: usize = 64;
/// How much of itself a diffuser feeds back.
const DIFFUSION: f32 = 0.68;
/// The longest diffuser, in seconds.
const LONGEST_DIFFUSER: f64 = 0.011;
/// Glides from one set of parameters to the next, per second.
const GLIDES_PER_SECOND: f64 = 20.0;
/// Keeps numbers from becoming denormal: 360 dB below full scale.
const FLOOR: f32 = 1e-18;
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
    /// Frames since the last restart.
    now: u64,
    /// Frames for which nothing has been fed.
    unfed: u64,
    /// Frames after which it stops when nothing is fed.
    tail: u64,
    running: bool,
    asked: ReverbParameters,
    setting: Setting,
    glide: Glide<Setting>,
    kinds: [Delays; 6],
    /// The longest piece.
    piece: usize,
    memory: Memory,
    filters: Filters,
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

#[derive(Debug, Clone)]
struct Memory {
    pre: [Ring; SIDES],
    diffusers: [[Ring; DIFFUSERS]; SIDES],
    lines: Box<[Ring]>,
}

/// The filters' memory.
#[derive(Debug, Clone, Copy)]
struct Filters {
    pre: [f32; SIDES],
    lines: Lanes,
}

impl Filters {
    const SILENT: Self = Self { pre: [0.0; SIDES], lines: Lanes::ZERO };
}

/// What one piece is worked on in.
#[derive(Debug, Clone)]
struct Scratch {
    sides: [[f32; PIECE]; SIDES],
    wet: [[f32; PIECE]; SIDES],
    past: [f32; PIECE],
    other: [f32; PIECE],
    lines: Lines,
    low: Lines,
}

impl Reverb {
    /// A silent reverb at a sample rate in Hz, 8,000 to 384,000. Allocates all it will ever need.
    pub fn new(rate: f64, parameters: ReverbParameters) -> Self {
        let ring = |seconds: f64| Ring::new((seconds * rate) as u32 + 64, PIECE);
        let kinds = all_delays(rate);
        let shortest = kinds.iter().map(Delays::shortest).fold(u32::MAX, u32::min);
        let asked = held(parameters);
        let setting = Setting::new(&asked, &kinds, rate);
        Self {
            level: SimdLevel::best(),
            rate,
            now: 0,
            unfed: 0,
            tail: tail_frames(&asked, rate),
            running: false,
            asked,
            setting,
            glide: Glide::at_rest(setting),
            piece: (shortest as usize).clamp(1, PIECE),
            memory: Memory {
                pre: std::array::from_fn(|_| ring(LONGEST_PRE_DELAY)),
                diffusers: std::array::from_fn(|_| std::array::from_fn(|_| ring(LONGEST_DIFFUSER))),
                lines: (0..LINES).map(|_| ring(LONGEST_WAY)).collect(),
            },
            filters: Filters::SILENT,
            rotation: Rotation::new(rate),
            kinds,
            scratch: Box::new(Scratch {
                sides: [[0.0; PIECE]; SIDES],
                wet: [[0.0; PIECE]; SIDES],
                past: [0.0; PIECE],
                other: [0.0; PIECE],
                lines: [[0.0; PIECE]; LINES],
                low: [[0.0; PIECE]; LINES],
            }),
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
        let tail = tail_frames(&self.asked, self.rate);
        self.tail = if tail > self.tail || !self.running { tail } else { self.tail };
        if self.running {
            let frames = (self.rate / GLIDES_PER_SECOND) as u32;
            self.glide.ask(&mut self.setting, setting, frames);
        } else {
            self.setting = setting;
        }
    }

    /// Whether anything is left to be heard, or fed.
    pub const fn is_running(&self) -> bool {
        self.running
    }

    /// Stops when nothing has been fed for longer than anything is heard.
    ///
    /// To be called at grid points only, so that it does not depend on how blocks are cut.
    pub fn rest(&mut self) {
        if self.running && self.unfed >= self.tail {
            self.stop();
        }
    }

    /// Silent at once, as after creation.
    pub fn stop(&mut self) {
        self.running = false;
        self.glide.stop(&mut self.setting);
        self.tail = tail_frames(&self.asked, self.rate);
    }

    fn start(&mut self) {
        self.running = true;
        self.now = 0;
        self.unfed = 0;
        self.filters = Filters::SILENT;
    }

    /// Adds the reverb of `input` to `output`.
    ///
    /// Only what is `fed` keeps it running; anything else that it is given just goes in.
    ///
    /// # Shapes
    ///
    /// Left and right, all equally long.
    pub fn process(&mut self, input: [&[f32]; SIDES], fed: bool, output: [&mut [f32]; SIDES]) {
        if !self.running {
            if !fed {
                return;
            }
            self.start();
        }
        self.unfed = if fed { 0 } else { self.unfed + output[0].len() as u64 };
        run(self.level, Reverberation { reverb: self, input, output });
    }

    /// The part of [`Self::process`] in which the time goes.
    #[inline(always)]
    fn reverberate(&mut self, input: [&[f32]; SIDES], output: [&mut [f32]; SIDES]) {
        let frames = output[0].len();
        let [left, right] = output;
        let mut done = 0;
        while done < frames {
            let range = done..done + self.next_piece(frames - done);
            self.feed(input.map(|side| &side[range.clone()]), range.len());
            self.diffuse(range.len());
            self.go_round(range.len());
            let wet = &self.scratch.wet;
            add(&mut left[range.clone()], &wet[0]);
            add(&mut right[range.clone()], &wet[1]);
            self.advance(range.len());
            done = range.end;
        }
    }

    /// Frames until something changes.
    fn next_piece(&mut self, wanted: usize) -> usize {
        let interval = u64::from(self.rotation.interval);
        let since = self.now % interval;
        if since == 0 {
            self.rotation.plan(self.now, self.rate);
        }
        let piece = wanted.min(self.piece).min((interval - since) as usize);
        if self.glide.is_over() { piece } else { piece.min(self.glide.left() as usize) }
    }

    fn advance(&mut self, frames: usize) {
        self.now += frames as u64;
        self.glide.advance(&mut self.setting, frames as u32);
    }

    /// Low-pass and delay.
    #[inline(always)]
    fn feed(&mut self, input: [&[f32]; SIDES], frames: usize) {
        for (side, input) in input.into_iter().enumerate() {
            let points = &mut self.scratch.sides[side][..frames];
            for (point, fed) in points.iter_mut().zip(input) {
                *point = fed + FLOOR;
            }
            self.memory.pre[side].write(self.now, points);
            let delays = (self.glide.from.pre_delay, self.setting.pre_delay);
            let other = &mut self.scratch.other;
            fetch(&self.memory.pre[side], (self.now, &self.glide), delays, other, points);
        }
        self.low_pass(frames);
    }

    #[inline(always)]
    fn low_pass(&mut self, frames: usize) {
        let gliding = !self.glide.is_over();
        let (from, to) = (self.glide.from.factors.low_pass, self.setting.factors.low_pass);
        if !gliding && to >= 1.0 {
            // Where the filter stands once it lets everything through.
            for side in 0..SIDES {
                self.filters.pre[side] = self.scratch.sides[side][frames - 1];
            }
            return;
        }
        for frame in 0..frames {
            let follow = if gliding { from + (to - from) * self.glide.part(frame) } else { to };
            for side in 0..SIDES {
                let state = &mut self.filters.pre[side];
                *state += follow * (self.scratch.sides[side][frame] - *state);
                self.scratch.sides[side][frame] = *state;
            }
        }
    }

    /// Four all-passes for each side; what leaves them is heard as well.
    #[inline(always)]
    fn diffuse(&mut self, frames: usize) {
        let Scratch { sides, wet, past, other, .. } = &mut *self.scratch;
        for side in 0..SIDES {
            let points = &mut sides[side][..frames];
            for diffuser in 0..DIFFUSERS {
                let ring = &mut self.memory.diffusers[side][diffuser];
                let delay = |setting: &Setting| setting.delays.diffusers[side][diffuser];
                let delays = (delay(&self.glide.from), delay(&self.setting));
                let past = &mut past[..frames];
                fetch(ring, (self.now, &self.glide), delays, other, past);
                for (point, past) in points.iter_mut().zip(past.iter_mut()) {
                    let fed = *point - DIFFUSION * *past;
                    *point = *past + DIFFUSION * fed;
                    *past = fed;
                }
                ring.write(self.now, past);
            }
            let gain = self.setting.factors.early;
            let from = self.glide.from.factors.early;
            let gliding = !self.glide.is_over();
            for (frame, (wet, point)) in wet[side].iter_mut().zip(points).enumerate() {
                let gain =
                    if gliding { from + (gain - from) * self.glide.part(frame) } else { gain };
                *wet = *point * gain;
            }
        }
    }

    /// The delay lines, once round.
    #[inline(always)]
    fn go_round(&mut self, frames: usize) {
        self.read_lines(frames);
        self.filter_lines(frames);
        let since = (self.now % u64::from(self.rotation.interval)) as u32;
        let Scratch { sides, lines, low, .. } = &mut *self.scratch;
        absorb(lines, low, &self.glide, &self.setting.factors);
        for first in (0..frames).step_by(TILE) {
            let mut tile: Tile =
                std::array::from_fn(|line| std::array::from_fn(|frame| lines[line][first + frame]));
            rotate(&mut tile, &self.rotation, since + first as u32);
            scatter(&mut tile);
            for (line, tile) in tile.iter().enumerate() {
                let fed = &sides[line / (LINES / SIDES)][first..first + TILE];
                let line_now = &mut lines[line][first..first + TILE];
                for ((out, point), fed) in line_now.iter_mut().zip(tile).zip(fed) {
                    *out = point + SIGNS[line] * fed;
                }
            }
        }
        for (ring, line) in self.memory.lines.iter_mut().zip(&self.scratch.lines) {
            ring.write(self.now, &line[..frames]);
        }
    }

    /// Reads the lines and adds them to what is heard.
    #[inline(always)]
    fn read_lines(&mut self, frames: usize) {
        let Scratch { wet, other, lines, .. } = &mut *self.scratch;
        let gliding = !self.glide.is_over();
        let mut sums = [[0.0; PIECE]; SIDES];
        for (line, ring) in self.memory.lines.iter().enumerate() {
            let delays = (self.glide.from.delays.lines[line], self.setting.delays.lines[line]);
            let points = &mut lines[line];
            fetch(ring, (self.now, &self.glide), delays, other, &mut points[..frames]);
            let sum = &mut sums[line / (LINES / SIDES)];
            for (sum, point) in sum.iter_mut().zip(points.iter()) {
                *sum += SIGNS[LINES - 1 - line] * point;
            }
        }
        let (from, to) = (self.glide.from.factors.late, self.setting.factors.late);
        for (wet, sum) in wet.iter_mut().zip(&sums) {
            for (frame, (wet, sum)) in wet.iter_mut().zip(sum).enumerate() {
                let gain = if gliding { from + (to - from) * self.glide.part(frame) } else { to };
                *wet += sum * gain;
            }
        }
    }

    /// The low frequencies of each line. Eight lines at a time, so that none waits for itself.
    ///
    /// Not inlined, so compiled for every processor: with wider instructions the compiler gathers and scatters, and
    /// that takes longer.
    #[inline(never)]
    fn filter_lines(&mut self, frames: usize) {
        let gliding = !self.glide.is_over();
        let (from, to) = (self.glide.from.factors.follow, self.setting.factors.follow);
        let Scratch { lines, low, .. } = &mut *self.scratch;
        let halves = lines.chunks_exact(LINES / 2).zip(low.chunks_exact_mut(LINES / 2));
        for ((lines, low), states) in halves.zip(self.filters.lines.chunks_exact_mut(LINES / 2)) {
            let mut state: [f32; LINES / 2] = std::array::from_fn(|line| states[line]);
            for frame in 0..frames {
                let follow = if gliding { from + (to - from) * self.glide.part(frame) } else { to };
                for line in 0..LINES / 2 {
                    state[line] += follow * (lines[line][frame] - state[line]);
                    low[line][frame] = state[line];
                }
            }
            states.copy_from_slice(&state);
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

/// Overwrites `out` with what a ring holds, on the way from one delay to another if there is one.
#[inline(always)]
fn fetch(
    ring: &Ring,
    (now, glide): (u64, &Glide<Setting>),
    (from, to): (u32, u32),
    other: &mut [f32; PIECE],
    out: &mut [f32],
) {
    ring.read(now, to, out);
    if glide.is_over() || from == to {
        return;
    }
    let other = &mut other[..out.len()];
    ring.read(now, from, other);
    for (frame, (out, old)) in out.iter_mut().zip(other).enumerate() {
        *out = *old + (*out - *old) * glide.part(frame);
    }
}

/// All lines of a piece.
type Lines = [[f32; PIECE]; LINES];

/// What is left of each line at the end of its way.
#[inline(always)]
fn absorb(lines: &mut Lines, low: &Lines, glide: &Glide<Setting>, to: &Factors) {
    let from = &glide.from.factors;
    for (line, (points, low)) in lines.iter_mut().zip(low).enumerate() {
        let (high, more) = (to.high[line], to.low[line]);
        let pairs = points.iter_mut().zip(low);
        if glide.is_over() {
            pairs.for_each(|(point, low)| *point = high * *point + more * low);
            continue;
        }
        for (frame, (point, low)) in pairs.enumerate() {
            let part = glide.part(frame);
            let high = from.high[line] + (high - from.high[line]) * part;
            let more = from.low[line] + (more - from.low[line]) * part;
            *point = high * *point + more * low;
        }
    }
}

#[inline(always)]
fn add(out: &mut [f32], points: &[f32]) {
    for (out, point) in out.iter_mut().zip(points) {
        *out += point;
    }
}

#[cfg(test)]
mod tests;
