//! SoundFont 2.04 §7.3, §7.7, §8.5, §9.4, §9.5: which zone's word counts, and links, through the port.

use std::sync::Arc;

use portative::bank::Generator as G;
use portative::bank::sf2::record::{GeneratorRecord, ModulatorRecord};
use portative::bank::write::{Instrument, Preset, SoundFont, Zone};

use crate::support::bank::{Bytes, constant, looping, modulator, position, position_bank};

use super::support::{Sheet, cents_between, modulator_by, organ, play};

/// A bank of these zones, globals included, whose instrument 0 is the only one.
fn layers(instrument: Vec<Zone>, preset: Vec<Zone>) -> Bytes {
    let mut file = Preset::new("preset", 0, 0);
    file.zones = preset;
    let font = SoundFont {
        presets: vec![file],
        instruments: vec![Instrument { name: "instrument".into(), zones: instrument }],
        samples: vec![constant(), position()],
        ..SoundFont::default()
    };
    Arc::new(font.to_bytes().unwrap())
}

/// The level of a note, against one without attenuation.
fn attenuation(bank: &Bytes, score: &str) -> f64 {
    let plain = layers(vec![organ().sample(0)], vec![Zone::new().instrument(0)]);
    let db = |bank: &Bytes| play(bank, &format!("0 cc 7 127; {score}"), 3_000).db(2_999);
    db(&plain) - db(bank)
}

fn quieter(cb: i16) -> Zone {
    Zone::new().set(G::InitialAttenuation, cb)
}

/// A zone of an organ with attenuation, or without a word about it.
fn organ_by(cb: Option<i16>) -> Zone {
    cb.map_or_else(organ, |cb| organ().set(G::InitialAttenuation, cb))
}

#[test]
fn s9_4_local_beats_global_and_the_preset_adds() {
    let mut sheet = Sheet::default();
    for global in [None, Some(100)] {
        for local in [None, Some(0), Some(250)] {
            for preset_global in [None, Some(50)] {
                for preset_local in [None, Some(0), Some(150)] {
                    let zones = |zone: Option<i16>, last: Zone| {
                        let mut zones: Vec<Zone> = zone.map(quieter).into_iter().collect();
                        zones.push(last);
                        zones
                    };
                    let bank = layers(
                        zones(global, organ_by(local).sample(0)),
                        zones(
                            preset_global,
                            preset_local.map_or_else(Zone::new, quieter).instrument(0),
                        ),
                    );
                    let cb =
                        local.or(global).unwrap_or(0) + preset_local.or(preset_global).unwrap_or(0);
                    let what = format!("{global:?} {local:?} {preset_global:?} {preset_local:?}");
                    sheet.near(what, attenuation(&bank, "0 on 60 127"), f64::from(cb) * 0.04, 0.01);
                }
            }
        }
    }
}

#[test]
fn s9_4_a_global_zone_counts_for_its_own_instrument_and_for_all_its_zones() {
    let mut sheet = Sheet::default();
    let zones = vec![
        quieter(100),
        organ().key_range(0..=59).sample(0),
        organ().key_range(60..=127).set(G::InitialAttenuation, 300).sample(0),
    ];
    let bank = layers(zones, vec![Zone::new().instrument(0)]);
    sheet.near("lower", attenuation(&bank, "0 on 50 127"), 4.0, 0.01);
    sheet.near("upper", attenuation(&bank, "0 on 60 127"), 12.0, 0.01);
}

#[test]
fn s8_1_2_the_last_of_equal_generators_counts() {
    let mut sheet = Sheet::default();
    let zone = organ_by(Some(500)).set(G::InitialAttenuation, 100).sample(0);
    let preset = quieter(900).set(G::InitialAttenuation, 200).instrument(0);
    sheet.near("last", attenuation(&layers(vec![zone], vec![preset]), "0 on 60 127"), 12.0, 0.01);
}

#[test]
fn s7_3_and_7_7_what_follows_the_last_generator_is_ignored() {
    let mut sheet = Sheet::default();
    let zone = organ().sample(0).set(G::InitialAttenuation, 500);
    let preset = Zone::new().instrument(0).set(G::InitialAttenuation, 500);
    sheet.near("ignored", attenuation(&layers(vec![zone], vec![preset]), "0 on 60 127"), 0.0, 0.01);
}

#[test]
fn s7_3_and_7_7_zones_without_their_last_generator_are_ignored_unless_first() {
    let mut sheet = Sheet::default();
    let zones = vec![organ().sample(0), organ_by(Some(250))];
    let presets = vec![Zone::new().instrument(0), quieter(250)];
    sheet.near("second", attenuation(&layers(zones, presets), "0 on 60 127"), 0.0, 0.01);
}

#[test]
fn s8_5_unknown_and_reserved_generators_are_ignored() {
    let mut sheet = Sheet::default();
    for operator in [14, 18, 19, 20, 42, 49, 55, 59, 61, 300] {
        let mut zone = organ();
        zone.generators.push(GeneratorRecord { operator, amount: [100, 0] });
        let bank = layers(vec![zone.sample(0)], vec![Zone::new().instrument(0)]);
        sheet.near(format!("{operator}"), attenuation(&bank, "0 on 60 127"), 0.0, 0.001);
    }
}

#[test]
fn s8_5_sample_generators_in_a_preset_are_ignored() {
    let mut sheet = Sheet::default();
    let told = || Zone::new().set(G::Pan, -500).sample(1);
    let reference = || looping().set(G::Pan, 500).sample(0);
    let take = |preset: Zone| {
        let bank = layers(vec![told(), reference()], vec![preset.instrument(0)]);
        play(&bank, "0 cc 7 127; 0 on 64 100", 3_000)
    };
    let plain = take(Zone::new());
    for (generator, amount) in [
        (G::StartAddrsOffset, 40),
        (G::StartAddrsCoarseOffset, 1),
        (G::EndAddrsCoarseOffset, -2),
        (G::StartloopAddrsOffset, 20),
        (G::SampleModes, 3),
        (G::Keynum, 40),
        (G::Velocity, 10),
        (G::ExclusiveClass, 1),
        (G::OverridingRootKey, 30),
    ] {
        let got = take(Zone::new().set(generator, amount));
        sheet.holds(format!("{generator:?}"), got.bits() == plain.bits());
    }
}

#[test]
fn s8_1_2_43_and_44_ranges_of_preset_and_instrument_intersect() {
    let mut sheet = Sheet::default();
    let zone = organ().key_range(40..=70).vel_range(20..=90).sample(0);
    let preset = Zone::new().key_range(60..=80).vel_range(50..=127).instrument(0);
    let bank = layers(vec![zone], vec![preset]);
    for (key, velocity, sounds) in [
        (60, 50, true),
        (70, 90, true),
        (59, 60, false),
        (71, 60, false),
        (65, 49, false),
        (65, 91, false),
    ] {
        let take = play(&bank, &format!("0 on {key} {velocity}"), 200);
        sheet.holds(format!("{key} {velocity}"), (take.peak(0..200) > 0.0) == sounds);
    }
}

#[test]
fn s8_1_2_43_a_global_range_counts_where_a_zone_has_none() {
    let mut sheet = Sheet::default();
    let zones = vec![
        Zone::new().key_range(60..=70),
        organ().sample(0),
        organ().key_range(0..=10).sample(0),
    ];
    let bank = layers(zones, vec![Zone::new().instrument(0)]);
    for (key, sounds) in [(60, true), (70, true), (59, false), (71, false), (5, true), (11, false)]
    {
        let take = play(&bank, &format!("0 on {key} 100"), 200);
        sheet.holds(format!("key {key}"), (take.peak(0..200) > 0.0) == sounds);
    }
}

#[test]
fn s7_5_ranges_count_wherever_they_stand_before_the_last_generator() {
    let mut sheet = Sheet::default();
    let zone = organ().vel_range(20..=90).set(G::Pan, 0).key_range(40..=70).sample(0);
    let bank = layers(vec![zone], vec![Zone::new().instrument(0)]);
    for (key, velocity, sounds) in [(40, 20, true), (39, 50, false), (50, 91, false)] {
        let take = play(&bank, &format!("0 on {key} {velocity}"), 200);
        sheet.holds(format!("{key} {velocity}"), (take.peak(0..200) > 0.0) == sounds);
    }
}

#[test]
fn s8_1_2_46_and_47_overrides_do_not_choose_zones() {
    let mut sheet = Sheet::default();
    let zones = vec![
        organ()
            .key_range(0..=59)
            .vel_range(0..=63)
            .set(G::Keynum, 100)
            .set(G::Velocity, 127)
            .sample(0),
        organ_by(Some(250)).key_range(60..=127).vel_range(64..=127).sample(0),
    ];
    let bank = layers(zones, vec![Zone::new().instrument(0)]);
    let level = |score: &str| play(&bank, &format!("0 cc 7 127; {score}"), 500).db(400);
    sheet.near("overridden velocity", level("0 on 30 20") - level("0 on 100 127"), 10.0, 0.01);
    let none = play(&bank, "0 on 30 64; 0 on 60 63", 500);
    sheet.near("between", f64::from(none.peak(0..500)), 0.0, 0.0);
}

#[test]
fn s8_1_3_gen47_an_overriding_velocity_counts_for_every_modulator() {
    let mut sheet = Sheet::default();
    let tuned = modulator(2, G::FineTune as u16, 640);
    let zone = Zone::new().set(G::Velocity, 32).modulator(tuned);
    for velocity in [1, 64, 127] {
        let take = play(&position_bank(zone.clone()), &format!("0 on 60 {velocity}"), 9_000);
        sheet.near(format!("{velocity}"), cents_between(&take, 6_000..8_000), 160.0, 0.05);
    }
}

const VELOCITY: u16 = 0x0502;
const ATTENUATION: u16 = G::InitialAttenuation as u16;

/// How much quieter velocity 64 is than 127, as a part of what the default modulator makes it.
fn velocity_part(bank: &Bytes) -> f64 {
    let db = |velocity| play(bank, &format!("0 on 60 {velocity}"), 500).db(400);
    (db(127) - db(64)) / (40.0 * (127.0f64 / 64.0).log10())
}

/// The same of a bank with these modulators in its four layers.
fn velocity_by([global, local, preset_global, preset_local]: [&[ModulatorRecord]; 4]) -> f64 {
    let add = |zone: Zone, records: &[ModulatorRecord]| {
        records.iter().fold(zone, |zone, &record| zone.modulator(record))
    };
    velocity_part(&layers(
        vec![add(quieter(0), global), add(organ(), local).sample(0)],
        vec![add(quieter(0), preset_global), add(Zone::new(), preset_local).instrument(0)],
    ))
}

#[test]
fn s9_5_1_identical_modulators_supersede_by_layer() {
    let mut sheet = Sheet::default();
    let by = |amount| modulator(VELOCITY, ATTENUATION, amount);
    let (none, half, twice): (&[_], &[_], &[_]) = (&[], &[by(480)], &[by(1920)]);
    let zero: &[_] = &[by(0)];
    let minus: &[_] = &[by(-480)];
    for (what, layers, expected) in [
        ("default", [none, none, none, none], 1.0),
        ("global", [half, none, none, none], 0.5),
        ("local", [none, half, none, none], 0.5),
        ("local beats global", [twice, half, none, none], 0.5),
        ("nothing is also a word", [twice, zero, none, none], 0.0),
        ("preset adds", [none, none, none, half], 1.5),
        ("preset global adds", [none, none, half, none], 1.5),
        ("preset local beats preset global", [none, none, twice, half], 1.5),
        ("preset takes away", [none, none, none, minus], 0.5),
        ("preset adds to local", [none, half, none, half], 1.0),
        ("preset adds to zero", [none, zero, none, half], 0.5),
        ("preset global is replaced by zero", [none, none, twice, zero], 1.0),
        ("the last of a zone", [none, &[by(960), by(480)], none, none], 0.5),
        ("the last of a preset's zone", [none, none, none, &[by(960), by(480)]], 1.5),
    ] {
        sheet.near(what, velocity_by(layers), expected, 0.002);
    }
}

#[test]
fn s9_5_1_modulators_are_identical_by_sources_destination_and_transform() {
    let mut sheet = Sheet::default();
    for (what, record, expected) in [
        ("the same", modulator_by(VELOCITY, G::InitialAttenuation, 480, 0, 0), 0.5),
        // Everything else comes on top.
        (
            "amount source",
            modulator_by(VELOCITY, G::InitialAttenuation, 480, 0x80 | 11, 0),
            1.0 + 0.5 * 127.0 / 128.0,
        ),
        ("transform", modulator_by(VELOCITY, G::InitialAttenuation, 480, 0, 2), 1.5),
    ] {
        sheet.near(what, velocity_by([&[], &[record], &[], &[]]), expected, 0.003);
    }
    // Another curve is another source: linear, whose parts are 0 and 63/128 of 100 cB.
    let linear = modulator_by(0x0102, G::InitialAttenuation, 100, 0, 0);
    let db = 10.0 * 63.0 / 128.0 / (40.0 * (127.0f64 / 64.0).log10());
    sheet.near("curve", velocity_by([&[], &[linear], &[], &[]]), 1.0 + db, 0.003);
    // In a preset, what is not identical is one more modulator.
    sheet.near("curve, preset", velocity_by([&[], &[], &[], &[linear]]), 1.0 + db, 0.003);
}

#[test]
fn s9_5_1_every_default_modulator_can_be_superseded() {
    let mut sheet = Sheet::default();
    let bank =
        |record| layers(vec![organ().modulator(record).sample(0)], vec![Zone::new().instrument(0)]);
    for (source, controller) in [(0x0587, 7), (0x058B, 11)] {
        for (amount, part) in [(0, 0.0), (480, 0.5), (1920, 2.0)] {
            let bank = bank(modulator(source, ATTENUATION, amount));
            let got = |value| {
                play(&bank, &format!("0 cc {controller} {value}; 0 on 60 127"), 500).db(400)
            };
            sheet.near(
                format!("cc {controller}, {amount}"),
                got(127) - got(64),
                11.905 * part,
                0.02,
            );
        }
    }
    let pan = bank(modulator(0x028A, G::Pan as u16, 0));
    let take = play(&pan, "0 cc 10 0; 0 on 60 127", 500);
    sheet.near("controller 10", take.balance_db(400), 0.0, 0.001);
    for (source, messages) in [(0x0081, "cc 1 127"), (0x000D, "press 127")] {
        let zone = Zone::new().set(G::FreqVibLfo, -3600);
        let zone = zone.modulator(modulator(source, G::VibLfoToPitch as u16, 0));
        let bank = position_bank(zone);
        let take = play(&bank, &format!("0 {messages}; 0 on 60 127"), 13_000);
        sheet.near(messages, cents_between(&take, 11_700..11_874), 0.0, 0.02);
    }
}

/// How many cents linked modulators come to, with controller 20 at 64 and 21 at 32.
fn linked(modulators: &[ModulatorRecord]) -> f64 {
    let zone = modulators.iter().fold(Zone::new(), |zone, &record| zone.modulator(record));
    let bank = position_bank(zone);
    cents_between(&play(&bank, "0 cc 20 64; 0 cc 21 32; 0 on 60 127", 6_000), 3_000..5_000)
}

#[test]
fn s9_5_4_links_feed_add_up_and_form_no_circles() {
    let mut sheet = Sheet::default();
    let to = |index: u16| 0x8000 | index;
    let fed = |amount| modulator(127, G::FineTune as u16, amount);
    let from = |controller: u16, index, amount| modulator(0x80 | controller, to(index), amount);
    let plain = modulator(0x80 | 20, G::FineTune as u16, 100);
    for (what, list, expected) in [
        ("one feeds one", vec![from(20, 1, 1), fed(800)], 400.0),
        ("from behind", vec![fed(800), from(20, 0, 1)], 400.0),
        ("two feed one", vec![from(20, 2, 1), from(21, 2, 1), fed(400)], 300.0),
        ("a chain", vec![from(20, 1, 1), modulator(127, to(2), 2), fed(300)], 300.0),
        ("none feeds it", vec![fed(800), plain], 50.0),
        ("out of range", vec![from(20, 9, 1), plain], 50.0),
        ("to itself", vec![modulator(127, to(0), 1), plain], 50.0),
        ("a circle", vec![modulator(127, to(1), 1), modulator(127, to(0), 1), plain], 50.0),
        ("to one that is no link", vec![from(20, 1, 1), plain], 50.0),
        (
            "link as an amount",
            vec![ModulatorRecord { amount_source: 127, ..plain }, modulator(0, 52, 25)],
            25.0,
        ),
    ] {
        sheet.near(what, linked(&list), expected, 0.1);
    }
}

#[test]
fn a_bank_s_own_default_modulators_take_the_place_of_the_standard_s() {
    let mut sheet = Sheet::default();
    let with = |default_modulators| {
        let instrument = Instrument::new("instrument").zone(organ().sample(0));
        let font = SoundFont {
            default_modulators,
            presets: vec![Preset::new("preset", 0, 0).zone(Zone::new().instrument(0))],
            instruments: vec![instrument],
            samples: vec![constant()],
            ..SoundFont::default()
        };
        let bank: Bytes = Arc::new(font.to_bytes().unwrap());
        velocity_part(&bank)
    };
    sheet.near("none of its own", with(None), 1.0, 0.002);
    sheet.near("half", with(Some(vec![modulator(VELOCITY, ATTENUATION, 480)])), 0.5, 0.002);
    let volume_only = Some(vec![modulator(0x0587, ATTENUATION, 960)]);
    sheet.near("no velocity", with(volume_only), 0.0, 0.002);
}
