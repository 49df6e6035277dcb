//! What was asked for and is not there: each once, for whoever tells people.
//!
//! Bounded, and without allocation: of more than [`MOST`] different ones the rest is only counted elsewhere.

use crate::engine::MissingPreset;

/// Different requests that are remembered.
const MOST: usize = 64;

/// The requests that could not be met.
#[derive(Debug, Clone)]
pub(super) struct Missing {
    seen: [Option<MissingPreset>; MOST],
    len: usize,
    /// How many were told.
    told: usize,
}

impl Missing {
    /// Nothing is missing.
    pub(super) const NONE: Self = Self { seen: [None; MOST], len: 0, told: 0 };

    /// Takes down a request, unless it is known.
    pub(super) fn note(&mut self, missing: MissingPreset) {
        let known = self.seen[..self.len].contains(&Some(missing));
        if let (false, Some(place)) = (known, self.seen.get_mut(self.len)) {
            *place = Some(missing);
            self.len += 1;
        }
    }

    /// The next one that nobody was told of.
    pub(super) fn take(&mut self) -> Option<MissingPreset> {
        let next = *self.seen[..self.len].get(self.told)?;
        self.told += 1;
        next
    }

    /// Forgets all, for another song or another bank.
    pub(super) fn clear(&mut self) {
        (self.len, self.told) = (0, 0);
    }
}

#[cfg(test)]
mod tests;
