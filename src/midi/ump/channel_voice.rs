//! Channel messages of the MIDI 2.0 protocol, 64 bits each.

use crate::midi::{
    BankSelect, Channel, ControlValue, Controller, Key, Message, NotePitch, ParameterNumber,
    PerNoteNumber, Program, Velocity,
};

/// The attribute of a note that is its pitch.
const PITCH_ATTRIBUTE: u8 = 3;
/// Options of a program change: the bank counts.
const BANK_VALID: u8 = 1;
/// Options of per-note management.
const DETACH: u8 = 2;
const RESET: u8 = 1;

/// The message in these words; none for what is reserved.
pub(super) fn message(first: u32, second: u32) -> Option<Message> {
    let [_, status, one, two] = first.to_be_bytes();
    let channel = Channel::from_status(status);
    let key = Key::from_data(one);
    let value = ControlValue(second);
    let velocity = Velocity::from_u16((second >> 16) as u16);
    Some(match status >> 4 {
        0x0 | 0x1 => {
            let registered = status >> 4 == 0;
            let number = PerNoteNumber { registered, index: two };
            Message::PerNoteController { channel, key, number, value }
        }
        0x2 | 0x3 => {
            Message::Parameter { channel, number: parameter(status >> 4 == 2, one, two), value }
        }
        0x4 | 0x5 => {
            let (number, change) = (parameter(status >> 4 == 4, one, two), second as i32);
            Message::RelativeParameter { channel, number, change }
        }
        0x6 => Message::PerNoteBend { channel, key, bend: value },
        0x8 => Message::NoteOff { channel, key, velocity },
        0x9 if two == PITCH_ATTRIBUTE => {
            let pitch = NotePitch::from_attribute(second as u16);
            Message::PitchedNoteOn { channel, key, velocity, pitch }
        }
        0x9 => Message::NoteOn { channel, key, velocity },
        0xA => Message::PolyPressure { channel, key, pressure: value },
        0xB => Message::ControlChange { channel, controller: Controller::from_data(one), value },
        0xC => {
            let [program, _, msb, lsb] = second.to_be_bytes();
            let bank = BankSelect { msb: msb & 0x7F, lsb: lsb & 0x7F };
            let bank = (two & BANK_VALID != 0).then_some(bank);
            Message::ProgramChange { channel, program: Program::from_data(program), bank }
        }
        0xD => Message::ChannelPressure { channel, pressure: value },
        0xE => Message::PitchBend { channel, bend: value },
        0xF => {
            let (detach, reset) = (two & DETACH != 0, two & RESET != 0);
            Message::PerNoteManagement { channel, key, detach, reset }
        }
        _ => return None,
    })
}

const fn parameter(registered: bool, bank: u8, index: u8) -> ParameterNumber {
    ParameterNumber { registered, bank: bank & 0x7F, index: index & 0x7F }
}
