//! Plays a song into a port: keeps its input filled a little ahead of what is rendered.
//!
//! Not a thread: whoever owns the player calls [`Player::pump`] every few milliseconds. Song time and the
//! port's time differ by an offset, which pausing and seeking move.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::midi::{Channel, ChannelGroup, ControlValue, Controller, Event, Message};
use crate::port::{EventInput, PlayError};
use crate::sequence::{Cursor, Sequence};
use crate::time::SampleTime;

/// A song on its way into a port.
///
/// What is queued cannot be taken back, so pausing and seeking take effect where the queue ends: one
/// lookahead later.
///
/// # Thread
///
/// A control thread.
#[derive(Debug)]
pub struct Player {
    cursor: Cursor<Arc<Sequence>>,
    input: EventInput,
    /// The port's time of the song's beginning, which may lie before the port's.
    begin: i128,
    /// The port's time up to which everything is queued.
    queued: SampleTime,
    /// Where the song was when it was paused.
    paused_at: Option<SampleTime>,
    /// What a seek or a pause has to send before anything else.
    urgent: VecDeque<Event>,
}

impl Player {
    /// A player that begins the song at the next frame that the port renders.
    ///
    /// The song's frames are the port's: its rate is that of the port.
    pub fn new(sequence: Arc<Sequence>, input: EventInput) -> Self {
        let next = input.position();
        Self::starting_at(next, sequence, input)
    }

    /// A player that begins the song at a frame of the port.
    ///
    /// While the port renders, that is one far enough ahead for the first events to be queued in time.
    pub fn starting_at(queued: SampleTime, sequence: Arc<Sequence>, input: EventInput) -> Self {
        Self {
            cursor: Cursor::new(sequence),
            input,
            begin: i128::from(queued.0),
            queued,
            paused_at: None,
            urgent: VecDeque::new(),
        }
    }

    /// The song.
    pub fn sequence(&self) -> &Sequence {
        self.cursor.sequence()
    }

    /// Where in the song the port is; past its duration while the last notes die away.
    pub fn position(&self) -> SampleTime {
        self.paused_at.unwrap_or_else(|| self.to_song(self.input.position()))
    }

    /// Whether the song has been rendered to its end.
    pub fn is_finished(&self) -> bool {
        self.paused_at.is_none()
            && self.cursor.is_at_end()
            && self.urgent.is_empty()
            && self.position() >= self.sequence().duration()
    }

    /// Whether the song waits.
    pub const fn is_paused(&self) -> bool {
        self.paused_at.is_some()
    }

    /// Queues what is due before `horizon` of the port's time.
    ///
    /// Returns the port's time up to which everything is queued: less than `horizon` when the queue is
    /// full, in which case the rest follows at a later call.
    ///
    /// # Errors
    ///
    /// [`PlayError::Closed`] when the port was closed.
    pub fn pump(&mut self, horizon: SampleTime) -> Result<SampleTime, PlayError> {
        while let Some(event) = self.urgent.front().copied() {
            if self.input.room() == 0 {
                return Ok(self.queued);
            }
            self.input.play_at(self.queued, event)?;
            self.urgent.pop_front();
        }
        let due = self.to_song(horizon);
        while self.paused_at.is_none()
            && let Some(next) = self.cursor.peek().filter(|next| next.time < due)
        {
            let time = self.to_port(next.time);
            if self.input.room() == 0 {
                self.queued = time.max(self.queued);
                return Ok(self.queued);
            }
            self.input.play_at(time, next.event)?;
            self.cursor.next_before(due);
        }
        self.queued = horizon.max(self.queued);
        Ok(self.queued)
    }

    /// Holds the song: nothing further begins, and what sounds is let go.
    pub fn pause(&mut self) {
        if self.paused_at.is_none() {
            self.paused_at = Some(self.to_song(self.queued).min(self.sequence().duration()));
            self.hush(Controller::ALL_NOTES_OFF);
        }
    }

    /// Goes on where [`Player::pause`] stopped.
    pub fn resume(&mut self) {
        if let Some(at) = self.paused_at.take() {
            self.go_on_at(at);
        }
    }

    /// Goes to another place in the song, with the programs and controllers that it would have there.
    pub fn seek(&mut self, time: SampleTime) {
        let time = time.min(self.sequence().duration());
        self.urgent.clear();
        self.hush(Controller::ALL_SOUND_OFF);
        let state = self.cursor.seek(time);
        self.urgent.extend(state);
        match &mut self.paused_at {
            Some(at) => *at = time,
            None => self.go_on_at(time),
        }
    }

    /// Puts `time` of the song where the queue ends, which is not before what is rendered next.
    fn go_on_at(&mut self, time: SampleTime) {
        self.queued = self.queued.max(self.input.position());
        self.begin = i128::from(self.queued.0) - i128::from(time.0);
    }

    /// Sends a controller that ends notes to every channel of the song.
    fn hush(&mut self, controller: Controller) {
        let groups = u8::try_from(self.sequence().group_count()).unwrap_or(u8::MAX);
        for group in (0..groups).map(ChannelGroup) {
            for channel in Channel::all() {
                let value = ControlValue::MIN;
                let message = Message::ControlChange { channel, controller, value };
                self.urgent.push_back(Event::in_group(group, message));
            }
        }
    }

    fn to_song(&self, port: SampleTime) -> SampleTime {
        let time = i128::from(port.0) - self.begin;
        SampleTime(u64::try_from(time.max(0)).unwrap_or(u64::MAX))
    }

    fn to_port(&self, song: SampleTime) -> SampleTime {
        let time = i128::from(song.0) + self.begin;
        SampleTime(u64::try_from(time.max(0)).unwrap_or(u64::MAX))
    }
}
