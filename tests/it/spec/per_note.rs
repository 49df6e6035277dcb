//! The MIDI 2.0 protocol: resolution, notes with a pitch of their own, bend and controllers of single notes.

use portative::bank::write::Zone;

use crate::support::bank::{Bytes, bank, constant, looping, position_bank};

use super::support::{Sheet, cents_between, loss_db, organ_of, play};

const NOTE: &str = "ump 40903c00 ffff0000";

fn cents(score: &str) -> f64 {
    let bank = position_bank(Zone::new());
    cents_between(&play(&bank, &format!("0 cc 7 127; {score}"), 9_000), 6_000..8_500)
}

fn level_bank() -> Bytes {
    bank(constant(), organ_of(looping()))
}

/// The level of a score in decibels, against key 60 at full velocity.
fn level(score: &str) -> f64 {
    let full = play(&level_bank(), &format!("0 {NOTE}"), 9_000).db(8_000);
    play(&level_bank(), score, 9_000).db(8_000) - full
}

#[test]
fn midi_2_velocities_lie_between_those_of_midi_1() {
    let mut sheet = Sheet::default();
    let of = |word: &str| level(&format!("0 ump 40903c00 {word}"));
    sheet.near("100", of("c9240000"), -loss_db(100.0), 0.02);
    let (low, high) = (of("c9240000"), of("cb2c0000"));
    let between = of("ca280000");
    sheet.holds("between", low + 0.05 < between && between < high - 0.05);
}

#[test]
fn midi_2_controllers_and_bends_keep_their_resolution() {
    let mut sheet = Sheet::default();
    sheet.near("bend", cents(&format!("0 ump 40e00000 c0000000; 0 {NOTE}")), 100.0, 0.02);
    let small = 200.0 * f64::from(0x0001_0000) / 2_147_483_648.0;
    sheet.near("a small bend", cents(&format!("0 ump 40e00000 80010000; 0 {NOTE}")), small, 0.003);
    sheet.near(
        "RPN 0",
        cents(&format!("0 ump 40200000 18000000; 0 bend 12288; 0 {NOTE}")),
        600.0,
        0.02,
    );
    sheet.near("RPN 1", cents(&format!("0 ump 40200001 c0000000; 0 {NOTE}")), 50.0, 0.02);
    sheet.near("RPN 2", cents(&format!("0 ump 40200002 82000000; 0 {NOTE}")), 100.0, 0.02);
}

#[test]
fn midi_2_a_note_may_bring_its_pitch() {
    let mut sheet = Sheet::default();
    // 60.5 and 72.25 semitones, with 9 bits of fraction.
    sheet.near("half a semitone", cents("0 ump 40903c03 ffff7900"), 50.0, 0.02);
    sheet.near("an octave and more", cents("0 ump 40903c03 ffff9080"), 1225.0, 0.02);
    // The next note of the key has its usual pitch.
    let next = "0 ump 40903c03 ffff7900; 0 ump 40803c00 0; 800 ump 40903c00 ffff0000";
    let bank = position_bank(organ_of(Zone::new()));
    let take = play(&bank, &format!("0 cc 7 127; {next}"), 12_000);
    sheet.near("the next note", cents_between(&take, 9_000..11_500), 0.0, 0.02);
    // It is let go by its key.
    let over = play(&level_bank(), "0 ump 40903c03 ffff7900; 1000 ump 40803c00 0", 9_000);
    sheet.near("let go", f64::from(over.peak(8_000..9_000)), 0.0, 0.0);
}

#[test]
fn midi_2_notes_are_bent_one_by_one() {
    let mut sheet = Sheet::default();
    for (what, score, expected) in [
        ("before", format!("0 ump 40603c00 82000000; 0 {NOTE}"), 75.0),
        ("while it sounds", format!("0 {NOTE}; 700 ump 40603c00 82000000"), 75.0),
        ("another key", format!("0 {NOTE}; 700 ump 40603d00 82000000"), 0.0),
        ("another channel", format!("0 {NOTE}; 700 ump 40613c00 82000000"), 0.0),
        ("with the wheel", format!("0 {NOTE}; 700 ump 40603c00 82000000; 700 bend 12288"), 175.0),
        ("range", format!("0 ump 40200007 18000000; 0 {NOTE}; 700 ump 40603c00 82000000"), 18.75),
        ("pitch", format!("0 {NOTE}; 700 ump 40003c03 79000000"), 50.0),
    ] {
        sheet.near(what, cents(&score), expected, 0.02);
    }
}

#[test]
fn midi_2_controllers_of_a_note_take_the_place_of_the_channel_s() {
    let mut sheet = Sheet::default();
    let half = "ump 40003c07 80000000";
    sheet.near(
        "volume",
        level(&format!("0 {NOTE}; 600 {half}")),
        loss_db(100.0) - loss_db(64.0),
        0.02,
    );
    sheet.near(
        "before",
        level(&format!("0 {half}; 0 {NOTE}")),
        loss_db(100.0) - loss_db(64.0),
        0.02,
    );
    sheet.near(
        "channel",
        level(&format!("0 {half}; 0 cc 7 20; 0 {NOTE}")),
        loss_db(100.0) - loss_db(64.0),
        0.02,
    );
    sheet.near("another key", level(&format!("0 {NOTE}; 600 ump 40003d07 80000000")), 0.0, 0.01);
    sheet.near("assignable", level(&format!("0 {NOTE}; 600 ump 40103c07 80000000")), 0.0, 0.01);
    sheet.near("reset", level(&format!("0 {half}; 0 {NOTE}; 600 ump 40f03c01 0")), 0.0, 0.01);
    sheet.near("reset all", level(&format!("0 {half}; 0 {NOTE}; 600 cc 121 0")), 0.0, 0.01);
    sheet.near("GM", level(&format!("0 {half}; 0 sysex 7e 7f 9 1; 0 {NOTE}")), 0.0, 0.01);
}

#[test]
fn midi_2_a_detached_note_keeps_what_it_has() {
    let mut sheet = Sheet::default();
    let bend = "ump 40603c00 82000000";
    let detach = "ump 40f03c02 0";
    sheet.near(
        "later bends pass by",
        cents(&format!("0 {NOTE}; 600 {detach}; 700 {bend}")),
        0.0,
        0.02,
    );
    sheet.near(
        "earlier ones stay",
        cents(&format!("0 {NOTE}; 600 {bend}; 700 ump 40f03c03 0")),
        75.0,
        0.02,
    );
    let channel = format!("0 {NOTE}; 600 {bend}; 700 ump 40f03c03 0; 800 bend 12288");
    sheet.near("the channel still moves it", cents(&channel), 175.0, 0.02);
}

#[test]
fn midi_2_zones_are_set_up_by_their_parameter() {
    let mut sheet = Sheet::default();
    let zone = "0 ump 40200006 06000000";
    sheet.near(
        "master",
        cents(&format!("{zone}; 0 @2 cc 7 127; 0 bend 12288; 0 @2 on 60 127")),
        100.0,
        0.05,
    );
}
