//! What messages ask of the delay, in its own terms.
//!
//! GS says what times, ratios and macros are; what levels and feedback mean in sound is written here: all are linear, and
//! an echo with everything at 127 is as loud as the sound that is sent.
//!
//! Source: the tables of delay parameters and macros printed in the manuals of GS devices.

use super::LOW_PASS;
use crate::dsp::DelayParameters;
use crate::engine::native::sysex::DelaySetting as Set;

/// A macro.
struct Macro {
    /// The time of the tap in the middle, as the message has it.
    time: u16,
    /// The times of the sides, in 24ths of that.
    ratios: [u16; 2],
    /// The levels of the middle, the left and the right.
    levels: [u16; 3],
    feedback: u16,
    to_reverb: u16,
}

const fn at(time: u16, ratios: [u16; 2], levels: [u16; 3], feedback: u16, to_reverb: u16) -> Macro {
    Macro { time, ratios, levels, feedback, to_reverb }
}

/// SPEC: GS: Delay 1 to 4, Pan Delay 1 to 4, Delay to Reverb, Pan Repeat. None has a low-pass; the level of all is 64.
const MACROS: [Macro; 10] = [
    at(97, [1, 1], [127, 0, 0], 80, 0),
    at(106, [1, 1], [127, 0, 0], 80, 0),
    at(115, [1, 1], [127, 0, 0], 72, 0),
    at(83, [1, 1], [127, 0, 0], 72, 0),
    at(105, [12, 24], [0, 125, 60], 74, 0),
    at(109, [12, 24], [0, 125, 60], 71, 0),
    at(115, [12, 24], [0, 120, 64], 73, 0),
    at(93, [12, 24], [0, 120, 64], 72, 0),
    at(109, [12, 24], [0, 114, 60], 61, 36),
    at(110, [21, 32], [97, 127, 67], 40, 0),
];
/// The level of every macro, and at power-on.
const LEVEL: u16 = 64;
/// SPEC: GS: from which value on, the time there in ms, and what each step adds.
const TIMES: [(u16, f32, f32); 9] = [
    (1, 0.1, 0.1),
    (20, 2.0, 0.2),
    (35, 5.0, 0.5),
    (45, 10.0, 1.0),
    (55, 20.0, 2.0),
    (70, 50.0, 5.0),
    (80, 100.0, 10.0),
    (90, 200.0, 20.0),
    (105, 500.0, 50.0),
];
/// The values of the time.
const TIME: std::ops::RangeInclusive<u16> = 1..=115;
/// The values of the ratios.
const RATIO: std::ops::RangeInclusive<u16> = 1..=120;
/// The ratio with which a side answers when the middle does.
const EQUAL: f32 = 24.0;
/// The longest time of a tap, in seconds.
const LONGEST: f32 = 1.0;
/// The greatest level.
const FULL: f32 = 127.0;
/// The middle of seven bits.
const CENTRE: f32 = 64.0;

/// What was asked for so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct DelayRequest {
    /// But for the times of the sides.
    parameters: DelayParameters,
    /// How many times that of the middle they are.
    ratios: [f32; 2],
}

impl DelayRequest {
    /// What holds at power-on: the first macro.
    pub(in super::super) fn power_on() -> Self {
        let mut request = Self { parameters: DelayParameters::default(), ratios: [1.0; 2] };
        request.choose(&MACROS[0]);
        request
    }

    /// What the delay is to be.
    pub(in super::super) fn parameters(&self) -> DelayParameters {
        let [middle, ..] = self.parameters.seconds;
        let aside = self.ratios.map(|ratio| {
            let seconds = middle * ratio;
            if seconds < LONGEST { seconds } else { LONGEST }
        });
        DelayParameters { seconds: [middle, aside[0], aside[1]], ..self.parameters }
    }

    /// Takes over a setting. What GS has no meaning for changes nothing.
    pub(super) fn set(&mut self, sets: Set, value: u16) {
        let part = f32::from(value) / FULL;
        match sets {
            Set::Macro => {
                if let Some(wanted) = MACROS.get(usize::from(value)) {
                    self.choose(wanted);
                }
            }
            Set::LowPass => {
                if let Some(hz) = LOW_PASS.get(usize::from(value)) {
                    self.parameters.low_pass = *hz;
                }
            }
            Set::Time => {
                self.parameters.seconds[0] = seconds(value).unwrap_or(self.parameters.seconds[0])
            }
            Set::RatioLeft => self.ratio(0, value),
            Set::RatioRight => self.ratio(1, value),
            Set::LevelCentre => self.parameters.levels[0] = part,
            Set::LevelLeft => self.parameters.levels[1] = part,
            Set::LevelRight => self.parameters.levels[2] = part,
            Set::Level => self.parameters.level = part,
            Set::Feedback => self.parameters.feedback = (f32::from(value) - CENTRE) / CENTRE,
            Set::ToReverb => self.parameters.to_reverb = part,
        }
    }

    fn ratio(&mut self, side: usize, value: u16) {
        if RATIO.contains(&value) {
            self.ratios[side] = f32::from(value) / EQUAL;
        }
    }

    fn choose(&mut self, wanted: &Macro) {
        for (sets, value) in [
            (Set::LowPass, 0),
            (Set::Time, wanted.time),
            (Set::RatioLeft, wanted.ratios[0]),
            (Set::RatioRight, wanted.ratios[1]),
            (Set::LevelCentre, wanted.levels[0]),
            (Set::LevelLeft, wanted.levels[1]),
            (Set::LevelRight, wanted.levels[2]),
            (Set::Level, LEVEL),
            (Set::Feedback, wanted.feedback),
            (Set::ToReverb, wanted.to_reverb),
        ] {
            self.set(sets, value);
        }
    }
}

/// The time that a value stands for; none for one that GS does not have.
fn seconds(value: u16) -> Option<f32> {
    let (first, ms, step) = TIMES.iter().rev().find(|(first, ..)| *first <= value)?;
    let seconds = (ms + step * f32::from(value - first)) * 0.001;
    TIME.contains(&value).then_some(seconds)
}

#[cfg(test)]
mod tests;
