//! Which preset plays when a channel asks for a program: how bank numbers are read, and what stands in for what is missing.
//!
//! A pure function of the request and of what is there. SoundFont numbers its banks 0 to 127, and 128 for drum kits;
//! each style of bank select comes down to a list of such numbers, the best first.
//!
//! Source: General MIDI Level 1 and 2, GS, XG, MIDI 1.0.

use super::library::PresetRef;
use crate::bank::PatchNumber;
use crate::engine::MissingPreset;
use crate::midi::BankSelect;

/// The SoundFont bank number of drum kits.
pub(super) const PERCUSSION_BANK: u16 = PatchNumber::PERCUSSION_BANK;
/// The program of the effects among the drum kits of GS.
const GS_EFFECTS_KIT: u8 = 56;
/// The places that are tried at most.
const MOST: usize = MissingPreset::WANTED;

/// How bank select is read. A reset of General MIDI, GS or XG chooses for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum BankStyle {
    /// General MIDI: there is one bank.
    GeneralMidi,
    /// General MIDI Level 2: controller 0 is 121 for melodies and 120 for drums, controller 32 names a variation.
    GeneralMidi2,
    /// GS: controller 0 names a variation, controller 32 is ignored.
    #[default]
    Gs,
    /// XG: controller 0 is 0 for melodies, 64 for effects, 126 and 127 for drums, controller 32 names a variation.
    Xg,
    /// MIDI 1.0: both controllers together name one of 16,384 banks.
    Mma,
}

impl BankStyle {
    /// Whether a bank makes a channel play drums, which otherwise does if `rhythm`.
    pub(super) const fn is_percussion(self, bank: BankSelect, rhythm: bool) -> bool {
        match (self, bank.msb) {
            (Self::Xg, 120 | 126 | 127) | (Self::GeneralMidi2, 120) => true,
            (Self::GeneralMidi2, 121) => false,
            _ => rhythm,
        }
    }
}

/// What a channel asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Request {
    pub(super) style: BankStyle,
    pub(super) bank: BankSelect,
    pub(super) program: u8,
    pub(super) percussion: bool,
}

/// What it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice<T = PresetRef> {
    /// The preset.
    pub(super) preset: T,
    /// The preset's bank and program.
    pub(super) numbers: (u16, u8),
    /// Whether it is something else than the first choice.
    pub(super) differs: bool,
    /// Whether it is not even the program that was asked for.
    pub(super) substituted: bool,
}

/// The banks and programs to try for a request, the best first; the last stands in for every other.
#[derive(Debug, Clone, Copy)]
struct Candidates {
    places: [(u16, u8); MOST],
    len: usize,
}

impl Candidates {
    const fn of<const N: usize>(list: [(u16, u8); N]) -> Self {
        let mut places = [(0, 0); MOST];
        let mut index = 0;
        while index < N {
            places[index] = list[index];
            index += 1;
        }
        Self { places, len: N }
    }

    fn as_slice(&self) -> &[(u16, u8)] {
        self.places.get(..self.len).unwrap_or_default()
    }
}

/// The preset that plays; `has` gives the preset with a bank and a program.
pub(super) fn select<T>(request: Request, has: impl Fn(u16, u8) -> Option<T>) -> Option<Choice<T>> {
    let candidates = candidates(request);
    let places = candidates.as_slice();
    let (rank, preset) = places
        .iter()
        .enumerate()
        .find_map(|(rank, &(bank, program))| Some((rank, has(bank, program)?)))?;
    Some(Choice {
        preset,
        numbers: places[rank],
        differs: places[rank] != places[0],
        substituted: rank + 1 == places.len(),
    })
}

/// The preset that plays when everything is there.
pub(super) fn first_choice(request: Request) -> PatchNumber {
    let [(bank, program), ..] = candidates(request).places;
    PatchNumber { bank, program }
}

/// What would play, the best first and each once, up to what does.
pub(super) fn wanted(request: Request, plays: Option<PatchNumber>) -> [Option<PatchNumber>; MOST] {
    let mut wanted = [None; MOST];
    let mut count = 0;
    for &(bank, program) in candidates(request).as_slice() {
        let patch = Some(PatchNumber { bank, program });
        if patch == plays {
            break;
        }
        if !wanted.contains(&patch) {
            wanted[count] = patch;
            count += 1;
        }
    }
    wanted
}

fn candidates(request: Request) -> Candidates {
    if request.percussion { kits(request) } else { instruments(request) }
}

/// A kit falls back to the first of its row of eight, then to the standard kit.
fn kits(request: Request) -> Candidates {
    const KITS: u16 = PERCUSSION_BANK;
    let program = request.program;
    let (row, standard) = ((KITS, program & !7), (KITS, 0));
    match (request.style, request.bank.msb) {
        (BankStyle::Xg, 126) => Candidates::of([(126, program), (KITS, GS_EFFECTS_KIT), standard]),
        (BankStyle::Xg, 127) => Candidates::of([(KITS, program), (127, program), row, standard]),
        _ => Candidates::of([(KITS, program), row, standard]),
    }
}

/// A variation falls back to a lower one where the style has such, then to the capital tone of its program, then to the
/// first program.
fn instruments(request: Request) -> Candidates {
    let Request { style, bank: BankSelect { msb, lsb }, program, .. } = request;
    let (capital, first) = ((0, program), (0, 0));
    let variation = |bank: u8| (u16::from(bank), program);
    match (style, msb) {
        (BankStyle::GeneralMidi, _) => Candidates::of([capital, first]),
        (BankStyle::GeneralMidi2, 0 | 121) | (BankStyle::Xg, 0) => {
            Candidates::of([variation(lsb), capital, first])
        }
        // GS rounds down to a multiple of eight.
        (BankStyle::Gs, _) => Candidates::of([variation(msb), variation(msb & !7), capital, first]),
        (BankStyle::GeneralMidi2 | BankStyle::Xg, _) => {
            Candidates::of([variation(msb), capital, first])
        }
        (BankStyle::Mma, _) => match u16::from(msb & 0x7F) << 7 | u16::from(lsb & 0x7F) {
            // The number of the drum kits, which no melody means.
            PERCUSSION_BANK => Candidates::of([capital, first]),
            bank => Candidates::of([(bank, program), capital, first]),
        },
    }
}

#[cfg(test)]
mod tests;
