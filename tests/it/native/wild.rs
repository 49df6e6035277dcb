//! Whatever comes in, what goes out is finite, and silence comes when it is asked for.

use proptest::prelude::*;

use portative::bank::sf2::record::GeneratorRecord;
use portative::bank::write::{Points, Zone};
use portative::engine::native::{Interpolation, Native};
use portative::engine::{
    BlockEvent, Download, Effects, Engine, EngineError, Place, Settings, StereoBus, Synthesizer,
};
use portative::midi::{ChannelGroup, ControlValue, Event, Message, Velocity};
use portative::time::SampleRate;

use super::bits::{busy_bank, busy_score};
use crate::support::bank::{RATE, bank, named};
use crate::support::stage::{Stage, Take, parse};

fn finite(take: &Take) -> bool {
    take.left.iter().chain(&take.right).all(|point| point.is_finite())
}

pub(super) fn settings() -> Settings {
    Settings {
        sample_rate: SampleRate::new(RATE).unwrap(),
        voices: 8,
        channel_groups: 1,
        effects: Effects::NONE,
    }
}

pub(super) fn with_bank() -> Box<dyn Synthesizer> {
    let mut synthesizer = Native::default().create(&settings()).unwrap();
    let download = Download::Bank(busy_bank());
    let prepared = Native::default().prepare(&settings(), &download).unwrap();
    assert!(synthesizer.install(Place(0), prepared.installation).is_none());
    synthesizer
}

#[test]
fn nothing_is_heard_without_a_bank() {
    let mut synthesizer = Native::default().create(&settings()).unwrap();
    let (mut left, mut right) = ([1.0; 100], [1.0; 100]);
    let events: Vec<BlockEvent> = parse("3 on 60 100")
        .into_iter()
        .map(|(frame, event)| BlockEvent { offset: frame as u32, event })
        .collect();
    synthesizer.render(&events, &mut [StereoBus { left: &mut left, right: &mut right }]);
    assert_eq!((left, right), ([0.0; 100], [0.0; 100]));
    assert_eq!(synthesizer.status().missing_presets, 1);
}

#[test]
fn silence_follows_all_sound_off_on_every_channel() {
    for seed in 0..20 {
        let frames = 6_000;
        let off: String =
            (1..=16).map(|channel| format!("{frames} @{channel} cc 120 0;")).collect();
        let score = format!("{} {off}", busy_score(seed, frames));
        let take = Stage::new(&busy_bank()).play(&score, frames + 1_000);
        assert!(finite(&take));
        assert_eq!(take.peak(frames + 305..frames + 1_000), 0.0, "seed {seed}");
    }
}

#[test]
fn events_for_channels_that_are_not_there_are_passed_over() {
    let mut stage = Stage::new(&busy_bank());
    let mut events = parse("0 on 60 100; 10 cc 7 5; 20 prog 3; 30 bend 9; 40 off 60");
    events.iter_mut().for_each(|(_, event)| event.group = ChannelGroup(200));
    let mut take = Take { left: vec![1.0; 100], right: vec![1.0; 100] };
    stage.render(&events, &mut take, 0..100);
    assert_eq!(take.peak(0..100), 0.0);
}

#[test]
fn other_buses_are_silent_and_empty_blocks_play_events() {
    let mut synthesizer = with_bank();
    let note = [BlockEvent { offset: 0, event: parse("0 on 60 127")[0].1 }];
    synthesizer.render(&note, &mut []);
    assert!(synthesizer.status().voices.unwrap() > 0);
    let [mut a, mut b, mut c, mut d] = [[1.0; 500]; 4];
    let main = StereoBus { left: &mut a, right: &mut b };
    let other = StereoBus { left: &mut c, right: &mut d };
    synthesizer.render(&[], &mut [main, other]);
    assert!(a.iter().any(|&point| point != 0.0));
    assert_eq!((c, d), ([0.0; 500], [0.0; 500]));
}

#[test]
fn settings_outside_the_capabilities_are_refused() {
    let settings = |voices, channel_groups, rate| Settings {
        sample_rate: SampleRate::new(rate).unwrap(),
        voices,
        channel_groups,
        effects: Effects::NONE,
    };
    for (settings, setting) in [
        (settings(0, 1, RATE), "voices"),
        (settings(8, 0, RATE), "channel groups"),
        (settings(8, 17, RATE), "channel groups"),
        (settings(8, 1, 1), "sample rate"),
    ] {
        let refused = Native::default().create(&settings).err().unwrap();
        assert!(
            matches!(refused, EngineError::Settings { setting: named, .. } if named == setting),
            "{refused}"
        );
    }
}

/// A message of any kind with any values.
fn any_message() -> impl Strategy<Value = Message> {
    use portative::midi::{Channel, Controller, Key, Program};
    let channel = (0u8..16).prop_map(|channel| Channel::new(channel).unwrap());
    (channel, 0u8..128, any::<u32>(), 0..8).prop_map(|(channel, number, value, kind)| {
        let key = Key::new(number).unwrap();
        let control = ControlValue(value);
        match kind {
            0..=2 => Message::NoteOn { channel, key, velocity: Velocity::from_u16(value as u16) },
            3 => Message::NoteOff { channel, key, velocity: Velocity::from_u16(0) },
            4 => Message::ControlChange {
                channel,
                controller: Controller::new(number).unwrap(),
                value: control,
            },
            5 => Message::PitchBend { channel, bend: control },
            6 => Message::PolyPressure { channel, key, pressure: control },
            _ => Message::ProgramChange {
                channel,
                program: Program::new(number % 2).unwrap(),
                bank: None,
            },
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_events_give_finite_sound(
        messages in prop::collection::vec((0usize..300, any_message()), 1..200),
        voices in 1u32..40,
    ) {
        let mut stage = Stage::with(&busy_bank(), RATE, voices, Interpolation::Cubic);
        let mut frame = 0;
        let events: Vec<(usize, Event)> = messages
            .into_iter()
            .map(|(wait, message)| {
                frame += wait;
                (frame, Event::new(message))
            })
            .collect();
        let mut take = Take { left: vec![0.0; frame + 500], right: vec![0.0; frame + 500] };
        let range = 0..frame + 500;
        stage.render(&events, &mut take, range);
        prop_assert!(finite(&take));
    }

    #[test]
    fn any_generators_give_finite_sound(
        generators in prop::collection::vec((0u16..61, any::<i16>()), 0..30),
        points in prop::collection::vec(any::<i16>(), 1..80),
        from in 0u32..100,
        to in 0u32..100,
        key in 0u8..128,
        released in 0usize..2000,
    ) {
        let mut zone = Zone::new();
        for (operator, amount) in generators {
            if !matches!(operator, 41 | 43 | 44 | 53) {
                zone.generators.push(GeneratorRecord { operator, amount: amount.to_le_bytes() });
            }
        }
        let sample = named("any", Points::Pcm16(points)).looped(from, to);
        let bank = bank(sample, zone);
        let score = format!("0 on {key} 100; {released} off {key}");
        let take = Stage::new(&bank).play(&score, 3_000);
        prop_assert!(finite(&take));
        let mut cut = Stage::new(&bank);
        cut.block = Some(37);
        prop_assert!(take.bits() == cut.play(&score, 3_000).bits());
    }
}
