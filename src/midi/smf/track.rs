//! Reads the events of one track.

use std::ops::Range;

use super::meta::expected_len;
use super::read::Warnings;
use super::{
    LimitKind, Limits, Meta, SmfError, SysExData, Track, TrackEvent, TrackEventKind, WarningKind,
};
use crate::midi::wire::{channel_message, data_len};

/// What may still be read of all tracks together.
#[derive(Debug)]
pub(super) struct Budget {
    limits: Limits,
    events: usize,
    payload: usize,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, events: limits.events, payload: limits.payload_bytes }
    }
}

/// What a payload costs beside its own bytes, in bytes.
const PAYLOAD_OVERHEAD: usize = 16;

/// A track and where its reading stopped.
#[derive(Debug)]
pub(super) struct ReadTrack {
    pub(super) track: Track,
    /// Behind the end of track, or the end of the range without one.
    pub(super) position: usize,
}

/// Reads the track number `index`, whose bytes are `range` of `bytes`.
///
/// # Errors
///
/// [`SmfError::Limit`] only: everything else is a warning.
pub(super) fn read(
    bytes: &[u8],
    range: Range<usize>,
    index: usize,
    budget: &mut Budget,
    warnings: &mut Warnings,
) -> Result<ReadTrack, SmfError> {
    let mut reader = Reader {
        bytes: &bytes[..range.end],
        at: range.start,
        index,
        tick: 0,
        running: None,
        open_sysex: None,
        events: Vec::new(),
        budget,
        warnings,
    };
    let position = reader.read_events()?;
    reader.close_sysex();
    let track = Track { events: reader.events, end: reader.tick };
    Ok(ReadTrack { track, position })
}

/// What is left of the bytes ends inside an event.
struct CutShort;

struct Reader<'a> {
    /// The file, up to the end of the track.
    bytes: &'a [u8],
    at: usize,
    index: usize,
    tick: u64,
    /// The last channel status. DEVIATION: RP-001 has it end at meta and exclusive events; files in
    /// circulation rely on it staying.
    running: Option<u8>,
    /// The event that holds an exclusive message without its F7, and where it stands in the file.
    open_sysex: Option<(usize, usize)>,
    events: Vec<TrackEvent>,
    budget: &'a mut Budget,
    warnings: &'a mut Warnings,
}

/// What an event means for the reading.
enum Step {
    Event(TrackEventKind),
    Nothing,
    EndOfTrack,
}

impl<'a> Reader<'a> {
    /// Reads until the end of track or of the bytes, and gives the position behind.
    fn read_events(&mut self) -> Result<usize, SmfError> {
        while self.at < self.bytes.len() {
            let start = self.at;
            match self.read_event() {
                Ok(Step::Event(kind)) => self.push(start, kind)?,
                Ok(Step::Nothing) => {}
                Ok(Step::EndOfTrack) => return Ok(self.at),
                Err(CutShort) => {
                    self.warnings.add(start, WarningKind::EventCutShort);
                    self.at = self.bytes.len();
                }
            }
        }
        self.warnings.add(self.at, WarningKind::MissingEndOfTrack);
        Ok(self.at)
    }

    fn read_event(&mut self) -> Result<Step, CutShort> {
        let delta = self.number()?;
        let status = match (self.peek()?, self.running) {
            (byte @ 0x80.., _) => {
                self.at += 1;
                byte
            }
            (_, Some(running)) => running,
            (_, None) => self.status_after_stray_data()?,
        };
        self.tick += u64::from(delta);
        match status {
            0x80..=0xEF => self.channel_message(status).map(Step::Event),
            0xF0 => self.sysex(true),
            0xF7 => self.sysex(false),
            0xFF => self.meta(),
            _ => {
                self.skip_illegal(status);
                Ok(Step::Nothing)
            }
        }
    }

    /// Skips data that belong to nothing, up to a byte that can be a status.
    fn status_after_stray_data(&mut self) -> Result<u8, CutShort> {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let count = rest.iter().position(|byte| *byte >= 0x80).unwrap_or(rest.len());
        self.warnings.add(start, WarningKind::StrayData { count });
        self.at = start + count;
        let status = self.peek()?;
        self.at += 1;
        Ok(status)
    }

    fn channel_message(&mut self, status: u8) -> Result<TrackEventKind, CutShort> {
        self.running = Some(status);
        let first = self.data()?;
        let second = if data_len(status) == 2 { self.data()? } else { 0 };
        Ok(TrackEventKind::Message(channel_message(status, first, second)))
    }

    /// A data byte; one above the range is taken for the highest, which keeps what follows in step.
    fn data(&mut self) -> Result<u8, CutShort> {
        let got = self.peek()?;
        if got > 0x7F {
            self.warnings.add(self.at, WarningKind::DataAboveRange { got });
        }
        self.at += 1;
        Ok(got.min(0x7F))
    }

    fn sysex(&mut self, starts: bool) -> Result<Step, CutShort> {
        let start = self.at - 1;
        let payload = self.payload()?;
        if starts {
            self.close_sysex();
        } else if self.open_sysex.is_none() {
            return Ok(Step::Event(TrackEventKind::Escape(payload.into())));
        }
        let (bytes, ends) = match payload.strip_suffix(&[0xF7]) {
            Some(rest) => (rest, true),
            None => (payload, false),
        };
        let data = SysExData { bytes: bytes.into(), starts, ends };
        self.open_sysex = (!ends).then_some((self.events.len(), start));
        Ok(Step::Event(TrackEventKind::SysEx(data)))
    }

    /// Ends the exclusive message that lacks its F7, if there is one.
    fn close_sysex(&mut self) {
        let Some((event, offset)) = self.open_sysex.take() else { return };
        self.warnings.add(offset, WarningKind::UnterminatedSysEx);
        if let Some(TrackEvent { kind: TrackEventKind::SysEx(data), .. }) =
            self.events.get_mut(event)
        {
            data.ends = true;
        }
    }

    fn meta(&mut self) -> Result<Step, CutShort> {
        const END_OF_TRACK: u8 = 0x2F;
        const TEMPO: u8 = 0x51;
        let start = self.at - 1;
        let kind = self.peek()?;
        self.at += 1;
        // A file that stops before the length of its last event has ended all the same.
        if kind == END_OF_TRACK && self.at == self.bytes.len() {
            self.warnings.add(start, WarningKind::EventCutShort);
            return Ok(Step::EndOfTrack);
        }
        let payload = self.payload()?;
        if let Some(expected) = expected_len(kind)
            && expected != payload.len()
            && !(kind == 0 && payload.is_empty())
        {
            let got = payload.len();
            self.warnings.add(start, WarningKind::MetaLength { kind, expected, got });
        }
        if kind == END_OF_TRACK {
            return Ok(Step::EndOfTrack);
        }
        let meta = Meta::parse(kind, payload);
        if kind == TEMPO && payload.len() >= 3 && !matches!(meta, Meta::Tempo(_)) {
            self.warnings.add(start, WarningKind::TempoZero);
        }
        Ok(Step::Event(meta.into()))
    }

    /// Skips a status of the live stream and the data that it has there.
    fn skip_illegal(&mut self, status: u8) {
        self.warnings.add(self.at - 1, WarningKind::IllegalStatus { status });
        let data = match status {
            0xF1 | 0xF3 => 1,
            0xF2 => 2,
            _ => 0,
        };
        for _ in 0..data {
            if self.bytes.get(self.at).is_some_and(|byte| *byte < 0x80) {
                self.at += 1;
            }
        }
    }

    /// A length and that many bytes, or as many as there are.
    fn payload(&mut self) -> Result<&'a [u8], CutShort> {
        let start = self.at;
        let length = self.number()? as usize;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if length > rest.len() {
            self.warnings.add(start, WarningKind::EventCutShort);
        }
        let payload = &rest[..length.min(rest.len())];
        self.at += payload.len();
        Ok(payload)
    }

    /// A variable-length number of at most 28 bits; zeros may lead it.
    fn number(&mut self) -> Result<u32, CutShort> {
        const MAX_BYTES: usize = 4;
        let start = self.at;
        while self.peek()? == 0x80 {
            self.at += 1;
        }
        let mut value = 0;
        for _ in 0..MAX_BYTES {
            let byte = self.peek()?;
            self.at += 1;
            value = value << 7 | u32::from(byte & 0x7F);
            if byte < 0x80 {
                return Ok(value);
            }
        }
        self.warnings.add(start, WarningKind::LongNumber);
        Ok(value)
    }

    fn peek(&self) -> Result<u8, CutShort> {
        self.bytes.get(self.at).copied().ok_or(CutShort)
    }

    fn push(&mut self, offset: usize, kind: TrackEventKind) -> Result<(), SmfError> {
        if let TrackEventKind::Message(_) | TrackEventKind::Escape(_) = kind {
            self.close_sysex();
        }
        let payload = match &kind {
            TrackEventKind::SysEx(data) => Some(data.bytes.len()),
            TrackEventKind::Escape(bytes) => Some(bytes.len()),
            TrackEventKind::Meta(meta) => meta.payload().map(<[u8]>::len),
            TrackEventKind::Message(_) => None,
        };
        let payload = payload.map_or(0, |bytes| bytes + PAYLOAD_OVERHEAD);
        let over = |what, max| SmfError::Limit { what, max, track: Some(self.index), offset };
        let limits = &self.budget.limits;
        if payload > self.budget.payload {
            return Err(over(LimitKind::PayloadBytes, limits.payload_bytes));
        }
        if self.budget.events == 0 {
            return Err(over(LimitKind::Events, limits.events));
        }
        self.budget.payload -= payload;
        self.budget.events -= 1;
        self.events.push(TrackEvent { tick: self.tick, kind });
        Ok(())
    }
}
