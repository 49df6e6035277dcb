//! MIDI 1.0, RP-015, GM and GS: keys, pedals, channel modes and resets, through the port.

use std::sync::Arc;

use portative::bank::Generator as G;
use portative::bank::write::{Instrument, Preset, SoundFont, Zone};
use portative::engine::native::{BankStyle, Native};
use portative::engine::{Effects, MissingPreset};

use crate::support::bank::{Bytes, bank, bank_of, constant};
use crate::support::stage::{Stage, Take};

use super::support::{Player, Sheet, loss_db, organ, play, tone};

fn one() -> f64 {
    f64::from(play(&bank(constant(), organ()), "0 cc 7 127; 0 on 60 127", 100).left[50])
}

/// How many notes sound at some frames, from a bank on which a note is always as loud.
fn check(sheet: &mut Sheet, score: &str, table: &[(usize, f64)]) {
    let zone = organ().set(G::Velocity, 127).set(G::ScaleTuning, 0);
    let take = play(&bank(constant(), zone), &format!("0 cc 7 127; {score}"), 20_000);
    for &(frame, expected) in table {
        let got = f64::from(take.left[frame]) / one();
        sheet.near(format!("`{score}` at {frame}"), got, expected, 0.01);
    }
}

#[test]
fn note_offs_let_go_of_the_oldest_note_of_their_key_and_channel() {
    let mut sheet = Sheet::default();
    let sheet = &mut sheet;
    check(sheet, "0 on 60 100; 2000 off 60", &[(1_999, 1.0), (4_000, 0.0)]);
    check(sheet, "0 on 60 100; 2000 off 61; 2000 @2 off 60", &[(4_000, 1.0)]);
    check(
        sheet,
        "0 on 60 100; 500 on 60 90; 2000 off 60; 5000 off 60",
        &[(1_000, 2.0), (4_000, 1.0), (7_000, 0.0)],
    );
    check(sheet, "0 on 60 100; 0 on 60 90; 0 on 60 80; 2000 off 60", &[(1_000, 3.0), (4_000, 2.0)]);
    check(sheet, "0 off 60; 100 on 60 100", &[(4_000, 1.0)]);
    // Which of two is the oldest is told by their loudness.
    let bank = bank(constant(), organ());
    let take = play(&bank, "0 cc 7 127; 0 on 60 127; 500 on 60 64; 2000 off 60", 5_000);
    let rest = 20.0 * (f64::from(take.left[4_000]) / one()).log10();
    sheet.near("the younger stays", rest, -loss_db(64.0), 0.01);
}

#[test]
fn keys_overridden_by_the_bank_are_let_go_by_their_own_number() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ().set(G::Keynum, 72));
    let take = play(&bank, "0 on 60 127; 1000 off 72; 3000 off 60", 6_000);
    sheet.holds("the other number", take.left[2_900] > 0.0);
    sheet.holds("its own", take.left[5_000] == 0.0);
}

#[test]
fn the_sustain_pedal_is_down_from_64_on() {
    let mut sheet = Sheet::default();
    for value in [0, 1, 63, 64, 65, 127] {
        let held = f64::from(u8::from(value >= 64));
        check(
            &mut sheet,
            &format!("0 cc 64 {value}; 0 on 60 100; 1000 off 60; 5000 cc 64 0"),
            &[(4_000, held), (7_000, 0.0)],
        );
    }
    check(
        &mut sheet,
        "0 cc 64 127; 0 on 60 100; 3000 cc 64 0; 6000 off 60",
        &[(5_000, 1.0), (8_000, 0.0)],
    );
    check(&mut sheet, "0 on 60 100; 1000 off 60; 1001 cc 64 127", &[(4_000, 0.0)]);
    check(
        &mut sheet,
        "0 on 60 100; 900 cc 64 127; 1000 off 60; 4000 cc 64 64; 6000 cc 64 63",
        &[(5_000, 1.0), (8_000, 0.0)],
    );
    check(&mut sheet, "0 @2 cc 64 127; 0 on 60 100; 1000 off 60", &[(4_000, 0.0)]);
    check(
        &mut sheet,
        "0 cc 64 127; 0 on 60 100; 1000 off 60; 2000 on 60 100; 3000 off 60",
        &[(1_500, 1.0), (5_000, 2.0)],
    );
}

#[test]
fn the_sostenuto_pedal_catches_only_keys_that_are_down() {
    let mut sheet = Sheet::default();
    let sheet = &mut sheet;
    check(
        sheet,
        "0 on 60 100; 500 cc 66 127; 600 on 62 100; 1000 off 60; 1000 off 62; 5000 cc 66 0",
        &[(4_000, 1.0), (8_000, 0.0)],
    );
    check(sheet, "0 cc 66 127; 100 on 60 100; 1000 off 60", &[(4_000, 0.0)]);
    check(
        sheet,
        "0 on 60 100; 500 cc 66 127; 1000 off 60; 2000 cc 64 127; 3000 cc 64 0",
        &[(5_000, 1.0)],
    );
    check(
        sheet,
        "0 on 60 100; 500 cc 66 127; 600 cc 64 127; 1000 off 60; 2000 cc 66 0; 6000 cc 64 0",
        &[(5_000, 1.0), (9_000, 0.0)],
    );
    check(
        sheet,
        "0 on 60 100; 500 cc 66 127; 3000 cc 66 0; 6000 off 60",
        &[(5_000, 1.0), (9_000, 0.0)],
    );
    // A note that only the sustain pedal holds is not down.
    check(
        sheet,
        "0 cc 64 127; 0 on 60 100; 500 off 60; 1000 cc 66 127; 2000 cc 64 0",
        &[(5_000, 0.0)],
    );
}

#[test]
fn all_sound_off_silences_at_once_what_pedals_hold_too() {
    let mut sheet = Sheet::default();
    let slow = organ().set(G::ReleaseVolEnv, 2400);
    let score = "0 cc 64 127; 0 on 60 100; 0 on 64 100; 500 off 60; 0 @2 on 60 100; 2003 cc 120 0";
    let take = play(&bank(constant(), slow), &format!("{score}; 3000 @2 cc 7 0"), 6_000);
    // The other channel sounds on, a third of the whole.
    let [before, after] = [1_990, 2_003 + 480].map(|frame| f64::from(take.left[frame]));
    sheet.near("the other channel", after / before, 1.0 / 3.0, 0.001);
    let all =
        (1..=16).map(|channel| format!("1000 @{channel} on 60 100; 2000 @{channel} cc 120 0;"));
    let take = play(&bank(constant(), organ()), &all.collect::<String>(), 4_000);
    sheet.holds("sixteen channels sound", take.left[1_900] > 0.0);
    sheet.near("sixteen channels", f64::from(take.peak(2_480..4_000)), 0.0, 0.0);
}

#[test]
fn all_notes_off_is_as_if_the_keys_were_let_go() {
    let mut sheet = Sheet::default();
    for mode in [123, 124, 125] {
        check(
            &mut sheet,
            &format!("0 on 60 100; 0 on 64 100; 1000 cc {mode} 0"),
            &[(900, 2.0), (3_000, 0.0)],
        );
        check(
            &mut sheet,
            &format!("0 cc 64 127; 0 on 60 100; 1000 cc {mode} 0; 4000 cc 64 0"),
            &[(3_000, 1.0), (6_000, 0.0)],
        );
    }
    for (mode, value) in [(126, 1), (127, 0)] {
        check(
            &mut sheet,
            &format!("0 on 60 100; 0 on 64 100; 1000 cc {mode} {value}"),
            &[(3_000, 0.0)],
        );
    }
    check(
        &mut sheet,
        "0 on 60 100; 500 cc 66 127; 1000 cc 123 0; 5000 cc 66 0",
        &[(4_000, 1.0), (8_000, 0.0)],
    );
    // A note-off that comes too late lets go of nothing that began since.
    check(&mut sheet, "0 on 60 100; 1000 cc 123 0; 4000 on 60 100", &[(3_000, 0.0), (6_000, 1.0)]);
}

const LAST: usize = 9_000;

fn listen(score: &str) -> Take {
    play(&bank(constant(), organ()), score, LAST + 1)
}

#[test]
fn rp_015_resets_expression_and_pedals_and_keeps_volume_pan_and_program() {
    let mut sheet = Sheet::default();
    let power_on = listen("0 on 60 127").db(LAST);
    for (score, db, pan_db) in [
        ("0 cc 11 64; 0 cc 121 0; 0 on 60 127", 0.0, 0.0),
        ("0 cc 11 64; 0 on 60 127; 2000 cc 121 0", 0.0, 0.0),
        ("0 cc 7 64; 0 cc 121 0; 0 on 60 127", loss_db(100.0) - loss_db(64.0), 0.0),
        ("0 cc 10 32; 0 cc 121 0; 0 on 60 127", 0.0, -7.656),
    ] {
        let take = listen(score);
        sheet.near(score, take.db(LAST) - power_on, db, 0.01);
        sheet.near(score, take.balance_db(LAST), pan_db, 0.01);
    }
    check(&mut sheet, "0 cc 64 127; 0 on 60 100; 500 off 60; 1000 cc 121 0", &[(4_000, 0.0)]);
    check(&mut sheet, "0 on 60 100; 100 cc 66 127; 500 off 60; 1000 cc 121 0", &[(4_000, 0.0)]);
    check(&mut sheet, "0 on 60 100; 1000 cc 121 0", &[(4_000, 1.0)]);
    for source in ["cc 1 100", "press 100", "bend 0", "poly 60 100", "cc 67 127", "cc 65 127"] {
        let score = format!("0 {source}; 0 cc 121 0; 0 on 60 127");
        sheet.near(&score, listen(&score).db(LAST) - power_on, 0.0, 1e-4);
    }
}

/// Messages that change everything that a reset brings back.
const DISORDER: &str = "0 cc 7 30; 0 cc 11 30; 0 cc 10 0; 0 cc 64 127; 0 cc 1 127; 0 bend 0; 0 press 127;\
    0 rpn 0 12; 0 rpn 1 20; 0 rpn 2 70; 0 on 64 127; 500 off 64;";

#[test]
fn system_resets_bring_the_power_on_state_to_every_channel() {
    let mut sheet = Sheet::default();
    let bank = bank(tone(480), organ());
    let plain = play(&bank, "4000 on 60 100; 6000 off 60", 9_000);
    for (what, message) in [
        ("GM", "7e 7f 09 01"),
        ("GM 2", "7e 7f 09 03"),
        ("GM off", "7e 7f 09 02"),
        ("GS", "41 10 42 12 40 00 7f 00 41"),
        ("GS, every device", "41 7f 42 12 40 00 7f 00 41"),
        ("XG", "43 10 4c 00 00 7e 00"),
        ("SC-88", "41 10 42 12 00 00 7f 00 01"),
    ] {
        let take = play(
            &bank,
            &format!("{DISORDER} 2000 sysex {message}; 4000 on 60 100; 6000 off 60"),
            9_000,
        );
        let off = (4_000..9_000).map(|n| {
            (take.left[n] - plain.left[n]).abs().max((take.right[n] - plain.right[n]).abs())
        });
        sheet.near(format!("{what}: after"), f64::from(off.fold(0.0, f32::max)), 0.0, 1e-6);
        sheet.near(format!("{what}: silence"), f64::from(take.peak(2_900..4_000)), 0.0, 0.0);
    }
    for damaged in [
        "41 10 42 12 40 00 7f 00 40",
        "41 11 42 12 40 00 7f 00 41",
        "7e 7f 09 05",
        "43 10 4c 00 00 7e",
    ] {
        let take = play(&bank, &format!("0 cc 64 127; 0 on 60 100; 2000 sysex {damaged}"), 4_000);
        sheet.holds(format!("{damaged} is no reset"), take.peak(3_800..4_000) > 0.0);
    }
}

/// Presets that are told apart by their level: `cb` of each bank and program.
fn programs(list: &[(u16, u16, i16)]) -> Bytes {
    let instrument = |&(_, _, cb): &(u16, u16, i16)| {
        Instrument::new("instrument").zone(organ().set(G::InitialAttenuation, cb).sample(0))
    };
    let preset = |(index, &(bank, program, _)): (usize, &(u16, u16, i16))| {
        Preset::new("preset", bank, program).zone(Zone::new().instrument(index as u16))
    };
    let font = SoundFont {
        presets: list.iter().enumerate().map(preset).collect(),
        instruments: list.iter().map(instrument).collect(),
        samples: vec![constant()],
        ..SoundFont::default()
    };
    Arc::new(font.to_bytes().unwrap())
}

/// Bank, program and attenuation generator, 25 cB of which are a decibel.
const PROGRAMS: &[(u16, u16, i16)] = &[
    (0, 0, 0),
    (0, 5, 25),
    (8, 5, 50),
    (9, 6, 75),
    (0, 6, 100),
    (128, 0, 125),
    (128, 8, 150),
    (120, 5, 175),
    (1, 5, 200),
    (8, 9, 225),
];

/// Plays key 60 after messages and compares the preset that sounds, named by its attenuation.
fn check_programs(table: &[(&str, i16)]) {
    let mut sheet = Sheet::default();
    let bank = programs(PROGRAMS);
    let full = play(&bank, "0 on 60 127", 500).db(400);
    for (score, cb) in table {
        let got = (full - play(&bank, score, 500).db(400)) * 25.0;
        sheet.near(*score, got, f64::from(*cb), 0.5);
    }
}

#[test]
fn gs_bank_select_is_controller_0_and_falls_back_to_the_capital_tone() {
    check_programs(&[
        ("0 on 60 127", 0),
        ("0 prog 5; 0 on 60 127", 25),
        ("0 cc 0 8; 0 on 60 127", 0),
        ("0 cc 0 8; 0 prog 5; 0 on 60 127", 50),
        ("0 prog 5; 0 cc 0 8; 0 on 60 127", 25),
        ("0 cc 0 1; 0 prog 5; 0 on 60 127", 200),
        ("0 cc 32 8; 0 prog 5; 0 on 60 127", 25),
        ("0 cc 0 9; 0 prog 6; 0 on 60 127", 75),
        // Rounded down to a multiple of eight, then the capital tone, then program 0.
        ("0 cc 0 9; 0 prog 5; 0 on 60 127", 50),
        ("0 cc 0 15; 0 prog 5; 0 on 60 127", 50),
        ("0 cc 0 16; 0 prog 5; 0 on 60 127", 25),
        ("0 cc 0 8; 0 prog 6; 0 on 60 127", 100),
        ("0 cc 0 12; 0 prog 9; 0 on 60 127", 225),
        ("0 prog 77; 0 on 60 127", 0),
        ("0 cc 0 8; 0 prog 5; 0 cc 121 0; 0 on 60 127", 50),
    ]);
}

#[test]
fn channel_10_has_drum_kits_that_fall_back_to_the_first() {
    check_programs(&[
        ("0 @10 on 60 127", 125),
        ("0 @10 prog 8; 0 @10 on 60 127", 150),
        ("0 @10 prog 5; 0 @10 on 60 127", 125),
        ("0 @10 cc 0 8; 0 @10 prog 5; 0 @10 on 60 127", 125),
        ("0 @9 on 60 127", 0),
        ("0 @11 prog 5; 0 @11 on 60 127", 25),
    ]);
}

#[test]
fn a_reset_chooses_what_bank_select_means() {
    check_programs(&[
        ("0 sysex 7e 7f 09 01; 0 cc 0 8; 0 prog 5; 0 on 60 127", 25),
        ("0 sysex 41 10 42 12 40 00 7f 00 41; 0 cc 0 8; 0 prog 5; 0 on 60 127", 50),
    ]);
}

#[test]
fn gm_2_names_variations_by_controller_32_under_121_and_drums_under_120() {
    const ON: &str = "0 sysex 7e 7f 09 03;";
    check_programs(&[
        (&format!("{ON} 0 cc 0 121; 0 cc 32 8; 0 prog 5; 0 on 60 127"), 50),
        (&format!("{ON} 0 cc 0 121; 0 cc 32 7; 0 prog 5; 0 on 60 127"), 25),
        (&format!("{ON} 0 cc 0 120; 0 prog 8; 0 on 60 127"), 150),
        (&format!("{ON} 0 cc 0 120; 0 prog 9; 0 cc 0 121; 0 prog 5; 0 on 60 127"), 25),
        (&format!("{ON} 0 @10 cc 0 121; 0 @10 prog 5; 0 @10 on 60 127"), 25),
        (&format!("{ON} 0 @10 prog 8; 0 @10 on 60 127"), 150),
    ]);
}

#[test]
fn xg_names_variations_by_controller_32_and_drums_by_127() {
    const ON: &str = "0 sysex 43 10 4c 00 00 7e 00;";
    check_programs(&[
        (&format!("{ON} 0 cc 32 8; 0 prog 5; 0 on 60 127"), 50),
        (&format!("{ON} 0 cc 32 7; 0 prog 5; 0 on 60 127"), 25),
        (&format!("{ON} 0 cc 0 8; 0 cc 32 1; 0 prog 5; 0 on 60 127"), 50),
        (&format!("{ON} 0 cc 0 127; 0 prog 8; 0 on 60 127"), 150),
        (&format!("{ON} 0 cc 0 126; 0 prog 1; 0 on 60 127"), 125),
        (&format!("{ON} 0 cc 0 127; 0 prog 8; 0 cc 0 0; 0 prog 6; 0 on 60 127"), 100),
        (&format!("{ON} 0 @10 prog 8; 0 @10 on 60 127"), 150),
        // The next reset reads banks as GS does.
        (&format!("{ON} 0 sysex 41 10 42 12 40 00 7f 00 41; 0 cc 32 8; 0 prog 5; 0 on 60 127"), 25),
    ]);
}

#[test]
fn gs_makes_any_channel_a_rhythm_part_and_back() {
    const ON: &str = "0 sysex 41 10 42 12 40 11 15 01 19;";
    check_programs(&[
        (&format!("{ON} 0 on 60 127"), 125),
        (&format!("{ON} 0 prog 8; 0 on 60 127"), 150),
        (&format!("{ON} 0 sysex 41 10 42 12 40 11 15 00 1a; 0 prog 5; 0 on 60 127"), 25),
        ("0 sysex 41 10 42 12 40 10 15 00 1b; 0 @10 prog 5; 0 @10 on 60 127", 25),
    ]);
}

#[test]
fn a_host_may_choose_banks_of_fourteen_bits() {
    let bank = programs(&[(0, 5, 0), (8, 5, 100), (257, 5, 200)]);
    for (style, msb, lsb, cb) in [
        (BankStyle::Mma, 2, 1, 200.0),
        (BankStyle::Mma, 0, 8, 100.0),
        (BankStyle::Mma, 8, 0, 0.0),
        (BankStyle::Gs, 8, 0, 100.0),
    ] {
        let engine = Native::default().with_bank_style(style);
        let level = |score: &str| {
            Stage::of(&engine, &bank, (48_000, 8), Effects::NONE).play(score, 500).db(400)
        };
        let got = (level("0 prog 5; 0 on 60 127")
            - level(&format!("0 cc 0 {msb}; 0 cc 32 {lsb}; 0 prog 5; 0 on 60 127")))
            * 25.0;
        assert!((got - cb).abs() < 0.5, "{style:?} {msb} {lsb}: {got}");
    }
}

#[test]
fn presets_that_are_not_there_are_told_once_with_what_plays_instead() {
    let mut stage = Stage::new(&programs(PROGRAMS));
    stage.play(
        "0 cc 0 9; 0 prog 5; 0 on 60 127; 10 on 62 127; 20 @10 prog 9; 20 @10 on 60 127;\
         30 @2 prog 77; 30 @2 on 60 127; 40 @2 on 60 127; 50 @3 prog 6; 50 @3 on 60 127",
        500,
    );
    let told: Vec<_> = std::iter::from_fn(|| stage.take_missing_preset()).collect();
    let (struck, chosen): (Vec<_>, Vec<_>) = told.into_iter().partition(|told| told.is_struck);
    let wanted = |missing: &MissingPreset| -> Vec<_> {
        missing.wanted.iter().flatten().map(|patch| (patch.bank, patch.program)).collect()
    };
    let chosen: Vec<_> = chosen.iter().map(wanted).collect();
    assert_eq!(chosen, [vec![(9, 5)], vec![(128, 9)], vec![(0, 77)]], "at the program change");
    let told = struck.iter().map(|missing| {
        let (channel, program) = (missing.channel.to_string(), missing.program.get());
        let instead = missing.instead.map(|patch| (patch.bank, patch.program));
        (channel, missing.bank.msb, program, missing.is_percussion, instead)
    });
    let expected = [
        ("1".to_string(), 9, 5, false, Some((8, 5))),
        ("10".to_string(), 0, 9, true, Some((128, 8))),
        ("2".to_string(), 0, 77, false, Some((0, 0))),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert_eq!(stage.status().missing_presets, 2);
    let mut bare = Stage::new(&programs(&[(5, 3, 0)]));
    bare.play("0 on 60 127", 10);
    assert_eq!(bare.take_missing_preset().map(|missing| missing.instead), Some(None));
    assert_eq!(bare.take_missing_preset(), None);
}

#[test]
fn s8_1_2_57_an_exclusive_class_cuts_what_sounds_in_its_own_preset() {
    let mut sheet = Sheet::default();
    let none = organ().set(G::ExclusiveClass, 0);
    let class = |number| organ().set(G::ExclusiveClass, number).set(G::ReleaseVolEnv, 2400);
    let zone = |zone: Zone, keys| zone.key_range(keys).set(G::ScaleTuning, 0).sample(0);
    let bank = bank_of(
        vec![constant()],
        vec![
            zone(class(1), 40..=49),
            zone(class(2), 50..=59),
            zone(none, 60..=69),
            zone(class(1), 70..=79),
            zone(class(1), 70..=79),
        ],
        Zone::new(),
    );
    for (score, expected) in [
        ("0 on 40 127; 1000 on 41 127", 1.0),
        ("0 on 40 127; 1000 on 40 127", 1.0),
        ("0 on 40 127; 1000 on 50 127", 2.0),
        ("0 on 40 127; 1000 on 60 127", 2.0),
        ("0 on 60 127; 1000 on 61 127", 2.0),
        ("0 on 40 127; 1000 @2 on 41 127", 2.0),
        // Both layers of a note sound, and cut both.
        ("0 on 40 127; 1000 on 70 127", 2.0),
        ("0 on 70 127; 1000 on 71 127", 2.0),
        ("0 on 70 127; 1000 on 40 127", 1.0),
        // Also what is released or held by a pedal.
        ("0 on 40 127; 500 off 40; 1000 on 41 127", 1.0),
        ("0 cc 64 127; 0 on 40 127; 500 off 40; 1000 on 41 127", 1.0),
    ] {
        let take = play(&bank, &format!("0 cc 7 127; 0 @2 cc 7 127; {score}"), 3_000);
        // 20 ms after the cut.
        sheet.near(score, f64::from(take.left[1_960]) / one(), expected, 0.01);
    }
}

#[test]
fn velocity_0_never_reaches_the_engine_but_velocity_1_sounds() {
    let bank = bank(constant(), organ());
    let (take, stats) = Player::default().play(&bank, "0 on 60 1", 500);
    assert!(take.left[400] > 0.0);
    assert_eq!(stats.voices, Some(1));
}
