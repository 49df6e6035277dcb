use super::*;

fn send(payload: &[u8]) -> Option<Command> {
    let mut assembler = Assembler::new();
    SysExPacket::split(payload).fold(None, |found, packet| assembler.push(&packet).or(found))
}

#[test]
fn resets_are_understood() {
    assert_eq!(send(&[0x7E, 0x7F, 9, 1]), Some(Command::Reset(BankStyle::GeneralMidi)));
    assert_eq!(send(&[0x7E, 0x7F, 9, 3]), Some(Command::Reset(BankStyle::GeneralMidi2)));
    let gs = [0x41, 0x10, 0x42, 0x12, 0x40, 0, 0x7F, 0, 0x41];
    assert_eq!(send(&gs), Some(Command::Reset(BankStyle::Gs)));
}

#[test]
fn xg_and_rhythm_parts_are_understood() {
    assert_eq!(send(&[0x43, 0x10, 0x4C, 0, 0, 0x7E, 0]), Some(Command::Reset(BankStyle::Xg)));
    for (block, index, sum) in [(0x10, 9, 0x1A), (0x11, 0, 0x19), (0x1A, 10, 0x10)] {
        let expected = Channel::new(index).map(|channel| Command::Rhythm(channel, true));
        assert_eq!(send(&[0x41, 0x10, 0x42, 0x12, 0x40, block, 0x15, 1, sum]), expected.ok());
    }
}

#[test]
fn a_wrong_checksum_is_ignored() {
    assert_eq!(send(&[0x41, 0x10, 0x42, 0x12, 0x40, 0, 0x7F, 0, 0x40]), None);
}

#[test]
fn master_volume_is_fourteen_bits() {
    assert_eq!(send(&[0x7F, 0x7F, 4, 1, 0x7F, 0x7F]), Some(Command::MasterVolume(16_383)));
    assert_eq!(send(&[0x7F, 0x7F, 4, 1, 1, 2]), Some(Command::MasterVolume(257)));
}

#[test]
fn long_and_broken_messages_are_passed_over() {
    assert_eq!(send(&[0; 500]), None);
    let mut assembler = Assembler::new();
    assert_eq!(assembler.push(&SysExPacket::new(&[9, 1], false, true)), None);
}
