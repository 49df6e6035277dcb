//! SoundFont 2.04 §8.2 to §8.4, §9.5: modulators.

use portative::bank::Generator as G;
use portative::bank::sf2::record::ModulatorRecord;
use portative::bank::write::Zone;

use crate::support::bank::{Bytes, bank, bank_of, constant, looping, modulator, position_bank};
use crate::support::stage::{Stage, Take};

/// Source words.
const VELOCITY: u16 = 2;
const KEY: u16 = 3;
const POLY_PRESSURE: u16 = 10;
const PRESSURE: u16 = 13;
const WHEEL: u16 = 14;
const WHEEL_RANGE: u16 = 16;
const LINK: u16 = 127;
/// Flags of source words.
const CC: u16 = 0x80;
const DOWN: u16 = 0x100;
const BIPOLAR: u16 = 0x200;
const CONCAVE: u16 = 1 << 10;
const CONVEX: u16 = 2 << 10;
const SWITCH: u16 = 3 << 10;
/// Destinations.
const VIBRATO: u16 = 6;
const ATTENUATION: u16 = 48;
const FINE_TUNE: u16 = 52;
const LINK_TO: u16 = 0x8000;
/// Transforms.
const ABSOLUTE: u16 = 2;

const FRAMES: usize = 8_000;

fn play(bank: &Bytes, score: &str) -> Take {
    Stage::new(bank).play(&format!("0 cc 7 127; {score}"), FRAMES)
}

fn with(modulators: &[ModulatorRecord]) -> Zone {
    modulators.iter().fold(Zone::new(), |zone, &modulator| zone.modulator(modulator))
}

/// The pitch in cents that modulators to the tuning come to.
fn cents(modulators: &[ModulatorRecord], score: &str) -> f64 {
    play(&position_bank(with(modulators)), score).cents(6_000)
}

/// What a source makes of the score, as a part of 1,000 cents.
#[track_caller]
fn check(source: u16, table: &[(&str, f64)]) {
    for (score, expected) in table {
        let no_vibrato = modulator(PRESSURE, VIBRATO, 0);
        let got = cents(&[modulator(source, FINE_TUNE, 1000), no_vibrato], score) / 1000.0;
        assert!((got - expected).abs() < 0.001, "{source:#x}, `{score}`: {got:.4}, not {expected}");
    }
}

#[track_caller]
fn close(got: f64, expected: f64) {
    assert!((got - expected).abs() < 0.05, "{got:.3}, expected {expected:.3}");
}

#[test]
fn s8_2_1_each_source_is_heard() {
    check(VELOCITY, &[("0 on 60 64", 0.5), ("0 on 60 127", 127.0 / 128.0)]);
    let key = [modulator(KEY, FINE_TUNE, 1000)];
    close(cents(&key, "0 on 48 127") + 1200.0, 375.0);
    check(
        POLY_PRESSURE,
        &[("0 on 60 127; 0 poly 60 32", 0.25), ("0 on 60 127; 0 poly 61 32", 0.0)],
    );
    check(PRESSURE, &[("0 on 60 127; 500 press 96", 0.75)]);
    check(CC | 21, &[("0 on 60 127; 500 cc 21 16", 0.125), ("0 cc 21 16; 0 on 60 127", 0.125)]);
    let no_bend =
        ModulatorRecord { amount_source: WHEEL_RANGE, ..modulator(BIPOLAR | WHEEL, 59, 0) };
    let bend = [no_bend, modulator(BIPOLAR | WHEEL, FINE_TUNE, 1000)];
    close(cents(&bend, "0 on 60 127; 500 bend 12288"), 500.0);
}

#[test]
fn s8_2_3_direction_and_polarity_turn_a_source() {
    let source = CC | 20;
    check(
        source | DOWN,
        &[("0 cc 20 0; 0 on 60 127", 127.0 / 128.0), ("0 cc 20 127; 0 on 60 127", 0.0)],
    );
    check(
        source | BIPOLAR,
        &[
            ("0 cc 20 0; 0 on 60 127", -1.0),
            ("0 cc 20 64; 0 on 60 127", 0.0),
            ("0 cc 20 96; 0 on 60 127", 0.5),
        ],
    );
    check(
        source | BIPOLAR | DOWN,
        &[("0 cc 20 0; 0 on 60 127", 1.0), ("0 cc 20 96; 0 on 60 127", -0.5)],
    );
}

#[test]
fn s8_2_4_curves_bend_a_source() {
    let source = CC | 20;
    check(
        source | CONCAVE,
        &[("0 cc 20 64; 0 on 60 127", 0.12686), ("0 cc 20 127; 0 on 60 127", 1.0)],
    );
    check(
        source | CONVEX,
        &[("0 cc 20 64; 0 on 60 127", 0.87599), ("0 cc 20 1; 0 on 60 127", 0.12342)],
    );
    check(source | SWITCH, &[("0 cc 20 63; 0 on 60 127", 0.0), ("0 cc 20 64; 0 on 60 127", 1.0)]);
}

#[test]
fn s8_3_transforms_and_amount_sources_multiply() {
    let absolute =
        ModulatorRecord { transform: ABSOLUTE, ..modulator(CC | BIPOLAR | 20, FINE_TUNE, 1000) };
    close(cents(&[absolute], "0 cc 20 0; 0 on 60 127"), 1000.0);
    let scaled = ModulatorRecord { amount_source: CC | 21, ..modulator(CC | 20, FINE_TUNE, 1000) };
    close(cents(&[scaled], "0 cc 20 64; 0 cc 21 32; 0 on 60 127"), 125.0);
    let constant = [modulator(0, FINE_TUNE, 40)];
    close(cents(&constant, "0 on 60 127"), 40.0);
}

#[test]
fn s8_4_1_velocity_and_volume_are_the_square_in_decibels() {
    let bank = bank(constant(), looping());
    let full = play(&bank, "0 on 60 127").db(7_000);
    for (value, db) in
        [(120, 0.985), (111, 2.339), (100, 4.152), (64, 11.905), (32, 23.946), (8, 48.029)]
    {
        for score in [
            format!("0 on 60 {value}"),
            format!("0 cc 7 {value}; 0 on 60 127"),
            format!("0 on 60 127; 100 cc 11 {value}"),
        ] {
            let got = play(&bank, &score).db(7_000) - full;
            assert!((got + db).abs() < 0.01, "{score}: {got:.3}");
        }
    }
}

#[test]
fn s8_4_6_controller_10_pans_from_end_to_end() {
    let bank = bank(constant(), looping());
    for (value, db) in [(64, 0.0), (48, -3.502), (32, -7.656), (16, -14.027)] {
        close(play(&bank, &format!("0 cc 10 {value}; 0 on 60 127")).balance_db(7_000), db);
    }
    assert_eq!(play(&bank, "0 cc 10 127; 0 on 60 127").left[7_000], 0.0);
    assert_eq!(play(&bank, "0 cc 10 0; 0 on 60 127").right[7_000], 0.0);
}

#[test]
fn s8_4_10_the_wheel_bends_by_its_range_exactly() {
    let bend = |score| cents(&[], score);
    close(bend("0 on 60 127; 100 bend 16383"), 2.0 * 8191.0 / 8192.0 * 100.0);
    close(bend("0 on 60 127; 100 bend 0"), -200.0);
    close(bend("0 rpn 0 12; 0 on 60 127; 100 bend 0"), -1200.0);
    close(bend("0 rpn 0 12; 0 on 60 127; 100 bend 12288"), 600.0);
    close(bend("0 rpn 0 2; 0 cc 38 50; 0 on 60 127; 100 bend 0"), -250.0);
}

#[test]
fn s8_4_10_a_bank_may_take_the_bend_away_or_turn_it() {
    let record = |amount| ModulatorRecord {
        amount_source: WHEEL_RANGE,
        ..modulator(BIPOLAR | WHEEL, FINE_TUNE, amount)
    };
    close(cents(&[record(0)], "0 on 60 127; 100 bend 0"), 0.0);
    close(cents(&[record(-12_700)], "0 on 60 127; 100 bend 0"), 200.0);
}

#[test]
fn s9_5_1_an_identical_modulator_replaces_the_default() {
    let linear =
        bank(constant(), looping().modulator(modulator(DOWN | CONCAVE | VELOCITY, ATTENUATION, 0)));
    let change = play(&linear, "0 on 60 20").db(7_000) - play(&linear, "0 on 60 127").db(7_000);
    close(change, 0.0);
}

#[test]
fn s9_5_1_a_preset_s_modulator_adds_to_the_instrument_s() {
    let zones = vec![looping().sample(0)];
    let preset = Zone::new().modulator(modulator(DOWN | CONCAVE | VELOCITY, ATTENUATION, -480));
    let bank = bank_of(vec![constant()], zones, preset);
    let change = play(&bank, "0 on 60 64").db(7_000) - play(&bank, "0 on 60 127").db(7_000);
    close(change, -11.905 / 2.0);
}

#[test]
fn s9_5_4_linked_modulators_feed_each_other() {
    let modulators = [
        modulator(CC | 20, LINK_TO | 1, 1),
        ModulatorRecord { source: LINK, ..modulator(0, FINE_TUNE, 800) },
    ];
    close(cents(&modulators, "0 cc 20 64; 0 on 60 127"), 400.0);
    close(cents(&modulators, "0 on 60 127; 300 cc 20 32"), 200.0);
}

#[test]
fn s9_5_a_controller_reaches_notes_that_sound_smoothly() {
    let bank = bank(constant(), looping());
    let take = play(&bank, "0 on 60 127; 1000 cc 11 64");
    let full = take.db(999);
    close(take.db(999 + 1) - full, 0.0);
    close(take.db(4_000) - full, -11.905);
    let steepest = (1000..4000).map(|frame| (take.left[frame + 1] - take.left[frame]).abs());
    assert!(steepest.fold(0.0, f32::max) < 0.01 * take.left[999]);
}

#[test]
fn s8_2_2_a_modulator_to_a_time_counts_when_the_note_starts() {
    let zone = looping().modulator(modulator(CC | 20, G::AttackVolEnv.operator(), 9600));
    let bank = bank(constant(), zone);
    let take = play(&bank, "0 cc 20 64; 0 on 60 127");
    // -12,000 and half of 9,600 timecents are 1/64 of a second.
    close(take.change_db(47 + 375, 5_000), 6.021);
}
