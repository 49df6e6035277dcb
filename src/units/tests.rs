use super::*;

#[track_caller]
fn close(got: f64, expected: f64) {
    let tolerance = 5e-5 * expected.abs().max(1e-9);
    assert!((got - expected).abs() <= tolerance, "got {got}, expected {expected}");
}

#[test]
fn s2_3_timecents_are_powers_of_two_of_a_second() {
    for (timecents, seconds) in [
        (-12_000.0, 0.000_976_562_5),
        (-7_973.0, 0.009_998_2),
        (-7_200.0, 0.015_625),
        (-1_200.0, 0.5),
        (0.0, 1.0),
        (1_200.0, 2.0),
        (3_600.0, 8.0),
        (5_000.0, 17.959_4),
        (8_000.0, 101.593_7),
    ] {
        close(Timecents(timecents).to_secs(), seconds);
    }
}

#[test]
fn s8_1_2_the_lowest_timecents_are_exactly_no_time() {
    assert_eq!(Timecents(-32_768.0).to_secs(), 0.0);
    assert_eq!(Timecents::from_secs(0.0), Timecents::ZERO_TIME);
    assert!(Timecents(-32_767.0).to_secs() > 0.0);
}

#[test]
fn s2_3_absolute_cents_count_from_key_0() {
    for (cents, hz) in [
        (1_500.0, 19.445_4),
        (4_500.0, 110.0),
        (6_000.0, 261.625_57),
        (6_900.0, 440.0),
        (9_600.0, 2_093.004_5),
        (12_000.0, 8_372.018),
        (13_500.0, 19_912.127),
        (-725.0, 5.378_2),
        (-16_000.0, 0.000_792_13),
    ] {
        close(AbsoluteCents(cents).to_hz(), hz);
    }
    close(AbsoluteCents::from_hz(440.0).0, 6_900.0);
}

#[test]
fn s2_3_centibels_are_tenths_of_a_decibel_of_amplitude() {
    for (centibels, gain) in [
        (10.0, 0.891_25),
        (60.0, 0.501_19),
        (120.0, 0.251_19),
        (200.0, 0.1),
        (400.0, 0.01),
        (960.0, 1.584_9e-5),
        (1_440.0, 6.309_6e-8),
    ] {
        close(Centibels(centibels).to_gain(), gain);
    }
    assert_eq!(Centibels(0.0).to_gain(), 1.0);
    assert_eq!(Centibels(60.0).as_decibels(), 6.0);
}

#[test]
fn a_unit_comes_back_from_its_physical_value() {
    for whole in (-1200..=1200).step_by(7) {
        let value = f64::from(whole);
        close(Cents::from_ratio(Cents(value).to_ratio()).0 + 5000.0, value + 5000.0);
        close(Timecents::from_secs(Timecents(value).to_secs()).0 + 5000.0, value + 5000.0);
        close(Centibels::from_gain(Centibels(value).to_gain()).0 + 5000.0, value + 5000.0);
    }
}

#[test]
fn a_share_is_in_tenths_of_a_percent() {
    assert_eq!(Permille(200.0).as_factor(), 0.2);
}
