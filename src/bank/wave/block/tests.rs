use super::*;

const POINTS: u64 = 100_000;

/// A source whose bytes are all the same.
fn source(byte: u8) -> Vec<u8> {
    vec![byte; 2 * POINTS as usize]
}

fn span(points: u64) -> Span {
    Span { offset: 0, len: 2 * points }
}

fn read(blocks: &Arc<Blocks>, spans: &[Span], byte: u8) -> Vec<WaveData> {
    read_waves(&source(byte), spans, blocks).unwrap()
}

/// Bytes that wait.
fn spare(blocks: &Blocks) -> usize {
    blocks.lock().spare.iter().map(|block| block.len()).sum()
}

#[track_caller]
fn check(wave: &WaveData, points: u64, byte: u8) {
    let value = f32::from(i16::from_ne_bytes([byte; 2]));
    assert_eq!(u64::from(wave.len()), points);
    let all = wave.points();
    assert_eq!(all.len(), GUARD_BEFORE + points as usize + GUARD_AFTER);
    for index in 0..all.len() {
        let is_point = (GUARD_BEFORE..GUARD_BEFORE + points as usize).contains(&index);
        let expected = if is_point { value } else { 0.0 };
        assert_eq!(all.get(index), Some(expected), "at {index}");
    }
}

#[test]
fn a_block_is_used_again_and_holds_nothing_of_what_was_there() {
    let blocks = Arc::new(Blocks::default());
    let kept = read(&blocks, &[span(POINTS), span(POINTS)], 0x11);
    let first = read(&blocks, &[span(POINTS), span(50)], 0x55);
    let address = first[0].points().get(0).map(|_| match first[0].points() {
        crate::bank::wave::Points::I16(points) => points.as_ptr(),
        crate::bank::wave::Points::F32(_) => std::ptr::null(),
    });
    drop(first);
    assert!(spare(&blocks) > 0, "it waits");
    let second = read(&blocks, &[span(POINTS - 7), span(50), span(3)], 0x22);
    assert_eq!(spare(&blocks), 0, "it is used again");
    let crate::bank::wave::Points::I16(points) = second[0].points() else { panic!() };
    assert_eq!(Some(points.as_ptr()), address);
    for (wave, points) in second.iter().zip([POINTS - 7, 50, 3]) {
        check(wave, points, 0x22);
    }
    kept.iter().for_each(|wave| check(wave, POINTS, 0x11));
}

#[test]
fn no_more_waits_than_the_limit_and_the_latest_waits() {
    let blocks = Arc::new(Blocks::default());
    let one = rounded(2 * room(span(POINTS)));
    let mut waves: Vec<_> = (0..2 * MOST_SPARE / one)
        .map(|_| read(&blocks, &[span(POINTS), span(POINTS)], 1))
        .collect();
    while let Some(gone) = waves.pop() {
        drop(gone);
        assert!(spare(&blocks) <= MOST_SPARE);
    }
    assert!(spare(&blocks) > MOST_SPARE - one);
    let memory = Arc::downgrade(&blocks);
    drop(blocks);
    assert!(memory.upgrade().is_none(), "it goes with its bank");
}

#[test]
fn a_block_lives_until_the_last_of_its_waves() {
    let blocks = Arc::new(Blocks::default());
    let mut waves = read(&blocks, &[span(40_000), span(40_000), span(40_000)], 9);
    waves.truncate(1);
    assert_eq!(spare(&blocks), 0);
    check(&waves[0], 40_000, 9);
    waves.clear();
    assert!(spare(&blocks) > 0);
}

#[test]
fn many_waves_fill_several_blocks_and_a_long_one_has_its_own() {
    let blocks = Arc::new(Blocks::default());
    let spans: Vec<_> = (1..=30).map(|wave| span(wave * 3_000)).collect();
    let waves = read(&blocks, &spans, 7);
    assert_eq!(waves.len(), spans.len());
    waves.iter().zip(1..).for_each(|(wave, number)| check(wave, number * 3_000, 7));
    let long = Span { offset: 0, len: 2 * FULL as u64 + 2 };
    assert_eq!(how_many(&[long, span(5)]), 1);
    assert_eq!(how_many(&[span(5), long]), 1);
}

#[test]
fn a_file_that_cannot_be_read_keeps_no_block_from_others() {
    let blocks = Arc::new(Blocks::default());
    let outside = Span { offset: 1, len: 2 * POINTS };
    assert!(read_waves(&source(1), &[span(POINTS), outside], &blocks).is_err());
    assert!(spare(&blocks) > 0);
}
