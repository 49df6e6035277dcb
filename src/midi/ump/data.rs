//! Data messages of 128 bits: system exclusive messages in eight bits, mixed data sets.
//!
//! A message in eight bits has the layout of one in seven: a manufacturer's number or that of universal messages, then its
//! data. One whose bytes all fit seven bits says the same and becomes packets of seven bits; one with other bytes reaches
//! receivers as it is, and none of them knows it.
//!
//! Source: M2-104-UM, §7.8 and §7.9.

use super::{MAX_WORDS, Packet};
use crate::midi::{ChannelGroup, Event, Message, SysExPacket};

/// The bytes of a message that one packet carries at most, its stream's number aside.
const CAPACITY: usize = 13;
/// Groups of channels.
const GROUPS: usize = 16;

/// Up to thirteen bytes of a system exclusive message in eight bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SysEx8Piece {
    /// The group of channels.
    pub group: ChannelGroup,
    /// The stream; messages of several streams may come in turns.
    pub stream: u8,
    /// Whether a message begins here.
    pub is_first: bool,
    /// Whether a message ends here.
    pub is_last: bool,
    len: u8,
    bytes: [u8; CAPACITY],
}

impl SysEx8Piece {
    /// The bytes of the message that are in this piece.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }
}

/// SPEC: the number of bytes counts that of the stream, so it is 1 to 14.
pub(super) fn packet(words: [u32; MAX_WORDS]) -> Packet {
    let mut all = [0; 4 * MAX_WORDS];
    for (place, word) in all.chunks_exact_mut(4).zip(words) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    let [kind, head, stream, bytes @ ..] = all;
    let (place, count) = (head >> 4, head & 0x0F);
    match (place, count) {
        (0..=3, 1..=14) => Packet::SysEx8(SysEx8Piece {
            group: ChannelGroup(kind & 0x0F),
            stream,
            is_first: matches!(place, 0 | 1),
            is_last: matches!(place, 0 | 3),
            len: count - 1,
            bytes,
        }),
        (8, _) => Packet::MixedDataHeader,
        (9, _) => Packet::MixedDataPayload,
        _ => Packet::Other,
    }
}

/// Makes events of pieces: one message at a time for each group, as in a stream of seven bits.
///
/// Of messages that come in turns the one that began first is taken; the pieces of the others are passed over and counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct SysEx8Merger {
    /// By group, the stream whose message is open.
    open: [Option<u8>; GROUPS],
    passed_over: u64,
}

impl SysEx8Merger {
    /// Hands on the packets that a piece is.
    pub fn push(&mut self, piece: &SysEx8Piece, mut sink: impl FnMut(Event)) {
        let Some(open) = self.open.get_mut(usize::from(piece.group.0)) else { return };
        let goes_on = *open == Some(piece.stream);
        if !goes_on && (open.is_some() || !piece.is_first) {
            self.passed_over += 1;
            return;
        }
        *open = (!piece.is_last).then_some(piece.stream);
        let packets = piece.bytes().chunks(SysExPacket::CAPACITY);
        let count = packets.len().max(1);
        for index in 0..count {
            let start = index * SysExPacket::CAPACITY;
            let packet = SysExPacket::new(
                piece.bytes().get(start..).unwrap_or_default(),
                piece.is_first && index == 0,
                piece.is_last && index + 1 == count,
            );
            sink(Event::in_group(piece.group, Message::SysEx(packet)));
        }
    }

    /// Pieces that belonged to no message that was taken.
    pub const fn passed_over(&self) -> u64 {
        self.passed_over
    }
}
