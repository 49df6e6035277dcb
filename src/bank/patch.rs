//! The numbers by which a preset is asked for.

use std::fmt;

/// A MIDI bank and program number, as a bank's presets have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct PatchNumber {
    /// The bank; 128 for percussion.
    pub bank: u16,
    /// The program, 0 to 127.
    pub program: u8,
}

impl PatchNumber {
    /// The bank of drum kits.
    ///
    /// SPEC: SoundFont 2.04 §7.2.
    pub const PERCUSSION_BANK: u16 = 128;

    /// A program of bank 0.
    pub const fn melodic(program: u8) -> Self {
        Self { bank: 0, program }
    }

    /// A drum kit.
    pub const fn percussion(kit: u8) -> Self {
        Self { bank: Self::PERCUSSION_BANK, program: kit }
    }
}

impl fmt::Display for PatchNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bank {} program {}", self.bank, self.program)
    }
}
