//! The structure of the nine tables, SoundFont 2.04 sections 7.2 to 7.10.

use portative::bank::write::{Preset, Zone};
use portative::bank::{BankWarning, PresetIndex};

use super::fixture::*;

#[track_caller]
fn check(id: &[u8; 4], data: &[u8], expected: &str) {
    let bytes = with_chunk(&bytes(&bank_with(Zone::new())), id, data);
    let error = read(bytes).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn s7_a_table_whose_size_is_no_multiple_of_its_record_is_refused() {
    check(b"phdr", &[0; 77], "pdta/phdr: 77 bytes at offset");
    check(b"pbag", &[0; 7], "expected a multiple of 4");
    check(b"pmod", &[0; 11], "expected a multiple of 10");
    check(b"pgen", &[0; 5], "expected a multiple of 4");
    check(b"inst", &[0; 45], "expected a multiple of 22");
    check(b"ibag", &[0; 7], "expected a multiple of 4");
    check(b"imod", &[0; 11], "expected a multiple of 10");
    check(b"igen", &[0; 5], "expected a multiple of 4");
    check(b"shdr", &[0; 47], "expected a multiple of 46");
}

#[test]
fn s7_2_a_bank_has_a_preset_and_the_terminal_one() {
    check(b"phdr", &[0; 38], "pdta/phdr: 1 records at offset");
    check(b"phdr", &[], "expected 2 or more");
}

#[test]
fn s7_6_a_bank_has_an_instrument_and_the_terminal_one() {
    check(b"inst", &[0; 22], "pdta/inst: 1 records at offset");
}

#[test]
fn s7_other_tables_have_their_terminal_record() {
    for id in [b"pbag", b"pmod", b"pgen", b"ibag", b"imod", b"igen", b"shdr"] {
        check(id, &[], "expected 1 or more");
    }
}

#[test]
fn s7_2_bag_indices_never_decrease() {
    let mut phdr = [0; 3 * 38];
    phdr[24] = 1;
    check(b"phdr", &phdr, "pdta/phdr: index 0 in record 1");
}

#[test]
fn s7_3_generator_indices_never_decrease() {
    check(b"pbag", &[1, 0, 0, 0, 0, 0, 0, 0], "pdta/pbag: index 0 in record 1");
    check(b"ibag", &[1, 0, 0, 0, 0, 0, 0, 0], "pdta/ibag: index 0 in record 1");
}

#[test]
fn s7_3_modulator_indices_never_decrease() {
    check(b"pbag", &[0, 0, 1, 0, 1, 0, 0, 0], "pdta/pbag: index 0 in record 1");
}

#[test]
fn s7_2_the_terminal_preset_names_the_terminal_bag() {
    let mut phdr = [0; 2 * 38];
    phdr[38 + 24] = 2;
    check(b"phdr", &phdr, "pdta/phdr: terminal index 2");
}

#[test]
fn s7_3_the_terminal_bag_names_the_terminal_generator_and_modulator() {
    check(b"pbag", &[0, 0, 0, 0, 2, 0, 0, 0], "terminal index 2");
    check(b"pbag", &[0, 0, 0, 0, 1, 0, 1, 0], "terminal index 1");
    check(b"ibag", &[0, 0, 0, 0, 0, 0, 0, 0], "terminal index 0");
}

#[test]
fn s7_5_a_zone_names_an_instrument_that_is_there() {
    check(b"pgen", &[41, 0, 1, 0, 0, 0, 0, 0], "pdta/pgen: index 1 in record 0");
}

#[test]
fn s7_9_a_zone_names_a_sample_that_is_there() {
    check(b"igen", &[53, 0, 0xFF, 0xFF, 0, 0, 0, 0], "pdta/igen: index 65535 in record 0");
}

#[test]
fn an_error_names_the_offset_of_the_record() {
    let good = bytes(&bank_with(Zone::new()));
    let at = find_chunk(&good, b"pgen") + 8;
    let bad = with_chunk(&good, b"pgen", &[41, 0, 1, 0, 0, 0, 0, 0]);
    let error = read(bad).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("pdta/pgen: index 1 in record 0 at offset {at:#x}, expected below 1")
    );
}

#[test]
fn s7_2_presets_keep_the_order_of_the_file() {
    let mut font = bank_with(Zone::new());
    font.presets.insert(0, Preset::new("drums", 128, 9).zone(Zone::new().instrument(0)));
    let bank = open(&font);
    let found: Vec<_> =
        bank.presets().iter().map(|p| (p.name.as_str(), p.bank, p.program)).collect();
    assert_eq!(found, [("drums", 128, 9), ("preset", 0, 0)]);
    assert_eq!(bank.find(128, 9), Some(PresetIndex(0)));
    assert_eq!(bank.find(0, 0), Some(PresetIndex(1)));
    assert_eq!(bank.find(0, 1), None);
}

#[test]
fn s7_2_the_first_of_two_presets_with_the_same_numbers_plays() {
    let mut font = bank_with(Zone::new());
    font.presets.push(Preset { name: "second".to_owned(), ..font.presets[0].clone() });
    let bank = open(&font);
    assert_eq!(bank.find(0, 0), Some(PresetIndex(0)));
    assert_eq!(bank.warnings(), [BankWarning::DuplicatePreset { preset: 1, first: 0 }]);
}

#[test]
fn s7_2_a_preset_without_zones_is_ignored() {
    let mut font = bank_with(Zone::new());
    font.presets.insert(0, Preset::new("empty", 0, 0));
    let bank = open(&font);
    assert_eq!(bank.find(0, 0), Some(PresetIndex(1)));
    assert_eq!(bank.warnings()[0].to_string(), "preset 0: no zones that play");
    assert!(bank.regions(PresetIndex(0)).unwrap().is_empty());
}

#[test]
fn s7_2_a_preset_with_impossible_numbers_is_kept() {
    let mut font = bank_with(Zone::new());
    (font.presets[0].bank, font.presets[0].program) = (129, 128);
    let bank = open(&font);
    assert_eq!(bank.presets()[0].bank, 129);
    let text = bank.warnings()[0].to_string();
    assert_eq!(text, "preset 0: bank 129 program 128 cannot be selected");
}

#[test]
fn s7_6_an_instrument_without_zones_is_ignored() {
    let mut font = bank_with(Zone::new());
    font.instruments[0].zones.clear();
    assert!(regions(&font).is_empty());
    assert_eq!(complaints(&font), ["instrument 0: no zones that play"]);
}

#[test]
fn a_preset_that_is_not_there_is_an_error() {
    let bank = open(&bank_with(Zone::new()));
    assert_eq!(bank.regions(PresetIndex(1)).unwrap_err().to_string(), "preset 1: the bank has 1");
}

#[test]
fn names_without_an_end_are_read_whole() {
    let mut bytes = bytes(&bank_with(Zone::new()));
    let at = find_chunk(&bytes, b"phdr") + 8;
    bytes[at..at + 20].fill(b'x');
    let bank = read(bytes).unwrap();
    assert_eq!(bank.presets()[0].name, "x".repeat(20));
    assert_eq!(bank.warnings()[0].to_string(), "preset 0: name without an end");
}
