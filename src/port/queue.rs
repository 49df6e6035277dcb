//! The audio thread's end of an event input: what has been queued, in the order of its times.
//!
//! Events arrive in the order in which somebody thought of them: a song an hour ahead, a key that is struck now.
//! They wait here sorted, so that none waits behind one that is later than itself.
//!
//! INVARIANT: nothing here grows after it was made. What does not fit stays in the ring it came through.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rtrb::{Consumer, Producer, RingBuffer};

use crate::midi::{Channel, ControlValue, Event, Message, TimedEvent};
use crate::rt::room;
use crate::time::SampleTime;

/// Events that can be on their way in one input; as many can wait sorted.
const EVENTS: usize = 4_096;

/// What one input has queued.
///
/// # Thread
///
/// Audio thread; [`Queue::new`] on a control thread.
pub(super) struct Queue {
    arriving: Consumer<TimedEvent>,
    waiting: BinaryHeap<Reverse<Waiting>>,
    arrived: u64,
}

impl Queue {
    /// A queue and the end where events go in. Allocates all it will ever need.
    pub(super) fn new() -> (Producer<TimedEvent>, Self) {
        let (producer, arriving) = RingBuffer::new(EVENTS);
        let never = || Reverse(Waiting { time: SampleTime::ZERO, arrival: 0, event: any_event() });
        (producer, Self { arriving, waiting: room(EVENTS, never).into(), arrived: 0 })
    }

    /// Puts what has arrived in its place, as far as there is room.
    pub(super) fn sort_in(&mut self) {
        while self.waiting.len() < EVENTS
            && let Ok(TimedEvent { time, event }) = self.arriving.pop()
        {
            self.waiting.push(Reverse(Waiting { time, arrival: self.arrived, event }));
            self.arrived += 1;
        }
    }

    /// The time of the event that is next.
    pub(super) fn earliest(&self) -> Option<SampleTime> {
        self.waiting.peek().map(|Reverse(next)| next.time)
    }

    /// The event that is next.
    pub(super) fn pop(&mut self) -> Option<TimedEvent> {
        let Reverse(Waiting { time, event, .. }) = self.waiting.pop()?;
        Some(TimedEvent { time, event })
    }

    /// Whether its input is gone and all has been played.
    pub(super) fn is_over(&self) -> bool {
        // Abandoned first: what was queued before the drop is then seen.
        self.arriving.is_abandoned() && self.arriving.is_empty() && self.waiting.is_empty()
    }
}

/// An event that nobody will play, to write to the memory of others with.
pub(super) fn any_event() -> Event {
    let (channel, pressure) = (Channel::default(), ControlValue::from_u7(0));
    Event::new(Message::ChannelPressure { channel, pressure })
}

/// An event that waits for its time, and behind those that came before it at that time.
struct Waiting {
    time: SampleTime,
    arrival: u64,
    event: Event,
}

impl Waiting {
    const fn rank(&self) -> (u64, u64) {
        (self.time.0, self.arrival)
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl Eq for Waiting {}
