//! What is odd in a bank and can be lived with.

use std::fmt;

use crate::bank::{Generator, ModulatorFault, Version};
use crate::riff::FourCc;

/// Something that the standard says to ignore, or that every player forgives.
#[derive(Debug, Clone, PartialEq, thiserror::Error, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BankWarning {
    /// The size in the RIFF header is not that of the file.
    #[error("RIFF: size {got}, expected {expected}")]
    RiffSize {
        /// What the file's length asks for.
        expected: u64,
        /// What the header says.
        got: u64,
    },
    /// Lists or tables in another order than the standard's.
    #[error("{chunk}: out of order at offset {offset:#x}")]
    ChunkOrder {
        /// The chunk that comes too late.
        #[serde(serialize_with = "four_cc")]
        chunk: FourCc,
        /// Offset of its data.
        offset: u64,
    },
    /// A chunk that the standard does not know there.
    #[error("{chunk}: unknown chunk at offset {offset:#x}")]
    UnknownChunk {
        /// The chunk.
        #[serde(serialize_with = "four_cc")]
        chunk: FourCc,
        /// Offset of its data.
        offset: u64,
    },
    /// A chunk that was there already.
    #[error("{chunk}: second one at offset {offset:#x} ignored")]
    DuplicateChunk {
        /// The chunk.
        #[serde(serialize_with = "four_cc")]
        chunk: FourCc,
        /// Offset of its data.
        offset: u64,
    },
    /// A chunk of odd length without the pad byte after it.
    #[error("{chunk}: no pad byte at offset {offset:#x}")]
    MissingPad {
        /// The chunk.
        #[serde(serialize_with = "four_cc")]
        chunk: FourCc,
        /// Where the byte should be.
        offset: u64,
    },
    /// Bytes at the end of a list that are too few for a chunk.
    #[error("{list}: {got} bytes left over at offset {offset:#x}")]
    LeftoverBytes {
        /// The list.
        #[serde(serialize_with = "four_cc")]
        list: FourCc,
        /// Offset of the bytes.
        offset: u64,
        /// How many.
        got: u64,
    },
    /// A text that the standard demands and the bank lacks.
    #[error("INFO/{chunk}: missing")]
    MissingText {
        /// The chunk.
        #[serde(serialize_with = "four_cc")]
        chunk: FourCc,
    },
    /// A field of the `INFO` list that is ignored: too long, without its zero, or of another size.
    #[error("INFO/{chunk}: malformed at offset {offset:#x}, ignored")]
    MalformedInfo {
        /// The chunk.
        #[serde(serialize_with = "four_cc")]
        chunk: FourCc,
        /// Offset of its data.
        offset: u64,
    },
    /// A version that this reader does not know; the bank is read as the newest one that it knows.
    #[error("INFO/ifil: unknown version {}.{:02}", version.major, version.minor)]
    UnknownVersion {
        /// The version.
        version: Version,
    },
    /// The low bytes of 24-bit points are not used.
    #[error("sdta/sm24: {got} bytes, expected {expected} and version 2.04 or above; ignored")]
    LowBytesIgnored {
        /// Bytes that the standard asks for.
        expected: u64,
        /// Bytes that there are.
        got: u64,
    },
    /// A name field without its zero.
    #[error("{table} {index}: name without an end")]
    UnterminatedName {
        /// The kind of record.
        table: Owner,
        /// Its index.
        index: u32,
    },
    /// A preset that no MIDI message can select.
    #[error("preset {preset}: bank {bank} program {program} cannot be selected")]
    UnselectablePreset {
        /// The preset.
        preset: u32,
        /// Its bank number.
        bank: u16,
        /// Its program number.
        program: u16,
    },
    /// A preset with the numbers of an earlier one, which is the one that plays.
    #[error("preset {preset}: same bank and program as preset {first}, which plays")]
    DuplicatePreset {
        /// The preset.
        preset: u32,
        /// The one that plays.
        first: u32,
    },
    /// A preset or an instrument without zones that could play.
    #[error("{owner} {index}: no zones that play")]
    NoZones {
        /// Which of both.
        owner: Owner,
        /// Its index.
        index: u32,
    },
    /// Something odd in a zone.
    #[error("{at}: {what}")]
    Zone {
        /// The zone.
        at: ZoneAt,
        /// What is odd.
        what: ZoneOddity,
    },
    /// A modulator that is ignored.
    #[error("{at}, modulator {modulator}: {fault}")]
    Modulator {
        /// The zone.
        at: ZoneAt,
        /// The modulator, counted from the zone's first.
        modulator: u32,
        /// Why.
        fault: ModulatorFault,
    },
    /// A modulator that a later one of the same zone supersedes.
    #[error("{at}, modulator {modulator}: superseded by a later one of the same zone")]
    DuplicateModulator {
        /// The zone.
        at: ZoneAt,
        /// The modulator, counted from the zone's first.
        modulator: u32,
    },
    /// A modulator of the bank's own default list that is ignored.
    #[error("INFO/DMOD, modulator {modulator}: {fault}")]
    DefaultModulator {
        /// The modulator, counted from the list's first.
        modulator: u32,
        /// Why.
        fault: ModulatorFault,
    },
    /// Something odd in a sample.
    #[error("sample {sample}: {what}")]
    Sample {
        /// The sample.
        sample: u32,
        /// What is odd.
        what: SampleOddity,
    },
    /// Offsets of a region that leave nothing of the sample; the region is left out.
    #[error("sample {sample}: a region's offsets leave nothing to play")]
    NothingToPlay {
        /// The sample.
        sample: u32,
    },
    /// A sample that cannot play; regions that use it are left out.
    #[error("sample {sample}: {fault}; it cannot play")]
    SampleUnusable {
        /// The sample.
        sample: u32,
        /// Why.
        fault: SampleFault,
    },
}

/// Whose record or zone it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// A preset.
    Preset,
    /// An instrument.
    Instrument,
    /// A sample.
    Sample,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Preset => "preset",
            Self::Instrument => "instrument",
            Self::Sample => "sample",
        })
    }
}

/// The place of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct ZoneAt {
    /// Whether a preset or an instrument has it.
    pub owner: Owner,
    /// The preset or instrument.
    pub index: u32,
    /// The zone, counted from the owner's first.
    pub zone: u32,
}

impl fmt::Display for ZoneAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, zone {}", self.owner, self.index, self.zone)
    }
}

/// What is odd in the generators of a zone (sections 7.3, 7.5, 7.7, 7.9 and 10.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ZoneOddity {
    /// A zone other than the first that names no instrument or sample; ignored.
    #[error("names nothing to play, ignored")]
    NoTerminal,
    /// Generators after the instrument or sample; ignored.
    #[error("{count} generators after the last one, ignored")]
    AfterTerminal {
        /// How many.
        count: u32,
    },
    /// A range that does not come first; obeyed all the same.
    #[error("{generator:?} is not in its place")]
    MisplacedRange {
        /// The key or velocity range.
        generator: Generator,
    },
    /// A range whose low end is above its high end: nothing plays it.
    #[error("{generator:?} from {low} to {high} is empty")]
    EmptyRange {
        /// The key or velocity range.
        generator: Generator,
        /// The low end.
        low: u8,
        /// The high end.
        high: u8,
    },
    /// A generator that a later one supersedes.
    #[error("{generator:?} twice, the last one holds")]
    Duplicate {
        /// The generator.
        generator: Generator,
    },
    /// A number that is no generator; ignored.
    #[error("unknown generator {operator}, ignored")]
    Unknown {
        /// The number.
        operator: u16,
    },
    /// A generator that has no meaning in zones of this kind; ignored.
    #[error("{generator:?} has no place here, ignored")]
    WrongLevel {
        /// The generator.
        generator: Generator,
    },
    /// An amount outside the generator's range; sums are held in it.
    #[error("{generator:?} {amount} is out of range")]
    OutOfRange {
        /// The generator.
        generator: Generator,
        /// Its amount.
        amount: i16,
    },
}

/// What is odd in a sample that can play all the same (section 7.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SampleOddity {
    /// A rate that nothing records at; another one is used.
    #[error("rate {got} Hz, {used} Hz used")]
    Rate {
        /// What the header says.
        got: u32,
        /// What is used.
        used: u32,
    },
    /// A root key that is no key and not 255 either; 60 is used.
    #[error("original pitch {got}, 60 used")]
    OriginalPitch {
        /// What the header says.
        got: u8,
    },
    /// A kind that the standard does not know; taken as mono.
    #[error("unknown type {got:#06x}, taken as mono")]
    Kind {
        /// What the header says.
        got: u16,
    },
    /// A link to a sample that is not there, or that does not link back.
    #[error("linked to sample {link}, which is no partner")]
    Link {
        /// The sample that it names.
        link: u16,
    },
    /// Loop points outside the sample, or reversed; they are brought inside.
    #[error("loop from {start} to {end} in {len} points, mended")]
    Loop {
        /// First point of the loop, counted from the sample's start.
        start: i64,
        /// One past the last, counted from the sample's start.
        end: i64,
        /// Points of the sample.
        len: u64,
    },
    /// A sample shorter than the 48 points that the standard asks for.
    #[error("{len} points, fewer than 48")]
    Short {
        /// Points of the sample.
        len: u64,
    },
}

/// Why a sample cannot play (sections 6, 7.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SampleFault {
    /// It begins at or after its end.
    #[error("from {start} to {end}")]
    Empty {
        /// Its first point or byte.
        start: u32,
        /// One past its last.
        end: u32,
    },
    /// It lies past the data that the bank has.
    #[error("ends at {end}, the bank has {len}")]
    Outside {
        /// One past its last point or byte.
        end: u32,
        /// The points or bytes that there are.
        len: u64,
    },
    /// It is in the ROM of a sound module.
    #[error("in ROM")]
    Rom,
    /// A compressed stream of an unknown kind.
    #[error("compressed in an unknown way")]
    UnknownCompression,
    /// A compressed stream that does not decode.
    #[error("damaged stream")]
    DamagedStream,
    /// A compressed stream that decodes to more than the limit.
    #[error("decodes to more than {limit} points")]
    TooLong {
        /// The limit.
        limit: u64,
    },
}

fn four_cc<S: serde::Serializer>(code: &FourCc, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(code)
}

/// Warnings, up to a limit; those past it are counted only.
#[derive(Debug, Clone, Default)]
pub(crate) struct Warnings {
    kept: Vec<BankWarning>,
    dropped: usize,
    limit: usize,
}

impl Warnings {
    pub(crate) fn new(limit: usize) -> Self {
        Self { kept: Vec::new(), dropped: 0, limit }
    }

    pub(crate) fn push(&mut self, warning: BankWarning) {
        if self.kept.len() < self.limit {
            self.kept.push(warning);
        } else {
            self.dropped += 1;
        }
    }

    pub(crate) fn as_slice(&self) -> &[BankWarning] {
        &self.kept
    }

    pub(crate) fn dropped(&self) -> usize {
        self.dropped
    }
}
