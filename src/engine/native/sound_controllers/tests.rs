use super::*;

/// What one controller adds to a generator that the bank has at `base`.
fn added(controller: u8, position: f32, generator: G, base: f32) -> f32 {
    let mut set = SoundControllers::default();
    set.put(controller, true);
    let mut sum = 0.0;
    let what = (set, Reached::these(&[generator]));
    add_to(what, |_| position, |_| base, |_, added| sum += added);
    sum
}

#[test]
fn the_centre_adds_nothing_and_the_ends_the_amounts() {
    for row in
        TABLE.iter().filter(|row| row.controller != SOFT_PEDAL && row.controller != VIBRATO_DEPTH)
    {
        assert_eq!(added(row.controller, 64.0, row.generator, 0.0), 0.0, "{}", row.controller);
        assert_eq!(
            added(row.controller, 0.0, row.generator, 0.0),
            -row.amount,
            "{}",
            row.controller
        );
    }
    assert_eq!(added(74, 96.0, G::InitialFilterFc, 0.0), 4800.0);
    assert_eq!(added(67, 63.0, G::InitialFilterFc, 0.0), 0.0);
    assert_eq!(added(67, 64.0, G::InitialFilterFc, 0.0), -1200.0);
}

#[test]
fn a_vibrato_becomes_shallower_until_there_is_none() {
    assert_eq!(added(77, 0.0, G::VibLfoToPitch, 80.0), -50.0);
    assert_eq!(added(77, 0.0, G::VibLfoToPitch, 20.0), -20.0);
    assert_eq!(added(77, 0.0, G::VibLfoToPitch, -20.0), 20.0);
    assert_eq!(added(77, 96.0, G::VibLfoToPitch, -20.0), -25.0);
}

#[test]
fn balance_takes_the_far_side_away() {
    assert_eq!(balance_gains(64.0), [1.0, 1.0]);
    assert_eq!(balance_gains(0.0), [1.0, 0.0]);
    assert_eq!(balance_gains(127.0), [0.0, 1.0]);
    assert_eq!(balance_gains(32.0), [1.0, 0.25]);
}

#[test]
fn a_set_knows_what_is_not_in_it() {
    let mut set = SoundControllers::default();
    [74, 8, 1].into_iter().for_each(|controller| set.put(controller, true));
    assert!(SoundControllers::has_place(74) && !SoundControllers::has_place(1));
    assert!(set.contains(74) && !set.contains(71) && !set.contains(1));
    assert_eq!(set.others().count(), NUMBERS.len() - 2);
    assert!(set.without(set).is_empty());
}
