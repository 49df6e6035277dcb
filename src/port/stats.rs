//! What a port can say of its running.

use crate::time::SampleTime;

/// A port's running statistics. `None` where the engine or the sink cannot tell.
///
/// SPEC: DMUS_SYNTHSTATS, whose valid flags are `Option`s here.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RunningStats {
    /// Frames rendered since the port was opened.
    pub position: SampleTime,
    /// Voices that sound.
    pub voices: Option<u32>,
    /// The most voices that have sounded at once.
    pub peak_voices: Option<u32>,
    /// Time spent rendering as a share of the time there was.
    pub load: Option<f32>,
    /// The loudest data point since these statistics were last read; 1.0 is full scale.
    pub peak: f32,
    /// Notes cut short or never begun for lack of voices.
    pub lost_notes: u64,
    /// Notes for a preset that is not installed.
    pub missing_presets: u64,
    /// System exclusive messages that nobody acted on: unknown, damaged or for another device.
    pub ignored_sysex: u64,
    /// Events that came after their time and were played at once.
    pub late_events: u64,
    /// Events that found their queue full and were not played.
    pub overflows: u64,
    /// Times that the engine gave up on damaged data.
    pub faults: u64,
    /// Blocks for which the sink had no data in time.
    pub underruns: u64,
}
