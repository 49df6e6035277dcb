//! Arithmetic that gives the same bits on every machine: sine, powers of two and chance.
//!
//! Only the operations that IEEE 754 rounds exactly are used (`+ - * /`, square root, rounding to
//! integers), never the platform's own `sin` or `exp`, so that a bank made anywhere is the same
//! file.

use std::f64::consts::TAU;

/// The sine of an angle in turns.
pub(crate) fn sin(turns: f64) -> f64 {
    let turns = turns - turns.round();
    let folded = if turns > 0.25 {
        0.5 - turns
    } else if turns < -0.25 {
        -0.5 - turns
    } else {
        turns
    };
    let x = folded * TAU;
    let square = x * x;
    // The Taylor series to the 17th power; the rest is below 1e-14 on a quarter turn.
    let mut sum = 1.0;
    for step in (1..9).rev() {
        let n = f64::from(2 * step);
        sum = 1.0 - square / (n * (n + 1.0)) * sum;
    }
    x * sum
}

/// The cosine of an angle in turns.
pub(crate) fn cos(turns: f64) -> f64 {
    sin(turns + 0.25)
}

/// The tangent of an angle in turns.
pub(crate) fn tan(turns: f64) -> f64 {
    sin(turns) / cos(turns)
}

/// Two to the power of `x`, for `x` from -1000 to 1000.
pub(crate) fn exp2(x: f64) -> f64 {
    let whole = x.round();
    let part = (x - whole) * std::f64::consts::LN_2;
    let mut sum = 1.0;
    for step in (1..14).rev() {
        sum = 1.0 + part / f64::from(step) * sum;
    }
    // `whole` is an integer within the exponents of normal numbers, so the bits are exactly
    // 2^whole.
    let exponent = (whole.clamp(-1000.0, 1000.0) as i64 + 1023) as u64;
    sum * f64::from_bits(exponent << 52)
}

/// The logarithm to the base of two, of a positive normal number.
pub(crate) fn log2(x: f64) -> f64 {
    let exponent = ((x.to_bits() >> 52) & 0x7FF) as i64 - 1023;
    let mantissa = f64::from_bits((x.to_bits() & ((1 << 52) - 1)) | (1023 << 52));
    let (mantissa, exponent) = if mantissa > std::f64::consts::SQRT_2 {
        (mantissa / 2.0, exponent + 1)
    } else {
        (mantissa, exponent)
    };
    // ln m = 2 artanh((m - 1) / (m + 1)), whose series is short for m about 1.
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let mut sum = 0.0;
    for step in (0..14).rev() {
        sum = 1.0 / f64::from(2 * step + 1) + t * t * sum;
    }
    exponent as f64 + 2.0 * t * sum * std::f64::consts::LOG2_E
}

/// The natural exponential.
pub(crate) fn exp(x: f64) -> f64 {
    exp2(x * std::f64::consts::LOG2_E)
}

/// The frequency of a key in equal temperament, A4 = 440 Hz.
pub(crate) fn hertz(key: u8) -> f64 {
    440.0 * exp2((f64::from(key) - 69.0) / 12.0)
}

/// A seeded sequence of chance (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The sequence of this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// The sequence that belongs to a name.
    pub(crate) fn named(name: &str) -> Self {
        let fold = |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte));
        Self::new(name.bytes().fold(7, fold))
    }

    /// The next number from 0 (included) to 1 (excluded).
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        (z >> 11) as f64 / (1u64 << 53) as f64
    }

    /// The next number from -1 to 1.
    pub(crate) fn signed(&mut self) -> f64 {
        2.0 * self.unit() - 1.0
    }
}
