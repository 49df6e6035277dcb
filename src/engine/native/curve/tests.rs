use super::*;

fn source(curve: Curve, polarity: Polarity, direction: Direction) -> ModulatorSource {
    ModulatorSource { input: Input::Controller(7), curve, polarity, direction }
}

#[track_caller]
fn check(source: &ModulatorSource, table: &[(f32, f32)]) {
    for &(value, expected) in table {
        let got = map(source, Reading::seven(value));
        assert!((got - expected).abs() < 6e-6, "{value}: {got}, expected {expected}");
    }
}

use Curve::*;
use Direction::*;
use Polarity::*;

#[test]
fn s8_2_4_linear_runs_over_128_steps() {
    check(&source(Linear, Unipolar, Positive), &[(0.0, 0.0), (64.0, 0.5), (127.0, 127.0 / 128.0)]);
    check(&source(Linear, Unipolar, Negative), &[(127.0, 0.0), (0.0, 127.0 / 128.0)]);
    check(&source(Linear, Bipolar, Positive), &[(0.0, -1.0), (64.0, 0.0), (127.0, 0.984_375)]);
    check(&source(Linear, Bipolar, Negative), &[(0.0, 1.0), (64.0, 0.0), (127.0, -0.984_375)]);
}

#[test]
fn s8_2_4_concave_is_the_square_in_decibels() {
    check(
        &source(Concave, Unipolar, Positive),
        &[
            (0.0, 0.0),
            (1.0, 0.00143),
            (16.0, 0.02437),
            (32.0, 0.05253),
            (63.0, 0.12401),
            (64.0, 0.12686),
            (96.0, 0.25518),
            (111.0, 0.37487),
            (120.0, 0.52446),
            (126.0, 0.87658),
            (127.0, 1.0),
        ],
    );
}

#[test]
fn s8_4_1_velocity_maps_concave_to_attenuation() {
    let velocity = source(Concave, Unipolar, Negative);
    for (value, db) in [
        (127.0, 0.0),
        (120.0, 0.985),
        (111.0, 2.339),
        (100.0, 4.152),
        (64.0, 11.905),
        (32.0, 23.946),
        (8.0, 48.029),
        (1.0, 84.152),
    ] {
        let got = map(&velocity, Reading::seven(value)) * 96.0;
        assert!((got - db).abs() < 1e-3, "{value}: {got} dB, expected {db}");
    }
}

#[test]
fn s8_2_4_convex_mirrors_concave() {
    check(
        &source(Convex, Unipolar, Positive),
        &[
            (0.0, 0.0),
            (1.0, 0.12342),
            (16.0, 0.62513),
            (32.0, 0.75056),
            (64.0, 0.87599),
            (96.0, 0.94936),
            (127.0, 1.0),
        ],
    );
}

#[test]
fn s8_2_4_a_switch_turns_at_the_middle() {
    check(
        &source(Switch, Unipolar, Positive),
        &[(0.0, 0.0), (63.0, 0.0), (64.0, 1.0), (127.0, 1.0)],
    );
    check(&source(Switch, Unipolar, Negative), &[(0.0, 1.0), (63.0, 1.0), (64.0, 0.0)]);
    check(&source(Switch, Bipolar, Positive), &[(0.0, -1.0), (63.0, -1.0), (64.0, 1.0)]);
}

#[test]
fn pan_reaches_both_ends() {
    let pan = ModulatorSource { input: Input::Controller(10), ..source(Linear, Bipolar, Positive) };
    check(&pan, &[(0.0, -1.0), (32.0, -0.5), (64.0, 0.0), (96.0, 32.0 / 63.0), (127.0, 1.0)]);
}

#[test]
fn the_wheel_runs_over_16384_steps() {
    let wheel = ModulatorSource { input: Input::PitchWheel, ..source(Linear, Bipolar, Positive) };
    assert_eq!(map(&wheel, Reading::fourteen(8192.0)), 0.0);
    assert_eq!(map(&wheel, Reading::fourteen(12_288.0)), 0.5);
    assert_eq!(map(&wheel, Reading::fourteen(16_383.0)), 2.0 * 16_383.0 / 16_384.0 - 1.0);
}

#[test]
fn every_midi_1_value_keeps_its_number() {
    for value in 0..128u8 {
        assert_eq!(seven_bit_scale(ControlValue::from_u7(value)), f32::from(value));
    }
    for value in 0..16_384u16 {
        assert_eq!(fourteen_bit_scale(ControlValue::from_u14(value)), f32::from(value));
    }
    assert_eq!(seven_bit_scale(ControlValue(0x0100_0000)), 0.5);
    assert_eq!(seven_bit_scale(ControlValue::MAX), 127.0);
    let below = seven_bit_scale(ControlValue(0xFE00_0000));
    assert!(126.0 < below && below < 127.0, "{below}");
}
