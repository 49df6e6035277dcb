//! Many threads on one synthesizer: an assembly line.
//!
//! While no event comes, nothing that happens in a group concerns another. So each thread has some groups,
//! in their order, and takes them through one quantum after another; the sums of a quantum go from thread
//! to thread, each adding its groups, and the last one makes sound of them. The order of the additions is that
//! of one thread, and so are the bits.
//!
//! Only for rendering to files: it allocates and waits.

use std::ops::Range;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

use super::channel::ChannelState;
use super::expression::KeyExpression;
use super::group::{EFFECTS, Group, Mix, Waves};
use super::pool::{Ahead, begin_group, render_groups};
use super::voice::{Moment, Voice};
use crate::dsp::{LANES, Strip};
use crate::rt::{Crew, FloatEnv};

/// What a quantum's end is worth, in voices: the sums of the lanes, and the effects.
const LAST_STEP: u32 = 32;

/// The groups of a pool.
pub(super) struct Groups<'a> {
    pub(super) groups: &'a mut [Group],
    pub(super) voices: &'a mut [Voice],
    pub(super) ahead: &'a mut [Ahead],
    /// What voices keep that follow the expression of their key no longer.
    pub(super) kept: &'a [KeyExpression],
    /// The number of the first.
    pub(super) first: usize,
}

impl<'a> Groups<'a> {
    fn split_off(&mut self, count: usize) -> Groups<'a> {
        let (groups, more_groups) = std::mem::take(&mut self.groups).split_at_mut(count);
        let (voices, more_voices) = std::mem::take(&mut self.voices).split_at_mut(count * LANES);
        let (ahead, more_ahead) = std::mem::take(&mut self.ahead).split_at_mut(count);
        let (kept, more_kept) = self.kept.split_at(count * LANES);
        self.kept = more_kept;
        let first = self.first;
        (self.groups, self.voices, self.ahead) = (more_groups, more_voices, more_ahead);
        self.first += count;
        Groups { groups, voices, ahead, kept, first }
    }
}

/// What goes from thread to thread: one quantum.
pub(super) struct Piece {
    pub(super) moment: Moment,
    pub(super) mix: Mix,
    /// See [`Pool::fed`](super::pool::Pool::fed).
    pub(super) fed: [Option<u64>; EFFECTS],
    /// Groups and lanes that came free at its grid point.
    pub(super) freed: Vec<(usize, usize)>,
}

/// What all threads read.
#[derive(Clone, Copy)]
pub(super) struct Plan<'a> {
    pub(super) waves: Waves<'a>,
    pub(super) channels: &'a [ChannelState],
    /// Whether a channel changed before the first quantum.
    pub(super) changed: bool,
    /// The first frame.
    pub(super) begin: Moment,
    pub(super) quanta: u32,
}

impl Plan<'_> {
    /// The grid point of a quantum.
    fn grid_point(&self, quantum: u32) -> Moment {
        let now = self.begin.now + u64::from(quantum) * u64::from(self.begin.quantum);
        Moment { now, quantum_start: now, ..self.begin }
    }
}

/// One thread's part.
struct Station<'a> {
    groups: Groups<'a>,
    from: Option<Receiver<Piece>>,
    to: Target<'a>,
}

enum Target<'a> {
    Next(Sender<Piece>),
    Last(&'a mut (dyn FnMut(Piece) + Send)),
}

/// Renders whole quanta, of which `finish` gets one after another.
pub(super) fn render(
    mut groups: Groups<'_>,
    plan: Plan<'_>,
    crew: &dyn Crew,
    finish: &mut (dyn FnMut(Piece) + Send),
) {
    let shares = shares(groups.groups, crew.hands());
    let mut stations = Vec::with_capacity(shares.len());
    let mut from = None;
    for share in &shares[..shares.len() - 1] {
        let (to, next) = channel();
        let groups = groups.split_off(share.len());
        stations.push(Station { groups, from: from.replace(next), to: Target::Next(to) });
    }
    stations.push(Station { groups, from, to: Target::Last(finish) });
    let stations: Vec<_> = stations.into_iter().map(|station| Mutex::new(Some(station))).collect();
    crew.share(stations.len(), &|part| {
        let station = stations[part].lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(station) = station {
            let _environment = FloatEnv::enter();
            station.work(plan);
        }
    });
}

/// Which groups each thread has: as many voices as the others, the last step counted.
fn shares(groups: &[Group], hands: usize) -> Vec<Range<usize>> {
    let voices = |group: &Group| group.occupied.count_ones();
    let all = groups.iter().map(voices).sum::<u32>() + LAST_STEP;
    let (mut shares, mut start, mut sum) = (Vec::with_capacity(hands), 0, 0);
    for (index, group) in groups.iter().enumerate() {
        let full = all * (shares.len() as u32 + 1) / hands.max(1) as u32;
        if shares.len() + 1 < hands && sum + voices(group) / 2 >= full {
            shares.push(start..index);
            start = index;
        }
        sum += voices(group);
    }
    shares.push(start..groups.len());
    shares
}

impl Station<'_> {
    fn work(mut self, plan: Plan<'_>) {
        let mut strips = Box::<[Strip; 2]>::default();
        for quantum in 0..plan.quanta {
            let begin = plan.grid_point(quantum);
            let end = Moment { now: begin.quantum_end(), ..begin };
            let mut piece = match &self.from {
                None => Piece {
                    moment: begin,
                    mix: Mix::new(begin.quantum as usize, begin.effects),
                    fed: [None; EFFECTS],
                    freed: Vec::new(),
                },
                Some(from) => match from.recv() {
                    Ok(piece) => piece,
                    // Whoever comes before has stopped.
                    Err(_) => return,
                },
            };
            self.begin_quantum(&plan, &begin, plan.changed && quantum == 0, &mut piece);
            let Groups { groups, voices, ahead, .. } = &mut self.groups;
            let ahead = &mut **ahead;
            render_groups((groups, voices, ahead), &plan.waves, &end, &mut strips, &mut piece.mix);
            match &mut self.to {
                Target::Next(to) => {
                    if to.send(piece).is_err() {
                        return;
                    }
                }
                Target::Last(finish) => finish(piece),
            }
        }
    }

    fn begin_quantum(&mut self, plan: &Plan<'_>, now: &Moment, changed: bool, piece: &mut Piece) {
        let Groups { groups, voices, kept, first, .. } = &mut self.groups;
        let voices = voices.chunks_exact_mut(LANES).zip(kept.chunks_exact(LANES));
        for (index, (group, (voices, kept))) in groups.iter_mut().zip(voices).enumerate() {
            if group.occupied == 0 {
                continue;
            }
            for lane in super::group::lanes(group.over) {
                group.free_lane(lane);
                piece.freed.push((*first + index, lane));
            }
            let changes = changed.then_some((plan.channels, kept));
            begin_group((group, voices), plan.waves.library, changes, now, &mut piece.fed);
        }
    }
}
