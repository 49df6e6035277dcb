use proptest::prelude::*;

use super::*;

const WHOLE: &[usize] = &[usize::MAX / 4];

/// What a delay makes of `input`: left, right, and what it sends on to the reverb on the left.
fn returned(delay: &mut Delay, input: &[f32], fed: bool, cuts: &[usize]) -> [Vec<f32>; 3] {
    let frames = input.len();
    let zeros = || vec![0.0; frames];
    let (mut left, mut right, mut onwards, mut other) = (zeros(), zeros(), zeros(), zeros());
    let mut cuts = cuts.iter().cycle();
    let mut start = 0;
    while start < frames {
        let end = frames.min(start + 1 + cuts.next().unwrap());
        delay.process(
            &input[start..end],
            fed,
            [&mut left[start..end], &mut right[start..end]],
            [&mut onwards[start..end], &mut other[start..end]],
        );
        start = end;
    }
    [left, right, onwards]
}

fn click(frames: usize) -> Vec<f32> {
    let mut click = vec![0.0; frames];
    click[0] = 1.0;
    click
}

/// The frames and heights of what stands out.
fn echoes(points: &[f32]) -> Vec<(usize, f32)> {
    let high = |(_, point): &(usize, f32)| point.abs() > 1e-6;
    points.iter().copied().enumerate().filter(high).collect()
}

#[track_caller]
fn near(got: f32, expected: f32) {
    assert!((got - expected).abs() < 1e-5, "{got}, expected {expected}");
}

const THREE: DelayParameters = DelayParameters {
    seconds: [0.3, 0.1, 0.25],
    levels: [0.5, 1.0, 0.25],
    feedback: 0.0,
    low_pass: OPEN,
    level: 1.0,
    to_reverb: 0.0,
};

#[test]
fn each_tap_is_heard_at_its_frame_and_level_at_every_rate() {
    for rate in [32_000.0_f32, 44_100.0, 48_000.0] {
        let mut delay = Delay::new(f64::from(rate), THREE);
        let [left, right, _] = returned(&mut delay, &click(rate as usize), true, WHOLE);
        let middle = 0.5 * std::f32::consts::FRAC_1_SQRT_2;
        for (side, at, level) in [(&left, 0.1, 1.0), (&right, 0.25, 0.25)] {
            let echoes = echoes(side);
            let frames: Vec<_> = echoes.iter().map(|(frame, _)| *frame).collect();
            assert_eq!(frames, [(rate * at) as usize, (rate * 0.3) as usize], "at {rate} Hz");
            near(echoes[0].1, level);
            near(echoes[1].1, middle);
        }
    }
}

#[test]
fn every_repeat_is_weaker_by_the_feedback_and_a_negative_one_turns_it_round() {
    for feedback in [0.25, -0.375, 0.9] {
        let parameters =
            DelayParameters { seconds: [0.02, 0.01, 1.0], feedback, ..DelayParameters::default() };
        let mut delay =
            Delay::new(48_000.0, DelayParameters { levels: [1.0, 1.0, 0.0], ..parameters });
        let [left, right, _] = returned(&mut delay, &click(6_000), true, WHOLE);
        let echoes = echoes(&right);
        assert_eq!(echoes[0].0, 960);
        for (first, second) in echoes.iter().zip(&echoes[1..]) {
            assert_eq!(second.0 - first.0, 960);
            near(second.1 / first.1, feedback);
        }
        near(left[480], 1.0);
        near(left[480 + 960], feedback);
    }
}

#[test]
fn a_tap_in_the_middle_has_the_energy_of_one_on_a_side() {
    let energy = |levels: [f32; 3]| {
        let parameters = DelayParameters { levels, feedback: 0.0, ..DelayParameters::default() };
        let [left, right, _] =
            returned(&mut Delay::new(48_000.0, parameters), &click(24_000), true, WHOLE);
        left.iter().chain(&right).map(|point| point * point).sum::<f32>()
    };
    near(energy([1.0, 0.0, 0.0]), 1.0);
    near(energy([0.0, 1.0, 0.0]), 1.0);
    near(energy([0.0, 0.0, 1.0]), 1.0);
}

#[test]
fn the_shortest_delay_is_a_frame_and_a_longer_one_than_a_second_is_a_second() {
    for (seconds, rate, frame) in
        [(0.0, 8_000.0, 1), (0.0001, 48_000.0, 5), (7.0, 48_000.0, 48_000)]
    {
        let parameters =
            DelayParameters { seconds: [seconds; 3], feedback: 0.0, ..DelayParameters::default() };
        let [left, ..] = returned(&mut Delay::new(rate, parameters), &click(50_000), true, WHOLE);
        assert_eq!(echoes(&left)[0].0, frame);
    }
}

#[test]
fn the_low_pass_takes_from_high_frequencies_only() {
    let level = |low_pass: f32, hz: f64| {
        let parameters = DelayParameters { low_pass, feedback: 0.0, seconds: [0.01; 3], ..THREE };
        let tone: Vec<f32> = (0..9_600)
            .map(|frame| super::super::sin_turns((hz * frame as f64 / 48_000.0).fract()) as f32)
            .collect();
        let [left, ..] = returned(&mut Delay::new(48_000.0, parameters), &tone, true, WHOLE);
        left[4_800..].iter().map(|point| point * point).sum::<f32>()
    };
    let decibels = |hz| 10.0 * (level(1_000.0, hz) / level(OPEN, hz)).log10();
    assert!(decibels(100.0).abs() < 0.1, "{}", decibels(100.0));
    assert!((decibels(1_000.0) + 3.0).abs() < 0.5, "{}", decibels(1_000.0));
    assert!(decibels(8_000.0) < -15.0, "{}", decibels(8_000.0));
}

#[test]
fn the_reverb_gets_its_part_of_what_is_heard() {
    let parameters = DelayParameters { to_reverb: 0.5, ..THREE };
    let mut delay = Delay::new(48_000.0, parameters);
    let [left, _, onwards] = returned(&mut delay, &click(24_000), true, WHOLE);
    left.iter().zip(&onwards).for_each(|(heard, sent)| near(*sent, 0.5 * heard));
}

#[test]
fn a_change_goes_over_within_a_twentieth_of_a_second_without_a_click() {
    let steady = DelayParameters { feedback: 0.0, seconds: [0.1; 3], ..DelayParameters::default() };
    let mut delay = Delay::new(48_000.0, steady);
    let tone = |frames: std::ops::Range<u32>| -> Vec<f32> {
        let phase = |frame: u32| f64::from(frame) * 200.0 / 48_000.0;
        frames.map(|frame| super::super::sin_turns(phase(frame).fract()) as f32).collect()
    };
    returned(&mut delay, &tone(0..24_000), true, WHOLE);
    delay.set(DelayParameters { seconds: [0.333; 3], level: 0.5, ..steady });
    let [left, ..] = returned(&mut delay, &tone(24_000..72_000), true, WHOLE);
    let steps = left.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    let largest = steps.fold(0.0_f32, |a, b| if a > b { a } else { b });
    // A sine of 200 Hz moves by 2.6 % of itself in a frame.
    assert!(largest < 0.7072 * 0.03, "{largest}");
    let peak = left[24_000..].iter().fold(0.0_f32, |a, b| if a > b.abs() { a } else { b.abs() });
    assert!((peak - 0.5 * std::f32::consts::FRAC_1_SQRT_2).abs() < 0.001, "{peak}");
}

#[test]
fn it_rests_when_nothing_is_heard_any_more_and_not_before() {
    let silence = vec![0.0; 480];
    for feedback in [0.0, 0.5, -0.9] {
        let parameters = DelayParameters { feedback, ..DelayParameters::default() };
        let mut delay = Delay::new(48_000.0, parameters);
        returned(&mut delay, &silence, false, WHOLE);
        assert!(!delay.is_running(), "nothing was fed");
        returned(&mut delay, &click(480), true, WHOLE);
        let mut last = 1.0_f32;
        let mut seconds = 0.0;
        while delay.is_running() {
            let [left, ..] = returned(&mut delay, &silence, false, WHOLE);
            let peak = left.iter().fold(0.0_f32, |a, b| if a > b.abs() { a } else { b.abs() });
            last = if peak > 1e-15 { peak } else { last };
            seconds += 0.01;
            delay.rest();
        }
        assert!(last < 1e-5 || feedback == 0.0, "the last echo: {last}");
        assert!(seconds > 0.34 && seconds < 80.0, "{seconds} s");
        let mut again = Delay::new(48_000.0, parameters);
        let fresh = returned(&mut again, &click(30_000), true, WHOLE);
        assert_eq!(returned(&mut delay, &click(30_000), true, WHOLE), fresh, "nothing is left");
    }
}

#[test]
fn parameters_are_held_to_what_is_possible() {
    let wild = DelayParameters {
        seconds: [f32::NAN, -1.0, f32::INFINITY],
        levels: [9.0, -9.0, f32::NAN],
        feedback: -7.0,
        low_pass: f32::NAN,
        level: f32::INFINITY,
        to_reverb: 2.0,
    };
    let mut delay = Delay::new(48_000.0, wild);
    let outputs = returned(&mut delay, &click(9_600), true, WHOLE);
    assert!(outputs.iter().flatten().all(|point| point.is_finite()));
    assert_eq!(delay.parameters().feedback, -0.98);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn cuts_do_not_change_a_bit(
        cuts in prop::collection::vec(0usize..300, 1..8),
        seconds in prop::array::uniform3(0.0f32..0.05),
        feedback in -0.98f32..0.98,
        changes in prop::collection::vec((0usize..4, 0.0f32..0.05), 1..4),
    ) {
        let noise: Vec<f32> =
            (0..2_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32 * 1e-7).collect();
        let play = |cuts: &[usize]| {
            let parameters = DelayParameters { seconds, feedback, levels: [0.5; 3], ..THREE };
            let mut delay = Delay::new(44_100.0, parameters);
            let mut out = Vec::new();
            for (what, value) in &changes {
                let mut next = DelayParameters { seconds: [*value; 3], ..parameters };
                match what {
                    0 => next.low_pass = 1_000.0,
                    1 => next.levels[1] = 0.0,
                    2 => next.to_reverb = 0.5,
                    _ => next.feedback = 0.0,
                }
                out.extend(returned(&mut delay, &noise, true, cuts));
                delay.set(next);
                out.extend(returned(&mut delay, &noise[..900], false, cuts));
            }
            out.into_iter().flatten().map(f32::to_bits).collect::<Vec<_>>()
        };
        prop_assert!(play(&cuts) == play(WHOLE));
    }
}
