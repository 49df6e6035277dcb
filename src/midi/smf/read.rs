//! Walks the chunks of a file and puts the score together.

use std::ops::Range;

use super::clip;
use super::container::{self, find_id};
use super::game;
use super::track::{self, Budget};
use super::{Division, Format, LimitKind, Smf, SmfError, SmfWarning, Track, WarningKind, Xf};

/// How much of a file is read at most, so that a hostile one cannot eat the memory.
///
/// An event takes 32 bytes here and 24 more once it is in a sequence, or 64 when it is a tempo; so a file
/// made to use up the defaults takes about 1.5 GB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: usize,
    /// Tracks.
    pub tracks: usize,
    /// Events of all tracks.
    pub events: usize,
    /// Bytes of all texts, system exclusive messages and escapes, each counted as 16 more than it has.
    pub payload_bytes: usize,
    /// Warnings that are kept; further ones are counted.
    pub warnings: usize,
}

impl Default for Limits {
    /// Enough for every file of normal music and for most made to be impossible to play by hand.
    fn default() -> Self {
        Self {
            file_bytes: 256 << 20,
            tracks: 65_535,
            events: 16_000_000,
            payload_bytes: 16 << 20,
            warnings: 1_000,
        }
    }
}

/// A file that was read, and what was odd about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The file.
    pub smf: Smf,
    /// The oddities, in the order in which they were found.
    pub warnings: Vec<SmfWarning>,
    /// Oddities beyond [`Limits::warnings`].
    pub warnings_left_out: usize,
}

/// The oddities found so far.
#[derive(Debug)]
pub(super) struct Warnings {
    list: Vec<SmfWarning>,
    max: usize,
    left_out: usize,
    /// The track that is being read.
    track: Option<usize>,
}

impl Warnings {
    /// None yet; so many are kept.
    pub(super) const fn new(max: usize) -> Self {
        Self { list: Vec::new(), max, left_out: 0, track: None }
    }

    /// The score with what was odd about its file.
    pub(super) fn into_loaded(self, smf: Smf) -> Loaded {
        Loaded { smf, warnings: self.list, warnings_left_out: self.left_out }
    }

    pub(super) fn add(&mut self, offset: usize, kind: WarningKind) {
        if self.list.len() < self.max {
            self.list.push(SmfWarning { track: self.track, offset, kind });
        } else {
            self.left_out += 1;
        }
    }
}

/// What the header says.
struct Header {
    format: u16,
    declared_tracks: u16,
    division: Division,
    /// Where the chunks after it begin.
    end: usize,
}

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Loaded, SmfError> {
    if bytes.len() > limits.file_bytes {
        let (what, max, offset) = (LimitKind::FileBytes, limits.file_bytes, limits.file_bytes);
        return Err(SmfError::Limit { what, max, track: None, offset });
    }
    if bytes.starts_with(clip::SIGNATURE) {
        return clip::read(bytes, limits);
    }
    if let Some(read) = game::read(bytes, limits) {
        return read;
    }
    let mut warnings = Warnings::new(limits.warnings);
    let score = container::find(bytes)?;
    if score.leading > 0 {
        let kind = WarningKind::LeadingBytes { count: score.leading };
        warnings.add(score.range.start - score.leading, kind);
    }
    // Offsets stay those of the whole file: only the end is cut off.
    let bytes = &bytes[..score.range.end];
    let start = score.range.start;
    let header = read_header(bytes, start, &mut warnings)?;
    let chunks =
        Chunks { bytes, at: header.end, limits, warnings: &mut warnings, xf: [None, None] };
    let (tracks, xf) = chunks.read_tracks()?;
    if tracks.is_empty() {
        return Err(SmfError::NoTracks { offset: start, declared: header.declared_tracks });
    }
    let format = agree_on_format(&header, tracks.len(), start, &mut warnings);
    let smf = Smf { format, division: header.division, tracks, rmid: score.rmid, xf };
    Ok(warnings.into_loaded(smf))
}

fn read_header(bytes: &[u8], start: usize, warnings: &mut Warnings) -> Result<Header, SmfError> {
    const BODY: usize = 8;
    const DIVISION: usize = BODY + 4;
    let Some(head) = bytes.get(start..).and_then(|rest| rest.first_chunk::<14>()) else {
        return Err(SmfError::HeaderCutShort { offset: start, got: bytes.len() - start });
    };
    let word = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
    let length = u32::from_be_bytes([head[4], head[5], head[6], head[7]]);
    let declared = usize::try_from(length).unwrap_or(usize::MAX);
    let mut end = start.saturating_add(BODY).saturating_add(declared);
    if length != 6 {
        warnings.add(start + 4, WarningKind::HeaderLength { got: length });
        // Whoever wrote a wrong length usually wrote six bytes all the same.
        let six = start + BODY + 6;
        if declared < 6 || (has_id(bytes, six, b"MTrk") && !has_id(bytes, end, b"MTrk")) {
            end = six;
        }
    }
    let got = word(DIVISION);
    let division =
        Division::from_word(got).ok_or(SmfError::Division { offset: start + DIVISION, got })?;
    Ok(Header { format: word(BODY), declared_tracks: word(BODY + 2), division, end })
}

fn agree_on_format(header: &Header, found: usize, start: usize, warnings: &mut Warnings) -> Format {
    if usize::from(header.declared_tracks) != found {
        let kind = WarningKind::TrackCount { declared: header.declared_tracks, found };
        warnings.add(start + 10, kind);
    }
    match header.format {
        0 if found == 1 => Format::Single,
        0 => {
            warnings.add(start + 8, WarningKind::FormatZeroTracks { found });
            Format::Parallel
        }
        1 => Format::Parallel,
        2 => Format::Patterns,
        got => {
            warnings.add(start + 8, WarningKind::Format { got });
            Format::Parallel
        }
    }
}

fn has_id(bytes: &[u8], at: usize, id: &[u8; 4]) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with(id))
}

/// The walk over the chunks after the header.
struct Chunks<'a> {
    bytes: &'a [u8],
    at: usize,
    limits: &'a Limits,
    warnings: &'a mut Warnings,
    /// Where the events of the chunks of [`XF_CHUNKS`] lie.
    xf: [Option<Range<usize>>; 2],
}

/// Information header and karaoke messages of an XF file.
const XF_CHUNKS: [&[u8; 4]; 2] = [b"XFIH", b"XFKM"];

impl Chunks<'_> {
    fn read_tracks(mut self) -> Result<(Vec<Track>, Option<Xf>), SmfError> {
        let mut tracks = Vec::new();
        let mut budget = Budget::new(self.limits);
        while self.skip_to_track() {
            if tracks.len() == self.limits.tracks {
                let (what, max) = (LimitKind::Tracks, self.limits.tracks);
                return Err(SmfError::Limit { what, max, track: None, offset: self.at });
            }
            self.warnings.track = Some(tracks.len());
            tracks.push(self.read_track(tracks.len(), &mut budget)?);
            self.warnings.track = None;
        }
        let xf = self.read_xf(tracks.len(), &mut budget)?;
        Ok((tracks, xf))
    }

    /// Reads what an XF file has besides tracks; it is written like tracks.
    fn read_xf(&mut self, index: usize, budget: &mut Budget) -> Result<Option<Xf>, SmfError> {
        let mut read = |range: Option<Range<usize>>| -> Result<Option<Track>, SmfError> {
            let Some(range) = range else { return Ok(None) };
            Ok(Some(track::read(self.bytes, range, index, budget, self.warnings)?.track))
        };
        let [information, karaoke] = std::mem::take(&mut self.xf);
        let xf = Xf { information: read(information)?, karaoke: read(karaoke)? };
        Ok((xf != Xf::default()).then_some(xf))
    }

    /// Moves to the next `MTrk`; false when there is none.
    fn skip_to_track(&mut self) -> bool {
        while self.at < self.bytes.len() {
            if self.is_track(self.at) {
                return true;
            }
            match self.chunk(self.at) {
                Some((id, _, end)) if XF_CHUNKS.contains(&&id) => {
                    let place = usize::from(&id == XF_CHUNKS[1]);
                    self.xf[place].get_or_insert(self.at + 8..end);
                    self.at = end;
                }
                Some((id, len, end)) if &id != b"MThd" => {
                    self.warnings.add(self.at, WarningKind::AlienChunk { id, len });
                    self.at = end;
                }
                second_score => {
                    let next = find_id(self.bytes, b"MTrk", self.at)
                        .filter(|next| second_score.is_none() && self.is_track(*next));
                    let next = next.unwrap_or(self.bytes.len());
                    let kind = WarningKind::BytesBetweenChunks { count: next - self.at };
                    self.warnings.add(self.at, kind);
                    self.at = next;
                }
            }
        }
        false
    }

    /// Whether a track's header stands at `at`.
    fn is_track(&self, at: usize) -> bool {
        has_id(self.bytes, at, b"MTrk") && self.bytes.len() - at >= 8
    }

    /// The chunk at `at`, if something there reads like one and fits into the file: id, length, end.
    fn chunk(&self, at: usize) -> Option<([u8; 4], u32, usize)> {
        let header: &[u8; 8] = self.bytes.get(at..)?.first_chunk()?;
        let [a, b, c, d, len @ ..] = *header;
        let id = [a, b, c, d];
        let len = u32::from_be_bytes(len);
        let end = (at + 8).checked_add(usize::try_from(len).ok()?)?;
        let readable = id.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
        (readable && end <= self.bytes.len()).then_some((id, len, end))
    }

    /// Whether a track may well end at `at`.
    fn is_boundary(&self, at: usize) -> bool {
        at == self.bytes.len() || self.is_track(at) || self.chunk(at).is_some()
    }

    /// Reads the track whose header is at `self.at`, and moves behind it.
    ///
    /// The declared end is respected where it can be true: where it cannot, the track ends with its end
    /// of track, and what follows is searched for the next one.
    fn read_track(&mut self, index: usize, budget: &mut Budget) -> Result<Track, SmfError> {
        let len = self.bytes[self.at + 4..self.at + 8].iter();
        let declared = len.fold(0_u32, |value, byte| value << 8 | u32::from(*byte));
        let start = self.at + 8;
        let available = self.bytes.len() - start;
        let wanted = usize::try_from(declared).unwrap_or(usize::MAX);
        let unknown = wanted > available || (wanted == 0 && !self.is_boundary(start));
        if unknown {
            let kind = WarningKind::TrackLength { declared, available };
            self.warnings.add(self.at + 4, kind);
        }
        let end = if unknown { self.bytes.len() } else { start + wanted };
        let read = track::read(self.bytes, start..end, index, budget, self.warnings)?;
        self.at = if unknown || !self.is_boundary(end) { read.position } else { end };
        if read.position < self.at {
            let kind = WarningKind::BytesAfterEndOfTrack { count: self.at - read.position };
            self.warnings.add(read.position, kind);
        }
        Ok(read.track)
    }
}
