//! Banks made to do harm: each is refused or read, inside the limits, and nothing panics.

use std::sync::Arc;

use portative::bank::write::{Instrument, Preset, SoundFont, Zone};
use portative::bank::{Bank, BankError, BankOptions, Generator, Limits, PresetIndex};

use super::fixture::*;

/// A bank with all kinds of records.
fn valid() -> Vec<u8> {
    let zone = || {
        Zone::new()
            .key_range(10..=100)
            .set(Generator::SampleModes, 1)
            .set(Generator::EndloopAddrsOffset, -3)
            .modulator(modulator(0x81, 0x8001, 1))
            .modulator(modulator(0x7F, 8, 1))
    };
    let mut font = bank_of(
        vec![Zone::new().modulator(modulator(0x81, 8, 1)), Zone::new().instrument(0)],
        vec![zone(), zone().sample(0), Zone::new().sample(1)],
    );
    font.samples.push(ramp(60, 1, 2));
    font.default_modulators = Some(vec![modulator(0x0502, 48, 960)]);
    bytes(&font)
}

/// Small limits, so that what gets past them is seen at once.
fn limits() -> Limits {
    Limits {
        table_bytes: 1 << 20,
        regions: 1_000,
        zone_pairs: 10_000,
        modulators: 10_000,
        lookup_entries: 20_000,
        instrument_bytes: 1 << 20,
        decoded_points: 100_000,
        warnings: 100,
    }
}

/// Does everything that can be done with a file; gives whether it opened.
pub(super) fn exercise(bytes: Vec<u8>) -> Result<(), BankError> {
    let options = BankOptions { limits: limits(), ..BankOptions::default() };
    let bank = Bank::from_source_with(Arc::new(bytes), options)?;
    for index in 0..bank.presets().len().min(20) as u32 {
        let Ok(instrument) = bank.instrument(PresetIndex(index)) else { continue };
        assert!(instrument.bytes() <= 1 << 20);
        for (region, sample) in instrument.regions().iter().zip(instrument.samples()) {
            assert!(sample.start < sample.end && sample.end <= sample.wave.len());
            if let Some(looped) = &sample.looped {
                assert!(looped.points.start + 2 <= looped.points.end);
                assert!(looped.points.end <= sample.end);
            }
            let found = instrument.regions_at(region.keys.low, region.velocities.low);
            assert!(!found.is_empty());
        }
        for key in [0, 60, 127] {
            for &region in instrument.regions_at(key, 64) {
                assert!(instrument.regions()[usize::from(region)].keys.contains(key));
            }
        }
    }
    let report = bank.report();
    assert!(report.presets == bank.presets().len());
    let _ = bank.lint_waves();
    let copy = SoundFont::from_bank(&bank)?;
    if let Ok(again) = copy.to_bytes() {
        Bank::from_source(Arc::new(again)).expect("what is written can be read");
    }
    Ok(())
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let bytes = valid();
    assert!(exercise(bytes.clone()).is_ok());
    for len in 0..bytes.len() {
        assert!(exercise(bytes[..len].to_vec()).is_err(), "{len} of {} bytes", bytes.len());
    }
}

#[test]
fn a_chunk_cut_at_any_byte_is_refused_or_read() {
    for id in CHUNKS {
        let bytes = valid();
        let at = find_chunk(&bytes, id);
        let data = bytes[at + 8..at + 8 + size_at(&bytes, at + 4)].to_vec();
        for len in 0..data.len() {
            let _ = exercise(with_chunk(&bytes, id, &data[..len]));
        }
    }
}

const CHUNKS: [&[u8; 4]; 13] = [
    b"ifil", b"isng", b"INAM", b"DMOD", b"smpl", b"phdr", b"pbag", b"pmod", b"pgen", b"inst",
    b"ibag", b"igen", b"shdr",
];

#[test]
fn sizes_that_lie_are_refused_or_read() {
    let bytes = valid();
    let chunks = CHUNKS.iter().copied().chain([b"LIST", b"INFO", b"sdta", b"pdta", b"RIFF"]);
    for id in chunks {
        let at = find_chunk(&bytes, id) + 4;
        let size = size_at(&bytes, at) as u32;
        let lies =
            [0, 1, 3, size - 1, size + 1, size + 2, size.wrapping_mul(2), 1 << 31, u32::MAX - 8];
        for lie in lies.into_iter().chain([u32::MAX - 1, u32::MAX, u32::MAX - 7]) {
            let mut bytes = bytes.clone();
            bytes[at..at + 4].copy_from_slice(&lie.to_le_bytes());
            let _ = exercise(bytes);
        }
    }
}

#[test]
fn any_number_in_any_table_may_be_any_number() {
    let bytes = valid();
    let start = find_chunk(&bytes, b"pdta");
    for at in (start..bytes.len() - 1).step_by(2) {
        for value in [0, 1, 2, 0x7FFF, 0x8000, 0xFFFF] {
            let mut bytes = bytes.clone();
            bytes[at..at + 2].copy_from_slice(&u16::to_le_bytes(value));
            let _ = exercise(bytes);
        }
    }
}

/// A bank with one preset of `zones` zones that all name an instrument of `zones` zones.
fn product(zones: usize, keys: std::ops::RangeInclusive<u8>) -> SoundFont {
    bank_of(
        vec![Zone::new().key_range(keys).instrument(0); zones],
        vec![Zone::new().key_range(0..=60).sample(0); zones],
    )
}

#[track_caller]
fn limited(font: &SoundFont, what: &str) {
    let error = open(font).instrument(PresetIndex(0)).unwrap_err();
    assert!(matches!(error, BankError::Limit { what: found, .. } if found == what), "{error}");
}

#[test]
fn a_preset_of_a_billion_regions_is_refused() {
    limited(&product(30_000, 0..=127), "regions of one preset");
}

#[test]
fn a_preset_of_a_billion_zone_pairs_that_never_meet_is_refused() {
    limited(&product(30_000, 61..=127), "zone pairs of one preset");
}

#[test]
fn a_preset_of_a_billion_modulators_is_refused() {
    let modulators = (0..30_000)
        .map(|n| modulator(0x0081, 8, n))
        .enumerate()
        .map(|(n, mut m)| {
            // Different sources, so that none supersedes another.
            m.source = [0x81, 0x82, 0x83, 0x84][n % 4] | ((n as u16 / 4) % 16) << 8;
            m.destination = 5 + (n as u16 / 64) % 9;
            m.amount_source = [0, 0x81, 0x82, 0x83][(n / 576) % 4] | ((n as u16 / 2304) % 13) << 8;
            m
        })
        .collect::<Vec<_>>();
    let global = Zone { modulators, ..Zone::new() };
    let local = Zone::new().modulator(modulator(0x0085, 8, 1)).sample(0);
    let mut zones = vec![global];
    zones.extend(vec![local; 30_000]);
    limited(&bank_of(vec![Zone::new().instrument(0)], zones), "modulators of one preset");
}

#[test]
fn a_lookup_of_a_billion_entries_is_refused() {
    let zones = (0..8_000_u32)
        .map(|n| {
            let (low, high) = ((n % 64) as u8, 64 + (n % 63) as u8);
            Zone::new().key_range(low..=high).vel_range(low..=127 - low).sample(0)
        })
        .collect();
    let font = bank_of(vec![Zone::new().instrument(0)], zones);
    limited(&font, "entries of one preset's lookup");
}

#[test]
fn a_bank_of_as_many_records_as_fit_opens() {
    let mut font = bank_with(Zone::new());
    font.presets = vec![Preset::new("p", 0, 0).zone(Zone::new().instrument(0)); 65_535];
    font.instruments = vec![Instrument::new("i").zone(Zone::new().sample(0)); 65_535];
    let bank = open(&font);
    assert_eq!(bank.presets().len(), 65_535);
    assert_eq!(bank.warnings().len() + bank.dropped_warnings(), 65_534);
    assert_eq!(bank.regions(PresetIndex(65_534)).unwrap().len(), 1);
}

#[test]
fn a_default_list_can_be_as_long_as_it_likes() {
    let mut font = bank_with(Zone::new());
    font.default_modulators = Some(vec![modulator(0x81, 8, 1); 60_000]);
    assert_eq!(region(&font).modulators.len(), 1);
}
