//! Opening: what is asked for and what is granted.

use std::sync::Arc;

use portative::engine::Effects;
use portative::port::{Params, SynthPort};

use super::fixture::{mono, note_on, open, render};
use crate::support::level::{LEVEL, Level};

#[test]
fn a_port_that_asks_for_nothing_gets_the_defaults_exactly() {
    let port = SynthPort::open_with(Arc::new(Level::default()), Params::default()).unwrap();
    let granted = port.params().unwrap();
    assert!(granted.is_exact());
    assert_eq!(
        (granted.voices, granted.channel_groups, granted.audio_channels, granted.sample_rate.hz()),
        (32, 1, 2, 48_000)
    );
    assert_eq!(granted.effects, Effects { reverb: true, ..Effects::NONE });
}

#[test]
fn zeros_are_raised_to_the_least_and_the_open_succeeds() {
    let zeros = Params {
        voices: Some(0),
        channel_groups: Some(0),
        audio_channels: Some(0),
        sample_rate: Some(0),
        effects: Some(Effects::NONE),
        gain_db: None,
        limiter: None,
    };
    let port = SynthPort::open_with(Arc::new(Level::default()), zeros).unwrap();
    let granted = port.params().unwrap();
    assert!(!granted.is_exact());
    assert_eq!(granted.asked, zeros);
    assert_eq!(
        (granted.voices, granted.channel_groups, granted.audio_channels, granted.sample_rate.hz()),
        (1, 1, 1, 1)
    );
    assert_eq!(granted.effects, Effects::NONE, "no effects is a wish like any other");
}

#[test]
fn too_much_is_lowered_to_the_most() {
    let asked = Params {
        voices: Some(u32::MAX),
        channel_groups: Some(u16::MAX),
        audio_channels: Some(6),
        sample_rate: Some(100_003),
        effects: Some(Effects::ALL),
        gain_db: Some(f32::NAN),
        limiter: None,
    };
    let port = SynthPort::open_with(Arc::new(Level::default()), asked).unwrap();
    let granted = port.params().unwrap();
    assert!(!granted.is_exact());
    assert_eq!(
        (granted.voices, granted.channel_groups, granted.audio_channels, granted.sample_rate.hz()),
        (1_000, 4, 2, 96_000)
    );
    assert_eq!(granted.effects, Effects { reverb: true, ..Effects::NONE });
    assert_eq!(granted.gain_db, 0.0);
}

#[test]
fn a_port_opens_again_with_other_parameters() {
    let port = open();
    port.close().unwrap();
    let asked = Params { sample_rate: Some(22_050), ..mono() };
    assert_eq!(port.reopen(asked).unwrap().sample_rate.hz(), 22_050);
    let mut input = port.event_input().unwrap();
    let mut renderer = port.activate().unwrap();
    input.play(note_on()).unwrap();
    assert_eq!(render(&mut renderer, 1), [LEVEL]);
}
