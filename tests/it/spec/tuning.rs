//! SoundFont 2.04 §7.10, §8.1.3 generators 46, 51, 52, 56 and 58, §8.4.10, RPN 0 to 2 and 5: pitch through the port.

use portative::bank::Generator as G;
use portative::bank::write::{Sample, Zone};
use portative::engine::native::Interpolation;

use crate::support::bank::{
    Bytes, bank, bank_of, constant, looping, modulator, position, position_bank,
};

use super::support::{Player, Sheet, cents_above, cents_between, organ, play, tone};

/// The steady pitch of a score in cents; 0 is as recorded.
fn cents_of(bank: &Bytes, score: &str) -> f64 {
    cents_between(&play(bank, &format!("0 cc 7 127; {score}"), 9_000), 6_000..8_500)
}

fn zone_cents(zone: Zone, key: u8) -> f64 {
    cents_of(&position_bank(zone), &format!("0 on {key} 127"))
}

/// The pitch of key 60 with channel messages before, and of a note that they reach while it sounds.
fn check_messages(sheet: &mut Sheet, table: &[(&str, f64)]) {
    let bank = position_bank(Zone::new());
    for &(messages, expected) in table {
        for (before, frame) in [("", 0), ("0 on 60 127;", 700)] {
            let list = messages.split(';').map(|message| format!("{frame} {};", message.trim()));
            let after = if before.is_empty() { "0 on 60 127" } else { "" };
            let score = format!("{before} {} {after}", list.collect::<String>());
            sheet.near(&score, cents_of(&bank, &score), expected, 0.05);
        }
    }
}

#[test]
fn keys_sound_at_their_equal_tempered_frequencies() {
    let mut sheet = Sheet::default();
    let bank = bank(tone(1000), organ());
    for key in 24..=108 {
        let hz = 1000.0 * ((f64::from(key) - 60.0) / 12.0).exp2();
        let take = play(&bank, &format!("0 on {key} 127"), 20_000);
        sheet.near(format!("key {key}"), cents_above(&take.left[2_000..], hz, 48_000), 0.0, 0.02);
    }
}

#[test]
fn s7_10_any_sample_rate_plays_at_pitch_at_any_output_rate() {
    let mut sheet = Sheet::default();
    for recorded in [400, 8_000, 11_025, 22_050, 32_000, 44_100, 48_000, 50_000, 96_000] {
        for rate in [22_050, 44_100, 48_000, 88_200, 96_000, 192_000] {
            let sample = Sample { rate: recorded, ..tone(1000) };
            let hz = 1000.0 * f64::from(recorded) / 48_000.0;
            if hz > f64::from(rate) / 3.0 || hz * 16_000.0 / f64::from(rate) < 5.0 {
                continue;
            }
            let player = Player { rate, ..Player::default() };
            let (take, _) = player.play(&bank(sample, organ()), "0 on 60 127", 20_000);
            let got = cents_above(&take.left[2_000..], hz, rate);
            sheet.near(format!("{recorded} at {rate} Hz"), got, 0.0, 0.05);
        }
    }
}

#[test]
fn s8_1_3_gen56_scale_tuning_turns_around_the_root_key() {
    let mut sheet = Sheet::default();
    for (scale, root, key) in [
        (100, 60, 72),
        (50, 60, 72),
        (0, 60, 72),
        (0, 60, 31),
        (25, 48, 60),
        (200, 60, 54),
        (120, 70, 65),
        (1200, 60, 61),
        (1200, 60, 59),
    ] {
        let zone = Zone::new().set(G::ScaleTuning, scale).set(G::OverridingRootKey, root);
        // What is recorded is `root` now, so that key plays as recorded.
        let expected = f64::from(scale) * f64::from(i16::from(key) - root);
        let what = format!("scale {scale}, root {root}, key {key}");
        sheet.near(what, zone_cents(zone, key), expected, 0.05);
    }
}

fn with_sample(change: impl Fn(&mut Sample), zone: Zone) -> Bytes {
    let mut sample = position();
    change(&mut sample);
    let told = zone.set(G::Pan, -500).sample(0);
    let reference = looping().set(G::Pan, 500).sample(1);
    bank_of(vec![sample, constant()], vec![told, reference], Zone::new())
}

#[test]
fn s7_10_correction_is_added_whatever_the_scale() {
    let mut sheet = Sheet::default();
    for correction in [-99, -4, 0, 50, 127] {
        for scale in [0, 50, 100] {
            let zone = Zone::new().set(G::ScaleTuning, scale).set(G::FineTune, 10);
            let bank = with_sample(|sample| sample.correction = correction, zone);
            let got = cents_of(&bank, "0 on 64 127");
            let expected = f64::from(correction) + 10.0 + 4.0 * f64::from(scale);
            sheet.near(format!("{correction}, scale {scale}"), got, expected, 0.05);
        }
    }
}

#[test]
fn s7_10_original_pitch_beyond_127_is_60() {
    let mut sheet = Sheet::default();
    for (pitch, cents) in [(0, 6000.0), (48, 1200.0), (72, -1200.0), (127, -6700.0)] {
        let bank = with_sample(|sample| sample.original_pitch = pitch, Zone::new());
        // Slow and fast enough for the position to be read.
        let key = if pitch == 0 { 24 } else { 60 };
        let expected = cents - 100.0 * f64::from(60 - key);
        sheet.near(
            format!("pitch {pitch}"),
            cents_of(&bank, &format!("0 on {key} 127")),
            expected,
            0.3,
        );
    }
    for pitch in [128, 200, 254, 255] {
        let bank = with_sample(|sample| sample.original_pitch = pitch, Zone::new());
        sheet.near(format!("pitch {pitch}"), cents_of(&bank, "0 on 60 127"), 0.0, 0.05);
    }
}

#[test]
fn s8_1_3_gen58_an_overriding_root_key_beats_the_sample_s() {
    let mut sheet = Sheet::default();
    for (root, key, cents) in [(57, 60, 300.0), (-1, 60, 1200.0), (0, 12, 1200.0)] {
        let zone = Zone::new().set(G::OverridingRootKey, root);
        let bank = with_sample(|sample| sample.original_pitch = 48, zone);
        sheet.near(
            format!("root {root}"),
            cents_of(&bank, &format!("0 on {key} 127")),
            cents,
            0.05,
        );
    }
}

#[test]
fn s8_1_3_gen51_and_52_tunings_add_and_their_generators_stay_in_range() {
    let mut sheet = Sheet::default();
    for (coarse, preset_coarse, fine, preset_fine, cents) in [
        (1, 0, 0, 0, 100.0),
        (-12, 0, -99, 0, -1299.0),
        (7, -3, 20, 30, 450.0),
        (-100, -100, 0, 0, -12_000.0),
        (0, 0, 90, 90, 99.0),
        (0, 0, -90, -90, -99.0),
    ] {
        let zone = Zone::new().set(G::CoarseTune, coarse).set(G::FineTune, fine);
        let told = zone.set(G::Pan, -500).sample(0);
        // Far down it is read high up.
        let key = if cents < -6000.0 { 127 } else { 60 };
        let reference = looping().set(G::Pan, 500).sample(1);
        let preset = Zone::new().set(G::CoarseTune, preset_coarse).set(G::FineTune, preset_fine);
        let bank = bank_of(vec![position(), constant()], vec![told, reference], preset);
        let got = cents_of(&bank, &format!("0 on {key} 127")) - f64::from(key - 60) * 100.0;
        let what = format!("{coarse}{preset_coarse:+} semitones, {fine}{preset_fine:+} cents");
        sheet.near(what, got, cents, if key == 60 { 0.05 } else { 0.5 });
    }
}

#[test]
fn s9_4_tuning_is_not_limited_after_modulators() {
    let mut sheet = Sheet::default();
    for (destination, amount, cents) in
        [(G::FineTune, 650, 650.0), (G::FineTune, -1500, -1500.0), (G::CoarseTune, 5, 500.0)]
    {
        let zone =
            Zone::new().set(G::FineTune, 50).modulator(modulator(0, destination as u16, amount));
        sheet.near(format!("{destination:?} {amount}"), zone_cents(zone, 60), cents + 50.0, 0.05);
    }
    let zone = Zone::new().set(G::CoarseTune, -120).modulator(modulator(0, 51, 110));
    sheet.near("coarse", zone_cents(zone, 60), -1000.0, 0.05);
}

#[test]
fn s8_1_3_gen46_keynum_replaces_the_key_for_pitch_scaling_and_modulators() {
    let mut sheet = Sheet::default();
    let fixed = Zone::new().set(G::Keynum, 66);
    for key in [0, 60, 127] {
        sheet.near(format!("key {key}"), zone_cents(fixed.clone(), key), 600.0, 0.05);
    }
    let by_key = modulator(3, G::FineTune as u16, 640);
    let got = zone_cents(fixed.modulator(by_key), 40);
    sheet.near("key as a source", got, 600.0 + 640.0 * 66.0 / 128.0, 0.05);
}

#[test]
fn s8_4_10_the_wheel_bends_exactly_by_its_range() {
    let mut sheet = Sheet::default();
    for (wheel, part) in [
        (0, -1.0),
        (4096, -0.5),
        (8191, -1.0 / 8192.0),
        (8192, 0.0),
        (8193, 1.0 / 8192.0),
        (12_288, 0.5),
        (16_383, 8191.0 / 8192.0),
    ] {
        for range in [0, 1, 2, 7, 12, 24] {
            let cents = part * f64::from(range) * 100.0;
            let score = format!("rpn 0 {range}; bend {wheel}");
            check_messages(&mut sheet, &[(&score, cents)]);
        }
        check_messages(&mut sheet, &[(&format!("bend {wheel}"), part * 200.0)]);
    }
}

#[test]
fn s8_4_10_wide_ranges_are_exact_too() {
    let mut sheet = Sheet::default();
    let bank = bank(tone(1000), organ());
    for (range, wheel) in [(36, 0), (48, 0), (48, 4096), (96, 2731), (127, 4096), (36, 12_288)] {
        let score = format!("0 rpn 0 {range}; 0 bend {wheel}; 0 on 60 127");
        let cents = f64::from(wheel - 8192) / 8192.0 * f64::from(range) * 100.0;
        let hz = 1000.0 * (cents / 1200.0).exp2();
        let take = play(&bank, &score, 50_000);
        sheet.near(&score, cents_above(&take.left[2_000..], hz, 48_000), 0.0, 0.1);
    }
}

#[test]
fn rpn_0_takes_cents_in_either_order() {
    let mut sheet = Sheet::default();
    check_messages(
        &mut sheet,
        &[
            ("cc 101 0; cc 100 0; cc 6 2; cc 38 50; bend 0", -250.0),
            ("cc 101 0; cc 100 0; cc 38 50; cc 6 2; bend 0", -250.0),
            ("cc 100 0; cc 101 0; cc 6 0; cc 38 25; bend 0", -25.0),
            ("cc 101 0; cc 100 0; cc 6 12; cc 101 127; cc 100 127; cc 6 5; bend 0", -1200.0),
            ("rpn 0 12; cc 99 1; cc 98 8; cc 6 5; bend 0", -1200.0),
            ("rpn 0 4; cc 96 0; bend 0", -500.0),
            ("rpn 0 4; cc 97 0; bend 0", -300.0),
            ("rpn 0 12; cc 121 0; bend 0", -1200.0),
            ("rpn 0 12; cc 121 0; cc 6 3; bend 0", -1200.0),
            ("bend 0; cc 121 0", 0.0),
        ],
    );
}

#[test]
fn rpn_1_tunes_in_parts_of_8192_and_rpn_2_in_semitones() {
    let mut sheet = Sheet::default();
    check_messages(
        &mut sheet,
        &[
            ("rpn 1 64", 0.0),
            ("rpn 1 0", -100.0),
            ("rpn 1 96", 50.0),
            ("rpn 1 127; cc 38 127", 100.0 * 8191.0 / 8192.0),
            ("rpn 1 64; cc 38 64", 100.0 * 64.0 / 8192.0),
            ("rpn 1 80; cc 38 127; cc 96 0", 100.0 * 2176.0 / 8192.0),
            ("rpn 2 64", 0.0),
            ("rpn 2 52", -1200.0),
            ("rpn 2 67", 300.0),
            ("rpn 2 67; cc 38 100", 300.0),
            ("rpn 2 66; cc 96 0", 300.0),
            ("rpn 2 66; cc 97 0", 100.0),
            ("rpn 1 96; rpn 2 63; rpn 0 12; bend 4096", 50.0 - 100.0 - 600.0),
            ("rpn 1 96; cc 121 0", 50.0),
        ],
    );
}

#[test]
fn a_bank_may_replace_or_double_the_bend() {
    let mut sheet = Sheet::default();
    for (amount, cents) in [(0, 0.0), (12_700, -200.0), (-12_700, 200.0), (6_350, -100.0)] {
        let bend = portative::bank::sf2::record::ModulatorRecord {
            amount_source: 0x10,
            ..modulator(0x20E, G::FineTune as u16, amount)
        };
        let bank = position_bank(Zone::new().modulator(bend));
        sheet.near(format!("{amount}"), cents_of(&bank, "0 bend 0; 0 on 60 127"), cents, 0.05);
    }
}

#[test]
fn pitch_does_not_depend_on_the_interpolation() {
    use Interpolation::{Cubic, Linear, None, Sinc};
    let mut sheet = Sheet::default();
    for interpolation in [None, Linear, Cubic, Sinc] {
        let player = Player { interpolation, rate: 44_100, ..Player::default() };
        let (take, _) = player.play(&bank(tone(1000), organ()), "0 on 67 127", 20_000);
        let hz = 1000.0 * (7.0f64 / 12.0).exp2();
        let got = cents_above(&take.left[2_000..], hz, 44_100);
        sheet.near(format!("{interpolation:?}"), got, 0.0, 0.05);
    }
}
