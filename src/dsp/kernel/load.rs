//! Loading data points as they are stored.

use std::arch::x86_64::*;

use super::Load;
use super::sse2::turn4;

impl Load for i16 {
    #[inline(always)]
    unsafe fn load16(from: *const Self) -> __m512 {
        // SAFETY: the caller's.
        unsafe { _mm512_cvtepi32_ps(_mm512_cvtepi16_epi32(_mm256_loadu_si256(from.cast()))) }
    }

    #[inline(always)]
    unsafe fn load8(from: *const Self) -> __m256 {
        // SAFETY: the caller's.
        unsafe { _mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(_mm_loadu_si128(from.cast()))) }
    }

    #[inline(always)]
    unsafe fn taps(from: [*const Self; 4]) -> [__m128; 4] {
        // SAFETY: the caller's; every x86-64 processor has SSE2.
        unsafe {
            let [a, b, c, d] = from.map(|from| _mm_loadl_epi64(from.cast()));
            let (ab, cd) = (_mm_unpacklo_epi16(a, b), _mm_unpacklo_epi16(c, d));
            let (low, high) = (_mm_unpacklo_epi32(ab, cd), _mm_unpackhi_epi32(ab, cd));
            // Doubled and shifted down again, so that the sign fills the upper half.
            [
                _mm_unpacklo_epi16(low, low),
                _mm_unpackhi_epi16(low, low),
                _mm_unpacklo_epi16(high, high),
                _mm_unpackhi_epi16(high, high),
            ]
            .map(|points| _mm_cvtepi32_ps(_mm_srai_epi32(points, 16)))
        }
    }
}

impl Load for f32 {
    #[inline(always)]
    unsafe fn load16(from: *const Self) -> __m512 {
        // SAFETY: the caller's.
        unsafe { _mm512_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn load8(from: *const Self) -> __m256 {
        // SAFETY: the caller's.
        unsafe { _mm256_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn taps(from: [*const Self; 4]) -> [__m128; 4] {
        // SAFETY: the caller's; every x86-64 processor has SSE2.
        unsafe { turn4(from.map(|from| _mm_loadu_ps(from))) }
    }
}
