//! Ctrl-C and termination, as a flag that loops look at.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

static STOP: AtomicBool = AtomicBool::new(false);

/// Makes Ctrl-C and termination set the flag; a second Ctrl-C ends the program at once.
pub(super) fn watch() -> Result<()> {
    ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::AcqRel) {
            std::process::exit(super::INTERRUPTED.into());
        }
    })
    .context("signals cannot be handled")
}

/// Whether somebody wants the program to end.
pub(super) fn requested() -> bool {
    STOP.load(Ordering::Acquire)
}
