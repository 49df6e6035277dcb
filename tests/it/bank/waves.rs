//! Waves in memory: what lies where, loops, sharing, limits. SoundFont 2.04 sections 6 and 7.10.

use std::sync::Arc;

use portative::bank::write::{Points, Sample, SoundFont, Zone};
use portative::bank::{
    ALIGNMENT, Bank, BankError, BankOptions, GUARD_AFTER, GUARD_BEFORE, GUARD_TAIL, Generator,
    Instrument, Limits, LoopMode, Points as Wave, PresetIndex, RegionSample, WINDOW,
};

use super::fixture::*;

fn instrument(font: &SoundFont) -> Instrument {
    open(font).instrument(PresetIndex(0)).unwrap()
}

/// What the one region of a bank reads.
#[track_caller]
fn sample(font: &SoundFont) -> RegionSample {
    let instrument = instrument(font);
    assert_eq!(instrument.samples().len(), 1, "{:?}", instrument.warnings());
    instrument.samples()[0].clone()
}

/// Start, end and loop of the one region of a bank whose sample has 100 points and a loop from 10 to 90.
#[track_caller]
fn points(zone: Zone) -> (u32, u32, Option<(u32, u32)>) {
    let sample = sample(&bank_with(zone.set(Generator::SampleModes, 1)));
    let looped = sample.looped.map(|looped| (looped.points.start, looped.points.end));
    (sample.start, sample.end, looped)
}

fn values(points: Wave<'_>) -> Vec<f32> {
    (0..points.len()).map(|index| points.get(index).unwrap()).collect()
}

fn address(points: Wave<'_>, index: usize) -> usize {
    match points {
        Wave::I16(points) => points[index..].as_ptr().addr(),
        Wave::F32(points) => points[index..].as_ptr().addr(),
    }
}

#[test]
fn a_wave_lies_between_zeros_and_is_aligned() {
    for len in [1, 2, 100, 32_767] {
        let font = SoundFont { samples: vec![ramp(len, 0, 0)], ..bank_with(Zone::new()) };
        let wave = sample(&font).wave;
        let points = wave.points();
        assert!(matches!(points, Wave::I16(_)));
        assert_eq!(address(points, GUARD_BEFORE) % ALIGNMENT, 0);
        assert_eq!(wave.len(), len as u32);
        let values = values(points);
        let (before, rest) = values.split_at(GUARD_BEFORE);
        let (data, after) = rest.split_at(len as usize);
        assert!(before.iter().all(|&value| value == 0.0));
        assert!(data.iter().zip(1..).all(|(&value, n): (_, i32)| value == n as f32));
        assert_eq!(after, [0.0; GUARD_AFTER]);
    }
}

#[test]
fn the_waves_of_a_large_instrument_are_what_each_is_alone() {
    const WAVES: u16 = 40;
    let len = |wave: u16| 32_000 - 37 * wave as i16;
    let font = SoundFont {
        samples: (0..WAVES).map(|wave| ramp(len(wave), 100, 31 * u32::from(wave) + 200)).collect(),
        ..bank_of(
            vec![Zone::new().instrument(0)],
            (0..WAVES)
                .map(|wave| Zone::new().set(Generator::SampleModes, 1).sample(wave))
                .collect(),
        )
    };
    let together = instrument(&font);
    assert!(together.bytes() > 2 << 20, "large enough to be read together");
    for (wave, sample) in (0..WAVES).zip(together.samples()) {
        let alone = SoundFont {
            samples: vec![font.samples[usize::from(wave)].clone()],
            ..bank_with(Zone::new().set(Generator::SampleModes, 1))
        };
        let alone = instrument(&alone).samples()[0].clone();
        assert_eq!(sample.wave.points(), alone.wave.points(), "wave {wave}, guards included");
        assert_eq!(sample.wave.bytes(), alone.wave.bytes());
        assert_eq!(address(sample.wave.points(), GUARD_BEFORE) % ALIGNMENT, 0);
        let tails =
            [sample, &alone].map(|sample| Arc::clone(&sample.looped.as_ref().unwrap().tail));
        assert_eq!(tails[0].points(), tails[1].points());
    }
    let again = open(&font);
    let (one, other) = [0, 0].map(|at| again.instrument(PresetIndex(at)).unwrap()).into();
    assert!(Arc::ptr_eq(&one.samples()[7].wave, &other.samples()[7].wave), "shared as ever");
}

#[test]
fn s6_2_24_bit_points_are_exact() {
    let wide = [0, 1, -1, 255, 256, -256, 8_388_607, -8_388_608, 0x12_34_56];
    let font = SoundFont {
        samples: vec![ramp(100, 0, 0), Sample::new("wide", Points::Pcm24(wide.to_vec()))],
        ..bank_of(
            vec![Zone::new().instrument(0)],
            vec![Zone::new().sample(1), Zone::new().sample(0)],
        )
    };
    let instrument = instrument(&font);
    let wave = &instrument.samples()[0].wave;
    let Wave::F32(points) = wave.data_points() else { panic!("{wave:?}") };
    assert_eq!(points, wide.map(|value| value as f32 / 256.0));
    assert_eq!(address(wave.points(), GUARD_BEFORE) % ALIGNMENT, 0);
    let narrow = instrument.samples()[1].wave.data_points();
    assert!(matches!(narrow, Wave::I16(_)), "low bytes that are all zero need no room");
}

#[test]
fn s6_2_low_bytes_are_ignored_before_version_2_04_or_with_another_size() {
    let font = |minor| {
        let mut font = bank_with(Zone::new());
        font.info.version.minor = minor;
        font.samples[0].points = Points::Pcm24(vec![0x12_34_56; 100]);
        font
    };
    let wave = sample(&font(1)).wave;
    assert!(matches!(wave.data_points(), Wave::I16([0x12_34, ..])));
    assert!(complaints(&font(1))[0].starts_with("sdta/sm24: 146 bytes, expected 146 and"));
    assert!(complaints(&font(4)).is_empty());
    let bank = read(with_chunk(&bytes(&font(4)), b"sm24", &[0; 144])).unwrap();
    assert!(bank.warnings()[0].to_string().starts_with("sdta/sm24: 144 bytes, expected 146"));
    let wave = Arc::clone(&bank.instrument(PresetIndex(0)).unwrap().waves()[0]);
    assert!(matches!(wave.data_points(), Wave::I16([0x12_34, ..])));
}

#[test]
fn a_loop_tail_repeats_the_loop_after_its_end() {
    for (start, end) in [(10, 90), (0, 100), (40, 42), (97, 100), (0, 2)] {
        let mut font = bank_with(Zone::new().set(Generator::SampleModes, 1));
        (font.samples[0].loop_start, font.samples[0].loop_end) = (start, end);
        let looped = sample(&font).looped.unwrap();
        let tail = &looped.tail;
        assert_eq!(address(tail.points(), 0) % ALIGNMENT, 0);
        assert_eq!(tail.first(), i64::from(end) - WINDOW as i64);
        assert_eq!(tail.points().len(), 2 * WINDOW + GUARD_TAIL);
        for (value, position) in values(tail.points()).into_iter().zip(tail.first()..) {
            // The sample is 1, 2, 3 …; what lies before it is zero.
            let (start, end) = (i64::from(start), i64::from(end));
            let wrapped =
                if position < end { position } else { start + (position - end) % (end - start) };
            assert_eq!(value, (wrapped + 1).max(0) as f32, "loop {start}..{end} at {position}");
        }
    }
}

#[test]
fn s8_1_2_offsets_move_start_end_and_loop() {
    let zone = Zone::new()
        .set(Generator::StartAddrsOffset, 5)
        .set(Generator::EndAddrsOffset, -6)
        .set(Generator::StartloopAddrsOffset, 7)
        .set(Generator::EndloopAddrsOffset, -8);
    assert_eq!(points(zone), (5, 94, Some((17, 82))));
}

#[test]
fn s8_1_2_points_outside_the_sample_are_brought_inside() {
    assert_eq!(points(Zone::new().set(Generator::StartAddrsOffset, -5)).0, 0);
    assert_eq!(points(Zone::new().set(Generator::EndAddrsOffset, 5)).1, 100);
    let zone = Zone::new().set(Generator::EndloopAddrsCoarseOffset, 1);
    assert_eq!(points(zone).2, Some((10, 100)));
    let zone = Zone::new().set(Generator::StartloopAddrsCoarseOffset, -1);
    assert_eq!(points(zone).2, Some((0, 90)));
    let zone = Zone::new().set(Generator::EndAddrsOffset, -50);
    assert_eq!(points(zone), (0, 50, Some((10, 50))));
}

#[test]
fn a_reversed_loop_is_turned_round() {
    let zone = Zone::new()
        .set(Generator::StartloopAddrsOffset, 80)
        .set(Generator::EndloopAddrsOffset, -80);
    assert_eq!(points(zone).2, Some((10, 90)));
}

#[test]
fn a_loop_needs_two_points() {
    for (length, expected) in [(0, None), (1, None), (2, Some((10, 12)))] {
        let zone = Zone::new().set(Generator::EndloopAddrsOffset, -80 + length);
        assert_eq!(points(zone).2, expected);
    }
}

#[test]
fn a_start_inside_or_after_the_loop_leaves_the_loop_alone() {
    assert_eq!(points(Zone::new().set(Generator::StartAddrsOffset, 50)), (50, 100, Some((10, 90))));
    assert_eq!(points(Zone::new().set(Generator::StartAddrsOffset, 95)), (95, 100, Some((10, 90))));
}

#[test]
fn a_region_whose_offsets_leave_nothing_is_left_out() {
    let zone = Zone::new().set(Generator::StartAddrsCoarseOffset, 1);
    let instrument = instrument(&bank_with(zone));
    assert!(instrument.regions().is_empty() && instrument.samples().is_empty());
    assert_eq!(
        instrument.warnings()[0].to_string(),
        "sample 0: a region's offsets leave nothing to play"
    );
}

#[test]
fn a_region_without_a_loop_mode_has_no_loop() {
    assert!(sample(&bank_with(Zone::new())).looped.is_none());
    let held = sample(&bank_with(Zone::new().set(Generator::SampleModes, 3)));
    assert_eq!(held.looped.unwrap().mode, LoopMode::WhileHeld);
}

#[test]
fn s8_1_2_the_regions_root_key_replaces_the_samples() {
    let mut font = bank_with(Zone::new());
    font.samples[0].original_pitch = 69;
    font.samples[0].correction = -4;
    font.samples[0].rate = 32_000;
    let own = sample(&font);
    assert_eq!((own.root_key, own.correction, own.rate), (69, -4, 32_000));
    let font = bank_with(Zone::new().set(Generator::OverridingRootKey, 48));
    assert_eq!(sample(&font).root_key, 48);
}

#[test]
fn regions_share_waves_and_tails() {
    let zone = || Zone::new().set(Generator::SampleModes, 1);
    let zones = vec![
        zone().sample(0),
        zone().sample(0),
        zone().set(Generator::EndloopAddrsOffset, -1).sample(0),
    ];
    let instrument = instrument(&bank_of(vec![Zone::new().instrument(0)], zones));
    let [a, b, c] = instrument.samples() else { panic!() };
    assert!(Arc::ptr_eq(&a.wave, &b.wave) && Arc::ptr_eq(&a.wave, &c.wave));
    let tail = |sample: &RegionSample| Arc::clone(&sample.looped.as_ref().unwrap().tail);
    assert!(Arc::ptr_eq(&tail(a), &tail(b)));
    assert!(!Arc::ptr_eq(&tail(a), &tail(c)));
    assert_eq!((instrument.waves().len(), instrument.tails().len()), (1, 2));
}

#[test]
fn instruments_of_a_bank_share_waves_while_they_live() {
    let bank = open(&bank_with(Zone::new().set(Generator::SampleModes, 1)));
    let first = bank.instrument(PresetIndex(0)).unwrap();
    let second = bank.instrument(PresetIndex(0)).unwrap();
    assert!(Arc::ptr_eq(&first.waves()[0], &second.waves()[0]));
    assert!(Arc::ptr_eq(&first.tails()[0], &second.tails()[0]));
    let weak = Arc::downgrade(&first.waves()[0]);
    drop((first, second));
    assert!(weak.upgrade().is_none(), "nothing is kept for an instrument that is gone");
    assert_eq!(bank.instrument(PresetIndex(0)).unwrap().waves().len(), 1);
}

#[test]
fn banks_have_identities_of_their_own() {
    let font = bank_with(Zone::new());
    assert_ne!(open(&font).id(), open(&font).id());
    let bank = open(&font);
    assert_eq!(bank.instrument(PresetIndex(0)).unwrap().bank(), bank.id());
}

#[test]
fn an_instrument_past_the_limit_is_refused() {
    let limits = Limits { instrument_bytes: 500, ..Limits::default() };
    let options = BankOptions { limits, ..BankOptions::default() };
    let bank = Bank::from_source_with(Arc::new(bytes(&bank_with(Zone::new()))), options).unwrap();
    let error = bank.instrument(PresetIndex(0)).unwrap_err();
    assert!(matches!(error, BankError::Limit { limit: 500, .. }), "{error}");
}

#[test]
fn a_source_that_shrank_gives_an_error() {
    struct Shrinks(Vec<u8>, std::sync::atomic::AtomicBool);
    impl portative::riff::ByteSource for Shrinks {
        fn len(&self) -> u64 {
            self.0.len() as u64
        }
        fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> std::io::Result<()> {
            if self.1.load(std::sync::atomic::Ordering::Relaxed) {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            self.0.read_exact_at(buf, offset)
        }
    }
    let source = Arc::new(Shrinks(bytes(&bank_with(Zone::new())), false.into()));
    let bank = Bank::from_source(Arc::clone(&source) as _).unwrap();
    source.1.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(matches!(bank.instrument(PresetIndex(0)), Err(BankError::Riff(_))));
}

#[test]
fn regions_are_found_by_key_and_velocity() {
    let zones = vec![
        Zone::new().key_range(0..=59).sample(0),
        Zone::new().key_range(60..=127).vel_range(0..=63).sample(0),
        Zone::new().key_range(60..=127).vel_range(64..=127).sample(0),
        Zone::new().key_range(60..=60).sample(0),
    ];
    let instrument = instrument(&bank_of(vec![Zone::new().instrument(0)], zones));
    assert_eq!(instrument.regions_at(0, 127), [0]);
    assert_eq!(instrument.regions_at(59, 1), [0]);
    assert_eq!(instrument.regions_at(60, 63), [1, 3]);
    assert_eq!(instrument.regions_at(60, 64), [2, 3]);
    assert_eq!(instrument.regions_at(127, 127), [2]);
}
