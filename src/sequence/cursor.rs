//! A place in a song that moves with any clock.

use std::borrow::Borrow;

use super::{Sequence, chase};
use crate::midi::{Event, TimedEvent};
use crate::time::SampleTime;

/// A place between two events of a song.
///
/// Holds the song by reference, by `Arc` or as its own.
#[derive(Debug, Clone)]
pub struct Cursor<S> {
    sequence: S,
    next: usize,
}

impl<S: Borrow<Sequence>> Cursor<S> {
    /// A cursor before the first event.
    pub const fn new(sequence: S) -> Self {
        Self { sequence, next: 0 }
    }

    /// The song.
    pub fn sequence(&self) -> &Sequence {
        self.sequence.borrow()
    }

    /// Gives out the next event, if it is due before `time`.
    pub fn next_before(&mut self, time: SampleTime) -> Option<TimedEvent> {
        let event = self.peek().filter(|event| event.time < time)?;
        self.next += 1;
        Some(event)
    }

    /// The next event.
    pub fn peek(&self) -> Option<TimedEvent> {
        self.sequence().events.get(self.next).copied()
    }

    /// Whether every event was given out; the song may go on in silence up to its duration.
    pub fn is_at_end(&self) -> bool {
        self.next >= self.sequence().events.len()
    }

    /// Moves before the first event that is not before `time`, and gives what brings a receiver there.
    ///
    /// The events begin with a [`SystemReset`](crate::midi::Message::SystemReset) for every group and then
    /// are those before `time`, in their order, that still matter: afterwards programs, banks, controllers,
    /// registered and other parameters, pressure, bend and everything set by system exclusive messages are
    /// what playing up to `time` would have left. Notes are not: those that began before `time` stay silent,
    /// and what only notes leave behind (the last key, for portamento) is lost.
    pub fn seek(&mut self, time: SampleTime) -> Vec<Event> {
        let sequence = self.sequence.borrow();
        let next = sequence.events.partition_point(|event| event.time < time);
        self.next = next;
        chase::chase(&sequence.events[..next], sequence.groups)
    }
}
