//! Sections: eight groups that are added up by themselves, and then to each other.
//!
//! Nothing that happens in a section concerns another, neither while no event comes nor in the order of additions. So a
//! crew takes them through many quanta at once, each by itself, and the bits are those of one thread.
//!
//! A crew is only for rendering to files: it waits, and allocates when it is first used.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::channel::ChannelState;
use super::expression::KeyExpression;
use super::group::{EFFECTS, Group, Mix, Total, Waves};
use super::moment::Moment;
use super::quantum::{Ahead, begin_group, render_groups};
use super::voice::Voice;
use super::wanted::Wanted;
use crate::dsp::{LANES, Strip};
use crate::rt::{Crew, FloatEnv};

/// The groups of a section.
pub(super) const SECTION: usize = 8;
/// The most quanta that a crew is given at once.
pub(super) const MOST_QUANTA: u64 = 64;

/// Groups one after another: their voices, what they have rendered ahead, and what their voices keep.
#[derive(Debug)]
pub(super) struct Groups<'a> {
    pub(super) groups: &'a mut [Group],
    pub(super) voices: &'a mut [Voice],
    pub(super) ahead: &'a mut [Ahead],
    /// What voices keep that follow the expression of their key no longer.
    pub(super) kept: &'a [KeyExpression],
}

impl<'a> Groups<'a> {
    /// The first `count` groups of all.
    pub(super) fn first(
        count: usize,
        all: (&'a mut [Group], &'a mut [Voice], &'a mut [Ahead], &'a [KeyExpression]),
    ) -> Self {
        let (groups, voices, ahead, kept) = all;
        Self {
            groups: &mut groups[..count],
            voices: &mut voices[..count * LANES],
            ahead: &mut ahead[..count],
            kept: &kept[..count * LANES],
        }
    }

    /// Section by section, with their numbers, those in which something sounds.
    pub(super) fn sections(self) -> impl Iterator<Item = (usize, Groups<'a>)> {
        let groups = self.groups.chunks_mut(SECTION).zip(self.voices.chunks_mut(SECTION * LANES));
        let rest = self.ahead.chunks_mut(SECTION).zip(self.kept.chunks(SECTION * LANES));
        groups
            .zip(rest)
            .map(|((groups, voices), (ahead, kept))| Groups { groups, voices, ahead, kept })
            .enumerate()
            .filter(|(_, section)| section.groups.iter().any(|group| group.occupied != 0))
    }

    /// Renders a section up to now: all that is new in it, which is `mix`.
    pub(super) fn render(
        &mut self,
        waves: &Waves<'_>,
        moment: &Moment,
        strips: &mut [Strip; 2],
        mix: &mut Mix,
    ) {
        render_groups((self.groups, self.voices, self.ahead), waves, moment, strips, mix);
    }
}

/// What a crew does: some time in which nothing happens but what is planned.
#[derive(Clone, Copy)]
pub(super) struct Plan<'a> {
    pub(super) waves: Waves<'a>,
    pub(super) channels: &'a [ChannelState],
    /// Whether a channel changed since the last grid point.
    pub(super) changed: bool,
    /// The first frame.
    pub(super) begin: Moment,
    /// Whether that is a grid point, which has not been passed yet.
    pub(super) at_grid_point: bool,
    /// The frame after the last, at most [`MOST_QUANTA`] later.
    pub(super) end: u64,
}

/// What lies in one quantum.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// The first frame.
    pub(super) begin: Moment,
    /// The frame after the last.
    pub(super) end: u64,
    /// Whether the first is a grid point that has not been passed yet.
    pub(super) at_grid_point: bool,
}

impl Step {
    /// The frames, counted from the begin of the quantum.
    pub(super) const fn frames(&self) -> Range<usize> {
        self.begin.index(self.begin.now) as usize..self.begin.index(self.end) as usize
    }
}

impl Plan<'_> {
    /// Quantum by quantum.
    pub(super) fn steps(&self) -> impl Iterator<Item = Step> {
        let Self { begin, at_grid_point, end, .. } = *self;
        let first = Step { begin, end: end.min(begin.quantum_end()), at_grid_point };
        std::iter::successors(Some(first), move |Step { begin, end: now, .. }| {
            let begin = Moment { now: *now, quantum_start: *now, ..*begin };
            let step = Step { begin, end: end.min(begin.quantum_end()), at_grid_point: true };
            (*now < end).then_some(step)
        })
    }
}

/// One step of a section.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) total: Total,
    /// See [`Pool::fed`](super::pool::Pool::fed).
    pub(super) fed: [Option<u64>; EFFECTS],
    /// Groups and lanes that came free at its grid point, if it began with one.
    pub(super) freed: Vec<(usize, usize)>,
}

/// Where sections are worked on, which is kept for the next time.
#[derive(Debug, Default)]
pub(super) struct Desks {
    desks: Vec<Desk>,
    /// How many of them the last work took.
    used: usize,
}

#[derive(Debug)]
struct Desk {
    mix: Mix,
    strips: Box<[Strip; 2]>,
    /// Step by step.
    pieces: Vec<Piece>,
}

impl Desks {
    /// Has a crew render what is planned.
    pub(super) fn render(&mut self, groups: Groups<'_>, plan: Plan<'_>, crew: &dyn Crew) {
        let sections: Vec<_> = groups.sections().collect();
        self.used = sections.len();
        self.desks.resize_with(self.desks.len().max(self.used), || Desk::new(&plan.begin));
        let work = |(desk, (number, groups))| Mutex::new(Work { desk, groups, number });
        let parts: Vec<_> = self.desks.iter_mut().zip(sections).map(work).collect();
        crew.share(parts.len(), &|part| {
            let _environment = FloatEnv::enter();
            parts[part].lock().unwrap_or_else(PoisonError::into_inner).render(&plan);
        });
    }

    /// One step of all sections, in their order.
    pub(super) fn step(&mut self, step: usize) -> impl Iterator<Item = &mut Piece> {
        self.desks.iter_mut().take(self.used).filter_map(move |desk| desk.pieces.get_mut(step))
    }
}

impl Desk {
    fn new(moment: &Moment) -> Self {
        let mix = Mix::new(moment.quantum as usize, moment.effects);
        Self { mix, strips: Box::default(), pieces: Vec::new() }
    }

    /// The piece of a step.
    fn piece(&mut self, step: usize, moment: &Moment) -> (&mut Mix, &mut [Strip; 2], &mut Piece) {
        let new = || Piece {
            total: Total::new(moment.quantum as usize, moment.effects),
            fed: [None; EFFECTS],
            freed: Vec::new(),
        };
        self.pieces.resize_with(self.pieces.len().max(step + 1), new);
        let piece = &mut self.pieces[step];
        piece.fed = [None; EFFECTS];
        piece.freed.clear();
        (&mut self.mix, &mut self.strips, piece)
    }
}

/// One section and its desk.
struct Work<'a> {
    desk: &'a mut Desk,
    groups: Groups<'a>,
    /// The number of the section.
    number: usize,
}

impl Work<'_> {
    fn render(&mut self, plan: &Plan<'_>) {
        let mut changed = plan.changed;
        for (index, step) in plan.steps().enumerate() {
            let (mix, strips, piece) = self.desk.piece(index, &step.begin);
            if step.at_grid_point {
                let changes = std::mem::take(&mut changed).then_some(plan.channels);
                let now = (plan, changes, &step.begin);
                begin_quantum(&mut self.groups, self.number, now, piece);
            }
            mix.clear(step.frames());
            let end = Moment { now: step.end, ..step.begin };
            self.groups.render(&plan.waves, &end, strips, mix);
            piece.total.clear(step.frames());
            piece.total.add(plan.waves.level, mix, step.frames());
        }
    }
}

/// Does the work of a grid point for the groups of a section.
fn begin_quantum(
    section: &mut Groups<'_>,
    number: usize,
    (plan, changes, now): (&Plan<'_>, Option<&[ChannelState]>, &Moment),
    piece: &mut Piece,
) {
    let mut wanted = Wanted::NOTHING;
    let voices = section.voices.chunks_exact_mut(LANES).zip(section.kept.chunks_exact(LANES));
    for (index, (group, (voices, kept))) in section.groups.iter_mut().zip(voices).enumerate() {
        if group.occupied == 0 {
            continue;
        }
        for lane in super::group::lanes(group.over) {
            group.free_lane(lane);
            piece.freed.push((number * SECTION + index, lane));
        }
        let changes = changes.map(|channels| (channels, kept));
        let with = (plan.waves.library, plan.waves.level, &mut wanted);
        begin_group((group, voices), with, changes, now, &mut piece.fed);
    }
}
