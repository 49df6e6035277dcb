//! All voices: who has which slot, for how long.
//!
//! A new voice takes the lowest free slot, so that the mixing order follows from the events alone. Slots
//! come free at grid points only. There are more slots than voices may sound: what is stolen fades in
//! its slot while the new note begins in another.
//!
//! An event renders only the groups that it touches up to its frame, each into a mix of its own. When the
//! span is complete these are added in the order of the groups, as if all had been rendered together: the
//! cost of an event does not grow with the voices that sound, and its frame leaves no trace in the bits.

mod keys;

use std::ops::Range;

use super::channel::ChannelState;
use super::expression::KeyExpression;
use super::group::{EFFECTS, Group, Mix, Total, Waves, lanes};
use super::library::{Library, PresetRef, RegionRef};
use super::moment::Moment;
use super::note::{Note, NoteState, Notes};
use super::parameter::NoteView;
use super::priority::Priorities;
use super::quantum::{Ahead, advance, begin_group, note_feeding};
use super::section::{Desks, Groups, Plan, SECTION, Step};
use super::voice::{NONE, Voice};
use super::wanted::Wanted;
use crate::dsp::{LANES, LaneMask, SimdLevel, Strip};
use crate::engine::{ChannelPriority, DOWNLOADS, Effects, Place};
use crate::rt::{Crew, zeros};

/// How long a new note is spared by stealing, in seconds.
const SPARED_SECONDS: f64 = 0.02;
/// Slots for fading voices: a quarter of the voices, but at least this many.
const LEAST_RESERVE: usize = 64;
/// Older notes of a key that a pedal may hold when the key is struck again.
const PEDALLED_COPIES: usize = 4;

/// The voices of a synthesizer.
#[derive(Debug)]
pub(super) struct Pool {
    groups: Box<[Group]>,
    voices: Box<[Voice]>,
    /// What each group has rendered ahead of the others.
    ahead: Box<[Ahead]>,
    /// Room for what two groups read.
    strips: Box<[Strip; 2]>,
    /// Room for what a section adds up to.
    mix: Mix,
    /// One bit for each group with a free lane.
    vacancies: Box<[u64]>,
    /// No group from this one on has a voice. New voices take the lowest slots, so few below are without one, and
    /// what is done to all groups costs the same at any limit.
    inhabited: usize,
    notes: Notes,
    priorities: Priorities,
    /// What voices keep that follow the expression of their key no longer.
    kept: Box<[KeyExpression]>,
    limit: u32,
    /// Voices in slots, fading ones included.
    occupied: u32,
    /// By place, the voices that play the download there.
    players: Box<[u32]>,
    /// By effect, the frame of this quantum from which on something is sent to it.
    fed: [Option<u64>; EFFECTS],
    lost_notes: u64,
    /// Where a crew works.
    desks: Desks,
}

impl Pool {
    /// Room for `limit` voices on `channels` channels, and for quanta of `quantum` frames.
    pub(super) fn new(limit: u32, channels: usize, quantum: usize, effects: Effects) -> Self {
        let limit_slots = limit as usize;
        let reserve = (limit_slots / 4).max(LEAST_RESERVE);
        let groups = (limit_slots + reserve).div_ceil(LANES);
        let mut vacancies = vec![u64::MAX; groups.div_ceil(64)].into_boxed_slice();
        if let (Some(last), 1..) = (vacancies.last_mut(), groups % 64) {
            *last = (1 << (groups % 64)) - 1;
        }
        Self {
            groups: vec![Group::new(); groups].into_boxed_slice(),
            voices: vec![Voice::vacant(); groups * LANES].into_boxed_slice(),
            ahead: (0..groups)
                .map(|_| Ahead { start: 0, mix: Mix::new(quantum, effects) })
                .collect(),
            strips: Box::default(),
            mix: Mix::new(quantum, effects),
            vacancies,
            inhabited: 0,
            notes: Notes::new(groups * LANES, channels),
            priorities: Priorities::new(channels),
            kept: vec![KeyExpression::REST; groups * LANES].into_boxed_slice(),
            limit,
            occupied: 0,
            players: zeros(usize::from(DOWNLOADS)),
            fed: [None; EFFECTS],
            lost_notes: 0,
            desks: Desks::default(),
        }
    }

    /// Voices that sound, fading ones included.
    pub(super) const fn occupied(&self) -> u32 {
        self.occupied
    }

    /// Whether there is something to share.
    pub(super) const fn has_sections(&self) -> bool {
        self.inhabited > SECTION
    }

    /// Whether a voice plays the download in this place.
    pub(super) fn plays(&self, Place(place): Place) -> bool {
        self.players.get(usize::from(place)).is_some_and(|&voices| voices > 0)
    }

    /// By effect, the frame of the quantum from which on something is sent to it.
    pub(super) const fn fed(&self) -> [Option<u64>; EFFECTS] {
        self.fed
    }

    /// Notes that were stolen or never began.
    pub(super) const fn lost_notes(&self) -> u64 {
        self.lost_notes
    }

    /// Begins a note of these regions of a preset; its number, if it did.
    pub(super) fn start_note(
        &mut self,
        (waves, preset, regions): (&Waves<'_>, PresetRef, &[u16]),
        channel: u16,
        view: NoteView<'_>,
        moment: &Moment,
    ) -> Option<u32> {
        self.drop_old_copies(waves, channel, view.struck, moment);
        let wanted = u32::try_from(regions.len()).unwrap_or(u32::MAX).min(self.limit);
        if !self.make_room(waves, wanted, channel, moment) {
            self.lost_notes += 1;
            return None;
        }
        let places = regions.iter().map(|&region| RegionRef { preset, region });
        let class_of =
            |place| waves.library.region(place).map_or(0, |region| region.exclusive_class);
        for class in places.clone().map(class_of).filter(|&class| class != 0) {
            self.cut_class(waves, (channel, preset, class), moment);
        }
        let Some(note) = self.notes.begin(channel, view.struck, moment.now) else {
            self.lost_notes += 1;
            return None;
        };
        for place in places.take(wanted as usize) {
            if !self.start_voice(waves, place, (note, channel), view, moment) {
                self.lost_notes += 1;
                break;
            }
        }
        if self.notes.get(note).is_some_and(|note| note.voices == 0) {
            self.notes.discard(note);
            return None;
        }
        Some(note)
    }

    /// Whether a note that began on a channel at a frame still sounds.
    pub(super) fn sounds(&self, note: u32, channel: u16, started: u64) -> bool {
        let is_it = |note: &Note| note.channel == channel && note.started == started;
        self.notes.get(note).is_some_and(|note| is_it(note) && note.voices > 0)
    }

    /// Where the first voice of a note is in its wave, in data points.
    pub(super) fn position(&self, note: u32) -> Option<u64> {
        let slot = self.notes.get(note)?.first_voice as usize;
        let cursor = self.groups.get(slot / LANES)?.cursors.get(slot % LANES)?;
        Some(u64::from(cursor.position.index()))
    }

    /// Lets go of a note, whatever holds it.
    pub(super) fn let_go(&mut self, waves: &Waves<'_>, note: u32, moment: &Moment) {
        self.release_note(waves, note, moment);
    }

    fn start_voice(
        &mut self,
        waves: &Waves<'_>,
        place: RegionRef,
        (note, channel): (u32, u16),
        view: NoteView<'_>,
        moment: &Moment,
    ) -> bool {
        let Some(region) = waves.library.region(place) else { return true };
        let Some(slot) = self.lowest_free() else { return false };
        let (index, lane) = (slot / LANES, slot % LANES);
        self.catch_up(index, waves, moment);
        let (Some(group), Some(voice)) = (self.groups.get_mut(index), self.voices.get_mut(slot))
        else {
            return false;
        };
        voice.note = note;
        voice.next = self.notes.add_voice(note, slot as u32);
        voice.channel = channel;
        voice.start((group, lane), (place, region), view, moment);
        self.occupied += 1;
        self.inhabited = self.inhabited.max(index + 1);
        if let Some(players) = self.players.get_mut(usize::from(place.preset.place)) {
            *players += 1;
        }
        note_feeding(&mut self.fed, group, moment);
        if group.occupied == LaneMask::MAX {
            self.vacancies[index / 64] &= !(1 << (index % 64));
        }
        true
    }

    fn lowest_free(&self) -> Option<usize> {
        let (word, bits) = self.vacancies.iter().enumerate().find(|(_, bits)| **bits != 0)?;
        let index = word * 64 + bits.trailing_zeros() as usize;
        let lane = (!self.groups.get(index)?.occupied).trailing_zeros() as usize;
        Some(index * LANES + lane)
    }

    /// Cuts off whole notes until `wanted` voices may begin on a channel; whether they may.
    fn make_room(&mut self, waves: &Waves<'_>, wanted: u32, channel: u16, moment: &Moment) -> bool {
        // What is cut off fades in its slot: without free ones nothing is won by it.
        let free = self.voices.len() - self.occupied as usize;
        if free < wanted as usize {
            return false;
        }
        let young = moment.now.saturating_sub((SPARED_SECONDS * moment.rate) as u64);
        while self.notes.voices() + wanted > self.limit {
            let Some(note) = self.notes.victim(young, channel, &self.priorities) else {
                return false;
            };
            self.cut_note(waves, note, moment);
            self.lost_notes += 1;
        }
        true
    }

    /// Says how much the notes of a channel matter.
    pub(super) fn set_priority(&mut self, channel: usize, priority: ChannelPriority) {
        self.priorities.set(channel, priority);
    }

    /// Releases the oldest notes of a key that a pedal holds, when it holds too many.
    fn drop_old_copies(&mut self, waves: &Waves<'_>, channel: u16, key: u8, moment: &Moment) {
        while self.notes.pedalled(channel, key) > PEDALLED_COPIES {
            let pedalled = self.notes.of_key(channel, key, |n| n.state == NoteState::Pedalled);
            let Some(note) = pedalled else { return };
            self.release_note(waves, note, moment);
        }
    }

    /// Does the work of a grid point: frees slots, hands on what changed, plans the quantum.
    pub(super) fn begin_quantum(
        &mut self,
        (library, level): (&Library, SimdLevel),
        channels: &[ChannelState],
        changed: bool,
        moment: &Moment,
    ) {
        self.fed = [None; EFFECTS];
        let mut wanted = Wanted::NOTHING;
        for index in 0..self.inhabited {
            if self.groups[index].occupied == 0 {
                continue;
            }
            for lane in lanes(self.groups[index].over) {
                self.free(index, lane);
            }
            let slots = index * LANES..(index + 1) * LANES;
            let changes = changed.then_some((channels, &self.kept[slots.clone()]));
            let group = (&mut self.groups[index], &mut self.voices[slots]);
            let with = (library, level, &mut wanted);
            begin_group(group, with, changes, moment, &mut self.fed);
        }
        while self.inhabited > 0 && self.groups[self.inhabited - 1].occupied == 0 {
            self.inhabited -= 1;
        }
    }

    /// Has a crew render what is planned; `finish` gets it quantum by quantum.
    pub(super) fn render_together(
        &mut self,
        plan: Plan<'_>,
        crew: &dyn Crew,
        total: &mut Total,
        mut finish: impl FnMut(&Step, &Total, [Option<u64>; EFFECTS]),
    ) {
        let mut desks = std::mem::take(&mut self.desks);
        let all = (&mut *self.groups, &mut *self.voices, &mut *self.ahead, &*self.kept);
        desks.render(Groups::first(self.inhabited, all), plan, crew);
        for (index, step) in plan.steps().enumerate() {
            total.clear(step.frames());
            if step.at_grid_point {
                self.fed = [None; EFFECTS];
            }
            for piece in desks.step(index) {
                total.add_total(&piece.total, step.frames());
                for (fed, others) in self.fed.iter_mut().zip(piece.fed) {
                    *fed = fed.or(others);
                }
                piece.freed.drain(..).for_each(|(index, lane)| self.free(index, lane));
            }
            finish(&step, total, self.fed);
        }
        self.desks = desks;
    }

    fn free(&mut self, index: usize, lane: usize) {
        let slot = index * LANES + lane;
        let (note, next) = (self.voices[slot].note, self.voices[slot].next);
        let first = self.notes.get(note).map_or(NONE, |note| note.first_voice);
        let first = if first as usize == slot {
            next
        } else {
            self.unlink(first, slot as u32, next);
            first
        };
        self.notes.remove_voice(note, first);
        self.voices[slot].note = NONE;
        let place = self.groups[index].regions[lane].preset.place;
        if let Some(players) = self.players.get_mut(usize::from(place)) {
            *players -= 1;
        }
        self.groups[index].free_lane(lane);
        self.vacancies[index / 64] |= 1 << (index % 64);
        self.occupied -= 1;
    }

    /// Takes `slot` out of the voices of a note that begin with `first`.
    fn unlink(&mut self, first: u32, slot: u32, next: u32) {
        let mut at = first as usize;
        while let Some(voice) = self.voices.get_mut(at) {
            if voice.next == slot {
                voice.next = next;
                return;
            }
            at = voice.next as usize;
        }
    }

    /// Renders a group up to now, ahead of the others, because something is about to happen to it.
    fn catch_up(&mut self, index: usize, waves: &Waves<'_>, moment: &Moment) {
        let (Some(group), Some(ahead)) = (self.groups.get_mut(index), self.ahead.get_mut(index))
        else {
            return;
        };
        if group.occupied == 0 {
            (group.position, ahead.start) = (moment.now, moment.now);
            return;
        }
        let voices = &mut self.voices[index * LANES..(index + 1) * LANES];
        let frames = moment.index(group.position) as usize..moment.index(moment.now) as usize;
        ahead.mix.clear(frames);
        advance((group, voices), waves, moment, &mut self.strips[0], &mut ahead.mix);
    }

    /// Renders every group up to now, section by section; all that is new, which are these frames of the quantum, is
    /// `total`.
    pub(super) fn render(
        &mut self,
        waves: &Waves<'_>,
        moment: &Moment,
        frames: Range<usize>,
        total: &mut Total,
    ) {
        total.clear(frames.clone());
        let all = (&mut *self.groups, &mut *self.voices, &mut *self.ahead, &*self.kept);
        for (_, mut section) in Groups::first(self.inhabited, all).sections() {
            self.mix.clear(frames.clone());
            section.render(waves, moment, &mut self.strips, &mut self.mix);
            total.add(waves.level, &self.mix, frames.clone());
        }
    }
}
