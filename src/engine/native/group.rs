//! Sixteen voices by field: what the kernels read and write.
//!
//! A group knows frames of the current quantum and lanes. Which note a lane belongs to and what its
//! ramps lead to is the business of [`Voice`](super::voice::Voice).

mod mix;
mod total;

pub(super) use mix::Mix;
pub(super) use total::Total;

use std::ops::Range;

use super::Interpolation;
use super::library::{Library, Reader, RegionRef};
use super::moment::Moment;
use crate::dsp::{
    Cubic, Cursor, FilterLanes, GainLanes, Interpolate, LANES, LaneMask, Lanes, Linear, Nearest,
    OUTPUTS, STRIP, SimdLevel, Sinc, SincTable, Strip, Voicing, play,
};
use crate::engine::Effects;

/// The outputs that are always there; of the [`OUTPUTS`], those of the reverb, the chorus and the delay follow.
pub(super) const DRY: Range<usize> = 0..2;
/// Effects that voices can send to.
pub(super) const EFFECTS: usize = 3;
/// The number of the reverb among the effects.
pub(super) const REVERB: usize = 0;
/// The number of the chorus among the effects.
pub(super) const CHORUS: usize = 1;
/// The number of the delay among the effects.
pub(super) const DELAY: usize = 2;
/// The output that the delay listens to: it has one, the others have two.
pub(super) const DELAY_OUTPUT: usize = sends(DELAY).start;

/// The outputs that only an effect listens to.
pub(super) const fn sends(effect: usize) -> Range<usize> {
    let first = DRY.end + 2 * effect;
    if effect == DELAY { first..OUTPUTS } else { first..first + 2 }
}

/// The number of outputs that anything but the delay listens to, or that lie before one.
pub(super) const fn heard_outputs(effects: Effects) -> usize {
    match effects {
        Effects { chorus: true, .. } => sends(CHORUS).end,
        Effects { reverb: true, .. } => sends(REVERB).end,
        Effects { .. } => DRY.end,
    }
}

/// What voices read, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waves<'a> {
    /// The regions and their waves.
    pub(super) library: &'a Library,
    /// The kernels that read them.
    pub(super) level: SimdLevel,
    /// How they are read between their points.
    pub(super) interpolation: Interpolation,
    /// The kernels of the windowed sinc, where that is it.
    pub(super) sinc: Option<&'a SincTable>,
}

/// Sixteen voices.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// The frame since open up to which it is rendered.
    pub(super) position: u64,
    /// Lanes that belong to a voice.
    pub(super) occupied: LaneMask,
    /// Lanes whose wave is read.
    pub(super) reading: LaneMask,
    /// Lanes too quiet to be heard in this quantum: they move on unread.
    pub(super) suspended: LaneMask,
    /// Lanes of notes that are not to be heard: they move on unread as long as they live.
    pub(super) unheard: LaneMask,
    /// Lanes whose loop holds them.
    pub(super) looping: LaneMask,
    /// Lanes with something to send, by effect. The delay's gains of all others are zero.
    pub(super) sending: [LaneMask; EFFECTS],
    /// Lanes that are free again at the next grid point.
    pub(super) over: LaneMask,
    /// Lanes whose ramps lead beyond this quantum: nothing is planned for them until they wake.
    pub(super) resting: LaneMask,
    /// The frame at which each resting lane has its next corner or needs new ramps; `u64::MAX` for none.
    rests_until: [u64; LANES],
    /// What each lane plays.
    pub(super) regions: [RegionRef; LANES],
    /// Where each lane is in its wave.
    pub(super) cursors: [Cursor; LANES],
    /// The filters.
    pub(super) filter: FilterLanes,
    /// The gains, by output.
    pub(super) gains: [GainLanes; OUTPUTS],
    /// The lowest bits of the frame since open at which each lane's gain ramps began.
    ramp_began: [u32; LANES],
    /// The same, counted from the begin of the quantum.
    ramp_start: Lanes,
    /// The frame since open at which each lane needs new gain ramps; `u64::MAX` for none in this quantum.
    pub(super) corners: [u64; LANES],
    /// The earliest of `corners`.
    pub(super) next_corner: u64,
}

impl Group {
    /// A group without voices.
    pub(super) fn new() -> Self {
        Self {
            position: 0,
            occupied: 0,
            reading: 0,
            suspended: 0,
            unheard: 0,
            looping: 0,
            sending: [0; EFFECTS],
            over: 0,
            resting: 0,
            rests_until: [u64::MAX; LANES],
            regions: [RegionRef::default(); LANES],
            cursors: [Cursor::default(); LANES],
            filter: FilterLanes::default(),
            gains: [GainLanes::default(); OUTPUTS],
            ramp_began: [0; LANES],
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

    /// A lane's gain ramps begin at the frame `from` of the quantum that runs.
    pub(super) fn begin_ramps(&mut self, lane: usize, from: u64, moment: &Moment) {
        self.ramp_began[lane] = from as u32;
        self.ramp_start[lane] = moment.index(from) as f32;
    }

    /// Counts from the begin of a quantum where the gain ramps began that go on in it.
    ///
    /// The count wraps after half a day; only ramps that are flat are as long, and for them it means nothing.
    pub(super) fn go_on(&mut self, quantum_start: u64) {
        for (start, began) in self.ramp_start.iter_mut().zip(&self.ramp_began) {
            *start = began.wrapping_sub(quantum_start as u32) as i32 as f32;
        }
    }

    /// Leaves a lane's ramps as they are until the frame `until`, at which it needs new ones.
    pub(super) fn rest(&mut self, lane: usize, until: u64) {
        self.resting |= 1 << lane;
        self.rests_until[lane] = until;
    }

    /// Has a lane planned again at every grid point.
    pub(super) fn wake(&mut self, lane: usize) {
        self.resting &= !(1 << lane);
    }

    /// Wakes the resting lanes that need new ramps at the grid point that is now, and sets the corners of those that
    /// need them before the next one.
    pub(super) fn follow_rest(&mut self, moment: &Moment) {
        for lane in lanes(self.resting) {
            let until = self.rests_until[lane];
            if until <= moment.now {
                self.wake(lane);
            } else if until < moment.quantum_end() {
                self.set_corner(lane, until);
            }
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
        self.unheard &= others;
        self.looping &= others;
        self.sending.iter_mut().for_each(|lanes| *lanes &= others);
        self.over &= others;
        self.resting &= others;
        self.corners[lane] = u64::MAX;
        self.gains.iter_mut().for_each(|gains| gains.set(lane, 0.0, 0.0, 1));
        self.filter.bypass(lane);
    }

    /// Reads the next frames.
    fn read(&mut self, waves: &Waves<'_>, frames: usize, strip: &mut Strip) {
        match (waves.interpolation, waves.sinc) {
            (Interpolation::None, _) => self.read_through(waves, &Nearest, frames, strip),
            (Interpolation::Linear, _) => self.read_through(waves, &Linear, frames, strip),
            (Interpolation::Sinc, Some(table)) => {
                self.read_through(waves, &Sinc(table), frames, strip);
            }
            _ => self.read_through(waves, &Cubic, frames, strip),
        }
    }

    /// How what was read sounds.
    fn voicing<'a>(&'a mut self, strip: &'a Strip) -> Voicing<'a> {
        let outputs = self.heard();
        Voicing {
            strip,
            filter: &mut self.filter,
            gains: &self.gains,
            ramp_start: &self.ramp_start,
            outputs,
        }
    }

    /// Nothing is heard at outputs from this one on.
    fn heard(&self) -> usize {
        let last_effect = (0..EFFECTS).rev().find(|&effect| self.sending[effect] != 0);
        last_effect.map_or(DRY.end, |effect| sends(effect).end)
    }

    fn read_through<I: Interpolate>(
        &mut self,
        waves: &Waves<'_>,
        interpolate: &I,
        frames: usize,
        strip: &mut Strip,
    ) {
        let audible = self.reading & !self.suspended & !self.unheard;
        strip.begin(audible);
        for lane in lanes(self.reading) {
            let looping = self.looping & (1 << lane) != 0;
            let mut reader = Reader { cursor: &mut self.cursors[lane], looping };
            let alive = match waves.library.region(self.regions[lane]) {
                None => false,
                Some(region) if audible & (1 << lane) == 0 => {
                    region.skip(I::LEAD, &mut reader, frames as u32)
                }
                Some(region) => {
                    region.read(waves.level, interpolate, &mut reader, strip.row(lane, frames))
                }
            };
            if !alive {
                self.reading &= !(1 << lane);
                self.over |= 1 << lane;
            }
        }
    }
}

/// Adds some frames of the quantum, in which no lane has a corner, to the mix.
///
/// `strip` is room for what happens on the way.
pub(super) fn render(
    group: &mut Group,
    waves: &Waves<'_>,
    frames: Range<usize>,
    strip: &mut Strip,
    mix: &mut Mix,
) {
    for piece in pieces(frames) {
        group.read(waves, piece.len(), strip);
        let outputs = group.heard();
        play(waves.level, &mut [group.voicing(strip)], &mut mix.sums(piece, outputs));
    }
}

/// Does the same for two groups, of which the second is added after the first.
pub(super) fn render_both(
    [one, other]: [&mut Group; 2],
    waves: &Waves<'_>,
    frames: Range<usize>,
    strips: &mut [Strip; 2],
    mix: &mut Mix,
) {
    let [strip, other_strip] = strips;
    for piece in pieces(frames) {
        one.read(waves, piece.len(), strip);
        other.read(waves, piece.len(), other_strip);
        let outputs = one.heard().max(other.heard());
        let both = &mut [one.voicing(strip), other.voicing(other_strip)];
        play(waves.level, both, &mut mix.sums(piece, outputs));
    }
}

/// Frames in pieces of a strip at most.
fn pieces(frames: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let end = frames.end;
    frames.step_by(STRIP).map(move |start| start..end.min(start + STRIP))
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
