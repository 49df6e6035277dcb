//! What a thread has used, as the system counts it.

use std::time::{Duration, Instant};

/// What a thread used for one piece of work.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// Time on the clock.
    pub(crate) wall: Duration,
    /// Time on a processor. As long as `wall` where the system does not tell.
    pub(crate) cpu: Duration,
    /// Pages that were not there when they were touched.
    pub(crate) faults: i64,
    /// Times that the thread waited for something.
    pub(crate) waits: i64,
    /// Times that the system gave the processor to another thread.
    pub(crate) preemptions: i64,
}

/// What the calling thread uses for `work`.
pub(crate) fn of<T>(work: impl FnOnce() -> T) -> (T, Usage) {
    let (begin, before) = (Instant::now(), now());
    let done = work();
    let (after, wall) = (now(), begin.elapsed());
    let (Some(before), Some(after)) = (before, after) else {
        return (done, Usage { wall, cpu: wall, ..Usage::default() });
    };
    let usage = Usage {
        wall,
        cpu: after.cpu.saturating_sub(before.cpu),
        faults: after.faults - before.faults,
        waits: after.waits - before.waits,
        preemptions: after.preemptions - before.preemptions,
    };
    (done, usage)
}

/// What the calling thread has used so far, but for the time on the clock.
#[cfg(target_os = "linux")]
fn now() -> Option<Usage> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::time::{ClockId, clock_gettime};

    let used = getrusage(UsageWho::RUSAGE_THREAD).ok()?;
    let cpu = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).ok()?;
    Some(Usage {
        wall: Duration::ZERO,
        cpu: cpu.into(),
        faults: used.minor_page_faults() + used.major_page_faults(),
        waits: used.voluntary_context_switches(),
        preemptions: used.involuntary_context_switches(),
    })
}

#[cfg(not(target_os = "linux"))]
fn now() -> Option<Usage> {
    None
}
