//! The ramps of a voice's lane: gains from corner to corner, or further where the way is straight; pitch and filter
//! from grid point to grid point.

use super::levels::Levels;
use super::{CUTOFF, FULL_SCALE, Voice};
use crate::dsp::{FilterResponse, Increment, VolumeStage, clamp, exp2, exp2_f64};
use crate::engine::native::group::{DELAY, DELAY_OUTPUT, Group};
use crate::engine::native::moment::Moment;
use crate::engine::native::wanted::Wanted;

/// Below this factor a voice is not rendered: 96 dB, which a channel volume of zero is.
const SUSPENDED: f32 = 1.6e-5;
/// A cutoff this close to its goal, in cents, has arrived.
const CUTOFF_ARRIVED: f32 = 0.1;
/// The inverse of the factor below which a voice is not rendered.
const SUSPENDED_INVERSE: f32 = 1.0 / SUSPENDED;

impl Voice {
    /// Plans the gains from now to the next corner or the end of the quantum, or to a later grid point where the way
    /// there is straight; the envelope's value now.
    pub(super) fn plan_gain(&mut self, group: &mut Group, lane: usize, moment: &Moment) -> f32 {
        let from = moment.now;
        let (corner, is_straight) = (self.corner(), self.gain_is_straight(moment));
        let stays = matches!(self.vol_env.stage(), VolumeStage::Hold | VolumeStage::Sustain);
        let end = if is_straight && !stays {
            let quanta = (self.vol_env.straight() / moment.quantum).max(1);
            moment.quantum_start + u64::from(quanta) * u64::from(moment.quantum)
        } else {
            moment.quantum_end()
        };
        let to = if corner < end { corner } else { end };
        let frames = (to - from) as u32;
        let envelope = self.envelope(from);
        let before = self.dynamics(from, envelope);
        let end_value = self.envelope(to);
        let after = self.dynamics(to, end_value);
        let between;
        let [first, last] = if self.levels_are_still {
            [&self.level; 2]
        } else if from == moment.quantum_start && to == moment.quantum_end() {
            [&self.level, &self.level_end]
        } else {
            between = [from, to].map(|frame| self.level_at(frame, moment));
            between.each_ref()
        };
        let mut plan = |output: usize| {
            group.gains[output].set(lane, before * first[output], after * last[output], frames);
        };
        (0..moment.heard).for_each(&mut plan);
        if group.sending[DELAY] & (1 << lane) != 0 {
            plan(DELAY_OUTPUT);
        }
        group.begin_ramps(lane, from, moment);
        group.set_corner(lane, if corner < moment.quantum_end() { corner } else { u64::MAX });
        self.gain_until = match is_straight {
            false => 0,
            true if stays => u64::MAX,
            true => to,
        };
        envelope
    }

    /// Whether nothing but the envelope moves the gains from now on, where now is a grid point.
    fn gain_is_straight(&self, moment: &Moment) -> bool {
        moment.now == moment.quantum_start
            && self.levels_are_still
            && self.parameters.mod_lfo_to_volume == 0.0
    }

    /// The volume envelope's value; that of the end of a quantum is asked for again at the next one's start, and that of
    /// a stage which stays as it is again and again.
    fn envelope(&mut self, now: u64) -> f32 {
        let ([first, last], value) = self.known;
        if first <= now && now <= last {
            return value;
        }
        let last = match self.vol_env.stage() {
            VolumeStage::Hold | VolumeStage::Sustain => u64::MAX,
            _ => now,
        };
        self.known = ([now, last], self.vol_env.value(now));
        self.known.1
    }

    /// The factor of envelope and oscillator.
    fn dynamics(&self, now: u64, envelope: f32) -> f32 {
        if self.parameters.mod_lfo_to_volume == 0.0 {
            return envelope;
        }
        envelope * exp2(self.mod_lfo.value(now) * self.parameters.mod_lfo_to_volume)
    }

    /// Lets the lane move on unread where nobody can hear it in this quantum.
    pub(super) fn follow_suspension(
        &self,
        group: &mut Group,
        lane: usize,
        moment: &Moment,
        envelope: f32,
    ) {
        let envelope = match self.vol_env.stage() {
            VolumeStage::Decay | VolumeStage::Sustain | VolumeStage::Release => envelope,
            _ => 1.0,
        };
        let depth = self.parameters.mod_lfo_to_volume.abs();
        let tremolo = if depth == 0.0 { 1.0 } else { exp2(depth) };
        let bound = envelope * tremolo * (FULL_SCALE * SUSPENDED_INVERSE);
        let quiet = |levels: &Levels| levels.iter().all(|level| level * bound < moment.gain);
        if quiet(&self.level) && quiet(&self.level_end) {
            group.suspended |= 1 << lane;
        } else {
            group.suspended &= !(1 << lane);
        }
    }

    /// Octaves above the pitch at which the wave was recorded.
    fn octaves(&self, now: u64) -> f64 {
        let parameters = &self.parameters;
        let mut cents = parameters.pitch_cents;
        if !self.glide.is_over(now) {
            cents += self.glide.away(now) * parameters.cents_per_key;
        }
        if parameters.mod_lfo_to_pitch != 0.0 {
            cents += f64::from(parameters.mod_lfo_to_pitch * self.mod_lfo.value(now));
        }
        if parameters.vib_lfo_to_pitch != 0.0 {
            cents += f64::from(parameters.vib_lfo_to_pitch * self.vib_lfo.value(now));
        }
        if parameters.mod_env_to_pitch != 0.0 {
            cents += f64::from(parameters.mod_env_to_pitch * self.mod_env.value(now));
        }
        cents * (1.0 / 1200.0)
    }

    /// The speed of reading now.
    pub(super) fn increment_at(&self, now: u64) -> Increment {
        Increment::from_ratio(exp2_f64(self.octaves(now)) * self.ratio)
    }

    /// Asks for what the ramps of pitch and filter need, for a quantum that begins now.
    pub(super) fn ask(&mut self, group: &Group, lane: usize, moment: &Moment, wanted: &mut Wanted) {
        if !self.pitch_is_flat {
            wanted.ask_speed(lane, self.octaves(moment.quantum_end()));
        }
        if let Some(cents) = self.next_cutoff(group.filter.is_active(lane), moment) {
            wanted.ask_cutoff(lane, cents);
        }
    }

    /// Plans the speed of reading for the rest of the quantum; `goal` is that of its end, if it may be another than now.
    pub(super) fn plan_pitch(
        &mut self,
        group: &mut Group,
        lane: usize,
        moment: &Moment,
        goal: Option<Increment>,
    ) {
        let cursor = &mut group.cursors[lane];
        cursor.increment = self.increment;
        let Some(goal) = goal else {
            cursor.slope = 0;
            return;
        };
        let ramp = moment.rest();
        cursor.slope = self.increment.slope_to(goal, ramp.last - ramp.first);
        let parameters = &self.parameters;
        self.pitch_is_flat = goal == self.increment
            && self.glide.is_over(moment.quantum_end())
            && parameters.mod_lfo_to_pitch == 0.0
            && parameters.vib_lfo_to_pitch == 0.0
            && (parameters.mod_env_to_pitch == 0.0 || self.mod_env.is_still());
        self.increment = goal;
    }

    /// Takes over the resonance and returns what it and the cutoff at a frame mean for the filter.
    pub(super) fn response_at(&mut self, now: u64, moment: &Moment) -> FilterResponse {
        let g = FilterResponse::g(self.cutoff_at(now), moment.rate as f32);
        FilterResponse { g, k: self.damping() }
    }

    /// The cutoff in absolute cents, oscillator and envelope included.
    fn cutoff_at(&self, now: u64) -> f32 {
        let parameters = &self.parameters;
        let mut cents = self.cutoff;
        if parameters.mod_lfo_to_cutoff != 0.0 {
            cents += parameters.mod_lfo_to_cutoff * self.mod_lfo.value(now);
        }
        if parameters.mod_env_to_cutoff != 0.0 {
            cents += parameters.mod_env_to_cutoff * self.mod_env.value(now);
        }
        clamp(cents, CUTOFF[0], CUTOFF[1])
    }

    /// What the resonance means for the filter.
    fn damping(&mut self) -> f32 {
        if self.parameters.q_cb != self.response_q {
            self.response_q = self.parameters.q_cb;
            self.response.k = FilterResponse::k(self.response_q);
        }
        self.response.k
    }

    /// Goes on towards the cutoff that is asked for by a quantum; the one at its end, unless the filter stays as it is.
    pub(super) fn next_cutoff(&mut self, is_active: bool, moment: &Moment) -> Option<f32> {
        if self.filter_is_flat {
            return None;
        }
        let way = self.parameters.cutoff_cents - self.cutoff;
        if way.abs() <= CUTOFF_ARRIVED {
            self.cutoff = self.parameters.cutoff_cents;
        } else {
            self.cutoff += way * moment.smoothing;
        }
        if !is_active && self.filter_is_open() {
            self.filter_is_flat = self.cutoff == self.parameters.cutoff_cents;
            return None;
        }
        Some(self.cutoff_at(moment.quantum_end()))
    }

    /// Plans the filter for the rest of the quantum; `g` is what the cutoff at its end means.
    pub(super) fn plan_filter(&mut self, group: &mut Group, lane: usize, moment: &Moment, g: f32) {
        let ramp = moment.rest();
        let from = self.response;
        self.response = FilterResponse { g, k: self.damping() };
        if !group.filter.is_active(lane) {
            group.filter.fade_in(lane, self.response, ramp);
            return;
        }
        let still = from == self.response;
        if still {
            group.filter.hold(lane, self.response);
        } else {
            group.filter.glide(lane, from, self.response, ramp);
        }
        let parameters = &self.parameters;
        self.filter_is_flat = still
            && self.cutoff == parameters.cutoff_cents
            && parameters.mod_lfo_to_cutoff == 0.0
            && (parameters.mod_env_to_cutoff == 0.0 || self.mod_env.is_still());
    }
}
