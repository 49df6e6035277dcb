//! What system exclusive messages set for one part: which keys it takes, how it is tuned, where its controllers lead.
//!
//! A part is a channel; what it shares with channel messages (levels, pan, sends, program) is kept there.
//!
//! Source: the part parameters of GS and XG; MIDI Tuning Standard; CA-022.

use super::expression::{BEND_RANGE, KeyExpression};
use super::matrix::ControllerMatrix;
use super::sysex::{Limit, TuningPlace, VelocitySense};
use super::tuning::{KeyCents, OCTAVE, OctaveCents, Tunings};
use super::zone::Membership;
use crate::dsp::{clamp, exp2_f64, log2};
use crate::midi::Velocity;

/// A velocity depth and offset that change nothing.
const NEUTRAL: u8 = 64;
/// The frequency of key 0 in Hz.
const LOWEST_HZ: f64 = 8.175_798_915_643_707;
/// The least that is left of a frequency when hertz are taken away.
const LEAST_PART: f64 = 0.25;

/// The settings of a part.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Semitones that keys are moved by, its own and those of all parts.
    pub(super) key_shift: i8,
    pub(super) master_key_shift: i8,
    /// The lowest and the highest key that is heard.
    limits: [u8; 2],
    /// Depth and offset, both 64 in the middle.
    velocity: [u8; 2],
    /// Cents and semitones that all parts are tuned by.
    pub(super) master_cents: f64,
    pub(super) master_semitones: i8,
    /// Whether each note has a place of its own.
    pub(super) random_pan: bool,
    /// Whether a key that is struck again ends its note before.
    pub(super) single_assign: bool,
    /// Hertz added to every key.
    pub(super) detune_hz: f64,
    /// The drum map that a rhythm part plays; 0 for none that can be changed.
    pub(super) drum_map: u8,
    /// The tuning of all keys that it plays.
    pub(super) tuning: TuningPlace,
    /// The tuning of the keys of an octave, on top.
    pub(super) octave: OctaveCents,
    /// All of that together.
    key_cents: KeyCents,
    pub(super) matrix: ControllerMatrix,
    /// What moves the notes of each key; empty without memory for it.
    keys: Box<[KeyExpression]>,
    /// Whether any key has something.
    expressive: bool,
    /// Semitones that the bend of a note reaches.
    per_note_range: f32,
    /// What it has of its master, as a member of an MPE zone.
    pub(super) zone: Membership,
}

impl Part {
    /// The power-on state.
    pub(super) fn new() -> Self {
        Self {
            key_shift: 0,
            master_key_shift: 0,
            limits: [0, 127],
            velocity: [NEUTRAL; 2],
            master_cents: 0.0,
            master_semitones: 0,
            random_pan: false,
            single_assign: false,
            detune_hz: 0.0,
            drum_map: 1,
            tuning: TuningPlace { bank: 0, program: 0 },
            octave: [0.0; OCTAVE],
            key_cents: [0.0; 128],
            matrix: ControllerMatrix::new(),
            keys: Box::default(),
            expressive: false,
            per_note_range: BEND_RANGE,
            zone: Membership::NONE,
        }
    }

    /// The same with memory for the expression of keys.
    pub(super) fn with_expression() -> Self {
        Self { keys: vec![KeyExpression::REST; 128].into_boxed_slice(), ..Self::new() }
    }

    /// Takes over the memory of what it replaces. Allocates and frees nothing.
    pub(super) fn inherit(&mut self, before: &mut Self) {
        self.keys = std::mem::take(&mut before.keys);
        self.keys.fill(KeyExpression::REST);
    }

    /// Puts every key's expression to rest.
    pub(super) fn reset_expression(&mut self) {
        if std::mem::replace(&mut self.expressive, false) {
            self.keys.fill(KeyExpression::REST);
        }
    }

    /// What moves the notes of a key.
    pub(super) fn expression(&self, key: u8) -> Option<&KeyExpression> {
        if self.expressive { self.keys.get(usize::from(key)) } else { None }
    }

    /// The same, to be changed.
    pub(super) fn expression_mut(&mut self, key: u8) -> Option<&mut KeyExpression> {
        self.expressive = true;
        self.keys.get_mut(usize::from(key))
    }

    /// Sets how many semitones the bend of a note reaches.
    pub(super) const fn set_per_note_range(&mut self, semitones: f32) {
        self.per_note_range = semitones;
    }

    /// Cents that a note is bent by itself.
    pub(super) fn note_bend(&self, expression: &KeyExpression) -> f64 {
        expression.bend_cents(self.per_note_range)
    }

    /// The key that sounds when one is struck; none for one that is not heard. Drums are not moved.
    pub(super) fn sounding_key(&self, struck: u8, percussion: bool) -> Option<u8> {
        let [low, high] = self.limits;
        if !(low..=high).contains(&struck) {
            return None;
        }
        let shift = if percussion {
            0
        } else {
            i16::from(self.key_shift) + i16::from(self.master_key_shift)
        };
        Some((i16::from(struck) + shift).clamp(0, 127) as u8)
    }

    pub(super) fn limit(&mut self, limit: Limit, key: u8) {
        self.limits[limit as usize] = key & 0x7F;
    }

    pub(super) fn sense(&mut self, sense: VelocitySense, value: u8) {
        self.velocity[sense as usize] = value & 0x7F;
    }

    /// The velocity that sounds.
    ///
    /// SPEC: GS and XG: the depth is a factor of 64ths, the offset is added twice.
    pub(super) fn velocity(&self, struck: Velocity) -> Velocity {
        let [depth, offset] = self.velocity.map(i32::from);
        if [depth, offset] == [i32::from(NEUTRAL); 2] {
            return struck;
        }
        let sensed = i32::from(struck.to_u7()) * depth / 64 + 2 * (offset - 64);
        Velocity::from_data(sensed.clamp(1, 127) as u8)
    }

    /// Cents that every key is moved by, but for the channel's own; coarse tuning leaves drums alone.
    pub(super) fn master_tuning(&self, percussion: bool) -> f64 {
        let semitones = if percussion { 0 } else { self.master_semitones };
        self.master_cents + 100.0 * f64::from(semitones) + self.zone.bend_cents
    }

    /// Cents that a key lies above equal temperament.
    pub(super) fn key_cents(&self, key: u8) -> f32 {
        self.key_cents[usize::from(key & 0x7F)]
    }

    /// Works out the tuning of each key anew.
    pub(super) fn retune(&mut self, tunings: &Tunings) {
        let program = tunings.get(self.tuning);
        for (key, cents) in self.key_cents.iter_mut().enumerate() {
            let of_program = program.map_or(0.0, |program| program[key]);
            *cents = of_program + self.octave[key % OCTAVE] + detuned(key, self.detune_hz);
        }
    }
}

/// Cents that a key moves when hertz are added to its frequency.
fn detuned(key: usize, hz: f64) -> f32 {
    if hz == 0.0 {
        return 0.0;
    }
    let part = 1.0 + hz / (LOWEST_HZ * exp2_f64(key as f64 / 12.0));
    let part = if part > LEAST_PART { part } else { LEAST_PART };
    clamp((1200.0 * log2(part)) as f32, -2400.0, 2400.0)
}

#[cfg(test)]
mod tests;
