//! RIFF: the chunks that banks and wave files are made of.
//!
//! Not a reader of any one file kind: a form's meaning belongs to the module that asks for it.
//! Everything works on a [`ByteSource`], inside explicit limits: a reader never takes a length in the
//! file for granted, never reads past the range it was given and never allocates more than it was told.
//!
//! Source: Multimedia Programming Interface and Data Specifications 1.0 (IBM and Microsoft, 1991), RIFF.

mod source;
mod chunk;
mod error;
mod writer;

pub use chunk::{Chunk, Chunks, FourCc, HEADER_LEN, Span, read_at};
pub use error::RiffError;
pub use source::ByteSource;
pub use writer::ChunkWriter;

#[cfg(test)]
mod tests;
