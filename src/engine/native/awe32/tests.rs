use super::*;

/// What a generator of the bank's `base` becomes.
fn becomes(number: u8, away: i32, base: f32) -> f32 {
    let mut overrides = Overrides::NONE;
    overrides.set(number, away);
    let mut sums = [0.0; G::COUNT];
    overrides.add_to(&mut sums, |_| base);
    let generator = generator(number).map_or(0, |generator| usize::from(generator.operator()));
    base + sums[generator]
}

#[test]
fn values_take_the_place_of_the_bank_s_in_units_of_the_hardware() {
    for (number, away, expected) in [
        (11, 1000, 0.0),
        (11, 0, NO_TIME),
        (13, 500, 1200.0),
        (15, 5_940, 5_484.56),
        (14, 127, 0.0),
        (14, 67, 450.0),
        (8, 0, 1000.0),
        (17, 64, 600.0),
        (18, -64, -600.0),
        (20, 32, 60.0),
        (21, 0, 4_500.0),
        (21, 127, 11_993.0),
        (22, 127, 215.0),
        (23, 63, 3_543.75),
        (26, 255, 1000.0),
        // 5.04 Hz.
        (3, 60, -837.6),
        (1, 0, SLOWEST),
        // Beyond the range is its end.
        (21, 1_000, 11_993.0),
    ] {
        let got = becomes(number, away, -77.0);
        assert!((got - expected).abs() < 0.1, "{number} {away}: {got}");
    }
}

#[test]
fn pitch_is_added() {
    assert_eq!(becomes(16, -50, 10.0), -40.0);
}

#[test]
fn other_numbers_are_none() {
    assert_eq!(generator(27), None);
    let mut overrides = Overrides::NONE;
    overrides.set(127, 5);
    assert!(!overrides.are_used());
}
