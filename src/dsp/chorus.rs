//! The chorus: a delay that moves, for each side.
//!
//! Both sides move by the same sine, a quarter of its period apart, so that a sound from the middle becomes
//! wide. Part of what comes out can go round again, which makes a flanger of a short delay.
//!
//! What differs between the sides is returned a little louder than what they have in common. Other synthesizers return next
//! to nothing in common: that is wide, but it leans on one ear and is gone where both sides are added. Here the sum
//! of both sides is what it would be without the spread, so the chorus stays a chorus on one loudspeaker.
//!
//! INVARIANT: cut invariance. Delays are integers with 32 fraction bits; they and all factors go in straight
//! lines from one grid point of the chorus to the next, two thousandths of a second away, counted from its last restart.
//!
//! INVARIANT: no denormal numbers, as in the [reverb](super::Reverb).

mod parameters;

pub use parameters::{ChorusKind, ChorusParameters};

use super::SimdLevel;
use super::effect::{Activity, FLOOR, Lines, PIECE, SIDES, Step, WIDTH, add};
use super::kernel::{Work, run};
use super::math::{exp2_f64, sin_turns};
use parameters::{LONGEST, between, held, tail_frames};

/// Grid points per second.
const GRID_PER_SECOND: f64 = 500.0;
/// Grid points in which most of the way to new parameters is gone.
const SLEW_GRID_POINTS: f64 = 12.5;
/// The quarter of a period between the sides.
const APART: f64 = 0.25;
/// The factor of what lies between the sides of the return: 4.5 dB.
const SPREAD: f32 = 1.68;
/// What each side is heard of itself.
const OWN: f32 = 0.5 * (1.0 + SPREAD);
/// And of the other one.
const OTHER: f32 = 0.5 * (1.0 - SPREAD);
/// The factor of each side in what is both together.
const MIDDLE: f32 = std::f32::consts::FRAC_1_SQRT_2;
/// The points that a cubic goes through, but for one.
const AROUND: usize = 3;
/// One frame of delay.
const FRAME: f64 = 4_294_967_296.0;
/// A chorus.
///
/// # Thread
///
/// Audio thread; [`Chorus::new`] on a control thread.
#[derive(Debug, Clone)]
pub struct Chorus {
    instructions: SimdLevel,
    rate: f64,
    /// Frames between two grid points.
    interval: u32,
    /// Frames since the last grid point.
    index: u32,
    activity: Activity,
    asked: ChorusParameters,
    /// Where the parameters are on their way to what is asked.
    reached: ChorusParameters,
    /// How far they go at each grid point.
    slew: f32,
    /// Periods gone by at the next grid point, 0 to 1.
    phase: f64,
    delays: [Sweep; SIDES],
    factors: Factors,
    memory: Lines,
}

/// A delay from one grid point to the next, in frames with 32 fraction bits.
#[derive(Debug, Clone, Copy, Default)]
struct Sweep {
    from: i64,
    slope: i64,
}

/// A factor from one grid point to the next.
#[derive(Debug, Clone, Copy, Default)]
struct Ramp {
    from: f32,
    slope: f32,
}

/// Where the return of a chorus goes besides being heard. All are added to, and as long as the output.
#[derive(Debug)]
pub struct Onwards<'a> {
    /// Left and right.
    pub reverb: [&'a mut [f32]; SIDES],
    /// Both sides together, so that a sound in the middle keeps its energy.
    pub delay: &'a mut [f32],
}

/// What goes round again, what is heard, and what of that goes to the reverb and to the delay.
#[derive(Debug, Clone, Copy, Default)]
struct Factors {
    feedback: Ramp,
    level: Ramp,
    to_reverb: Ramp,
    to_delay: Ramp,
}

impl Ramp {
    /// Whether it is zero from one end to the other.
    fn is_none(self) -> bool {
        self.from == 0.0 && self.slope == 0.0
    }

    fn new(from: f32, to: f32, interval: u32) -> Self {
        Self { from, slope: (to - from) / interval as f32 }
    }

    #[inline(always)]
    fn at(self, index: f32) -> f32 {
        self.from + self.slope * index
    }
}

impl Sweep {
    /// The delay at a frame after the grid point.
    #[inline(always)]
    const fn at(self, index: u32) -> i64 {
        self.from + self.slope * index as i64
    }

    /// For how many of the next `wanted` frames the delay keeps its whole frames; one at least.
    #[inline(always)]
    fn run(self, index: u32, wanted: usize) -> usize {
        let begin = self.at(index);
        let whole = begin >> 32;
        if self.at(index + wanted as u32 - 1) >> 32 == whole {
            return wanted;
        }
        let room =
            if self.slope > 0 { ((whole + 1) << 32) - 1 - begin } else { begin - (whole << 32) };
        (room / self.slope.abs()) as usize + 1
    }
}

impl Chorus {
    /// A silent chorus at a sample rate in Hz, 8,000 to 384,000. Allocates all it will ever need.
    pub fn new(rate: f64, parameters: ChorusParameters) -> Self {
        let asked = held(parameters);
        Self {
            instructions: SimdLevel::best(),
            rate,
            interval: (rate / GRID_PER_SECOND) as u32,
            index: 0,
            activity: Activity::at_rest(tail_frames(&asked, rate)),
            asked,
            reached: asked,
            slew: (1.0 - exp2_f64(-std::f64::consts::LOG2_E / SLEW_GRID_POINTS)) as f32,
            phase: 0.0,
            delays: [Sweep::default(); SIDES],
            factors: Factors::default(),
            memory: Lines::new(SIDES, (LONGEST * rate) as u32 + 8),
        }
    }

    /// The same chorus with the instructions of this level, which gives the same bits as any other.
    #[must_use]
    pub fn with_level(self, instructions: SimdLevel) -> Self {
        Self { instructions, ..self }
    }

    /// What it has been asked for, held to what is possible.
    pub const fn parameters(&self) -> ChorusParameters {
        self.asked
    }

    /// Asks for something else. What sounds goes over to it within a tenth of a second.
    pub fn set(&mut self, parameters: ChorusParameters) {
        self.asked = held(parameters);
        self.activity.change(tail_frames(&self.asked, self.rate));
        if !self.activity.is_running() {
            self.reached = self.asked;
        }
    }

    /// Whether anything is left to be heard, or fed.
    pub const fn is_running(&self) -> bool {
        self.activity.is_running()
    }

    /// Stops when nothing has been fed for longer than anything is heard. To be called at grid points of
    /// the caller only, so that it does not depend on how blocks are cut.
    pub fn rest(&mut self) {
        if self.activity.is_over() {
            self.stop();
        }
    }

    /// Silent at once, as after creation.
    pub fn stop(&mut self) {
        self.activity = Activity::at_rest(tail_frames(&self.asked, self.rate));
        self.reached = self.asked;
    }

    fn start(&mut self) {
        self.memory.restart();
        self.index = 0;
        self.phase = 0.0;
    }

    /// Adds the chorus of `input` to `output` and to what feeds other effects.
    ///
    /// Only what is `fed` keeps it running; anything else that it is given just goes in.
    ///
    /// # Shapes
    ///
    /// Left and right, all equally long.
    pub fn process(
        &mut self,
        input: [&[f32]; SIDES],
        fed: bool,
        output: [&mut [f32]; SIDES],
        onwards: Onwards<'_>,
    ) {
        match self.activity.step(fed, output[0].len()) {
            Step::Sleeps => return,
            Step::Starts => self.start(),
            Step::GoesOn => {}
        }
        run(self.instructions, Chorusing { chorus: self, input, output, onwards });
    }

    /// The part of [`Self::process`] in which the time goes.
    #[inline(always)]
    fn go_on(&mut self, input: [&[f32]; SIDES], output: [&mut [f32]; SIDES], onwards: Onwards<'_>) {
        let frames = output[0].len();
        let ([left, right], Onwards { reverb: [to_left, to_right], delay }) = (output, onwards);
        let mut done = 0;
        while done < frames {
            if self.index == 0 {
                self.pass_grid_point();
            }
            let piece = self.piece(frames - done);
            let range = done..done + piece;
            let mut wet = [[0.0; PIECE]; SIDES];
            for (side, wet) in wet.iter_mut().enumerate() {
                self.sweep(side, &input[side][range.clone()], wet);
            }
            let output = [&mut left[range.clone()], &mut right[range.clone()]];
            let reverb = [&mut to_left[range.clone()], &mut to_right[range.clone()]];
            self.give(&mut wet, output, Onwards { reverb, delay: &mut delay[range] });
            self.memory.advance(piece);
            self.index = (self.index + piece as u32) % self.interval;
            done += piece;
        }
    }

    /// The frames up to the next grid point, as long as the delays of both sides keep their whole frames and what is
    /// read has been written.
    #[inline(always)]
    fn piece(&self, wanted: usize) -> usize {
        let piece = wanted.min((self.interval - self.index) as usize).min(PIECE);
        self.delays.iter().fold(piece, |piece, sweep| {
            let written = (sweep.at(self.index) >> 32) as usize - 1;
            sweep.run(self.index, piece.min(written))
        })
    }

    /// One side of a piece: what comes out of its line, and what goes in.
    #[inline(always)]
    fn sweep(&mut self, side: usize, input: &[f32], wet: &mut [f32; PIECE]) {
        let sweep = self.delays[side];
        let (first, begin) = (self.index as i32, sweep.at(self.index));
        let mut scratch = [0.0; PIECE + WIDTH];
        let scratch = &mut scratch[..input.len() + AROUND];
        let points = self.memory.past(side, (begin >> 32) as usize + 2, scratch);
        let around = points[AROUND..].iter().zip(&points[2..]).zip(&points[1..]).zip(points);
        for (frame, (wet, (((a, b), c), d))) in wet.iter_mut().zip(around).enumerate() {
            // The lower half alone: multiplying and adding carries nothing down to it.
            let fraction =
                (begin as u32).wrapping_add((sweep.slope as u32).wrapping_mul(frame as u32));
            *wet = between_points([*d, *c, *b, *a], fraction);
        }
        let feedback = self.factors.feedback;
        self.memory.write(side, input.len(), |[line]| {
            for (frame, ((point, fed), wet)) in line.iter_mut().zip(input).zip(&*wet).enumerate() {
                let index = (first + frame as i32) as f32;
                *point = (fed + FLOOR) + wet * feedback.at(index);
            }
        });
    }

    /// Adds what has come out of the lines to all that it goes to.
    #[inline(always)]
    fn give(
        &self,
        wet: &mut [[f32; PIECE]; SIDES],
        [left, right]: [&mut [f32]; SIDES],
        Onwards { reverb: [to_left, to_right], delay }: Onwards<'_>,
    ) {
        let first = self.index as i32;
        let index = |frame: usize| (first + frame as i32) as f32;
        let Factors { level, to_reverb, to_delay, .. } = self.factors;
        let [wet_left, wet_right] = wet;
        for (frame, (l, r)) in wet_left.iter_mut().zip(&mut *wet_right).enumerate() {
            let level = level.at(index(frame));
            (*l, *r) = ((OWN * *l + OTHER * *r) * level, (OWN * *r + OTHER * *l) * level);
        }
        add(left, wet_left);
        add(right, wet_right);
        if !to_reverb.is_none() {
            let pairs = [(to_left, &*wet_left), (to_right, &*wet_right)];
            for (frame, (to, wet)) in
                pairs.into_iter().flat_map(|(to, wet)| to.iter_mut().zip(wet).enumerate())
            {
                *to += wet * to_reverb.at(index(frame));
            }
        }
        if !to_delay.is_none() {
            let both = wet_left.iter().zip(&*wet_right);
            for (frame, (to, (l, r))) in delay.iter_mut().zip(both).enumerate() {
                *to += (l + r) * MIDDLE * to_delay.at(index(frame));
            }
        }
    }

    /// Plans the way to the next grid point.
    #[inline(never)]
    fn pass_grid_point(&mut self) {
        let from = self.reached;
        let to = between(&from, &self.asked, self.slew);
        self.factors = Factors {
            feedback: Ramp::new(from.feedback, to.feedback, self.interval),
            level: Ramp::new(from.level, to.level, self.interval),
            to_reverb: Ramp::new(from.to_reverb, to.to_reverb, self.interval),
            to_delay: Ramp::new(from.to_delay, to.to_delay, self.interval),
        };
        let step = f64::from(to.hz) * f64::from(self.interval) / self.rate;
        for (side, sweep) in self.delays.iter_mut().enumerate() {
            let phase = self.phase + side as f64 * APART;
            let first = delay(&from, phase, self.rate);
            let last = delay(&to, phase + step, self.rate);
            *sweep = Sweep { from: first, slope: (last - first) / i64::from(self.interval) };
        }
        let phase = self.phase + step;
        self.phase = if phase >= 1.0 { phase - 1.0 } else { phase };
        self.reached = to;
    }
}

/// The work on one block.
struct Chorusing<'a> {
    chorus: &'a mut Chorus,
    input: [&'a [f32]; SIDES],
    output: [&'a mut [f32]; SIDES],
    onwards: Onwards<'a>,
}

impl Work for Chorusing<'_> {
    #[inline(always)]
    fn run(self) {
        self.chorus.go_on(self.input, self.output, self.onwards);
    }
}

/// The delay at a phase, in frames with 32 fraction bits.
fn delay(parameters: &ChorusParameters, phase: f64, rate: f64) -> i64 {
    let sweep = 0.5 - 0.5 * sin_turns(phase);
    let seconds = f64::from(parameters.delay) + f64::from(parameters.depth) * sweep;
    let frames = seconds * rate;
    let frames = if frames > SHORTEST_FRAMES { frames } else { SHORTEST_FRAMES };
    (frames * FRAME) as i64
}

/// The shortest delay for which all points of the interpolation have been written.
const SHORTEST_FRAMES: f64 = 3.0;

/// The cubic through four points, so many 2^-32 of a frame before the last but one.
#[inline(always)]
fn between_points([d, c, b, a]: [f32; 4], fraction: u32) -> f32 {
    let x = (fraction >> 8) as i32 as f32 * (1.0 / 16_777_216.0);
    let slope = 0.5 * (c - a);
    let bend = a - 2.5 * b + 2.0 * c - 0.5 * d;
    let twist = 0.5 * (d - a) + 1.5 * (b - c);
    ((twist * x + bend) * x + slope) * x + b
}

#[cfg(test)]
mod tests;
