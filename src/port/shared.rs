//! What a port, its renderer and its event inputs hold in common.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use crate::engine::Status;
use crate::rt::{Gate, Latest, Peak};
use crate::time::{ReferenceTime, SampleRate, SampleTime};

use super::clock::Anchor;
use super::render::RenderState;
use super::waves::Waves;

/// One opening of a port. Made by `open`, emptied by `close`.
#[derive(Debug)]
pub(super) struct Shared {
    /// What renders; the audio thread enters it for each block, close takes it away.
    pub(super) gate: Gate<RenderState>,
    /// Granted rate.
    pub(super) sample_rate: SampleRate,
    /// Data points per frame.
    pub(super) audio_channels: u16,
    /// The activation whose renderer may render; 0 for none. Ids are never used twice.
    pub(super) activation: AtomicU64,
    /// The port is closing: fade out.
    pub(super) closing: AtomicBool,
    /// Close has given up waiting for whoever is inside the gate; what is there is for whoever finds it empty.
    pub(super) left_behind: AtomicBool,
    /// The fade is over: all further blocks are silent.
    pub(super) faded: AtomicBool,
    /// The last block had sound in it.
    pub(super) sounding: AtomicBool,
    /// Event inputs that the renderer listens to or will.
    pub(super) inputs: AtomicUsize,
    /// Events that found their queue full.
    pub(super) overflows: AtomicU64,
    /// The loudest data point.
    pub(super) peak: Peak,
    /// Where waves are that are played by themselves.
    pub(super) waves: Waves,
    progress: Latest<8>,
    anchor: Latest<4>,
}

/// What the renderer reports after each block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Progress {
    pub(super) position: SampleTime,
    pub(super) late_events: u64,
    pub(super) peak_voices: Option<u32>,
    pub(super) status: Status,
}

impl Shared {
    pub(super) fn new(state: RenderState, sample_rate: SampleRate, audio_channels: u16) -> Self {
        let shared = Self {
            gate: Gate::new(state),
            sample_rate,
            audio_channels,
            activation: AtomicU64::new(0),
            closing: AtomicBool::new(false),
            left_behind: AtomicBool::new(false),
            faded: AtomicBool::new(false),
            sounding: AtomicBool::new(false),
            inputs: AtomicUsize::new(0),
            overflows: AtomicU64::new(0),
            peak: Peak::default(),
            waves: Waves::default(),
            progress: Latest::new([0; 8]),
            anchor: Latest::new([0; 4]),
        };
        shared.set_progress(Progress::default());
        shared
    }

    /// Whether the port has been closed.
    pub(super) fn is_closed(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    pub(super) fn set_progress(&self, progress: Progress) {
        let Progress { position, late_events, peak_voices, status } = progress;
        self.progress.write([
            position.0,
            late_events,
            pack(peak_voices),
            pack(status.voices),
            status.lost_notes,
            status.missing_presets,
            status.ignored_sysex,
            status.faults,
        ]);
    }

    pub(super) fn progress(&self) -> Progress {
        let [
            position,
            late_events,
            peak_voices,
            voices,
            lost_notes,
            missing_presets,
            ignored_sysex,
            faults,
        ] = self.progress.read();
        let voices = unpack(voices);
        Progress {
            position: SampleTime(position),
            late_events,
            peak_voices: unpack(peak_voices),
            status: Status { voices, lost_notes, missing_presets, ignored_sysex, faults },
        }
    }

    pub(super) fn set_anchor(&self, anchor: Anchor) {
        let Anchor { reference, sample, latency_frames } = anchor;
        self.anchor.write([1, reference.0.cast_unsigned(), sample.0, latency_frames]);
    }

    pub(super) fn anchor(&self) -> Option<Anchor> {
        let [known, reference, sample, latency_frames] = self.anchor.read();
        (known != 0).then_some(Anchor {
            reference: ReferenceTime(reference.cast_signed()),
            sample: SampleTime(sample),
            latency_frames,
        })
    }
}

/// A number or its absence in one word.
fn pack(value: Option<u32>) -> u64 {
    value.map_or(u64::MAX, u64::from)
}

fn unpack(word: u64) -> Option<u32> {
    u32::try_from(word).ok()
}
