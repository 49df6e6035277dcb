//! Aligned buffers of data points.

use std::ops::Range;

use crate::bank::wave::{ALIGNMENT, GUARD_AFTER, GUARD_BEFORE};

/// Data points, full scale at 32,768 whatever their kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Points<'a> {
    /// 16-bit points as they are in the file, or as a compressed stream decodes.
    I16(&'a [i16]),
    /// 24-bit points, exact: the 24-bit number divided by 256.
    F32(&'a [f32]),
}

impl Points<'_> {
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
}

impl PointBuffer {
    pub(crate) fn as_points(&self) -> Points<'_> {
        match self {
            Self::I16(buffer) => Points::I16(buffer.as_slice()),
            Self::F32(buffer) => Points::F32(buffer.as_slice()),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::I16(buffer) => size_of_val(buffer.storage.as_slice()),
            Self::F32(buffer) => size_of_val(buffer.storage.as_slice()),
        }
    }

    /// A buffer of points of a wave: the one at an index is the one at `position` of that index.
    pub(crate) fn pick(&self, len: usize, position: impl Fn(usize) -> i64) -> Self {
        match self {
            Self::I16(wave) => Self::I16(wave.pick(len, position)),
            Self::F32(wave) => Self::F32(wave.pick(len, position)),
        }
    }
}

/// A buffer whose element 0 lies at a multiple of [`ALIGNMENT`] bytes.
///
/// The storage is never resized, so the alignment that its address has at first stays.
#[derive(Debug)]
pub(crate) struct Aligned<T> {
    storage: Vec<T>,
    range: Range<usize>,
}

impl<T: Copy + Default> Aligned<T> {
    /// A buffer of default values.
    pub(crate) fn new(len: usize) -> Self {
        let storage = vec![T::default(); len + ALIGNMENT / size_of::<T>()];
        // An allocator gives at least the alignment of `T`, so this is at most one step of `ALIGNMENT`.
        let start = storage.as_ptr().align_offset(ALIGNMENT).min(storage.len() - len);
        Self { storage, range: start..start + len }
    }

    /// Silence around `len` points of a wave.
    pub(crate) fn wave(len: usize) -> Self {
        Self::new(GUARD_BEFORE + len + GUARD_AFTER)
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        &self.storage[self.range.clone()]
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.storage[self.range.clone()]
    }

    /// The points of a wave between its guards.
    pub(crate) fn wave_mut(&mut self) -> &mut [T] {
        let slice = self.as_mut_slice();
        let end = slice.len() - GUARD_AFTER;
        &mut slice[GUARD_BEFORE..end]
    }

    fn pick(&self, len: usize, position: impl Fn(usize) -> i64) -> Self {
        let mut picked = Self::new(len);
        for (index, point) in picked.as_mut_slice().iter_mut().enumerate() {
            let from = usize::try_from(position(index) + GUARD_BEFORE as i64).ok();
            *point = from.and_then(|from| self.as_slice().get(from)).copied().unwrap_or_default();
        }
        picked
    }
}
