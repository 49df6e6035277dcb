//! Ctrl-C and termination, as a flag that loops look at.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use portative::io::clock;
use portative::time::ReferenceTime;

/// How long an orderly end may take.
const PATIENCE: ReferenceTime = ReferenceTime::from_millis(3_000);

static STOP: AtomicBool = AtomicBool::new(false);

/// Makes Ctrl-C and termination set the flag; a second Ctrl-C ends the program at once.
pub(super) fn watch() -> Result<()> {
    ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::AcqRel) {
            std::process::exit(super::INTERRUPTED.into());
        }
        // A sound server that hangs must not keep the program.
        std::thread::spawn(|| {
            let begun = clock::now();
            while clock::now().0 < begun.0 + PATIENCE.0 {
                std::thread::park_timeout(Duration::from_millis(100));
            }
            std::process::exit(super::INTERRUPTED.into());
        });
    })
    .context("signals cannot be handled")
}

/// Whether somebody wants the program to end.
pub(super) fn requested() -> bool {
    STOP.load(Ordering::Acquire)
}
