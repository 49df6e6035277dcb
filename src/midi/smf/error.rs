//! What can be wrong with a file, and what can be odd about it.

use std::fmt;

/// Why bytes could not be read as a Standard MIDI File.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SmfError {
    /// There is no `MThd` in the bytes.
    #[error("not a Standard MIDI File: expected MThd at offset 0x0, got {looks_like}")]
    NotSmf {
        /// What the bytes seem to be instead.
        looks_like: LooksLike,
    },
    /// The bytes end inside the header.
    #[error("MThd at offset {offset:#x}: {got} bytes, expected at least 14")]
    HeaderCutShort {
        /// Where the header begins.
        offset: usize,
        /// Bytes that are there.
        got: usize,
    },
    /// The header does not say what a tick is.
    #[error(
        "MThd: division {got:#06x} at offset {offset:#x}, expected 1 to 32767 ticks per quarter note, \
         or 24, 25, 29 or 30 SMPTE frames with 1 to 255 ticks"
    )]
    Division {
        /// Where the division stands.
        offset: usize,
        /// Its word.
        got: u16,
    },
    /// There is a header but no track.
    #[error("no MTrk after the MThd at offset {offset:#x}, expected {declared} of them")]
    NoTracks {
        /// Where the header begins.
        offset: usize,
        /// How many tracks the header promises.
        declared: u16,
    },
    /// A clip file does not say what a tick is.
    #[error("clip file: no ticks per quarter note (DCTPQ) at offset {offset:#x} or after")]
    ClipWithoutTicks {
        /// Where its header begins.
        offset: usize,
    },
    /// The bytes of a MUS file end inside its header.
    #[error("MUS file: {got} bytes, expected a header of 16")]
    MusCutShort {
        /// Bytes that are there.
        got: usize,
    },
    /// An XMI file has no events.
    #[error("XMI file: no EVNT chunk up to offset {offset:#x}, expected one for each sequence")]
    NoSequence {
        /// Where the search ended.
        offset: usize,
    },
    /// The file holds more than the caller allows.
    #[error("{}offset {offset:#x}: more than {max} {what}", in_track(.track))]
    Limit {
        /// Of what there is too much.
        what: LimitKind,
        /// How much there may be.
        max: usize,
        /// The track in which the limit was passed, from 0.
        track: Option<usize>,
        /// Where in the file.
        offset: usize,
    },
}

fn in_track(track: &Option<usize>) -> String {
    track.map(|track| format!("track {track}, ")).unwrap_or_default()
}

/// A limit of [`super::Limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LimitKind {
    /// Bytes of the file.
    FileBytes,
    /// Tracks.
    Tracks,
    /// Events of all tracks.
    Events,
    /// Bytes of all texts, exclusive messages and escapes.
    PayloadBytes,
}

impl fmt::Display for LimitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FileBytes => "bytes in the file",
            Self::Tracks => "tracks",
            Self::Events => "events",
            Self::PayloadBytes => "bytes of text and system exclusive data",
        })
    }
}

/// What bytes seem to be that are no Standard MIDI File.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LooksLike {
    /// No bytes at all.
    Empty,
    /// A kind of file with a signature of its own.
    File(&'static str),
    /// Readable text.
    Text,
    /// Tracks without the header that says what their ticks are.
    TracksWithoutHeader {
        /// Where the first `MTrk` stands.
        offset: usize,
    },
    /// Nothing known.
    Unknown {
        /// The first four bytes, zero where there are fewer.
        first: [u8; 4],
    },
}

impl fmt::Display for LooksLike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("an empty file"),
            Self::File(kind) => f.write_str(kind),
            Self::Text => f.write_str("a text file"),
            Self::TracksWithoutHeader { offset } => {
                write!(f, "an MTrk at offset {offset:#x} with no MThd before it")
            }
            Self::Unknown { first: [a, b, c, d] } => {
                write!(f, "the bytes {a:02x} {b:02x} {c:02x} {d:02x}")
            }
        }
    }
}

/// Something odd in a file that was read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmfWarning {
    /// The track, from 0; none for what lies outside the tracks.
    pub track: Option<usize>,
    /// Where in the file.
    pub offset: usize,
    /// What is odd.
    pub kind: WarningKind,
}

impl fmt::Display for SmfWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}offset {:#x}: {}", in_track(&self.track), self.offset, self.kind)
    }
}

/// What is odd, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WarningKind {
    /// The header does not stand at the begin (MacBinary, mail headers, junk).
    #[error("{count} bytes before MThd, skipped")]
    LeadingBytes {
        /// How many bytes.
        count: usize,
    },
    /// The header is longer or shorter than 6 bytes.
    #[error("MThd has {got} bytes, expected 6; the first 6 are used")]
    HeaderLength {
        /// What the header says of its length.
        got: u32,
    },
    /// The header names a format that does not exist.
    #[error("format {got}, expected 0 to 2; played as format 1")]
    Format {
        /// The format.
        got: u16,
    },
    /// A file of format 0 has more than one track.
    #[error("format 0 with {found} tracks, expected 1; played together")]
    FormatZeroTracks {
        /// Tracks that are there.
        found: usize,
    },
    /// The header promises another number of tracks.
    #[error("{found} tracks, expected {declared}")]
    TrackCount {
        /// What the header says.
        declared: u16,
        /// Tracks that are there.
        found: usize,
    },
    /// A chunk that is no track.
    #[error("chunk {} of {len} bytes, expected MTrk; skipped", .id.escape_ascii())]
    AlienChunk {
        /// Its four characters.
        id: [u8; 4],
        /// Its length.
        len: u32,
    },
    /// Bytes where a chunk should begin.
    #[error("{count} bytes where a chunk should begin, skipped")]
    BytesBetweenChunks {
        /// How many bytes.
        count: usize,
    },
    /// A track says that it is longer than the file, or of no length when it has events.
    #[error("track of {declared} bytes, got {available}; read to its end of track")]
    TrackLength {
        /// What the track says.
        declared: u32,
        /// Bytes that are there.
        available: usize,
    },
    /// A track goes on after its end.
    #[error("{count} bytes after the end of track, skipped")]
    BytesAfterEndOfTrack {
        /// How many bytes.
        count: usize,
    },
    /// A track has no end of track.
    #[error("no end of track; the track ends with its bytes")]
    MissingEndOfTrack,
    /// A track stops inside an event.
    #[error("the track stops inside an event; what is there is used where it makes sense")]
    EventCutShort,
    /// A delta time or a length that does not end after four bytes.
    #[error("variable-length number of more than 4 bytes, cut")]
    LongNumber,
    /// A status that no file may hold.
    #[error("status {status:02x} does not belong in a file, skipped")]
    IllegalStatus {
        /// The status.
        status: u8,
    },
    /// Data with no status to go with.
    #[error("{count} data bytes without a status, skipped")]
    StrayData {
        /// How many bytes.
        count: usize,
    },
    /// A data byte above 127.
    #[error("data byte {got:#04x}, expected 0 to 0x7f; taken for 127")]
    DataAboveRange {
        /// The byte.
        got: u8,
    },
    /// A meta event of another length than its type has.
    #[error("meta event {kind:02x} of {got} bytes, expected {expected}")]
    MetaLength {
        /// The type.
        kind: u8,
        /// The length of that type.
        expected: usize,
        /// What is there.
        got: usize,
    },
    /// A tempo of zero microseconds.
    #[error("tempo of 0, ignored")]
    TempoZero,
    /// A system exclusive message without F7, followed by something else.
    #[error("system exclusive message without F7; taken as whole")]
    UnterminatedSysEx,
    /// Mixed data sets, which nothing here takes.
    #[error("{chunks} chunks of mixed data sets, skipped")]
    MixedData {
        /// How many chunks.
        chunks: usize,
    },
    /// Pieces of system exclusive messages in eight bits without a begin, or in the midst of another message.
    #[error("{count} pieces of 8-bit system exclusive messages out of their order, skipped")]
    StraySysEx8 {
        /// How many pieces.
        count: u64,
    },
}
