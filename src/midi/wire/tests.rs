use super::*;
use crate::midi::BankSelect;

#[test]
fn every_channel_message_survives_there_and_back() {
    for status in 0x80..=0xEF {
        for (first, second) in [(0, 1), (60, 100), (127, 127), (64, 64)] {
            let message = Message::from_midi1(status, first, second).unwrap();
            let len = 1 + data_len(status);
            assert_eq!(*message.to_midi1(), [status, first, second][..len]);
        }
    }
}

#[test]
fn only_channel_statuses_make_channel_messages() {
    assert_eq!(Message::from_midi1(0x7F, 0, 0), None);
    assert_eq!(Message::from_midi1(0xF0, 0, 0), None);
}

#[test]
fn a_note_on_with_velocity_zero_is_a_note_off_with_the_default_velocity() {
    let message = Message::from_midi1(0x93, 60, 0).unwrap();
    assert_eq!(*message.to_midi1(), [0x83, 60, 64]);
}

#[test]
fn a_note_on_too_soft_for_seven_bits_still_sounds() {
    let (channel, key) = (Channel::default(), Key::from_data(60));
    let message = Message::NoteOn { channel, key, velocity: Velocity::from_u16(1) };
    assert_eq!(*message.to_midi1(), [0x90, 60, 1]);
}

#[test]
fn a_program_change_with_a_bank_is_three_messages() {
    let message = Message::ProgramChange {
        channel: Channel::from_status(2),
        program: Program::from_data(5),
        bank: Some(BankSelect { msb: 121, lsb: 3 }),
    };
    assert_eq!(*message.to_midi1(), [0xB2, 0, 121, 0xB2, 32, 3, 0xC2, 5]);
}

#[test]
fn the_packets_of_an_exclusive_message_join_to_its_bytes() {
    let payload: Vec<u8> = (0..20).collect();
    let mut bytes = Vec::new();
    for packet in SysExPacket::split(&payload) {
        bytes.extend_from_slice(&Message::SysEx(packet).to_midi1());
    }
    assert_eq!(bytes, [&[0xF0], &payload[..], &[0xF7]].concat());
    let longest = SysExPacket::new(&[1, 2, 3, 4, 5, 6], true, true);
    assert_eq!(Message::SysEx(longest).to_midi1().len(), 8);
}

#[test]
fn a_status_inside_an_exclusive_packet_never_reaches_the_wire() {
    let packet = SysExPacket::new(&[0x90, 1], false, false);
    assert_eq!(*Message::SysEx(packet).to_midi1(), [0x10, 1]);
}

#[test]
fn system_reset_is_one_byte() {
    assert_eq!(*Message::SystemReset.to_midi1(), [0xFF]);
}
