use super::*;

/// What a drum adds to a generator that has `base` in the bank and 200 from modulators.
fn sum(parameter: DrumParameter, value: u8, generator: G, base: i16) -> f32 {
    let mut drums = DrumSetup::new();
    drums.set(38, parameter, value);
    let mut sums = [200.0; G::COUNT];
    drums.add_to(&mut sums, 38, |_| base, || 70.0);
    sums[usize::from(generator.operator())] - 200.0
}

#[test]
fn values_are_in_the_units_of_generators() {
    assert_eq!(sum(DrumParameter::PitchCoarse, 66, G::FineTune, 0), 200.0);
    assert_eq!(sum(DrumParameter::PitchFine, 60, G::FineTune, 0), -4.0);
    assert_eq!(sum(DrumParameter::Level, 120, G::InitialAttenuation, 0), 0.0);
    assert!((sum(DrumParameter::Level, 60, G::InitialAttenuation, 0) - 120.412).abs() < 0.001);
    assert_eq!(sum(DrumParameter::Level, 0, G::InitialAttenuation, 0), 1440.0);
}

#[test]
fn a_drum_goes_to_its_place_and_stereo_halves_move_together() {
    assert_eq!(sum(DrumParameter::Pan, 127, G::Pan, -100), 600.0);
    assert_eq!(sum(DrumParameter::Pan, 64, G::Pan, -100), 100.0);
    assert_eq!(sum(DrumParameter::Pan, 1, G::Pan, 500), -500.0);
    assert_eq!(sum(DrumParameter::Pan, 0, G::Pan, -100), 170.0);
}

#[test]
fn sends_are_parts_of_the_channel_s() {
    assert_eq!(sum(DrumParameter::ReverbSend, 127, G::ReverbEffectsSend, 300), 0.0);
    assert_eq!(sum(DrumParameter::ReverbSend, 0, G::ReverbEffectsSend, 300), -500.0);
}

#[test]
fn other_keys_stay_as_the_bank_has_them() {
    let mut drums = DrumSetup::new();
    drums.set(38, DrumParameter::Level, 0);
    drums.set(38, DrumParameter::Pan, 1);
    let mut sums = [7.0; G::COUNT];
    drums.add_to(&mut sums, 40, |_| 0, || 70.0);
    assert_eq!(sums, [7.0; G::COUNT]);
}
