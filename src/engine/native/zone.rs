//! MPE zones: which channels belong to which master, and what a member channel has of its master.
//!
//! SPEC: MIDI Polyphonic Expression (RP-053). A zone is a master channel, 1 or 16, and the member channels
//! next to it. Notes of members are moved by their own channel's bend, pressure and controller 74, and by the master's on
//! top: bends add up, and so do pressure and controller 74. Every other message of a master is for the whole zone.

use crate::midi::{Channel, ControlValue};

/// The bend range of member channels in semitones.
pub(super) const MEMBER_BEND: u16 = 48;
/// The bend range of master channels and of channels outside zones.
pub(super) const MASTER_BEND: u16 = 2;
/// The registered parameter that sets up a zone.
pub(super) const CONFIGURATION: [u8; 2] = [0, 6];
/// The master of the lower zone.
const LOWER: u8 = 0;
/// The master of the upper zone.
const UPPER: u8 = 15;
/// Channels that can be members when both zones have a master.
const SHARED: u8 = 14;

/// The zones of a group of channels, by their numbers of members; a zone without members does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Zones {
    lower: u8,
    upper: u8,
}

impl Zones {
    /// Whether there is any.
    pub(super) const fn exist(self) -> bool {
        self.lower > 0 || self.upper > 0
    }

    /// Whether a channel can be a master.
    pub(super) const fn can_lead(channel: Channel) -> bool {
        matches!(channel.index(), LOWER | UPPER)
    }

    /// Gives the zone of a master this many members; the other zone gives way. More than there are change nothing.
    #[must_use]
    pub(super) fn configured(self, master: Channel, members: u8) -> Self {
        if members > UPPER {
            return self;
        }
        let left = SHARED.saturating_sub(members);
        if master.index() == LOWER {
            Self { lower: members, upper: self.upper.min(left) }
        } else {
            Self { lower: self.lower.min(left), upper: members }
        }
    }

    /// The master of a channel; none for masters and for channels outside.
    pub(super) fn master_of(self, channel: Channel) -> Option<Channel> {
        let index = channel.index();
        if index > LOWER && index <= self.lower {
            return Some(Channel::from_status(LOWER));
        }
        let is_upper = index < UPPER && index >= UPPER - self.upper;
        is_upper.then_some(Channel::from_status(UPPER))
    }

    /// Whether a channel leads a zone.
    pub(super) const fn is_master(self, channel: Channel) -> bool {
        match channel.index() {
            LOWER => self.lower > 0,
            UPPER => self.upper > 0,
            _ => false,
        }
    }

    /// The members that a master leads.
    pub(super) fn members(self, master: Channel) -> impl Iterator<Item = Channel> {
        Channel::all().filter(move |channel| self.master_of(*channel) == Some(master))
    }
}

/// A member's own value of something, and its master's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shared {
    pub(super) own: ControlValue,
    pub(super) master: ControlValue,
    /// The value that adds nothing.
    rest: ControlValue,
}

impl Shared {
    const fn at(rest: ControlValue) -> Self {
        Self { own: rest, master: rest, rest }
    }

    /// Both together.
    pub(super) fn sum(self) -> ControlValue {
        let sum = i64::from(self.own.0) + i64::from(self.master.0) - i64::from(self.rest.0);
        ControlValue(sum.clamp(0, u32::MAX.into()) as u32)
    }
}

/// What a member channel has of its master.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Membership {
    /// The master's bend.
    pub(super) bend_cents: f64,
    pub(super) pressure: Shared,
    /// Controller 74.
    pub(super) timbre: Shared,
}

impl Membership {
    /// A master at rest, or none.
    pub(super) const NONE: Self = Self {
        bend_cents: 0.0,
        pressure: Shared::at(ControlValue::MIN),
        timbre: Shared::at(ControlValue::CENTRE),
    };
}

#[cfg(test)]
mod tests;
