//! System exclusive messages: put together from packets, and understood.
//!
//! Only what changes the synthesizer as a whole; the many parameters of parts and drums are not read here.

use super::channel::BankStyle;
use crate::midi::SysExPacket;

/// The longest message that is understood, without F0 and F7.
const CAPACITY: usize = 64;
/// Universal messages.
const NON_REAL_TIME: u8 = 0x7E;
const REAL_TIME: u8 = 0x7F;
/// Roland's number, the model GS and the command that sets data.
const ROLAND: u8 = 0x41;
const GS: u8 = 0x42;
const DATA_SET: u8 = 0x12;

/// What a message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    /// Back to the power-on state, with bank numbers read this way.
    Reset(BankStyle),
    /// The volume of everything, 14 bits.
    MasterVolume(u16),
}

/// A message on its way in.
#[derive(Debug, Clone)]
pub(super) struct Assembler {
    bytes: [u8; CAPACITY],
    /// Bytes so far; `None` while no message is open, or one that is too long.
    len: Option<usize>,
}

impl Assembler {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; CAPACITY], len: None }
    }

    /// Takes a packet; with the last one of a message, what it asks for.
    pub(super) fn push(&mut self, packet: &SysExPacket) -> Option<Command> {
        if packet.is_first() {
            self.len = Some(0);
        }
        let start = self.len?;
        let end = start + packet.bytes().len();
        let Some(room) = self.bytes.get_mut(start..end) else {
            self.len = None;
            return None;
        };
        room.copy_from_slice(packet.bytes());
        self.len = Some(end);
        if !packet.is_last() {
            return None;
        }
        self.len = None;
        command(&self.bytes[..end])
    }
}

fn command(payload: &[u8]) -> Option<Command> {
    match *payload {
        // SPEC: General MIDI Level 1 and 2 developer guidelines, "GM system on" and "off".
        [NON_REAL_TIME, _, 9, 1] => Some(Command::Reset(BankStyle::GeneralMidi)),
        [NON_REAL_TIME, _, 9, 2 | 3] => Some(Command::Reset(BankStyle::Gs)),
        // SPEC: MIDI 1.0 device control, master volume.
        [REAL_TIME, _, 4, 1, low, high] => {
            Some(Command::MasterVolume(u16::from(high & 0x7F) << 7 | u16::from(low & 0x7F)))
        }
        // SPEC: GS reset, and the mode set of later models, which resets as well.
        [ROLAND, _, GS, DATA_SET, 0x40, 0, 0x7F, 0, sum] if sum == checksum(&payload[4..8]) => {
            Some(Command::Reset(BankStyle::Gs))
        }
        [ROLAND, _, GS, DATA_SET, 0, 0, 0x7F, _, sum] if sum == checksum(&payload[4..8]) => {
            Some(Command::Reset(BankStyle::Gs))
        }
        _ => None,
    }
}

/// Roland's checksum of address and data.
fn checksum(bytes: &[u8]) -> u8 {
    let sum = bytes.iter().fold(0u8, |sum, &byte| sum.wrapping_add(byte) & 0x7F);
    (128 - sum) & 0x7F
}

#[cfg(test)]
mod tests;
