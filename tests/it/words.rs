//! The words of songs, from the bytes of files.

use portative::midi::smf::{Smf, TextKind, write};
use portative::sequence::{Begins, Sequence};
use portative::time::SampleRate;

/// A chunk with these events and an end of track.
fn chunk(id: &[u8; 4], events: &[(u8, u8, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (delta, kind, text) in events {
        body.extend([*delta, 0xFF, *kind, text.len() as u8]);
        body.extend_from_slice(text);
    }
    body.extend([0, 0xFF, 0x2F, 0]);
    [id.as_slice(), &(body.len() as u32).to_be_bytes(), &body].concat()
}

/// A file of one track and what comes behind it, with 96 ticks in half a second.
fn file(track: &[(u8, u8, &[u8])], behind: &[Vec<u8>]) -> Vec<u8> {
    let head = b"MThd\0\0\0\x06\0\0\0\x01\0\x60".to_vec();
    [[head, chunk(b"MTrk", track)].concat(), behind.concat()].concat()
}

fn sequence(bytes: &[u8]) -> Sequence {
    let loaded = Smf::read(bytes).unwrap();
    assert_eq!(loaded.warnings, []);
    Sequence::new(&loaded.smf, SampleRate::new(48_000).unwrap())
}

/// Frame, text and what begins.
fn sung(bytes: &[u8]) -> Vec<(u64, String, Begins)> {
    let syllables = sequence(bytes).syllables();
    syllables.into_iter().map(|s| (s.time.0, s.text, s.begins)).collect()
}

fn syllable(frame: u64, text: &str, begins: Begins) -> (u64, String, Begins) {
    (frame, text.to_owned(), begins)
}

const LYRIC: u8 = 5;
const CUE: u8 = 7;

#[test]
fn xf_2_01_words_are_read_in_the_language_of_their_header() {
    let karaoke = |language: &str, word: &[u8]| {
        let header = format!("$Lyrc:1:0:{language}");
        let song = [
            (0, CUE, header.as_bytes()),
            (96, LYRIC, word),
            (96, LYRIC, b"/la^la"),
            (0, LYRIC, b"<li"),
        ];
        file(&[(0, LYRIC, b"not these")], &[chunk(b"XFKM", &song)])
    };
    // U+6B4C, U+8A5E, with its reading in brackets.
    let japanese = b"\x89\xcc\x8e\x8c[\x82\xa4]";
    assert_eq!(
        sung(&karaoke("JP", japanese)),
        [
            syllable(24_000, "歌詞", Begins::Paragraph),
            syllable(48_000, "la la", Begins::Line),
            syllable(48_000, "li", Begins::Paragraph),
        ]
    );
    assert_eq!(sung(&karaoke("L1", b"caf\xe9"))[0].1, "café");
    assert_eq!(sung(&karaoke("??", b"caf\xe9"))[0].1, "café");
}

#[test]
fn xf_2_01_a_song_without_a_karaoke_header_has_the_language_of_its_information() {
    let information = [(0, 1, &b"XFhd:1999/02/13:::"[..]), (0, 1, b"XFln:JP:\x89\xcc:")];
    let words = [(0, LYRIC, &b"\x8e\x8c"[..])];
    let song = file(&words, &[chunk(b"XFIH", &information)]);
    assert_eq!(sung(&song), [syllable(0, "詞", Begins::Paragraph)]);
}

#[test]
fn rp_026_a_lyric_names_the_language_of_those_that_follow() {
    let words = [
        (0, LYRIC, &b"\xe9"[..]),
        (96, LYRIC, b"{@JP}"),
        (0, LYRIC, b"\x89\xcc"),
        (96, LYRIC, b"{@LATIN}\xe9"),
    ];
    let got: Vec<String> = sung(&file(&words, &[])).into_iter().map(|word| word.1).collect();
    assert_eq!(got, ["é", "歌", "é"]);
}

#[test]
fn xf_chunks_are_written_as_they_were_read() {
    let bytes = file(
        &[(0, 3, b"song")],
        &[chunk(b"XFIH", &[(0, 1, b"XFhd:")]), chunk(b"XFKM", &[(5, LYRIC, b"la")])],
    );
    let smf = Smf::read(&bytes).unwrap().smf;
    let again = Smf::read(&write(&smf).unwrap()).unwrap().smf;
    assert_eq!(again, smf);
    assert!(smf.xf.is_some_and(|xf| xf.information.is_some() && xf.karaoke.is_some()));
}

#[test]
fn damaged_xf_chunks_are_read_as_far_as_they_go() {
    let whole =
        file(&[(0, 3, b"song")], &[chunk(b"XFKM", &[(5, LYRIC, b"la"), (1, LYRIC, b"li")])]);
    for end in 0..whole.len() {
        if let Ok(loaded) = Smf::read(&whole[..end]) {
            Sequence::new(&loaded.smf, SampleRate::new(48_000).unwrap()).syllables();
        }
    }
    let mut state = 7_u32;
    for _ in 0..200 {
        let mut bytes = whole.clone();
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let at = state as usize % bytes.len();
        bytes[at] = (state >> 24) as u8;
        if let Ok(loaded) = Smf::read(&bytes) {
            Sequence::new(&loaded.smf, SampleRate::new(48_000).unwrap()).syllables();
        }
    }
    let twice = [chunk(b"XFKM", &[(0, LYRIC, b"a")]), chunk(b"XFKM", &[(0, LYRIC, b"b")])];
    assert_eq!(sequence(&file(&[], &twice)).lyrics()[0].text, "a");
    let kinds: Vec<TextKind> =
        sequence(&file(&[], &twice)).texts().iter().map(|text| text.kind).collect();
    assert_eq!(kinds, [TextKind::LYRIC]);
}
