//! MIDI messages in orders that nobody expects: parameter numbers, pedals, modes and resets, through the port.

use portative::bank::Generator as G;
use portative::bank::write::Zone;

use crate::support::bank::{Bytes, bank, constant, looping, position_bank};

use super::support::{Player, Sheet, cents_between, loss_db, organ, organ_of, play};

/// Messages, each at `frame`.
fn at(frame: usize, messages: &str) -> String {
    let messages = messages.split(';').map(str::trim).filter(|message| !message.is_empty());
    messages.map(|message| format!("{frame} {message};")).collect()
}

/// The pitch of key 60 in cents after messages.
fn cents(messages: &str) -> f64 {
    let score = format!("0 cc 7 127; {} 10 on 60 127", at(0, messages));
    let bank = position_bank(Zone::new().set(G::DelayVibLfo, 5_000));
    cents_between(&play(&bank, &score, 9_000), 6_000..8_500)
}

fn check_cents(table: &[(&str, f64)]) {
    let mut sheet = Sheet::default();
    for (messages, expected) in table {
        sheet.near(messages, cents(messages), *expected, 0.06);
    }
}

/// How many notes sound at some frames, from a bank on which a note is always as loud.
fn check(sheet: &mut Sheet, score: &str, table: &[(usize, f64)]) {
    let zone = organ().set(G::Velocity, 127).set(G::ScaleTuning, 0);
    let bank = bank(constant(), zone);
    let one = f64::from(play(&bank, "0 cc 7 127; 0 on 60 127", 100).left[50]);
    let take = play(&bank, &format!("0 cc 7 127; {score}"), 20_000);
    for &(frame, expected) in table {
        let got = f64::from(take.left[frame]) / one;
        sheet.near(format!("`{score}` at {frame}"), got, expected, 0.01);
    }
}

const RANGE: &str = "cc 101 0; cc 100 0";
const FINE: &str = "cc 101 0; cc 100 1";
const COARSE: &str = "cc 101 0; cc 100 2";
const NULL: &str = "cc 101 127; cc 100 127";
const UP: &str = "bend 16383";
/// The whole range of the wheel, of which its top value lacks a part in 8,192.
const TOP: f64 = 8_191.0 / 8_192.0;

#[test]
fn data_entry_goes_where_the_last_number_points() {
    check_cents(&[
        (&format!("{RANGE}; cc 6 12; {NULL}; cc 6 24; cc 38 50; {UP}"), 1_200.0 * TOP),
        (&format!("{RANGE}; cc 6 12; cc 99 1; cc 98 8; cc 6 24; {UP}"), 1_200.0 * TOP),
        // Half of a number of the other kind is enough to turn the pointer away.
        (&format!("{RANGE}; cc 6 12; cc 99 1; cc 6 24; {UP}"), 1_200.0 * TOP),
        (&format!("cc 99 1; cc 98 32; {RANGE}; cc 6 12; {UP}"), 1_200.0 * TOP),
        (&format!("cc 99 127; cc 98 127; {RANGE}; cc 6 12; {UP}"), 1_200.0 * TOP),
        (&format!("{RANGE}; cc 99 127; cc 98 127; cc 6 12; {UP}"), 200.0 * TOP),
        // One half of the null number is no number that anybody has.
        (&format!("{RANGE}; cc 101 127; cc 6 12; {UP}"), 200.0 * TOP),
        (&format!("{RANGE}; cc 100 127; cc 6 12; {UP}"), 200.0 * TOP),
        // The halves may come in either order, and one of them may stay.
        (&format!("cc 100 0; cc 101 0; cc 6 12; {UP}"), 1_200.0 * TOP),
        (&format!("{RANGE}; cc 6 12; cc 100 2; cc 6 65; {UP}"), 100.0 + 1_200.0 * TOP),
        (&format!("{RANGE}; cc 121 0; cc 6 12; {UP}"), 200.0 * TOP),
        (&format!("{RANGE}; cc 6 12; cc 121 0; {UP}"), 1_200.0 * TOP),
        (&format!("cc 6 12; {RANGE}; {UP}"), 200.0 * TOP),
        (&format!("@2 cc 101 0; @2 cc 100 0; @2 cc 6 12; {UP}"), 200.0 * TOP),
        // A second value without the number again.
        (&format!("{RANGE}; cc 6 12; cc 6 7; {UP}"), 700.0 * TOP),
        // The fine part may come first, so it stays for the next coarse one.
        (&format!("{RANGE}; cc 6 12; cc 38 50; cc 6 7; {UP}"), 750.0 * TOP),
        // Other controllers between the number and its value.
        (&format!("{RANGE}; cc 1 0; prog 0; press 0; cc 6 12; {UP}"), 1_200.0 * TOP),
        (&format!("{FINE}; cc 6 96; cc 38 0"), 50.0),
        (&format!("{FINE}; cc 38 0; cc 6 96"), 50.0),
        (&format!("{FINE}; cc 6 0; cc 38 0"), -100.0),
        (&format!("{FINE}; cc 6 127; cc 38 127"), 100.0 * TOP),
        (&format!("{COARSE}; cc 6 52"), -1_200.0),
        (&format!("{COARSE}; cc 6 76; {FINE}; cc 6 32; cc 38 0"), 1_150.0),
    ]);
}

#[test]
fn increments_step_and_stay_within_their_parameter() {
    check_cents(&[
        (&format!("{RANGE}; cc 96 0; {UP}"), 300.0 * TOP),
        (&format!("{RANGE}; cc 96 127; cc 96 1; {UP}"), 400.0 * TOP),
        (&format!("{RANGE}; cc 97 0; cc 97 0; {UP}"), 0.0),
        (&format!("{RANGE}; cc 97 0; cc 97 0; cc 97 0; {UP}"), 0.0),
        (&format!("{RANGE}; cc 97 0; cc 97 0; cc 97 0; cc 96 0; {UP}"), 100.0 * TOP),
        (&format!("{RANGE}; cc 6 2; cc 38 50; cc 96 0; {UP}"), 350.0 * TOP),
        (&format!("{COARSE}; cc 96 0; cc 96 0"), 200.0),
        (&format!("{COARSE}; cc 97 0"), -100.0),
        (&format!("{COARSE}; cc 6 0; cc 97 0; cc 6 64"), 0.0),
        (&format!("{COARSE}; cc 6 0; cc 97 0; cc 96 0"), -6_300.0),
        (&format!("{FINE}; cc 96 0"), 100.0 / 8_192.0),
        (&format!("{FINE}; cc 97 0"), -100.0 / 8_192.0),
        (&format!("{FINE}; cc 6 95; cc 38 127; cc 96 0"), 50.0),
        (&format!("{FINE}; cc 6 96; cc 38 0; cc 97 0"), 50.0 - 100.0 / 8_192.0),
        (&format!("{FINE}; cc 6 127; cc 38 127; cc 96 0"), 100.0 * TOP),
        (&format!("{FINE}; cc 6 0; cc 38 0; cc 97 0"), -100.0),
        (&format!("{NULL}; cc 96 0; {UP}"), 200.0 * TOP),
        ("cc 96 0; bend 16383", 200.0 * TOP),
    ]);
}

#[test]
fn increments_step_a_parameter_that_is_not_registered_too() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ());
    // Offsets of generators step by their fine part, what has seven bits by its coarse one.
    let tune = |steps: usize, by: u8| {
        let step = format!("cc {by} 0; ").repeat(steps);
        cents(&format!("cc 99 120; cc 98 52; cc 38 0; cc 6 64; {step}"))
    };
    sheet.near("up", tune(30, 96), 30.0, 0.05);
    sheet.near("down", tune(30, 97), -30.0, 0.05);
    let level = |messages: &str| {
        play(&bank, &format!("{} 10 @10 on 38 127", at(0, messages)), 3_000).db(2_500)
    };
    let drum = "@10 cc 99 26; @10 cc 98 38";
    sheet.near(
        "drum level",
        level(&format!("{drum}; @10 cc 6 59; @10 cc 96 0")),
        level(&format!("{drum}; @10 cc 6 60")),
        0.001,
    );
    for (by, to) in [(96, 65), (97, 63)] {
        let bright = organ().set(G::InitialFilterFc, 8_000);
        let bank = crate::support::bank::bank(super::support::tone(4_000), bright);
        let of = |messages: &str| play(&bank, &format!("{} 10 on 60 127", at(0, messages)), 3_000);
        let same = of(&format!("cc 99 1; cc 98 32; cc {by} 0"))
            == of(&format!("cc 99 1; cc 98 32; cc 6 {to}"));
        sheet.holds(format!("brightness by {by}"), same);
    }
}

#[test]
fn m2_104_7_4_8_relative_controllers_move_a_parameter_from_where_it_is() {
    check_cents(&[
        // RPN 0: a semitone is 2 to the 25th.
        (&format!("ump 40400000 02000000; {UP}"), 300.0 * TOP),
        (&format!("ump 40400000 fc000000; {UP}"), 0.0),
        (&format!("ump 40400000 80000000; ump 40400000 02000000; {UP}"), 100.0 * TOP),
        (&format!("ump 40200000 18000000; ump 40400000 fe000000; {UP}"), 1_100.0 * TOP),
        (&format!("{RANGE}; cc 6 7; ump 40400000 02000000; {UP}"), 800.0 * TOP),
        ("ump 40400001 20000000", 25.0),
        ("ump 40400001 7fffffff", 100.0 * TOP),
        // What is less than a step adds up.
        (&"ump 40400001 00020000;".repeat(512), 3.125),
        ("ump 40400002 02000000", 100.0),
        ("ump 40400002 ff000000; ump 40400002 ff000000", -100.0),
        // NRPN 120, 52: the fine tuning of the bank, a cent a step.
        ("ump 40507834 00c80000", 50.0),
        ("ump 40307834 80c80000; ump 40507834 00c80000", 100.0),
        ("ump 40407834 00c80000", 0.0),
        ("ump 41400000 02000000; bend 16383", 200.0 * TOP),
    ]);
}

#[test]
fn a_tuning_program_is_chosen_by_increments_too() {
    // Program 1 has key 60 a semitone up, from a single note change of each program.
    let tune = |program: u8, key: u8| format!("sysex 7f 7f 8 2 {program:x} 1 3c {key:x} 0 0");
    let programs = format!("{}; {}", tune(1, 0x3d), tune(2, 0x3e));
    check_cents(&[
        (&format!("{programs}; cc 101 0; cc 100 3; cc 6 1"), 100.0),
        (&format!("{programs}; cc 101 0; cc 100 3; cc 6 1; cc 96 0"), 200.0),
        (&format!("{programs}; cc 101 0; cc 100 3; cc 6 2; cc 97 0"), 100.0),
        (&format!("{programs}; cc 101 0; cc 100 3; cc 6 0; cc 97 0"), 0.0),
    ]);
}

#[test]
fn pedals_in_any_order_let_go_when_the_last_of_them_does() {
    let mut sheet = Sheet::default();
    let sheet = &mut sheet;
    let held = "0 on 60 100; 100 cc 66 127; 200 cc 64 127; 300 off 60";
    check(
        sheet,
        &format!("{held}; 1000 cc 123 0; 3000 cc 64 0; 6000 cc 66 0"),
        &[(2_900, 1.0), (5_900, 1.0), (9_000, 0.0)],
    );
    check(
        sheet,
        &format!("{held}; 1000 cc 123 0; 3000 cc 66 0; 6000 cc 64 0"),
        &[(2_900, 1.0), (5_900, 1.0), (9_000, 0.0)],
    );
    check(sheet, &format!("{held}; 1000 cc 121 0"), &[(900, 1.0), (4_000, 0.0)]);
    check(sheet, &format!("{held}; 1000 cc 123 0; 1000 cc 121 0"), &[(4_000, 0.0)]);
    check(sheet, &format!("{held}; 1000 cc 121 0; 1000 cc 123 0"), &[(4_000, 0.0)]);
    // Reset all controllers lets the pedals go and leaves keys that are down.
    check(
        sheet,
        "0 on 60 100; 0 on 64 100; 100 cc 64 127; 200 off 60; 1000 cc 121 0; 6000 off 64",
        &[(900, 2.0), (5_000, 1.0), (9_000, 0.0)],
    );
    // A second press of sostenuto without a release catches nothing more.
    check(
        sheet,
        "0 on 60 100; 100 cc 66 127; 200 on 64 100; 300 cc 66 127; 400 off 60; 400 off 64; 6000 cc 66 0",
        &[(5_000, 1.0), (9_000, 0.0)],
    );
    // All sound off leaves the pedal where it is.
    check(
        sheet,
        "0 cc 64 127; 0 on 60 100; 1000 cc 120 0; 2000 on 60 100; 2500 off 60; 6000 cc 64 0",
        &[(1_900, 0.0), (5_000, 1.0), (9_000, 0.0)],
    );
    // A caught key that is struck again has a second note, which is not caught.
    check(
        sheet,
        "0 on 60 100; 100 cc 66 127; 300 off 60; 1000 on 60 100; 2000 off 60; 6000 cc 66 0",
        &[(1_900, 2.0), (5_000, 1.0), (9_000, 0.0)],
    );
    // All notes off twice, and for a channel whose pedal is up.
    check(
        sheet,
        "0 @2 cc 64 127; 0 on 60 100; 0 @2 cc 7 127; 0 @2 on 60 100; 1000 cc 123 0; 1000 @2 cc 123 0; 1001 @2 cc 123 0",
        &[(900, 2.0), (4_000, 1.0)],
    );
}

#[test]
fn pedals_of_thirty_two_bits_are_down_from_their_middle_on() {
    let mut sheet = Sheet::default();
    for (word, held) in [("7fffffff", 0.0), ("80000000", 1.0), ("ffffffff", 1.0)] {
        check(
            &mut sheet,
            &format!("0 ump 40b04000 {word}; 0 on 60 100; 500 off 60"),
            &[(4_000, held)],
        );
    }
}

#[test]
fn a_reset_in_the_middle_of_notes_ends_them_and_their_pedals() {
    let mut sheet = Sheet::default();
    let resets = ["7e 7f 9 1", "7e 7f 9 3", "41 10 42 12 40 0 7f 0 41", "43 10 4c 0 0 7e 0"];
    for reset in resets {
        check(
            &mut sheet,
            &format!(
                "0 cc 64 127; 0 on 60 100; 0 on 64 100; 500 off 60; 2000 sysex {reset};\
                 6000 cc 7 127; 6000 on 60 100; 7000 off 60; 7001 off 64"
            ),
            &[(1_900, 2.0), (4_000, 0.0), (6_900, 1.0), (10_000, 0.0)],
        );
        // A part that was drums, mono, deaf or elsewhere plays as at power-on.
        check(
            &mut sheet,
            &format!(
                "0 cc 126 1; 0 cc 68 127; 0 sysex 41 10 42 12 40 11 02 10 1d; 1000 sysex {reset};\
                 4000 cc 7 127; 4000 on 60 100; 4500 on 64 100"
            ),
            &[(4_400, 1.0), (6_000, 2.0)],
        );
    }
}

#[test]
fn what_is_held_at_once_is_let_go_at_once() {
    let mut sheet = Sheet::default();
    let sheet = &mut sheet;
    // Note on and off at one frame: the order they come in counts.
    check(sheet, "0 on 60 100; 0 off 60", &[(3_000, 0.0)]);
    check(sheet, "0 off 60; 0 on 60 100", &[(3_000, 1.0)]);
    check(sheet, "0 on 60 100; 0 cc 64 127; 0 off 60", &[(3_000, 1.0)]);
    check(sheet, "0 on 60 100; 0 off 60; 0 cc 64 127", &[(3_000, 0.0)]);
    check(sheet, "0 on 60 100; 1000 cc 64 127; 1000 off 60; 1000 cc 64 0", &[(3_000, 0.0)]);
    check(sheet, "0 on 60 100; 1000 cc 66 127; 1000 cc 66 0; 1000 off 60", &[(3_000, 0.0)]);
    check(sheet, "0 on 60 100; 1000 cc 120 0; 1000 on 60 100", &[(3_000, 1.0)]);
    check(sheet, "0 on 60 100; 1000 cc 123 0; 1000 on 60 100", &[(4_000, 1.0)]);
}

#[test]
fn a_coarse_part_takes_its_fine_part_back() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ_of(looping()));
    let level =
        |messages: &str| play(&bank, &format!("{} 10 on 60 127", at(0, messages)), 3_000).db(2_500);
    let plain = level("cc 7 80");
    sheet.near("fine then coarse", level("cc 39 127; cc 7 80"), plain, 0.0001);
    sheet.near("fine of before", level("cc 7 10; cc 39 127; cc 7 80"), plain, 0.0001);
    let finer = level("cc 7 80; cc 39 64");
    sheet.holds("finer", plain < finer && finer < level("cc 7 81"));
    let expression = level("cc 11 100; cc 43 64");
    sheet.holds("expression", level("cc 11 100") < expression && expression < level("cc 11 101"));
}

#[test]
fn mono_legato_and_portamento_control_work_together() {
    let mut sheet = Sheet::default();
    let bank = position_bank(Zone::new().set(G::DelayVolEnv, i16::MIN));
    let listen = |score: &str| play(&bank, &format!("0 cc 7 127; {score}"), 14_000);
    let pitch = |take: &crate::support::stage::Take, frame: usize| {
        cents_between(take, frame - 128..frame + 128)
    };
    // 2,472 frames for each key with controller 5 at 64.
    let take =
        listen("0 cc 126 1; 0 cc 68 127; 0 cc 5 64; 0 on 60 127; 3000 cc 84 62; 3000 on 64 127");
    sheet.near("from the key it names", pitch(&take, 3_000 + 2_472), 300.0, 3.0);
    sheet.near("the wave goes on", take.position(3_100), 3_100.0, 30.0);
    let take = listen(
        "0 cc 126 1; 0 cc 65 127; 0 cc 5 64; 0 on 60 127; 3000 cc 84 62; 3000 on 63 127; 9000 on 64 127",
    );
    sheet.near("once", pitch(&take, 3_000 + 1_236), 250.0, 2.0);
    sheet.near("then from the last key", pitch(&take, 9_000 + 1_236), 350.0, 2.0);
    // Going back to a key that is still down glides too.
    let take = listen(
        "0 cc 126 1; 0 cc 65 127; 0 cc 68 127; 0 cc 5 64; 0 on 60 127; 1000 on 61 127; 6000 off 61",
    );
    sheet.near("back", pitch(&take, 6_000 + 1_236), 50.0, 2.0);
    // The one-shot source is for the next note, whenever it comes, and for its own channel.
    let take = listen("0 cc 5 64; 0 @2 cc 84 50; 3000 on 60 127");
    sheet.near("another channel's", pitch(&take, 3_400), 0.0, 0.1);
}

#[test]
fn a_note_counts_for_the_channel_state_at_its_own_frame() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ_of(looping()));
    let level = |score: &str| play(&bank, score, 3_000).db(2_500);
    let full = level("0 cc 7 127; 0 on 60 127");
    sheet.near("after", level("0 cc 7 127; 0 on 60 127; 0 cc 7 64"), full - loss_db(64.0), 0.01);
    sheet.near("before", level("0 cc 7 127; 0 cc 7 64; 0 on 60 127"), full - loss_db(64.0), 0.01);
}

#[test]
fn system_exclusive_that_is_wrong_is_counted_and_changes_nothing() {
    let mut sheet = Sheet::default();
    let bank = bank(constant(), organ_of(looping()));
    let volume = "7f 7f 4 1 0";
    let plain = play(&bank, "0 on 60 100", 3_000);
    for (what, message) in [
        ("a wrong checksum", "41 10 42 12 40 00 04 40 7d".to_owned()),
        ("another device", "41 11 42 12 40 00 04 40 7c".to_owned()),
        ("another model", "41 10 16 12 40 00 04 40 7c".to_owned()),
        ("a request", "41 10 42 11 40 00 04 40 7c".to_owned()),
        ("no data", "41 10 42 12 40 00 04 3c".to_owned()),
        ("cut in the address", "41 10 42 12 40".to_owned()),
        ("cut", volume.to_owned()),
        ("cut short", "7f 7f 4".to_owned()),
        ("of nobody", "7f".to_owned()),
        ("another XG device", "43 11 4c 0 0 4 40".to_owned()),
        ("an XG request", "43 30 4c 0 0 4".to_owned()),
        ("XG without data", "43 10 4c 0 0 4".to_owned()),
        ("too long", format!("41 10 42 12 40 00 04 {}", "40 ".repeat(5_000).trim_end())),
        ("an unknown address", "41 10 42 12 50 00 04 40 6c".to_owned()),
    ] {
        let (take, stats) =
            Player::default().play(&bank, &format!("0 sysex {message}; 0 on 60 100"), 3_000);
        sheet.holds(format!("{what}: sounds as before"), take.bits() == plain.bits());
        sheet.near(format!("{what}: counted"), stats.ignored_sysex as f64, 1.0, 0.0);
    }
}

fn level_bank() -> Bytes {
    bank(constant(), organ_of(looping()))
}

#[test]
fn a_message_of_several_parameters_goes_on_to_the_next_addresses() {
    let mut sheet = Sheet::default();
    let level = |messages: &str| {
        let take = play(&level_bank(), &format!("{} 10 on 60 100", at(0, messages)), 3_000);
        (take.db(2_500), take.balance_db(2_500))
    };
    // Part level, velocity depth, velocity offset and pan in one message.
    let one = level("sysex 41 10 42 12 40 11 19 64 40 40 20 12");
    let each = level("cc 7 100; cc 10 32");
    sheet.near("level", one.0, each.0, 0.001);
    sheet.near("pan", one.1, each.1, 0.001);
    let one = level("sysex 43 10 4c 8 0 b 64 40 40 20");
    sheet.near("XG level", one.0, each.0, 0.001);
    sheet.near("XG pan", one.1, each.1, 0.001);
}
