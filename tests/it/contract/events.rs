//! Events: order, lateness, groups, priorities, clocks, statistics.

use proptest::prelude::*;

use portative::engine::ChannelPriority;
use portative::midi::{Channel, ChannelGroup, Event, Message, SysExPacket};
use portative::port::{Params, PlayError, PortError, SynthPort};
use portative::time::{ReferenceTime, SampleTime};

use super::recorder::{Recorder, strike};

fn render(port: &SynthPort, frames: usize) {
    port.activate().unwrap().render_interleaved(&mut vec![0.0; 2 * frames]);
}

#[test]
fn events_played_before_activation_wait_for_it() {
    let recorder = Recorder::default();
    let port = recorder.open();
    let mut input = port.event_input().unwrap();
    input.play(strike(1)).unwrap();
    input.play_at(SampleTime(3), strike(2)).unwrap();
    assert_eq!(recorder.keys(), []);
    render(&port, 8);
    assert_eq!(recorder.keys(), [(0, 1), (3, 2)]);
}

#[test]
fn an_event_of_the_past_plays_at_the_first_frame_of_the_next_block() {
    let recorder = Recorder::default();
    let port = recorder.open();
    let mut input = port.event_input().unwrap();
    render(&port, 48_000);
    input.play_at(SampleTime(1), strike(1)).unwrap();
    input.play_at(SampleTime(48_000), strike(2)).unwrap();
    render(&port, 64);
    assert_eq!(recorder.keys(), [(48_000, 1), (48_000, 2)]);
    assert_eq!(port.stats().unwrap().late_events, 1, "the one due at that frame is on time");
}

#[test]
fn events_of_equal_times_keep_the_order_in_which_they_were_played() {
    let recorder = Recorder::default();
    let port = recorder.open();
    let mut input = port.event_input().unwrap();
    for key in 0..128 {
        input.play_at(SampleTime(7), strike(key)).unwrap();
    }
    render(&port, 5);
    for key in 0..128 {
        input.play_at(SampleTime(7), strike(key)).unwrap();
    }
    render(&port, 5);
    let keys: Vec<_> = (0..128).chain(0..128).map(|key| (7, key)).collect();
    assert_eq!(recorder.keys(), keys);
}

#[test]
fn of_equal_times_the_older_input_comes_first_also_when_a_still_older_one_is_gone() {
    let recorder = Recorder::default();
    let port = recorder.open();
    let first = port.event_input().unwrap();
    let mut second = port.event_input().unwrap();
    drop(first);
    render(&port, 1);
    render(&port, 1);
    let mut third = port.event_input().unwrap();
    third.play_at(SampleTime(9), strike(3)).unwrap();
    second.play_at(SampleTime(9), strike(2)).unwrap();
    render(&port, 16);
    assert_eq!(recorder.keys(), [(9, 2), (9, 3)]);
}

#[test]
fn an_input_may_play_its_events_out_of_order() {
    let recorder = Recorder::default();
    let port = recorder.open();
    let mut input = port.event_input().unwrap();
    for (time, key) in [(100, 1), (50, 2), (100, 3), (0, 4), (u64::MAX, 5), (50, 6)] {
        input.play_at(SampleTime(time), strike(key)).unwrap();
    }
    render(&port, 200);
    assert_eq!(recorder.keys(), [(0, 4), (50, 2), (50, 6), (100, 1), (100, 3)]);
}

#[test]
fn what_is_far_ahead_keeps_nothing_back_that_is_due() {
    let recorder = Recorder::default();
    let port = recorder.open();
    let mut input = port.event_input().unwrap();
    (0..2_000).for_each(|_| input.play_at(SampleTime(u64::MAX), strike(1)).unwrap());
    for key in 2..100 {
        input.play(strike(key)).unwrap();
        render(&port, 1);
        assert_eq!(recorder.keys(), [(u64::from(key) - 2, key)]);
    }
    assert_eq!(port.stats().unwrap().late_events, 0);
}

#[test]
fn what_does_not_fit_comes_back_and_what_was_queued_before_it_is_played() {
    let recorder = Recorder::default();
    let port = recorder.open();
    let mut input = port.event_input().unwrap();
    let room = input.room();
    (0..room).for_each(|_| input.play(strike(1)).unwrap());
    assert_eq!(input.play(strike(2)), Err(PlayError::Full(strike(2))));
    assert_eq!(input.room(), 0);
    render(&port, 0);
    assert_eq!(recorder.keys(), vec![(0, 1); room], "a render of nothing makes room");
    assert_eq!(input.room(), room);
    assert_eq!(port.stats().unwrap().overflows, 1);
}

#[test]
fn every_group_takes_events_and_one_that_is_not_there_harms_nobody() {
    let recorder = Recorder::default();
    let port = recorder.open_as(Params { channel_groups: Some(16), ..Params::default() });
    assert_eq!(port.params().unwrap().channel_groups, 16);
    let native = SynthPort::open(Params { channel_groups: Some(16), ..Params::default() }).unwrap();
    let mut to_native = native.event_input().unwrap();
    let mut input = port.event_input().unwrap();
    for group in 0..=255 {
        let event = Event { group: ChannelGroup(group), ..strike(60) };
        input.play(event).unwrap();
        to_native.play(event).unwrap();
        let reset = Event { group: ChannelGroup(group), ..Event::new(Message::SystemReset) };
        to_native.play(reset).unwrap();
        for packet in SysExPacket::split(&[0x7E, 0x7F, 0x09, 0x01]) {
            let message = Message::SysEx(packet);
            to_native.play(Event { group: ChannelGroup(group), ..Event::new(message) }).unwrap();
        }
    }
    render(&native, 64);
    assert_eq!(native.stats().unwrap().faults, 0);
    render(&port, 1);
    let played = recorder.played.lock().unwrap();
    let groups: Vec<u8> = played.iter().map(|(_, event)| event.group.0).collect();
    assert!(groups.starts_with(&(0..16).collect::<Vec<_>>()), "{groups:?}");
}

#[test]
fn priorities_are_for_each_group_and_channel_and_of_one_opening() {
    let recorder = Recorder::default();
    let asked = Params { channel_groups: Some(3), ..Params::default() };
    let port = recorder.open_as(asked);
    let (ninth, tenth) = (Channel::new(8).unwrap(), Channel::new(9).unwrap());
    let last = ChannelGroup(2);
    port.set_channel_priority(last, tenth, ChannelPriority::HIGH).unwrap();
    assert_eq!(port.channel_priority(last, tenth).unwrap(), ChannelPriority::HIGH);
    assert_eq!(port.channel_priority(last, ninth).unwrap(), ChannelPriority::STANDARD);
    assert_eq!(port.channel_priority(ChannelGroup(1), tenth).unwrap(), ChannelPriority::STANDARD);
    for group in [3, 255].map(ChannelGroup) {
        let set = port.set_channel_priority(group, tenth, ChannelPriority::LOW);
        let get = port.channel_priority(group, tenth).map(|_| ());
        for refused in [set, get] {
            let refused = refused.unwrap_err();
            let PortError::NoSuchChannelGroup { group: named, groups: 3 } = refused else {
                panic!("{refused}")
            };
            assert_eq!(named, group);
        }
    }
    render(&port, 1);
    assert_eq!(*recorder.priorities.lock().unwrap(), [(last, tenth, ChannelPriority::HIGH)]);
    port.close().unwrap();
    port.reopen(asked).unwrap();
    assert_eq!(port.channel_priority(last, tenth).unwrap(), ChannelPriority::STANDARD);
}

#[test]
fn the_peak_is_of_the_time_since_it_was_read() {
    let port = Recorder::default().open();
    render(&port, 10);
    assert_eq!(port.stats().unwrap().peak, 0.5);
    assert_eq!(port.stats().unwrap().peak, 0.0);
    assert_eq!(port.stats().unwrap().position, SampleTime(10));
}

#[test]
fn the_clock_of_a_block_may_say_anything() {
    let extremes = [0, 1, -1, i64::MAX, i64::MIN, 0, i64::MIN, i64::MAX, 1 << 62, -(1 << 62)];
    for rate in [1_000, 96_000] {
        let asked = Params { sample_rate: Some(rate), ..Params::default() };
        let port = Recorder::default().open_as(asked);
        let (mut renderer, clock) = (port.activate().unwrap(), port.latency_clock().unwrap());
        for now in extremes.map(ReferenceTime) {
            renderer.render_interleaved_at(now, &mut [0.0; 64]);
            for arrival in extremes.map(ReferenceTime) {
                clock.stamp(arrival);
            }
        }
        assert_eq!(renderer.position(), SampleTime(32 * extremes.len() as u64));
    }
}

proptest! {
    #[test]
    fn a_clock_that_runs_well_stamps_in_order_and_never_into_the_past(
        blocks in prop::collection::vec((1usize..2_000, -9_000i64..9_000), 1..60),
        arrivals in prop::collection::vec(0i64..10_000_000, 2..20),
    ) {
        let port = Recorder::default().open();
        let (mut renderer, clock) = (port.activate().unwrap(), port.latency_clock().unwrap());
        let mut frames = 0;
        let mut now = 0;
        for (block, jitter) in blocks {
            now = frames as i64 * 10_000_000 / 48_000 + jitter;
            renderer.render_interleaved_at(ReferenceTime(now), &mut vec![0.0; 2 * block]);
            frames += block;
            prop_assert_eq!(renderer.position().0, frames as u64);
            // The jitter is under a millisecond, 48 frames.
            let stamp = clock.stamp(ReferenceTime(now + 20_000));
            prop_assert!(stamp.0 + 2 >= (frames - block) as u64 + clock.latency_frames());
        }
        let mut sorted = arrivals;
        sorted.sort_unstable();
        let stamps: Vec<_> =
            sorted.iter().map(|after| clock.stamp(ReferenceTime(now + after))).collect();
        prop_assert!(stamps.is_sorted());
    }
}
