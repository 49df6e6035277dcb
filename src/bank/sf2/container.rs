//! The three lists of a bank, and the chunks in them.
//!
//! Not their contents. SPEC: section 10.1 wants the file rejected when chunks do not fit, and section 10.2
//! when there are unknown ones outside `INFO`. DEVIATION: a RIFF size that is not the file's, bytes after the
//! last list, well-formed unknown chunks and another order are warnings, because files that every player
//! takes have them. A list that runs past the end of the file is an error.

use crate::bank::warning::Warnings;
use crate::bank::{BankError, BankWarning};
use crate::riff::{ByteSource, Chunk, Chunks, FourCc, HEADER_LEN, RiffError, Span};

pub(crate) const INFO: FourCc = FourCc(*b"INFO");
pub(crate) const SDTA: FourCc = FourCc(*b"sdta");
pub(crate) const PDTA: FourCc = FourCc(*b"pdta");

/// The spans of the three lists' chunks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lists {
    pub(crate) info: Span,
    pub(crate) sdta: Span,
    pub(crate) pdta: Span,
}

impl Lists {
    /// Finds the lists of a bank.
    pub(crate) fn find(
        source: &dyn ByteSource,
        warnings: &mut Warnings,
    ) -> Result<Self, BankError> {
        let body = form_body(source, warnings)?;
        let mut found = Found::new([INFO, SDTA, PDTA]);
        let mut chunks = Chunks::new(source, body);
        while !found.is_complete() {
            let Some(chunk) = chunks.next() else { break };
            let chunk = chunk?;
            if let Some(rest) = unpadded(source, &chunk, chunks.rest())? {
                let (chunk, offset) = (chunk.id, rest.offset);
                warnings.push(BankWarning::MissingPad { chunk, offset });
                chunks = Chunks::new(source, rest);
            }
            match chunk.id {
                FourCc::LIST => {
                    let (kind, span) = chunk.form(source)?;
                    found.add(Chunk { id: kind, data: span }, warnings);
                }
                _ => warnings.push(unknown(&chunk)),
            }
        }
        let [info, sdta, pdta] = found.into_chunks(FourCc::RIFF, body)?;
        Ok(Self { info: info.data, sdta: sdta.data, pdta: pdta.data })
    }
}

/// Checks the file's header; gives all bytes after it, whatever its size field says.
fn form_body(source: &dyn ByteSource, warnings: &mut Warnings) -> Result<Span, BankError> {
    const FORM_LEN: u64 = 12;
    let mut header = [0; FORM_LEN as usize];
    if source.len() < FORM_LEN {
        return Err(BankError::Riff(RiffError::Truncated {
            chunk: FourCc::RIFF,
            offset: 0,
            expected: FORM_LEN,
            got: source.len(),
        }));
    }
    crate::riff::read_at(source, &mut header, 0)?;
    let [a, b, c, d, e, f, g, h, form @ ..] = header;
    let (id, form) = (FourCc([a, b, c, d]), FourCc(form));
    if id != FourCc::RIFF {
        let expected = FourCc::RIFF;
        return Err(BankError::Riff(RiffError::UnexpectedId { offset: 0, expected, got: id }));
    }
    if form != FourCc(*b"sfbk") {
        return Err(BankError::UnknownForm { offset: HEADER_LEN, got: form });
    }
    let got = u64::from(u32::from_le_bytes([e, f, g, h]));
    let expected = source.len() - HEADER_LEN;
    if got != expected {
        warnings.push(BankWarning::RiffSize { expected, got });
    }
    Ok(Span::of(source).skip(FORM_LEN))
}

/// The bytes after a chunk of odd length, when the next list follows it without the pad byte.
///
/// Writers of SF3 files forget it, because no other bank has data of odd length.
fn unpadded(
    source: &dyn ByteSource,
    chunk: &Chunk,
    padded: Span,
) -> Result<Option<Span>, BankError> {
    let offset = chunk.data.end();
    let end = padded.end();
    if chunk.data.len.is_multiple_of(2) || end - offset < HEADER_LEN {
        return Ok(None);
    }
    let mut id = [0; 4];
    crate::riff::read_at(source, &mut id, offset)?;
    Ok((FourCc(id) == FourCc::LIST).then_some(Span { offset, len: end - offset }))
}

/// Every chunk of a list, up to bytes that are too few for one more.
pub(crate) fn chunks_of(
    source: &dyn ByteSource,
    list: FourCc,
    span: Span,
    warnings: &mut Warnings,
) -> Result<Vec<Chunk>, BankError> {
    let mut chunks = Chunks::new(source, span);
    let mut found = Vec::new();
    while chunks.rest().len >= HEADER_LEN {
        match chunks.next() {
            Some(chunk) => found.push(chunk?),
            None => break,
        }
    }
    let rest = chunks.rest();
    if rest.len > 0 {
        let (offset, got) = (rest.offset, rest.len);
        warnings.push(BankWarning::LeftoverBytes { list, offset, got });
    }
    Ok(found)
}

/// Chunks that must be there, each once and in a given order.
pub(crate) struct Found<const N: usize> {
    wanted: [FourCc; N],
    chunks: [Option<Chunk>; N],
    /// The place after the furthest chunk so far.
    next: usize,
}

impl<const N: usize> Found<N> {
    pub(crate) fn new(wanted: [FourCc; N]) -> Self {
        Self { wanted, chunks: [None; N], next: 0 }
    }

    /// Takes a chunk; the first of its kind counts.
    pub(crate) fn add(&mut self, chunk: Chunk, warnings: &mut Warnings) {
        let Some(place) = self.wanted.iter().position(|wanted| *wanted == chunk.id) else {
            warnings.push(unknown(&chunk));
            return;
        };
        let offset = chunk.data.offset;
        if self.chunks[place].is_some() {
            warnings.push(BankWarning::DuplicateChunk { chunk: chunk.id, offset });
            return;
        }
        if place < self.next {
            warnings.push(BankWarning::ChunkOrder { chunk: chunk.id, offset });
        }
        self.next = self.next.max(place + 1);
        self.chunks[place] = Some(chunk);
    }

    fn is_complete(&self) -> bool {
        self.chunks.iter().all(Option::is_some)
    }

    /// The chunks in the order asked for.
    pub(crate) fn into_chunks(self, list: FourCc, span: Span) -> Result<[Chunk; N], BankError> {
        let missing = self.chunks.iter().position(Option::is_none);
        if let Some(place) = missing {
            let chunk = self.wanted[place];
            return Err(BankError::MissingChunk { list, chunk, offset: span.end() });
        }
        // Every chunk is there, so the default is never used.
        let nothing = Chunk { id: list, data: Span { offset: span.offset, len: 0 } };
        Ok(self.chunks.map(|chunk| chunk.unwrap_or(nothing)))
    }
}

pub(crate) fn unknown(chunk: &Chunk) -> BankWarning {
    BankWarning::UnknownChunk { chunk: chunk.id, offset: chunk.data.offset }
}
