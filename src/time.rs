//! Sample time, reference time and the conversions between them.
//!
//! Not a clock: nothing here reads one. Conversions are checked and never panic; they round down, so
//! that an event is never placed after the moment it was stamped with.
//!
//! Source: the time formats of DirectMusic (100 ns reference time, sample time of a sink).

use std::num::NonZeroU32;
use std::ops::Add;

/// Reference time units in one second.
pub const REFERENCE_TIME_PER_SECOND: i64 = 10_000_000;

/// A moment as frames since the stream began.
///
/// It is not reference time: the two drift apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SampleTime(pub u64);

impl SampleTime {
    /// The first frame of a stream.
    pub const ZERO: Self = Self(0);

    /// Frames from `earlier` to `self`, or zero when `earlier` is not earlier.
    pub const fn saturating_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The reference time of this frame when frame 0 is at reference time 0; saturates.
    pub fn to_reference(self, rate: SampleRate) -> ReferenceTime {
        let units = u128::from(self.0) * REFERENCE_TIME_PER_SECOND as u128;
        let units = units / u128::from(rate.hz());
        ReferenceTime(i64::try_from(units).unwrap_or(i64::MAX))
    }
}

impl Add<u64> for SampleTime {
    type Output = Self;

    fn add(self, frames: u64) -> Self {
        Self(self.0.saturating_add(frames))
    }
}

/// A moment or a duration in units of 100 ns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ReferenceTime(pub i64);

impl ReferenceTime {
    /// The duration from whole milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(10_000))
    }

    /// The duration in seconds.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / REFERENCE_TIME_PER_SECOND as f64
    }

    /// Frames in this duration, rounded down; zero for a negative one.
    pub fn to_frames(self, rate: SampleRate) -> u64 {
        let units = u128::from(self.0.max(0).unsigned_abs());
        let frames = units * u128::from(rate.hz()) / REFERENCE_TIME_PER_SECOND as u128;
        u64::try_from(frames).unwrap_or(u64::MAX)
    }
}

/// Frames per second, never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SampleRate(NonZeroU32);

impl SampleRate {
    /// The rate of `hz` frames per second, if that is not zero.
    pub const fn new(hz: u32) -> Option<Self> {
        match NonZeroU32::new(hz) {
            Some(hz) => Some(Self(hz)),
            None => None,
        }
    }

    /// The lowest rate.
    pub const MIN: Self = Self(NonZeroU32::MIN);

    /// Frames per second.
    pub const fn hz(self) -> u32 {
        self.0.get()
    }
}

#[cfg(test)]
mod tests;
