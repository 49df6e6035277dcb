//! Modulator sources as numbers: what a controller's position means to a modulator.
//!
//! SPEC: SoundFont 2.04 §8.2 (sources), §9.5 (evaluation). A position is on the controller's own scale:
//! 0 to 127 for seven bits, 0 to 16,383 for fourteen; finer values lie between its points, so that all
//! 128 and all 16,384 give exactly the values of the standard.

use crate::bank::{Curve, Direction, Input, ModulatorSource, Polarity};
use crate::dsp;
use crate::midi::{ControlValue, Velocity};

/// The top of a seven-bit scale.
pub(super) const SEVEN_BITS: f32 = 127.0;
/// The top of a fourteen-bit scale.
pub(super) const FOURTEEN_BITS: f32 = 16_383.0;
/// The controller of balance, whose ends are exact like those of pan.
const BALANCE: u8 = 8;
/// The controller of pan.
const PAN: u8 = 10;
/// log10(2) * 40 / 96: what one octave is worth on a concave curve.
const CONCAVE_PER_OCTAVE: f64 = 40.0 / 96.0 * std::f64::consts::LOG10_2;

/// A value on its own scale, 0 to `top`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reading {
    /// The value.
    pub(super) value: f32,
    /// The largest value.
    pub(super) top: f32,
}

impl Reading {
    /// A seven-bit value.
    pub(super) const fn seven(value: f32) -> Self {
        Self { value, top: SEVEN_BITS }
    }

    /// A fourteen-bit value.
    pub(super) const fn fourteen(value: f32) -> Self {
        Self { value, top: FOURTEEN_BITS }
    }

    /// The part of the scale below the value; `top` gives a little less than 1.
    fn part(self) -> f32 {
        self.value / (self.top + 1.0)
    }

    fn reversed(self) -> Self {
        let value = self.top - self.value;
        Self { value: if value > 0.0 { value } else { 0.0 }, top: self.top }
    }
}

/// A value of 32 bits on the seven-bit scale: 64 for the centre, whole numbers for what seven bits can say.
pub(super) fn seven_bit_scale(value: ControlValue) -> f32 {
    scale(value, value.to_u7().into(), |whole| ControlValue::from_u7(whole as u8))
}

/// A value of 32 bits on the fourteen-bit scale.
pub(super) fn fourteen_bit_scale(value: ControlValue) -> f32 {
    scale(value, value.to_u14().into(), |whole| ControlValue::from_u14(whole as u16))
}

/// A velocity of 16 bits on the seven-bit scale.
pub(super) fn velocity_scale(velocity: Velocity) -> f32 {
    let fine = |velocity: Velocity| ControlValue(u32::from(velocity.to_u16()));
    scale(fine(velocity), velocity.to_u7().into(), |whole| fine(Velocity::from_data(whole as u8)))
}

/// `whole` and the part of the way from its 32-bit value to that of the next whole number.
#[inline]
fn scale(value: ControlValue, whole: u32, point: impl Fn(u32) -> ControlValue) -> f32 {
    // Above the centre, the top bits of a value can be those of the next whole number already.
    let low = point(whole).0;
    if value.0 == low {
        return whole as f32;
    }
    let whole = if value.0 < low { whole.saturating_sub(1) } else { whole };
    let low = point(whole).0;
    let high = point(whole + 1).0;
    let part = f64::from(value.0 - low) / f64::from(high.saturating_sub(low).max(1));
    let scaled = (f64::from(whole) + part) as f32;
    // Rounding must not reach the next whole number: at 64 a pedal is down.
    let next = (whole + 1) as f32;
    if scaled < next { scaled } else { next.next_down() }
}

/// What `source` makes of `reading`: 0 to 1, or -1 to 1.
#[inline]
pub(super) fn map(source: &ModulatorSource, reading: Reading) -> f32 {
    let down = source.direction == Direction::Negative;
    match source.polarity {
        Polarity::Unipolar => {
            let reading = if down { reading.reversed() } else { reading };
            unipolar(source.curve, reading)
        }
        Polarity::Bipolar => {
            let up =
                if ends_are_exact(source.input) { exact_ends(reading) } else { centred(reading) };
            bipolar(source.curve, if down { -up } else { up })
        }
    }
}

fn unipolar(curve: Curve, reading: Reading) -> f32 {
    let height = reading.value / reading.top;
    match curve {
        Curve::Linear => reading.part(),
        Curve::Concave | Curve::Convex => {
            let convex = curve == Curve::Convex;
            match whole(reading) {
                Some(step) => BENT[usize::from(convex)][step],
                None => bent(height, convex),
            }
        }
        Curve::Switch if reading.part() >= 0.5 => 1.0,
        Curve::Switch => 0.0,
    }
}

fn bipolar(curve: Curve, value: f32) -> f32 {
    let size = value.abs();
    let shaped = match curve {
        Curve::Linear => size,
        Curve::Concave => bent(size, false),
        Curve::Convex => bent(size, true),
        Curve::Switch => 1.0,
    };
    if value < 0.0 { -shaped } else { shaped }
}

/// -1 to almost 1, with 0 at the centre.
fn centred(reading: Reading) -> f32 {
    2.0 * reading.part() - 1.0
}

/// -1 to 1, with 0 at the centre and the ends exact.
///
/// DEVIATION: SoundFont 2.04 §8.2.4 would let 127 be 0.984, so that pan never reaches the right.
fn exact_ends(reading: Reading) -> f32 {
    let half = (reading.top + 1.0) / 2.0;
    let away = reading.value - half;
    if away < 0.0 { away / half } else { away / (half - 1.0) }
}

fn ends_are_exact(input: Input) -> bool {
    matches!(input, Input::Controller(PAN | BALANCE))
}

/// The step of the seven-bit scale that a value is, if it is one.
fn whole(reading: Reading) -> Option<usize> {
    let step = reading.value as i32;
    let is_whole = reading.top == SEVEN_BITS && step as f32 == reading.value;
    usize::try_from(step).ok().filter(|&step| is_whole && step < STEPS)
}

/// The steps of the seven-bit scale.
const STEPS: usize = 128;

/// The concave and the convex curve at the steps of the seven-bit scale: a logarithm less for most controllers.
static BENT: [[f32; STEPS]; 2] = {
    let (mut curves, mut step) = ([[0.0; STEPS]; 2], 0);
    while step < STEPS {
        curves[0][step] = bent(step as f32 / SEVEN_BITS, false);
        curves[1][step] = bent(step as f32 / SEVEN_BITS, true);
        step += 1;
    }
    curves
};

/// The concave curve, or the convex one.
const fn bent(height: f32, convex: bool) -> f32 {
    if convex { 1.0 - concave(1.0 - height) } else { concave(height) }
}

/// The concave curve: 0 at 0, 1 at 1, and such that an inverted amount of 960 cB is 40 log10 of the height.
///
/// SPEC: §8.2.4 and §9.5.3.
const fn concave(height: f32) -> f32 {
    let value = -CONCAVE_PER_OCTAVE * dsp::log2(1.0 - height as f64);
    dsp::clamp(value as f32, 0.0, 1.0)
}

#[cfg(test)]
mod tests;
