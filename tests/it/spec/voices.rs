//! Voices through the port: onsets on their frame, blocks of any size, stealing, and the absence of clicks.

use std::f64::consts::PI;

use portative::bank::Generator as G;
use portative::bank::write::Zone;
use portative::engine::native::Interpolation;

use crate::support::bank::{Bytes, bank, bank_of, constant, looping, modulator, noise};
use crate::support::stage::Take;

use super::support::{Player, Sheet, organ, play, tone, tone_db};

#[test]
fn a_note_begins_on_its_frame_at_every_offset_of_a_block() {
    let bank = bank(constant(), organ());
    let reference = play(&bank, "0 on 60 100", 600);
    for frame in (0..=130).chain([511, 512, 513, 1_023, 1_024, 1_025]) {
        let take = play(&bank, &format!("{frame} on 60 100"), 2_000);
        assert_eq!(take.peak(0..frame), 0.0, "{frame}");
        assert_eq!(take.left[frame].to_bits(), reference.left[0].to_bits(), "{frame}");
    }
}

#[test]
fn a_release_begins_on_its_frame_at_every_offset_of_a_block() {
    let bank = bank(constant(), organ().set(G::ReleaseVolEnv, -6000));
    for frame in (2_000..=2_130).chain([2_559, 2_560, 2_561]) {
        let take = play(&bank, &format!("0 on 60 100; {frame} off 60"), 3_000);
        assert_eq!(take.left[frame - 1].to_bits(), take.left[1_000].to_bits(), "{frame}");
        assert!(take.left[frame + 2] < take.left[frame - 1], "{frame}");
    }
}

/// Layers with filters, oscillators, envelopes, classes, loops and links, all at once.
fn rich() -> Bytes {
    let zones = vec![
        Zone::new()
            .key_range(0..=80)
            .set(G::SampleModes, 1)
            .set(G::Pan, -200)
            .set(G::VibLfoToPitch, 60)
            .set(G::InitialFilterFc, 8_000)
            .set(G::InitialFilterQ, 120)
            .set(G::ModEnvToFilterFc, 3_000)
            .set(G::DecayModEnv, -1_200)
            .set(G::SustainModEnv, 800)
            .set(G::ReleaseVolEnv, -2_400)
            .sample(0),
        Zone::new()
            .key_range(50..=127)
            .set(G::SampleModes, 3)
            .set(G::ModLfoToVolume, 80)
            .set(G::ModLfoToFilterFc, 900)
            .set(G::AttackVolEnv, -4_800)
            .modulator(modulator(0x80 | 74, G::InitialFilterFc as u16, -4_800))
            .sample(1),
        Zone::new().key_range(100..=127).set(G::ExclusiveClass, 1).sample(1),
    ];
    bank_of(vec![tone(440), noise()], zones, Zone::new())
}

const CROWD: &str = "0 on 40 90; 13 @2 on 60 100; 77 @10 on 110 80; 300 cc 1 90; 411 bend 12000; 500 on 72 60;\
    640 cc 64 127; 700 off 40; 901 @2 cc 74 100; 1000 press 64; 1111 on 101 127; 1300 on 102 127;\
    1500 cc 11 90; 1777 @2 off 60; 2000 @2 rpn 0 12; 2001 @2 bend 3000; 2100 cc 10 20; 2500 cc 64 0;\
    3000 cc 7 0; 3500 cc 7 100; 4000 on 55 100; 4100 on 57 100; 4200 on 59 100; 4300 on 62 100;\
    5000 sysex 7f 7f 04 01 00 60; 6000 cc 120 0; 6100 on 60 100; 7000 cc 123 0";

#[test]
fn blocks_of_any_size_give_the_same_bits() {
    for interpolation in [Interpolation::Cubic, Interpolation::Sinc] {
        for (rate, voices) in [(44_100, 64), (48_000, 5), (96_000, 64), (192_000, 64)] {
            let player = Player { rate, voices, interpolation, block: 9_000 };
            let (whole, _) = player.play(&rich(), CROWD, 9_000);
            for block in [1, 7, 63, 64, 65, 128, 441, 1_024, 4_096] {
                let (cut, _) = Player { block, ..player }.play(&rich(), CROWD, 9_000);
                assert!(cut == whole, "blocks of {block} at {rate} Hz, {voices} voices");
            }
        }
    }
}

fn one() -> f32 {
    play(&bank(constant(), organ()), "0 cc 7 127; 0 on 60 127", 100).left[50]
}

#[test]
fn a_stolen_note_leaves_in_5_ms_and_the_new_one_begins_on_its_frame() {
    let player = Player { voices: 3, ..Player::default() };
    let score = "0 cc 7 127; 0 on 50 127; 2000 on 52 127; 4000 on 54 127; 6003 on 56 127";
    let (take, stats) =
        player.play(&bank(constant(), organ().set(G::ScaleTuning, 0)), score, 9_000);
    let notes = |frame: usize| f64::from(take.left[frame] / one());
    let mut sheet = Sheet::default();
    sheet.near("before", notes(6_002), 3.0, 0.001);
    sheet.near("at once", notes(6_003), 4.0, 0.03);
    sheet.near("after 5 ms", notes(6_003 + 250), 3.0, 0.01);
    sheet.near("later", notes(8_900), 3.0, 0.001);
    sheet.near("lost notes", stats.lost_notes as f64, 1.0, 0.0);
}

#[test]
fn whole_notes_are_stolen_with_all_their_layers() {
    let side = |pan| organ().set(G::Pan, pan).set(G::ScaleTuning, 0).sample(0);
    let bank = bank_of(vec![constant()], vec![side(-500), side(500)], Zone::new());
    let player = Player { voices: 4, ..Player::default() };
    let score = "0 cc 7 127; 0 on 50 127; 2000 on 52 100; 4000 on 54 80; 5000 off 50; 5000 off 54";
    let (take, _) = player.play(&bank, score, 8_000);
    for frame in [1_000, 3_000, 4_900, 7_000] {
        assert_eq!(take.left[frame], take.right[frame], "{frame}");
    }
    // The first was stolen and the third is released: the second is left.
    let rest = 20.0 * f64::from(take.left[7_000] / take.left[1_000]).log10();
    assert!((rest + 40.0 * 1.27f64.log10()).abs() < 0.01, "{rest}");
}

#[test]
fn what_is_released_is_stolen_before_what_is_held_and_fresh_notes_are_spared() {
    let mut sheet = Sheet::default();
    let zone = organ().set(G::ScaleTuning, 0).set(G::ReleaseVolEnv, 8_000);
    let bank = bank(constant(), zone);
    let player = Player { voices: 2, ..Player::default() };
    let level = |score: &str| {
        let (take, _) = player.play(&bank, &format!("0 cc 7 127; {score}"), 9_000);
        f64::from(take.left[8_000] / one())
    };
    let soft = (100.0f64 / 127.0).powi(2);
    let softer = (64.0f64 / 127.0).powi(2);
    // Velocities tell who is left.
    sheet.near(
        "released first",
        level("0 on 50 127; 2000 on 52 100; 3000 off 52; 5000 on 54 64"),
        1.0 + softer,
        0.01,
    );
    sheet.near(
        "oldest first",
        level("0 on 50 127; 2000 on 52 100; 5000 on 54 64"),
        soft + softer,
        0.01,
    );
    // The younger one is 10 ms old and released too; the older one goes.
    let score = "0 on 50 127; 2000 off 50; 4520 on 52 100; 4800 off 52; 5000 on 54 64";
    sheet.near("not in its first 20 ms", level(score), soft + softer, 0.02);
}

#[test]
fn the_same_key_under_the_pedal_keeps_four_older_copies() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ());
    let strikes = (0..10).map(|n| format!("{} on 60 127; {} off 60;", n * 1_000, n * 1_000 + 400));
    let score = format!("0 cc 7 127; 0 cc 64 127; {}", strikes.collect::<String>());
    let take = play(&bank, &score, 10_000);
    for strike in 0..10 {
        let copies = f64::from(take.left[strike * 1_000 + 900] / one());
        sheet.near(format!("strike {strike}"), copies, (strike + 1).min(5) as f64, 0.01);
    }
}

#[test]
fn more_notes_than_voices_never_stop_the_music() {
    let mut sheet = Sheet::default();
    for voices in [1, 2, 7, 32] {
        let player = Player { voices, ..Player::default() };
        let chord: String = (0..300).map(|n| format!("{} on {} 127;", n * 30, n % 128)).collect();
        let (take, stats) =
            player.play(&bank(constant(), organ()), &format!("{chord} 10000 cc 123 0"), 12_000);
        sheet.holds(format!("{voices}: heard"), (200..9_000).all(|frame| take.left[frame] > 0.0));
        sheet
            .holds(format!("{voices}: bounded"), stats.peak_voices.unwrap_or(0) <= 2 * voices + 64);
        sheet.near(format!("{voices}: silence"), f64::from(take.peak(11_500..12_000)), 0.0, 0.0);
        sheet.near(format!("{voices}: none left"), f64::from(stats.voices.unwrap()), 0.0, 0.0);
    }
}

/// The largest second difference: a sine of 200 Hz at half of full scale has next to none of it.
fn roughness(take: &Take) -> f64 {
    let bend = |w: &[f32]| f64::from((w[2] - 2.0 * w[1] + w[0]).abs());
    take.left.windows(3).map(bend).fold(0.0, f64::max)
}

#[test]
fn nothing_that_ends_a_note_steps() {
    let mut sheet = Sheet::default();
    let zone = looping().set(G::ScaleTuning, 0);
    let bank = bank(tone(200), zone.clone().set(G::ExclusiveClass, 1));
    let layered = self::bank(tone(200), zone);
    let player = Player { voices: 2, ..Player::default() };
    let clean = roughness(&player.play(&layered, "0 on 60 127", 12_000).0);
    for (what, bank, score) in [
        ("release", &layered, "0 on 60 127; 6003 off 60"),
        ("exclusive class", &bank, "0 on 60 127; 6003 on 60 127"),
        ("stealing", &layered, "0 on 60 127; 0 on 61 1; 6003 on 62 1"),
        ("all sound off", &layered, "0 on 60 127; 6003 cc 120 0"),
        ("reset", &layered, "0 on 60 127; 6003 sysex 7e 7f 09 01"),
        ("volume", &layered, "0 on 60 127; 6003 cc 7 0; 9000 cc 7 127"),
        ("expression", &layered, "0 on 60 127; 6003 cc 11 0; 9000 cc 11 127"),
        ("pan", &layered, "0 on 60 127; 6003 cc 10 127; 9000 cc 10 0"),
        ("master volume", &layered, "0 on 60 127; 6003 sysex 7f 7f 04 01 00 00"),
    ] {
        let rough = roughness(&player.play(bank, score, 12_000).0);
        // A step of -46 dB of the sine is this rough.
        sheet.near(what, rough - clean, 0.0, 0.005 * 0.5);
    }
}

/// The largest level of 10 ms of what a take has above 5 kHz, in decibels.
fn high_db(take: &Take) -> f64 {
    // A high pass by a windowed sinc: flat from 5.3 kHz on, -90 dB below 4.7 kHz.
    const HALF: i32 = 160;
    let tap = |n: i32| {
        let (angle, cut) = (PI * f64::from(n), 2.0 * 5_000.0 / 48_000.0);
        let low = if n == 0 { cut } else { (cut * angle).sin() / angle };
        let turns = PI * f64::from(n) / f64::from(HALF + 1);
        let cosines = [0.358_75, 0.488_29, 0.141_28, 0.011_68];
        let window: f64 = (0..4).map(|k| cosines[k] * (k as f64 * turns).cos()).sum();
        (if n == 0 { 1.0 } else { 0.0 }) - low * window
    };
    let taps: Vec<f64> = (-HALF..=HALF).map(tap).collect();
    let high: Vec<f64> = take
        .left
        .windows(taps.len())
        .map(|w| w.iter().zip(&taps).map(|(&point, tap)| f64::from(point) * tap).sum())
        .collect();
    let power = |w: &[f64]| w.iter().map(|point| point * point).sum::<f64>() / w.len() as f64;
    10.0 * high.chunks(480).map(power).fold(1e-30, f64::max).log10()
}

#[test]
fn what_is_cut_off_brings_nothing_above_5_khz() {
    let mut sheet = Sheet::default();
    let zone = organ().set(G::ScaleTuning, 0);
    for hz in [200, 1_000] {
        let classed = bank(tone(hz), zone.clone().set(G::ExclusiveClass, 1));
        let plain = bank(tone(hz), zone.clone());
        let player = Player { voices: 2, ..Player::default() };
        let level = tone_db(&player.play(&plain, "0 on 60 127", 9_600).0.left, hz.into(), 48_000);
        // Cuts at the top, between, and at zero of the wave.
        for frame in [6_000, 6_012, 6_030, 6_047, 6_060] {
            for (what, bank, messages) in [
                ("exclusive class", &classed, "on 60 1"),
                ("stealing", &plain, "on 62 1"),
                ("all sound off", &plain, "cc 120 0"),
            ] {
                let other = if what == "stealing" { "0 on 61 1;" } else { "" };
                let score = format!("0 on 60 127; {other} {frame} {messages}");
                let take = player.play(bank, &score, 9_600).0;
                let late = Take { left: take.left[4_800..].to_vec(), right: Vec::new() };
                let high = high_db(&late) - level;
                sheet.holds(format!("{what}, {hz} Hz, {frame}: {high:.1} dB"), high < -60.0);
            }
        }
    }
}

#[test]
fn a_7_bit_sweep_on_a_sine_keeps_its_sidebands_below_60_db() {
    let mut sheet = Sheet::default();
    let bank = bank(tone(1_000), organ());
    for controller in [7, 11, 10] {
        // From bottom to top in a second, a value every 7.9 ms.
        let sweep: String =
            (0..128).map(|n| format!("{} cc {controller} {n};", 4_800 + n * 378)).collect();
        let take = play(&bank, &format!("0 cc {controller} 0; 0 on 60 127; {sweep}"), 56_000);
        // Sidebands stand at multiples of the step rate, 127 Hz, beside the tone.
        let part = &take.right[30_000..46_000];
        let tone = tone_db(part, 1_000.0, 48_000);
        for order in 1..=6 {
            let side = 48_000.0 / 378.0 * f64::from(order);
            for hz in [1_000.0 - side, 1_000.0 + side] {
                let db = tone_db(part, hz, 48_000) - tone;
                sheet.holds(format!("cc {controller}: {db:.1} dB at {hz:.0} Hz"), db < -60.0);
            }
        }
    }
}

#[test]
fn a_new_note_starts_at_the_current_target_of_its_controllers() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ());
    let full = play(&bank, "0 cc 7 127; 0 on 60 127", 100);
    for (score, db, balance) in [
        ("0 cc 7 0; 1003 cc 7 127; 1003 on 60 127", 0.0, 0.0),
        ("0 cc 7 127; 0 cc 11 0; 1003 cc 11 64; 1003 on 60 127", -11.9047, 0.0),
        ("0 cc 7 127; 0 cc 10 0; 1003 cc 10 96; 1003 on 60 127", 0.0, 7.8096),
        ("0 cc 7 127; 1003 sysex 7f 7f 04 01 00 40; 1003 on 60 127", -12.041, 0.0),
    ] {
        let take = play(&bank, score, 1_200);
        for frame in [1_003, 1_010, 1_100] {
            sheet.near(format!("{score}: {frame}"), take.db(frame) - full.db(50), db, 0.01);
            sheet.near(format!("{score}: {frame}"), take.balance_db(frame), balance, 0.01);
        }
    }
}

#[test]
fn a_note_that_begins_unheard_is_where_it_would_be_when_it_is_heard() {
    let mut sheet = Sheet::default();
    let zone = Zone::new()
        .set(G::SampleModes, 1)
        .set(G::AttackVolEnv, -2_400)
        .set(G::DecayVolEnv, 2_400)
        .set(G::SustainVolEnv, 1_000)
        .set(G::VibLfoToPitch, 70)
        .set(G::ModEnvToFilterFc, 1_200)
        .set(G::InitialFilterFc, 9_000);
    let bank = bank(tone(440), zone);
    let heard = play(&bank, "317 on 65 110", 60_000);
    for quiet in [7, 11] {
        let value = if quiet == 7 { 100 } else { 127 };
        let score = format!("0 cc {quiet} 0; 317 on 65 110; 30011 cc {quiet} {value}");
        let late = play(&bank, &score, 60_000);
        let off = (40_000..60_000).map(|n| (heard.left[n] - late.left[n]).abs());
        let worst = f64::from(off.fold(0.0, f32::max) / heard.peak(40_000..60_000));
        sheet.near(format!("cc {quiet}"), worst, 0.0, 1e-4);
    }
    // Let go while unheard, it is over.
    let player = Player::default();
    let score = "0 on 60 110; 2000 cc 7 0; 9000 off 60; 20000 cc 7 127";
    let (take, stats) = player.play(&bank, score, 30_000);
    sheet.near("let go", f64::from(take.peak(20_000..30_000)), 0.0, 0.0);
    sheet.near("voices", f64::from(stats.voices.unwrap()), 0.0, 0.0);
}
