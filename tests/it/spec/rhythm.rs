//! Rhythm parts of GS and XG and their drum setups, through the port.

use portative::bank::Generator as G;
use portative::bank::write::Zone;

use crate::support::bank::{Bytes, bank, constant, position_bank};
use crate::support::stage::Take;

use super::exclusive::{gs, xg};
use super::support::{Player, Sheet, cents_between, loss_db, organ, play};

/// A key of a kit is as loud at any velocity and pitch.
fn kit() -> Bytes {
    bank(constant(), organ().set(G::Velocity, 127).set(G::ScaleTuning, 0))
}

fn listen(score: &str) -> Take {
    play(&kit(), score, 12_000)
}

fn one() -> f64 {
    f64::from(listen("0 @10 cc 7 127; 0 @10 on 60 127").left[50])
}

/// How many notes sound at some frames.
fn check(sheet: &mut Sheet, score: &str, table: &[(usize, f64)]) {
    let take = listen(&format!("0 @10 cc 7 127; 0 @3 cc 7 127; {score}"));
    for &(frame, expected) in table {
        sheet.near(
            format!("`{score}` at {frame}"),
            f64::from(take.left[frame]) / one(),
            expected,
            0.02,
        );
    }
}

#[test]
fn gs_a_rhythm_part_anywhere_has_the_drum_setup_of_its_map() {
    let mut sheet = Sheet::default();
    let plain = listen("0 @10 on 38 127").db(3_000);
    let level = |messages: &[String], channel: u8| {
        let list: String = messages.iter().map(|m| format!("0 {m};")).collect();
        listen(&format!("{list} 5 @{channel} on 38 127")).db(3_000) - plain
    };
    let change = loss_db(120.0) - loss_db(60.0);
    // Channel 3 is part 3; the first map is that of channel 10.
    let map_1 = gs("40 13 15 1");
    let map_2 = gs("40 13 15 2");
    let [first, second] = [gs("41 02 26 3c"), gs("41 12 26 3c")];
    for (messages, channel, expected) in [
        (vec![map_1.clone(), first.clone()], 3, change),
        (vec![map_1.clone(), first.clone()], 10, change),
        (vec![map_2.clone(), first.clone()], 3, 0.0),
        (vec![map_2.clone(), second.clone()], 3, change),
        (vec![map_2.clone(), second.clone()], 10, 0.0),
        (vec![first.clone(), map_1.clone()], 3, change),
    ] {
        sheet.near(format!("{messages:?} on {channel}"), level(&messages, channel), expected, 0.02);
    }
    let nrpn = "@3 cc 99 26; 0 @3 cc 98 38; 0 @3 cc 6 60".to_owned();
    sheet.near("NRPN 1A", level(&[map_1.clone(), nrpn.clone()], 3), change, 0.02);
    sheet.near("NRPN 1A before", level(&[nrpn, map_1], 3), 0.0, 0.02);
}

#[test]
fn gs_and_xg_assign_groups_cut_each_other() {
    let mut sheet = Sheet::default();
    let sheet = &mut sheet;
    for (what, [first, second]) in
        [("GS", [gs("41 03 28 5"), gs("41 03 2a 5")]), ("XG", [xg("30 28 3 5"), xg("30 2a 3 5")])]
    {
        let setup = format!("0 {first}; 0 {second}");
        check(
            sheet,
            &format!("{setup}; 10 @10 on 40 127; 1000 @10 on 42 127"),
            &[(900, 1.0), (2_400, 1.0)],
        );
        check(sheet, &format!("{setup}; 10 @10 on 40 127; 1000 @10 on 43 127"), &[(2_400, 2.0)]);
        check(sheet, &format!("0 {first}; 10 @10 on 40 127; 1000 @10 on 42 127"), &[(2_400, 2.0)]);
        sheet.holds(what, true);
    }
}

#[test]
fn gs_and_xg_say_which_notes_are_received() {
    let mut sheet = Sheet::default();
    let sheet = &mut sheet;
    for (on, off) in [(gs("41 08 28 0"), gs("41 07 28 0")), (xg("30 28 a 0"), xg("30 28 9 0"))] {
        check(sheet, &format!("0 {on}; 10 @10 on 40 127; 10 @10 on 41 127"), &[(2_400, 1.0)]);
        check(sheet, &format!("0 {off}; 10 @10 on 40 127; 1000 @10 off 40"), &[(4_000, 1.0)]);
    }
    for on in [gs("41 07 28 1"), xg("30 28 9 1")] {
        check(sheet, &format!("0 {on}; 10 @10 on 40 127; 1000 @10 off 40"), &[(4_000, 0.0)]);
    }
}

#[test]
fn xg_part_modes_and_drum_setups_go_together() {
    let mut sheet = Sheet::default();
    let plain = listen("0 @10 on 38 127").db(3_000);
    let level = |messages: &str, channel: u8| {
        listen(&format!("0 sysex 43 10 4c 0 0 7e 0; {messages} 5 @{channel} on 38 127")).db(3_000)
            - plain
    };
    let change = |value: f64| loss_db(120.0) - loss_db(value);
    let setup = format!("0 {};", xg("30 26 2 3c"));
    let second = format!("0 {};", xg("31 26 2 3c"));
    for (what, messages, channel, expected) in [
        ("setup 1 on channel 10", setup.clone(), 10, change(60.0)),
        ("setup 2 on channel 10", second.clone(), 10, 0.0),
        ("mode 2 has setup 1", format!("0 {}; {setup}", xg("8 2 7 2")), 3, change(60.0)),
        ("mode 3 has setup 2", format!("0 {}; {second}", xg("8 2 7 3")), 3, change(60.0)),
        ("mode 3 has not setup 1", format!("0 {}; {setup}", xg("8 2 7 3")), 3, 0.0),
        ("reset of setup 1", format!("{setup} 0 {};", xg("0 0 7d 0")), 10, 0.0),
        ("reset of setup 2", format!("{setup} 0 {};", xg("0 0 7d 1")), 10, change(60.0)),
    ] {
        sheet.near(what, level(&messages, channel), expected, 0.02);
    }
}

#[test]
fn a_random_pan_is_another_one_for_each_note_and_the_same_each_time() {
    let mut sheet = Sheet::default();
    for (what, setup, channel) in [
        ("NRPN 1C", "0 @10 cc 99 28; 0 @10 cc 98 38; 0 @10 cc 6 0;".to_owned(), 10),
        ("GS 41 m4", format!("0 {};", gs("41 04 26 0")), 10),
        ("XG 3n 04", format!("0 {};", xg("30 26 4 0")), 10),
        ("GS 40 1x 1C", format!("0 {};", gs("40 13 1c 0")), 3),
        ("XG 08 0E", format!("0 {};", xg("8 2 e 0")), 3),
    ] {
        let notes: String = (0..32)
            .map(|n| {
                format!(
                    "{} @{channel} on 38 127; {} @{channel} off 38;",
                    2_000 * n,
                    2_000 * n + 500
                )
            })
            .collect();
        let of = |block| {
            let player = Player { block, ..Player::default() };
            player.play(&kit(), &format!("{setup} {notes}"), 64_000).0
        };
        let take = of(512);
        sheet.holds(format!("{what}: the same each time"), take.bits() == of(777).bits());
        let sides: Vec<f64> = (0..32)
            .map(|n| {
                let [left, right] =
                    [take.left[2_000 * n + 400], take.right[2_000 * n + 400]].map(f64::from);
                right.atan2(left).to_degrees()
            })
            .collect();
        let mean = sides.iter().sum::<f64>() / 32.0;
        let spread = sides.iter().map(|side| (side - mean).powi(2)).sum::<f64>() / 32.0;
        sheet.near(format!("{what}: mean"), mean, 45.0, 15.0);
        // Evenly over a right angle: a deviation of 26 degrees.
        sheet.near(format!("{what}: deviation"), spread.sqrt(), 26.0, 8.0);
        let mut sorted = sides.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
        sheet.holds(format!("{what}: {} places", sorted.len()), sorted.len() > 20);
    }
}

#[test]
fn controller_10_ends_a_random_pan_of_a_part() {
    let mut sheet = Sheet::default();
    let plain = listen("0 @3 cc 10 32; 10 @3 on 60 127");
    for setup in [gs("40 13 1c 0"), xg("8 2 e 0")] {
        let take = listen(&format!("0 {setup}; 0 @3 cc 10 32; 10 @3 on 60 127"));
        sheet.holds(&setup, take.bits() == plain.bits());
        let reset = "0 sysex 7e 7f 9 1; 0 @3 cc 10 32";
        let take = listen(&format!("0 {setup}; {reset}; 10 @3 on 60 127"));
        sheet.holds(format!("{setup}, reset"), take.bits() == plain.bits());
    }
}

#[test]
fn drum_pitch_of_both_makers_is_coarse_and_fine() {
    let mut sheet = Sheet::default();
    let bank = position_bank(Zone::new());
    for (message, expected) in [
        (gs("41 01 3c 42"), 200.0),
        (xg("30 3c 0 42"), 200.0),
        (xg("30 3c 1 4a"), 10.0),
        ("@10 cc 99 25; 0 @10 cc 98 60; 0 @10 cc 6 74".to_owned(), 10.0),
    ] {
        let score = format!("0 @10 cc 7 127; 0 {message}; 5 @10 on 60 127");
        sheet.near(
            &message,
            cents_between(&play(&bank, &score, 9_000), 6_000..8_500),
            expected,
            0.05,
        );
    }
}

#[test]
fn same_notes_are_assigned_as_they_are_told() {
    let mut sheet = Sheet::default();
    let sheet = &mut sheet;
    let again = "10 @3 on 60 127; 1000 @3 on 60 127";
    // Single: the same key ends its note before.
    check(sheet, &format!("0 {}; {again}", gs("40 13 14 0")), &[(900, 1.0), (2_400, 1.0)]);
    check(sheet, &format!("0 {}; {again}", gs("40 13 14 2")), &[(900, 1.0), (2_400, 2.0)]);
    check(sheet, &format!("0 {}; {again}", xg("8 2 6 0")), &[(900, 1.0), (2_400, 1.0)]);
    check(sheet, &format!("0 {}; {again}", xg("8 2 6 1")), &[(900, 1.0), (2_400, 2.0)]);
}

#[test]
fn effects_that_are_not_here_are_counted_and_change_nothing() {
    let mut sheet = Sheet::default();
    let plain = listen("0 on 60 100");
    for message in [
        xg("2 1 40 41 0"),
        xg("2 1 5a 0"),
        xg("2 40 0 2"),
        xg("3 0 0 41 0"),
        xg("8 0 11 20"),
        xg("30 26 7 20"),
        gs("40 03 00 01 10"),
        gs("40 02 00 1"),
    ] {
        let player = Player::default();
        let (take, stats) = player.play(&kit(), &format!("0 {message}; 0 on 60 100"), 12_000);
        sheet.holds(format!("{message}: sounds as before"), take.bits() == plain.bits());
        sheet.near(format!("{message}: counted"), stats.ignored_sysex as f64, 1.0, 0.0);
    }
}

#[test]
fn xg_an_attenuator_takes_away_from_the_volume() {
    let mut sheet = Sheet::default();
    let plain = listen("0 on 60 127").db(3_000);
    let level = |messages: &str| listen(&format!("{messages} 0 on 60 127")).db(3_000) - plain;
    sheet.near("half", level(&format!("0 {};", xg("0 0 5 3f"))), -loss_db(64.0), 0.02);
    let both = format!("0 {}; 0 {};", xg("0 0 5 3f"), xg("0 0 4 40"));
    sheet.near("both", level(&both), -2.0 * loss_db(64.0), 0.1);
    sheet.near("none", level(&format!("0 {}; 0 {};", xg("0 0 5 3f"), xg("0 0 5 0"))), 0.0, 0.001);
    let reset = format!("0 {}; 0 {};", xg("0 0 5 7f"), xg("0 0 7e 0"));
    sheet.near("reset", level(&reset), 0.0, 0.001);
}
