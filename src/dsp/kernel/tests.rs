use proptest::prelude::*;

use super::*;
use crate::dsp::{
    FilterLanes, FilterResponse, GainLanes, Increment, LANES, LaneMask, Position, Ramp, Track,
};

const POINTS: u32 = 3000;

fn point(index: u32) -> i16 {
    (index.wrapping_mul(2_654_435_761) >> 16) as i16
}

/// A wave with a loop of `loop_len` points at its end, and the tail that goes with it.
struct Wave<P> {
    main: Vec<P>,
    tail: Vec<P>,
    loop_len: u32,
}

const TAIL: u32 = 128;

impl<P: Point> Wave<P> {
    fn new(loop_len: u32, convert: impl Fn(i16) -> P) -> Self {
        let main = (0..POINTS + TAIL).map(|index| convert(point(index))).collect();
        let looped = |index: u32| match index.checked_sub(POINTS) {
            Some(past) if loop_len > 0 => POINTS - loop_len + past % loop_len,
            _ => index,
        };
        let tail = (POINTS - TAIL..POINTS + TAIL).map(|index| convert(point(looped(index))));
        Self { main, tail: tail.collect(), loop_len }
    }

    /// Two spans, one after the other, with one level.
    fn read(&self, level: SimdLevel, mut cursor: Cursor, frames: [usize; 2]) -> (Vec<u32>, Cursor) {
        let seam = if self.loop_len == 0 { POINTS } else { POINTS - TAIL };
        let track = Track {
            main: &self.main,
            tail: &self.tail,
            seam,
            tail_lead: POINTS - seam,
            end: POINTS,
            loop_len: self.loop_len,
        };
        let mut out = vec![9.0; frames[0] + frames[1]];
        let (first, second) = out.split_at_mut(frames[0]);
        track.read(level, &Cubic, &mut cursor, first);
        track.read(level, &Cubic, &mut cursor, second);
        (out.into_iter().map(f32::to_bits).collect(), cursor)
    }
}

fn portable() -> SimdLevel {
    SimdLevel::available()[0]
}

#[test]
fn there_is_always_a_level_and_the_best_is_the_last() {
    let levels = SimdLevel::available();
    assert_eq!(levels[0].name(), "portable");
    assert_eq!(levels.last(), Some(&SimdLevel::best()));
    assert!(levels.is_sorted());
}

/// A group with random gains and filters, and rows for the lanes in `occupied`.
#[derive(Clone)]
struct TestGroup {
    strip: Strip,
    filter: FilterLanes,
    gains: [GainLanes; OUTPUTS],
    start: Lanes,
    outputs: usize,
}

fn group(seed: u32, occupied: LaneMask) -> TestGroup {
    let mut state = seed;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let (mut strip, mut filter) = (Strip::default(), FilterLanes::default());
    let (mut gains, mut start) = ([GainLanes::default(); OUTPUTS], Lanes::ZERO);
    strip.begin(occupied);
    let kinds = 1 + next(4);
    let outputs = [2, 4, 6, OUTPUTS][next(4) as usize];
    for lane in (0..LANES).filter(|lane| occupied & (1 << lane) != 0) {
        strip.row(lane, STRIP).iter_mut().for_each(|x| *x = next(65_536) as f32 - 32_768.0);
        start[lane] = next(3) as f32;
        gains[..outputs].iter_mut().for_each(|gains| {
            gains.set(lane, next(100) as f32 * 1e-5, next(100) as f32 * 1e-5, 64);
        });
        let mut response =
            || FilterResponse::new(1500.0 + next(12_000) as f32, next(960) as f32, 48_000.0);
        let (from, to) = (response(), response());
        let ramp = Ramp { first: 0, last: 64 };
        match next(kinds) {
            0 => filter.bypass(lane),
            1 => filter.start(lane, from),
            2 => filter.glide(lane, from, to, ramp),
            _ => filter.fade_in(lane, to, ramp),
        }
    }
    TestGroup { strip, filter, gains, start, outputs }
}

fn bits(lanes: &[Lanes]) -> Vec<u32> {
    lanes.iter().flat_map(|lanes| lanes.map(f32::to_bits)).collect()
}

/// The sums after three quanta, each cut in two; the groups played together or one by one.
fn played(
    level: SimdLevel,
    groups: &[TestGroup],
    outputs: usize,
    cut: usize,
    together: bool,
) -> Vec<u32> {
    let mut groups = groups.to_vec();
    let near = outputs.min(NEAR_OUTPUTS);
    let mut lanes = vec![Lanes::ZERO; STRIP * near];
    let mut apart = vec![Lanes::ZERO; if outputs == OUTPUTS { STRIP } else { 0 }];
    for _ in 0..3 {
        for frames in [0..cut, cut..STRIP] {
            let pieces: Vec<Strip> = groups.iter().map(|group| rest(group, frames.start)).collect();
            let mut voicings: Vec<Voicing<'_>> = groups
                .iter_mut()
                .zip(&pieces)
                .map(|(group, strip)| Voicing {
                    strip,
                    filter: &mut group.filter,
                    gains: &group.gains,
                    ramp_start: &group.start,
                    outputs: group.outputs,
                })
                .collect();
            let at_once = if together { voicings.len() } else { 1 };
            for voicings in voicings.chunks_mut(at_once) {
                let first = frames.start as u32;
                let lanes = &mut lanes[frames.start * near..frames.end * near];
                let apart = apart.get_mut(frames.clone()).unwrap_or_default();
                play(level, voicings, &mut Sums { lanes, outputs: near, apart, first });
            }
        }
        groups.iter_mut().for_each(|group| group.filter.flush());
    }
    bits(&[lanes, apart].concat())
}

/// What a group has read from a frame on.
fn rest(group: &TestGroup, from: usize) -> Strip {
    let mut strip = group.strip.clone();
    strip.rows.iter_mut().for_each(|row| row.copy_within(from.., 0));
    strip
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_level_reads_the_same_bits(
        loop_len in prop::sample::select(vec![0u32, 2, 3, 14, 63, 150, 1000]),
        ratio in prop_oneof![0.001f64..4.5, 0.5f64..2.0, 4.0f64..64.0],
        bend in -0.4f64..0.4,
        bent in any::<bool>(),
        start in 0..u64::from(POINTS) << 32,
        frames in [0usize..65, 0usize..200],
    ) {
        let slope = if bent { (ratio * bend / 264.0 * 4_294_967_296.0) as i64 } else { 0 };
        let increment = Increment::from_ratio(ratio);
        let from = Cursor { position: Position(start), increment, slope };
        let (short, long) = (Wave::new(loop_len, |x| x), Wave::new(loop_len, f32::from));
        let expected = short.read(portable(), from, frames);
        for level in SimdLevel::available() {
            prop_assert_eq!(&short.read(level, from, frames), &expected, "{}", level.name());
            prop_assert_eq!(&long.read(level, from, frames), &expected, "{}", level.name());
        }
    }

    #[test]
    fn a_slope_may_be_steep_where_it_is_short(
        ratios in [0.001f64..8.0, 0.001f64..8.0],
        start in 0..u64::from(POINTS) << 31,
        frames in 1usize..20,
    ) {
        let [increment, goal] = ratios.map(Increment::from_ratio);
        let slope = (goal.0 as i64 - increment.0 as i64) / frames as i64;
        let from = Cursor { position: Position(start), increment, slope };
        let wave = Wave::new(0, |x| x);
        let expected = wave.read(portable(), from, [frames, 0]);
        for level in SimdLevel::available() {
            prop_assert_eq!(&wave.read(level, from, [frames, 0]), &expected, "{}", level.name());
        }
    }

    #[test]
    fn every_level_sums_the_lanes_alike(
        seed in any::<u32>(),
        count in 0usize..20,
        outputs in 1usize..7,
    ) {
        let strip = group(seed, LaneMask::MAX).strip;
        let frame = |frame: usize| Lanes(std::array::from_fn(|lane| strip.rows[lane][frame % STRIP]));
        let lanes: Vec<Lanes> = (0..count * outputs).map(frame).collect();
        let frames = lanes.iter().step_by(outputs);
        let expected: Vec<u32> = frames.map(|lanes| lane_sum(lanes).to_bits()).collect();
        for level in SimdLevel::available() {
            let mut out = vec![0.0; count];
            add_lane_sums(level, &lanes, outputs, &mut out);
            let got: Vec<u32> = out.into_iter().map(f32::to_bits).collect();
            prop_assert_eq!(&got, &expected, "{}", level.name());
        }
    }

    #[test]
    fn every_level_plays_the_same_bits_however_it_is_cut(
        seeds in prop::collection::vec(any::<u32>(), 1..4),
        occupied in prop_oneof![Just(LaneMask::MAX), 0..16u16, any::<LaneMask>()],
        outputs in prop::sample::select(vec![2, 4, 6, OUTPUTS]),
        cut in 0..=STRIP,
    ) {
        let groups: Vec<_> = seeds.into_iter().map(|seed| group(seed, occupied)).collect();
        let expected = played(portable(), &groups, outputs, STRIP, false);
        for level in SimdLevel::available() {
            let got = played(level, &groups, outputs, cut, true);
            prop_assert_eq!(&got, &expected, "{}", level.name());
        }
    }
}
