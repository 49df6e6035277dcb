//! Whose notes go first when voices run out.

use crate::engine::ChannelPriority;

/// The priorities of all channels.
#[derive(Debug)]
pub(super) struct Priorities {
    channels: Box<[ChannelPriority]>,
    /// Whether any two differ; while none do, nobody need look at them.
    differ: bool,
}

impl Priorities {
    /// The same for all of `channels` channels.
    pub(super) fn new(channels: usize) -> Self {
        Self {
            channels: vec![ChannelPriority::default(); channels].into_boxed_slice(),
            differ: false,
        }
    }

    /// Sets that of a channel, counted over all groups.
    pub(super) fn set(&mut self, channel: usize, priority: ChannelPriority) {
        if let Some(place) = self.channels.get_mut(channel) {
            *place = priority;
        }
        self.differ = self.channels.windows(2).any(|pair| pair[0] != pair[1]);
    }

    /// Whether any two channels differ.
    pub(super) const fn differ(&self) -> bool {
        self.differ
    }

    /// That of a channel.
    pub(super) fn of(&self, channel: u16) -> ChannelPriority {
        self.channels.get(usize::from(channel)).copied().unwrap_or_default()
    }
}
