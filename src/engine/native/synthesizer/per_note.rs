//! Messages about the notes of one key.

use super::NativeSynthesizer;
use crate::engine::native::expression::KeyExpression;
use crate::engine::native::input::InputSet;
use crate::midi::{ControlValue, Controller, Event, Message, NotePitch};

/// Steps of a semitone in the range of per-note bend.
const RANGE_STEPS: f64 = 33_554_432.0;
/// Registered parameter 7: the range of per-note pitch bend.
const PER_NOTE_RANGE: (u8, u8) = (0, 7);

impl NativeSynthesizer {
    /// Plays a message about the notes of a key, or about a parameter.
    pub(super) fn play_expression(&mut self, event: Event) {
        let Some(index) = event.message.channel().and_then(|c| self.index(event.group, c)) else {
            return;
        };
        match event.message {
            Message::PitchedNoteOn { key, velocity, pitch, .. } => {
                self.note_pitch = Some(pitch);
                self.press_key(index, key.get(), velocity);
                self.note_pitch = None;
            }
            Message::PerNoteBend { key, bend, .. } => {
                self.express(index, key.get(), |expression| expression.set_bend(bend));
            }
            Message::PerNoteController { key, number, value, .. } => {
                self.express(index, key.get(), |expression| {
                    expression.set(number, value);
                });
            }
            Message::PerNoteManagement { key, detach, reset, .. } => {
                if detach {
                    let expression = self.channels[index].part.expression(key.get());
                    let kept = expression.copied().unwrap_or(KeyExpression::REST);
                    self.pool.detach((index as u16, key.get()), kept);
                }
                if reset {
                    self.express(index, key.get(), |e| *e = KeyExpression::REST);
                }
            }
            Message::Parameter { number, value, .. } => {
                if number.registered && (number.bank, number.index) == PER_NOTE_RANGE {
                    let semitones = f64::from(value.0) / RANGE_STEPS;
                    self.channels[index].part.set_per_note_range(semitones as f32);
                    self.touch_all(index);
                }
                // The fine part first: generators take over with the coarse one.
                if let Some([bank, number, coarse, fine]) = event.message.parameter_controllers() {
                    self.play_controllers(event, &[bank, number, fine, coarse]);
                }
            }
            Message::RelativeParameter { channel, number, change } => {
                let set = |value| Message::Parameter { channel, number, value };
                if let Some([bank, number, ..]) = set(ControlValue::MIN).parameter_controllers() {
                    self.play_controllers(event, &[bank, number]);
                }
                if let Some(value) = self.channels[index].moved_parameter(number, change) {
                    let message = set(ControlValue::from_u14(value));
                    self.play_expression(Event { message, ..event });
                }
            }
            _ => {}
        }
    }

    /// Plays what takes several controllers in MIDI 1.0.
    fn play_controllers(&mut self, event: Event, controllers: &[(Controller, ControlValue)]) {
        let Some(channel) = event.message.channel() else { return };
        for &(controller, value) in controllers {
            let message = Message::ControlChange { channel, controller, value };
            self.play_in_zone(Event { message, ..event });
        }
    }

    /// Cents that the note now beginning lies above equal temperament.
    pub(super) fn key_cents(&self, index: usize, struck: u8) -> f32 {
        let above = |pitch: NotePitch| ((pitch.semitones() - f64::from(struck)) * 100.0) as f32;
        self.note_pitch.map_or_else(|| self.channels[index].part.key_cents(struck), above)
    }

    fn express(&mut self, index: usize, key: u8, change: impl FnOnce(&mut KeyExpression)) {
        if let Some(expression) = self.channels[index].part.expression_mut(key) {
            change(expression);
            self.touch_all(index);
        }
    }

    fn touch_all(&mut self, index: usize) {
        self.channels[index].changed = self.channels[index].changed.with(InputSet::ALL);
        self.changed = true;
    }
}
