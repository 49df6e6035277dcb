//! What must not be heard: clicks, steps, what is left after silence was asked for.

use portative::bank::Generator as G;
use portative::bank::write::Zone;
use portative::engine::native::Interpolation;

use crate::support::bank::{RATE, bank, looping, modulator, sine};
use crate::support::stage::{Stage, Take};

/// A soft low sine, through which clicks would be heard: 240 Hz.
const PERIOD: u32 = 200;

fn stage(zone: Zone, voices: u32) -> Stage {
    Stage::with(&bank(sine(PERIOD), zone), RATE, voices, Interpolation::Cubic)
}

/// The loudest thing above 6 kHz in any eight milliseconds, against the sine at full level, in decibels.
fn click_db(take: &Take) -> f64 {
    let high = high_pass(&take.left);
    let loudest = high.windows(384).step_by(96).map(power).fold(0.0, f64::max);
    let full = power(
        &stage(looping(), 4)
            .play("0 cc 7 127; 0 on 60 127", 4_800)
            .left
            .iter()
            .skip(2_400)
            .map(|&x| f64::from(x))
            .collect::<Vec<_>>(),
    );
    10.0 * (loudest / full).log10()
}

fn power(frames: &[f64]) -> f64 {
    frames.iter().map(|x| x * x).sum::<f64>() / frames.len() as f64
}

/// A high-pass of 255 taps at 6 kHz: a unit impulse less a windowed sinc.
fn high_pass(signal: &[f32]) -> Vec<f64> {
    const HALF: i32 = 127;
    let tap = |i: i32| {
        let x = f64::from(i);
        let cutoff = 6_000.0 / f64::from(RATE);
        let angle = std::f64::consts::TAU * cutoff * x;
        let sinc = if i == 0 { 2.0 * cutoff } else { angle.sin() / (std::f64::consts::PI * x) };
        let place = std::f64::consts::TAU * (x + f64::from(HALF)) / f64::from(2 * HALF);
        let window = 0.42 - 0.5 * place.cos() + 0.08 * (2.0 * place).cos();
        f64::from(u8::from(i == 0)) - sinc * window
    };
    let taps: Vec<f64> = (-HALF..=HALF).map(tap).collect();
    signal
        .windows(taps.len())
        .map(|part| part.iter().zip(&taps).map(|(x, tap)| f64::from(*x) * tap).sum())
        .collect()
}

#[track_caller]
fn check(zone: Zone, voices: u32, score: &str) {
    let take = stage(zone, voices).play(&format!("0 cc 7 127; {score}"), 24_000);
    let got = click_db(&take);
    assert!(got < -60.0, "{got:.1} dB");
}

#[test]
fn a_note_starts_and_ends_without_a_click() {
    check(looping(), 4, "1000 on 60 127; 12000 off 60");
}

#[test]
fn a_stolen_note_does_not_click() {
    check(looping(), 1, "0 on 60 127; 5017 on 60 127; 10050 on 60 127; 15033 on 60 127");
}

#[test]
fn an_exclusive_class_does_not_click() {
    check(looping().set(G::ExclusiveClass, 1), 4, "0 on 60 127; 5017 on 60 127; 10050 on 60 127");
}

#[test]
fn all_sound_off_does_not_click() {
    check(looping(), 4, "0 on 60 127; 5017 cc 120 0; 9000 on 60 127; 14049 cc 120 0");
}

/// Controller `controller` from 0 to 127 and back, `frames` frames for each step.
fn sweep(controller: u8, frames: usize) -> String {
    let up = 0..128;
    let values = up.clone().chain(up.rev());
    values.enumerate().map(|(n, v)| format!("{} cc {controller} {v};", 2000 + n * frames)).collect()
}

#[test]
fn a_volume_sweep_in_seven_bits_does_not_click() {
    check(looping(), 4, &format!("0 on 60 127; {}", sweep(7, 80)));
    check(looping(), 4, &format!("0 on 60 127; {}", sweep(11, 80)));
}

#[test]
fn a_pan_sweep_in_seven_bits_does_not_click() {
    check(looping(), 4, &format!("0 on 60 127; {}", sweep(10, 80)));
}

#[test]
fn a_filter_sweep_through_fully_open_does_not_click() {
    let cutoff = G::InitialFilterFc.operator();
    let zone =
        looping().set(G::InitialFilterFc, 6000).modulator(modulator(0x80 | 74, cutoff, 10_000));
    check(zone, 4, &format!("0 on 60 127; {}", sweep(74, 80)));
}

#[test]
fn a_wheel_sweep_does_not_click() {
    let bends = (0..256).map(|n| format!("{} bend {};", 2000 + n * 70, n * 64));
    check(looping(), 4, &format!("0 rpn 0 12; 0 on 60 127; {}", bends.collect::<String>()));
}
