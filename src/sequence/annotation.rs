//! What a player can show of a song, or follow, beyond its events: where it loops, its chords.
//!
//! Source: the conventions of game music; XF Format Specifications 2.01.

use super::TimedText;
use super::tempo::{TempoMap, Tick};
use crate::midi::smf::{Meta, Smf, TextKind, TrackEventKind};
use crate::midi::{Message, TimedEvent};
use crate::time::{SampleRate, SampleTime};

/// The controller by which game music marks where its loop begins.
const GAME_LOOP_START: u8 = 111;
/// The controllers that mark both ends.
const LOOP_ENDS: [u8; 2] = [116, 117];
/// Texts that mark both ends, in small letters.
const LOOP_NAMES: [[&str; 2]; 2] = [["loopstart", "loopend"], ["loop_start", "loop_end"]];

/// The part of a song that is played again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoopPoints {
    /// Its first frame.
    pub start: SampleTime,
    /// The first frame after it.
    pub end: SampleTime,
}

/// Where a song loops, if its file says so: by markers or cue points `loopStart` and `loopEnd`, by controllers 116 and
/// 117, or by controller 111. An end that is not marked is that of the song.
pub(super) fn loop_points(
    texts: &[TimedText],
    events: &[TimedEvent],
    duration: SampleTime,
) -> Option<LoopPoints> {
    let named = |end: usize| {
        let kinds = [TextKind::MARKER, TextKind::CUE_POINT, TextKind::TEXT];
        let is_name = |text: &&TimedText| {
            let name = text.text.trim().to_ascii_lowercase();
            kinds.contains(&text.kind) && LOOP_NAMES.iter().any(|names| names[end] == name)
        };
        texts.iter().find(is_name).map(|text| text.time)
    };
    let controlled = |number: u8| {
        let moves = |timed: &&TimedEvent| {
            matches!(timed.event.message,
                Message::ControlChange { controller, .. } if controller.get() == number)
        };
        events.iter().find(moves).map(|timed| timed.time)
    };
    let [first, last] = LOOP_ENDS;
    let start = named(0).or_else(|| controlled(first)).or_else(|| controlled(GAME_LOOP_START))?;
    let end = named(1).or_else(|| controlled(last)).unwrap_or(duration);
    (start < end).then_some(LoopPoints { start, end })
}

/// A chord and when it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimedChord {
    /// The frame.
    pub time: SampleTime,
    /// Its name, as `F#m7` or `C/E`.
    pub name: String,
}

/// What a chord of an XF file begins with, in a meta event for its maker.
const XF_CHORD: [u8; 3] = [0x43, 0x7B, 0x01];
/// By number, from 1.
const ROOTS: [&str; 7] = ["C", "D", "E", "F", "G", "A", "B"];
/// By number; 3 is none.
const ACCIDENTALS: [&str; 7] = ["bbb", "bb", "b", "", "#", "##", "###"];
/// By number.
const CHORDS: [&str; 34] = [
    "",
    "6",
    "maj7",
    "maj7(#11)",
    "(9)",
    "maj7(9)",
    "6(9)",
    "aug",
    "m",
    "m6",
    "m7",
    "m7b5",
    "m(9)",
    "m7(9)",
    "m7(11)",
    "mMaj7",
    "mMaj7(9)",
    "dim",
    "dim7",
    "7",
    "7sus4",
    "7b5",
    "7(9)",
    "7(#11)",
    "7(13)",
    "7(b9)",
    "7(b13)",
    "7(#9)",
    "maj7aug",
    "7aug",
    "(1+8)",
    "5",
    "sus4",
    "sus2",
];

/// The chords of an XF file, in the order of playing.
pub(super) fn chords(
    smf: &Smf,
    starts: &[u64],
    tempo_map: &TempoMap,
    rate: SampleRate,
) -> Vec<TimedChord> {
    let mut chords = Vec::new();
    for (track, start) in smf.tracks.iter().zip(starts) {
        for event in &track.events {
            let TrackEventKind::Meta(Meta::SequencerSpecific(bytes)) = &event.kind else {
                continue;
            };
            let Some(name) = bytes.strip_prefix(&XF_CHORD).and_then(chord_name) else { continue };
            let tick = Tick(start.saturating_add(event.tick));
            chords.push(TimedChord { time: tempo_map.frame_at(tick, rate), name });
        }
    }
    chords.sort_by_key(|chord| chord.time);
    chords
}

/// Root and kind of the chord, then root and kind of what lies below; 127 is none.
fn chord_name(bytes: &[u8]) -> Option<String> {
    let (&root, rest) = bytes.split_first()?;
    let mut name = root_name(root)?;
    name.push_str(CHORDS.get(usize::from(*rest.first()?))?);
    if let Some(bass) = rest.get(1).and_then(|bass| root_name(*bass)) {
        name.push('/');
        name.push_str(&bass);
    }
    Some(name)
}

fn root_name(byte: u8) -> Option<String> {
    let root = ROOTS.get(usize::from(byte & 0x0F).checked_sub(1)?)?;
    let accidental = ACCIDENTALS.get(usize::from(byte >> 4))?;
    Some(format!("{root}{accidental}"))
}

#[cfg(test)]
mod tests;
