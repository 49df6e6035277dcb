//! Modulators: decoding, defaults, superseding, adding. SoundFont 2.04 sections 7.4, 8.2 to 8.4 and 9.5.

use std::sync::Arc;

use portative::bank::sf2::record::ModulatorRecord;
use portative::bank::write::{SoundFont, Zone};
use portative::bank::{
    Bank, BankOptions, Curve, DefaultModulators, Destination, Direction, Generator, Input,
    Modulator, ModulatorFault, ModulatorSource, Polarity, PresetIndex, Transform,
};

use super::fixture::*;

const VELOCITY_TO_ATTENUATION: ModulatorRecord = record(0x0502, 48, 960);

const fn record(source: u16, destination: u16, amount: i16) -> ModulatorRecord {
    ModulatorRecord { source, destination, amount, amount_source: 0, transform: 0 }
}

/// The modulators that a region has beside the defaults it kept, and how many of those there are.
#[track_caller]
fn own(font: &SoundFont) -> (usize, Vec<Modulator>) {
    let region = region(font);
    let defaults = DefaultModulators::standard();
    let (kept, own): (Vec<Modulator>, Vec<Modulator>) =
        region.modulators.iter().partition(|m| defaults.as_slice().contains(m));
    (kept.len(), own)
}

fn decode(record: ModulatorRecord) -> Modulator {
    Modulator::decode(&record).unwrap()
}

fn preset() -> Vec<Zone> {
    vec![Zone::new().instrument(0)]
}

#[test]
fn s8_2_a_source_word_has_five_fields() {
    let source = |word| ModulatorSource::decode(word).unwrap();
    let expected = ModulatorSource {
        input: Input::NoteOnVelocity,
        curve: Curve::Concave,
        polarity: Polarity::Unipolar,
        direction: Direction::Negative,
    };
    assert_eq!(source(0x0502), expected);
    let expected = ModulatorSource {
        input: Input::Controller(10),
        curve: Curve::Switch,
        polarity: Polarity::Bipolar,
        direction: Direction::Positive,
    };
    assert_eq!(source(0x0E8A), expected);
}

#[test]
fn s8_2_1_the_general_palette_has_eight_sources() {
    for (index, input) in [
        (0, Input::None),
        (2, Input::NoteOnVelocity),
        (3, Input::NoteOnKey),
        (10, Input::PolyPressure),
        (13, Input::ChannelPressure),
        (14, Input::PitchWheel),
        (16, Input::PitchWheelSensitivity),
        (127, Input::Link),
    ] {
        assert_eq!(ModulatorSource::decode(index).unwrap().input, input);
    }
    let known = [0, 2, 3, 10, 13, 14, 16, 127];
    for index in (0..128).filter(|index| !known.contains(index)) {
        let fault = ModulatorSource::decode(index).unwrap_err();
        assert_eq!(fault, ModulatorFault::UnknownSource { word: index });
    }
}

#[test]
fn s8_2_1_some_controllers_are_no_sources() {
    for controller in 0..128_u8 {
        let decoded = ModulatorSource::decode(0x80 | u16::from(controller));
        let excluded = matches!(controller, 0 | 6 | 32..=63 | 98..=101 | 120..);
        match decoded {
            Ok(source) => assert_eq!(source.input, Input::Controller(controller)),
            Err(fault) => assert_eq!(fault, ModulatorFault::ExcludedController { controller }),
        }
        assert_eq!(decoded.is_err(), excluded, "{controller}");
    }
}

#[test]
fn s8_2_1_no_source_is_the_same_whatever_its_flags() {
    assert_eq!(ModulatorSource::decode(0x0700).unwrap(), ModulatorSource::NONE);
}

#[test]
fn s8_2_4_there_are_four_curves() {
    for (kind, curve) in
        [Curve::Linear, Curve::Concave, Curve::Convex, Curve::Switch].into_iter().enumerate()
    {
        assert_eq!(ModulatorSource::decode(2 | (kind as u16) << 10).unwrap().curve, curve);
    }
    let fault = ModulatorSource::decode(2 | 4 << 10).unwrap_err();
    assert_eq!(fault, ModulatorFault::UnknownCurve { word: 0x1002 });
}

#[test]
fn s8_3_there_are_two_transforms() {
    let with = |transform| Modulator::decode(&ModulatorRecord { transform, ..record(2, 8, 1) });
    assert_eq!(with(0).unwrap().transform, Transform::Linear);
    assert_eq!(with(2).unwrap().transform, Transform::Absolute);
    assert_eq!(with(1).unwrap_err(), ModulatorFault::UnknownTransform { transform: 1 });
}

#[test]
fn s7_4_a_destination_is_a_generator_that_can_be_modulated() {
    for destination in [41, 43, 44, 53, 14, 60, 200] {
        assert!(Modulator::decode(&record(2, destination, 1)).is_err(), "{destination}");
    }
    let destination = decode(record(2, 8, 1)).destination;
    assert_eq!(destination, Destination::Generator(Generator::InitialFilterFc));
}

#[test]
fn s8_4_10_the_pitch_wheels_destination_has_two_spellings() {
    let wheel = |destination| ModulatorRecord {
        amount_source: 0x0010,
        ..record(0x020E, destination, 12_700)
    };
    assert_eq!(decode(wheel(59)).destination, Destination::Pitch);
    assert_eq!(decode(wheel(52)).destination, Destination::Pitch);
    let other = decode(record(0x0081, 52, 1)).destination;
    assert_eq!(other, Destination::Generator(Generator::FineTune));
}

#[test]
fn s8_4_every_instrument_begins_with_nine_defaults() {
    let modulators = region(&bank_with(Zone::new())).modulators;
    let expected = [
        (0x0502, 48, 960, 0),
        (0x000D, 6, 50, 0),
        (0x0081, 6, 50, 0),
        // The standard prints 0x0582 for channel volume, which would be controller 2.
        (0x0587, 48, 960, 0),
        (0x028A, 17, 500, 0),
        (0x058B, 48, 960, 0),
        (0x00DB, 16, 200, 0),
        (0x00DD, 15, 200, 0),
        (0x020E, 59, 12_700, 0x0010),
    ]
    .map(|(source, destination, amount, amount_source)| {
        decode(ModulatorRecord { amount_source, ..record(source, destination, amount) })
    });
    assert_eq!(modulators[..], expected);
}

#[test]
fn s8_4_2_velocity_to_filter_is_there_when_asked_for() {
    let default_modulators = DefaultModulators::standard().with_velocity_to_filter();
    let options = BankOptions { default_modulators, ..BankOptions::default() };
    let source = Arc::new(bytes(&bank_with(Zone::new())));
    let bank = Bank::from_source_with(source, options).unwrap();
    let regions = bank.regions(PresetIndex(0)).unwrap();
    assert_eq!(regions[0].modulators[9], decode(record(0x0102, 8, -2_400)));
}

#[test]
fn s8_4_2_a_bank_that_has_velocity_to_filter_itself_is_taken_at_its_word() {
    for amount_source in [0, 0x0D02] {
        let modulator = ModulatorRecord { amount_source, ..record(0x0102, 8, -1_200) };
        let font = bank_with(Zone::new().modulator(modulator));
        assert_eq!(own(&font), (9, vec![decode(modulator)]));
    }
}

#[test]
fn the_sound_controllers_can_be_overridden_like_any_default() {
    let default_modulators = DefaultModulators::standard().with_sound_controllers();
    assert_eq!(default_modulators.as_slice().len(), 15);
    let options = BankOptions { default_modulators, ..BankOptions::default() };
    let brightness = record(0x02CA, 8, 100);
    let source = Arc::new(bytes(&bank_with(Zone::new().modulator(brightness))));
    let bank = Bank::from_source_with(source, options).unwrap();
    let regions = bank.regions(PresetIndex(0)).unwrap();
    assert_eq!(regions[0].modulators.len(), 15);
    assert_eq!(regions[0].modulators[14], decode(brightness));
}

#[test]
fn s9_5_1_an_instruments_modulator_supersedes_an_identical_default() {
    let weaker = ModulatorRecord { amount: 480, ..VELOCITY_TO_ATTENUATION };
    let font = bank_with(Zone::new().modulator(weaker));
    assert_eq!(own(&font), (8, vec![decode(weaker)]));
}

#[test]
fn s9_5_1_what_differs_in_sources_destination_or_transform_is_another_one() {
    for other in [
        record(0x0402, 48, 480),
        record(0x0502, 8, 480),
        ModulatorRecord { amount_source: 0x0081, ..VELOCITY_TO_ATTENUATION },
        ModulatorRecord { transform: 2, ..VELOCITY_TO_ATTENUATION },
    ] {
        let font = bank_with(Zone::new().modulator(other));
        assert_eq!(own(&font), (9, vec![decode(other)]), "{other:?}");
    }
}

#[test]
fn s9_5_1_a_local_modulator_supersedes_the_global_one() {
    let global = Zone::new()
        .modulator(record(0x0081, 8, 100))
        .modulator(record(0x0082, 8, 200))
        .modulator(ModulatorRecord { amount: 1, ..VELOCITY_TO_ATTENUATION });
    let local = Zone::new().modulator(record(0x0081, 8, 300)).sample(0);
    let font = bank_of(preset(), vec![global, local, Zone::new().sample(0)]);
    let found: Vec<Vec<i32>> = regions(&font)
        .iter()
        .map(|region| region.modulators.iter().skip(8).map(|m| m.amount).collect())
        .collect();
    assert_eq!(found, [vec![200, 1, 300], vec![100, 200, 1]]);
}

#[test]
fn s7_4_the_last_of_two_identical_modulators_in_a_zone_holds() {
    let zone = Zone::new().modulator(record(0x0081, 8, 100)).modulator(record(0x0081, 8, 300));
    let font = bank_with(zone);
    assert_eq!(own(&font), (9, vec![decode(record(0x0081, 8, 300))]));
    assert_eq!(
        complaints(&font),
        ["instrument 0, zone 0, modulator 0: superseded by a later one of the same zone"]
    );
}

#[test]
fn s9_5_1_a_presets_amount_is_added_to_an_identical_modulator() {
    let zone = Zone::new().modulator(ModulatorRecord { amount: -60, ..VELOCITY_TO_ATTENUATION });
    let font = bank_of(vec![zone.instrument(0)], vec![Zone::new().sample(0)]);
    let region = region(&font);
    assert_eq!(region.modulators.len(), 9);
    assert_eq!(region.modulators[0].amount, 900);
}

#[test]
fn s9_5_1_a_sum_of_amounts_may_leave_16_bits() {
    let zone = Zone::new().modulator(record(0x0081, 8, i16::MAX));
    let font = bank_of(vec![zone.clone().instrument(0)], vec![zone.sample(0)]);
    assert_eq!(own(&font).1[0].amount, 65_534);
}

#[test]
fn s9_5_1_a_presets_other_modulators_stand_beside_the_instruments() {
    let zone = Zone::new().modulator(record(0x0081, 8, 70)).instrument(0);
    let font = bank_of(vec![zone], vec![Zone::new().modulator(record(0x0082, 8, 7)).sample(0)]);
    let expected = vec![decode(record(0x0082, 8, 7)), decode(record(0x0081, 8, 70))];
    assert_eq!(own(&font), (9, expected));
}

#[test]
fn s9_5_1_a_presets_local_modulator_supersedes_its_global_one_and_then_adds() {
    let font = bank_of(
        vec![
            Zone::new().modulator(record(0x0081, 8, 70)).modulator(record(0x0082, 8, 1)),
            Zone::new().modulator(record(0x0081, 8, 30)).instrument(0),
        ],
        vec![Zone::new().modulator(record(0x0081, 8, 7)).sample(0)],
    );
    let amounts: Vec<_> = own(&font).1.iter().map(|m| m.amount).collect();
    assert_eq!(amounts, [37, 1]);
}

#[test]
fn s10_3_unknown_modulators_are_ignored() {
    let zone = Zone::new()
        .modulator(record(0x0001, 8, 1))
        .modulator(record(0x0080, 8, 1))
        .modulator(record(0x0081, 14, 1))
        .modulator(record(0x1081, 8, 1))
        .modulator(ModulatorRecord { transform: 9, ..record(0x0081, 8, 1) });
    let font = bank_with(zone);
    assert_eq!(own(&font), (9, vec![]));
    assert_eq!(
        complaints(&font),
        [
            "instrument 0, zone 0, modulator 0: unknown source 0x0001",
            "instrument 0, zone 0, modulator 1: controller 0 cannot be a source",
            "instrument 0, zone 0, modulator 2: unknown destination 0x000e",
            "instrument 0, zone 0, modulator 3: unknown curve in source 0x1081",
            "instrument 0, zone 0, modulator 4: unknown transform 9",
        ]
    );
}

#[test]
fn a_banks_own_default_list_replaces_the_standards() {
    let mut font = bank_with(Zone::new());
    font.default_modulators = Some(vec![record(0x0081, 6, 77), record(0x0001, 6, 1)]);
    assert_eq!(region(&font).modulators[..], [decode(record(0x0081, 6, 77))]);
    assert_eq!(complaints(&font), ["INFO/DMOD, modulator 1: unknown source 0x0001"]);
    font.default_modulators = Some(vec![]);
    assert!(region(&font).modulators.is_empty());
}

#[test]
fn a_default_list_of_odd_size_is_refused() {
    let mut font = bank_with(Zone::new());
    font.default_modulators = Some(vec![]);
    let error = read(with_chunk(&bytes(&font), b"DMOD", &[0; 11])).unwrap_err();
    assert!(error.to_string().starts_with("INFO/DMOD: 11 bytes at offset"));
}

#[test]
fn regions_with_the_same_modulators_share_the_list() {
    let font = bank_of(preset(), vec![Zone::new().sample(0), Zone::new().sample(0)]);
    let regions = regions(&font);
    assert!(Arc::ptr_eq(&regions[0].modulators, &regions[1].modulators));
}
