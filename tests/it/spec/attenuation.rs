//! SoundFont 2.04 §8.1.3 generators 17 and 48, §8.4.1, §8.4.5 to §8.4.7: level and place through the port.

use std::f64::consts::FRAC_PI_2;

use portative::bank::Generator as G;
use portative::bank::write::Zone;

use crate::support::bank::{Bytes, bank, bank_of, constant, modulator};
use crate::support::stage::Take;

use super::support::{Sheet, loss_db, modulator_by, organ, play};

const FRAMES: usize = 6_000;
const LAST: usize = FRAMES - 1;

fn listen(bank: &Bytes, score: &str) -> Take {
    play(bank, &format!("0 cc 7 127; {score}"), FRAMES)
}

fn level(bank: &Bytes, score: &str) -> f64 {
    listen(bank, score).db(LAST)
}

/// The level of a zone beneath a preset zone, against the plain one.
fn layered(zone: Zone, preset: Zone) -> f64 {
    let plain = level(&bank(constant(), organ()), "0 on 60 127");
    level(&bank_of(vec![constant()], vec![zone.sample(0)], preset), "0 on 60 127") - plain
}

#[test]
fn s8_1_3_gen48_initial_attenuation_is_scaled_by_0_4() {
    let mut sheet = Sheet::default();
    for cb in [0, 10, 50, 100, 250, 500, 1000, 1440] {
        let got = layered(organ().set(G::InitialAttenuation, cb), Zone::new());
        sheet.near(format!("{cb} cB"), got, -0.04 * f64::from(cb), 0.01);
    }
}

#[test]
fn s8_1_3_gen48_the_sum_of_generators_stays_within_0_and_1440() {
    let mut sheet = Sheet::default();
    for (instrument, preset, db) in [
        (100, 100, -8.0),
        (1000, 1000, -57.6),
        (2000, 0, -57.6),
        (200, -50, -6.0),
        (200, -300, 0.0),
        (-100, 0, 0.0),
        (0, -100, 0.0),
    ] {
        let got = layered(
            organ().set(G::InitialAttenuation, instrument),
            Zone::new().set(G::InitialAttenuation, preset),
        );
        sheet.near(format!("{instrument} {preset:+}"), got, db, 0.01);
    }
}

#[test]
fn s8_4_a_modulator_s_attenuation_is_not_scaled() {
    let mut sheet = Sheet::default();
    for (generator, amount, db) in
        [(0, 100, -10.0), (0, 600, -60.0), (500, -100, -10.0), (500, 100, -30.0), (100, -500, 0.0)]
    {
        let zone = organ().set(G::InitialAttenuation, generator);
        let zone = zone.modulator(modulator(0, G::InitialAttenuation as u16, amount));
        sheet.near(format!("{generator} {amount:+}"), layered(zone, Zone::new()), db, 0.01);
    }
}

#[test]
fn s8_4_1_velocity_attenuates_by_40_log_of_127_over_it() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ());
    let full = level(&bank, "0 on 60 127");
    for value in [1, 2, 4, 8, 16, 31, 32, 47, 63, 64, 79, 95, 96, 100, 111, 120, 126] {
        let got = level(&bank, &format!("0 on 60 {value}")) - full;
        sheet.near(format!("velocity {value}"), got, -loss_db(f64::from(value)), 0.01);
    }
}

#[test]
fn s8_4_5_and_7_volume_and_expression_follow_the_velocity_curve() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ());
    let full = level(&bank, "0 on 60 127");
    for controller in [7, 11] {
        for value in [1, 8, 16, 31, 32, 47, 63, 64, 79, 95, 96, 100, 111, 120, 126] {
            for score in [
                format!("0 cc {controller} {value}; 0 on 60 127"),
                format!("0 on 60 127; 1000 cc {controller} {value}"),
            ] {
                sheet.near(&score, level(&bank, &score) - full, -loss_db(f64::from(value)), 0.01);
            }
        }
        let silence = listen(&bank, &format!("0 on 60 127; 1000 cc {controller} 0"));
        let loudest = f64::from(silence.peak(LAST - 500..LAST));
        sheet.holds(format!("cc {controller} 0: {loudest:e}"), loudest < 2e-5);
    }
    let all = level(&bank, "0 cc 7 64; 0 cc 11 64; 0 on 60 64") - full;
    sheet.near("velocity, volume and expression add up", all, -3.0 * loss_db(64.0), 0.01);
}

#[test]
fn power_on_volume_is_100_and_expression_127() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ());
    let power_on = play(&bank, "0 on 60 127", FRAMES).db(LAST);
    sheet.near("power on", power_on - level(&bank, "0 on 60 127"), -loss_db(100.0), 0.01);
    sheet.near(
        "expression",
        power_on - play(&bank, "0 cc 11 127; 0 on 60 127", FRAMES).db(LAST),
        0.0,
        1e-4,
    );
}

#[test]
fn midi_14_bit_controllers_refine_and_the_coarse_byte_clears_the_fine_one() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ());
    let full = level(&bank, "0 on 60 127");
    for (score, value) in [
        ("0 cc 7 100; 0 cc 39 64; 0 on 60 127", 100.5),
        ("0 cc 7 64; 0 cc 39 32; 0 on 60 127", 64.25),
        ("0 cc 7 64; 0 cc 39 32; 0 cc 7 100; 0 on 60 127", 100.0),
        ("0 cc 11 20; 0 cc 43 96; 0 on 60 127", 20.75),
    ] {
        sheet.near(score, level(&bank, score) - full, -loss_db(value), 0.01);
    }
}

/// Both sides of a take against the whole level of one, which `pan` permille would give.
fn check_pan(sheet: &mut Sheet, what: &str, take: &Take, pan: f64) {
    let one =
        f64::from(listen(&bank(constant(), organ().set(G::Pan, -500)), "0 on 60 127").left[LAST]);
    let angle = FRAC_PI_2 * (pan + 500.0) / 1000.0;
    sheet.near(format!("{what}, left"), f64::from(take.left[LAST]) / one, angle.cos(), 3e-4);
    sheet.near(format!("{what}, right"), f64::from(take.right[LAST]) / one, angle.sin(), 3e-4);
}

#[test]
fn s8_1_3_gen17_pan_is_of_equal_power() {
    let mut sheet = Sheet::default();
    for pan in [-500, -375, -250, -125, -1, 0, 1, 125, 250, 375, 500] {
        let take = listen(&bank(constant(), organ().set(G::Pan, pan)), "0 on 60 127");
        check_pan(&mut sheet, &format!("{pan}"), &take, f64::from(pan));
    }
}

#[test]
fn s8_4_6_controller_10_reaches_both_ends_and_the_centre() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ());
    for value in [0, 1, 16, 32, 63, 64, 65, 96, 112, 126, 127] {
        let from_centre = f64::from(value - 64);
        let pan = 500.0 * from_centre / if value < 64 { 64.0 } else { 63.0 };
        for score in
            [format!("0 cc 10 {value}; 0 on 60 127"), format!("0 on 60 127; 900 cc 10 {value}")]
        {
            check_pan(&mut sheet, &score, &listen(&bank, &score), pan);
        }
    }
}

#[test]
fn s8_4_6_contributions_to_pan_are_limited_only_together() {
    let mut sheet = Sheet::default();
    for (instrument, preset, controller, pan) in [
        (-500, 0, 0, -500.0),
        (500, 0, 0, 0.0),
        (-500, 0, 127, 0.0),
        (500, 0, 127, 500.0),
        (400, 400, 0, 300.0),
        (-500, 800, 64, 300.0),
        (-400, -400, 127, -300.0),
    ] {
        let zones = vec![organ().set(G::Pan, instrument).sample(0)];
        let bank = bank_of(vec![constant()], zones, Zone::new().set(G::Pan, preset));
        let take = listen(&bank, &format!("0 cc 10 {controller}; 0 on 60 127"));
        let what = format!("{instrument} {preset:+} with controller at {controller}");
        check_pan(&mut sheet, &what, &take, pan);
    }
    let zone = organ().set(G::Pan, 400).modulator(modulator_by(0, G::Pan, 300, 0, 0));
    let take = listen(&bank(constant(), zone), "0 cc 10 0; 0 on 60 127");
    check_pan(&mut sheet, "400, a modulator's 300, controller at 0", &take, 200.0);
}

#[test]
fn s7_10_the_halves_of_a_stereo_sound_begin_together_on_their_sides() {
    let zones = vec![organ().set(G::Pan, -500).sample(0), organ().set(G::Pan, 500).sample(1)];
    let take = listen(&bank_of(vec![constant(), constant()], zones, Zone::new()), "777 on 60 127");
    assert_eq!(take.left, take.right);
    assert_eq!(take.peak(0..777), 0.0);
    assert!(take.left[777] > 0.0);
}

#[test]
fn universal_master_volume_is_40_log() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ());
    let full = level(&bank, "0 on 60 127");
    for (msb, lsb) in [(127, 127), (64, 0), (100, 0), (16, 64), (1, 0)] {
        let value = f64::from(msb) * 128.0 + f64::from(lsb);
        for at in [0, 1500] {
            let score = format!("0 on 60 127; {at} sysex 7f 7f 04 01 {lsb:x} {msb:x}");
            let db = 40.0 * (value / 16_383.0).log10();
            sheet.near(&score, level(&bank, &score) - full, db, 0.05);
        }
    }
}
