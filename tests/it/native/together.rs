//! Several threads render the bits that one renders: random scores, blocks, limits and effects.

use std::fmt::Write;

use proptest::prelude::*;

use portative::dsp::SimdLevel;
use portative::engine::native::{Interpolation, Native};
use portative::engine::{Download, Effects, Engine, Place, Settings};

use super::bits::busy_bank;
use crate::support::bank::{Bytes, bank, looping, noise};
use crate::support::stage::{Helpers, Stage, Take, parse};

/// Enough for the longest stretch that a crew is given, and more.
const FRAMES: usize = 9_000;

/// A performance.
#[derive(Debug, Clone)]
struct Piece {
    seed: u32,
    /// Notes that sound from the beginning.
    notes: u32,
    /// The most that may lie between two events after them.
    gap: u32,
    rate: u32,
    voices: u32,
    effects: Effects,
    interpolation: Interpolation,
}

fn piece() -> impl Strategy<Value = Piece> {
    use Interpolation::{Cubic, Linear, Sinc};
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let effects = flags.prop_map(|(reverb, chorus, delay)| Effects { reverb, chorus, delay });
    let place = (
        prop::sample::select(vec![48_000u32, 44_100, 96_000, 192_000]),
        prop::sample::select(vec![150u32, 260, 500, 1_000, 2_000]),
    );
    let interpolation = prop::sample::select(vec![Linear, Cubic, Cubic, Sinc]);
    (any::<u32>(), 80u32..360, 100u32..6_000, place, effects, interpolation).prop_map(
        |(seed, notes, gap, (rate, voices), effects, interpolation)| Piece {
            seed,
            notes,
            gap,
            rate,
            voices,
            effects,
            interpolation,
        },
    )
}

/// Random numbers, as good as a test needs.
fn numbers(seed: u32) -> impl FnMut(u32) -> u32 {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    }
}

/// Many notes at once, and then an event here and there, on grid points as well as between.
fn score(piece: &Piece) -> String {
    let mut next = numbers(piece.seed);
    let mut score = String::new();
    for channel in 1..=8 {
        write!(score, "0 @{channel} cc 93 {};0 @{channel} cc 94 {};", next(128), next(2) * 90)
            .unwrap();
    }
    for _ in 0..piece.notes {
        write!(score, "{} @{} on {} 100;", next(3) * 64, 1 + next(8), 30 + next(90)).unwrap();
    }
    let mut lines: Vec<String> = score.split_inclusive(';').map(str::to_owned).collect();
    lines.sort_by_key(|line| line.split(' ').next().unwrap().parse::<u32>().unwrap());
    let mut frame = if next(2) == 0 { 200 } else { 4_500 };
    while frame < FRAMES as u32 {
        let (channel, key, value) = (1 + next(8), 30 + next(90), next(128));
        lines.push(match next(14) {
            0..=3 => format!("{frame} @{channel} on {key} {};", value.max(1)),
            4 | 5 => format!("{frame} @{channel} off {key};"),
            6 => format!("{frame} @{channel} cc 94 {value};"),
            7 => format!("{frame} @{channel} bend {};", value * 128),
            8 => format!(
                "{frame} @{channel} cc {} {value};",
                [1, 7, 10, 71, 74, 91, 93][next(7) as usize]
            ),
            9 => format!("{frame} @{channel} cc {} 0;", [120, 121, 123][next(3) as usize]),
            10 => format!("{frame} sysex 41 10 42 12 40 01 50 8 67;"),
            11 if next(3) == 0 => format!("{frame} sysex 7e 7f 09 01;"),
            _ => format!("{frame} @{channel} poly {key} {value};"),
        });
        frame = match next(4) {
            0 => frame + next(3),
            1 => frame.next_multiple_of(64),
            _ => frame + next(piece.gap),
        } + next(2);
    }
    lines.concat()
}

fn stage(piece: &Piece, level: SimdLevel) -> Stage {
    let engine = Native::with_interpolation(piece.interpolation).with_level(level);
    Stage::of(&engine, &busy_bank(), (piece.rate, piece.voices), piece.effects)
}

/// Cuts a performance into blocks, of which some are empty; how often there was something to share.
fn cut(mut stage: Stage, score: &str, blocks: &[usize], threads: usize) -> (Take, usize) {
    let events = parse(score);
    stage.crew = Some(Helpers::new(threads));
    let mut take = Take { left: vec![0.0; FRAMES], right: vec![0.0; FRAMES] };
    let (mut start, mut blocks) = (0, blocks.iter().cycle());
    while start < FRAMES {
        let end = FRAMES.min(start + blocks.next().unwrap());
        stage.render(&events, &mut take, start..end);
        start = end;
    }
    (take, stage.crew.map_or(0, |crew| crew.shared.into_inner()))
}

fn blocks() -> impl Strategy<Value = Vec<usize>> {
    let block = prop_oneof![
        1 => Just(0usize),
        2 => 1usize..100,
        3 => 100usize..6_000,
        1 => (1usize..70).prop_map(|quanta| quanta * 64),
        1 => Just(FRAMES),
    ];
    prop::collection::vec(block, 0..12).prop_map(|mut blocks| {
        blocks.push(4_097);
        blocks
    })
}

#[test]
fn random_performances_are_the_same_for_any_crew_and_any_blocks() {
    let shared = std::cell::Cell::new(0);
    let levels = SimdLevel::available();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 20,
        ..ProptestConfig::with_cases(10)
    });
    let given = (piece(), blocks(), prop::sample::select(vec![2usize, 3, 8]), 0..levels.len());
    let result = runner.run(&given, |(piece, blocks, threads, level)| {
        let score = score(&piece);
        let whole = stage(&piece, levels[0]).play(&score, FRAMES);
        let (take, times) = cut(stage(&piece, levels[level]), &score, &blocks, threads);
        shared.set(shared.get() + times);
        prop_assert!(whole.peak(0..FRAMES) > 0.01, "nothing was played");
        let differs = whole.bits().iter().zip(take.bits()).position(|(a, b)| *a != b);
        prop_assert!(differs.is_none(), "from point {differs:?}");
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}\n"));
    assert!(shared.get() > 5, "work was shared {} times only", shared.get());
}

/// Plays blocks between which downloads come and go; the bits, and after which blocks one came back.
fn with_downloads(threads: Option<usize>) -> (Vec<u32>, Vec<usize>, usize) {
    let engine = Native::default();
    let mut stage = Stage::of(&engine, &busy_bank(), (48_000, 800), Effects::ALL);
    stage.crew = threads.map(Helpers::new);
    let settings = Settings {
        sample_rate: portative::time::SampleRate::new(48_000).unwrap(),
        voices: 800,
        channel_groups: 1,
        effects: Effects::ALL,
    };
    let prepare = |bank: &Bytes| engine.prepare(&settings, &Download::Bank(bank.clone())).unwrap();
    let other = bank(noise(), looping());
    let mut next = numbers(5);
    let mut score = String::new();
    for block in 0..6 {
        let start = block * 3_001;
        for note in 0..120 {
            let (channel, key) = (1 + next(8), 30 + next(90));
            write!(score, "{} @{channel} on {key} 100;", start + note).unwrap();
        }
        write!(score, "{} @{} cc 120 0;", start + 1_500, 1 + block).unwrap();
    }
    write!(score, "{} cc 120 0;", 5 * 3_001 + 1_600).unwrap();
    (2..=8)
        .for_each(|channel| write!(score, "{} @{channel} cc 120 0;", 5 * 3_001 + 1_600).unwrap());
    let events = parse(&score);
    let (mut take, mut returned) =
        (Take { left: vec![0.0; 24_008], right: vec![0.0; 24_008] }, Vec::new());
    for block in 0..8 {
        stage.render(&events, &mut take, block * 3_001..(block + 1) * 3_001);
        let synthesizer = stage.synthesizer();
        match block {
            1 => assert!(synthesizer.install(Place(1), prepare(&other).installation).is_none()),
            2 => synthesizer.uninstall(Place(0)),
            3 => synthesizer.uninstall(Place(1)),
            _ => {}
        }
        if block == 2 {
            assert!(synthesizer.install(Place(2), prepare(&busy_bank()).installation).is_none());
        }
        while let Some((Place(place), _)) = stage.synthesizer().reclaim() {
            returned.push(block * 100 + usize::from(place));
        }
    }
    (take.bits(), returned, stage.crew.map_or(0, |crew| crew.shared.into_inner()))
}

#[test]
fn downloads_that_come_and_go_between_blocks_make_no_difference_to_a_crew() {
    let (bits, returned, _) = with_downloads(None);
    assert_eq!(returned.len(), 2, "{returned:?}");
    for threads in [2, 3] {
        let (together, also_returned, shared) = with_downloads(Some(threads));
        assert!(shared > 5, "{shared} times");
        assert_eq!(also_returned, returned);
        assert!(together == bits, "{threads} threads");
    }
}
