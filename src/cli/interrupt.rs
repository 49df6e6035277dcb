//! The end of the program before its job is done: asked for by a signal or a key, and held to a time.
//!
//! A signal sets a flag that loops look at. From then on, and from a key that ends the program on, all has
//! to be over within [`PATIENCE`]: a sound server that hangs must not keep the program.

use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use crossterm::terminal;
use portative::io::{clock, discard_unfinished};
use portative::time::ReferenceTime;

use super::screen;

/// How long an orderly end may take.
const PATIENCE: ReferenceTime = ReferenceTime::from_millis(2_500);
/// Signals that come so soon after the first are the same wish: terminals and shells both send them.
const BOUNCE: ReferenceTime = ReferenceTime::from_millis(300);
/// The time of one that has not come.
const NEVER: i64 = i64::MIN;

/// When the first signal or Ctrl-C came.
static FIRST: AtomicI64 = AtomicI64::new(NEVER);

/// Makes Ctrl-C and termination interrupt the program.
pub(super) fn watch() -> Result<()> {
    ctrlc::set_handler(interrupt).context("signals cannot be handled")
}

/// Sets the flag; called again later, ends the program at once.
pub(super) fn interrupt() {
    let now = clock::now().0;
    match FIRST.compare_exchange(NEVER, now, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => limit_end(super::INTERRUPTED),
        Err(first) if now > first.saturating_add(BOUNCE.0) => leave(super::INTERRUPTED),
        Err(_) => {}
    }
}

/// Whether a signal or Ctrl-C wants the program to end.
pub(super) fn requested() -> bool {
    FIRST.load(Ordering::Acquire) != NEVER
}

/// From now on the program has [`PATIENCE`] to end; then it exits with this code wherever it is.
pub(super) fn limit_end(code: u8) {
    let end = clock::now().0.saturating_add(PATIENCE.0);
    let watchdog = move || {
        while clock::now().0 < end {
            thread::park_timeout(Duration::from_millis(100));
        }
        let _ = terminal::disable_raw_mode();
        screen::complain("ended without waiting for what does not answer");
        leave(code);
    };
    // Without a thread to be had, the end takes as long as it takes.
    let _ = thread::Builder::new().name("portative-watchdog".into()).spawn(watchdog);
}

/// Exits at once, and leaves neither half a file nor a terminal that gives single keys.
fn leave(code: u8) {
    discard_unfinished();
    // Nothing can be done where even that does not work.
    let _ = terminal::disable_raw_mode();
    std::process::exit(code.into());
}
