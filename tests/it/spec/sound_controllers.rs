//! General MIDI 2, GS and XG: sound controllers 71 to 78, soft pedal and balance, through the port.

use portative::bank::Generator as G;
use portative::bank::write::Zone;

use crate::support::bank::{Bytes, bank, constant, modulator, position_bank};

use super::support::{Sheet, cents_between, organ, play, tone, tone_db};

/// The level of a tone of 2 kHz after a score.
fn level(bank: &Bytes, score: &str) -> f64 {
    tone_db(&play(bank, score, 9_000).left[4_000..], 2_000.0, 48_000)
}

#[test]
fn brightness_moves_the_cutoff_around_that_of_the_bank() {
    let mut sheet = Sheet::default();
    // Controller 74 moves by 9600 * 8 / 64 = 1200 cents from 64 to 72.
    for (value, cutoff) in [(56, 7_800), (64, 9_000), (72, 10_200)] {
        let moved = bank(tone(2_000), organ().set(G::InitialFilterFc, 9_000));
        let fixed = bank(tone(2_000), organ().set(G::InitialFilterFc, cutoff));
        let expected = level(&fixed, "0 on 60 127");
        for score in [
            format!("0 cc 74 {value}; 0 on 60 127"),
            format!("0 on 60 127; 500 cc 74 {value}"),
            format!("0 cc 74 {value}; 0 cc 121 0; 0 on 60 127"),
        ] {
            sheet.near(&score, level(&moved, &score), expected, 0.02);
        }
    }
}

#[test]
fn a_bank_s_own_modulator_of_a_controller_takes_its_place() {
    let mut sheet = Sheet::default();
    let zone = organ().set(G::InitialFilterFc, 9_000);
    let plain = level(&bank(tone(2_000), zone.clone()), "0 on 60 127");
    let attenuates = zone.clone().modulator(modulator(0xCA, G::InitialAttenuation as u16, 128));
    let got = level(&bank(tone(2_000), attenuates), "0 cc 74 100; 0 on 60 127");
    sheet.near("attenuation alone", got - plain, -10.0, 0.02);
    let nothing = zone.modulator(modulator(0x2CA, G::InitialFilterFc as u16, 0));
    let got = level(&bank(tone(2_000), nothing), "0 cc 74 20; 0 on 60 127");
    sheet.near("nothing", got - plain, 0.0, 0.02);
}

#[test]
fn resonance_attack_decay_and_release_move_around_those_of_the_bank() {
    let mut sheet = Sheet::default();
    let zone = || organ().set(G::InitialFilterFc, 9_200).set(G::InitialFilterQ, 100);
    let [moved, fixed] =
        [zone(), zone().set(G::InitialFilterQ, 225)].map(|zone| bank(tone(2_000), zone));
    let got = level(&moved, "0 cc 71 96; 0 on 60 127");
    sheet.near("resonance", got, level(&fixed, "0 on 60 127"), 0.02);

    let release = bank(constant(), organ().set(G::ReleaseVolEnv, -1_800));
    let take = play(&release, "0 cc 72 96; 0 on 60 127; 1000 off 60", 9_000);
    // -1800 and 1800 timecents are 1 s for 100 dB.
    sheet.near("release", take.db(5_800) - take.db(1_000), -10.0, 0.05);
    let decaying = organ().set(G::DecayVolEnv, 1_800).set(G::SustainVolEnv, 1_000);
    let take = play(&bank(constant(), decaying), "0 cc 75 32; 0 on 60 127", 9_000);
    sheet.near("decay", take.db(4_850) - take.db(50), -10.0, 0.05);

    let attack = bank(constant(), organ().set(G::AttackVolEnv, -1_200));
    let [plain, slower] = ["0 on 60 127", "0 cc 73 96; 0 on 60 127"]
        .map(|score| f64::from(play(&attack, score, 9_000).left[8_000]));
    // Half of the way up is 0.8746 of the convex curve: 5,247 timecents, 20.7 times as long.
    sheet.near("attack", plain / slower, (6_000.0f64 * 0.874_57 / 1_200.0).exp2(), 0.05);
}

#[test]
fn the_vibrato_s_rate_depth_and_delay_move() {
    let mut sheet = Sheet::default();
    let zone = || {
        let slow = Zone::new().set(G::FreqVibLfo, -6_000).set(G::DelayVibLfo, i16::MIN);
        position_bank(slow.set(G::VibLfoToPitch, 40))
    };
    let lfo_hz = 8.175_798_9 * (-5.0f64).exp2();
    let height = |frame: f64| 4.0 * lfo_hz * frame / 48_000.0;
    for (messages, cents) in [
        ("cc 77 64", 40.0 * height(7_000.0)),
        ("cc 77 96", 65.0 * height(7_000.0)),
        ("cc 77 32", 15.0 * height(7_000.0)),
        ("cc 77 0", 0.0),
        ("cc 76 80", 40.0 * height(7_000.0) * 0.5f64.exp2()),
        ("cc 78 68", 40.0 * height(7_000.0 - 3_000.0)),
        ("cc 78 20", 40.0 * height(7_000.0)),
    ] {
        let score = format!("0 {messages}; 0 on 60 127");
        let got = cents_between(&play(&zone(), &score, 9_000), 6_000..8_000);
        sheet.near(&score, got, cents, 0.2);
    }
}

#[test]
fn the_soft_pedal_is_softer_and_darker_from_64_on() {
    let mut sheet = Sheet::default();
    let [open, darker] =
        [9_000, 7_800].map(|fc| bank(tone(2_000), organ().set(G::InitialFilterFc, fc)));
    let expected = level(&darker, "0 on 60 127") - 3.0;
    sheet.near("down", level(&open, "0 cc 67 64; 0 on 60 127"), expected, 0.02);
    sheet.near("while it sounds", level(&open, "0 on 60 127; 500 cc 67 127"), expected, 0.02);
    let up = level(&open, "0 on 60 127");
    sheet.near("up", level(&open, "0 cc 67 63; 0 on 60 127"), up, 0.001);
    sheet.near("reset", level(&open, "0 cc 67 127; 0 cc 121 0; 0 on 60 127"), up, 0.001);
}

#[test]
fn balance_takes_the_far_side_away_and_pan_moves_the_whole() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ());
    let plain = play(&bank, "0 on 60 127", 5_000);
    let [left, right] = [f64::from(plain.left[4_000]), f64::from(plain.right[4_000])];
    for (value, l, r) in [(64, 1.0, 1.0), (0, 1.0, 0.0), (127, 0.0, 1.0), (32, 1.0, 0.25)] {
        for score in
            [format!("0 cc 8 {value}; 0 on 60 127"), format!("0 on 60 127; 100 cc 8 {value}")]
        {
            let take = play(&bank, &score, 5_000);
            sheet.near(format!("{score} left"), f64::from(take.left[4_000]) / left, l, 0.001);
            sheet.near(format!("{score} right"), f64::from(take.right[4_000]) / right, r, 0.001);
        }
    }
}
