//! Threads for work that is shared out: rendering to files.

use crate::rt::Crew;

/// As many threads as it is made with, started for each piece of work and gone after it.
///
/// Started anew rather than kept, because a thread costs some twenty microseconds and a piece of work takes a
/// thousand or more.
#[derive(Debug, Clone, Copy)]
pub struct Threads(usize);

impl Threads {
    /// A crew of `count` threads, the caller's included; at least that one.
    pub const fn new(count: usize) -> Self {
        Self(if count > 0 { count } else { 1 })
    }

    /// A thread for each processor that this program may use.
    pub fn available() -> Self {
        Self::new(std::thread::available_parallelism().map_or(1, usize::from))
    }
}

impl Crew for Threads {
    fn hands(&self) -> usize {
        self.0
    }

    fn share(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        std::thread::scope(|scope| {
            let Some(last) = parts.checked_sub(1) else { return };
            for part in 0..last {
                let begun = std::thread::Builder::new().spawn_scoped(scope, move || work(part));
                if begun.is_err() {
                    // The system has no thread to give.
                    work(part);
                }
            }
            work(last);
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn every_part_is_worked_on_once() {
        for (hands, parts) in [(1, 0), (1, 1), (2, 2), (3, 7)] {
            let done: Vec<AtomicU32> = (0..parts).map(|_| AtomicU32::new(0)).collect();
            Threads::new(hands).share(parts, &|part| {
                done[part].fetch_add(1, Ordering::Relaxed);
            });
            assert!(done.iter().all(|count| count.load(Ordering::Relaxed) == 1));
        }
    }
}
