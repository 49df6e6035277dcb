//! A Standard MIDI File as events with the frame at which each is to be played.
//!
//! Not a player and not a clock: a [`Cursor`] gives out what is due before a moment that the caller names.
//!
//! - Frames come from the absolute tick by integer arithmetic (see [`TempoMap`]), so nothing accumulates.
//! - Events at the same tick keep the order of the tracks, and within a track that of the file.
//! - Tracks for several ports (meta 21, or 09) become [channel groups](crate::midi::ChannelGroup).
//! - The patterns of a format 2 file are played one after the other.
//! - SMPTE offsets (meta 54) are for tape machines to follow and move nothing here.
//! - System exclusive messages are packets, as in a live stream; escapes are read as a stream.
//!
//! Thread: a control thread; a sequence never changes once it is made.

mod tempo;
mod ports;
mod flatten;
mod text;
mod words;
mod annotation;
mod patch;
mod chase;
mod cursor;
mod stem;

use crate::midi::TimedEvent;
use crate::midi::smf::Smf;
use crate::time::{SampleRate, SampleTime};

pub use annotation::{LoopPoints, TimedChord};
pub use cursor::Cursor;
pub use patch::Patch;
pub use stem::{Stem, StemKind};
pub use tempo::{TempoMap, Tick};
pub use text::TimedText;
pub use words::{Begins, Syllable};

/// A song at a sample rate.
#[derive(Debug, Clone)]
pub struct Sequence {
    rate: SampleRate,
    tempo_map: TempoMap,
    events: Vec<TimedEvent>,
    /// The track of each event.
    tracks: Vec<u32>,
    texts: Vec<TimedText>,
    /// What counts as the track of an XF file's words.
    karaoke: Option<usize>,
    chords: Vec<TimedChord>,
    groups: usize,
    duration: SampleTime,
}

impl Sequence {
    /// The song in `smf`, stamped with frames at `rate`.
    pub fn new(smf: &Smf, rate: SampleRate) -> Self {
        let starts = tempo::track_starts(smf);
        let tempo_map = TempoMap::new(smf);
        let ports = ports::Ports::of(smf);
        let (events, tracks) = flatten::events(smf, &starts, &ports, &tempo_map, rate);
        let texts = text::texts(smf, &starts, &tempo_map, rate);
        let chords = annotation::chords(smf, &starts, &tempo_map, rate);
        let duration = tempo_map.frame_at(tempo::end_of_song(smf, &starts), rate);
        let groups = ports.groups();
        let has_karaoke = smf.xf.as_ref().is_some_and(|xf| xf.karaoke.is_some());
        let karaoke = has_karaoke.then_some(smf.tracks.len());
        Self { rate, tempo_map, events, tracks, texts, karaoke, chords, groups, duration }
    }

    /// Every event, in the order of playing.
    pub fn events(&self) -> &[TimedEvent] {
        &self.events
    }

    /// The first frame after the song: where its longest track ends.
    pub const fn duration(&self) -> SampleTime {
        self.duration
    }

    /// The rate of all frames here.
    pub const fn rate(&self) -> SampleRate {
        self.rate
    }

    /// What ticks are in time.
    pub const fn tempo_map(&self) -> &TempoMap {
        &self.tempo_map
    }

    /// How many channel groups the song is for; at least one.
    pub const fn group_count(&self) -> usize {
        self.groups
    }

    /// All texts, in the order of playing.
    pub fn texts(&self) -> &[TimedText] {
        &self.texts
    }

    /// The words of the song: those of an XF file, its lyric events, or, in a karaoke file, the texts that stand for them.
    pub fn lyrics(&self) -> Vec<&TimedText> {
        text::lyrics(&self.texts, self.karaoke)
    }

    /// The words of the song in lines and paragraphs.
    pub fn syllables(&self) -> Vec<Syllable> {
        words::syllables(&self.lyrics(), self.karaoke)
    }

    /// Where the song loops, if its file says so; players need not follow.
    pub fn loop_points(&self) -> Option<LoopPoints> {
        annotation::loop_points(&self.texts, &self.events, self.duration)
    }

    /// The chords of an XF file, in the order of playing.
    pub fn chords(&self) -> &[TimedChord] {
        &self.chords
    }

    /// The markers.
    pub fn markers(&self) -> Vec<&TimedText> {
        text::markers(&self.texts)
    }

    /// The programs that notes are played with, for loading them beforehand; each once, sorted.
    pub fn patches(&self) -> Vec<Patch> {
        patch::patches(&self.events)
    }
}

#[cfg(test)]
mod tests;
