use super::*;

const fn ms(millis: i64) -> ReferenceTime {
    ReferenceTime::from_millis(millis)
}

#[test]
fn a_stream_that_was_not_started_is_not_lost() {
    assert!(!Vitals::default().is_lost(ms(1_000_000)));
}

#[test]
fn a_device_without_callbacks_is_lost_after_the_watchdog() {
    let vitals = Vitals::default();
    vitals.start(ms(0));
    assert!(!vitals.is_lost(ms(2_900)), "servers may take a while to begin");
    assert!(vitals.is_lost(ms(3_100)));
    vitals.beat(ms(3_200), ms(20), ms(40));
    assert!(!vitals.is_lost(ms(3_540)));
    assert!(vitals.is_lost(ms(3_541)));
}

#[test]
fn a_device_with_long_blocks_may_take_as_long() {
    let vitals = Vitals::default();
    vitals.start(ms(0));
    vitals.beat(ms(1), ms(2_000), ms(0));
    assert!(!vitals.is_lost(ms(4_000)));
}

#[test]
fn a_device_that_its_host_gives_up_is_lost_at_once() {
    let vitals = Vitals::default();
    vitals.start(ms(0));
    vitals.beat(ms(1), ms(20), ms(40));
    vitals.gone();
    assert!(vitals.is_lost(ms(1)));
}

#[test]
fn underruns_count_from_the_first_block_on() {
    let vitals = Vitals::default();
    vitals.start(ms(0));
    vitals.underrun();
    assert_eq!(vitals.status(ms(1)).underruns, 0);
    vitals.beat(ms(1), ms(20), ms(40));
    vitals.underrun();
    assert_eq!(vitals.status(ms(1)).underruns, 1);
}

#[test]
fn what_was_rendered_has_been_played_after_as_much_silence() {
    let vitals = Vitals::default();
    vitals.beat(ms(0), ms(20), ms(40));
    vitals.silent(ms(20));
    vitals.silent(ms(20));
    assert!(!vitals.has_drained());
    vitals.silent(ms(20));
    assert!(vitals.has_drained());
}

#[test]
fn load_is_the_share_of_a_blocks_time_in_the_long_run() {
    let vitals = Vitals::default();
    assert_eq!(vitals.status(ms(0)).load, None);
    vitals.beat(ms(0), ms(20), ms(40));
    (0..1_000).for_each(|_| vitals.rendered(ms(5), ms(20)));
    let load = vitals.status(ms(0)).load.unwrap();
    assert!((load - 0.25).abs() < 1e-3, "{load}");
}
