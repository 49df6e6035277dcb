//! Meta events as values.
//!
//! Not what they do: tempo becomes time and ports become channel groups in `sequence`.

use std::borrow::Cow;

/// What a track says that is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meta {
    /// 00: the number of the sequence; without one, the pattern's place in the file counts.
    SequenceNumber(Option<u16>),
    /// 01 to 0F: text of some kind, in an encoding that the file may or may not name ([`TextEncoding`](super::TextEncoding)).
    Text {
        /// What the text is.
        kind: TextKind,
        /// Its bytes.
        bytes: Box<[u8]>,
    },
    /// 20: the channel that the following meta events are about, 0 to 15.
    ChannelPrefix(u8),
    /// 21: the port of what follows in the track.
    Port(u8),
    /// 51: the length of a quarter note from here on.
    Tempo(Tempo),
    /// 54: when the track is to start.
    SmpteOffset(SmpteOffset),
    /// 58: the time signature.
    TimeSignature(TimeSignature),
    /// 59: the key signature.
    KeySignature(KeySignature),
    /// 7F: what only the program that wrote it understands.
    SequencerSpecific(Box<[u8]>),
    /// Any other type, or one of the above whose data make no sense.
    Other {
        /// The type.
        kind: u8,
        /// The data.
        bytes: Box<[u8]>,
    },
}

impl Meta {
    /// A text in UTF-8.
    pub fn text(kind: TextKind, text: &str) -> Self {
        Self::Text { kind, bytes: text.as_bytes().into() }
    }

    /// The event of type `kind` with the data `bytes`; too few data give [`Meta::Other`].
    pub(super) fn parse(kind: u8, bytes: &[u8]) -> Self {
        Self::parse_fields(kind, bytes).unwrap_or_else(|| Self::Other { kind, bytes: bytes.into() })
    }

    /// The bytes that are kept as they were, for the types that have any number of them.
    pub(super) fn payload(&self) -> Option<&[u8]> {
        match self {
            Self::Text { bytes, .. }
            | Self::SequencerSpecific(bytes)
            | Self::Other { bytes, .. } => Some(bytes),
            _ => None,
        }
    }

    fn parse_fields(kind: u8, bytes: &[u8]) -> Option<Self> {
        Some(match kind {
            0x00 if bytes.is_empty() => Self::SequenceNumber(None),
            0x00 => Self::SequenceNumber(Some(u16::from_be_bytes(*bytes.first_chunk()?))),
            0x01..=0x0F => Self::Text { kind: TextKind(kind), bytes: bytes.into() },
            0x20 => Self::ChannelPrefix(*bytes.first()?),
            0x21 => Self::Port(*bytes.first()?),
            0x51 => {
                let [a, b, c] = *bytes.first_chunk()?;
                Self::Tempo(Tempo::new(u32::from_be_bytes([0, a, b, c]))?)
            }
            0x54 => {
                let [hours, minutes, seconds, frames, hundredths] = *bytes.first_chunk()?;
                Self::SmpteOffset(SmpteOffset { hours, minutes, seconds, frames, hundredths })
            }
            0x58 => {
                let [numerator, denominator_power, clocks_per_click, notated_32nds] =
                    *bytes.first_chunk()?;
                Self::TimeSignature(TimeSignature {
                    numerator,
                    denominator_power,
                    clocks_per_click,
                    notated_32nds,
                })
            }
            0x59 => {
                let [sharps, minor] = *bytes.first_chunk()?;
                Self::KeySignature(KeySignature { sharps: sharps as i8, minor: minor != 0 })
            }
            0x7F => Self::SequencerSpecific(bytes.into()),
            _ => return None,
        })
    }

    /// The type and the data of the event.
    pub(super) fn to_parts(&self) -> (u8, Cow<'_, [u8]>) {
        match self {
            Self::SequenceNumber(None) => (0x00, Cow::Borrowed(&[])),
            Self::SequenceNumber(Some(number)) => (0x00, number.to_be_bytes().to_vec().into()),
            Self::Text { kind, bytes } => (kind.0, Cow::Borrowed(bytes)),
            Self::ChannelPrefix(channel) => (0x20, vec![*channel].into()),
            Self::Port(port) => (0x21, vec![*port].into()),
            Self::Tempo(tempo) => (0x51, tempo.micros().to_be_bytes()[1..].to_vec().into()),
            Self::SmpteOffset(o) => {
                (0x54, vec![o.hours, o.minutes, o.seconds, o.frames, o.hundredths].into())
            }
            Self::TimeSignature(t) => (
                0x58,
                vec![t.numerator, t.denominator_power, t.clocks_per_click, t.notated_32nds].into(),
            ),
            Self::KeySignature(k) => (0x59, vec![k.sharps as u8, u8::from(k.minor)].into()),
            Self::SequencerSpecific(bytes) => (0x7F, Cow::Borrowed(bytes)),
            Self::Other { kind, bytes } => (*kind, Cow::Borrowed(bytes)),
        }
    }
}

/// The number of data bytes that the standard gives a type, where it gives one.
pub(super) const fn expected_len(kind: u8) -> Option<usize> {
    match kind {
        0x2F => Some(0),
        0x20 | 0x21 => Some(1),
        0x00 | 0x59 => Some(2),
        0x51 => Some(3),
        0x58 => Some(4),
        0x54 => Some(5),
        _ => None,
    }
}

/// The kind of a text event, 1 to 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextKind(u8);

impl TextKind {
    /// Any text; karaoke files put their words here.
    pub const TEXT: Self = Self(0x01);
    /// Whose the file is.
    pub const COPYRIGHT: Self = Self(0x02);
    /// The name of the track, or of the song in the first one.
    pub const TRACK_NAME: Self = Self(0x03);
    /// What plays.
    pub const INSTRUMENT_NAME: Self = Self(0x04);
    /// A syllable.
    pub const LYRIC: Self = Self(0x05);
    /// A point in the song.
    pub const MARKER: Self = Self(0x06);
    /// What happens on screen or stage.
    pub const CUE_POINT: Self = Self(0x07);
    /// The program's name (RP-019).
    pub const PROGRAM_NAME: Self = Self(0x08);
    /// The device that the track is for (RP-019).
    pub const DEVICE_NAME: Self = Self(0x09);

    /// The type of the meta event.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// The length of a quarter note in microseconds, 1 to 16,777,215.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tempo(u32);

impl Tempo {
    /// 120 quarter notes a minute, which holds until a file says otherwise.
    pub const DEFAULT: Self = Self(500_000);

    /// The tempo of `micros` microseconds per quarter note, if three bytes hold it and it is not zero.
    pub const fn new(micros: u32) -> Option<Self> {
        if micros == 0 || micros > 0xFF_FFFF { None } else { Some(Self(micros)) }
    }

    /// Microseconds per quarter note.
    pub const fn micros(self) -> u32 {
        self.0
    }

    /// Quarter notes per minute.
    pub fn beats_per_minute(self) -> f64 {
        60_000_000.0 / f64::from(self.0)
    }
}

/// A SMPTE time at which a track is to start, in the file's own count of frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SmpteOffset {
    /// Hours; bits 5 and 6 hold the frame rate.
    pub hours: u8,
    /// Minutes.
    pub minutes: u8,
    /// Seconds.
    pub seconds: u8,
    /// Frames.
    pub frames: u8,
    /// Hundredths of a frame.
    pub hundredths: u8,
}

/// A time signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeSignature {
    /// Beats in a bar.
    pub numerator: u8,
    /// The beat's note value as a power of two: 2 is a quarter note.
    pub denominator_power: u8,
    /// MIDI clocks per click of the metronome.
    pub clocks_per_click: u8,
    /// Notated thirty-second notes in 24 MIDI clocks, normally 8.
    pub notated_32nds: u8,
}

/// A key signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeySignature {
    /// Sharps, or flats when negative.
    pub sharps: i8,
    /// Whether the key is minor.
    pub minor: bool,
}
