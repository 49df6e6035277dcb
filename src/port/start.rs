//! A sink that is starting: who asks for it back meanwhile waits for it here.
//!
//! A sink starts without the port's lock, because it may take its time and may call the port.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use super::WaveSink;

/// How long one waits for a sink to have started.
const PATIENCE: Duration = Duration::from_millis(200);

/// One sink's start.
///
/// # Thread
///
/// Control threads: the one that connects, and one that deactivates meanwhile.
pub(super) struct Start {
    activation: u64,
    starter: ThreadId,
    course: Mutex<Course>,
    is_over: Condvar,
}

enum Course {
    Starting,
    /// Somebody has asked for the sink and waits.
    Awaited,
    /// Somebody has asked for the sink and does not wait any more.
    Unwanted,
    /// It has ended; the sink, stopped, if it was awaited and had started.
    Over(Option<Box<dyn WaveSink>>),
}

impl Start {
    /// The calling thread is about to start a sink for an activation.
    pub(super) fn new(activation: u64) -> Self {
        let starter = thread::current().id();
        Self { activation, starter, course: Mutex::new(Course::Starting), is_over: Condvar::new() }
    }

    pub(super) const fn activation(&self) -> u64 {
        self.activation
    }

    /// Asks for the sink. Under the port's lock, so that it is not kept there at the same time.
    pub(super) fn ask(&self) {
        // A sink that asks for itself while it starts would wait for ever.
        let is_own = thread::current().id() == self.starter;
        *self.lock() = if is_own { Course::Unwanted } else { Course::Awaited };
    }

    /// Whether somebody has asked for the sink.
    pub(super) fn is_asked_for(&self) -> bool {
        matches!(*self.lock(), Course::Awaited | Course::Unwanted)
    }

    /// The sink that was asked for, once it has started and was stopped; not under the port's lock.
    pub(super) fn wait(&self) -> Option<Box<dyn WaveSink>> {
        let is_awaited = |course: &mut Course| matches!(course, Course::Awaited);
        let waited = self.is_over.wait_timeout_while(self.lock(), PATIENCE, is_awaited);
        let (mut course, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match &mut *course {
            Course::Over(sink) => sink.take(),
            Course::Starting | Course::Awaited | Course::Unwanted => {
                *course = Course::Unwanted;
                None
            }
        }
    }

    /// Ends the start, with the stopped sink for who waits; the sink when nobody does.
    pub(super) fn end(&self, sink: Option<Box<dyn WaveSink>>) -> Option<Box<dyn WaveSink>> {
        let mut course = self.lock();
        let is_awaited = matches!(*course, Course::Awaited);
        let (given, left) = if is_awaited { (sink, None) } else { (None, sink) };
        *course = Course::Over(given);
        self.is_over.notify_all();
        left
    }

    fn lock(&self) -> MutexGuard<'_, Course> {
        // Nothing panics while it is held.
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
