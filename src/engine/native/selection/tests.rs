use BankStyle::{GeneralMidi, GeneralMidi2, Gs, Mma, Xg};

use super::*;

/// The places that are tried on a melodic channel with bank `msb`, `lsb` and program 5.
fn check(style: BankStyle, (msb, lsb): (u8, u8), expected: &[(u16, u8)]) {
    let bank = BankSelect { msb, lsb };
    let percussion = style.is_percussion(bank, false);
    tried(Request { style, bank, program: 5, percussion }, expected);
}

fn tried(request: Request, expected: &[(u16, u8)]) {
    let asked = std::cell::RefCell::new(Vec::new());
    let none: Option<Choice> = select(request, |bank, program| {
        asked.borrow_mut().push((bank, program));
        None
    });
    assert_eq!(none, None);
    assert_eq!(asked.into_inner(), expected, "{request:?}");
}

#[test]
fn every_style_reads_bank_select_in_its_own_way() {
    check(GeneralMidi, (8, 3), &[(0, 5), (0, 0)]);
    check(Gs, (8, 3), &[(8, 5), (8, 5), (0, 5), (0, 0)]);
    check(Gs, (15, 3), &[(15, 5), (8, 5), (0, 5), (0, 0)]);
    check(GeneralMidi2, (121, 3), &[(3, 5), (0, 5), (0, 0)]);
    check(GeneralMidi2, (0, 3), &[(3, 5), (0, 5), (0, 0)]);
    check(GeneralMidi2, (120, 3), &[(128, 5), (128, 0), (128, 0)]);
    check(GeneralMidi2, (9, 0), &[(9, 5), (0, 5), (0, 0)]);
    check(Xg, (0, 18), &[(18, 5), (0, 5), (0, 0)]);
    check(Xg, (64, 0), &[(64, 5), (0, 5), (0, 0)]);
    check(Xg, (126, 0), &[(126, 5), (128, 56), (128, 0)]);
    check(Xg, (127, 0), &[(128, 5), (127, 5), (128, 0), (128, 0)]);
    check(Mma, (0, 18), &[(18, 5), (0, 5), (0, 0)]);
    check(Mma, (2, 1), &[(257, 5), (0, 5), (0, 0)]);
    check(Mma, (1, 0), &[(0, 5), (0, 0)]);
}

#[test]
fn a_rhythm_part_plays_kits_whatever_its_bank_unless_it_is_a_melodic_bank_of_general_midi_2() {
    let of = |style: BankStyle, msb| style.is_percussion(BankSelect { msb, lsb: 0 }, true);
    assert!(of(Gs, 8) && of(GeneralMidi, 8) && of(Xg, 0) && of(GeneralMidi2, 0) && of(Mma, 3));
    assert!(!of(GeneralMidi2, 121));
    let bank = BankSelect { msb: 8, lsb: 0 };
    let request = Request { style: Gs, bank, program: 25, percussion: true };
    tried(request, &[(128, 25), (128, 24), (128, 0)]);
}

#[test]
fn a_choice_says_how_far_it_is_from_what_was_asked_for() {
    let preset = PresetRef { place: 3, number: 7 };
    let request = Request { bank: BankSelect { msb: 9, lsb: 0 }, program: 5, ..Request::default() };
    for (there, differs, substituted) in
        [((9, 5), false, false), ((8, 5), true, false), ((0, 5), true, false), ((0, 0), true, true)]
    {
        let has = |bank, program| ((bank, program) == there).then_some(preset);
        let expected = Choice { preset, numbers: there, differs, substituted };
        assert_eq!(select(request, has), Some(expected));
    }
    let first = select(Request::default(), |_, _| Some(PresetRef::default()))
        .map(|choice| choice.substituted);
    assert_eq!(first, Some(false));
}
