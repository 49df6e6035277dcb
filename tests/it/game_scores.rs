//! MUS and XMI files as songs.

use proptest::prelude::*;

use portative::midi::smf::{Format, Limits, Loaded, Smf};
use portative::sequence::Sequence;
use portative::time::SampleRate;

fn read(bytes: &[u8]) -> Loaded {
    Smf::read(bytes).unwrap()
}

/// Every event as its frame and its bytes in MIDI 1.0.
fn played(bytes: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let sequence = Sequence::new(&read(bytes).smf, SampleRate::new(48_000).unwrap());
    let events = sequence.events().iter();
    events.map(|timed| (timed.time.0, timed.event.message.to_midi1().to_vec())).collect()
}

fn warnings(bytes: &[u8]) -> Vec<String> {
    read(bytes).warnings.iter().map(ToString::to_string).collect()
}

/// A MUS file with these events.
fn mus(events: &[u8]) -> Vec<u8> {
    let mut bytes = b"MUS\x1a".to_vec();
    for word in [events.len() as u16, 18, 1, 0, 1, 0, 7] {
        bytes.extend(word.to_le_bytes());
    }
    bytes.extend_from_slice(events);
    bytes
}

#[test]
fn mus_events_are_those_of_midi() {
    let song = [
        &[0x40, 0, 5][..],      // program
        &[0x40, 3, 90],         // volume
        &[0x49, 4, 64],         // pan of the tenth channel
        &[0x10, 0x80 | 60, 99], // a note with a velocity
        &[0x90, 62, 70],        // one without, then half a second
        &[0x20, 128],           // the wheel in the middle
        &[0x20, 192],
        &[0x9F, 0x80 | 36, 127, 0x81, 0x0C], // a drum, then a second
        &[0x00, 60],
        &[0x30, 11], // all notes off
        &[0x50],     // the end of a measure
        &[0x70, 1],
        &[0x60],
    ];
    let bytes = mus(&song.concat());
    assert_eq!(warnings(&bytes), [""; 0]);
    let second = 48_000;
    let expected: [(u64, &[u8]); 10] = [
        (0, &[0xC0, 5]),
        (0, &[0xB0, 7, 90]),
        (0, &[0xBA, 10, 64]),
        (0, &[0x90, 60, 99]),
        (0, &[0x90, 62, 99]),
        (second / 2, &[0xE0, 0, 64]),
        (second / 2, &[0xE0, 0, 96]),
        (second / 2, &[0x99, 36, 127]),
        (second * 3 / 2, &[0x80, 60, 64]),
        (second * 3 / 2, &[0xB0, 123, 0]),
    ];
    let expected: Vec<_> = expected.iter().map(|(at, bytes)| (*at, bytes.to_vec())).collect();
    assert_eq!(played(&bytes), expected);
}

#[test]
fn mus_files_that_are_cut_are_played_as_far_as_they_go() {
    let whole = mus(&[0x90, 0x80 | 60, 99, 70, 0x00, 60, 0x60]);
    assert_eq!(warnings(&whole), [""; 0]);
    assert_eq!(played(&whole).len(), 2);
    assert_eq!(
        Smf::read(&whole[..10]).unwrap_err().to_string(),
        "MUS file: 10 bytes, expected a header of 16"
    );
    for end in 16..whole.len() {
        assert!(!warnings(&whole[..end]).is_empty(), "{end}");
    }
}

fn chunk(id: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut bytes = [id.as_slice(), &(body.len() as u32).to_be_bytes(), body].concat();
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

/// An XMI file of these sequences.
fn xmi(sequences: &[&[u8]]) -> Vec<u8> {
    let info = chunk(b"INFO", &(sequences.len() as u16).to_le_bytes());
    let directory = chunk(b"FORM", &[b"XDIR".to_vec(), info].concat());
    let forms = sequences.iter().map(|events| {
        let body = [b"XMID".to_vec(), chunk(b"TIMB", &[0, 0]), chunk(b"EVNT", events)].concat();
        chunk(b"FORM", &body)
    });
    let catalogue = [b"XMID".to_vec(), forms.collect::<Vec<_>>().concat()].concat();
    [directory, chunk(b"CAT ", &catalogue)].concat()
}

const END: [u8; 3] = [0xFF, 0x2F, 0];

#[test]
fn xmi_notes_bring_their_length_and_delays_add_up() {
    let song = [
        &[0xB0, 114, 1, 0xC0, 3][..],
        &[0x90, 60, 100, 60],        // half a second
        &[0x90, 64, 80, 0x81, 0x34], // 180 ticks
        &[0x7F, 0x05],               // 132 ticks
        &[0x91, 62, 70, 0],          // no length
        &[0xF0, 3, 0x7E, 1, 0xF7],
        &[0xFF, 0x51, 3, 1, 2, 3], // a tempo, which means nothing
        &END,
    ];
    let bytes = xmi(&[&song.concat()]);
    assert_eq!(warnings(&bytes), [""; 0]);
    let tick = 400;
    let expected: [(u64, &[u8]); 9] = [
        (0, &[0xB0, 0, 1]),
        (0, &[0xC0, 3]),
        (0, &[0x90, 60, 100]),
        (0, &[0x90, 64, 80]),
        (60 * tick, &[0x80, 60, 64]),
        (132 * tick, &[0x91, 62, 70]),
        (132 * tick, &[0xF0, 0x7E, 1, 0xF7]),
        (133 * tick, &[0x81, 62, 64]),
        (180 * tick, &[0x80, 64, 64]),
    ];
    let expected: Vec<_> = expected.iter().map(|(at, bytes)| (*at, bytes.to_vec())).collect();
    assert_eq!(played(&bytes), expected);
}

#[test]
fn xmi_sequences_are_patterns_and_a_note_ends_before_the_next_begins() {
    let note = [0x90, 60, 100, 60, 60, 0x90, 60, 90, 60, 60, 0xFF, 0x2F, 0];
    let bytes = xmi(&[&note, &note]);
    let loaded = read(&bytes);
    assert_eq!((loaded.smf.format, loaded.smf.tracks.len()), (Format::Patterns, 2));
    let bytes: Vec<(u64, u8)> =
        played(&bytes).into_iter().map(|(at, bytes)| (at / 24_000, bytes[0])).collect();
    let song = [(0, 0x90), (1, 0x80), (1, 0x90), (2, 0x80)];
    let both: Vec<_> = song.into_iter().chain(song.map(|(at, byte)| (at + 2, byte))).collect();
    assert_eq!(bytes, both);
    // One sequence without a directory, and one without its end.
    let form = chunk(b"FORM", &[b"XMID".to_vec(), chunk(b"EVNT", &[0x90, 60, 100, 60])].concat());
    assert_eq!(warnings(&form), ["offset 0x18: no end of track; the track ends with its bytes"]);
    let empty = Smf::read(&chunk(b"FORM", b"XMID")).unwrap_err().to_string();
    assert_eq!(empty, "XMI file: no EVNT chunk up to offset 0xc, expected one for each sequence");
}

#[test]
fn limits_hold_for_scores_of_games_too() {
    let limits = Limits { events: 2, ..Limits::default() };
    assert!(Smf::read_within(&mus(&[0x40, 3, 90, 0x40, 3, 91, 0x60]), &limits).is_err());
    assert!(Smf::read_within(&xmi(&[&[0x90, 60, 100, 60, 0xFF, 0x2F, 0]]), &limits).is_err());
    let limits = Limits { tracks: 1, ..Limits::default() };
    assert!(Smf::read_within(&xmi(&[&END, &END]), &limits).is_err());
    let limits = Limits { payload_bytes: 2, ..Limits::default() };
    assert!(Smf::read_within(&xmi(&[&[0xFF, 1, 3, 1, 2, 3]]), &limits).is_err());
}

proptest! {
    #[test]
    fn any_events_are_read_without_a_panic(events in prop::collection::vec(any::<u8>(), 0..300), cut in 0..40_usize) {
        for mut bytes in [mus(&events), xmi(&[&events, &events]), xmi(&[&events]).split_off(22)] {
            bytes.truncate(bytes.len().saturating_sub(cut));
            if let Ok(loaded) = Smf::read(&bytes) {
                Sequence::new(&loaded.smf, SampleRate::new(48_000).unwrap());
            }
        }
    }
}
