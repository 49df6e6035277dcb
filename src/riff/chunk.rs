//! Reading chunks by position.

use std::fmt;
use std::sync::Arc;

use super::{ByteSource, RiffError};

/// Bytes of a chunk's header: identifier and 32-bit size.
pub const HEADER_LEN: u64 = 8;

/// A four-character code: the name of a chunk or of a form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FourCc(pub [u8; 4]);

impl FourCc {
    /// A RIFF file's outermost chunk.
    pub const RIFF: Self = Self(*b"RIFF");
    /// A chunk that holds chunks.
    pub const LIST: Self = Self(*b"LIST");
}

impl fmt::Display for FourCc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

impl fmt::Debug for FourCc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{self}'")
    }
}

/// A range of bytes in a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first byte, counted from the start of the source.
    pub offset: u64,
    /// Bytes. Invariant: `offset + len` does not overflow.
    pub len: u64,
}

impl Span {
    /// The whole of a source.
    pub fn of(source: &(impl ByteSource + ?Sized)) -> Self {
        Self { offset: 0, len: source.len() }
    }

    /// One past the last byte.
    pub const fn end(self) -> u64 {
        self.offset + self.len
    }

    /// What is left after the first `len` bytes; empty when there are fewer.
    pub fn skip(self, len: u64) -> Self {
        let len = len.min(self.len);
        Self { offset: self.offset + len, len: self.len - len }
    }
}

/// A chunk that lies whole inside its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk {
    /// Its identifier.
    pub id: FourCc,
    /// Its data, without header and pad byte.
    pub data: Span,
}

impl Chunk {
    /// Reads the form or list type that a `RIFF` or `LIST` chunk begins with, and the span of its chunks.
    ///
    /// # Errors
    ///
    /// [`RiffError::Truncated`] when the chunk holds less than four bytes, [`RiffError::Read`].
    pub fn form(&self, source: &(impl ByteSource + ?Sized)) -> Result<(FourCc, Span), RiffError> {
        const TYPE_LEN: u64 = 4;
        if self.data.len < TYPE_LEN {
            return Err(truncated(self.id, self.data.offset, TYPE_LEN, self.data.len));
        }
        let mut form = [0; 4];
        read_at(source, &mut form, self.data.offset)?;
        Ok((FourCc(form), self.data.skip(TYPE_LEN)))
    }

    /// Reads the chunk's data, which may be at most `limit` bytes long.
    ///
    /// # Errors
    ///
    /// [`RiffError::TooLarge`] before anything is allocated, [`RiffError::Read`].
    pub fn read(
        &self,
        source: &(impl ByteSource + ?Sized),
        limit: u64,
    ) -> Result<Vec<u8>, RiffError> {
        let Span { offset, len } = self.data;
        let too_large = RiffError::TooLarge { chunk: self.id, offset, limit, got: len };
        if len > limit {
            return Err(too_large);
        }
        let Ok(len) = usize::try_from(len) else { return Err(too_large) };
        let mut bytes = vec![0; len];
        read_at(source, &mut bytes, offset)?;
        Ok(bytes)
    }
}

/// The chunks of a span, in order. Ends after the first error.
///
/// A pad byte after odd data is skipped; the last chunk of a span may lack it. Fewer than eight bytes
/// that are left at the end are an error, since a chunk begins there and is cut.
pub struct Chunks<'a> {
    source: &'a dyn ByteSource,
    rest: Span,
}

impl<'a> Chunks<'a> {
    /// The chunks that begin at the start of `span` and lie inside it.
    pub fn new(source: &'a dyn ByteSource, span: Span) -> Self {
        Self { source, rest: span }
    }

    /// The bytes that have not been read as chunks.
    pub fn rest(&self) -> Span {
        self.rest
    }

    fn advance(&mut self) -> Result<Chunk, RiffError> {
        let Span { offset, len } = self.rest;
        if len < HEADER_LEN {
            return Err(truncated(FourCc(*b"    "), offset, HEADER_LEN, len));
        }
        let mut header = [0; HEADER_LEN as usize];
        read_at(self.source, &mut header, offset)?;
        let [a, b, c, d, size @ ..] = header;
        let id = FourCc([a, b, c, d]);
        let size = u64::from(u32::from_le_bytes(size));
        let body = self.rest.skip(HEADER_LEN);
        if size > body.len {
            return Err(truncated(id, body.offset, size, body.len));
        }
        self.rest = body.skip(size + size % 2);
        Ok(Chunk { id, data: Span { offset: body.offset, len: size } })
    }
}

impl Iterator for Chunks<'_> {
    type Item = Result<Chunk, RiffError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.len == 0 {
            return None;
        }
        let chunk = self.advance();
        if chunk.is_err() {
            self.rest = self.rest.skip(u64::MAX);
        }
        Some(chunk)
    }
}

impl fmt::Debug for Chunks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks").field("rest", &self.rest).finish_non_exhaustive()
    }
}

/// Fills `buf` with the bytes at `offset`, keeping the offset in the error.
///
/// # Errors
///
/// [`RiffError::Read`].
pub fn read_at(
    source: &(impl ByteSource + ?Sized),
    buf: &mut [u8],
    offset: u64,
) -> Result<(), RiffError> {
    source
        .read_exact_at(buf, offset)
        .map_err(|error| RiffError::Read { offset, source: Arc::new(error) })
}

fn truncated(chunk: FourCc, offset: u64, expected: u64, got: u64) -> RiffError {
    RiffError::Truncated { chunk, offset, expected, got }
}
