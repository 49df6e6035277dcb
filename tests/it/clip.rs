//! MIDI 2.0 clip files as songs.

use portative::midi::smf::{Limits, Loaded, Smf, TextKind};
use portative::midi::{Channel, Key, Message, Velocity};
use portative::sequence::Sequence;
use portative::time::SampleRate;

/// A clip file of these words.
fn clip(words: &[u32]) -> Vec<u8> {
    let words = words.iter().flat_map(|word| word.to_be_bytes());
    b"SMF2CLIP".iter().copied().chain(words).collect()
}

const TICKS_480: u32 = 0x0030_01E0;
const START: [u32; 4] = [0xF020_0000, 0, 0, 0];
const END: [u32; 4] = [0xF021_0000, 0, 0, 0];

const fn wait(ticks: u32) -> u32 {
    0x0040_0000 | ticks
}

/// A header of 480 ticks, then this, each with its ticks before it, then the end 480 ticks later.
fn song(parts: &[(u32, &[u32])]) -> Vec<u8> {
    let mut words = vec![wait(0), TICKS_480, wait(0)];
    words.extend(START);
    for (ticks, packet) in parts {
        words.push(wait(*ticks));
        words.extend_from_slice(packet);
    }
    words.push(wait(480));
    words.extend(END);
    clip(&words)
}

#[track_caller]
fn read(bytes: &[u8]) -> Loaded {
    Smf::read(bytes).unwrap()
}

fn sequence(bytes: &[u8]) -> Sequence {
    Sequence::new(&read(bytes).smf, SampleRate::new(48_000).unwrap())
}

const NOTE: [u32; 2] = [0x4090_3C00, 0x1234_0000];

#[test]
fn notes_come_at_their_ticks_in_their_resolution() {
    let song = song(&[(0, &NOTE), (480, &[0x4080_3C00, 0]), (240, &[0x4091_3E00, 0xFFFF_0000])]);
    let loaded = read(&song);
    assert_eq!(loaded.warnings, []);
    let sequence = sequence(&song);
    let frames: Vec<u64> = sequence.events().iter().map(|timed| timed.time.0).collect();
    assert_eq!(frames, [0, 24_000, 36_000]);
    assert_eq!(sequence.duration().0, 60_000);
    let channel = Channel::new(0).unwrap();
    let velocity = Velocity::from_u16(0x1234);
    let expected = Message::NoteOn { channel, key: Key::new(60).unwrap(), velocity };
    assert_eq!(sequence.events()[0].event.message, expected);
}

#[test]
fn tempos_are_hundredths_of_microseconds() {
    let song = song(&[(0, &[0xD010_0000, 25_000_000, 0, 0]), (480, &NOTE)]);
    assert_eq!(sequence(&song).events()[0].time.0, 12_000);
}

#[test]
fn ticks_of_several_words_add_up() {
    let song = song(&[(480, &[]), (480, &NOTE)]);
    assert_eq!(sequence(&song).events()[0].time.0, 48_000);
}

#[test]
fn groups_are_groups_of_channels() {
    let song = song(&[(0, &NOTE), (0, &[0x4190_3C00, 0x1234_0000]), (0, &NOTE)]);
    let sequence = sequence(&song);
    assert_eq!(sequence.group_count(), 2);
    let groups: Vec<u8> = sequence.events().iter().map(|timed| timed.event.group.0).collect();
    assert_eq!(groups, [0, 1, 0]);
}

#[test]
fn texts_are_put_together_and_named() {
    let song = song(&[
        (0, &[0xD010_0102, 0x5469_746C, 0x6500_0000, 0]),
        (0, &[0xD050_0201, 0x6162_6364, 0x6566_6768, 0x696A_6B6C]),
        (0, &[0xD0D0_0201, 0x6D00_0000, 0, 0]),
    ]);
    let sequence = sequence(&song);
    let texts: Vec<(TextKind, &str)> =
        sequence.texts().iter().map(|text| (text.kind, &*text.text)).collect();
    assert_eq!(texts, [(TextKind::TRACK_NAME, "Title"), (TextKind::LYRIC, "abcdefghijklm")]);
}

#[test]
fn what_is_odd_is_said_and_what_is_wrong_refused() {
    let error = |bytes: &[u8]| Smf::read(bytes).unwrap_err().to_string();
    assert_eq!(
        error(b"SMF2CLIP\0\0\0\0"),
        "clip file: no ticks per quarter note (DCTPQ) at offset 0x8 or after"
    );
    let whole = song(&[(0, &NOTE)]);
    let warnings = |bytes: &[u8]| -> Vec<String> {
        read(bytes).warnings.iter().map(ToString::to_string).collect()
    };
    let cut = &whole[..whole.len() - 16];
    assert_eq!(warnings(cut), ["offset 0x34: no end of track; the track ends with its bytes"]);
    assert_eq!(warnings(&whole[..whole.len() - 8]).len(), 1);
    let longer = [whole.clone(), vec![1, 2, 3]].concat();
    assert_eq!(warnings(&longer).len(), 1);
    let limits = Limits { events: 0, ..Limits::default() };
    assert!(Smf::read_within(&whole, &limits).is_err());
}

#[test]
fn any_bytes_after_the_signature_are_read_without_a_panic() {
    let mut state = 1_u32;
    for round in 0..300 {
        let words: Vec<u32> = (0..200)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state ^ state >> 5
            })
            .collect();
        let mut bytes = song(&[(0, &words)]);
        bytes.truncate(bytes.len() - round % 17);
        if let Ok(loaded) = Smf::read(&bytes) {
            Sequence::new(&loaded.smf, SampleRate::new(48_000).unwrap());
        }
    }
}

/// The bytes of the exclusive messages of a song, message by message.
fn exclusive(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    for timed in sequence(bytes).events() {
        if let Message::SysEx(packet) = timed.event.message {
            if packet.is_first() {
                messages.push(Vec::new());
            }
            messages.last_mut().unwrap().extend_from_slice(packet.bytes());
        }
    }
    messages
}

#[test]
fn exclusive_messages_of_eight_bits_become_those_of_seven() {
    // Master volume in one packet, of 7 bytes and the stream's number.
    let whole = [0x5008_007F, 0x7F04_0100, 0x4000_0000, 0];
    assert_eq!(exclusive(&song(&[(0, &whole)])), [vec![0x7F, 0x7F, 4, 1, 0, 0x40, 0]]);
    // Twenty bytes in two packets.
    let first = [0x501E_0500, 0x0102_0304, 0x0506_0708, 0x090A_0B0C];
    let last = [0x5038_050D, 0x0E0F_1011, 0x1213_0000, 0];
    let loaded = song(&[(0, &first), (0, &last)]);
    assert_eq!(exclusive(&loaded), [(0..20).collect::<Vec<u8>>()]);
    assert_eq!(read(&loaded).warnings, []);
    // A message without data.
    assert_eq!(exclusive(&song(&[(0, &[0x5001_0000, 0, 0, 0])])), [Vec::<u8>::new()]);
}

#[test]
fn exclusive_messages_of_eight_bits_come_one_at_a_time() {
    let first = [0x5012_0501, 0x0200_0000, 0, 0];
    let other = [0x5002_0642, 0, 0, 0];
    let last = [0x5032_0503, 0, 0, 0];
    let stray = [0x5032_0703, 0, 0, 0];
    let mixed = song(&[(0, &first), (0, &other), (0, &last), (0, &stray)]);
    assert_eq!(exclusive(&mixed), [[1, 3]]);
    let said: Vec<String> = read(&mixed).warnings.iter().map(|w| w.kind.to_string()).collect();
    let expected = "2 pieces of 8-bit system exclusive messages out of their order, skipped";
    assert_eq!(said, [expected]);
    // Two groups do not get into each other's way.
    let group = [0x5102_0642, 0, 0, 0];
    let both = song(&[(0, &first), (0, &group), (0, &last)]);
    assert_eq!(read(&both).warnings, []);
}

#[test]
fn seeking_leaves_notes_with_a_pitch_of_their_own_behind() {
    let pitched = [0x4090_3C03, 0xFFFF_7900];
    let song = song(&[(0, &pitched), (480, &[0x4080_3C00, 0]), (0, &[0x40B0_0700, 0x1234_5678])]);
    let sequence = sequence(&song);
    assert_eq!(sequence.patches().len(), 1);
    let mut cursor = portative::sequence::Cursor::new(&sequence);
    let sent = cursor.seek(sequence.duration());
    assert!(sent.iter().all(|event| !event.message.begins_note()), "{sent:?}");
    assert_eq!(sent.len(), 2);
}

#[test]
fn mixed_data_sets_are_counted() {
    let header = [0x5080_0010, 0x0001_0001, 0, 0];
    let payload = [0x5090_0102, 0x0304_0506, 0, 0];
    let song = song(&[(0, &header), (0, &payload), (0, &payload), (480, &header), (0, &NOTE)]);
    let said: Vec<String> = read(&song).warnings.iter().map(|w| w.kind.to_string()).collect();
    assert_eq!(said, ["2 chunks of mixed data sets, skipped"]);
    assert_eq!(sequence(&song).events().len(), 1);
}
