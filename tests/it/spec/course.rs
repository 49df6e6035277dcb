//! SoundFont 2.04 §6.1, §6.2, §7.10, §8.1.2 generators 0 to 4, 12, 45, 50 and 54: the way through a sample, through the port.

use portative::bank::Generator as G;
use portative::bank::write::{Points, Sample, Zone};
use portative::engine::native::Interpolation;

use crate::support::bank::{Bytes, bank, named};

use super::support::{Player, Sheet, organ, organ_of};

/// A sample whose data points tell their number, in parts of `SCALE`.
fn numbered(len: i32) -> Sample {
    named("numbered", Points::Pcm24((0..len).map(|i| i * 64).collect()))
}

/// Which data point is read in each frame, and how many voices are left in the end.
///
/// The note is as long as it can be after its release, so that the level stays.
fn course(bank: &Bytes, score: &str, frames: usize) -> (Vec<i64>, u32) {
    let player = Player { interpolation: Interpolation::None, ..Player::default() };
    let score = format!("0 cc 7 127; {score}");
    let (take, stats) = player.play(bank, &score, frames);
    // What stays at half of full scale tells the level.
    let level_bank = self::bank(crate::support::bank::constant(), organ());
    let (level, _) = player.play(&level_bank, "0 cc 7 127; 0 on 60 127", 100);
    let one = f64::from(level.left[50]) / 65_536.0;
    (
        take.left.iter().map(|&x| (f64::from(x) / one).round() as i64).collect(),
        stats.voices.unwrap(),
    )
}

fn slow_release(mode: i16) -> Zone {
    organ_of(Zone::new()).set(G::SampleModes, mode).set(G::ReleaseVolEnv, 8000)
}

/// What a sample of 1,000 points with a loop is expected to be read as.
fn read(start: i64, loop_start: i64, loop_end: i64, frames: usize) -> Vec<i64> {
    let mut position = start;
    let mut points = Vec::new();
    for _ in 0..frames {
        points.push(position);
        position += 1;
        if position == loop_end {
            position = loop_start;
        }
    }
    points
}

#[test]
fn s8_1_2_54_loop_modes_read_the_points_they_should() {
    for mode in [0, 2, 4, 6, 8] {
        let (points, voices) = course(
            &bank(numbered(1000).looped(300, 500), slow_release(mode)),
            "0 on 60 127",
            2_000,
        );
        assert_eq!(points[..990], read(0, 0, 9_999, 990), "mode {mode}");
        assert!(points[1_002..].iter().all(|&point| point == 0), "mode {mode}");
        assert_eq!(voices, 0, "mode {mode}");
    }
    for mode in [1, 5, 9, 3, 7] {
        let (points, voices) = course(
            &bank(numbered(1000).looped(300, 500), slow_release(mode)),
            "0 on 60 127",
            3_000,
        );
        assert_eq!(points, read(0, 300, 500, 3_000), "mode {mode}");
        assert_eq!(voices, 1, "mode {mode}");
    }
}

#[test]
fn s8_1_2_54_after_the_release_mode_1_loops_and_mode_3_runs_out() {
    let looped = numbered(1000).looped(300, 500);
    let near = |got: i64, expected: i64| (got - expected).abs() <= 2 + expected / 100;
    for off in [10, 250, 777, 778, 899, 901, 1_350] {
        let score = format!("0 on 60 127; {off} off 60");
        let expected = read(0, 300, 500, 3_000);
        let (points, voices) = course(&bank(looped.clone(), slow_release(1)), &score, 3_000);
        assert!(points.iter().zip(&expected).all(|(&a, &b)| near(a, b)), "mode 1, off at {off}");
        assert_eq!(voices, 1);
        let (points, voices) = course(&bank(looped.clone(), slow_release(3)), &score, 3_000);
        let end = off + (1_000 - expected[off]) as usize;
        for frame in 0..3_000 {
            let expected = match frame {
                _ if frame < off => expected[frame],
                _ if frame < end - 8 => expected[off] + (frame - off) as i64,
                _ if frame > end + 1 => 0,
                _ => continue,
            };
            assert!(near(points[frame], expected), "mode 3, off at {off}, frame {frame}");
        }
        assert_eq!(voices, 0);
    }
}

#[test]
fn s8_1_2_54_mode_3_loops_as_long_as_a_pedal_holds_the_note() {
    let looped = bank(numbered(1000).looped(300, 500), slow_release(3));
    let expected = read(0, 300, 500, 3_000);
    let (points, _) = course(&looped, "0 cc 64 127; 0 on 60 127; 350 off 60; 1500 cc 64 0", 2_400);
    assert_eq!(points[..1_500], expected[..1_500]);
    assert_eq!(points[2_390], 0);
}

#[test]
fn s8_1_2_0_to_50_offsets_move_start_end_and_loop() {
    let mut sheet = Sheet::default();
    let far = 80_000;
    // Generators; then start, loop start, loop end.
    type Row = (&'static [(G, i16)], i64, i64, i64);
    let table: &[Row] = &[
        (&[], 0, 300, 500),
        (&[(G::StartAddrsOffset, 120)], 120, 300, 500),
        (&[(G::StartloopAddrsOffset, 50)], 0, 350, 500),
        (&[(G::StartloopAddrsOffset, -50)], 0, 250, 500),
        (&[(G::EndloopAddrsOffset, 40)], 0, 300, 540),
        (&[(G::EndloopAddrsOffset, -150)], 0, 300, 350),
        (
            &[(G::StartloopAddrsCoarseOffset, 1), (G::EndloopAddrsCoarseOffset, 1)],
            0,
            33_068,
            33_268,
        ),
        (
            &[
                (G::StartAddrsCoarseOffset, 1),
                (G::StartAddrsOffset, 32),
                (G::StartloopAddrsCoarseOffset, 1),
                (G::StartloopAddrsOffset, -10),
                (G::EndloopAddrsCoarseOffset, 1),
            ],
            32_800,
            33_058,
            33_268,
        ),
    ];
    for (generators, start, loop_start, loop_end) in table {
        let zone =
            generators.iter().fold(slow_release(1), |zone, &(g, amount)| zone.set(g, amount));
        let frames = (*loop_end - *start) as usize + 900;
        let (points, _) =
            course(&bank(numbered(far).looped(300, 500), zone), "0 on 60 127", frames);
        let expected = read(*start, *loop_start, *loop_end, frames);
        let off = points.iter().zip(&expected).filter(|(a, b)| (**a - **b).abs() > 1).count();
        sheet.holds(format!("{generators:?}: {off} frames are off"), off == 0);
    }
    let zone = slow_release(0).set(G::StartAddrsCoarseOffset, 1);
    let (points, _) = course(&bank(numbered(far), zone), "0 on 60 127", 900);
    sheet.holds("coarse start", points == read(32_768, 0, 99_999, 900));
}

#[test]
fn s8_1_2_1_and_12_the_end_comes_earlier() {
    let mut sheet = Sheet::default();
    for (len, generator, amount, end) in [
        (1_000, G::EndAddrsOffset, -400, 600),
        (66_000, G::EndAddrsCoarseOffset, -2, 464),
        (1_000, G::EndAddrsOffset, 500, 1_000),
    ] {
        let zone = slow_release(0).set(generator, amount);
        let (points, voices) = course(&bank(numbered(len), zone), "0 on 60 127", 2_000);
        let last = points.iter().rposition(|&point| point > 0).unwrap_or(0);
        sheet.near(format!("{generator:?} {amount}"), last as f64, f64::from(end - 1), 1.0);
        sheet.near("voices", f64::from(voices), 0.0, 0.0);
    }
}

#[test]
fn s7_10_loops_that_cannot_be_leave_a_sample_that_plays() {
    let mut sheet = Sheet::default();
    for (start, end) in [(400, 400), (0, 0)] {
        let (points, voices) = course(
            &bank(numbered(1_000).looped(start, end), slow_release(1)),
            "0 on 60 127",
            2_000,
        );
        sheet.holds(format!("{start} to {end}: reads"), points[..990] == read(0, 0, 9_999, 990));
        sheet.near("voices", f64::from(voices), 0.0, 0.0);
    }
    // Up to the end of the data a loop is a loop.
    let (points, _) =
        course(&bank(numbered(1_000).looped(900, 1_000), slow_release(1)), "0 on 60 127", 2_000);
    sheet.holds("up to the end", points == read(0, 900, 1_000, 2_000));
    // As short as two points.
    let (points, _) =
        course(&bank(numbered(1_000).looped(500, 502), slow_release(1)), "0 on 60 127", 2_000);
    sheet.holds("two points", points == read(0, 500, 502, 2_000));
}

#[test]
fn s6_2_24_bits_are_the_16_above_the_8_below() {
    let mut sheet = Sheet::default();
    let level = |points: Points| {
        let bank = bank(named("dc", points).looped(10, 90), organ());
        let (take, _) = Player::default().play(&bank, "0 on 60 127", 300);
        f64::from(take.left[250])
    };
    let one = level(Points::Pcm16(vec![16_384; 100])) / 4_194_304.0;
    for value in
        [4_194_304, 4_194_305, 4_194_559, 255, 1, 128, -1, -128, -255, -256, -8_388_608, 8_388_607]
    {
        let got = level(Points::Pcm24(vec![value; 100])) / one;
        let tolerance = f64::from(value).abs() * 1e-6;
        sheet.near(format!("{value}"), got, f64::from(value), tolerance.max(1e-4));
    }
}
