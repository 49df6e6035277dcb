//! What moves the notes of one key: bend, pitch and controllers of their own.
//!
//! SPEC: M2-104-UM §7.4: registered per-note controllers, per-note pitch bend, per-note management. A controller of a note
//! takes the place of its channel's; the bend comes on top of everything.

use super::curve::seven_bit_scale;
use super::sound_controllers::SoundControllers;
use crate::midi::{ControlValue, NotePitch, PerNoteNumber};

/// The registered per-note controllers that there are.
pub(super) const CONTROLLERS: [u8; 16] =
    [1, 2, 7, 10, 11, 70, 71, 72, 73, 74, 75, 76, 77, 79, 91, 93];
/// The registered per-note controller that is the pitch.
pub(super) const PITCH: u8 = 3;
/// The sound controllers, which lead somewhere without a modulator.
const SOUND: std::ops::RangeInclusive<u8> = 70..=79;
/// Semitones that the bend reaches unless the channel says otherwise.
pub(super) const BEND_RANGE: f32 = 48.0;
/// The middle of 32 bits.
const CENTRE: f64 = 2_147_483_648.0;

/// What moves the notes of a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct KeyExpression {
    /// -1 to 1.
    bend: f32,
    /// Semitones.
    pitch: Option<f32>,
    /// On the scale of seven bits, as [`CONTROLLERS`] names them.
    values: [f32; CONTROLLERS.len()],
    /// A bit for each that is set.
    set: u16,
}

impl KeyExpression {
    /// Nothing of its own.
    pub(super) const REST: Self =
        Self { bend: 0.0, pitch: None, values: [0.0; CONTROLLERS.len()], set: 0 };

    pub(super) fn set_bend(&mut self, bend: ControlValue) {
        self.bend = ((f64::from(bend.0) - CENTRE) / CENTRE) as f32;
    }

    /// Sets a controller; whether there is one of that number.
    pub(super) fn set(&mut self, number: PerNoteNumber, value: ControlValue) -> bool {
        if !number.registered {
            return false;
        }
        if number.index == PITCH {
            self.pitch = Some(NotePitch::from_controller(value.0).semitones() as f32);
            return true;
        }
        let Some(place) = CONTROLLERS.iter().position(|known| *known == number.index) else {
            return false;
        };
        self.values[place] = seven_bit_scale(value);
        self.set |= 1 << place;
        true
    }

    /// A controller, if the key has its own.
    pub(super) fn controller(&self, number: u8) -> Option<f32> {
        let place = CONTROLLERS.iter().position(|known| *known == number)?;
        (self.set & 1 << place != 0).then(|| self.values[place])
    }

    /// The sound controllers that are away from rest, for a channel of which these are.
    pub(super) fn moved(&self, mut of_channel: SoundControllers) -> SoundControllers {
        for number in SOUND.filter(|number| self.controller(*number).is_some()) {
            of_channel.put(number, true);
        }
        of_channel
    }

    /// Cents that the bend moves a note by, when it reaches so many semitones.
    pub(super) fn bend_cents(&self, range: f32) -> f64 {
        f64::from(self.bend) * f64::from(range) * 100.0
    }

    /// Cents from a key to the pitch that its notes have instead.
    pub(super) fn pitch_cents(&self, key: u8) -> Option<f32> {
        self.pitch.map(|semitones| (semitones - f32::from(key)) * 100.0)
    }
}
