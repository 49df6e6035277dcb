//! Finds the header of the score among what may stand around it.
//!
//! Not a reader of banks: an embedded one is only pointed at.

use std::ops::Range;

use super::{LooksLike, Rmid, SmfError};

/// The part of the bytes that is the score.
#[derive(Debug)]
pub(super) struct Score {
    /// From `MThd` to the end of what surrounds it.
    pub(super) range: Range<usize>,
    /// Bytes before the header that belong to nothing.
    pub(super) leading: usize,
    /// What a RIFF wrapper held besides.
    pub(super) rmid: Option<Rmid>,
}

/// Signatures of files that people open by mistake: where, what, and its name.
const SIGNATURES: &[(usize, &[u8], &str)] = &[
    (8, b"sfbk", "a SoundFont bank"),
    (8, b"DLS ", "a DLS bank"),
    (8, b"WAVE", "a WAVE file"),
    (8, b"MIDS", "a Microsoft MIDS stream"),
    (0, b"RIFF", "a RIFF file of another kind"),
    (0, b"XMF_", "an XMF file"),
    (0, b"OggS", "an Ogg file"),
    (0, b"fLaC", "a FLAC file"),
    (0, b"ID3", "an MP3 file"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"Rar!", "a RAR archive"),
    (0, b"7z\xbc\xaf", "a 7-Zip archive"),
    (0, b"%PDF", "a PDF document"),
];

/// Finds the score.
///
/// # Errors
///
/// [`SmfError::NotSmf`] when there is none.
pub(super) fn find(bytes: &[u8]) -> Result<Score, SmfError> {
    if bytes.starts_with(b"MThd") {
        return Ok(Score { range: 0..bytes.len(), leading: 0, rmid: None });
    }
    let wrapped = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"RMID");
    let (within, rmid) = if wrapped {
        let (data, rmid) = unwrap_rmid(bytes);
        (data, Some(rmid))
    } else if let Some(name) = signature(bytes) {
        return Err(SmfError::NotSmf { looks_like: LooksLike::File(name) });
    } else {
        (0..bytes.len(), None)
    };
    match find_header(&bytes[within.clone()]) {
        Some(leading) => Ok(Score { range: within.start + leading..within.end, leading, rmid }),
        None if wrapped => {
            let looks_like = LooksLike::File("a RIFF RMID file without a score");
            Err(SmfError::NotSmf { looks_like })
        }
        None => Err(SmfError::NotSmf { looks_like: looks_like(bytes) }),
    }
}

/// The first place where a header stands, not only its four letters.
fn find_header(bytes: &[u8]) -> Option<usize> {
    let believable = |at: usize| {
        let length = bytes.get(at + 4..at + 8).map(|b| [b[0], b[1], b[2], b[3]]);
        length.is_none_or(|length| u32::from_be_bytes(length) <= u32::from(u16::MAX))
    };
    let mut from = 0;
    while let Some(at) = find_id(bytes, b"MThd", from) {
        if believable(at) {
            return Some(at);
        }
        from = at + 4;
    }
    None
}

/// The first place at or after `from` where `id` stands.
pub(super) fn find_id(bytes: &[u8], id: &[u8; 4], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(id.len()).position(|window| window == id).map(|at| from + at)
}

fn signature(bytes: &[u8]) -> Option<&'static str> {
    SIGNATURES
        .iter()
        .find(|(at, magic, _)| bytes.get(*at..).is_some_and(|rest| rest.starts_with(magic)))
        .map(|(_, _, name)| *name)
}

fn looks_like(bytes: &[u8]) -> LooksLike {
    if bytes.is_empty() {
        return LooksLike::Empty;
    }
    if let Some(offset) = find_id(bytes, b"MTrk", 0) {
        return LooksLike::TracksWithoutHeader { offset };
    }
    // Enough to tell; a character may be cut at the end.
    let head = &bytes[..bytes.len().min(512)];
    let readable = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => "",
    };
    if !readable.is_empty() && !readable.contains(|c: char| c.is_control() && !c.is_whitespace()) {
        return LooksLike::Text;
    }
    let mut first = [0; 4];
    for (to, from) in first.iter_mut().zip(bytes) {
        *to = *from;
    }
    LooksLike::Unknown { first }
}

/// The `data` chunk of a RIFF RMID file and what else is of use; lengths beyond the end are cut.
///
/// Without a `data` chunk the range is empty.
fn unwrap_rmid(bytes: &[u8]) -> (Range<usize>, Rmid) {
    let mut data = 0..0;
    let mut rmid = Rmid::default();
    let (chunks, forms) = (chunks(bytes, 12..bytes.len()), [b"sfbk", b"DLS "]);
    for (id, body) in chunks {
        let form = bytes.get(body.start..body.start + 4);
        match &id {
            b"data" if data.is_empty() => data = body,
            b"RIFF" if rmid.bank.is_none() && forms.iter().any(|f| form == Some(&f[..])) => {
                rmid.bank = Some(body.start - 8..body.end);
            }
            b"LIST" if form == Some(b"INFO") => {
                rmid.bank_offset = bank_offset(bytes, body.start + 4..body.end);
            }
            _ => {}
        }
    }
    (data, rmid)
}

fn bank_offset(bytes: &[u8], info: Range<usize>) -> Option<u16> {
    let (_, body) = chunks(bytes, info).find(|(id, _)| id == b"DBNK")?;
    bytes.get(body)?.first_chunk().map(|word| u16::from_le_bytes(*word))
}

/// The RIFF chunks in `range`, cut at its end.
fn chunks(bytes: &[u8], range: Range<usize>) -> impl Iterator<Item = ([u8; 4], Range<usize>)> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let header: &[u8; 8] = bytes.get(at..range.end)?.first_chunk()?;
        let [a, b, c, d, length @ ..] = *header;
        let start = at + 8;
        let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
        let end = start.saturating_add(length).min(range.end);
        at = end + end.wrapping_sub(start) % 2;
        Some(([a, b, c, d], start..end))
    })
}
