//! Sets of the destinations of modulators.

use crate::bank::{Destination, Generator as G};

/// The place of the pitch, which is no generator, after all generators.
pub(super) const PITCH: usize = G::COUNT;

/// How many destinations there are.
pub(super) const DESTINATIONS: usize = PITCH + 1;

/// The place of a destination that is not another modulator.
pub(super) const fn place(destination: Destination) -> usize {
    match destination {
        Destination::Generator(generator) => generator.operator() as usize,
        Destination::Pitch | Destination::Modulator(_) => PITCH,
    }
}

/// A set of destinations: generators and the pitch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reached(u64);

impl Reached {
    /// All of them, and what no modulator leads to.
    pub(super) const ALL: Self = Self(u64::MAX);
    /// None of them.
    pub(super) const NONE: Self = Self(0);

    /// These generators.
    pub(super) const fn these(generators: &[G]) -> Self {
        let mut set = 0;
        let mut index = 0;
        while index < generators.len() {
            set |= 1 << generators[index].operator();
            index += 1;
        }
        Self(set)
    }

    /// Whether this is everything.
    pub(super) const fn is_all(self) -> bool {
        self.0 == u64::MAX
    }

    /// Whether a generator is in it.
    pub(super) const fn has(self, generator: G) -> bool {
        self.0 & 1 << generator.operator() != 0
    }

    /// Whether both have something in common.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both together.
    #[must_use]
    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The destination of a modulator, which is not another modulator.
    pub(super) const fn of(destination: Destination) -> Self {
        match destination {
            Destination::Generator(generator) => Self(1 << generator.operator()),
            Destination::Pitch => Self(1 << PITCH),
            Destination::Modulator(_) => Self::ALL,
        }
    }
}
