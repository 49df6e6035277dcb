//! From centibels and pan positions to linear factors.

use super::math::{exp2, sin_turns};

/// Octaves of amplitude in one centibel: log2(10) / 200.
pub const OCTAVES_PER_CENTIBEL: f32 = std::f32::consts::LOG2_10 / 200.0;

/// The linear factor of an attenuation in centibels.
///
/// SPEC: SoundFont 2.04 §8.1.2, 200 cB are a factor of ten.
pub fn amplitude_from_cb(attenuation_cb: f32) -> f32 {
    exp2(attenuation_cb * -OCTAVES_PER_CENTIBEL)
}

/// The left and right factors of a pan position in tenths of a percent, -500 left to 500 right.
///
/// DEVIATION: SoundFont 2.04 §9.1.4 describes a linear law; hardware and every other synthesizer pan
/// with equal power, and banks are made for that.
pub fn pan_gains(pan: f32) -> [f32; 2] {
    let pan = super::clamp(pan, -500.0, 500.0);
    let turns = (f64::from(pan) + 500.0) / 4000.0;
    [sin_turns(0.25 - turns) as f32, sin_turns(turns) as f32]
}

#[cfg(test)]
mod tests;
