//! The bank of the house and the songs: that their sources still make them, and that they are what
//! they should be.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use portative::bank::write::{Points, Preset, Sample, SoundFont, Zone};
use portative::bank::{Bank, Generator};
use portative::midi::smf::Smf;
use sha2::Digest;

#[path = "../../soundfonts/house/house.rs"]
mod maker;
#[path = "../../examples/songs/songs.rs"]
mod songs;

fn sound_font() -> SoundFont {
    maker::sound_font().unwrap()
}

#[track_caller]
fn preset(font: &SoundFont, bank: u16, program: u16) -> &Preset {
    let found: Vec<&Preset> = font
        .presets
        .iter()
        .filter(|preset| (preset.bank, preset.program) == (bank, program))
        .collect();
    assert_eq!(found.len(), 1, "bank {bank}, program {program}");
    found[0]
}

/// The amount of a generator that a zone sets.
fn amount(zone: &Zone, generator: Generator) -> Option<[u8; 2]> {
    let found = zone.generators.iter().find(|record| record.operator == generator.operator());
    found.map(|record| record.amount)
}

/// The keys that an instrument's zones play.
fn keys(font: &SoundFont, instrument: usize) -> BTreeSet<u8> {
    let zones = font.instruments[instrument].zones.iter();
    let sounding = zones.filter(|zone| amount(zone, Generator::SampleId).is_some());
    sounding
        .flat_map(|zone| {
            let [low, high] = amount(zone, Generator::KeyRange).unwrap();
            low..=high
        })
        .collect()
}

#[test]
fn the_bank_is_the_one_that_its_source_makes() {
    let made = sound_font().to_bytes().unwrap();
    let committed = fs::read("soundfonts/portative.sf2").unwrap();
    assert!(
        made == committed,
        "soundfonts/portative.sf2 differs from its source: cargo run --example make_house_bank"
    );
}

#[test]
fn the_readme_names_the_size_and_the_digest_of_the_bank() {
    let bank = fs::read("soundfonts/portative.sf2").unwrap();
    let digest = sha2::Sha256::digest(&bank);
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let readme = fs::read_to_string("soundfonts/README.md").unwrap();
    assert!(
        readme.contains(&format!("| {} | `{digest}` |", bank.len())),
        "{} {digest}",
        bank.len()
    );
}

#[test]
fn the_reference_synthesizer_plays_every_preset() {
    let bank = fs::read("soundfonts/portative.sf2").unwrap();
    let bank = Arc::new(rustysynth::SoundFont::new(&mut bank.as_slice()).unwrap());
    let settings = rustysynth::SynthesizerSettings::new(22_050);
    let mut synth = rustysynth::Synthesizer::new(&bank, &settings).unwrap();
    let (mut left, mut right) = ([0.0; 11_025], [0.0; 11_025]);
    for program in 0..128 {
        synth.process_midi_message(0, 0xC0, program, 0);
        synth.note_on(0, 60, 100);
        synth.render(&mut left, &mut right);
        synth.note_off_all(true);
        let peak = left.iter().chain(&right).fold(0.0, |peak: f32, point| peak.max(point.abs()));
        assert!((0.003..0.9).contains(&peak), "program {program}: peak {peak}");
    }
}

#[test]
fn the_bank_opens_without_a_warning_and_so_do_its_instruments() {
    let bytes = fs::read("soundfonts/portative.sf2").unwrap();
    assert!(
        bytes.len() < 1_000_000,
        "{} bytes are too many to live inside the program",
        bytes.len()
    );
    let bank = Bank::from_source(Arc::new(bytes)).unwrap();
    assert_eq!(bank.warnings(), []);
    for preset in bank.presets() {
        let index = bank.find(preset.bank, preset.program).unwrap();
        let instrument = bank.instrument(index).unwrap();
        assert_eq!(instrument.warnings(), [], "{}", preset.name);
        assert!(
            instrument.regions_at(60, 100).len() <= 6,
            "{}: too many voices a note",
            preset.name
        );
    }
}

#[test]
fn every_program_of_general_midi_plays_every_key() {
    let font = sound_font();
    for program in 0..128 {
        for zone in &preset(&font, 0, program).zones {
            let instrument = u16::from_le_bytes(amount(zone, Generator::Instrument).unwrap());
            let keys = keys(&font, usize::from(instrument));
            assert_eq!(keys.len(), 128, "program {program}: only {keys:?}");
        }
    }
}

#[test]
fn the_drum_kit_has_every_key_of_general_midi() {
    let font = sound_font();
    let zone = &preset(&font, 128, 0).zones[0];
    let instrument = u16::from_le_bytes(amount(zone, Generator::Instrument).unwrap());
    let keys = keys(&font, usize::from(instrument));
    let missing: Vec<u8> = (35..=81).filter(|key| !keys.contains(key)).collect();
    assert!(missing.is_empty(), "no drum at {missing:?}");
}

#[test]
fn the_hi_hats_cut_each_other_off() {
    let font = sound_font();
    let kit = font.instruments.iter().find(|instrument| instrument.name == "Drum Kit").unwrap();
    let class = |key: u8| {
        let zone =
            kit.zones.iter().find(|zone| amount(zone, Generator::KeyRange) == Some([key, key]));
        amount(zone.unwrap(), Generator::ExclusiveClass)
    };
    assert!(class(42).is_some());
    assert_eq!([class(42), class(42)], [class(44), class(46)]);
}

#[test]
fn s7_10_what_follows_a_loop_is_its_beginning_again() {
    for Sample { name, points, loop_start, loop_end, .. } in &sound_font().samples {
        let Points::Pcm16(points) = points else { panic!("{name}: not 16-bit") };
        let (start, end) = (*loop_start as usize, *loop_end as usize);
        if start == end {
            continue;
        }
        assert!(start >= 8 && end - start >= 32 && points.len() >= end + 8, "{name}: too short");
        for ahead in 0..points.len() - end {
            let (first, again) = (points[start + ahead], points[end + ahead]);
            // One step of quantisation, because a turning vector is not the same number after a
            // whole turn.
            assert!((i32::from(first) - i32::from(again)).abs() <= 1, "{name}: the loop clicks");
        }
    }
}

#[test]
fn looped_waves_are_in_tune_and_no_wave_has_an_offset_or_clips() {
    for sample in &sound_font().samples {
        let Sample { name, points: Points::Pcm16(points), .. } = sample else {
            panic!("not 16-bit")
        };
        let crest = points.iter().map(|point| i32::from(*point).abs()).max().unwrap();
        assert!((8_000..32_700).contains(&crest), "{name}: crest {crest}");
        let looped = sample.loop_start as usize..sample.loop_end as usize;
        if !looped.is_empty() {
            let length = looped.len() as f64;
            let sum: i64 = points[looped].iter().map(|point| i64::from(*point)).sum();
            let offset = sum as f64 / length;
            assert!(offset.abs() < 8.0, "{name}: offset {offset}");
            assert!(
                cents_off(sample, length).abs() < 0.2,
                "{name}: {} cents",
                cents_off(sample, length)
            );
        }
    }
}

/// How far the nearest whole number of cycles in the loop is from the root key.
fn cents_off(sample: &Sample, length: f64) -> f64 {
    if ["Noise", "Cowbell 60", "Triangle 60", "Whistle 60"].contains(&&*sample.name) {
        return 0.0;
    }
    let hertz = 440.0 * ((f64::from(sample.original_pitch) - 69.0) / 12.0).exp2();
    let cycle = f64::from(sample.rate) / hertz;
    let cycles = (length / cycle).round();
    1200.0 * (cycles * cycle / length).log2()
}

#[test]
fn the_songs_are_the_ones_that_their_scores_make() {
    for (name, score) in songs::SONGS {
        let made = songs::compile(score).unwrap_or_else(|error| panic!("{name}: {error}"));
        let committed = fs::read(format!("examples/songs/{name}.mid")).unwrap();
        assert!(made == committed, "{name}.mid differs from its score: cargo run --example songs");
        assert_eq!(Smf::read(&made).unwrap().warnings, []);
    }
}
