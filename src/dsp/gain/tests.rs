use super::*;

#[test]
fn s8_1_2_centibels_are_what_the_standard_says() {
    for (cb, factor) in [
        (0.0, 1.0),
        (10.0, 0.89125),
        (60.0, 0.501_19),
        (120.0, 0.251_19),
        (200.0, 0.1),
        (400.0, 0.01),
        (960.0, 1.584_9e-5),
        (1440.0, 6.31e-8),
    ] {
        let got = amplitude_from_cb(cb);
        assert!((got / factor - 1.0).abs() < 1e-4, "{cb} cB: {got}");
    }
}

#[test]
fn s9_1_4_pan_keeps_the_power() {
    for (pan, difference_db) in [(125.0, 3.502), (250.0, 7.656), (375.0, 14.027), (0.0, 0.0)] {
        let [left, right] = pan_gains(pan);
        assert!((20.0 * (right / left).log10() - difference_db).abs() < 1e-3, "{pan}");
        assert!((left * left + right * right - 1.0).abs() < 1e-6);
        assert_eq!(pan_gains(-pan), [right, left]);
    }
    assert_eq!(pan_gains(-500.0), [1.0, 0.0]);
    assert_eq!(pan_gains(900.0), [0.0, 1.0]);
}
