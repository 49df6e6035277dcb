//! Finds the events that a receiver needs to be where playing would have brought it.
//!
//! What is kept is a subsequence of what was played. A message is left out only if it concerns notes alone
//! or if a later one of its kind overwrites all that it did; so the order between different messages, on
//! which banks, parameters and resets depend, is that of the song. Everything whose effect depends on what
//! came before it (the selection of parameters and their data, reset all controllers, system exclusive) is
//! kept whole: exact rather than short.

use crate::midi::TimedEvent;
use crate::midi::{Channel, ChannelGroup, Controller, Event, Message};

/// The resets and the events of `played` that still matter, in their order.
pub(super) fn chase(played: &[TimedEvent], groups: usize) -> Vec<Event> {
    let mut later = Later::new(groups);
    let mut kept: Vec<Event> =
        played.iter().rev().map(|timed| timed.event).filter(|event| later.needs(event)).collect();
    let resets = (0..groups).rev().filter_map(|group| u8::try_from(group).ok());
    kept.extend(resets.map(|group| Event::in_group(ChannelGroup(group), Message::SystemReset)));
    kept.reverse();
    kept
}

/// What is known of the messages after the one that is looked at, going backwards.
struct Later {
    channels: Vec<LaterOnChannel>,
}

/// The same for one channel.
#[derive(Clone, Copy, Default)]
struct LaterOnChannel {
    /// A bit per controller that is set again.
    controllers: u128,
    /// A bit per key whose pressure is set again.
    poly_pressure: u128,
    channel_pressure: bool,
    bend: bool,
    program: bool,
    /// The bank selects that the kept program change took and that were not met yet.
    bank_wanted: [bool; 2],
    /// A note begins.
    note: bool,
}

/// Controllers that act on notes and leave nothing behind: all sound off, all notes off.
const NOTES_ONLY: [u8; 2] = [120, 123];
/// Controllers that act on the next note and are gone then: portamento control, high resolution velocity.
const NEXT_NOTE: [u8; 2] = [84, 88];
/// Data entry and its step up and down, and what they are for; reset all controllers.
const IN_ORDER: [u8; 9] = [6, 38, 96, 97, 98, 99, 100, 101, 121];

impl Later {
    fn new(groups: usize) -> Self {
        Self { channels: vec![LaterOnChannel::default(); groups * Channel::COUNT] }
    }

    /// Whether a receiver needs `event`, which comes before everything that was asked about so far.
    fn needs(&mut self, event: &Event) -> bool {
        let Some(channel) = event.message.channel() else {
            return true;
        };
        let index = usize::from(event.group.0) * Channel::COUNT + usize::from(channel.index());
        let Some(later) = self.channels.get_mut(index) else {
            return true;
        };
        match event.message {
            Message::NoteOn { .. } | Message::PitchedNoteOn { .. } => {
                later.note = true;
                false
            }
            Message::NoteOff { .. } => false,
            Message::PolyPressure { key, .. } => set_bit(&mut later.poly_pressure, key.get()),
            Message::ChannelPressure { .. } => {
                !std::mem::replace(&mut later.channel_pressure, true)
            }
            Message::PitchBend { .. } => !std::mem::replace(&mut later.bend, true),
            Message::ProgramChange { bank, .. } => later.needs_program(bank.is_some()),
            Message::ControlChange { controller, .. } => later.needs_controller(controller),
            _ => true,
        }
    }
}

impl LaterOnChannel {
    fn needs_program(&mut self, names_bank: bool) -> bool {
        if self.program {
            return false;
        }
        self.program = true;
        self.bank_wanted = [!names_bank; 2];
        true
    }

    fn needs_controller(&mut self, controller: Controller) -> bool {
        let number = controller.get();
        if IN_ORDER.contains(&number) {
            return true;
        }
        if NOTES_ONLY.contains(&number) || (NEXT_NOTE.contains(&number) && self.note) {
            return false;
        }
        let is_last = set_bit(&mut self.controllers, number);
        let wanted = match controller {
            Controller::BANK_SELECT => std::mem::take(&mut self.bank_wanted[0]),
            Controller::BANK_SELECT_FINE => std::mem::take(&mut self.bank_wanted[1]),
            _ => false,
        };
        is_last || wanted
    }
}

/// Sets a bit and says whether it was clear.
fn set_bit(bits: &mut u128, index: u8) -> bool {
    let bit = 1_u128 << (index & 0x7F);
    let was_clear = *bits & bit == 0;
    *bits |= bit;
    was_clear
}
