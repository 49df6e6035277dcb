//! Lanes that are worked on together, by width.

use std::ops::{Add, Div, Mul, Sub};

use super::Arithmetic;
use super::strip::Strip;
use crate::dsp::{LANES, Lanes};

/// A vector of lanes. That a value exists shows that the processor has its instructions.
pub(in crate::dsp) trait Vector: Arithmetic {
    /// How many lanes; it divides sixteen.
    const WIDTH: usize;

    /// The same value in every lane.
    ///
    /// # Safety
    ///
    /// The processor has the instructions of this width.
    unsafe fn splat(value: f32) -> Self;

    /// The lanes from `at` on.
    ///
    /// # Safety
    ///
    /// As for `splat`; and `at` is a multiple of the width below sixteen.
    unsafe fn load(lanes: &Lanes, at: usize) -> Self;

    /// Writes the lanes from `at` on.
    ///
    /// # Safety
    ///
    /// As for `load`.
    unsafe fn store(self, lanes: &mut Lanes, at: usize);

    /// Turns as many rows as there are lanes, from `at` on, into as many frames, of which the first is `frame`.
    ///
    /// # Safety
    ///
    /// As for `load`; and `frame` is a multiple of the width below the length of a strip.
    unsafe fn turn(strip: &Strip, at: usize, frame: usize, to: &mut [Lanes; LANES]);
}

/// Four lanes in an array, for every processor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quad([f32; 4]);

impl Quad {
    #[inline(always)]
    fn with(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }
}

impl Add for Quad {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.with(other, |a, b| a + b)
    }
}

impl Sub for Quad {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.with(other, |a, b| a - b)
    }
}

impl Mul for Quad {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.with(other, |a, b| a * b)
    }
}

impl Div for Quad {
    type Output = Self;

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.with(other, |a, b| a / b)
    }
}

impl Arithmetic for Quad {}

impl Vector for Quad {
    const WIDTH: usize = 4;

    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        Self([value; 4])
    }

    #[inline(always)]
    unsafe fn load(lanes: &Lanes, at: usize) -> Self {
        Self(std::array::from_fn(|i| lanes[at + i]))
    }

    #[inline(always)]
    unsafe fn store(self, lanes: &mut Lanes, at: usize) {
        lanes[at..at + 4].copy_from_slice(&self.0);
    }

    #[inline(always)]
    unsafe fn turn(strip: &Strip, at: usize, frame: usize, to: &mut [Lanes; LANES]) {
        for (lane, row) in strip.rows.iter().enumerate().skip(at).take(4) {
            for (lanes, value) in to.iter_mut().zip(&row[frame..frame + 4]) {
                lanes[lane] = *value;
            }
        }
    }
}

/// The operators of a vector type, from the processor's instructions.
#[cfg(target_arch = "x86_64")]
macro_rules! operators {
    ($vector:ident, $($trait:ident $method:ident $instruction:ident),*) => {
        $(impl std::ops::$trait for $vector {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                // SAFETY: that the value exists shows that the processor has the instruction.
                Self(unsafe { std::arch::x86_64::$instruction(self.0, other.0) })
            }
        })*

        impl super::Arithmetic for $vector {}
    };
}
#[cfg(target_arch = "x86_64")]
pub(super) use operators;
