//! MUS, the scores of Doom and its kin.
//!
//! Ticks are 140 to a second. A byte says what happens on which channel and whether a delay follows; channel 15 has the
//! drums. A note without a velocity has the last one of its channel.

use super::super::{Format, Limits, Loaded, SmfError, WarningKind};
use super::{Cursor, Score, control};
use crate::midi::{Channel, ControlValue, Key, Message, Program, Velocity};

/// What every file begins with.
pub(super) const SIGNATURE: &[u8; 4] = b"MUS\x1a";
/// Bytes of the header before the list of instruments.
const HEADER: usize = 16;
/// Ticks of a quarter note of half a second.
const TICKS: u16 = 70;
const MICROS: u32 = 500_000;
/// The velocity of a channel's first note, if it does not say.
const FIRST_VELOCITY: u8 = 100;
/// The channel of drums.
const DRUMS: u8 = 15;

/// The controllers by number; the first is the program.
const CONTROLLERS: [u8; 10] = [0, 0, 1, 7, 10, 11, 91, 93, 64, 67];
/// The channel mode messages, from number 10 on.
const MODES: [u8; 5] = [120, 123, 126, 127, 121];
const FIRST_MODE: u8 = 10;

/// Reads a file.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Loaded, SmfError> {
    let word = |at: usize| {
        let pair = bytes.get(at..).and_then(|rest| rest.first_chunk::<2>());
        pair.map_or(0, |pair| usize::from(u16::from_le_bytes(*pair)))
    };
    if bytes.len() < HEADER {
        return Err(SmfError::MusCutShort { got: bytes.len() });
    }
    let (len, start) = (word(4), word(6));
    let end = start.saturating_add(len);
    let mut score = Score::new(limits);
    if end > bytes.len() {
        let (declared, available) = (len as u32, bytes.len().saturating_sub(start));
        score.warn(4, WarningKind::TrackLength { declared, available });
    }
    // Some writers count a length too short: the score ends with its own end.
    let cursor = Cursor { bytes, at: start };
    score.begin(MICROS, start)?;
    Reader { cursor, tick: 0, velocities: [FIRST_VELOCITY; Channel::COUNT] }.read(&mut score)?;
    Ok(score.finish(TICKS, Format::Single))
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    tick: u64,
    velocities: [u8; Channel::COUNT],
}

/// What came of an event.
enum Read {
    Event(Option<Message>),
    End,
}

impl Reader<'_> {
    fn read(mut self, score: &mut Score<'_>) -> Result<(), SmfError> {
        loop {
            let offset = self.cursor.at;
            let Some(head) = self.cursor.next() else {
                score.warn(offset, WarningKind::MissingEndOfTrack);
                return Ok(());
            };
            match self.event(head) {
                Some(Read::Event(message)) => {
                    if let Some(message) = message {
                        score.push(self.tick, message, offset)?;
                    }
                }
                Some(Read::End) => break,
                None => {
                    score.warn(offset, WarningKind::EventCutShort);
                    return Ok(());
                }
            }
            if head & 0x80 != 0 {
                let Some(delay) = self.cursor.number() else {
                    score.warn(offset, WarningKind::EventCutShort);
                    return Ok(());
                };
                self.tick = self.tick.saturating_add(delay.into());
            }
        }
        if let Some(track) = score.tracks.last_mut() {
            track.end = track.end.max(self.tick);
        }
        Ok(())
    }

    /// The event of a head byte; none where the bytes end.
    fn event(&mut self, head: u8) -> Option<Read> {
        let number = head & 0x0F;
        let channel = channel_of(number);
        let message = match (head >> 4) & 7 {
            0 => {
                let (key, velocity) =
                    (Key::from_data(self.cursor.next()?), Velocity::from_data(64));
                Message::NoteOff { channel, key, velocity }
            }
            1 => self.note(channel)?,
            2 => {
                let wheel = u16::from(self.cursor.next()?) << 6;
                Message::PitchBend { channel, bend: ControlValue::from_u14(wheel) }
            }
            3 => {
                let mode = self.cursor.next()?.checked_sub(FIRST_MODE);
                let known = mode.and_then(|index| MODES.get(usize::from(index)));
                return Some(Read::Event(known.map(|mode| control(channel, *mode, 0))));
            }
            4 => {
                let (number, value) = (self.cursor.next()?, self.cursor.next()?);
                return Some(Read::Event(controller(channel, number, value)));
            }
            6 => return Some(Read::End),
            // The end of a measure has no data, the last kind has one byte and no meaning.
            kind => {
                if kind == 7 {
                    self.cursor.next()?;
                }
                return Some(Read::Event(None));
            }
        };
        Some(Read::Event(Some(message)))
    }

    fn note(&mut self, channel: Channel) -> Option<Message> {
        let key = self.cursor.next()?;
        let velocity = self.velocities.get_mut(usize::from(channel.index()))?;
        if key & 0x80 != 0 {
            *velocity = self.cursor.next()?.min(127);
        }
        let key = Key::from_data(key);
        Some(match *velocity {
            0 => Message::NoteOff { channel, key, velocity: Velocity::from_data(64) },
            velocity => Message::NoteOn { channel, key, velocity: Velocity::from_data(velocity) },
        })
    }
}

fn controller(channel: Channel, number: u8, value: u8) -> Option<Message> {
    if number == 0 {
        return Some(Message::ProgramChange {
            channel,
            program: Program::from_data(value),
            bank: None,
        });
    }
    let known = CONTROLLERS.get(usize::from(number));
    known.map(|controller| control(channel, *controller, value))
}

/// The drums have channel 10 in MIDI, which the others leave out.
fn channel_of(number: u8) -> Channel {
    let drums = Channel::PERCUSSION.index();
    Channel::from_status(match number {
        DRUMS => drums,
        number if number >= drums => number + 1,
        number => number,
    })
}
