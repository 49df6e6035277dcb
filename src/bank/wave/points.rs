//! Aligned buffers of data points.

use crate::bank::wave::block::PointsInBlock;
use crate::bank::wave::{ALIGNMENT, GUARD_AFTER, GUARD_BEFORE};

/// Data points, full scale at 32,768 whatever their kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Points<'a> {
    /// 16-bit points as they are in the file, or as a compressed stream decodes.
    I16(&'a [i16]),
    /// 24-bit points, exact: the 24-bit number divided by 256.
    F32(&'a [f32]),
}

impl<'a> Points<'a> {
    /// Some of them; none when there are fewer.
    pub(crate) fn slice(self, start: usize, len: usize) -> Points<'a> {
        let range = start..start + len;
        match self {
            Self::I16(points) => Points::I16(points.get(range).unwrap_or_default()),
            Self::F32(points) => Points::F32(points.get(range).unwrap_or_default()),
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::I16(points) => points.len(),
            Self::F32(points) => points.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One point, exact in either kind.
    pub fn get(&self, index: usize) -> Option<f32> {
        match self {
            Self::I16(points) => points.get(index).copied().map(f32::from),
            Self::F32(points) => points.get(index).copied(),
        }
    }
}

/// Owned data points, the first of the wave aligned.
#[derive(Debug)]
pub(crate) enum PointBuffer {
    I16(Aligned<i16>),
    F32(Aligned<f32>),
    /// 16-bit points, in memory that many waves share.
    InBlock(PointsInBlock),
}

impl PointBuffer {
    pub(crate) fn as_points(&self) -> Points<'_> {
        match self {
            Self::I16(buffer) => Points::I16(buffer.as_slice()),
            Self::F32(buffer) => Points::F32(buffer.as_slice()),
            Self::InBlock(points) => Points::I16(points.as_slice()),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        match self.as_points() {
            Points::I16(points) => size_of_val(points),
            Points::F32(points) => size_of_val(points),
        }
    }

    /// A buffer of points of a wave: the one at an index is the one at `position` of that index.
    pub(crate) fn pick(&self, len: usize, position: impl Fn(usize) -> i64) -> Self {
        match self.as_points() {
            Points::I16(wave) => Self::I16(Aligned::picked(wave, len, position)),
            Points::F32(wave) => Self::F32(Aligned::picked(wave, len, position)),
        }
    }
}

/// Points whose first lies at a multiple of [`ALIGNMENT`] bytes.
///
/// INVARIANT: the storage never grows past the capacity that it was made with, so that its address, and with it
/// the alignment, stays.
#[derive(Debug)]
pub(crate) struct Aligned<T> {
    storage: Vec<T>,
    start: usize,
    end: usize,
}

impl<T: Copy + Default> Aligned<T> {
    /// No points yet, and room for `len`.
    fn with_room(len: usize) -> Self {
        let slack = ALIGNMENT / size_of::<T>();
        let mut storage: Vec<T> = Vec::with_capacity(len + slack);
        // An allocator gives at least the alignment of `T`, so this is less than one step.
        let start = storage.as_ptr().align_offset(ALIGNMENT).min(slack);
        storage.resize(start, T::default());
        Self { storage, start, end: start + len }
    }

    /// The front guard of a wave, and room for `len` points and the guard behind them.
    pub(crate) fn wave(len: usize) -> Self {
        let mut wave = Self::with_room(GUARD_BEFORE + len + GUARD_AFTER);
        wave.storage.resize(wave.start + GUARD_BEFORE, T::default());
        wave
    }

    /// Appends points, as many as there is room for.
    pub(crate) fn extend(&mut self, points: impl ExactSizeIterator<Item = T>) {
        self.storage.extend(points.take(self.end - self.storage.len()));
    }

    /// Fills what room is left with zeros: the guard behind the points.
    pub(crate) fn closed(mut self) -> Self {
        self.storage.resize(self.end, T::default());
        self
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        &self.storage[self.start..]
    }

    /// The points of a wave at these positions, zeros where it has none.
    fn picked(wave: &[T], len: usize, position: impl Fn(usize) -> i64) -> Self {
        let mut picked = Self::with_room(len);
        picked.extend((0..len).map(|index| {
            let from = usize::try_from(position(index) + GUARD_BEFORE as i64).ok();
            from.and_then(|from| wave.get(from)).copied().unwrap_or_default()
        }));
        picked
    }
}
