//! Writes a score as a Standard MIDI File.
//!
//! What was read comes out equal when it is read again, except that values of MIDI 2.0 resolution are
//! cut to seven bits and that a RIFF wrapper is not written.

use super::{Format, Meta, Smf, SysExData, Track, TrackEventKind};
use crate::midi::Message;

/// Why a score cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The header holds a 16-bit number of tracks, and exactly one in format 0.
    #[error("{got} tracks, expected {expected}")]
    TrackCount {
        /// How many the score has.
        got: usize,
        /// How many it may have.
        expected: &'static str,
    },
    /// An event is earlier than the one before it, or more than 268,435,455 ticks later.
    #[error("track {track}, event {event}: tick {got}, expected {earliest} to {latest}")]
    Tick {
        /// The track, from 0.
        track: usize,
        /// The event in it, from 0; one past the last is the end of track.
        event: usize,
        /// Its tick.
        got: u64,
        /// The tick of the event before.
        earliest: u64,
        /// The last tick that a delta time reaches from there.
        latest: u64,
    },
    /// A text, an exclusive message or a track is too long for its length field.
    #[error("track {track}, event {event}: {got} bytes, expected at most {max}")]
    TooLong {
        /// The track, from 0.
        track: usize,
        /// The event in it, from 0; one past the last is the track itself.
        event: usize,
        /// Its length in bytes.
        got: usize,
        /// The longest that can be written.
        max: usize,
    },
}

/// The largest variable-length number.
const MAX_NUMBER: u32 = 0x0FFF_FFFF;

/// The bytes of `smf` as a file.
///
/// # Errors
///
/// [`WriteError`] when the score does not fit the format.
pub fn write(smf: &Smf) -> Result<Vec<u8>, WriteError> {
    let format: u16 = match smf.format {
        Format::Single => 0,
        Format::Parallel => 1,
        Format::Patterns => 2,
    };
    let got = smf.tracks.len();
    if format == 0 && got != 1 {
        return Err(WriteError::TrackCount { got, expected: "1" });
    }
    let Ok(count) = u16::try_from(got) else {
        return Err(WriteError::TrackCount { got, expected: "at most 65535" });
    };
    let mut out = b"MThd\0\0\0\x06".to_vec();
    for word in [format, count, smf.division.to_word()] {
        out.extend(word.to_be_bytes());
    }
    for (index, track) in smf.tracks.iter().enumerate() {
        write_chunk(&mut out, b"MTrk", index, track)?;
    }
    let xf = smf.xf.iter();
    for (id, track) in xf.flat_map(|xf| [(b"XFIH", &xf.information), (b"XFKM", &xf.karaoke)]) {
        if let Some(track) = track {
            write_chunk(&mut out, id, got, track)?;
        }
    }
    Ok(out)
}

fn write_chunk(
    out: &mut Vec<u8>,
    id: &[u8; 4],
    index: usize,
    track: &Track,
) -> Result<(), WriteError> {
    let body = TrackWriter { index, event: 0, tick: 0, running: None, out: Vec::new() };
    let body = body.write(track)?;
    let Ok(length) = u32::try_from(body.len()) else {
        let (event, got, max) = (track.events.len(), body.len(), u32::MAX as usize);
        return Err(WriteError::TooLong { track: index, event, got, max });
    };
    out.extend(id);
    out.extend(length.to_be_bytes());
    out.extend(body);
    Ok(())
}

struct TrackWriter {
    index: usize,
    event: usize,
    tick: u64,
    running: Option<u8>,
    out: Vec<u8>,
}

impl TrackWriter {
    fn write(mut self, track: &Track) -> Result<Vec<u8>, WriteError> {
        for event in &track.events {
            self.delta(event.tick)?;
            match &event.kind {
                TrackEventKind::Message(Message::SysEx(part)) => {
                    self.sysex(&SysExData {
                        bytes: part.bytes().into(),
                        starts: part.is_first(),
                        ends: part.is_last(),
                    })?;
                }
                // Only an escape can carry FF, which begins a meta event here.
                TrackEventKind::Message(Message::SystemReset) => self.packet(0xF7, &[&[0xFF]])?,
                TrackEventKind::Message(message) => self.message(&message.to_midi1()),
                TrackEventKind::SysEx(data) => self.sysex(data)?,
                TrackEventKind::Escape(bytes) => self.packet(0xF7, &[bytes])?,
                TrackEventKind::Meta(meta) => self.meta(meta)?,
            }
            self.event += 1;
        }
        self.delta(track.end)?;
        self.out.extend([0xFF, 0x2F, 0x00]);
        Ok(self.out)
    }

    fn delta(&mut self, tick: u64) -> Result<(), WriteError> {
        let delta = tick.checked_sub(self.tick).and_then(|delta| u32::try_from(delta).ok());
        let Some(delta) = delta.filter(|delta| *delta <= MAX_NUMBER) else {
            return Err(WriteError::Tick {
                track: self.index,
                event: self.event,
                got: tick,
                earliest: self.tick,
                latest: self.tick.saturating_add(u64::from(MAX_NUMBER)),
            });
        };
        self.tick = tick;
        self.number(delta);
        Ok(())
    }

    /// Writes one or, for a program change with its bank, several messages with running status.
    fn message(&mut self, bytes: &[u8]) {
        let mut first = true;
        for message in bytes.chunk_by(|_, next| *next < 0x80) {
            if !first {
                self.number(0);
            }
            first = false;
            let [status, data @ ..] = message else { continue };
            if self.running != Some(*status) {
                self.out.push(*status);
                self.running = Some(*status);
            }
            self.out.extend(data);
        }
    }

    fn sysex(&mut self, data: &SysExData) -> Result<(), WriteError> {
        let status = if data.starts { 0xF0 } else { 0xF7 };
        let end: &[u8] = if data.ends { &[0xF7] } else { &[] };
        self.packet(status, &[&data.bytes, end])
    }

    fn meta(&mut self, meta: &Meta) -> Result<(), WriteError> {
        let (kind, bytes) = meta.to_parts();
        self.out.push(0xFF);
        self.packet(kind, &[&bytes])
    }

    /// Writes a status or type, the length of `parts` and the parts; running status ends.
    fn packet(&mut self, status: u8, parts: &[&[u8]]) -> Result<(), WriteError> {
        let got = parts.iter().map(|part| part.len()).sum();
        let length = u32::try_from(got).ok().filter(|length| *length <= MAX_NUMBER);
        let Some(length) = length else {
            let (track, event, max) = (self.index, self.event, MAX_NUMBER as usize);
            return Err(WriteError::TooLong { track, event, got, max });
        };
        self.running = None;
        self.out.push(status);
        self.number(length);
        for part in parts {
            self.out.extend(*part);
        }
        Ok(())
    }

    /// Writes a variable-length number of at most [`MAX_NUMBER`].
    fn number(&mut self, value: u32) {
        for shift in [21, 14, 7] {
            if value >> shift != 0 {
                self.out.push(0x80 | (value >> shift & 0x7F) as u8);
            }
        }
        self.out.push((value & 0x7F) as u8);
    }
}
