//! What can be wrong with chunks.

use std::io;
use std::sync::Arc;

use super::FourCc;

/// Bytes that are not the chunks they claim to be.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RiffError {
    /// The source could not be read.
    #[error("read at offset {offset:#x}: {source}")]
    Read {
        /// Where the read began, in bytes from the start of the source.
        offset: u64,
        /// What the source reported.
        source: Arc<io::Error>,
    },
    /// A chunk says that it goes on past the end of what holds it.
    #[error("{chunk}: {got} bytes left at offset {offset:#x}, expected {expected}")]
    Truncated {
        /// The chunk, or what was looked for when its header is cut.
        chunk: FourCc,
        /// Offset of the chunk's data.
        offset: u64,
        /// Bytes that the chunk's header announces.
        expected: u64,
        /// Bytes that are there.
        got: u64,
    },
    /// A chunk other than the expected one.
    #[error("{got} at offset {offset:#x}, expected {expected}")]
    UnexpectedId {
        /// Offset of the identifier.
        offset: u64,
        /// The identifier that should be there.
        expected: FourCc,
        /// The identifier that is there.
        got: FourCc,
    },
    /// A chunk is larger than the caller allows.
    #[error("{chunk}: {got} bytes at offset {offset:#x}, more than the limit of {limit}")]
    TooLarge {
        /// The chunk.
        chunk: FourCc,
        /// Offset of the chunk's data.
        offset: u64,
        /// Bytes that the caller allows.
        limit: u64,
        /// Bytes that the chunk holds.
        got: u64,
    },
    /// A chunk to be written would not fit its 32-bit size field.
    #[error("{chunk}: {got} bytes do not fit a 32-bit size")]
    SizeOverflow {
        /// The chunk.
        chunk: FourCc,
        /// Bytes that it would hold.
        got: u64,
    },
}
