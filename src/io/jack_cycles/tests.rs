use super::*;

const BLOCK: u32 = 480;

/// Cycles of 10 ms from frame `from` on, each estimated `errors` too late; their begins.
fn begins(from: u32, errors: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut cycles = Cycles::new(48_000);
    let begin = |(index, error): (u32, i64)| {
        let estimate = ReferenceTime(i64::from(index) * 100_000 + error);
        cycles.begin(from.wrapping_add(index * BLOCK), BLOCK, estimate).0
    };
    (0..).zip(errors).map(begin).collect()
}

#[test]
fn a_late_estimate_moves_a_settled_cycle_by_less_than_a_frame() {
    let errors = (0..200).map(|index| if index == 150 { 2_400 } else { 0 });
    let begins = begins(u32::MAX - 1_000, errors);
    let worst = begins.windows(2).map(|pair| (pair[1] - pair[0] - 100_000).abs()).max();
    assert!(worst <= Some(80), "{worst:?} of 208 in a frame");
}

#[test]
fn the_first_estimates_are_averaged() {
    let errors = (0..20).map(|index| if index % 2 == 0 { 1_000 } else { 0 });
    let last = begins(0, errors)[19];
    assert!((last - 1_900_500).abs() <= 60, "{last}");
}

/// How far cycles of 480 frames are from where they are after 400 of them, when each number is read so
/// many frames too late.
fn off_after_misreading(errors: impl Fn(i64) -> i64) -> i64 {
    let mut cycles = Cycles::new(48_000);
    let mut begin = |index: i64| {
        let frame = index * i64::from(BLOCK) + errors(index);
        let time = ReferenceTime(frame * 10_000 / 48);
        cycles.begin(frame as u32, BLOCK, time).0 - index * 100_000
    };
    (0..400).map(&mut begin).last().unwrap()
}

#[test]
fn a_first_number_that_was_misread_is_made_good() {
    let off = off_after_misreading(|index| if index == 0 { 150 } else { 0 });
    assert!(off.abs() <= 20, "{off} of 208 in a frame");
}

#[test]
fn later_numbers_that_were_misread_change_less_than_a_frame() {
    let off = off_after_misreading(|index| if index > 390 && index % 3 == 0 { 200 } else { 0 });
    assert!(off.abs() <= 400, "{off}");
    let off = off_after_misreading(|index| index % 2);
    assert!((off - 104).abs() <= 20, "{off}");
}

#[test]
fn a_server_that_stood_still_or_changed_its_block_is_followed_at_once() {
    let mut cycles = Cycles::new(48_000);
    cycles.begin(0, BLOCK, ReferenceTime(0));
    let second = ReferenceTime(REFERENCE_TIME_PER_SECOND);
    assert_eq!(cycles.begin(BLOCK, BLOCK, second), second);
    let later = ReferenceTime(second.0 + 150_000);
    assert_eq!(cycles.begin(2 * BLOCK, 256, later), later);
}

#[test]
fn frame_numbers_that_go_back_begin_anew() {
    let mut cycles = Cycles::new(48_000);
    cycles.begin(1_000, BLOCK, ReferenceTime(0));
    // The same cycle again, its number read a frame too early: it may have been right before.
    assert_eq!(cycles.begin(999, BLOCK, ReferenceTime(-208)), ReferenceTime(-104));
    assert_eq!(cycles.begin(3, BLOCK, ReferenceTime(70)), ReferenceTime(70));
    assert_eq!(cycles.begin(u32::MAX, u32::MAX, ReferenceTime(90)), ReferenceTime(90));
    assert_eq!(cycles.begin(0, 0, ReferenceTime(90)), ReferenceTime(90));
}

#[test]
fn a_callback_that_runs_into_the_next_cycle_is_for_its_own() {
    let mut cycles = Cycles::new(48_000);
    let mut begin = |cycle: u32| {
        cycles.begin(cycle * BLOCK, BLOCK, ReferenceTime(i64::from(cycle) * 100_000)).0
    };
    assert_eq!([0, 1, 3, 3, 4].map(&mut begin), [0, 100_000, 200_000, 300_000, 400_000]);
    // Cycle 5 was left out: believed from the second time on.
    assert_eq!([6, 7, 8].map(&mut begin), [500_000, 700_000, 800_000]);
}
