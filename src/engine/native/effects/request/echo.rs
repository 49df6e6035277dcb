//! What messages ask of the reverb when its character is a delay.
//!
//! A delay answers in the middle; a panning delay answers on the left after half of its time and on the right after all
//! of it, and so on from side to side. Level and feedback are linear.
//!
//! Source: the reverb parameters of GS. Its documents have no numbers for time and level.

use crate::dsp::DelayParameters;

/// The longest time, in seconds: that of the devices, by measurements that others have published.
const LONGEST: f32 = 0.4468;
/// The greatest value of seven bits.
const FULL: f32 = 127.0;
/// The factor of the return at the greatest level: the default modulator sends a fifth at most, and an echo of all of it
/// is as loud as the sound.
const RETURN: f32 = 5.0;

/// Which delay the reverb is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EchoKind {
    /// In the middle.
    Delay,
    /// From side to side.
    PanningDelay,
}

/// What was asked for so far, of 127.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct EchoRequest {
    pub(super) time: f32,
    pub(super) feedback: f32,
}

impl EchoRequest {
    pub(super) const POWER_ON: Self = Self { time: 64.0, feedback: 0.0 };

    /// What the delay is to be with a level of 127 and a low-pass in Hz.
    pub(super) fn parameters(&self, kind: EchoKind, level: f32, low_pass: f32) -> DelayParameters {
        let seconds = LONGEST * self.time / FULL;
        let feedback = self.feedback / FULL;
        let echo = DelayParameters { low_pass, level: RETURN * level / FULL, ..Default::default() };
        match kind {
            EchoKind::Delay => {
                DelayParameters { seconds: [seconds; 3], levels: [1.0, 0.0, 0.0], feedback, ..echo }
            }
            // Round the line goes what has been heard on both sides.
            EchoKind::PanningDelay => DelayParameters {
                seconds: [seconds, 0.5 * seconds, seconds],
                levels: [0.0, 1.0, feedback],
                feedback: feedback * feedback,
                ..echo
            },
        }
    }
}

#[cfg(test)]
mod tests;
