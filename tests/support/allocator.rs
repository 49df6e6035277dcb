//! Counts what threads allocate and free while they are watched.
//!
//! For test binaries of their own, because it replaces the allocator. Not each of them uses all of it.

#![allow(dead_code, reason = "one binary watches a thread of its own, the other those of a device")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);
static LIVE: AtomicIsize = AtomicIsize::new(0);

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static CALLS_HERE: Cell<usize> = const { Cell::new(0) };
}

/// Counts this thread's calls from now on.
pub(crate) fn watch() {
    WATCHED.set(true);
}

/// Counts this thread's calls no longer.
pub(crate) fn unwatch() {
    WATCHED.set(false);
}

/// Calls of this thread while it was watched.
pub(crate) fn calls_here() -> usize {
    CALLS_HERE.get()
}

/// Calls of all watched threads so far.
pub(crate) fn calls() -> usize {
    CALLS.load(Ordering::Relaxed)
}

/// Bytes that are allocated now, by all threads, watched or not.
pub(crate) fn live_bytes() -> isize {
    LIVE.load(Ordering::SeqCst)
}

fn grow(bytes: usize) {
    LIVE.fetch_add(bytes.cast_signed(), Ordering::SeqCst);
}

fn shrink(bytes: usize) {
    LIVE.fetch_sub(bytes.cast_signed(), Ordering::SeqCst);
}

fn count() {
    // A thread that ends has no locals any more.
    if WATCHED.try_with(Cell::get).unwrap_or(false) {
        CALLS.fetch_add(1, Ordering::Relaxed);
        CALLS_HERE.set(CALLS_HERE.get() + 1);
    }
}

#[expect(unsafe_code, reason = "an allocator is unsafe to implement")]
// SAFETY: every call goes to the system's allocator with the same arguments.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        grow(layout.size());
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count();
        shrink(layout.size());
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        shrink(layout.size());
        grow(size);
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
