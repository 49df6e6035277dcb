//! Texts with their moments: lyrics, markers, names.

use super::tempo::{TempoMap, Tick};
use crate::midi::smf::{Meta, Smf, TextKind, TrackEventKind, decode_text};
use crate::time::{SampleRate, SampleTime};

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimedText {
    /// The frame, from the begin of the song.
    pub time: SampleTime,
    /// The track, from 0.
    pub track: usize,
    /// What the text is.
    pub kind: TextKind,
    /// The text, decoded as UTF-8 or else as ISO 8859-1.
    pub text: String,
}

/// Every text of `smf`, in the order of playing.
pub(super) fn texts(
    smf: &Smf,
    starts: &[u64],
    tempo_map: &TempoMap,
    rate: SampleRate,
) -> Vec<TimedText> {
    let mut texts = Vec::new();
    for (index, (track, start)) in smf.tracks.iter().zip(starts).enumerate() {
        for event in &track.events {
            let TrackEventKind::Meta(Meta::Text { kind, bytes }) = &event.kind else { continue };
            let tick = Tick(start.saturating_add(event.tick));
            texts.push(TimedText {
                time: tempo_map.frame_at(tick, rate),
                track: index,
                kind: *kind,
                text: decode_text(bytes).into_owned(),
            });
        }
    }
    texts.sort_by_key(|text| text.time);
    texts
}

pub(super) fn markers(texts: &[TimedText]) -> Vec<&TimedText> {
    texts.iter().filter(|text| text.kind == TextKind::MARKER).collect()
}

/// The lyric events; without any, the words of a karaoke file.
///
/// Those are the texts of the track in which texts begin with `\` (paragraph) or `/` (line); texts that
/// begin with `@` are about the file.
pub(super) fn lyrics(texts: &[TimedText]) -> Vec<&TimedText> {
    let of_kind = |kind| texts.iter().filter(move |text| text.kind == kind);
    if of_kind(TextKind::LYRIC).next().is_some() {
        return of_kind(TextKind::LYRIC).collect();
    }
    let begins_line = |text: &&TimedText| text.text.starts_with(['\\', '/']);
    let Some(track) = of_kind(TextKind::TEXT).find(begins_line).map(|text| text.track) else {
        return Vec::new();
    };
    of_kind(TextKind::TEXT)
        .filter(|text| text.track == track && !text.text.starts_with('@'))
        .collect()
}
