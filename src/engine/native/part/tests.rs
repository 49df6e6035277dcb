use super::*;

#[test]
fn keys_beyond_the_limits_are_not_heard() {
    let mut part = Part::new();
    part.limit(Limit::Low, 40);
    part.limit(Limit::High, 60);
    assert_eq!(
        [39, 40, 60, 61].map(|key| part.sounding_key(key, false)),
        [None, Some(40), Some(60), None]
    );
}

#[test]
fn a_shift_moves_keys_but_not_drums() {
    let part = Part { key_shift: 12, master_key_shift: -2, ..Part::new() };
    assert_eq!(part.sounding_key(60, false), Some(70));
    assert_eq!(part.sounding_key(127, false), Some(127));
    assert_eq!(part.sounding_key(60, true), Some(60));
}

#[test]
fn velocities_keep_their_resolution_until_something_is_set() {
    let mut part = Part::new();
    assert_eq!(part.velocity(Velocity::from_u16(12_345)).to_u16(), 12_345);
    part.sense(VelocitySense::Depth, 32);
    assert_eq!(part.velocity(Velocity::from_data(100)).to_u7(), 50);
    part.sense(VelocitySense::Offset, 74);
    assert_eq!(part.velocity(Velocity::from_data(100)).to_u7(), 70);
    part.sense(VelocitySense::Offset, 0);
    assert_eq!(part.velocity(Velocity::from_data(100)).to_u7(), 1);
}

#[test]
fn hertz_move_low_keys_more_than_high_ones() {
    let mut part = Part { detune_hz: 1.0, ..Part::new() };
    part.retune(&Tunings::new());
    // 441 Hz above 440 Hz, and 221 above 220.
    assert!((part.key_cents(69) - 3.930_2).abs() < 0.001);
    assert!((part.key_cents(57) - 7.851_5).abs() < 0.001);
}
