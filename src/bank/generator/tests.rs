use super::*;

#[test]
fn s8_1_2_every_generator_has_the_row_of_its_number() {
    for generator in Generator::all() {
        assert_eq!(generator.spec().generator, generator);
        assert_eq!(Generator::from_operator(generator.operator()), Some(generator));
    }
    assert_eq!(Generator::all().count(), 52);
    assert!(Generator::all().is_sorted());
}

#[test]
fn s8_1_2_reserved_and_unknown_numbers_are_no_generators() {
    for operator in [14, 18, 19, 20, 42, 49, 55, 59, 60, 61, 1000, u16::MAX] {
        assert_eq!(Generator::from_operator(operator), None, "{operator}");
    }
}

#[test]
fn s8_1_3_every_default_lies_in_its_range() {
    for generator in Generator::all() {
        let spec = generator.spec();
        assert!(spec.min <= spec.default && spec.default <= spec.max, "{spec:?}");
    }
}

#[test]
fn s8_1_2_only_delay_attack_and_hold_can_be_no_time() {
    let exact: Vec<_> =
        Generator::all().filter(|g| g.spec().unit == Unit::DelayTimecents).collect();
    assert_eq!(
        exact,
        [
            G::DelayModLfo,
            G::DelayVibLfo,
            G::DelayModEnv,
            G::AttackModEnv,
            G::HoldModEnv,
            G::DelayVolEnv,
            G::AttackVolEnv,
            G::HoldVolEnv,
        ]
    );
    assert_eq!(G::AttackVolEnv.spec().clamp(-32_768), -32_768);
    assert_eq!(G::AttackVolEnv.spec().clamp(-32_767), -12_000);
    assert_eq!(G::DecayVolEnv.spec().clamp(-32_768), -12_000);
}

#[test]
fn s10_5_a_sum_is_held_in_the_generators_range() {
    assert_eq!(G::InitialAttenuation.spec().clamp(-50), 0);
    assert_eq!(G::InitialAttenuation.spec().clamp(2_000), 1_440);
    assert_eq!(G::InitialFilterFc.spec().clamp(0), 1_500);
    assert_eq!(G::ScaleTuning.spec().clamp(-100), 0);
    assert_eq!(G::FineTune.spec().clamp(150), 99);
}

#[test]
fn pan_is_left_to_the_engine() {
    assert_eq!(G::Pan.spec().clamp(1_000), 1_000);
    assert_eq!(G::Pan.spec().clamp(40_000), i16::MAX);
}
