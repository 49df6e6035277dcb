//! One MIDI message as a value that can be copied through a lock-free ring.

use crate::time::SampleTime;

use super::{
    Channel, ChannelGroup, ControlValue, Controller, Key, NotePitch, ParameterNumber,
    PerNoteNumber, Program, Velocity,
};

/// A message and the channel group it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// The group of 16 channels; files with one port use group 0.
    pub group: ChannelGroup,
    /// What is to be done.
    pub message: Message,
    /// Whether the notes that it begins are heard. One that is not takes its voices, cuts its exclusive class and
    /// follows its controllers like any other: leaving a part out changes nothing in the rest.
    pub is_audible: bool,
}

impl Event {
    /// The message for the first channel group.
    pub const fn new(message: Message) -> Self {
        Self::in_group(ChannelGroup(0), message)
    }

    /// The message for a channel group.
    pub const fn in_group(group: ChannelGroup, message: Message) -> Self {
        Self { group, message, is_audible: true }
    }
}

/// An event and the frame at which it acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedEvent {
    /// The frame.
    pub time: SampleTime,
    /// What is to be done.
    pub event: Event,
}

/// A MIDI message in MIDI 2.0 resolution.
///
/// A MIDI 1.0 note-on with velocity 0 is a [`Message::NoteOff`] by the time it is one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// A key was let go.
    NoteOff {
        /// The channel.
        channel: Channel,
        /// The key.
        key: Key,
        /// How fast it was let go.
        velocity: Velocity,
    },
    /// A key was struck.
    NoteOn {
        /// The channel.
        channel: Channel,
        /// The key.
        key: Key,
        /// How hard it was struck.
        velocity: Velocity,
    },
    /// A held key is pressed harder or softer.
    PolyPressure {
        /// The channel.
        channel: Channel,
        /// The key.
        key: Key,
        /// The pressure.
        pressure: ControlValue,
    },
    /// A controller moved.
    ControlChange {
        /// The channel.
        channel: Channel,
        /// The controller.
        controller: Controller,
        /// Where it is now.
        value: ControlValue,
    },
    /// Another program is wanted.
    ProgramChange {
        /// The channel.
        channel: Channel,
        /// The program.
        program: Program,
        /// The bank, when the message carries one (MIDI 2.0). Otherwise the last bank select holds.
        bank: Option<BankSelect>,
    },
    /// All held keys are pressed harder or softer.
    ChannelPressure {
        /// The channel.
        channel: Channel,
        /// The pressure.
        pressure: ControlValue,
    },
    /// The pitch wheel moved; [`ControlValue::CENTRE`] is no bend.
    PitchBend {
        /// The channel.
        channel: Channel,
        /// Where it is now.
        bend: ControlValue,
    },
    /// A key was struck whose note has a pitch of its own (MIDI 2.0).
    PitchedNoteOn {
        /// The channel.
        channel: Channel,
        /// The key, by which the note is let go.
        key: Key,
        /// How hard it was struck.
        velocity: Velocity,
        /// The pitch, whatever the key's is.
        pitch: NotePitch,
    },
    /// The notes of one key are bent (MIDI 2.0); [`ControlValue::CENTRE`] is no bend.
    PerNoteBend {
        /// The channel.
        channel: Channel,
        /// The key.
        key: Key,
        /// How far.
        bend: ControlValue,
    },
    /// A controller of the notes of one key moved (MIDI 2.0).
    PerNoteController {
        /// The channel.
        channel: Channel,
        /// The key.
        key: Key,
        /// The controller.
        number: PerNoteNumber,
        /// Where it is now.
        value: ControlValue,
    },
    /// The notes of one key are no longer moved, or no longer as they were (MIDI 2.0).
    PerNoteManagement {
        /// The channel.
        channel: Channel,
        /// The key.
        key: Key,
        /// Whether notes that sound keep what they have and follow no longer.
        detach: bool,
        /// Whether the key's bend and controllers go back to rest.
        reset: bool,
    },
    /// A parameter is set in one message (MIDI 2.0).
    Parameter {
        /// The channel.
        channel: Channel,
        /// The parameter.
        number: ParameterNumber,
        /// Its value.
        value: ControlValue,
    },
    /// A parameter is moved from where it is (MIDI 2.0).
    RelativeParameter {
        /// The channel.
        channel: Channel,
        /// The parameter.
        number: ParameterNumber,
        /// How far, in the steps of a value of 32 bits.
        change: i32,
    },
    /// A piece of a system exclusive message.
    SysEx(SysExPacket),
    /// The status FF of a live stream: back to the power-on state.
    SystemReset,
}

impl Message {
    /// The channel that it is for; none for what concerns the whole device.
    pub const fn channel(&self) -> Option<Channel> {
        let mut copy = *self;
        match copy.channel_mut() {
            Some(channel) => Some(*channel),
            None => None,
        }
    }

    /// The same message for another channel.
    #[must_use]
    pub const fn on_channel(mut self, to: Channel) -> Self {
        if let Some(channel) = self.channel_mut() {
            *channel = to;
        }
        self
    }

    /// Whether a note begins with it.
    pub const fn begins_note(&self) -> bool {
        matches!(self, Self::NoteOn { .. } | Self::PitchedNoteOn { .. })
    }

    /// Where the channel stands.
    const fn channel_mut(&mut self) -> Option<&mut Channel> {
        match self {
            Self::NoteOff { channel, .. }
            | Self::NoteOn { channel, .. }
            | Self::PolyPressure { channel, .. }
            | Self::ControlChange { channel, .. }
            | Self::ProgramChange { channel, .. }
            | Self::ChannelPressure { channel, .. }
            | Self::PitchBend { channel, .. }
            | Self::PitchedNoteOn { channel, .. }
            | Self::PerNoteBend { channel, .. }
            | Self::PerNoteController { channel, .. }
            | Self::PerNoteManagement { channel, .. }
            | Self::Parameter { channel, .. }
            | Self::RelativeParameter { channel, .. } => Some(channel),
            Self::SysEx(_) | Self::SystemReset => None,
        }
    }
}

/// A bank as two bank select controllers name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct BankSelect {
    /// Controller 0, 0 to 127.
    pub msb: u8,
    /// Controller 32, 0 to 127.
    pub lsb: u8,
}

/// Up to six bytes of a system exclusive message, without the F0 and F7 around it.
///
/// SPEC: the SysEx7 message of the Universal MIDI Packet, which lets exclusive messages of any length
/// pass through rings of fixed-size events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SysExPacket {
    first: bool,
    last: bool,
    len: u8,
    bytes: [u8; Self::CAPACITY],
}

impl SysExPacket {
    /// The bytes that one packet carries at most.
    pub const CAPACITY: usize = 6;

    /// The packets of one whole message, whose `payload` leaves out F0 and F7.
    pub fn split(payload: &[u8]) -> impl Iterator<Item = Self> {
        let count = payload.len().div_ceil(Self::CAPACITY).max(1);
        (0..count).map(move |index| {
            let start = index * Self::CAPACITY;
            let end = payload.len().min(start + Self::CAPACITY);
            Self::new(&payload[start..end], index == 0, index + 1 == count)
        })
    }

    /// A packet of the first [`Self::CAPACITY`] of `bytes`; `first` and `last` say where it stands in its message.
    pub fn new(bytes: &[u8], first: bool, last: bool) -> Self {
        let len = bytes.len().min(Self::CAPACITY);
        let mut packet = Self { first, last, len: len as u8, bytes: [0; Self::CAPACITY] };
        packet.bytes[..len].copy_from_slice(&bytes[..len]);
        packet
    }

    /// The bytes of the message that are in this packet.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// Whether a message begins with this packet.
    pub const fn is_first(&self) -> bool {
        self.first
    }

    /// Whether a message ends with this packet.
    pub const fn is_last(&self) -> bool {
        self.last
    }
}
