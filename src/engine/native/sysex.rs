//! System exclusive messages: put together from packets, and understood.
//!
//! Only what changes the synthesizer as a whole; the many parameters of parts and drums are not read here.

use super::selection::BankStyle;
use crate::midi::{Channel, SysExPacket};

/// The longest message that is understood, without F0 and F7.
const CAPACITY: usize = 64;
/// Universal messages.
const NON_REAL_TIME: u8 = 0x7E;
const REAL_TIME: u8 = 0x7F;
/// Roland's number, the model GS and the command that sets data.
const ROLAND: u8 = 0x41;
const GS: u8 = 0x42;
const DATA_SET: u8 = 0x12;
/// Yamaha's number and the model XG.
const YAMAHA: u8 = 0x43;
const XG: u8 = 0x4C;

/// What a message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    /// Back to the power-on state, with bank numbers read this way.
    Reset(BankStyle),
    /// Whether a channel plays drums.
    Rhythm(Channel, bool),
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
        [NON_REAL_TIME, _, 9, 2] => Some(Command::Reset(BankStyle::Gs)),
        [NON_REAL_TIME, _, 9, 3] => Some(Command::Reset(BankStyle::GeneralMidi2)),
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
        // SPEC: GS, use for rhythm part; the block of channel 10 comes first.
        [ROLAND, _, GS, DATA_SET, 0x40, block @ 0x10..=0x1F, 0x15, map, sum]
            if sum == checksum(&payload[4..8]) =>
        {
            let channel = Channel::from_status(match block & 0x0F {
                0 => 9,
                part @ 1..=9 => part - 1,
                part => part,
            });
            Some(Command::Rhythm(channel, map != 0))
        }
        // SPEC: XG system on, and reset of all parameters.
        [YAMAHA, 0x10..=0x1F, XG, 0, 0, 0x7E | 0x7F, 0] => Some(Command::Reset(BankStyle::Xg)),
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
