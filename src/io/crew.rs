//! Threads for work that is shared out: rendering to files.
//!
//! They are started when the first piece of work comes and stay, for a piece may take less than a thread takes to start. Who
//! waits looks again and again for a short while and then sleeps, so that pieces that follow each other closely cost no
//! waking and idle threads cost nothing.
//!
//! INVARIANT: what is shared out is borrowed from the caller of [`Crew::share`], which does not return, nor unwind, before
//! every thread has left it.
#![allow(unsafe_code, reason = "threads that stay borrow what is shared out; see the invariant")]

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;

use crate::rt::Crew;

/// How often a thread looks again before it sleeps: some hundreds of microseconds.
const LOOKS: u32 = 10_000;

/// A number of threads, the caller's included.
#[derive(Debug, Clone)]
pub struct Threads {
    hands: usize,
    /// Those of them that are not the caller's, once they are started.
    others: Arc<OnceLock<Others>>,
}

impl Threads {
    /// A crew of `count` threads, the caller's included; at least that one. Clones are the same threads.
    pub fn new(count: usize) -> Self {
        Self { hands: count.max(1), others: Arc::new(OnceLock::new()) }
    }

    /// A thread for each processor that this program may use.
    pub fn available() -> Self {
        Self::new(std::thread::available_parallelism().map_or(1, usize::from))
    }
}

impl Crew for Threads {
    fn hands(&self) -> usize {
        self.hands
    }

    fn share(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        if self.hands > 1 && parts > 1 {
            self.others.get_or_init(|| Others::start(self.hands - 1)).share(parts, work);
        } else {
            (0..parts).for_each(work);
        }
    }
}

/// Threads that wait for work.
#[derive(Debug)]
struct Others {
    desk: Arc<Desk>,
    /// Held by the call that is being worked for.
    taken: Mutex<()>,
    threads: Vec<JoinHandle<()>>,
}

/// Where work is laid out.
#[derive(Debug, Default)]
struct Desk {
    work: Mutex<Work>,
    /// Work was laid out, or there will be no more.
    changed: Condvar,
    /// A thread has left the work.
    left: Condvar,
    /// How often work was laid out; written under the lock.
    serial: AtomicU64,
    /// Threads in the work; written under the lock.
    inside: AtomicUsize,
    /// The next part.
    next: AtomicUsize,
    ended: AtomicBool,
}

#[derive(Default)]
struct Work {
    /// What is shared out now, and in how many parts.
    job: Option<(&'static (dyn Fn(usize) + Sync), usize)>,
    /// What a part panicked with.
    panic: Option<Box<dyn Any + Send>>,
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Work").field("is_laid_out", &self.job.is_some()).finish_non_exhaustive()
    }
}

impl Others {
    /// As many threads as the system gives, `count` at most.
    fn start(count: usize) -> Self {
        let desk = Arc::new(Desk::default());
        let start = |_| {
            let desk = Arc::clone(&desk);
            let name = "portative crew".to_owned();
            std::thread::Builder::new().name(name).spawn(move || desk.wait_and_work()).ok()
        };
        let threads = (0..count).map_while(start).collect();
        Self { desk, taken: Mutex::new(()), threads }
    }

    fn share(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        let Ok(_taken) = self.taken.try_lock() else {
            // They work for another call, perhaps the one from within which this one comes.
            (0..parts).for_each(work);
            return;
        };
        // SAFETY: only the lifetime changes. The reference is used by threads inside the work only; `Laid` waits until
        // all have left, and none enters any more, before this function returns or unwinds.
        let job: &'static (dyn Fn(usize) + Sync) = unsafe { std::mem::transmute(work) };
        let laid = self.desk.lay_out(job, parts);
        self.desk.take_parts(work, parts);
        if let Some(panic) = laid.take_back() {
            resume_unwind(panic);
        }
    }
}

impl Drop for Others {
    fn drop(&mut self) {
        {
            let _work = self.desk.lock();
            self.desk.ended.store(true, Ordering::Release);
        }
        self.desk.changed.notify_all();
        for thread in self.threads.drain(..) {
            // What a part panics with is caught before.
            let _ = thread.join();
        }
    }
}

/// Work on the desk.
struct Laid<'a>(&'a Desk);

impl Laid<'_> {
    /// Waits for those inside; what a part panicked with.
    fn take_back(self) -> Option<Box<dyn Any + Send>> {
        self.0.clear().panic.take()
    }
}

impl Drop for Laid<'_> {
    fn drop(&mut self) {
        drop(self.0.clear());
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lay_out(&self, job: &'static (dyn Fn(usize) + Sync), parts: usize) -> Laid<'_> {
        let mut work = self.lock();
        work.job = Some((job, parts));
        work.panic = None;
        self.next.store(0, Ordering::Relaxed);
        self.serial.fetch_add(1, Ordering::Release);
        drop(work);
        self.changed.notify_all();
        Laid(self)
    }

    /// Lets nobody in any more and waits for those inside.
    fn clear(&self) -> MutexGuard<'_, Work> {
        self.lock().job = None;
        look_for(|| self.inside.load(Ordering::Acquire) == 0);
        let mut work = self.lock();
        while self.inside.load(Ordering::Acquire) > 0 {
            work = self.left.wait(work).unwrap_or_else(PoisonError::into_inner);
        }
        work
    }

    /// Works on parts until none is left.
    fn take_parts(&self, work: &(dyn Fn(usize) + Sync), parts: usize) {
        loop {
            let part = self.next.fetch_add(1, Ordering::Relaxed);
            if part >= parts {
                return;
            }
            work(part);
        }
    }

    /// What a thread does all its life.
    fn wait_and_work(&self) {
        let mut seen = 0;
        loop {
            look_for(|| self.serial.load(Ordering::Acquire) != seen);
            let mut work = self.lock();
            while self.serial.load(Ordering::Relaxed) == seen {
                if self.ended.load(Ordering::Acquire) {
                    return;
                }
                work = self.changed.wait(work).unwrap_or_else(PoisonError::into_inner);
            }
            seen = self.serial.load(Ordering::Relaxed);
            let Some((job, parts)) = work.job else { continue };
            self.inside.fetch_add(1, Ordering::Relaxed);
            drop(work);
            let outcome = catch_unwind(AssertUnwindSafe(|| self.take_parts(job, parts)));
            let mut work = self.lock();
            if let Err(panic) = outcome {
                work.panic = Some(panic);
            }
            self.inside.fetch_sub(1, Ordering::Release);
            drop(work);
            self.left.notify_one();
        }
    }
}

/// Looks for a short while, giving way to others.
fn look_for(mut there: impl FnMut() -> bool) {
    for look in 0..LOOKS {
        if there() {
            return;
        }
        if look % 64 == 63 {
            std::thread::yield_now();
        } else {
            std::hint::spin_loop();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    fn works(threads: &Threads, parts: usize) {
        let done: Vec<AtomicU32> = (0..parts).map(|_| AtomicU32::new(0)).collect();
        threads.share(parts, &|part| {
            done[part].fetch_add(1, Ordering::Relaxed);
        });
        assert!(done.iter().all(|count| count.load(Ordering::Relaxed) == 1));
    }

    #[test]
    fn every_part_is_worked_on_once() {
        for (hands, parts) in [(1, 0), (1, 1), (2, 2), (3, 7)] {
            works(&Threads::new(hands), parts);
        }
    }

    #[test]
    fn the_threads_stay_for_one_piece_of_work_after_another() {
        let threads = Threads::new(3);
        (0..500).for_each(|round| works(&threads, round % 5));
    }

    #[test]
    fn work_from_within_work_is_done_as_well() {
        let threads = Threads::new(2);
        threads.share(2, &|_| works(&threads, 3));
    }

    #[test]
    fn a_part_that_panics_panics_the_caller_and_leaves_the_threads_at_work() {
        let threads = Threads::new(2);
        for bad in 0..2 {
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                threads.share(2, &|part| assert_ne!(part, bad, "on purpose"));
            }));
            assert!(outcome.is_err());
            works(&threads, 4);
        }
    }
}
