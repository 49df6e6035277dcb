//! The MIDI Tuning Standard: programs of all keys, single keys, octaves; what moves sounding notes and what does not.

use portative::bank::write::Zone;

use crate::support::bank::position_bank;

use super::support::{Player, Sheet, cents_between, play};

/// A non-real-time dump with its checksum.
fn dump(head: &str, data: &str) -> String {
    let text = format!("7e 7f 8 {head} {} {data}", "20 ".repeat(16).trim_end());
    let bytes = text.split(' ').map(|byte| u32::from_str_radix(byte, 16).unwrap());
    format!("sysex {text} {:x}", bytes.fold(0, |sum, byte| sum ^ byte) & 0x7F)
}

/// All keys where equal temperament has them but for key 60, whose frequency is given.
fn keys(sixty: &str) -> String {
    let key = |key: u8| if key == 60 { sixty.to_owned() } else { format!("{key:x} 0 0") };
    (0..128).map(key).collect::<Vec<_>>().join(" ")
}

/// Pitches of a key in cents from its own: messages before the note, and while it sounds.
fn cents_of(messages: &[String], channel: u8, key: u8) -> [f64; 2] {
    let bank = position_bank(Zone::new());
    let note = format!("0 @{channel} cc 7 127; 0 @{channel} on {key} 127;");
    let list = |frame: u32| messages.iter().map(|m| format!("{frame} {m};")).collect::<String>();
    [format!("{}{note}", list(0)), format!("{note}{}", list(700))].map(|score| {
        let own = 100.0 * (f64::from(key) - 60.0);
        cents_between(&play(&bank, &score, 9_000), 6_000..8_500) - own
    })
}

#[track_caller]
fn check(sheet: &mut Sheet, messages: &[String], expected: [f64; 2]) {
    let got = cents_of(messages, 1, 60);
    for (when, got, expected) in
        [("before", got[0], expected[0]), ("while it sounds", got[1], expected[1])]
    {
        sheet.near(format!("{messages:?} {when}"), got, expected, 0.02);
    }
}

#[test]
fn mts_single_keys_in_real_time_move_sounding_notes_to_a_16384th_of_a_semitone() {
    let mut sheet = Sheet::default();
    let change = |frequency: &str| vec![format!("sysex 7f 7f 8 2 0 1 3c {frequency}")];
    for (frequency, cents) in
        [("3d 0 0", 100.0), ("3b 40 0", -50.0), ("3c 0 7", 0.0427), ("48 20 0", 1225.0)]
    {
        check(&mut sheet, &change(frequency), [cents; 2]);
    }
    check(&mut sheet, &change("7f 7f 7f"), [0.0; 2]);
    let two = "sysex 7f 7f 8 2 0 2 3c 3c 40 0 3e 3e 20 0".to_owned();
    check(&mut sheet, std::slice::from_ref(&two), [50.0; 2]);
    sheet.near("the second key", cents_of(&[two], 1, 62)[0], 25.0, 0.02);
}

#[test]
fn mts_single_keys_not_in_real_time_tune_new_notes_only() {
    let mut sheet = Sheet::default();
    check(&mut sheet, &["sysex 7e 7f 8 7 0 0 1 3c 3c 40 0".to_owned()], [50.0, 0.0]);
    check(&mut sheet, &["sysex 7f 7f 8 7 0 0 1 3c 3c 40 0".to_owned()], [50.0, 50.0]);
}

#[test]
fn mts_dumps_tune_new_notes_and_need_their_checksum() {
    let mut sheet = Sheet::default();
    check(&mut sheet, &[dump("1 0", &keys("3c 40 0"))], [50.0, 0.0]);
    check(&mut sheet, &[dump("4 0 0", &keys("3b 40 0"))], [-50.0, 0.0]);
    let octave = |c: &str, rest: &str| format!("{c} {}", [rest; 11].join(" "));
    check(&mut sheet, &[dump("5 0 0", &octave("4a", "40"))], [10.0, 0.0]);
    check(&mut sheet, &[dump("6 0 0", &octave("60 0", "40 0"))], [50.0, 0.0]);
    let good = dump("1 0", &keys("3c 40 0"));
    let (start, sum) = good.rsplit_once(' ').unwrap();
    let damaged = format!("{start} {:x}", u8::from_str_radix(sum, 16).unwrap() ^ 1);
    check(&mut sheet, &[damaged], [0.0, 0.0]);
}

#[test]
fn rpn_3_and_4_select_a_program_and_its_bank() {
    let mut sheet = Sheet::default();
    let tuned = dump("4 2 5", &keys("3c 40 0"));
    check(&mut sheet, std::slice::from_ref(&tuned), [0.0; 2]);
    check(&mut sheet, &[tuned.clone(), "rpn 3 5".into()], [0.0; 2]);
    check(&mut sheet, &[tuned.clone(), "rpn 3 5".into(), "rpn 4 2".into()], [50.0, 0.0]);
    check(&mut sheet, &["rpn 3 5".into(), "rpn 4 2".into(), tuned.clone()], [50.0, 0.0]);
    let back = [tuned, "rpn 3 5".into(), "rpn 4 2".into(), "rpn 3 0".into(), "rpn 4 0".into()];
    check(&mut sheet, &back, [0.0; 2]);
    // Another channel plays another program.
    let other = [dump("1 5", &keys("3c 40 0")), "@2 rpn 3 5".to_owned()];
    sheet.near("channel 1", cents_of(&other, 1, 60)[0], 0.0, 0.02);
    sheet.near("channel 2", cents_of(&other, 2, 60)[0], 50.0, 0.02);
}

#[test]
fn octaves_of_one_and_two_bytes_reach_the_channels_they_name() {
    let mut sheet = Sheet::default();
    let one = |kind: &str, channels: &str| {
        vec![format!("sysex {kind} 7f 8 8 {channels} 4a {}", ["36"; 11].join(" "))]
    };
    check(&mut sheet, &one("7f", "3 7f 7f"), [10.0, 10.0]);
    check(&mut sheet, &one("7e", "0 0 1"), [10.0, 0.0]);
    check(&mut sheet, &one("7f", "3 7f 7e"), [0.0, 0.0]);
    sheet.near("D", cents_of(&one("7f", "0 0 1"), 1, 62)[0], -10.0, 0.02);
    sheet.near("C two octaves up", cents_of(&one("7f", "0 0 1"), 1, 84)[0], 10.0, 0.02);
    sheet.near("channel 8", cents_of(&one("7f", "0 1 0"), 8, 60)[0], 10.0, 0.02);
    sheet.near("channel 16", cents_of(&one("7f", "2 0 0"), 16, 60)[0], 10.0, 0.02);
    let two =
        |kind: &str| vec![format!("sysex {kind} 7f 8 9 0 0 1 60 0 {}", ["40 0"; 11].join(" "))];
    check(&mut sheet, &two("7f"), [50.0, 50.0]);
    check(&mut sheet, &two("7e"), [50.0, 0.0]);
}

#[test]
fn a_program_and_an_octave_add_up_and_a_reset_takes_both_back() {
    let mut sheet = Sheet::default();
    let octave = format!("sysex 7f 7f 8 8 0 0 1 4a {}", ["40"; 11].join(" "));
    let key = "sysex 7f 7f 8 2 0 1 3c 3d 0 0".to_owned();
    check(&mut sheet, &[octave.clone(), key.clone()], [110.0; 2]);
    let bank = position_bank(Zone::new());
    let score = format!("0 {octave}; 0 {key}; 10 sysex 7e 7f 9 1; 600 cc 7 127; 600 on 60 127");
    let take = play(&bank, &score, 9_000);
    sheet.near("after a reset", cents_between(&take, 6_000..8_500), 0.0, 0.02);
}

#[test]
fn requests_for_dumps_are_ignored_and_counted() {
    let bank = position_bank(Zone::new());
    let score = "0 sysex 7e 7f 8 0 0; 0 sysex 7e 7f 8 3 0 0";
    assert_eq!(Player::default().play(&bank, score, 1_000).1.ignored_sysex, 2);
}
