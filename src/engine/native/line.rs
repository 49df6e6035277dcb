//! Many threads on one synthesizer: an assembly line.
//!
//! While no event comes, nothing that happens in a group concerns another. So each thread has some groups,
//! in their order, and takes them through one quantum after another; the sums of a quantum go from thread
//! to thread, each adding its groups, and the last one makes sound of them. The order of the additions is that
//! of one thread, and so are the bits.
//!
//! A quantum takes some tens of microseconds, less than it takes to wake a thread. So who waits for the one before looks
//! again and again for a while before it sleeps.
//!
//! Only for rendering to files: it waits, and allocates when it is first used.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use super::channel::ChannelState;
use super::expression::KeyExpression;
use super::group::{EFFECTS, Group, Mix, Waves};
use super::moment::Moment;
use super::quantum::{Ahead, begin_group, render_groups};
use super::voice::Voice;
use crate::dsp::{LANES, Strip};
use crate::engine::Effects;
use crate::rt::{Crew, FloatEnv};

/// The most quanta on the line at once.
const LONGEST: u32 = 64;
/// How often a thread looks whether the one before is done before it sleeps: some hundreds of microseconds.
const LOOKS: u32 = 10_000;
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
    fn reborrow(&mut self) -> Groups<'_> {
        Groups {
            groups: &mut *self.groups,
            voices: &mut *self.voices,
            ahead: &mut *self.ahead,
            kept: self.kept,
            first: self.first,
        }
    }

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
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) moment: Moment,
    pub(super) mix: Mix,
    /// See [`Pool::fed`](super::pool::Pool::fed).
    pub(super) fed: [Option<u64>; EFFECTS],
    /// Groups and lanes that came free at its grid point.
    pub(super) freed: Vec<(usize, usize)>,
}

impl Piece {
    fn new(moment: Moment, effects: Effects) -> Self {
        let mix = Mix::new(moment.quantum as usize, effects);
        Self { moment, mix, fed: [None; EFFECTS], freed: Vec::new() }
    }

    /// Silence at a grid point.
    fn begin(&mut self, moment: Moment) {
        self.mix.clear(0..moment.quantum as usize);
        self.fed = [None; EFFECTS];
        self.freed.clear();
        self.moment = moment;
    }
}

/// The line, which is kept for the next time.
#[derive(Debug, Default)]
pub(super) struct Line {
    pieces: Vec<Mutex<Piece>>,
}

/// How far a thread is.
#[derive(Debug, Default)]
struct Progress {
    /// Pieces that are done; [`GONE`] when there will be no more.
    done: AtomicU32,
    /// Whether the next thread sleeps, or is about to.
    asleep: AtomicBool,
    bed: Mutex<()>,
    wake: Condvar,
}

/// More than there are quanta.
const GONE: u32 = u32::MAX;

impl Progress {
    /// Says that so many pieces are done.
    fn report(&self, done: u32) {
        // Both in one order for all threads: either the sleeper sees the one, or this thread the other.
        self.done.store(done, Ordering::SeqCst);
        if self.asleep.load(Ordering::SeqCst) {
            drop(self.bed.lock().unwrap_or_else(PoisonError::into_inner));
            self.wake.notify_one();
        }
    }

    /// Waits until more than `piece` pieces are done; whether they are.
    fn wait_for(&self, piece: u32) -> bool {
        for look in 0..LOOKS {
            match self.done.load(Ordering::Acquire) {
                GONE => return false,
                done if done > piece => return true,
                _ if look % 64 == 63 => std::thread::yield_now(),
                _ => std::hint::spin_loop(),
            }
        }
        let mut bed = self.bed.lock().unwrap_or_else(PoisonError::into_inner);
        self.asleep.store(true, Ordering::SeqCst);
        while self.done.load(Ordering::SeqCst) <= piece {
            bed = self.wake.wait(bed).unwrap_or_else(PoisonError::into_inner);
        }
        self.asleep.store(false, Ordering::SeqCst);
        self.done.load(Ordering::SeqCst) != GONE
    }
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
    /// The first quanta, as many as the line takes, and the rest.
    fn split(self) -> (Self, Self) {
        let first = self.quanta.min(LONGEST);
        let rest = Self {
            changed: false,
            begin: self.grid_point(first),
            quanta: self.quanta - first,
            ..self
        };
        (Self { quanta: first, ..self }, rest)
    }

    /// The grid point of a quantum.
    fn grid_point(&self, quantum: u32) -> Moment {
        let now = self.begin.now + u64::from(quantum) * u64::from(self.begin.quantum);
        Moment { now, quantum_start: now, ..self.begin }
    }
}

/// What is done with each piece at the end of the line.
type Finish<'f> = dyn FnMut(&mut Piece) + Send + 'f;

/// One thread's part.
struct Station<'a, 'f> {
    groups: Groups<'a>,
    /// How far the one before is, if there is one.
    before: Option<&'a Progress>,
    own: &'a Progress,
    /// What the last one does with each piece.
    finish: Option<&'a mut Finish<'f>>,
    /// Whether every piece is done.
    is_complete: bool,
}

impl Line {
    /// Renders whole quanta, of which `finish` gets one after another.
    pub(super) fn render(
        &mut self,
        mut groups: Groups<'_>,
        plan: Plan<'_>,
        crew: &dyn Crew,
        finish: &mut Finish<'_>,
    ) {
        let shares = shares(groups.groups, crew.hands());
        let wanted = plan.quanta.min(LONGEST) as usize;
        while self.pieces.len() < wanted {
            self.pieces.push(Mutex::new(Piece::new(plan.begin, plan.begin.effects)));
        }
        let mut rest = plan;
        while rest.quanta > 0 {
            let (plan, more) = rest.split();
            render_at_once((&self.pieces, &shares), &mut groups, plan, crew, finish);
            rest = more;
        }
    }
}

/// Renders no more quanta than there are pieces.
fn render_at_once(
    (pieces, shares): (&[Mutex<Piece>], &[Range<usize>]),
    groups: &mut Groups<'_>,
    plan: Plan<'_>,
    crew: &dyn Crew,
    finish: &mut Finish<'_>,
) {
    let progress: Vec<_> = shares.iter().map(|_| Progress::default()).collect();
    let mut left = groups.reborrow();
    let mut finish = Some(finish);
    let mut stations = Vec::with_capacity(shares.len());
    for (index, share) in shares.iter().enumerate() {
        let is_last = index + 1 == shares.len();
        stations.push(Mutex::new(Some(Station {
            groups: left.split_off(share.len()),
            before: index.checked_sub(1).map(|before| &progress[before]),
            own: &progress[index],
            finish: if is_last { finish.take() } else { None },
            is_complete: false,
        })));
    }
    crew.share(stations.len(), &|part| {
        let station = stations[part].lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(station) = station {
            let _environment = FloatEnv::enter();
            station.work(plan, pieces);
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

impl Drop for Station<'_, '_> {
    fn drop(&mut self) {
        // Whatever the reason, nobody is left waiting.
        if !self.is_complete {
            self.own.report(GONE);
        }
    }
}

impl Station<'_, '_> {
    fn work(mut self, plan: Plan<'_>, pieces: &[Mutex<Piece>]) {
        let mut strips = Box::<[Strip; 2]>::default();
        for (quantum, piece) in (0..plan.quanta).zip(pieces) {
            if self.before.is_some_and(|before| !before.wait_for(quantum)) {
                return;
            }
            let mut piece = piece.lock().unwrap_or_else(PoisonError::into_inner);
            let begin = plan.grid_point(quantum);
            if self.before.is_none() {
                piece.begin(begin);
            }
            let end = Moment { now: begin.quantum_end(), ..begin };
            self.begin_quantum(&plan, &begin, plan.changed && quantum == 0, &mut piece);
            let Groups { groups, voices, ahead, .. } = &mut self.groups;
            let ahead = &mut **ahead;
            render_groups((groups, voices, ahead), &plan.waves, &end, &mut strips, &mut piece.mix);
            if let Some(finish) = &mut self.finish {
                finish(&mut piece);
            }
            drop(piece);
            self.own.report(quantum + 1);
        }
        self.is_complete = true;
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
