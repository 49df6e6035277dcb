use super::*;

fn after(settings: &[(Set, u16)]) -> Request {
    let mut request = Request::power_on();
    settings.iter().for_each(|(sets, value)| request.set(*sets, *value));
    request
}

#[track_caller]
fn near(got: f32, expected: f32) {
    assert!(
        (got - expected).abs() < 0.002 * expected.abs().max(0.01),
        "{got}, expected {expected}"
    );
}

#[test]
fn power_on_is_the_large_hall_and_the_third_chorus_at_their_calibrated_returns() {
    let request = Request::power_on();
    assert_eq!(request.reverb.kind, ReverbKind::Hall2);
    near(request.reverb.level, REVERB_RETURN);
    near(request.chorus.level, CHORUS_RETURN);
    assert_eq!(after(&[(Set::ReverbMacro, 4), (Set::ChorusMacro, 2)]), request);
}

#[test]
fn the_time_of_gm2_is_an_exponential() {
    near(after(&[(Set::Gm2ReverbTime, 40)]).reverb.seconds, 1.0);
    near(after(&[(Set::Gm2ReverbTime, 64)]).reverb.seconds, 1.822);
    near(after(&[(Set::Gm2ReverbType, 8)]).reverb.seconds, 1.3);
}

#[test]
fn a_macro_s_own_time_is_that_of_its_room() {
    for (number, seconds) in [(0, 1.1), (1, 1.3), (2, 1.5), (3, 1.8), (5, 1.3)] {
        near(after(&[(Set::ReverbMacro, number)]).reverb.seconds, seconds);
    }
    near(after(&[(Set::ReverbTime, 104)]).reverb.seconds, 1.8 * 1.0_f32.exp());
}

#[test]
fn the_last_two_characters_are_delays_until_a_room_is_chosen() {
    assert_eq!(Request::power_on().echo(), None);
    let echo = after(&[(Set::ReverbMacro, 6)]).echo().unwrap();
    near(echo.seconds[0], 0.4468 * 32.0 / 127.0);
    near(echo.feedback, 40.0 / 127.0);
    let settings = [(Set::ReverbMacro, 6), (Set::ReverbTime, 127), (Set::ReverbFeedback, 64)];
    let echo = after(&settings).echo().unwrap();
    near(echo.seconds[0], 0.4468);
    near(echo.feedback, 64.0 / 127.0);
    near(after(&settings).reverb.seconds, 1.8);
    let silent = [(Set::ReverbCharacter, 7), (Set::ReverbLevel, 0)];
    assert_eq!(after(&silent).echo().map(|echo| echo.level), Some(0.0));
    for room in [
        (Set::ReverbMacro, 4),
        (Set::ReverbCharacter, 0),
        (Set::Gm2ReverbType, 8),
        (Set::XgReverbType, 1 << 7),
    ] {
        assert_eq!(after(&[(Set::ReverbMacro, 7), room]).echo(), None, "{room:?}");
    }
}

#[test]
fn no_type_is_silence_until_another_type_is_chosen() {
    assert_eq!(after(&[(Set::XgReverbType, 0)]).reverb.level, 0.0);
    let back =
        after(&[(Set::ReverbLevel, 127), (Set::XgReverbType, 0), (Set::XgReverbType, 1 << 7)]);
    near(back.reverb.level, REVERB_RETURN * 127.0 / 64.0);
    assert_eq!(back.reverb.kind, ReverbKind::Hall1);
    assert_eq!(after(&[(Set::XgChorusType, 0)]).chorus.level, 0.0);
}

#[test]
fn the_times_of_xg_are_a_table() {
    for (value, seconds) in [(0, 0.3), (47, 5.0), (57, 10.0), (67, 20.0), (69, 30.0)] {
        near(after(&[(Set::XgReverbTime, value)]).reverb.seconds, seconds);
    }
}

#[test]
fn the_laws_of_the_chorus_are_those_of_gm2() {
    let chorus = after(&[
        (Set::ChorusRate, 9),
        (Set::ChorusDepth, 19),
        (Set::ChorusFeedback, 64),
        (Set::ChorusToReverb, 127),
        (Set::ChorusDelay, 40),
    ])
    .chorus;
    near(chorus.hz, 1.098);
    near(chorus.depth, 0.006_25);
    near(chorus.feedback, 0.488);
    near(chorus.to_reverb, 1.0);
    near(chorus.delay, 0.005);
}

#[test]
fn numbers_that_mean_nothing_change_nothing() {
    let nothing = [
        (Set::ReverbMacro, 8),
        (Set::ReverbLowPass, 9),
        (Set::Gm2ReverbType, 5),
        (Set::ChorusMacro, 8),
    ];
    assert_eq!(after(&nothing), Request::power_on());
}
