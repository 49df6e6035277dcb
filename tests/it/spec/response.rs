//! SoundFont 2.04 §8.1.2 and §8.1.3 generators 8 to 11, §8.4.2, §9.1.3: the filter's response through the port.

use std::f64::consts::PI;

use portative::bank::Generator as G;
use portative::bank::write::Zone;

use crate::support::bank::{RATE, bank, modulator, noise};

use super::support::{Player, Sheet, modulator_by, organ, play, tone, tone_db};

/// Frames after which what is measured is steady, and how many are measured.
const SETTLED: usize = 12_000;
const MEASURED: usize = 9_600;

fn hz(cents: f64) -> f64 {
    8.175_798_9 * (cents / 1200.0).exp2()
}

/// The response in decibels of a low-pass of two poles, as the bilinear transform gives it, at `f`.
///
/// `q` is in centibels above a flat filter, whose quality is that of Butterworth's; half of it is taken
/// from the whole.
fn expected_db(f: f64, cutoff: f64, q: f64, rate: f64) -> f64 {
    let cutoff = cutoff.min(0.45 * rate);
    let w = (PI * f / rate).tan() / (PI * cutoff / rate).tan();
    let quality = 10f64.powf((q / 10.0 - 3.01) / 20.0);
    let power = (1.0 - w * w).powi(2) + (w / quality).powi(2);
    -10.0 * power.log10() - q / 20.0
}

/// What a zone does to a tone, in decibels.
fn response(zone: &Zone, score: &str, f: u32, rate: u32) -> f64 {
    let player = Player { rate, ..Player::default() };
    let level = |zone: &Zone| {
        let sample = portative::bank::write::Sample { rate, ..tone(f) };
        let (take, _) = player.play(&bank(sample, zone.clone()), score, SETTLED + MEASURED);
        tone_db(&take.left[SETTLED..], f64::from(f) / f64::from(RATE) * f64::from(rate), rate)
    };
    level(zone) - level(&organ())
}

#[test]
fn s9_1_3_the_filter_has_two_poles_and_the_resonance_asked_for() {
    let mut sheet = Sheet::default();
    for (cents, tones) in [
        (4721, [50, 60, 120, 250, 500]),
        (6000, [60, 130, 260, 520, 1040]),
        (8321, [100, 500, 1000, 2000, 4000]),
        (10_721, [400, 2000, 4000, 8000, 16_000]),
        (12_500, [1000, 5000, 11_000, 15_000, 20_000]),
    ] {
        for q in [0, 60, 120, 240, 400, 960] {
            let zone = organ().set(G::InitialFilterFc, cents).set(G::InitialFilterQ, q);
            for f in tones {
                let cutoff = hz(f64::from(cents));
                // What rings longer than the test has no level of its own.
                let ringing = 10f64.powf(f64::from(q) / 200.0) / PI / cutoff * f64::from(RATE);
                if 6.0 * ringing > SETTLED as f64 && (f64::from(f) / cutoff).log2().abs() < 0.3 {
                    continue;
                }
                let expected = expected_db(f64::from(f), cutoff, f64::from(q), f64::from(RATE));
                let got = response(&zone, "0 on 60 127", f, RATE);
                sheet.near(format!("{cents} cents, {q} cB, {f} Hz"), got, expected, 0.1);
            }
        }
    }
}

#[test]
fn s9_1_3_the_filter_is_the_same_at_other_rates() {
    let mut sheet = Sheet::default();
    for rate in [22_050, 44_100, 96_000, 192_000] {
        for cents in [4500, 8321, 11_000] {
            let cutoff = hz(f64::from(cents));
            for octaves in [-1.0, 0.0, 1.0, 2.0] {
                // As many tenths of a hertz of the recording as come near.
                let f = cutoff * f64::exp2(octaves) * f64::from(RATE) / f64::from(rate);
                let f = ((f / 10.0).round() * 10.0) as u32;
                let heard = f64::from(f) / f64::from(RATE) * f64::from(rate);
                if heard > 0.4 * f64::from(rate) || f == 0 {
                    continue;
                }
                let zone = organ().set(G::InitialFilterFc, cents);
                let got = response(&zone, "0 on 60 127", f, rate);
                let expected = expected_db(heard, cutoff, 0.0, f64::from(rate));
                sheet.near(format!("{rate}, {cents} cents, {heard:.0} Hz"), got, expected, 0.1);
            }
        }
    }
}

#[test]
fn s8_1_3_gen8_the_cutoff_stays_between_1500_and_13500_cents() {
    let mut sheet = Sheet::default();
    // 20 Hz comes with the lowest cutoff; 0 and 1000 below the range are the same.
    for (fc, by_modulator) in [(1500, 0), (0, 0), (1500, -2000), (2500, -9000)] {
        let zone = organ().set(G::InitialFilterFc, fc).modulator(modulator(
            0,
            G::InitialFilterFc as u16,
            by_modulator,
        ));
        let got = response(&zone, "0 on 60 127", 100, RATE);
        let expected = expected_db(100.0, hz(1500.0), 0.0, f64::from(RATE));
        sheet.near(format!("{fc}{by_modulator:+}"), got, expected, 0.15);
    }
    for (fc, by_modulator) in [(13_500, 3000), (12_000, 9000)] {
        let zone = organ()
            .set(G::InitialFilterFc, fc)
            .set(G::InitialFilterQ, 100)
            .modulator(modulator(0, G::InitialFilterFc as u16, by_modulator));
        for f in [1_000, 10_000, 20_000] {
            let got = response(&zone, "0 on 60 127", f, RATE);
            let expected = expected_db(f64::from(f), hz(13_500.0), 100.0, f64::from(RATE));
            sheet.near(format!("{fc}{by_modulator:+} at {f}"), got, expected, 0.15);
        }
    }
}

#[test]
fn s8_1_3_gen9_the_resonance_stays_between_0_and_960_centibels() {
    let mut sheet = Sheet::default();
    for (q, by_modulator, effective) in
        [(-100, 0, 0.0), (100, -300, 0.0), (200, 100, 300.0), (960, 500, 960.0), (2000, 0, 960.0)]
    {
        let zone = organ()
            .set(G::InitialFilterFc, 8321)
            .set(G::InitialFilterQ, q)
            .modulator(modulator(0, G::InitialFilterQ as u16, by_modulator));
        for f in [100, 500, 4000] {
            let got = response(&zone, "0 on 60 127", f, RATE);
            let expected = expected_db(f64::from(f), hz(8321.0), effective, f64::from(RATE));
            sheet.near(format!("{q}{by_modulator:+} at {f}"), got, expected, 0.15);
        }
    }
}

#[test]
fn s8_1_3_gen8_a_filter_fully_open_leaves_every_bit() {
    let open = organ().set(G::InitialFilterFc, 13_500).set(G::InitialFilterQ, 0);
    for (key, score) in [(60, "0 on 60 127"), (71, "0 on 71 100; 500 cc 7 30; 900 bend 0")] {
        let plain = play(&bank(noise(), organ()), score, 4_000);
        assert_eq!(plain.bits(), play(&bank(noise(), open.clone()), score, 4_000).bits(), "{key}");
    }
}

#[test]
fn s8_1_3_gen11_and_10_envelope_and_oscillator_move_the_cutoff_in_cents() {
    let mut sheet = Sheet::default();
    for (fc, depth) in [(8321, 2400), (10_721, -2400), (13_500, -3000), (6000, 1200)] {
        let moved = f64::from(fc + depth);
        let zone = organ().set(G::InitialFilterFc, fc).set(G::ModEnvToFilterFc, depth);
        // So slow that it stays at its top; the delay is none.
        for f in [500, 2000, 4000, 8000] {
            let got = response(&zone, "0 on 60 127", f, RATE);
            let expected = expected_db(f64::from(f), hz(moved), 0.0, f64::from(RATE));
            sheet.near(format!("envelope {fc}{depth:+} at {f}"), got, expected, 0.15);
        }
    }
    // 0.255 Hz: the top is 46,967 frames after the delay; there and half of the way.
    let zone = organ()
        .set(G::InitialFilterFc, 8321)
        .set(G::ModLfoToFilterFc, 2400)
        .set(G::FreqModLfo, -6000);
    for f in [1000, 2000, 4000] {
        let sound = |zone: &Zone| play(&bank(tone(f), zone.clone()), "0 on 60 127", 49_000);
        let (moved, plain) = (sound(&zone), sound(&organ()));
        for (middle, part) in [(23_530, 0.5), (46_900, 0.997)] {
            let range = middle - 1_200..middle + 1_200;
            let [moved, plain] =
                [&moved, &plain].map(|take| tone_db(&take.left[range.clone()], f64::from(f), RATE));
            let cutoff = hz(8321.0 + 2400.0 * part);
            let expected = expected_db(f64::from(f), cutoff, 0.0, f64::from(RATE));
            sheet.near(format!("oscillator {part} at {f}"), moved - plain, expected, 0.3);
        }
    }
}

#[test]
fn s8_4_2_velocity_leaves_the_filter_alone_unless_a_bank_asks() {
    let mut sheet = Sheet::default();
    let word_2_04 = |amount| modulator_by(0x0102, G::InitialFilterFc, amount, 0, 0);
    let word_2_01 = |amount| modulator_by(0x0102, G::InitialFilterFc, amount, 0x0D02, 0);
    let linear = |velocity: f64| -2400.0 * (127.0 - velocity) / 128.0;
    for velocity in [1, 32, 63, 64, 96, 127] {
        let plain = organ().set(G::InitialFilterFc, 8321);
        let v = f64::from(velocity);
        let late = if velocity < 64 { linear(v) } else { 0.0 };
        for (what, zone, cents) in [
            ("default", plain.clone(), 0.0),
            ("2.04", plain.clone().modulator(word_2_04(-2400)), linear(v)),
            ("2.04, half", plain.clone().modulator(word_2_04(-1200)), linear(v) / 2.0),
            ("2.01", plain.clone().modulator(word_2_01(-2400)), late),
        ] {
            // The velocity's own attenuation is in both.
            let score = format!("0 on 60 {velocity}");
            let got = response(&zone, &score, 1000, RATE);
            let expected = expected_db(1000.0, hz(8321.0 + cents), 0.0, f64::from(RATE));
            sheet.near(format!("{what}, velocity {velocity}"), got, expected, 0.15);
        }
    }
}

#[test]
fn s9_5_controllers_move_the_cutoff_of_sounding_notes() {
    let mut sheet = Sheet::default();
    for (fc, amount, value) in [(8321, 4800, 64), (13_500, -9600, 64), (13_500, -9600, 127)] {
        let zone = organ().set(G::InitialFilterFc, fc).modulator(modulator(
            0x80 | 20,
            G::InitialFilterFc as u16,
            amount,
        ));
        let cutoff = f64::from(fc) + f64::from(amount) * f64::from(value) / 128.0;
        for f in [500, 1000, 3000] {
            for frame in [0, 2_000] {
                let score = format!("0 on 60 127; {frame} cc 20 {value}");
                let got = response(&zone, &score, f, RATE);
                let expected = expected_db(f64::from(f), hz(cutoff), 0.0, f64::from(RATE));
                sheet.near(format!("{fc}{amount:+} {score} at {f}"), got, expected, 0.15);
            }
        }
    }
}
