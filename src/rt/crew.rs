//! Hands that share one piece of work.

/// Threads that work on the parts of something until all are done.
///
/// Not for the audio thread: who waits for others may wait long. Implemented where threads may be started.
pub trait Crew: Sync {
    /// How many parts can be worked on at once, that of the caller included.
    fn hands(&self) -> usize;

    /// Calls `work` once with every number below `parts`, on any thread; returns when all calls have.
    fn share(&self, parts: usize, work: &(dyn Fn(usize) + Sync));
}
