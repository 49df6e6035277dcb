//! Reading the `INFO` list.

use crate::bank::modulator::DefaultModulators;
use crate::bank::sf2::container::{INFO, chunks_of};
use crate::bank::sf2::record::{ModulatorRecord, text};
use crate::bank::warning::Warnings;
use crate::bank::{
    BankError, BankWarning, Destination, Info, Input, Modulator, ModulatorFault, Version,
};
use crate::riff::{ByteSource, Chunk, FourCc, Span};

/// Bytes of a text, its one or two zeros included.
///
/// SPEC: section 5; comments alone may have 65,536.
const TEXT_LEN: u64 = 256;
const COMMENT_LEN: u64 = 65_536;

/// What the `INFO` list holds.
#[derive(Debug)]
pub(crate) struct InfoList {
    pub(crate) info: Info,
    /// The bank's own default modulators, chunk `DMOD`, as they are and decoded.
    pub(crate) defaults: Option<(Vec<ModulatorRecord>, DefaultModulators)>,
}

/// Reads the list in `span`.
///
/// SPEC: section 5.1 rejects a bank without `ifil` or with one of another size than four bytes. Other fields
/// that are malformed are ignored, unknown chunks too (section 10.2).
pub(crate) fn read(
    source: &dyn ByteSource,
    span: Span,
    table_bytes: u64,
    warnings: &mut Warnings,
) -> Result<InfoList, BankError> {
    let chunks = chunks_of(source, INFO, span, warnings)?;
    let version = read_version(source, &chunks, span)?;
    if version > (Version { major: 2, minor: 4 }) && version.major != 3 {
        warnings.push(BankWarning::UnknownVersion { version });
    }
    let mut texts = Texts { source, chunks: &chunks, warnings };
    let info = Info {
        version,
        engine: texts.required(b"isng", "EMU8000"),
        name: texts.required(b"INAM", ""),
        rom: texts.text(b"irom", TEXT_LEN),
        rom_version: texts.version(b"iver"),
        date: texts.text(b"ICRD", TEXT_LEN),
        engineer: texts.text(b"IENG", TEXT_LEN),
        product: texts.text(b"IPRD", TEXT_LEN),
        copyright: texts.text(b"ICOP", TEXT_LEN),
        comment: texts.text(b"ICMT", COMMENT_LEN),
        tool: texts.text(b"ISFT", TEXT_LEN),
    };
    let defaults = match chunks.iter().find(|chunk| chunk.id == FourCc(*b"DMOD")) {
        Some(chunk) => Some(read_defaults(source, chunk, table_bytes, warnings)?),
        None => None,
    };
    Ok(InfoList { info, defaults })
}

fn read_version(
    source: &dyn ByteSource,
    chunks: &[Chunk],
    span: Span,
) -> Result<Version, BankError> {
    let id = FourCc(*b"ifil");
    let Some(chunk) = chunks.iter().find(|chunk| chunk.id == id) else {
        return Err(BankError::MissingChunk { list: INFO, chunk: id, offset: span.end() });
    };
    let Span { offset, len } = chunk.data;
    let Some(version) = four_bytes(source, chunk)? else {
        return Err(BankError::ChunkSize { list: INFO, chunk: id, offset, expected: 4, got: len });
    };
    let Version { major, minor } = version;
    if major < 2 {
        return Err(BankError::UnsupportedVersion { offset, major, minor });
    }
    Ok(version)
}

/// The version in a chunk of exactly four bytes.
fn four_bytes(source: &dyn ByteSource, chunk: &Chunk) -> Result<Option<Version>, BankError> {
    if chunk.data.len != 4 {
        return Ok(None);
    }
    let mut bytes = [0; 4];
    crate::riff::read_at(source, &mut bytes, chunk.data.offset)?;
    let [a, b, c, d] = bytes;
    Ok(Some(Version { major: u16::from_le_bytes([a, b]), minor: u16::from_le_bytes([c, d]) }))
}

/// The fields that may be missing or wrong.
struct Texts<'a> {
    source: &'a dyn ByteSource,
    chunks: &'a [Chunk],
    warnings: &'a mut Warnings,
}

impl Texts<'_> {
    fn required(&mut self, id: &[u8; 4], default: &str) -> String {
        if !self.chunks.iter().any(|chunk| chunk.id == FourCc(*id)) {
            self.warnings.push(BankWarning::MissingText { chunk: FourCc(*id) });
        }
        self.text(id, TEXT_LEN).unwrap_or_else(|| default.to_owned())
    }

    fn text(&mut self, id: &[u8; 4], limit: u64) -> Option<String> {
        let chunk = self.chunks.iter().find(|chunk| chunk.id == FourCc(*id))?;
        match chunk.read(self.source, limit) {
            Ok(bytes) if bytes.contains(&0) => Some(text(&bytes)),
            _ => self.malformed(chunk),
        }
    }

    fn version(&mut self, id: &[u8; 4]) -> Option<Version> {
        let chunk = self.chunks.iter().find(|chunk| chunk.id == FourCc(*id))?;
        match four_bytes(self.source, chunk) {
            Ok(Some(version)) => Some(version),
            _ => self.malformed(chunk),
        }
    }

    fn malformed<T>(&mut self, chunk: &Chunk) -> Option<T> {
        let (chunk, offset) = (chunk.id, chunk.data.offset);
        self.warnings.push(BankWarning::MalformedInfo { chunk, offset });
        None
    }
}

/// Reads the bank's own default modulators; the last record is a terminal one.
fn read_defaults(
    source: &dyn ByteSource,
    chunk: &Chunk,
    table_bytes: u64,
    warnings: &mut Warnings,
) -> Result<(Vec<ModulatorRecord>, DefaultModulators), BankError> {
    let bytes = chunk.read(source, table_bytes)?;
    let (id, offset) = (chunk.id, chunk.data.offset);
    let (records, rest) = bytes.as_chunks::<{ ModulatorRecord::LEN }>();
    if !rest.is_empty() {
        let (expected, got) = (ModulatorRecord::LEN as u64, chunk.data.len);
        return Err(BankError::ChunkSize { list: INFO, chunk: id, offset, expected, got });
    }
    let records = records.split_last().map_or(&[][..], |(_, records)| records);
    let records: Vec<_> =
        records.iter().map(|bytes| ModulatorRecord::from_bytes(bytes.as_slice())).collect();
    let mut decoded = Vec::with_capacity(records.len());
    for (modulator, record) in (0..).zip(&records) {
        match decode_unlinked(record) {
            Ok(sound) => decoded.push(sound),
            Err(fault) => warnings.push(BankWarning::DefaultModulator { modulator, fault }),
        }
    }
    Ok((records, decoded.into_iter().collect()))
}

/// A default modulator has no zone that a link could name another one of.
fn decode_unlinked(record: &ModulatorRecord) -> Result<Modulator, ModulatorFault> {
    let modulator = Modulator::decode(record)?;
    match (modulator.source.input, modulator.destination) {
        (_, Destination::Modulator(target)) => Err(ModulatorFault::DanglingLink { target }),
        (Input::Link, _) => Err(ModulatorFault::Unfed),
        _ => Ok(modulator),
    }
}
