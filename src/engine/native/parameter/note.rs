//! What a note brings to its voices: key, velocity, controllers of its own and of its channel.

use crate::bank::{Destination, Generator as G, Input, Modulator, ModulatorSource, Transform};
use crate::engine::native::channel::ChannelState;
use crate::engine::native::curve::{Reading, map};
use crate::engine::native::expression::KeyExpression;
use crate::engine::native::input::Signal;
use crate::engine::native::random_place::random_place;
use crate::engine::native::sound_controllers::SoundControllers;
use crate::midi::Controller;

/// What is known of a note when a voice of it is computed.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct NoteView<'a> {
    /// The key that was struck, which pressure and note-off refer to.
    pub(in super::super) struck: u8,
    /// The key that is played: the region may replace it.
    pub(in super::super) key: u8,
    /// The velocity on the scale of 0 to 127; the region may replace it.
    pub(in super::super) velocity: f32,
    /// Cents that the tuning of its key lies above equal temperament.
    pub(in super::super) key_cents: f32,
    /// The frame at which it began.
    pub(in super::super) started: u64,
    /// What moves the notes of its key alone.
    pub(in super::super) expression: Option<&'a KeyExpression>,
    /// The channel.
    pub(in super::super) channel: &'a ChannelState,
}

impl NoteView<'_> {
    #[inline(always)]
    fn source(&self, source: &ModulatorSource, fed: f32) -> f32 {
        let reading = match source.input {
            Input::None => return 1.0,
            Input::Link => return fed,
            Input::NoteOnVelocity => Reading::seven(self.velocity),
            Input::NoteOnKey => Reading::seven(f32::from(self.key)),
            Input::Controller(number) => self.controller(number),
            input => self.channel.reading(input, self.struck),
        };
        map(source, reading)
    }

    /// A controller of the note, or else of its channel.
    pub(super) fn controller(&self, number: u8) -> Reading {
        match self.expression.and_then(|expression| expression.controller(number)) {
            Some(own) => Reading::seven(own),
            None => self.channel.reading(Input::Controller(number), self.struck),
        }
    }

    /// Where it is if its place is random.
    pub(super) fn random_place(&self) -> f32 {
        random_place(self.started, self.struck)
    }

    /// The sound controllers that are away from rest.
    pub(super) fn moved(&self) -> SoundControllers {
        let moved = self.channel.moved();
        self.expression.map_or(moved, |expression| expression.moved(moved))
    }

    /// Cents that its key's tuning or its own pitch, and its own bend, move it by.
    pub(super) fn own_cents(&self) -> (f32, f64) {
        let Some(expression) = self.expression else { return (self.key_cents, 0.0) };
        let pitch = expression.pitch_cents(self.struck).unwrap_or(self.key_cents);
        (pitch, self.channel.part.note_bend(expression))
    }

    /// Where a controller is, 0 to 1; the wheel -1 to 1.
    pub(super) fn position(&self, signal: Signal) -> f32 {
        let (input, centre) = match signal {
            Signal::Controller(controller) => (Input::Controller(controller), 0.0),
            Signal::ChannelPressure => (Input::ChannelPressure, 0.0),
            Signal::PolyPressure => (Input::PolyPressure, 0.0),
            Signal::PitchWheel => (Input::PitchWheel, 8192.0),
            _ => return 0.0,
        };
        let reading = self.channel.reading(input, self.struck);
        if centre == 0.0 {
            return reading.value / 127.0;
        }
        (reading.value - centre) / centre
    }

    #[inline]
    pub(super) fn output(&self, modulator: &Modulator, fed: f32) -> f32 {
        let mut product = modulator.amount as f32 * self.source(&modulator.source, fed);
        if !matches!(modulator.amount_source.input, Input::None) {
            product *= self.source(&modulator.amount_source, fed);
        }
        if is_modulation(modulator) {
            product *= self.channel.modulation_scale();
        }
        if modulator.transform == Transform::Absolute { product.abs() } else { product }
    }
}

/// Whether a modulator is the modulation wheel's way to the pitch, which registered parameter 5 scales.
///
/// SPEC: CA-026; General MIDI Level 2 §3.4.4.
fn is_modulation(modulator: &Modulator) -> bool {
    modulator.source.input == Input::Controller(Controller::MODULATION.get())
        && matches!(
            modulator.destination,
            Destination::Generator(G::VibLfoToPitch | G::ModLfoToPitch)
        )
}
