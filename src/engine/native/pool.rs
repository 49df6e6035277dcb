//! All voices: who has which slot, and what happens to the voices of a note.
//!
//! A new voice takes the lowest free slot, so that the mixing order follows from the events alone. Slots
//! come free at grid points only. There are more slots than voices may sound: what is stolen fades in
//! its slot while the new note begins in another.

use super::channel::ChannelState;
use super::group::{Group, Mix, Span, lanes};
use super::library::{Library, RegionRef};
use super::note::{NoteState, Notes};
use super::parameter::NoteView;
use super::voice::{Moment, NONE, Voice};
use crate::dsp::{Interpolate, LANES, LaneMask};

/// The fade of voices that are cut off, in seconds.
const FADE_SECONDS: f64 = 0.005;
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
    /// One bit for each group with a free lane.
    vacancies: Box<[u64]>,
    notes: Notes,
    limit: u32,
    /// Voices in slots, fading ones included.
    occupied: u32,
    lost_notes: u64,
}

impl Pool {
    /// Room for `limit` voices on `channels` channels.
    pub(super) fn new(limit: u32, channels: usize) -> Self {
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
            vacancies,
            notes: Notes::new(groups * LANES, channels),
            limit,
            occupied: 0,
            lost_notes: 0,
        }
    }

    /// Voices that sound, fading ones included.
    pub(super) const fn occupied(&self) -> u32 {
        self.occupied
    }

    /// Notes that were stolen or never began.
    pub(super) const fn lost_notes(&self) -> u64 {
        self.lost_notes
    }

    /// Begins a note of these regions of a preset.
    pub(super) fn start_note(
        &mut self,
        (library, preset, regions): (&Library, u32, &[u16]),
        channel: u16,
        view: NoteView<'_>,
        moment: &Moment,
    ) {
        self.drop_old_copies(channel, view.struck, moment);
        let wanted = u32::try_from(regions.len()).unwrap_or(u32::MAX).min(self.limit);
        self.make_room(wanted, moment);
        let places = regions.iter().map(|&region| RegionRef { preset, region });
        let class_of = |place| library.region(place).map_or(0, |region| region.exclusive_class);
        for class in places.clone().map(class_of).filter(|&class| class != 0) {
            self.cut_class(channel, preset, class, moment);
        }
        let Some(note) = self.notes.begin(channel, view.struck, moment.now) else {
            self.lost_notes += 1;
            return;
        };
        for place in places.take(wanted as usize) {
            if !self.start_voice(library, place, (note, channel), view, moment) {
                self.lost_notes += 1;
                break;
            }
        }
        if self.notes.get(note).is_some_and(|note| note.voices == 0) {
            self.notes.discard(note);
        }
    }

    fn start_voice(
        &mut self,
        library: &Library,
        place: RegionRef,
        (note, channel): (u32, u16),
        view: NoteView<'_>,
        moment: &Moment,
    ) -> bool {
        let Some(region) = library.region(place) else { return true };
        let Some(slot) = self.lowest_free() else { return false };
        let (index, lane) = (slot / LANES, slot % LANES);
        let (Some(group), Some(voice)) = (self.groups.get_mut(index), self.voices.get_mut(slot))
        else {
            return false;
        };
        voice.note = note;
        voice.next = self.notes.add_voice(note, slot as u32);
        voice.channel = channel;
        voice.start((group, lane), (place, region), view, moment);
        self.occupied += 1;
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

    /// Cuts off whole notes until `wanted` voices may begin.
    fn make_room(&mut self, wanted: u32, moment: &Moment) {
        let young = moment.now.saturating_sub((SPARED_SECONDS * moment.rate) as u64);
        while self.notes.voices() + wanted > self.limit {
            let Some(note) = self.notes.victim(young) else { return };
            self.cut_note(note, moment);
            self.lost_notes += 1;
        }
    }

    /// Releases the oldest notes of a key that a pedal holds, when it holds too many.
    fn drop_old_copies(&mut self, channel: u16, key: u8, moment: &Moment) {
        while self.notes.pedalled(channel, key) > PEDALLED_COPIES {
            let pedalled = self.notes.of_key(channel, key, |n| n.state == NoteState::Pedalled);
            let Some(note) = pedalled else { return };
            self.release_note(note, moment);
        }
    }

    /// Fades all voices of a note.
    fn cut_note(&mut self, note: u32, moment: &Moment) {
        self.notes.set_state(note, NoteState::Cut);
        self.each_voice(note, |voice, group, lane| {
            voice.fade(group, lane, moment, fade_frames(moment));
        });
    }

    /// Fades the sounding voices of an exclusive class.
    ///
    /// SPEC: SoundFont 2.04 §8.1.2 #57: those of the same preset on the same channel.
    fn cut_class(&mut self, channel: u16, preset: u32, class: u16, moment: &Moment) {
        self.fade_where(moment, |voice, place| {
            voice.channel == channel && voice.exclusive_class == class && place.preset == preset
        });
    }

    /// Fades every voice of a channel.
    pub(super) fn cut_channel(&mut self, channel: u16, moment: &Moment) {
        self.fade_where(moment, |voice, _| voice.channel == channel);
    }

    fn fade_where(&mut self, moment: &Moment, wanted: impl Fn(&Voice, RegionRef) -> bool) {
        for (group, voices) in self.groups.iter_mut().zip(self.voices.chunks_exact_mut(LANES)) {
            for lane in lanes(group.occupied) {
                let voice = &mut voices[lane];
                if wanted(voice, group.regions[lane]) {
                    voice.fade(group, lane, moment, fade_frames(moment));
                }
            }
        }
    }

    /// Ends every voice at once, for a library that goes away.
    pub(super) fn stop(&mut self) {
        for index in 0..self.groups.len() {
            for lane in lanes(self.groups[index].occupied) {
                self.free(index, lane);
            }
        }
    }

    /// Lets go of the oldest held note of a key; `held` says whether a pedal keeps it.
    pub(super) fn release_key(&mut self, channel: u16, key: u8, held: bool, moment: &Moment) {
        let oldest = self.notes.of_key(channel, key, |note| note.state == NoteState::Held);
        let Some(note) = oldest else { return };
        let caught = self.notes.get(note).is_some_and(|note| note.sostenuto);
        if held || caught {
            self.notes.set_state(note, NoteState::Pedalled);
        } else {
            self.release_note(note, moment);
        }
    }

    /// Lets go of every key of a channel.
    pub(super) fn release_all(&mut self, channel: u16, held: bool, moment: &Moment) {
        for key in 0..128 {
            while self.notes.of_key(channel, key, |n| n.state == NoteState::Held).is_some() {
                self.release_key(channel, key, held, moment);
            }
        }
    }

    /// Releases what the sustain pedal held and the sostenuto pedal does not.
    pub(super) fn release_sustained(&mut self, channel: u16, moment: &Moment) {
        for key in 0..128 {
            let free =
                |note: &super::note::Note| note.state == NoteState::Pedalled && !note.sostenuto;
            while let Some(note) = self.notes.of_key(channel, key, free) {
                self.release_note(note, moment);
            }
        }
    }

    /// Catches the notes whose keys are down.
    pub(super) fn catch_sostenuto(&mut self, channel: u16) {
        let catchable = |note: &super::note::Note| note.state == NoteState::Held && !note.sostenuto;
        for key in 0..128 {
            while let Some(note) = self.notes.of_key(channel, key, catchable) {
                self.notes.set_sostenuto(note, true);
            }
        }
    }

    /// Lets go of what the sostenuto pedal caught; `sustained` says whether the other pedal keeps it.
    pub(super) fn drop_sostenuto(&mut self, channel: u16, sustained: bool, moment: &Moment) {
        for key in 0..128 {
            while let Some(note) = self.notes.of_key(channel, key, |note| note.sostenuto) {
                self.notes.set_sostenuto(note, false);
                let up = self.notes.get(note).is_some_and(|n| n.state == NoteState::Pedalled);
                if up && !sustained {
                    self.release_note(note, moment);
                }
            }
        }
    }

    fn release_note(&mut self, note: u32, moment: &Moment) {
        self.notes.set_state(note, NoteState::Released);
        self.each_voice(note, |voice, group, lane| {
            voice.release(group, lane, moment);
        });
    }

    fn each_voice(&mut self, note: u32, mut act: impl FnMut(&mut Voice, &mut Group, usize)) {
        let mut at = self.notes.get(note).map_or(NONE, |note| note.first_voice) as usize;
        while let Some(voice) = self.voices.get_mut(at) {
            let next = voice.next;
            if let Some(group) = self.groups.get_mut(at / LANES) {
                act(voice, group, at % LANES);
            }
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
        for index in 0..self.groups.len() {
            if self.groups[index].occupied == 0 {
                continue;
            }
            for lane in lanes(self.groups[index].over) {
                self.free(index, lane);
            }
            let group = &mut self.groups[index];
            group.filter.flush();
            let voices = &mut self.voices[index * LANES..(index + 1) * LANES];
            for lane in lanes(group.occupied) {
                let voice = &mut voices[lane];
                if changed {
                    update(voice, group.regions[lane], library, channels, moment);
                }
                voice.begin_quantum(group, lane, moment);
            }
            group.find_next_corner();
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

    /// Adds a part of the quantum to the mix, corner by corner.
    pub(super) fn render<I: Interpolate>(
        &mut self,
        library: &Library,
        interpolate: &I,
        frames: u32,
        moment: &Moment,
        mix: &mut Mix,
    ) {
        let end = moment.now + u64::from(frames);
        for (group, voices) in self.groups.iter_mut().zip(self.voices.chunks_exact_mut(LANES)) {
            if group.occupied == 0 {
                continue;
            }
            let mut now = moment.now;
            while now < end {
                let to = group.next_corner.clamp(now, end);
                let span = Span {
                    first: (now - moment.quantum_start) as u32,
                    frames: (to - now) as u32,
                    offset: (now - moment.now) as usize,
                };
                group.render(library, interpolate, span, mix);
                now = to;
                pass_corners(group, voices, &Moment { now, ..*moment });
            }
        }
    }
}

/// Hands a channel's changes to a voice that depends on them.
fn update(
    voice: &mut Voice,
    place: RegionRef,
    library: &Library,
    channels: &[ChannelState],
    moment: &Moment,
) {
    let Some(channel) = channels.get(usize::from(voice.channel)) else { return };
    let Some(region) = library.region(place) else { return };
    if channel.changed.meets(region.inputs) {
        let view = NoteView { struck: 0, key: 0, velocity: 0.0, channel };
        voice.update(region, view, moment);
    }
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
