//! SoundFont 2.04 §6, §7.10, §8.1.2 generator 54: samples, their loops and their ends.

use portative::bank::Generator as G;
use portative::bank::write::{Points, Zone};
use portative::engine::native::Interpolation;

use crate::support::bank::{Bytes, RATE, bank, named, position_bank};
use crate::support::stage::{Stage, Take};

/// Points that rise by `STEP`, with a loop of `len` points that ends at `end`.
fn stairs(mode: i16, end: u32, len: u32) -> Bytes {
    let points = (0..600).map(|i| i * STEP).collect();
    let sample = named("stairs", Points::Pcm16(points)).looped(end - len, end);
    let none = i16::MIN;
    let zone = Zone::new()
        .set(G::DelayVolEnv, none)
        .set(G::AttackVolEnv, none)
        .set(G::ReleaseVolEnv, 8000)
        .set(G::SampleModes, mode);
    bank(sample, zone)
}

const STEP: i16 = 50;

fn play(bank: &Bytes, score: &str, frames: usize) -> Take {
    let mut stage = Stage::with(bank, RATE, 64, Interpolation::None);
    stage.play(&format!("0 cc 7 127; {score}"), frames)
}

/// Which data point each frame reads, from the first step.
fn points(take: &Take) -> Vec<i32> {
    let step = take.left[1];
    take.left.iter().map(|value| (value / step).round() as i32).collect()
}

#[test]
fn s8_1_2_54_no_loop_plays_to_the_end_and_is_over() {
    for mode in [0, 2] {
        let take = play(&stairs(mode, 300, 100), "0 on 60 127", 1000);
        let got = points(&take);
        assert_eq!(got[..598], (0..598).collect::<Vec<_>>());
        assert_eq!(take.peak(601..1000), 0.0);
    }
}

#[test]
fn s8_1_2_54_a_loop_for_ever_repeats_after_the_release_too() {
    let got = points(&play(&stairs(1, 300, 100), "0 on 60 127; 500 off 60", 580));
    assert_eq!(got[..300], (0..300).collect::<Vec<_>>());
    assert_eq!(got[300..400], (200..300).collect::<Vec<_>>());
    assert_eq!(got[400..480], (200..280).collect::<Vec<_>>());
    assert!(got[500..580].iter().all(|&point| (195..300).contains(&point)));
}

#[test]
fn s8_1_2_54_a_loop_while_held_runs_on_to_the_end_after_the_release() {
    for released in 600..650 {
        let take = play(&stairs(3, 300, 20), &format!("0 on 60 127; {released} off 60"), 1200);
        let got = points(&take);
        assert_eq!(got[..300], (0..300).collect::<Vec<_>>());
        assert!(got[300..released].iter().all(|&point| (280..300).contains(&point)));
        let at = got[released];
        // The release is so slow that 200 frames lose less than half a step.
        assert!((got[released + 200] - at - 200).abs() <= 3, "released at {released}");
        assert_eq!(take.peak(released + 330..1200), 0.0);
    }
}

#[test]
fn s8_1_2_54_a_pedal_holds_the_loop_too() {
    let got = points(&play(
        &stairs(3, 300, 20),
        "0 cc 64 127; 0 on 60 127; 310 off 60; 700 cc 64 0",
        800,
    ));
    assert!(got[310..700].iter().all(|&point| (279..301).contains(&point)));
    assert!(got[780] > 340);
}

#[test]
fn s7_10_short_loops_play_at_any_speed() {
    for len in [2, 3, 14] {
        for key in [0, 36, 60, 96, 127] {
            let take = play(&stairs(1, 300, len), &format!("0 on {key} 127"), 40_000);
            let step = take.left[400 + 39_000 * usize::from(key < 60)];
            assert!(step.is_finite());
            let highest = 300.0 * f32::from(STEP) / 32_768.0;
            assert!(take.peak(0..40_000) < highest, "loop of {len}, key {key}");
        }
    }
}

#[test]
fn s6_1_key_127_reads_a_wave_faster_than_key_0() {
    let bank = position_bank(Zone::new());
    for (key, cents) in [(0, -6000.0), (127, 6700.0)] {
        let mut stage = Stage::new(&bank);
        let take = stage.play(&format!("0 cc 7 127; 0 on {key} 127"), 900);
        let got = take.cents(700);
        assert!((got - cents).abs() < 0.2, "{key}: {got}");
    }
}

#[test]
fn s6_2_twenty_four_bits_are_heard() {
    let quiet = named("quiet", Points::Pcm24(vec![100; 256])).looped(64, 192);
    let take = Stage::new(&bank(quiet, Zone::new().set(G::SampleModes, 1)))
        .play("0 cc 7 127; 0 on 60 127", 400);
    assert!(take.left[399] > 0.0);
}
