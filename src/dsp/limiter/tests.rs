use proptest::prelude::*;

use super::*;

const RATE: u32 = 48_000;

/// Sound of all levels from a seed: quiet stretches, bursts, single peaks.
fn sound(seed: u32, frames: usize, loudest: f32) -> [Vec<f32>; 2] {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    let mut side = || {
        let mut level = 0.5;
        let point = |frame: usize| {
            if frame.is_multiple_of(500) {
                level = loudest * next().abs();
            }
            next() * level
        };
        (0..frames).map(point).collect::<Vec<_>>()
    };
    [side(), side()]
}

fn limited(sound: &[Vec<f32>; 2], cuts: impl Iterator<Item = usize>) -> [Vec<f32>; 2] {
    let [mut left, mut right] = sound.clone();
    let mut limiter = Limiter::new(RATE);
    let mut start = 0;
    for cut in cuts {
        let end = left.len().min(start + cut);
        limiter.process(&mut left[start..end], &mut right[start..end]);
        start = end;
    }
    let len = left.len();
    limiter.process(&mut left[start..len], &mut right[start..len]);
    [left, right]
}

#[test]
fn what_is_not_too_loud_passes_to_the_bit() {
    let mut sound = sound(1, 20_000, CEILING);
    sound[0][777] = CEILING;
    sound[1][778] = -CEILING;
    let limited = limited(&sound, std::iter::empty());
    let latency = Limiter::new(RATE).latency() as usize;
    for (sound, limited) in sound.iter().zip(&limited) {
        assert_eq!(limited[..latency], vec![0.0; latency]);
        assert_eq!(limited[latency..], sound[..sound.len() - latency]);
    }
}

#[test]
fn nothing_exceeds_the_ceiling() {
    for (seed, loudest) in [(2, 1.1), (3, 2.0), (4, 40.0), (5, 1e6)] {
        let limited = limited(&sound(seed, 60_000, loudest), std::iter::empty());
        let peak = limited.iter().flatten().fold(0.0_f32, |peak, point| peak.max(point.abs()));
        assert!(peak <= CEILING, "{loudest}: {peak}");
    }
}

#[test]
fn what_is_louder_than_anything_is_heard_at_the_ceiling() {
    for loudest in [1e7, 1e30, f32::MAX, f32::INFINITY] {
        let sine = |frame: u32| loudest * (frame as f32 * 0.05).sin();
        let side: Vec<f32> = (0..20_000).map(sine).collect();
        let limited = limited(&[side.clone(), side], std::iter::empty());
        let late = limited.iter().flat_map(|side| &side[1_000..]);
        let peak = late.clone().fold(0.0_f32, |peak, point| peak.max(point.abs()));
        assert!(late.clone().all(|point| point.is_finite()));
        assert!(peak <= CEILING && peak > 0.98 * CEILING, "{loudest}: {peak}");
    }
}

#[test]
fn what_is_not_a_number_is_silent() {
    let mut sound = [vec![0.25; 2_000], vec![0.25; 2_000]];
    sound[0][1_000] = f32::NAN;
    let [left, right] = limited(&sound, std::iter::empty());
    let latency = Limiter::new(RATE).latency() as usize;
    assert_eq!((left[1_000 + latency], right[1_000 + latency]), (0.0, 0.25));
    assert_eq!(left[1_001 + latency..], right[1_001 + latency..]);
}

#[test]
fn after_a_peak_the_gain_comes_back_to_one() {
    let mut sound = [vec![0.25; 200_000], vec![0.25; 200_000]];
    sound[0][1000] = 4.0;
    let [left, right] = limited(&sound, std::iter::empty());
    let latency = Limiter::new(RATE).latency() as usize;
    assert!(left[1000 + latency] <= CEILING && left[1000 + latency] > 0.98 * CEILING);
    assert!(right[1000 + latency] < 0.25 * 0.25, "both sides are turned down");
    assert_eq!(left[latency..1000], [0.25; 1000 - 96][..], "nothing before the look-ahead");
    let after_a_time_constant = 0.25 - right[1000 + latency + 4800];
    let missing = 0.25 * (1.0 - CEILING / 4.0);
    let left_of_it = after_a_time_constant / missing;
    assert!((left_of_it - (-1.0_f32).exp()).abs() < 0.02, "{left_of_it}");
    assert_eq!(right[199_999], 0.25, "to the bit");
}

#[test]
fn the_gain_moves_in_small_steps() {
    let mut sound = [vec![0.5; 20_000], vec![0.5; 20_000]];
    sound[1][5000] = 3.0;
    let [left, _] = limited(&sound, std::iter::empty());
    let step =
        left[200..].windows(2).fold(0.0_f32, |step, pair| step.max((pair[1] - pair[0]).abs()));
    assert!(step < 0.5 / 90.0, "{step}");
}

#[test]
fn the_latency_is_two_milliseconds_at_any_rate() {
    for (rate, latency) in [(8_000, 16), (44_100, 88), (48_000, 96), (384_000, 768)] {
        assert_eq!(Limiter::new(rate).latency(), latency);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn blocks_do_not_change_a_bit(seed in any::<u32>(), cuts in prop::collection::vec(0usize..300, 0..60)) {
        let sound = sound(seed, 6_000, 3.0);
        let whole = limited(&sound, std::iter::empty());
        prop_assert!(whole == limited(&sound, cuts.into_iter()));
    }
}
