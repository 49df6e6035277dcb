//! Waves: the data points of samples, in memory that the audio thread may read without a check.
//!
//! Not a view of the file: waves are owned, so that nothing the file does later can reach the audio thread.
//!
//! # What lies where
//!
//! A voice's position `p` names the *first* of the four points that a cubic interpolator reads, so the point
//! that sounds lies between `p + 1` and `p + 2`. A voice begins at `p = start - 1`. A kernel reads a *window*:
//! up to [`WINDOW`] points from `p` on, loaded whole.
//!
//! [`WaveData`] holds one sample, from its first to its last point, whatever region plays it:
//!
//! ```text
//! position   -GUARD_BEFORE ..= -1    0 .. len               len .. len + GUARD_AFTER
//! index      0 .. GUARD_BEFORE       GUARD_BEFORE ..        ..
//! value      0                       the data points        0
//! ```
//!
//! so position `p` is at index `p + GUARD_BEFORE`, and a window may begin anywhere from `-GUARD_BEFORE` to
//! `len` inclusive. Point 0 lies at a multiple of [`ALIGNMENT`] bytes.
//!
//! [`LoopTail`] holds the end of one loop of a sample, with what is heard after it:
//!
//! ```text
//! position   end - WINDOW .. end     end .. end + WINDOW + GUARD_TAIL
//! index      0 .. WINDOW             WINDOW ..
//! value      as in the wave          the loop repeated: point(start + (position - end) % (end - start))
//! ```
//!
//! where `start` and `end` are the loop's, and index 0 lies at a multiple of [`ALIGNMENT`] bytes. A voice that
//! loops reads a window from the wave while `p + points <= end`, and from the tail, at index
//! `p - (end - WINDOW)`, when it would cross `end`. Past `end` it subtracts the loop's length, as often as it takes,
//! at once or when it has read on in the tail, which gives the same. So no tap of a looping voice lies at or
//! after `end` in the wave, and after the first wrap none lies before `start`. Positions before 0, which only short samples have in their tail, hold zeros.

mod block;
mod points;
mod read;

use std::sync::Arc;

pub(crate) use block::{Blocks, LEAST_BYTES, read_waves};
pub(crate) use points::PointBuffer;
pub use points::Points;
pub(crate) use read::{PcmSpans, ReadBuffer, read_bytes, read_pcm};

use crate::bank::region::AddressOffsets;
use crate::bank::{LoopMode, Region, Sample};

/// The most points that a window may have.
pub const WINDOW: usize = 128;
/// Zeros before the first point of a wave.
pub const GUARD_BEFORE: usize = 64;
/// Zeros after the last point of a wave.
pub const GUARD_AFTER: usize = WINDOW + 64;
/// Points that go on repeating the loop after the last window of a tail.
pub const GUARD_TAIL: usize = 64;
/// Alignment of a wave's first point and of a tail's first point, in bytes.
pub const ALIGNMENT: usize = 64;

/// The data points of one sample, with zeros around them. See the module for what lies where.
#[derive(Debug)]
pub struct WaveData {
    points: PointBuffer,
    len: u32,
}

impl WaveData {
    /// The wave of `len` data points, of which `buffer` has the guards around them already.
    pub(crate) fn new(points: PointBuffer, len: u32) -> Self {
        Self { points, len }
    }

    /// The wave of these points.
    pub(crate) fn from_points(points: &[i16]) -> Self {
        let mut buffer = points::Aligned::wave(points.len());
        buffer.extend(points.iter().copied());
        // Limits keep decoded samples far below 32 bits.
        Self { points: PointBuffer::I16(buffer.closed()), len: points.len() as u32 }
    }

    /// Data points, without the guards.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether there are no data points.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All points, guards included; position `p` is at index `p + GUARD_BEFORE`.
    pub fn points(&self) -> Points<'_> {
        self.points.as_points()
    }

    /// The data points alone, without the guards.
    pub fn data_points(&self) -> Points<'_> {
        self.points.as_points().slice(GUARD_BEFORE, self.len as usize)
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        self.points.bytes()
    }

    /// Bytes that a wave of 16-bit points takes.
    pub(crate) fn bytes_of(len: u64, point_bytes: u64) -> u64 {
        (len + (GUARD_BEFORE + GUARD_AFTER) as u64) * point_bytes
    }
}

/// The end of a loop and the loop repeated after it. See the module for what lies where.
#[derive(Debug)]
pub struct LoopTail {
    points: PointBuffer,
    loop_points: LoopPoints,
}

impl LoopTail {
    /// The tail of one loop of a wave.
    ///
    /// INVARIANT: the loop lies inside the wave and is not empty; [`PlayPoints`] are made so.
    pub(crate) fn new(wave: &WaveData, loop_points: LoopPoints) -> Self {
        let LoopPoints { start, end } = loop_points;
        let (start, end) = (i64::from(start), i64::from(end));
        let first = end - WINDOW as i64;
        let unrolled = |index: usize| {
            let position = first + index as i64;
            if position < end { position } else { start + (position - end) % (end - start) }
        };
        Self { points: wave.points.pick(2 * WINDOW + GUARD_TAIL, unrolled), loop_points }
    }

    /// The loop that this is the tail of.
    pub fn loop_points(&self) -> LoopPoints {
        self.loop_points
    }

    /// Position of the first point: the loop's end less [`WINDOW`].
    pub fn first(&self) -> i64 {
        i64::from(self.loop_points.end) - WINDOW as i64
    }

    /// All points; position `p` is at index `p - first()`. The same kind of points as the wave's.
    pub fn points(&self) -> Points<'_> {
        self.points.as_points()
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        self.points.bytes()
    }
}

/// A loop, in data points from the sample's first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoopPoints {
    /// The first point of the loop.
    pub start: u32,
    /// One past the last point. Invariant: at least `start + 2`, at most the length of the wave.
    pub end: u32,
}

/// What a region plays of its sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlayPoints {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) looped: Option<LoopPoints>,
}

impl PlayPoints {
    /// What a region plays of its sample, which has `len` points; `None` when nothing is left to play.
    pub(crate) fn of(region: &Region, sample: &Sample, len: u32) -> Option<Self> {
        let loop_points = (sample.loop_start, sample.loop_end);
        Self::new(len, loop_points, region.address_offsets(), region.loop_mode())
    }

    /// Applies a region's offsets to a sample of `len` points; `None` when nothing is left to play.
    ///
    /// SPEC: section 7.10 asks for loops of 32 points and more, well inside the sample. DEVIATION: any loop of
    /// two points and more plays; points outside are brought to the sample's ends and a reversed loop is
    /// turned round, as players do. A loop may begin before a moved start: the sample's own points are there.
    fn new(
        len: u32,
        (loop_start, loop_end): (i64, i64),
        offsets: AddressOffsets,
        mode: LoopMode,
    ) -> Option<Self> {
        const SHORTEST_LOOP: u32 = 2;
        // The clamp makes every conversion exact.
        let within = |position: i64, end: u32| position.clamp(0, i64::from(end)) as u32;
        let start = within(offsets.start, len);
        let end = within(i64::from(len) + offsets.end, len);
        if start >= end {
            return None;
        }
        let one = within(loop_start + offsets.loop_start, end);
        let other = within(loop_end + offsets.loop_end, end);
        let points = LoopPoints { start: one.min(other), end: one.max(other) };
        let looped = (mode != LoopMode::None && points.end - points.start >= SHORTEST_LOOP)
            .then_some(points);
        Some(Self { start, end, looped })
    }
}

/// What a voice of a region reads, and at which pitch it was recorded.
#[derive(Debug, Clone)]
pub struct RegionSample {
    /// The data points. The same wave for all regions, instruments and ports that play the sample.
    pub wave: Arc<WaveData>,
    /// The first data point that sounds.
    pub start: u32,
    /// One past the last data point that sounds. Invariant: `start < end <= wave.len()`.
    pub end: u32,
    /// The loop, when the region has one. It lies before `end`; `start` may lie anywhere.
    pub looped: Option<RegionLoop>,
    /// Key at which the sample has its recorded pitch, the region's own or the sample's.
    pub root_key: u8,
    /// Cents to add to the pitch.
    pub correction: i8,
    /// Data points per second.
    pub rate: u32,
}

/// The loop of a region.
#[derive(Debug, Clone)]
pub struct RegionLoop {
    /// Whether it ends when the key is released.
    pub mode: LoopMode,
    /// Where it lies.
    pub points: LoopPoints,
    /// Its end and what follows. The same for all regions that have this loop.
    pub tail: Arc<LoopTail>,
}
