//! Where a note is whose part or drum has a pan that is random.
//!
//! The place follows from the frame at which the note began and from its key, so that the same song has the same places
//! each time, in blocks of any length, and every voice of a note is in the same one.
//!
//! Source: GS and XG, pan 0 of a part or a drum; SplitMix64 (Sebastiano Vigna, public domain) for the bits.

use super::drum_setup::pan_amount;

/// Bits of a key.
const KEY_BITS: u32 = 7;
/// Places from left to right.
const PLACES: u64 = 127;

/// The pan in permille from the middle, -500 to 500, of the note of `key` that began at the frame `started`.
pub(super) fn random_place(started: u64, key: u8) -> f32 {
    let mut bits = (started << KEY_BITS | u64::from(key)).wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^= bits >> 31;
    let place = ((bits >> 32) * PLACES) >> 32;
    f32::from(pan_amount(place as u8 + 1))
}

#[cfg(test)]
mod tests;
