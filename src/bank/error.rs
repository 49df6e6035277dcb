//! Why a bank cannot be read.

use crate::riff::{FourCc, RiffError};

/// A bank, or an instrument of it, that cannot be used. Oddities that can be lived with are
/// [`BankWarning`](crate::bank::BankWarning)s.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum BankError {
    /// A chunk is cut, or the source cannot be read.
    #[error(transparent)]
    Riff(#[from] RiffError),
    /// A RIFF file of another form.
    #[error("form {got} at offset {offset:#x}, expected sfbk")]
    UnknownForm {
        /// Offset of the form type.
        offset: u64,
        /// The form that the file has.
        got: FourCc,
    },
    /// A format of another generation, such as the SBK files of the AWE32 (version 1).
    #[error("INFO/ifil: version {major}.{minor} at offset {offset:#x}, expected 2 or above")]
    UnsupportedVersion {
        /// Offset of the version.
        offset: u64,
        /// Before the point.
        major: u16,
        /// After the point.
        minor: u16,
    },
    /// A list or table that every bank must have.
    #[error("{list}/{chunk}: missing; the list ends at offset {offset:#x}")]
    MissingChunk {
        /// The list that should hold it; `RIFF` for a list itself.
        list: FourCc,
        /// What is missing.
        chunk: FourCc,
        /// Where the list ends.
        offset: u64,
    },
    /// A chunk whose size does not fit its records.
    #[error("{list}/{chunk}: {got} bytes at offset {offset:#x}, expected a multiple of {expected}")]
    ChunkSize {
        /// The list that holds the chunk.
        list: FourCc,
        /// The chunk.
        chunk: FourCc,
        /// Offset of its data.
        offset: u64,
        /// Bytes of one record.
        expected: u64,
        /// Bytes that it has.
        got: u64,
    },
    /// A table too short for the data and the terminal record that it must have.
    #[error("pdta/{chunk}: {got} records at offset {offset:#x}, expected {expected} or more")]
    TooFewRecords {
        /// The table.
        chunk: FourCc,
        /// Offset of its data.
        offset: u64,
        /// Records that it must have, the terminal one included.
        expected: usize,
        /// Records that it has.
        got: usize,
    },
    /// An index below that of the record before it.
    #[error(
        "pdta/{chunk}: index {got} in record {record} at offset {offset:#x}, expected {expected} or more"
    )]
    IndexOrder {
        /// The table.
        chunk: FourCc,
        /// The record.
        record: usize,
        /// Offset of the record.
        offset: u64,
        /// The index of the record before it.
        expected: u16,
        /// The index that it has.
        got: u16,
    },
    /// A terminal record that does not name the terminal record of the table it points into.
    #[error("pdta/{chunk}: terminal index {got} at offset {offset:#x}, expected {expected}")]
    TerminalIndex {
        /// The table.
        chunk: FourCc,
        /// Offset of its terminal record.
        offset: u64,
        /// The last index of the other table.
        expected: usize,
        /// The index that the record has.
        got: u16,
    },
    /// A zone that names an instrument or a sample which the bank does not have.
    #[error(
        "pdta/{chunk}: index {got} in record {record} at offset {offset:#x}, expected below {expected}"
    )]
    IndexRange {
        /// The table.
        chunk: FourCc,
        /// The record.
        record: usize,
        /// Offset of the record.
        offset: u64,
        /// How many there are.
        expected: usize,
        /// The index that the record has.
        got: u16,
    },
    /// More than the caller's [`Limits`](crate::bank::Limits) allow.
    #[error("{what}: {got}, more than the limit of {limit}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
        /// What was asked for, or the first number past the limit.
        got: u64,
    },
    /// A preset that the bank does not have.
    #[error("preset {got}: the bank has {expected}")]
    NoSuchPreset {
        /// Presets of the bank.
        expected: usize,
        /// The index asked for.
        got: u32,
    },
    /// A sample that the bank does not have.
    #[error("sample {got}: the bank has {expected}")]
    NoSuchSample {
        /// Samples of the bank.
        expected: usize,
        /// The index asked for.
        got: u16,
    },
}
