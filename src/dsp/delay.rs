//! The delay: a line with three taps, one in the middle, one on the left, one on the right.
//!
//! What is sent to it is one signal. It passes a low-pass and goes into the line; what comes out at the tap in the middle
//! goes in again, as it is or turned round. So each tap is heard once for what was sent and then at every time
//! that the middle one takes, each time weaker by the same ratio. The tap in the middle is placed as a voice is: with the
//! same energy as one on a side.
//!
//! INVARIANT: cut invariance. Everything is a function of the frames since the last restart; a piece is no longer than the
//! delay that feeds back, but no frame's arithmetic depends on where a piece begins.
//!
//! INVARIANT: no denormal numbers, as in the [reverb](super::Reverb).

use super::effect::{
    Activity, FLOOR, GLIDES_PER_SECOND, Glide, Lines, OPEN, PIECE, SIDES, Step, TAIL_OCTAVES,
    follow_or_open,
};
use super::math::clamp;

/// What a delay is asked for. Taps are those of the middle, the left and the right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DelayParameters {
    /// Seconds until each tap is heard, 0.0001 to 1.
    pub seconds: [f32; TAPS],
    /// The factor of each tap, 0 to 1.
    pub levels: [f32; TAPS],
    /// How much of what comes out in the middle goes round again, -0.98 to 0.98.
    pub feedback: f32,
    /// Hz above which the delay is fed less, one pole; none from 20,000 on.
    pub low_pass: f32,
    /// The factor of the return, 0 to 5. With 1, and a tap of 1, an echo is as loud as what was sent.
    pub level: f32,
    /// How much of the return goes to the reverb, 0 to 1.
    pub to_reverb: f32,
}

impl Default for DelayParameters {
    /// An echo in the middle.
    fn default() -> Self {
        Self {
            seconds: [0.34, 0.34, 0.34],
            levels: [1.0, 0.0, 0.0],
            feedback: 0.25,
            low_pass: OPEN,
            level: 1.0,
            to_reverb: 0.0,
        }
    }
}

/// The middle, the left and the right.
const TAPS: usize = 3;
/// The tap that feeds back.
const MIDDLE: usize = 0;
/// The longest tap, in seconds.
const LONGEST: f32 = 1.0;
/// The shortest tap, in seconds.
const SHORTEST: f32 = 0.0001;
/// The most that goes round again.
const MOST_FEEDBACK: f32 = 0.98;
/// Less than this of the feedback is none, as far as the tail goes.
const LEAST_FEEDBACK: f32 = 0.001;

/// A delay.
///
/// # Thread
///
/// Audio thread; [`Delay::new`] on a control thread.
#[derive(Debug, Clone)]
pub struct Delay {
    rate: f64,
    activity: Activity,
    asked: DelayParameters,
    setting: Setting,
    glide: Glide<Setting>,
    line: Lines,
    /// Where the low-pass is.
    low: f32,
    /// What comes out at each tap in a piece.
    taps: [[f32; PIECE]; TAPS],
}

/// What is heard: delays in frames, and factors.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Setting {
    delays: [u32; TAPS],
    /// How loud each tap is on its side, or on both.
    gains: [f32; TAPS],
    feedback: f32,
    /// How fast the low-pass follows.
    follow: f32,
    to_reverb: f32,
}

impl Delay {
    /// A silent delay at a sample rate in Hz, 8,000 to 384,000. Allocates all it will ever need.
    pub fn new(rate: f64, parameters: DelayParameters) -> Self {
        let asked = held(parameters);
        let setting = Setting::new(&asked, rate);
        Self {
            rate,
            activity: Activity::at_rest(tail_frames(&asked, rate)),
            asked,
            setting,
            glide: Glide::at_rest(setting),
            line: Lines::new(1, frames(LONGEST, rate)),
            low: 0.0,
            taps: [[0.0; PIECE]; TAPS],
        }
    }

    /// What it has been asked for, held to what is possible.
    pub const fn parameters(&self) -> DelayParameters {
        self.asked
    }

    /// Asks for something else. What sounds goes over to it within a twentieth of a second, or two when it
    /// is on its way already.
    pub fn set(&mut self, parameters: DelayParameters) {
        self.asked = held(parameters);
        let setting = Setting::new(&self.asked, self.rate);
        self.activity.change(tail_frames(&self.asked, self.rate));
        let sounds = self.activity.is_running();
        self.glide.set(&mut self.setting, setting, (sounds, self.rate));
    }

    /// Whether anything is left to be heard, or fed.
    pub const fn is_running(&self) -> bool {
        self.activity.is_running()
    }

    /// Stops when nothing has been fed for longer than anything is heard.
    ///
    /// To be called at grid points of the caller only, so that it does not depend on how blocks are cut.
    pub fn rest(&mut self) {
        if self.activity.is_over() {
            self.stop();
        }
    }

    /// Silent at once, as after creation.
    pub fn stop(&mut self) {
        self.activity = Activity::at_rest(tail_frames(&self.asked, self.rate));
        self.glide.stop(&mut self.setting);
    }

    fn start(&mut self) {
        self.line.restart();
        self.low = 0.0;
    }

    /// Adds the echoes of `input` to `output` and to what feeds the reverb.
    ///
    /// Only what is `fed` keeps it running; anything else that it is given just goes in.
    ///
    /// # Shapes
    ///
    /// The input, left and right: all equally long.
    pub fn process(
        &mut self,
        input: &[f32],
        fed: bool,
        output: [&mut [f32]; SIDES],
        reverb: [&mut [f32]; SIDES],
    ) {
        let frames = input.len();
        match self.activity.step(fed, frames) {
            Step::Sleeps => return,
            Step::Starts => self.start(),
            Step::GoesOn => {}
        }
        let ([left, right], [to_left, to_right]) = (output, reverb);
        let mut done = 0;
        while done < frames {
            let range = done..done + self.next_piece(frames - done);
            self.feed(&input[range.clone()]);
            self.hear(0, (&mut left[range.clone()], &mut to_left[range.clone()]));
            self.hear(1, (&mut right[range.clone()], &mut to_right[range.clone()]));
            self.line.advance(range.len());
            self.glide.advance(&mut self.setting, range.len() as u32);
            done = range.end;
        }
    }

    /// Frames until something changes, or goes round.
    fn next_piece(&self, wanted: usize) -> usize {
        let round = |setting: &Setting| setting.delays[MIDDLE] as usize;
        let piece = wanted.min(PIECE).min(round(&self.setting));
        if self.glide.is_over() {
            return piece;
        }
        self.glide.piece(piece.min(round(&self.glide.from)))
    }

    /// The input through the low-pass into the line, with what comes round; then all taps.
    fn feed(&mut self, input: &[f32]) {
        self.read(MIDDLE, input.len());
        let way = self.glide.way();
        let (from, to) = (&self.glide.from, &self.setting);
        let (low, round) = (&mut self.low, &self.taps[MIDDLE]);
        self.line.write(0, input.len(), |[line]| {
            for (frame, ((point, input), round)) in
                line.iter_mut().zip(input).zip(round).enumerate()
            {
                let follow = way.at(frame, from.follow, to.follow);
                let feedback = way.at(frame, from.feedback, to.feedback);
                let input = input + FLOOR;
                // A filter that lets everything through has no memory, not even of a rounding.
                *low = if follow >= 1.0 { input } else { *low + follow * (input - *low) };
                *point = *low + feedback * round;
            }
        });
        for tap in 1..TAPS {
            self.read(tap, input.len());
        }
    }

    /// Reads what comes out at a tap, on the way from one place to another if there is one.
    fn read(&mut self, tap: usize, frames: usize) {
        let out = &mut self.taps[tap][..frames];
        let (from, to) = (&self.glide.from, &self.setting);
        let is_heard = |setting: &Setting| setting.gains[tap] != 0.0;
        if tap != MIDDLE && !is_heard(to) && (self.glide.is_over() || !is_heard(from)) {
            out.fill(0.0);
            return;
        }
        self.line.fetch(0, &self.glide, [from.delays[tap], to.delays[tap]], out);
    }

    /// Adds the tap in the middle and that of a side to what is heard there.
    fn hear(&self, side: usize, (output, reverb): (&mut [f32], &mut [f32])) {
        let way = self.glide.way();
        let (from, to) = (&self.glide.from, &self.setting);
        let (middle, aside) = (&self.taps[MIDDLE], &self.taps[1 + side]);
        let pairs = middle.iter().zip(aside);
        for (frame, ((middle, aside), (output, reverb))) in
            pairs.zip(output.iter_mut().zip(reverb)).enumerate()
        {
            let gain = |tap: usize| way.at(frame, from.gains[tap], to.gains[tap]);
            let wet = middle * gain(MIDDLE) + aside * gain(1 + side);
            *output += wet;
            *reverb += wet * way.at(frame, from.to_reverb, to.to_reverb);
        }
    }
}

impl Setting {
    fn new(parameters: &DelayParameters, rate: f64) -> Self {
        const MIDDLE_GAIN: f32 = std::f32::consts::FRAC_1_SQRT_2;
        let [middle, left, right] = parameters.levels.map(|level| level * parameters.level);
        Self {
            delays: parameters.seconds.map(|seconds| frames(seconds, rate)),
            gains: [middle * MIDDLE_GAIN, left, right],
            feedback: parameters.feedback,
            follow: follow_or_open(parameters.low_pass, rate),
            to_reverb: parameters.to_reverb,
        }
    }
}

/// A time in whole frames, at least one.
fn frames(seconds: f32, rate: f64) -> u32 {
    let frames = (f64::from(seconds) * rate + 0.5) as u32;
    if frames > 0 { frames } else { 1 }
}

/// The parameters held to what they may be.
fn held(parameters: DelayParameters) -> DelayParameters {
    DelayParameters {
        seconds: parameters.seconds.map(|seconds| clamp(seconds, SHORTEST, LONGEST)),
        levels: parameters.levels.map(|level| clamp(level, 0.0, 1.0)),
        feedback: clamp(parameters.feedback, -MOST_FEEDBACK, MOST_FEEDBACK),
        low_pass: clamp(parameters.low_pass, 20.0, OPEN),
        level: clamp(parameters.level, 0.0, 5.0),
        to_reverb: clamp(parameters.to_reverb, 0.0, 1.0),
    }
}

/// Frames after which nothing is heard any more of what went in.
fn tail_frames(parameters: &DelayParameters, rate: f64) -> u64 {
    let [middle, left, right] = parameters.seconds;
    let aside = if left > right { left } else { right };
    let longest = if middle > aside { middle } else { aside };
    let feedback = parameters.feedback.abs();
    let rounds = if feedback > LEAST_FEEDBACK {
        TAIL_OCTAVES / -super::log2(f64::from(feedback))
    } else {
        2.0
    };
    let seconds = f64::from(longest) + f64::from(middle) * rounds;
    ((seconds + 1.0 / GLIDES_PER_SECOND) * rate) as u64
}

#[cfg(test)]
mod tests;
