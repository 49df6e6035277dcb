//! Which presets the notes of a song are played with, found without playing any.
//!
//! Not a second opinion: events act on the synthesizer's own channels, and presets are chosen by the rule by
//! which it chooses.
//!
//! Thread: any but the audio thread.

use std::collections::BTreeMap;

use super::channel::ChannelState;
use super::selection::{BankStyle, Request, first_choice, select};
use super::sysex::{self, Assembler, Command, MasterSetting, PartSetting};
use super::zone::CONFIGURATION;
use crate::bank::{KeySet, PatchNumber};
use crate::midi::{Channel, ChannelGroup, ControlValue, Event, Message, SysExPacket};

/// A preset that notes of a channel ask for, and the one that plays them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Casting {
    /// The channel group.
    pub group: ChannelGroup,
    /// The channel.
    pub channel: Channel,
    /// The preset asked for.
    pub asked: PatchNumber,
    /// The preset that plays; `None` when nothing does.
    pub plays: Option<PatchNumber>,
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
    has: impl Fn(PatchNumber) -> bool,
) -> Vec<Casting> {
    let stage = Stage::after(events, channel_groups);
    let present = |bank, program| {
        let number = PatchNumber { bank, program };
        has(number).then_some(number)
    };
    let cast = |((index, request), NotesOf { notes, .. })| Casting {
        group: ChannelGroup((index / Channel::COUNT) as u8),
        channel: Channel::from_status((index % Channel::COUNT) as u8),
        asked: first_choice(request),
        plays: select(request, present).map(|choice| choice.preset),
        notes,
    };
    stage.notes.into_iter().map(cast).collect()
}

/// The presets that play the notes of `events`, and the keys that they play, on a synthesizer as for [`casting`].
///
/// `None` where parts listen to other channels than their own or channels form zones: which programs they play is followed
/// only when they are played.
pub fn cast<'a>(
    events: impl IntoIterator<Item = &'a Event>,
    channel_groups: u16,
    has: impl Fn(PatchNumber) -> bool,
) -> Option<BTreeMap<PatchNumber, KeySet>> {
    let stage = Stage::after(events, channel_groups);
    let present = |bank, program| {
        let number = PatchNumber { bank, program };
        has(number).then_some(number)
    };
    if stage.is_rerouted {
        return None;
    }
    let mut cast = BTreeMap::<_, KeySet>::new();
    for ((_, request), NotesOf { keys, .. }) in stage.notes {
        if let Some(choice) = select(request, present) {
            let all = cast.entry(choice.preset).or_default();
            *all = all.union(if stage.is_transposed { KeySet::ALL } else { keys });
        }
    }
    Some(cast)
}

/// The channels of a synthesizer that has nothing to play on.
struct Stage {
    channels: Vec<ChannelState>,
    /// Away only while a message is followed.
    assembler: Option<Assembler>,
    style: BankStyle,
    /// Whether messages reach other channels than those that they name.
    is_rerouted: bool,
    /// Whether other keys may sound than those that are struck.
    is_transposed: bool,
    /// Notes by channel over all groups and what they ask for.
    notes: BTreeMap<(usize, Request), NotesOf>,
}

/// Notes that ask for the same.
#[derive(Debug, Clone, Copy, Default)]
struct NotesOf {
    notes: u64,
    keys: KeySet,
}

impl Stage {
    fn new(channel_groups: usize) -> Self {
        let style = BankStyle::default();
        Self {
            channels: ChannelState::power_on(channel_groups * Channel::COUNT, style).collect(),
            assembler: Some(Assembler::new()),
            style,
            is_rerouted: false,
            is_transposed: false,
            notes: BTreeMap::new(),
        }
    }

    /// As it is after these events.
    fn after<'a>(events: impl IntoIterator<Item = &'a Event>, channel_groups: u16) -> Self {
        let mut stage = Self::new(usize::from(channel_groups));
        events.into_iter().for_each(|event| stage.follow(event));
        stage
    }

    fn follow(&mut self, event: &Event) {
        let index = |channel: Channel| {
            usize::from(event.group.0) * Channel::COUNT + usize::from(channel.index())
        };
        match event.message {
            Message::NoteOn { channel, key, .. } | Message::PitchedNoteOn { channel, key, .. } => {
                let Some(state) = self.channels.get(index(channel)) else { return };
                let of = self.notes.entry((index(channel), state.request())).or_default();
                of.notes += 1;
                of.keys.insert(key.get());
            }
            Message::ControlChange { channel, controller, value } => {
                if let Some(state) = self.channels.get_mut(index(channel)) {
                    state.set_controller(controller.get(), value);
                    self.is_rerouted |= state.registered_numbers() == Some(CONFIGURATION);
                }
            }
            Message::Parameter { .. } => self.is_rerouted = true,
            Message::ProgramChange { channel, program, bank } => {
                if let Some(state) = self.channels.get_mut(index(channel)) {
                    state.set_program(program.get(), bank, self.style);
                }
            }
            Message::SysEx(packet) => self.follow_exclusive(event.group, &packet),
            Message::SystemReset => self.reset(BankStyle::default()),
            _ => {}
        }
    }

    /// Follows what an exclusive message says of drums and programs.
    fn follow_exclusive(&mut self, group: ChannelGroup, packet: &SysExPacket) {
        let Some(mut assembler) = self.assembler.take() else { return };
        if let Some(payload) = assembler.push(packet) {
            sysex::read(payload, &mut |command| match command {
                Command::Reset(reset) => self.reset(reset.bank_style().unwrap_or_default()),
                Command::Master(MasterSetting::KeyShift, _) => self.is_transposed = true,
                Command::Part { part, sets, value } => {
                    let index = usize::from(group.0) * Channel::COUNT + usize::from(part);
                    self.set_part(index, sets, value);
                }
                _ => {}
            });
        }
        self.assembler = Some(assembler);
    }

    fn set_part(&mut self, index: usize, sets: PartSetting, value: u16) {
        let Some(state) = self.channels.get_mut(index) else { return };
        let seven = (value & 0x7F) as u8;
        match sets {
            PartSetting::Rhythm | PartSetting::PartMode => state.set_percussion(value != 0),
            PartSetting::Controller(controller) => {
                state.set_controller(controller, ControlValue::from_u7(seven));
            }
            PartSetting::Tone => {
                state.set_controller(0, ControlValue::from_u7((value >> 7) as u8));
                state.set_program(seven, None, self.style);
            }
            PartSetting::Program => state.set_program(seven, None, self.style),
            PartSetting::ReceiveChannel => self.is_rerouted = true,
            PartSetting::KeyShift => self.is_transposed = true,
            _ => {}
        }
    }

    fn reset(&mut self, style: BankStyle) {
        self.channels = ChannelState::power_on(self.channels.len(), style).collect();
        self.style = style;
    }
}
