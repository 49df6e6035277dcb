//! All voices: who has which slot, and what happens to the voices of a note.
//!
//! A new voice takes the lowest free slot, so that the mixing order follows from the events alone. Slots
//! come free at grid points only. There are more slots than voices may sound: what is stolen fades in
//! its slot while the new note begins in another.
//!
//! An event renders only the groups that it touches up to its frame, each into a mix of its own. When the
//! span is complete these are added in the order of the groups, as if all had been rendered together: the
//! cost of an event does not grow with the voices that sound, and its frame leaves no trace in the bits.

use super::channel::ChannelState;
use super::expression::KeyExpression;
use super::group::{EFFECTS, Group, Mix, Waves, lanes, render, render_both};
use super::input::InputSet;
use super::library::{Library, PresetRef, RegionRef};
use super::line::{Groups, Line, Piece, Plan};
use super::note::{Note, NoteState, Notes};
use super::parameter::NoteView;
use super::portamento::Glide;
use super::priority::Priorities;
use super::voice::{Moment, NONE, Voice};
use crate::dsp::{LANES, LaneMask, Strip};
use crate::engine::{ChannelPriority, DOWNLOADS, Effects, Place};
use crate::rt::Crew;

/// The fade of voices that are cut off, in seconds.
const FADE_SECONDS: f64 = 0.005;
/// How long a new note is spared by stealing, in seconds.
const SPARED_SECONDS: f64 = 0.02;
/// Slots for fading voices: a quarter of the voices, but at least this many.
const LEAST_RESERVE: usize = 64;
/// Older notes of a key that a pedal may hold when the key is struck again.
const PEDALLED_COPIES: usize = 4;

/// Frames of a group that are not in the common mix yet: from `start` to the group's position.
#[derive(Debug)]
pub(super) struct Ahead {
    start: u64,
    mix: Mix,
}

/// The voices of a synthesizer.
#[derive(Debug)]
pub(super) struct Pool {
    groups: Box<[Group]>,
    voices: Box<[Voice]>,
    /// What each group has rendered ahead of the others.
    ahead: Box<[Ahead]>,
    /// Room for what two groups read.
    strips: Box<[Strip; 2]>,
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
    line: Line,
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
            vacancies,
            inhabited: 0,
            notes: Notes::new(groups * LANES, channels),
            priorities: Priorities::new(channels),
            kept: vec![KeyExpression::REST; groups * LANES].into_boxed_slice(),
            limit,
            occupied: 0,
            players: vec![0; usize::from(DOWNLOADS)].into_boxed_slice(),
            fed: [None; EFFECTS],
            lost_notes: 0,
            line: Line::default(),
        }
    }

    /// Voices that sound, fading ones included.
    pub(super) const fn occupied(&self) -> u32 {
        self.occupied
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

    /// Fades all voices of a note.
    fn cut_note(&mut self, waves: &Waves<'_>, note: u32, moment: &Moment) {
        self.notes.set_state(note, NoteState::Cut);
        self.each_voice(waves, moment, note, |voice, group, lane| {
            voice.fade(group, lane, moment, fade_frames(moment));
        });
    }

    /// Fades the sounding voices of an exclusive class.
    ///
    /// SPEC: SoundFont 2.04 §8.1.2 #57: those of the same preset on the same channel.
    fn cut_class(
        &mut self,
        waves: &Waves<'_>,
        (channel, preset, class): (u16, PresetRef, u16),
        moment: &Moment,
    ) {
        self.fade_where(waves, moment, |voice, place| {
            voice.channel == channel && voice.exclusive_class == class && place.preset == preset
        });
    }

    /// Fades every voice of a channel.
    pub(super) fn cut_channel(&mut self, waves: &Waves<'_>, channel: u16, moment: &Moment) {
        self.fade_where(waves, moment, |voice, _| voice.channel == channel);
    }

    /// Fades what a channel plays of some keys.
    pub(super) fn cut_keys(
        &mut self,
        waves: &Waves<'_>,
        channel: u16,
        wanted: impl Fn(u8) -> bool,
        moment: &Moment,
    ) {
        let wanted = |voice: &Voice, _| voice.channel == channel && wanted(voice.struck);
        self.fade_where(waves, moment, wanted);
    }

    /// Fades the notes of a channel that a key or a pedal holds.
    pub(super) fn cut_held(&mut self, waves: &Waves<'_>, channel: u16, moment: &Moment) {
        for key in 0..128 {
            while let Some(note) = self.notes.of_key(channel, key, |_| true) {
                self.cut_note(waves, note, moment);
            }
        }
    }

    /// Gives the oldest held note of a key to another key, if `regions` of `preset` are what it plays; whether they are.
    ///
    /// The caller sees to it that its voices are updated at the next grid point.
    pub(super) fn move_note(
        &mut self,
        (preset, regions): (PresetRef, &[u16]),
        channel: u16,
        (from, to): (u8, u8),
        glide: Glide,
    ) -> bool {
        let held = self.notes.of_key(channel, from, |note| note.state == NoteState::Held);
        let Some(note) = held else { return false };
        let first = self.notes.get(note).map_or(NONE, |note| note.first_voice);
        let same = |slot: usize| {
            let place = self.groups[slot / LANES].regions[slot % LANES];
            place.preset == preset && regions.contains(&place.region)
        };
        if first == NONE || !voices_of(&self.voices, first).all(same) {
            return false;
        }
        self.notes.move_to_key(note, to);
        let mut at = first as usize;
        while let Some(voice) = self.voices.get_mut(at) {
            voice.move_to(to, glide);
            at = voice.next as usize;
        }
        true
    }

    fn fade_where(
        &mut self,
        waves: &Waves<'_>,
        moment: &Moment,
        wanted: impl Fn(&Voice, RegionRef) -> bool,
    ) {
        for index in 0..self.inhabited {
            for lane in lanes(self.groups[index].occupied) {
                let slot = index * LANES + lane;
                if wanted(&self.voices[slot], self.groups[index].regions[lane]) {
                    self.catch_up(index, waves, moment);
                    let group = &mut self.groups[index];
                    self.voices[slot].fade(group, lane, moment, fade_frames(moment));
                }
            }
        }
    }

    /// Lets the voices of a key keep this expression whatever comes.
    pub(super) fn detach(&mut self, (channel, key): (u16, u8), expression: KeyExpression) {
        for (voice, kept) in self.voices.iter_mut().zip(&mut self.kept) {
            if voice.channel == channel && voice.struck == key && !voice.detached {
                voice.detached = true;
                *kept = expression;
            }
        }
    }

    /// Lets go of the oldest held note of a key; `held` says whether a pedal keeps it.
    pub(super) fn release_key(
        &mut self,
        waves: &Waves<'_>,
        (channel, key): (u16, u8),
        held: bool,
        moment: &Moment,
    ) {
        let oldest = self.notes.of_key(channel, key, |note| note.state == NoteState::Held);
        let Some(note) = oldest else { return };
        let caught = self.notes.get(note).is_some_and(|note| note.sostenuto);
        if held || caught {
            self.notes.set_state(note, NoteState::Pedalled);
        } else {
            self.release_note(waves, note, moment);
        }
    }

    /// Lets go of every key of a channel.
    pub(super) fn release_all(
        &mut self,
        waves: &Waves<'_>,
        channel: u16,
        held: bool,
        moment: &Moment,
    ) {
        for key in 0..128 {
            while self.notes.of_key(channel, key, |n| n.state == NoteState::Held).is_some() {
                self.release_key(waves, (channel, key), held, moment);
            }
        }
    }

    /// Releases what the sustain pedal held and the sostenuto pedal does not.
    pub(super) fn release_sustained(&mut self, waves: &Waves<'_>, channel: u16, moment: &Moment) {
        for key in 0..128 {
            let free = |note: &Note| note.state == NoteState::Pedalled && !note.sostenuto;
            while let Some(note) = self.notes.of_key(channel, key, free) {
                self.release_note(waves, note, moment);
            }
        }
    }

    /// Catches the notes whose keys are down.
    pub(super) fn catch_sostenuto(&mut self, channel: u16) {
        let catchable = |note: &Note| note.state == NoteState::Held && !note.sostenuto;
        for key in 0..128 {
            while let Some(note) = self.notes.of_key(channel, key, catchable) {
                self.notes.set_sostenuto(note, true);
            }
        }
    }

    /// Lets go of what the sostenuto pedal caught; `sustained` says whether the other pedal keeps it.
    pub(super) fn drop_sostenuto(
        &mut self,
        waves: &Waves<'_>,
        channel: u16,
        sustained: bool,
        moment: &Moment,
    ) {
        for key in 0..128 {
            while let Some(note) = self.notes.of_key(channel, key, |note| note.sostenuto) {
                self.notes.set_sostenuto(note, false);
                let up = self.notes.get(note).is_some_and(|n| n.state == NoteState::Pedalled);
                if up && !sustained {
                    self.release_note(waves, note, moment);
                }
            }
        }
    }

    fn release_note(&mut self, waves: &Waves<'_>, note: u32, moment: &Moment) {
        self.notes.set_state(note, NoteState::Released);
        self.each_voice(waves, moment, note, |voice, group, lane| {
            voice.release(group, lane, moment);
        });
    }

    fn each_voice(
        &mut self,
        waves: &Waves<'_>,
        moment: &Moment,
        note: u32,
        mut act: impl FnMut(&mut Voice, &mut Group, usize),
    ) {
        let mut at = self.notes.get(note).map_or(NONE, |note| note.first_voice) as usize;
        while at < self.voices.len() {
            self.catch_up(at / LANES, waves, moment);
            let voice = &mut self.voices[at];
            let next = voice.next;
            act(voice, &mut self.groups[at / LANES], at % LANES);
            at = next as usize;
        }
    }

    /// Does the work of a grid point: frees slots, hands on what changed, plans the quantum.
    pub(super) fn begin_quantum(
        &mut self,
        library: &Library,
        channels: &[ChannelState],
        changed: bool,
        moment: &Moment,
    ) {
        self.fed = [None; EFFECTS];
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
            begin_group(group, library, changes, moment, &mut self.fed);
        }
        while self.inhabited > 0 && self.groups[self.inhabited - 1].occupied == 0 {
            self.inhabited -= 1;
        }
    }

    /// Renders whole quanta from the grid point `plan.begin` on, which has not been passed yet, together with a crew;
    /// `finish` gets them one after another.
    pub(super) fn render_together(
        &mut self,
        plan: Plan<'_>,
        crew: &dyn Crew,
        finish: &mut (dyn FnMut(&Piece) + Send),
    ) {
        let (mut freed, mut fed) = (Vec::new(), self.fed);
        let groups = Groups {
            groups: &mut self.groups[..self.inhabited],
            voices: &mut self.voices[..self.inhabited * LANES],
            ahead: &mut self.ahead[..self.inhabited],
            kept: &self.kept[..self.inhabited * LANES],
            first: 0,
        };
        self.line.render(groups, plan, crew, &mut |piece| {
            finish(piece);
            freed.append(&mut piece.freed);
            fed = piece.fed;
        });
        self.fed = fed;
        for (index, lane) in freed {
            self.free(index, lane);
        }
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

    /// Renders every group up to now and adds all that is new to the mix: two groups together where nothing
    /// happens in either before now.
    pub(super) fn render(&mut self, waves: &Waves<'_>, moment: &Moment, mix: &mut Mix) {
        let groups = (
            &mut self.groups[..self.inhabited],
            &mut self.voices[..self.inhabited * LANES],
            &mut self.ahead[..self.inhabited],
        );
        render_groups(groups, waves, moment, &mut self.strips, mix);
    }
}

/// Does what a grid point means for a group; `changes` are those since the last one, and what the group's voices keep.
pub(super) fn begin_group(
    (group, voices): (&mut Group, &mut [Voice]),
    library: &Library,
    changes: Option<(&[ChannelState], &[KeyExpression])>,
    moment: &Moment,
    fed: &mut [Option<u64>; EFFECTS],
) {
    group.filter.flush();
    if let Some((channels, kept)) = changes {
        for lane in lanes(group.occupied) {
            let place = (group.regions[lane], &kept[lane]);
            if update(&mut voices[lane], place, library, channels, moment) {
                group.wake(lane);
            }
        }
    }
    group.go_on(moment.quantum_start);
    group.follow_rest(moment);
    for lane in lanes(group.occupied & !group.resting) {
        voices[lane].begin_quantum(group, lane, moment);
    }
    note_feeding(fed, group, moment);
    group.find_next_corner();
}

/// Renders groups up to now and adds all that is new to the mix.
pub(super) fn render_groups(
    (groups, voices, ahead): (&mut [Group], &mut [Voice], &mut [Ahead]),
    waves: &Waves<'_>,
    moment: &Moment,
    strips: &mut [Strip; 2],
    mix: &mut Mix,
) {
    let mut waiting: Option<(&mut Group, &mut [Voice])> = None;
    let groups = groups.iter_mut().zip(voices.chunks_exact_mut(LANES));
    for ((group, voices), ahead) in groups.zip(ahead) {
        if group.occupied == 0 {
            continue;
        }
        let start = std::mem::replace(&mut ahead.start, moment.now);
        let is_plain = start == group.position && group.next_corner >= moment.now;
        match waiting.take() {
            Some(first) if is_plain && first.0.position == start => {
                advance_both([first, (group, voices)], waves, moment, strips, mix);
                continue;
            }
            Some(first) => advance(first, waves, moment, &mut strips[0], mix),
            None => {}
        }
        if is_plain {
            waiting = Some((group, voices));
        } else {
            let frames = moment.index(start) as usize..moment.index(group.position) as usize;
            mix.add(&ahead.mix, frames);
            advance((group, voices), waves, moment, &mut strips[0], mix);
        }
    }
    if let Some(last) = waiting {
        advance(last, waves, moment, &mut strips[0], mix);
    }
}

/// Renders two groups up to now, which is not after the next corner of either.
fn advance_both(
    [(one, voices), (other, other_voices)]: [(&mut Group, &mut [Voice]); 2],
    waves: &Waves<'_>,
    moment: &Moment,
    strips: &mut [Strip; 2],
    mix: &mut Mix,
) {
    let frames = moment.index(one.position) as usize..moment.index(moment.now) as usize;
    render_both([&mut *one, &mut *other], waves, frames, strips, mix);
    for (group, voices) in [(one, voices), (other, other_voices)] {
        group.position = moment.now;
        pass_corners(group, voices, moment);
    }
}

/// The slots of a note's voices, from the first one on.
fn voices_of(voices: &[Voice], first: u32) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(first as usize), |&slot| Some(voices.get(slot)?.next as usize))
        .take_while(|&slot| slot < voices.len())
}

/// Renders a group up to now, corner by corner.
fn advance(
    (group, voices): (&mut Group, &mut [Voice]),
    waves: &Waves<'_>,
    moment: &Moment,
    strip: &mut Strip,
    mix: &mut Mix,
) {
    while group.position < moment.now {
        let to = group.next_corner.clamp(group.position, moment.now);
        let frames = moment.index(group.position) as usize..moment.index(to) as usize;
        render(group, waves, frames, strip, mix);
        group.position = to;
        pass_corners(group, voices, &Moment { now: to, ..*moment });
    }
}

/// Takes down what a group sends to from now on.
fn note_feeding(fed: &mut [Option<u64>; EFFECTS], group: &Group, moment: &Moment) {
    for (fed, sending) in fed.iter_mut().zip(group.sending) {
        if sending != 0 {
            fed.get_or_insert(moment.now);
        }
    }
}

/// Hands a channel's changes to a voice that depends on them; whether there were any.
fn update(
    voice: &mut Voice,
    (place, kept): (RegionRef, &KeyExpression),
    library: &Library,
    channels: &[ChannelState],
    moment: &Moment,
) -> bool {
    let Some(channel) = channels.get(usize::from(voice.channel)) else { return false };
    if channel.changed == InputSet::NONE {
        return false;
    }
    let Some(region) = library.region(place) else { return false };
    let concerned = channel.changed.meets(region.inputs);
    if concerned {
        let view = NoteView {
            struck: 0,
            key: 0,
            velocity: 0.0,
            key_cents: 0.0,
            started: 0,
            expression: Some(kept),
            channel,
        };
        voice.update(region, view, moment);
    }
    concerned
}

fn pass_corners(group: &mut Group, voices: &mut [Voice], moment: &Moment) {
    if group.next_corner > moment.now {
        return;
    }
    for lane in lanes(group.occupied) {
        if group.corners[lane] <= moment.now {
            voices[lane].pass_corner(group, lane, moment);
        }
    }
    group.find_next_corner();
}

fn fade_frames(moment: &Moment) -> u32 {
    (FADE_SECONDS * moment.rate) as u32
}
