//! SoundFont 2.04 §9.1.1: how exactly waves are read between their data points, through the port.

use portative::bank::write::Sample;
use portative::engine::native::Interpolation;

use crate::support::bank::bank;

use super::support::{Player, Sheet, organ, residue_db, tone, tone_db};

const SETTLED: usize = 1_000;

/// The sound of a sine that is recorded at `hz` and read `ratio` times as fast.
fn listen(interpolation: Interpolation, hz: u32, ratio: f64) -> (Vec<f32>, f64) {
    let rate = (48_000.0 * ratio).round() as u32;
    let sample = Sample { rate, ..tone(hz) };
    let player = Player { interpolation, ..Player::default() };
    let (take, _) = player.play(&bank(sample, organ()), "0 on 60 127", SETTLED + 24_000);
    (take.left[SETTLED..].to_vec(), f64::from(hz) * f64::from(rate) / 48_000.0)
}

fn check(interpolation: Interpolation, table: &[(u32, f64, f64)]) {
    let mut sheet = Sheet::default();
    for &(hz, ratio, worst) in table {
        let (sound, heard) = listen(interpolation, hz, ratio);
        let residue = residue_db(&sound, heard, 48_000);
        let what = format!("{interpolation:?}: {hz} Hz at {ratio}: {residue:.1} dB, limit {worst}");
        sheet.holds(what, residue < worst);
    }
}

#[test]
fn s9_1_1_at_its_own_pitch_a_wave_is_heard_as_it_is() {
    use Interpolation::{Cubic, Linear, None, Sinc};
    for interpolation in [None, Linear, Cubic, Sinc] {
        check(interpolation, &[(440, 1.0, -120.0), (5_000, 1.0, -120.0)]);
    }
}

#[test]
fn s9_1_1_a_line_has_the_error_of_a_line() {
    // (2 pi f / fs)^2 / 8 at most, an octave down.
    check(Interpolation::Linear, &[(100, 0.7, -80.0), (440, 0.7, -55.0), (1_000, 1.3, -41.0)]);
}

#[test]
fn s9_1_1_four_points_are_better_than_two() {
    // Hermite's cubic: its error falls by 18 dB or more with each octave.
    check(
        Interpolation::Cubic,
        &[
            (100, 0.7, -110.0),
            (440, 0.7, -80.0),
            (440, 1.3, -80.0),
            (1_000, 1.06, -60.0),
            (2_000, 0.9, -45.0),
        ],
    );
}

#[test]
fn s9_1_1_a_sinc_is_exact_where_there_is_music() {
    check(
        Interpolation::Sinc,
        &[
            (100, 0.7, -90.0),
            (440, 1.3, -90.0),
            (1_000, 0.9, -90.0),
            (4_000, 0.53, -90.0),
            (4_000, 1.41, -90.0),
            (10_000, 0.8, -80.0),
            (15_000, 0.7, -80.0),
        ],
    );
}

/// What is left, after folding, of a wave that rises above the band, against a tone inside.
fn folded_db(hz: u32, ratio: f64) -> f64 {
    let (sound, heard) = listen(Interpolation::Sinc, hz, ratio);
    let (plain, _) = listen(Interpolation::Sinc, 1_000, ratio);
    let reference = tone_db(&plain, 1_000.0 * heard / f64::from(hz), 48_000);
    tone_db(&sound, (48_000.0 - heard).abs(), 48_000) - reference
}

#[test]
fn s9_1_1_a_sinc_does_not_fold_what_rises_far_above_the_band() {
    let mut sheet = Sheet::default();
    // Heard at 36 kHz and more they would fold to 12 kHz and less.
    for (hz, ratio) in [(18_000, 2.0), (12_000, 3.0), (20_000, 2.2), (18_000, 2.5)] {
        let db = folded_db(hz, ratio);
        sheet.holds(format!("{hz} Hz at {ratio}: {db:.1} dB"), db < -60.0);
    }
}

#[test]
fn s9_1_1_a_sinc_keeps_the_level_of_the_band() {
    let mut sheet = Sheet::default();
    for ratio in [0.5, 0.9, 1.0, 1.1, 1.5, 1.9] {
        let (low, heard) = listen(Interpolation::Sinc, 500, ratio);
        let reference = tone_db(&low, heard, 48_000);
        for hz in [2_000, 8_000, 12_000, 16_000] {
            let (sound, heard) = listen(Interpolation::Sinc, hz, ratio);
            if heard < 16_500.0 {
                let db = tone_db(&sound, heard, 48_000) - reference;
                sheet.near(format!("{hz} Hz at {ratio}"), db, 0.0, 0.5);
            }
        }
    }
}
