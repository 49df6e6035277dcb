//! Ticks, frames and seconds of a song, converted without rounding errors that add up.
//!
//! Time is counted in *units*, of which a fixed number make a second: for a division in ticks per quarter
//! note a tick is as many units as the tempo has microseconds, and `ticks per quarter × 1,000,000` units are
//! a second; for a SMPTE division a tick is 1 unit (1001 at 29.97). The units before a tick are an integer,
//! summed over the tempos before it, and a frame is one division of it, rounded down.

use crate::midi::smf::{Division, Format, Meta, Smf, SmpteRate, Tempo, TrackEventKind};
use crate::time::{SampleRate, SampleTime};

/// Ticks since the song began.
///
/// In a format 2 file the patterns follow each other, and so do their ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tick(pub u64);

/// What the ticks of a song are in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TempoMap {
    units_per_second: u128,
    /// Never empty, the first at tick 0; ticks and units rise strictly.
    segments: Vec<Segment>,
}

/// A stretch of constant tempo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    start: u64,
    /// Units before `start`. Below 2^80: at most 2^24 events of 2^28 ticks of 2^24 units are read, and a
    /// song that was made otherwise saturates.
    units: u128,
    units_per_tick: u32,
    tempo: Tempo,
}

impl TempoMap {
    /// The tempo map of a song.
    pub fn new(smf: &Smf) -> Self {
        let (units_per_second, fixed_units) = match smf.division {
            Division::TicksPerQuarter(ticks) => (u128::from(ticks.get()) * 1_000_000, None),
            Division::Smpte { rate, ticks_per_frame } => {
                let (frames, units) = match rate {
                    SmpteRate::Fps24 => (24, 1),
                    SmpteRate::Fps25 => (25, 1),
                    SmpteRate::Fps2997 => (30_000, 1001),
                    SmpteRate::Fps30 => (30, 1),
                };
                (frames * u128::from(ticks_per_frame.get()), Some(units))
            }
        };
        let units_per_tick = |tempo: Tempo| fixed_units.unwrap_or(tempo.micros());
        let tempo = Tempo::DEFAULT;
        let first = Segment { start: 0, units: 0, units_per_tick: units_per_tick(tempo), tempo };
        let mut segments = Vec::new();
        let mut last = first;
        for (start, tempo) in tempo_changes(smf) {
            let units = last.units_at(start);
            if start > last.start {
                segments.push(last);
            }
            last = Segment { start, units, units_per_tick: units_per_tick(tempo), tempo };
        }
        segments.push(last);
        Self { units_per_second, segments }
    }

    /// The frame at which `tick` begins, rounded down; saturates.
    pub fn frame_at(&self, tick: Tick, rate: SampleRate) -> SampleTime {
        let units = self.segment_at(tick).units_at(tick.0);
        let frame = units.saturating_mul(u128::from(rate.hz())) / self.units_per_second;
        SampleTime(u64::try_from(frame).unwrap_or(u64::MAX))
    }

    /// The last tick that has begun at `time`: the largest whose frame is not later.
    pub fn tick_at(&self, time: SampleTime, rate: SampleRate) -> Tick {
        // frame(tick) <= time exactly if units * rate < (time + 1) * units per second.
        let bound = (u128::from(time.0) + 1) * self.units_per_second;
        let units = (bound - 1) / u128::from(rate.hz());
        let after = self.segments.partition_point(|segment| segment.units <= units);
        let segment = self.segments[after.saturating_sub(1)];
        let ticks = units.saturating_sub(segment.units) / u128::from(segment.units_per_tick);
        Tick(segment.start.saturating_add(u64::try_from(ticks).unwrap_or(u64::MAX)))
    }

    /// Seconds from the begin of the song to `tick`.
    pub fn seconds_at(&self, tick: Tick) -> f64 {
        let units = self.segment_at(tick).units_at(tick.0);
        let whole = units / self.units_per_second;
        let rest = units % self.units_per_second;
        whole as f64 + rest as f64 / self.units_per_second as f64
    }

    /// The tempo from `tick` on; what a SMPTE division's file says of tempo changes no time.
    pub fn tempo_at(&self, tick: Tick) -> Tempo {
        self.segment_at(tick).tempo
    }

    fn segment_at(&self, tick: Tick) -> Segment {
        let after = self.segments.partition_point(|segment| segment.start <= tick.0);
        self.segments[after.saturating_sub(1)]
    }
}

impl Segment {
    /// Units before `tick`, which is not before the segment.
    fn units_at(&self, tick: u64) -> u128 {
        let ticks = u128::from(tick - self.start);
        self.units.saturating_add(ticks * u128::from(self.units_per_tick))
    }
}

/// The tick of the song at which each track begins.
pub(super) fn track_starts(smf: &Smf) -> Vec<u64> {
    if smf.format != Format::Patterns {
        return vec![0; smf.tracks.len()];
    }
    let before = |next: &mut u64, end: u64| {
        let start = *next;
        *next = start.saturating_add(end);
        Some(start)
    };
    smf.tracks.iter().map(|track| track.end).scan(0, before).collect()
}

/// The tick at which the last track ends.
pub(super) fn end_of_song(smf: &Smf, starts: &[u64]) -> Tick {
    let ends = smf.tracks.iter().zip(starts).map(|(track, start)| start.saturating_add(track.end));
    Tick(ends.max().unwrap_or(0))
}

/// Every change of tempo, by tick; at the same tick the last one counts.
fn tempo_changes(smf: &Smf) -> Vec<(u64, Tempo)> {
    let mut changes = Vec::new();
    for (track, start) in smf.tracks.iter().zip(track_starts(smf)) {
        if smf.format == Format::Patterns {
            // A pattern knows nothing of the one before it.
            changes.push((start, Tempo::DEFAULT));
        }
        changes.extend(track.events.iter().filter_map(|event| match event.kind {
            TrackEventKind::Meta(Meta::Tempo(tempo)) => {
                Some((start.saturating_add(event.tick), tempo))
            }
            _ => None,
        }));
    }
    changes.sort_by_key(|(tick, _)| *tick);
    changes
}
