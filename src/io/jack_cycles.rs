//! When JACK's cycles begin, as evenly as its frames follow each other.
//!
//! JACK numbers its frames without gaps, and estimates when a cycle began; the estimate moves a little
//! whenever the server is woken late. Here frames are given times that are all equally far apart and
//! follow those estimates slowly. Audio and MIDI each do so for themselves, from the same numbers: the
//! results are the same to a fraction of a frame, whatever the machine does meanwhile.

use crate::time::{REFERENCE_TIME_PER_SECOND, ReferenceTime};

/// The times of one server's cycles on the master clock.
#[derive(Debug, Clone)]
pub(super) struct Cycles {
    /// Reference time of one frame.
    frame: f64,
    last: Option<Cycle>,
}

#[derive(Debug, Clone, Copy)]
struct Cycle {
    /// JACK's number of its first frame, which wraps around.
    first_frame: u32,
    frames: u32,
    /// Reference time of the first frame, as that was numbered in the first cycle.
    begin: f64,
    /// How many frames later the cycles begin than by that number.
    phase: f64,
    /// Cycles seen, up to [`Cycles::SMOOTHING`].
    seen: f64,
    /// Whether JACK's numbers were two cycles on, and were not believed.
    is_doubted: bool,
}

impl Cycles {
    /// The share of a deviation that is followed, as a divisor, once the average has settled.
    const SMOOTHING: f64 = 32.0;
    /// The most that frames may be stretched or pressed together: far more than quartz clocks differ, far
    /// less than is heard.
    const SLEW: f64 = 1e-3;
    /// A deviation that is a jump: the server has stood still.
    const JUMP: f64 = REFERENCE_TIME_PER_SECOND as f64 / 20.0;

    /// The cycles of a server that runs at `rate`.
    pub(super) fn new(rate: u32) -> Self {
        Self { frame: REFERENCE_TIME_PER_SECOND as f64 / f64::from(rate.max(1)), last: None }
    }

    /// When the cycle of `frames` from `first_frame` on began; JACK says that this frame was at
    /// `estimate`.
    ///
    /// The number may be off by what the server's wake-up was, which is nothing on average: it is taken
    /// for one that is whole cycles after the first one given, and what that was off by is averaged out.
    pub(super) fn begin(
        &mut self,
        first_frame: u32,
        frames: u32,
        estimate: ReferenceTime,
    ) -> ReferenceTime {
        let estimate = estimate.0 as f64;
        let cycle = self.last.and_then(|last| self.follow(last, first_frame, frames, estimate));
        let cycle = cycle.unwrap_or(Cycle {
            first_frame,
            frames,
            begin: estimate,
            phase: 0.0,
            seen: 1.0,
            is_doubted: false,
        });
        self.last = Some(cycle);
        ReferenceTime((cycle.begin + cycle.phase * self.frame).round() as i64)
    }

    /// The cycle after `last`; `None` when it has nothing to do with it.
    fn follow(&self, last: Cycle, first_frame: u32, frames: u32, estimate: f64) -> Option<Cycle> {
        if frames != last.frames || frames == 0 {
            return None;
        }
        let passed = first_frame.wrapping_sub(last.first_frame).cast_signed();
        let cycles = (f64::from(passed) / f64::from(frames)).round();
        if cycles < 0.0 {
            return None;
        }
        // A callback that runs so late that the next cycle has begun is told of that one. Only if the
        // numbers stay ahead has a cycle been left out.
        if cycles == 2.0 && !last.is_doubted {
            return Some(Cycle {
                first_frame: last.first_frame.wrapping_add(frames),
                begin: last.begin + f64::from(frames) * self.frame,
                is_doubted: true,
                ..last
            });
        }
        let whole = cycles * f64::from(frames);
        let elapsed = whole * self.frame;
        let deviation = estimate - (last.begin + f64::from(passed) * self.frame);
        if deviation.abs() > Self::JUMP {
            return None;
        }
        let seen = (last.seen + 1.0).min(Self::SMOOTHING);
        // While the averages settle, they go where the estimates are.
        let limit = if seen < Self::SMOOTHING { f64::INFINITY } else { elapsed * Self::SLEW };
        let step = |deviation: f64, limit: f64| (deviation / seen).clamp(-limit, limit);
        Some(Cycle {
            first_frame: last.first_frame.wrapping_add(whole as u32),
            frames,
            begin: last.begin + elapsed + step(deviation, limit),
            // A late wake-up is far off, and says nothing of the others: a tenth of that.
            phase: last.phase
                + step(f64::from(passed) - whole - last.phase, 0.1 * limit / self.frame),
            seen,
            is_doubted: false,
        })
    }

    /// Reference time of this many frames.
    pub(super) fn duration(&self, frames: u32) -> i64 {
        (f64::from(frames) * self.frame) as i64
    }
}

#[cfg(test)]
mod tests;
