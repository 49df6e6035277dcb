//! What a device's callbacks report, and whether the device still lives.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};

use crate::port::SinkStatus;
use crate::time::ReferenceTime;

/// Counters of one stream, written by its callbacks and read by control threads.
///
/// A host may say that a device is gone, but some never do, and some report a broken pipe hundreds of
/// thousands of times a second instead. So what counts is the heartbeat: a device whose callback has
/// not run for a while is lost, whatever its host says.
#[derive(Debug)]
pub(super) struct Vitals {
    /// When the stream was started; [`NEVER`] before.
    started: AtomicI64,
    /// When the last block was asked for; [`NEVER`] before the first.
    heartbeat: AtomicI64,
    /// The longest block so far, in units of reference time.
    longest_block: AtomicI64,
    /// What the stream has queued and not yet played when it asks for a block, in units of reference
    /// time.
    queued: AtomicI64,
    /// Reference time of silence given since the renderer was taken away.
    silence: AtomicI64,
    underruns: AtomicU64,
    gone: AtomicBool,
    /// The bits of the share of a block's time that rendering takes.
    load: AtomicU32,
}

const NEVER: i64 = i64::MIN;

/// Without a callback for this long a device is lost; longer where blocks are longer.
pub(super) const WATCHDOG: ReferenceTime = ReferenceTime::from_millis(300);
/// The first callback may take this long: servers wake their devices up.
const START_PATIENCE: ReferenceTime = ReferenceTime::from_millis(3_000);

impl Default for Vitals {
    fn default() -> Self {
        Self {
            started: AtomicI64::new(NEVER),
            heartbeat: AtomicI64::new(NEVER),
            longest_block: AtomicI64::new(0),
            queued: AtomicI64::new(0),
            silence: AtomicI64::new(0),
            underruns: AtomicU64::new(0),
            gone: AtomicBool::new(false),
            load: AtomicU32::new(0),
        }
    }
}

impl Vitals {
    /// The stream runs from `now` on.
    pub(super) fn start(&self, now: ReferenceTime) {
        self.started.store(now.0, Ordering::Release);
    }

    /// A block of `length` is asked for, while `queued` is still to be played.
    ///
    /// # Thread
    ///
    /// Audio thread, as the two below.
    pub(super) fn beat(&self, now: ReferenceTime, length: ReferenceTime, queued: ReferenceTime) {
        self.longest_block.fetch_max(length.0, Ordering::Relaxed);
        self.queued.store(queued.0, Ordering::Relaxed);
        self.heartbeat.store(now.0, Ordering::Release);
    }

    /// Rendering a block of `length` took `spent`.
    pub(super) fn rendered(&self, spent: ReferenceTime, length: ReferenceTime) {
        let share = spent.0 as f32 / length.0.max(1) as f32;
        let before = f32::from_bits(self.load.load(Ordering::Relaxed));
        let smooth = before + (share - before) * LOAD_SMOOTHING;
        self.load.store(smooth.to_bits(), Ordering::Relaxed);
    }

    /// A block of `length` was given as silence because there is no renderer.
    pub(super) fn silent(&self, length: ReferenceTime) {
        self.silence.fetch_add(length.0, Ordering::Release);
    }

    /// The host says that a block came too late.
    ///
    /// Hosts say so about other programs' blocks too, and while streams start; what comes before the
    /// first block is not counted.
    pub(super) fn underrun(&self) {
        if self.heartbeat.load(Ordering::Relaxed) != NEVER {
            self.underruns.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The host says that the device is gone.
    pub(super) fn gone(&self) {
        self.gone.store(true, Ordering::Relaxed);
    }

    /// Whether enough silence was given that everything rendered before has been played.
    pub(super) fn has_drained(&self) -> bool {
        let pending =
            self.queued.load(Ordering::Relaxed).max(0) + self.longest_block.load(Ordering::Relaxed);
        self.silence.load(Ordering::Acquire) >= pending
    }

    /// Whether the stream was started and has died.
    pub(super) fn is_lost(&self, now: ReferenceTime) -> bool {
        let started = self.started.load(Ordering::Acquire);
        if started == NEVER {
            return false;
        }
        let heartbeat = self.heartbeat.load(Ordering::Acquire);
        let patience = match heartbeat {
            NEVER => START_PATIENCE.0,
            _ => WATCHDOG.0 + 2 * self.longest_block.load(Ordering::Relaxed),
        };
        let quiet = now.0.saturating_sub(heartbeat.max(started));
        self.gone.load(Ordering::Relaxed) || quiet > patience
    }

    pub(super) fn status(&self, now: ReferenceTime) -> SinkStatus {
        let beating = self.heartbeat.load(Ordering::Acquire) != NEVER;
        SinkStatus {
            underruns: self.underruns.load(Ordering::Relaxed),
            load: beating.then(|| f32::from_bits(self.load.load(Ordering::Relaxed))),
            lost: self.is_lost(now),
        }
    }
}

/// The share of a new block in the smoothed load: about a second at usual block lengths.
const LOAD_SMOOTHING: f32 = 1.0 / 32.0;

#[cfg(test)]
mod tests;
