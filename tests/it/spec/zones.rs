//! MIDI Polyphonic Expression: zones, their members and their masters.

use portative::bank::Generator as G;
use portative::bank::write::Zone;

use crate::support::bank::{Bytes, bank, constant, looping, position_bank};

use super::support::{Player, Sheet, cents_between, organ_of, play};

/// A lower zone of three members.
const LOWER: &str = "0 rpn 6 3;";

/// The pitch of a note on a channel, messages before it and after it.
fn cents(bank: &Bytes, channel: u8, before: &str, after: &str) -> f64 {
    let score = format!(
        "{before} 0 cc 7 127; 0 @{channel} cc 7 127; 10 @{channel} on 60 127; 700 @16 cc 5 0; {after}"
    );
    cents_between(&play(bank, &score, 9_000), 6_000..8_500)
}

#[test]
fn mpe_bends_of_member_and_master_add_up_in_their_own_ranges() {
    let mut sheet = Sheet::default();
    let bank = position_bank(Zone::new());
    for (channel, bends, expected) in [
        (2, "0 @2 bend 8363;", 171.0 / 8192.0 * 4_800.0),
        (2, "0 @3 bend 8363;", 0.0),
        (2, "0 bend 12288;", 100.0),
        (2, "0 @2 bend 8363; 0 bend 12288;", 100.0 + 171.0 / 8192.0 * 4_800.0),
        (1, "0 bend 12288;", 100.0),
        (1, "0 @2 bend 8363;", 0.0),
        (5, "0 bend 12288;", 0.0),
        (5, "0 @5 bend 12288;", 100.0),
        (2, "0 rpn 0 12; 0 bend 12288;", 600.0),
        (2, "0 bend 12288; 0 rpn 0 12;", 600.0),
        (3, "0 @2 rpn 0 24; 0 @3 bend 8363;", 171.0 / 8192.0 * 2_400.0),
    ] {
        let later =
            bends.replace("0 @", "700 @").replace("0 bend", "700 bend").replace("0 rpn", "700 rpn");
        sheet.near(
            format!("{channel}: {bends}"),
            cents(&bank, channel, &format!("{LOWER} {bends}"), ""),
            expected,
            0.05,
        );
        sheet.near(
            format!("{channel} later: {bends}"),
            cents(&bank, channel, LOWER, &later),
            expected,
            0.05,
        );
    }
}

#[test]
fn mpe_the_upper_zone_counts_from_channel_16() {
    let mut sheet = Sheet::default();
    let bank = position_bank(Zone::new());
    for (channel, expected) in [(16, 100.0), (15, 100.0), (13, 100.0), (12, 0.0), (1, 0.0)] {
        let got = cents(&bank, channel, "0 @16 rpn 6 3; 0 @16 bend 12288;", "");
        sheet.near(format!("channel {channel}"), got, expected, 0.05);
    }
    // Only masters set up zones.
    sheet.near("channel 5", cents(&bank, 6, "0 @5 rpn 6 3; 0 @5 bend 12288;", ""), 0.0, 0.05);
}

#[test]
fn mpe_a_zone_without_members_is_gone() {
    let mut sheet = Sheet::default();
    let bank = position_bank(Zone::new());
    let off = format!("{LOWER} 0 rpn 6 0;");
    sheet.near("master", cents(&bank, 2, &format!("{off} 0 bend 12288;"), ""), 0.0, 0.05);
    sheet.near("range", cents(&bank, 2, &format!("{off} 0 @2 bend 12288;"), ""), 100.0, 0.05);
    let reset = format!("{LOWER} 0 sysex 7e 7f 9 1; 0 bend 12288;");
    sheet.near("reset", cents(&bank, 2, &reset, ""), 0.0, 0.05);
}

#[test]
fn mpe_pressure_and_controller_74_of_master_and_member_add_up() {
    let mut sheet = Sheet::default();
    // Pressure leads to pitch, so that it can be read.
    let bank = position_bank(Zone::new().set(G::DelayVibLfo, 5_000));
    let to_pitch = |channel: u8| format!("0 sysex 7f 7f 9 1 {channel:x} 0 4c;");
    for (what, score, expected) in [
        ("member", "0 @2 press 32;", 32.0 / 127.0 * 1200.0),
        ("master", "0 press 32;", 32.0 / 127.0 * 1200.0),
        ("both", "0 press 32; 0 @2 press 64;", 96.0 / 127.0 * 1200.0),
        ("beyond the top", "0 press 127; 0 @2 press 64;", 1200.0),
        ("another member", "0 @3 press 32;", 0.0),
    ] {
        let before = format!("{LOWER} {} {score}", to_pitch(1));
        sheet.near(what, cents(&bank, 2, &before, ""), expected, 8.0);
    }
    let to_pitch = "0 sysex 7f 7f 9 3 1 4a 0 4c;";
    for (what, score, expected) in [
        ("rest", "", 64.0),
        ("member", "0 @2 cc 74 96;", 96.0),
        ("master", "0 cc 74 32;", 32.0),
        ("both", "0 cc 74 32; 0 @2 cc 74 96;", 64.0),
    ] {
        let before = format!("{LOWER} {to_pitch} {score}");
        sheet.near(what, cents(&bank, 2, &before, ""), expected / 127.0 * 1200.0, 8.0);
    }
}

#[test]
fn mpe_everything_else_of_a_master_is_for_the_whole_zone() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ_of(looping()));
    let level = |score: &str| play(&bank, &format!("{LOWER} {score}"), 6_000).db(5_000);
    let full = level("10 @2 on 60 127");
    sheet.near("volume", level("0 cc 7 50; 10 @2 on 60 127") - full, -12.04, 0.01);
    sheet.near("outside", level("0 cc 7 50; 10 @5 on 60 127") - full, 0.0, 0.01);
    let held = "10 @2 on 60 127; 600 @2 off 60;";
    sheet.near("pedal", level(&format!("0 cc 64 127; {held}")) - full, 0.0, 0.01);
    sheet.holds("pedal up", level(&format!("0 cc 64 127; {held} 800 cc 64 0")) < -150.0);
    sheet.holds("all notes off", level("10 @2 on 60 127; 600 cc 123 0") < -150.0);
    sheet.holds("a new zone ends notes", level("10 @2 on 60 127; 600 rpn 6 3") < -150.0);
    let (_, stats) =
        Player::default().play(&bank, &format!("{LOWER} 0 prog 7; 9 @2 on 60 100"), 100);
    sheet.near("program", stats.missing_presets as f64, 1.0, 0.0);
}
