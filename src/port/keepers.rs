//! One reference to every opening that a renderer or an input may still refer to, so that theirs is never the
//! last, and dropping one frees nothing.
//!
//! Closing frees what an opening held; what stays for a renderer, an input or a clock that outlives its port are the
//! few kilobytes that they read. Those go when any port is next opened, closed or dropped, and not before: whoever drops
//! the last renderer may be an audio thread, and a thread that waits to free so little costs more than it gives back.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use super::shared::Shared;

static KEEPERS: Mutex<Vec<Arc<Shared>>> = Mutex::new(Vec::new());

pub(super) fn keep(shared: Arc<Shared>) {
    KEEPERS.lock().unwrap_or_else(PoisonError::into_inner).push(shared);
}

/// Frees the openings that nobody else refers to any more, and what others left behind in theirs when an audio
/// thread was stuck there that has gone now.
pub(super) fn free_abandoned() {
    let mut keepers = KEEPERS.lock().unwrap_or_else(PoisonError::into_inner);
    let left_behind = |shared: &&Arc<Shared>| shared.left_behind.load(Ordering::Acquire);
    let left: Vec<_> =
        keepers.iter().filter(left_behind).filter_map(|shared| shared.gate.take()).collect();
    let abandoned: Vec<_> =
        keepers.extract_if(.., |shared| Arc::strong_count(shared) == 1).collect();
    drop(keepers);
    drop((left, abandoned));
}
