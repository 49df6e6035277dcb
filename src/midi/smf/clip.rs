//! MIDI clip files of MIDI 2.0, read as a score of one track.
//!
//! A clip is a sequence of Universal MIDI Packets: a header that says what a tick is, and then packets with the ticks
//! between them. Messages keep their resolution; a message for another group of channels gets a port before it, as a
//! track with several ports has. Tempos are kept to the microsecond, as files of MIDI 1.0 have them.
//!
//! Source: M2-116-U (MIDI Clip File), version 1.0.

use std::num::NonZeroU16;

use super::read::Warnings;
use super::{
    Division, Format, LimitKind, Limits, Loaded, Meta, Smf, SmfError, Tempo, TextKind,
    TimeSignature, Track, TrackEventKind, WarningKind,
};
use crate::midi::ump::{Packet, PacketReader, SysEx8Merger, SysEx8Piece, TextPiece};
use crate::midi::{ChannelGroup, Event};

/// What every clip file begins with.
pub(super) const SIGNATURE: &[u8; 8] = b"SMF2CLIP";
/// Bytes of a word.
const WORD: usize = 4;
/// Units of a clip's tempo in a microsecond.
const TEMPO_UNITS: u32 = 100;
/// What a clip does not say of its metronome: it clicks at every quarter note.
const CLOCKS_PER_CLICK: u8 = 24;

/// By bank and kind, the texts that a file of MIDI 1.0 has a kind for.
const TEXT_KINDS: [(u8, u8, TextKind); 5] = [
    (1, 1, TextKind::TRACK_NAME),
    (1, 2, TextKind::TRACK_NAME),
    (1, 3, TextKind::TRACK_NAME),
    (1, 4, TextKind::COPYRIGHT),
    (2, 1, TextKind::LYRIC),
];

/// Reads a clip file.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Loaded, SmfError> {
    let mut clip = Clip::new(limits);
    let mut reader = PacketReader::new();
    let mut at = SIGNATURE.len();
    let mut begin = at;
    let words = bytes.get(at..).unwrap_or_default().chunks_exact(WORD);
    for word in words.filter_map(|word| word.first_chunk().copied()) {
        if !reader.is_inside() {
            begin = at;
        }
        at += WORD;
        if let Some(packet) = reader.push(u32::from_be_bytes(word)) {
            clip.take(packet, begin)?;
            if clip.ended {
                break;
            }
        }
    }
    clip.finish(bytes.len(), at, reader.is_inside())
}

/// A clip on its way in.
struct Clip<'a> {
    limits: &'a Limits,
    warnings: Warnings,
    ticks: Option<NonZeroU16>,
    track: Track,
    tick: u64,
    group: ChannelGroup,
    text: Vec<u8>,
    sysex8: SysEx8Merger,
    /// Chunks of mixed data sets.
    mixed_data: usize,
    payload: usize,
    begun: bool,
    ended: bool,
}

impl<'a> Clip<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            warnings: Warnings::new(limits.warnings),
            ticks: None,
            track: Track::default(),
            tick: 0,
            group: ChannelGroup(0),
            text: Vec::new(),
            sysex8: SysEx8Merger::default(),
            mixed_data: 0,
            payload: 0,
            begun: false,
            ended: false,
        }
    }

    fn take(&mut self, packet: Packet, offset: usize) -> Result<(), SmfError> {
        match packet {
            Packet::TicksPerQuarter(ticks) => self.ticks = NonZeroU16::new(ticks).or(self.ticks),
            Packet::DeltaTicks(ticks) => self.tick = self.tick.saturating_add(ticks.into()),
            Packet::StartOfClip if !self.begun => (self.begun, self.tick) = (true, 0),
            Packet::EndOfClip => self.ended = true,
            Packet::Event(event) => return self.event(event, offset),
            Packet::Tempo(units) => match Tempo::new(rounded(units)) {
                Some(tempo) => return self.push(Meta::Tempo(tempo), offset),
                None => self.warnings.add(offset, WarningKind::TempoZero),
            },
            Packet::TimeSignature { numerator, denominator_power, notated_32nds } => {
                let clocks_per_click = CLOCKS_PER_CLICK;
                let signature =
                    TimeSignature { numerator, denominator_power, clocks_per_click, notated_32nds };
                return self.push(Meta::TimeSignature(signature), offset);
            }
            Packet::Text(piece) => return self.text(&piece, offset),
            Packet::SysEx8(piece) => return self.sysex8(&piece, offset),
            Packet::MixedDataHeader => self.mixed_data += 1,
            Packet::StartOfClip | Packet::MixedDataPayload | Packet::Other => {}
        }
        Ok(())
    }

    fn sysex8(&mut self, piece: &SysEx8Piece, offset: usize) -> Result<(), SmfError> {
        let mut taken = Ok(());
        let mut merger = self.sysex8;
        merger.push(piece, |event| {
            if taken.is_ok() {
                taken = self.event(event, offset);
            }
        });
        self.sysex8 = merger;
        taken
    }

    fn event(&mut self, event: Event, offset: usize) -> Result<(), SmfError> {
        if event.group != self.group {
            self.group = event.group;
            self.push(Meta::Port(event.group.0), offset)?;
        }
        self.push(event.message, offset)
    }

    fn push(&mut self, kind: impl Into<TrackEventKind>, offset: usize) -> Result<(), SmfError> {
        if self.track.events.len() >= self.limits.events {
            return Err(limit(LimitKind::Events, self.limits.events, offset));
        }
        self.track.push(self.tick, kind);
        Ok(())
    }

    fn text(&mut self, piece: &TextPiece, offset: usize) -> Result<(), SmfError> {
        if piece.is_first {
            self.text.clear();
        }
        self.payload += piece.bytes.len();
        if self.payload > self.limits.payload_bytes {
            return Err(limit(LimitKind::PayloadBytes, self.limits.payload_bytes, offset));
        }
        self.text.extend_from_slice(&piece.bytes);
        if !piece.is_last {
            return Ok(());
        }
        let len = self.text.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let known =
            TEXT_KINDS.iter().find(|(bank, kind, _)| (*bank, *kind) == (piece.bank, piece.kind));
        let kind = known.map_or(TextKind::TEXT, |(_, _, kind)| *kind);
        let bytes = self.text.get(..len).unwrap_or_default().into();
        self.text.clear();
        self.push(Meta::Text { kind, bytes }, offset)
    }

    fn finish(mut self, len: usize, at: usize, is_inside: bool) -> Result<Loaded, SmfError> {
        let ticks = self.ticks.ok_or(SmfError::ClipWithoutTicks { offset: SIGNATURE.len() })?;
        if !self.ended {
            let kind =
                if is_inside { WarningKind::EventCutShort } else { WarningKind::MissingEndOfTrack };
            self.warnings.add(at, kind);
        } else if at < len {
            self.warnings.add(at, WarningKind::BytesAfterEndOfTrack { count: len - at });
        }
        if self.mixed_data > 0 {
            self.warnings.add(at, WarningKind::MixedData { chunks: self.mixed_data });
        }
        if self.sysex8.passed_over() > 0 {
            self.warnings.add(at, WarningKind::StraySysEx8 { count: self.sysex8.passed_over() });
        }
        self.track.end = self.track.end.max(self.tick);
        let smf = Smf {
            format: Format::Single,
            division: Division::TicksPerQuarter(ticks),
            tracks: vec![self.track],
            rmid: None,
            xf: None,
        };
        Ok(self.warnings.into_loaded(smf))
    }
}

fn limit(what: LimitKind, max: usize, offset: usize) -> SmfError {
    SmfError::Limit { what, max, track: Some(0), offset }
}

/// A tempo in microseconds.
const fn rounded(units: u32) -> u32 {
    units / TEMPO_UNITS + (units % TEMPO_UNITS >= TEMPO_UNITS / 2) as u32
}
