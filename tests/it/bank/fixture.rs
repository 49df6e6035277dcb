//! Banks for tests, and short ways to look into them.

use std::sync::Arc;

use portative::bank::sf2::record::{GeneratorRecord, ModulatorRecord};
use portative::bank::write::{Instrument, Points, Preset, Sample, SoundFont, Zone};
use portative::bank::{Bank, BankError, BankWarning, Generator, PresetIndex, Region};

/// A sample of 1, 2, 3 … with a loop.
pub(super) fn ramp(len: i16, loop_start: u32, loop_end: u32) -> Sample {
    Sample::new("ramp", Points::Pcm16((1..=len).collect())).looped(loop_start, loop_end)
}

/// A bank of one preset (bank 0, program 0), one instrument and one sample of 100 points, looped from 10 to 90,
/// whose zones are given; each preset zone names the instrument, each instrument zone the sample, unless it is
/// to be global.
pub(super) fn bank_of(preset: Vec<Zone>, instrument: Vec<Zone>) -> SoundFont {
    SoundFont {
        presets: vec![Preset { zones: preset, ..Preset::new("preset", 0, 0) }],
        instruments: vec![Instrument { zones: instrument, ..Instrument::new("keys") }],
        samples: vec![ramp(100, 10, 90)],
        ..SoundFont::default()
    }
}

/// A bank with one instrument zone.
pub(super) fn bank_with(zone: Zone) -> SoundFont {
    bank_of(vec![Zone::new().instrument(0)], vec![zone.sample(0)])
}

pub(super) fn bytes(font: &SoundFont) -> Vec<u8> {
    font.to_bytes().unwrap()
}

pub(super) fn read(bytes: Vec<u8>) -> Result<Bank, BankError> {
    Bank::from_source(Arc::new(bytes))
}

#[track_caller]
pub(super) fn open(font: &SoundFont) -> Bank {
    read(bytes(font)).unwrap()
}

#[track_caller]
pub(super) fn regions(font: &SoundFont) -> Vec<Region> {
    open(font).regions(PresetIndex(0)).unwrap()
}

/// The one region of a bank.
#[track_caller]
pub(super) fn region(font: &SoundFont) -> Region {
    let [region] = <[Region; 1]>::try_from(regions(font)).unwrap();
    region
}

/// A generator of the one region of a bank.
#[track_caller]
pub(super) fn value(font: &SoundFont, generator: Generator) -> i16 {
    region(font).generators.get(generator)
}

#[track_caller]
pub(super) fn warnings(font: &SoundFont) -> Vec<BankWarning> {
    open(font).warnings().to_vec()
}

/// The warnings in words, without the one that every sample shorter than 48 points gives.
#[track_caller]
pub(super) fn complaints(font: &SoundFont) -> Vec<String> {
    warnings(font).iter().map(ToString::to_string).collect()
}

/// A generator by number, in whatever order and place the test wants it.
pub(super) fn raw(operator: u16, amount: i16) -> GeneratorRecord {
    GeneratorRecord::new(operator, amount)
}

/// A zone of generators exactly as given.
pub(super) fn raw_zone(generators: &[GeneratorRecord]) -> Zone {
    Zone { generators: generators.to_vec(), ..Zone::new() }
}

pub(super) fn modulator(source: u16, destination: u16, amount: i16) -> ModulatorRecord {
    ModulatorRecord { source, destination, amount, ..ModulatorRecord::default() }
}

/// Where a chunk's header begins.
#[track_caller]
pub(super) fn find_chunk(bytes: &[u8], id: &[u8; 4]) -> usize {
    bytes.windows(4).rposition(|window| window == id).unwrap()
}

/// The file with a chunk's data replaced, all sizes mended.
#[track_caller]
pub(super) fn with_chunk(bytes: &[u8], id: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let at = find_chunk(bytes, id);
    let old = size_at(bytes, at + 4);
    let mut padded = data.to_vec();
    padded.resize(data.len().next_multiple_of(2), 0);
    let mut out = bytes[..at + 4].to_vec();
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(&padded);
    out.extend(&bytes[at + 8 + old.next_multiple_of(2)..]);
    let list = out[..at].windows(4).rposition(|window| window == b"LIST").unwrap();
    let list_size = size_at(bytes, list + 4) + padded.len() - old.next_multiple_of(2);
    out[list + 4..list + 8].copy_from_slice(&(list_size as u32).to_le_bytes());
    let riff_size = out.len() - 8;
    out[4..8].copy_from_slice(&(riff_size as u32).to_le_bytes());
    out
}

pub(super) fn size_at(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}
