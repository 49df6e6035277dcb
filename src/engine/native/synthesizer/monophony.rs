//! One note at a time: mono mode, the legato pedal and portamento from a named key.
//!
//! Mono mode: a note cuts off what its channel plays; let go, it gives way to the key before it that is still down. With
//! the legato pedal, or when controller 84 names the key that sounds, the note that sounds moves to the new key and is not
//! struck again, as long as the new key has the same regions. Parts of percussion have no such modes.
//!
//! SPEC: MIDI 1.0: controllers 68, 84, 126 and 127.

use super::NativeSynthesizer;
use crate::engine::native::held_keys::HeldKey;
use crate::engine::native::input::Signal;
use crate::midi::Velocity;

impl NativeSynthesizer {
    /// A key goes down on the channel `index`.
    pub(super) fn press_key(&mut self, index: usize, key: u8, velocity: Velocity) {
        let state = &mut self.channels[index];
        let named = state.portamento_source();
        state.go_to_key(key, self.clock.now, self.rate);
        if !state.is_mono() {
            state.held_keys.clear();
            if !named.is_some_and(|from| self.move_note(index, from, HeldKey { key, velocity })) {
                self.strike(index, key, velocity);
            }
            return;
        }
        let before = state.held_keys.last();
        state.held_keys.press(HeldKey { key, velocity });
        let moves = before.filter(|held| state.is_legato() || named == Some(held.key));
        let moved = moves.is_some_and(|held| {
            self.move_note(index, held.key, HeldKey { key, velocity: held.velocity })
        });
        if !moved {
            self.pool.cut_held(&self.sources.waves(), index as u16, &self.moment());
            self.strike(index, key, velocity);
        }
    }

    /// A key comes up on the channel `index`.
    pub(super) fn lift_key(&mut self, index: usize, key: u8) {
        let state = &mut self.channels[index];
        let held = state.is_sustained();
        let sounded = state.held_keys.last().is_some_and(|last| last.key == key);
        state.held_keys.lift(key);
        let before = state.held_keys.last().filter(|_| sounded && !held && state.is_mono());
        let moment = self.moment();
        let Some(before) = before else {
            self.pool.release_key(&self.sources.waves(), (index as u16, key), held, &moment);
            return;
        };
        let state = &mut self.channels[index];
        state.go_to_key(before.key, moment.now, self.rate);
        if !(state.is_legato() && self.move_note(index, key, before)) {
            self.pool.cut_held(&self.sources.waves(), index as u16, &moment);
            self.strike(index, before.key, before.velocity);
        }
    }

    /// Moves the held note of the key `from` to another key without striking it; whether it could be.
    fn move_note(&mut self, index: usize, from: u8, to: HeldKey) -> bool {
        let state = &mut self.channels[index];
        let Some(number) = state.choice.map(|choice| choice.preset) else { return false };
        let Some(preset) = self.sources.library.preset(number) else { return false };
        let Some(key) = state.part.sounding_key(to.key, state.is_percussion()) else {
            return false;
        };
        let velocity = state.part.velocity(to.velocity);
        let regions = preset.regions_at(key, velocity.to_u7().max(1));
        let glide = state.glide();
        let moved = self.pool.move_note((number, regions), index as u16, (from, to.key), glide);
        if moved {
            // Its pitch is computed anew at the next grid point.
            state.changed.insert(Signal::Tuning);
            self.changed = true;
        }
        moved
    }
}
