//! What MIDI 2.0 says of single notes and of parameters, as values.

/// The pitch of a note, as its note-on or a controller of its own gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NotePitch(u32);

impl NotePitch {
    /// Steps in a semitone.
    const STEPS: f64 = 33_554_432.0;

    /// The attribute of a note-on: semitones with 9 bits of fraction.
    pub const fn from_attribute(value: u16) -> Self {
        Self((value as u32) << 16)
    }

    /// Registered per-note controller 3: semitones with 25 bits of fraction.
    pub const fn from_controller(value: u32) -> Self {
        Self(value)
    }

    /// Semitones above key 0 of equal temperament, 0 to 128.
    pub fn semitones(self) -> f64 {
        f64::from(self.0) / Self::STEPS
    }
}

/// A controller of single notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PerNoteNumber {
    /// Whether the standard says what it is; otherwise it is assignable.
    pub registered: bool,
    /// Its number, 0 to 255.
    pub index: u8,
}

/// A registered parameter (RPN) or an assignable one (NRPN).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParameterNumber {
    /// Whether the standard says what it is.
    pub registered: bool,
    /// Its bank, 0 to 127: the coarse number.
    pub bank: u8,
    /// Its index, 0 to 127: the fine number.
    pub index: u8,
}
