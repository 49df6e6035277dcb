use super::*;

#[test]
fn every_seven_bit_value_survives() {
    for value in 0..128 {
        assert_eq!(ControlValue::from_u7(value).to_u7(), value);
        assert_eq!(Velocity::from_data(value).to_u7(), value);
    }
}

#[test]
fn every_fourteen_bit_value_survives() {
    for value in 0..16_384 {
        assert_eq!(ControlValue::from_u14(value).to_u14(), value);
    }
}

#[test]
fn minimum_centre_and_maximum_stay() {
    assert_eq!(ControlValue::from_u7(0), ControlValue::MIN);
    assert_eq!(ControlValue::from_u7(64), ControlValue::CENTRE);
    assert_eq!(ControlValue::from_u7(127), ControlValue::MAX);
    assert_eq!(ControlValue::from_u14(8192), ControlValue::CENTRE);
    assert_eq!(ControlValue::from_u14(16_383), ControlValue::MAX);
    assert_eq!(Velocity::from_data(64).to_u16(), 0x8000);
    assert_eq!(Velocity::from_data(127).to_u16(), 0xFFFF);
}

#[test]
fn upscaling_is_monotonic() {
    assert!((1..16_384).all(|v| ControlValue::from_u14(v) > ControlValue::from_u14(v - 1)));
    assert!((1..128).all(|v| ControlValue::from_u7(v) > ControlValue::from_u7(v - 1)));
}

#[test]
fn values_above_the_range_name_the_field_and_the_limit() {
    assert_eq!(
        Channel::new(16).unwrap_err().to_string(),
        "channel 16 is out of range, expected 0 to 15"
    );
    assert_eq!(
        Key::new(128).unwrap_err().to_string(),
        "key 128 is out of range, expected 0 to 127"
    );
}
