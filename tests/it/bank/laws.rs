//! Laws that hold for every bank: what is written is read, whatever it holds; whatever is read does no harm.

use portative::bank::sf2::record::{GeneratorRecord, ModulatorRecord};
use portative::bank::write::{Instrument, Points, Preset, Sample, SoundFont, Zone};
use portative::bank::{Generator, PresetIndex};
use proptest::prelude::*;

use super::fixture::*;
use super::hostile::exercise;

fn generator() -> impl Strategy<Value = GeneratorRecord> {
    let known = (0..61_u16).prop_filter("terminals come by themselves", |o| ![41, 53].contains(o));
    (known, any::<[u8; 2]>()).prop_map(|(operator, amount)| GeneratorRecord { operator, amount })
}

fn any_modulator() -> impl Strategy<Value = ModulatorRecord> {
    let source = prop_oneof![Just(0x0502), Just(0x0081), Just(127), any::<u16>()];
    let destination = prop_oneof![0..61_u16, 0x8000..0x8004_u16];
    (source, destination, any::<i16>(), prop_oneof![Just(0_u16), any::<u16>()], 0..3_u16).prop_map(
        |(source, destination, amount, amount_source, transform)| ModulatorRecord {
            source,
            destination,
            amount,
            amount_source,
            transform,
        },
    )
}

fn zone(terminal: Generator, count: u16) -> impl Strategy<Value = Zone> {
    let generators = prop::collection::vec(generator(), 0..6);
    let modulators = prop::collection::vec(any_modulator(), 0..4);
    (generators, modulators, prop::option::weighted(0.8, 0..count)).prop_map(
        move |(mut generators, modulators, index)| {
            generators.extend(index.map(|index| GeneratorRecord {
                operator: terminal.operator(),
                amount: index.to_le_bytes(),
            }));
            Zone { generators, modulators }
        },
    )
}

fn sample() -> impl Strategy<Value = Sample> {
    let points = prop_oneof![
        prop::collection::vec(any::<i16>(), 1..80).prop_map(Points::Pcm16),
        prop::collection::vec(-8_388_608..8_388_607_i32, 1..80)
            .prop_map(|points| Points::Pcm24(points.into_iter().map(|point| point | 1).collect())),
    ];
    (points, 0..100_u32, 0..100_u32, any::<u32>(), any::<u8>(), any::<i8>()).prop_map(
        |(points, loop_start, loop_end, rate, original_pitch, correction)| Sample {
            rate,
            original_pitch,
            correction,
            ..Sample::new("sample", points).looped(loop_start, loop_end)
        },
    )
}

fn font() -> impl Strategy<Value = SoundFont> {
    let zones = |terminal, count| prop::collection::vec(zone(terminal, count), 0..4);
    let presets = prop::collection::vec((zones(Generator::Instrument, 2), 0..130_u16), 1..3);
    let instruments = prop::collection::vec(zones(Generator::SampleId, 3), 2);
    (presets, instruments, prop::collection::vec(sample(), 3)).prop_map(
        |(presets, instruments, samples)| SoundFont {
            presets: presets
                .into_iter()
                .map(|(zones, program)| Preset { zones, ..Preset::new("preset", 0, program) })
                .collect(),
            instruments: instruments
                .into_iter()
                .map(|zones| Instrument { zones, ..Instrument::new("keys") })
                .collect(),
            samples,
            ..SoundFont::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(font in font()) {
        let copy = SoundFont::from_bank(&open(&font)).unwrap();
        prop_assert_eq!(copy, font);
    }

    #[test]
    fn a_region_sounds_exactly_for_its_keys_and_velocities(font in font()) {
        let bank = open(&font);
        let instrument = bank.instrument(PresetIndex(0)).unwrap();
        for key in 0..128 {
            for velocity in 0..128 {
                let expected = instrument.regions().iter().enumerate().filter(|(_, region)| {
                    region.keys.contains(key) && region.velocities.contains(velocity)
                });
                let expected: Vec<u16> = expected.map(|(index, _)| index as u16).collect();
                prop_assert_eq!(instrument.regions_at(key, velocity), expected);
            }
        }
    }

    #[test]
    fn every_value_of_a_region_lies_in_its_range(font in font()) {
        for region in open(&font).regions(PresetIndex(0)).unwrap() {
            for (generator, value) in region.generators.iter() {
                let spec = generator.spec();
                if spec.level == portative::bank::Level::Both && generator != Generator::Pan {
                    let in_range = (spec.min..=spec.max).contains(&value) || value == i16::MIN;
                    prop_assert!(in_range, "{generator:?} {value}");
                }
            }
        }
    }

    #[test]
    fn bytes_changed_anywhere_do_no_harm(
        font in font(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = bytes(&font);
        for (index, value) in changes {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        let _ = exercise(bytes);
    }

    #[test]
    fn bytes_cut_out_or_doubled_do_no_harm(
        font in font(),
        start in any::<prop::sample::Index>(),
        len in 1..200_usize,
        double in any::<bool>(),
    ) {
        let mut bytes = bytes(&font);
        let start = start.index(bytes.len());
        let range = start..(start + len).min(bytes.len());
        if double {
            bytes.extend_from_within(range);
        } else {
            bytes.drain(range);
        }
        let _ = exercise(bytes);
    }
}
