//! Memory for the waves that an instrument brings along: blocks that many waves share, and that are used again.
//!
//! Fresh memory costs: the system has to find it, clear it and enter it page by page, which takes as long as reading the
//! waves does. So waves lie together in blocks, and a block whose last wave has gone is kept for the next instrument of
//! the bank, [`MOST_SPARE`] bytes at most. What waits belongs to the bank and goes with it; no port has any of it.
//!
//! It is anonymous memory, not a view of the file. All of it has been written to before anybody plays from it, so
//! that the audio thread meets no missing page.
//!
//! Not on huge pages. MEASURED: they spare a voice 5 ns of 64 frames at best, of 70 and more; but one of them, where the
//! machine is a virtual one and has not used that memory yet, took the thread that downloads 6 ms (Xeon, Linux 6.18,
//! `cargo bench --bench downloads`, 2026-11-21).

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use memmap2::{MmapMut, MmapOptions};

use crate::bank::wave::{ALIGNMENT, GUARD_AFTER, GUARD_BEFORE, PointBuffer, WaveData};
use crate::riff::{ByteSource, RiffError, Span, read_at};

/// From how many bytes on waves are read into blocks. What is less comes from the allocator, which has it at hand.
pub(crate) const LEAST_BYTES: u64 = 64 << 10;
/// Bytes of a block that several waves fill. Most blocks are of this size, so that any of them suits.
const FULL: usize = 512 << 10;
/// Bytes of a bank's blocks that wait to be used again, at most.
const MOST_SPARE: usize = 16 << 20;
const POINT_BYTES: usize = size_of::<i16>();

/// The blocks of one bank.
///
/// # Thread
///
/// Control threads; whoever drops the last wave of a block is one too.
#[derive(Debug, Default)]
pub(crate) struct Blocks(Mutex<Stock>);

#[derive(Debug, Default)]
struct Stock {
    /// Blocks without waves, the latest last.
    spare: VecDeque<MmapMut>,
}

impl Blocks {
    /// Memory for `bytes` of waves, with anything in it; nothing when the system has none.
    fn take(self: &Arc<Self>, bytes: usize) -> Option<Block> {
        let len = rounded(bytes);
        let spare = self.lock().take(len);
        let memory = Some(spare.or_else(|| fresh(len))?);
        Some(Block { memory, home: Arc::clone(self) })
    }

    fn give_back(&self, memory: Option<MmapMut>) {
        let mut stock = self.lock();
        stock.spare.extend(memory);
        let surplus = stock.take_surplus();
        drop(stock);
        // The system takes its time over large pieces: not under the lock.
        drop(surplus);
    }

    fn lock(&self) -> MutexGuard<'_, Stock> {
        // Nothing panics while it is held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stock {
    /// The spare block that suits best, if one is not much too large.
    fn take(&mut self, len: usize) -> Option<MmapMut> {
        let suits = |block: &MmapMut| (len..=2 * len).contains(&block.len());
        let suiting = self.spare.iter().enumerate().filter(|(_, block)| suits(block));
        let (index, _) = suiting.min_by_key(|(_, block)| block.len())?;
        self.spare.remove(index)
    }

    /// The spare blocks that are too many, the oldest first.
    fn take_surplus(&mut self) -> Vec<MmapMut> {
        let mut spare: usize = self.spare.iter().map(|block| block.len()).sum();
        let mut surplus = Vec::new();
        while spare > MOST_SPARE
            && let Some(block) = self.spare.pop_front()
        {
            spare -= block.len();
            surplus.push(block);
        }
        surplus
    }
}

/// Memory of several waves, which goes back to the others of its bank with the last of them.
struct Block {
    /// `None` only while it is dropped.
    memory: Option<MmapMut>,
    home: Arc<Blocks>,
}

impl Block {
    fn bytes(&self) -> &[u8] {
        self.memory.as_deref().unwrap_or_default()
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        self.memory.as_deref_mut().unwrap_or_default()
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.home.give_back(self.memory.take());
    }
}

/// The points of one wave, guards included, in a block with others.
#[derive(Clone)]
pub(crate) struct PointsInBlock {
    block: Arc<Block>,
    bytes: Range<usize>,
}

impl PointsInBlock {
    pub(crate) fn as_slice(&self) -> &[i16] {
        let bytes = self.block.bytes().get(self.bytes.clone()).unwrap_or_default();
        bytemuck::try_cast_slice(bytes).unwrap_or_default()
    }
}

impl fmt::Debug for PointsInBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PointsInBlock").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// Reads the 16-bit waves that lie at `spans`; fewer when the system has no such memory for the rest.
///
/// The caller has checked that the spans are inside the file and their lengths inside its limits.
pub(crate) fn read_waves(
    source: &dyn ByteSource,
    spans: &[Span],
    blocks: &Arc<Blocks>,
) -> Result<Vec<WaveData>, RiffError> {
    let mut waves = Vec::with_capacity(spans.len());
    let mut rest = spans;
    while !rest.is_empty() {
        let (together, after) = rest.split_at(how_many(rest));
        let Some(block) = blocks.take(together.iter().map(|span| room(*span)).sum()) else { break };
        read_block(source, together, block, &mut waves)?;
        rest = after;
    }
    Ok(waves)
}

/// How many of the first waves go into one block: as many as fill it, and one at least.
fn how_many(spans: &[Span]) -> usize {
    let mut bytes = 0;
    let fit = spans.iter().take_while(|span| {
        bytes += room(**span);
        bytes <= FULL
    });
    fit.count().max(1)
}

/// Reads waves into a block that has room for them.
fn read_block(
    source: &dyn ByteSource,
    spans: &[Span],
    mut block: Block,
    waves: &mut Vec<WaveData>,
) -> Result<(), RiffError> {
    let mut places = Vec::with_capacity(spans.len());
    let mut rest = block.bytes_mut();
    let mut start = 0;
    for span in spans {
        let (wave, after) = rest.split_at_mut(room(*span));
        let (before, wave) = wave.split_at_mut(GUARD_BEFORE * POINT_BYTES);
        let (points, behind) = wave.split_at_mut(span.len as usize);
        before.fill(0);
        behind.fill(0);
        read_at(source, points, span.offset)?;
        if cfg!(target_endian = "big") {
            points.as_chunks_mut::<POINT_BYTES>().0.iter_mut().for_each(|point| point.reverse());
        }
        let guarded = start..start + guarded(*span);
        places.push((guarded, span.len as usize / POINT_BYTES));
        start += room(*span);
        rest = after;
    }
    let block = Arc::new(block);
    waves.extend(places.into_iter().map(|(bytes, len)| {
        let points = PointsInBlock { block: Arc::clone(&block), bytes };
        // Sample addresses have 32 bits.
        WaveData::new(PointBuffer::InBlock(points), len as u32)
    }));
    Ok(())
}

/// Bytes of a wave with its guards.
fn guarded(span: Span) -> usize {
    span.len as usize + (GUARD_BEFORE + GUARD_AFTER) * POINT_BYTES
}

/// Bytes that a wave takes, so that the next one is aligned too.
fn room(span: Span) -> usize {
    guarded(span).next_multiple_of(ALIGNMENT)
}

/// Bytes of the block for so many: one of few sizes, so that it suits others later.
fn rounded(bytes: usize) -> usize {
    if (FULL / 4 * 3..=FULL).contains(&bytes) {
        return FULL;
    }
    let step = (bytes.next_power_of_two() / 8).max(LEAST_BYTES as usize / 4);
    bytes.next_multiple_of(step)
}

/// New memory, aligned to a page at least, and all of it there.
fn fresh(len: usize) -> Option<MmapMut> {
    let block = MmapOptions::new().len(len).map_anon().ok()?;
    // Without this its pages come one by one, as they are written to.
    #[cfg(target_os = "linux")]
    let _ = block.advise(memmap2::Advice::PopulateWrite);
    Some(block)
}

#[cfg(test)]
mod tests;
