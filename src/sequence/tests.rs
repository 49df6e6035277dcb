use super::*;
use crate::midi::ChannelGroup;
use crate::midi::smf::{Division, Format, Meta, SysExData, Tempo, TextKind, Track, TrackEventKind};
use crate::midi::{BankSelect, Channel, Message, Program};

const RATE: SampleRate = match SampleRate::new(48_000) {
    Some(rate) => rate,
    None => panic!("zero"),
};

/// A song of 96 ticks per quarter note.
fn smf(format: Format, tracks: Vec<Track>) -> Smf {
    let division = Division::from_word(96).unwrap();
    Smf { format, division, tracks, rmid: None, xf: None }
}

fn track(events: impl IntoIterator<Item = (u64, TrackEventKind)>) -> Track {
    let mut track = Track::default();
    for (tick, kind) in events {
        track.push(tick, kind);
    }
    track
}

fn midi(status: u8, first: u8, second: u8) -> TrackEventKind {
    Message::from_midi1(status, first, second).unwrap().into()
}

fn tempo(micros: u32) -> TrackEventKind {
    Meta::Tempo(Tempo::new(micros).unwrap()).into()
}

/// Frame, group and MIDI 1.0 bytes of every event.
fn played(sequence: &Sequence) -> Vec<(u64, u8, Vec<u8>)> {
    let line = |timed: &TimedEvent| {
        (timed.time.0, timed.event.group.0, timed.event.message.to_midi1().to_vec())
    };
    sequence.events().iter().map(line).collect()
}

#[test]
fn frames_follow_every_change_of_tempo() {
    let song = smf(
        Format::Parallel,
        vec![
            track([(96, tempo(250_000)), (192, tempo(1_000_000))]),
            track([0, 96, 192, 288].map(|tick| (tick, midi(0x90, 60, 1)))),
        ],
    );
    let sequence = Sequence::new(&song, RATE);
    let frames: Vec<_> = sequence.events().iter().map(|event| event.time.0).collect();
    assert_eq!(frames, [0, 24_000, 36_000, 84_000]);
    assert_eq!(sequence.duration(), SampleTime(84_000));
    assert_eq!(sequence.tempo_map().tempo_at(Tick(96)).micros(), 250_000);
    assert_eq!(sequence.tempo_map().seconds_at(Tick(288)), 1.75);
}

#[test]
fn the_last_of_several_tempos_at_a_tick_counts() {
    let song = smf(
        Format::Single,
        vec![track([(0, tempo(1)), (0, tempo(250_000)), (96, midi(0xC0, 1, 0))])],
    );
    assert_eq!(Sequence::new(&song, RATE).events()[0].time, SampleTime(12_000));
}

#[test]
fn smpte_divisions_ignore_the_tempo() {
    for (word, frame) in [(0xE828, 48_000), (0xE728, 46_080), (0xE328, 38_438), (0xE228, 38_400)] {
        let mut song = smf(Format::Single, vec![track([(0, tempo(1)), (960, midi(0xC0, 1, 0))])]);
        song.division = Division::from_word(word).unwrap();
        let sequence = Sequence::new(&song, RATE);
        assert_eq!(sequence.events()[0].time, SampleTime(frame), "{word:04x}");
    }
}

#[test]
fn simultaneous_events_keep_the_order_of_tracks_and_within_them() {
    let song = smf(
        Format::Parallel,
        vec![
            track([(5, midi(0xC0, 1, 0)), (5, midi(0xC0, 2, 0))]),
            track([(0, midi(0xC0, 3, 0)), (5, midi(0xC0, 4, 0))]),
        ],
    );
    let programs: Vec<u8> = played(&Sequence::new(&song, RATE)).iter().map(|e| e.2[1]).collect();
    assert_eq!(programs, [3, 1, 2, 4]);
}

#[test]
fn the_patterns_of_format_2_follow_each_other_each_from_120_beats() {
    let pattern = |program| {
        let mut pattern = track([(0, tempo(250_000)), (48, midi(0xC0, program, 0))]);
        pattern.end = 96;
        pattern
    };
    let plain = track([(96, midi(0xC0, 3, 0))]);
    let song = smf(Format::Patterns, vec![pattern(1), plain, pattern(2)]);
    let sequence = Sequence::new(&song, RATE);
    let frames: Vec<_> = sequence.events().iter().map(|event| event.time.0).collect();
    assert_eq!(frames, [6_000, 12_000 + 24_000, 36_000 + 6_000]);
    assert_eq!(sequence.duration(), SampleTime(48_000));
}

#[test]
fn ports_with_channel_messages_become_groups_by_number() {
    let on_port =
        |port, program| track([(0, Meta::Port(port).into()), (0, midi(0xC0, program, 0))]);
    let reset = track([(0, SysExData::whole(&[0x7E, 0x7F, 9, 1]).into())]);
    let song = smf(Format::Parallel, vec![reset, on_port(7, 1), on_port(2, 2), on_port(7, 3)]);
    let sequence = Sequence::new(&song, RATE);
    assert_eq!(sequence.group_count(), 2);
    let groups: Vec<u8> = played(&sequence).iter().map(|event| event.1).collect();
    assert_eq!(groups, [0, 1, 0, 1], "the conductor track names no port and goes with the first");
}

#[test]
fn a_port_holds_from_where_it_is_named() {
    let port = |number| Meta::Port(number).into();
    let events = [port(1), midi(0xC0, 1, 0), port(0), midi(0xC0, 2, 0)];
    let song = smf(Format::Single, vec![track(events.map(|event| (0, event)))]);
    let groups: Vec<u8> = played(&Sequence::new(&song, RATE)).iter().map(|e| e.1).collect();
    assert_eq!(groups, [1, 0]);
}

#[test]
fn device_names_become_groups_in_the_order_of_appearance() {
    let on_device = |name, program| {
        track([(0, Meta::text(TextKind::DEVICE_NAME, name).into()), (0, midi(0xC0, program, 0))])
    };
    let unnamed = track([(0, midi(0xC0, 9, 0))]);
    let tracks = vec![unnamed, on_device("B", 1), on_device("A", 2), on_device("B", 3)];
    let sequence = Sequence::new(&smf(Format::Parallel, tracks), RATE);
    assert_eq!(sequence.group_count(), 2);
    let groups: Vec<u8> = played(&sequence).iter().map(|event| event.1).collect();
    assert_eq!(groups, [0, 0, 1, 0]);
}

#[test]
fn a_file_without_ports_is_for_one_group() {
    let sequence = Sequence::new(&smf(Format::Single, vec![Track::default()]), RATE);
    assert_eq!(sequence.group_count(), 1);
    assert_eq!(sequence.duration(), SampleTime::ZERO);
}

#[test]
fn exclusive_packets_of_a_file_join_across_time() {
    let first = SysExData { bytes: [0x43, 1, 2, 3].into(), starts: true, ends: false };
    let second = SysExData { bytes: [4, 5, 6, 7].into(), starts: false, ends: true };
    let song = smf(Format::Single, vec![track([(0, first.into()), (96, second.into())])]);
    let events = played(&Sequence::new(&song, RATE));
    assert_eq!(events[0], (24_000, 0, vec![0xF0, 0x43, 1, 2, 3, 4, 5]));
    assert_eq!(events[1], (24_000, 0, vec![6, 7, 0xF7]));
}

#[test]
fn messages_back_to_back_in_one_exclusive_event_come_apart() {
    let data = SysExData::whole(&[0x41, 1, 0xF7, 0xF0, 0x43, 2, 0x90]);
    let events =
        played(&Sequence::new(&smf(Format::Single, vec![track([(0, data.into())])]), RATE));
    let bytes: Vec<_> = events.into_iter().map(|event| event.2).collect();
    assert_eq!(bytes, [[0xF0, 0x41, 1, 0xF7], [0xF0, 0x43, 2, 0xF7]]);
}

#[test]
fn escapes_are_read_as_a_stream() {
    let escape = TrackEventKind::Escape([0xF8, 0x90, 60, 1, 61, 2, 0xFF].into());
    let song = smf(Format::Single, vec![track([(0, escape)])]);
    let bytes: Vec<_> = played(&Sequence::new(&song, RATE)).into_iter().map(|e| e.2).collect();
    assert_eq!(bytes, [vec![0x90, 60, 1], vec![0x90, 61, 2], vec![0xFF]]);
}

#[test]
fn lyrics_are_lyric_events_or_the_words_of_a_karaoke_file() {
    let text = |tick, kind, text: &str| (tick, Meta::text(kind, text).into());
    let words = |sequence: &Sequence| -> Vec<(u64, String)> {
        sequence.lyrics().iter().map(|text| (text.time.0, text.text.clone())).collect()
    };
    let karaoke = smf(
        Format::Parallel,
        vec![
            track([text(0, TextKind::TEXT, "by somebody")]),
            track([
                text(0, TextKind::TEXT, "@T the title"),
                text(0, TextKind::TEXT, "\\Ma"),
                text(96, TextKind::TEXT, "ry"),
            ]),
        ],
    );
    assert_eq!(words(&Sequence::new(&karaoke, RATE)), [(0, "\\Ma".into()), (24_000, "ry".into())]);
    let lyric = smf(
        Format::Single,
        vec![track([
            text(0, TextKind::TEXT, "/no"),
            text(96, TextKind::LYRIC, "yes"),
            text(96, TextKind::MARKER, "A"),
        ])],
    );
    let sequence = Sequence::new(&lyric, RATE);
    assert_eq!(words(&sequence), [(24_000, "yes".into())]);
    assert_eq!(sequence.markers()[0].text, "A");
    assert_eq!(sequence.texts().len(), 3);
}

/// The patches as (channel, msb, lsb, program, percussion).
fn patches(events: impl IntoIterator<Item = TrackEventKind>) -> Vec<(u8, u8, u8, u8, bool)> {
    let song = smf(Format::Single, vec![track(events.into_iter().map(|event| (0, event)))]);
    let line =
        |p: Patch| (p.channel.index(), p.bank.msb, p.bank.lsb, p.program.get(), p.is_percussion);
    Sequence::new(&song, RATE).patches().into_iter().map(line).collect()
}

#[test]
fn patches_are_those_that_notes_are_played_with() {
    let events = [
        midi(0xC0, 5, 0),
        midi(0xB0, 0, 8),
        midi(0xB0, 32, 2),
        midi(0x90, 60, 1),
        midi(0xC0, 6, 0),
        midi(0x90, 60, 1),
        midi(0xC1, 9, 0),
        midi(0x99, 60, 1),
    ];
    assert_eq!(patches(events), [(0, 0, 0, 5, false), (0, 8, 2, 6, false), (9, 0, 0, 0, true)]);
}

#[test]
fn resets_and_rhythm_parts_change_the_patches() {
    let sysex = |bytes: &[u8]| SysExData::whole(bytes).into();
    let events = [
        midi(0xC0, 5, 0),
        sysex(&[0x41, 0x10, 0x42, 0x12, 0x40, 0x00, 0x7F, 0x00, 0x41]),
        midi(0x90, 60, 1),
        sysex(&[0x41, 0x10, 0x42, 0x12, 0x40, 0x1A, 0x15, 0x01, 0x10]),
        midi(0x9A, 60, 1),
        sysex(&[0x43, 0x10, 0x4C, 0x08, 0x03, 0x07, 0x02]),
        midi(0x93, 60, 1),
    ];
    assert_eq!(patches(events), [(0, 0, 0, 0, false), (3, 0, 0, 0, true), (10, 0, 0, 0, true)]);
}

#[test]
fn gs_part_blocks_1_to_9_are_the_channels_below() {
    let sysex = SysExData::whole(&[0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x15, 0x01, 0x19]);
    assert_eq!(patches([sysex.into(), midi(0x90, 60, 1)]), [(0, 0, 0, 0, true)]);
}

#[test]
fn the_first_gs_part_block_is_channel_10() {
    let sysex = SysExData::whole(&[0x41, 0x10, 0x42, 0x12, 0x40, 0x10, 0x15, 0x00, 0x1B]);
    assert_eq!(patches([sysex.into(), midi(0x99, 60, 1)]), [(9, 0, 0, 0, false)]);
}

#[test]
fn a_program_change_that_names_its_bank_needs_no_bank_select() {
    let bank = Some(BankSelect { msb: 1, lsb: 2 });
    let (channel, program) = (Channel::default(), Program::from_data(3));
    let change = Message::ProgramChange { channel, program, bank };
    assert_eq!(patches([change.into(), midi(0x90, 60, 1)]), [(0, 1, 2, 3, false)]);
}

#[test]
fn a_cursor_gives_out_what_is_due_before_a_moment() {
    let song = smf(Format::Single, vec![track([0, 96, 192].map(|t| (t, midi(0xC0, 1, 0))))]);
    let mut cursor = Cursor::new(Sequence::new(&song, RATE));
    assert_eq!(cursor.next_before(SampleTime(0)), None);
    assert!(cursor.next_before(SampleTime(24_000)).is_some());
    assert_eq!(
        cursor.next_before(SampleTime(24_000)),
        None,
        "what is due at the moment is not before it"
    );
    assert!(cursor.next_before(SampleTime(u64::MAX)).is_some());
    assert!(!cursor.is_at_end());
    assert!(cursor.next_before(SampleTime(u64::MAX)).is_some());
    assert!(cursor.is_at_end());
    assert_eq!(cursor.next_before(SampleTime(u64::MAX)), None);
}

/// What a seek behind all of `events` sends after the resets.
fn sought(events: impl IntoIterator<Item = TrackEventKind>) -> Vec<Vec<u8>> {
    let song = smf(Format::Single, vec![track(events.into_iter().map(|event| (0, event)))]);
    let mut cursor = Cursor::new(Sequence::new(&song, RATE));
    let sent = cursor.seek(SampleTime(1));
    assert_eq!(sent[0].message, Message::SystemReset);
    assert!(cursor.is_at_end());
    sent[1..].iter().map(|event| event.message.to_midi1().to_vec()).collect()
}

#[test]
fn seeking_sends_the_last_of_each_kind_and_no_notes() {
    let events = [
        midi(0xB0, 7, 1),
        midi(0x90, 60, 1),
        midi(0xE0, 0, 1),
        midi(0xB0, 7, 2),
        midi(0xE0, 0, 2),
        midi(0xD0, 3, 0),
        midi(0x80, 60, 1),
        midi(0xB0, 123, 0),
    ];
    assert_eq!(sought(events), [vec![0xB0, 7, 2], vec![0xE0, 0, 2], vec![0xD0, 3]]);
}

#[test]
fn seeking_keeps_the_bank_of_the_program_and_the_one_selected_since() {
    let events = [
        midi(0xB0, 0, 1),
        midi(0xB0, 0, 2),
        midi(0xC0, 3, 0),
        midi(0xB0, 32, 4),
        midi(0xC0, 5, 0),
        midi(0xB0, 0, 6),
    ];
    assert_eq!(
        sought(events),
        [vec![0xB0, 0, 2], vec![0xB0, 32, 4], vec![0xC0, 5], vec![0xB0, 0, 6]]
    );
}

#[test]
fn seeking_keeps_parameters_in_order() {
    let events = [midi(0xB0, 101, 0), midi(0xB0, 100, 0), midi(0xB0, 6, 12), midi(0xB0, 101, 127)];
    assert_eq!(sought(events).len(), 4);
}

#[test]
fn a_prefix_of_the_next_note_is_sent_only_when_that_note_is_to_come() {
    assert_eq!(sought([midi(0xB0, 84, 60), midi(0x90, 60, 1)]), Vec::<Vec<u8>>::new());
    assert_eq!(sought([midi(0x90, 60, 1), midi(0xB0, 84, 60)]), [[0xB0, 84, 60]]);
}

#[test]
fn seeking_resets_every_group() {
    let on_port = |port| track([(0, Meta::Port(port).into()), (0, midi(0xC0, port, 0))]);
    let song = smf(Format::Parallel, vec![on_port(0), on_port(1)]);
    let sequence = Sequence::new(&song, RATE);
    let sent = Cursor::new(&sequence).seek(SampleTime(1));
    let groups: Vec<_> = sent.iter().map(|event| event.group).collect();
    assert_eq!(groups, [0, 1, 0, 1].map(ChannelGroup));
}
