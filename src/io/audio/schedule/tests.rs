use super::*;
use crate::time::REFERENCE_TIME_PER_SECOND;

#[test]
fn blocks_begin_evenly_however_late_the_thread_wakes_up() {
    let mut schedule = Schedule::default();
    // A device whose clock is 5 s ahead asks for a block of 10 ms each 10 ms, and plays it 25 ms later.
    let begins: Vec<_> = [300, 100, 40_000, 2_000, 100, 70_000]
        .into_iter()
        .zip(0..)
        .map(|(late, block): (i64, i64)| {
            let cycle = block * 100_000;
            let ahead = 50_000_000;
            let time = Timestamps { asked: cycle + late + ahead, heard: cycle + 250_000 + ahead };
            schedule.begin_of_block(time, ReferenceTime(cycle + late + 20)).0
        })
        .collect();
    let steps: Vec<_> = begins.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(steps, [99_800, 100_000, 100_000, 100_000, 100_000]);
}

#[test]
fn a_host_that_cannot_tell_when_is_taken_at_its_word() {
    let mut schedule = Schedule::default();
    let never = Timestamps { asked: i64::MAX, heard: 0 };
    schedule.begin_of_block(never, ReferenceTime(1_000));
    let same = Timestamps { asked: 9_000, heard: 9_000 };
    assert_eq!(
        schedule.begin_of_block(same, ReferenceTime(10_000)),
        ReferenceTime(10_000 - MARGIN.0)
    );
}

#[test]
fn the_most_of_long_ago_is_forgotten() {
    let mut recent = RecentMost::default();
    let second = |second: i64| ReferenceTime(second * REFERENCE_TIME_PER_SECOND);
    assert_eq!(recent.with(700, second(0)), 700);
    assert_eq!(recent.with(900, second(3)), 900);
    assert_eq!(recent.with(500, second(5)), 900);
    assert_eq!(recent.with(400, second(9)), 500);
    assert_eq!(recent.with(300, second(13)), 400);
}
