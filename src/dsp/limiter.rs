//! The limiter: looks a little ahead and turns down what would be too loud.
//!
//! What is not too loud passes unchanged, to the bit, delayed by [`Limiter::latency`]. Both sides are turned
//! down together, so that nothing moves between them.
//!
//! For each frame the gain it needs is known before it is heard; the gain goes down along a straight line that
//! arrives in time (the mean over the look-ahead of the least gain in the look-ahead) and comes back
//! slowly. Gains are counted as integers, what is missing to 1 in steps of 2^-24: sums of them are exact, so
//! the mean of gains of 1 is 1, and the result does not depend on how blocks are cut.
//!
//! What is louder than `LOUDEST` is cut off there before: no gain could be told from none. What is not a number is silent.
//!
//! Not a true-peak limiter: what lies between data points may exceed the ceiling by a little.

use crate::rt::zeros;

/// Data points above this are turned down to it: 0.1 dB below full scale.
pub const CEILING: f32 = 0.988_553_1;
/// Data points are cut off here: 96 dB above full scale, where the gain is still 256 steps.
const LOUDEST: f32 = 65_536.0;
/// How far it looks ahead, as a part of a second.
const LOOK_AHEADS_PER_SECOND: u32 = 500;
/// How long the gain takes to come back by 63 %, in seconds.
const RELEASE: f64 = 0.1;
/// A gain of 1, and what is missing to it at a gain of 0.
const UNITY: u32 = 1 << 24;
/// Fraction bits of a reduction that comes back; with those of [`UNITY`] and of the factor they fill 64.
const FINER: u32 = 16;

/// A look-ahead limiter for two sides.
///
/// # Thread
///
/// Audio thread; [`Limiter::new`] on a control thread.
#[derive(Debug, Clone)]
pub struct Limiter {
    /// Frames of look-ahead.
    ahead: usize,
    /// Frames so far, modulo the look-ahead.
    at: usize,
    /// Frames so far.
    now: u64,
    delayed: [Box<[f32]>; 2],
    /// The largest reductions of the look-ahead, falling, with the frame at which each ends to count.
    needed: Box<[(u64, u32)]>,
    /// The first and the number of those.
    first: usize,
    count: usize,
    /// What the gain would be without the mean, with [`FINER`] more fraction bits.
    held: u64,
    /// How much of a reduction is kept from frame to frame, in 2^-24.
    kept: u64,
    /// The reductions of the last frames, and their sum.
    recent: Box<[u32]>,
    sum: u64,
}

impl Limiter {
    /// A limiter at a sample rate in Hz. Allocates all it will ever need.
    pub fn new(rate: u32) -> Self {
        let ahead = Self::latency_at(rate) as usize;
        let kept = super::exp2_f64(-std::f64::consts::LOG2_E / (RELEASE * f64::from(rate)));
        Self {
            ahead,
            at: 0,
            now: 0,
            delayed: [zeros(ahead), zeros(ahead)],
            needed: vec![(0, 0); ahead + 2].into_boxed_slice(),
            first: 0,
            count: 0,
            held: 0,
            kept: (kept * f64::from(UNITY)) as u64,
            recent: zeros(ahead),
            sum: 0,
        }
    }

    /// Frames by which everything is delayed at a sample rate in Hz.
    pub const fn latency_at(rate: u32) -> u32 {
        let frames = rate / LOOK_AHEADS_PER_SECOND;
        if frames > 0 { frames } else { 1 }
    }

    /// Frames by which everything is delayed.
    pub const fn latency(&self) -> u32 {
        self.ahead as u32
    }

    /// Limits both sides in place.
    ///
    /// # Shapes
    ///
    /// Equally long.
    pub fn process(&mut self, left: &mut [f32], right: &mut [f32]) {
        for (left, right) in left.iter_mut().zip(right) {
            (*left, *right) = (cut_off(*left), cut_off(*right));
            let (peak, other) = (left.abs(), right.abs());
            let peak = if peak > other { peak } else { other };
            let gain = self.gain(reduction(peak));
            let [first, second] = &mut self.delayed;
            *left = std::mem::replace(&mut first[self.at], *left) * gain;
            *right = std::mem::replace(&mut second[self.at], *right) * gain;
            self.at = if self.at + 1 == self.ahead { 0 } else { self.at + 1 };
            self.now += 1;
        }
    }

    /// The gain of the frame that is heard now, when the one that comes in needs this reduction.
    fn gain(&mut self, reduction: u32) -> f32 {
        let most = self.most_ahead(reduction);
        let fallen = (self.held * self.kept) >> 24;
        let most = u64::from(most) << FINER;
        self.held = if most > fallen { most } else { fallen };
        // Up, so that what is needed is reached; but what is all but nothing is nothing.
        let now = self.held.div_ceil(1 << FINER) as u32;
        let now = if now > 1 { now } else { 0 };
        self.sum = self.sum + u64::from(now) - u64::from(self.recent[self.at]);
        self.recent[self.at] = now;
        if self.sum == 0 {
            return 1.0;
        }
        let mean = self.sum.div_ceil(self.ahead as u64);
        (UNITY - mean as u32) as f32 * (1.0 / UNITY as f32)
    }

    /// The largest reduction that any frame needs of those that have come in and not been heard.
    fn most_ahead(&mut self, reduction: u32) -> u32 {
        if self.count > 0 && self.needed[self.first].0 <= self.now {
            self.first = self.wrapped(1);
            self.count -= 1;
        }
        while self.count > 0 && self.needed[self.wrapped(self.count - 1)].1 <= reduction {
            self.count -= 1;
        }
        if reduction > 0 {
            let end = self.now + self.ahead as u64 + 1;
            let last = self.wrapped(self.count);
            self.needed[last] = (end, reduction);
            self.count += 1;
        }
        if self.count > 0 { self.needed[self.first].1 } else { 0 }
    }

    fn wrapped(&self, offset: usize) -> usize {
        let index = self.first + offset;
        if index < self.needed.len() { index } else { index - self.needed.len() }
    }
}

/// The point itself, unless it is louder than anything.
fn cut_off(point: f32) -> f32 {
    if point.abs() <= LOUDEST {
        point
    } else if point.is_nan() {
        0.0
    } else {
        LOUDEST.copysign(point)
    }
}

/// What is missing to a gain of 1 for a frame of this magnitude not to exceed the ceiling.
///
/// Two steps more than computed, for what is rounded off here and when the gain is applied.
fn reduction(peak: f32) -> u32 {
    if peak > CEILING {
        let gain = f64::from(CEILING) / f64::from(peak);
        let missing = ((1.0 - gain) * f64::from(UNITY)) as u32 + 2;
        if missing < UNITY { missing } else { UNITY }
    } else {
        0
    }
}

#[cfg(test)]
mod tests;
