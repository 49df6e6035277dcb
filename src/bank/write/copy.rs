//! From a bank that was read to one that can be written.

use crate::bank::sf2::record::{SampleHeader, sample_type};
use crate::bank::sf2::tables::{ZoneRecords, ZoneTable};
use crate::bank::wave::{PcmSpans, ReadBuffer, read_bytes, read_pcm};
use crate::bank::write::{Instrument, Points, Preset, Sample, SoundFont, Zone};
use crate::bank::{Bank, BankError, SampleLocation};
use crate::riff::Span;

impl SoundFont {
    /// The structure of a bank, with all its sample data in memory.
    ///
    /// Written again it is the same bank: same presets, zones, samples and points. What no preset, instrument
    /// or header refers to is left behind (data between samples, zones before the first preset, unknown chunks),
    /// and a sample that lies outside the data becomes one without points.
    ///
    /// # Errors
    ///
    /// [`BankError::Riff`] when the source cannot be read.
    pub fn from_bank(bank: &Bank) -> Result<Self, BankError> {
        let tables = bank.tables();
        let presets = tables.presets.iter().enumerate().map(|(index, header)| Preset {
            name: header.name.to_text(),
            bank: header.bank,
            program: header.program,
            reserved: [header.library, header.genre, header.morphology],
            zones: zones(&tables.preset_zones, index),
        });
        let instruments = tables.instruments.iter().enumerate().map(|(index, header)| Instrument {
            name: header.name.to_text(),
            zones: zones(&tables.instrument_zones, index),
        });
        let samples = tables.samples.iter().enumerate();
        Ok(Self {
            info: bank.info().clone(),
            default_modulators: bank.own_default_modulators().map(<[_]>::to_vec),
            presets: presets.collect(),
            instruments: instruments.collect(),
            samples: samples
                .map(|(index, header)| sample(bank, index, header))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn zones(table: &ZoneTable, owner: usize) -> Vec<Zone> {
    let copy = |ZoneRecords { generators, modulators }: ZoneRecords<'_>| Zone {
        generators: generators.to_vec(),
        modulators: modulators.to_vec(),
    };
    table.zones(owner).map(copy).collect()
}

fn sample(bank: &Bank, index: usize, header: &SampleHeader) -> Result<Sample, BankError> {
    let read = &bank.samples()[index];
    let points = match read.location {
        SampleLocation::Rom { start, end } => Points::Rom { start, end },
        _ if read.fault.is_some() => Points::Pcm16(Vec::new()),
        SampleLocation::Points { start, end } => pcm(bank, start, end)?,
        SampleLocation::Stream { start, end } => Points::Compressed(stream(bank, start, end)?),
    };
    // A loop point before the sample's start cannot be said; it becomes the start.
    let loop_point = |point: i64| u32::try_from(point.max(0)).unwrap_or(u32::MAX);
    Ok(Sample {
        name: read.name.clone(),
        points,
        loop_start: loop_point(read.loop_start),
        loop_end: loop_point(read.loop_end),
        rate: header.rate,
        original_pitch: header.original_pitch,
        correction: header.correction,
        kind: header.kind & !(sample_type::ROM | sample_type::COMPRESSED),
        link: header.link,
    })
}

fn pcm(bank: &Bank, start: u32, end: u32) -> Result<Points, BankError> {
    let len = end - start;
    let part = |span: Span, size: u64| Span {
        offset: span.offset + u64::from(start) * size,
        len: u64::from(len) * size,
    };
    let Some(smpl) = bank.smpl() else { return Ok(Points::Pcm16(Vec::new())) };
    let sm24 = bank.sm24().map(|span| part(span, 1));
    let wave = read_pcm(
        bank.source(),
        PcmSpans { smpl: part(smpl, 2), sm24 },
        len,
        &mut ReadBuffer::default(),
    )?;
    // A wave of 16-bit points came from a bank without low bytes, or from one where they are all zero.
    Ok(match wave.data_points() {
        crate::bank::Points::I16(points) => Points::Pcm16(points.to_vec()),
        // The points are 24-bit numbers divided by 256, so this is exact.
        crate::bank::Points::F32(points) => {
            Points::Pcm24(points.iter().map(|point| (point * 256.0) as i32).collect())
        }
    })
}

fn stream(bank: &Bank, start: u32, end: u32) -> Result<Vec<u8>, BankError> {
    let Some(smpl) = bank.smpl() else { return Ok(Vec::new()) };
    let span = Span { offset: smpl.offset + u64::from(start), len: u64::from(end - start) };
    Ok(read_bytes(bank.source(), span)?)
}
