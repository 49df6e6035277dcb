//! The way events take into a port.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rtrb::Producer;

use crate::midi::{
    Channel, ControlValue, Controller, Event, Key, Message, Program, TimedEvent, Velocity,
};
use crate::time::SampleTime;

use super::shared::Shared;
use super::{LatencyClock, PlayError};

/// One producer of events: a keyboard, a sequence, a game.
///
/// Events are played in the order of their times, whatever the order in which they were queued; those of equal times
/// in the order in which they were queued, and between inputs in the order in which the inputs were created. An event whose time
/// has passed is played at once and counted. Dropping the input plays what it has queued.
///
/// # Thread
///
/// One for each thread. Playing is lock-free and never waits.
pub struct EventInput {
    pub(super) shared: Arc<Shared>,
    pub(super) queue: Producer<TimedEvent>,
}

impl EventInput {
    /// Plays `event` as soon as possible: at the beginning of the next block.
    ///
    /// # Errors
    ///
    /// [`PlayError::Closed`] after the port was closed; [`PlayError::Full`] when the queue is full.
    pub fn play(&mut self, event: Event) -> Result<(), PlayError> {
        self.play_at(SampleTime::ZERO, event)
    }

    /// Plays `event` at a frame of the port's stream.
    ///
    /// # Errors
    ///
    /// [`PlayError::Closed`] after the port was closed; [`PlayError::Full`] when the queue is full.
    pub fn play_at(&mut self, time: SampleTime, event: Event) -> Result<(), PlayError> {
        if self.shared.is_closed() {
            return Err(PlayError::Closed);
        }
        self.queue.push(TimedEvent { time, event }).map_err(|_| {
            self.shared.overflows.fetch_add(1, Ordering::Relaxed);
            PlayError::Full(event)
        })
    }

    /// Strikes a key as soon as possible.
    ///
    /// # Errors
    ///
    /// As for [`EventInput::play`].
    pub fn note_on(
        &mut self,
        channel: Channel,
        key: Key,
        velocity: Velocity,
    ) -> Result<(), PlayError> {
        self.play(Event::new(Message::NoteOn { channel, key, velocity }))
    }

    /// Lets a key go as soon as possible.
    ///
    /// # Errors
    ///
    /// As for [`EventInput::play`].
    pub fn note_off(&mut self, channel: Channel, key: Key) -> Result<(), PlayError> {
        let velocity = Velocity::from_data(64);
        self.play(Event::new(Message::NoteOff { channel, key, velocity }))
    }

    /// Moves a controller as soon as possible.
    ///
    /// # Errors
    ///
    /// As for [`EventInput::play`].
    pub fn control_change(
        &mut self,
        channel: Channel,
        controller: Controller,
        value: ControlValue,
    ) -> Result<(), PlayError> {
        self.play(Event::new(Message::ControlChange { channel, controller, value }))
    }

    /// Changes the program as soon as possible.
    ///
    /// # Errors
    ///
    /// As for [`EventInput::play`].
    pub fn program_change(&mut self, channel: Channel, program: Program) -> Result<(), PlayError> {
        self.play(Event::new(Message::ProgramChange { channel, program, bank: None }))
    }

    /// How many events can be queued before the queue is full.
    pub fn room(&self) -> usize {
        self.queue.slots()
    }

    /// The frame that the port renders next.
    pub fn position(&self) -> SampleTime {
        self.shared.progress().position
    }

    /// The clock that turns arrival times into frames.
    pub fn latency_clock(&self) -> LatencyClock {
        LatencyClock { shared: Arc::clone(&self.shared) }
    }
}

impl fmt::Debug for EventInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventInput").field("room", &self.room()).finish_non_exhaustive()
    }
}
