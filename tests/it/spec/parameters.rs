//! SoundFont 2.04 §9.6 (NRPN 120), RPN 3 to 5, RP-018, and the numbered parameters of GS, XG and the AWE32, through the port.

use portative::bank::Generator as G;
use portative::bank::write::Zone;

use crate::support::bank::{Bytes, bank, constant, position_bank};

use super::support::{Sheet, cents_between, loss_db, organ, organ_of, play, tone, tone_db};

/// Messages that enter `value` of fourteen bits for the generator `number`.
fn nrpn(number: u16, value: u16) -> String {
    format!("cc 99 120; cc 98 {number}; cc 38 {}; cc 6 {}", value & 0x7F, value >> 7)
}

/// Messages, each at `frame`.
fn at(frame: usize, messages: &str) -> String {
    messages.split(';').map(|message| format!("{frame} {};", message.trim())).collect()
}

/// The pitch in cents of key 60 after messages, and of a note that they reach while it sounds.
fn check_cents(sheet: &mut Sheet, bank: &Bytes, messages: &str, expected: f64) {
    let before = format!("{} 0 on 60 127", at(0, messages));
    let during = format!("0 on 60 127; {}", at(700, messages));
    for score in [before, during] {
        let got = cents_between(&play(bank, &score, 9_000), 6_000..8_500);
        sheet.near(&score, got, expected, 0.05);
    }
}

#[test]
fn s9_6_nrpn_120_offsets_a_generator_of_new_and_sounding_notes() {
    let mut sheet = Sheet::default();
    let bank = position_bank(Zone::new().set(G::FineTune, 10));
    for (value, cents) in
        [(8192, 0.0), (8192 + 50, 50.0), (8192 - 300, -300.0), (8192 + 999, 999.0)]
    {
        check_cents(&mut sheet, &bank, &nrpn(52, value), cents + 10.0);
    }
    check_cents(&mut sheet, &bank, &nrpn(51, 8192 - 7), 10.0 - 700.0);
    // Offsets of several generators add up; a later one of the same takes the place of the first.
    let both = format!("{}; {}; {}", nrpn(51, 8193), nrpn(52, 8000), nrpn(52, 8217));
    check_cents(&mut sheet, &bank, &both, 10.0 + 100.0 + 25.0);
}

#[test]
fn s9_6_2_numbers_over_100_are_added_up_and_the_coarse_value_enters() {
    let mut sheet = Sheet::default();
    let bank = position_bank(Zone::new());
    for (messages, cents) in [
        // 152 is no generator.
        ("cc 99 120; cc 98 100; cc 98 52; cc 38 0; cc 6 65", 0.0),
        // A number below 100 is whole, the next one begins anew.
        ("cc 99 120; cc 98 51; cc 98 52; cc 38 0; cc 6 65", 128.0),
        ("cc 99 120; cc 98 100; cc 98 51; cc 98 52; cc 38 0; cc 6 65", 128.0),
        ("cc 99 120; cc 98 100; cc 99 120; cc 98 52; cc 38 0; cc 6 65", 128.0),
        ("cc 99 120; cc 98 52; cc 38 77", 0.0),
        ("cc 99 120; cc 98 52; cc 38 77; cc 6 64", 77.0),
        // Substitutions and addresses are fixed when a note begins.
        ("cc 99 120; cc 98 58; cc 38 0; cc 6 65", 0.0),
        ("cc 99 120; cc 98 46; cc 38 0; cc 6 65", 0.0),
    ] {
        check_cents(&mut sheet, &bank, messages, cents);
    }
}

#[test]
fn s9_6_offsets_stay_until_the_channel_is_reset() {
    let mut sheet = Sheet::default();
    let bank = position_bank(Zone::new());
    let tuned = nrpn(52, 8192 + 40);
    for (after, cents) in [
        ("cc 99 127; cc 98 127; cc 38 0; cc 6 66", 40.0),
        ("cc 101 127; cc 100 127; cc 38 0; cc 6 66", 40.0),
        ("cc 121 0", 40.0),
        ("cc 121 0; cc 38 0; cc 6 66", 40.0),
        ("prog 0", 40.0),
        ("sysex 41 10 42 12 40 00 7f 00 41", 0.0),
        ("sysex 7e 7f 09 01", 0.0),
    ] {
        let score = format!("{} {} 10 on 60 127", at(0, &tuned), at(5, after));
        let got = cents_between(&play(&bank, &score, 9_000), 6_000..8_500);
        sheet.near(&score, got, cents, 0.05);
    }
    let other = format!("{} 0 @2 on 60 127", at(0, &tuned));
    sheet.near(
        "another channel",
        cents_between(&play(&bank, &other, 9_000), 6_000..8_500),
        0.0,
        0.05,
    );
}

#[test]
fn s9_6_3_wide_ranges_move_by_two_units_a_step() {
    let mut sheet = Sheet::default();
    let bank = bank(tone(4_000), organ());
    let plain = tone_db(&play(&bank, "0 on 60 127", 9_000).left[4_000..], 4_000.0, 48_000);
    // 13,500 cents less 4,800 are 1,244.5 Hz: 12 dB an octave below 4 kHz, by the filter's own response.
    for score in [
        format!("{} 0 on 60 127", at(0, &nrpn(8, 8192 - 2_400))),
        format!("0 on 60 127; {}", at(700, &nrpn(8, 8192 - 2_400))),
    ] {
        let heard = tone_db(&play(&bank, &score, 9_000).left[4_000..], 4_000.0, 48_000);
        sheet.near(&score, heard - plain, -20.6, 0.3);
    }
}

#[test]
fn s9_6_pan_attenuation_and_release_move_too() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ_of(Zone::new().set(G::SampleModes, 1)));
    let plain = play(&bank, "0 on 60 127", 9_000);
    let panned = play(&bank, &format!("{} 0 on 60 127", at(0, &nrpn(17, 8192 - 250))), 9_000);
    sheet.near("pan", panned.balance_db(8_000), -7.656, 0.01);
    let soft = play(&bank, &format!("{} 0 on 60 127", at(0, &nrpn(48, 8192 + 100))), 9_000);
    sheet.near("attenuation", soft.db(8_000) - plain.db(8_000), -10.0, 0.01);
    // -7200 and 7200 timecents are 1 s for 100 dB.
    let long =
        play(&bank, &format!("{} 0 on 60 127; 1000 off 60", at(0, &nrpn(38, 8192 + 3_600))), 9_000);
    sheet.near("release", long.db(1_000 + 4_800) - long.db(1_000), -10.0, 0.05);
    let late = play(
        &bank,
        &format!("0 on 60 127; {} 1000 off 60", at(500, &nrpn(38, 8192 + 3_600))),
        9_000,
    );
    sheet.near(
        "release of a note that sounds",
        late.db(1_000 + 4_800) - late.db(1_000),
        -10.0,
        0.05,
    );
}

#[test]
fn rpn_5_sets_the_cents_at_the_top_of_the_modulation_wheel() {
    let mut sheet = Sheet::default();
    // The oscillator stands almost still; a quarter of its first period is long over when it is heard.
    let zone = Zone::new().set(G::FreqVibLfo, -6000).set(G::DelayVibLfo, i16::MIN);
    let bank = position_bank(zone);
    let lfo_hz = 8.175_798_9 * (-5.0f64).exp2();
    let height = |frame: f64| 4.0 * lfo_hz * frame / 48_000.0;
    let top = 127.0 / 128.0;
    for (messages, cents) in [
        ("cc 1 127", 50.0),
        ("cc 1 127; cc 101 0; cc 100 5; cc 6 1", 100.0),
        ("cc 1 127; cc 101 0; cc 100 5; cc 6 2; cc 38 64", 250.0),
        ("cc 1 127; cc 101 0; cc 100 5; cc 38 64; cc 6 0", 50.0),
        ("cc 1 127; cc 101 0; cc 100 5; cc 6 0; cc 38 63; cc 96 0", 50.0),
        ("cc 101 0; cc 100 5; cc 6 12", 0.0),
    ] {
        let expected = cents * top * height(7_000.0);
        for score in [
            format!("{} 0 on 60 127", at(0, messages)),
            format!("0 on 60 127; {}", at(700, messages)),
        ] {
            let got = cents_between(&play(&bank, &score, 9_000), 6_000..8_000);
            sheet.near(&score, got, expected, 0.5);
        }
    }
}

#[test]
fn gs_and_xg_name_sound_controllers_by_nrpn_1() {
    let mut sheet = Sheet::default();
    let bank = bank(tone(4_000), organ().set(G::InitialFilterFc, 9_000).set(G::VibLfoToPitch, 30));
    for (fine, controller) in
        [(8, 76), (9, 77), (10, 78), (32, 74), (33, 71), (99, 73), (100, 75), (102, 72)]
    {
        for value in [20, 64, 100] {
            let number =
                format!("0 cc 99 1; 0 cc 98 {fine}; 0 cc 6 {value}; 0 on 60 127; 3000 off 60");
            let plain = format!("0 cc {controller} {value}; 0 on 60 127; 3000 off 60");
            let same = play(&bank, &number, 6_000) == play(&bank, &plain, 6_000);
            sheet.holds(format!("{fine} is controller {controller} at {value}"), same);
        }
    }
}

#[test]
fn gs_drum_parameters_are_by_key_and_only_of_rhythm_parts() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ());
    let power_on = play(&bank, "0 @10 on 38 127", 3_000);
    for (messages, key, db, pan_db) in [
        ("0 @10 cc 99 26; 0 @10 cc 98 38; 0 @10 cc 6 60", 38, loss_db(120.0) - loss_db(60.0), 0.0),
        ("0 @10 cc 99 26; 0 @10 cc 98 38; 0 @10 cc 6 60", 40, 0.0, 0.0),
        ("0 @10 cc 99 26; 0 @10 cc 98 38; 0 @10 cc 6 120", 38, 0.0, 0.0),
        ("0 @10 cc 99 28; 0 @10 cc 98 38; 0 @10 cc 6 64", 38, 0.0, 0.0),
        ("0 @10 cc 99 26; 0 @10 cc 98 38; 0 @10 cc 6 60; 1 sysex 7e 7f 09 01", 38, 0.0, 0.0),
    ] {
        let take = play(&bank, &format!("{messages}; 2 @10 on {key} 127"), 3_000);
        sheet.near(messages, take.db(2_500) - power_on.db(2_500), db, 0.05);
        sheet.near(messages, take.balance_db(2_500), pan_db, 0.02);
    }
    let left = play(&bank, "0 @10 cc 99 28; 0 @10 cc 98 38; 0 @10 cc 6 1; 0 @10 on 38 127", 3_000);
    sheet.near("hard left", f64::from(left.right[2_500]), 0.0, 1e-6);
    let melodic = play(&bank, "0 cc 99 26; 0 cc 98 60; 0 cc 6 10; 0 on 60 127", 3_000);
    sheet.near("a melodic part", melodic.db(2_500) - power_on.db(2_500), 0.0, 0.01);
    let tuned = position_bank(Zone::new());
    for (value, semitones) in [(64, 0.0), (66, 2.0), (52, -12.0)] {
        let score = format!("0 @10 cc 99 24; 0 @10 cc 98 60; 0 @10 cc 6 {value}; 0 @10 on 60 127");
        let got = cents_between(&play(&tuned, &score, 9_000), 6_000..8_500);
        sheet.near(&score, got, 100.0 * semitones, 0.05);
    }
}

#[test]
fn awe32_parameters_take_the_place_of_the_bank_s_generators() {
    let mut sheet = Sheet::default();
    let awe = |number: u16, value: u16| {
        let whole = 8192 + value;
        format!("0 cc 99 127; 0 cc 98 {number}; 0 cc 38 {}; 0 cc 6 {};", whole & 0x7F, whole >> 7)
    };
    let bank_at = |cutoff| bank(tone(2_000), organ().set(G::InitialFilterFc, cutoff));
    let level = |bank: &Bytes, score: &str| {
        tone_db(&play(bank, score, 9_000).left[4_000..], 2_000.0, 48_000)
    };
    // 4500 + 59 * 76 = 8984 cents, whatever the bank says.
    let expected = level(&bank_at(8_984), "0 on 60 127");
    for cutoff in [6_000, 13_500] {
        let score = format!("{} 0 on 60 127", awe(21, 76));
        sheet.near(format!("{cutoff}"), level(&bank_at(cutoff), &score), expected, 0.02);
    }
    // An attack of 100 ms for an instrument that has none, and a release of 1 s.
    let at_once = bank(constant(), organ());
    let take = play(&at_once, &format!("{} 0 on 60 127", awe(11, 100)), 9_000);
    sheet.near("half of the attack", take.db(2_400) - take.db(6_000), -6.02, 0.05);
    let take = play(&at_once, &format!("{} 0 on 60 127; 1000 off 60", awe(15, 250)), 9_000);
    sheet.near("release", take.db(5_800) - take.db(1_000), -10.0, 0.05);
    let tuned = position_bank(Zone::new().set(G::FineTune, 20));
    let got =
        cents_between(&play(&tuned, &format!("{} 0 on 60 127", awe(16, 30)), 9_000), 6_000..8_500);
    sheet.near("pitch", got, 50.0, 0.05);
}
