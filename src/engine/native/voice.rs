//! One region sounding: its control, from the note's start to its last corner.
//!
//! A voice plans ramps for its lane of a [`Group`] and never sees audio. Gains are planned from corner to
//! corner, pitch and filter from grid point to grid point. What a voice depends on comes in as a
//! [`Moment`]; the note it belongs to is an index that only [`Pool`](super::pool::Pool) follows.

mod levels;

use super::group::{DELAY, DELAY_OUTPUT, Group, heard_outputs};
use super::input::Signal;
use super::library::{RegionPlan, RegionRef};
use super::parameter::{Evaluation, NoteView, Parameters, reach};
use super::portamento::Glide;
use super::reached::Reached;
use crate::dsp::{
    FilterResponse, Increment, ModulationEnvelope, OUTPUTS, Ramp, TriangleLfo, VolumeEnvelope,
    VolumeStage, clamp, exp2, exp2_f64,
};
use crate::engine::Effects;

/// What is left of full scale when nothing can be heard any more: 100 dB.
const INAUDIBLE_CB: f32 = 1000.0;
/// log2(10) / 200: octaves of amplitude in a centibel.
const OCTAVES_PER_CENTIBEL: f32 = 0.016_609_64;
/// Below this factor a voice is not rendered: 96 dB, which a channel volume of zero is.
const SUSPENDED: f32 = 1.6e-5;
/// A cutoff this close to its goal, in cents, has arrived.
const CUTOFF_ARRIVED: f32 = 0.1;
/// The lowest and highest cutoff in absolute cents (SoundFont 2.04 §8.1.3 #8).
const CUTOFF: [f32; 2] = [1500.0, 13_500.0];
/// Full scale of data points.
const FULL_SCALE: f32 = 32_768.0;

/// What all voices share at a moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// The frame since open.
    pub(super) now: u64,
    /// The frame at which the quantum began.
    pub(super) quantum_start: u64,
    /// Frames in a quantum.
    pub(super) quantum: u32,
    /// Frames per second.
    pub(super) rate: f64,
    /// How far a level goes towards its goal in a quantum, 0 to 1.
    pub(super) smoothing: f32,
    /// The synthesizer's own gain and volume.
    pub(super) gain: f32,
    /// Taps of the interpolation that lie before its place.
    pub(super) lead: u32,
    /// The factors of the left and the right.
    pub(super) balance: [f32; 2],
    /// The effects that listen to the sends.
    pub(super) effects: Effects,
    /// Whether notes that begin now are heard.
    pub(super) audible: bool,
}

impl Moment {
    pub(super) const fn quantum_end(&self) -> u64 {
        self.quantum_start + self.quantum as u64
    }

    /// The index of a frame in the quantum.
    pub(super) const fn index(&self, frame: u64) -> u32 {
        frame.saturating_sub(self.quantum_start) as u32
    }

    /// What is left of the quantum.
    const fn rest(&self) -> Ramp {
        Ramp { first: self.index(self.now), last: self.quantum }
    }
}

/// One region sounding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Voice {
    /// The note, as the pool numbers it.
    pub(super) note: u32,
    /// The next voice of the same note, or [`NONE`].
    pub(super) next: u32,
    /// The channel, over all groups.
    pub(super) channel: u16,
    /// The frame at which it started.
    started: u64,
    /// The frame at which its release begins that came too early; `u64::MAX` for none.
    release_at: u64,
    /// Whether the release lets the wave run on to its end.
    leaves_loop: bool,
    /// The exclusive class; 0 for none.
    pub(super) exclusive_class: u16,
    /// The key that was struck.
    pub(super) struck: u8,
    /// Whether it follows the expression of its key no longer.
    pub(super) detached: bool,
    /// The velocity that is played, 0 to 127.
    velocity: f32,
    /// The semitones from the key that was struck to the one that sounds.
    shift: i8,
    /// A key, and the cents that its tuning lies above equal temperament.
    tuned_key: u8,
    key_cents: f32,
    parameters: Parameters,
    vol_env: VolumeEnvelope,
    /// A frame and the volume envelope's value there; `u64::MAX` for none.
    known: (u64, f32),
    mod_env: ModulationEnvelope,
    mod_lfo: TriangleLfo,
    vib_lfo: TriangleLfo,
    /// The gains without envelope and oscillator: at the quantum's start, at its end, and in the long run.
    level: [f32; OUTPUTS],
    level_end: [f32; OUTPUTS],
    level_goal: [f32; OUTPUTS],
    /// The cutoff without oscillator and envelope, on its way to the parameter.
    cutoff: f32,
    /// What the filter has arrived at, and the resonance that belongs to it.
    response: FilterResponse,
    response_q: f32,
    /// The way to its key.
    glide: Glide,
    /// What reading at the recorded pitch takes per frame.
    ratio: f64,
    increment: Increment,
    /// Whether the levels have arrived where they lead to.
    levels_are_still: bool,
    /// The frame up to which the gains are planned; 0 when they need new ramps at the next grid point.
    gain_until: u64,
    /// Whether something below the ramps has changed that they do not show yet.
    pitch_is_flat: bool,
    filter_is_flat: bool,
}

/// The shortest time from a note's start to its release.
const SHORTEST_NOTE_SECONDS: f64 = 0.01;

/// No voice, no note.
pub(super) const NONE: u32 = u32::MAX;

impl Voice {
    /// What stands where no voice is.
    pub(super) fn vacant() -> Self {
        Self {
            note: NONE,
            next: NONE,
            channel: 0,
            started: 0,
            release_at: u64::MAX,
            leaves_loop: false,
            exclusive_class: 0,
            struck: 0,
            detached: false,
            velocity: 0.0,
            shift: 0,
            tuned_key: 0,
            key_cents: 0.0,
            parameters: Parameters::default(),
            vol_env: VolumeEnvelope::new(0, Default::default(), 0.0),
            known: (u64::MAX, 0.0),
            mod_env: ModulationEnvelope::new(0, Default::default()),
            mod_lfo: TriangleLfo::default(),
            vib_lfo: TriangleLfo::default(),
            level: [0.0; OUTPUTS],
            level_end: [0.0; OUTPUTS],
            level_goal: [0.0; OUTPUTS],
            cutoff: 0.0,
            response: FilterResponse { g: 0.0, k: 0.0 },
            response_q: -1.0,
            glide: Glide::NONE,
            ratio: 1.0,
            increment: Increment::default(),
            levels_are_still: false,
            gain_until: 0,
            pitch_is_flat: false,
            filter_is_flat: false,
        }
    }

    /// Starts `region` for a note in `lane` of `group`, which is free.
    pub(super) fn start(
        &mut self,
        (group, lane): (&mut Group, usize),
        (place, region): (RegionRef, &RegionPlan),
        note: NoteView<'_>,
        moment: &Moment,
    ) {
        let key = region.key.unwrap_or(note.key);
        let velocity = region.velocity.map_or(note.velocity, f32::from);
        let evaluation = Evaluation::new(region, NoteView { key, velocity, ..note }, moment.rate);
        let times = evaluation.times();
        let now = moment.now;
        let audible_cb = INAUDIBLE_CB - evaluation.least_attenuation();
        let parameters = evaluation.parameters();
        *self = Self {
            note: self.note,
            next: self.next,
            channel: self.channel,
            started: now,
            leaves_loop: region.leaves_loop(),
            struck: note.struck,
            velocity,
            shift: (i16::from(note.key) - i16::from(note.struck)) as i8,
            tuned_key: note.struck,
            key_cents: note.key_cents,
            exclusive_class: region.exclusive_class,
            parameters,
            vol_env: VolumeEnvelope::new(now, times.vol_env, audible_cb * OCTAVES_PER_CENTIBEL),
            mod_env: ModulationEnvelope::new(now, times.mod_env),
            mod_lfo: lfo(now, times.mod_lfo_delay, parameters.mod_lfo_rate),
            vib_lfo: lfo(now, times.vib_lfo_delay, parameters.vib_lfo_rate),
            cutoff: parameters.cutoff_cents,
            glide: note.channel.glide(),
            ratio: region.wave_rate / moment.rate,
            ..Self::vacant()
        };
        let bit = 1 << lane;
        group.occupied |= bit;
        group.looping |= bit;
        if !moment.audible {
            group.unheard |= bit;
        }
        group.regions[lane] = place;
        group.cursors[lane].position = region.start(moment.lead);
        self.start_filter(group, lane, region, moment);
        self.level_goal = self.levels(moment);
        self.level = self.level_goal;
        self.level_end = self.level_goal;
        self.follow_sends(group, lane, moment);
        self.increment = self.increment_at(now);
        self.plan_pitch(group, lane, moment);
        self.plan_filter(group, lane, moment);
        self.enter_stage(group, lane, moment);
    }

    fn start_filter(
        &mut self,
        group: &mut Group,
        lane: usize,
        region: &RegionPlan,
        moment: &Moment,
    ) {
        if self.filter_is_open() && !region.filter_moves {
            group.filter.bypass(lane);
        } else {
            self.set_response(moment.now, moment);
            group.filter.start(lane, self.response);
        }
    }

    /// Whether the filter lets everything through, and nothing below the modulators moves it.
    fn filter_is_open(&self) -> bool {
        let parameters = &self.parameters;
        self.cutoff >= CUTOFF[1]
            && parameters.q_cb <= 0.0
            && parameters.mod_lfo_to_cutoff == 0.0
            && parameters.mod_env_to_cutoff == 0.0
    }

    /// Takes over what changed on the channel. At grid points only.
    pub(super) fn update(&mut self, region: &RegionPlan, channel: NoteView<'_>, moment: &Moment) {
        let state = channel.channel;
        let is_moved = self.tuned_key != self.struck;
        if is_moved || state.changed.contains(Signal::KeyTuning) {
            self.tuned_key = self.struck;
            self.key_cents = state.part.key_cents(self.struck);
        }
        let (struck, velocity, key_cents) = (self.struck, self.velocity, self.key_cents);
        let key = region.key.unwrap_or(struck.saturating_add_signed(self.shift).min(127));
        let expression =
            if self.detached { channel.expression } else { state.part.expression(struck) };
        let started = self.started;
        let note =
            NoteView { struck, key, velocity, key_cents, started, expression, channel: state };
        let reached = if is_moved || state.part.matrix.is_active() {
            Reached::ALL
        } else {
            region.reach.of(state.changed)
        };
        let evaluation = Evaluation::of(region, note, moment.rate, reached);
        let before = self.parameters;
        self.parameters = evaluation.parameters_after(before);
        if before.mod_lfo_rate != self.parameters.mod_lfo_rate {
            self.mod_lfo.set_frequency(moment.now, self.parameters.mod_lfo_rate);
        }
        if before.vib_lfo_rate != self.parameters.vib_lfo_rate {
            self.vib_lfo.set_frequency(moment.now, self.parameters.vib_lfo_rate);
        }
        if region.times_move || channel.channel.changed.contains(Signal::Times) {
            let times = evaluation.times();
            (self.known.0, self.gain_until) = (u64::MAX, 0);
            self.vol_env.set_times(moment.now, times.vol_env);
            self.mod_env.set_times(moment.now, times.mod_env);
        }
        if reached.meets(reach::LEVELS) {
            self.level_goal = self.levels(moment);
            self.levels_are_still = false;
        }
        if reached.meets(reach::LEVELS.with(reach::TREMOLO)) {
            self.gain_until = 0;
        }
        self.pitch_is_flat &= !reached.meets(reach::SPEED);
        self.filter_is_flat &= !reached.meets(reach::FILTER);
    }

    /// Gives the voice to another key; [`update`](Self::update) at the next grid point does the rest.
    pub(super) fn move_to(&mut self, key: u8, glide: Glide) {
        self.struck = key;
        self.glide = glide;
    }

    /// Plans the coming quantum.
    pub(super) fn begin_quantum(&mut self, group: &mut Group, lane: usize, moment: &Moment) {
        // A voice that starts on the grid point itself has planned this quantum already.
        if self.vol_env.stage() == VolumeStage::Done || self.started == moment.now {
            return;
        }
        self.mod_env.settle(moment.now);
        self.plan_pitch(group, lane, moment);
        self.plan_filter(group, lane, moment);
        if self.gain_until <= moment.now {
            if !self.levels_are_still {
                self.smooth_levels(moment);
                self.follow_sends(group, lane, moment);
            }
            let envelope = self.plan_gain(group, lane, moment);
            self.follow_suspension(group, lane, moment, envelope);
        } else if self.corner() < moment.quantum_end() {
            group.set_corner(lane, self.corner());
        }
        if self.gain_until > moment.now && self.pitch_is_flat && self.filter_is_flat {
            group.rest(lane, self.corner().min(self.gain_until));
        }
    }

    /// The next frame at which the gains need new ramps.
    fn corner(&self) -> u64 {
        let corner = self.vol_env.corner();
        if self.release_at < corner { self.release_at } else { corner }
    }

    /// Plans new gain ramps at the corner that is now.
    pub(super) fn pass_corner(&mut self, group: &mut Group, lane: usize, moment: &Moment) {
        group.corners[lane] = u64::MAX;
        self.known.0 = u64::MAX;
        while self.vol_env.corner() <= moment.now {
            self.vol_env.pass_corner();
        }
        if self.release_at <= moment.now {
            self.release(group, lane, moment);
        } else {
            self.enter_stage(group, lane, moment);
        }
    }

    /// Begins the release, or makes sure that it begins once the voice has been heard.
    ///
    /// DEVIATION: MIDI knows notes without length. Drum tracks are full of them, and every player
    /// lets them sound; here they last at least [`SHORTEST_NOTE_SECONDS`].
    pub(super) fn release(&mut self, group: &mut Group, lane: usize, moment: &Moment) {
        let earliest = self.started + (SHORTEST_NOTE_SECONDS * moment.rate) as u64;
        if moment.now < earliest {
            self.release_at = earliest;
        } else {
            self.release_at = u64::MAX;
            self.known.0 = u64::MAX;
            self.vol_env.release(moment.now);
            self.mod_env.release(moment.now);
            self.pitch_is_flat = false;
            self.filter_is_flat = false;
            if self.leaves_loop {
                group.looping &= !(1 << lane);
            }
        }
        self.enter_stage(group, lane, moment);
    }

    /// Fades to silence in `frames` frames.
    pub(super) fn fade(&mut self, group: &mut Group, lane: usize, moment: &Moment, frames: u32) {
        self.known.0 = u64::MAX;
        self.vol_env.fade(moment.now, frames);
        self.enter_stage(group, lane, moment);
    }

    /// Does what the envelope's stage asks for: silence, reading, new ramps.
    fn enter_stage(&mut self, group: &mut Group, lane: usize, moment: &Moment) {
        group.wake(lane);
        match self.vol_env.stage() {
            VolumeStage::Done => {
                group.end_lane(lane);
                group.find_next_corner();
                return;
            }
            VolumeStage::Delay => {}
            _ if group.over & (1 << lane) == 0 => group.reading |= 1 << lane,
            _ => {}
        }
        let envelope = self.plan_gain(group, lane, moment);
        self.follow_suspension(group, lane, moment, envelope);
        group.find_next_corner();
    }

    /// Plans the gains from now to the next corner or the end of the quantum, or to a later grid point where the way
    /// there is straight; the envelope's value now.
    fn plan_gain(&mut self, group: &mut Group, lane: usize, moment: &Moment) -> f32 {
        let from = moment.now;
        let corner = self.corner();
        let end = self.gain_end(moment);
        let to = if corner < end { corner } else { end };
        let frames = (to - from) as u32;
        let envelope = self.envelope(from);
        let before = self.dynamics(from, envelope);
        let end_value = self.envelope(to);
        let after = self.dynamics(to, end_value);
        let is_delayed = group.sending[DELAY] & (1 << lane) != 0;
        if self.levels_are_still {
            let mut plan = |output: usize| {
                let level = self.level[output];
                group.gains[output].set(lane, before * level, after * level, frames);
            };
            (0..heard_outputs(moment.effects)).for_each(&mut plan);
            if is_delayed {
                plan(DELAY_OUTPUT);
            }
        } else {
            let quantum = moment.quantum as f32;
            let (at_from, at_to) =
                (moment.index(from) as f32 / quantum, moment.index(to) as f32 / quantum);
            let mut plan = |output: usize| {
                let (low, way) = (self.level[output], self.level_end[output] - self.level[output]);
                let (first, last) = (before * (low + way * at_from), after * (low + way * at_to));
                group.gains[output].set(lane, first, last, frames);
            };
            (0..heard_outputs(moment.effects)).for_each(&mut plan);
            if is_delayed {
                plan(DELAY_OUTPUT);
            }
        }
        group.begin_ramps(lane, from, moment);
        group.set_corner(lane, if corner < moment.quantum_end() { corner } else { u64::MAX });
        self.gain_until = match self.vol_env.stage() {
            _ if !self.gain_is_straight(moment) => 0,
            VolumeStage::Hold | VolumeStage::Sustain => u64::MAX,
            _ => to,
        };
        envelope
    }

    /// The grid point at which the gains need new ramps, if no corner comes before.
    fn gain_end(&self, moment: &Moment) -> u64 {
        let quanta = match self.vol_env.stage() {
            VolumeStage::Hold | VolumeStage::Sustain => 1,
            _ if self.gain_is_straight(moment) => self.vol_env.straight() / moment.quantum,
            _ => 1,
        };
        moment.quantum_start + u64::from(quanta.max(1)) * u64::from(moment.quantum)
    }

    /// Whether nothing but the envelope moves the gains from now on, where now is a grid point.
    fn gain_is_straight(&self, moment: &Moment) -> bool {
        moment.now == moment.quantum_start
            && self.levels_are_still
            && self.parameters.mod_lfo_to_volume == 0.0
    }

    /// The volume envelope's value; that of the end of a quantum is asked for again at the next one's start.
    fn envelope(&mut self, now: u64) -> f32 {
        if self.known.0 != now {
            self.known = (now, self.vol_env.value(now));
        }
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
    fn follow_suspension(&self, group: &mut Group, lane: usize, moment: &Moment, envelope: f32) {
        let envelope = match self.vol_env.stage() {
            VolumeStage::Decay | VolumeStage::Sustain | VolumeStage::Release => envelope,
            _ => 1.0,
        };
        let depth = self.parameters.mod_lfo_to_volume.abs();
        let tremolo = if depth == 0.0 { 1.0 } else { exp2(depth) };
        let bound = envelope * tremolo * (FULL_SCALE * SUSPENDED_INVERSE);
        let quiet =
            |levels: &[f32; OUTPUTS]| levels.iter().all(|level| level * bound < moment.gain);
        if quiet(&self.level) && quiet(&self.level_end) {
            group.suspended |= 1 << lane;
        } else {
            group.suspended &= !(1 << lane);
        }
    }

    fn increment_at(&self, now: u64) -> Increment {
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
        Increment::from_ratio(exp2_f64(cents / 1200.0) * self.ratio)
    }

    /// Plans the speed of reading for the rest of the quantum.
    fn plan_pitch(&mut self, group: &mut Group, lane: usize, moment: &Moment) {
        let cursor = &mut group.cursors[lane];
        cursor.increment = self.increment;
        cursor.slope = 0;
        if self.pitch_is_flat {
            return;
        }
        let goal = self.increment_at(moment.quantum_end());
        let ramp = moment.rest();
        let way = goal.0 as i64 - self.increment.0 as i64;
        cursor.slope = way / i64::from(ramp.last - ramp.first).max(1);
        self.increment = goal;
        let parameters = &self.parameters;
        self.pitch_is_flat = way == 0
            && self.glide.is_over(moment.quantum_end())
            && parameters.mod_lfo_to_pitch == 0.0
            && parameters.vib_lfo_to_pitch == 0.0
            && (parameters.mod_env_to_pitch == 0.0 || self.mod_env.is_still());
    }

    fn set_response(&mut self, now: u64, moment: &Moment) {
        self.response = self.response_at(now, moment);
        self.response_q = self.parameters.q_cb;
    }

    fn response_at(&self, now: u64, moment: &Moment) -> FilterResponse {
        let parameters = &self.parameters;
        let mut cents = self.cutoff;
        if parameters.mod_lfo_to_cutoff != 0.0 {
            cents += parameters.mod_lfo_to_cutoff * self.mod_lfo.value(now);
        }
        if parameters.mod_env_to_cutoff != 0.0 {
            cents += parameters.mod_env_to_cutoff * self.mod_env.value(now);
        }
        let cents = clamp(cents, CUTOFF[0], CUTOFF[1]);
        let rate = moment.rate as f32;
        if parameters.q_cb == self.response_q {
            self.response.with_cutoff(cents, rate)
        } else {
            FilterResponse::new(cents, parameters.q_cb, rate)
        }
    }

    /// Plans the filter for the rest of the quantum.
    fn plan_filter(&mut self, group: &mut Group, lane: usize, moment: &Moment) {
        if self.filter_is_flat {
            return;
        }
        let ramp = moment.rest();
        let way = self.parameters.cutoff_cents - self.cutoff;
        if way.abs() <= CUTOFF_ARRIVED {
            self.cutoff = self.parameters.cutoff_cents;
        } else {
            self.cutoff += way * moment.smoothing;
        }
        if !group.filter.is_active(lane) {
            if self.filter_is_open() {
                self.filter_is_flat = way == 0.0;
                return;
            }
            self.set_response(moment.quantum_end(), moment);
            group.filter.fade_in(lane, self.response, ramp);
            return;
        }
        let from = self.response;
        self.set_response(moment.quantum_end(), moment);
        let still = from == self.response;
        if still {
            group.filter.hold(lane, self.response);
        } else {
            group.filter.glide(lane, from, self.response, ramp);
        }
        let parameters = &self.parameters;
        self.filter_is_flat = still
            && way == 0.0
            && parameters.mod_lfo_to_cutoff == 0.0
            && (parameters.mod_env_to_cutoff == 0.0 || self.mod_env.is_still());
    }
}

/// The inverse of the factor below which a voice is not rendered.
const SUSPENDED_INVERSE: f32 = 1.0 / SUSPENDED;

fn lfo(now: u64, delay: u32, rate: f64) -> TriangleLfo {
    TriangleLfo::new(now + u64::from(delay), rate)
}
