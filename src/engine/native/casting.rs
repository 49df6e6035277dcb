//! Which presets the notes of a song are played with, found without playing any.
//!
//! Not a second opinion: events act on the synthesizer's own channels, and presets are chosen by the rule by
//! which it chooses.
//!
//! Thread: any but the audio thread.

use std::collections::BTreeMap;

use super::channel::{BankStyle, ChannelState};
use super::library::choose;
use super::sysex::{Assembler, Command};
use crate::midi::{Channel, ChannelGroup, Controller, Event, Message};

/// A preset's numbers in a SoundFont.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct PresetNumber {
    /// Bank number; 128 for drum kits.
    pub bank: u16,
    /// Program number.
    pub program: u8,
}

/// A preset that notes of a channel ask for, and the one that plays them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Casting {
    /// The channel group.
    pub group: ChannelGroup,
    /// The channel.
    pub channel: Channel,
    /// The preset asked for.
    pub asked: PresetNumber,
    /// The preset that plays; `None` when nothing does.
    pub plays: Option<PresetNumber>,
    /// How many notes ask for it.
    pub notes: u64,
}

/// What plays each note of `events` on a synthesizer with so many channel groups and the presets that it `has`;
/// sorted by channel and preset, each once.
///
/// A preset that plays may have no region at a note's key and velocity all the same.
pub fn casting<'a>(
    events: impl IntoIterator<Item = &'a Event>,
    channel_groups: u16,
    has: impl Fn(PresetNumber) -> bool,
) -> Vec<Casting> {
    let mut stage = Stage::new(usize::from(channel_groups));
    for event in events {
        stage.follow(event);
    }
    let present = |(bank, program)| {
        let number = PresetNumber { bank, program };
        has(number).then_some(number)
    };
    let cast = |((index, asked), notes): ((usize, PresetNumber), u64)| Casting {
        group: ChannelGroup((index / Channel::COUNT) as u8),
        channel: Channel::from_status((index % Channel::COUNT) as u8),
        asked,
        plays: choose(asked.bank, asked.program, present).map(|(number, _)| number),
        notes,
    };
    stage.notes.into_iter().map(cast).collect()
}

/// The channels of a synthesizer that has nothing to play on.
struct Stage {
    channels: Vec<ChannelState>,
    assembler: Assembler,
    style: BankStyle,
    /// Notes by channel over all groups and the preset that they ask for.
    notes: BTreeMap<(usize, PresetNumber), u64>,
}

impl Stage {
    fn new(channel_groups: usize) -> Self {
        Self {
            channels: ChannelState::power_on(channel_groups * Channel::COUNT).collect(),
            assembler: Assembler::new(),
            style: BankStyle::default(),
            notes: BTreeMap::new(),
        }
    }

    fn follow(&mut self, event: &Event) {
        let index = |channel: Channel| {
            usize::from(event.group.0) * Channel::COUNT + usize::from(channel.index())
        };
        match event.message {
            Message::NoteOn { channel, .. } => {
                let Some(state) = self.channels.get(index(channel)) else { return };
                let asked =
                    PresetNumber { bank: state.sound_font_bank(), program: state.program() };
                *self.notes.entry((index(channel), asked)).or_default() += 1;
            }
            Message::ControlChange { channel, controller, value }
                if controller == Controller::BANK_SELECT =>
            {
                if let Some(state) = self.channels.get_mut(index(channel)) {
                    state.set_controller(controller.get(), value);
                }
            }
            Message::ProgramChange { channel, program, bank } => {
                if let Some(state) = self.channels.get_mut(index(channel)) {
                    state.set_program(program.get(), bank.map(|bank| bank.msb), self.style);
                }
            }
            Message::SysEx(packet) => {
                if let Some(Command::Reset(style)) = self.assembler.push(&packet) {
                    self.reset(style);
                }
            }
            Message::SystemReset => self.reset(BankStyle::default()),
            _ => {}
        }
    }

    fn reset(&mut self, style: BankStyle) {
        self.channels = ChannelState::power_on(self.channels.len()).collect();
        self.style = style;
    }
}
