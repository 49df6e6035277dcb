//! Nothing that a file or an argument holds commands the terminal.

use std::fs;

use portative::midi::smf::{Division, Format, Smf, Track, write};

use super::desk::*;

/// Clears the screen, once in seven bits and once in eight, and begins a new line.
const NASTY: &str = "a\u{1b}[2J\u{9b}2J\nb";
/// The same, to be looked at.
const SHOWN: &str = r"a\u{1b}[2J\u{9b}2J\nb";

#[track_caller]
fn is_harmless(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    let obeyed = said.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(obeyed, None, "{args:?} printed {said:?}");
    said
}

#[test]
fn names_of_files_are_spelled_out_wherever_they_are_said() {
    let desk = Desk::new();
    let (song, bank) = (format!("{NASTY}.mid"), format!("{NASTY}.sf2"));
    let (bad, cut) = (format!("bad{NASTY}.mid"), format!("cut{NASTY}.mid"));
    let wav = format!("{NASTY}.wav");
    fs::copy(desk.path("song.mid"), desk.path(&song)).unwrap();
    fs::copy(desk.path("bank.sf2"), desk.path(&bank)).unwrap();
    fs::write(desk.path(&bad), b"nothing").unwrap();
    let bytes = crate::desk::song();
    fs::write(desk.path(&cut), &bytes[..bytes.len() - 3]).unwrap();
    let lines: [&[&str]; 8] = [
        &["render", &song, "-o", &wav, "--bank", &bank],
        &["render", &bad, "-o", "x.wav"],
        &["render", &cut, "-o", "x.wav"],
        &["render", &song, &bad, "-o", "out/"],
        &["render", "song.mid", "-o", NASTY],
        &[&song, "--output", &format!("wav:{wav}")],
        &[NASTY],
        &["bank", "info", &bad],
    ];
    for args in lines {
        let said = is_harmless(&desk, args);
        assert!(said.contains(r"a\u{1b}[2J\u{9b}2J"), "{args:?}: {said}");
    }
    is_harmless(&desk, &["song.mid", "--output", NASTY]);
    is_harmless(&desk, &["song.mid", &format!("--{NASTY}")]);
    assert!(is_harmless(&desk, &[&song, "--output", "null"]).contains(SHOWN));
    assert!(is_harmless(&desk, &[NASTY]).contains(SHOWN));
}

#[test]
fn names_in_banks_are_spelled_out() {
    let desk = Desk::new();
    let mut bank = portative::io::BUILT_IN_BANK.to_vec();
    for list in [&b"INAM"[..], b"phdr"] {
        let at = bank.windows(4).position(|id| id == list).unwrap() + 8;
        bank[at..at + 6].copy_from_slice("\u{1b}[2\u{9b}J".as_bytes());
    }
    fs::write(desk.path("odd.sf2"), bank).unwrap();
    for command in ["info", "presets", "lint"] {
        is_harmless(&desk, &["bank", command, "odd.sf2"]);
        is_harmless(&desk, &["bank", command, "odd.sf2", "--json"]);
    }
    let json = is_harmless(&desk, &["bank", "info", "odd.sf2", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(
        json["info"]["name"].as_str().unwrap().starts_with('\u{1b}'),
        "nothing is lost: {json}"
    );
}

#[test]
fn texts_in_songs_are_not_obeyed() {
    use portative::midi::smf::{Meta, TextKind};
    let desk = Desk::new();
    let mut track = Track::default();
    track.push(0, Meta::text(TextKind::TRACK_NAME, NASTY));
    let smf = Smf {
        format: Format::Single,
        division: Division::from_word(480).unwrap(),
        tracks: vec![track],
        rmid: None,
        xf: None,
    };
    fs::write(desk.path("text.mid"), write(&smf).unwrap()).unwrap();
    is_harmless(&desk, &["render", "text.mid", "-o", "x.wav"]);
    is_harmless(&desk, &["text.mid", "--output", "null"]);
}
