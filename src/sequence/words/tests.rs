use super::*;
use crate::midi::smf::{Division, Format, Meta, Smf, TextKind, Track};
use crate::sequence::Sequence;
use crate::time::SampleRate;

fn words(kind: TextKind, texts: &[&str]) -> Vec<(String, Begins)> {
    let mut track = Track::default();
    for (text, tick) in texts.iter().zip(0..) {
        track.push(tick, Meta::text(kind, text));
    }
    let division = Division::from_word(480).unwrap();
    let smf = Smf { format: Format::Single, division, tracks: vec![track], rmid: None, xf: None };
    let song = Sequence::new(&smf, SampleRate::new(48_000).unwrap());
    song.syllables().into_iter().map(|syllable| (syllable.text, syllable.begins)).collect()
}

fn syllable(text: &str, begins: Begins) -> (String, Begins) {
    (text.to_owned(), begins)
}

#[test]
fn karaoke_signs_begin_lines_and_paragraphs() {
    let got = words(TextKind::TEXT, &["@KMIDI", "@TTitle", "\\Hel", "lo", "/world"]);
    let expected = [
        syllable("Hel", Begins::Paragraph),
        syllable("lo", Begins::Nothing),
        syllable("world", Begins::Line),
    ];
    assert_eq!(got, expected);
}

#[test]
fn returns_of_lyric_events_end_lines_and_codes_are_left_out() {
    let got = words(TextKind::LYRIC, &["{@LATIN}", "Hel", "lo\r", "world", "\n", "again"]);
    let expected = [
        syllable("Hel", Begins::Paragraph),
        syllable("lo", Begins::Nothing),
        syllable("world", Begins::Line),
        syllable("again", Begins::Paragraph),
    ];
    assert_eq!(got, expected);
    assert_eq!(without_codes("a{@JP}b{open"), "ab{open");
}

#[test]
fn xf_signs_begin_pages_and_lines_and_readings_are_left_out() {
    for (text, expected) in [
        ("<Hel", "\\Hel"),
        ("/lo^you", "/lo you"),
        ("lo/", "lo\r"),
        ("lo<", "lo\n"),
        ("歌[うた]う", "歌う"),
        ("[open", ""),
        ("a>b", "a b"),
    ] {
        assert_eq!(without_xf_signs(text), expected);
    }
}
