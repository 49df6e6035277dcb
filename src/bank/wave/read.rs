//! Reading data points from the `smpl` and `sm24` chunks.

use crate::bank::wave::points::Aligned;
use crate::bank::wave::{PointBuffer, WaveData};
use crate::riff::{ByteSource, RiffError, Span, read_at};

/// Bytes that are read at a time: they stay in the cache while they are turned into points.
const BLOCK: usize = 64 << 10;

/// Where the bytes of a sample's points lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PcmSpans {
    /// 16-bit points: all of them, or the upper bytes of 24-bit ones.
    pub(crate) smpl: Span,
    /// The lowest bytes of 24-bit points, half as many.
    pub(crate) sm24: Option<Span>,
}

/// Reads a wave. One whose 24-bit points need only 16 stays in 16.
pub(crate) fn read_pcm(
    source: &dyn ByteSource,
    spans: PcmSpans,
    len: u32,
) -> Result<WaveData, RiffError> {
    let mut high = Aligned::<i16>::wave(len as usize);
    let mut offset = spans.smpl.offset;
    let mut block = vec![0; BLOCK.min(2 * len as usize)];
    for points in high.wave_mut().chunks_mut(BLOCK / 2) {
        let bytes = &mut block[..2 * points.len()];
        read_at(source, bytes, offset)?;
        for (point, bytes) in points.iter_mut().zip(bytes.as_chunks().0) {
            *point = i16::from_le_bytes(*bytes);
        }
        offset += bytes.len() as u64;
    }
    let low = match spans.sm24 {
        Some(span) => read_bytes(source, Span { offset: span.offset, len: u64::from(len) })?,
        None => Vec::new(),
    };
    if low.iter().all(|&byte| byte == 0) {
        return Ok(WaveData::new(PointBuffer::I16(high), len));
    }
    let mut wide = Aligned::<f32>::wave(len as usize);
    for ((point, high), low) in wide.wave_mut().iter_mut().zip(high.wave_mut()).zip(low) {
        // Both the 24-bit number and its 256th part are exact.
        *point = (i32::from(*high) * 256 + i32::from(low)) as f32 / 256.0;
    }
    Ok(WaveData::new(PointBuffer::F32(wide), len))
}

/// Reads bytes that the caller has checked to be there and to be inside its limits.
pub(crate) fn read_bytes(source: &dyn ByteSource, span: Span) -> Result<Vec<u8>, RiffError> {
    // Sample addresses have 32 bits.
    let mut bytes = vec![0; span.len as usize];
    read_at(source, &mut bytes, span.offset)?;
    Ok(bytes)
}
