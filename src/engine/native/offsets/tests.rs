use super::*;

fn check(generator: G, away: i32, expected: f32) {
    let mut offsets = Offsets::NONE;
    offsets.set(generator, away);
    assert_eq!(offsets.get(generator), expected, "{generator:?} {away}");
}

#[test]
fn s9_6_3_offsets_are_in_units_of_the_generator_or_twos_and_fours_of_them() {
    check(G::FineTune, 50, 50.0);
    check(G::CoarseTune, -3, -3.0);
    check(G::InitialAttenuation, 100, 100.0);
    check(G::Pan, -250, -250.0);
    check(G::InitialFilterFc, -1200, -2400.0);
    check(G::ModEnvToPitch, 600, 1200.0);
    check(G::ReleaseVolEnv, 600, 1200.0);
    check(G::DelayVibLfo, 600, 1200.0);
    check(G::FreqVibLfo, -300, -1200.0);
}

#[test]
fn s9_6_generators_that_are_fixed_for_a_note_have_no_offset() {
    for generator in [G::Keynum, G::SampleModes, G::OverridingRootKey, G::StartAddrsOffset] {
        let mut offsets = Offsets::NONE;
        offsets.set(generator, 5);
        assert!(!offsets.are_used(), "{generator:?}");
    }
}
