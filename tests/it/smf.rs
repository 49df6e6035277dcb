//! Odd Standard MIDI Files, one oddity at a time: what is read of each, and what is said about it.

use portative::midi::smf::{
    Division, Format, LimitKind, Limits, Meta, Rmid, Smf, SmfError, SmpteRate, TextKind,
    TrackEventKind,
};

/// One note of a quarter, its end of track included.
const NOTE: &[u8] = &[0, 0x90, 60, 1, 96, 0x80, 60, 64, 0, 0xFF, 0x2F, 0];
/// What is read of it.
const NOTE_EVENTS: &[&str] = &["0 90 3c 01", "96 80 3c 40", "96 end"];

fn header(format: u16, tracks: u16, division: u16) -> Vec<u8> {
    let mut bytes = b"MThd\0\0\0\x06".to_vec();
    for word in [format, tracks, division] {
        bytes.extend(word.to_be_bytes());
    }
    bytes
}

fn chunk(id: &[u8; 4], length: usize, body: &[u8]) -> Vec<u8> {
    [&id[..], &(length as u32).to_be_bytes(), body].concat()
}

fn track(body: &[u8]) -> Vec<u8> {
    chunk(b"MTrk", body.len(), body)
}

/// A file of format 0 whose only track begins at offset 22 with `body`.
fn single(body: &[u8]) -> Vec<u8> {
    [header(0, 1, 96), track(body)].concat()
}

/// The events of all tracks, one line each.
fn lines(smf: &Smf) -> Vec<String> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!(" {byte:02x}")).collect::<String>();
    let mut lines = Vec::new();
    for track in &smf.tracks {
        for event in &track.events {
            lines.push(match &event.kind {
                TrackEventKind::Message(message) => {
                    format!("{}{}", event.tick, hex(&message.to_midi1()))
                }
                TrackEventKind::SysEx(data) => {
                    let start = if data.starts { "[" } else { "" };
                    let end = if data.ends { " ]" } else { "" };
                    format!("{} {start}{}{end}", event.tick, hex(&data.bytes))
                }
                TrackEventKind::Escape(bytes) => format!("{} raw{}", event.tick, hex(bytes)),
                TrackEventKind::Meta(meta) => format!("{} {meta:?}", event.tick),
            });
        }
        lines.push(format!("{} end", track.end));
    }
    lines
}

/// Checks what is read of `bytes` and what is said about them.
#[track_caller]
fn check(bytes: &[u8], expected: &[&str], warnings: &[&str]) {
    let loaded = Smf::read(bytes).unwrap();
    assert_eq!(lines(&loaded.smf), expected);
    let got: Vec<_> = loaded.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(got, warnings);
    assert_eq!(loaded.warnings_left_out, 0);
}

/// Checks a track without its end of track, which is added.
#[track_caller]
fn check_track(body: &[u8], expected: &[&str], warnings: &[&str]) {
    check(&single(&[body, &[0, 0xFF, 0x2F, 0]].concat()), expected, warnings);
}

#[track_caller]
fn check_error(bytes: &[u8], message: &str) {
    assert_eq!(Smf::read(bytes).unwrap_err().to_string(), message);
}

#[track_caller]
fn check_meta(body: &[u8], expected: Meta) {
    let bytes = single(&[&[0, 0xFF], body, &[0, 0xFF, 0x2F, 0]].concat());
    let loaded = Smf::read(&bytes).unwrap();
    assert_eq!(loaded.smf.tracks[0].events[0].kind, TrackEventKind::Meta(expected));
    assert_eq!(loaded.warnings, []);
}

#[test]
fn a_plain_file_is_read_without_a_warning() {
    check(&single(NOTE), NOTE_EVENTS, &[]);
}

#[test]
fn formats_0_1_and_2_are_told_apart() {
    for (word, format) in [(0, Format::Single), (1, Format::Parallel), (2, Format::Patterns)] {
        let loaded = Smf::read(&[header(word, 1, 96), track(NOTE)].concat()).unwrap();
        assert_eq!(loaded.smf.format, format);
    }
}

#[test]
fn divisions_are_ticks_of_a_quarter_note_or_of_a_smpte_frame() {
    let read = |word| Smf::read(&[header(0, 1, word), track(NOTE)].concat());
    for ticks in [1, 96, 0x7FFF] {
        let Division::TicksPerQuarter(got) = read(ticks).unwrap().smf.division else {
            panic!("{ticks} is no SMPTE division");
        };
        assert_eq!(got.get(), ticks);
    }
    let rates = [
        (0xE8, SmpteRate::Fps24),
        (0xE7, SmpteRate::Fps25),
        (0xE3, SmpteRate::Fps2997),
        (0xE2, SmpteRate::Fps30),
    ];
    for (high, expected) in rates {
        let Division::Smpte { rate, ticks_per_frame } = read(high << 8 | 40).unwrap().smf.division
        else {
            panic!("{high:x} is a SMPTE division");
        };
        assert_eq!((rate, ticks_per_frame.get()), (expected, 40));
    }
    for word in [0, 0xE800, 0xF060] {
        let error = read(word).unwrap_err();
        assert_eq!(error, SmfError::Division { offset: 12, got: word });
    }
}

#[test]
fn a_longer_header_is_skipped_to_its_end() {
    let mut bytes = single(NOTE);
    bytes[7] = 8;
    bytes.splice(14..14, [0, 0]);
    check(&bytes, NOTE_EVENTS, &["offset 0x4: MThd has 8 bytes, expected 6; the first 6 are used"]);
}

#[test]
fn a_wrong_header_length_does_not_hide_the_track_behind_it() {
    for length in [0, 5, 22, 200] {
        let mut bytes = single(NOTE);
        bytes[7] = length;
        let warning =
            format!("offset 0x4: MThd has {length} bytes, expected 6; the first 6 are used");
        check(&bytes, NOTE_EVENTS, &[&warning]);
    }
}

#[test]
fn wrong_track_counts_and_formats_are_said_and_all_tracks_read() {
    check(
        &[header(1, 9, 96), track(NOTE)].concat(),
        NOTE_EVENTS,
        &["offset 0xa: 1 tracks, expected 9"],
    );
    check(
        &[header(0, 2, 96), track(NOTE), track(NOTE)].concat(),
        &[NOTE_EVENTS, NOTE_EVENTS].concat(),
        &["offset 0x8: format 0 with 2 tracks, expected 1; played together"],
    );
    check(
        &[header(3, 1, 96), track(NOTE)].concat(),
        NOTE_EVENTS,
        &["offset 0x8: format 3, expected 0 to 2; played as format 1"],
    );
}

#[test]
fn alien_chunks_are_skipped() {
    check(
        &[header(0, 1, 96), chunk(b"ALAS", 3, &[1, 2, 3]), track(NOTE)].concat(),
        NOTE_EVENTS,
        &["offset 0xe: chunk ALAS of 3 bytes, expected MTrk; skipped"],
    );
}

#[test]
fn leading_junk_is_skipped() {
    for count in [1, 128] {
        check(
            &[vec![0; count], single(NOTE)].concat(),
            NOTE_EVENTS,
            &[&format!("offset 0x0: {count} bytes before MThd, skipped")],
        );
    }
}

#[test]
fn bytes_after_the_last_track_are_said() {
    let warning = ["offset 0x22: 1 bytes where a chunk should begin, skipped"];
    check(&[single(NOTE), vec![0x2A]].concat(), NOTE_EVENTS, &warning);
}

#[test]
fn a_second_file_behind_the_first_is_not_mixed_into_it() {
    let warning = ["offset 0x22: 34 bytes where a chunk should begin, skipped"];
    check(&[single(NOTE), single(NOTE)].concat(), NOTE_EVENTS, &warning);
}

#[test]
fn a_track_beyond_the_end_of_the_file_ends_with_the_file() {
    let body = &NOTE[..8];
    check(
        &[header(0, 1, 96), chunk(b"MTrk", 1000, body)].concat(),
        NOTE_EVENTS,
        &[
            "track 0, offset 0x12: track of 1000 bytes, got 8; read to its end of track",
            "track 0, offset 0x1e: no end of track; the track ends with its bytes",
        ],
    );
}

#[test]
fn a_track_too_long_does_not_swallow_the_next() {
    for length in [u32::MAX as usize, NOTE.len() + 5] {
        let bytes = [header(1, 2, 96), chunk(b"MTrk", length, NOTE), track(NOTE)].concat();
        let loaded = Smf::read(&bytes).unwrap();
        assert_eq!(lines(&loaded.smf), [NOTE_EVENTS, NOTE_EVENTS].concat(), "{length}");
    }
}

#[test]
fn a_track_too_short_ends_where_it_says_and_the_next_is_found() {
    check(
        &[header(1, 2, 96), chunk(b"MTrk", 4, NOTE), track(NOTE)].concat(),
        &[&["0 90 3c 01", "0 end"], NOTE_EVENTS].concat(),
        &[
            "track 0, offset 0x1a: no end of track; the track ends with its bytes",
            "offset 0x1a: 8 bytes where a chunk should begin, skipped",
        ],
    );
}

#[test]
fn a_track_whose_length_was_never_filled_in_is_read_to_its_end() {
    check(
        &[header(1, 2, 96), chunk(b"MTrk", 0, NOTE), track(NOTE)].concat(),
        &[NOTE_EVENTS, NOTE_EVENTS].concat(),
        &["track 0, offset 0x12: track of 0 bytes, got 32; read to its end of track"],
    );
}

#[test]
fn an_empty_track_is_one() {
    check(
        &[header(1, 2, 96), track(&[]), track(NOTE)].concat(),
        &[&["0 end"], NOTE_EVENTS].concat(),
        &["track 0, offset 0x16: no end of track; the track ends with its bytes"],
    );
}

#[test]
fn a_missing_end_of_track_is_said() {
    let warning = ["track 0, offset 0x1e: no end of track; the track ends with its bytes"];
    check(&single(&NOTE[..8]), NOTE_EVENTS, &warning);
}

#[test]
fn a_file_without_its_last_byte_is_whole() {
    let mut bytes = single(NOTE);
    bytes.pop();
    let warnings = [
        "track 0, offset 0x12: track of 12 bytes, got 11; read to its end of track",
        "track 0, offset 0x1f: the track stops inside an event; what is there is used where it makes sense",
    ];
    check(&bytes, NOTE_EVENTS, &warnings);
}

#[test]
fn what_follows_the_end_of_track_is_ignored() {
    let body = [NOTE, &[0, 0x90, 61, 1]].concat();
    let warning = ["track 0, offset 0x22: 4 bytes after the end of track, skipped"];
    check(&single(&body), NOTE_EVENTS, &warning);
}

#[test]
fn running_status_stays_through_meta_and_exclusive_events() {
    check_track(
        &[
            0, 0x90, 60, 1, 0, 0xFF, 0x20, 1, 3, 0, 61, 2, 0, 0xF0, 2, 1, 0xF7, 0, 62, 3, 0, 0xF7,
            1, 0xF8, 0, 63, 4,
        ],
        &[
            "0 90 3c 01",
            "0 ChannelPrefix(3)",
            "0 90 3d 02",
            "0 [ 01 ]",
            "0 90 3e 03",
            "0 raw f8",
            "0 90 3f 04",
            "0 end",
        ],
        &[],
    );
}

#[test]
fn delta_times_have_up_to_four_bytes_and_may_begin_with_zeros() {
    let body = [0x7F, 0xC0, 1, 0x81, 0, 2, 0x80, 0x80, 0x80, 0x80, 0x81, 0x80, 0x80, 0, 3];
    check_track(&body, &["127 c0 01", "255 c0 02", "2097407 c0 03", "2097407 end"], &[]);
    check_track(
        &[0xFF, 0xFF, 0xFF, 0x7F, 0xC0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xC0, 2],
        &["268435455 c0 01", "536870910 c0 02", "536870910 end"],
        &["track 0, offset 0x1c: variable-length number of more than 4 bytes, cut"],
    );
}

#[test]
fn statuses_of_the_live_stream_are_skipped_with_their_data() {
    let statuses: [&[u8]; 14] = [
        &[0xF1, 1],
        &[0xF2, 1, 2],
        &[0xF3, 1],
        &[0xF4],
        &[0xF5],
        &[0xF6],
        &[0xF8],
        &[0xF9],
        &[0xFA],
        &[0xFB],
        &[0xFC],
        &[0xFD],
        &[0xFE],
        &[0xF1],
    ];
    for status in statuses {
        let body = [&[0, 0x90, 60, 1, 5][..], status, &[0x81, 0, 0x80, 60, 64]].concat();
        check_track(
            &body,
            &["0 90 3c 01", "133 80 3c 40", "133 end"],
            &[&format!(
                "track 0, offset 0x1b: status {:02x} does not belong in a file, skipped",
                status[0]
            )],
        );
    }
}

#[test]
fn data_without_a_status_are_skipped() {
    check_track(
        &[0, 1, 2, 3, 0xC0, 4],
        &["0 c0 04", "0 end"],
        &["track 0, offset 0x17: 3 data bytes without a status, skipped"],
    );
}

#[test]
fn data_above_127_are_taken_for_127() {
    check_track(
        &[0, 0xB0, 7, 0xFF, 96, 7, 1],
        &["0 b0 07 7f", "96 b0 07 01", "96 end"],
        &["track 0, offset 0x19: data byte 0xff, expected 0 to 0x7f; taken for 127"],
    );
}

#[test]
fn a_note_on_with_velocity_zero_is_a_note_off() {
    check_track(&[0, 0x90, 60, 0], &["0 80 3c 40", "0 end"], &[]);
}

#[test]
fn exclusive_messages_come_whole_in_packets_or_without_their_end() {
    check_track(&[0, 0xF0, 3, 1, 2, 0xF7], &["0 [ 01 02 ]", "0 end"], &[]);
    check_track(
        &[0, 0xF0, 1, 1, 5, 0xF7, 1, 2, 5, 0xF7, 2, 3, 0xF7],
        &["0 [ 01", "5  02", "10  03 ]", "10 end"],
        &[],
    );
    let warning = ["track 0, offset 0x17: system exclusive message without F7; taken as whole"];
    check_track(&[0, 0xF0, 1, 1, 0, 0xC0, 1], &["0 [ 01 ]", "0 c0 01", "0 end"], &warning);
    check_track(&[0, 0xF0, 1, 1], &["0 [ 01 ]", "0 end"], &warning);
    check_track(
        &[0, 0xF0, 1, 1, 0, 0xC0, 1, 0, 0xF7, 1, 2],
        &["0 [ 01 ]", "0 c0 01", "0 raw 02", "0 end"],
        &warning,
    );
    check_track(
        &[0, 0xF0, 1, 1, 0, 0xF0, 2, 2, 0xF7],
        &["0 [ 01 ]", "0 [ 02 ]", "0 end"],
        &warning,
    );
}

#[test]
fn an_f7_event_with_nothing_to_go_on_with_is_an_escape() {
    check_track(
        &[0, 0xF0, 2, 1, 0xF7, 0, 0xF7, 3, 0x90, 60, 1],
        &["0 [ 01 ]", "0 raw 90 3c 01", "0 end"],
        &[],
    );
}

#[test]
fn an_event_longer_than_its_track_is_cut() {
    check(
        &single(&[0, 0xFF, 1, 100, b'h', b'i']),
        &["0 Text { kind: TextKind(1), bytes: [104, 105] }", "0 end"],
        &[
            "track 0, offset 0x19: the track stops inside an event; what is there is used where it makes sense",
            "track 0, offset 0x1c: no end of track; the track ends with its bytes",
        ],
    );
}

#[test]
fn meta_events_are_values() {
    let text = |kind| Meta::text(kind, "hi");
    check_meta(&[0x00, 2, 1, 2], Meta::SequenceNumber(Some(258)));
    check_meta(&[0x00, 0], Meta::SequenceNumber(None));
    check_meta(&[0x01, 2, b'h', b'i'], text(TextKind::TEXT));
    check_meta(&[0x05, 2, b'h', b'i'], text(TextKind::LYRIC));
    check_meta(&[0x09, 2, b'h', b'i'], text(TextKind::DEVICE_NAME));
    check_meta(&[0x20, 1, 9], Meta::ChannelPrefix(9));
    check_meta(&[0x21, 1, 1], Meta::Port(1));
    check_meta(&[0x7F, 2, 0x43, 0x7B], Meta::SequencerSpecific([0x43, 0x7B].into()));
    check_meta(&[0x60, 1, 1], Meta::Other { kind: 0x60, bytes: [1].into() });
    for (body, expected) in [
        (&[0x51, 3, 7, 0xA1, 0x20][..], "Tempo(Tempo(500000))"),
        (
            &[0x54, 5, 0, 1, 2, 3, 4],
            "SmpteOffset(SmpteOffset { hours: 0, minutes: 1, seconds: 2, frames: 3, hundredths: 4 })",
        ),
        (
            &[0x58, 4, 6, 3, 24, 8],
            "TimeSignature(TimeSignature { numerator: 6, denominator_power: 3, clocks_per_click: 24, notated_32nds: 8 })",
        ),
        (&[0x59, 2, 0xFD, 1], "KeySignature(KeySignature { sharps: -3, minor: true })"),
    ] {
        check_track(&[&[0, 0xFF], body].concat(), &[&format!("0 {expected}"), "0 end"], &[]);
    }
}

#[test]
fn meta_events_of_a_wrong_length_are_used_as_far_as_they_go() {
    check_track(
        &[0, 0xFF, 0x51, 4, 7, 0xA1, 0x20, 9, 0, 0xFF, 0x51, 2, 7, 0xA1],
        &["0 Tempo(Tempo(500000))", "0 Other { kind: 81, bytes: [7, 161] }", "0 end"],
        &[
            "track 0, offset 0x17: meta event 51 of 4 bytes, expected 3",
            "track 0, offset 0x1f: meta event 51 of 2 bytes, expected 3",
        ],
    );
}

#[test]
fn a_tempo_of_zero_is_ignored() {
    check_track(
        &[0, 0xFF, 0x51, 3, 0, 0, 0],
        &["0 Other { kind: 81, bytes: [0, 0, 0] }", "0 end"],
        &["track 0, offset 0x17: tempo of 0, ignored"],
    );
}

fn riff(form: &[u8; 4], chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = form.to_vec();
    for (id, data) in chunks {
        body.extend(*id);
        body.extend((data.len() as u32).to_le_bytes());
        body.extend(*data);
        body.resize(body.len().next_multiple_of(2), 0);
    }
    [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
}

#[test]
fn a_riff_wrapper_is_taken_off_and_its_bank_pointed_at() {
    let bank = riff(b"sfbk", &[(b"LIST", b"INFO")]);
    let (score, info) = (single(NOTE), b"INFODBNK\x02\0\0\0\x01\0");
    let bytes = riff(
        b"RMID",
        &[(b"odd ", &[1]), (b"data", &score), (b"LIST", info), (b"RIFF", &bank[8..])],
    );
    let loaded = Smf::read(&bytes).unwrap();
    assert_eq!(
        (lines(&loaded.smf), loaded.warnings),
        (NOTE_EVENTS.iter().map(ToString::to_string).collect(), vec![])
    );
    let Some(Rmid { bank: Some(range), bank_offset: Some(1) }) = loaded.smf.rmid else {
        panic!("no bank: {:?}", loaded.smf.rmid);
    };
    assert_eq!(bytes[range], bank);
}

#[test]
fn offsets_in_a_riff_wrapper_are_those_of_the_file() {
    let bytes = riff(b"RMID", &[(b"data", &single(&NOTE[..8]))]);
    let warning = ["track 0, offset 0x32: no end of track; the track ends with its bytes"];
    check(&bytes, NOTE_EVENTS, &warning);
}

#[test]
fn what_is_no_score_is_said_to_look_like_what_it_is() {
    let cases: [(&[u8], &str); 9] = [
        (b"", "an empty file"),
        (b"not a midi file", "a text file"),
        ("Grüße\n".as_bytes(), "a text file"),
        (&riff(b"sfbk", &[]), "a SoundFont bank"),
        (&riff(b"DLS ", &[]), "a DLS bank"),
        (&riff(b"RMID", &[(b"data", b"")]), "a RIFF RMID file without a score"),
        (b"PK\x03\x04", "a ZIP archive"),
        (&[0xCA, 0xFE, 0], "the bytes ca fe 00 00"),
        (&single(NOTE)[14..], "an MTrk at offset 0x0 with no MThd before it"),
    ];
    for (bytes, name) in cases {
        let message = format!("not a Standard MIDI File: expected MThd at offset 0x0, got {name}");
        check_error(bytes, &message);
    }
}

#[test]
fn a_header_with_nothing_behind_it_is_no_file() {
    check_error(b"MThd\0\0", "MThd at offset 0x0: 6 bytes, expected at least 14");
    let none = "no MTrk after the MThd at offset 0x0, expected 1 of them";
    check_error(&header(0, 1, 96), none);
    check_error(&[header(0, 1, 96), b"MTrk\0".to_vec()].concat(), none);
}

#[test]
fn every_limit_is_kept_and_named() {
    let text = [&[0, 0xFF, 1, 3, 1, 2, 3], NOTE].concat();
    let bytes = [header(1, 2, 96), track(&text), track(NOTE)].concat();
    let plenty = Limits::default();
    let over = |limits: Limits| match Smf::read_within(&bytes, &limits) {
        Err(SmfError::Limit { what, max, track, offset }) => (what, max, track, offset),
        other => panic!("expected a limit, got {other:?}"),
    };
    assert_eq!(over(Limits { file_bytes: 20, ..plenty }), (LimitKind::FileBytes, 20, None, 20));
    assert_eq!(over(Limits { tracks: 1, ..plenty }), (LimitKind::Tracks, 1, None, 41));
    assert_eq!(over(Limits { events: 4, ..plenty }), (LimitKind::Events, 4, Some(1), 53));
    assert_eq!(
        over(Limits { payload_bytes: 18, ..plenty }),
        (LimitKind::PayloadBytes, 18, Some(0), 22)
    );
    let enough =
        Limits { file_bytes: bytes.len(), tracks: 2, events: 5, payload_bytes: 19, ..plenty };
    assert!(Smf::read_within(&bytes, &enough).is_ok());
}

#[test]
fn warnings_beyond_their_limit_are_counted() {
    let bytes = single(&[&[0, 0xF4].repeat(5)[..], &[0, 0xFF, 0x2F, 0]].concat());
    let limits = Limits { warnings: 2, ..Limits::default() };
    let loaded = Smf::read_within(&bytes, &limits).unwrap();
    assert_eq!((loaded.warnings.len(), loaded.warnings_left_out), (2, 3));
}
