//! What a port has to say between calls.

use std::collections::VecDeque;

use super::DownloadId;
use crate::engine::MissingPreset;

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
