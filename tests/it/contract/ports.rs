//! Ports to try things on, and what is told of them.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use portative::midi::{Channel, ChannelGroup, Event, Key, Message, Velocity};
use portative::port::{DownloadId, Params, PortEvent, SynthPort};
use portative::riff::ByteSource;

use crate::support::level::Level;

/// Longer than anything here takes, so that a test that hangs fails instead.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn level(engine: &Level) -> SynthPort {
    SynthPort::open_with(Arc::new(engine.clone()), Params::default()).unwrap()
}

pub(super) fn bytes() -> Arc<dyn ByteSource> {
    Arc::new(vec![0; 7])
}

pub(super) fn told(port: &SynthPort) -> Vec<DownloadId> {
    std::iter::from_fn(|| port.poll_event())
        .filter_map(|event| match event {
            PortEvent::Unloaded(id) => Some(id),
            _ => None,
        })
        .collect()
}

pub(super) fn strike(group: u8, number: u8, key: u8) -> Event {
    let (channel, key) = (Channel::new(number).unwrap(), Key::new(key).unwrap());
    let velocity = Velocity::new(100).unwrap();
    Event { group: ChannelGroup(group), ..Event::new(Message::NoteOn { channel, key, velocity }) }
}

/// Runs what may hang.
pub(super) fn in_time<T: Send + 'static>(what: impl FnOnce() -> T + Send + 'static) -> T {
    let (send, done) = channel();
    thread::spawn(move || send.send(what()));
    done.recv_timeout(PATIENCE).expect("an end")
}

/// What chance chooses, the same each time.
pub(super) fn chance(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |limit| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    }
}
