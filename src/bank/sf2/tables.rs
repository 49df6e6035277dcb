//! The nine tables of the `pdta` list, read and checked.
//!
//! INVARIANT: bag, generator and modulator indices never decrease and end at the terminal records, so every
//! zone's range lies inside its table; instruments and samples that zones name exist.

use std::ops::Range;

use crate::bank::sf2::container::{Found, PDTA, chunks_of};
use crate::bank::sf2::record::{
    Bag, GeneratorRecord, InstrumentBag, InstrumentGenerator, InstrumentHeader,
    InstrumentModulator, ModulatorRecord, PresetBag, PresetGenerator, PresetHeader,
    PresetModulator, Record, SampleHeader,
};
use crate::bank::warning::Warnings;
use crate::bank::{BankError, Generator};
use crate::riff::{ByteSource, Chunk, FourCc, Span};

/// The tables, without their terminal records.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tables {
    pub(crate) presets: Vec<PresetHeader>,
    pub(crate) preset_zones: ZoneTable,
    pub(crate) instruments: Vec<InstrumentHeader>,
    pub(crate) instrument_zones: ZoneTable,
    pub(crate) samples: Vec<SampleHeader>,
}

/// The zones of all presets, or of all instruments.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ZoneTable {
    /// For each owner its first bag, and one past the last owner's last bag.
    starts: Vec<u16>,
    /// One more than there are zones.
    bags: Vec<Bag>,
    generators: Vec<GeneratorRecord>,
    modulators: Vec<ModulatorRecord>,
}

/// The records of one zone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ZoneRecords<'a> {
    pub(crate) generators: &'a [GeneratorRecord],
    pub(crate) modulators: &'a [ModulatorRecord],
}

impl ZoneTable {
    /// The zones of one preset or instrument.
    pub(crate) fn zones(&self, owner: usize) -> impl ExactSizeIterator<Item = ZoneRecords<'_>> {
        let bags = match self.starts.get(owner..owner + 2) {
            Some(&[start, end]) => usize::from(start)..usize::from(end) + 1,
            _ => 0..0,
        };
        self.bags.get(bags).unwrap_or_default().windows(2).map(|bags| ZoneRecords {
            generators: slice(&self.generators, bags[0].generator_index..bags[1].generator_index),
            modulators: slice(&self.modulators, bags[0].modulator_index..bags[1].modulator_index),
        })
    }
}

fn slice<T>(records: &[T], range: Range<u16>) -> &[T] {
    records.get(usize::from(range.start)..usize::from(range.end)).unwrap_or_default()
}

impl Tables {
    /// Reads the tables of the list in `span`.
    pub(crate) fn read(
        source: &dyn ByteSource,
        span: Span,
        table_bytes: u64,
        warnings: &mut Warnings,
    ) -> Result<Self, BankError> {
        let mut found = Found::new([
            FourCc(PresetHeader::CHUNK),
            FourCc(PresetBag::CHUNK),
            FourCc(PresetModulator::CHUNK),
            FourCc(PresetGenerator::CHUNK),
            FourCc(InstrumentHeader::CHUNK),
            FourCc(InstrumentBag::CHUNK),
            FourCc(InstrumentModulator::CHUNK),
            FourCc(InstrumentGenerator::CHUNK),
            FourCc(SampleHeader::CHUNK),
        ]);
        for chunk in chunks_of(source, PDTA, span, warnings)? {
            found.add(chunk, warnings);
        }
        let chunks = found.into_chunks(PDTA, span)?;
        let [phdr, pbag, pmod, pgen, inst, ibag, imod, igen, shdr] = chunks;
        let reader = Reader { source, table_bytes };
        let presets = reader.table::<PresetHeader>(&phdr, 2)?;
        let preset_zones = reader.zones::<PresetBag, PresetGenerator, PresetModulator>(
            [&pbag, &pgen, &pmod],
            &Starts { chunk: &phdr, len: PresetHeader::LEN },
            presets.iter().map(|preset| preset.bag_index).collect(),
        )?;
        let instruments = reader.table::<InstrumentHeader>(&inst, 2)?;
        let instrument_zones = reader
            .zones::<InstrumentBag, InstrumentGenerator, InstrumentModulator>(
                [&ibag, &igen, &imod],
                &Starts { chunk: &inst, len: InstrumentHeader::LEN },
                instruments.iter().map(|instrument| instrument.bag_index).collect(),
            )?;
        let samples = reader.table::<SampleHeader>(&shdr, 1)?;
        let tables = Self {
            presets: without_terminal(presets),
            preset_zones,
            instruments: without_terminal(instruments),
            instrument_zones,
            samples: without_terminal(samples),
        };
        let (instruments, samples) = (tables.instruments.len(), tables.samples.len());
        check_terminals(&tables.preset_zones, Generator::Instrument, instruments, &pgen)?;
        check_terminals(&tables.instrument_zones, Generator::SampleId, samples, &igen)?;
        Ok(tables)
    }
}

/// The table whose records say where zones begin.
struct Starts<'a> {
    chunk: &'a Chunk,
    /// Bytes of one record.
    len: usize,
}

struct Reader<'a> {
    source: &'a dyn ByteSource,
    table_bytes: u64,
}

impl Reader<'_> {
    /// All records of a table, the terminal one included.
    fn table<R: Record>(&self, chunk: &Chunk, at_least: usize) -> Result<Vec<R>, BankError> {
        let Span { offset, len: got } = chunk.data;
        let expected = R::LEN as u64;
        if got % expected != 0 {
            let chunk = chunk.id;
            return Err(BankError::ChunkSize { list: PDTA, chunk, offset, expected, got });
        }
        let bytes = chunk.read(self.source, self.table_bytes)?;
        let records: Vec<R> = bytes.chunks_exact(R::LEN).map(R::from_bytes).collect();
        if records.len() < at_least {
            let (chunk, expected, got) = (chunk.id, at_least, records.len());
            return Err(BankError::TooFewRecords { chunk, offset, expected, got });
        }
        Ok(records)
    }

    /// The zones whose owners begin at `starts`, every index checked.
    fn zones<B, G, M>(
        &self,
        [bag_chunk, generator_chunk, modulator_chunk]: [&Chunk; 3],
        owner: &Starts<'_>,
        starts: Vec<u16>,
    ) -> Result<ZoneTable, BankError>
    where
        B: Record + Into<Bag>,
        G: Record + Into<GeneratorRecord>,
        M: Record + Into<ModulatorRecord>,
    {
        let bags: Vec<Bag> = into(self.table::<B>(bag_chunk, 1)?);
        let generators = into(self.table::<G>(generator_chunk, 1)?);
        let modulators = into(self.table::<M>(modulator_chunk, 1)?);
        check_indices(owner, starts.iter().copied(), bags.len())?;
        let of_bags = Starts { chunk: bag_chunk, len: Bag::LEN };
        check_indices(&of_bags, bags.iter().map(|bag| bag.generator_index), generators.len())?;
        check_indices(&of_bags, bags.iter().map(|bag| bag.modulator_index), modulators.len())?;
        Ok(ZoneTable { starts, bags, generators, modulators })
    }
}

fn into<T: Into<U>, U>(records: Vec<T>) -> Vec<U> {
    records.into_iter().map(Into::into).collect()
}

fn without_terminal<R>(mut records: Vec<R>) -> Vec<R> {
    records.pop();
    records
}

/// Checks that indices never decrease, and that the last one names the last of `count` records.
///
/// SPEC: sections 7.2, 7.3, 7.6 and 7.7 reject the file otherwise.
fn check_indices(
    table: &Starts<'_>,
    indices: impl Iterator<Item = u16>,
    count: usize,
) -> Result<(), BankError> {
    let chunk = table.chunk.id;
    let offset = |record: usize| table.chunk.data.offset + (record * table.len) as u64;
    let (mut expected, mut last) = (0, 0);
    for (record, got) in indices.enumerate() {
        if got < expected {
            let offset = offset(record);
            return Err(BankError::IndexOrder { chunk, record, offset, expected, got });
        }
        (expected, last) = (got, record);
    }
    // A table has a terminal record at least.
    let terminal = count - 1;
    if usize::from(expected) != terminal {
        let (offset, expected, got) = (offset(last), terminal, expected);
        return Err(BankError::TerminalIndex { chunk, offset, expected, got });
    }
    Ok(())
}

/// Checks that what zones name is there.
///
/// SPEC: sections 7.5 and 7.9 reject the file otherwise. Generators after a zone's terminal one are ignored.
fn check_terminals(
    zones: &ZoneTable,
    terminal: Generator,
    count: usize,
    chunk: &Chunk,
) -> Result<(), BankError> {
    for bags in zones.bags.windows(2) {
        let first = usize::from(bags[0].generator_index);
        let records = slice(&zones.generators, bags[0].generator_index..bags[1].generator_index);
        let Some(place) = records.iter().position(|record| record.operator == terminal.operator())
        else {
            continue;
        };
        let got = records[place].index();
        if usize::from(got) >= count {
            let record = first + place;
            let offset = chunk.data.offset + (record * GeneratorRecord::LEN) as u64;
            let chunk = chunk.id;
            return Err(BankError::IndexRange { chunk, record, offset, expected: count, got });
        }
    }
    Ok(())
}
