//! SoundFont 2.04 §9.1.7, §9.4: times that hold at every output rate, from every frame, and through sums of zones.

use portative::bank::Generator as G;
use portative::bank::write::Zone;

use crate::support::bank::{bank, bank_of, constant, looping, position, position_bank};

use super::support::{Player, Sheet, cents_above, cents_between, organ, play, tone, tone_db};

/// An eighth of a second each of delay, attack and hold, then 200 dB per second down to -30 dB.
fn staged() -> Zone {
    organ()
        .set(G::DelayVolEnv, -3600)
        .set(G::AttackVolEnv, -3600)
        .set(G::HoldVolEnv, -3600)
        .set(G::DecayVolEnv, -1200)
        .set(G::SustainVolEnv, 300)
        .set(G::ReleaseVolEnv, -1200)
}

/// Seconds after the beginning, and the level then; the key is let go after 0.75 s.
const STAGES: &[(f64, f64)] = &[
    (0.125 + 0.025, -13.979),
    (0.125 + 0.0625, -6.021),
    (0.125 + 0.1, -1.938),
    (0.26, 0.0),
    (0.37, 0.0),
    (0.375 + 0.05, -10.0),
    (0.375 + 0.125, -25.0),
    (0.6, -30.0),
    (0.74, -30.0),
    (0.75 + 0.05, -40.0),
    (0.75 + 0.2, -70.0),
];

#[test]
fn s9_1_7_envelopes_take_their_time_at_every_output_rate() {
    let mut sheet = Sheet::default();
    for rate in [11_025, 22_050, 44_100, 48_000, 88_200, 96_000, 192_000] {
        let player = Player { rate, ..Player::default() };
        let at = |seconds: f64| (seconds * f64::from(rate)).round() as usize;
        let score = format!("0 on 60 127; {} off 60", at(0.75));
        let (take, _) = player.play(&bank(constant(), staged()), &score, at(1.3));
        let (plain, _) = player.play(&bank(constant(), organ()), "0 on 60 127", 100);
        for &(seconds, db) in STAGES {
            let got = take.db(at(seconds)) - plain.db(50);
            // Half a frame of the steepest slope, and half of one in the attack.
            let tolerance = 0.02 + 300.0 / f64::from(rate);
            sheet.near(format!("{rate} Hz at {seconds} s"), got, db, tolerance);
        }
        sheet.near(format!("{rate} Hz, end"), f64::from(take.peak(at(1.26)..at(1.3))), 0.0, 0.0);
    }
}

#[test]
fn s9_1_7_envelopes_begin_on_the_frame_of_their_note() {
    let mut sheet = Sheet::default();
    let full = play(&bank(constant(), organ()), "0 on 60 127", 100).db(50);
    for begin in (0..64).step_by(3).chain([64, 65, 127, 1_000]) {
        let at = |seconds: f64| begin + (seconds * 48_000.0).round() as usize;
        let score = format!("{begin} on 60 127; {} off 60", at(0.75));
        let take = play(&bank(constant(), staged()), &score, 50_000);
        for &(seconds, db) in STAGES {
            let got = take.db(at(seconds)) - full;
            sheet.near(format!("from {begin}, at {seconds} s"), got, db, 0.02);
        }
    }
}

#[test]
fn s9_4_times_of_preset_and_instrument_add_in_timecents_within_their_range() {
    let mut sheet = Sheet::default();
    let full = play(&bank(constant(), organ()), "0 on 60 127", 100).db(50);
    // Instrument and preset, and the attack in seconds.
    for (instrument, preset, seconds) in [
        (-2400, 1200, 0.5),
        (-1200, -1200, 0.25),
        (-12_000, -12_000, 2f64.powi(-10)),
        (-12_000, 9_600, 0.25),
    ] {
        let zones = vec![looping().set(G::AttackVolEnv, instrument).sample(0)];
        let preset = Zone::new().set(G::AttackVolEnv, preset);
        let take = play(&bank_of(vec![constant()], zones, preset), "0 on 60 127", 30_000);
        // The delay is the default one, 46.875 frames.
        let half = 46.875 + 24_000.0 * seconds;
        let got = take.db(half.round() as usize) - full;
        sheet.near(
            format!("{instrument} and {seconds} s"),
            got,
            -6.0206,
            0.002 + 20.0 * (1.0 + 0.6 / (24_000.0 * seconds)).log10(),
        );
    }
    for (instrument, preset, db) in [(100, 200, -30.0), (500, -300, -20.0), (100, -300, 0.0)] {
        let zone = organ().set(G::DecayVolEnv, -6000).set(G::SustainVolEnv, instrument);
        let preset = Zone::new().set(G::SustainVolEnv, preset);
        let bank = bank_of(vec![constant()], vec![zone.sample(0)], preset);
        let got = play(&bank, "0 on 60 127", 10_000).db(9_999) - full;
        sheet.near(format!("sustain {instrument}"), got, db, 0.01);
    }
}

#[test]
fn s8_1_3_gen46_key_scaling_of_times_goes_by_the_overriding_key() {
    let mut sheet = Sheet::default();
    let zone = organ()
        .set(G::Keynum, 84)
        .set(G::DecayVolEnv, 0)
        .set(G::SustainVolEnv, 1440)
        .set(G::KeynumToVolEnvDecay, 100);
    for key in [20, 60, 100] {
        let take = play(&bank(constant(), zone.clone()), &format!("0 on {key} 127"), 10_000);
        let fall = take.db(2_400) - take.db(7_200);
        sheet.near(format!("key {key}"), fall, 40.0, 0.05);
    }
}

#[test]
fn s8_1_3_gen56_scale_tuning_is_for_keys_alone() {
    let mut sheet = Sheet::default();
    let cents = |zone: Zone, preset: Zone, score: &str| {
        let told = zone.set(G::Pan, -500).sample(0);
        let reference = looping().set(G::Pan, 500).sample(1);
        let bank = bank_of(vec![position(), constant()], vec![told, reference], preset);
        cents_between(&play(&bank, score, 9_000), 6_000..8_500)
    };
    let still = || Zone::new().set(G::ScaleTuning, 0);
    for (what, zone, preset, score, expected) in [
        ("bend", still(), Zone::new(), "0 rpn 0 12; 0 bend 0; 0 on 66 127", -1200.0),
        ("coarse", still().set(G::CoarseTune, 5), Zone::new(), "0 on 66 127", 500.0),
        ("RPN 2", still(), Zone::new(), "0 rpn 2 67; 0 on 66 127", 300.0),
        ("RPN 1", still(), Zone::new(), "0 rpn 1 96; 0 on 66 127", 50.0),
        ("envelope", still().set(G::ModEnvToPitch, -700), Zone::new(), "0 on 66 127", -700.0),
        ("preset", Zone::new(), Zone::new().set(G::ScaleTuning, -50), "0 on 66 127", 300.0),
        ("preset, below", Zone::new(), Zone::new().set(G::ScaleTuning, -500), "0 on 66 127", 0.0),
        (
            "range after the bend",
            Zone::new(),
            Zone::new(),
            "0 on 60 127; 500 bend 0; 900 rpn 0 12",
            -1200.0,
        ),
    ] {
        sheet.near(what, cents(zone, preset, score), expected, 0.05);
    }
}

#[test]
fn a_long_note_does_not_drift() {
    let mut sheet = Sheet::default();
    let bank = bank(tone(1_000), organ());
    for (key, rate) in [(67, 48_000), (60, 44_100), (53, 44_100)] {
        let player = Player { rate, ..Player::default() };
        let (take, _) = player.play(&bank, &format!("0 on {key} 127"), 20 * rate as usize);
        let hz = 1_000.0 * (f64::from(key - 60) / 12.0).exp2();
        // From the first second to the last: the phases tell the pitch to a millionth of a cent.
        let got = cents_above(&take.left[1_000..], hz, rate);
        sheet.near(format!("key {key} at {rate}"), got, 0.0, 0.002);
        let [first, last] = [1_000..11_000, 19 * rate as usize..19 * rate as usize + 10_000]
            .map(|range| tone_db(&take.left[range], hz, rate));
        sheet.near("level", last - first, 0.0, 0.001);
    }
}

#[test]
fn channels_do_not_disturb_each_other() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ());
    let alone = play(&bank, "0 on 60 100", 6_000);
    for channel in 2..=16 {
        let score = format!(
            "0 @{channel} cc 7 0; 0 @{channel} cc 11 0; 0 @{channel} cc 10 0; 0 @{channel} cc 64 127;\
             0 @{channel} bend 0; 0 @{channel} rpn 0 12; 0 @{channel} cc 1 127; 0 @{channel} press 127;\
             0 on 60 100; 500 @{channel} cc 121 0; 600 @{channel} cc 120 0; 700 @{channel} cc 123 0"
        );
        let take = play(&bank, &score, 6_000);
        sheet.holds(format!("channel {channel}"), take.bits() == alone.bits());
    }
}

#[test]
fn rp_015_brings_wheel_and_pressure_back() {
    let mut sheet = Sheet::default();
    let bank = position_bank(Zone::new().set(G::FreqVibLfo, -3600));
    for (messages, expected) in [("cc 1 127", 0.0), ("press 127", 0.0), ("bend 16383", 0.0)] {
        for frame in [0, 2_000] {
            let score = format!("0 on 60 127; {frame} {messages}; {frame} cc 121 0");
            let take = play(&bank, &score, 13_000);
            sheet.near(&score, cents_between(&take, 11_700..11_874), expected, 0.02);
        }
    }
}
