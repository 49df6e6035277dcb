//! Reading a wave between its data points, loops included.
//!
//! A position names the first tap, so after a wrap no tap lies before the loop's start. What the taps
//! see past the loop's end is kept in a tail (see [`Track`]), so that no reader asks where the loop is.
//! Reading runs across time, eight frames at a time; the bits do not depend on how frames are batched.

use super::kernel::{Load, cubic, read_cubic};
use super::{Increment, Position, SimdLevel};

/// Taps that lie before the place that is interpolated, for every interpolation but the windowed sinc.
const LEAD: u32 = 1;
/// Taps of every interpolation but the windowed sinc.
pub(super) const TAPS: usize = 4;
/// The most points that a kernel loads at once.
const WIDEST_WINDOW: usize = 64;
/// Frames that are read together.
pub const BATCH: usize = 8;

/// A data point as it is stored.
pub trait Point: Load {
    /// What a silent point is.
    const SILENCE: Self;

    /// The value in the storage's own scale.
    fn to_f32(self) -> f32;
}

impl Point for i16 {
    const SILENCE: Self = 0;

    #[inline]
    fn to_f32(self) -> f32 {
        f32::from(self)
    }
}

impl Point for f32 {
    const SILENCE: Self = 0.0;

    #[inline]
    fn to_f32(self) -> f32 {
        self
    }
}

/// The places, fractions and speeds of [`BATCH`] frames.
#[derive(Debug, Clone, Copy)]
pub struct Batch {
    /// First taps, as indices into the data at hand.
    pub index: [u32; BATCH],
    /// How far between the data points.
    pub fraction: [f32; BATCH],
    /// Data points per frame.
    pub increment: [Increment; BATCH],
}

/// A way to find the value between data points.
pub trait Interpolate: Copy {
    /// Taps before the interpolated place.
    const LEAD: u32;
    /// Taps in all.
    const TAPS: usize;

    /// The values at the places of `batch` in `data`.
    fn values<P: Point>(&self, data: &[P], batch: &Batch) -> [f32; BATCH];

    /// Reads the next frames, which all lie in the data given; its first point has the index given with it,
    /// perhaps below zero. The bits are those of [`Self::values`] at every level.
    fn read<P: Point>(
        &self,
        _level: SimdLevel,
        source: (&[P], u32),
        cursor: &mut Cursor,
        out: &mut [f32],
    ) {
        read_in_batches(self, source, cursor, out);
    }
}

/// The nearest data point.
#[derive(Debug, Clone, Copy)]
pub struct Nearest;

/// A line through two points.
#[derive(Debug, Clone, Copy)]
pub struct Linear;

/// The Catmull-Rom cubic through four points.
#[derive(Debug, Clone, Copy)]
pub struct Cubic;

/// The four taps at `index`, zeros where `data` has none.
#[inline]
fn taps<P: Point>(data: &[P], index: u32) -> [P; TAPS] {
    let start = index as usize;
    match data.get(start..start + TAPS) {
        Some(&[a, b, c, d]) => [a, b, c, d],
        _ => [P::SILENCE; TAPS],
    }
}

/// Applies `value` to the taps and the fraction of each frame.
#[inline]
fn each<P: Point>(
    data: &[P],
    batch: &Batch,
    value: impl Fn([f32; TAPS], f32) -> f32,
) -> [f32; BATCH] {
    let rows: [[f32; TAPS]; BATCH] =
        std::array::from_fn(|frame| taps(data, batch.index[frame]).map(P::to_f32));
    std::array::from_fn(|frame| value(rows[frame], batch.fraction[frame]))
}

impl Interpolate for Nearest {
    const LEAD: u32 = LEAD;
    const TAPS: usize = TAPS;

    #[inline]
    fn values<P: Point>(&self, data: &[P], batch: &Batch) -> [f32; BATCH] {
        each(data, batch, |[_, near, next, _], t| if t < 0.5 { near } else { next })
    }
}

impl Interpolate for Linear {
    const LEAD: u32 = LEAD;
    const TAPS: usize = TAPS;

    #[inline]
    fn values<P: Point>(&self, data: &[P], batch: &Batch) -> [f32; BATCH] {
        each(data, batch, |[_, near, next, _], t| near + (next - near) * t)
    }
}

impl Interpolate for Cubic {
    const LEAD: u32 = LEAD;
    const TAPS: usize = TAPS;

    #[inline]
    fn values<P: Point>(&self, data: &[P], batch: &Batch) -> [f32; BATCH] {
        each(data, batch, |taps, t| cubic(taps, t, [0.5, 1.5]))
    }

    fn read<P: Point>(
        &self,
        level: SimdLevel,
        source: (&[P], u32),
        cursor: &mut Cursor,
        out: &mut [f32],
    ) {
        read_cubic(level, source, cursor, out);
    }
}

/// The data that one voice runs through.
///
/// First taps below `seam` read `main`; from `seam` on they read `tail`, which goes on past `end` with the
/// loop's own points. Past `end` the position goes back by `loop_len` as often as it takes, when the frames that were
/// asked for are read or no window is left in the tail; without a loop the voice has ended at `end`.
#[derive(Debug, Clone, Copy)]
pub struct Track<'a, P> {
    /// The wave with its guard points.
    pub main: &'a [P],
    /// The points around `end`, as the loop continues them.
    pub tail: &'a [P],
    /// The first tap that reads `tail`; `end` when there is no loop.
    pub seam: u32,
    /// How many points of `tail` lie before `end`. It may begin before the wave does.
    pub tail_lead: u32,
    /// One past the last first tap.
    pub end: u32,
    /// Points in the loop; 0 for none.
    pub loop_len: u32,
}

/// A position that moves with a speed that changes linearly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    /// Where the next frame is read.
    pub position: Position,
    /// How far the next frame moves.
    pub increment: Increment,
    /// What each frame adds to the increment.
    pub slope: i64,
}

impl Cursor {
    /// The cursor `frames` further on, as if there were no end.
    #[must_use]
    #[inline]
    pub(super) fn after(self, frames: u32) -> Self {
        let n = u64::from(frames);
        let steps = (n * n.wrapping_sub(1) / 2).wrapping_mul(self.slope as u64);
        let travelled = n.wrapping_mul(self.increment.0).wrapping_add(steps);
        Self {
            position: Position(self.position.0.wrapping_add(travelled)),
            increment: Increment(self.increment.0.wrapping_add(n.wrapping_mul(self.slope as u64))),
            slope: self.slope,
        }
    }

    /// Moves on by one frame.
    #[inline]
    pub(super) fn step(&mut self) {
        self.position.0 = self.position.0.wrapping_add(self.increment.0);
        self.increment.0 = self.increment.0.wrapping_add(self.slope as u64);
    }

    /// Data points that `frames` steps go at most, in the next `all` frames; the speed changes linearly, so it
    /// is highest at one end.
    #[inline]
    pub(super) fn reach(&self, frames: u64, all: usize) -> usize {
        let last = self.increment.0.wrapping_add((all as u64).wrapping_mul(self.slope as u64));
        let fastest = if last > self.increment.0 { last } else { self.increment.0 };
        // The first frame begins with a fraction, which is not one quite.
        (fastest.saturating_mul(frames).saturating_add(u64::from(u32::MAX)) >> 32) as usize
    }

    /// Frames that begin below `limit`, at most `most`; the speed keeps its sign, so the last one decides.
    fn frames_below(mut self, limit: u32, most: u32) -> u32 {
        let limit = Position::from_index(limit);
        if self.after(most.saturating_sub(1)).position < limit {
            return most;
        }
        if self.slope == 0 && self.increment.0 > 0 {
            let way = limit.0.saturating_sub(self.position.0);
            return most.min(u32::try_from(way.div_ceil(self.increment.0)).unwrap_or(most));
        }
        let mut frames = 0;
        while frames < most && self.position < limit {
            self.step();
            frames += 1;
        }
        frames
    }
}

impl<P: Point> Track<'_, P> {
    /// Takes the position back into the loop; `false` when the wave is over.
    fn wrap(&self, cursor: &mut Cursor) -> bool {
        if cursor.position.index() < self.end {
            return true;
        }
        if self.loop_len == 0 {
            return false;
        }
        let start = Position::from_index(self.end - self.loop_len).0;
        let length = Position::from_index(self.loop_len).0;
        cursor.position.0 = start + (cursor.position.0 - start) % length;
        true
    }

    /// One past the last first tap that is read in the tail.
    fn tail_limit(&self) -> u32 {
        let past = self.tail.len().saturating_sub(self.tail_lead as usize + WIDEST_WINDOW);
        self.end.saturating_add(past as u32)
    }

    /// Writes the next frames, zeros once the wave is over; `false` if it is over.
    pub fn read<I: Interpolate>(
        &self,
        level: SimdLevel,
        interpolate: &I,
        cursor: &mut Cursor,
        out: &mut [f32],
    ) -> bool {
        let mut done = 0;
        while done < out.len() {
            if !self.wrap(cursor) {
                out[done..].fill(0.0);
                return false;
            }
            let (data, base, limit) = if cursor.position.index() < self.seam {
                (self.main, 0, self.seam)
            } else {
                (self.tail, self.end.wrapping_sub(self.tail_lead), self.tail_limit())
            };
            let run = cursor.frames_below(limit, (out.len() - done) as u32) as usize;
            interpolate.read(level, (data, base), cursor, &mut out[done..done + run]);
            done += run;
        }
        self.wrap(cursor)
    }

    /// Moves on by `frames` without reading; `false` if the wave is over.
    pub fn skip(&self, cursor: &mut Cursor, frames: u32) -> bool {
        *cursor = cursor.after(frames);
        self.wrap(cursor)
    }
}

/// Reads frames that all lie in `data`, a batch at a time.
#[inline]
pub(super) fn read_in_batches<P: Point, I: Interpolate>(
    interpolate: &I,
    (data, base): (&[P], u32),
    cursor: &mut Cursor,
    out: &mut [f32],
) {
    for frames in out.chunks_mut(BATCH) {
        let batch = next_batch(cursor, base, frames.len());
        let values = interpolate.values(data, &batch);
        frames.iter_mut().zip(values).for_each(|(frame, value)| *frame = value);
    }
}

/// The places of the next `frames` frames; those past them repeat the last.
#[inline]
fn next_batch(cursor: &mut Cursor, base: u32, frames: usize) -> Batch {
    let mut batch =
        Batch { index: [0; BATCH], fraction: [0.0; BATCH], increment: [cursor.increment; BATCH] };
    for frame in 0..frames.min(BATCH) {
        batch.index[frame] = cursor.position.index().wrapping_sub(base);
        batch.fraction[frame] = cursor.position.fraction();
        batch.increment[frame] = cursor.increment;
        cursor.step();
    }
    batch
}

#[cfg(test)]
mod tests;
