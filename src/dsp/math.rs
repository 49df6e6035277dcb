//! exp2, log2, sine and tangent from polynomials, the same bits on every machine.
//!
//! Not general replacements for the standard library: each states the range in which it is used and the
//! error that its test holds it to.

/// Added and taken away again, this rounds an `f64` below 2^51 to the nearest integer.
const ROUND_F64: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52
/// Added and taken away again, this rounds an `f32` below 2^22 to the nearest integer.
const ROUND_F32: f32 = 12_582_912.0; // 1.5 * 2^23

/// `value` held between `low` and `high`; `low` when it is not a number.
///
/// Written as comparisons because the standard minimum and maximum leave the choice between signed
/// zeros, and the handling of not-a-number, to the machine.
#[inline]
pub fn clamp(value: f32, low: f32, high: f32) -> f32 {
    let raised = if value > low { value } else { low };
    if raised < high { raised } else { high }
}

/// `value` rounded to the nearest integer, ties to even; exact below 2^22.
#[inline]
pub fn round(value: f32) -> f32 {
    (value + ROUND_F32) - ROUND_F32
}

/// Two to the power of `x`, within 2e-7 of the true value, relatively; `x` is held to -126 to 127.
#[inline]
pub fn exp2(x: f32) -> f32 {
    let x = clamp(x, -126.0, 127.0);
    let whole = round(x);
    let f = x - whole;
    let mut p = 1.525_273_4e-5; // (ln 2)^n / n!, from n = 7 down
    p = p * f + 1.540_353e-4;
    p = p * f + 1.333_355_8e-3;
    p = p * f + 9.618_129e-3;
    p = p * f + 5.550_411e-2;
    p = p * f + 2.402_265e-1;
    p = p * f + 6.931_472e-1;
    p = p * f + 1.0;
    p * f32::from_bits(((whole as i32 + 127) << 23) as u32)
}

/// Two to the power of `x`, within 1e-15 of the true value, relatively; `x` is held to -1022 to 1023.
#[inline]
pub fn exp2_f64(x: f64) -> f64 {
    let x = if x > -1022.0 { x } else { -1022.0 };
    let x = if x < 1023.0 { x } else { 1023.0 };
    let whole = (x + ROUND_F64) - ROUND_F64;
    let f = (x - whole) * std::f64::consts::LN_2;
    let mut p = 1.0 / 479_001_600.0; // 1 / n!, from n = 12 down
    p = p * f + 1.0 / 39_916_800.0;
    p = p * f + 1.0 / 3_628_800.0;
    p = p * f + 1.0 / 362_880.0;
    p = p * f + 1.0 / 40_320.0;
    p = p * f + 1.0 / 5_040.0;
    p = p * f + 1.0 / 720.0;
    p = p * f + 1.0 / 120.0;
    p = p * f + 1.0 / 24.0;
    p = p * f + 1.0 / 6.0;
    p = p * f + 0.5;
    p = p * f + 1.0;
    p = p * f + 1.0;
    p * f64::from_bits(((whole as i64 + 1023) << 52) as u64)
}

/// The logarithm of `x` to base 2, within 1e-15 absolutely near 1 and relatively elsewhere.
///
/// What is not a positive normal number counts as the smallest one.
pub fn log2(x: f64) -> f64 {
    let x = if x > f64::MIN_POSITIVE { x } else { f64::MIN_POSITIVE };
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7FF) as i64 - 1023;
    let mut mantissa = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let s2 = s * s;
    let mut p = 1.0 / 21.0; // the series of the inverse hyperbolic tangent
    p = p * s2 + 1.0 / 19.0;
    p = p * s2 + 1.0 / 17.0;
    p = p * s2 + 1.0 / 15.0;
    p = p * s2 + 1.0 / 13.0;
    p = p * s2 + 1.0 / 11.0;
    p = p * s2 + 1.0 / 9.0;
    p = p * s2 + 1.0 / 7.0;
    p = p * s2 + 1.0 / 5.0;
    p = p * s2 + 1.0 / 3.0;
    p = p * s2 + 1.0;
    exponent as f64 + p * s * (2.0 * std::f64::consts::LOG2_E)
}

/// The sine of `turns` whole turns, within 1e-15.
pub fn sin_turns(turns: f64) -> f64 {
    let t = turns - ((turns + ROUND_F64) - ROUND_F64);
    let folded = if t > 0.25 {
        0.5 - t
    } else if t < -0.25 {
        -0.5 - t
    } else {
        t
    };
    let x = folded * std::f64::consts::TAU;
    let x2 = x * x;
    let mut p = -1.0 / 121_645_100_408_832_000.0; // 1 / n!, from n = 19 down by twos
    p = p * x2 + 1.0 / 355_687_428_096_000.0;
    p = p * x2 - 1.0 / 1_307_674_368_000.0;
    p = p * x2 + 1.0 / 6_227_020_800.0;
    p = p * x2 - 1.0 / 39_916_800.0;
    p = p * x2 + 1.0 / 362_880.0;
    p = p * x2 - 1.0 / 5_040.0;
    p = p * x2 + 1.0 / 120.0;
    p = p * x2 - 1.0 / 6.0;
    p = p * x2 + 1.0;
    p * x
}

/// The tangent of `x` radians for `x` from 0 to 1.45, within 3e-7 of the true value, relatively.
#[inline]
pub fn tan(x: f32) -> f32 {
    let x2 = x * x;
    let mut sin = -2.505_210_8e-8; // -1 / 11!
    sin = sin * x2 + 2.755_731_9e-6;
    sin = sin * x2 - 1.984_127e-4;
    sin = sin * x2 + 8.333_333e-3;
    sin = sin * x2 - 1.666_666_7e-1;
    sin = sin * x2 + 1.0;
    let mut cos = 2.087_675_7e-9; // 1 / 12!
    cos = cos * x2 - 2.755_732e-7;
    cos = cos * x2 + 2.480_158_7e-5;
    cos = cos * x2 - 1.388_888_9e-3;
    cos = cos * x2 + 4.166_666_8e-2;
    cos = cos * x2 - 0.5;
    cos = cos * x2 + 1.0;
    sin * x / cos
}

#[cfg(test)]
mod tests;
