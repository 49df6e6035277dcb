use proptest::prelude::*;

use super::*;
use crate::dsp::{Sinc, SincTable};

/// A wave of `len` points whose loop is `[end - loop_len, end)`, with the tail that goes with it.
struct Fixture {
    main: Vec<i16>,
    tail: Vec<i16>,
    seam: u32,
    end: u32,
    loop_len: u32,
}

const TAIL: u32 = 64;

fn point(index: u32) -> i16 {
    (index.wrapping_mul(2_654_435_761) >> 17) as i16
}

/// The point that a tap at `index` sees when the loop goes on for ever.
fn looped(index: u32, end: u32, loop_len: u32) -> i16 {
    if index < end { point(index) } else { point(end - loop_len + (index - end) % loop_len) }
}

fn fixture(end: u32, loop_len: u32) -> Fixture {
    let main: Vec<i16> = (0..end + TAIL).map(point).collect();
    if loop_len == 0 {
        return Fixture { main, tail: Vec::new(), seam: end, end, loop_len };
    }
    let seam = end.saturating_sub(TAIL);
    let tail = (seam..end + TAIL).map(|index| looped(index, end, loop_len)).collect();
    Fixture { main, tail, seam, end, loop_len }
}

impl Fixture {
    fn track(&self) -> Track<'_, i16> {
        Track {
            main: &self.main,
            tail: &self.tail,
            seam: self.seam,
            tail_lead: self.end - self.seam,
            end: self.end,
            loop_len: self.loop_len,
        }
    }
}

fn cursor(at: u32, ratio: f64, slope: i64) -> Cursor {
    Cursor { position: Position::from_index(at), increment: Increment::from_ratio(ratio), slope }
}

/// `frames` frames read in pieces of at most `cut` frames.
fn read(fixture: &Fixture, mut cursor: Cursor, frames: usize, cut: usize) -> (Vec<f32>, Cursor) {
    let mut out = vec![0.0; frames];
    for piece in out.chunks_mut(cut) {
        fixture.track().read(SimdLevel::best(), &Cubic, &mut cursor, piece);
    }
    (out, cursor)
}

/// The same, one frame at a time and straight from the definition.
fn expected(fixture: &Fixture, mut cursor: Cursor, frames: usize) -> Vec<f32> {
    (0..frames)
        .map(|_| {
            let (end, len) = (fixture.end, fixture.loop_len);
            while len > 0 && cursor.position.index() >= end {
                cursor.position.0 -= u64::from(len) << 32;
            }
            let at = cursor.position.index();
            if at >= end {
                return 0.0;
            }
            let see = |index| if len > 0 { looped(index, end, len) } else { point(index) };
            let points: Vec<i16> = (at..at + 4).map(see).collect();
            let whole = Batch {
                index: [0; BATCH],
                fraction: [cursor.position.fraction(); BATCH],
                increment: [cursor.increment; BATCH],
            };
            cursor.step();
            Cubic.values(&points, &whole)[0]
        })
        .collect()
}

#[test]
fn loops_of_any_length_repeat_exactly_at_any_speed() {
    for loop_len in [2, 3, 14, 200] {
        for ratio in [0.01, 0.5, 1.0, 1.37, 2.0, 7.9, 64.0] {
            let fixture = fixture(300, loop_len);
            let start = cursor(0, ratio, 0);
            let (got, _) = read(&fixture, start, 2000, 64);
            assert_eq!(got, expected(&fixture, start, 2000), "loop {loop_len}, ratio {ratio}");
        }
    }
}

#[test]
fn a_loop_can_be_left_at_any_frame() {
    for loop_len in [2, 3, 14] {
        for ratio in [0.01, 0.9, 5.3, 64.0] {
            let looping = fixture(300, loop_len);
            let straight = fixture(400, 0);
            for released in 0..130 {
                let (_, at) = read(&looping, cursor(290, ratio, 0), released, 64);
                let (got, _) = read(&straight, at, 64, 64);
                assert_eq!(got, expected(&straight, at, 64), "loop {loop_len} at {ratio}");
            }
        }
    }
}

#[test]
fn s9_1_1_a_wave_without_a_loop_ends_in_silence() {
    let fixture = fixture(100, 0);
    let mut at = cursor(90, 1.0, 0);
    let mut out = [9.0; 32];
    assert!(!fixture.track().read(SimdLevel::best(), &Cubic, &mut at, &mut out));
    assert!(out[10..].iter().all(|&value| value == 0.0));
    assert_ne!(out[9], 0.0);
}

#[test]
fn a_wave_of_nothing_is_silence() {
    let track = Track::<i16> { main: &[], tail: &[], seam: 0, tail_lead: 0, end: 0, loop_len: 0 };
    let mut out = [9.0; 4];
    assert!(!track.read(SimdLevel::best(), &Cubic, &mut cursor(0, 1.0, 0), &mut out));
    assert_eq!(out, [0.0; 4]);
}

#[test]
fn whole_positions_give_the_points_themselves() {
    let fixture = fixture(100, 0);
    let (got, _) = read(&fixture, cursor(10, 1.0, 0), 20, 64);
    let points: Vec<f32> = (11..31).map(|index| f32::from(point(index))).collect();
    assert_eq!(got, points);
}

#[test]
fn nearest_and_linear_use_the_middle_points() {
    let data = [100i16, 0, 8, 100];
    let batch = |fraction| Batch {
        index: [0; BATCH],
        fraction: [fraction; BATCH],
        increment: [Increment::default(); BATCH],
    };
    assert_eq!(Linear.values(&data, &batch(0.25))[0], 2.0);
    assert_eq!(Nearest.values(&data, &batch(0.25))[0], 0.0);
    assert_eq!(Nearest.values(&data, &batch(0.75))[0], 8.0);
}

#[test]
fn the_sinc_reads_around_a_loop_as_well() {
    let table = SincTable::new();
    let fixture = fixture(300, 14);
    let mut at = cursor(280, 1.0, 0);
    let mut out = [0.0; 64];
    fixture.track().read(SimdLevel::best(), &Sinc(&table), &mut at, &mut out);
    for frame in 20..50 {
        assert_eq!(out[frame], out[frame + 14], "frame {frame}");
    }
}

proptest! {
    #[test]
    fn reading_in_pieces_gives_the_same_bits(
        loop_len in prop::sample::select(vec![0u32, 2, 3, 14, 63, 150]),
        ratio in 0.01f64..64.0,
        bend in -0.2f64..0.2,
        start in 0u32..200,
        cut in 1usize..65,
    ) {
        let fixture = fixture(300, loop_len);
        let from = cursor(start, ratio, (ratio * bend / 64.0 * 4_294_967_296.0) as i64);
        let whole = read(&fixture, from, 64, 64);
        prop_assert_eq!(&whole, &read(&fixture, from, 64, cut));
        prop_assert_eq!(&whole.0, &expected(&fixture, from, 64));
    }

    #[test]
    fn skipping_lands_where_reading_does(
        loop_len in prop::sample::select(vec![2u32, 14, 150]),
        ratio in 0.01f64..64.0,
        frames in 1usize..65,
    ) {
        let fixture = fixture(300, loop_len);
        let from = cursor(100, ratio, 1000);
        let (_, read_to) = read(&fixture, from, frames, 64);
        let mut skipped = from;
        fixture.track().skip(&mut skipped, frames as u32);
        prop_assert_eq!(read_to, skipped);
    }
}
