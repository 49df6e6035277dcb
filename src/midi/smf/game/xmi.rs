//! XMI, the scores of the Miles Sound System.
//!
//! An IFF file of one or several sequences, which become patterns. Ticks are 120 to a second whatever the tempo; a delay
//! is a sum of bytes below 80; a note brings its length with it; there is no running status.

use super::super::{
    Format, Limits, Loaded, Meta, SmfError, SysExData, TrackEvent, TrackEventKind, WarningKind,
};
use super::{Cursor, Score};
use crate::midi::wire::{channel_message, data_len};
use crate::midi::{Controller, Message, Velocity};

/// Ticks of a quarter note of half a second.
const TICKS: u16 = 60;
const MICROS: u32 = 500_000;
/// Bytes of a chunk's head.
const HEAD: usize = 8;
/// The controller by which a bank is selected.
const BANK: u8 = 114;

/// Whether these are the bytes of such a file.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    let is = |id: &[u8; 4], kind: &[u8; 4]| bytes.starts_with(id) && bytes.get(8..12) == Some(kind);
    is(b"FORM", b"XDIR") || is(b"FORM", b"XMID") || is(b"CAT ", b"XMID")
}

/// Reads a file.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Loaded, SmfError> {
    let mut score = Score::new(limits);
    let mut at = 0;
    // Lists are entered, everything else is passed over.
    while let Some(head) = bytes.get(at..).and_then(|rest| rest.first_chunk::<HEAD>()) {
        let [id @ .., a, b, c, d] = *head;
        let declared = u32::from_be_bytes([a, b, c, d]);
        let start = at + HEAD;
        let kind = bytes.get(start..start + 4);
        let end = start.saturating_add(usize::try_from(declared).unwrap_or(usize::MAX));
        at = match (&id, kind) {
            (b"FORM" | b"CAT ", Some(b"XMID")) => start + 4,
            (b"EVNT", _) => {
                if end > bytes.len() {
                    let available = bytes.len() - start;
                    score.warn(at + 4, WarningKind::TrackLength { declared, available });
                }
                let events = &bytes[..end.min(bytes.len())];
                score.begin(MICROS, start)?;
                Reader { cursor: Cursor { bytes: events, at: start }, tick: 0, ends: Vec::new() }
                    .read(&mut score)?;
                end.saturating_add(end % 2)
            }
            _ => end.saturating_add(end % 2),
        };
    }
    match score.tracks.len() {
        0 => Err(SmfError::NoSequence { offset: at.min(bytes.len()) }),
        1 => Ok(score.finish(TICKS, Format::Single)),
        _ => Ok(score.finish(TICKS, Format::Patterns)),
    }
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    tick: u64,
    /// The ends of notes that are to come.
    ends: Vec<(u64, Message)>,
}

impl<'a> Reader<'a> {
    fn read(mut self, score: &mut Score<'_>) -> Result<(), SmfError> {
        loop {
            let offset = self.cursor.at;
            match self.event(score, offset)? {
                Some(true) => {}
                Some(false) => break,
                None => {
                    let is_over = offset == self.cursor.bytes.len();
                    let kind = if is_over {
                        WarningKind::MissingEndOfTrack
                    } else {
                        WarningKind::EventCutShort
                    };
                    score.warn(offset, kind);
                    break;
                }
            }
        }
        self.finish(score)
    }

    /// Puts the ends of notes in their places, before what else is there.
    fn finish(self, score: &mut Score<'_>) -> Result<(), SmfError> {
        for (tick, end) in self.ends {
            score.push(tick, end, self.cursor.at)?;
        }
        if let Some(track) = score.tracks.last_mut() {
            let is_end = |event: &TrackEvent| {
                matches!(event.kind, TrackEventKind::Message(Message::NoteOff { .. }))
            };
            track.events.sort_by_key(|event| (event.tick, !is_end(event)));
            track.end = track.end.max(self.tick);
        }
        Ok(())
    }

    /// Reads a delay or an event; false at the end of the sequence, none where the bytes end.
    fn event(&mut self, score: &mut Score<'_>, offset: usize) -> Result<Option<bool>, SmfError> {
        let Some(status) = self.cursor.next() else { return Ok(None) };
        match status {
            0..0x80 => self.tick = self.tick.saturating_add(status.into()),
            0x80..0xF0 => {
                let Some(message) = self.channel_message(status) else { return Ok(None) };
                score.push(self.tick, message, offset)?;
                if matches!(message, Message::NoteOn { .. }) {
                    let Some(length) = self.cursor.number() else { return Ok(None) };
                    self.end_after(message, length.max(1));
                }
            }
            0xF0 | 0xF7 => {
                let Some(bytes) = self.payload() else { return Ok(None) };
                score.count(bytes.len(), offset)?;
                let (bytes, ends) = match bytes.split_last() {
                    Some((0xF7, rest)) => (rest, true),
                    _ => (bytes, false),
                };
                let data = SysExData { bytes: bytes.into(), starts: status == 0xF0, ends };
                score.push(self.tick, data, offset)?;
            }
            0xFF => {
                let Some(kind) = self.cursor.next() else { return Ok(None) };
                let Some(bytes) = self.payload() else { return Ok(None) };
                score.count(bytes.len(), offset)?;
                match Meta::parse(kind, bytes) {
                    Meta::Other { kind: 0x2F, .. } => return Ok(Some(false)),
                    // Ticks do not follow it.
                    Meta::Tempo(_) => {}
                    meta => score.push(self.tick, meta, offset)?,
                }
            }
            status => score.warn(offset, WarningKind::IllegalStatus { status }),
        }
        Ok(Some(true))
    }

    fn channel_message(&mut self, status: u8) -> Option<Message> {
        let first = self.cursor.next()?;
        let second = if data_len(status) == 2 { self.cursor.next()? } else { 0 };
        Some(match channel_message(status, first, second) {
            Message::ControlChange { channel, controller, value } if controller.get() == BANK => {
                Message::ControlChange { channel, controller: Controller::BANK_SELECT, value }
            }
            message => message,
        })
    }

    fn end_after(&mut self, note: Message, length: u32) {
        if let Message::NoteOn { channel, key, .. } = note {
            let end = Message::NoteOff { channel, key, velocity: Velocity::from_data(64) };
            self.ends.push((self.tick.saturating_add(length.into()), end));
        }
    }

    fn payload(&mut self) -> Option<&'a [u8]> {
        let len = self.cursor.number()?;
        self.cursor.take(usize::try_from(len).ok()?)
    }
}
