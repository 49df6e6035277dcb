use super::*;

#[test]
fn the_clock_never_goes_back() {
    let (first, second) = (now(), now());
    assert!(first <= second && first.0 >= 0);
}

/// Block times 10 ms apart on a device's clock that is `ahead`, heard of after each of `delays`.
fn translated(ahead: i64, delays: &[i64]) -> Vec<i64> {
    let mut translation = Translation::default();
    delays
        .iter()
        .enumerate()
        .map(|(index, delay)| {
            let at = index as i64 * 100_000;
            translation.translate(at + ahead, ReferenceTime(at + delay)).0
        })
        .collect()
}

#[test]
fn a_late_wakeup_does_not_move_the_time_of_its_block() {
    let delays = [200, 40_000, 300, 200, 9_000, 200];
    let times = translated(7_000_000_000, &delays);
    assert_eq!(times, [200, 100_200, 200_200, 300_200, 400_200, 500_200]);
}

#[test]
fn an_earlier_wakeup_is_the_better_measure_from_then_on() {
    assert_eq!(translated(-5_000, &[900, 100, 900]), [900, 100_100, 200_100]);
}

#[test]
fn a_clock_that_was_set_is_followed_at_once() {
    let mut translation = Translation::default();
    translation.translate(0, ReferenceTime(100));
    let set = translation.translate(3_600 * REFERENCE_TIME_PER_SECOND, ReferenceTime(200));
    assert_eq!(set, ReferenceTime(200));
    assert_eq!(translation.translate(i64::MAX, ReferenceTime(300)), ReferenceTime(300));
}

#[test]
fn a_clock_that_runs_slow_is_followed_within_its_drift() {
    let mut translation = Translation::default();
    let mut furthest = 0;
    // Ten minutes of blocks on a clock that loses 20 parts in a million.
    for block in 0..60_000_i64 {
        let at = block * 100_000;
        let result = translation.translate(at - at / 50_000, ReferenceTime(at));
        furthest = furthest.max((result.0 - at).abs());
    }
    // Never off by more than the drift of two windows, which is 160 µs.
    assert!(furthest <= 1_600, "{furthest}");
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
