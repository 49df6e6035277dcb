//! The parser of a live MIDI 1.0 byte stream.
//!
//! Bytes go in as they arrive, split anywhere; each gives at most one [`Event`]. Not a driver and not a
//! clock: whoever feeds it knows when the bytes came.
//!
//! - Real-time bytes (F8 to FF) may stand anywhere, even inside other messages, and change nothing there.
//!   A system reset thereby overtakes exclusive data that wait for their packet to fill.
//! - F0 to F7 end running status. Data without a status is dropped and counted.
//! - A system exclusive message leaves in packets, each as soon as it is known whether another follows.
//!   Any status but a real-time one ends it, as if F7 had come, and is counted: so every message that
//!   begins also ends, and a receiver that checks lengths and checksums drops what was cut off.
//!   [`StreamParser::reset`] instead forgets an unfinished message, whose end never comes out; the next
//!   one says that it is a first packet.
//!
//! Thread: any, MIDI callbacks included. No allocation, no failure; state of a few bytes.
//!
//! Source: MIDI 1.0 Detailed Specification, "data types" and "running status".

use super::wire::{channel_message, data_len};
use super::{ChannelGroup, Event, Message, SysExPacket};

/// Turns the bytes of one MIDI 1.0 cable into events.
#[derive(Debug, Clone)]
pub struct StreamParser {
    group: ChannelGroup,
    state: State,
    counts: StreamCounts,
}

/// What the parser dropped or had to end since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StreamCounts {
    /// Data bytes that belonged to no message.
    pub stray_data: u64,
    /// Messages that another status cut off, system exclusive ones not included.
    pub incomplete: u64,
    /// Bytes with a status that MIDI 1.0 does not define (F4, F5, F9, FD), and F7 with nothing to end.
    pub undefined: u64,
    /// System exclusive messages that ended without F7.
    pub unterminated_sysex: u64,
}

/// What the next data byte belongs to.
#[derive(Debug, Clone, Copy)]
enum State {
    /// Nothing.
    Idle,
    /// A channel message; afterwards, by running status, the next one.
    Channel { status: u8, first: Option<u8> },
    /// A system common message, of which this much data is to come; none of them is an event.
    Common { left: u8 },
    /// A system exclusive message.
    SysEx { buffer: [u8; SysExPacket::CAPACITY], len: u8, sent: bool },
}

impl StreamParser {
    /// A parser whose events are for `group`.
    pub const fn new(group: ChannelGroup) -> Self {
        Self {
            group,
            state: State::Idle,
            counts: StreamCounts {
                stray_data: 0,
                incomplete: 0,
                undefined: 0,
                unterminated_sysex: 0,
            },
        }
    }

    /// Forgets running status and any unfinished message, as when the cable was plugged in anew.
    pub const fn reset(&mut self) {
        self.state = State::Idle;
    }

    /// What was dropped so far.
    pub const fn counts(&self) -> StreamCounts {
        self.counts
    }

    /// Takes the next bytes and hands every event that is complete to `sink`.
    pub fn feed(&mut self, bytes: &[u8], mut sink: impl FnMut(Event)) {
        for byte in bytes {
            if let Some(event) = self.push(*byte) {
                sink(event);
            }
        }
    }

    /// Takes the next byte and gives the event that it completes.
    pub fn push(&mut self, byte: u8) -> Option<Event> {
        let message = match byte {
            0x00..=0x7F => self.data(byte),
            0x80..=0xF7 => self.status(byte),
            0xF8..=0xFF => self.real_time(byte),
        };
        message.map(|message| Event::in_group(self.group, message))
    }

    fn data(&mut self, byte: u8) -> Option<Message> {
        match &mut self.state {
            State::Idle => {
                self.counts.stray_data += 1;
                None
            }
            State::Channel { status, first } => match first.take() {
                None if data_len(*status) == 2 => {
                    *first = Some(byte);
                    None
                }
                None => Some(channel_message(*status, byte, 0)),
                Some(first) => Some(channel_message(*status, first, byte)),
            },
            State::Common { left } => {
                *left -= 1;
                if *left == 0 {
                    self.state = State::Idle;
                }
                None
            }
            State::SysEx { buffer, len, sent } => {
                let full = usize::from(*len) == SysExPacket::CAPACITY;
                let packet = full.then(|| SysExPacket::new(buffer, !*sent, false));
                if full {
                    (*len, *sent) = (0, true);
                }
                buffer[usize::from(*len)] = byte;
                *len += 1;
                packet.map(Message::SysEx)
            }
        }
    }

    fn status(&mut self, byte: u8) -> Option<Message> {
        let ended = self.end_unfinished(byte);
        self.state = match byte {
            0x80..=0xEF => State::Channel { status: byte, first: None },
            0xF0 => State::SysEx { buffer: [0; SysExPacket::CAPACITY], len: 0, sent: false },
            0xF1 | 0xF3 => State::Common { left: 1 },
            0xF2 => State::Common { left: 2 },
            _ => State::Idle,
        };
        ended
    }

    /// Ends what `status` cuts off, and counts it unless it was to end there.
    fn end_unfinished(&mut self, status: u8) -> Option<Message> {
        const EOX: u8 = 0xF7;
        if matches!(status, 0xF4 | 0xF5) {
            self.counts.undefined += 1;
        }
        match self.state {
            State::SysEx { buffer, len, sent } => {
                self.counts.unterminated_sysex += u64::from(status != EOX);
                let bytes = &buffer[..usize::from(len)];
                return Some(Message::SysEx(SysExPacket::new(bytes, !sent, true)));
            }
            State::Channel { first: Some(_), .. } | State::Common { .. } => {
                self.counts.incomplete += 1;
            }
            State::Channel { first: None, .. } | State::Idle => {}
        }
        self.counts.undefined += u64::from(status == EOX);
        None
    }

    fn real_time(&mut self, byte: u8) -> Option<Message> {
        const SYSTEM_RESET: u8 = 0xFF;
        self.counts.undefined += u64::from(matches!(byte, 0xF9 | 0xFD));
        (byte == SYSTEM_RESET).then_some(Message::SystemReset)
    }
}

#[cfg(test)]
mod tests;
