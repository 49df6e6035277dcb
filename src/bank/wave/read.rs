//! Reading data points from the `smpl` and `sm24` chunks.

use crate::bank::wave::points::Aligned;
use crate::bank::wave::{PointBuffer, WaveData};
use crate::riff::{ByteSource, RiffError, Span, read_at};

/// Bytes that are read at a time: they stay in the nearest cache while they are turned into points.
const BLOCK: usize = 16 << 10;

/// Room for the bytes that are read at a time; one for all waves of a download.
#[derive(Debug, Default)]
pub(crate) struct ReadBuffer(Vec<u8>);

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
    buffer: &mut ReadBuffer,
) -> Result<WaveData, RiffError> {
    let low = match spans.sm24 {
        Some(span) => read_bytes(source, Span { len: u64::from(len), ..span })?,
        None => Vec::new(),
    };
    let points = if low.iter().all(|&byte| byte == 0) {
        let mut wave = Aligned::<i16>::wave(len as usize);
        for_each_block(source, spans.smpl, buffer, |_, block| {
            wave.extend(block.iter().map(|bytes| i16::from_le_bytes(*bytes)));
        })?;
        PointBuffer::I16(wave.closed())
    } else {
        let mut wave = Aligned::<f32>::wave(len as usize);
        for_each_block(source, spans.smpl, buffer, |first, block| {
            let low = low.get(first..).unwrap_or_default();
            wave.extend(block.iter().zip(low).map(|(high, &low)| {
                // Both the 24-bit number and its 256th part are exact.
                let high = i32::from(i16::from_le_bytes(*high));
                (high * 256 + i32::from(low)) as f32 / 256.0
            }));
        })?;
        PointBuffer::F32(wave.closed())
    };
    Ok(WaveData::new(points, len))
}

/// Reads 16-bit points in blocks; `take` gets the number of the first point and the block.
fn for_each_block(
    source: &dyn ByteSource,
    span: Span,
    ReadBuffer(block): &mut ReadBuffer,
    mut take: impl FnMut(usize, &[[u8; 2]]),
) -> Result<(), RiffError> {
    // A block is never longer than the sample, and there are fewer than 2^32 points.
    let longest = (span.len as usize).min(BLOCK);
    if block.len() < longest {
        block.resize(longest, 0);
    }
    let mut rest = span;
    let mut first = 0;
    while rest.len > 0 {
        let bytes = &mut block[..rest.len.min(BLOCK as u64) as usize];
        read_at(source, bytes, rest.offset)?;
        let points = bytes.as_chunks().0;
        take(first, points);
        first += points.len();
        rest = rest.skip(bytes.len() as u64);
    }
    Ok(())
}

/// Reads bytes that the caller has checked to be there and to be inside its limits.
pub(crate) fn read_bytes(source: &dyn ByteSource, span: Span) -> Result<Vec<u8>, RiffError> {
    // Sample addresses have 32 bits.
    let mut bytes = vec![0; span.len as usize];
    read_at(source, &mut bytes, span.offset)?;
    Ok(bytes)
}
