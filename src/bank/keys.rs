//! Which keys are played.

use super::MidiRange;

/// A set of MIDI keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct KeySet(u128);

impl KeySet {
    /// Every key.
    pub const ALL: Self = Self(u128::MAX);
    /// None.
    pub const NONE: Self = Self(0);

    /// Puts a key in; keys above 127 do not exist.
    pub const fn insert(&mut self, key: u8) {
        if key < 128 {
            self.0 |= 1 << key;
        }
    }

    /// What is in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a range has any of them.
    pub fn meets(self, range: MidiRange) -> bool {
        if range.is_empty() || range.low > 127 {
            return false;
        }
        let width = u32::from(range.high.min(127) - range.low) + 1;
        let ones = u128::MAX >> (128 - width);
        self.0 & (ones << range.low) != 0
    }
}

impl FromIterator<u8> for KeySet {
    fn from_iter<I: IntoIterator<Item = u8>>(keys: I) -> Self {
        let mut set = Self::NONE;
        keys.into_iter().for_each(|key| set.insert(key));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_meets_the_ranges_that_have_one_of_its_keys() {
        let set = KeySet::from_iter([0, 60, 127, 200]);
        for low in 0..=127 {
            for high in 0..=130 {
                let range = MidiRange { low, high };
                let expected = [0, 60, 127].iter().any(|key| (low..=high).contains(key));
                assert_eq!(set.meets(range), expected, "{low} to {high}");
                assert!(!KeySet::NONE.meets(range));
                assert_eq!(KeySet::ALL.meets(range), low <= high);
            }
        }
        assert!(!set.meets(MidiRange { low: 128, high: 255 }));
    }
}
