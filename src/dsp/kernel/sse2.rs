//! Four lanes at a time, and four frames: the taps of each are loaded and turned.

use std::arch::x86_64::*;

use super::cubic;
use super::strip::{self, Strip, Sums, Voicing};
use super::vector::{Vector, operators};
use crate::dsp::interpolate::{Cubic, Cursor, Point, TAPS, read_in_batches};
use crate::dsp::{LANES, Lanes, lane_sum};

/// Four lanes.
#[derive(Debug, Clone, Copy)]
pub(super) struct F32x4(pub(super) __m128);

operators!(F32x4, Add add _mm_add_ps, Sub sub _mm_sub_ps, Mul mul _mm_mul_ps, Div div _mm_div_ps);

impl Vector for F32x4 {
    const WIDTH: usize = 4;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: every x86-64 processor has SSE2.
        Self(unsafe { _mm_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(lanes: &Lanes, at: usize) -> Self {
        // SAFETY: the caller's: four lanes from `at` on, aligned as `Lanes` is.
        Self(unsafe { _mm_load_ps(lanes.as_ptr().add(at)) })
    }

    #[inline(always)]
    unsafe fn store(self, lanes: &mut Lanes, at: usize) {
        // SAFETY: as for `load`.
        unsafe { _mm_store_ps(lanes.as_mut_ptr().add(at), self.0) }
    }

    #[inline(always)]
    unsafe fn turn(strip: &Strip, at: usize, frame: usize, to: &mut [Lanes; LANES]) {
        // SAFETY: the caller's: four rows from `at` on and four frames from `frame` on.
        unsafe {
            let row = |i: usize| _mm_loadu_ps(strip.rows.get_unchecked(at + i).as_ptr().add(frame));
            let turned = turn4([row(0), row(1), row(2), row(3)]);
            for (i, lanes) in turned.into_iter().enumerate() {
                Self(lanes).store(&mut to[i], at);
            }
        }
    }
}

/// Rows into columns.
///
/// # Safety
///
/// None is needed: every x86-64 processor has SSE2.
#[inline(always)]
pub(super) unsafe fn turn4([a, b, c, d]: [__m128; 4]) -> [__m128; 4] {
    // SAFETY: every x86-64 processor has SSE2.
    unsafe {
        let (ab, cd) = (_mm_unpacklo_ps(a, b), _mm_unpacklo_ps(c, d));
        let (ef, gh) = (_mm_unpackhi_ps(a, b), _mm_unpackhi_ps(c, d));
        [_mm_movelh_ps(ab, cd), _mm_movehl_ps(cd, ab), _mm_movelh_ps(ef, gh), _mm_movehl_ps(gh, ef)]
    }
}

/// See [`play`](super::play).
pub(super) fn play(groups: &mut [Voicing<'_>], sums: &mut Sums<'_>) {
    // Four vectors are enough to fill the time that each waits for itself.
    for group in groups.chunks_mut(1) {
        // SAFETY: every x86-64 processor has SSE2.
        unsafe { strip::play::<F32x4, 4>(group, sums) }
    }
}

/// See [`add_lane_sums`](super::add_lane_sums): the first steps of the tree frame by frame, the last for four frames.
pub(super) fn add_sums(lanes: &[Lanes], outputs: usize, out: &mut [f32]) {
    for (out, frames) in out.chunks_mut(4).zip(lanes.chunks(4 * outputs)) {
        // The last output of a frame may be another's first, so the last frame may be cut short.
        if out.len() < 4 || frames.len() <= 3 * outputs {
            let firsts = frames.iter().step_by(outputs);
            out.iter_mut().zip(firsts).for_each(|(out, lanes)| *out += lane_sum(lanes));
            continue;
        }
        // SAFETY: there are more than three frames, of which each is loaded whole, and four places for the sums.
        unsafe {
            let part = |frame: usize, at| F32x4::load(frames.get_unchecked(frame * outputs), at);
            let four =
                |frame| (part(frame, 0) + part(frame, 8)) + (part(frame, 4) + part(frame, 12));
            let turned = turn4([four(0).0, four(1).0, four(2).0, four(3).0]);
            let [a, b, c, d] = turned.map(F32x4);
            let before = F32x4(_mm_loadu_ps(out.as_ptr()));
            _mm_storeu_ps(out.as_mut_ptr(), (before + ((a + c) + (b + d))).0);
        }
    }
}

/// See [`read_cubic`](super::read_cubic).
#[inline]
pub(super) fn read<P: Point>(source: (&[P], u32), cursor: &mut Cursor, out: &mut [f32]) {
    let (data, base) = source;
    let (quads, rest) = out.as_chunks_mut::<4>();
    let (start, frames) = (cursor.position.index().wrapping_sub(base) as usize, 4 * quads.len());
    let end = start.saturating_add(cursor.reach(frames as u64, frames));
    if end.saturating_add(TAPS) > data.len() {
        return read_in_batches(&Cubic, source, cursor, out);
    }
    for quad in quads {
        let mut from = [data.as_ptr(); 4];
        let mut places = [0i32; 4];
        for (from, place) in from.iter_mut().zip(&mut places) {
            let index = cursor.position.index().wrapping_sub(base) as usize;
            // SAFETY: no frame reaches past `end`, and from there on there are as many points as taps.
            *from = unsafe { from.add(index) };
            *place = ((cursor.position.0 as u32) >> 8) as i32;
            cursor.step();
        }
        // SAFETY: each place has four points; every x86-64 processor has SSE2.
        unsafe {
            let taps = P::taps(from).map(F32x4);
            let places = _mm_cvtepi32_ps(_mm_loadu_si128(places.as_ptr().cast()));
            let t = F32x4(_mm_mul_ps(places, _mm_set1_ps(1.0 / 16_777_216.0)));
            let value = cubic(taps, t, [F32x4::splat(0.5), F32x4::splat(1.5)]);
            _mm_storeu_ps(quad.as_mut_ptr(), value.0);
        }
    }
    read_in_batches(&Cubic, source, cursor, rest);
}
