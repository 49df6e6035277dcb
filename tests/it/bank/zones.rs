//! Zones, ranges and precedence, SoundFont 2.04 sections 7.3, 7.5, 7.7, 7.9 and 9.4.

use portative::bank::write::Zone;
use portative::bank::{Generator, LoopMode, MidiRange};

use super::fixture::*;

const FC: Generator = Generator::InitialFilterFc;
const ATTACK: Generator = Generator::AttackVolEnv;
const TUNE: Generator = Generator::FineTune;

fn preset() -> Zone {
    Zone::new().instrument(0)
}

#[test]
fn s9_4_a_generator_that_nothing_sets_has_its_default() {
    let region = region(&bank_with(Zone::new()));
    for (generator, value) in region.generators.iter() {
        if !matches!(generator, Generator::Instrument | Generator::SampleId) {
            assert_eq!(value, generator.spec().default, "{generator:?}");
        }
    }
}

#[test]
fn s9_4_an_instruments_local_zone_replaces_its_global_one() {
    let global = Zone::new().set(FC, 5_000).set(ATTACK, 100);
    let font = bank_of(vec![preset()], vec![global, Zone::new().set(FC, 6_000).sample(0)]);
    assert_eq!(value(&font, FC), 6_000);
    assert_eq!(value(&font, ATTACK), 100);
}

#[test]
fn s9_4_a_presets_amount_is_added() {
    let font = bank_of(
        vec![Zone::new().set(FC, -500).set(ATTACK, 300).instrument(0)],
        vec![Zone::new().set(FC, 6_000).sample(0)],
    );
    assert_eq!(value(&font, FC), 5_500);
    assert_eq!(value(&font, ATTACK), -11_700, "added to the default");
}

#[test]
fn s9_4_a_presets_local_zone_replaces_its_global_one_and_then_adds() {
    let font = bank_of(
        vec![
            Zone::new().set(FC, -500).set(TUNE, 3),
            Zone::new().set(FC, -100).instrument(0),
            Zone::new().set(FC, 0).instrument(0),
        ],
        vec![Zone::new().set(FC, 6_000).sample(0)],
    );
    let found: Vec<_> =
        regions(&font).iter().map(|r| (r.generators.get(FC), r.generators.get(TUNE))).collect();
    assert_eq!(found, [(5_900, 3), (6_000, 3)]);
}

#[test]
fn s9_4_a_presets_global_zone_is_its_own() {
    let mut font = bank_of(vec![Zone::new().set(TUNE, 3), preset()], vec![Zone::new().sample(0)]);
    font.presets.push(font.presets[0].clone());
    font.presets[1].zones.remove(0);
    let bank = open(&font);
    let tune = |preset| {
        let regions = bank.regions(portative::bank::PresetIndex(preset)).unwrap();
        regions[0].generators.get(TUNE)
    };
    assert_eq!((tune(0), tune(1)), (3, 0));
}

#[test]
fn s10_5_a_sum_is_held_in_the_generators_range() {
    let font = bank_of(
        vec![Zone::new().set(FC, 5_000).set(TUNE, 99).instrument(0)],
        vec![Zone::new().set(FC, 13_000).set(TUNE, 50).sample(0)],
    );
    assert_eq!((value(&font, FC), value(&font, TUNE)), (13_500, 99));
}

#[test]
fn s10_5_the_sum_is_held_in_range_and_not_its_parts() {
    let font = bank_of(
        vec![Zone::new().set(FC, -8_000).instrument(0)],
        vec![Zone::new().set(FC, 20_000).sample(0)],
    );
    assert_eq!(value(&font, FC), 12_000);
}

#[test]
fn s8_1_2_no_time_stays_no_time() {
    let font = bank_with(Zone::new().set(ATTACK, -32_768));
    assert_eq!(value(&font, ATTACK), -32_768);
    assert!(complaints(&font).is_empty());
}

#[test]
fn attenuation_is_left_as_the_bank_has_it() {
    let font = bank_of(
        vec![Zone::new().set(Generator::InitialAttenuation, 20).instrument(0)],
        vec![Zone::new().set(Generator::InitialAttenuation, 100).sample(0)],
    );
    assert_eq!(value(&font, Generator::InitialAttenuation), 120);
}

#[test]
fn pan_contributions_cancel_before_the_ends_hold() {
    let font = bank_of(
        vec![Zone::new().set(Generator::Pan, 500).instrument(0)],
        vec![Zone::new().set(Generator::Pan, 500).sample(0)],
    );
    assert_eq!(value(&font, Generator::Pan), 1_000);
}

#[test]
fn s8_5_sample_generators_in_a_preset_are_ignored() {
    let zone = Zone::new()
        .set(Generator::SampleModes, 1)
        .set(Generator::OverridingRootKey, 50)
        .set(Generator::ExclusiveClass, 3)
        .instrument(0);
    let font = bank_of(vec![zone], vec![Zone::new().sample(0)]);
    let region = region(&font);
    assert_eq!(region.loop_mode(), LoopMode::None);
    assert_eq!(region.overriding_root_key(), None);
    assert_eq!(region.exclusive_class(), None);
    assert_eq!(complaints(&font)[0], "preset 0, zone 0: SampleModes has no place here, ignored");
    assert_eq!(complaints(&font).len(), 3);
}

#[test]
fn s9_4_ranges_of_both_levels_intersect() {
    let font = bank_of(
        vec![Zone::new().key_range(40..=60).vel_range(0..=99).instrument(0)],
        vec![
            Zone::new().key_range(0..=50).vel_range(64..=127).sample(0),
            Zone::new().key_range(61..=127).sample(0),
        ],
    );
    let region = region(&font);
    assert_eq!(region.keys, MidiRange { low: 40, high: 50 });
    assert_eq!(region.velocities, MidiRange { low: 64, high: 99 });
}

#[test]
fn s9_4_a_local_range_replaces_the_global_one() {
    let font = bank_of(
        vec![preset()],
        vec![
            Zone::new().key_range(10..=20).vel_range(1..=2),
            Zone::new().key_range(30..=40).sample(0),
        ],
    );
    let region = region(&font);
    assert_eq!(region.keys, MidiRange { low: 30, high: 40 });
    assert_eq!(region.velocities, MidiRange { low: 1, high: 2 });
}

#[test]
fn s8_1_2_the_low_byte_of_a_range_is_its_low_end() {
    let font = bank_of(
        vec![preset()],
        vec![raw_zone(&[raw(43, i16::from_le_bytes([36, 84])), raw(53, 0)])],
    );
    assert_eq!(region(&font).keys, MidiRange { low: 36, high: 84 });
}

#[test]
fn a_range_above_127_ends_at_127() {
    let font = bank_with(Zone::new().key_range(100..=255));
    assert_eq!(region(&font).keys, MidiRange { low: 100, high: 127 });
}

#[test]
fn an_empty_range_plays_nothing() {
    for (low, high) in [(60, 50), (200, 255)] {
        let zone = raw_zone(&[raw(43, i16::from_le_bytes([low, high])), raw(53, 0)]);
        let font = bank_of(vec![preset()], vec![zone]);
        assert!(regions(&font).is_empty());
        let expected = format!("instrument 0, zone 0: KeyRange from {low} to {high} is empty");
        assert_eq!(complaints(&font), [expected]);
    }
}

#[test]
fn s7_5_a_misplaced_range_is_obeyed_with_a_warning() {
    let keys = raw(43, i16::from_le_bytes([1, 2]));
    let velocities = raw(44, i16::from_le_bytes([3, 4]));
    for generators in [
        vec![velocities, keys, raw(53, 0)],
        vec![raw(17, 0), keys, velocities, raw(53, 0)],
        vec![keys, raw(17, 0), velocities, raw(53, 0)],
    ] {
        let font = bank_of(vec![preset()], vec![raw_zone(&generators)]);
        let region = region(&font);
        assert_eq!(region.keys, MidiRange { low: 1, high: 2 });
        assert_eq!(region.velocities, MidiRange { low: 3, high: 4 });
        assert!(complaints(&font).iter().all(|text| text.ends_with("is not in its place")));
        assert!(!complaints(&font).is_empty());
    }
}

#[test]
fn s7_3_only_the_first_zone_can_be_global() {
    let font = bank_of(
        vec![Zone::new().set(TUNE, 1), preset(), Zone::new().set(TUNE, 2), preset()],
        vec![Zone::new().sample(0), Zone::new().set(TUNE, 50)],
    );
    let tunes: Vec<_> = regions(&font).iter().map(|r| r.generators.get(TUNE)).collect();
    assert_eq!(tunes, [1, 1]);
    assert_eq!(
        complaints(&font),
        [
            "preset 0, zone 2: names nothing to play, ignored",
            "instrument 0, zone 1: names nothing to play, ignored",
        ]
    );
}

#[test]
fn s7_7_an_empty_global_zone_is_no_harm() {
    let font = bank_of(vec![Zone::new(), preset()], vec![Zone::new(), Zone::new().sample(0)]);
    assert_eq!(regions(&font).len(), 1);
    assert!(complaints(&font).is_empty());
}

#[test]
fn s7_5_generators_after_the_last_one_are_ignored() {
    let font = bank_of(
        vec![raw_zone(&[raw(41, 0), raw(52, 5)])],
        vec![raw_zone(&[raw(53, 0), raw(52, 7), raw(53, 999)])],
    );
    assert_eq!(value(&font, TUNE), 0);
    assert_eq!(
        complaints(&font),
        [
            "preset 0, zone 0: 1 generators after the last one, ignored",
            "instrument 0, zone 0: 2 generators after the last one, ignored",
        ]
    );
}

#[test]
fn s7_9_the_last_of_two_equal_generators_holds() {
    let font = bank_of(vec![preset()], vec![raw_zone(&[raw(52, 5), raw(52, 7), raw(53, 0)])]);
    assert_eq!(value(&font, TUNE), 7);
    assert_eq!(complaints(&font), ["instrument 0, zone 0: FineTune twice, the last one holds"]);
}

#[test]
fn s10_3_unknown_generators_are_ignored() {
    let zone = raw_zone(&[raw(14, 1), raw(60, 1), raw(999, 1), raw(53, 0)]);
    let font = bank_of(vec![preset()], vec![zone]);
    assert_eq!(regions(&font).len(), 1);
    assert_eq!(complaints(&font).len(), 3);
    assert_eq!(complaints(&font)[2], "instrument 0, zone 0: unknown generator 999, ignored");
}

#[test]
fn an_amount_out_of_range_is_held_in_it_with_a_warning() {
    let font = bank_with(Zone::new().set(FC, 20_000));
    assert_eq!(value(&font, FC), 13_500);
    assert_eq!(complaints(&font), ["instrument 0, zone 0: InitialFilterFc 20000 is out of range"]);
}

#[test]
fn s7_3_regions_keep_the_order_of_the_file() {
    let zones = |tunes: [i16; 2]| tunes.map(|tune| Zone::new().set(TUNE, tune)).to_vec();
    let font = bank_of(
        zones([10, 20]).into_iter().map(|zone| zone.instrument(0)).collect(),
        zones([1, 2]).into_iter().map(|zone| zone.sample(0)).collect(),
    );
    let tunes: Vec<_> = regions(&font).iter().map(|r| r.generators.get(TUNE)).collect();
    assert_eq!(tunes, [11, 12, 21, 22]);
}
