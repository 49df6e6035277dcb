//! How the notes of a channel follow each other: mono, legato, portamento.
//!
//! SPEC: MIDI 1.0: controllers 5, 37, 65, 68, 84, 126 and 127.

use super::{ChannelState, PEDAL_DOWN, number};
use crate::engine::native::portamento::{Approach, Glide, seconds_per_key};
use crate::midi::Controller;

impl ChannelState {
    /// Takes over a channel mode message. The caller lets go of the notes.
    pub(in super::super) fn set_mode(&mut self, controller: Controller) {
        match controller.get() {
            number::MONO => self.mono = true,
            number::POLY => self.mono = false,
            _ => {}
        }
        if controller == Controller::ALL_SOUND_OFF || controller >= Controller::ALL_NOTES_OFF {
            self.held_keys.clear();
        }
    }

    /// Whether one note sounds at a time. Parts of percussion are always polyphonic.
    pub(in super::super) fn is_mono(&self) -> bool {
        !self.percussion && (self.mono || self.is_legato())
    }

    /// Whether the legato pedal is down.
    pub(in super::super) fn is_legato(&self) -> bool {
        self.position(number::LEGATO) >= PEDAL_DOWN
    }

    /// Takes down the key that controller 84 names.
    pub(super) fn name_source(&mut self, controller: u8) {
        if controller == number::PORTAMENTO_CONTROL {
            self.portamento.set_source(Some(self.seven_bits(controller)));
        }
    }

    /// The key that controller 84 named for the next note.
    pub(in super::super) const fn portamento_source(&self) -> Option<u8> {
        self.portamento.source()
    }

    /// The way of the note that was struck last.
    pub(in super::super) const fn glide(&self) -> Glide {
        self.portamento.glide()
    }

    /// The pitch goes on to `key` at the frame `now`. Drums do not glide.
    pub(in super::super) fn go_to_key(&mut self, key: u8, now: u64, rate: f64) {
        if self.percussion {
            self.portamento.set_source(None);
        }
        let approach = Approach {
            is_on: !self.percussion && self.position(number::PORTAMENTO) >= PEDAL_DOWN,
            seconds_per_key: seconds_per_key(self.position(number::PORTAMENTO_TIME)),
            rate,
        };
        self.portamento.go_to(key, now, approach);
    }
}
