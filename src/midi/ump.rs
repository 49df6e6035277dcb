//! Universal MIDI Packets: messages of both protocols as 32-bit words.
//!
//! Channel messages, system exclusive messages in seven bits and resets become [`Event`]s, in the resolution in which they
//! came. Pieces of system exclusive messages in eight bits become events by a [`SysEx8Merger`]. What a clip file needs
//! besides (ticks, tempo, texts, begin and end) is told as it is. Everything else (jitter reduction, other system
//! messages, streams' negotiation) is [`Packet::Other`].
//!
//! Not a file reader (that is [`smf`](super::smf)) and not a negotiation of protocols.
//!
//! Thread: any. No allocation, no failure: a word of any value is part of some packet.
//!
//! Source: M2-104-UM (Universal MIDI Packet Format and MIDI 2.0 Protocol), version 1.1.2.

mod channel_voice;
mod data;

pub use data::{SysEx8Merger, SysEx8Piece};

use super::wire::channel_message;
use super::{ChannelGroup, Event, Message, SysExPacket};

/// The words of the longest packet.
pub const MAX_WORDS: usize = 4;

/// How many words the packet has that begins with `word`: 1 to 4, by its message type.
pub const fn word_count(word: u32) -> usize {
    match word >> 28 {
        0..=2 | 6 | 7 => 1,
        3 | 4 | 8..=0xA => 2,
        0xB | 0xC => 3,
        _ => 4,
    }
}

/// What one packet says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Packet {
    /// A message for a receiver.
    Event(Event),
    /// The ticks of a quarter note, in the header of a clip file.
    TicksPerQuarter(u16),
    /// Ticks since the last of these, 20 bits.
    DeltaTicks(u32),
    /// The length of a quarter note, in units of 10 nanoseconds.
    Tempo(u32),
    /// A time signature.
    TimeSignature {
        /// Beats in a bar.
        numerator: u8,
        /// The beat's note value as a power of two.
        denominator_power: u8,
        /// Thirty-second notes in a quarter note.
        notated_32nds: u8,
    },
    /// A piece of a text.
    Text(TextPiece),
    /// A piece of a system exclusive message in eight bits.
    SysEx8(SysEx8Piece),
    /// A chunk of a mixed data set begins.
    MixedDataHeader,
    /// Data of a mixed data set.
    MixedDataPayload,
    /// A clip begins.
    StartOfClip,
    /// A clip ends.
    EndOfClip,
    /// Anything else.
    Other,
}

/// Up to twelve bytes of a text in UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextPiece {
    /// The bank of the text's kind: 1 for what is about the music, 2 for what is performed.
    pub bank: u8,
    /// The kind in its bank.
    pub kind: u8,
    /// Whether a text begins here.
    pub is_first: bool,
    /// Whether a text ends here.
    pub is_last: bool,
    /// The bytes; zeros fill the last piece.
    pub bytes: [u8; 12],
}

impl Packet {
    /// The packet in these words, of which [`word_count`] of the first count.
    pub fn from_words(words: [u32; MAX_WORDS]) -> Self {
        let [first, second, ..] = words;
        match first >> 28 {
            0 => utility(first),
            1 if (first >> 16) & 0xFF == 0xFF => event(first, Some(Message::SystemReset)),
            2 => {
                let [_, status, one, two] = first.to_be_bytes();
                let known = matches!(status, 0x80..=0xEF);
                event(first, known.then(|| channel_message(status, one, two)))
            }
            3 => event(first, sysex7(first, second)),
            4 => event(first, channel_voice::message(first, second)),
            5 => data::packet(words),
            0xD => flex(words),
            0xF => match (first >> 16) & 0x3FF {
                0x20 => Self::StartOfClip,
                0x21 => Self::EndOfClip,
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }
}

fn event(first: u32, message: Option<Message>) -> Packet {
    let group = ChannelGroup((first >> 24) as u8 & 0x0F);
    message.map_or(Packet::Other, |message| Packet::Event(Event::in_group(group, message)))
}

fn utility(word: u32) -> Packet {
    match (word >> 20) & 0x0F {
        3 => Packet::TicksPerQuarter(word as u16),
        4 => Packet::DeltaTicks(word & 0xF_FFFF),
        _ => Packet::Other,
    }
}

/// SPEC: M2-104-UM §7.7: 0 is a whole message, 1 begins, 2 goes on, 3 ends; then the number of bytes.
fn sysex7(first: u32, second: u32) -> Option<Message> {
    let [_, head, one, two] = first.to_be_bytes();
    let [three, four, five, six] = second.to_be_bytes();
    let bytes = [one, two, three, four, five, six].map(|byte| byte & 0x7F);
    let (place, len) = (head >> 4, usize::from(head & 0x0F));
    let (starts, ends) = (matches!(place, 0 | 1), matches!(place, 0 | 3));
    let bytes = bytes.get(..len).filter(|_| place <= 3)?;
    Some(Message::SysEx(SysExPacket::new(bytes, starts, ends)))
}

/// SPEC: M2-104-UM §7.5: form, address, channel; then the bank and the status of what is said.
fn flex(words: [u32; MAX_WORDS]) -> Packet {
    let [first, second, third, fourth] = words;
    let [_, head, bank, status] = first.to_be_bytes();
    match (bank, status) {
        (0, 0) => Packet::Tempo(second),
        (0, 1) => {
            let [numerator, denominator_power, notated_32nds, _] = second.to_be_bytes();
            Packet::TimeSignature { numerator, denominator_power, notated_32nds }
        }
        (1 | 2, kind) => {
            let mut bytes = [0; 12];
            for (place, word) in bytes.chunks_exact_mut(4).zip([second, third, fourth]) {
                place.copy_from_slice(&word.to_be_bytes());
            }
            let form = head >> 6;
            let (is_first, is_last) = (matches!(form, 0 | 1), matches!(form, 0 | 3));
            Packet::Text(TextPiece { bank, kind, is_first, is_last, bytes })
        }
        _ => Packet::Other,
    }
}

/// Puts packets together from words as they arrive.
#[derive(Debug, Clone, Copy, Default)]
pub struct PacketReader {
    words: [u32; MAX_WORDS],
    len: usize,
}

impl PacketReader {
    /// A reader before the first word.
    pub const fn new() -> Self {
        Self { words: [0; MAX_WORDS], len: 0 }
    }

    /// Takes the next word and gives the packet that it completes.
    pub fn push(&mut self, word: u32) -> Option<Packet> {
        if let Some(place) = self.words.get_mut(self.len) {
            *place = word;
        }
        self.len += 1;
        if self.len < word_count(self.words[0]) {
            return None;
        }
        let Self { words, .. } = std::mem::take(self);
        Some(Packet::from_words(words))
    }

    /// Whether a packet has begun and not ended.
    pub const fn is_inside(&self) -> bool {
        self.len > 0
    }
}

#[cfg(test)]
mod tests;
