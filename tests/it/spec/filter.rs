//! SoundFont 2.04 §8.1.2 generators 8 to 11, §9.1.3: the filter.

use portative::bank::Generator as G;
use portative::bank::write::Zone;

use crate::support::bank::{bank, looping, sine};
use crate::support::stage::{Stage, Take};

/// A sine of 1 kHz.
const PERIOD: u32 = 48;
/// Absolute cents of 1 kHz.
const ONE_KHZ: i16 = 8_321;
const END: usize = 12_000;

fn play(zone: Zone, score: &str) -> Take {
    Stage::new(&bank(sine(PERIOD), zone)).play(&format!("0 cc 7 127; {score}"), END)
}

/// The level of 1 kHz through a zone against none, in decibels.
fn response(zone: Zone) -> f64 {
    let last = END - 4_800..END;
    play(zone, "0 on 60 127").rms_db(last.clone()) - play(looping(), "0 on 60 127").rms_db(last)
}

#[track_caller]
fn check(cutoff: i16, q: i16, expected: f64) {
    let got = response(looping().set(G::InitialFilterFc, cutoff).set(G::InitialFilterQ, q));
    assert!((got - expected).abs() < 0.15, "{got:.2} dB, expected {expected}");
}

#[test]
fn s8_1_2_8_the_cutoff_is_where_a_flat_filter_has_lost_3_db() {
    check(ONE_KHZ, 0, -3.01);
    check(ONE_KHZ - 1200, 0, -12.4);
    check(ONE_KHZ - 2400, 0, -24.1);
    check(ONE_KHZ + 1200, 0, -0.26);
    check(13_500, 0, 0.0);
}

#[test]
fn s8_1_2_9_resonance_lifts_the_peak_and_lowers_the_rest_by_half() {
    check(ONE_KHZ, 60, 0.0);
    check(ONE_KHZ, 120, 3.0);
    check(ONE_KHZ, 240, 9.0);
    check(ONE_KHZ + 3986, 240, -11.9);
}

#[test]
fn s8_1_2_11_the_modulation_envelope_moves_the_cutoff() {
    let still = response(looping().set(G::InitialFilterFc, ONE_KHZ - 1200));
    let zone = looping()
        .set(G::InitialFilterFc, ONE_KHZ)
        .set(G::ModEnvToFilterFc, -1200)
        .set(G::SustainModEnv, 0);
    assert!((response(zone) - still).abs() < 0.1);
}

#[test]
fn s8_1_2_8_an_open_filter_leaves_every_bit() {
    let open = play(looping().set(G::InitialFilterFc, 13_500), "0 on 60 127");
    assert_eq!(open.bits(), play(looping(), "0 on 60 127").bits());
}
