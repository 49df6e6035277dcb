//! What a port has to say between calls.

use std::collections::VecDeque;

use super::DownloadId;
use crate::engine::{MissingPreset, Retired};

/// Something that happened in a port, to be asked for with [`SynthPort::poll_event`](super::SynthPort::poll_event).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PortEvent {
    /// A download that was unloaded is in use by nobody any more, and its memory is free, but for what other
    /// downloads hold too. Comes exactly once for each `unload`.
    Unloaded(DownloadId),
    /// A program change or a note asked for a preset that is not downloaded. What plays in its place, if anything,
    /// plays until the preset is downloaded; then the next note has it. Each comes once for a song, that is until
    /// a system reset.
    MissingPreset(MissingPreset),
}

/// Events that nobody has asked for yet.
#[derive(Debug, Default)]
pub(super) struct Events(VecDeque<PortEvent>);

/// Events that are kept for a caller who never asks; older ones go first.
const KEPT: usize = 65_536;

impl Events {
    pub(super) fn push(&mut self, event: PortEvent) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(event);
    }

    pub(super) fn pop(&mut self) -> Option<PortEvent> {
        self.0.pop_front()
    }
}

/// What has come back from the audio thread.
///
/// What it let go of is freed when the port is not locked: freeing is the engine's code, which takes its time and may
/// call the port.
#[derive(Default)]
pub(super) struct Returned {
    pub(super) events: Events,
    retired: Vec<(Option<DownloadId>, Retired)>,
}

impl Returned {
    /// Takes in a download, which is told of once it is freed.
    pub(super) fn retire(&mut self, id: Option<DownloadId>, retired: Retired) {
        self.retired.push((id, retired));
    }

    /// Leaves what is to be freed to the caller.
    pub(super) fn take_retired(&mut self) -> Self {
        Self { events: Events::default(), retired: std::mem::take(&mut self.retired) }
    }

    /// Frees what is to be freed; not under the lock.
    pub(super) fn free(&mut self) {
        for (id, retired) in self.retired.drain(..) {
            drop(retired);
            id.into_iter().for_each(|id| self.events.push(PortEvent::Unloaded(id)));
        }
    }

    /// Appends what another one has to say.
    pub(super) fn append(&mut self, mut other: Self) {
        self.retired.append(&mut other.retired);
        while let Some(event) = other.events.pop() {
            self.events.push(event);
        }
    }

    /// Whether there is nothing to free and nothing to say.
    pub(super) fn is_empty(&self) -> bool {
        self.retired.is_empty() && self.events.0.is_empty()
    }
}
