//! Texts with their moments: lyrics, markers, names.

use super::tempo::{TempoMap, Tick};
use crate::midi::smf::{Meta, Smf, TextEncoding, TextKind, Track, TrackEventKind, Xf};
use crate::time::{SampleRate, SampleTime};

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimedText {
    /// The frame, from the begin of the song.
    pub time: SampleTime,
    /// The track, from 0; for the words of an XF file, one that would follow the last.
    pub track: usize,
    /// What the text is.
    pub kind: TextKind,
    /// The text, in the encoding that the file says or else UTF-8 or Latin.
    pub text: String,
}

/// Every text of `smf`, in the order of playing.
pub(super) fn texts(
    smf: &Smf,
    starts: &[u64],
    tempo_map: &TempoMap,
    rate: SampleRate,
) -> Vec<TimedText> {
    let language = smf.xf.as_ref().and_then(language_of).unwrap_or_default();
    let karaoke = smf.xf.iter().filter_map(|xf| xf.karaoke.as_ref()).map(|track| (track, 0));
    let tracks = smf.tracks.iter().zip(starts.iter().copied()).chain(karaoke);
    let mut texts = Vec::new();
    for (index, (track, start)) in tracks.enumerate() {
        let mut encoding = language;
        for (tick, kind, bytes) in texts_of(track) {
            encoding = TextEncoding::switched_by(bytes).unwrap_or(encoding);
            texts.push(TimedText {
                time: tempo_map.frame_at(Tick(start.saturating_add(tick)), rate),
                track: index,
                kind,
                text: encoding.decode(bytes).into_owned(),
            });
        }
    }
    texts.sort_by_key(|text| text.time);
    texts
}

fn texts_of(track: &Track) -> impl Iterator<Item = (u64, TextKind, &[u8])> {
    track.events.iter().filter_map(|event| match &event.kind {
        TrackEventKind::Meta(Meta::Text { kind, bytes }) => Some((event.tick, *kind, &bytes[..])),
        _ => None,
    })
}

/// The language of an XF file's words, or else of what it says of itself.
///
/// SPEC: XF 2.01: the words begin with `$Lyrc:channel:offset:language`, the information with `XFln:language:title:...`.
fn language_of(xf: &Xf) -> Option<TextEncoding> {
    let field = |track: &Option<Track>, head: &str, index: usize| {
        texts_of(track.as_ref()?).find_map(|(.., bytes)| {
            let text = String::from_utf8_lossy(bytes);
            let language = text.strip_prefix(head)?.split(':').nth(index)?;
            TextEncoding::of_language(language)
        })
    };
    field(&xf.karaoke, "$Lyrc:", 2).or_else(|| field(&xf.information, "XFln:", 0))
}

pub(super) fn markers(texts: &[TimedText]) -> Vec<&TimedText> {
    texts.iter().filter(|text| text.kind == TextKind::MARKER).collect()
}

/// The lyric events, those of the track `karaoke` of an XF file before others; without any, the words of a karaoke file.
///
/// Those are the texts of the track in which texts begin with `\` (paragraph) or `/` (line); texts that
/// begin with `@` are about the file.
pub(super) fn lyrics(texts: &[TimedText], karaoke: Option<usize>) -> Vec<&TimedText> {
    let of_kind = |kind| texts.iter().filter(move |text| text.kind == kind);
    let words = || of_kind(TextKind::LYRIC).filter(|text| Some(text.track) == karaoke);
    if words().next().is_some() {
        return words().collect();
    }
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
