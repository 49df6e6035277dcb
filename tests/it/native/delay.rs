//! The delay as the engine feeds it: bits, silence, and what moves while it sounds.

use proptest::prelude::*;

use portative::engine::Effects;
use portative::engine::native::{Interpolation, Native};

use super::bits::{busy_bank, busy_score};
use crate::support::bank::{RATE, bank, looping, noise};
use crate::support::stage::{Helpers, Stage, Take};

const DELAY: Effects = Effects { delay: true, ..Effects::NONE };
/// Another macro, and a time while it sounds.
const CHANGES: &str =
    "3000 sysex 41 10 42 12 40 01 50 8 67; 9000 sysex 41 10 42 12 40 01 52 40 2d;";

/// A score in which sends come and go.
fn sending_score(seed: u32, frames: usize) -> String {
    let moves = format!("700 @1 cc 94 0; {CHANGES} 1500 @2 cc 94 60; 2300 @1 cc 94 100;");
    let all = format!("0 @1 cc 94 127; 0 @3 cc 93 50; {moves} {}", busy_score(seed, frames));
    let mut lines: Vec<&str> =
        all.split(';').map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.sort_by_key(|line| line.split(' ').next().unwrap().parse::<u32>().unwrap());
    lines.join(";")
}

fn play(effects: Effects, block: Option<usize>, score: &str, frames: usize) -> Take {
    let place = (RATE, 24);
    let mut stage = Stage::with_effects(&busy_bank(), place, Interpolation::Cubic, effects);
    stage.block = block;
    stage.play(score, frames)
}

#[test]
fn block_sizes_do_not_change_a_bit_of_the_delay() {
    let score = sending_score(5, 12_000);
    for effects in [DELAY, Effects { reverb: true, ..DELAY }, Effects::ALL] {
        let whole = play(effects, None, &score, 24_000);
        let without = play(Effects { delay: false, ..effects }, None, &score, 24_000);
        assert!(whole.bits() != without.bits(), "nothing was sent");
        for block in [1, 17, 64, 1000] {
            let cut = play(effects, Some(block), &score, 24_000);
            assert!(cut.bits() == whole.bits(), "blocks of {block}, {effects:?}");
        }
    }
}

#[test]
fn no_number_of_threads_changes_a_bit_of_the_delay() {
    let on = |note| format!("{} @{} on {} 100;", note * 3, 1 + note % 8, 30 + note % 90);
    let notes = (0..300).map(on);
    let score: String = ["0 @2 cc 94 127;".to_owned()]
        .into_iter()
        .chain(notes)
        .chain(["5000 @1 cc 94 60;15000 @2 cc 94 0;19000 @2 cc 120 0;".to_owned()])
        .collect();
    let play = |threads: Option<usize>, block| {
        let mut stage = Stage::of(&Native::default(), &busy_bank(), (RATE, 1000), Effects::ALL);
        (stage.block, stage.crew) = (block, threads.map(Helpers::new));
        let bits = stage.play(&score, 24_000).bits();
        let shared = stage.crew.map_or(0, |crew| crew.shared.into_inner());
        assert_eq!(shared > 0, threads > Some(1), "{threads:?} threads, {block:?}");
        bits
    };
    let expected = play(None, None);
    for threads in [1, 2, 3] {
        for block in [None, Some(1000)] {
            assert!(play(Some(threads), block) == expected, "{threads} threads, {block:?}");
        }
    }
}

#[test]
fn a_send_that_comes_and_goes_leaves_the_dry_sound_as_it_is() {
    let bank = bank(noise(), looping());
    let score = "0 on 60 100; 4000 cc 94 127; 9000 cc 94 0; 200000 off 60";
    let take = |effects| {
        let place = (RATE, 24);
        Stage::with_effects(&bank, place, Interpolation::Cubic, effects).play(score, 480_000)
    };
    let (dry, wet) = (take(Effects::NONE), take(DELAY));
    let same = |frames: std::ops::Range<usize>| dry.left[frames.clone()] == wet.left[frames];
    assert!(same(0..4_000) && !same(20_000..30_000));
    // Echoes fade by a quarter every 0.34 s; when they are gone the delay rests, while the note still sounds.
    assert!(dry.left[250_000..] == wet.left[250_000..]);
    assert!(same(4_000..20_000), "before the first echo");
}

#[test]
fn echoes_die_away_to_true_silence() {
    let score = "0 cc 94 127; 0 on 60 127; 4800 cc 120 0";
    let take = play(DELAY, None, score, RATE as usize * 8);
    assert!(take.peak(16_320..20_000) > 0.01, "there is an echo");
    assert_eq!(take.peak(RATE as usize * 6..RATE as usize * 8), 0.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn random_scores_with_a_delay_do_not_depend_on_the_block(
        seed in any::<u32>(),
        block in 1usize..700,
    ) {
        let score = sending_score(seed, 6_000);
        let whole = play(Effects::ALL, None, &score, 12_000);
        prop_assert!(whole.bits() == play(Effects::ALL, Some(block), &score, 12_000).bits());
    }
}
