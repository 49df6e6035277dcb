//! How the clock of a device is read on the master clock.

use crate::time::{REFERENCE_TIME_PER_SECOND, ReferenceTime};

/// Follows another clock, so that its times can be told on the master clock.
///
/// A device says when something happened on a clock of its own; the program hears of it later, by a
/// delay that varies. The least delay of the recent past is taken to be the true distance of the two
/// clocks, so the result keeps the spacing that the device measured. The distance follows a shorter
/// delay at once, and a longer one slowly, because clocks drift.
#[derive(Debug, Default)]
pub(crate) struct Translation {
    state: Option<State>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    /// Master clock minus device clock.
    distance: i64,
    window_end: i64,
    /// The least difference in this window.
    least: i64,
}

impl Translation {
    /// How long differences are collected before the distance may grow: long enough that on a busy
    /// machine, too, one wake-up was prompt.
    const WINDOW: i64 = 4 * REFERENCE_TIME_PER_SECOND;
    /// By how much it may grow then: 100 parts in a million, more than quartz clocks drift apart.
    const CREEP: i64 = Self::WINDOW / 10_000;
    /// A difference that is no delay: the device's clock was set, or is none.
    const JUMP: i64 = REFERENCE_TIME_PER_SECOND / 20;

    /// Takes note that the device's clock showed `time`, in units of 100 ns, when or shortly before the
    /// master clock showed `now`.
    pub(crate) fn observe(&mut self, time: i64, now: ReferenceTime) {
        let difference = now.0.saturating_sub(time);
        self.state = Some(match self.state {
            Some(state) if !is_jump(difference, state.distance) => state.observe(difference, now),
            _ => State::new(difference, now),
        });
    }

    /// What the master clock showed at `time` of the device's clock; zero before any observation.
    pub(crate) fn at(&self, time: i64) -> ReferenceTime {
        self.state
            .map_or(ReferenceTime(0), |state| ReferenceTime(time.saturating_add(state.distance)))
    }
}

fn is_jump(difference: i64, distance: i64) -> bool {
    difference.saturating_sub(distance).saturating_abs() > Translation::JUMP
}

impl State {
    const fn new(difference: i64, now: ReferenceTime) -> Self {
        let window_end = now.0.saturating_add(Translation::WINDOW);
        Self { distance: difference, window_end, least: i64::MAX }
    }

    fn observe(mut self, difference: i64, now: ReferenceTime) -> Self {
        self.distance = self.distance.min(difference);
        self.least = self.least.min(difference);
        if now.0 >= self.window_end {
            self.distance += (self.least - self.distance).clamp(0, Translation::CREEP);
            self.window_end = now.0.saturating_add(Translation::WINDOW);
            self.least = i64::MAX;
        }
        self
    }
}

#[cfg(test)]
mod tests;
