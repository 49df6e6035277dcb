//! Where a voice stands in its wave, in fixed point.
//!
//! Integers, so that any number of steps taken at once gives the bits of the same steps taken one by one.

/// A place in a wave: data points with 32 fraction bits. It names the *first* tap of the interpolation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position(pub u64);

impl Position {
    /// The place of a whole data point.
    pub const fn from_index(index: u32) -> Self {
        Self((index as u64) << 32)
    }

    /// The data point at or below.
    #[inline]
    pub const fn index(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The fraction above it, 0 to below 1, exact in `f32`: its upper 24 bits.
    #[inline]
    pub fn fraction(self) -> f32 {
        // By way of `i32`, which vector units convert; 24 bits fit.
        ((self.0 as u32) >> 8) as i32 as f32 * (1.0 / 16_777_216.0)
    }
}

/// Data points per frame with 32 fraction bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Increment(pub u64);

/// 2^52.
const MANTISSA: f64 = 4_503_599_627_370_496.0;

impl Increment {
    /// The fastest a wave is read: 1,024 data points per frame, ten octaves up.
    pub const MAX: Self = Self(1024 << 32);

    /// The increment of `ratio` data points per frame, held to what is above zero and up to [`Self::MAX`].
    pub fn from_ratio(ratio: f64) -> Self {
        let scaled = ratio * 4_294_967_296.0;
        let raised = if scaled > 1.0 { scaled } else { 1.0 };
        let held = if raised < Self::MAX.0 as f64 { raised } else { Self::MAX.0 as f64 };
        // Added to 2^52, an integer is what the mantissa says, to the nearest: one step where a conversion takes ten.
        Self((held + MANTISSA).to_bits() ^ MANTISSA.to_bits())
    }

    /// What each of `frames` frames adds on the way to `goal`, rounded towards zero.
    #[inline]
    pub fn slope_to(self, goal: Self, frames: u32) -> i64 {
        let (way, frames) = (goal.0 as i64 - self.0 as i64, i64::from(frames.max(1)));
        if frames & (frames - 1) == 0 {
            // A division takes as long as twenty of these.
            (way + (way >> 63 & (frames - 1))) >> frames.trailing_zeros()
        } else {
            way / frames
        }
    }
}
