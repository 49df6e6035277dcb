//! Messages as the bytes of the MIDI 1.0 protocol, and back.
//!
//! Not a stream: running status and messages that arrive in parts belong to [`super::stream`].
//!
//! Source: MIDI 1.0 Detailed Specification; M2-104-UM (translation of MIDI 2.0 messages to MIDI 1.0).

use std::ops::Deref;

use super::{Channel, ControlValue, Controller, Key, Message, Program, SysExPacket, Velocity};

/// The bytes of one message, without running status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WireBytes {
    bytes: [u8; Self::CAPACITY],
    len: u8,
}

impl WireBytes {
    /// The longest that a message can become: a parameter, which takes four controllers.
    pub const CAPACITY: usize = 12;

    fn push(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            if let Some(slot) = self.bytes.get_mut(usize::from(self.len)) {
                *slot = *byte;
                self.len += 1;
            }
        }
        self
    }
}

impl Deref for WireBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl Message {
    /// The channel message with this status and data; `None` for a status that is not 80 to EF.
    ///
    /// Only the low seven bits of the data count; the second is ignored where a message has only one.
    pub fn from_midi1(status: u8, first: u8, second: u8) -> Option<Self> {
        matches!(status, 0x80..=0xEF).then(|| channel_message(status, first, second))
    }

    /// The bytes of this message in the MIDI 1.0 protocol, values cut to its resolution.
    ///
    /// What concerns a single note, or moves a parameter from where it is, and has no other form gives no bytes. A note-on
    /// that becomes velocity 0 is sent with 1, because 0 would end the note. A packet of a system exclusive message gives
    /// its share of the message's bytes. Any thread, no allocation.
    pub fn to_midi1(&self) -> WireBytes {
        let wire = WireBytes::default();
        let status = |kind: u8, channel: Channel| kind | channel.index();
        match *self {
            Self::NoteOff { channel, key, velocity } => {
                wire.push(&[status(0x80, channel), key.get(), velocity.to_u7()])
            }
            Self::NoteOn { channel, key, velocity }
            | Self::PitchedNoteOn { channel, key, velocity, .. } => {
                wire.push(&[status(0x90, channel), key.get(), velocity.to_u7().max(1)])
            }
            Self::PolyPressure { channel, key, pressure } => {
                wire.push(&[status(0xA0, channel), key.get(), pressure.to_u7()])
            }
            Self::ControlChange { channel, controller, value } => {
                wire.push(&[status(0xB0, channel), controller.get(), value.to_u7()])
            }
            Self::ProgramChange { channel, program, bank } => {
                let select = status(0xB0, channel);
                let wire = match bank {
                    Some(bank) => wire
                        .push(&[select, Controller::BANK_SELECT.get(), bank.msb & 0x7F])
                        .push(&[select, Controller::BANK_SELECT_FINE.get(), bank.lsb & 0x7F]),
                    None => wire,
                };
                wire.push(&[status(0xC0, channel), program.get()])
            }
            Self::ChannelPressure { channel, pressure } => {
                wire.push(&[status(0xD0, channel), pressure.to_u7()])
            }
            Self::PitchBend { channel, bend } => {
                let bend = bend.to_u14();
                wire.push(&[status(0xE0, channel), (bend & 0x7F) as u8, (bend >> 7) as u8])
            }
            Self::Parameter { channel, .. } => {
                let select = status(0xB0, channel);
                self.parameter_controllers()
                    .into_iter()
                    .flatten()
                    .fold(wire, |wire, (number, value)| {
                        wire.push(&[select, number.get(), value.to_u7()])
                    })
            }
            // MIDI 1.0 has nothing that moves one note, and its increment has no size.
            Self::PerNoteBend { .. }
            | Self::PerNoteController { .. }
            | Self::PerNoteManagement { .. }
            | Self::RelativeParameter { .. } => wire,
            Self::SysEx(packet) => sysex_bytes(wire, &packet),
            Self::SystemReset => wire.push(&[0xFF]),
        }
    }
}

impl Message {
    /// The controllers of MIDI 1.0 that set a [`Message::Parameter`]; none for other messages.
    ///
    /// SPEC: M2-104-UM §D.2.3: the number, coarse and fine, then the upper fourteen bits of the value, coarse and fine.
    pub(crate) fn parameter_controllers(&self) -> Option<[(Controller, ControlValue); 4]> {
        let Self::Parameter { number, value, .. } = *self else { return None };
        let [coarse, fine] = if number.registered { [101, 100] } else { [99, 98] };
        let value = value.to_u14();
        let data = [(coarse, number.bank), (fine, number.index), (6, (value >> 7) as u8)];
        let [coarse, fine, data] = data
            .map(|(number, value)| (Controller::from_data(number), ControlValue::from_u7(value)));
        let low = ControlValue::from_u7((value & 0x7F) as u8);
        Some([coarse, fine, data, (Controller::from_data(38), low)])
    }
}

fn sysex_bytes(mut wire: WireBytes, packet: &SysExPacket) -> WireBytes {
    if packet.is_first() {
        wire = wire.push(&[0xF0]);
    }
    for byte in packet.bytes() {
        wire = wire.push(&[byte & 0x7F]);
    }
    if packet.is_last() { wire.push(&[0xF7]) } else { wire }
}

/// How many data bytes follow the channel status `status`.
pub(super) const fn data_len(status: u8) -> usize {
    if matches!(status, 0xC0..=0xDF) { 1 } else { 2 }
}

/// The message with the channel status `status`, which is 80 to EF.
pub(super) fn channel_message(status: u8, first: u8, second: u8) -> Message {
    let channel = Channel::from_status(status);
    let key = Key::from_data(first);
    match status & 0xF0 {
        0x80 => Message::NoteOff { channel, key, velocity: Velocity::from_data(second) },
        // MIDI 1.0 lets a note-on of velocity 0 end a note, so that running status can hold; what it
        // says nothing of is the velocity of that note-off, for which 64 is the default.
        0x90 if second & 0x7F == 0 => {
            Message::NoteOff { channel, key, velocity: Velocity::from_data(64) }
        }
        0x90 => Message::NoteOn { channel, key, velocity: Velocity::from_data(second) },
        0xA0 => Message::PolyPressure { channel, key, pressure: ControlValue::from_u7(second) },
        0xB0 => Message::ControlChange {
            channel,
            controller: Controller::from_data(first),
            value: ControlValue::from_u7(second),
        },
        0xC0 => Message::ProgramChange { channel, program: Program::from_data(first), bank: None },
        0xD0 => Message::ChannelPressure { channel, pressure: ControlValue::from_u7(first) },
        _ => {
            let bend = u16::from(first & 0x7F) | u16::from(second & 0x7F) << 7;
            Message::PitchBend { channel, bend: ControlValue::from_u14(bend) }
        }
    }
}

#[cfg(test)]
mod tests;
