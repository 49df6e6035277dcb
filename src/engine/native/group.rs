//! Sixteen voices by field: what the kernels read and write.
//!
//! A group knows frames of the current quantum and lanes. Which note a lane belongs to and what its
//! ramps lead to is the business of [`Voice`](super::voice::Voice).

use super::library::{Library, Reader, RegionRef};
use crate::dsp::{Cursor, FilterLanes, GainLanes, Interpolate, LANES, LaneMask, Lanes, mix};

/// Where a voice's sound goes: left and right of itself, of the reverb and of the chorus.
pub(super) const OUTPUTS: usize = 6;
/// The outputs that are always there.
pub(super) const DRY: std::ops::Range<usize> = 0..2;
/// Effects that voices can send to.
pub(super) const EFFECTS: usize = 2;
/// The number of the reverb among the effects.
pub(super) const REVERB: usize = 0;
/// The number of the chorus among the effects.
pub(super) const CHORUS: usize = 1;

/// The outputs that only an effect listens to.
pub(super) const fn sends(effect: usize) -> std::ops::Range<usize> {
    let first = DRY.end + 2 * effect;
    first..first + 2
}

/// The sums of all groups, by lane, for the frames of one span.
#[derive(Debug)]
pub(super) struct Mix {
    /// A voice group's own signal.
    pub(super) signal: Box<[Lanes]>,
    /// What is added up, by output.
    pub(super) sums: [Box<[Lanes]>; OUTPUTS],
    /// Frames of the span.
    frames: usize,
    /// The effects that something has been sent to; the sums of others hold what was there before.
    sent: [bool; EFFECTS],
}

impl Mix {
    /// Room for one quantum.
    pub(super) fn new(quantum: usize) -> Self {
        let lanes = || vec![Lanes::ZERO; quantum].into_boxed_slice();
        let sums = std::array::from_fn(|_| lanes());
        Self { signal: lanes(), sums, frames: 0, sent: [false; EFFECTS] }
    }

    /// Begins a span of silence.
    pub(super) fn begin(&mut self, frames: usize) {
        self.frames = frames;
        self.sent = [false; EFFECTS];
        DRY.for_each(|output| self.sums[output][..frames].fill(Lanes::ZERO));
    }

    /// Makes sure that an effect's sums can be added to.
    fn send_to(&mut self, effect: usize) {
        if !self.sent[effect] {
            self.sent[effect] = true;
            sends(effect).for_each(|output| self.sums[output][..self.frames].fill(Lanes::ZERO));
        }
    }

    /// What has been sent to an effect in this span, if anything.
    pub(super) fn sent(&self, effect: usize) -> Option<&[Box<[Lanes]>]> {
        self.sent[effect].then(|| &self.sums[sends(effect)])
    }
}

/// The part of the quantum that is rendered now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// The first frame, counted in the quantum.
    pub(super) first: u32,
    /// Frames.
    pub(super) frames: u32,
    /// Frames of the mix that lie before it.
    pub(super) offset: usize,
}

/// Sixteen voices.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// Lanes that belong to a voice.
    pub(super) occupied: LaneMask,
    /// Lanes whose wave is read.
    pub(super) reading: LaneMask,
    /// Lanes too quiet to be heard in this quantum: they move on unread.
    pub(super) suspended: LaneMask,
    /// Lanes whose loop holds them.
    pub(super) looping: LaneMask,
    /// Lanes with something to send, by effect.
    pub(super) sending: [LaneMask; EFFECTS],
    /// Lanes that are free again at the next grid point.
    pub(super) over: LaneMask,
    /// What each lane plays.
    pub(super) regions: [RegionRef; LANES],
    /// Where each lane is in its wave.
    pub(super) cursors: [Cursor; LANES],
    /// The filters.
    pub(super) filter: FilterLanes,
    /// The gains, by output.
    pub(super) gains: [GainLanes; OUTPUTS],
    /// The frame of the quantum at which each lane's gain ramps began.
    pub(super) ramp_start: Lanes,
    /// The frame since open at which each lane needs new gain ramps; `u64::MAX` for none in this quantum.
    pub(super) corners: [u64; LANES],
    /// The earliest of `corners`.
    pub(super) next_corner: u64,
}

impl Group {
    /// A group without voices.
    pub(super) fn new() -> Self {
        Self {
            occupied: 0,
            reading: 0,
            suspended: 0,
            looping: 0,
            sending: [0; EFFECTS],
            over: 0,
            regions: [RegionRef::default(); LANES],
            cursors: [Cursor::default(); LANES],
            filter: FilterLanes::default(),
            gains: [GainLanes::default(); OUTPUTS],
            ramp_start: Lanes::ZERO,
            corners: [u64::MAX; LANES],
            next_corner: u64::MAX,
        }
    }

    /// Sets the frame at which a lane needs new ramps.
    pub(super) fn set_corner(&mut self, lane: usize, corner: u64) {
        self.corners[lane] = corner;
        if corner < self.next_corner {
            self.next_corner = corner;
        }
    }

    /// Finds the earliest corner again.
    pub(super) fn find_next_corner(&mut self) {
        self.next_corner = self.corners.iter().copied().fold(u64::MAX, u64::min);
    }

    /// Silences a lane, which stays occupied until the next grid point.
    pub(super) fn end_lane(&mut self, lane: usize) {
        self.reading &= !(1 << lane);
        self.over |= 1 << lane;
        self.corners[lane] = u64::MAX;
        self.gains.iter_mut().for_each(|gains| gains.set(lane, 0.0, 0.0, 1));
    }

    /// Gives a lane back.
    pub(super) fn free_lane(&mut self, lane: usize) {
        let others = !(1 << lane);
        self.occupied &= others;
        self.reading &= others;
        self.suspended &= others;
        self.looping &= others;
        self.sending.iter_mut().for_each(|lanes| *lanes &= others);
        self.over &= others;
        self.corners[lane] = u64::MAX;
        self.gains.iter_mut().for_each(|gains| gains.set(lane, 0.0, 0.0, 1));
        self.filter.bypass(lane);
    }

    /// Adds the frames of `span`, in which no lane has a corner, to the mix.
    pub(super) fn render<I: Interpolate>(
        &mut self,
        library: &Library,
        interpolate: &I,
        span: Span,
        mix_to: &mut Mix,
    ) {
        let frames = span.frames as usize;
        let signal = &mut mix_to.signal[..frames];
        self.read(library, interpolate, signal);
        self.filter.run(signal, span.first);
        self.add(DRY, span, mix_to);
        for effect in 0..EFFECTS {
            if self.sending[effect] != 0 {
                mix_to.send_to(effect);
                self.add(sends(effect), span, mix_to);
            }
        }
    }

    /// Adds the signal to some of the outputs.
    fn add(&self, outputs: std::ops::Range<usize>, span: Span, mix_to: &mut Mix) {
        let frames = span.frames as usize;
        let signal = &mix_to.signal[..frames];
        for output in outputs {
            let sum = &mut mix_to.sums[output][span.offset..span.offset + frames];
            let gains = (&self.gains[output], &self.ramp_start);
            mix(signal, gains, self.occupied, span.first, sum);
        }
    }

    fn read<I: Interpolate>(&mut self, library: &Library, interpolate: &I, signal: &mut [Lanes]) {
        let audible = self.reading & !self.suspended;
        if audible != LaneMask::MAX {
            signal.fill(Lanes::ZERO);
        }
        for lane in lanes(self.reading) {
            let looping = self.looping & (1 << lane) != 0;
            let mut reader = Reader { cursor: &mut self.cursors[lane], lane, looping };
            let alive = match library.region(self.regions[lane]) {
                None => false,
                Some(region) if audible & (1 << lane) == 0 => {
                    region.skip(I::LEAD, &mut reader, signal.len() as u32)
                }
                Some(region) => region.read(interpolate, &mut reader, signal),
            };
            if !alive {
                self.reading &= !(1 << lane);
                self.over |= 1 << lane;
            }
        }
    }
}

/// The lanes of a mask, lowest first.
pub(super) fn lanes(mut mask: LaneMask) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lane = mask.trailing_zeros() as usize;
        (mask != 0).then(|| {
            mask &= mask - 1;
            lane
        })
    })
}
