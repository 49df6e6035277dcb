//! Puts the events of all tracks into one list and stamps them with frames.

use super::ports::Ports;
use super::tempo::{TempoMap, Tick};
use crate::midi::TimedEvent;
use crate::midi::smf::{Smf, SysExData, Track, TrackEventKind};
use crate::midi::stream::StreamParser;
use crate::midi::{ChannelGroup, Event};
use crate::time::{SampleRate, SampleTime};

/// The events of `smf`, whose tracks begin at the ticks `starts`, in the order of playing, and the track of each.
pub(super) fn events(
    smf: &Smf,
    starts: &[u64],
    ports: &Ports,
    tempo_map: &TempoMap,
    rate: SampleRate,
) -> (Vec<TimedEvent>, Vec<u32>) {
    let count = smf.tracks.iter().map(|track| track.events.len()).sum();
    let mut list = Vec::with_capacity(count);
    for (number, (track, start)) in (0..).zip(smf.tracks.iter().zip(starts)) {
        append_track(track, *start, ports, &mut |timed| list.push((timed, number)));
    }
    // Stable, so that what is simultaneous keeps the order of the tracks. Ticks stand for frames so far.
    list.sort_by_key(|(timed, _)| timed.time);
    for (timed, _) in &mut list {
        timed.time = tempo_map.frame_at(Tick(timed.time.0), rate);
    }
    list.into_iter().unzip()
}

/// Gives out the events of a track, their ticks in place of frames.
fn append_track(track: &Track, start: u64, ports: &Ports, push: &mut impl FnMut(TimedEvent)) {
    let mut group = ports.first_group();
    let mut parser = StreamParser::new(ChannelGroup(0));
    for event in &track.events {
        let time = SampleTime(start.saturating_add(event.tick));
        match &event.kind {
            TrackEventKind::Message(message) => {
                push(TimedEvent { time, event: Event::in_group(group, *message) });
            }
            TrackEventKind::Meta(meta) => group = ports.group_after(meta).unwrap_or(group),
            TrackEventKind::SysEx(data) => feed_sysex(data, &mut parser, |event| {
                push(TimedEvent { time, event: Event { group, ..event } });
            }),
            TrackEventKind::Escape(bytes) => parser.feed(bytes, |event| {
                push(TimedEvent { time, event: Event { group, ..event } });
            }),
        }
    }
}

/// Gives the bytes of an exclusive event to `parser`, with the F0 and F7 that stand around them.
///
/// F0 and F7 inside are messages back to back; any other status has no business there and is left out.
fn feed_sysex(data: &SysExData, parser: &mut StreamParser, mut sink: impl FnMut(Event)) {
    if data.starts {
        parser.feed(&[0xF0], &mut sink);
    }
    let inside = |byte: &u8| *byte < 0x80 || matches!(byte, 0xF0 | 0xF7);
    for byte in data.bytes.iter().copied().filter(inside) {
        parser.feed(&[byte], &mut sink);
    }
    if data.ends {
        parser.feed(&[0xF7], &mut sink);
    }
}
