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

use super::glide::Glide;
use super::math::{clamp, exp2_f64};
use super::ring::Ring;

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
    /// The factor of the return, 0 to 4. With 1, and a tap of 1, an echo is as loud as what was sent.
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
/// Left and right.
const SIDES: usize = 2;
/// The tap that feeds back.
const MIDDLE: usize = 0;
/// The low-pass that is none, in Hz.
const OPEN: f32 = 20_000.0;
/// The longest tap, in seconds.
const LONGEST: f32 = 1.0;
/// The shortest tap, in seconds.
const SHORTEST: f32 = 0.0001;
/// The most that goes round again.
const MOST_FEEDBACK: f32 = 0.98;
/// Frames worked on at once, at most.
const PIECE: usize = 64;
/// Glides from one set of parameters to the next, per second.
const GLIDES_PER_SECOND: f64 = 20.0;
/// Keeps numbers from becoming denormal: 360 dB below full scale.
const FLOOR: f32 = 1e-18;
/// How far echoes die away before the delay is switched off: 132 dB, in octaves.
const TAIL_OCTAVES: f64 = 22.0;
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
    /// Frames since the last restart.
    now: u64,
    /// Frames for which nothing has been fed.
    unfed: u64,
    /// Frames after which it stops when nothing is fed.
    tail: u64,
    running: bool,
    asked: DelayParameters,
    setting: Setting,
    glide: Glide<Setting>,
    line: Ring,
    /// Where the low-pass is.
    low: f32,
    scratch: Scratch,
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

/// What one piece is worked on in.
#[derive(Debug, Clone)]
struct Scratch {
    /// What comes out at each tap.
    taps: [[f32; PIECE]; TAPS],
    /// What goes into the line.
    fed: [f32; PIECE],
    /// What came out at a tap where it was before.
    other: [f32; PIECE],
}

impl Delay {
    /// A silent delay at a sample rate in Hz, 8,000 to 384,000. Allocates all it will ever need.
    pub fn new(rate: f64, parameters: DelayParameters) -> Self {
        let asked = held(parameters);
        let setting = Setting::new(&asked, rate);
        Self {
            rate,
            now: 0,
            unfed: 0,
            tail: tail_frames(&asked, rate),
            running: false,
            asked,
            setting,
            glide: Glide::at_rest(setting),
            line: Ring::new(frames(LONGEST, rate), PIECE),
            low: 0.0,
            scratch: Scratch { taps: [[0.0; PIECE]; TAPS], fed: [0.0; PIECE], other: [0.0; PIECE] },
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
        let tail = tail_frames(&self.asked, self.rate);
        self.tail = if tail > self.tail || !self.running { tail } else { self.tail };
        if self.running {
            let frames = (self.rate / GLIDES_PER_SECOND) as u32;
            self.glide.ask(&mut self.setting, setting, frames);
        } else {
            self.setting = setting;
        }
    }

    /// Whether anything is left to be heard, or fed.
    pub const fn is_running(&self) -> bool {
        self.running
    }

    /// Whether what it returns goes to the reverb as well.
    pub fn feeds_reverb(&self) -> bool {
        self.running && self.asked.to_reverb > 0.0
    }

    /// Stops when nothing has been fed for longer than anything is heard.
    ///
    /// To be called at grid points of the caller only, so that it does not depend on how blocks are cut.
    pub fn rest(&mut self) {
        if self.running && self.unfed >= self.tail {
            self.stop();
        }
    }

    /// Silent at once, as after creation.
    pub fn stop(&mut self) {
        self.running = false;
        self.glide.stop(&mut self.setting);
        self.tail = tail_frames(&self.asked, self.rate);
    }

    fn start(&mut self) {
        self.running = true;
        self.now = 0;
        self.unfed = 0;
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
        if !self.running {
            if !fed {
                return;
            }
            self.start();
        }
        let frames = input.len();
        self.unfed = if fed { 0 } else { self.unfed + frames as u64 };
        let ([left, right], [to_left, to_right]) = (output, reverb);
        let mut done = 0;
        while done < frames {
            let range = done..done + self.next_piece(frames - done);
            self.feed(&input[range.clone()]);
            self.hear(0, (&mut left[range.clone()], &mut to_left[range.clone()]));
            self.hear(1, (&mut right[range.clone()], &mut to_right[range.clone()]));
            self.now += range.len() as u64;
            self.glide.advance(&mut self.setting, range.len() as u32);
            done = range.end;
        }
    }

    /// Frames until something changes, or goes round.
    fn next_piece(&self, wanted: usize) -> usize {
        let piece = wanted.min(PIECE).min(self.setting.delays[MIDDLE] as usize);
        if self.glide.is_over() {
            return piece;
        }
        piece.min(self.glide.from.delays[MIDDLE] as usize).min(self.glide.left() as usize)
    }

    /// The input through the low-pass into the line, with what comes round; then all taps.
    fn feed(&mut self, input: &[f32]) {
        self.read(MIDDLE, input.len());
        let ramp = Ramp::new(&self.glide);
        let (from, to) = (&self.glide.from, &self.setting);
        let Scratch { taps, fed, .. } = &mut self.scratch;
        for (frame, (fed, input)) in fed.iter_mut().zip(input).enumerate() {
            let follow = ramp.at(frame, from.follow, to.follow);
            let feedback = ramp.at(frame, from.feedback, to.feedback);
            let input = input + FLOOR;
            // A filter that lets everything through has no memory, not even of a rounding.
            self.low = if follow >= 1.0 { input } else { self.low + follow * (input - self.low) };
            *fed = self.low + feedback * taps[MIDDLE][frame];
        }
        self.line.write(self.now, &self.scratch.fed[..input.len()]);
        for tap in 1..TAPS {
            self.read(tap, input.len());
        }
    }

    /// Reads what comes out at a tap, on the way from one place to another if there is one.
    fn read(&mut self, tap: usize, frames: usize) {
        let Scratch { taps, other, .. } = &mut self.scratch;
        let (out, other) = (&mut taps[tap][..frames], &mut other[..frames]);
        let (from, to) = (&self.glide.from, &self.setting);
        let is_heard = |setting: &Setting| setting.gains[tap] != 0.0;
        let is_over = self.glide.is_over();
        if tap != MIDDLE && !is_heard(to) && (is_over || !is_heard(from)) {
            out.fill(0.0);
            return;
        }
        self.line.read(self.now, to.delays[tap], out);
        if is_over || from.delays[tap] == to.delays[tap] {
            return;
        }
        self.line.read(self.now, from.delays[tap], other);
        let ramp = Ramp::new(&self.glide);
        for (frame, (out, other)) in out.iter_mut().zip(other).enumerate() {
            *out = ramp.at(frame, *other, *out);
        }
    }

    /// Adds the tap in the middle and that of a side to what is heard there.
    fn hear(&self, side: usize, (output, reverb): (&mut [f32], &mut [f32])) {
        let ramp = Ramp::new(&self.glide);
        let (from, to) = (&self.glide.from, &self.setting);
        let (middle, aside) = (&self.scratch.taps[MIDDLE], &self.scratch.taps[1 + side]);
        let pairs = middle.iter().zip(aside);
        for (frame, ((middle, aside), (output, reverb))) in
            pairs.zip(output.iter_mut().zip(reverb)).enumerate()
        {
            let gain = |tap: usize| ramp.at(frame, from.gains[tap], to.gains[tap]);
            let wet = middle * gain(MIDDLE) + aside * gain(1 + side);
            *output += wet;
            *reverb += wet * ramp.at(frame, from.to_reverb, to.to_reverb);
        }
    }
}

/// The way of a factor in a piece.
#[derive(Debug, Clone, Copy)]
struct Ramp<'a>(Option<&'a Glide<Setting>>);

impl<'a> Ramp<'a> {
    fn new(glide: &'a Glide<Setting>) -> Self {
        Self((!glide.is_over()).then_some(glide))
    }

    #[inline(always)]
    fn at(self, frame: usize, from: f32, to: f32) -> f32 {
        match self.0 {
            None => to,
            Some(glide) => from + (to - from) * glide.part(frame),
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
            follow: if parameters.low_pass < OPEN {
                follow(parameters.low_pass, rate)
            } else {
                1.0
            },
            to_reverb: parameters.to_reverb,
        }
    }
}

/// A time in whole frames, at least one.
fn frames(seconds: f32, rate: f64) -> u32 {
    let frames = (f64::from(seconds) * rate + 0.5) as u32;
    if frames > 0 { frames } else { 1 }
}

/// How much of its way a one-pole low-pass goes in a frame.
fn follow(hz: f32, rate: f64) -> f32 {
    let radians = std::f64::consts::TAU * f64::from(hz) / rate;
    (1.0 - exp2_f64(-std::f64::consts::LOG2_E * radians)) as f32
}

/// The parameters held to what they may be.
fn held(parameters: DelayParameters) -> DelayParameters {
    DelayParameters {
        seconds: parameters.seconds.map(|seconds| clamp(seconds, SHORTEST, LONGEST)),
        levels: parameters.levels.map(|level| clamp(level, 0.0, 1.0)),
        feedback: clamp(parameters.feedback, -MOST_FEEDBACK, MOST_FEEDBACK),
        low_pass: clamp(parameters.low_pass, 20.0, OPEN),
        level: clamp(parameters.level, 0.0, 4.0),
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
