//! From the reference time of an event's arrival to the frame at which it is played.

use std::sync::Arc;

use crate::time::{REFERENCE_TIME_PER_SECOND, ReferenceTime, SampleRate, SampleTime};

use super::shared::Shared;

/// The earliest time that can still be played, and what frame belongs to a reference time.
///
/// An event that arrives while a block plays is placed one block later, at the same distance from the
/// block's beginning: the latency is constant and the spacing of events is kept, whatever the block
/// size.
#[derive(Debug, Clone)]
pub struct LatencyClock {
    pub(super) shared: Arc<Shared>,
}

impl LatencyClock {
    /// The frame at which an event that arrived at `arrival` is to be played.
    ///
    /// [`SampleTime::ZERO`], as soon as possible, before the first block has been rendered with a
    /// reference time.
    pub fn stamp(&self, arrival: ReferenceTime) -> SampleTime {
        match self.shared.anchor() {
            Some(anchor) => anchor.stamp(arrival, self.shared.sample_rate),
            None => SampleTime::ZERO,
        }
    }

    /// Frames from an event's arrival to its sound, by this clock.
    pub fn latency_frames(&self) -> u64 {
        self.shared.anchor().map_or(0, |anchor| anchor.latency_frames)
    }
}

/// A pair of times that belong together, and the latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Anchor {
    pub(super) reference: ReferenceTime,
    pub(super) sample: SampleTime,
    pub(super) latency_frames: u64,
}

impl Anchor {
    fn stamp(self, arrival: ReferenceTime, rate: SampleRate) -> SampleTime {
        let elapsed = i128::from(arrival.0) - i128::from(self.reference.0);
        let frames =
            (elapsed * i128::from(rate.hz())).div_euclid(i128::from(REFERENCE_TIME_PER_SECOND));
        let frame = i128::from(self.sample.0) + frames + i128::from(self.latency_frames);
        SampleTime(u64::try_from(frame.max(0)).unwrap_or(u64::MAX))
    }
}

/// Follows the reference times of blocks with a loop that smooths their jitter.
///
/// # Thread
///
/// Audio thread.
#[derive(Debug, Default)]
pub(super) struct ClockFilter {
    last: Option<(ReferenceTime, SampleTime)>,
    longest_block: u64,
}

impl ClockFilter {
    /// The share of a block's deviation that is followed, as a divisor.
    const SMOOTHING: i64 = 16;
    /// A deviation that is a jump, not jitter: the device stopped for a while.
    const JUMP: u64 = REFERENCE_TIME_PER_SECOND.unsigned_abs() / 10;

    /// The anchor of a block of `frames` that begins at `sample` and is asked for at `now`.
    pub(super) fn block(
        &mut self,
        now: ReferenceTime,
        sample: SampleTime,
        frames: u64,
        rate: SampleRate,
    ) -> Anchor {
        self.longest_block = self.longest_block.max(frames);
        let reference = match self.last {
            Some((before, at)) => {
                let passed = SampleTime(sample.saturating_since(at)).to_reference(rate);
                let expected = before.0.saturating_add(passed.0);
                let deviation = now.0.saturating_sub(expected);
                if deviation.unsigned_abs() > Self::JUMP {
                    now
                } else {
                    ReferenceTime(expected.saturating_add(deviation / Self::SMOOTHING))
                }
            }
            None => now,
        };
        self.last = Some((reference, sample));
        Anchor { reference, sample, latency_frames: self.longest_block }
    }
}

#[cfg(test)]
mod tests;
