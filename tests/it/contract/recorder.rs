//! An engine that writes down what it was told, and ports of it.

use std::sync::{Arc, Mutex};

use portative::engine::{
    BlockEvent, Capabilities, ChannelPriority, Effects, Settings, StereoBus, Synthesizer,
};
use portative::midi::{Channel, ChannelGroup, Event, Key, Message, Velocity};
use portative::port::{Params, SynthPort};

use crate::support::bare::{Bare, Maker};

/// What was played, and at which frame since the synthesizer was created.
pub(super) type Played = Vec<(u64, Event)>;

/// The control half.
#[derive(Debug, Clone, Default)]
pub(super) struct Recorder {
    pub(super) played: Arc<Mutex<Played>>,
    pub(super) priorities: Arc<Mutex<Vec<(ChannelGroup, Channel, ChannelPriority)>>>,
}

impl Recorder {
    pub(super) fn open(&self) -> SynthPort {
        self.open_as(Params::default())
    }

    pub(super) fn open_as(&self, params: Params) -> SynthPort {
        SynthPort::open_with(Arc::new(Bare(self.clone())), params).unwrap()
    }

    /// The keys that were struck since this was last asked, each with its frame.
    pub(super) fn keys(&self) -> Vec<(u64, u8)> {
        let played = std::mem::take(&mut *self.played.lock().unwrap());
        let key = |(frame, event): (u64, Event)| match event.message {
            Message::NoteOn { key, .. } => Some((frame, key.get())),
            _ => None,
        };
        played.into_iter().filter_map(key).collect()
    }
}

/// A note that can be told from others by its key.
pub(super) fn strike(key: u8) -> Event {
    let velocity = Velocity::new(100).unwrap();
    Event::new(Message::NoteOn {
        channel: Channel::default(),
        key: Key::new(key).unwrap(),
        velocity,
    })
}

impl Maker for Recorder {
    const NAME: &'static str = "recorder";
    const CAPABILITIES: Capabilities = Capabilities {
        voices: 1..=8,
        default_voices: 8,
        channel_groups: 1..=16,
        sample_rate: 1_000..=96_000,
        effects: Effects::NONE,
    };
    type Made = Recording;

    fn make(&self, _: &Settings) -> Recording {
        Recording { to: self.clone(), frame: 0 }
    }
}

pub(super) struct Recording {
    to: Recorder,
    frame: u64,
}

impl Synthesizer for Recording {
    fn render(&mut self, events: &[BlockEvent], buses: &mut [StereoBus<'_>]) {
        let mut played = self.to.played.lock().unwrap();
        played
            .extend(events.iter().map(|event| (self.frame + u64::from(event.offset), event.event)));
        for bus in buses {
            bus.left.fill(0.5);
            bus.right.fill(0.5);
            self.frame += bus.left.len() as u64;
        }
    }

    fn status(&self) -> portative::engine::Status {
        portative::engine::Status::default()
    }

    fn set_priority(&mut self, group: ChannelGroup, channel: Channel, priority: ChannelPriority) {
        self.to.priorities.lock().unwrap().push((group, channel, priority));
    }
}
