use proptest::prelude::*;

use super::*;

const RATE: f64 = 48_000.0;

/// What a chorus makes of `input`, left, right, and what it sends on.
fn returned(chorus: &mut Chorus, input: [&[f32]; 2], cuts: &[usize]) -> [Vec<f32>; 3] {
    let frames = input[0].len();
    let zeros = || vec![0.0; frames];
    let (mut out, mut onwards, mut other) = ([zeros(), zeros()], zeros(), zeros());
    let mut delay = zeros();
    let mut cuts = cuts.iter().cycle();
    let mut start = 0;
    while start < frames {
        let end = frames.min(start + 1 + cuts.next().unwrap());
        let [left, right] = &mut out;
        chorus.process(
            input.map(|side| &side[start..end]),
            true,
            [&mut left[start..end], &mut right[start..end]],
            Onwards {
                reverb: [&mut onwards[start..end], &mut other[start..end]],
                delay: &mut delay[start..end],
            },
        );
        start = end;
    }
    let [left, right] = out;
    [left, right, onwards]
}

const WHOLE: &[usize] = &[usize::MAX / 4];

fn click(frames: usize) -> Vec<f32> {
    let mut click = vec![0.0; frames];
    click[0] = 1.0;
    click
}

/// The frame at which most of a click is.
fn place(points: &[f32]) -> f64 {
    let weight: f64 = points.iter().map(|point| f64::from(*point).powi(2)).sum();
    let moment = points.iter().enumerate().map(|(i, point)| i as f64 * f64::from(*point).powi(2));
    moment.sum::<f64>() / weight
}

#[test]
fn the_delay_sweeps_over_its_depth_at_its_rate() {
    let parameters = ChorusKind::Chorus2.parameters();
    let mut clicks = vec![0.0; 48_000 * 2];
    (0..96).for_each(|index| clicks[index * 1_000] = 1.0);
    let parameters = ChorusParameters { feedback: 0.0, ..parameters };
    let [left, right, _] = returned(&mut Chorus::new(RATE, parameters), [&clicks, &clicks], WHOLE);
    let delays = |side: &[f32]| -> Vec<f64> {
        (0..95).map(|index| place(&side[index * 1_000..][..1_000]) / RATE).collect()
    };
    for delays in [delays(&left), delays(&right)] {
        let (low, high) =
            delays.iter().fold((1.0_f64, 0.0_f64), |(l, h), d| (l.min(*d), h.max(*d)));
        assert!((low - 0.010).abs() < 2e-4 && (high - 0.0163).abs() < 2e-4, "{low} {high}");
        // 1.1 Hz: after 10/11 of a second it is where it was.
        assert!((delays[0] - place_at(&delays, 48_000.0 / 1.1 / 1_000.0)).abs() < 2e-4);
    }
    let apart = delays(&left)[0] - delays(&right)[0];
    assert!(apart.abs() > 0.002, "the sides move apart: {apart}");
}

fn place_at(delays: &[f64], index: f64) -> f64 {
    let (whole, part) = (index as usize, index.fract());
    delays[whole] * (1.0 - part) + delays[whole + 1] * part
}

#[test]
fn every_kind_returns_a_click_at_its_level() {
    for kind in ChorusKind::ALL {
        let parameters = ChorusParameters { feedback: 0.0, ..kind.parameters() };
        let click = click(9_600);
        let [left, right, onwards] =
            returned(&mut Chorus::new(RATE, parameters), [&click, &click], WHOLE);
        for side in [left, right] {
            let sum: f32 = side.iter().sum();
            // The delay moves while the click passes, by some percent of a frame in each.
            assert!((sum - 1.0).abs() < 0.04, "{kind:?}: {sum}");
        }
        assert_eq!(onwards, vec![0.0; 9_600]);
    }
}

#[test]
fn what_is_fed_back_comes_again_weaker() {
    let mut chorus = Chorus::new(RATE, ChorusKind::ShortDelayFeedback.parameters());
    let click = click(48_000);
    let [left, ..] = returned(&mut chorus, [&click, &click], WHOLE);
    for (echo, expected) in [(1, 1.0), (2, 0.61), (3, 0.61 * 0.61)] {
        let peak = left[echo * 2_880];
        assert!((peak - expected).abs() < 1e-3, "{echo}: {peak}");
    }
}

#[test]
fn part_of_it_goes_to_the_reverb() {
    let parameters = ChorusParameters { to_reverb: 0.5, ..ChorusKind::Chorus1.parameters() };
    let click = click(4_800);
    let [left, _, onwards] = returned(&mut Chorus::new(RATE, parameters), [&click, &click], WHOLE);
    assert!(left.iter().zip(&onwards).all(|(out, onwards)| (out * 0.5 - onwards).abs() < 1e-7));
}

#[test]
fn it_stops_and_begins_again_as_on_the_first_day() {
    let mut chorus = Chorus::new(RATE, ChorusKind::Flanger.parameters());
    let click = click(4_800);
    let first = returned(&mut chorus, [&click, &click], WHOLE);
    let silence = [0.0; 64];
    for block in 0.. {
        let mut out = [[0.0; 64]; 5];
        let [left, right, one, other, delay] = &mut out;
        let onwards = Onwards { reverb: [one, other], delay };
        chorus.process([&silence, &silence], false, [left, right], onwards);
        chorus.rest();
        if !chorus.is_running() {
            break;
        }
        assert!(block < 2_000, "never");
        assert!(out.iter().flatten().all(|point| !point.is_subnormal()));
    }
    assert_eq!(returned(&mut chorus, [&click, &click], WHOLE), first);
}

#[test]
fn other_parameters_come_without_a_click() {
    let sine: Vec<f32> = (0..48_000)
        .map(|frame| (std::f64::consts::TAU * 220.0 * f64::from(frame) / RATE).sin() as f32)
        .collect();
    let mut chorus = Chorus::new(RATE, ChorusKind::Chorus3.parameters());
    let mut points = Vec::new();
    for (index, block) in sine.chunks(2_000).enumerate() {
        chorus.set(ChorusKind::ALL[index % 5].parameters());
        points.extend(returned(&mut chorus, [block, block], WHOLE)[0].iter().copied());
    }
    // The steepest sine of 220 Hz at the level that feedback can build up, read while the delay moves.
    let steepest = points[2_400..].windows(2).map(|p| (p[1] - p[0]).abs()).fold(0.0_f32, f32::max);
    assert!(steepest < 0.12, "{steepest}");
}

#[test]
fn every_level_of_instructions_gives_the_same_bits() {
    let noise = noise(6_000);
    let play = |level: SimdLevel| {
        let mut chorus = Chorus::new(RATE, ChorusKind::Flanger.parameters()).with_level(level);
        returned(&mut chorus, [&noise, &noise], &[63, 17, 0, 80])
    };
    let [plain, wider @ ..] = &SimdLevel::available()[..] else { return };
    let expected = play(*plain);
    for level in wider {
        assert!(play(*level) == expected, "{}", level.name());
    }
}

fn noise(frames: u32) -> Vec<f32> {
    (0..frames)
        .map(|frame| (frame.wrapping_mul(2_654_435_761) >> 8) as f32 / 8_388_608.0 - 1.0)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn blocks_do_not_change_a_bit(
        rate in prop::sample::select(vec![8_000.0, 44_100.0, 48_000.0, 192_000.0]),
        kind in prop::sample::select(ChorusKind::ALL.to_vec()),
        cuts in prop::collection::vec(0usize..400, 1..20),
    ) {
        let noise = noise(6_000);
        let parameters = ChorusParameters { to_reverb: 0.3, ..kind.parameters() };
        let play = |cuts: &[usize]| {
            returned(&mut Chorus::new(rate, parameters), [&noise, &noise], cuts)
        };
        prop_assert!(play(WHOLE) == play(&cuts));
    }
}
