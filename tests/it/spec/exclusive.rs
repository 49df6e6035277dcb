//! System exclusive messages of General MIDI, GS and XG: what is heard of them.

use portative::bank::Generator as G;
use portative::bank::write::{Instrument, Preset, SoundFont, Zone};
use portative::engine::Effects;
use portative::engine::native::Interpolation;

use crate::support::bank::{Bytes, RATE, bank, constant, looping, position_bank};
use crate::support::stage::{Stage, Take};

use super::support::{Player, Sheet, cents_between, loss_db, organ_of, play, tone, tone_db};

/// A data set for GS, with its checksum, as a score writes it.
pub(super) fn gs(body: &str) -> String {
    let bytes = body.split(' ').map(|byte| u32::from_str_radix(byte, 16).unwrap());
    let sum = (128 - bytes.sum::<u32>() % 128) % 128;
    format!("sysex 41 10 42 12 {body} {sum:x}")
}

/// A parameter change for XG.
pub(super) fn xg(body: &str) -> String {
    format!("sysex 43 10 4c {body}")
}

/// The pitch of key 60 in cents: with the messages before it, and when they come while it sounds.
fn cents_of(messages: &[&str], key: u8) -> [f64; 2] {
    // Without the vibrato that pressure and modulation have of themselves.
    let bank = position_bank(Zone::new().set(G::DelayVibLfo, 5_000));
    ["before", "while it sounds"].map(|when| {
        let frame = if when == "before" { 0 } else { 700 };
        let list: String = messages.iter().map(|m| format!("{frame} {m};")).collect();
        let note = format!("0 on {key} 127;");
        let score = if frame == 0 { format!("{list}{note}") } else { format!("{note}{list}") };
        cents_between(&play(&bank, &format!("0 cc 7 127; {score}"), 9_000), 6_000..8_500)
    })
}

#[track_caller]
fn check_cents(sheet: &mut Sheet, messages: &[&str], expected: f64) {
    for cents in cents_of(messages, 60) {
        sheet.near(messages.join(", "), cents, expected, 0.05);
    }
}

/// A steady level on both sides.
fn level_bank() -> Bytes {
    bank(constant(), organ_of(looping()))
}

/// How many decibels the messages change a note that sounds, and a new one, against no messages.
fn level_change(messages: &[&str]) -> [f64; 2] {
    let bank = level_bank();
    let reference = play(&bank, "0 on 60 100", 12_000).db(11_000);
    [0, 700].map(|frame| {
        let list: String = messages.iter().map(|m| format!("{frame} {m};")).collect();
        let score =
            if frame == 0 { format!("{list} 0 on 60 100") } else { format!("0 on 60 100; {list}") };
        play(&bank, &score, 12_000).db(11_000) - reference
    })
}

#[track_caller]
fn check_level(sheet: &mut Sheet, messages: &[&str], expected: f64) {
    for change in level_change(messages) {
        sheet.near(messages.join(", "), change, expected, 0.02);
    }
}

#[test]
fn master_volume_is_forty_log_of_its_value_for_each_maker() {
    let mut sheet = Sheet::default();
    check_level(&mut sheet, &["sysex 7f 7f 4 1 0 40"], -12.04);
    check_level(&mut sheet, &[&gs("40 00 04 64")], -loss_db(100.0));
    check_level(&mut sheet, &[&xg("0 0 4 64")], -loss_db(100.0));
    check_level(&mut sheet, &[&gs("40 00 04 0"), "sysex 7f 7f 4 1 7f 7f"], 0.0);
}

#[test]
fn master_balance_and_pan_soften_the_side_they_turn_away_from() {
    let mut sheet = Sheet::default();
    for (message, left, right) in [
        ("sysex 7f 7f 4 2 0 20".to_owned(), 1.0, 0.5),
        ("sysex 7f 7f 4 2 0 60".to_owned(), 0.5, 1.0),
        (gs("40 00 06 60"), 0.5, 1.0),
        (gs("40 00 06 40"), 1.0, 1.0),
    ] {
        let bank = level_bank();
        let [before, after] = ["", &message].map(|m| {
            let score = if m.is_empty() { String::new() } else { format!("0 {m};") };
            let take = play(&bank, &format!("{score} 0 on 60 100"), 4_000);
            [take.left[3_000], take.right[3_000]].map(f64::from)
        });
        sheet.near(format!("{message} left"), after[0] / before[0], left, 0.001);
        sheet.near(format!("{message} right"), after[1] / before[1], right, 0.001);
    }
}

#[test]
fn master_tunings_move_every_channel() {
    let mut sheet = Sheet::default();
    check_cents(&mut sheet, &["sysex 7f 7f 4 3 0 60"], 50.0);
    check_cents(&mut sheet, &["sysex 7f 7f 4 4 0 3f"], -100.0);
    check_cents(&mut sheet, &["sysex 7f 7f 4 4 0 4c", "sysex 7f 7f 4 3 0 20"], 1150.0);
    check_cents(&mut sheet, &[&gs("40 00 00 0 4 6 4")], 10.0);
    check_cents(&mut sheet, &[&xg("0 0 0 0 3 9 c")], -10.0);
}

#[test]
fn coarse_tuning_leaves_drums_alone_and_fine_tuning_does_not() {
    let mut sheet = Sheet::default();
    let bank = position_bank(Zone::new());
    for (message, expected) in [("sysex 7f 7f 4 4 0 41", 0.0), ("sysex 7f 7f 4 3 0 60", 50.0)] {
        let score = format!("0 @10 cc 7 127; 0 {message}; 0 @10 on 60 127");
        let cents = cents_between(&play(&bank, &score, 9_000), 6_000..8_500);
        sheet.near(message, cents, expected, 0.05);
    }
}

#[test]
fn part_tunings_of_gs_and_xg_are_semitones_cents_and_hertz() {
    let mut sheet = Sheet::default();
    // 10 Hz above key 60.
    let hertz = 1200.0 * (1.0 + 10.0 / 261.625_565_f64).log2();
    check_cents(&mut sheet, &[&gs("40 11 2a 60 0")], 50.0);
    check_cents(&mut sheet, &[&gs("40 11 17 e 4")], hertz);
    check_cents(&mut sheet, &[&xg("8 0 9 e 4")], hertz);
    check_cents(&mut sheet, &[&gs("40 11 40 4a")], 10.0);
    check_cents(&mut sheet, &[&gs("40 11 41 4a")], 0.0);
    check_cents(&mut sheet, &[&xg("8 0 41 0")], -64.0);
    check_cents(&mut sheet, &[&gs("40 12 40 4a")], 0.0);
}

#[test]
fn a_key_shift_plays_other_keys_of_the_bank() {
    let mut sheet = Sheet::default();
    for message in [gs("40 11 16 4c"), xg("8 0 8 4c"), gs("40 00 05 4c"), xg("0 0 6 4c")] {
        let [before, later] = cents_of(&[&message], 60);
        sheet.near(&message, before, 1200.0, 0.05);
        sheet.near(format!("{message} later"), later, 0.0, 0.05);
    }
    // The note ends with the key that was struck.
    let score = format!("0 {}; 0 on 60 100; 2000 off 60", gs("40 11 16 4c"));
    let (_, stats) = Player::default().play(&level_bank(), &score, 8_000);
    sheet.holds("the note is over", stats.voices == Some(0));
}

#[test]
fn bend_ranges_of_gs_and_xg_are_those_of_the_registered_parameter() {
    let mut sheet = Sheet::default();
    check_cents(&mut sheet, &[&gs("40 21 10 4c"), "bend 12288"], 600.0);
    check_cents(&mut sheet, &[&xg("8 0 23 47"), "bend 4096"], -350.0);
}

#[test]
fn levels_pan_and_sends_of_parts_are_their_controllers() {
    let mut sheet = Sheet::default();
    check_level(&mut sheet, &[&gs("40 11 19 7f")], loss_db(100.0));
    check_level(&mut sheet, &[&xg("8 0 b 40")], loss_db(100.0) - loss_db(64.0));
    let bank = level_bank();
    for message in [gs("40 11 1c 60"), xg("8 0 e 60")] {
        let by_message = play(&bank, &format!("0 {message}; 0 on 60 100"), 2_000);
        let by_controller = play(&bank, "0 cc 10 96; 0 on 60 100", 2_000);
        sheet.holds(&message, by_message.bits() == by_controller.bits());
    }
}

#[test]
fn velocities_are_sensed_and_keys_limited() {
    let mut sheet = Sheet::default();
    let bank = level_bank();
    let reference = play(&bank, "0 on 60 100", 2_000).db(1_500);
    for (message, velocity) in
        [(gs("40 11 1a 20"), 50.0), (xg("8 0 d 36"), 80.0), (gs("40 11 1b 48"), 116.0)]
    {
        let level = play(&bank, &format!("0 {message}; 0 on 60 100"), 2_000).db(1_500);
        sheet.near(&message, level - reference, loss_db(100.0) - loss_db(velocity), 0.02);
    }
    for (message, key, heard) in [
        (gs("40 11 1d 3d"), 60, false),
        (gs("40 11 1d 3c"), 60, true),
        (xg("8 0 10 3b"), 60, false),
        (xg("8 0 f 3c 40"), 64, true),
    ] {
        let take = play(&bank, &format!("0 {message}; 0 on {key} 100"), 2_000);
        sheet.holds(&message, (take.peak(0..2_000) > 0.0) == heard);
    }
}

/// Bank 0 on the left, the drum kit on the right, program 5 of bank 8 twice as loud as the others.
fn kit_bank() -> Bytes {
    let instrument = |pan| Instrument {
        name: "instrument".into(),
        zones: vec![organ_of(looping()).set(G::Pan, pan).sample(0)],
    };
    let preset = |bank, program, instrument| {
        Preset::new("preset", bank, program).zone(Zone::new().instrument(instrument))
    };
    let font = SoundFont {
        presets: vec![preset(0, 0, 0), preset(8, 5, 1), preset(128, 0, 1)],
        instruments: vec![instrument(-500), instrument(500)],
        samples: vec![constant()],
        ..SoundFont::default()
    };
    std::sync::Arc::new(font.to_bytes().unwrap())
}

fn plays_right(take: &Take) -> bool {
    take.right[1_000].abs() > 100.0 * take.left[1_000].abs()
}

#[test]
fn a_part_becomes_drums_and_back() {
    let mut sheet = Sheet::default();
    for (messages, drums) in [
        (vec![], false),
        (vec![gs("40 11 15 1")], true),
        (vec![gs("40 11 15 2")], true),
        (vec![gs("40 11 15 1"), gs("40 11 15 0")], false),
        (vec![xg("8 0 7 1")], true),
    ] {
        let list: String = messages.iter().map(|m| format!("0 {m};")).collect();
        let take = play(&kit_bank(), &format!("{list} 0 on 60 100"), 2_000);
        sheet.holds(format!("{messages:?}"), plays_right(&take) == drums);
    }
    let take = play(&kit_bank(), &format!("0 {}; 0 @10 on 60 100", gs("40 10 15 0")), 2_000);
    sheet.holds("part 10 is melodic", !plays_right(&take));
}

#[test]
fn a_tone_number_is_bank_and_program() {
    let take = play(&kit_bank(), &format!("0 {}; 0 on 60 100", gs("40 11 0 8 5")), 2_000);
    assert!(plays_right(&take));
}

#[test]
fn parts_listen_to_the_channel_they_are_told() {
    let mut sheet = Sheet::default();
    let bank = level_bank();
    let one = play(&bank, "0 on 60 100", 2_000).left[1_000];
    for (message, parts) in [
        (gs("40 12 2 0"), 2.0),
        (xg("8 1 4 0"), 2.0),
        (gs("40 11 2 10"), 0.0),
        (xg("8 0 4 7f"), 0.0),
        (gs("40 11 2 0"), 1.0),
    ] {
        let take = play(&bank, &format!("0 {message}; 0 on 60 100"), 2_000);
        sheet.near(&message, f64::from(take.left[1_000] / one), parts, 0.001);
    }
}

#[test]
fn controllers_lead_where_messages_say() {
    let mut sheet = Sheet::default();
    // Pitch: a step is a semitone, for a controller at its top.
    check_cents(&mut sheet, &["sysex 7f 7f 9 1 0 0 42", "press 127"], 200.0);
    check_cents(&mut sheet, &["sysex 7f 7f 9 2 0 0 3f", "poly 60 127"], -100.0);
    check_cents(&mut sheet, &["sysex 7f 7f 9 3 0 10 0 4c", "cc 16 127"], 1200.0);
    check_cents(&mut sheet, &["sysex 7f 7f 9 3 0 1 0 41 3 0", "cc 1 127"], 100.0);
    check_cents(&mut sheet, &[&gs("40 21 20 42"), "press 127"], 200.0);
    check_cents(&mut sheet, &[&gs("40 11 1f 14"), &gs("40 21 40 42"), "cc 20 127"], 200.0);
    check_cents(&mut sheet, &[&xg("8 0 4d 42"), "press 127"], 200.0);
    check_cents(&mut sheet, &["sysex 7f 7f 9 1 0 0 42", "sysex 7f 7f 9 1 0", "press 127"], 0.0);
    // Amplitude: half of it away, half of it more.
    check_level(&mut sheet, &["sysex 7f 7f 9 1 0 2 20", "press 127"], -6.02);
    check_level(&mut sheet, &["sysex 7f 7f 9 1 0 2 60", "press 127"], 3.52);
    check_level(&mut sheet, &[&gs("40 21 22 0"), "press 127", "press 0"], 0.0);
}

#[test]
fn a_controller_s_way_to_the_cutoff_is_9600_cents_long() {
    let mut sheet = Sheet::default();
    let zone = organ_of(looping()).set(G::InitialFilterFc, 6_900);
    let bank = bank(tone(1_000), zone);
    let level = |score: &str| {
        let take = play(&bank, &format!("{score} 0 on 60 127"), 24_000);
        tone_db(&take.left[8_000..], 1_000.0, RATE)
    };
    // 440 Hz, moved by 9600 * 16 / 64 cents to 1760 Hz and by -2400 to 110 Hz.
    let open = |hz: f64| {
        let ratio: f64 = 1_000.0 / hz;
        -10.0 * (1.0 + ratio.powi(4)).log10()
    };
    for (value, hz) in [("40", 440.0), ("50", 1_760.0), ("30", 110.0)] {
        let moved = level(&format!("0 sysex 7f 7f 9 1 0 1 {value}; 0 press 127;"));
        let change = moved - level("0 sysex 7f 7f 9 1 0 1 40; 0 press 127;");
        sheet.near(format!("cutoff {value}"), change, open(hz) - open(440.0), 0.15);
    }
}

#[test]
fn a_reset_of_any_maker_takes_everything_back() {
    let mut sheet = Sheet::default();
    let bank = level_bank();
    let fresh = play(&bank, "8192 on 60 100", 12_000);
    let set = [
        gs("40 00 04 20"),
        gs("40 00 06 20"),
        gs("40 00 00 0 4 6 4"),
        gs("40 11 16 4c"),
        gs("40 11 1a 20"),
        gs("40 11 1d 50"),
        gs("40 11 40 4a"),
        gs("40 11 2 5"),
        gs("40 21 22 0"),
        "press 100".to_owned(),
    ];
    let list: String = set.iter().map(|m| format!("0 {m};")).collect();
    for reset in [
        "sysex 7e 7f 9 1".to_owned(),
        "sysex 7e 7f 9 2".to_owned(),
        "sysex 7e 7f 9 3".to_owned(),
        gs("40 00 7f 0"),
        gs("00 00 7f 1"),
        xg("0 0 7e 0"),
        xg("0 0 7f 0"),
    ] {
        let take = play(&bank, &format!("{list} 4096 {reset}; 8192 on 60 100"), 12_000);
        sheet.holds(&reset, take.bits() == fresh.bits());
    }
}

#[test]
fn what_nobody_acts_on_is_counted() {
    let mut sheet = Sheet::default();
    for (score, ignored) in [
        ("0 sysex 41 10 42 12 40 0 7f 0 40", 1),
        ("0 sysex 7e 5 9 1; 0 sysex 7d 1 2 3; 0 sysex", 3),
        ("0 sysex 41 10 45 12 10 0 0 41 2f", 1),
        ("0 sysex 7e 7f 9 1; 0 sysex 7f 7f 4 1 0 40", 0),
    ] {
        let (_, stats) = Player::default().play(&level_bank(), score, 1_000);
        sheet.near(score, stats.ignored_sysex as f64, f64::from(ignored), 0.0);
    }
}

/// What comes back of a short note, in tenths of a second, in decibels: reverb or chorus alone.
fn returns(effects: Effects, messages: &[&str]) -> Vec<f64> {
    let bank = bank(constant(), organ_of(looping()));
    let list: String = messages.iter().map(|m| format!("0 {m};")).collect();
    let sends = "0 cc 91 127; 0 cc 93 127;";
    let score = format!("{list} {sends} 4800 on 60 127; 9600 off 60");
    let rate = (RATE, 64);
    let mut stage = Stage::with_effects(&bank, rate, Interpolation::Cubic, effects);
    let take = stage.play(&score, 2 * RATE as usize);
    take.left
        .chunks(4_800)
        .zip(take.right.chunks(4_800))
        .map(|(left, right)| {
            let energy: f32 = left.iter().chain(right).map(|point| point * point).sum();
            10.0 * f64::from(energy + 1e-20).log10()
        })
        .collect()
}

const REVERB: Effects = Effects { reverb: true, ..Effects::NONE };
const CHORUS: Effects = Effects { chorus: true, ..Effects::NONE };

#[test]
fn reverb_levels_and_types_of_each_standard_are_heard() {
    let mut sheet = Sheet::default();
    let plain = returns(REVERB, &[]);
    let tail = |messages: &[&str]| returns(REVERB, messages)[5] - plain[5];
    sheet.near("GS level 127", tail(&[&gs("40 01 33 7f")]), 5.95, 0.05);
    sheet.near("XG return 32", tail(&[&xg("2 1 c 20")]), -6.02, 0.05);
    sheet.holds("XG no reverb", tail(&[&xg("2 1 0 0 0")]) < -100.0);
    sheet.near("GS hall 2", tail(&[&gs("40 01 30 4")]), 0.0, 0.001);
    sheet.near("GM2 hall 2", tail(&["sysex 7f 7f 4 5 1 1 1 1 1 0 4"]), 0.0, 0.001);
    sheet.near("a reset", tail(&[&gs("40 01 33 7f"), &gs("40 00 7f 0")]), 0.0, 0.001);
}

#[test]
fn reverb_times_are_times_to_60_db() {
    let mut sheet = Sheet::default();
    // Low notes and silence: 12 dB in 0.2 s are 1 s to 60 dB.
    for (message, seconds) in [
        ("sysex 7f 7f 4 5 1 1 1 1 1 1 28".to_owned(), 1.0),
        (xg("2 1 2 7"), 1.0),
        (xg("2 1 2 2"), 0.5),
        (gs("40 01 30 0"), 1.1),
    ] {
        let levels = returns(REVERB, &[&message]);
        let (first, last) = (levels[4], levels[9]);
        sheet.near(&message, 60.0 * 0.5 / (first - last), seconds, 0.35 * seconds);
    }
    let long = returns(REVERB, &[&gs("40 01 34 7f")]);
    let short = returns(REVERB, &[&gs("40 01 34 10")]);
    sheet.holds("longer is longer", long[15] > short[15] + 30.0);
}

#[test]
fn chorus_levels_types_and_sends_to_the_reverb_are_heard() {
    let mut sheet = Sheet::default();
    let after = |effects, messages: &[&str]| returns(effects, messages);
    // The dry note is over after a tenth of a second; an echo with feedback is not.
    let plain = after(CHORUS, &[])[3];
    for message in [gs("40 01 38 7"), "sysex 7f 7f 4 5 1 1 1 1 2 0 5".to_owned(), xg("2 1 20 43 0")]
    {
        sheet.holds(&message, after(CHORUS, &[&message])[2] > plain + 20.0);
    }
    let echo = gs("40 01 38 7");
    let loud = after(CHORUS, &[&echo, &gs("40 01 3a 7f")])[2] - after(CHORUS, &[&echo])[2];
    sheet.near("GS chorus level", loud, 5.95, 0.1);
    // Nothing but the chorus feeds the reverb.
    let only_chorus = |message: &str| {
        let list = [message, "cc 91 0", "@2 cc 91 0"];
        let bank = bank(constant(), organ_of(looping()));
        let list: String = list.iter().map(|m| format!("0 {m};")).collect();
        let score = format!("{list} 0 cc 93 127; 4800 on 60 127; 9600 off 60");
        let all = Effects::ALL;
        let mut stage = Stage::with_effects(&bank, (RATE, 64), Interpolation::Cubic, all);
        stage.play(&score, RATE as usize).rms_db(24_000..28_000)
    };
    for message in [gs("40 01 3f 7f"), "sysex 7f 7f 4 5 1 1 1 1 2 4 7f".to_owned(), xg("2 1 2e 7f")]
    {
        let quiet = only_chorus(&gs("40 01 3f 0"));
        sheet.holds(&message, only_chorus(&message) > quiet.max(-150.0) + 30.0);
    }
}

#[test]
fn drums_are_tuned_levelled_and_placed_by_each_maker() {
    let mut sheet = Sheet::default();
    let bank = position_bank(Zone::new());
    for (message, cents) in [
        (gs("41 01 3c 42"), 200.0),
        (gs("41 11 3c 42"), 0.0),
        (gs("41 01 3d 42"), 0.0),
        (xg("30 3c 0 41"), 100.0),
        (xg("30 3c 1 4a"), 10.0),
        ("sysex 7f 7f a 1 9 3c 78 4a".to_owned(), 10.0),
        ("sysex 7f 7f a 1 9 3c 79 41".to_owned(), 100.0),
        (format!("{}; 0 {}", gs("40 10 15 2"), gs("41 11 3c 42")), 200.0),
    ] {
        let score = format!("0 @10 cc 7 127; 0 {message}; 0 @10 on 60 127");
        let got = cents_between(&play(&bank, &score, 9_000), 6_000..8_500);
        sheet.near(&message, got, cents, 0.05);
    }
    let level = |message: &str| {
        play(&level_bank(), &format!("0 {message}; 0 @10 on 60 100"), 2_000).db(1_500)
    };
    let own = level("sysex 7f 7f a 1 9 3c 7 40");
    for (message, change) in [
        (gs("41 02 3c 78"), 0.0),
        (gs("41 02 3c 3c"), -12.04),
        (xg("30 3c 2 3c"), -12.04),
        ("sysex 7f 7f a 1 9 3c 7 10".to_owned(), -12.04),
    ] {
        sheet.near(&message, level(&message) - own, change, 0.1);
    }
}
