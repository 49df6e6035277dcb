//! What happens to the voices of a note: keys and pedals let go of it, classes and channels cut it off, legato moves it.

use super::Pool;
use crate::dsp::LANES;
use crate::engine::native::expression::KeyExpression;
use crate::engine::native::group::{Group, Waves, lanes};
use crate::engine::native::library::{PresetRef, RegionRef};
use crate::engine::native::moment::Moment;
use crate::engine::native::note::{Note, NoteState};
use crate::engine::native::portamento::Glide;
use crate::engine::native::voice::{NONE, Voice};

/// The fade of voices that are cut off, in seconds.
const FADE_SECONDS: f64 = 0.005;

impl Pool {
    /// Fades all voices of a note.
    pub(super) fn cut_note(&mut self, waves: &Waves<'_>, note: u32, moment: &Moment) {
        self.notes.set_state(note, NoteState::Cut);
        self.each_voice(waves, moment, note, |voice, group, lane| {
            voice.fade(group, lane, moment, fade_frames(moment));
        });
    }

    /// Fades the sounding voices of an exclusive class.
    ///
    /// SPEC: SoundFont 2.04 §8.1.2 #57: those of the same preset on the same channel.
    pub(super) fn cut_class(
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
    pub(in super::super) fn cut_channel(
        &mut self,
        waves: &Waves<'_>,
        channel: u16,
        moment: &Moment,
    ) {
        self.fade_where(waves, moment, |voice, _| voice.channel == channel);
    }

    /// Fades what a channel plays of some keys.
    pub(in super::super) fn cut_keys(
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
    pub(in super::super) fn cut_held(&mut self, waves: &Waves<'_>, channel: u16, moment: &Moment) {
        for key in 0..128 {
            while let Some(note) = self.notes.of_key(channel, key, |_| true) {
                self.cut_note(waves, note, moment);
            }
        }
    }

    /// Gives the oldest held note of a key to another key, if `regions` of `preset` are what it plays; whether they are.
    ///
    /// The caller sees to it that its voices are updated at the next grid point.
    pub(in super::super) fn move_note(
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
    pub(in super::super) fn detach(
        &mut self,
        (channel, key): (u16, u8),
        expression: KeyExpression,
    ) {
        for (voice, kept) in self.voices.iter_mut().zip(&mut self.kept) {
            if voice.channel == channel && voice.struck == key && !voice.detached {
                voice.detached = true;
                *kept = expression;
            }
        }
    }

    /// Lets go of the oldest held note of a key; `held` says whether a pedal keeps it.
    pub(in super::super) fn release_key(
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
    pub(in super::super) fn release_all(
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
    pub(in super::super) fn release_sustained(
        &mut self,
        waves: &Waves<'_>,
        channel: u16,
        moment: &Moment,
    ) {
        for key in 0..128 {
            let free = |note: &Note| note.state == NoteState::Pedalled && !note.sostenuto;
            while let Some(note) = self.notes.of_key(channel, key, free) {
                self.release_note(waves, note, moment);
            }
        }
    }

    /// Catches the notes whose keys are down.
    pub(in super::super) fn catch_sostenuto(&mut self, channel: u16) {
        let catchable = |note: &Note| note.state == NoteState::Held && !note.sostenuto;
        for key in 0..128 {
            while let Some(note) = self.notes.of_key(channel, key, catchable) {
                self.notes.set_sostenuto(note, true);
            }
        }
    }

    /// Lets go of what the sostenuto pedal caught; `sustained` says whether the other pedal keeps it.
    pub(in super::super) fn drop_sostenuto(
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

    pub(super) fn release_note(&mut self, waves: &Waves<'_>, note: u32, moment: &Moment) {
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
}

/// The slots of a note's voices, from the first one on.
fn voices_of(voices: &[Voice], first: u32) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(first as usize), |&slot| Some(voices.get(slot)?.next as usize))
        .take_while(|&slot| slot < voices.len())
}

fn fade_frames(moment: &Moment) -> u32 {
    (FADE_SECONDS * moment.rate) as u32
}
