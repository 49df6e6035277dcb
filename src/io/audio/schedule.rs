//! When a device's blocks begin, by what its host says of them.

use cpal::OutputCallbackInfo;

use crate::io::translation::Translation;
use crate::time::ReferenceTime;

/// How much earlier than it began a block is said to have begun.
///
/// A live event is played one block after it arrived, and would come too late for that by the least
/// error of the clocks. This is what they may be wrong by; it adds to the latency.
///
/// MEASURED: with a JACK server of 1,024 frames on a machine with two busy cores they are wrong by up
/// to 7 frames, 146 µs (`tests/rig/run jack_midi`, 2026-11).
const MARGIN: ReferenceTime = ReferenceTime(5_000);

/// When a block was asked for and when it will be heard, on the host's clock in units of 100 ns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timestamps {
    asked: i64,
    heard: i64,
}

impl Timestamps {
    pub(super) fn of(info: &OutputCallbackInfo) -> Self {
        let time = info.timestamp();
        let units = |nanos: u128| i64::try_from(nanos / 100).unwrap_or(i64::MAX);
        Self { asked: units(time.callback.as_nanos()), heard: units(time.playback.as_nanos()) }
    }

    pub(super) fn ahead(self) -> i64 {
        self.heard.saturating_sub(self.asked).max(0)
    }
}

/// Tells when blocks begin, as evenly as the device plays them.
///
/// The thread wakes up late by a varying time; the moment when a block will be heard knows nothing of
/// that. A block begins as long before as blocks are asked for at the earliest.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    translation: Translation,
    lead: RecentMost,
}

impl Schedule {
    pub(super) fn begin_of_block(&mut self, time: Timestamps, now: ReferenceTime) -> ReferenceTime {
        // JACK's estimate of the time of asking can lie beyond the cycle; it says nothing then.
        if time.heard >= time.asked {
            self.translation.observe(time.asked, now);
        }
        let lead = self.lead.with(time.ahead(), now);
        let heard = self.translation.at(time.heard);
        ReferenceTime(heard.0.saturating_sub(lead).saturating_sub(MARGIN.0))
    }
}

/// The most that something was in the last seconds.
#[derive(Debug, Default)]
struct RecentMost {
    window_end: i64,
    most_before: i64,
    most: i64,
}

impl RecentMost {
    /// The most of the non-negative values of this window and the one before, `value` included.
    fn with(&mut self, value: i64, now: ReferenceTime) -> i64 {
        if now.0 >= self.window_end {
            self.window_end = now.0.saturating_add(Translation::WINDOW);
            self.most_before = std::mem::take(&mut self.most);
        }
        self.most = self.most.max(value);
        self.most.max(self.most_before)
    }
}

#[cfg(test)]
mod tests;
