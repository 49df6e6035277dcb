use super::*;

fn after(settings: &[(Set, u16)]) -> DelayParameters {
    let mut request = DelayRequest::power_on();
    settings.iter().for_each(|(sets, value)| request.set(*sets, *value));
    request.parameters()
}

#[track_caller]
fn near(got: f32, expected: f32) {
    assert!((got - expected).abs() < 1e-4 * expected.abs().max(0.01), "{got}, expected {expected}");
}

#[test]
fn times_are_those_of_the_gs_table() {
    for (value, ms) in [
        (0x01, 0.1),
        (0x13, 1.9),
        (0x14, 2.0),
        (0x23, 5.0),
        (0x2D, 10.0),
        (0x37, 20.0),
        (0x46, 50.0),
        (0x50, 100.0),
        (0x5A, 200.0),
        (0x61, 340.0),
        (0x69, 500.0),
        (0x73, 1000.0),
    ] {
        near(after(&[(Set::Time, value)]).seconds[0], ms * 0.001);
    }
    for strange in [0, 116, 127] {
        near(after(&[(Set::Time, strange)]).seconds[0], 0.34);
    }
}

#[test]
fn macros_set_times_levels_and_feedback() {
    let middles = [0.34, 0.55, 1.0, 0.13, 0.5, 0.7, 1.0, 0.26, 0.7, 0.75];
    let feedback = [16.0, 16.0, 8.0, 8.0, 10.0, 7.0, 9.0, 8.0, -3.0, -24.0];
    for (number, (middle, feedback)) in middles.into_iter().zip(feedback).enumerate() {
        let delay = after(&[(Set::LowPass, 5), (Set::Macro, number as u16)]);
        near(delay.seconds[0], middle);
        near(delay.feedback, feedback / 64.0);
        near(delay.low_pass, 20_000.0);
        near(delay.level, 64.0 / 127.0);
    }
    let panned = after(&[(Set::Macro, 4)]);
    near(panned.seconds[1], 0.25);
    near(panned.seconds[2], 0.5);
    near(panned.levels[0], 0.0);
    near(after(&[(Set::Macro, 8)]).to_reverb, 36.0 / 127.0);
    let repeated = after(&[(Set::Macro, 9)]);
    near(repeated.seconds[1], 0.656_25);
    near(repeated.seconds[2], 1.0);
    assert_eq!(after(&[(Set::Macro, 10)]), after(&[]));
    assert_eq!(after(&[(Set::Macro, 4), (Set::Macro, 0)]), after(&[]));
}

#[test]
fn the_sides_follow_the_middle_up_to_a_second() {
    let delay = after(&[(Set::RatioLeft, 120), (Set::RatioRight, 12), (Set::Time, 0x50)]);
    near(delay.seconds[1], 0.5);
    near(delay.seconds[2], 0.05);
    near(after(&[(Set::RatioLeft, 120)]).seconds[1], 1.0);
    near(after(&[(Set::RatioLeft, 121)]).seconds[1], after(&[]).seconds[1]);
}
