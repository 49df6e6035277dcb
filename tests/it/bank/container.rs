//! The RIFF structure, SoundFont 2.04 sections 3 to 5 and 10, and the `INFO` list.

use portative::bank::write::{SoundFont, Zone};
use portative::bank::{BankError, BankOptions, BankWarning, Info, Limits, Version};
use portative::riff::RiffError;

use super::fixture::*;

fn plain() -> Vec<u8> {
    bytes(&bank_with(Zone::new()))
}

/// The error of a file, in words.
#[track_caller]
fn error(bytes: Vec<u8>) -> String {
    read(bytes).unwrap_err().to_string()
}

#[test]
fn s3_1_a_sound_bank_gives_no_warnings() {
    assert_eq!(read(plain()).unwrap().warnings(), []);
}

#[test]
fn s3_3_what_is_no_riff_file_is_refused() {
    assert_eq!(error(b"MThd\0\0\0\x06\0\x01\0\x02".to_vec()), "MThd at offset 0x0, expected RIFF");
    assert_eq!(error(vec![]), "RIFF: 0 bytes left at offset 0x0, expected 12");
}

#[test]
fn s3_3_a_riff_file_of_another_form_is_refused() {
    let mut bytes = plain();
    bytes[8..12].copy_from_slice(b"WAVE");
    assert_eq!(error(bytes), "form WAVE at offset 0x8, expected sfbk");
}

#[test]
fn s4_1_every_list_must_be_there() {
    for list in [b"INFO", b"sdta", b"pdta"] {
        let mut bytes = plain();
        let at = find_chunk(&bytes, list);
        bytes[at..at + 4].copy_from_slice(b"none");
        let name = String::from_utf8_lossy(list).into_owned();
        assert!(error(bytes).starts_with(&format!("RIFF/{name}: missing")), "{name}");
    }
}

#[test]
fn s7_1_every_table_must_be_there() {
    let tables = [b"phdr", b"pbag", b"pmod", b"pgen", b"inst", b"ibag", b"imod", b"igen", b"shdr"];
    for table in tables {
        let mut bytes = plain();
        let at = find_chunk(&bytes, table);
        bytes[at..at + 4].copy_from_slice(b"none");
        let name = String::from_utf8_lossy(table).into_owned();
        assert!(error(bytes).starts_with(&format!("pdta/{name}: missing")), "{name}");
    }
}

#[test]
fn s10_1_a_list_past_the_end_of_the_file_is_refused() {
    let mut bytes = plain();
    bytes.truncate(bytes.len() - 2);
    let error = read(bytes).unwrap_err();
    assert!(matches!(error, BankError::Riff(RiffError::Truncated { .. })), "{error}");
}

#[test]
fn a_riff_size_that_is_not_the_files_is_forgiven() {
    for size in [0, 100, u32::MAX] {
        let mut bytes = plain();
        let expected = bytes.len() as u64 - 8;
        bytes[4..8].copy_from_slice(&size.to_le_bytes());
        let bank = read(bytes).unwrap();
        assert_eq!(bank.warnings(), [BankWarning::RiffSize { expected, got: size.into() }]);
    }
}

#[test]
fn bytes_after_the_last_list_are_forgiven() {
    let mut bytes = plain();
    bytes.extend(b"ID3 and whatever else");
    assert!(matches!(read(bytes).unwrap().warnings(), [BankWarning::RiffSize { .. }]));
}

#[test]
fn s10_2_a_well_formed_unknown_chunk_is_skipped() {
    let mut bytes = plain();
    let at = bytes.len();
    bytes.splice(12..12, *b"JUNK\x02\0\0\0xx");
    bytes[4..8].copy_from_slice(&(at as u32 + 2).to_le_bytes());
    let bank = read(bytes).unwrap();
    let texts: Vec<_> = bank.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["JUNK: unknown chunk at offset 0x14"]);
}

#[test]
fn s3_2_an_unknown_info_chunk_is_ignored_in_silence() {
    let mut bytes = plain();
    let at = find_chunk(&bytes, b"INAM");
    bytes[at..at + 4].copy_from_slice(b"IXYZ");
    let bank = read(bytes).unwrap();
    assert_eq!(bank.warnings().len(), 1, "only the missing name: {:?}", bank.warnings());
    assert_eq!(bank.info().name, "");
}

#[test]
fn lists_in_another_order_are_forgiven() {
    let bytes = plain();
    let pdta = find_chunk(&bytes, b"pdta") - 8;
    let sdta = find_chunk(&bytes, b"sdta") - 8;
    let moved = [&bytes[..sdta], &bytes[pdta..], &bytes[sdta..pdta]].concat();
    let bank = read(moved).unwrap();
    assert!(matches!(bank.warnings(), [BankWarning::ChunkOrder { .. }]), "{:?}", bank.warnings());
}

#[test]
fn the_first_of_two_lists_of_a_kind_counts() {
    let bytes = plain();
    let sdta = find_chunk(&bytes, b"sdta") - 8;
    let doubled = [&bytes[..sdta], &bytes[12..]].concat();
    let bank = read(doubled).unwrap();
    assert!(bank.warnings().iter().any(|w| matches!(w, BankWarning::DuplicateChunk { .. })));
}

#[test]
fn data_of_odd_length_without_its_pad_byte_is_forgiven() {
    let bytes = plain();
    let (sdta, pdta) = (find_chunk(&bytes, b"sdta") - 8, find_chunk(&bytes, b"pdta") - 8);
    let mut odd = bytes.clone();
    odd.insert(pdta, 7);
    for at in [sdta + 4, sdta + 16] {
        let size = size_at(&odd, at) as u32 + 1;
        odd[at..at + 4].copy_from_slice(&size.to_le_bytes());
    }
    let bank = read(odd).unwrap();
    assert!(bank.warnings().iter().any(|w| matches!(w, BankWarning::MissingPad { .. })));
    assert_eq!(bank.presets().len(), 1);
}

#[test]
fn s5_1_a_bank_without_a_version_is_refused() {
    let mut bytes = plain();
    let at = find_chunk(&bytes, b"ifil");
    bytes[at..at + 4].copy_from_slice(b"none");
    assert!(error(bytes).starts_with("INFO/ifil: missing"));
}

#[test]
fn s5_1_a_version_of_another_size_is_refused() {
    let bytes = with_chunk(&plain(), b"ifil", &[2, 0, 4, 0, 0, 0]);
    assert!(error(bytes).starts_with("INFO/ifil: 6 bytes at offset 0x20"));
}

#[track_caller]
fn version(major: u16, minor: u16) -> Result<Vec<BankWarning>, BankError> {
    let mut font = bank_with(Zone::new());
    font.info.version = Version { major, minor };
    read(bytes(&font)).map(|bank| bank.warnings().to_vec())
}

#[test]
fn s5_1_versions_2_to_2_04_and_3_are_known() {
    for (major, minor) in [(2, 0), (2, 1), (2, 4), (3, 0), (3, 1)] {
        assert_eq!(version(major, minor).unwrap(), []);
    }
}

#[test]
fn later_versions_are_read_with_a_warning() {
    for (major, minor) in [(2, 5), (2, 1024), (4, 0)] {
        assert!(matches!(version(major, minor).unwrap()[..], [BankWarning::UnknownVersion { .. }]));
    }
}

#[test]
fn s5_1_the_format_of_the_awe32_is_refused() {
    assert!(matches!(version(1, 0), Err(BankError::UnsupportedVersion { major: 1, .. })));
}

#[test]
fn s5_every_text_is_read() {
    let text = |name: &str| Some(name.to_owned());
    let info = Info {
        version: Version { major: 2, minor: 4 },
        engine: "engine".to_owned(),
        name: "a name".to_owned(),
        rom: text("1MGM"),
        rom_version: Some(Version { major: 2, minor: 8 }),
        date: text("July 15, 1997"),
        engineer: text("somebody"),
        product: text("product"),
        copyright: text("(c)"),
        comment: text("line 1\nline 2"),
        tool: text("tool:tool"),
    };
    let font = SoundFont { info: info.clone(), ..bank_with(Zone::new()) };
    assert_eq!(*open(&font).info(), info);
}

#[test]
fn s5_missing_texts_have_their_defaults() {
    let mut bytes = plain();
    let at = find_chunk(&bytes, b"isng");
    bytes[at..at + 4].copy_from_slice(b"IXYZ");
    let bank = read(bytes).unwrap();
    assert_eq!(bank.info().engine, "EMU8000");
    assert_eq!(bank.warnings()[0].to_string(), "INFO/isng: missing");
}

#[test]
fn s5_a_text_without_an_end_or_longer_than_256_bytes_is_ignored() {
    for text in [vec![b'x'; 10], vec![0; 258]] {
        let bank = read(with_chunk(&plain(), b"isng", &text)).unwrap();
        assert_eq!(bank.info().engine, "EMU8000");
        assert!(matches!(bank.warnings(), [BankWarning::MalformedInfo { .. }]));
    }
}

#[test]
fn too_few_bytes_for_a_chunk_at_the_end_of_a_list_are_forgiven() {
    let bytes = plain();
    let end = find_chunk(&bytes, b"sdta") - 8;
    let mut longer = bytes.clone();
    longer.splice(end..end, [0; 4]);
    let size = size_at(&bytes, 16) as u32 + 4;
    longer[16..20].copy_from_slice(&size.to_le_bytes());
    let bank = read(longer).unwrap();
    assert!(bank.warnings().iter().any(|w| matches!(w, BankWarning::LeftoverBytes { got: 4, .. })));
}

#[test]
fn a_table_past_the_limit_is_refused_unread() {
    let limits = Limits { table_bytes: 75, ..Limits::default() };
    let options = BankOptions { limits, ..BankOptions::default() };
    let source = std::sync::Arc::new(plain());
    let error = portative::bank::Bank::from_source_with(source, options).unwrap_err();
    assert!(matches!(error, BankError::Riff(RiffError::TooLarge { got: 76, .. })), "{error}");
}

#[test]
fn warnings_past_the_limit_are_counted() {
    let mut font = bank_with(Zone::new());
    font.samples[0].rate = 0;
    font.samples[0].original_pitch = 200;
    let limits = Limits { warnings: 1, ..Limits::default() };
    let options = BankOptions { limits, ..BankOptions::default() };
    let source = std::sync::Arc::new(bytes(&font));
    let bank = portative::bank::Bank::from_source_with(source, options).unwrap();
    assert_eq!((bank.warnings().len(), bank.dropped_warnings()), (1, 1));
}
