//! From data points in floating point to PCM bytes.

use super::SampleFormat;

/// Turns data points into the bytes of a [`SampleFormat`].
///
/// 16-bit output gets triangular dither of two quantization steps peak to peak from a seeded generator,
/// so the same data points give the same bytes however they are cut into calls.
#[derive(Debug, Clone)]
pub struct PcmEncoder {
    format: SampleFormat,
    dither: Option<Dither>,
}

impl PcmEncoder {
    /// An encoder for `format`; `dither` has an effect on 16-bit output only.
    pub fn new(format: SampleFormat, dither: bool) -> Self {
        let wanted = dither && format == SampleFormat::S16;
        Self { format, dither: wanted.then(Dither::new) }
    }

    /// The format of the bytes.
    pub const fn format(&self) -> SampleFormat {
        self.format
    }

    /// Appends the bytes of `points` to `out`.
    ///
    /// Data points beyond full scale are clipped in the integer formats; one that is not a number
    /// becomes silence.
    pub fn encode(&mut self, points: &[f32], out: &mut Vec<u8>) {
        let start = out.len();
        out.resize(start + points.len() * usize::from(self.format.bytes()), 0);
        let bytes = out.get_mut(start..).unwrap_or_default();
        match self.format {
            SampleFormat::S16 => {
                for (bytes, &point) in bytes.as_chunks_mut().0.iter_mut().zip(points) {
                    let noise = self.dither.as_mut().map_or(0.0, Dither::next);
                    *bytes = (quantize(point, 32_768.0, noise) as i16).to_le_bytes();
                }
            }
            SampleFormat::S24 => {
                for (bytes, &point) in bytes.as_chunks_mut().0.iter_mut().zip(points) {
                    let [low, middle, high, _] = quantize(point, 8_388_608.0, 0.0).to_le_bytes();
                    *bytes = [low, middle, high];
                }
            }
            SampleFormat::F32 => {
                for (bytes, point) in bytes.as_chunks_mut().0.iter_mut().zip(points) {
                    *bytes = point.to_le_bytes();
                }
            }
        }
    }
}

/// The largest number below a half.
const BELOW_HALF: f64 = 0.499_999_999_999_999_94;

/// The nearest integer to `point` × `scale` + `noise`, halves away from zero, inside [-scale, scale - 1].
#[inline]
fn quantize(point: f32, scale: f64, noise: f64) -> i32 {
    let value = (f64::from(point) * scale + noise).clamp(-scale, scale - 1.0);
    // Rounds, as the cast cuts off the fraction: what lies below a half does not reach the next integer, and a half does,
    // by the rounding of the sum. The cast makes 0 of what is not a number. `round` is a call where the processor is not
    // known to have it.
    (value + BELOW_HALF.copysign(value)) as i32
}

/// Triangular noise between -1 and 1 quantization steps.
#[derive(Debug, Clone)]
struct Dither {
    state: u64,
}

impl Dither {
    /// The seed is any odd number; it is fixed so that renders repeat.
    const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

    const fn new() -> Self {
        Self { state: Self::SEED }
    }

    /// The difference of two uniform numbers, from the two halves of one xorshift64* step.
    fn next(&mut self) -> f64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let bits = self.state.wrapping_mul(0x2545_F491_4F6C_DD1D);
        let (high, low) = ((bits >> 32) as u32, bits as u32);
        (f64::from(high) - f64::from(low)) / 4_294_967_296.0
    }
}

#[cfg(test)]
mod tests;
