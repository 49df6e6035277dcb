//! Standard MIDI Files: the score as values, a reader that forgives and a writer that does not.
//!
//! Not a player: ticks stay ticks here, what they are in frames is the business of `sequence`.
//!
//! The reader works on bytes in memory, inside [`Limits`]. It separates *cannot* from *odd*: a file that
//! holds music is [`Loaded`] with a [`SmfWarning`] per oddity, one that holds none is a [`SmfError`].
//! Every place is given as the byte offset in the bytes that were passed in, containers included.
//!
//! MIDI 2.0 clip files and the MUS and XMI scores of games come out as the same values.
//!
//! Source: Standard MIDI Files 1.0 (RP-001), RP-019 (device and program names), RP-026 (languages of texts),
//! RP-029 (RMID); XF Format Specifications 2.01; M2-116-U (clip files).

mod error;
mod meta;
mod text;
mod clip;
mod game;
mod container;
mod track;
mod read;
mod write;

use std::num::{NonZeroU8, NonZeroU16};
use std::ops::Range;

use super::Message;

pub use error::{LimitKind, LooksLike, SmfError, SmfWarning, WarningKind};
pub use meta::{KeySignature, Meta, SmpteOffset, Tempo, TextKind, TimeSignature};
pub use read::{Limits, Loaded};
pub use text::TextEncoding;
pub use write::{WriteError, write};

/// A Standard MIDI File.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smf {
    /// How the tracks belong together.
    pub format: Format,
    /// What a tick is.
    pub division: Division,
    /// The tracks in the file's order.
    pub tracks: Vec<Track>,
    /// What the RIFF wrapper held besides, for a file that came in one.
    pub rmid: Option<Rmid>,
    /// What a file of the XF format has behind its tracks.
    pub xf: Option<Xf>,
}

impl Smf {
    /// Reads a file within the default [`Limits`]; clip files of MIDI 2.0, and the MUS and XMI files of games, as well.
    ///
    /// # Errors
    ///
    /// [`SmfError`] when the bytes hold no music, or more of it than the limits allow.
    pub fn read(bytes: &[u8]) -> Result<Loaded, SmfError> {
        Self::read_within(bytes, &Limits::default())
    }

    /// Reads a file within `limits`.
    ///
    /// # Errors
    ///
    /// [`SmfError`] when the bytes hold no music, or more of it than the limits allow.
    pub fn read_within(bytes: &[u8], limits: &Limits) -> Result<Loaded, SmfError> {
        read::read(bytes, limits)
    }
}

/// How the tracks of a file belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Format 0: one track with everything in it.
    Single,
    /// Format 1: tracks that play at the same time.
    Parallel,
    /// Format 2: patterns that have nothing to do with each other.
    Patterns,
}

/// What a tick is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Division {
    /// A fraction of a quarter note, whose length is the tempo.
    TicksPerQuarter(NonZeroU16),
    /// A fraction of a SMPTE frame; the tempo does not matter.
    Smpte {
        /// Frames per second.
        rate: SmpteRate,
        /// Ticks per frame.
        ticks_per_frame: NonZeroU8,
    },
}

impl Division {
    /// The division in the header's word, if that means one.
    pub fn from_word(word: u16) -> Option<Self> {
        if word < 0x8000 {
            return NonZeroU16::new(word).map(Self::TicksPerQuarter);
        }
        let [high, low] = word.to_be_bytes();
        let rate = match high as i8 {
            -24 => SmpteRate::Fps24,
            -25 => SmpteRate::Fps25,
            -29 => SmpteRate::Fps2997,
            -30 => SmpteRate::Fps30,
            _ => return None,
        };
        Some(Self::Smpte { rate, ticks_per_frame: NonZeroU8::new(low)? })
    }

    /// The header's word; a number of ticks above 32,767 does not fit and is cut.
    pub fn to_word(self) -> u16 {
        match self {
            Self::TicksPerQuarter(ticks) => ticks.get().min(0x7FFF),
            Self::Smpte { rate, ticks_per_frame } => {
                let frames: i8 = match rate {
                    SmpteRate::Fps24 => -24,
                    SmpteRate::Fps25 => -25,
                    SmpteRate::Fps2997 => -29,
                    SmpteRate::Fps30 => -30,
                };
                u16::from_be_bytes([frames as u8, ticks_per_frame.get()])
            }
        }
    }
}

/// A number of SMPTE frames per second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SmpteRate {
    /// 24, film.
    Fps24,
    /// 25.
    Fps25,
    /// 30000/1001, written as 29: the drop-frame count of NTSC, which leaves out labels, not frames.
    Fps2997,
    /// 30.
    Fps30,
}

/// One track.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Track {
    /// The events, their ticks never falling. End of track is [`Track::end`], not an event.
    pub events: Vec<TrackEvent>,
    /// The tick at which the track ends; that of the last event when the file does not say.
    pub end: u64,
}

impl Track {
    /// Appends an event and moves the end of the track to it.
    pub fn push(&mut self, tick: u64, kind: impl Into<TrackEventKind>) {
        self.events.push(TrackEvent { tick, kind: kind.into() });
        self.end = self.end.max(tick);
    }
}

/// Something at a tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackEvent {
    /// Ticks since the track began.
    pub tick: u64,
    /// What is there.
    pub kind: TrackEventKind,
}

/// What a track can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrackEventKind {
    /// A channel message.
    Message(Message),
    /// A system exclusive message or a packet of one.
    SysEx(SysExData),
    /// Bytes to be sent as they are (an F7 event with no exclusive message to go on with).
    Escape(Box<[u8]>),
    /// Something that is not sent.
    Meta(Meta),
}

impl From<Message> for TrackEventKind {
    fn from(message: Message) -> Self {
        Self::Message(message)
    }
}

impl From<Meta> for TrackEventKind {
    fn from(meta: Meta) -> Self {
        Self::Meta(meta)
    }
}

impl From<SysExData> for TrackEventKind {
    fn from(data: SysExData) -> Self {
        Self::SysEx(data)
    }
}

/// The bytes of a system exclusive event, without F0 at its begin and F7 at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SysExData {
    /// The bytes.
    pub bytes: Box<[u8]>,
    /// Whether the message begins here (an F0 event) or goes on (F7).
    pub starts: bool,
    /// Whether the message ends here.
    pub ends: bool,
}

impl SysExData {
    /// A whole message, whose `payload` leaves out F0 and F7.
    pub fn whole(payload: &[u8]) -> Self {
        Self { bytes: payload.into(), starts: true, ends: true }
    }
}

/// The chunks that Yamaha's XF format adds to a file; their times are those of its tracks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Xf {
    /// `XFIH`: texts about the song, from `XFhd:` and `XFln:` on.
    pub information: Option<Track>,
    /// `XFKM`: the words, as lyric events under a cue point that begins with `$Lyrc:`.
    pub karaoke: Option<Track>,
}

/// What a RIFF RMID file holds besides the score.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rmid {
    /// Where the embedded bank lies (a whole RIFF form, `sfbk` or `DLS `), in bytes of the file.
    pub bank: Option<Range<usize>>,
    /// The bank number that the embedded bank's presets are moved by (`DBNK`).
    pub bank_offset: Option<u16>,
}
