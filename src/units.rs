//! The units that sound banks are written in: cents, timecents, centibels and shares.
//!
//! Not arithmetic for the audio thread: the conversions use the standard library's `f64` exponentials,
//! whose last bit differs between platforms. They are for control threads, reports, writers and tests;
//! what must give the same bits everywhere converts with the polynomials of `dsp`.
//!
//! A value may be fractional, because modulators add fractions to the whole numbers that a bank holds.
//!
//! Source: SoundFont 2.04 section 2.3 (units), section 8.1.2 (generators).

/// Frequency of MIDI key 0, in hertz: the origin of absolute cents (key 69 is 440 Hz).
///
/// SPEC: SoundFont 2.04 section 2.3 prints 8.176, which is this value rounded.
pub const KEY_0_HZ: f64 = 8.175_798_915_643_707;

/// The number of timecents that means exactly zero seconds.
///
/// SPEC: SoundFont 2.04 section 8.1.2, generators 21, 23, 25 to 27, 33 to 35.
pub const TIMECENTS_ZERO: f64 = -32_768.0;

/// A pitch ratio: 1200 to the octave.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Cents(pub f64);

impl Cents {
    /// The interval of a frequency ratio above zero.
    pub fn from_ratio(ratio: f64) -> Self {
        Self(1200.0 * ratio.log2())
    }

    /// The frequency ratio.
    pub fn to_ratio(self) -> f64 {
        (self.0 / 1200.0).exp2()
    }
}

/// A frequency: cents above 8.1758 Hz, so that key `k` is at `100 * k`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct AbsoluteCents(pub f64);

impl AbsoluteCents {
    /// The pitch of a frequency above zero, in hertz.
    pub fn from_hz(hz: f64) -> Self {
        Self(1200.0 * (hz / KEY_0_HZ).log2())
    }

    /// The frequency in hertz.
    pub fn to_hz(self) -> f64 {
        KEY_0_HZ * (self.0 / 1200.0).exp2()
    }
}

/// A duration: 1200 for each doubling, 0 is one second.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Timecents(pub f64);

impl Timecents {
    /// Exactly no time.
    pub const ZERO_TIME: Self = Self(TIMECENTS_ZERO);

    /// The duration of this many seconds; zero or less is [`Self::ZERO_TIME`].
    pub fn from_secs(seconds: f64) -> Self {
        if seconds > 0.0 { Self(1200.0 * seconds.log2()) } else { Self::ZERO_TIME }
    }

    /// Seconds; -32768 and below is exactly zero.
    pub fn to_secs(self) -> f64 {
        if self.0 <= TIMECENTS_ZERO { 0.0 } else { (self.0 / 1200.0).exp2() }
    }
}

/// Attenuation: 200 for each factor of ten in amplitude, positive is quieter.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Centibels(pub f64);

impl Centibels {
    /// The attenuation that gives this gain, a linear factor above zero.
    pub fn from_gain(gain: f64) -> Self {
        Self(-200.0 * gain.log10())
    }

    /// The gain as a linear factor.
    pub fn to_gain(self) -> f64 {
        10f64.powf(-self.0 / 200.0)
    }

    /// The attenuation in decibels, positive is quieter.
    pub fn as_decibels(self) -> f64 {
        self.0 / 10.0
    }
}

/// A share in units of 0.1 %: effect sends, pan positions, envelope sustain.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Permille(pub f64);

impl Permille {
    /// The share as a linear factor; 1000 is 1.
    pub fn as_factor(self) -> f64 {
        self.0 / 1000.0
    }
}

#[cfg(test)]
mod tests;
