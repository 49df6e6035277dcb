//! What a chorus is asked for, and the kinds there are.

use crate::dsp::clamp;
use crate::dsp::effect::TAIL_OCTAVES;

/// A kind of chorus.
///
/// SPEC: the chorus types of General MIDI Level 2 and of GS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ChorusKind {
    /// Slow and shallow.
    Chorus1,
    /// Faster and deeper.
    Chorus2,
    /// Slow and deep.
    #[default]
    Chorus3,
    /// Fast, with some feedback.
    Chorus4,
    /// Slow, with much feedback.
    Feedback,
    /// A short delay with most of it fed back.
    Flanger,
    /// An echo that stands still.
    ShortDelay,
    /// The same, fed back.
    ShortDelayFeedback,
}

/// What a chorus is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChorusParameters {
    /// Sweeps per second, 0 to 20.
    pub hz: f32,
    /// Seconds between the shortest and the longest delay, 0 to 0.04.
    pub depth: f32,
    /// The shortest delay in seconds, 0.001 to 0.1.
    pub delay: f32,
    /// How much goes round again, 0 to 0.98.
    pub feedback: f32,
    /// The factor of the return, 0 to 20.
    pub level: f32,
    /// How much of the return goes to the reverb, 0 to 1.
    pub to_reverb: f32,
    /// How much of it goes to the delay, 0 to 1.
    pub to_delay: f32,
}

impl ChorusKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Chorus1,
        Self::Chorus2,
        Self::Chorus3,
        Self::Chorus4,
        Self::Feedback,
        Self::Flanger,
        Self::ShortDelay,
        Self::ShortDelayFeedback,
    ];

    /// The kind as the standards set it up.
    pub const fn parameters(self) -> ChorusParameters {
        let [hz, depth, delay, feedback] = KINDS[self as usize];
        ChorusParameters {
            hz,
            depth: depth * 0.001,
            delay: delay * 0.001,
            feedback: feedback * 0.01,
            level: 1.0,
            to_reverb: 0.0,
            to_delay: 0.0,
        }
    }
}

impl Default for ChorusParameters {
    fn default() -> Self {
        ChorusKind::default().parameters()
    }
}

/// Hz, depth in ms, delay in ms and feedback in percent, by kind.
///
/// SPEC: rates, depths and feedback are those of General MIDI Level 2. It says nothing of delays; ours are
/// such that the sweep of a chorus is heard as one voice and that of a flanger as a comb.
const KINDS: [[f32; 4]; 8] = [
    [0.4, 1.9, 14.0, 0.0],
    [1.1, 6.3, 10.0, 4.0],
    [0.4, 6.3, 10.0, 6.0],
    [1.1, 5.3, 8.0, 12.0],
    [0.2, 7.8, 12.0, 49.0],
    [0.1, 1.9, 1.0, 86.0],
    [0.0, 0.0, 60.0, 0.0],
    [0.0, 0.0, 60.0, 61.0],
];

/// The longest delay, in seconds.
pub(super) const LONGEST: f64 = 0.14;
/// How long a delay may still be on its way to its goal, in seconds.
const SLEW_SECONDS: f64 = 0.2;

/// The parameters on their way from one set to another, so much of it gone.
pub(super) fn between(
    from: &ChorusParameters,
    to: &ChorusParameters,
    part: f32,
) -> ChorusParameters {
    let go = |from: f32, to: f32| {
        let way = to - from;
        if way.abs() < ARRIVED { to } else { from + way * part }
    };
    ChorusParameters {
        hz: go(from.hz, to.hz),
        depth: go(from.depth, to.depth),
        delay: go(from.delay, to.delay),
        feedback: go(from.feedback, to.feedback),
        level: go(from.level, to.level),
        to_reverb: go(from.to_reverb, to.to_reverb),
        to_delay: go(from.to_delay, to.to_delay),
    }
}

/// A parameter this close to its goal has arrived.
const ARRIVED: f32 = 1e-6;

/// The parameters held to what they may be.
pub(super) fn held(parameters: ChorusParameters) -> ChorusParameters {
    ChorusParameters {
        hz: clamp(parameters.hz, 0.0, 20.0),
        depth: clamp(parameters.depth, 0.0, 0.04),
        delay: clamp(parameters.delay, 0.001, 0.1),
        feedback: clamp(parameters.feedback, 0.0, 0.98),
        level: clamp(parameters.level, 0.0, 20.0),
        to_reverb: clamp(parameters.to_reverb, 0.0, 1.0),
        to_delay: clamp(parameters.to_delay, 0.0, 1.0),
    }
}

/// Frames after which nothing is heard any more of what went in.
pub(super) fn tail_frames(parameters: &ChorusParameters, rate: f64) -> u64 {
    let longest = f64::from(parameters.delay + parameters.depth);
    let feedback = f64::from(parameters.feedback);
    let rounds = if feedback > 0.001 { TAIL_OCTAVES / -crate::dsp::log2(feedback) } else { 3.0 };
    ((longest * (rounds + 1.0) + SLEW_SECONDS) * rate) as u64
}
