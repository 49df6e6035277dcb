//! Notes at their frame: keys, pedals, modes, stealing.

use portative::bank::Generator as G;
use portative::bank::write::Zone;
use portative::engine::native::Interpolation;

use crate::support::bank::{Bytes, RATE, bank, bank_of, constant, looping};
use crate::support::stage::{Stage, Take};

/// A note of this bank is at its level from its first frame to its last, and gone 600 frames after.
fn organ() -> Bytes {
    let none = i16::MIN;
    let zone = looping().set(G::DelayVolEnv, none).set(G::AttackVolEnv, none);
    bank(constant(), zone.set(G::ReleaseVolEnv, -12_000))
}

fn play(score: &str, frames: usize) -> Take {
    Stage::new(&organ()).play(&format!("0 cc 7 127; {score}"), frames)
}

/// How many notes are heard at a frame.
fn notes(take: &Take, frame: usize) -> f32 {
    take.left[frame] / play("0 on 60 127", 1).left[0]
}

#[track_caller]
fn check(score: &str, table: &[(usize, f32)]) {
    let take = play(score, 10_000);
    for &(frame, expected) in table {
        let got = notes(&take, frame);
        assert!((got - expected).abs() < 0.01, "`{score}` at {frame}: {got}, expected {expected}");
    }
}

#[test]
fn a_note_begins_on_its_frame() {
    for frame in [0, 1, 63, 64, 65, 127, 1000] {
        let take = play(&format!("{frame} on 60 127"), 1100);
        assert_eq!(take.peak(0..frame), 0.0);
        assert!(take.left[frame] > 0.0, "{frame}");
    }
}

#[test]
fn a_release_begins_on_its_frame() {
    for frame in [1000, 1023, 1024, 1025, 1077] {
        let take = play(&format!("0 on 60 127; {frame} off 60"), 2000);
        assert_eq!(take.left[frame], take.left[frame - 1]);
        assert!(take.left[frame + 1] < take.left[frame], "{frame}");
        assert_eq!(take.peak(frame + 760..2000), 0.0);
    }
}

#[test]
fn a_note_without_length_is_heard() {
    check("100 on 60 127; 100 off 60", &[(100, 1.0), (579, 1.0), (1_400, 0.0)]);
}

#[test]
fn a_note_off_lets_go_of_the_oldest_note_of_its_key() {
    let score = "0 on 60 127; 1000 on 60 64; 2000 off 60; 4000 off 60";
    let soft = 10f32.powf(-11.905 / 20.0);
    check(score, &[(500, 1.0), (1_500, 1.0 + soft), (3_000, soft), (5_000, 0.0)]);
    check("0 on 60 127; 1000 off 61; 1000 @2 off 60", &[(5_000, 1.0)]);
}

#[test]
fn the_sustain_pedal_holds_notes_until_it_comes_up() {
    check("0 cc 64 127; 0 on 60 127; 1000 off 60; 3000 cc 64 0", &[(2_999, 1.0), (4_000, 0.0)]);
    check("0 cc 64 63; 0 on 60 127; 1000 off 60", &[(2_000, 0.0)]);
    check("0 cc 64 127; 0 on 60 127; 3000 cc 64 0", &[(4_000, 1.0)]);
}

#[test]
fn the_sostenuto_pedal_holds_only_the_keys_that_are_down() {
    let score = "0 on 60 127; 500 cc 66 127; 600 on 62 127; 1000 off 60; 1000 off 62; 5000 cc 66 0";
    check(score, &[(900, 2.0), (3_000, 1.0), (6_000, 0.0)]);
    let both = "0 on 60 127; 500 cc 66 127; 600 cc 64 127; 1000 off 60; 2000 cc 66 0; 4000 cc 64 0";
    check(both, &[(3_000, 1.0), (5_000, 0.0)]);
}

#[test]
fn a_key_struck_again_under_the_pedal_keeps_four_older_copies() {
    let strike = |frame: usize| format!("{frame} on 60 127; {} off 60;", frame + 500);
    let score: String = (0..8).map(|n| strike(1000 * n)).collect();
    check(&format!("0 cc 64 127; {score}"), &[(4_400, 5.0), (5_900, 5.0), (7_900, 5.0)]);
}

#[test]
fn all_sound_off_is_silence_in_five_milliseconds() {
    let take = play("0 cc 64 127; 0 on 60 127; 100 on 64 127; 1000 cc 120 0", 2_000);
    assert!(take.left[999] > 0.0);
    assert_eq!(take.peak(1_241..2_000), 0.0);
}

#[test]
fn all_notes_off_respects_the_pedal() {
    check("0 on 60 127; 1000 cc 123 0", &[(2_000, 0.0)]);
    check("0 cc 64 127; 0 on 60 127; 1000 cc 123 0; 3000 cc 64 0", &[(2_900, 1.0), (4_000, 0.0)]);
}

#[test]
fn rp_015_reset_all_controllers_lets_go_and_keeps_volume_and_pan() {
    let take = play("0 cc 10 96; 0 cc 64 127; 0 on 60 127; 500 off 60; 1000 cc 121 0", 9_000);
    assert!(take.left[999] > 0.0);
    assert_eq!(take.peak(2_000..9_000), 0.0);
    let take = play("0 cc 10 96; 0 cc 11 64; 0 cc 121 0; 0 on 60 127", 9_000);
    assert!((take.balance_db(8_000) - 7.8).abs() < 0.2);
    let full = play("0 cc 10 96; 0 on 60 127", 9_000);
    assert!((take.db(8_000) - full.db(8_000)).abs() < 0.01);
}

#[test]
fn a_gm_reset_brings_the_power_on_state() {
    let power_on = Stage::new(&organ()).play("0 on 60 127", 100).left[0];
    let score = "0 cc 11 20; 0 cc 10 0; 0 on 64 127; 1000 sysex 7e 7f 09 01; 2000 on 60 127";
    let take = Stage::new(&organ()).play(score, 3_000);
    assert_eq!(take.peak(1_250..2_000), 0.0);
    assert_eq!(take.left[2_000], power_on);
    let gs = score.replace("7e 7f 09 01", "41 10 42 12 40 00 7f 00 41");
    assert_eq!(take.bits(), Stage::new(&organ()).play(&gs, 3_000).bits());
}

#[test]
fn channel_10_plays_the_drum_bank() {
    let zones = |pan| vec![looping().set(G::Pan, pan).sample(0)];
    let bank = bank_of(vec![constant()], zones(0), Zone::new());
    let take = Stage::new(&bank).play("0 @10 prog 0; 0 @10 on 60 127", 400);
    assert!(take.peak(0..400) > 0.0);
}

/// A stage of `voices` voices.
fn small(voices: u32) -> Stage {
    Stage::with(&organ(), RATE, voices, Interpolation::Cubic)
}

#[test]
fn the_oldest_note_is_stolen_and_the_new_one_begins_at_once() {
    let mut stage = small(2);
    let score = "0 on 60 127; 2000 on 62 127; 4000 on 64 127; 6000 off 60; 6000 off 62";
    let take = stage.play(&format!("0 cc 7 127; {score}"), 9_000);
    let one = play("0 on 60 127", 1).left[0];
    let heard = |frame: usize| take.left[frame] / one;
    assert!((heard(3_999) - 2.0).abs() < 0.01);
    assert!((heard(4_000) - 3.0).abs() < 0.01);
    assert!((heard(4_120) - 2.5).abs() < 0.02);
    assert!((heard(4_300) - 2.0).abs() < 0.01);
    // Key 60 was stolen, so its note-off does nothing; key 62 is released.
    assert!((heard(8_000) - 1.0).abs() < 0.01);
    assert_eq!(stage.status().lost_notes, 1);
}

#[test]
fn released_notes_are_stolen_before_held_ones() {
    let none = i16::MIN;
    let zone = looping().set(G::DelayVolEnv, none).set(G::AttackVolEnv, none);
    let bank = bank(constant(), zone.set(G::ReleaseVolEnv, 8000));
    let mut stage = Stage::with(&bank, RATE, 2, Interpolation::Cubic);
    let score = "0 on 60 127; 1500 on 62 64; 3000 off 62; 5000 on 64 64; 7000 off 60";
    let take = stage.play(&format!("0 cc 7 127; {score}"), 6_900);
    let loud = f64::from(play("0 on 60 127", 1).left[0]);
    let soft = loud * 10f64.powf(-11.905 / 20.0);
    assert!((f64::from(take.left[6_000]) - loud - soft).abs() < 0.01 * loud);
}

#[test]
fn every_slot_comes_back() {
    let mut stage = small(8);
    let chord: String = (0..200).map(|n| format!("{} on {} 100;", n * 50, n % 128)).collect();
    let take = stage.play(&format!("{chord} 12000 cc 120 0"), 13_000);
    assert!(take.peak(0..12_000) > 0.0);
    assert_eq!(take.peak(12_300..13_000), 0.0);
    assert_eq!(stage.status().voices, Some(0));
    let again = stage.play("0 on 60 127", 100);
    assert!(again.left[0] > 0.0);
}
