//! How loud a voice is at each output, envelope and oscillator apart, and how it gets there.
//!
//! Levels follow what is asked for through a one-pole at the control grid. What is sent to the delay is one signal: the
//! two sides together, such that a voice has the same energy wherever it is placed.

use std::ops::Deref;

use super::{FULL_SCALE, Voice};
use crate::bank::Generator as G;
use crate::dsp::{FilterResponse, OUTPUTS, amplitude_from_cb, pan_gains};
use crate::engine::Effects;
use crate::engine::native::group::{EFFECTS, Group, sends};
use crate::engine::native::moment::Moment;
use crate::engine::native::reached::Reached;

/// A level this close to its goal has arrived.
const ARRIVED: f32 = 1e-6;
/// Makes one signal of two sides.
const BOTH_SIDES: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// A level for each output, in whole vectors: what is written in other pieces than it is read costs the processor a
/// wait.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(16))]
pub(super) struct Levels([f32; OUTPUTS.next_multiple_of(4)]);

impl Levels {
    /// Nothing at any output.
    pub(super) const SILENCE: Self = Self([0.0; OUTPUTS.next_multiple_of(4)]);
}

impl Deref for Levels {
    type Target = [f32];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Voice {
    /// Works out the factors that take longest, of which most controllers leave all as they are.
    pub(super) fn follow_factors(&mut self, reached: Reached) {
        let parameters = &self.parameters;
        if reached.has(G::InitialAttenuation) {
            self.attenuation = amplitude_from_cb(parameters.attenuation_cb);
        }
        if reached.has(G::InitialFilterQ) {
            self.resonance = FilterResponse::level(parameters.q_cb);
        }
        if reached.has(G::Pan) {
            self.sides = pan_gains(parameters.pan);
        }
    }

    /// The gains that all but envelope and oscillator lead to.
    pub(super) fn levels(&self, moment: &Moment) -> Levels {
        let parameters = &self.parameters;
        let gain = self.attenuation * self.resonance * moment.gain * (1.0 / FULL_SCALE);
        let [left, right] = self.sides;
        let (own, all) = (parameters.balance, moment.balance);
        let [left, right] = [gain * left * own[0] * all[0], gain * right * own[1] * all[1]];
        let heard = |on: bool, send: f32| if on { send } else { 0.0 };
        let reverb = heard(moment.effects.reverb, parameters.reverb_send);
        let chorus = heard(moment.effects.chorus, parameters.chorus_send);
        let delay = heard(moment.effects.delay, parameters.delay_send) * BOTH_SIDES;
        Levels([
            left,
            right,
            left * reverb,
            right * reverb,
            left * chorus,
            right * chorus,
            (left + right) * delay,
            0.0,
        ])
    }

    /// Goes on towards them by a quantum.
    pub(super) fn smooth_levels(&mut self, moment: &Moment) {
        self.level = self.level_end;
        let mut still = true;
        let levels = self.level_end.0.iter_mut().zip(self.level.0);
        for ((end, level), goal) in levels.zip(self.level_goal.0) {
            let way = goal - level;
            let arrived = way.abs() <= ARRIVED / FULL_SCALE;
            *end = if arrived { goal } else { level + way * moment.smoothing };
            still &= way == 0.0;
        }
        self.levels_are_still = still;
    }

    /// The levels at a frame of the quantum.
    pub(super) fn level_at(&self, frame: u64, moment: &Moment) -> Levels {
        let part = moment.index(frame) as f32 / moment.quantum as f32;
        let mut levels = self.level;
        for (level, end) in levels.0.iter_mut().zip(self.level_end.0) {
            *level += (end - *level) * part;
        }
        levels
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
