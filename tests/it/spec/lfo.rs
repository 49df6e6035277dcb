//! SoundFont 2.04 §8.1.2 generators 5, 6, 13, 21 to 24, §9.1.6: low frequency oscillators.

use portative::bank::Generator as G;
use portative::bank::write::Zone;

use crate::support::bank::{bank, constant, looping, position_bank};
use crate::support::stage::{Stage, Take};

/// Absolute cents of 10 Hz: a period of 4,800 frames.
const TEN_HZ: i16 = 349;
const QUARTER: usize = 1_200;

fn play(zone: Zone) -> Take {
    Stage::new(&position_bank(zone)).play("0 cc 7 127; 0 on 60 127", 12_000)
}

#[track_caller]
fn check(take: &Take, table: &[(usize, f64)], tolerance: f64) {
    for &(frame, expected) in table {
        let got = take.cents(frame);
        assert!((got - expected).abs() < tolerance, "{frame}: {got:.2}, expected {expected}");
    }
}

#[test]
fn s9_1_6_the_vibrato_oscillator_is_a_triangle_that_rises_first() {
    let take = play(Zone::new().set(G::VibLfoToPitch, 600).set(G::FreqVibLfo, TEN_HZ));
    // The default delay is 47 frames.
    let at = |quarters: f64| 47 + (quarters * QUARTER as f64) as usize;
    let table = [
        (at(0.5), 300.0),
        (at(1.5), 300.0),
        (at(2.0), 0.0),
        (at(2.5), -300.0),
        (at(3.5), -300.0),
        (at(4.0), 0.0),
        (at(4.5), 300.0),
    ];
    check(&take, &table, 3.0);
}

#[test]
fn s8_1_2_23_the_oscillator_is_silent_during_its_delay() {
    let zone = Zone::new().set(G::VibLfoToPitch, 600).set(G::FreqVibLfo, TEN_HZ);
    let take = play(zone.set(G::DelayVibLfo, -3986)); // 0.1 s
    check(&take, &[(1_000, 0.0), (4_700, 0.0), (4_800 + QUARTER / 2, 300.0)], 3.0);
}

#[test]
fn s8_1_2_5_the_modulation_oscillator_moves_the_pitch_as_well() {
    let take = play(Zone::new().set(G::ModLfoToPitch, -600).set(G::FreqModLfo, TEN_HZ));
    check(&take, &[(47 + QUARTER / 2, -300.0), (47 + QUARTER * 5 / 2, 300.0)], 3.0);
}

#[test]
fn s8_1_2_13_a_rising_oscillator_makes_it_louder_even_above_full_level() {
    let zone = looping().set(G::ModLfoToVolume, 60).set(G::FreqModLfo, TEN_HZ);
    let take = Stage::new(&bank(constant(), zone)).play("0 cc 7 127; 0 on 60 127", 12_000);
    let plain = Stage::new(&bank(constant(), looping())).play("0 cc 7 127; 0 on 60 127", 200);
    let full = plain.db(199);
    for (quarters, db) in [(0.5, 3.0), (1.0, 6.0), (2.0, 0.0), (3.0, -6.0), (3.5, -3.0)] {
        let frame = 47 + (quarters * QUARTER as f64) as usize;
        assert!((take.db(frame) - full - db).abs() < 0.2, "{quarters}: {}", take.db(frame) - full);
    }
}

#[test]
fn s8_4_4_the_modulation_wheel_brings_vibrato() {
    let zone = Zone::new().set(G::FreqVibLfo, TEN_HZ);
    let score = "0 cc 7 127; 0 cc 1 127; 0 on 60 127";
    let take = Stage::new(&position_bank(zone)).play(score, 6_000);
    // 127 of 128 parts of 50 cents, read a little beside the top.
    let top = take.cents(47 + QUARTER);
    assert!((top - 49.0).abs() < 1.0, "{top}");
}
