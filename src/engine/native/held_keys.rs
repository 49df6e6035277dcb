//! The keys that are down on a channel that plays one note at a time.
//!
//! The last one struck sounds; when it is let go, the one before it that is still down sounds again. Of more keys than hands
//! have fingers the oldest are forgotten.

use crate::midi::Velocity;

/// Keys that are remembered.
const MOST: usize = 16;

/// A key that is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct HeldKey {
    pub(super) key: u8,
    pub(super) velocity: Velocity,
}

/// Keys that are down, the last one last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct HeldKeys {
    keys: [HeldKey; MOST],
    len: usize,
}

impl HeldKeys {
    /// The one struck last.
    pub(super) fn last(&self) -> Option<HeldKey> {
        self.keys[..self.len].last().copied()
    }

    /// A key goes down.
    pub(super) fn press(&mut self, held: HeldKey) {
        self.lift(held.key);
        if self.len == MOST {
            self.keys.rotate_left(1);
            self.len -= 1;
        }
        self.keys[self.len] = held;
        self.len += 1;
    }

    /// A key comes up.
    pub(super) fn lift(&mut self, key: u8) {
        if let Some(at) = self.keys[..self.len].iter().position(|held| held.key == key) {
            self.keys[at..self.len].rotate_left(1);
            self.len -= 1;
        }
    }

    /// All keys come up.
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }
}

#[cfg(test)]
mod tests;
