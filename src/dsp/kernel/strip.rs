//! Sixteen voices for up to 64 frames: from what was read to the sums.

use super::vector::Vector;
use crate::dsp::filter::{Filtering, Response, coefficients, tick};
use crate::dsp::{FilterLanes, GainLanes, LANES, LaneMask, Lanes};

/// The most frames that are rendered in one go.
pub const STRIP: usize = 64;

/// Room for what sixteen voices read, and for their signals.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub struct Strip {
    /// What was read, voice by voice.
    pub(in crate::dsp) rows: [[f32; STRIP]; LANES],
    /// The same frame by frame; after [`play`](super::play) filtered.
    pub(in crate::dsp) signal: [Lanes; STRIP],
    /// The rows that are not all zeros.
    used: LaneMask,
}

impl Default for Strip {
    fn default() -> Self {
        Self { rows: [[0.0; STRIP]; LANES], signal: [Lanes::ZERO; STRIP], used: 0 }
    }
}

impl Strip {
    /// Silences the rows that are not in `lanes`, which are about to be written.
    pub fn begin(&mut self, lanes: LaneMask) {
        let left = self.used & !lanes;
        if left != 0 {
            for (lane, row) in self.rows.iter_mut().enumerate() {
                if left & (1 << lane) != 0 {
                    row.fill(0.0);
                }
            }
        }
        self.used = lanes;
    }

    /// The row of one lane.
    pub fn row(&mut self, lane: usize, frames: usize) -> &mut [f32] {
        &mut self.rows[lane % LANES][..frames.min(STRIP)]
    }

    /// The filtered signals of the lanes that were played.
    pub fn signal(&self, frames: usize) -> &[Lanes] {
        &self.signal[..frames.min(STRIP)]
    }
}

/// How the voices of a group sound in a strip.
#[derive(Debug)]
pub struct Voicing<'a> {
    /// Lanes that have a voice. The rows of the others are silent.
    pub occupied: LaneMask,
    /// The index of the first frame in the quantum.
    pub first: u32,
    /// The filters.
    pub filter: &'a mut FilterLanes,
    /// Left and right gains.
    pub gains: [&'a GainLanes; 2],
    /// The frame of the quantum at which each lane's gain ramps began.
    pub ramp_start: &'a Lanes,
}

/// See [`play`](super::play).
///
/// # Safety
///
/// The processor has the instructions of `V`.
#[inline(always)]
pub(super) unsafe fn play<V: Vector>(
    strip: &mut Strip,
    voicing: &mut Voicing<'_>,
    [left, right]: [&mut [Lanes]; 2],
) {
    let frames = left.len().min(right.len()).min(STRIP);
    let (left, right) = (&mut left[..frames], &mut right[..frames]);
    for at in (0..LANES).step_by(V::WIDTH) {
        let mask = (((1u32 << V::WIDTH) - 1) << at) as LaneMask;
        if voicing.occupied & mask == 0 {
            continue;
        }
        for frame in (0..frames).step_by(V::WIDTH) {
            // SAFETY: the caller's; `at` and `frame` go in steps of the width.
            unsafe { V::turn(strip, at, frame) };
        }
        let signal = &mut strip.signal[..frames];
        // SAFETY: the caller's; `at` goes in steps of the width.
        unsafe {
            match voicing.filter.filtering(mask) {
                Filtering::None => run::<V, 0>(at, signal, voicing, left, right),
                Filtering::Still => run::<V, 1>(at, signal, voicing, left, right),
                Filtering::Moving => run::<V, 2>(at, signal, voicing, left, right),
            }
        }
    }
}

/// Filters and mixes the lanes from `at` on: 0 unfiltered, 1 with coefficients that stay, 2 that move.
///
/// # Safety
///
/// The processor has the instructions of `V`; `at` is a multiple of its width below sixteen.
#[inline(always)]
unsafe fn run<V: Vector, const FILTER: u8>(
    at: usize,
    signal: &mut [Lanes],
    voicing: &mut Voicing<'_>,
    left: &mut [Lanes],
    right: &mut [Lanes],
) {
    // SAFETY: all loads and stores are of lanes from `at` on, and the instructions are there.
    unsafe {
        let filter = &mut *voicing.filter;
        let response = Response::<V>::load(filter, at);
        let one = V::splat(1.0);
        let still = if FILTER == 1 { coefficients(one, response.g, response.k) } else { [one; 3] };
        let [mut state1, mut state2] = [V::load(&filter.state1, at), V::load(&filter.state2, at)];
        let start = V::load(voicing.ramp_start, at);
        let [(l, dl), (r, dr)] =
            voicing.gains.map(|gains| (V::load(&gains.from, at), V::load(&gains.slope, at)));
        let sums = left.iter_mut().zip(right.iter_mut());
        for ((x, (left, right)), frame) in signal.iter_mut().zip(sums).zip(voicing.first..) {
            let now = V::splat(frame as f32);
            let mut y = V::load(x, at);
            if FILTER > 0 {
                let (taps, wet) = if FILTER == 1 {
                    (still, response.wet)
                } else {
                    let taps = coefficients(
                        one,
                        response.g + response.dg * now,
                        response.k + response.dk * now,
                    );
                    (taps, response.wet + response.dwet * now)
                };
                [y, state1, state2] = tick(y, taps, wet, [state1, state2]);
                y.store(x, at);
            }
            let since = now - start;
            (V::load(left, at) + y * (l + dl * since)).store(left, at);
            (V::load(right, at) + y * (r + dr * since)).store(right, at);
        }
        if FILTER > 0 {
            state1.store(&mut filter.state1, at);
            state2.store(&mut filter.state2, at);
        }
    }
}
