use super::*;

const RATE: SampleRate = SampleRate::new(44_100).unwrap();

#[test]
fn one_second_is_the_rate_in_frames() {
    assert_eq!(ReferenceTime(REFERENCE_TIME_PER_SECOND).to_frames(RATE), 44_100);
    assert_eq!(SampleTime(44_100).to_reference(RATE), ReferenceTime(REFERENCE_TIME_PER_SECOND));
}

#[test]
fn frames_survive_the_way_to_reference_time_and_back_within_one() {
    for frames in [0, 1, 2, 441, 44_099, 1 << 40] {
        let back = SampleTime(frames).to_reference(RATE).to_frames(RATE);
        assert!(frames - back <= 1, "{frames} came back as {back}");
    }
}

#[test]
fn conversions_saturate_instead_of_wrapping() {
    assert_eq!(SampleTime(u64::MAX).to_reference(RATE), ReferenceTime(i64::MAX));
    assert_eq!(ReferenceTime(-1).to_frames(RATE), 0);
    assert_eq!(SampleTime(u64::MAX) + 1, SampleTime(u64::MAX));
}
