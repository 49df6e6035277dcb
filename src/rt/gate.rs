//! A value that one thread uses in turns and another takes away for good.

#![allow(unsafe_code, reason = "the state word makes the cell exclusive")]

use std::fmt;
use std::ops::{Deref, DerefMut};

use super::sync::{AtomicU8, Ordering, UnsafeCell};

/// Nobody is inside, the value is there.
const FREE: u8 = 0;
/// Somebody is inside.
const BUSY: u8 = 1;
/// No one may enter any more.
const SHUT: u8 = 2;
/// The value is gone.
const EMPTY: u8 = 4;

/// A door with room for one, which can be shut for ever.
///
/// The audio thread [enters](Gate::enter) it for each block. Closing [shuts](Gate::shut) it, after
/// which whoever is inside leaves within its block, and then [takes](Gate::take) the value. Neither
/// side ever waits here.
///
/// INVARIANT: the cell is touched only between setting `BUSY` from `FREE` and clearing it, or after
/// setting `EMPTY` from exactly `SHUT`; both are single compare-exchanges on one word.
pub struct Gate<T> {
    state: AtomicU8,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: a `Gate` hands out `&mut T` to one thread at a time, like a mutex, so `T: Send` is enough.
unsafe impl<T: Send> Sync for Gate<T> {}

impl<T> Gate<T> {
    /// An open gate around `value`.
    pub fn new(value: T) -> Self {
        Self { state: AtomicU8::new(FREE), value: UnsafeCell::new(Some(value)) }
    }

    /// Goes inside, unless somebody is there or the gate is shut.
    ///
    /// # Thread
    ///
    /// Audio thread. One compare-exchange, never waits.
    pub fn enter(&self) -> Option<Inside<'_, T>> {
        self.state.compare_exchange(FREE, BUSY, Ordering::Acquire, Ordering::Relaxed).ok()?;
        Some(Inside { gate: self })
    }

    /// Lets nobody in from now on.
    pub fn shut(&self) {
        self.state.fetch_or(SHUT, Ordering::AcqRel);
    }

    /// Whether the gate is shut.
    pub fn is_shut(&self) -> bool {
        self.state.load(Ordering::Acquire) & SHUT != 0
    }

    /// Takes the value out of a shut gate; nothing while somebody is still inside, or a second time.
    pub fn take(&self) -> Option<T> {
        self.state
            .compare_exchange(SHUT, SHUT | EMPTY, Ordering::Acquire, Ordering::Relaxed)
            .ok()?;
        // SAFETY: the exchange succeeded, so nobody is inside, nobody can enter and nobody else took.
        unsafe { (*self.value.get()).take() }
    }
}

impl<T> fmt::Debug for Gate<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("state", &self.state).finish_non_exhaustive()
    }
}

/// Exclusive use of a gate's value, until dropped.
#[derive(Debug)]
pub struct Inside<'a, T> {
    gate: &'a Gate<T>,
}

impl<T> Deref for Inside<'_, T> {
    type Target = T;

    #[expect(clippy::expect_used, reason = "the value leaves only a shut gate with nobody inside")]
    fn deref(&self) -> &T {
        // SAFETY: `BUSY` is ours while this guard lives.
        unsafe { (*self.gate.value.get()).as_ref() }
            .expect("a gate that was entered holds its value")
    }
}

impl<T> DerefMut for Inside<'_, T> {
    #[expect(clippy::expect_used, reason = "the value leaves only a shut gate with nobody inside")]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: `BUSY` is ours while this guard lives, and the guard is borrowed mutably.
        unsafe { (*self.gate.value.get()).as_mut() }
            .expect("a gate that was entered holds its value")
    }
}

impl<T> Drop for Inside<'_, T> {
    fn drop(&mut self) {
        self.gate.state.fetch_and(!BUSY, Ordering::Release);
    }
}
