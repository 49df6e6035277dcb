//! Scores of games that are no Standard MIDI Files: MUS and XMI.
//!
//! Both have ticks of a fixed length; what they say becomes tracks with a tempo that makes ticks that long. They are read
//! inside the same [`Limits`] and with the same warnings as other files.
//!
//! Source: the layouts as those who wrote tools for these games have published them; there is no standard.

mod mus;
mod xmi;

use std::num::NonZeroU16;

use super::read::Warnings;
use super::{
    Division, Format, LimitKind, Limits, Loaded, Meta, Smf, SmfError, Tempo, Track, TrackEventKind,
    WarningKind,
};
use crate::midi::{Channel, ControlValue, Controller, Message};

/// Reads a file of one of these kinds; none for any other file.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Option<Result<Loaded, SmfError>> {
    if bytes.starts_with(mus::SIGNATURE) {
        return Some(mus::read(bytes, limits));
    }
    xmi::is_one(bytes).then(|| xmi::read(bytes, limits))
}

/// Bytes, and the place up to which they were read.
#[derive(Debug, Clone, Copy)]
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The next byte, if there is one.
    fn next(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    /// The next bytes, if there are so many.
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(len)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    /// A number of seven bits a byte, of which four are read at most.
    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for _ in 0..4 {
            let byte = self.next()?;
            number = number << 7 | u32::from(byte & 0x7F);
            if byte < 0x80 {
                break;
            }
        }
        Some(number)
    }
}

/// A score on its way in.
struct Score<'a> {
    limits: &'a Limits,
    warnings: Warnings,
    tracks: Vec<Track>,
    /// Events of all tracks.
    events: usize,
    payload: usize,
}

impl<'a> Score<'a> {
    fn new(limits: &'a Limits) -> Self {
        let warnings = Warnings::new(limits.warnings);
        Self { limits, warnings, tracks: Vec::new(), events: 0, payload: 0 }
    }

    /// Begins a track, in which a quarter note lasts `micros`.
    fn begin(&mut self, micros: u32, offset: usize) -> Result<(), SmfError> {
        if self.tracks.len() >= self.limits.tracks {
            return Err(self.limit(LimitKind::Tracks, self.limits.tracks, offset));
        }
        self.tracks.push(Track::default());
        match Tempo::new(micros) {
            Some(tempo) => self.push(0, Meta::Tempo(tempo), offset),
            None => Ok(()),
        }
    }

    fn push(
        &mut self,
        tick: u64,
        kind: impl Into<TrackEventKind>,
        offset: usize,
    ) -> Result<(), SmfError> {
        if self.events >= self.limits.events {
            return Err(self.limit(LimitKind::Events, self.limits.events, offset));
        }
        self.events += 1;
        if let Some(track) = self.tracks.last_mut() {
            track.push(tick, kind);
        }
        Ok(())
    }

    /// Counts the bytes of a text or an exclusive message.
    fn count(&mut self, bytes: usize, offset: usize) -> Result<(), SmfError> {
        self.payload = self.payload.saturating_add(bytes);
        if self.payload > self.limits.payload_bytes {
            return Err(self.limit(LimitKind::PayloadBytes, self.limits.payload_bytes, offset));
        }
        Ok(())
    }

    fn limit(&self, what: LimitKind, max: usize, offset: usize) -> SmfError {
        let track = self.tracks.len().checked_sub(1);
        SmfError::Limit { what, max, track, offset }
    }

    fn warn(&mut self, offset: usize, kind: WarningKind) {
        self.warnings.add(offset, kind);
    }

    /// The whole, whose quarter notes have so many ticks.
    fn finish(self, ticks: u16, format: Format) -> Loaded {
        let ticks = NonZeroU16::new(ticks).unwrap_or(NonZeroU16::MIN);
        let division = Division::TicksPerQuarter(ticks);
        self.warnings.into_loaded(Smf {
            format,
            division,
            tracks: self.tracks,
            rmid: None,
            xf: None,
        })
    }
}

/// A controller of seven bits.
fn control(channel: Channel, controller: u8, value: u8) -> Message {
    let controller = Controller::from_data(controller);
    Message::ControlChange { channel, controller, value: ControlValue::from_u7(value.min(127)) }
}
