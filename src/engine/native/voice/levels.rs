//! How loud a voice is at each output, envelope and oscillator apart, and how it gets there.
//!
//! Levels follow what is asked for through a one-pole at the control grid. What is sent to the delay is one signal: the
//! two sides together, such that a voice has the same energy wherever it is placed.

use super::{FULL_SCALE, Voice};
use crate::dsp::{FilterResponse, OUTPUTS, amplitude_from_cb, pan_gains};
use crate::engine::Effects;
use crate::engine::native::group::{DELAY_OUTPUT, EFFECTS, Group, heard_outputs, sends};
use crate::engine::native::moment::Moment;

/// A level this close to its goal has arrived.
const ARRIVED: f32 = 1e-6;
/// Makes one signal of two sides.
const BOTH_SIDES: f32 = std::f32::consts::FRAC_1_SQRT_2;

impl Voice {
    /// The gains that all but envelope and oscillator lead to.
    pub(super) fn levels(&self, moment: &Moment) -> [f32; OUTPUTS] {
        let parameters = &self.parameters;
        let resonance = FilterResponse::level(parameters.q_cb);
        let gain = amplitude_from_cb(parameters.attenuation_cb) * resonance * moment.gain;
        let gain = gain * (1.0 / FULL_SCALE);
        let [left, right] = pan_gains(parameters.pan);
        let (own, all) = (parameters.balance, moment.balance);
        let [left, right] = [gain * left * own[0] * all[0], gain * right * own[1] * all[1]];
        let heard = |on: bool, send: f32| if on { send } else { 0.0 };
        let reverb = heard(moment.effects.reverb, parameters.reverb_send);
        let chorus = heard(moment.effects.chorus, parameters.chorus_send);
        let delay = heard(moment.effects.delay, parameters.delay_send) * BOTH_SIDES;
        [
            left,
            right,
            left * reverb,
            right * reverb,
            left * chorus,
            right * chorus,
            (left + right) * delay,
        ]
    }

    /// Goes on towards them by a quantum.
    pub(super) fn smooth_levels(&mut self, moment: &Moment) {
        self.level = self.level_end;
        (0..heard_outputs(moment.effects)).for_each(|output| self.smooth_level(output, moment));
        if moment.effects.delay {
            self.smooth_level(DELAY_OUTPUT, moment);
        }
        self.levels_are_still = self.level == self.level_goal && self.level_end == self.level_goal;
    }

    fn smooth_level(&mut self, output: usize, moment: &Moment) {
        let way = self.level_goal[output] - self.level[output];
        let arrived = way.abs() <= ARRIVED / FULL_SCALE;
        self.level_end[output] = if arrived {
            self.level_goal[output]
        } else {
            self.level[output] + way * moment.smoothing
        };
    }

    /// Takes down what the lane sends to. What it no longer sends to gets silence.
    pub(super) fn follow_sends(&self, group: &mut Group, lane: usize, moment: &Moment) {
        if moment.effects == Effects::NONE {
            return;
        }
        let bit = 1 << lane;
        for effect in 0..EFFECTS {
            let heard = |output: usize| self.level[output] > 0.0 || self.level_end[output] > 0.0;
            if sends(effect).any(heard) {
                group.sending[effect] |= bit;
            } else if group.sending[effect] & bit != 0 {
                group.sending[effect] &= !bit;
                sends(effect).for_each(|output| group.gains[output].set(lane, 0.0, 0.0, 1));
            }
        }
    }
}
