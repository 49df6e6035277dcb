//! Which parts listen to which channels.
//!
//! SPEC: GS and XG, "receive channel": at power-on each part listens to the channel of its number.

use crate::midi::{Channel, ChannelGroup};

/// The channel, of its group, that each part listens to; any number above 15 for none.
#[derive(Debug, Clone)]
pub(super) struct Routing {
    heard: Box<[u8]>,
    plain: bool,
}

impl Routing {
    /// As at power-on, for this many parts.
    pub(super) fn new(parts: usize) -> Self {
        let mut routing = Self { heard: vec![0; parts].into_boxed_slice(), plain: true };
        routing.reset();
        routing
    }

    /// As at power-on.
    pub(super) fn reset(&mut self) {
        for (part, heard) in self.heard.iter_mut().enumerate() {
            *heard = channel_of(part).1.index();
        }
        self.plain = true;
    }

    /// Lets a part listen to a channel.
    pub(super) fn listen(&mut self, part: usize, channel: u8) {
        if let Some(heard) = self.heard.get_mut(part) {
            *heard = channel;
        }
        let own = |(part, heard): (usize, &u8)| *heard == channel_of(part).1.index();
        self.plain = self.heard.iter().enumerate().all(own);
    }

    /// Whether every part listens to its own channel.
    pub(super) const fn is_plain(&self) -> bool {
        self.plain
    }

    /// Whether the part that has this channel's number in a group listens to `channel`.
    pub(super) fn hears(&self, group: ChannelGroup, part: Channel, channel: Channel) -> bool {
        let index = usize::from(group.0) * Channel::COUNT + usize::from(part.index());
        self.heard.get(index).is_some_and(|heard| *heard == channel.index())
    }
}

/// The group and channel with this index over all groups.
pub(super) fn channel_of(index: usize) -> (ChannelGroup, Channel) {
    let group = ChannelGroup((index / Channel::COUNT) as u8);
    (group, Channel::from_status((index % Channel::COUNT) as u8))
}
