//! Single generators, SoundFont 2.04 sections 8.1.2 and 8.1.3.

use portative::bank::write::Zone;
use portative::bank::{AddressOffsets, Generator, Level, LoopMode, Unit};

use super::fixture::*;

/// The table of sections 8.1.2 and 8.1.3 once more, by hand: number, smallest, largest, default.
///
/// `None` stands for a bound that depends on the sample.
#[rustfmt::skip]
const TABLE: &[(u16, Option<i16>, Option<i16>, i16)] = &[
    (0, Some(0), None, 0), (1, None, Some(0), 0), (2, None, None, 0), (3, None, None, 0),
    (4, Some(0), None, 0), (5, Some(-12_000), Some(12_000), 0), (6, Some(-12_000), Some(12_000), 0),
    (7, Some(-12_000), Some(12_000), 0), (8, Some(1_500), Some(13_500), 13_500),
    (9, Some(0), Some(960), 0), (10, Some(-12_000), Some(12_000), 0),
    (11, Some(-12_000), Some(12_000), 0), (12, None, Some(0), 0), (13, Some(-960), Some(960), 0),
    (15, Some(0), Some(1_000), 0), (16, Some(0), Some(1_000), 0), (17, Some(-500), Some(500), 0),
    (21, Some(-12_000), Some(5_000), -12_000), (22, Some(-16_000), Some(4_500), 0),
    (23, Some(-12_000), Some(5_000), -12_000), (24, Some(-16_000), Some(4_500), 0),
    (25, Some(-12_000), Some(5_000), -12_000), (26, Some(-12_000), Some(8_000), -12_000),
    (27, Some(-12_000), Some(5_000), -12_000), (28, Some(-12_000), Some(8_000), -12_000),
    (29, Some(0), Some(1_000), 0), (30, Some(-12_000), Some(8_000), -12_000),
    (31, Some(-1_200), Some(1_200), 0), (32, Some(-1_200), Some(1_200), 0),
    (33, Some(-12_000), Some(5_000), -12_000), (34, Some(-12_000), Some(8_000), -12_000),
    (35, Some(-12_000), Some(5_000), -12_000), (36, Some(-12_000), Some(8_000), -12_000),
    (37, Some(0), Some(1_440), 0), (38, Some(-12_000), Some(8_000), -12_000),
    (39, Some(-1_200), Some(1_200), 0), (40, Some(-1_200), Some(1_200), 0),
    (45, None, None, 0), (46, Some(-1), Some(127), -1), (47, Some(-1), Some(127), -1),
    (48, Some(0), Some(1_440), 0), (50, None, None, 0), (51, Some(-120), Some(120), 0),
    (52, Some(-99), Some(99), 0), (54, None, None, 0), (56, Some(0), Some(1_200), 100),
    (57, Some(0), Some(127), 0), (58, Some(-1), Some(127), -1),
];

#[test]
fn s8_1_3_ranges_and_defaults_are_the_standards() {
    for &(number, min, max, default) in TABLE {
        let spec = Generator::from_operator(number).unwrap().spec();
        assert_eq!(spec.min, min.unwrap_or(i16::MIN), "{spec:?}");
        assert_eq!(spec.max, max.unwrap_or(i16::MAX), "{spec:?}");
        assert_eq!(spec.default, default, "{spec:?}");
    }
    let others = [41, 43, 44, 53];
    let known: Vec<u16> = Generator::all().map(Generator::operator).collect();
    let mut expected: Vec<u16> = TABLE.iter().map(|row| row.0).chain(others).collect();
    expected.sort_unstable();
    assert_eq!(known, expected);
}

#[test]
fn s8_1_2_every_value_generator_reaches_its_region_at_both_levels_or_at_one() {
    for generator in Generator::all() {
        let spec = generator.spec();
        let at_instrument = bank_with(Zone::new().set(generator, spec.max.min(3)));
        match spec.level {
            Level::Both => {
                // Something that is in range whatever the default.
                let (a, b) = (i32::from(spec.max) - 10, -5);
                let font = bank_of(
                    vec![Zone::new().set(generator, b).instrument(0)],
                    vec![Zone::new().set(generator, a as i16).sample(0)],
                );
                assert_eq!(i32::from(value(&font, generator)), a - 5, "{generator:?}");
            }
            Level::Instrument => {
                assert_eq!(value(&at_instrument, generator), spec.max.min(3), "{generator:?}");
                let at_preset = bank_of(
                    vec![Zone::new().set(generator, 3).instrument(0)],
                    vec![Zone::new().sample(0)],
                );
                assert_eq!(value(&at_preset, generator), spec.default, "{generator:?}");
            }
            _ => assert!(matches!(spec.unit, Unit::Index | Unit::Range)),
        }
    }
}

#[test]
fn s8_1_2_sample_modes_have_two_bits() {
    for (amount, mode) in [
        (0, LoopMode::None),
        (1, LoopMode::Forever),
        (2, LoopMode::None),
        (3, LoopMode::WhileHeld),
        (4, LoopMode::None),
        (0x7F5, LoopMode::Forever),
    ] {
        let font = bank_with(Zone::new().set(Generator::SampleModes, amount));
        assert_eq!(region(&font).loop_mode(), mode, "{amount}");
    }
}

#[test]
fn s8_1_2_an_exclusive_class_of_0_is_none() {
    let class = |class| {
        let font = bank_with(Zone::new().set(Generator::ExclusiveClass, class));
        region(&font).exclusive_class().map(|class| class.get())
    };
    assert_eq!((class(0), class(1), class(127)), (None, Some(1), Some(127)));
}

#[test]
fn s8_1_2_key_and_velocity_are_replaced_inside_their_range_only() {
    let fixed = |amount| {
        let zone = Zone::new()
            .set(Generator::Keynum, amount)
            .set(Generator::Velocity, amount)
            .set(Generator::OverridingRootKey, amount);
        let region = region(&bank_with(zone));
        [region.keynum(), region.velocity(), region.overriding_root_key()]
    };
    assert_eq!(fixed(-1), [None; 3]);
    assert_eq!(fixed(0), [Some(0); 3]);
    assert_eq!(fixed(127), [Some(127); 3]);
    assert_eq!(fixed(128), [None; 3]);
    assert_eq!(fixed(-2), [None; 3]);
}

#[test]
fn s8_1_2_fine_and_coarse_offsets_add() {
    let zone = Zone::new()
        .set(Generator::StartAddrsOffset, 1)
        .set(Generator::StartAddrsCoarseOffset, 2)
        .set(Generator::EndAddrsOffset, -3)
        .set(Generator::EndAddrsCoarseOffset, -4)
        .set(Generator::StartloopAddrsOffset, 5)
        .set(Generator::StartloopAddrsCoarseOffset, -6)
        .set(Generator::EndloopAddrsOffset, -7)
        .set(Generator::EndloopAddrsCoarseOffset, 8);
    let expected = AddressOffsets {
        start: 1 + 2 * 32_768,
        end: -3 - 4 * 32_768,
        loop_start: 5 - 6 * 32_768,
        loop_end: -7 + 8 * 32_768,
    };
    assert_eq!(region(&bank_with(zone)).address_offsets(), expected);
}
