use std::sync::Arc;

use super::*;
use crate::bank::write::{Instrument, Points, Preset, Sample, SoundFont, Zone};
use crate::bank::{Bank, DefaultModulators, PresetIndex};
use crate::engine::native::channel::ChannelState;
use crate::engine::native::reached::Reached;
use crate::engine::native::selection::BankStyle;

/// The plan of a zone with these generators.
fn region(generators: &[(G, i16)]) -> RegionPlan {
    let zone = generators.iter().fold(Zone::new(), |zone, &(g, amount)| zone.set(g, amount));
    let font = SoundFont {
        presets: vec![Preset::new("p", 0, 0).zone(Zone::new().instrument(0))],
        instruments: vec![Instrument::new("i").zone(zone.sample(0))],
        samples: vec![Sample::new("s", Points::Pcm16(vec![0; 64]))],
        ..SoundFont::default()
    };
    let bank = Bank::from_source(Arc::new(font.to_bytes().unwrap())).unwrap();
    let instrument = bank.instrument(PresetIndex(0)).unwrap();
    RegionPlan::new(&instrument.regions()[0], &instrument.samples()[0], ATTENUATION_FACTOR, None)
}

fn evaluate<T>(
    generators: &[(G, i16)],
    key: u8,
    velocity: f32,
    of: impl Fn(&Evaluation<'_>) -> T,
) -> T {
    let (region, channel) = (region(generators), ChannelState::new(0, BankStyle::Gs));
    let note = NoteView {
        struck: key,
        key,
        velocity,
        key_cents: 0.0,
        started: 0,
        expression: None,
        channel: &channel,
    };
    of(&Evaluation::new(&region, &note, (Reached::ALL, None), 48_000.0))
}

#[test]
fn s1_2_timecents_become_frames() {
    for (timecents, frames) in [(-12_000, 47), (-7973, 480), (-1200, 24_000), (0, 48_000)] {
        let times = evaluate(&[(G::AttackVolEnv, timecents)], 60, 127.0, |e| e.times());
        assert_eq!(times.vol_env.attack, frames, "{timecents}");
    }
    let none = evaluate(&[(G::DelayModLfo, i16::MIN)], 60, 127.0, |e| e.times());
    assert_eq!(none.mod_lfo_delay, 0);
}

#[test]
fn a_release_lasts_long_enough_not_to_click() {
    let times = evaluate(&[(G::ReleaseVolEnv, -12_000)], 60, 127.0, |e| e.times());
    assert_eq!(times.vol_env.release, 750);
}

#[test]
fn s8_1_2_absolute_cents_become_hertz() {
    for (cents, hz) in [(0, 8.1758), (-725, 5.378), (-1238, 3.999), (4500, 110.0)] {
        let rate = evaluate(&[(G::FreqVibLfo, cents)], 60, 127.0, |e| e.parameters().vib_lfo_rate);
        assert!((rate * 48_000.0 / hz - 1.0).abs() < 1e-3, "{cents}");
    }
}

#[test]
fn s8_4_the_power_on_state_attenuates_by_the_volume_of_100() {
    let parameters = evaluate(&[], 60, 127.0, |e| e.parameters());
    assert!((parameters.attenuation_cb - 41.52).abs() < 0.01);
    assert_eq!(parameters.pan, 0.0);
    assert_eq!(parameters.reverb_send, 0.0625);
    assert_eq!(parameters.chorus_send, 0.0);
    assert_eq!(parameters.pitch_cents, 0.0);
    assert_eq!(parameters.cutoff_cents, 13_500.0);
}

#[test]
fn the_least_attenuation_is_what_velocity_and_bank_leave() {
    let least = |generators: &[(G, i16)], velocity| {
        evaluate(generators, 60, velocity, |e| e.least_attenuation())
    };
    assert_eq!(least(&[], 127.0), 0.0);
    assert!((least(&[(G::InitialAttenuation, 100)], 127.0) - 40.0).abs() < 1e-3);
    assert!((least(&[], 64.0) - 119.05).abs() < 0.01);
}

#[test]
fn s8_4_there_are_nine_default_modulators() {
    assert_eq!(DefaultModulators::default().as_slice().len(), 9);
    assert!(region(&[]).modulators.len() <= MAX_MODULATORS);
}

#[test]
fn an_open_filter_that_nothing_moves_is_known_as_such() {
    assert!(!region(&[]).filter_moves);
    assert!(region(&[(G::ModEnvToFilterFc, 10)]).filter_moves);
    assert!(region(&[(G::ModLfoToFilterFc, -10)]).filter_moves);
}
