//! The programs that a song plays notes with.
//!
//! Not what they are in a bank: how bank numbers are read and what stands in for a missing program is the
//! engine's business. Followed here is what selects them: bank select, program change, the resets of
//! General MIDI, GS and XG, and the messages by which GS and XG make a part a rhythm part.

use std::collections::BTreeSet;

use crate::midi::TimedEvent;
use crate::midi::{BankSelect, Channel, ChannelGroup, Controller, Message, Program, SysExPacket};

/// A program on a channel, as notes are played with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Patch {
    /// The channel group.
    pub group: ChannelGroup,
    /// The channel.
    pub channel: Channel,
    /// The bank selects that held when the program was chosen.
    pub bank: BankSelect,
    /// The program.
    pub program: Program,
    /// Whether the channel is a rhythm part: channel 10, or one that a GS or XG message made one.
    pub is_percussion: bool,
}

/// The patches that notes of `events` are played with, each once, sorted.
pub(super) fn patches(events: &[TimedEvent]) -> Vec<Patch> {
    let mut groups: Vec<Group> = Vec::new();
    let mut used = BTreeSet::new();
    for timed in events {
        let event = timed.event;
        let index = usize::from(event.group.0);
        while groups.len() <= index {
            groups.push(Group::default());
        }
        let group = &mut groups[index];
        match event.message {
            Message::SysEx(packet) => group.sysex(&packet),
            Message::SystemReset => *group = Group::default(),
            Message::NoteOn { channel, .. } | Message::PitchedNoteOn { channel, .. } => {
                let part = group.parts[usize::from(channel.index())];
                used.insert(Patch {
                    group: event.group,
                    channel,
                    bank: part.bank,
                    program: part.program,
                    is_percussion: part.is_percussion,
                });
            }
            message => group.select(&message),
        }
    }
    used.into_iter().collect()
}

/// What is selected on the channels of a group.
struct Group {
    parts: [Part; Channel::COUNT],
    /// The begin of the exclusive message that is under way; the messages of interest are shorter.
    sysex: Vec<u8>,
}

#[derive(Clone, Copy, Default)]
struct Part {
    /// The bank selects received.
    next_bank: BankSelect,
    /// Those that the last program change took.
    bank: BankSelect,
    program: Program,
    is_percussion: bool,
}

impl Default for Group {
    fn default() -> Self {
        let mut parts = [Part::default(); Channel::COUNT];
        parts[usize::from(Channel::PERCUSSION.index())].is_percussion = true;
        Self { parts, sysex: Vec::new() }
    }
}

impl Group {
    fn select(&mut self, message: &Message) {
        match *message {
            Message::ControlChange { channel, controller, value } => {
                let bank = &mut self.part(channel).next_bank;
                match controller {
                    Controller::BANK_SELECT => bank.msb = value.to_u7(),
                    Controller::BANK_SELECT_FINE => bank.lsb = value.to_u7(),
                    _ => {}
                }
            }
            Message::ProgramChange { channel, program, bank } => {
                let part = self.part(channel);
                part.next_bank = bank.unwrap_or(part.next_bank);
                part.bank = part.next_bank;
                part.program = program;
            }
            _ => {}
        }
    }

    fn part(&mut self, channel: Channel) -> &mut Part {
        &mut self.parts[usize::from(channel.index())]
    }

    fn sysex(&mut self, packet: &SysExPacket) {
        const LONGEST: usize = 16;
        if packet.is_first() {
            self.sysex.clear();
        }
        let room = LONGEST.saturating_sub(self.sysex.len());
        self.sysex.extend(packet.bytes().iter().take(room));
        if packet.is_last() {
            let message = std::mem::take(&mut self.sysex);
            self.whole_sysex(&message);
        }
    }

    fn whole_sysex(&mut self, message: &[u8]) {
        match *message {
            // General MIDI 1 on, off and 2 on.
            [0x7E, _, 0x09, 1..=3]
            // GS reset, and the mode of a SC-88.
            | [0x41, _, 0x42, 0x12, 0x40 | 0x00, 0x00, 0x7F, ..]
            // XG on, and XG reset of all parameters.
            | [0x43, 0x10..=0x1F, 0x4C, 0x00, 0x00, 0x7E | 0x7F, ..] => *self = Self::default(),
            // GS: use for rhythm part (0 off, 1 and 2 the maps).
            [0x41, _, 0x42, 0x12, 0x40, block @ 0x10..=0x1F, 0x15, map, ..] => {
                self.part(gs_channel(block)).is_percussion = map != 0;
            }
            // XG: part mode (0 normal, others drums).
            [0x43, 0x10..=0x1F, 0x4C, 0x08, part @ 0..=15, 0x07, mode, ..] => {
                self.part(Channel::from_status(part)).is_percussion = mode != 0;
            }
            _ => {}
        }
    }
}

/// The channel of a GS part block: the first one is part 10.
fn gs_channel(block: u8) -> Channel {
    Channel::from_status(match block & 0x0F {
        0 => 9,
        part @ 1..=9 => part - 1,
        part => part,
    })
}
