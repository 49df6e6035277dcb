//! Tunings of all keys, by bank and program, as the MIDI Tuning Standard sends them.
//!
//! Not here: which of them a channel plays, and tunings of the twelve keys of an octave; those belong to a
//! [`Part`](super::part::Part).
//!
//! Thread: audio. All memory is taken at creation.
//!
//! Source: MIDI Tuning Standard (CA-020, CA-021).

use super::sysex::{TuningPlace, TuningUpdate};

/// Keys.
pub(super) const KEYS: usize = 128;
/// Programs that can be kept, of the 16,384 that can be named.
const PROGRAMS: usize = 128;
/// Keys of an octave.
pub(super) const OCTAVE: usize = 12;

/// Cents that each key lies above equal temperament.
pub(super) type KeyCents = [f32; KEYS];
/// The same for the keys of an octave, from C.
pub(super) type OctaveCents = [f32; OCTAVE];

/// The tunings that were sent.
#[derive(Debug)]
pub(super) struct Tunings {
    /// Those in use come first.
    programs: Box<[(TuningPlace, KeyCents)]>,
    used: usize,
}

impl Tunings {
    /// Equal temperament everywhere.
    pub(super) fn new() -> Self {
        let program = (TuningPlace::default(), [0.0; KEYS]);
        Self { programs: vec![program; PROGRAMS].into_boxed_slice(), used: 0 }
    }

    /// Equal temperament everywhere again.
    pub(super) const fn clear(&mut self) {
        self.used = 0;
    }

    /// The tuning at a place; none where it is equal temperament.
    pub(super) fn get(&self, place: TuningPlace) -> Option<&KeyCents> {
        let used = self.programs.get(..self.used)?;
        used.iter().find(|(at, _)| *at == place).map(|(_, cents)| cents)
    }

    fn place(&mut self, place: TuningPlace) -> Option<&mut KeyCents> {
        let known = self.programs.iter().take(self.used).position(|(at, _)| *at == place);
        let index = known.unwrap_or(self.used);
        let slot = self.programs.get_mut(index)?;
        if known.is_none() {
            *slot = (place, [0.0; KEYS]);
            self.used += 1;
        }
        Some(&mut slot.1)
    }

    /// Takes over an update of a program: its place, if there was room for it.
    pub(super) fn update(&mut self, update: &TuningUpdate<'_>) -> Option<TuningPlace> {
        match *update {
            TuningUpdate::Program { place, keys } => {
                let program = self.place(place)?;
                for ((cents, frequency), key) in
                    program.iter_mut().zip(keys.chunks_exact(3)).zip(0..)
                {
                    *cents = deviation(key, frequency).unwrap_or(*cents);
                }
                Some(place)
            }
            TuningUpdate::Keys { place, changes, .. } => {
                let program = self.place(place)?;
                for change in changes.chunks_exact(4) {
                    let key = change[0] & 0x7F;
                    let cents = &mut program[usize::from(key)];
                    *cents = deviation(key, &change[1..]).unwrap_or(*cents);
                }
                Some(place)
            }
            TuningUpdate::OctaveProgram { place, offsets } => {
                let octave = octave_cents(offsets);
                let program = self.place(place)?;
                for (cents, offset) in program.iter_mut().zip(octave.iter().cycle()) {
                    *cents = *offset;
                }
                Some(place)
            }
            TuningUpdate::Scale { .. } => None,
        }
    }
}

/// How far three bytes of frequency are from the key's own in cents; none for "no change".
///
/// SPEC: a semitone, and 14 bits of the way to the next.
fn deviation(key: u8, frequency: &[u8]) -> Option<f32> {
    let [semitone, high, low] = *frequency else { return None };
    if [semitone, high, low] == [0x7F; 3] {
        return None;
    }
    let fraction = f32::from(u16::from(high & 0x7F) << 7 | u16::from(low & 0x7F)) / 16_384.0;
    let semitones = f32::from(semitone & 0x7F) - f32::from(key);
    Some((semitones + fraction) * 100.0)
}

/// Twelve offsets of one byte, 64 being none and a step a cent, or of two, 8192 being none and the ends a semitone.
pub(super) fn octave_cents(offsets: &[u8]) -> OctaveCents {
    let mut octave = [0.0; OCTAVE];
    let width = offsets.len() / OCTAVE;
    for (cents, offset) in octave.iter_mut().zip(offsets.chunks_exact(width.max(1))) {
        *cents = match *offset {
            [high, low] => {
                let value = u16::from(high & 0x7F) << 7 | u16::from(low & 0x7F);
                (f32::from(value) - 8192.0) * (100.0 / 8192.0)
            }
            [step] => f32::from(step & 0x7F) - 64.0,
            _ => 0.0,
        };
    }
    octave
}

#[cfg(test)]
mod tests;
