//! Reports of what is in a bank.

use portative::bank::write::{Points, Sample, Zone};
use portative::bank::{GUARD_AFTER, GUARD_BEFORE, Generator, PresetIndex, SampleCounts, Version};
use serde_json::json;

use super::fixture::*;

const GUARDS: u64 = (GUARD_BEFORE + GUARD_AFTER) as u64;

#[test]
fn a_report_counts_and_measures() {
    let mut font = bank_with(Zone::new());
    font.info.version = Version { major: 3, minor: 0 };
    let tone = include_bytes!("../../corpus/tone.ogg").to_vec();
    font.samples.push(Sample::new("tone", Points::Compressed(tone)));
    font.samples.push(Sample::new("rom", Points::Rom { start: 0, end: 9 }));
    let bytes = bytes(&font);
    let len = bytes.len() as u64;
    let report = read(bytes).unwrap().report();
    assert_eq!((report.presets, report.instruments), (1, 1));
    assert_eq!(report.samples, SampleCounts { pcm16: 1, pcm24: 0, compressed: 1, unusable: 1 });
    assert_eq!(report.file_bytes, len);
    assert_eq!(report.memory_bytes, 2 * (100 + GUARDS) + 2 * (3_000 + GUARDS));
    assert_eq!(report.warnings, 1);
}

#[test]
fn a_preset_report_knows_keys_and_memory() {
    let font = bank_of(
        vec![Zone::new().instrument(0)],
        vec![Zone::new().key_range(40..=50).sample(0), Zone::new().key_range(60..=70).sample(0)],
    );
    let report = open(&font).preset_report(PresetIndex(0)).unwrap();
    let expected = json!({
        "index": 0, "bank": 0, "program": 0, "name": "preset",
        "regions": 2, "samples": 1, "keys": { "low": 40, "high": 70 },
        "memory_bytes": 2 * (100 + GUARDS),
    });
    assert_eq!(serde_json::to_value(report).unwrap(), expected);
}

#[test]
fn lint_tells_each_oddity_in_words_and_as_data() {
    let font = bank_with(Zone::new().set(Generator::FineTune, 100));
    let report = serde_json::to_value(open(&font).lint()).unwrap();
    let expected = json!({
        "findings": [{
            "text": "instrument 0, zone 0: FineTune 100 is out of range",
            "warning": { "zone": {
                "at": { "owner": "instrument", "index": 0, "zone": 0 },
                "what": { "out_of_range": { "generator": "FineTune", "amount": 100 } },
            }},
        }],
        "dropped": 0,
    });
    assert_eq!(report, expected);
}

#[test]
fn lint_of_waves_finds_what_only_decoding_shows() {
    let mut font = bank_of(
        vec![Zone::new().instrument(0)],
        vec![Zone::new().set(Generator::StartAddrsCoarseOffset, 9).sample(0)],
    );
    let tone = include_bytes!("../../corpus/tone.ogg");
    font.samples.push(Sample::new("cut", Points::Compressed(tone[..2_000].to_vec())));
    let bank = open(&font);
    assert!(bank.lint().findings.is_empty());
    let texts: Vec<_> =
        bank.lint_waves().unwrap().findings.into_iter().map(|finding| finding.text).collect();
    assert_eq!(
        texts,
        [
            "sample 1: damaged stream; it cannot play",
            "sample 0: a region's offsets leave nothing to play",
        ]
    );
}
