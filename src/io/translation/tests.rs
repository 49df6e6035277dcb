use super::*;

fn translate(translation: &mut Translation, time: i64, now: i64) -> i64 {
    translation.observe(time, ReferenceTime(now));
    translation.at(time).0
}

/// Block times 10 ms apart on a device's clock that is `ahead`, heard of after each of `delays`.
fn translated(ahead: i64, delays: &[i64]) -> Vec<i64> {
    let mut translation = Translation::default();
    delays
        .iter()
        .enumerate()
        .map(|(index, delay)| {
            let at = index as i64 * 100_000;
            translate(&mut translation, at + ahead, at + delay)
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
    translate(&mut translation, 0, 100);
    assert_eq!(translate(&mut translation, 3_600 * REFERENCE_TIME_PER_SECOND, 200), 200);
    assert_eq!(translate(&mut translation, i64::MAX, 300), 300);
}

#[test]
fn a_clock_that_runs_slow_is_followed_within_its_drift() {
    let mut translation = Translation::default();
    let mut furthest = 0;
    // Ten minutes of blocks on a clock that loses 20 parts in a million.
    for block in 0..60_000_i64 {
        let at = block * 100_000;
        let result = translate(&mut translation, at - at / 50_000, at);
        furthest = furthest.max((result - at).abs());
    }
    // Never off by more than the drift of two windows, which is 160 µs.
    assert!(furthest <= 1_600, "{furthest}");
}
