//! SoundFont 2.04 §8.1.2 generators 25 to 40, §9.1.7: envelopes.

use portative::bank::Generator as G;
use portative::bank::write::Zone;

use crate::support::bank::{Bytes, RATE, bank, constant, looping, position_bank};
use crate::support::stage::{Stage, Take};

const SECOND: usize = RATE as usize;

fn with(zone: Zone) -> Bytes {
    bank(constant(), zone)
}

/// Key 60 held for `held` frames of `frames`.
fn held(bank: &Bytes, held: usize, frames: usize) -> Take {
    Stage::new(bank).play(&format!("0 cc 7 127; 0 on 60 127; {held} off 60"), frames)
}

#[track_caller]
fn close(got: f64, expected: f64, tolerance: f64) {
    assert!((got - expected).abs() <= tolerance, "{got:.3}, expected {expected:.3}");
}

/// Half a second each of delay, attack and hold, then a decay of two seconds to -12 dB.
fn six_stages() -> Zone {
    looping()
        .set(G::DelayVolEnv, -1200)
        .set(G::AttackVolEnv, -1200)
        .set(G::HoldVolEnv, -1200)
        .set(G::DecayVolEnv, 1200)
        .set(G::SustainVolEnv, 120)
        .set(G::ReleaseVolEnv, 0)
}

#[test]
fn s9_1_7_the_attack_is_linear_in_amplitude_and_the_decay_in_decibels() {
    let take = held(&with(six_stages()), 3 * SECOND, 5 * SECOND);
    assert_eq!(take.peak(0..SECOND / 2), 0.0);
    let full = take.db(SECOND + SECOND / 4);
    for (part, db) in [(0.1, -20.0), (0.25, -12.041), (0.5, -6.021), (0.75, -2.499)] {
        let frame = (0.5 + part * 0.5) * f64::from(RATE);
        close(take.db(frame as usize) - full, db, 0.05);
    }
    close(take.db(SECOND * 3 / 2) - full, 0.0, 0.001);
    close(take.db(SECOND * 3 / 2 + SECOND / 10) - full, -5.0, 0.05);
    close(take.db(2 * SECOND) - full, -12.0, 0.01);
    close(take.db(3 * SECOND - 1) - full, -12.0, 0.01);
}

#[test]
fn s8_1_2_38_the_release_falls_by_100_db_in_its_time() {
    let take = held(&with(six_stages()), 3 * SECOND, 5 * SECOND);
    let sustained = take.db(3 * SECOND);
    close(take.db(3 * SECOND + SECOND / 10) - sustained, -10.0, 0.05);
    close(take.db(3 * SECOND + SECOND / 2) - sustained, -50.0, 0.05);
    assert_eq!(take.peak(4 * SECOND..5 * SECOND), 0.0);
}

#[test]
fn s8_1_2_38_a_key_let_go_in_the_attack_releases_from_there() {
    let take = held(&with(six_stages()), SECOND * 3 / 4, 2 * SECOND);
    let reached = take.db(SECOND * 3 / 4);
    close(take.db(SECOND * 3 / 4 + SECOND / 10) - reached, -10.0, 0.05);
}

#[test]
fn s8_1_2_36_the_decay_time_is_for_100_db() {
    let zone = looping().set(G::DecayVolEnv, 1200).set(G::SustainVolEnv, 1440);
    let take = held(&with(zone), 4 * SECOND, 3 * SECOND);
    let full = take.db(200);
    for (seconds, db) in [(0.2, -10.0), (0.4, -20.0), (0.6, -30.0), (1.0, -50.0)] {
        let frame = (seconds * f64::from(RATE)) as usize + 141;
        close(take.db(frame) - full, db, 0.1);
    }
    // 100 dB down nobody hears it any more, so the voice ends.
    assert_eq!(take.peak(2 * SECOND + 200..3 * SECOND), 0.0);
}

#[test]
fn s8_1_2_37_the_sustain_level_is_in_centibels() {
    for cb in [0, 10, 60, 120, 200, 400] {
        let zone = looping().set(G::SustainVolEnv, cb).set(G::DecayVolEnv, -7973);
        let take = held(&with(zone), SECOND, SECOND / 2);
        close(take.change_db(110, SECOND / 2 - 1), -f64::from(cb) / 10.0, 0.02);
    }
}

#[test]
fn s8_1_2_33_minus_32768_is_no_time_at_all() {
    let none = i16::MIN;
    let zone =
        looping().set(G::DelayVolEnv, none).set(G::AttackVolEnv, none).set(G::HoldVolEnv, none);
    let take = held(&with(zone), SECOND, 64);
    assert!(take.left[0] > 0.0);
    close(take.change_db(0, 63), 0.0, 1e-4);
}

#[test]
fn s8_1_2_33_the_default_delay_and_attack_are_a_millisecond_each() {
    let take = held(&with(looping()), SECOND, 400);
    assert_eq!(take.peak(0..47), 0.0);
    assert!(take.left[49] > 0.0);
    close(take.change_db(47 + 24, 399), 20.0 * (47.0f64 / 24.0).log10(), 0.1);
}

#[test]
fn s8_1_2_39_hold_and_decay_shorten_with_the_key() {
    // 100 timecents per key: an octave up halves the time.
    let zone = looping()
        .set(G::HoldVolEnv, 0)
        .set(G::KeynumToVolEnvHold, 100)
        .set(G::DecayVolEnv, -3600)
        .set(G::SustainVolEnv, 1000)
        .set(G::ScaleTuning, 0);
    for (key, seconds) in [(60, 1.0), (72, 0.5), (48, 2.0)] {
        let score = format!("0 cc 7 127; 0 on {key} 127");
        let take = Stage::new(&with(zone.clone())).play(&score, 3 * SECOND);
        let end = (seconds * f64::from(RATE)) as usize;
        close(take.change_db(end / 2, end), 0.0, 0.01);
        assert!(take.change_db(end / 2, end + 94 + SECOND / 50) < -10.0, "key {key}");
    }
    let zone = looping()
        .set(G::DecayVolEnv, 0)
        .set(G::KeynumToVolEnvDecay, 100)
        .set(G::SustainVolEnv, 1000)
        .set(G::ScaleTuning, 0);
    for (key, seconds) in [(60, 1.0), (72, 0.5), (48, 2.0)] {
        let score = format!("0 cc 7 127; 0 on {key} 127");
        let take = Stage::new(&with(zone.clone())).play(&score, SECOND);
        close(take.change_db(1000, 1000 + SECOND / 10), -10.0 / seconds, 0.1);
    }
}

/// The pitch in cents at some frames.
fn cents(zone: Zone, held: usize, frames: &[usize]) -> Vec<f64> {
    let zone = zone.set(G::ReleaseVolEnv, 5000);
    let score = format!("0 cc 7 127; 0 on 60 127; {held} off 60");
    let take = Stage::new(&position_bank(zone)).play(&score, 50_000);
    frames.iter().map(|&frame| take.cents(frame)).collect()
}

#[test]
fn s8_1_2_7_the_modulation_envelope_bends_the_pitch_down_in_straight_lines() {
    let zone = Zone::new()
        .set(G::ModEnvToPitch, -1200)
        .set(G::DelayModEnv, -4800)
        .set(G::AttackModEnv, -4800)
        .set(G::HoldModEnv, -4800)
        .set(G::DecayModEnv, -1200)
        .set(G::SustainModEnv, 500);
    // 3,000 frames each of delay, attack and hold; 24,000 for the whole decay, half of which it goes.
    let got = cents(zone, 60_000, &[1_000, 4_500, 7_000, 15_000, 30_000]);
    // The convex attack is at 1 + 40/96 log10(0.5) = 0.8746 of its height half of the way.
    for (got, expected) in got.into_iter().zip([0.0, -1049.5, -1200.0, -900.0, -600.0]) {
        close(got, expected, 3.0);
    }
}

#[test]
fn s8_1_2_30_the_modulation_envelope_releases_in_a_straight_line() {
    let zone = Zone::new().set(G::ModEnvToPitch, -1200).set(G::ReleaseModEnv, -1200);
    let got = cents(zone, 10_000, &[5_000, 16_000, 22_000, 40_000]);
    for (got, expected) in got.into_iter().zip([-1200.0, -900.0, -600.0, 0.0]) {
        close(got, expected, 3.0);
    }
}
