//! Events at their frames.

use portative::port::{EventInput, PlayError, PortError, State};
use portative::time::{ReferenceTime, SampleTime};

use super::fixture::{note_off, note_on, open, render};
use crate::support::level::LEVEL;

#[test]
fn events_act_at_their_frame_whatever_the_block_size() {
    let times = [3, 3, 64, 100, 1_023, 1_024, 1_025, 3_000];
    let renders: Vec<Vec<f32>> = [1, 7, 64, 1_000, 4_000]
        .into_iter()
        .map(|block| {
            let port = open();
            let mut input = port.event_input().unwrap();
            for time in times {
                input.play_at(SampleTime(time), note_on()).unwrap();
            }
            let mut renderer = port.activate().unwrap();
            (0..4_000 / block).flat_map(|_| render(&mut renderer, block)).collect()
        })
        .collect();
    for rendered in &renders {
        for (frame, level) in (0..).zip(rendered) {
            let held = times.iter().filter(|time| **time <= frame).count();
            assert_eq!(*level, held as f32 * LEVEL, "frame {frame}");
        }
        assert!(rendered.len() >= 3_900);
    }
}

#[test]
fn a_late_event_plays_at_once_and_is_counted() {
    let port = open();
    let mut input = port.event_input().unwrap();
    let mut renderer = port.activate().unwrap();
    render(&mut renderer, 480);
    input.play_at(SampleTime(5), note_on()).unwrap();
    assert_eq!(render(&mut renderer, 1), [LEVEL]);
    assert_eq!(port.stats().unwrap().late_events, 1);
    input.play(note_on()).unwrap();
    render(&mut renderer, 1);
    assert_eq!(port.stats().unwrap().late_events, 1, "as soon as possible is never late");
}

#[test]
fn inputs_are_merged_by_time_and_then_by_their_age() {
    let port = open();
    let mut first = port.event_input().unwrap();
    let mut second = port.event_input().unwrap();
    second.play_at(SampleTime(2), note_on()).unwrap();
    first.play_at(SampleTime(4), note_off()).unwrap();
    second.play_at(SampleTime(6), note_on()).unwrap();
    let mut renderer = port.activate().unwrap();
    let levels = render(&mut renderer, 8).into_iter().map(|level| (level / LEVEL) as u32);
    assert_eq!(levels.collect::<Vec<_>>(), [0, 0, 1, 1, 0, 0, 1, 1]);
}

#[test]
fn a_flood_at_one_frame_is_played_whole() {
    let port = open();
    let mut inputs: Vec<EventInput> = (0..3).map(|_| port.event_input().unwrap()).collect();
    for input in &mut inputs {
        (0..2_000).for_each(|_| input.play_at(SampleTime(10), note_on()).unwrap());
    }
    let mut renderer = port.activate().unwrap();
    let rendered = render(&mut renderer, 20);
    assert_eq!(rendered[9], 0.0);
    assert_eq!(rendered[10], 6_000.0 * LEVEL);
}

#[test]
fn a_full_queue_gives_the_event_back_and_is_counted() {
    let port = open();
    let mut input = port.event_input().unwrap();
    let queued = input.room();
    (0..queued).for_each(|_| input.play(note_on()).unwrap());
    assert_eq!(input.play(note_off()), Err(PlayError::Full(note_off())));
    assert_eq!(port.stats().unwrap().overflows, 1);
    let mut renderer = port.activate().unwrap();
    assert_eq!(render(&mut renderer, 1), [queued as f32 * LEVEL], "what was queued is played");
}

#[test]
fn a_dropped_input_plays_what_it_queued_and_makes_room_for_another() {
    let port = open();
    let mut renderer = port.activate().unwrap();
    for _ in 0..200 {
        let mut input = port.event_input().unwrap();
        input.play(note_on()).unwrap();
        drop(input);
        render(&mut renderer, 1);
        render(&mut renderer, 1);
    }
    assert_eq!(render(&mut renderer, 1), [200.0 * LEVEL]);
}

#[test]
fn the_inputs_of_a_port_are_limited() {
    let port = open();
    let inputs: Vec<_> = std::iter::from_fn(|| port.event_input().ok()).collect();
    assert_eq!(inputs.len(), 64);
    assert!(matches!(port.event_input(), Err(PortError::TooManyInputs { limit: 64 })));
}

#[test]
fn live_events_keep_their_spacing_one_block_after_their_arrival() {
    let port = open();
    let mut input = port.event_input().unwrap();
    let clock = port.latency_clock().unwrap();
    let mut renderer = port.activate().unwrap();
    let mut out = [0.0; 480];
    let millis = ReferenceTime::from_millis;
    renderer.render_interleaved_at(millis(1_000), &mut out);
    for arrival in [1_002, 1_003, 1_007] {
        input.play_at(clock.stamp(millis(arrival)), note_on()).unwrap();
    }
    renderer.render_interleaved_at(millis(1_010), &mut out);
    let onsets: Vec<_> = (1..out.len()).filter(|&frame| out[frame] > out[frame - 1]).collect();
    assert_eq!(onsets, [96, 144, 336], "2, 3 and 7 ms into the next block");
    assert_eq!(clock.latency_frames(), 480);
}

#[test]
fn the_position_counts_frames_since_the_open_and_survives_deactivation() {
    let port = open();
    let mut renderer = port.activate().unwrap();
    render(&mut renderer, 100);
    drop(renderer);
    assert_eq!(port.state(), State::Inactive, "a dropped renderer deactivates its port");
    render(&mut port.activate().unwrap(), 11);
    assert_eq!(port.stats().unwrap().position, SampleTime(111));
}
