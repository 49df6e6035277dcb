//! Compressed samples (SF3).

use std::sync::Arc;

use portative::bank::write::{Points, Sample, SoundFont, Zone};
use portative::bank::{
    Bank, BankOptions, Generator, Instrument, Limits, Points as Wave, PresetIndex, SampleFault,
    Version,
};

use super::fixture::*;

/// 3,000 points of a sine with a period of 100 and an amplitude of 16,000.
const TONE: &[u8] = include_bytes!("../../corpus/tone.ogg");

/// A bank with a PCM sample and a compressed one, which key 60 upwards plays.
fn font(stream: &[u8]) -> SoundFont {
    let mut font = bank_of(
        vec![Zone::new().instrument(0)],
        vec![
            Zone::new().key_range(0..=59).sample(0),
            Zone::new().key_range(60..=127).set(Generator::SampleModes, 1).sample(1),
        ],
    );
    font.info.version = Version { major: 3, minor: 0 };
    font.samples.push(Sample::new("tone", Points::Compressed(stream.to_vec())).looped(100, 2_100));
    font
}

fn instrument(stream: &[u8]) -> Instrument {
    open(&font(stream)).instrument(PresetIndex(0)).unwrap()
}

/// The fault of a bank's compressed sample, whose other sample plays.
#[track_caller]
fn fault(stream: &[u8]) -> String {
    let instrument = instrument(stream);
    assert_eq!(instrument.regions().len(), 1, "the other region plays");
    assert_eq!(instrument.regions_at(59, 100), [0]);
    assert!(instrument.regions_at(60, 100).is_empty());
    let [warning] = instrument.warnings() else { panic!("{:?}", instrument.warnings()) };
    warning.to_string()
}

#[test]
fn a_compressed_sample_decodes_to_its_points() {
    let instrument = instrument(TONE);
    assert_eq!(instrument.warnings(), []);
    let wave = &instrument.samples()[1].wave;
    assert_eq!(wave.len(), 3_000);
    let Wave::I16(points) = wave.data_points() else { panic!() };
    for (n, &point) in points.iter().enumerate() {
        let expected = 16_000.0 * (std::f64::consts::TAU * n as f64 / 100.0).sin();
        assert!(
            (f64::from(point) - expected).abs() < 1_000.0,
            "point {n}: {point}, not {expected}"
        );
    }
}

#[test]
fn loop_points_of_a_compressed_sample_count_from_its_start() {
    let points = instrument(TONE).samples()[1].looped.as_ref().unwrap().points;
    assert_eq!((points.start, points.end), (100, 2_100));
}

#[test]
fn a_compressed_sample_is_known_by_its_flag_whatever_the_version() {
    let mut font = font(TONE);
    font.info.version = Version { major: 2, minor: 1 };
    assert_eq!(open(&font).instrument(PresetIndex(0)).unwrap().regions().len(), 2);
}

#[test]
fn a_broken_stream_loses_that_sample_only() {
    let complaint = "sample 1: damaged stream; it cannot play";
    assert_eq!(fault(&TONE[..TONE.len() - 1]), complaint);
    assert_eq!(fault(&TONE[..TONE.len() / 2]), complaint);
    assert_eq!(fault(&TONE[..20]), complaint);
    let mut flipped = TONE.to_vec();
    flipped[3_500] ^= 0x55;
    assert_eq!(fault(&flipped), complaint);
}

#[test]
fn a_stream_of_another_kind_loses_that_sample_only() {
    for stream in [&b"fLaC and so on"[..], b"RIFF", b"O"] {
        assert_eq!(fault(stream), "sample 1: compressed in an unknown way; it cannot play");
    }
}

#[test]
fn a_stream_past_the_limit_loses_that_sample_only() {
    let limits = Limits { decoded_points: 2_999, ..Limits::default() };
    let options = BankOptions { limits, ..BankOptions::default() };
    let bank = Bank::from_source_with(Arc::new(bytes(&font(TONE))), options).unwrap();
    let instrument = bank.instrument(PresetIndex(0)).unwrap();
    let texts: Vec<_> = instrument.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["sample 1: decodes to more than 2999 points; it cannot play"]);
}

#[test]
fn a_stream_outside_the_data_is_known_when_the_bank_opens() {
    let mut bytes = bytes(&font(TONE));
    let at = find_chunk(&bytes, b"shdr") + 8 + 46 + 24;
    bytes[at..at + 4].copy_from_slice(&1_000_000_u32.to_le_bytes());
    let bank = read(bytes).unwrap();
    let len = 2 * 146 + TONE.len() as u64;
    assert_eq!(bank.samples()[1].fault, Some(SampleFault::Outside { end: 1_000_000, len }));
}

#[test]
fn no_damage_to_a_stream_panics_or_harms_the_rest() {
    for at in 0..TONE.len() {
        let mut damaged = TONE.to_vec();
        damaged[at] = damaged[at].wrapping_add(1 + (at % 255) as u8);
        let bank = open(&font(&damaged));
        let instrument = bank.instrument(PresetIndex(0)).unwrap();
        assert_eq!(instrument.regions_at(59, 100).len(), 1, "byte {at}");
    }
}

/// The checksum of an Ogg page, its own field zero: CRC-32 without reflection.
fn checksum(page: &[u8]) -> u32 {
    page.iter().fold(0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte) << 24, |crc, _| {
            if crc >> 31 == 1 { crc << 1 ^ 0x04C1_1DB7 } else { crc << 1 }
        })
    })
}

/// Makes the checksums of a damaged stream right again, so that the damage reaches the decoder.
fn mend_checksums(stream: &mut [u8]) {
    let mut rest = stream;
    while rest.starts_with(b"OggS") && rest.len() > 27 {
        let segments = 27 + usize::from(rest[26]);
        let Some(lengths) = rest.get(27..segments) else { return };
        let len = segments + lengths.iter().map(|&len| usize::from(len)).sum::<usize>();
        let Some((page, next)) = rest.split_at_mut_checked(len) else { return };
        page[22..26].fill(0);
        let sum = checksum(page).to_le_bytes();
        page[22..26].copy_from_slice(&sum);
        rest = next;
    }
}

#[test]
fn damage_with_right_checksums_does_no_harm_either() {
    let mut whole = TONE.to_vec();
    mend_checksums(&mut whole);
    assert_eq!(whole, TONE, "the checksums here are Ogg's");
    let mut random = 12_345_u32;
    let mut next = || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as usize
    };
    for round in 0..500 {
        let mut damaged = TONE.to_vec();
        for _ in 0..=next() % 5 {
            let at = 27 + next() % (TONE.len() - 27);
            damaged[at] = next() as u8;
        }
        mend_checksums(&mut damaged);
        let instrument = instrument(&damaged);
        assert_eq!(instrument.regions_at(59, 100), [0], "round {round}");
    }
}
