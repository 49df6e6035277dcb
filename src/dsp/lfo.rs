//! The low frequency oscillator of a voice.

/// A triangle that starts at zero and rises first, as a function of the frame.
///
/// SPEC: SoundFont 2.04 §9.1.6: silent during its delay, then 0, +1, 0, -1 and back to 0 in each period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TriangleLfo {
    /// The frame at which `phase` holds.
    since: u64,
    /// The part of the period at `since`, in 2^-64 periods.
    phase: u64,
    /// Periods per frame, in 2^-64.
    rate: u64,
}

impl TriangleLfo {
    /// An oscillator that begins its first period at the frame `start`.
    pub fn new(start: u64, periods_per_frame: f64) -> Self {
        Self { since: start, phase: 0, rate: rate(periods_per_frame) }
    }

    /// Changes the frequency at the frame `now` without a jump.
    pub fn set_frequency(&mut self, now: u64, periods_per_frame: f64) {
        if now > self.since {
            self.phase = self.phase_at(now);
            self.since = now;
        }
        self.rate = rate(periods_per_frame);
    }

    /// The value at the frame `now`, -1 to 1.
    pub fn value(&self, now: u64) -> f32 {
        // A quarter of a period ahead the triangle is symmetric: it falls from the top at 0 to the
        // bottom at one half.
        let ahead = self.phase_at(now).wrapping_sub(1 << 62);
        let part = (ahead >> 40) as f32 * (1.0 / 16_777_216.0);
        if part < 0.5 { 1.0 - 4.0 * part } else { 4.0 * part - 3.0 }
    }

    fn phase_at(&self, now: u64) -> u64 {
        self.phase.wrapping_add(self.rate.wrapping_mul(now.saturating_sub(self.since)))
    }
}

/// Periods per frame in 2^-64, held below one half.
fn rate(periods_per_frame: f64) -> u64 {
    let raised = if periods_per_frame > 0.0 { periods_per_frame } else { 0.0 };
    let held = if raised < 0.5 { raised } else { 0.5 };
    (held * 18_446_744_073_709_551_616.0) as u64
}

#[cfg(test)]
mod tests;
