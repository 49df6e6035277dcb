//! Eight lanes at a time, and eight frames: a window of sixteen points is loaded whole and permuted.

use std::arch::x86_64::*;

use super::strip::{self, Strip, Sums, Voicing};
use super::vector::{Vector, operators};
use super::{Load, Work, cubic, sse2};
use crate::dsp::interpolate::{Cursor, Point, TAPS};
use crate::dsp::{LANES, Lanes};

/// Eight lanes.
#[derive(Debug, Clone, Copy)]
struct F32x8(__m256);

operators!(
    F32x8,
    Add add _mm256_add_ps,
    Sub sub _mm256_sub_ps,
    Mul mul _mm256_mul_ps,
    Div div _mm256_div_ps
);

impl Vector for F32x8 {
    const WIDTH: usize = 8;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller's.
        Self(unsafe { _mm256_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(lanes: &Lanes, at: usize) -> Self {
        // SAFETY: the caller's: eight lanes from `at` on, aligned as `Lanes` is.
        Self(unsafe { _mm256_load_ps(lanes.as_ptr().add(at)) })
    }

    #[inline(always)]
    unsafe fn store(self, lanes: &mut Lanes, at: usize) {
        // SAFETY: as for `load`.
        unsafe { _mm256_store_ps(lanes.as_mut_ptr().add(at), self.0) }
    }

    #[inline(always)]
    unsafe fn turn(strip: &Strip, at: usize, frame: usize, to: &mut [Lanes; LANES]) {
        // SAFETY: the caller's: eight rows from `at` on and eight frames from `frame` on.
        unsafe {
            // Rows i and i + 4 in the halves of one vector, so that four by four is turned in each half.
            let rows = |i: usize, half: usize| {
                let part = |i: usize| {
                    _mm_loadu_ps(strip.rows.get_unchecked(at + i).as_ptr().add(frame + 4 * half))
                };
                _mm256_insertf128_ps(_mm256_castps128_ps256(part(i)), part(i + 4), 1)
            };
            for half in 0..2 {
                let (a, b) = (rows(0, half), rows(1, half));
                let (c, d) = (rows(2, half), rows(3, half));
                let (ab, cd) = (_mm256_unpacklo_ps(a, b), _mm256_unpacklo_ps(c, d));
                let (ef, gh) = (_mm256_unpackhi_ps(a, b), _mm256_unpackhi_ps(c, d));
                let turned = [
                    _mm256_shuffle_ps(ab, cd, 0x44),
                    _mm256_shuffle_ps(ab, cd, 0xEE),
                    _mm256_shuffle_ps(ef, gh, 0x44),
                    _mm256_shuffle_ps(ef, gh, 0xEE),
                ];
                for (i, lanes) in turned.into_iter().enumerate() {
                    Self(lanes).store(&mut to[4 * half + i], at);
                }
            }
        }
    }
}

/// See [`play`](super::play).
#[target_feature(enable = "avx2")]
pub(super) fn play(groups: &mut [Voicing<'_>], sums: &mut Sums<'_>) {
    for pair in groups.chunks_mut(2) {
        // SAFETY: this function is called only where these instructions are.
        unsafe { strip::play::<F32x8, 2>(pair, sums) }
    }
}

/// See [`run`](super::run).
#[target_feature(enable = "avx2")]
pub(super) fn run(work: impl Work) {
    work.run();
}

/// Points of the window.
const WINDOW: usize = 16;

/// The frames whose places the two vectors of places hold: their halves interleave into the natural order.
const FRAMES: [[i64; 4]; 2] = [[0, 1, 4, 5], [2, 3, 6, 7]];
/// How often the slope has been added up by then.
const BENDS: [[i64; 4]; 2] = [[0, 0, 6, 10], [1, 3, 15, 21]];

/// See [`read_cubic`](super::read_cubic).
#[target_feature(enable = "avx2")]
pub(super) fn read<P: Point>((data, base): (&[P], u32), cursor: &mut Cursor, out: &mut [f32]) {
    let slope = cursor.slope as u64;
    let increment = cursor.increment.0;
    let (mut low, mut high) = (times(FRAMES[0], increment), times(FRAMES[1], increment));
    let [mut low_bend, mut high_bend] = [_mm256_setzero_si256(); 2];
    if slope != 0 {
        low = _mm256_add_epi64(low, times(BENDS[0], slope));
        high = _mm256_add_epi64(high, times(BENDS[1], slope));
        let bend = slope.wrapping_mul(8);
        (low_bend, high_bend) = (times(FRAMES[0], bend), times(FRAMES[1], bend));
    }
    // The same for all frames where it can be, so that the branches on it are foreseen.
    let reach = cursor.reach(7, out.len());
    for frames in out.chunks_mut(8) {
        let first = cursor.position.index();
        let span = if reach <= WINDOW - TAPS {
            reach
        } else {
            // Only frames that are asked for: a slope that is meant to end may turn back after them.
            let last = cursor.after(frames.len() as u32 - 1).position.index();
            last.wrapping_sub(first) as usize
        };
        let start = first.wrapping_sub(base) as usize;
        if span > WINDOW - TAPS || start.saturating_add(WINDOW) > data.len() {
            sse2::read((data, base), cursor, frames);
        } else {
            let origin = _mm256_set1_epi64x((cursor.position.0 & 0xFFFF_FFFF) as i64);
            let places = [_mm256_add_epi64(origin, low), _mm256_add_epi64(origin, high)];
            // SAFETY: the sixteen points from `start` on lie in `data`.
            let value = unsafe { window(data.as_ptr().add(start), places, span) };
            store(value, frames);
            *cursor = cursor.after(frames.len() as u32);
        }
        low = _mm256_add_epi64(low, low_bend);
        high = _mm256_add_epi64(high, high_bend);
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(value: F32x8, frames: &mut [f32]) {
    if let Ok(frames) = <&mut [f32; 8]>::try_from(&mut *frames) {
        // SAFETY: there are eight of them.
        unsafe { _mm256_storeu_ps(frames.as_mut_ptr(), value.0) };
    } else {
        let mut values = [0.0; 8];
        // SAFETY: there are eight of them.
        unsafe { _mm256_storeu_ps(values.as_mut_ptr(), value.0) };
        frames.iter_mut().zip(values).for_each(|(frame, value)| *frame = value);
    }
}

/// Four products of a small number and one of 64 bits.
#[inline]
#[target_feature(enable = "avx2")]
fn times([a, b, c, d]: [i64; 4], factor: u64) -> __m256i {
    let numbers = _mm256_setr_epi64x(a, b, c, d);
    let low = _mm256_mul_epu32(numbers, _mm256_set1_epi64x((factor & 0xFFFF_FFFF) as i64));
    let high = _mm256_mul_epu32(numbers, _mm256_set1_epi64x((factor >> 32) as i64));
    _mm256_add_epi64(low, _mm256_slli_epi64(high, 32))
}

/// Eight frames whose places, counted from `from`, have all their taps in the window there.
///
/// # Safety
///
/// Sixteen points may be read at `from`.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn window<P: Load>(from: *const P, places: [__m256i; 2], span: usize) -> F32x8 {
    let (a, b) = (_mm256_castsi256_ps(places[0]), _mm256_castsi256_ps(places[1]));
    let index = _mm256_castps_si256(_mm256_shuffle_ps(a, b, 0xDD));
    let fraction = _mm256_castps_si256(_mm256_shuffle_ps(a, b, 0x88));
    let fraction = _mm256_cvtepi32_ps(_mm256_srli_epi32(fraction, 8));
    let t = F32x8(_mm256_mul_ps(fraction, _mm256_set1_ps(1.0 / 16_777_216.0)));
    let taps = if span <= 8 - TAPS {
        // SAFETY: the caller's.
        let points = unsafe { P::load8(from) };
        [0, 1, 2, 3].map(|tap| {
            let at = _mm256_add_epi32(index, _mm256_set1_epi32(tap));
            F32x8(_mm256_permutevar8x32_ps(points, at))
        })
    } else if span < 8 {
        // The window of each tap is loaded apart: that costs less than to choose between halves.
        [0, 1, 2, 3].map(|tap| {
            // SAFETY: the caller's.
            let points = unsafe { P::load8(from.add(tap)) };
            F32x8(_mm256_permutevar8x32_ps(points, index))
        })
    } else {
        // SAFETY: the caller's.
        let [first, second] = unsafe { [P::load8(from), P::load8(from.add(8))] };
        [0, 1, 2, 3].map(|tap| {
            let at = _mm256_add_epi32(index, _mm256_set1_epi32(tap));
            // Bit 3 of the place says which half; as the sign it chooses.
            let choice = _mm256_castsi256_ps(_mm256_slli_epi32(at, 28));
            let (low, high) =
                (_mm256_permutevar8x32_ps(first, at), _mm256_permutevar8x32_ps(second, at));
            F32x8(_mm256_blendv_ps(low, high, choice))
        })
    };
    // SAFETY: this function is called only where AVX2 is.
    let factors = unsafe { [F32x8::splat(0.5), F32x8::splat(1.5)] };
    cubic(taps, t, factors)
}
