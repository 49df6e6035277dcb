//! Several banks as one.

use std::sync::Arc;

use portative::bank::write::{Preset, SoundFont, Zone};
use portative::bank::{Bank, BankPreset, Stack};

use super::fixture::*;

/// A bank whose presets have these numbers, and the bank's name as theirs.
fn bank(name: &str, numbers: &[(u16, u16)]) -> Arc<Bank> {
    let mut font: SoundFont = bank_with(Zone::new());
    let zones = font.presets[0].zones.clone();
    let preset = |(bank, program): &(u16, u16)| Preset {
        zones: zones.clone(),
        ..Preset::new(name, *bank, *program)
    };
    font.presets = numbers.iter().map(preset).collect();
    Arc::new(Bank::from_source(Arc::new(bytes(&font))).unwrap())
}

#[track_caller]
fn check(found: &[BankPreset], expected: &[(&str, u16, u16)]) {
    let found: Vec<_> = found
        .iter()
        .map(|preset| {
            let name = preset.bank.presets()[preset.preset.0 as usize].name.clone();
            let (bank, program) = preset.numbers();
            (name, bank, program)
        })
        .collect();
    let expected: Vec<_> =
        expected.iter().map(|(name, bank, program)| (name.to_string(), *bank, *program)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_later_bank_lies_over_an_earlier_one() {
    let low = bank("low", &[(0, 0), (0, 1), (128, 0)]);
    let high = bank("high", &[(0, 1), (8, 1)]);
    let stack = Stack::new(vec![low, high]);
    let expected = [("low", 0, 0), ("high", 0, 1), ("high", 8, 1), ("low", 128, 0)];
    check(&stack.presets(), &expected);
}

#[test]
fn s7_2_the_first_of_two_presets_with_the_same_numbers_counts_and_some_cannot_be_selected() {
    let one = bank("one", &[(0, 5), (0, 5), (0, 128)]);
    let presets = Stack::new(vec![one]).presets();
    check(&presets, &[("one", 0, 5)]);
    assert_eq!(presets[0].preset.0, 0);
}

#[test]
fn a_song_gets_its_programs_in_all_banks_and_what_may_stand_in_for_them() {
    let numbers =
        [(0, 0), (0, 1), (0, 25), (8, 25), (8, 0), (128, 0), (128, 24), (128, 25), (128, 40)];
    let stack = Stack::new(vec![bank("gm", &numbers)]);
    let expected =
        [(0, 0), (0, 25), (8, 25), (128, 0), (128, 24), (128, 25)].map(|(b, p)| ("gm", b, p));
    check(&stack.presets_for(&[25]), &expected);
}
