//! Waves that are played by themselves and whose time has not come.
//!
//! INVARIANT: nothing here grows after it was made. What finds no room is counted.

use crate::engine::{Place, VoiceId, WaveVoice};
use crate::rt::room;
use crate::time::SampleTime;

/// Commands that wait for their frame, at most.
pub(super) const WAITING: usize = 1_024;

/// What happens to a wave at a frame.
#[derive(Debug, Clone, Copy)]
pub(super) enum WaveCommand {
    Play(WaveVoice),
    Stop(VoiceId),
}

/// Commands in the order of their frames, and at one frame in the order in which they came.
///
/// # Thread
///
/// Audio thread; [`Schedule::new`] on a control thread.
#[derive(Debug)]
pub(super) struct Schedule {
    waiting: Vec<(SampleTime, WaveCommand)>,
    /// Waves for which there was no room.
    lost: u64,
}

impl Schedule {
    pub(super) fn new() -> Self {
        let never = || (SampleTime::ZERO, WaveCommand::Stop(VoiceId(0)));
        Self { waiting: room(WAITING, never), lost: 0 }
    }

    /// Takes in a command. Of too many, a wave is lost, and one that is to stop plays on.
    pub(super) fn insert(&mut self, time: SampleTime, command: WaveCommand) {
        if self.waiting.len() == WAITING {
            self.lost += u64::from(matches!(command, WaveCommand::Play(_)));
            return;
        }
        let after = self.waiting.partition_point(|(other, _)| *other <= time);
        self.waiting.insert(after, (time, command));
    }

    /// The frame of the next command.
    pub(super) fn next(&self) -> Option<SampleTime> {
        self.waiting.first().map(|(time, _)| *time)
    }

    /// The next command whose frame has come.
    pub(super) fn take_due(&mut self, now: SampleTime) -> Option<WaveCommand> {
        let is_due = self.next().is_some_and(|time| time <= now);
        is_due.then(|| self.waiting.remove(0).1)
    }

    /// Forgets the waves of a download that has ended.
    pub(super) fn forget(&mut self, place: Place) {
        let is_of = |command: &WaveCommand| match command {
            WaveCommand::Play(voice) => voice.place == place,
            WaveCommand::Stop(_) => false,
        };
        self.waiting.retain(|(_, command)| !is_of(command));
    }

    /// Forgets a wave that has not begun.
    pub(super) fn cancel(&mut self, id: VoiceId) {
        let is_it =
            |command: &WaveCommand| matches!(command, WaveCommand::Play(voice) if voice.id == id);
        self.waiting.retain(|(_, command)| !is_it(command));
    }

    /// Waves for which there was no room.
    pub(super) const fn lost(&self) -> u64 {
        self.lost
    }
}
