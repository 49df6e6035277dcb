//! Signal processing: what a voice and the mixer are computed with, and nothing about MIDI or banks.
//!
//! One arithmetic for every machine: each function is a written-out expression of IEEE additions,
//! multiplications, divisions and square roots in one order, so that a vector kernel gives the bits of
//! its scalar twin. Fused multiply-add, the platform's transcendental functions, approximate
//! reciprocals and the `NaN`-dependent minimum and maximum are forbidden here by a test.
//!
//! Cut invariance: rendering `n1` frames and then `n2` gives the bits of rendering `n1 + n2`. Positions
//! are integers, ramps are `g0 + dg * k` with `k` the index in the ramp, envelopes and oscillators are
//! functions of the frame number; nothing is summed across frames but the filter's own state.
//!
//! Everything runs on the audio thread: no function allocates but [`SincTable::new`].

mod math;
mod phase;
mod interpolate;
mod sinc;
mod envelope;
mod lfo;
mod filter;
mod gain;
mod lanes;
mod level;
mod kernel;
mod control;
mod effect;
mod reverb;
mod chorus;
mod delay;
mod limiter;

pub use chorus::{Chorus, ChorusKind, ChorusParameters, Onwards};
pub use control::{cutoffs, ratios};
pub use delay::{Delay, DelayParameters};
pub use envelope::{EnvelopeTimes, ModulationEnvelope, VolumeEnvelope, VolumeStage};
pub use filter::{FilterLanes, FilterResponse, MAX_CUTOFF_RATIO, Ramp};
pub use gain::{OCTAVES_PER_CENTIBEL, amplitude_from_cb, pan_gains};
pub use interpolate::{BATCH, Batch, Cubic, Cursor, Interpolate, Linear, Nearest, Point, Track};
pub use kernel::{NEAR_OUTPUTS, OUTPUTS, STRIP, Strip, Sums, Voicing, add_lane_sums, play};
pub use lanes::{GainLanes, LANES, LaneMask, Lanes, lane_sum};
pub use level::SimdLevel;
pub use lfo::TriangleLfo;
pub use limiter::{CEILING, Limiter};
pub use math::{clamp, exp2, exp2_f64, log2, round, sin_turns, tan};
pub use phase::{Increment, Position};
pub use reverb::{Reverb, ReverbKind, ReverbParameters};
pub use sinc::{Sinc, SincTable};
