//! The kernels: the few loops in which nearly all of the time goes, once for each vector width.
//!
//! One body for all widths, over [`Vector`]; what differs is how points are loaded and permuted (`sse2`,
//! `avx2`, `avx512`). Each operation is the IEEE operation of the scalar twin, in the same order, and
//! nothing is contracted, so every width gives the same bits.
//!
//! Unsafe because functions that are compiled for instructions which not every processor has must only be
//! called where it has them, and because points are loaded without asking again whether they are there.
//! [`SimdLevel`] vouches for the first, the lines around each load for the second.
#![allow(unsafe_code, reason = "vector instructions; see the module")]

mod strip;
mod vector;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod load;
#[cfg(target_arch = "x86_64")]
mod sse2;

pub use strip::{NEAR_OUTPUTS, OUTPUTS, STRIP, Strip, Sums, Voicing};

pub(super) use vector::Vector;

use super::interpolate::{Cubic, Cursor, Point, read_in_batches};
use super::level::Set;
use super::{Lanes, SimdLevel, lane_sum};

/// What the vector kernels ask of a data point.
pub trait Load: Copy {
    /// Sixteen points.
    ///
    /// # Safety
    ///
    /// The processor has AVX-512 F, and 16 points may be read at `from`.
    #[cfg(target_arch = "x86_64")]
    unsafe fn load16(from: *const Self) -> std::arch::x86_64::__m512;

    /// Eight points.
    ///
    /// # Safety
    ///
    /// The processor has AVX2, and eight points may be read at `from`.
    #[cfg(target_arch = "x86_64")]
    unsafe fn load8(from: *const Self) -> std::arch::x86_64::__m256;

    /// The four points at each of four places, turned: the first points, then the second ones, and so on.
    ///
    /// # Safety
    ///
    /// Four points may be read at each place.
    #[cfg(target_arch = "x86_64")]
    unsafe fn taps(from: [*const Self; 4]) -> [std::arch::x86_64::__m128; 4];
}

#[cfg(not(target_arch = "x86_64"))]
impl Load for i16 {}

#[cfg(not(target_arch = "x86_64"))]
impl Load for f32 {}

/// Reads the next frames through the cubic; all of them lie in `data`, whose first point has the index `base`.
pub(super) fn read_cubic<P: Point>(
    level: SimdLevel,
    (data, base): (&[P], u32),
    cursor: &mut Cursor,
    out: &mut [f32],
) {
    match level.set() {
        Set::Portable => read_in_batches(&Cubic, (data, base), cursor, out),
        #[cfg(target_arch = "x86_64")]
        Set::Sse2 => sse2::read((data, base), cursor, out),
        // SAFETY: a level is to be had only where the processor has its instructions.
        #[cfg(target_arch = "x86_64")]
        Set::Avx2 => unsafe { avx2::read((data, base), cursor, out) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Set::Avx512 => unsafe { avx512::read((data, base), cursor, out) },
    }
}

/// Filters what groups have read and adds it to the sums, group after group.
pub fn play(level: SimdLevel, groups: &mut [Voicing<'_>], sums: &mut Sums<'_>) {
    match level.set() {
        Set::Portable => {
            for group in groups.chunks_mut(1) {
                // SAFETY: four values in an array ask nothing of the processor.
                unsafe { strip::play::<vector::Quad, 4>(group, sums) }
            }
        }
        #[cfg(target_arch = "x86_64")]
        Set::Sse2 => sse2::play(groups, sums),
        // SAFETY: a level is to be had only where the processor has its instructions.
        #[cfg(target_arch = "x86_64")]
        Set::Avx2 => unsafe { avx2::play(groups, sums) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Set::Avx512 => unsafe { avx512::play(groups, sums) },
    }
}

/// Adds the [`lane_sum`] of every frame, of which each has as many `outputs` and the first counts.
pub fn add_lane_sums(level: SimdLevel, lanes: &[Lanes], outputs: usize, out: &mut [f32]) {
    let outputs = outputs.max(1);
    match level.set() {
        Set::Portable => {
            let firsts = lanes.iter().step_by(outputs);
            out.iter_mut().zip(firsts).for_each(|(out, lanes)| *out += lane_sum(lanes));
        }
        #[cfg(target_arch = "x86_64")]
        _ => sse2::add_sums(lanes, outputs, out),
    }
}

/// Work in plain Rust of which the compiler makes vector instructions.
pub(super) trait Work {
    /// Does it. To be inlined, with all that it calls, or it is compiled for every processor.
    fn run(self);
}

/// Does work with the instructions of a level. The bits are the same: the compiler contracts nothing.
pub(super) fn run(level: SimdLevel, work: impl Work) {
    match level.set() {
        // SAFETY: a level is to be had only where the processor has its instructions.
        #[cfg(target_arch = "x86_64")]
        Set::Avx2 => unsafe { avx2::run(work) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Set::Avx512 => unsafe { avx512::run(work) },
        _ => work.run(),
    }
}

/// The Catmull-Rom cubic through four points: the one order of its operations.
#[inline(always)]
pub(super) fn cubic<V: Arithmetic>(
    [y0, y1, y2, y3]: [V; 4],
    t: V,
    [half, three_halves]: [V; 2],
) -> V {
    let c1 = half * (y2 - y0);
    let c3 = half * (y3 - y0) + three_halves * (y1 - y2);
    let c2 = (y0 - y1) + (c1 - c3);
    ((c3 * t + c2) * t + c1) * t + y1
}

/// The four operations that every processor rounds alike.
pub(super) trait Arithmetic:
    Copy
    + std::ops::Add<Output = Self>
    + std::ops::Sub<Output = Self>
    + std::ops::Mul<Output = Self>
    + std::ops::Div<Output = Self>
{
}

impl Arithmetic for f32 {}

#[cfg(test)]
mod tests;
