//! Sixteen lanes at a time, and sixteen frames: a window of 32 or 64 points is loaded whole and permuted.

use std::arch::x86_64::*;

use super::strip::{self, Strip, Sums, Voicing};
use super::vector::{Vector, operators};
use super::{Load, Work, cubic, sse2};
use crate::dsp::interpolate::{Cursor, Point, TAPS};
use crate::dsp::{LANES, Lanes};

/// Sixteen lanes.
#[derive(Debug, Clone, Copy)]
struct F32x16(__m512);

operators!(
    F32x16,
    Add add _mm512_add_ps,
    Sub sub _mm512_sub_ps,
    Mul mul _mm512_mul_ps,
    Div div _mm512_div_ps
);

impl Vector for F32x16 {
    const WIDTH: usize = 16;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        // SAFETY: the caller's.
        Self(unsafe { _mm512_set1_ps(value) })
    }

    #[inline(always)]
    unsafe fn load(lanes: &Lanes, _at: usize) -> Self {
        // SAFETY: the caller's: all sixteen lanes, aligned as `Lanes` is.
        Self(unsafe { _mm512_load_ps(lanes.as_ptr()) })
    }

    #[inline(always)]
    unsafe fn store(self, lanes: &mut Lanes, _at: usize) {
        // SAFETY: as for `load`.
        unsafe { _mm512_store_ps(lanes.as_mut_ptr(), self.0) }
    }

    #[inline(always)]
    unsafe fn turn(strip: &Strip, _at: usize, frame: usize, to: &mut [Lanes; LANES]) {
        // SAFETY: the caller's: all rows, and sixteen frames from `frame` on.
        unsafe {
            // Rows i, i + 4, i + 8, i + 12 in the quarters of one vector, so that four by four is turned in each.
            let rows = |i: usize, quarter: usize| {
                let part = |i: usize| {
                    _mm_loadu_ps(strip.rows.get_unchecked(i).as_ptr().add(frame + 4 * quarter))
                };
                let low = _mm256_insertf128_ps(_mm256_castps128_ps256(part(i)), part(i + 4), 1);
                let high =
                    _mm256_insertf128_ps(_mm256_castps128_ps256(part(i + 8)), part(i + 12), 1);
                _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1)
            };
            for quarter in 0..4 {
                let (a, b) = (rows(0, quarter), rows(1, quarter));
                let (c, d) = (rows(2, quarter), rows(3, quarter));
                let (ab, cd) = (_mm512_unpacklo_ps(a, b), _mm512_unpacklo_ps(c, d));
                let (ef, gh) = (_mm512_unpackhi_ps(a, b), _mm512_unpackhi_ps(c, d));
                let turned = [
                    _mm512_shuffle_ps(ab, cd, 0x44),
                    _mm512_shuffle_ps(ab, cd, 0xEE),
                    _mm512_shuffle_ps(ef, gh, 0x44),
                    _mm512_shuffle_ps(ef, gh, 0xEE),
                ];
                for (i, lanes) in turned.into_iter().enumerate() {
                    Self(lanes).store(&mut to[4 * quarter + i], 0);
                }
            }
        }
    }
}

/// See [`play`](super::play).
#[target_feature(enable = "avx2,avx512f,avx512bw,avx512dq,avx512vl")]
pub(super) fn play(groups: &mut [Voicing<'_>], sums: &mut Sums<'_>) {
    for pair in groups.chunks_mut(2) {
        // SAFETY: this function is called only where these instructions are.
        unsafe { strip::play::<F32x16, 1>(pair, sums) }
    }
}

/// See [`run`](super::run).
#[target_feature(enable = "avx2,avx512f,avx512bw,avx512dq,avx512vl")]
pub(super) fn run(work: impl Work) {
    work.run();
}

/// Points of the window, and of the one for waves that are read fast.
const WINDOWS: [usize; 2] = [32, 64];

/// The frames whose places the two vectors of places hold: their quarters interleave into the natural order.
const FRAMES: [[i64; 8]; 2] = [[0, 1, 4, 5, 8, 9, 12, 13], [2, 3, 6, 7, 10, 11, 14, 15]];
/// How often the slope has been added up by then.
const BENDS: [[i64; 8]; 2] = [[0, 0, 6, 10, 28, 36, 66, 78], [1, 3, 15, 21, 45, 55, 91, 105]];

/// See [`read_cubic`](super::read_cubic).
#[target_feature(enable = "avx2,avx512f,avx512bw,avx512dq,avx512vl")]
pub(super) fn read<P: Point>((data, base): (&[P], u32), cursor: &mut Cursor, out: &mut [f32]) {
    let slope = cursor.slope as u64;
    let increment = cursor.increment.0;
    let (mut low, mut high) = (times(&FRAMES[0], increment), times(&FRAMES[1], increment));
    let [mut low_bend, mut high_bend] = [_mm512_setzero_si512(); 2];
    if slope != 0 {
        low = _mm512_add_epi64(low, times(&BENDS[0], slope));
        high = _mm512_add_epi64(high, times(&BENDS[1], slope));
        let bend = slope.wrapping_mul(16);
        (low_bend, high_bend) = (times(&FRAMES[0], bend), times(&FRAMES[1], bend));
    }
    // The same for all frames where it can be, so that the branches on it are foreseen.
    let reach = cursor.reach(15, out.len());
    for frames in out.chunks_mut(16) {
        let first = cursor.position.index();
        let span = if reach <= WINDOWS[0] - TAPS {
            reach
        } else {
            // Only frames that are asked for: a slope that is meant to end may turn back after them.
            let last = cursor.after(frames.len() as u32 - 1).position.index();
            last.wrapping_sub(first) as usize
        };
        let start = first.wrapping_sub(base) as usize;
        let fits = |window| span <= window - TAPS && start.saturating_add(window) <= data.len();
        if fits(WINDOWS[1]) || fits(WINDOWS[0]) {
            let origin = _mm512_set1_epi64((cursor.position.0 & 0xFFFF_FFFF) as i64);
            let places = [_mm512_add_epi64(origin, low), _mm512_add_epi64(origin, high)];
            // SAFETY: as many points as the span needs, rounded up to a window, lie in `data` from `start` on.
            let value = unsafe { window(data.as_ptr().add(start), places, span) };
            let mask = ((1u32 << frames.len()) - 1) as u16;
            // SAFETY: only as many are written as there are.
            unsafe { _mm512_mask_storeu_ps(frames.as_mut_ptr(), mask, value.0) };
            *cursor = cursor.after(frames.len() as u32);
        } else {
            sse2::read((data, base), cursor, frames);
        }
        low = _mm512_add_epi64(low, low_bend);
        high = _mm512_add_epi64(high, high_bend);
    }
}

/// Eight products of a small number and one of 64 bits.
#[inline]
#[target_feature(enable = "avx2,avx512f,avx512bw,avx512dq,avx512vl")]
fn times(numbers: &[i64; 8], factor: u64) -> __m512i {
    // SAFETY: there are eight of them.
    let numbers = unsafe { _mm512_loadu_si512(numbers.as_ptr().cast()) };
    _mm512_mullo_epi64(numbers, _mm512_set1_epi64(factor as i64))
}

/// Sixteen frames whose places, counted from `from`, have all their taps in the window there.
///
/// # Safety
///
/// 32 points may be read at `from`, and 64 if `span` asks for more.
#[inline]
#[target_feature(enable = "avx2,avx512f,avx512bw,avx512dq,avx512vl")]
unsafe fn window<P: Load>(from: *const P, places: [__m512i; 2], span: usize) -> F32x16 {
    let (a, b) = (_mm512_castsi512_ps(places[0]), _mm512_castsi512_ps(places[1]));
    let index = _mm512_castps_si512(_mm512_shuffle_ps(a, b, 0xDD));
    let fraction = _mm512_castps_si512(_mm512_shuffle_ps(a, b, 0x88));
    let fraction = _mm512_cvtepi32_ps(_mm512_srli_epi32(fraction, 8));
    let t = F32x16(_mm512_mul_ps(fraction, _mm512_set1_ps(1.0 / 16_777_216.0)));
    // SAFETY: the caller's.
    let first = unsafe { [P::load16(from), P::load16(from.add(16))] };
    let taps = if span <= WINDOWS[0] - TAPS {
        [0, 1, 2, 3].map(|tap| {
            let at = _mm512_add_epi32(index, _mm512_set1_epi32(tap));
            F32x16(_mm512_permutex2var_ps(first[0], at, first[1]))
        })
    } else {
        // SAFETY: the caller's.
        let second = unsafe { [P::load16(from.add(32)), P::load16(from.add(48))] };
        [0, 1, 2, 3].map(|tap| {
            let at = _mm512_add_epi32(index, _mm512_set1_epi32(tap));
            let far = _mm512_cmpgt_epi32_mask(at, _mm512_set1_epi32(31));
            let low = _mm512_permutex2var_ps(first[0], at, first[1]);
            let high = _mm512_permutex2var_ps(second[0], at, second[1]);
            F32x16(_mm512_mask_blend_ps(far, low, high))
        })
    };
    // SAFETY: this function is called only where these instructions are.
    let factors = unsafe { [F32x16::splat(0.5), F32x16::splat(1.5)] };
    cubic(taps, t, factors)
}
