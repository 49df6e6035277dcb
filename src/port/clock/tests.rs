use super::*;

const RATE: SampleRate = SampleRate::new(48_000).unwrap();

fn millis(value: i64) -> ReferenceTime {
    ReferenceTime::from_millis(value)
}

#[test]
fn an_event_plays_one_block_after_its_arrival_at_the_same_spacing() {
    let anchor =
        Anchor { reference: millis(1_000), sample: SampleTime(4_800), latency_frames: 480 };
    for (arrival, expected) in [(1_000, 5_280), (1_001, 5_328), (1_010, 5_760), (999, 5_232)] {
        assert_eq!(anchor.stamp(millis(arrival), RATE), SampleTime(expected), "at {arrival} ms");
    }
}

#[test]
fn a_stamp_never_lies_before_the_stream() {
    let anchor = Anchor { reference: millis(1_000), sample: SampleTime(0), latency_frames: 0 };
    assert_eq!(anchor.stamp(ReferenceTime(i64::MIN), RATE), SampleTime::ZERO);
}

#[test]
fn jitter_of_a_millisecond_is_smoothed_to_a_fraction() {
    let mut filter = ClockFilter::default();
    let mut worst = 0;
    for block in 0..1_000_i64 {
        let jitter = if block % 2 == 0 { 10_000 } else { -10_000 };
        let now = ReferenceTime(block * 100_000 + jitter);
        let anchor = filter.block(now, SampleTime(block as u64 * 480), 480, RATE);
        if block > 100 {
            worst = worst.max((anchor.reference.0 - block * 100_000).abs());
        }
    }
    assert!(worst < 1_500, "{worst} units of 100 ns left of 10000");
}

#[test]
fn a_stop_of_the_device_is_followed_at_once() {
    let mut filter = ClockFilter::default();
    filter.block(millis(0), SampleTime(0), 480, RATE);
    let anchor = filter.block(millis(5_000), SampleTime(480), 480, RATE);
    assert_eq!(anchor.reference, millis(5_000));
}
