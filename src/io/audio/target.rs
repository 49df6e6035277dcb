//! Frames of the port as frames of the device: channels spread, data points converted.

use cpal::{Data, I24, SampleFormat};

use crate::format::{PcmEncoder, SampleFormat as PcmFormat};

/// Memory of a device's block, channels interleaved.
pub(super) enum Target<'a> {
    F32(&'a mut [f32]),
    I32(&'a mut [i32]),
    I24(&'a mut [I24]),
    I16(&'a mut [i16]),
}

impl<'a> Target<'a> {
    /// The block that cpal hands out; `None` for a format that was never asked for.
    pub(super) fn new(data: &'a mut Data) -> Option<Self> {
        match data.sample_format() {
            SampleFormat::F32 => data.as_slice_mut().map(Self::F32),
            SampleFormat::I32 => data.as_slice_mut().map(Self::I32),
            SampleFormat::I24 => data.as_slice_mut().map(Self::I24),
            SampleFormat::I16 => data.as_slice_mut().map(Self::I16),
            _ => None,
        }
    }

    /// Data points in the block.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::F32(out) => out.len(),
            Self::I32(out) => out.len(),
            Self::I24(out) => out.len(),
            Self::I16(out) => out.len(),
        }
    }
}

/// Writes data points in a device's format.
///
/// 16-bit devices get the same dither as 16-bit files, but a silent stretch stays silent.
#[derive(Debug)]
pub(super) struct Converter {
    encoder: PcmEncoder,
    bytes: Vec<u8>,
}

impl Converter {
    /// A converter for stretches of up to `points` data points.
    pub(super) fn new(points: usize) -> Self {
        let encoder = PcmEncoder::new(PcmFormat::S16, true);
        Self { encoder, bytes: Vec::with_capacity(points * 2) }
    }

    /// Writes `points` to `target` from its data point `start` on.
    pub(super) fn write(&mut self, points: &[f32], target: &mut Target<'_>, start: usize) {
        let end = start + points.len();
        match target {
            Target::F32(out) => each(points, &mut out[start..end], |point| point),
            Target::I32(out) => {
                each(points, &mut out[start..end], |point| quantize(point, 2_147_483_648.0));
            }
            Target::I24(out) => each(points, &mut out[start..end], |point| {
                I24::new(quantize(point, 8_388_608.0)).unwrap_or_default()
            }),
            Target::I16(out) => self.write_i16(points, &mut out[start..end]),
        }
    }

    fn write_i16(&mut self, points: &[f32], out: &mut [i16]) {
        if points.iter().all(|point| *point == 0.0) {
            out.fill(0);
            return;
        }
        self.bytes.clear();
        self.encoder.encode(points, &mut self.bytes);
        for (point, bytes) in out.iter_mut().zip(self.bytes.as_chunks::<2>().0) {
            *point = i16::from_le_bytes(*bytes);
        }
    }
}

fn each<T>(points: &[f32], out: &mut [T], convert: impl Fn(f32) -> T) {
    for (out, point) in out.iter_mut().zip(points) {
        *out = convert(*point);
    }
}

/// The nearest integer inside [-scale, scale - 1]; what is not a number becomes 0.
fn quantize(point: f32, scale: f64) -> i32 {
    (f64::from(point) * scale).round().clamp(-scale, scale - 1.0) as i32
}

/// Lays the port's frames out as the device's: stereo on the first two channels, mono on both of them,
/// the mean of both on a single one; further channels are silent.
pub(super) fn spread(from: &[f32], from_channels: usize, to: &mut [f32], to_channels: usize) {
    let frames = from.chunks_exact(from_channels.max(1));
    for (to, from) in to.chunks_exact_mut(to_channels.max(1)).zip(frames) {
        let (left, right) = match from {
            [left, right, ..] => (*left, *right),
            [mono] => (*mono, *mono),
            [] => (0.0, 0.0),
        };
        match to {
            [mono] => *mono = 0.5 * (left + right),
            [first, second, others @ ..] => {
                (*first, *second) = (left, right);
                others.fill(0.0);
            }
            [] => {}
        }
    }
}

#[cfg(test)]
mod tests;
