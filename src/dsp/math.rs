//! exp2, log2, sine and tangent from polynomials, the same bits on every machine.
//!
//! Not general replacements for the standard library: each states the range in which it is used and the
//! error that its test holds it to.

/// Added and taken away again, this rounds an `f64` below 2^51 to the nearest integer, which the lowest bits are in between.
const ROUND_F64: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52
/// The same for an `f32` below 2^22.
const ROUND_F32: f32 = 12_582_912.0; // 1.5 * 2^23

/// 1 / n!, from n = 0 up.
const EXPONENTIAL: [f64; 13] = [
    1.0,
    1.0,
    0.5,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
];
/// 1 / (2 n + 1).
const INVERSE_HYPERBOLIC_TANGENT: [f64; 11] = [
    1.0,
    1.0 / 3.0,
    1.0 / 5.0,
    1.0 / 7.0,
    1.0 / 9.0,
    1.0 / 11.0,
    1.0 / 13.0,
    1.0 / 15.0,
    1.0 / 17.0,
    1.0 / 19.0,
    1.0 / 21.0,
];
/// 1 / (2 n + 1)!, with signs that take turns.
const SINE: [f64; 10] = [
    1.0,
    -1.0 / 6.0,
    1.0 / 120.0,
    -1.0 / 5_040.0,
    1.0 / 362_880.0,
    -1.0 / 39_916_800.0,
    1.0 / 6_227_020_800.0,
    -1.0 / 1_307_674_368_000.0,
    1.0 / 355_687_428_096_000.0,
    -1.0 / 121_645_100_408_832_000.0,
];

/// The polynomial with these coefficients, the lowest first; at least nine and at most sixteen.
///
/// In pairs, pairs of pairs and so on: the processor has four steps to wait for, not one for each coefficient.
#[inline(always)]
const fn polynomial<const N: usize>(x: f64, coefficients: &[f64; N]) -> f64 {
    let x2 = x * x;
    let x4 = x2 * x2;
    eight(0, [x, x2, x4], coefficients) + eight(8, [x, x2, x4], coefficients) * (x4 * x4)
}

#[inline(always)]
const fn eight<const N: usize>(at: usize, powers: [f64; 3], coefficients: &[f64; N]) -> f64 {
    let low = four(at, powers, coefficients);
    if at + 4 < N { low + four(at + 4, powers, coefficients) * powers[2] } else { low }
}

#[inline(always)]
const fn four<const N: usize>(at: usize, powers: [f64; 3], coefficients: &[f64; N]) -> f64 {
    let low = two(at, powers, coefficients);
    if at + 2 < N { low + two(at + 2, powers, coefficients) * powers[1] } else { low }
}

#[inline(always)]
const fn two<const N: usize>(at: usize, powers: [f64; 3], coefficients: &[f64; N]) -> f64 {
    let low = coefficients[at];
    if at + 1 < N { low + coefficients[at + 1] * powers[0] } else { low }
}

/// `value` held between `low` and `high`; `low` when it is not a number.
///
/// Written as comparisons because the standard minimum and maximum leave the choice between signed
/// zeros, and the handling of not-a-number, to the machine.
#[inline(always)]
pub const fn clamp(value: f32, low: f32, high: f32) -> f32 {
    let raised = if value > low { value } else { low };
    if raised < high { raised } else { high }
}

/// `value` rounded to the nearest integer, ties to even; exact below 2^22.
#[inline]
pub fn round(value: f32) -> f32 {
    (value + ROUND_F32) - ROUND_F32
}

/// Two to the power of `x`, within 2e-7 of the true value, relatively; `x` is held to -126 to 127.
#[inline(always)]
pub fn exp2(x: f32) -> f32 {
    let x = clamp(x, -126.0, 127.0);
    let shifted = x + ROUND_F32;
    let f = x - (shifted - ROUND_F32);
    let f2 = f * f; // (ln 2)^n / n!, from n = 0 to 7
    let low = (1.0 + 6.931_472e-1 * f) + (2.402_265e-1 + 5.550_411e-2 * f) * f2;
    let high = (9.618_129e-3 + 1.333_355_8e-3 * f) + (1.540_353e-4 + 1.525_273_4e-5 * f) * f2;
    let p = low + high * (f2 * f2);
    p * f32::from_bits(shifted.to_bits().wrapping_add(127) << (f32::MANTISSA_DIGITS - 1))
}

/// Two to the power of `x`, within 1e-15 of the true value, relatively; `x` is held to -1022 to 1023.
#[inline(always)]
pub fn exp2_f64(x: f64) -> f64 {
    let x = if x > -1022.0 { x } else { -1022.0 };
    let x = if x < 1023.0 { x } else { 1023.0 };
    let shifted = x + ROUND_F64;
    let f = (x - (shifted - ROUND_F64)) * std::f64::consts::LN_2;
    let p = polynomial(f, &EXPONENTIAL);
    p * f64::from_bits(shifted.to_bits().wrapping_add(1023) << (f64::MANTISSA_DIGITS - 1))
}

/// The logarithm of `x` to base 2, within 1e-15 absolutely near 1 and relatively elsewhere.
///
/// What is not a positive normal number counts as the smallest one.
pub const fn log2(x: f64) -> f64 {
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
    let p = polynomial(s2, &INVERSE_HYPERBOLIC_TANGENT);
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
    let p = polynomial(x2, &SINE);
    p * x
}

/// The tangent of `x` radians for `x` from 0 to 1.45, within 3e-7 of the true value, relatively.
#[inline(always)]
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
