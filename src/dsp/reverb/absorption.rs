//! What each line loses on its way: more at high than at low frequencies.
//!
//! A one-pole low-pass tells low from high. All lines have the same pole `k`, and the filter is worked out eight frames at
//! a time: `1 / (1 - k z)` is `(1 + k z)(1 + k² z²)(1 + k⁴ z⁴) / (1 - k⁸ z⁸)`, of which only the last factor waits for
//! itself, and that for what it was eight frames ago.
//!
//! INVARIANT: as long as parameters stand still, each frame is the same function of what came before it, so it
//! does not matter where a piece begins. On a glide frames are worked out one by one; it lingers at its end until all that
//! is looked back at belongs to one setting.

use super::design::Factors;
use super::{LINES, Setting};
use crate::dsp::effect::{Glide, PADDED, WIDTH};

/// A few frames.
type Chunk = [f32; WIDTH];

/// The low-passes of all lines: what left them in the last frames.
#[derive(Debug, Clone, Copy)]
pub(super) struct Absorption {
    pub(super) low: [Chunk; LINES],
}

impl Absorption {
    pub(super) const SILENT: Self = Self { low: [[0.0; WIDTH]; LINES] };

    /// Adds to `sum` a line's `past`, which begins [`WIDTH`] frames before its `frames` frames, and overwrites `out` with
    /// what is left of it.
    #[inline(always)]
    pub(super) fn absorb<const N: usize>(
        &mut self,
        line: usize,
        (past, frames): (&[f32], usize),
        factors: &Factors,
        (out, sum, sign): (&mut [f32; N], &mut [f32; N], f32),
    ) {
        let Some(points) = past[WIDTH..].first_chunk::<N>() else { return };
        for i in 0..N {
            sum[i] += sign * points[i];
        }
        let mut low = [0.0; PADDED];
        let (before, later) = low.split_at_mut(WIDTH);
        before.copy_from_slice(&self.low[line]);
        let Some(later) = later.first_chunk_mut::<N>() else { return };
        sum_up(past, factors, later);
        recur(self.low[line], factors, later);
        for i in 0..N {
            out[i] = factors.high[line] * points[i] + factors.low[line] * later[i];
        }
        if let Some(last) = low[frames..].first_chunk() {
            self.low[line] = *last;
        }
    }

    /// Takes from `points` what a line loses while its factors are on their way.
    pub(super) fn absorb_gliding(
        &mut self,
        line: usize,
        (glide, to): (&Glide<Setting>, &Factors),
        points: &mut [f32],
    ) {
        let (from, way) = (&glide.from.factors, glide.way());
        let low = &mut self.low[line];
        for (frame, point) in points.iter_mut().enumerate() {
            let follow = way.at(frame, from.follow, to.follow);
            let last = low[WIDTH - 1];
            low.copy_within(1.., 0);
            low[WIDTH - 1] = last + follow * (*point - last);
            let high = way.at(frame, from.high[line], to.high[line]);
            let more = way.at(frame, from.low[line], to.low[line]);
            *point = high * *point + more * low[WIDTH - 1];
        }
    }
}

/// The numerator of the low-pass: of each frame, and of the seven before it.
#[inline(always)]
fn sum_up<const N: usize>(past: &[f32], factors: &Factors, out: &mut [f32; N]) {
    let back = |frames: usize| past.get(WIDTH - frames..).and_then(|past| past.first_chunk::<N>());
    let [Some(x0), Some(x1), Some(x2), Some(x3), Some(x4), Some(x5), Some(x6), Some(x7)] =
        std::array::from_fn(back)
    else {
        return;
    };
    let ([k, k2, k4, _], follow) = (factors.poles, factors.follow);
    for i in 0..N {
        let four = (x0[i] + k * x1[i]) + k2 * (x2[i] + k * x3[i]);
        let before = (x4[i] + k * x5[i]) + k2 * (x6[i] + k * x7[i]);
        out[i] = follow * (four + k4 * before);
    }
}

/// The denominator: what came out eight frames before.
#[inline(always)]
fn recur<const N: usize>(mut before: Chunk, factors: &Factors, points: &mut [f32; N]) {
    let [.., k8] = factors.poles;
    for chunk in points.as_chunks_mut::<WIDTH>().0 {
        for (point, before) in chunk.iter_mut().zip(&mut before) {
            *point += k8 * *before;
            *before = *point;
        }
    }
}
