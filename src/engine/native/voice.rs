//! One region sounding: its control, from the note's start to its last corner.
//!
//! A voice plans ramps for its lane of a [`Group`] and never sees audio. Gains are planned from corner to
//! corner, pitch and filter from grid point to grid point. What a voice depends on comes in as a
//! [`Moment`]; the note it belongs to is an index that only [`Pool`](super::pool::Pool) follows.

mod levels;
mod ramps;

use super::channel::ChannelState;
use super::expression::KeyExpression;
use super::group::Group;
use super::input::Signal;
use super::library::{RegionPlan, RegionRef};
use super::moment::Moment;
use super::parameter::{Evaluation, NoteView, Parameters, Sums, reach};
use super::portamento::Glide;
use super::reached::Reached;
use super::wanted::Wanted;
use crate::dsp::{
    FilterResponse, Increment, ModulationEnvelope, OCTAVES_PER_CENTIBEL, TriangleLfo,
    VolumeEnvelope, VolumeStage,
};
use levels::Levels;

/// What is left of full scale when nothing can be heard any more: 100 dB.
const INAUDIBLE_CB: f32 = 1000.0;
/// The lowest and highest cutoff in absolute cents (SoundFont 2.04 §8.1.3 #8).
const CUTOFF: [f32; 2] = [1500.0, 13_500.0];
/// Full scale of data points.
const FULL_SCALE: f32 = 32_768.0;

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
    /// The factors of attenuation, resonance and place.
    attenuation: f32,
    resonance: f32,
    sides: [f32; 2],
    vol_env: VolumeEnvelope,
    /// The volume envelope's value, and the first and the last frame at which it is that, [`NEVER`] while it is not known.
    known: ([u64; 2], f32),
    mod_env: ModulationEnvelope,
    mod_lfo: TriangleLfo,
    vib_lfo: TriangleLfo,
    /// The gains without envelope and oscillator: at the quantum's start, at its end, and in the long run.
    level: Levels,
    level_end: Levels,
    level_goal: Levels,
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
    /// Whether nothing has changed, nor moves, that the ramps of pitch and filter do not show.
    pitch_is_flat: bool,
    filter_is_flat: bool,
}

/// From no frame to no frame.
const NEVER: [u64; 2] = [u64::MAX, 0];
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
            attenuation: 0.0,
            resonance: 0.0,
            sides: [0.0; 2],
            vol_env: VolumeEnvelope::new(0, Default::default(), 0.0),
            known: (NEVER, 0.0),
            mod_env: ModulationEnvelope::new(0, Default::default()),
            mod_lfo: TriangleLfo::default(),
            vib_lfo: TriangleLfo::default(),
            level: Levels::SILENCE,
            level_end: Levels::SILENCE,
            level_goal: Levels::SILENCE,
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
        let played = NoteView { key, velocity, ..note };
        let sums = Sums::beforehand(region, &played, Reached::ALL);
        let what = (Reached::ALL, sums.as_ref());
        let evaluation = Evaluation::new(region, &played, what, moment.rate);
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
        self.follow_factors(Reached::ALL);
        self.level_goal = self.levels(moment);
        self.level = self.level_goal;
        self.level_end = self.level_goal;
        self.follow_sends(group, lane, moment);
        self.increment = self.increment_at(now);
        let goal = self.increment_at(moment.quantum_end());
        self.plan_pitch(group, lane, moment, Some(goal));
        if let Some(cents) = self.next_cutoff(group.filter.is_active(lane), moment) {
            self.plan_filter(group, lane, moment, FilterResponse::g(cents, moment.rate as f32));
        }
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
            self.response = self.response_at(moment.now, moment);
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

    /// Takes over what changed on the channel; `kept` is what it keeps if it is detached. At grid points only.
    pub(super) fn update(
        &mut self,
        region: &RegionPlan,
        channel: &ChannelState,
        kept: &KeyExpression,
        moment: &Moment,
    ) {
        let is_moved = self.tuned_key != self.struck;
        if is_moved || channel.changed.contains(Signal::KeyTuning) {
            self.tuned_key = self.struck;
            self.key_cents = channel.part.key_cents(self.struck);
        }
        let expression =
            if self.detached { Some(kept) } else { channel.part.expression(self.struck) };
        let note = NoteView {
            struck: self.struck,
            key: region.key.unwrap_or(self.struck.saturating_add_signed(self.shift).min(127)),
            velocity: self.velocity,
            key_cents: self.key_cents,
            started: self.started,
            expression,
            channel,
        };
        let reached = if is_moved || channel.part.matrix.is_active() {
            Reached::ALL
        } else {
            region.reach.of(channel.changed)
        };
        let sums = Sums::beforehand(region, &note, reached);
        let evaluation = Evaluation::new(region, &note, (reached, sums.as_ref()), moment.rate);
        let Parameters { mod_lfo_rate, vib_lfo_rate, .. } = self.parameters;
        evaluation.follow(&mut self.parameters);
        if self.parameters.mod_lfo_rate != mod_lfo_rate {
            self.mod_lfo.set_frequency(moment.now, self.parameters.mod_lfo_rate);
        }
        if self.parameters.vib_lfo_rate != vib_lfo_rate {
            self.vib_lfo.set_frequency(moment.now, self.parameters.vib_lfo_rate);
        }
        if region.times_move || channel.changed.contains(Signal::Times) {
            let times = evaluation.times();
            (self.known.0, self.gain_until) = (NEVER, 0);
            self.vol_env.set_times(moment.now, times.vol_env);
            self.mod_env.set_times(moment.now, times.mod_env);
        }
        if reached.meets(reach::LEVELS) {
            self.follow_factors(reached);
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

    /// Whether there is anything to plan for the quantum that begins now; if so, asks for what that needs.
    pub(super) fn prepare_quantum(
        &mut self,
        group: &Group,
        lane: usize,
        moment: &Moment,
        wanted: &mut Wanted,
    ) -> bool {
        // A voice that starts on the grid point itself has planned this quantum already.
        if self.vol_env.stage() == VolumeStage::Done || self.started == moment.now {
            return false;
        }
        self.mod_env.settle(moment.now);
        self.ask(group, lane, moment, wanted);
        true
    }

    /// Plans the coming quantum, for which it was prepared.
    pub(super) fn begin_quantum(
        &mut self,
        group: &mut Group,
        lane: usize,
        moment: &Moment,
        wanted: &Wanted,
    ) {
        let goal = wanted.ratio(lane).map(|ratio| Increment::from_ratio(ratio * self.ratio));
        self.plan_pitch(group, lane, moment, goal);
        if let Some(g) = wanted.g(lane) {
            self.plan_filter(group, lane, moment, g);
        }
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
        self.known.0 = NEVER;
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
            self.known.0 = NEVER;
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
        self.known.0 = NEVER;
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
}

fn lfo(now: u64, delay: u32, rate: f64) -> TriangleLfo {
    TriangleLfo::new(now + u64::from(delay), rate)
}
