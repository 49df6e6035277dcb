use super::*;
use crate::midi::{
    BankSelect, Channel, ControlValue, Controller, Key, NotePitch, ParameterNumber, PerNoteNumber,
    Program, Velocity,
};

fn message(words: &[u32]) -> Option<Message> {
    let mut all = [0; MAX_WORDS];
    all[..words.len()].copy_from_slice(words);
    assert_eq!(word_count(words[0]), words.len());
    match Packet::from_words(all) {
        Packet::Event(event) => Some(event.message),
        _ => None,
    }
}

const CHANNEL: Channel = Channel::from_status(3);
const KEY: Key = Key::from_data(60);

#[test]
fn packets_have_the_lengths_of_their_types() {
    let lengths = [1, 1, 1, 2, 2, 4, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4];
    for (kind, length) in (0..).zip(lengths) {
        assert_eq!(word_count(kind << 28 | 0x0FFF_FFFF), length, "type {kind:X}");
    }
}

#[test]
fn messages_of_midi_1_keep_their_group_and_their_meaning() {
    let words = [0x2593_3C64, 0, 0, 0];
    let note = Message::NoteOn { channel: CHANNEL, key: KEY, velocity: Velocity::from_data(100) };
    assert_eq!(Packet::from_words(words), Packet::Event(Event::in_group(ChannelGroup(5), note)));
    assert!(matches!(message(&[0x2093_3C00]), Some(Message::NoteOff { .. })));
    assert_eq!(message(&[0x10FF_0000]), Some(Message::SystemReset));
    assert_eq!(message(&[0x20F0_0000]), None);
}

#[test]
fn messages_of_midi_2_keep_their_resolution() {
    let value = ControlValue(0x1234_5678);
    let velocity = Velocity::from_u16(0x1234);
    for (words, expected) in [
        ([0x4083_3C00, 0x1234_0000], Message::NoteOff { channel: CHANNEL, key: KEY, velocity }),
        ([0x4093_3C00, 0x1234_0000], Message::NoteOn { channel: CHANNEL, key: KEY, velocity }),
        (
            [0x4093_3C03, 0x1234_7900],
            Message::PitchedNoteOn {
                channel: CHANNEL,
                key: KEY,
                velocity,
                pitch: NotePitch::from_attribute(0x7900),
            },
        ),
        (
            [0x40A3_3C00, 0x1234_5678],
            Message::PolyPressure { channel: CHANNEL, key: KEY, pressure: value },
        ),
        (
            [0x40B3_4A00, 0x1234_5678],
            Message::ControlChange {
                channel: CHANNEL,
                controller: Controller::from_data(74),
                value,
            },
        ),
        (
            [0x40D3_0000, 0x1234_5678],
            Message::ChannelPressure { channel: CHANNEL, pressure: value },
        ),
        ([0x40E3_0000, 0x1234_5678], Message::PitchBend { channel: CHANNEL, bend: value }),
        (
            [0x4063_3C00, 0x1234_5678],
            Message::PerNoteBend { channel: CHANNEL, key: KEY, bend: value },
        ),
        (
            [0x4003_3C03, 0x1234_5678],
            Message::PerNoteController {
                channel: CHANNEL,
                key: KEY,
                number: PerNoteNumber { registered: true, index: 3 },
                value,
            },
        ),
        (
            [0x4023_0006, 0x1234_5678],
            Message::Parameter {
                channel: CHANNEL,
                number: ParameterNumber { registered: true, bank: 0, index: 6 },
                value,
            },
        ),
        (
            [0x40F3_3C03, 0],
            Message::PerNoteManagement { channel: CHANNEL, key: KEY, detach: true, reset: true },
        ),
    ] {
        assert_eq!(message(&words), Some(expected));
    }
}

#[test]
fn a_note_of_velocity_0_is_a_note_in_midi_2() {
    assert!(matches!(message(&[0x4093_3C00, 0]), Some(Message::NoteOn { .. })));
}

#[test]
fn a_program_brings_its_bank_when_it_says_so() {
    let program = |bank| {
        Some(Message::ProgramChange { channel: CHANNEL, program: Program::from_data(5), bank })
    };
    let bank = BankSelect { msb: 121, lsb: 3 };
    assert_eq!(message(&[0x40C3_0001, 0x0500_7903]), program(Some(bank)));
    assert_eq!(message(&[0x40C3_0000, 0x0500_7903]), program(None));
}

#[test]
fn exclusive_messages_are_packets_of_six_bytes() {
    let packet =
        |bytes: &[u8], first, last| Some(Message::SysEx(SysExPacket::new(bytes, first, last)));
    assert_eq!(message(&[0x3004_7E7F, 0x0901_0000]), packet(&[0x7E, 0x7F, 9, 1], true, true));
    assert_eq!(message(&[0x3016_0102, 0x0304_0506]), packet(&[1, 2, 3, 4, 5, 6], true, false));
    assert_eq!(message(&[0x3026_0102, 0x0304_0506]), packet(&[1, 2, 3, 4, 5, 6], false, false));
    assert_eq!(message(&[0x3031_0100, 0]), packet(&[1], false, true));
    assert_eq!(message(&[0x3007_0102, 0]), None);
    assert_eq!(message(&[0x3040_0102, 0]), None);
}

#[test]
fn what_a_clip_file_needs_is_told() {
    let packet = |first, second| Packet::from_words([first, second, 0, 0]);
    assert_eq!(packet(0x0030_01E0, 0), Packet::TicksPerQuarter(480));
    assert_eq!(packet(0x004F_FFFF, 0), Packet::DeltaTicks(0xF_FFFF));
    assert_eq!(packet(0xF020_0000, 0), Packet::StartOfClip);
    assert_eq!(packet(0xF021_0000, 0), Packet::EndOfClip);
    assert_eq!(packet(0xD010_0000, 50_000_000), Packet::Tempo(50_000_000));
    let signature = Packet::TimeSignature { numerator: 6, denominator_power: 3, notated_32nds: 8 };
    assert_eq!(packet(0xD010_0001, 0x0603_0800), signature);
    let Packet::Text(text) = Packet::from_words([0xD010_0201, 0x4865_6C6C, 0x6F00_0000, 0]) else {
        panic!("no text");
    };
    assert_eq!((text.bank, text.kind, text.is_first, text.is_last), (2, 1, true, true));
    assert_eq!(&text.bytes[..6], b"Hello\0");
}

#[test]
fn any_words_are_read_without_a_panic() {
    let mut state = 1_u32;
    let mut reader = PacketReader::new();
    for _ in 0..200_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if let Some(Packet::Event(event)) = reader.push(state ^ state >> 7) {
            assert!(event.message.to_midi1().len() <= crate::midi::wire::WireBytes::CAPACITY);
        }
    }
}
