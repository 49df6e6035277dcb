//! Sixteen voices for up to 64 frames: from what was read to the sums.
//!
//! The filter is a recurrence: a frame waits for the one before, some twenty cycles long. So the lanes of a group
//! go through it side by side, and two groups where the registers allow, and while they wait the processor
//! turns the rows of the next frames.

use super::vector::Vector;
use crate::dsp::filter::{Filtering, Response, coefficients, tick};
use crate::dsp::{FilterLanes, GainLanes, LANES, LaneMask, Lanes};

/// The most frames that are rendered in one go.
pub const STRIP: usize = 64;
/// Where a voice's sound can go: left and right of itself and of two effects, and a third effect.
pub const OUTPUTS: usize = 7;
/// The outputs that lie side by side in a frame. The last one lies apart, so that it takes no room where nothing is
/// sent to it.
pub const NEAR_OUTPUTS: usize = OUTPUTS - 1;

/// Room for what sixteen voices read.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub struct Strip {
    /// What was read, voice by voice.
    pub(in crate::dsp) rows: [[f32; STRIP]; LANES],
    /// The rows that are not all zeros.
    used: LaneMask,
}

impl Default for Strip {
    fn default() -> Self {
        Self { rows: [[0.0; STRIP]; LANES], used: 0 }
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
}

/// How the voices of a group sound in a strip.
#[derive(Debug)]
pub struct Voicing<'a> {
    /// What they read. The rows of lanes without a voice are silent.
    pub strip: &'a Strip,
    /// The filters.
    pub filter: &'a mut FilterLanes,
    /// The gains, by output.
    pub gains: &'a [GainLanes; OUTPUTS],
    /// The frame of the quantum at which each lane's gain ramps began.
    pub ramp_start: &'a Lanes,
    /// How many outputs any lane is heard at, or at one after it.
    pub outputs: usize,
}

/// Frame after frame, the sums of each output by lane.
#[derive(Debug)]
pub struct Sums<'a> {
    /// Output after output, frame after frame.
    pub lanes: &'a mut [Lanes],
    /// Outputs of a frame, at most [`NEAR_OUTPUTS`].
    pub outputs: usize,
    /// Frame after frame, the sums of the last output; as many frames as `lanes` has, or nothing is added to it and
    /// `outputs` may be any number. Where it is there, `outputs` is [`NEAR_OUTPUTS`].
    pub apart: &'a mut [Lanes],
    /// The index of the first frame in the quantum.
    pub first: u32,
}

/// Plays one group, or two of which the second is added after the first.
///
/// `N` vectors make up a group.
///
/// # Safety
///
/// The processor has the instructions of `V`; `N` times its width is sixteen.
#[inline(always)]
pub(super) unsafe fn play<V: Vector, const N: usize>(
    groups: &mut [Voicing<'_>],
    sums: &mut Sums<'_>,
) {
    let filtering = groups.iter().map(|group| group.filter.filtering()).max();
    let filtering = filtering.unwrap_or(Filtering::None);
    // SAFETY: the caller's.
    unsafe {
        match groups {
            [group] => filtered::<V, N, 1>(filtering, [group], sums),
            [first, second] => filtered::<V, N, 2>(filtering, [first, second], sums),
            _ => {}
        }
    }
}

/// Chooses the loop by what the filters do.
///
/// # Safety
///
/// As for [`play`].
#[inline(always)]
unsafe fn filtered<V: Vector, const N: usize, const G: usize>(
    filtering: Filtering,
    groups: [&mut Voicing<'_>; G],
    sums: &mut Sums<'_>,
) {
    // SAFETY: the caller's.
    unsafe {
        match filtering {
            Filtering::None => heard::<V, N, G, 0>(groups, sums),
            Filtering::Still => heard::<V, N, G, 1>(groups, sums),
            Filtering::Moving => heard::<V, N, G, 2>(groups, sums),
        }
    }
}

/// Chooses the loop by the outputs at which anything is heard.
///
/// # Safety
///
/// As for [`play`].
#[inline(always)]
unsafe fn heard<V: Vector, const N: usize, const G: usize, const FILTER: u8>(
    groups: [&mut Voicing<'_>; G],
    sums: &mut Sums<'_>,
) {
    let wanted = groups.iter().map(|group| group.outputs).max().unwrap_or(0);
    let has_apart =
        sums.outputs == NEAR_OUTPUTS && sums.apart.len() * NEAR_OUTPUTS >= sums.lanes.len();
    let outputs = if wanted == OUTPUTS && has_apart { OUTPUTS } else { wanted.min(sums.outputs) };
    // SAFETY: the caller's; frames have at least as many outputs as are asked for here, and as many lie apart.
    unsafe {
        match outputs {
            0..=2 if sums.outputs >= 2 => run::<V, N, G, FILTER, 2>(groups, sums),
            3..=4 if sums.outputs >= 4 => run::<V, N, G, FILTER, 4>(groups, sums),
            NEAR_OUTPUTS => run::<V, N, G, FILTER, NEAR_OUTPUTS>(groups, sums),
            OUTPUTS if has_apart => run::<V, N, G, FILTER, OUTPUTS>(groups, sums),
            _ => {}
        }
    }
}

/// What goes from frame to frame in some lanes, and what stays.
///
/// Here and below arrays are filled by loops: closures are compiled without the instructions of their surroundings
/// where they are not inlined.
#[derive(Clone, Copy)]
struct Unit<V, const OUT: usize> {
    state: [V; 2],
    response: Response<V>,
    /// The filter's factors, where they stay.
    still: [V; 3],
    start: V,
    gains: [(V, V); OUT],
}

impl<V: Vector, const OUT: usize> Unit<V, OUT> {
    /// # Safety
    ///
    /// As for [`Vector::load`].
    #[inline(always)]
    unsafe fn load(group: &Voicing<'_>, at: usize) -> Self {
        // SAFETY: the caller's.
        unsafe {
            let filter = &*group.filter;
            let response = Response::<V>::load(filter, at);
            let zero = V::splat(0.0);
            let mut gains = [(zero, zero); OUT];
            for (vectors, gains) in gains.iter_mut().zip(group.gains) {
                *vectors = (V::load(&gains.from, at), V::load(&gains.slope, at));
            }
            Self {
                state: [V::load(&filter.state1, at), V::load(&filter.state2, at)],
                response,
                still: coefficients(V::splat(1.0), response.g, response.k),
                start: V::load(group.ramp_start, at),
                gains,
            }
        }
    }
}

/// Filters and mixes: 0 unfiltered, 1 with coefficients that stay, 2 that move.
///
/// # Safety
///
/// As for [`play`]; and frames have at least `OUT` outputs, or all [`NEAR_OUTPUTS`] and as many frames apart.
#[inline(always)]
unsafe fn run<V: Vector, const N: usize, const G: usize, const FILTER: u8, const OUT: usize>(
    groups: [&mut Voicing<'_>; G],
    sums: &mut Sums<'_>,
) {
    let mut turned = [[Lanes::ZERO; LANES]; G];
    let mut first = 0;
    // SAFETY: all loads and stores are of whole vectors of the sixteen lanes; the instructions are there; the
    // frames of a chunk are no more than a vector has lanes, and those of a strip no more than it has.
    unsafe {
        let mut units = [[Unit::<V, OUT>::load(groups[0], 0); N]; G];
        for (units, group) in units.iter_mut().zip(&groups) {
            for (n, unit) in units.iter_mut().enumerate() {
                *unit = Unit::load(group, n * V::WIDTH);
            }
        }
        for chunk in sums.lanes.chunks_mut(V::WIDTH * sums.outputs).take(STRIP / V::WIDTH) {
            for (turned, group) in turned.iter_mut().zip(&groups) {
                for n in 0..N {
                    V::turn(group.strip, n * V::WIDTH, first, turned);
                }
            }
            for (index, frame) in chunk.chunks_exact_mut(sums.outputs).enumerate() {
                let now = V::splat((sums.first + (first + index) as u32) as f32);
                for n in 0..N {
                    let at = n * V::WIDTH;
                    let mut sum = [now; OUT];
                    for (output, sum) in sum.iter_mut().enumerate() {
                        let lanes = if output < NEAR_OUTPUTS {
                            frame.get_unchecked(output)
                        } else {
                            sums.apart.get_unchecked(first + index)
                        };
                        *sum = V::load(lanes, at);
                    }
                    for (units, turned) in units.iter_mut().zip(&turned) {
                        let y =
                            units[n].step::<FILTER>(V::load(turned.get_unchecked(index), at), now);
                        let since = now - units[n].start;
                        for (sum, (gain, slope)) in sum.iter_mut().zip(units[n].gains) {
                            *sum = *sum + y * (gain + slope * since);
                        }
                    }
                    for (output, sum) in sum.into_iter().enumerate() {
                        let lanes = if output < NEAR_OUTPUTS {
                            frame.get_unchecked_mut(output)
                        } else {
                            sums.apart.get_unchecked_mut(first + index)
                        };
                        sum.store(lanes, at);
                    }
                }
            }
            first += V::WIDTH;
        }
        if FILTER > 0 {
            for (units, group) in units.iter().zip(groups) {
                for (n, unit) in units.iter().enumerate() {
                    unit.state[0].store(&mut group.filter.state1, n * V::WIDTH);
                    unit.state[1].store(&mut group.filter.state2, n * V::WIDTH);
                }
            }
        }
    }
}

impl<V: Vector, const OUT: usize> Unit<V, OUT> {
    /// One frame through the filter.
    ///
    /// # Safety
    ///
    /// As for [`Vector::splat`].
    #[inline(always)]
    unsafe fn step<const FILTER: u8>(&mut self, x: V, now: V) -> V {
        if FILTER == 0 {
            return x;
        }
        let (factors, wet) = if FILTER == 1 {
            (self.still, self.response.wet)
        } else {
            let response = &self.response;
            let (g, k) = (response.g + response.dg * now, response.k + response.dk * now);
            // SAFETY: the caller's.
            let one = unsafe { V::splat(1.0) };
            (coefficients(one, g, k), response.wet + response.dwet * now)
        };
        let [y, state1, state2] = tick(x, factors, wet, self.state);
        self.state = [state1, state2];
        y
    }
}
