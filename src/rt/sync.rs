//! The atomics and cells that threads meet at, under one roof.
//!
//! The test of interleavings compiles the modules that use them with a checker's instead.

pub(super) use std::cell::UnsafeCell;
pub(super) use std::hint::spin_loop;
pub(super) use std::sync::atomic::{AtomicU8, AtomicU64, Ordering, fence};
