//! The memory of the effects: what went in some frames ago.
//!
//! The first points of a line are kept a second time behind its end, so whatever is read lies side by side. What lies
//! before the last restart is silent without having been cleared, so a restart costs nothing.

use super::Glide;
use crate::rt::zeros;

/// Frames worked on at once, at most.
pub(in super::super) const PIECE: usize = 64;
/// Frames that loops take at a time: as many as the widest vectors for which one arithmetic is to hold.
pub(in super::super) const WIDTH: usize = 8;
/// What is read at once, at most: a piece, and as much before it as a filter looks back.
pub(in super::super) const PADDED: usize = PIECE + WIDTH;

/// The pasts of some signals, equally long and written together.
#[derive(Debug, Clone)]
pub(in super::super) struct Lines {
    /// Line after line.
    points: Box<[f32]>,
    /// Points of a line, without those that are there twice.
    len: usize,
    /// Where the frame that comes now lies in each.
    at: usize,
    /// Frames since the last restart.
    now: u64,
}

impl Lines {
    /// Room to look back `delay` frames, and a few more.
    pub(in super::super) fn new(lines: usize, delay: u32) -> Self {
        let len = delay as usize + 2 * PADDED;
        let points = zeros(lines * (len + PADDED));
        Self { points, len, at: 0, now: 0 }
    }

    /// Forgets everything.
    pub(in super::super) const fn restart(&mut self) {
        self.now = 0;
    }

    /// Goes on by the frames that have been written.
    #[inline(always)]
    pub(in super::super) const fn advance(&mut self, frames: usize) {
        self.now += frames as u64;
        self.at += frames;
        if self.at >= self.len {
            self.at -= self.len;
        }
    }

    /// The frames of a line from `delay` frames ago on, as many as fit into `scratch`. Those that are not yet
    /// written may be anything.
    #[inline(always)]
    pub(in super::super) fn past<'a>(
        &'a self,
        line: usize,
        delay: usize,
        scratch: &'a mut [f32],
    ) -> &'a [f32] {
        let past = self.stored(line, delay, scratch.len());
        if self.now < delay as u64 {
            return since_restart(past, delay - self.now as usize, scratch);
        }
        past
    }

    /// Overwrites `out` with a piece of what a line held, on the way from one delay to another if there is one.
    #[inline(always)]
    pub(in super::super) fn fetch<S: Copy + PartialEq>(
        &self,
        line: usize,
        glide: &Glide<S>,
        [from, to]: [u32; 2],
        out: &mut [f32],
    ) {
        self.read(line, to as usize, out);
        if !glide.is_over() && from != to {
            let way = glide.way();
            let mut old = [0.0; PIECE];
            let old = &mut old[..out.len()];
            self.read(line, from as usize, old);
            for (frame, (out, old)) in out.iter_mut().zip(old).enumerate() {
                *out = way.at(frame, *old, *out);
            }
        }
    }

    /// Overwrites `out` with the frames of a line from `delay` frames ago on.
    #[inline(always)]
    fn read(&self, line: usize, delay: usize, out: &mut [f32]) {
        let missing = (delay as u64).saturating_sub(self.now).min(out.len() as u64) as usize;
        let past = self.stored(line, delay, out.len());
        out.copy_from_slice(past);
        out[..missing].fill(0.0);
    }

    /// What is stored of a line from `delay` frames ago on.
    #[inline(always)]
    fn stored(&self, line: usize, delay: usize, frames: usize) -> &[f32] {
        let from = if self.at < delay { self.at + self.len - delay } else { self.at - delay };
        let from = line * (self.len + PADDED) + from;
        self.points.get(from..from + frames).unwrap_or_default()
    }

    /// Writes to some lines, from `first` on, what `fill` makes of their places.
    #[inline(always)]
    pub(in super::super) fn write<const LINES: usize>(
        &mut self,
        first: usize,
        frames: usize,
        fill: impl FnOnce([&mut [f32]; LINES]),
    ) {
        let (at, stride) = (self.at, self.len + PADDED);
        let mut lines = self.points[first * stride..].chunks_exact_mut(stride);
        fill(std::array::from_fn(|_| {
            let line = lines.next().unwrap_or_default();
            line.get_mut(at..at + frames).unwrap_or_default()
        }));
        if at >= PADDED && at + frames <= self.len {
            return;
        }
        for line in self.points[first * stride..].chunks_exact_mut(stride).take(LINES) {
            mirror(line, self.len, at, frames);
        }
    }
}

/// A past of which the first `missing` frames were before the restart.
#[cold]
fn since_restart<'a>(past: &[f32], missing: usize, scratch: &'a mut [f32]) -> &'a [f32] {
    let missing = missing.min(scratch.len());
    scratch[..missing].fill(0.0);
    scratch[missing..].copy_from_slice(&past[missing..]);
    scratch
}

/// Keeps what is there twice alike after `frames` frames have been written from `at` on.
#[cold]
fn mirror(line: &mut [f32], len: usize, at: usize, frames: usize) {
    let end = at + frames;
    if end > len {
        line.copy_within(len..end, 0);
    }
    if at < PADDED {
        line.copy_within(at..end.min(PADDED), len + at);
    }
}
