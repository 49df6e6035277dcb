//! SoundFont 2.04 §8.1.2: generators that set level, place, pitch and choice of voices.

use portative::bank::Generator as G;
use portative::bank::write::Zone;

use crate::support::bank::{Bytes, bank, bank_of, constant, looping, position, position_bank};
use crate::support::stage::{Stage, Take};

fn play(bank: &Bytes, score: &str) -> Take {
    Stage::new(bank).play(&format!("0 cc 7 127; {score}"), 1000)
}

/// The level of key 60 through a zone, against the same without it.
fn level(zone: Zone) -> f64 {
    let plain = play(&bank(constant(), looping()), "0 on 60 127");
    play(&bank(constant(), zone), "0 on 60 127").db(900) - plain.db(900)
}

fn cents(zone: Zone, key: u8) -> f64 {
    play(&position_bank(zone), &format!("0 on {key} 127")).cents(500)
}

#[track_caller]
fn close(got: f64, expected: f64) {
    assert!((got - expected).abs() < 0.02, "{got:.3}, expected {expected:.3}");
}

#[test]
fn s8_1_2_48_four_tenths_of_the_attenuation_count() {
    for cb in [0, 50, 100, 200, 600] {
        close(level(looping().set(G::InitialAttenuation, cb)), -0.04 * f64::from(cb));
    }
}

#[test]
fn s8_5_the_preset_adds_to_the_instrument() {
    let zones = vec![looping().set(G::InitialAttenuation, 100).sample(0)];
    let with_preset =
        |preset| play(&bank_of(vec![constant()], zones.clone(), preset), "0 on 60 127");
    let louder = with_preset(Zone::new()).db(900);
    let quieter = with_preset(Zone::new().set(G::InitialAttenuation, 50)).db(900);
    close(quieter - louder, -2.0);
    let unattenuated = with_preset(Zone::new().set(G::InitialAttenuation, -300)).db(900);
    close(unattenuated - louder, 4.0);
}

#[test]
fn s8_1_2_17_pan_keeps_the_power() {
    for (pan, db) in [(0, 0.0), (125, 3.502), (-250, -7.656), (375, 14.027)] {
        let take = play(&bank(constant(), looping().set(G::Pan, pan)), "0 on 60 127");
        close(take.balance_db(900), db);
        close(level(looping().set(G::Pan, pan)), 0.0);
    }
    let left = play(&bank(constant(), looping().set(G::Pan, -500)), "0 on 60 127");
    assert_eq!(left.right[900], 0.0);
}

#[test]
fn s8_1_2_17_pan_is_held_in_range_once_all_is_added() {
    let zones = |pan| vec![looping().set(G::Pan, pan).sample(0)];
    let preset = Zone::new().set(G::Pan, 750);
    let take = play(&bank_of(vec![constant()], zones(-500), preset), "0 on 60 127");
    close(take.balance_db(900), 7.656);
}

#[test]
fn s8_1_2_51_tuning_is_in_semitones_and_cents() {
    close(cents(Zone::new(), 60), 0.0);
    close(cents(Zone::new().set(G::CoarseTune, 7), 60), 700.0);
    close(cents(Zone::new().set(G::CoarseTune, -12).set(G::FineTune, 25), 60), -1175.0);
    close(cents(Zone::new().set(G::FineTune, -99), 60), -99.0);
}

#[test]
fn s8_1_2_56_the_scale_turns_around_the_root_key() {
    close(cents(Zone::new(), 67), 700.0);
    close(cents(Zone::new().set(G::ScaleTuning, 50), 67), 350.0);
    close(cents(Zone::new().set(G::ScaleTuning, 0), 72), 0.0);
    close(cents(Zone::new().set(G::OverridingRootKey, 48), 60), 1200.0);
    close(cents(Zone::new().set(G::OverridingRootKey, 48).set(G::ScaleTuning, 50), 60), 600.0);
}

#[test]
fn s7_10_the_correction_is_added() {
    let mut sample = position();
    sample.correction = -4;
    sample.original_pitch = 58;
    let samples = vec![sample, constant()];
    let zones = vec![Zone::new().set(G::Pan, -500).sample(0), looping().set(G::Pan, 500).sample(1)];
    let take = play(&bank_of(samples, zones, Zone::new()), "0 on 60 127");
    close(take.cents(500), 196.0);
}

#[test]
fn s8_1_2_46_a_key_number_replaces_the_note_s_but_not_for_note_off() {
    close(cents(Zone::new().set(G::Keynum, 65), 60), 500.0);
    let zone = looping().set(G::Keynum, 65).set(G::ReleaseVolEnv, -7200);
    let take = Stage::new(&bank(constant(), zone)).play("0 on 60 127; 1000 off 60", 4000);
    assert_eq!(take.peak(3000..4000), 0.0);
}

#[test]
fn s8_1_2_47_a_velocity_replaces_the_note_s() {
    let fixed = bank(constant(), looping().set(G::Velocity, 64));
    let soft = play(&fixed, "0 on 60 1").db(900);
    close(soft - play(&fixed, "0 on 60 127").db(900), 0.0);
    close(soft - play(&bank(constant(), looping()), "0 on 60 127").db(900), -11.905);
}

#[test]
fn s8_1_2_43_ranges_choose_the_regions() {
    let zone = Zone::new().key_range(50..=60).vel_range(10..=100).set(G::SampleModes, 1);
    let bank = bank(constant(), zone);
    for (key, velocity, sounds) in [
        (50, 10, true),
        (60, 100, true),
        (49, 50, false),
        (61, 50, false),
        (55, 9, false),
        (55, 101, false),
    ] {
        let take = play(&bank, &format!("0 on {key} {velocity}"));
        assert_eq!(take.peak(0..1000) > 0.0, sounds, "key {key}, velocity {velocity}");
    }
}

#[test]
fn s8_1_2_57_an_exclusive_class_cuts_off_what_sounds_but_not_its_own_layers() {
    let zones = vec![
        looping().set(G::ExclusiveClass, 3).set(G::Pan, -500).sample(0),
        looping().set(G::ExclusiveClass, 3).set(G::Pan, 500).sample(0),
    ];
    let bank = bank_of(vec![constant()], zones, Zone::new());
    let alone = play(&bank, "0 on 60 127");
    let twice = play(&bank, "0 on 60 127; 300 on 62 127");
    close(twice.db(900) - alone.db(900), 0.0);
    assert!(twice.left[900] > 0.0 && twice.right[900] > 0.0);
    let other_channel = play(&bank, "0 on 60 127; 300 @2 on 62 127");
    assert!(other_channel.db(900) - alone.db(900) > 3.0);
}

#[test]
fn s8_1_2_0_offsets_move_the_start() {
    let start = |zone| play(&position_bank(zone), "0 on 60 127").position(500);
    let plain = start(Zone::new());
    let moved = start(Zone::new().set(G::StartAddrsOffset, 100));
    assert!((moved - plain - 100.0).abs() < 0.1, "{}", moved - plain);
}

#[test]
fn missing_presets_fall_back_and_are_counted() {
    let bank = bank(constant(), looping());
    let mut stage = Stage::new(&bank);
    let take = stage.play("0 cc 0 8; 0 prog 0; 0 on 60 127", 400);
    assert!(take.peak(0..400) > 0.0);
    assert_eq!(stage.status().missing_presets, 0);
    stage.play("0 prog 9; 0 on 62 127", 400);
    assert_eq!(stage.status().missing_presets, 1);
}
