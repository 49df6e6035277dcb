//! A bank that is read and written again is the same bank.

use portative::bank::sf2::record::sample_type;
use portative::bank::write::{Instrument, Points, Preset, Sample, SoundFont, Zone};
use portative::bank::{Generator, Info, Version};

use super::fixture::*;

/// A bank with something of everything.
fn rich() -> SoundFont {
    SoundFont {
        info: Info {
            name: "rich".to_owned(),
            version: Version { major: 3, minor: 1 },
            comment: Some("odd".to_owned()),
            rom_version: Some(Version { major: 1, minor: 2 }),
            ..Info::default()
        },
        default_modulators: Some(vec![modulator(0x0502, 48, 960), modulator(0x0001, 9, 9)]),
        presets: vec![
            Preset {
                reserved: [1, 2, 3],
                ..Preset::new("one", 0, 5).zone(Zone::new().set(Generator::FineTune, 3)).zone(
                    Zone::new().key_range(1..=2).modulator(modulator(0x81, 8, 1)).instrument(1),
                )
            },
            Preset::new("two", 128, 0).zone(raw_zone(&[raw(99, 5), raw(41, 0), raw(17, 1)])),
        ],
        instruments: vec![
            Instrument::new("first").zone(Zone::new().sample(0)),
            Instrument::new("second")
                .zone(Zone::new())
                .zone(Zone::new().vel_range(3..=4).sample(1))
                .zone(Zone::new().sample(2)),
        ],
        samples: vec![
            ramp(60, 5, 50).linked(sample_type::LEFT, 1),
            Sample {
                rate: 32_000,
                original_pitch: 255,
                correction: -7,
                ..Sample::new("wide", Points::Pcm24((0..70).map(|n| n * 11_111).collect()))
                    .linked(sample_type::RIGHT, 0)
            },
            Sample::new("odd", Points::Compressed(vec![1, 2, 3])).looped(1, 2),
            Sample::new("rom", Points::Rom { start: 5, end: 55 }).looped(1, 3),
        ],
    }
}

#[test]
fn a_bank_read_and_written_again_is_the_same_bank() {
    let font = rich();
    let copy = SoundFont::from_bank(&open(&font)).unwrap();
    assert_eq!(copy, font);
    assert_eq!(bytes(&copy), bytes(&font));
}

#[test]
fn a_sample_outside_the_data_is_copied_without_points() {
    let mut bytes = bytes(&bank_with(Zone::new()));
    let at = find_chunk(&bytes, b"shdr") + 8 + 24;
    bytes[at..at + 4].copy_from_slice(&9_999_u32.to_le_bytes());
    let copy = SoundFont::from_bank(&read(bytes).unwrap()).unwrap();
    assert_eq!(copy.samples[0].points, Points::Pcm16(vec![]));
}
