//! The delay of GS: when its echoes come, how loud they are, and what resets it.

use portative::engine::Effects;
use portative::engine::native::Interpolation;

use crate::support::bank::{Bytes, RATE, bank, looping, noise};
use crate::support::stage::{Stage, Take};

use super::exclusive::{gs, xg};
use super::support::Sheet;

const DELAY: Effects = Effects { delay: true, ..Effects::NONE };
/// Noise of a hundredth of a second and its fade.
const BURST: &str = "0 on 60 127; 480 cc 120 0; 480 @10 cc 120 0;";
/// Frames in which all of it is.
const SOUND: usize = 960;

fn burst() -> Bytes {
    bank(noise(), looping())
}

fn take(effects: Effects, messages: &[&str], note: &str, seconds: usize) -> Take {
    let list: String = messages.iter().map(|message| format!("0 {message};")).collect();
    let place = (RATE, 24);
    Stage::with_effects(&burst(), place, Interpolation::Cubic, effects)
        .play(&format!("{list} {note}"), seconds * RATE as usize)
}

/// How loud the dry sound is, and a place in what the delay adds to it, left and right: a factor, its sign that of
/// the phase.
fn echo(messages: &[&str], ms: f64) -> [f64; 2] {
    echo_of(messages, BURST, ms)
}

fn echo_of(messages: &[&str], note: &str, ms: f64) -> [f64; 2] {
    let dry = take(Effects::NONE, messages, note, 3);
    let wet = take(DELAY, messages, note, 3);
    let at = (ms * 0.001 * f64::from(RATE)).round() as usize;
    [(&wet.left, &dry.left), (&wet.right, &dry.right)].map(|(wet, dry)| {
        let (mut product, mut square) = (0.0, 0.0);
        for frame in 0..SOUND {
            let sent = f64::from(dry[frame]);
            let added = f64::from(wet[at + frame]) - f64::from(dry[at + frame]);
            product += sent * added;
            square += sent * sent;
        }
        product / square
    })
}

/// The level of every macro.
const LEVEL: f64 = 64.0 / 127.0;

#[test]
fn controller_94_gives_an_echo_at_the_time_and_level_of_power_on() {
    let mut sheet = Sheet::default();
    for (value, part) in [("127", 1.0), ("64", 64.0 / 127.0), ("0", 0.0)] {
        let send = format!("cc 94 {value}");
        let [left, right] = echo(&[&send], 340.0);
        sheet.near(format!("{value} left"), left, LEVEL * part, 1e-4);
        sheet.near(format!("{value} right"), right, LEVEL * part, 1e-4);
    }
    let second = echo(&["cc 94 127"], 680.0)[0];
    sheet.near("the second echo", second, LEVEL * 0.25, 1e-4);
    let part = echo(&[&gs("40 11 2c 7f")], 340.0)[0];
    sheet.near("the part's delay send level", part, LEVEL, 1e-4);
}

#[test]
fn nothing_is_sent_at_power_on() {
    let dry = take(Effects::NONE, &[], BURST, 1);
    let on = take(DELAY, &[], BURST, 1);
    assert_eq!(dry.bits(), on.bits());
}

#[test]
fn each_macro_has_its_times_sides_and_levels() {
    let mut sheet = Sheet::default();
    // The echo of a side has the energy of both.
    let aside = std::f64::consts::SQRT_2 * LEVEL / 127.0;
    for (number, middle, left, right) in [
        (1, Some((550.0, 127.0)), None, None),
        (2, Some((1000.0, 127.0)), None, None),
        (3, Some((130.0, 127.0)), None, None),
        (4, None, Some((250.0, 125.0)), Some((500.0, 60.0))),
        (5, None, Some((350.0, 125.0)), Some((700.0, 60.0))),
        (6, None, Some((500.0, 120.0)), Some((1000.0, 64.0))),
        (7, None, Some((130.0, 120.0)), Some((260.0, 64.0))),
        (8, None, Some((350.0, 114.0)), Some((700.0, 60.0))),
        (9, Some((750.0, 97.0)), Some((656.25, 127.0)), Some((1000.0, 67.0))),
    ] {
        let chosen = gs(&format!("40 01 50 {number}"));
        let at = |ms| echo(&["cc 94 127", &chosen], ms);
        if let Some((ms, level)) = middle {
            let expected = LEVEL * level / 127.0;
            sheet.near(format!("macro {number}, left of the middle"), at(ms)[0], expected, 1e-3);
            sheet.near(format!("macro {number}, right of the middle"), at(ms)[1], expected, 1e-3);
        }
        for (side, tap) in [left, right].into_iter().enumerate() {
            let Some((ms, level)) = tap else { continue };
            let got = at(ms);
            sheet.near(format!("macro {number}, side {side}"), got[side], aside * level, 1e-3);
            sheet.near(format!("macro {number}, not {side}"), got[1 - side], 0.0, 1e-3);
        }
    }
}

#[test]
fn parameters_of_the_delay_are_heard() {
    let mut sheet = Sheet::default();
    let mut check = |messages: &[&str], ms: f64, side: usize, expected: f64| {
        let all: Vec<&str> = ["cc 94 127"].into_iter().chain(messages.iter().copied()).collect();
        sheet.near(format!("{messages:?} at {ms} ms"), echo(&all, ms)[side], expected, 1e-3);
    };
    check(&[&gs("40 01 52 50")], 100.0, 0, LEVEL);
    check(&[&gs("40 01 58 7f")], 340.0, 0, 1.0);
    check(&[&gs("40 01 55 40")], 340.0, 0, LEVEL * 64.0 / 127.0);
    check(&[&gs("40 01 59 60")], 680.0, 0, LEVEL * 0.5);
    check(&[&gs("40 01 59 20")], 680.0, 0, LEVEL * -0.5);
    check(&[&gs("40 01 59 40")], 680.0, 0, 0.0);
    let sqrt_2 = std::f64::consts::SQRT_2;
    check(&[&gs("40 01 56 7f"), &gs("40 01 53 c")], 170.0, 0, LEVEL * sqrt_2);
    check(&[&gs("40 01 56 7f"), &gs("40 01 53 c")], 170.0, 1, 0.0);
    check(&[&gs("40 01 57 7f"), &gs("40 01 54 30")], 680.0, 1, LEVEL * (sqrt_2 + 0.25));
    // A low-pass takes from noise.
    let open = echo(&["cc 94 127"], 340.0)[0];
    sheet.holds("the low-pass", echo(&["cc 94 127", &gs("40 01 51 7")], 340.0)[0] < 0.5 * open);
}

#[test]
fn resets_bring_back_the_power_on_delay_and_send_nothing() {
    let mut sheet = Sheet::default();
    let resets = [gs("40 00 7f 0"), "sysex 7e 7f 9 1".to_owned(), "sysex 7e 7f 9 3".to_owned()];
    let other = gs("40 01 50 3");
    for reset in &resets {
        let before = echo(&["cc 94 127", &other, reset], 130.0)[0];
        sheet.near(format!("{reset}: the send"), before, 0.0, 1e-6);
        let after = echo(&["cc 94 127", &other, reset, "cc 94 127"], 340.0)[0];
        sheet.near(format!("{reset}: the macro"), after, LEVEL, 1e-3);
    }
    let controllers = echo(&["cc 94 127", "cc 121 0"], 340.0)[0];
    sheet.near("effect sends stay (RP-015)", controllers, LEVEL, 1e-4);
}

#[test]
fn in_xg_controller_94_is_not_the_delay() {
    let mut sheet = Sheet::default();
    let got = echo(&["sysex 43 10 4c 0 0 7e 0", "cc 94 127"], 340.0)[0];
    sheet.near("XG", got, 0.0, 1e-6);
    sheet.holds("the message is one of XG", xg("0 0 7e 0") == "sysex 43 10 4c 0 0 7e 0");
}

#[test]
fn drums_have_their_part_of_the_delay() {
    let mut sheet = Sheet::default();
    let note = BURST.replace("on 60", "@10 on 60");
    for (messages, part) in [
        (vec![], 1.0),
        (vec![gs("41 09 3c 40")], 0.503),
        (vec![gs("41 09 3d 0")], 1.0),
        (vec!["@10 cc 99 31; 0 @10 cc 98 60; 0 @10 cc 6 0".to_owned()], 0.0),
    ] {
        let all: Vec<&str> =
            ["@10 cc 94 127"].into_iter().chain(messages.iter().map(String::as_str)).collect();
        let got = echo_of(&all, &note, 340.0)[0];
        sheet.near(format!("{messages:?}"), got, LEVEL * part, 1e-3);
    }
}

#[test]
fn the_delay_feeds_the_reverb_where_it_is_told_to() {
    let both = Effects { reverb: true, ..DELAY };
    let tail = |messages: &[&str]| {
        let all: Vec<&str> =
            ["cc 91 0", "cc 94 127"].into_iter().chain(messages.iter().copied()).collect();
        // Between the first echo and the second.
        take(both, &all, BURST, 1).rms_db(21_000..30_000)
    };
    assert!(tail(&[]) < -150.0, "{} dB", tail(&[]));
    assert!(tail(&[&gs("40 01 5a 7f")]) > -60.0, "{} dB", tail(&[&gs("40 01 5a 7f")]));
}
