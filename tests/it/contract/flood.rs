//! Floods and extremes: more of everything than there is room for.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

use portative::engine::{Content, Effects};
use portative::midi::{Channel, ChannelGroup, ControlValue, Controller, Event, Message, Program};
use portative::port::{Params, PlayError, PortError, SynthPort};
use portative::time::SampleTime;

use super::ports::{bytes, chance, in_time, level, strike, told};
use super::recorder::Recorder;
use crate::support::level::Level;

#[test]
fn downloads_without_end_are_refused_at_the_limit_and_make_room_when_they_go() {
    let engine = Level::default();
    let port = level(&engine);
    for _ in 0..2 {
        let ids: Vec<_> = (0..5_000).map_while(|_| port.download_bank(bytes()).ok()).collect();
        assert_eq!(ids.len(), 4_096);
        let refused = port.download_bank(bytes()).unwrap_err();
        assert!(matches!(refused, PortError::TooManyDownloads { limit: 4_096 }), "{refused}");
        assert_eq!((port.downloads().unwrap().len(), engine.banks()), (4_096, 4_096));
        ids.iter().for_each(|id| port.unload(*id).unwrap());
        assert_eq!((told(&port), engine.banks()), (ids, 0));
        assert_eq!(port.content().unwrap(), Content::default());
    }
}

#[test]
fn five_thousand_downloads_one_after_the_other_leave_nothing() {
    let engine = Level::default();
    let port = level(&engine);
    let mut renderer = port.activate().unwrap();
    for _ in 0..5_000 {
        let id = port.download_bank(bytes()).unwrap();
        port.unload(id).unwrap();
        renderer.render_interleaved(&mut [0.0; 2]);
        renderer.render_interleaved(&mut []);
        assert_eq!(told(&port), [id]);
    }
    assert_eq!(engine.banks(), 0);
}

#[test]
fn while_the_audio_thread_stands_still_calls_are_refused_whole_and_work_again_after() {
    let engine = Level::default();
    let port = level(&engine);
    let mut renderer = port.activate().unwrap();
    let mut good = Vec::new();
    let refused = loop {
        match port.download_bank(bytes()) {
            Ok(id) => good.push(id),
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, PortError::Stalled { .. }), "{refused}");
    assert_eq!((port.downloads().unwrap(), engine.banks()), (good.clone(), good.len()));
    assert!(matches!(port.unload(good[0]), Err(PortError::Stalled { .. })));
    assert_eq!(port.downloads().unwrap(), good, "nothing has happened");
    assert!(told(&port).is_empty());
    let priority = portative::engine::ChannelPriority::HIGH;
    let (group, channel) = (ChannelGroup(0), Channel::default());
    let before = port.channel_priority(group, channel).unwrap();
    if port.set_channel_priority(group, channel, priority).is_err() {
        assert_eq!(port.channel_priority(group, channel).unwrap(), before);
    }
    renderer.render_interleaved(&mut [0.0; 64]);
    good.iter().for_each(|id| {
        port.unload(*id).unwrap();
        renderer.render_interleaved(&mut [0.0; 64]);
    });
    renderer.render_interleaved(&mut [0.0; 64]);
    let mut told = told(&port);
    told.sort_unstable();
    assert_eq!((told, engine.banks()), (good, 0));
}

#[test]
fn what_waited_for_an_audio_thread_that_never_came_is_done_when_the_port_is_no_longer_active() {
    let engine = Level::default();
    let port = level(&engine);
    let renderer = port.activate().unwrap();
    let ids: Vec<_> = (0..200).map(|_| port.download_bank(bytes()).unwrap()).collect();
    ids[..56].iter().for_each(|id| port.unload(*id).unwrap());
    assert!(told(&port).is_empty());
    drop(renderer);
    let more: Vec<_> = (0..200).map(|_| port.download_bank(bytes()).unwrap()).collect();
    assert_eq!(port.downloads().unwrap(), [&ids[56..], &more].concat());
    assert_eq!(
        told(&port).into_iter().collect::<BTreeSet<_>>(),
        ids[..56].iter().copied().collect()
    );
    assert_eq!(engine.banks(), 344);
    (0..60).for_each(|_| drop(port.event_input().unwrap()));
}

#[test]
fn a_flood_of_events_does_not_hold_up_the_block_that_is_rendered() {
    in_time(|| {
        let port = Recorder::default().open();
        let mut renderer = port.activate().unwrap();
        let inputs: Vec<_> = (0..3).map(|_| port.event_input().unwrap()).collect();
        let flooders: Vec<_> = inputs
            .into_iter()
            .map(|mut input| {
                thread::spawn(
                    move || {
                        while input.play(strike(0, 0, 60)) != Err(PlayError::Closed) {}
                    },
                )
            })
            .collect();
        for _ in 0..50 {
            renderer.render_interleaved(&mut [0.0; 64]);
            renderer.render_interleaved(&mut []);
        }
        port.close().unwrap();
        flooders.into_iter().for_each(|flooder| flooder.join().unwrap());
    });
}

#[test]
fn sixty_four_inputs_play_from_as_many_threads_and_nothing_is_lost() {
    let recorder = Recorder::default();
    let port = recorder.open();
    let mut renderer = port.activate().unwrap();
    let inputs: Vec<_> = (0..64).map(|_| port.event_input().unwrap()).collect();
    assert!(matches!(port.event_input(), Err(PortError::TooManyInputs { limit: 64 })));
    thread::scope(|scope| {
        let players: Vec<_> = inputs
            .into_iter()
            .zip(0..)
            .map(|(mut input, key)| {
                scope.spawn(move || {
                    for at in 0..500 {
                        while input.play_at(SampleTime(at), strike(0, 0, key)).is_err() {
                            thread::yield_now();
                        }
                    }
                })
            })
            .collect();
        while players.iter().any(|player| !player.is_finished()) {
            renderer.render_interleaved(&mut [0.0; 16]);
        }
    });
    (0..2).for_each(|_| renderer.render_interleaved(&mut [0.0; 2_000]));
    let mut counts = [0; 64];
    recorder.keys().into_iter().for_each(|(_, key)| counts[usize::from(key)] += 1);
    assert_eq!(counts, [500; 64]);
    assert!(port.event_input().is_ok(), "the dropped ones have made room");
}

#[test]
fn every_shape_of_port_renders_every_shape_of_block() {
    for (rate, channels, groups, voices) in
        [(384_000, 2, 16, 65_536), (384_000, 1, 16, 1), (8_000, 1, 1, 1), (8_000, 2, 16, 7)]
    {
        for limiter in [false, true] {
            let asked = Params {
                sample_rate: Some(rate),
                audio_channels: Some(channels),
                channel_groups: Some(groups),
                voices: Some(voices),
                effects: Some(Effects::ALL),
                limiter: Some(limiter),
                gain_db: Some(30.0),
            };
            let port = SynthPort::open(asked).unwrap();
            assert!(port.params().unwrap().is_exact());
            port.download_bank(Arc::new(portative::io::BUILT_IN_BANK)).unwrap();
            let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
            for (group, channel) in (0..groups as u8).flat_map(|g| (0..16).map(move |c| (g, c))) {
                input.play(strike(group, channel, 60 + channel)).unwrap();
            }
            let mut loud = false;
            for len in [0, 1, 2, 3, 0, 63, 65, 1_001, 200_001, 1] {
                let mut out = vec![f32::NAN; len];
                renderer.render_interleaved(&mut out);
                assert!(out.iter().all(|point| point.is_finite()), "{asked:?}, {len}");
                let whole = len - len % usize::from(channels);
                assert!(out[whole..].iter().all(|point| *point == 0.0), "the rest of a frame");
                loud |= out.iter().any(|point| point.abs() > 0.001);
            }
            assert!(loud, "{asked:?}");
            assert_eq!(port.stats().unwrap().faults, 0);
        }
    }
}

#[test]
fn any_program_and_controller_on_any_channel_is_survived_by_a_port_without_a_bank() {
    let port = SynthPort::open(Params { voices: Some(1), ..Params::default() }).unwrap();
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    let mut chance = chance(7);
    let mut out = [0.0; 64];
    for _ in 0..5_000 {
        let channel = Channel::new(chance(16) as u8).unwrap();
        let message = match chance(4) {
            0 => Message::ProgramChange {
                channel,
                program: Program::new(chance(128) as u8).unwrap(),
                bank: None,
            },
            1 => Message::ControlChange {
                channel,
                controller: Controller::new(chance(128) as u8).unwrap(),
                value: ControlValue::from_u7(chance(128) as u8),
            },
            2 => {
                Message::PitchBend { channel, bend: ControlValue::from_u14(chance(16_384) as u16) }
            }
            _ => strike(0, chance(16) as u8, chance(128) as u8).message,
        };
        input.play(Event::new(message)).unwrap();
        renderer.render_interleaved(&mut out);
        assert_eq!(out, [0.0; 64]);
    }
    let missing = std::iter::from_fn(|| port.poll_event()).count();
    assert!(missing > 0 && port.stats().unwrap().missing_presets > 0);
}
