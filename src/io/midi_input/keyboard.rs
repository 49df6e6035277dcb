//! What one input has told us, from bytes to events.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use crate::midi::stream::StreamParser;
use crate::midi::{Channel, ChannelGroup, ControlValue, Controller, Event, Key, Message, Velocity};
use crate::port::{EventInput, LatencyClock, PlayError};
use crate::time::{ReferenceTime, SampleTime};

/// The receiving end of one input.
///
/// # Thread
///
/// A MIDI callback, one at a time; a control thread at the end. No allocation, lock or wait.
#[derive(Debug)]
pub(super) struct Keyboard {
    input: EventInput,
    clock: LatencyClock,
    parser: StreamParser,
    held: Held,
    activity: Arc<Activity>,
    listening: Arc<AtomicBool>,
    /// When the last event plays: nothing that comes later plays before it, least of all the end of a note.
    last: SampleTime,
}

/// What an input has done, for display.
#[derive(Debug)]
pub(super) struct Activity {
    /// Events received.
    pub(super) events: AtomicU64,
    /// Notes struck.
    pub(super) notes: AtomicU64,
    /// Events that found the port's queue full.
    pub(super) lost: AtomicU64,
    /// Reference time of the last event; `i64::MIN` when there was none.
    pub(super) last: AtomicI64,
}

impl Default for Activity {
    fn default() -> Self {
        let (events, notes, lost) = Default::default();
        Self { events, notes, lost, last: AtomicI64::new(i64::MIN) }
    }
}

impl Keyboard {
    /// A keyboard that plays through `input` while `listening`.
    pub(super) fn new(
        input: EventInput,
        activity: Arc<Activity>,
        listening: Arc<AtomicBool>,
    ) -> Self {
        Self {
            clock: input.latency_clock(),
            input,
            parser: StreamParser::new(ChannelGroup(0)),
            held: Held::default(),
            activity,
            listening,
            last: SampleTime::ZERO,
        }
    }

    /// Plays what arrived at `arrival`.
    ///
    /// While nobody listens, because the device is away, notes are not begun: they would all sound
    /// at once when it is back. Everything else is kept, so that controllers are where they are.
    pub(super) fn receive(&mut self, arrival: ReferenceTime, bytes: &[u8]) {
        let Self { input, clock, parser, held, activity, listening, last } = self;
        let listening = listening.load(Ordering::Relaxed);
        if listening {
            *last = clock.stamp(arrival).max(*last);
        }
        let at = *last;
        parser.feed(bytes, |event| {
            activity.last.store(arrival.0, Ordering::Relaxed);
            activity.events.fetch_add(1, Ordering::Relaxed);
            let begins = matches!(event.message, Message::NoteOn { .. });
            activity.notes.fetch_add(begins.into(), Ordering::Relaxed);
            if begins && !listening {
                return;
            }
            match input.play_at(at, event) {
                Ok(()) => held.follow(&event.message),
                Err(PlayError::Full(_)) => {
                    activity.lost.fetch_add(1, Ordering::Relaxed);
                }
                // Nobody is left to hear it.
                Err(_) => {}
            }
        });
    }

    /// Lets go of everything that is held: keys, pedals, the wheel.
    pub(super) fn release(&mut self) {
        self.parser.reset();
        let Self { input, held, last, .. } = self;
        // A full queue or a closed port: there is nothing more to be done.
        std::mem::take(held).release(|message| {
            let _ = input.play_at(*last, Event::new(message));
        });
    }
}

/// What an input holds down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Held {
    channels: [HeldOnChannel; Channel::COUNT],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct HeldOnChannel {
    /// One bit for each key.
    keys: u128,
    /// One bit for each of [`PEDALS`].
    pedals: u8,
    bent: bool,
}

/// Controllers that hold notes.
const PEDALS: [Controller; 3] =
    [Controller::SUSTAIN, Controller::from_data(66), Controller::from_data(69)];

impl Held {
    fn follow(&mut self, message: &Message) {
        match *message {
            Message::NoteOn { channel, key, .. } => self.on(channel).keys |= bit(key),
            Message::NoteOff { channel, key, .. } => self.on(channel).keys &= !bit(key),
            Message::ControlChange { channel, controller, value } => {
                if let Some(pedal) = PEDALS.iter().position(|pedal| *pedal == controller) {
                    let pedals = &mut self.on(channel).pedals;
                    *pedals = *pedals & !(1 << pedal) | u8::from(value.0 > 0) << pedal;
                }
            }
            Message::PitchBend { channel, bend } => {
                self.on(channel).bent = bend != ControlValue::CENTRE;
            }
            Message::SystemReset => *self = Self::default(),
            _ => {}
        }
    }

    fn on(&mut self, channel: Channel) -> &mut HeldOnChannel {
        &mut self.channels[usize::from(channel.index())]
    }

    fn release(mut self, mut play: impl FnMut(Message)) {
        for channel in Channel::all() {
            let HeldOnChannel { keys, pedals, bent } = *self.on(channel);
            for key in (0..128).map(Key::from_data).filter(|key| keys & bit(*key) != 0) {
                play(Message::NoteOff { channel, key, velocity: Velocity::from_data(64) });
            }
            for (pedal, controller) in PEDALS.into_iter().enumerate() {
                if pedals & 1 << pedal != 0 {
                    let value = ControlValue::MIN;
                    play(Message::ControlChange { channel, controller, value });
                }
            }
            if bent {
                play(Message::PitchBend { channel, bend: ControlValue::CENTRE });
            }
        }
    }
}

const fn bit(key: Key) -> u128 {
    1 << key.get()
}

#[cfg(test)]
mod tests;
