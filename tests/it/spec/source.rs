//! SoundFont 2.04 §8.2 to §8.4: every source, curve, direction, polarity and transform of modulators, through the port.

use portative::bank::Generator as G;
use portative::bank::sf2::record::ModulatorRecord;
use portative::bank::write::Zone;

use crate::support::bank::{bank, bank_of, constant, modulator, position_bank};
use crate::support::stage::Take;

use super::support::{Sheet, cents_between, modulator_by, organ, play};

const CC20: u16 = 0x80 | 20;
const DOWN: u16 = 0x100;
const BIPOLAR: u16 = 0x200;
const LINEAR: u16 = 0;
const CONCAVE: u16 = 1 << 10;
const CONVEX: u16 = 2 << 10;
const SWITCH: u16 = 3 << 10;

/// Frames between two moves of a controller, at the end of which it has settled.
const STEP: usize = 4_800;

/// What modulators take away after each of some steps, as parts of 20 dB; a base of 20 dB leaves room below.
fn parts(modulators: &[ModulatorRecord], steps: &[String]) -> Vec<f64> {
    // Balance and resonance have a level of their own, which a bank takes from them by any use that it makes of them.
    let base = [8, 71].into_iter().fold(organ().set(G::InitialAttenuation, 500), |zone, number| {
        zone.modulator(modulator(0x80 | number, G::CoarseTune as u16, 0))
    });
    let zone = modulators.iter().fold(base.clone(), |zone, &record| zone.modulator(record));
    let moves = steps.iter().enumerate();
    let score: String = moves.map(|(n, what)| format!("{} {what};", n * STEP)).collect();
    let frames = steps.len() * STEP;
    let listen =
        |zone: Zone| play(&bank(constant(), zone), &format!("0 on 60 100; {score}"), frames);
    let (moved, still) = (listen(zone), listen(base));
    let part = |n: usize| {
        let frame = (n + 1) * STEP - 1;
        (still.db(frame) - moved.db(frame)) / 20.0
    };
    (0..steps.len()).map(part).collect()
}

/// The curve of §8.2.1 at `v` of the 127 steps over which it is defined, with the same place on a line from 0 to 1.
fn curve(kind: u16, v: f64, x: f64) -> f64 {
    let concave = |v: f64| match v {
        v if v >= 127.0 => 1.0,
        v => (-40.0 / 96.0 * ((127.0 - v) / 127.0).log10()).min(1.0),
    };
    match kind {
        CONCAVE => concave(v),
        CONVEX => 1.0 - concave(127.0 - v),
        SWITCH => f64::from(u8::from(x >= 0.5)),
        _ => x,
    }
}

/// What a 7-bit value becomes as a source with these flags.
fn mapped(flags: u16, value: u8) -> f64 {
    let value = f64::from(value);
    let kind = flags & !(DOWN | BIPOLAR);
    let falling = flags & DOWN != 0;
    if flags & BIPOLAR == 0 {
        let v = if falling { 127.0 - value } else { value };
        return curve(kind, v, v / 128.0);
    }
    let y = (value - 64.0) / 64.0 * if falling { -1.0 } else { 1.0 };
    match kind {
        SWITCH if y >= 0.0 => 1.0,
        SWITCH => -1.0,
        kind => curve(kind, 127.0 * y.abs(), y.abs()).copysign(y),
    }
}

fn check_flags(flags: u16, values: &[u8], tolerance: f64) {
    let mut sheet = Sheet::default();
    let steps: Vec<String> = values.iter().map(|value| format!("cc 20 {value}")).collect();
    let got = parts(&[modulator(CC20 | flags, G::InitialAttenuation as u16, 200)], &steps);
    for (got, &value) in got.into_iter().zip(values) {
        sheet.near(format!("flags {flags:#x} at {value}"), got, mapped(flags, value), tolerance);
    }
}

const VALUES: &[u8] = &[0, 1, 8, 16, 31, 32, 47, 63, 64, 65, 80, 96, 111, 120, 126, 127];

#[test]
fn s8_2_1_unipolar_sources_follow_their_curve_upwards() {
    for kind in [LINEAR, CONCAVE, CONVEX, SWITCH] {
        check_flags(kind, VALUES, 0.001);
    }
}

#[test]
fn s8_2_2_unipolar_sources_follow_their_curve_downwards() {
    for kind in [LINEAR, CONCAVE, CONVEX, SWITCH] {
        check_flags(kind | DOWN, VALUES, 0.001);
    }
}

#[test]
fn s8_2_3_bipolar_sources_are_nothing_at_64() {
    for kind in [LINEAR, CONCAVE, CONVEX, SWITCH] {
        check_flags(kind | BIPOLAR, VALUES, 0.001);
    }
}

#[test]
fn s8_2_3_bipolar_sources_turn_around() {
    for kind in [LINEAR, CONCAVE, CONVEX] {
        check_flags(kind | BIPOLAR | DOWN, VALUES, 0.001);
    }
    let values: Vec<u8> = VALUES.iter().copied().filter(|value| *value != 64).collect();
    check_flags(SWITCH | BIPOLAR | DOWN, &values, 0.001);
}

#[test]
fn s8_2_1_reference_numbers_of_concave_and_convex() {
    let mut sheet = Sheet::default();
    for (kind, table) in [
        (
            CONCAVE,
            &[
                (1, 0.00143),
                (16, 0.02437),
                (32, 0.05253),
                (63, 0.12401),
                (64, 0.12686),
                (96, 0.25518),
                (111, 0.37487),
                (120, 0.52446),
                (126, 0.87658),
                (127, 1.0),
            ][..],
        ),
        (
            CONVEX,
            &[(1, 0.12342), (16, 0.62513), (32, 0.75056), (64, 0.87599), (96, 0.94936), (127, 1.0)],
        ),
    ] {
        let steps: Vec<String> = table.iter().map(|(value, _)| format!("cc 20 {value}")).collect();
        let got = parts(&[modulator(CC20 | kind, G::InitialAttenuation as u16, 200)], &steps);
        for (got, (value, expected)) in got.into_iter().zip(table) {
            sheet.near(format!("{kind:#x} at {value}"), got, *expected, 0.0001);
        }
    }
}

/// One message's part, for a source that it moves.
fn check_source(sheet: &mut Sheet, source: u16, message: &str, expected: f64) {
    let got = parts(
        &[modulator(source, G::InitialAttenuation as u16, 200)],
        &["cc 20 0".into(), message.into()],
    );
    sheet.near(format!("source {source:#x}, `{message}`"), got[1], expected, 0.0005);
}

#[test]
fn s8_2_1_general_sources() {
    let mut sheet = Sheet::default();
    let sheet = &mut sheet;
    for (source, expected) in [
        (0, 1.0),
        (DOWN, 1.0),
        (BIPOLAR | CONVEX, 1.0),
        (2, 100.0 / 128.0),
        (3, 60.0 / 128.0),
        (DOWN | 3, 67.0 / 128.0),
        (16, 2.0 / 127.0),
    ] {
        check_source(sheet, source, "cc 20 0", expected);
    }
    check_source(sheet, 10, "poly 60 96", 0.75);
    check_source(sheet, 10, "poly 61 96", 0.0);
    check_source(sheet, 13, "press 96", 0.75);
    for (wheel, part) in [(0, 0.0), (4096, 0.25), (8192, 0.5), (16_383, 16_383.0 / 16_384.0)] {
        check_source(sheet, 14, &format!("bend {wheel}"), part);
        check_source(sheet, 14 | BIPOLAR, &format!("bend {wheel}"), 2.0 * part - 1.0);
    }
    check_source(sheet, 16, "rpn 0 12", 12.0 / 127.0);
    check_source(sheet, 16, "rpn 0 127", 1.0);
}

#[test]
fn s8_2_1_every_controller_that_may_be_a_source_is_one() {
    let mut sheet = Sheet::default();
    let switches = [64, 65, 66, 67, 68, 69, 84, 88, 96, 97];
    for controller in (1..=31).chain(70..=95).chain(102..=119) {
        // These have a level or a place of their own, or are part of another message.
        if [6, 7, 10, 11].contains(&controller) || switches.contains(&controller) {
            continue;
        }
        let message = format!("cc {controller} 96");
        check_source(&mut sheet, 0x80 | controller, &message, 0.75);
    }
    for pedal in [64, 65, 66] {
        check_source(&mut sheet, 0x80 | SWITCH | pedal, &format!("cc {pedal} 96"), 1.0);
    }
}

#[test]
fn s8_2_1_power_on_values_are_sources_too() {
    let mut sheet = Sheet::default();
    for (controller, value) in
        [(1, 0.0), (7, 100.0), (10, 64.0), (11, 127.0), (91, 40.0), (93, 0.0), (74, 64.0)]
    {
        check_source(&mut sheet, 0x80 | controller, "cc 20 0", value / 128.0);
    }
}

#[test]
fn s8_2_1_sources_that_must_not_be_are_ignored() {
    let mut sheet = Sheet::default();
    for controller in [0, 6, 32, 38, 98, 99, 100, 101] {
        let message = format!("cc {controller} 127");
        check_source(&mut sheet, 0x80 | controller, &message, 0.0);
        check_source(&mut sheet, 0x80 | DOWN | controller, &message, 0.0);
    }
    for controller in 120..=127 {
        check_source(&mut sheet, 0x80 | DOWN | controller, "cc 20 0", 0.0);
    }
    for general in [1, 4, 5, 9, 11, 12, 15, 17, 50, 126, 127] {
        check_source(&mut sheet, DOWN | general, "cc 20 0", 0.0);
    }
    for kind in 4..64 {
        check_source(&mut sheet, CC20 | kind << 10, "cc 20 127", 0.0);
    }
}

#[test]
fn s8_2_amount_sources_multiply_and_illegal_ones_silence_the_modulator() {
    let mut sheet = Sheet::default();
    for (amount_source, message, expected) in [
        (0, "cc 21 0", 1.0),
        (DOWN | BIPOLAR, "cc 21 0", 1.0),
        (0x80 | 21, "cc 21 32", 0.25),
        (0x80 | 21 | DOWN, "cc 21 127", 0.0),
        (0x80 | 21 | BIPOLAR, "cc 21 32", -0.5),
        (0x80 | 21 | SWITCH, "cc 21 64", 1.0),
        (0x80 | 21 | CONCAVE, "cc 21 64", 0.12686),
        (2, "cc 21 0", 100.0 / 128.0),
        (0x80 | 6, "cc 21 127", 0.0),
        (0x80 | DOWN | 120, "cc 21 127", 0.0),
        (127, "cc 21 127", 0.0),
        (DOWN | 9, "cc 21 127", 0.0),
        (0x80 | 21 | 9 << 10, "cc 21 127", 0.0),
    ] {
        let record = modulator_by(0, G::InitialAttenuation, 200, amount_source, 0);
        let got = parts(&[record], &["cc 20 0".into(), message.into()]);
        sheet.near(format!("{amount_source:#x} {message}"), got[1], expected, 0.0005);
    }
    let record = modulator_by(CC20 | BIPOLAR, G::InitialAttenuation, -200, 0x80 | 21 | BIPOLAR, 0);
    let got = parts(&[record], &["cc 20 0".into(), "cc 21 96".into(), "cc 21 32".into()]);
    sheet.near("two bipolar ones", got[1], 0.5, 0.0005);
    sheet.near("two bipolar ones", got[2], -0.5, 0.0005);
}

#[test]
fn s8_3_the_transforms_are_linear_and_absolute_and_no_other() {
    let mut sheet = Sheet::default();
    let bipolar = CC20 | BIPOLAR;
    for (transform, amount, expected) in [
        (0, 200, -0.5),
        (2, 200, 0.5),
        (2, -200, 0.5),
        (0, -200, 0.5),
        (1, 200, 0.0),
        (3, 200, 0.0),
        (9, 200, 0.0),
    ] {
        let record = modulator_by(bipolar, G::InitialAttenuation, amount, 0, transform);
        let got = parts(&[record], &["cc 20 96".into(), "cc 20 32".into()]);
        sheet.near(format!("transform {transform}, {amount}"), got[1], expected, 0.0005);
    }
}

#[test]
fn s8_1_2_destinations_that_are_no_generators_are_ignored() {
    let mut sheet = Sheet::default();
    let zone = |destination| organ().modulator(modulator(0, destination, 30));
    let plain = play(&bank(constant(), organ()), "0 on 60 127", 500);
    for destination in [14, 18, 19, 20, 42, 49, 55, 60, 61, 200, 0x7FFF] {
        let take = play(&bank(constant(), zone(destination)), "0 on 60 127", 500);
        sheet.holds(format!("destination {destination}"), take.bits() == plain.bits());
    }
}

#[test]
fn s8_1_2_keys_ranges_and_addresses_are_no_destinations() {
    let mut sheet = Sheet::default();
    for destination in [
        G::KeyRange,
        G::VelRange,
        G::Instrument,
        G::SampleId,
        G::SampleModes,
        G::ExclusiveClass,
        G::OverridingRootKey,
        G::Keynum,
        G::Velocity,
    ] {
        let zone = Zone::new().modulator(modulator(0, destination as u16, 1));
        let cents = |zone: Zone| {
            let take: Take = play(&position_bank(zone), "0 cc 7 127; 0 on 67 100", 3_000);
            (cents_between(&take, 500..2_500), take.db(2_000))
        };
        let ((got, level), (plain, plain_level)) = (cents(zone), cents(Zone::new()));
        sheet.near(format!("{destination:?}"), got, plain, 0.01);
        sheet.near(format!("{destination:?}, level"), level, plain_level, 0.01);
    }
}

#[test]
fn s8_2_14_bit_sources_are_finer() {
    let mut sheet = Sheet::default();
    let linear = [modulator(0x80 | 16, G::InitialAttenuation as u16, 200)];
    let steps = ["cc 16 64", "cc 48 64", "cc 16 32", "cc 48 127"].map(String::from);
    let got = parts(&linear, &steps);
    for (got, value) in got.into_iter().zip([64.0, 64.5, 32.0, 32.0 + 127.0 / 128.0]) {
        sheet.near(format!("{value}"), got, value / 128.0, 0.0005);
    }
}

#[test]
fn s9_5_polyphonic_pressure_reaches_its_key_only() {
    let mut sheet = Sheet::default();
    let zone = |pan: i16, keys| {
        organ()
            .key_range(keys)
            .set(G::Pan, pan)
            .set(G::ScaleTuning, 0)
            .modulator(modulator(10, G::InitialAttenuation as u16, 200))
            .sample(0)
    };
    let bank =
        bank_of(vec![constant()], vec![zone(-500, 0..=60), zone(500, 61..=127)], Zone::new());
    let take = play(&bank, "0 on 60 127; 0 on 64 127; 1000 poly 64 64", 4_000);
    let fall = |side: &[f32]| 20.0 * f64::from(side[3_999] / side[999]).log10();
    sheet.near("the key", fall(&take.right), -10.0, 0.01);
    sheet.near("another", fall(&take.left), 0.0, 0.01);
}
