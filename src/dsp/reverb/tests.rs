use proptest::prelude::*;

use super::*;

const RATE: f64 = 48_000.0;

/// What comes back of `input` in `seconds`.
fn answer(reverb: &mut Reverb, input: [f32; 2], seconds: f64) -> [Vec<f32>; 2] {
    let frames = (seconds * reverb.rate) as usize;
    let mut fed = [vec![0.0; frames], vec![0.0; frames]];
    (fed[0][0], fed[1][0]) = (input[0], input[1]);
    let mut out = [vec![0.0; frames], vec![0.0; frames]];
    let [left, right] = &mut out;
    reverb.process([&fed[0], &fed[1]], true, [left, right]);
    out
}

fn answer_of(kind: ReverbKind, rate: f64) -> [Vec<f32>; 2] {
    let mut reverb = Reverb::new(rate, kind.parameters());
    answer(&mut reverb, [std::f32::consts::FRAC_1_SQRT_2; 2], 4.0)
}

fn energy(points: &[f32]) -> f64 {
    points.iter().map(|point| f64::from(*point).powi(2)).sum()
}

fn db(ratio: f64) -> f64 {
    10.0 * ratio.log10()
}

/// A second-order band-pass around `hz`, to listen to one part of the spectrum.
fn band(points: &[f32], hz: f64, rate: f64) -> Vec<f32> {
    let w = std::f64::consts::TAU * hz / rate;
    let alpha = w.sin() / 2.0;
    let (a0, a1, a2) = (1.0 + alpha, -2.0 * w.cos(), 1.0 - alpha);
    let [mut x1, mut x2, mut y1, mut y2] = [0.0; 4];
    let step = |point: &f32| {
        let x = f64::from(*point);
        let y = (alpha * (x - x2) - a1 * y1 - a2 * y2) / a0;
        (x2, x1, y2, y1) = (x1, x, y1, y);
        y as f32
    };
    points.iter().map(step).collect()
}

/// Seconds to -60 dB, from the decay between -5 and -35 dB of the energy that is still to come.
fn decay_seconds(points: &[f32], rate: f64) -> f64 {
    let total = energy(points);
    let mut left = total;
    let mut at = [None; 2];
    for (frame, point) in points.iter().enumerate() {
        left -= f64::from(*point).powi(2);
        for (at, below) in at.iter_mut().zip([-5.0, -35.0]) {
            if at.is_none() && db(left / total) < below {
                *at = Some(frame);
            }
        }
    }
    2.0 * (at[1].unwrap() - at[0].unwrap()) as f64 / rate
}

#[test]
fn low_frequencies_die_away_in_the_time_of_the_kind() {
    for kind in ReverbKind::ALL {
        for rate in [22_050.0, RATE, 96_000.0] {
            let [left, _] = answer_of(kind, rate);
            let seconds = decay_seconds(&band(&left, 400.0, rate), rate);
            let expected = f64::from(kind.parameters().seconds);
            assert!((seconds / expected - 1.0).abs() < 0.1, "{kind:?} at {rate} Hz: {seconds}");
        }
    }
}

#[test]
fn high_frequencies_die_away_faster() {
    for kind in ReverbKind::ALL {
        let [left, _] = answer_of(kind, RATE);
        let low = decay_seconds(&band(&left, 400.0, RATE), RATE);
        let high = decay_seconds(&band(&left, 10_000.0, RATE), RATE);
        let part = high / low;
        let expected = f64::from(kind.room().high);
        assert!(part > expected - 0.1 && part < 0.5 * (1.0 + expected) + 0.1, "{kind:?}: {part}");
    }
}

#[test]
fn the_time_is_what_is_asked_for() {
    for seconds in [0.4, 1.0, 3.0, 6.0] {
        let asked = ReverbParameters { seconds, ..ReverbKind::Hall1.parameters() };
        let mut reverb = Reverb::new(RATE, asked);
        let [left, _] = answer(&mut reverb, [0.7, 0.7], 2.0 * f64::from(seconds));
        let heard = decay_seconds(&band(&left, 400.0, RATE), RATE);
        assert!((heard / f64::from(seconds) - 1.0).abs() < 0.12, "{seconds}: {heard}");
    }
}

#[test]
fn every_kind_is_as_loud_as_every_other_at_every_rate() {
    for kind in ReverbKind::ALL {
        for rate in [22_050.0, RATE, 96_000.0] {
            let [left, right] = answer_of(kind, rate);
            let level = |points: &[f32]| energy(&band(points, 400.0, rate)) * rate / RATE;
            let loudness = db((level(&left) + level(&right)) / LEVEL_OF_A_CLICK);
            assert!(loudness.abs() < 1.5, "{kind:?} at {rate} Hz: {loudness} dB");
        }
    }
}

/// The energy around 400 Hz that comes back of a click at 48 kHz.
const LEVEL_OF_A_CLICK: f64 = 0.064;

#[test]
fn both_sides_are_equally_loud_and_have_nothing_in_common() {
    for kind in ReverbKind::ALL {
        let [left, right] = answer_of(kind, RATE);
        let balance = db(energy(&left) / energy(&right));
        assert!(balance.abs() < 0.5, "{kind:?}: {balance} dB");
        let range = 4_800..48_000;
        let (left, right) = (&left[range.clone()], &right[range]);
        let both: f64 = left.iter().zip(right).map(|(l, r)| f64::from(*l) * f64::from(*r)).sum();
        let common = both / (energy(left) * energy(right)).sqrt();
        assert!(common.abs() < 0.1, "{kind:?}: {common}");
    }
}

#[test]
fn what_is_played_on_the_left_answers_from_the_left_first() {
    for kind in ReverbKind::ALL {
        let mut reverb = Reverb::new(RATE, kind.parameters());
        let [left, right] = answer(&mut reverb, [1.0, 0.0], 4.0);
        let first = db(energy(&left[..2_400]) / energy(&right[..2_400]));
        let late = db(energy(&left[24_000..]) / energy(&right[24_000..]));
        assert!(first > 6.0 && late.abs() < 2.0, "{kind:?}: {first} dB, then {late} dB");
    }
}

/// How the echoes of a short time are spread, 1 for noise (Abel and Huang, 2006).
fn echo_density(points: &[f32]) -> f64 {
    let deviation = (energy(points) / points.len() as f64).sqrt();
    let outside = points.iter().filter(|point| f64::from(point.abs()) > deviation).count();
    outside as f64 / points.len() as f64 / 0.3173
}

#[test]
fn echoes_soon_lie_as_close_as_in_noise() {
    for kind in ReverbKind::ALL {
        let [left, _] = answer_of(kind, RATE);
        for (frame, least) in [(4_800, 0.65), (9_600, 0.85), (19_200, 0.9)] {
            let density = echo_density(&left[frame - 480..frame + 480]);
            assert!(density > least, "{kind:?} at {frame}: {density}");
        }
    }
}

#[test]
fn no_echo_comes_again_and_again() {
    for kind in ReverbKind::ALL {
        let [left, _] = answer_of(kind, RATE);
        let tail = &left[9_600..28_800];
        let power = energy(&tail[..12_000]);
        for lag in 240..7_200 {
            let again: f64 = (0..12_000)
                .map(|frame| f64::from(tail[frame]) * f64::from(tail[frame + lag]))
                .sum();
            assert!((again / power).abs() < 0.35, "{kind:?}: {} at {lag}", again / power);
        }
    }
}

/// The power at a frequency in Hz, through a window that begins and ends gently.
fn power_at(hz: f64, points: &[f32]) -> f64 {
    let turn = std::f64::consts::TAU * hz / RATE;
    let (mut re, mut im) = (0.0, 0.0);
    for (frame, point) in points.iter().enumerate() {
        let part = frame as f64 / points.len() as f64;
        let window = 0.5 - 0.5 * (std::f64::consts::TAU * part).cos();
        let (sin, cos) = (turn * frame as f64).sin_cos();
        re += f64::from(*point) * window * cos;
        im += f64::from(*point) * window * sin;
    }
    re * re + im * im
}

#[test]
fn no_tone_stands_out_of_the_tail() {
    // Of noise, the powers are spread exponentially: the mean of their logarithms is that of 0.56 of their mean, and of
    // 400 the greatest is 8 dB above it.
    for kind in ReverbKind::ALL {
        let [left, _] = answer_of(kind, RATE);
        let powers: Vec<f64> =
            (0..400).map(|i| power_at(300.0 + 12.0 * f64::from(i), &left[9_600..24_000])).collect();
        let around = |i: usize| &powers[i.saturating_sub(20)..powers.len().min(i + 21)];
        let mean = |powers: &[f64]| powers.iter().sum::<f64>() / powers.len() as f64;
        let levels: Vec<f64> = (0..400).map(|i| powers[i] / mean(around(i))).collect();
        let flatness = (levels.iter().map(|level| level.ln()).sum::<f64>() / 400.0).exp();
        let peak = db(levels.iter().fold(0.0, |peak: f64, level| peak.max(*level)));
        assert!(flatness > 0.43 && flatness < 0.68, "{kind:?}: {flatness}");
        assert!(peak < 10.5, "{kind:?}: {peak} dB");
    }
}

#[test]
fn the_pre_delay_and_the_low_pass_come_first() {
    let asked = ReverbParameters { pre_delay: 0.1, ..ReverbKind::Plate.parameters() };
    let [left, _] = answer(&mut Reverb::new(RATE, asked), [1.0, 1.0], 0.5);
    assert!(energy(&left[..4_800]) < 1e-20 && energy(&left[4_800..4_900]) > 1e-5);
    let bright = answer_of(ReverbKind::Plate, RATE);
    let asked = ReverbParameters { low_pass: 500.0, ..ReverbKind::Plate.parameters() };
    let dull = answer(&mut Reverb::new(RATE, asked), [0.707, 0.707], 4.0);
    let change =
        |hz: f64| db(energy(&band(&dull[0], hz, RATE)) / energy(&band(&bright[0], hz, RATE)));
    assert!(change(100.0).abs() < 1.0, "{}", change(100.0));
    assert!((change(4_000.0) + 18.0).abs() < 2.5, "{}", change(4_000.0));
}

#[test]
fn it_stops_when_nothing_has_been_fed_for_longer_than_anything_is_heard() {
    let mut reverb = Reverb::new(RATE, ReverbKind::Room1.parameters());
    answer(&mut reverb, [1.0, 1.0], 0.01);
    let silence = vec![0.0; 64];
    let mut loudest = 0.0;
    for block in 0.. {
        let (mut left, mut right) = (vec![0.0; 64], vec![0.0; 64]);
        reverb.process([&silence, &silence], false, [&mut left, &mut right]);
        reverb.rest();
        if !reverb.is_running() {
            break;
        }
        loudest = left.iter().fold(0.0_f32, |loudest, point| loudest.max(point.abs()));
        assert!(block < 3_000, "never");
    }
    assert!(loudest < 1e-6, "{loudest}");
    let mut out = [vec![0.0; 64], vec![0.0; 64]];
    let [left, right] = &mut out;
    reverb.process([&silence, &silence], false, [left, right]);
    assert_eq!(out, [vec![0.0; 64], vec![0.0; 64]]);
}

#[test]
fn after_a_rest_it_answers_as_on_the_first_day() {
    let mut reverb = Reverb::new(RATE, ReverbKind::Room2.parameters());
    let first = answer(&mut reverb, [1.0, -0.5], 1.0);
    reverb.stop();
    assert_eq!(answer(&mut reverb, [1.0, -0.5], 1.0), first);
}

#[test]
fn no_number_becomes_denormal() {
    let mut reverb = Reverb::new(RATE, ReverbKind::Room1.parameters());
    // Fed with silence, it runs for ever.
    let [left, right] = answer(&mut reverb, [1.0, 1.0], 30.0);
    let denormal = |point: &&f32| point.is_subnormal();
    assert_eq!(left.iter().chain(&right).filter(denormal).count(), 0);
    assert!(reverb.absorption.low.as_flattened().iter().all(|state| state.is_normal()));
}

#[test]
fn other_parameters_come_without_a_click() {
    // A sine has no sharp corners: neither has what comes back of it, whatever changes meanwhile.
    let sine: Vec<f32> = (0..96_000)
        .map(|frame| (std::f64::consts::TAU * 220.0 * f64::from(frame) / RATE).sin() as f32)
        .collect();
    let corner = |points: &[f32]| {
        let bend = |p: &[f32]| (p[3] - 3.0 * p[2] + 3.0 * p[1] - p[0]).abs();
        points.windows(4).map(bend).fold(0.0_f32, f32::max)
    };
    let asked = |index: usize| ReverbParameters {
        pre_delay: 0.01 * index as f32,
        low_pass: 20_000.0 / (1 + index) as f32,
        ..ReverbKind::ALL[index % 6].parameters()
    };
    let play = |changes: bool| {
        let mut reverb = Reverb::new(RATE, asked(4));
        let mut out = [vec![0.0; 96_000], vec![0.0; 96_000]];
        for block in 0..960 {
            let range = block * 100..block * 100 + 100;
            if changes && block > 300 && block % 37 == 0 {
                reverb.set(asked(block / 37 % 12));
            }
            let [left, right] = &mut out;
            let output = [&mut left[range.clone()], &mut right[range.clone()]];
            reverb.process([&sine[range.clone()], &sine[range]], true, output);
        }
        corner(&out[0][20_000..])
    };
    let (still, changing) = (play(false), play(true));
    assert!(changing < 4.0 * still + 3e-4, "{still} {changing}");
}

#[test]
fn every_level_of_instructions_gives_the_same_bits() {
    let cut_up = |level: SimdLevel| cut_up((RATE, level), &[63, 17, 0, 80], 12_000);
    let [plain, wider @ ..] = &SimdLevel::available()[..] else { return };
    let expected = cut_up(*plain);
    for level in wider {
        assert!(cut_up(*level) == expected, "{}", level.name());
    }
}

fn cut_up((rate, level): (f64, SimdLevel), cuts: &[usize], frames: usize) -> [Vec<f32>; 2] {
    let noise: Vec<f32> = (0..frames as u32)
        .map(|frame| (frame.wrapping_mul(2_654_435_761) >> 8) as f32 / 8_388_608.0 - 1.0)
        .collect();
    let mut reverb = Reverb::new(rate, ReverbKind::Room1.parameters()).with_level(level);
    let mut out = [vec![0.0; frames], vec![0.0; frames]];
    let change = frames / 3;
    let mut cuts = cuts.iter().cycle();
    let mut start = 0;
    while start < frames {
        if start == change {
            reverb.set(ReverbParameters { pre_delay: 0.02, ..ReverbKind::Hall2.parameters() });
        }
        let end = frames.min(start + 1 + cuts.next().unwrap());
        let end = if start < change { end.min(change) } else { end };
        let [left, right] = &mut out;
        let output = [&mut left[start..end], &mut right[start..end]];
        reverb.process([&noise[start..end], &noise[start..end]], true, output);
        start = end;
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn blocks_do_not_change_a_bit(
        rate in prop::sample::select(vec![8_000.0, 44_100.0, 48_000.0, 192_000.0]),
        cuts in prop::collection::vec(0usize..400, 1..20),
    ) {
        let best = SimdLevel::best();
        let whole = cut_up((rate, best), &[usize::MAX / 4], 12_000);
        prop_assert!(whole == cut_up((rate, best), &cuts, 12_000));
    }
}
