//! From a bank's structure to a file's bytes.

use crate::bank::sf2::record::{
    Bag, GeneratorRecord, InstrumentBag, InstrumentGenerator, InstrumentHeader,
    InstrumentModulator, ModulatorRecord, Name, PresetBag, PresetGenerator, PresetHeader,
    PresetModulator, Record, SampleHeader, sample_type,
};
use crate::bank::write::{Points, Sample, SoundFont, Zone};
use crate::bank::{Info, Version};
use crate::riff::{ChunkWriter, FourCc, RiffError};

/// Zero points after each sample.
///
/// SPEC: SoundFont 2.04 section 6.1 asks for at least 46.
const ZERO_POINTS: usize = 46;

/// A bank that a file cannot hold.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A chunk outgrows its 32-bit size.
    #[error(transparent)]
    Riff(#[from] RiffError),
    /// More records than the index that names them can count.
    #[error("{chunk}: {got} records, more than the {limit} that an index can name")]
    TooManyRecords {
        /// The table.
        chunk: FourCc,
        /// The most that fits.
        limit: usize,
        /// What the bank has.
        got: usize,
    },
    /// A sample that begins or ends further into the data than its header can say.
    #[error("sample {index} lies past what a 32-bit address can name")]
    SampleAddress {
        /// The sample.
        index: usize,
    },
}

impl SoundFont {
    /// The bank as the bytes of a file.
    ///
    /// Data with 24-bit points gets an `sm24` chunk, which readers take only from version 2.4 on.
    ///
    /// # Errors
    ///
    /// [`WriteError`] when there is more than the format's indices and sizes can hold.
    pub fn to_bytes(&self) -> Result<Vec<u8>, WriteError> {
        let presets: Vec<&[Zone]> = self.presets.iter().map(|preset| &preset.zones[..]).collect();
        let instruments: Vec<&[Zone]> =
            self.instruments.iter().map(|instrument| &instrument.zones[..]).collect();
        let preset_zones = ZoneTables::new(&presets, [b"pbag", b"pgen", b"pmod"])?;
        let instrument_zones = ZoneTables::new(&instruments, [b"ibag", b"igen", b"imod"])?;
        let pool = SamplePool::new(&self.samples)?;
        let bytes = ChunkWriter::riff(FourCc(*b"sfbk"), |form| {
            form.list(FourCc(*b"INFO"), |list| {
                write_info(list, &self.info, self.default_modulators.as_deref());
            });
            form.list(FourCc(*b"sdta"), |list| pool.write(list));
            form.list(FourCc(*b"pdta"), |list| {
                table(list, &self.preset_headers(&preset_zones));
                table(list, &wrapped(&preset_zones.bags, PresetBag));
                table(list, &wrapped(&preset_zones.modulators, PresetModulator));
                table(list, &wrapped(&preset_zones.generators, PresetGenerator));
                table(list, &self.instrument_headers(&instrument_zones));
                table(list, &wrapped(&instrument_zones.bags, InstrumentBag));
                table(list, &wrapped(&instrument_zones.modulators, InstrumentModulator));
                table(list, &wrapped(&instrument_zones.generators, InstrumentGenerator));
                table(list, &pool.headers);
            });
        })?;
        Ok(bytes)
    }

    fn preset_headers(&self, zones: &ZoneTables) -> Vec<PresetHeader> {
        let headers = self.presets.iter().zip(&zones.starts).map(|(preset, &bag_index)| {
            let [library, genre, morphology] = preset.reserved;
            PresetHeader {
                name: Name::from_text(&preset.name),
                program: preset.program,
                bank: preset.bank,
                bag_index,
                library,
                genre,
                morphology,
            }
        });
        let terminal = PresetHeader {
            name: Name::from_text("EOP"),
            bag_index: zones.last_bag(),
            ..PresetHeader::default()
        };
        headers.chain([terminal]).collect()
    }

    fn instrument_headers(&self, zones: &ZoneTables) -> Vec<InstrumentHeader> {
        let headers = self.instruments.iter().zip(&zones.starts).map(|(instrument, &bag_index)| {
            InstrumentHeader { name: Name::from_text(&instrument.name), bag_index }
        });
        let terminal =
            InstrumentHeader { name: Name::from_text("EOI"), bag_index: zones.last_bag() };
        headers.chain([terminal]).collect()
    }
}

/// The zones of all presets or of all instruments, as tables with their terminal records.
struct ZoneTables {
    /// The first bag of each owner.
    starts: Vec<u16>,
    bags: Vec<Bag>,
    generators: Vec<GeneratorRecord>,
    modulators: Vec<ModulatorRecord>,
}

impl ZoneTables {
    fn new(
        owners: &[&[Zone]],
        [bag, generator, modulator]: [&[u8; 4]; 3],
    ) -> Result<Self, WriteError> {
        let mut tables =
            Self { starts: vec![], bags: vec![], generators: vec![], modulators: vec![] };
        for zones in owners {
            tables.starts.push(index(*bag, tables.bags.len())?);
            for zone in *zones {
                tables.bags.push(tables.next_bag(generator, modulator)?);
                tables.generators.extend(&zone.generators);
                tables.modulators.extend(&zone.modulators);
            }
        }
        index(*bag, tables.bags.len())?;
        tables.bags.push(tables.next_bag(generator, modulator)?);
        tables.generators.push(Default::default());
        tables.modulators.push(ModulatorRecord::default());
        Ok(tables)
    }

    fn next_bag(&self, generator: &[u8; 4], modulator: &[u8; 4]) -> Result<Bag, WriteError> {
        Ok(Bag {
            generator_index: index(*generator, self.generators.len())?,
            modulator_index: index(*modulator, self.modulators.len())?,
        })
    }

    /// The index of the terminal bag; [`Self::new`] has checked that it fits.
    fn last_bag(&self) -> u16 {
        u16::try_from(self.bags.len().saturating_sub(1)).unwrap_or(u16::MAX)
    }
}

fn index(chunk: [u8; 4], index: usize) -> Result<u16, WriteError> {
    let limit = usize::from(u16::MAX);
    u16::try_from(index).map_err(|_| WriteError::TooManyRecords {
        chunk: FourCc(chunk),
        limit,
        got: index,
    })
}

/// All sample data, and the headers that say where each sample lies in it.
struct SamplePool {
    high: Vec<u8>,
    /// The low bytes of 24-bit points; empty when no sample has them.
    low: Vec<u8>,
    headers: Vec<SampleHeader>,
}

impl SamplePool {
    fn new(samples: &[Sample]) -> Result<Self, WriteError> {
        let mut pool = Self { high: Vec::new(), low: Vec::new(), headers: Vec::new() };
        let wide = samples.iter().any(|sample| matches!(sample.points, Points::Pcm24(_)));
        // Byte offsets of compressed streams and point offsets of PCM share one chunk, so PCM goes first
        // and keeps its points aligned.
        for sample in samples {
            let span = pool.add_points(&sample.points, wide);
            pool.headers.push(header(sample, span.unwrap_or_default(), pool.headers.len())?);
        }
        for (index, sample) in samples.iter().enumerate() {
            if let Points::Compressed(stream) = &sample.points {
                let start = pool.high.len();
                pool.high.extend_from_slice(stream);
                pool.headers[index] = header(sample, (start, pool.high.len()), index)?;
            }
        }
        pool.headers.push(SampleHeader { name: Name::from_text("EOS"), ..SampleHeader::default() });
        Ok(pool)
    }

    /// Appends PCM points and zeros after them; gives where they lie, in points.
    fn add_points(&mut self, points: &Points, wide: bool) -> Option<(usize, usize)> {
        let start = self.high.len() / 2;
        match points {
            Points::Pcm16(points) => {
                self.high.extend(points.iter().flat_map(|point| point.to_le_bytes()));
                self.low.extend(points.iter().filter(|_| wide).map(|_| 0));
            }
            Points::Pcm24(points) => {
                for point in points {
                    let [low, middle, high, _] = point.to_le_bytes();
                    self.high.extend([middle, high]);
                    self.low.push(low);
                }
            }
            Points::Rom { start, end } => return Some((*start as usize, *end as usize)),
            Points::Compressed(_) => return None,
        }
        let end = self.high.len() / 2;
        self.high.extend([0; 2 * ZERO_POINTS]);
        self.low.extend([0; ZERO_POINTS].iter().filter(|_| wide));
        Some((start, end))
    }

    fn write(&self, list: &mut ChunkWriter) {
        if self.high.is_empty() {
            return;
        }
        list.chunk(FourCc(*b"smpl"), |chunk| chunk.bytes(&self.high));
        if !self.low.is_empty() {
            list.chunk(FourCc(*b"sm24"), |chunk| {
                chunk.bytes(&self.low);
                // Compressed streams have no low bytes, but the sizes of the chunks must match.
                chunk.bytes(&vec![0; self.high.len() / 2 - self.low.len()]);
                // SPEC: section 6.2 rounds the size of sm24 itself up to an even number.
                chunk.bytes(&vec![0; self.high.len() / 2 % 2]);
            });
        }
    }
}

/// A sample's header. Loop points of PCM are absolute; those of a compressed stream count from its start.
fn header(
    sample: &Sample,
    (start, end): (usize, usize),
    index: usize,
) -> Result<SampleHeader, WriteError> {
    let address =
        |value: usize| u32::try_from(value).map_err(|_| WriteError::SampleAddress { index });
    let (start, end) = (address(start)?, address(end)?);
    let (origin, kind) = match sample.points {
        Points::Compressed(_) => (0, sample_type::COMPRESSED),
        Points::Rom { .. } => (start, sample_type::ROM),
        Points::Pcm16(_) | Points::Pcm24(_) => (start, 0),
    };
    let looped = |point: u32| point.checked_add(origin).ok_or(WriteError::SampleAddress { index });
    Ok(SampleHeader {
        name: Name::from_text(&sample.name),
        start,
        end,
        loop_start: looped(sample.loop_start)?,
        loop_end: looped(sample.loop_end)?,
        rate: sample.rate,
        original_pitch: sample.original_pitch,
        correction: sample.correction,
        link: sample.link,
        kind: sample.kind | kind,
    })
}

fn write_info(list: &mut ChunkWriter, info: &Info, default_modulators: Option<&[ModulatorRecord]>) {
    let version = |list: &mut ChunkWriter, id: &[u8; 4], Version { major, minor }: Version| {
        list.chunk(FourCc(*id), |chunk| {
            chunk.bytes(&major.to_le_bytes());
            chunk.bytes(&minor.to_le_bytes());
        });
    };
    version(list, b"ifil", info.version);
    string(list, b"isng", Some(&info.engine));
    string(list, b"INAM", Some(&info.name));
    string(list, b"irom", info.rom.as_deref());
    if let Some(rom_version) = info.rom_version {
        version(list, b"iver", rom_version);
    }
    string(list, b"ICRD", info.date.as_deref());
    string(list, b"IENG", info.engineer.as_deref());
    string(list, b"IPRD", info.product.as_deref());
    string(list, b"ICOP", info.copyright.as_deref());
    string(list, b"ICMT", info.comment.as_deref());
    string(list, b"ISFT", info.tool.as_deref());
    if let Some(modulators) = default_modulators {
        let mut bytes = Vec::new();
        for modulator in modulators.iter().chain([&ModulatorRecord::default()]) {
            modulator.write_to(&mut bytes);
        }
        list.chunk(FourCc(*b"DMOD"), |chunk| chunk.bytes(&bytes));
    }
}

/// Writes a text with one or two zeros after it, so that its length is even (section 5).
fn string(list: &mut ChunkWriter, id: &[u8; 4], text: Option<&str>) {
    let Some(text) = text else { return };
    list.chunk(FourCc(*id), |chunk| {
        chunk.bytes(text.as_bytes());
        chunk.bytes(if text.len() % 2 == 0 { &[0, 0] } else { &[0] });
    });
}

fn table<R: Record>(list: &mut ChunkWriter, records: &[R]) {
    let mut bytes = Vec::with_capacity(records.len() * R::LEN);
    for record in records {
        record.write_to(&mut bytes);
    }
    list.chunk(FourCc(R::CHUNK), |chunk| chunk.bytes(&bytes));
}

fn wrapped<T: Copy, R>(records: &[T], wrap: impl Fn(T) -> R) -> Vec<R> {
    records.iter().map(|&record| wrap(record)).collect()
}
