use super::*;

const TIMES: EnvelopeTimes = EnvelopeTimes {
    delay: 100,
    attack: 200,
    hold: 300,
    decay: 10_000,
    release: 5_000,
    sustain_drop: 12.0 / 6.020_6,
};

fn db(value: f32) -> f32 {
    20.0 * value.log10()
}

/// Walks the corners up to `now` and returns the level there in decibels.
fn level_at(envelope: &mut VolumeEnvelope, now: u64) -> f32 {
    while envelope.corner() <= now {
        envelope.pass_corner();
    }
    db(envelope.value(now))
}

#[track_caller]
fn close(got: f32, expected: f32) {
    assert!((got - expected).abs() < 0.01, "{got}, expected {expected}");
}

#[test]
fn s9_1_7_the_six_stages_follow_each_other() {
    let mut envelope = VolumeEnvelope::new(1000, TIMES, VOLUME_RANGE);
    assert_eq!(envelope.stage(), VolumeStage::Delay);
    assert_eq!(envelope.corner(), 1100);
    close(level_at(&mut envelope, 1150), -12.041);
    close(level_at(&mut envelope, 1200), -6.021);
    close(level_at(&mut envelope, 1300), 0.0);
    assert_eq!(envelope.stage(), VolumeStage::Hold);
    close(level_at(&mut envelope, 1600), 0.0);
    assert_eq!(envelope.stage(), VolumeStage::Decay);
    close(level_at(&mut envelope, 2200), -6.0);
    close(level_at(&mut envelope, 50_000), -12.0);
    assert_eq!(envelope.stage(), VolumeStage::Sustain);
    envelope.release(50_000);
    close(level_at(&mut envelope, 51_000), -32.0);
    assert_eq!(level_at(&mut envelope, 60_000), f32::NEG_INFINITY);
    assert_eq!(envelope.stage(), VolumeStage::Done);
}

#[test]
fn s8_1_2_no_sustain_drop_means_no_decay() {
    let times = EnvelopeTimes { sustain_drop: 0.0, delay: 0, attack: 0, hold: 0, ..TIMES };
    assert_eq!(VolumeEnvelope::new(0, times, VOLUME_RANGE).stage(), VolumeStage::Sustain);
}

#[test]
fn s8_1_2_38_a_release_in_the_attack_goes_on_from_its_level() {
    let mut envelope = VolumeEnvelope::new(0, TIMES, VOLUME_RANGE);
    close(level_at(&mut envelope, 200), -6.021);
    envelope.release(200);
    close(level_at(&mut envelope, 200), -6.021);
    close(level_at(&mut envelope, 450), -11.021);
}

#[test]
fn a_release_in_the_delay_is_silence() {
    let mut envelope = VolumeEnvelope::new(0, TIMES, VOLUME_RANGE);
    envelope.release(50);
    assert_eq!(envelope.stage(), VolumeStage::Done);
}

#[test]
fn a_decay_to_silence_ends_the_envelope() {
    let times = EnvelopeTimes { sustain_drop: VOLUME_RANGE, ..TIMES };
    let mut envelope = VolumeEnvelope::new(0, times, VOLUME_RANGE / 2.0);
    level_at(&mut envelope, 600 + 4_990);
    assert_eq!(envelope.stage(), VolumeStage::Decay);
    level_at(&mut envelope, 600 + 5_000);
    assert_eq!(envelope.stage(), VolumeStage::Done);
}

#[test]
fn a_fade_is_a_straight_line() {
    let mut envelope = VolumeEnvelope::new(0, TIMES, VOLUME_RANGE);
    level_at(&mut envelope, 400);
    envelope.fade(400, 100);
    assert_eq!(envelope.value(450), 0.5);
    level_at(&mut envelope, 500);
    assert_eq!(envelope.stage(), VolumeStage::Done);
}

#[test]
fn s8_1_2_the_modulation_envelope_is_linear_downwards_and_convex_upwards() {
    let times = EnvelopeTimes { sustain_drop: 0.5, ..TIMES };
    let mut envelope = ModulationEnvelope::new(0, times);
    assert_eq!(envelope.value(50), 0.0);
    close(envelope.value(200), 0.8746);
    close(envelope.value(599), 1.0);
    close(envelope.value(600 + 2_500), 0.75);
    close(envelope.value(600 + 5_000), 0.5);
    close(envelope.value(600 + 9_000), 0.5);
    envelope.settle(600 + 9_000);
    assert!(envelope.is_still());
    envelope.release(10_000);
    close(envelope.value(11_250), 0.25);
    close(envelope.value(13_000), 0.0);
}

#[test]
fn times_that_change_take_effect_from_the_level_reached() {
    let mut envelope = VolumeEnvelope::new(0, TIMES, VOLUME_RANGE);
    close(level_at(&mut envelope, 1_200), -6.0);
    envelope.set_times(1_200, EnvelopeTimes { decay: 20_000, ..TIMES });
    close(level_at(&mut envelope, 1_200), -6.0);
    close(level_at(&mut envelope, 1_800), -9.0);
}
