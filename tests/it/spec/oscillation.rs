//! SoundFont 2.04 §8.1.2 and §8.1.3 generators 5, 6, 10, 13, 21 to 24, §9.1.6: oscillators through the port.

use portative::bank::Generator as G;
use portative::bank::write::Zone;

use crate::support::bank::{RATE, bank, constant, modulator, position_bank, preset_position_bank};
use crate::support::stage::Take;

use super::support::{Player, Sheet, cents_above, cents_between, organ, organ_of, play};

/// Both oscillators: what leads them to the pitch, and their frequency.
const WAYS: [(G, G); 2] = [(G::VibLfoToPitch, G::FreqVibLfo), (G::ModLfoToPitch, G::FreqModLfo)];

/// A triangle after `turns` of its period: up, down, up again.
fn triangle(turns: f64) -> f64 {
    let turns = turns.rem_euclid(1.0);
    match turns {
        t if t < 0.25 => 4.0 * t,
        t if t < 0.75 => 2.0 - 4.0 * t,
        t => 4.0 * t - 4.0,
    }
}

fn hz(cents: i16) -> f64 {
    8.175_798_9 * (f64::from(cents) / 1200.0).exp2()
}

fn listen(zone: Zone, score: &str, frames: usize) -> Take {
    play(&position_bank(organ_of(zone)), &format!("0 cc 7 127; {score}"), frames)
}

/// The pitch of a take, whose oscillator begins at `start` seconds, against a triangle of `depth` cents.
fn check_pitch(sheet: &mut Sheet, what: &str, take: &Take, (start, hz, depth): (f64, f64, f64)) {
    for frame in (600..take.left.len() - 100).step_by(517) {
        let time = frame as f64 / f64::from(RATE) - start;
        let phase = time * hz;
        // The points of the triangle are rounded by the span over which pitch is measured.
        let rounded = (phase * 4.0 - 1.0).rem_euclid(2.0);
        if !(0.1..1.9).contains(&rounded) || time.abs() < 0.01 {
            continue;
        }
        let expected = if time < 0.0 { 0.0 } else { depth * triangle(phase) };
        let got = cents_between(take, frame - 16..frame + 16);
        sheet.near(format!("{what}, frame {frame}"), got, expected, 1.0 + depth.abs() * 0.003);
    }
}

#[test]
fn s9_1_6_oscillators_are_triangles_that_begin_upwards() {
    let mut sheet = Sheet::default();
    let delay = 2f64.powi(-10);
    for (depth_by, freq_by) in WAYS {
        for (cents, depth) in [(-725, 100), (-1238, -300), (0, 200), (-3600, 600), (1200, 50)] {
            let zone = Zone::new().set(depth_by, depth).set(freq_by, cents);
            let take = listen(zone, "0 on 60 127", 36_000);
            let what = format!("{freq_by:?} {cents}, depth {depth}");
            check_pitch(&mut sheet, &what, &take, (delay, hz(cents), f64::from(depth)));
        }
    }
}

#[test]
fn s8_1_3_gen21_and_23_oscillators_rest_during_their_delay() {
    let mut sheet = Sheet::default();
    for (depth_by, delay_by) in
        [(G::VibLfoToPitch, G::DelayVibLfo), (G::ModLfoToPitch, G::DelayModLfo)]
    {
        for timecents in [-7973, -4800, -2400, -1200] {
            let zone = Zone::new().set(depth_by, 240).set(delay_by, timecents);
            let take = listen(zone, "0 on 60 127", 40_000);
            let delay = (f64::from(timecents) / 1200.0).exp2();
            let what = format!("{delay_by:?} {timecents}");
            check_pitch(&mut sheet, &what, &take, (delay, hz(0), 240.0));
        }
        let zone = Zone::new().set(depth_by, 240).set(delay_by, i16::MIN);
        let take = listen(zone, "0 on 60 127", 20_000);
        check_pitch(&mut sheet, "no delay", &take, (0.0, hz(0), 240.0));
    }
}

#[test]
fn s9_1_6_each_note_has_its_own_oscillators() {
    let mut sheet = Sheet::default();
    let zone = Zone::new().set(G::VibLfoToPitch, 240);
    let take = listen(zone, "4321 on 60 127", 30_000);
    let moved = Take { left: take.left[4_321..].to_vec(), right: take.right[4_321..].to_vec() };
    check_pitch(&mut sheet, "later", &moved, (2f64.powi(-10), hz(0), 240.0));
}

#[test]
fn s9_1_6_both_oscillators_add_up_in_cents() {
    let mut sheet = Sheet::default();
    let zone = Zone::new().set(G::VibLfoToPitch, 240).set(G::ModLfoToPitch, -140);
    let take = listen(zone, "0 on 60 127", 30_000);
    check_pitch(&mut sheet, "both", &take, (2f64.powi(-10), hz(0), 100.0));
}

#[test]
fn s8_1_3_gen22_and_24_oscillators_swing_110_times_a_second_at_most() {
    let mut sheet = Sheet::default();
    for (depth_by, freq_by) in WAYS {
        let swing = |instrument: i16, preset: i16| {
            let zone = organ_of(Zone::new().set(depth_by, 100).set(freq_by, instrument));
            let bank = preset_position_bank(zone, Zone::new().set(freq_by, preset));
            play(&bank, "0 cc 7 127; 0 on 60 127", 12_000)
        };
        let top = swing(4_500, 0);
        let pitch = |frame: usize| cents_between(&top, frame - 4..frame + 4) as f32;
        let pitches: Vec<f32> = (600..10_200).map(pitch).collect();
        // The top of the range is 110 Hz.
        sheet.near(format!("{freq_by:?}"), cents_above(&pitches, hz(4_500), RATE), 0.0, 2.0);
        for (instrument, preset) in [(4_501, 0), (6_000, 0), (i16::MAX, 0), (4_000, 1_000)] {
            let held = swing(instrument, preset).bits() == top.bits();
            sheet.holds(format!("{freq_by:?} {instrument} and {preset}"), held);
        }
        sheet.holds(format!("{freq_by:?} below"), swing(4_490, 0).bits() != top.bits());
        // The sum is held, not what it is made of.
        let summed = swing(5_000, -1_000).bits() == swing(4_000, 0).bits();
        sheet.holds(format!("{freq_by:?}, the sum"), summed);
    }
}

#[test]
fn s8_1_3_gen22_and_24_oscillators_take_21_minutes_at_most() {
    let mut sheet = Sheet::default();
    for (depth_by, freq_by) in WAYS {
        let rise = |cents: i16| {
            let zone = Zone::new().set(depth_by, 12_000).set(freq_by, cents);
            let take = listen(zone, "0 on 60 127", 48_000);
            cents_between(&take, 47_000..47_100)
        };
        let expected = |cents: i16| {
            let time = 47_050.0 / f64::from(RATE) - 2f64.powi(-10);
            12_000.0 * triangle(time * hz(cents))
        };
        for (cents, like) in
            [(-15_000, -15_000), (-16_000, -16_000), (-16_001, -16_000), (i16::MIN, -16_000)]
        {
            sheet.near(format!("{freq_by:?} {cents}"), rise(cents), expected(like), 0.1);
        }
    }
}

#[test]
fn s8_1_3_gen13_a_rising_oscillator_is_louder_by_its_centibels() {
    let mut sheet = Sheet::default();
    let full = play(&bank(constant(), organ()), "0 on 60 127", 200).db(100);
    for (cb, attenuation) in [(60, 0), (-60, 0), (120, 500), (-300, 0), (960, 1440)] {
        let zone = organ()
            .set(G::ModLfoToVolume, cb)
            .set(G::FreqModLfo, -1200)
            .set(G::InitialAttenuation, attenuation);
        let take = play(&bank(constant(), zone), "0 on 60 127", 24_000);
        for frame in (700..24_000).step_by(611) {
            let phase = (frame as f64 / f64::from(RATE) - 2f64.powi(-10)) * hz(-1200);
            let expected = f64::from(cb) / 10.0 * triangle(phase) - 0.04 * f64::from(attenuation);
            let tolerance = 0.02 + 0.01 * f64::from(cb).abs() / 10.0;
            // Far down, and above the attenuation, other limits are met.
            if expected > -90.0 {
                let what = format!("{cb} cB at {frame}");
                sheet.near(what, take.db(frame) - full, expected, tolerance);
            }
        }
    }
}

#[test]
fn s8_4_3_and_4_wheel_and_pressure_bring_50_cents_of_vibrato() {
    let mut sheet = Sheet::default();
    let slow = Zone::new().set(G::FreqVibLfo, -3600);
    for (messages, cents) in [
        ("cc 1 127", 50.0 * 127.0 / 128.0),
        ("cc 1 64", 25.0),
        ("press 127", 50.0 * 127.0 / 128.0),
        ("press 32", 12.5),
    ] {
        for frame in [0, 3_000] {
            let score = format!("0 on 60 127; {frame} {messages}");
            let take = listen(slow.clone(), &score, 14_000);
            // The top is 11,742 frames after the delay; two or three of 200 are lost beside it.
            let got = cents_between(&take, 11_700..11_874);
            sheet.near(&score, got, cents * (1.0 - 43.0 / 11_742.0), 0.2);
        }
    }
    let both = listen(slow.clone(), "0 cc 1 64; 0 press 64; 0 on 60 127", 14_000);
    sheet.near("both", cents_between(&both, 11_700..11_874), 50.0, 0.4);
    let more = slow.clone().set(G::VibLfoToPitch, 30);
    let take = listen(more, "0 cc 1 64; 0 on 60 127", 14_000);
    sheet.near("and the zone's", cents_between(&take, 11_700..11_874), 55.0, 0.4);
    let still = listen(slow, "0 on 60 127", 14_000);
    sheet.near("none at power-on", cents_between(&still, 11_700..11_874), 0.0, 0.02);
}

#[test]
fn s9_5_a_modulator_changes_an_oscillator_s_rate_while_it_runs() {
    let mut sheet = Sheet::default();
    for (freq, depth) in [(G::FreqVibLfo, G::VibLfoToPitch), (G::FreqModLfo, G::ModLfoToPitch)] {
        let zone = Zone::new().set(depth, 240).set(freq, -2400).modulator(modulator(
            0x80 | 20,
            freq as u16,
            2400,
        ));
        // 2.04395 Hz; at the second peak, after 30,000 frames, it doubles.
        let score = "0 on 60 127; 29400 cc 20 64";
        let take = listen(zone, score, 60_000);
        let (slow, fast) = (hz(-2400), hz(-1200));
        let phase = |frame: usize| {
            let seconds = |frame: usize| frame as f64 / f64::from(RATE);
            let changed = (seconds(29_400) - 2f64.powi(-10)) * slow;
            changed + (seconds(frame) - seconds(29_400)) * fast
        };
        for frame in (31_000..59_000).step_by(733) {
            let expected = 240.0 * triangle(phase(frame));
            let got = cents_between(&take, frame - 16..frame + 16);
            sheet.near(format!("{freq:?}, frame {frame}"), got, expected, 5.0);
        }
    }
}

#[test]
fn s9_1_6_the_phase_does_not_depend_on_the_output_rate() {
    let mut sheet = Sheet::default();
    let zone = organ().set(G::ModLfoToVolume, 60).set(G::FreqModLfo, 0);
    for rate in [22_050, 44_100, 96_000, 192_000] {
        let player = Player { rate, ..Player::default() };
        let end = rate as usize;
        let (take, _) = player.play(&bank(constant(), zone.clone()), "0 on 60 127", end);
        let (plain, _) = player.play(&bank(constant(), organ()), "0 on 60 127", 200);
        for tenth in 1..50 {
            let time = f64::from(tenth) * 0.019_7;
            let frame = (time * f64::from(rate)) as usize;
            let expected = 6.0 * triangle((time - 2f64.powi(-10)) * hz(0));
            let got = take.db(frame) - plain.db(150);
            sheet.near(format!("{rate} Hz at {time} s"), got, expected, 0.25);
        }
    }
}
