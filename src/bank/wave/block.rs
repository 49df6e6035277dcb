//! One piece of memory for all the waves that a large instrument brings along.
//!
//! It lies on huge pages where the system has them: filling it costs few page faults, and reading it few misses
//! of the address cache. It is anonymous memory, not a view of the file, and is given back with the last of
//! its waves.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use memmap2::{MmapMut, MmapOptions};

use crate::bank::wave::{ALIGNMENT, GUARD_AFTER, GUARD_BEFORE, PointBuffer, WaveData};
use crate::riff::{ByteSource, RiffError, Span, read_at};

/// From how many bytes on waves are read into one piece: the size of a huge page on most machines.
pub(crate) const LEAST_BYTES: u64 = 2 << 20;
const POINT_BYTES: usize = size_of::<i16>();

/// The points of one wave, guards included, in a piece of memory with others.
#[derive(Clone)]
pub(crate) struct PointsInBlock {
    block: Arc<MmapMut>,
    bytes: Range<usize>,
}

impl PointsInBlock {
    pub(crate) fn as_slice(&self) -> &[i16] {
        let bytes = self.block.get(self.bytes.clone()).unwrap_or_default();
        bytemuck::try_cast_slice(bytes).unwrap_or_default()
    }
}

impl fmt::Debug for PointsInBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PointsInBlock").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// Reads the 16-bit waves that lie at `spans`; nothing when the system has no such piece of memory.
///
/// The caller has checked that the spans are inside the file and their lengths inside its limits.
pub(crate) fn read_waves(
    source: &dyn ByteSource,
    spans: &[Span],
) -> Result<Option<Vec<WaveData>>, RiffError> {
    let bytes = spans.iter().map(|span| room(*span)).sum();
    let Some(mut block) = huge(bytes) else { return Ok(None) };
    let mut places = Vec::with_capacity(spans.len());
    let mut end = 0;
    for span in spans {
        let start = end;
        end += room(*span);
        let first = start + GUARD_BEFORE * POINT_BYTES;
        let points = first..first + span.len as usize;
        let guarded = start..points.end + GUARD_AFTER * POINT_BYTES;
        let points = &mut block[points];
        read_at(source, points, span.offset)?;
        if cfg!(target_endian = "big") {
            points.as_chunks_mut::<POINT_BYTES>().0.iter_mut().for_each(|point| point.reverse());
        }
        places.push((guarded, span.len as usize / POINT_BYTES));
    }
    let block = Arc::new(block);
    let wave = |(bytes, len)| {
        let points = PointsInBlock { block: Arc::clone(&block), bytes };
        // Sample addresses have 32 bits.
        WaveData::new(PointBuffer::InBlock(points), len as u32)
    };
    Ok(Some(places.into_iter().map(wave).collect()))
}

/// Bytes that a wave takes, so that the next one is aligned too.
fn room(span: Span) -> usize {
    let guards = (GUARD_BEFORE + GUARD_AFTER) * POINT_BYTES;
    (span.len as usize + guards).next_multiple_of(ALIGNMENT)
}

/// Zeros, aligned to a page at least.
fn huge(bytes: usize) -> Option<MmapMut> {
    let block = MmapOptions::new().len(bytes).map_anon().ok()?;
    // Small pages do as well, only slower.
    #[cfg(target_os = "linux")]
    let _ = block.advise(memmap2::Advice::HugePage);
    Some(block)
}
