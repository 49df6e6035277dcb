//! MIDI Polyphonic Expression: zones, their masters and members, through the port.

use portative::bank::write::Zone;

use crate::support::bank::{bank, constant, position_bank};

use super::support::{Sheet, cents_between, organ, play};

/// A zone of some members on its master channel.
fn zone(master: u8, members: u8) -> String {
    format!("0 @{master} cc 101 0; 0 @{master} cc 100 6; 0 @{master} cc 6 {members};")
}

/// The pitch of key 60 on a channel after messages.
fn cents(messages: &str, channel: u8) -> f64 {
    let score = format!("{messages} 5 @{channel} cc 7 127; 10 @{channel} on 60 127");
    cents_between(&play(&position_bank(Zone::new()), &score, 9_000), 6_000..8_500)
}

/// Half of the way up.
const HALF: u16 = 12_288;

#[test]
fn mpe_members_bend_by_48_semitones_and_masters_by_2() {
    let mut sheet = Sheet::default();
    let lower = zone(1, 7);
    let upper = zone(16, 3);
    for (what, messages, channel, expected) in [
        ("member", format!("{lower} 1 @2 bend 8277;"), 2, 4_800.0 * 85.0 / 8_192.0),
        ("the last member", format!("{lower} 1 @8 bend 8277;"), 8, 4_800.0 * 85.0 / 8_192.0),
        ("no member", format!("{lower} 1 @9 bend 12288;"), 9, 100.0),
        ("master's own", format!("{lower} 1 bend {HALF};"), 1, 100.0),
        ("through the master", format!("{lower} 1 bend {HALF};"), 5, 100.0),
        ("not beyond", format!("{lower} 1 bend {HALF};"), 9, 0.0),
        (
            "both",
            format!("{lower} 1 bend {HALF}; 1 @3 bend 8277;"),
            3,
            100.0 + 4_800.0 * 85.0 / 8_192.0,
        ),
        ("another member", format!("{lower} 1 @3 bend {HALF};"), 4, 0.0),
        ("upper member", format!("{upper} 1 @15 bend 8277;"), 15, 4_800.0 * 85.0 / 8_192.0),
        ("upper's last", format!("{upper} 1 @13 bend 8277;"), 13, 4_800.0 * 85.0 / 8_192.0),
        ("below upper", format!("{upper} 1 @12 bend {HALF};"), 12, 100.0),
        ("upper's master", format!("{upper} 1 @16 bend {HALF};"), 14, 100.0),
        ("two zones", format!("{lower} {upper} 1 bend {HALF};"), 14, 0.0),
        ("two zones", format!("{lower} {upper} 1 @16 bend {HALF};"), 8, 0.0),
        // The range of one member is that of all of its zone.
        (
            "range",
            format!("{lower} 1 @4 cc 101 0; 1 @4 cc 100 0; 1 @4 cc 6 12; 2 @7 bend {HALF};"),
            7,
            600.0,
        ),
        (
            "relative range",
            format!("{lower} 1 ump 40430000 fa000000; 2 @7 bend {HALF};"),
            7,
            2_250.0,
        ),
        (
            "range of the other zone",
            format!("{lower} {upper} 1 @4 cc 101 0; 1 @4 cc 100 0; 1 @4 cc 6 12; 2 @15 bend 8277;"),
            15,
            4_800.0 * 85.0 / 8_192.0,
        ),
        (
            "range of the master",
            format!("{lower} 1 cc 101 0; 1 cc 100 0; 1 cc 6 12; 2 bend {HALF};"),
            7,
            600.0,
        ),
        (
            "range of the master alone",
            format!("{lower} 1 cc 101 0; 1 cc 100 0; 1 cc 6 12; 2 @7 bend 8277;"),
            7,
            4_800.0 * 85.0 / 8_192.0,
        ),
        ("off", format!("{lower} {} 1 @2 bend {HALF};", zone(1, 0)), 2, 100.0),
        ("off", format!("{lower} {} 1 bend {HALF};", zone(1, 0)), 2, 0.0),
        ("elsewhere", format!("{} 1 @5 bend {HALF};", zone(4, 3)), 5, 100.0),
    ] {
        sheet.near(
            format!("{what}: `{messages}` on {channel}"),
            cents(&messages, channel),
            expected,
            0.1,
        );
    }
}

#[test]
fn mpe_the_zone_set_up_last_takes_what_the_other_had() {
    let mut sheet = Sheet::default();
    let up = |channel: u8| format!("1 @{channel} bend 8277;");
    let member = 4_800.0 * 85.0 / 8_192.0;
    let plain = 200.0 * 85.0 / 8_192.0;
    for (what, zones, channel, expected) in [
        ("lower shrinks", [zone(1, 14), zone(16, 4)].concat(), 12, member),
        ("lower still has", [zone(1, 14), zone(16, 4)].concat(), 11, member),
        ("upper shrinks", [zone(16, 14), zone(1, 4)].concat(), 5, member),
        ("upper still has", [zone(16, 14), zone(1, 4)].concat(), 6, member),
        ("lower of all", zone(1, 15), 16, member),
        ("all to lower", [zone(16, 5), zone(1, 15)].concat(), 16, member),
        ("gone", [zone(1, 15), zone(16, 15)].concat(), 1, member),
        ("off lower", [zone(1, 7), zone(16, 7), zone(1, 0)].concat(), 3, plain),
        ("off lower leaves upper", [zone(1, 7), zone(16, 7), zone(1, 0)].concat(), 10, member),
        ("more than there are", zone(1, 16), 3, plain),
    ] {
        sheet.near(
            format!("{what}: `{zones}` on {channel}"),
            cents(&format!("{zones}{}", up(channel)), channel),
            expected,
            0.1,
        );
    }
    // Whom a channel belongs to is told by whose master moves it.
    for (what, zones, master, channel, expected) in [
        ("12 is upper's", [zone(1, 14), zone(16, 4)].concat(), 16, 12, 100.0),
        ("12 is not lower's", [zone(1, 14), zone(16, 4)].concat(), 1, 12, 0.0),
        ("11 is lower's", [zone(1, 14), zone(16, 4)].concat(), 1, 11, 100.0),
        ("lower's 16", [zone(16, 5), zone(1, 15)].concat(), 1, 16, 100.0),
    ] {
        let messages = format!("{zones} 1 @{master} bend {HALF};");
        sheet.near(what, cents(&messages, channel), expected, 0.1);
    }
}

#[test]
fn mpe_a_master_s_pedals_and_levels_are_those_of_its_zone() {
    let mut sheet = Sheet::default();
    let sheet = &mut sheet;
    let bank = bank(constant(), organ());
    let sounds = |score: &str, frame: usize| {
        play(&bank, &format!("{} {score}", zone(1, 5)), 12_000).peak(frame..frame + 10) > 0.0
    };
    let note = "10 @3 on 60 100; 1000 @3 off 60";
    sheet.holds("sustain of the master", sounds(&format!("5 cc 64 127; {note}"), 6_000));
    sheet.holds("let go", !sounds(&format!("5 cc 64 127; {note}; 6000 cc 64 0"), 9_000));
    sheet.holds("no member", !sounds("5 cc 64 127; 10 @8 on 60 100; 1000 @8 off 60", 6_000));
    sheet.holds("sostenuto of the master", sounds(&format!("{note}; 100 cc 66 127"), 6_000));
    sheet.holds("all sound off", !sounds("10 @3 on 60 100; 1000 cc 120 0", 6_000));
    sheet.holds("all notes off", !sounds("10 @3 on 60 100; 1000 cc 123 0", 6_000));
    let level = |score: &str| {
        play(&bank, &format!("{} {score}; 10 @3 on 60 127", zone(1, 5)), 4_000).db(3_500)
    };
    sheet.near("volume of the master", level("5 cc 7 50"), level("5 @3 cc 7 50"), 0.01);
}

#[test]
fn mpe_a_reset_takes_the_zones_back() {
    let mut sheet = Sheet::default();
    for (reset, kept) in [
        ("sysex 7e 7f 9 1", false),
        ("sysex 41 10 42 12 40 0 7f 0 41", false),
        ("@1 cc 121 0", true),
    ] {
        let messages = format!("{} 1 {reset}; 2 @2 bend 8277;", zone(1, 7));
        let range = if kept { 4_800.0 } else { 200.0 };
        sheet.near(reset, cents(&messages, 2), range * 85.0 / 8_192.0, 0.1);
    }
}

#[test]
fn mpe_notes_of_a_member_bend_with_it_while_they_sound() {
    let mut sheet = Sheet::default();
    let bank = position_bank(Zone::new());
    let play_both = |messages: &str| {
        let score = format!("{} 5 @2 cc 7 127; 10 @2 on 60 127; {messages}", zone(1, 7));
        cents_between(&play(&bank, &score, 9_000), 6_000..8_500)
    };
    sheet.near("member", play_both("1000 @2 bend 8277"), 4_800.0 * 85.0 / 8_192.0, 0.1);
    sheet.near("master", play_both("1000 bend 12288"), 100.0, 0.1);
    sheet.near(
        "per note",
        play_both("1000 @2 bend 8277; 1000 bend 12288; 1000 ump 40613c00 82000000"),
        4_800.0 * 85.0 / 8_192.0 + 100.0 + 75.0,
        0.1,
    );
}
