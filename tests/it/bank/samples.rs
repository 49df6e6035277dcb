//! Sample headers, SoundFont 2.04 section 7.10.

use portative::bank::sf2::record::sample_type;
use portative::bank::write::{Points, Sample, SoundFont, Zone};
use portative::bank::{PresetIndex, SampleChannel, SampleFault, SampleLocation};

use super::fixture::*;

/// A bank with one sample, from a changed header.
fn with_sample(change: impl FnOnce(&mut Sample)) -> SoundFont {
    let mut font = bank_with(Zone::new());
    change(&mut font.samples[0]);
    font
}

/// The file of a bank whose first sample header has a 32-bit field replaced.
fn with_field(place: usize, value: u32) -> Vec<u8> {
    let mut bytes = bytes(&bank_with(Zone::new()));
    let at = find_chunk(&bytes, b"shdr") + 8 + 20 + 4 * place;
    bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    bytes
}

const START: usize = 0;
const END: usize = 1;

#[test]
fn s7_10_a_header_is_read_as_it_is() {
    let mut font = with_sample(|sample| {
        (sample.rate, sample.original_pitch, sample.correction) = (32_000, 69, -4);
    });
    font.samples.insert(0, Sample::new("first", Points::Pcm16(vec![1; 50])));
    let bank = open(&font);
    let sample = &bank.samples()[1];
    assert_eq!(sample.name, "ramp");
    assert_eq!(sample.location, SampleLocation::Points { start: 96, end: 196 });
    assert_eq!((sample.loop_start, sample.loop_end), (10, 90));
    assert_eq!((sample.rate, sample.root_key, sample.correction), (32_000, 69, -4));
    assert_eq!((sample.channel, sample.link, sample.fault), (SampleChannel::Mono, None, None));
}

#[test]
fn s7_10_an_impossible_or_missing_pitch_is_60() {
    for (pitch, root, complaint) in [
        (0, 0, None),
        (127, 127, None),
        (128, 60, Some("sample 0: original pitch 128, 60 used")),
        (254, 60, Some("sample 0: original pitch 254, 60 used")),
        (255, 60, None),
    ] {
        let font = with_sample(|sample| sample.original_pitch = pitch);
        assert_eq!(open(&font).samples()[0].root_key, root);
        assert_eq!(complaints(&font).first().map(String::as_str), complaint);
    }
}

#[test]
fn s7_10_an_impossible_rate_is_made_practical() {
    for (rate, used) in [(0, 44_100), (1, 400), (400, 400), (192_000, 192_000), (u32::MAX, 768_000)]
    {
        let font = with_sample(|sample| sample.rate = rate);
        assert_eq!(open(&font).samples()[0].rate, used);
        assert_eq!(complaints(&font).is_empty(), rate == used);
    }
}

#[test]
fn s7_10_stereo_halves_name_each_other() {
    let mut font = bank_with(Zone::new());
    font.samples = vec![
        ramp(50, 0, 0).linked(sample_type::LEFT, 1),
        ramp(50, 0, 0).linked(sample_type::RIGHT, 0),
        ramp(50, 0, 0).linked(sample_type::LINKED, 9),
    ];
    let bank = open(&font);
    let found: Vec<_> = bank.samples().iter().map(|s| (s.channel, s.link)).collect();
    let expected = [
        (SampleChannel::Left, Some(1)),
        (SampleChannel::Right, Some(0)),
        (SampleChannel::Linked, None),
    ];
    assert_eq!(found, expected);
    assert_eq!(bank.warnings(), []);
}

#[test]
fn s7_10_a_half_without_its_partner_plays_alone() {
    for link in [0, 1, 99] {
        let font = with_sample(|sample| {
            (sample.kind, sample.link) = (sample_type::LEFT, link);
        });
        let partnered = link == 0;
        assert_eq!(complaints(&font).is_empty(), partnered, "{link}");
        assert_eq!(open(&font).instrument(PresetIndex(0)).unwrap().regions().len(), 1);
    }
}

#[test]
fn an_unknown_kind_is_mono() {
    let font = with_sample(|sample| sample.kind = 3);
    assert_eq!(open(&font).samples()[0].channel, SampleChannel::Mono);
    assert_eq!(complaints(&font), ["sample 0: unknown type 0x0003, taken as mono"]);
}

/// Checks that a bank opens, says why its sample cannot play, and plays nothing.
#[track_caller]
fn unusable(bytes: Vec<u8>, fault: SampleFault, complaint: &str) {
    let bank = read(bytes).unwrap();
    assert_eq!(bank.samples()[0].fault, Some(fault));
    let texts: Vec<_> = bank.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(texts, [format!("sample 0: {complaint}; it cannot play")]);
    assert_eq!(bank.regions(PresetIndex(0)).unwrap().len(), 1);
    let instrument = bank.instrument(PresetIndex(0)).unwrap();
    assert!(instrument.regions().is_empty());
    assert_eq!(instrument.warnings().len(), 1);
    assert_eq!(instrument.bytes(), 0);
}

#[test]
fn s7_10_a_sample_past_the_data_is_dropped_and_the_bank_kept() {
    let fault = SampleFault::Outside { end: 147, len: 146 };
    unusable(with_field(END, 147), fault, "ends at 147, the bank has 146");
    let fault = SampleFault::Outside { end: u32::MAX, len: 146 };
    unusable(with_field(END, u32::MAX), fault, "ends at 4294967295, the bank has 146");
}

#[test]
fn s7_10_a_sample_that_ends_before_it_begins_is_dropped() {
    unusable(with_field(END, 0), SampleFault::Empty { start: 0, end: 0 }, "from 0 to 0");
    unusable(
        with_field(START, 101),
        SampleFault::Empty { start: 101, end: 100 },
        "from 101 to 100",
    );
}

#[test]
fn s7_10_a_rom_sample_is_dropped() {
    let mut font = with_sample(|sample| sample.points = Points::Rom { start: 0, end: 100 });
    font.info.rom = Some("1MGM".to_owned());
    unusable(bytes(&font), SampleFault::Rom, "in ROM");
}

#[test]
fn a_bank_without_data_has_no_samples_that_play() {
    let mut bytes = bytes(&bank_with(Zone::new()));
    let at = find_chunk(&bytes, b"smpl");
    bytes[at..at + 4].copy_from_slice(b"none");
    let bank = read(bytes).unwrap();
    assert_eq!(bank.samples()[0].fault, Some(SampleFault::Outside { end: 100, len: 0 }));
}

#[test]
fn s7_10_short_samples_and_odd_loops_play_with_a_warning() {
    let font = with_sample(|sample| sample.points = Points::Pcm16(vec![1; 20]));
    assert_eq!(
        complaints(&font),
        ["sample 0: 20 points, fewer than 48", "sample 0: loop from 10 to 90 in 20 points, mended"]
    );
    let font = with_sample(|sample| (sample.loop_start, sample.loop_end) = (90, 10));
    assert_eq!(complaints(&font), ["sample 0: loop from 90 to 10 in 100 points, mended"]);
}

#[test]
fn a_loop_of_no_length_is_no_loop_wherever_it_lies() {
    let font = with_sample(|sample| (sample.loop_start, sample.loop_end) = (500, 500));
    assert!(complaints(&font).is_empty());
}
