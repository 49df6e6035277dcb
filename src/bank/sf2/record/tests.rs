use std::fmt::Debug;

use super::*;

/// Checks that a record has its length, and that its bytes give the record again.
#[track_caller]
fn check<R: Record + PartialEq + Debug>(record: R, expected: &[u8]) {
    let mut bytes = Vec::new();
    record.write_to(&mut bytes);
    assert_eq!(bytes.escape_ascii().to_string(), expected.escape_ascii().to_string());
    assert_eq!(bytes.len(), R::LEN);
    assert_eq!(R::from_bytes(&bytes), record);
}

#[test]
fn s7_2_a_preset_header_is_38_bytes() {
    check(
        PresetHeader {
            name: Name::from_text("Piano"),
            program: 0x0102,
            bank: 0x0304,
            bag_index: 0x0506,
            library: 7,
            genre: 8,
            morphology: 9,
        },
        b"Piano\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\x01\x04\x03\x06\x05\x07\0\0\0\x08\0\0\0\x09\0\0\0",
    );
}

#[test]
fn s7_3_a_bag_is_4_bytes() {
    let bag = Bag { generator_index: 0x0102, modulator_index: 0x0304 };
    check(PresetBag(bag), b"\x02\x01\x04\x03");
    check(InstrumentBag(bag), b"\x02\x01\x04\x03");
}

#[test]
fn s7_4_a_modulator_is_10_bytes() {
    let modulator = ModulatorRecord {
        source: 0x0102,
        destination: 0x0304,
        amount: -2,
        amount_source: 0x0506,
        transform: 0x0708,
    };
    check(PresetModulator(modulator), b"\x02\x01\x04\x03\xFE\xFF\x06\x05\x08\x07");
    check(InstrumentModulator(modulator), b"\x02\x01\x04\x03\xFE\xFF\x06\x05\x08\x07");
}

#[test]
fn s7_5_a_generator_is_4_bytes() {
    check(PresetGenerator(GeneratorRecord::new(17, -500)), b"\x11\0\x0C\xFE");
    check(InstrumentGenerator(GeneratorRecord::new(17, -500)), b"\x11\0\x0C\xFE");
}

#[test]
fn s7_6_an_instrument_is_22_bytes() {
    check(
        InstrumentHeader { name: Name::from_text("Strings"), bag_index: 0x0102 },
        b"Strings\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\x01",
    );
}

#[test]
fn s7_10_a_sample_header_is_46_bytes() {
    check(
        SampleHeader {
            name: Name::from_text("A4"),
            start: 1,
            end: 2,
            loop_start: 3,
            loop_end: 4,
            rate: 44_100,
            original_pitch: 69,
            correction: -4,
            link: 0x0506,
            kind: sample_type::LEFT,
        },
        b"A4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\x04\0\0\0\
          \x44\xAC\0\0\x45\xFC\x06\x05\x04\0",
    );
}

#[test]
fn a_record_cut_short_reads_as_zeros() {
    assert_eq!(PresetHeader::from_bytes(&[]), PresetHeader::default());
}

#[test]
fn a_name_is_cut_to_19_bytes_between_characters() {
    assert_eq!(Name::from_text("0123456789012345678X").to_text(), "0123456789012345678");
    assert_eq!(Name::from_text("012345678901234567é").to_text(), "012345678901234567");
    assert!(Name::from_text("0123456789012345678X").is_terminated());
}

#[test]
fn a_name_that_is_not_utf_8_is_latin_1() {
    let mut name = Name::default();
    name.0[..4].copy_from_slice(b"Fl\xF6t");
    assert_eq!(name.to_text(), "Flöt");
    assert!(!Name([b'x'; 20]).is_terminated());
    assert_eq!(Name([b'x'; 20]).to_text(), "xxxxxxxxxxxxxxxxxxxx");
}
