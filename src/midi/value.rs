//! The numbers that MIDI messages carry, each in its range by construction.

use std::fmt;

/// A number outside what its MIDI field can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} {got} is out of range, expected 0 to {max}")]
pub struct OutOfRange {
    /// The field.
    pub what: &'static str,
    /// What was asked for.
    pub got: u32,
    /// The largest value that the field holds.
    pub max: u32,
}

const fn check(what: &'static str, got: u8, max: u8) -> Result<u8, OutOfRange> {
    if got > max { Err(OutOfRange { what, got: got as u32, max: max as u32 }) } else { Ok(got) }
}

/// One of the 16 MIDI channels of a group, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Channel(u8);

impl Channel {
    /// Channels in a group.
    pub const COUNT: usize = 16;
    /// The channel that General MIDI keeps for percussion (printed as channel 10).
    pub const PERCUSSION: Self = Self(9);

    /// The channel with this index, 0 to 15.
    ///
    /// # Errors
    ///
    /// [`OutOfRange`] above 15.
    pub const fn new(index: u8) -> Result<Self, OutOfRange> {
        match check("channel", index, 15) {
            Ok(index) => Ok(Self(index)),
            Err(error) => Err(error),
        }
    }

    /// The channel in the low four bits of a status byte.
    pub const fn from_status(status: u8) -> Self {
        Self(status & 0x0F)
    }

    /// Every channel of a group, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..16).map(Self)
    }

    /// The index, 0 to 15.
    pub const fn index(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Channel {
    /// Prints the number that people use, 1 to 16.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 + 1)
    }
}

/// A set of 16 MIDI channels, counted from 0; files with several ports use several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ChannelGroup(pub u8);

macro_rules! seven_bit {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(u8);

        impl $name {
            /// The value itself.
            ///
            /// # Errors
            ///
            /// [`OutOfRange`] above 127.
            pub const fn new(value: u8) -> Result<Self, OutOfRange> {
                match check($what, value, 127) {
                    Ok(value) => Ok(Self(value)),
                    Err(error) => Err(error),
                }
            }

            /// The value in the low seven bits of a data byte.
            pub const fn from_data(byte: u8) -> Self {
                Self(byte & 0x7F)
            }

            /// The value, 0 to 127.
            pub const fn get(self) -> u8 {
                self.0
            }
        }
    };
}

seven_bit!(
    /// A key, 0 to 127; 60 is middle C.
    Key,
    "key"
);
seven_bit!(
    /// A program number, 0 to 127.
    Program,
    "program"
);
seven_bit!(
    /// The number of a control change, 0 to 127.
    Controller,
    "controller"
);

impl Controller {
    /// Bank select, coarse.
    pub const BANK_SELECT: Self = Self(0);
    /// Modulation wheel.
    pub const MODULATION: Self = Self(1);
    /// Data entry, coarse.
    pub const DATA_ENTRY: Self = Self(6);
    /// Channel volume.
    pub const VOLUME: Self = Self(7);
    /// Pan.
    pub const PAN: Self = Self(10);
    /// Expression.
    pub const EXPRESSION: Self = Self(11);
    /// Bank select, fine.
    pub const BANK_SELECT_FINE: Self = Self(32);
    /// Sustain pedal.
    pub const SUSTAIN: Self = Self(64);
    /// Reverb send.
    pub const REVERB_SEND: Self = Self(91);
    /// Chorus send.
    pub const CHORUS_SEND: Self = Self(93);
    /// All sound off.
    pub const ALL_SOUND_OFF: Self = Self(120);
    /// Reset all controllers.
    pub const RESET_ALL_CONTROLLERS: Self = Self(121);
    /// All notes off.
    pub const ALL_NOTES_OFF: Self = Self(123);
    /// One note at a time.
    pub const MONO: Self = Self(126);
    /// Several notes at a time.
    pub const POLY: Self = Self(127);
}

/// How hard a key was struck, in 16 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Velocity(u16);

impl Velocity {
    /// The velocity of a MIDI 1.0 message, 0 to 127.
    ///
    /// # Errors
    ///
    /// [`OutOfRange`] above 127.
    pub const fn new(value: u8) -> Result<Self, OutOfRange> {
        match check("velocity", value, 127) {
            Ok(value) => Ok(Self::from_data(value)),
            Err(error) => Err(error),
        }
    }

    /// The velocity in the low seven bits of a data byte.
    pub const fn from_data(byte: u8) -> Self {
        Self((upscale(byte as u32 & 0x7F, 7) >> 16) as u16)
    }

    /// The velocity of a MIDI 2.0 message.
    pub const fn from_u16(value: u16) -> Self {
        Self(value)
    }

    /// The velocity in 16 bits.
    pub const fn to_u16(self) -> u16 {
        self.0
    }

    /// The velocity in 7 bits, 0 to 127.
    pub const fn to_u7(self) -> u8 {
        (self.0 >> 9) as u8
    }
}

/// The value of a controller, of pressure or of the pitch wheel, in 32 bits.
///
/// Unipolar values run from 0 to `u32::MAX`; bipolar ones have their centre at [`ControlValue::CENTRE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ControlValue(pub u32);

impl ControlValue {
    /// The lowest value.
    pub const MIN: Self = Self(0);
    /// The middle of the range, to which 64 of 127 and 8192 of 16383 are mapped exactly.
    pub const CENTRE: Self = Self(0x8000_0000);
    /// The highest value.
    pub const MAX: Self = Self(u32::MAX);

    /// The value in the low seven bits of a data byte.
    pub const fn from_u7(value: u8) -> Self {
        Self(upscale(value as u32 & 0x7F, 7))
    }

    /// The value in the low fourteen bits.
    pub const fn from_u14(value: u16) -> Self {
        Self(upscale(value as u32 & 0x3FFF, 14))
    }

    /// The value in 7 bits, 0 to 127.
    pub const fn to_u7(self) -> u8 {
        (self.0 >> 25) as u8
    }

    /// The value in 14 bits, 0 to 16383.
    pub const fn to_u14(self) -> u16 {
        (self.0 >> 18) as u16
    }
}

/// Scales `value` of `bits` bits to 32: minimum, centre and maximum stay what they are.
///
/// SPEC: M2-115-U (MIDI 2.0 bit scaling and resolution), min-centre-max upscaling: above the centre the
/// bits below the top one are repeated into the new ones.
#[inline(always)] // so that the number of bits is known
const fn upscale(value: u32, bits: u32) -> u32 {
    let shifted = value << (32 - bits);
    if value <= 1 << (bits - 1) {
        return shifted;
    }
    let repeat_bits = bits - 1;
    let repeat = value & ((1 << repeat_bits) - 1);
    let mut result = shifted;
    let mut room = 32 - bits;
    while room >= repeat_bits {
        room -= repeat_bits;
        result |= repeat << room;
    }
    result | repeat >> (repeat_bits - room)
}

#[cfg(test)]
mod tests;
