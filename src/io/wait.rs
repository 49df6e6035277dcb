//! Waiting for another thread's answer.

use std::thread;
use std::time::Duration;

use crate::time::ReferenceTime;

use super::clock;

/// Asks for a result every millisecond until there is one or `patience` is over.
pub(super) fn wait_for<T>(patience: Duration, mut result: impl FnMut() -> Option<T>) -> Option<T> {
    let patience = i64::try_from(patience.as_nanos() / 100).unwrap_or(i64::MAX);
    let end = ReferenceTime(clock::now().0.saturating_add(patience));
    loop {
        if let Some(result) = result() {
            return Some(result);
        }
        if clock::now() >= end {
            return None;
        }
        thread::park_timeout(Duration::from_millis(1));
    }
}
