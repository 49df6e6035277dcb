//! The process's master clock.
//!
//! Monotonic; it starts near zero and does not count the time that the machine sleeps. Every arrival
//! time of an event and every time of a block is on this clock.
//!
//! Thread: any, the audio thread included. Reading the clock is no system call where the system maps
//! it into the process.

use std::sync::LazyLock;
use std::time::Instant;

use crate::time::ReferenceTime;

static START: LazyLock<Instant> = LazyLock::new(read);

#[expect(clippy::disallowed_methods, reason = "this is the clock that others are given as a value")]
fn read() -> Instant {
    Instant::now()
}

/// The time now.
pub fn now() -> ReferenceTime {
    let start = *START;
    let passed = read().saturating_duration_since(start).as_nanos() / 100;
    ReferenceTime(i64::try_from(passed).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
