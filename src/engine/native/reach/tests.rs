use super::*;
use crate::bank::{DefaultModulators, Generator as G};

fn changed(signals: &[Signal]) -> InputSet {
    let mut set = InputSet::NONE;
    signals.iter().for_each(|signal| set.insert(*signal));
    set
}

#[test]
fn a_controller_reaches_what_it_leads_to_and_nothing_else() {
    let reach = Reach::new(DefaultModulators::standard().as_slice(), false);
    let of = |signals: &[Signal]| reach.of(changed(signals));
    assert_eq!(of(&[Signal::Controller(7)]), Reached::these(&[G::InitialAttenuation]));
    assert_eq!(of(&[Signal::PitchWheel]), Reached::of(Destination::Pitch));
    assert_eq!(of(&[Signal::Controller(74)]), Reached::these(&[G::InitialFilterFc]));
    assert_eq!(of(&[Signal::Controller(3)]), Reached::NONE);
    let both = of(&[Signal::Controller(1), Signal::Controller(10)]);
    assert_eq!(both, Reached::these(&[G::VibLfoToPitch, G::Pan]));
}

#[test]
fn what_is_no_modulators_input_reaches_everything() {
    let reach = Reach::new(DefaultModulators::standard().as_slice(), false);
    for signal in [
        Signal::Tuning,
        Signal::MasterVolume,
        Signal::Times,
        Signal::Controller(8),
        Signal::Controller(94),
    ] {
        assert!(reach.of(changed(&[signal])).is_all(), "{signal:?}");
    }
    let tangled = Reach::new(DefaultModulators::standard().as_slice(), true);
    assert!(tangled.of(changed(&[Signal::Controller(7)])).is_all());
}
