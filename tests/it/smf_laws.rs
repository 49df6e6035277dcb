//! Laws of the Standard MIDI File reader and writer, over files that are made up.

use midly::{MetaMessage, MidiMessage, TrackEventKind as Midly};
use proptest::prelude::*;

use portative::midi::Message;
use portative::midi::smf::{
    Division, Format, KeySignature, Limits, Meta, Smf, SmpteOffset, SysExData, Tempo, TextKind,
    TimeSignature, Track, TrackEventKind, write,
};
use portative::sequence::{Cursor, Sequence};
use portative::time::{SampleRate, SampleTime};

fn message() -> impl Strategy<Value = Message> {
    let velocity = 1..128_u8;
    (0x80..0xF0_u8, 0..128_u8, velocity)
        .prop_filter_map("a channel status", |(a, b, c)| Message::from_midi1(a, b, c))
}

fn payload() -> impl Strategy<Value = Box<[u8]>> {
    prop::collection::vec(0..128_u8, 0..20).prop_map(Into::into)
}

fn text_kind() -> impl Strategy<Value = TextKind> {
    prop::sample::select(vec![
        TextKind::TEXT,
        TextKind::TRACK_NAME,
        TextKind::LYRIC,
        TextKind::MARKER,
        TextKind::DEVICE_NAME,
    ])
}

fn meta() -> impl Strategy<Value = Meta> {
    let tempo = (1..=0xFF_FFFF_u32).prop_filter_map("a tempo", Tempo::new);
    prop_oneof![
        tempo.prop_map(Meta::Tempo),
        (text_kind(), payload()).prop_map(|(kind, bytes)| Meta::Text { kind, bytes }),
        any::<u16>().prop_map(|number| Meta::SequenceNumber(Some(number))),
        (0..16_u8).prop_map(Meta::ChannelPrefix),
        (0..128_u8).prop_map(Meta::Port),
        any::<[u8; 4]>().prop_map(|[a, b, c, d]| Meta::TimeSignature(TimeSignature {
            numerator: a,
            denominator_power: b,
            clocks_per_click: c,
            notated_32nds: d,
        })),
        (-7..8_i8, any::<bool>())
            .prop_map(|(sharps, minor)| Meta::KeySignature(KeySignature { sharps, minor })),
        // midly leaves out what is no time of day.
        (0..24_u8, 0..60_u8, 0..60_u8, 0..24_u8, 0..100_u8).prop_map(
            |(hours, minutes, seconds, frames, hundredths)| {
                Meta::SmpteOffset(SmpteOffset { hours, minutes, seconds, frames, hundredths })
            }
        ),
        payload().prop_map(Meta::SequencerSpecific),
    ]
}

fn event() -> impl Strategy<Value = TrackEventKind> {
    prop_oneof![
        8 => message().prop_map(Into::into),
        1 => payload().prop_map(|bytes| SysExData::whole(&bytes).into()),
        1 => payload().prop_map(TrackEventKind::Escape),
        2 => meta().prop_map(Into::into),
    ]
}

fn track() -> impl Strategy<Value = Track> {
    let delta = prop_oneof![Just(0), 1..200_u64, 1..0x0FFF_FFFF_u64];
    (prop::collection::vec((delta, event()), 0..30), 0..1000_u64).prop_map(|(events, rest)| {
        let mut track = Track::default();
        let mut tick = 0;
        for (delta, kind) in events {
            tick += delta;
            track.push(tick, kind);
        }
        track.end += rest;
        track
    })
}

fn division() -> impl Strategy<Value = Division> {
    let smpte = (prop::sample::select(vec![0xE8_u16, 0xE7, 0xE3, 0xE2]), 1..256_u16);
    prop_oneof![3 => 1..0x8000_u16, 1 => smpte.prop_map(|(rate, ticks)| rate << 8 | ticks)]
        .prop_filter_map("a division", Division::from_word)
}

fn smf() -> impl Strategy<Value = Smf> {
    let format = prop::sample::select(vec![Format::Single, Format::Parallel, Format::Patterns]);
    (format, division(), prop::collection::vec(track(), 1..5)).prop_map(
        |(format, division, mut tracks)| {
            if format == Format::Single {
                tracks.truncate(1);
            }
            Smf { format, division, tracks, rmid: None, xf: None }
        },
    )
}

/// The bytes of a message or exclusive event, or of the raw data of any other, as midly sees it.
fn midly_bytes(event: &Midly<'_>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    match event {
        Midly::Midi { channel, message } => {
            if let MidiMessage::NoteOn { key, vel } = message
                && vel.as_int() == 0
            {
                return Some(vec![0x80 | channel.as_int(), key.as_int(), 64]);
            }
            midly::live::LiveEvent::Midi { channel: *channel, message: *message }
                .write(&mut out)
                .unwrap();
        }
        Midly::SysEx(bytes) => out = [&[0xF0], *bytes].concat(),
        Midly::Escape(bytes) => out = [&[0xF7], *bytes].concat(),
        Midly::Meta(MetaMessage::Tempo(tempo)) => out = tempo.as_int().to_be_bytes().to_vec(),
        Midly::Meta(MetaMessage::Lyric(text) | MetaMessage::Text(text)) => out = text.to_vec(),
        Midly::Meta(MetaMessage::EndOfTrack) => return None,
        Midly::Meta(_) => {}
    }
    Some(out)
}

/// The same of ours.
fn our_bytes(event: &TrackEventKind) -> Vec<u8> {
    match event {
        TrackEventKind::Message(message) => message.to_midi1().to_vec(),
        TrackEventKind::SysEx(data) => [&[0xF0], &data.bytes[..], &[0xF7]].concat(),
        TrackEventKind::Escape(bytes) => [&[0xF7], &bytes[..]].concat(),
        TrackEventKind::Meta(Meta::Tempo(tempo)) => tempo.micros().to_be_bytes().to_vec(),
        TrackEventKind::Meta(Meta::Text { kind: TextKind::LYRIC | TextKind::TEXT, bytes }) => {
            bytes.to_vec()
        }
        TrackEventKind::Meta(_) => Vec::new(),
    }
}

/// Reads `bytes` and does with what comes of them all that can be done, within small limits.
fn use_whole_api(bytes: &[u8]) {
    let limits = Limits {
        file_bytes: 100_000,
        tracks: 20,
        events: 500,
        payload_bytes: 10_000,
        warnings: 10,
    };
    let Ok(loaded) = Smf::read_within(bytes, &limits) else { return };
    let events: usize = loaded.smf.tracks.iter().map(|track| track.events.len()).sum();
    assert!(events <= limits.events && loaded.smf.tracks.len() <= limits.tracks);
    assert!(loaded.warnings.len() <= limits.warnings);
    for track in &loaded.smf.tracks {
        assert!(track.events.is_sorted_by_key(|event| event.tick));
        assert!(track.events.last().is_none_or(|last| last.tick <= track.end));
    }
    let sequence = Sequence::new(&loaded.smf, SampleRate::new(u32::MAX).unwrap());
    assert!(sequence.events().is_sorted_by_key(|event| event.time));
    assert!(sequence.events().last().is_none_or(|last| last.time <= sequence.duration()));
    assert!(
        sequence.events().iter().all(|e| usize::from(e.event.group.0) < sequence.group_count())
    );
    let _ = (sequence.lyrics(), sequence.markers(), sequence.patches());
    let middle = SampleTime(sequence.duration().0 / 2);
    let mut cursor = Cursor::new(&sequence);
    let _ = cursor.seek(middle);
    while cursor.next_before(SampleTime(u64::MAX)).is_some() {}
    let again = write(&loaded.smf);
    assert!(again.is_err() || Smf::read(&again.unwrap()).is_ok());
}

proptest! {
    #[test]
    fn what_is_written_is_read_again_equal(smf in smf()) {
        let loaded = Smf::read(&write(&smf).unwrap()).unwrap();
        prop_assert_eq!(loaded.warnings, []);
        prop_assert_eq!(loaded.smf, smf);
    }

    #[test]
    fn valid_files_are_read_as_midly_reads_them(smf in smf()) {
        let bytes = write(&smf).unwrap();
        let oracle = midly::Smf::parse(&bytes).unwrap();
        let ours = Smf::read(&bytes).unwrap().smf;
        prop_assert_eq!(ours.tracks.len(), oracle.tracks.len());
        for (ours, oracle) in ours.tracks.iter().zip(&oracle.tracks) {
            let mut tick = 0;
            let mut expected = Vec::new();
            for event in oracle {
                tick += u64::from(event.delta.as_int());
                expected.extend(midly_bytes(&event.kind).map(|bytes| (tick, bytes)));
            }
            let got: Vec<_> =
                ours.events.iter().map(|event| (event.tick, our_bytes(&event.kind))).collect();
            prop_assert_eq!(got, expected);
            prop_assert_eq!(ours.end, tick);
        }
    }

    #[test]
    fn damaged_files_never_panic_and_stay_within_the_limits(
        smf in smf(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..10),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = write(&smf).unwrap();
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        use_whole_api(&bytes);
        use_whole_api(&bytes[..cut.index(bytes.len())]);
        use_whole_api(&bytes[cut.index(bytes.len())..]);
    }

    #[test]
    fn random_bytes_never_panic_and_stay_within_the_limits(
        head in prop::sample::select(vec![&b""[..], b"MThd\0\0\0\x06\0\x01\0\x01\0\x60MTrk\0\0\0\xFF", b"RIFF\0\0\0\0RMIDdata"]),
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        use_whole_api(&[head, &bytes].concat());
    }

    #[test]
    fn random_events_in_a_whole_track_never_panic(
        bytes in prop::collection::vec(prop_oneof![0..4_u8, any::<u8>(), 0xF0..=0xFF_u8], 0..400),
    ) {
        let mut file = b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0".to_vec();
        file.extend((bytes.len() as u16).to_be_bytes());
        file.extend(bytes);
        use_whole_api(&file);
    }
}
