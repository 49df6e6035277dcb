//! Notes: what a note-on started, until its last voice is over.
//!
//! Three things are asked of them, each in constant time: the oldest held note of a key, the note to be
//! stolen next, and the voices of a note.

use super::priority::Priorities;
use super::voice::NONE;
use crate::midi::Channel;

/// Keys of a channel.
const KEYS: usize = 128;

/// What holds a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoteState {
    /// The key is down.
    Held,
    /// The key is up, a pedal is down.
    Pedalled,
    /// Nothing: it is dying away.
    Released,
    /// It was cut off and fades; it is in no list.
    Cut,
}

/// A note.
#[derive(Debug, Clone, Copy)]
pub(super) struct Note {
    /// The channel, over all groups.
    pub(super) channel: u16,
    /// The key.
    pub(super) key: u8,
    pub(super) state: NoteState,
    /// Whether the sostenuto pedal caught it.
    pub(super) sostenuto: bool,
    /// The frame at which it began.
    pub(super) started: u64,
    /// Its first voice.
    pub(super) first_voice: u32,
    /// Its voices.
    pub(super) voices: u32,
    /// The notes before and after it in the list of its state.
    previous: u32,
    next: u32,
    /// The next note of the same key that is not released, or the next free place.
    next_of_key: u32,
}

/// The states from which notes are stolen, in that order.
const STEALING_ORDER: [NoteState; 3] = [NoteState::Released, NoteState::Pedalled, NoteState::Held];

/// The first and last of a list.
#[derive(Debug, Clone, Copy)]
struct Ends {
    first: u32,
    last: u32,
}

impl Ends {
    const EMPTY: Self = Self { first: NONE, last: NONE };
}

/// All notes.
#[derive(Debug)]
pub(super) struct Notes {
    notes: Box<[Note]>,
    free: u32,
    /// By [`NoteState`], in the order in which they came to it.
    states: [Ends; 3],
    /// By channel and key, in the order in which they began.
    keys: Box<[Ends]>,
    /// Voices of the notes that are not cut.
    voices: u32,
}

impl Notes {
    /// Room for `count` notes on `channels` channels.
    pub(super) fn new(count: usize, channels: usize) -> Self {
        let vacant = |index: usize| Note {
            channel: 0,
            key: 0,
            state: NoteState::Cut,
            sostenuto: false,
            started: 0,
            first_voice: NONE,
            voices: 0,
            previous: NONE,
            next: NONE,
            next_of_key: if index + 1 < count { index as u32 + 1 } else { NONE },
        };
        Self {
            notes: (0..count).map(vacant).collect(),
            free: if count > 0 { 0 } else { NONE },
            states: [Ends::EMPTY; 3],
            keys: vec![Ends::EMPTY; channels.max(Channel::COUNT) * KEYS].into_boxed_slice(),
            voices: 0,
        }
    }

    /// Voices of notes that nobody has cut off.
    pub(super) const fn voices(&self) -> u32 {
        self.voices
    }

    pub(super) fn get(&self, note: u32) -> Option<&Note> {
        self.notes.get(note as usize)
    }

    /// Begins a note; `None` when there is no room.
    pub(super) fn begin(&mut self, channel: u16, key: u8, now: u64) -> Option<u32> {
        let index = self.free;
        let note = self.notes.get_mut(index as usize)?;
        self.free = note.next_of_key;
        *note = Note {
            channel,
            key,
            state: NoteState::Held,
            sostenuto: false,
            started: now,
            first_voice: NONE,
            voices: 0,
            previous: NONE,
            next: NONE,
            next_of_key: NONE,
        };
        self.join_state(index, NoteState::Held);
        self.join_key(index);
        Some(index)
    }

    /// Adds a voice; returns the one that was first before.
    pub(super) fn add_voice(&mut self, note: u32, voice: u32) -> u32 {
        let Some(place) = self.notes.get_mut(note as usize) else { return NONE };
        let before = place.first_voice;
        place.first_voice = voice;
        place.voices += 1;
        self.voices += 1;
        before
    }

    /// Takes a voice away that is over; `first` is the first of those that are left. Frees an empty note.
    pub(super) fn remove_voice(&mut self, note: u32, first: u32) {
        let Some(place) = self.notes.get_mut(note as usize) else { return };
        place.first_voice = first;
        place.voices = place.voices.saturating_sub(1);
        let (empty, cut) = (place.voices == 0, place.state == NoteState::Cut);
        if !cut {
            self.voices = self.voices.saturating_sub(1);
        }
        if empty {
            self.discard(note);
        }
    }

    /// Frees a note without voices.
    pub(super) fn discard(&mut self, note: u32) {
        self.set_state(note, NoteState::Cut);
        if let Some(place) = self.notes.get_mut(note as usize) {
            place.next_of_key = self.free;
            self.free = note;
        }
    }

    /// Moves a note on to another state.
    pub(super) fn set_state(&mut self, note: u32, state: NoteState) {
        let Some(place) = self.notes.get(note as usize).copied() else { return };
        if place.state == state {
            return;
        }
        self.leave_state(note);
        if matches!(state, NoteState::Released | NoteState::Cut)
            && matches!(place.state, NoteState::Held | NoteState::Pedalled)
        {
            self.leave_key(note);
        }
        if state == NoteState::Cut {
            self.voices = self.voices.saturating_sub(place.voices);
        }
        self.join_state(note, state);
    }

    /// Gives a note that is not released to another key.
    pub(super) fn move_to_key(&mut self, note: u32, key: u8) {
        self.leave_key(note);
        if let Some(place) = self.notes.get_mut(note as usize) {
            place.key = key;
        }
        self.join_key(note);
    }

    /// Catches a note with the sostenuto pedal, or lets it go.
    pub(super) fn set_sostenuto(&mut self, note: u32, caught: bool) {
        if let Some(place) = self.notes.get_mut(note as usize) {
            place.sostenuto = caught;
        }
    }

    /// The oldest note of a key that is not released and satisfies `wanted`.
    pub(super) fn of_key(
        &self,
        channel: u16,
        key: u8,
        wanted: impl Fn(&Note) -> bool,
    ) -> Option<u32> {
        let mut at = self.keys.get(key_index(channel, key))?.first;
        while let Some(note) = self.notes.get(at as usize) {
            if wanted(note) {
                return Some(at);
            }
            at = note.next_of_key;
        }
        None
    }

    /// How many notes of a key a pedal holds.
    pub(super) fn pedalled(&self, channel: u16, key: u8) -> usize {
        let mut count = 0;
        let mut at = self.keys.get(key_index(channel, key)).map_or(NONE, |ends| ends.first);
        while let Some(note) = self.notes.get(at as usize) {
            count += usize::from(note.state == NoteState::Pedalled);
            at = note.next_of_key;
        }
        count
    }

    /// The note to be stolen for one of `channel`: of the lowest priority, but none above that channel's; then
    /// released before held by a pedal before held, each the one that came to it first.
    ///
    /// A note that began at `young` or later is spared while there is another one of its priority.
    pub(super) fn victim(&self, young: u64, channel: u16, priorities: &Priorities) -> Option<u32> {
        if !priorities.differ() {
            return self.oldest(young);
        }
        let all = STEALING_ORDER.iter().flat_map(|&state| self.listed(state));
        let lowest = all.map(|(_, note)| priorities.of(note.channel)).min()?;
        if lowest > priorities.of(channel) {
            return None;
        }
        let mut lists = STEALING_ORDER.iter();
        let aged = lists.clone().find_map(|&state| {
            let wanted =
                |note: &Note| priorities.of(note.channel) == lowest && note.started < young;
            self.listed(state).find(|(_, note)| wanted(note))
        });
        let any = || {
            lists.find_map(|&state| {
                self.listed(state).find(|(_, note)| priorities.of(note.channel) == lowest)
            })
        };
        aged.or_else(any).map(|(index, _)| index)
    }

    /// The first note of the lists, in the order in which they are stolen from, that is not young, else any.
    fn oldest(&self, young: u64) -> Option<u32> {
        let mut candidates = STEALING_ORDER.iter().map(|&state| self.states[state as usize].first);
        let old = |index: &u32| self.get(*index).is_some_and(|note| note.started < young);
        let aged = candidates.clone().find(old);
        aged.or_else(|| candidates.find(|&index| index != NONE))
    }

    /// The notes in a state, in the order in which they came to it.
    fn listed(&self, state: NoteState) -> impl Iterator<Item = (u32, &Note)> {
        let mut at = self.states.get(state as usize).map_or(NONE, |ends| ends.first);
        std::iter::from_fn(move || {
            let (index, note) = (at, self.notes.get(at as usize)?);
            at = note.next;
            Some((index, note))
        })
    }

    fn join_state(&mut self, note: u32, state: NoteState) {
        let Some(place) = self.notes.get_mut(note as usize) else { return };
        place.state = state;
        (place.previous, place.next) = (NONE, NONE);
        let Some(ends) = self.states.get_mut(state as usize) else { return };
        place.previous = ends.last;
        let before = ends.last;
        ends.last = note;
        if before == NONE {
            ends.first = note;
        } else if let Some(before) = self.notes.get_mut(before as usize) {
            before.next = note;
        }
    }

    fn leave_state(&mut self, note: u32) {
        let Some(place) = self.notes.get(note as usize).copied() else { return };
        let Some(ends) = self.states.get_mut(place.state as usize) else { return };
        if ends.first == note {
            ends.first = place.next;
        }
        if ends.last == note {
            ends.last = place.previous;
        }
        if let Some(before) = self.notes.get_mut(place.previous as usize) {
            before.next = place.next;
        }
        if let Some(after) = self.notes.get_mut(place.next as usize) {
            after.previous = place.previous;
        }
    }

    fn join_key(&mut self, note: u32) {
        let Some(place) = self.notes.get(note as usize).copied() else { return };
        let Some(ends) = self.keys.get_mut(key_index(place.channel, place.key)) else { return };
        let before = ends.last;
        ends.last = note;
        if before == NONE {
            ends.first = note;
        } else if let Some(before) = self.notes.get_mut(before as usize) {
            before.next_of_key = note;
        }
    }

    fn leave_key(&mut self, note: u32) {
        let Some(place) = self.notes.get(note as usize).copied() else { return };
        let index = key_index(place.channel, place.key);
        let mut before = NONE;
        let mut at = self.keys.get(index).map_or(NONE, |ends| ends.first);
        while at != note {
            let Some(other) = self.notes.get(at as usize) else { return };
            before = at;
            at = other.next_of_key;
        }
        if let Some(before) = self.notes.get_mut(before as usize) {
            before.next_of_key = place.next_of_key;
        }
        if let Some(ends) = self.keys.get_mut(index) {
            if ends.first == note {
                ends.first = place.next_of_key;
            }
            if ends.last == note {
                ends.last = before;
            }
        }
        if let Some(place) = self.notes.get_mut(note as usize) {
            place.next_of_key = NONE;
        }
    }
}

fn key_index(channel: u16, key: u8) -> usize {
    usize::from(channel) * KEYS + usize::from(key & 0x7F)
}

#[cfg(test)]
mod tests;
