//! The reverb of GS whose character is a delay, and the chorus that feeds the delay.

use portative::engine::Effects;
use portative::engine::native::Interpolation;

use super::bits::{busy_bank, busy_score};
use crate::support::bank::{RATE, bank, looping, noise};
use crate::support::stage::{Stage, Take};

const REVERB: Effects = Effects { reverb: true, ..Effects::NONE };
/// The time of macro 6, and half that of macro 7, in frames: 32 of 127 of 0.4468 s.
const ECHO: usize = 5_403;
/// A burst of a hundredth of a second, all of it sent to the reverb.
const BURST: &str = "0 cc 91 127; 1000 on 60 100; 1480 cc 120 0;";

/// What effects add to a score.
fn wet(effects: Effects, score: &str, frames: usize) -> Take {
    let play = |effects| {
        let bank = bank(noise(), looping());
        Stage::with_effects(&bank, (RATE, 24), Interpolation::Cubic, effects).play(score, frames)
    };
    let (dry, mut take) = (play(Effects::NONE), play(effects));
    take.left.iter_mut().zip(&dry.left).for_each(|(wet, dry)| *wet -= dry);
    take.right.iter_mut().zip(&dry.right).for_each(|(wet, dry)| *wet -= dry);
    take
}

/// How loud both sides are around the echo with this number, in dB.
fn echo(take: &Take, number: usize) -> [f64; 2] {
    let begin = 1_000 + number * ECHO;
    [&take.left, &take.right].map(|side| {
        let energy = |points: &[f32]| points.iter().map(|p| f64::from(*p).powi(2)).sum::<f64>();
        10.0 * (energy(&side[begin..begin + 600]) + 1e-30).log10()
    })
}

#[test]
fn gs_macro_6_answers_in_the_middle_each_time_weaker_by_its_feedback() {
    let take = wet(REVERB, &format!("0 sysex 41 10 42 12 40 01 30 6 9; {BURST}"), 48_000);
    assert!(take.peak(0..1_000 + ECHO) < 1e-12, "nothing before the first echo");
    let [first, second, third] = [1, 2, 3].map(|number| echo(&take, number));
    assert!((first[0] - first[1]).abs() < 1e-3, "{first:?}");
    let feedback = 20.0 * (40.0_f64 / 127.0).log10();
    assert!((second[0] - first[0] - feedback).abs() < 0.1, "{first:?} {second:?}");
    assert!((third[0] - second[0] - feedback).abs() < 0.1, "{second:?} {third:?}");
    assert!(take.peak(2_500 + ECHO..1_000 + 2 * ECHO) < 1e-12, "nothing between echoes");
}

#[test]
fn gs_macro_7_answers_from_side_to_side() {
    let take = wet(REVERB, &format!("0 sysex 41 10 42 12 40 01 30 7 8; {BURST}"), 48_000);
    let feedback = 20.0 * (32.0_f64 / 127.0).log10();
    let loudest = echo(&take, 1)[0];
    for number in 1..5 {
        let [left, right] = echo(&take, number);
        let [near, far] = if number % 2 == 1 { [left, right] } else { [right, left] };
        let expected = loudest + feedback * (number - 1) as f64;
        assert!((near - expected).abs() < 0.1, "echo {number}: {near}, expected {expected}");
        assert!(far < -200.0, "echo {number}: {far} on the other side");
    }
}

#[test]
fn an_echo_dies_away_to_true_silence() {
    let take = wet(REVERB, &format!("0 sysex 41 10 42 12 40 01 30 6 9; {BURST}"), 480_000);
    assert_eq!(take.peak(240_000..480_000), 0.0);
}

#[test]
fn the_chorus_feeds_the_delay_by_its_send() {
    let effects = Effects { chorus: true, delay: true, ..Effects::NONE };
    let score = |send: &str| format!("0 cc 93 127; 0 {send}; 1000 on 60 100; 1480 cc 120 0");
    let delayed = 1_000 + 16_320..24_000;
    let without = wet(effects, &score("sysex 41 10 42 12 40 01 40 00 7f"), 24_000);
    assert!(without.peak(delayed.clone()) < 1e-3, "{}", without.peak(delayed.clone()));
    let with = wet(effects, &score("sysex 41 10 42 12 40 01 40 7f 00"), 24_000);
    assert!(with.peak(delayed.clone()) > 0.01, "{}", with.peak(delayed));
}

#[test]
fn block_sizes_do_not_change_a_bit_of_an_echo() {
    let changes = "0 @1 cc 91 127; 0 sysex 41 10 42 12 40 01 30 6 9; 0 sysex 41 10 42 12 40 01 40 7f 00; \
        3000 sysex 41 10 42 12 40 01 30 7 8; 6100 sysex 41 10 42 12 40 01 35 60 2a; \
        8000 sysex 41 10 42 12 40 01 30 4 b; 10000 sysex 41 10 42 12 40 01 30 6 9;";
    let busy = busy_score(7, 12_000);
    let mut lines: Vec<&str> = changes
        .split(';')
        .chain(busy.split(';'))
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    lines.sort_by_key(|line| line.split(' ').next().unwrap().parse::<u32>().unwrap());
    let score = lines.join(";");
    let play = |block: Option<usize>| {
        let mut stage =
            Stage::with_effects(&busy_bank(), (RATE, 24), Interpolation::Cubic, Effects::ALL);
        stage.block = block;
        stage.play(&score, 24_000)
    };
    let whole = play(None);
    for block in [1, 17, 64, 1_000] {
        assert!(play(Some(block)).bits() == whole.bits(), "blocks of {block}");
    }
}
