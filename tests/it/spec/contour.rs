//! SoundFont 2.04 §8.1.2 and §8.1.3 generators 7, 11 and 25 to 40, §9.1.7: both envelopes through the port.

use portative::bank::Generator as G;
use portative::bank::write::Zone;

use crate::support::bank::{RATE, bank, constant, looping, modulator, position_bank};
use crate::support::stage::Take;

use super::support::{Player, Sheet, cents_between, organ, organ_of, play, tone};

fn frames(seconds: f64) -> usize {
    (seconds * f64::from(RATE)).round() as usize
}

/// Seconds of a time in timecents.
fn seconds(timecents: i16) -> f64 {
    (f64::from(timecents) / 1200.0).exp2()
}

/// The sound of a score on channel volume 127, as long as asked for.
fn sound(zone: Zone, score: &str, length: f64) -> Take {
    play(&bank(constant(), zone), &format!("0 cc 7 127; {score}"), frames(length))
}

/// The level of a note without an envelope.
fn full() -> f64 {
    sound(organ(), "0 on 60 127", 0.01).db(400)
}

#[test]
fn s8_1_3_gen33_the_delay_is_silent_and_as_long_as_it_says() {
    let mut sheet = Sheet::default();
    for timecents in [-7973, -7200, -4800, -3986, -1200, 0] {
        let end = frames(seconds(timecents));
        let take = sound(organ().set(G::DelayVolEnv, timecents), "100 on 60 127", 1.2);
        let first = take.left.iter().position(|&point| point != 0.0).unwrap_or(0) as f64 - 100.0;
        sheet.near(format!("delay of {timecents}"), first, end as f64, 1.5);
    }
}

#[test]
fn s8_1_3_gen34_the_attack_is_linear_in_amplitude() {
    let mut sheet = Sheet::default();
    let full = full();
    for timecents in [-7973, -6000, -4800, -2400, -1200, 0] {
        let length = seconds(timecents);
        let take = sound(organ().set(G::AttackVolEnv, timecents), "0 on 60 127", 1.2);
        for part in [0.05, 0.1, 0.25, 0.5, 0.75, 0.9] {
            let frame = frames(part * length);
            let expected = 20.0 * (frame as f64 / (length * f64::from(RATE))).log10();
            let tolerance = 20.0 * (1.0 + 1.5 / frame as f64).log10();
            let what = format!("{timecents} timecents, {part} of the way");
            sheet.near(what, take.db(frame) - full, expected, tolerance.max(0.02));
        }
        sheet.near("then full", take.db(frames(length) + 3) - full, 0.0, 0.01);
    }
}

#[test]
fn s8_1_3_gen35_the_hold_stays_at_the_peak() {
    let mut sheet = Sheet::default();
    let full = full();
    for timecents in [-4800, -2400, -1200] {
        let zone = organ()
            .set(G::HoldVolEnv, timecents)
            .set(G::DecayVolEnv, 0)
            .set(G::SustainVolEnv, 1000);
        let take = sound(zone, "0 on 60 127", 1.0);
        let end = frames(seconds(timecents));
        sheet.near(format!("hold of {timecents}"), take.db(end) - full, 0.0, 0.01);
        let later = take.db(end + 4_800) - full;
        sheet.near("0.1 s into the decay", later, -10.0, 0.02);
    }
}

#[test]
fn s8_1_3_gen36_the_decay_takes_its_time_for_100_db() {
    let mut sheet = Sheet::default();
    let full = full();
    for timecents in [-3600, -1200, 0, 1200, 3600] {
        let zone = organ().set(G::DecayVolEnv, timecents).set(G::SustainVolEnv, 1440);
        let length = seconds(timecents);
        let take = sound(zone, "0 on 60 127", 1.05 * length);
        for db in [1.0, 10.0, 20.0, 40.0, 60.0, 80.0, 90.0] {
            let got = take.db(frames(length * db / 100.0)) - full;
            sheet.near(format!("{timecents} timecents"), got, -db, 0.02 + 0.25 / length / 100.0);
        }
    }
}

#[test]
fn s8_1_3_gen37_the_sustain_level_is_exact_centibels() {
    let mut sheet = Sheet::default();
    let full = full();
    for cb in [-50, 0, 10, 60, 120, 200, 400, 600, 900] {
        let zone = organ().set(G::SustainVolEnv, cb).set(G::DecayVolEnv, -3600);
        let take = sound(zone, "0 on 60 127", 0.4);
        let expected = -f64::from(cb.max(0)) / 10.0;
        sheet.near(format!("{cb} cB"), take.db(frames(0.3)) - full, expected, 0.01);
    }
    let zone = organ().set(G::SustainVolEnv, 0).set(G::DecayVolEnv, 1200);
    let take = sound(zone, "0 on 60 127", 1.0);
    sheet.near("no decay to 0 cB", take.db(frames(0.5)) - full, 0.0, 1e-4);
}

#[test]
fn s8_1_3_gen38_the_release_falls_100_db_in_its_time_from_where_it_is() {
    let mut sheet = Sheet::default();
    for timecents in [-3600, -1200, 0, 1200] {
        for sustain in [0, 120, 400] {
            let zone = organ()
                .set(G::DecayVolEnv, -6000)
                .set(G::SustainVolEnv, sustain)
                .set(G::ReleaseVolEnv, timecents);
            let take = sound(zone, "0 on 60 127; 9603 off 60", 1.7);
            let before = take.db(9_602);
            let slope = 100.0 / seconds(timecents);
            for after in [0.01, 0.05, 0.1, 0.2] {
                let expected = -slope * after;
                if expected > -80.0 {
                    let got = take.db(9_603 + frames(after)) - before;
                    let what = format!("release {timecents}, sustain {sustain}, after {after}");
                    sheet.near(what, got, expected, 0.02 + slope / 48_000.0 * 1.5);
                }
            }
        }
    }
}

#[test]
fn s9_1_7_a_key_let_go_early_releases_from_the_level_that_was_reached() {
    let mut sheet = Sheet::default();
    let zone = organ()
        .set(G::AttackVolEnv, 0)
        .set(G::HoldVolEnv, -1200)
        .set(G::DecayVolEnv, 1200)
        .set(G::SustainVolEnv, 1000)
        .set(G::ReleaseVolEnv, 0);
    for off in [4_800, 24_000, 48_500, 80_000, 100_000] {
        let take = sound(zone.clone(), &format!("0 on 60 127; {off} off 60"), 2.5);
        let reached = take.db(off);
        for after in [0.02, 0.1, 0.3] {
            let got = take.db(off + frames(after)) - reached;
            sheet.near(format!("off at {off}, after {after} s"), got, -100.0 * after, 0.05);
        }
    }
    let delayed = organ().set(G::DelayVolEnv, 0).set(G::ReleaseVolEnv, 0);
    let take = sound(delayed, "0 on 60 127; 4800 off 60", 2.0);
    sheet.near("off in the delay", f64::from(take.peak(0..96_000)), 0.0, 0.0);
}

#[test]
fn s8_1_3_gen38_the_shortest_release_takes_a_few_milliseconds_and_is_over() {
    let mut sheet = Sheet::default();
    for timecents in [-12_000, -32_768, -9_000] {
        let zone = organ().set(G::ReleaseVolEnv, timecents);
        let bank = bank(constant(), zone);
        let (take, stats) = Player::default().play(&bank, "0 on 60 127; 1000 off 60", 3_000);
        let silent = 1_000 + take.left[1_000..].iter().position(|&x| x == 0.0).unwrap_or(9_999);
        sheet.holds(format!("{timecents}: silent at {silent}"), (1_030..1_800).contains(&silent));
        sheet.near(format!("{timecents}, voices"), f64::from(stats.voices.unwrap()), 0.0, 0.0);
    }
}

#[test]
fn s8_1_3_gen39_and_40_key_scaling_halves_the_time_an_octave_up() {
    let mut sheet = Sheet::default();
    for (scaling, key) in
        [(100, 72), (100, 48), (50, 84), (-100, 48), (-100, 72), (100, 60), (30, 100)]
    {
        let factor = (f64::from(60 - key) * f64::from(scaling) / 1200.0).exp2();
        let decaying = organ()
            .set(G::DecayVolEnv, 0)
            .set(G::SustainVolEnv, 1440)
            .set(G::KeynumToVolEnvDecay, scaling);
        let take = sound(decaying, &format!("0 on {key} 127"), 0.3);
        let fall = take.db(frames(0.05)) - take.db(frames(0.25));
        sheet.near(format!("decay {scaling}, key {key}"), fall, 20.0 / factor, 0.05);
        let holding = organ()
            .set(G::HoldVolEnv, -2400)
            .set(G::DecayVolEnv, -1200)
            .set(G::SustainVolEnv, 1440)
            .set(G::KeynumToVolEnvHold, scaling);
        let take = sound(holding, &format!("0 on {key} 127"), 1.2);
        let fall = take.db(100) - take.db(frames(0.25 * factor + 0.1));
        sheet.near(format!("hold {scaling}, key {key}"), fall, 20.0, 0.05);
    }
}

#[test]
fn s9_1_7_a_voice_ends_when_its_decay_or_release_has_lost_100_db() {
    let mut sheet = Sheet::default();
    let voices = |zone: Zone, score: &str, length: f64| {
        let bank = bank(constant(), zone);
        let (_, stats) = Player::default().play(&bank, score, frames(length));
        f64::from(stats.voices.unwrap())
    };
    let decaying = organ().set(G::DecayVolEnv, 0).set(G::SustainVolEnv, 1200);
    sheet.near("decay, 0.95 s", voices(decaying.clone(), "0 on 60 127", 0.95), 1.0, 0.0);
    sheet.near("decay, 1.1 s", voices(decaying, "0 on 60 127", 1.1), 0.0, 0.0);
    let releasing = organ().set(G::ReleaseVolEnv, 0);
    let score = "0 on 60 127; 4800 off 60";
    sheet.near("release, 1.0 s", voices(releasing.clone(), score, 1.0), 1.0, 0.0);
    sheet.near("release, 1.2 s", voices(releasing.clone(), score, 1.2), 0.0, 0.0);
    // What can change again only suspends.
    for quiet in ["0 cc 7 0", "0 cc 11 0"] {
        let score = format!("{quiet}; 0 on 60 127");
        sheet.near(&score, voices(releasing.clone(), &score, 2.0), 1.0, 0.0);
    }
    // Soft notes are heard to their end.
    let take = sound(organ().set(G::ReleaseVolEnv, 1200), "0 on 60 4; 4800 off 60", 0.7);
    let fall = take.db(4_799) - take.db(4_800 + frames(0.2));
    sheet.near("a soft note's release", fall, 10.0, 0.05);
}

#[test]
fn s9_1_7_a_voice_that_was_suspended_goes_on_exactly_where_it_would_be() {
    let mut sheet = Sheet::default();
    let zone = looping()
        .set(G::DecayVolEnv, 3600)
        .set(G::SustainVolEnv, 1000)
        .set(G::VibLfoToPitch, 50)
        .set(G::ModLfoToVolume, 30);
    let bank = bank(tone(440), zone);
    let length = frames(1.5);
    for controller in [7, 11] {
        let heard = play(&bank, &format!("0 cc {controller} 127; 0 on 60 127"), length);
        let score = format!(
            "0 cc {controller} 127; 0 on 60 127; 5003 cc {controller} 0; 40077 cc {controller} 127"
        );
        let hushed = play(&bank, &score, length);
        let last = frames(1.2)..length;
        let off = last.clone().map(|frame| (heard.left[frame] - hushed.left[frame]).abs());
        let worst = f64::from(off.fold(0.0, f32::max) / heard.peak(last));
        sheet.near(format!("cc {controller}"), worst, 0.0, 1e-4);
        let silence = f64::from(hushed.peak(12_000..40_000));
        sheet.near(format!("cc {controller} 0 is silence"), silence, 0.0, 1e-5);
    }
}

#[test]
fn s8_2_2_times_that_are_past_stay_and_times_to_come_follow_their_modulators() {
    let mut sheet = Sheet::default();
    let by = |destination: G, amount: i16| {
        organ().modulator(modulator(0x80 | 20, destination as u16, amount))
    };
    // The release counts when it begins.
    let zone = by(G::ReleaseVolEnv, 9600);
    let take = sound(zone, "0 on 60 127; 2000 cc 20 96; 4800 off 60", 1.0);
    let fall = take.db(4_799) - take.db(4_800 + 4_800);
    sheet.near("release of one second", fall, 10.0, 0.1);
    // The attack counts at the note's beginning only.
    let zone = by(G::AttackVolEnv, 24_000).set(G::AttackVolEnv, -12_000);
    let take = sound(zone.clone(), "0 cc 20 64; 0 on 60 127; 4800 cc 20 0", 1.0);
    sheet.near("attack of a second, half", take.db(24_000) - full(), -6.02, 0.05);
    // The sustain level moves while it lasts.
    let zone = by(G::SustainVolEnv, 400).set(G::DecayVolEnv, -3600);
    let take = sound(zone, "0 cc 20 32; 0 on 60 127; 24000 cc 20 64", 1.0);
    sheet.near("sustain before", take.db(23_000) - full(), -10.0, 0.05);
    sheet.near("sustain after", take.db(47_000) - full(), -20.0, 0.05);
}

/// What the modulation envelope does to the pitch, as a part of its depth, around some times.
fn mod_env(zone: Zone, score: &str, times: &[f64]) -> Vec<f64> {
    const DEPTH: i16 = -1200;
    let zone = organ_of(zone).set(G::ModEnvToPitch, DEPTH).set(G::ReleaseVolEnv, 3600);
    let take = play(&position_bank(zone), score, frames(times[times.len() - 1]) + 200);
    let part = |&time: &f64| {
        let frame = frames(time);
        cents_between(&take, frame.saturating_sub(24)..frame + 24) / f64::from(DEPTH)
    };
    times.iter().map(part).collect()
}

fn check_mod_env(sheet: &mut Sheet, zone: Zone, score: &str, table: &[(f64, f64)]) {
    let times: Vec<f64> = table.iter().map(|(time, _)| *time).collect();
    for (got, (time, expected)) in mod_env(zone, score, &times).into_iter().zip(table) {
        sheet.near(format!("`{score}` at {time} s"), got, *expected, 0.004);
    }
}

#[test]
fn s8_1_3_gen25_to_29_the_modulation_envelope_in_its_stages() {
    let mut sheet = Sheet::default();
    let zone = Zone::new()
        .set(G::DelayModEnv, -3986)
        .set(G::AttackModEnv, -2400)
        .set(G::HoldModEnv, -3986)
        .set(G::DecayModEnv, 0)
        .set(G::SustainModEnv, 400);
    let convex = |x: f64| 1.0 + 40.0 / 96.0 * x.log10();
    // Delay to 0.1, attack to 0.35, hold to 0.45, decay of 40 % to 0.85 s.
    check_mod_env(
        &mut sheet,
        zone,
        "0 on 60 127",
        &[
            (0.05, 0.0),
            (0.095, 0.0),
            (0.15, convex(0.2)),
            (0.1625, convex(0.25)),
            (0.225, convex(0.5)),
            (0.2875, convex(0.75)),
            (0.345, convex(0.98)),
            (0.4, 1.0),
            (0.44, 1.0),
            (0.55, 0.9),
            (0.65, 0.8),
            (0.8, 0.65),
            (0.9, 0.6),
            (1.2, 0.6),
        ],
    );
}

#[test]
fn s8_1_3_gen30_the_modulation_envelope_releases_from_where_it_is() {
    let mut sheet = Sheet::default();
    let quick = |sustain| {
        Zone::new()
            .set(G::DecayModEnv, -8000)
            .set(G::SustainModEnv, sustain)
            .set(G::ReleaseModEnv, 0)
    };
    let score = "0 on 60 127; 9600 off 60";
    for (sustain, level) in [(0, 1.0), (250, 0.75), (500, 0.5)] {
        check_mod_env(
            &mut sheet,
            quick(sustain),
            score,
            &[
                (0.19, level),
                (0.3, level - 0.1),
                (0.5, level - 0.3),
                (0.6, level - 0.4),
                (1.0, (level - 0.8f64).max(0.0)),
            ],
        );
    }
    // In the attack, half a second long, after 0.2 of it.
    let attacking = Zone::new().set(G::AttackModEnv, -1200).set(G::ReleaseModEnv, 0);
    let reached = 1.0 + 40.0 / 96.0 * 0.4f64.log10();
    check_mod_env(
        &mut sheet,
        attacking,
        score,
        &[(0.199, reached), (0.3, reached - 0.1), (0.5, reached - 0.3)],
    );
}

#[test]
fn s8_1_3_gen31_and_32_scale_the_modulation_envelope_with_the_key() {
    let mut sheet = Sheet::default();
    for (scaling, key) in [(100, 72), (100, 48), (-50, 84)] {
        let factor = (f64::from(60 - key) * f64::from(scaling) / 1200.0).exp2();
        let zone = Zone::new()
            .set(G::ScaleTuning, 0)
            .set(G::HoldModEnv, -3986)
            .set(G::KeynumToModEnvHold, scaling)
            .set(G::DecayModEnv, -2400)
            .set(G::SustainModEnv, 1000)
            .set(G::KeynumToModEnvDecay, scaling);
        let at = |decayed: f64| (0.001 + 0.001 + (0.1 + 0.25 * decayed) * factor, 1.0 - decayed);
        check_mod_env(
            &mut sheet,
            zone,
            &format!("0 on {key} 127"),
            &[(0.05 * factor, 1.0), at(0.2), at(0.5), at(0.8), (0.36 * factor + 0.01, 0.0)],
        );
    }
}
