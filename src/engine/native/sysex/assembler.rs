//! Packets of system exclusive messages, put together.

use crate::midi::SysExPacket;
use crate::rt::zeros;

/// The longest message that is kept, without F0 and F7: a bulk dump of a tuning has 408 bytes.
const CAPACITY: usize = 1024;

/// A message on its way in.
#[derive(Debug, Clone)]
pub(in super::super) struct Assembler {
    bytes: Box<[u8]>,
    /// Bytes so far; `None` while no message is open, or one that is too long.
    len: Option<usize>,
    /// Messages that were too long.
    too_long: u64,
}

impl Assembler {
    /// An assembler with all the memory that it will ever need.
    pub(in super::super) fn new() -> Self {
        Self { bytes: zeros(CAPACITY), len: None, too_long: 0 }
    }

    /// Takes a packet; with the last one of a message, the message.
    pub(in super::super) fn push(&mut self, packet: &SysExPacket) -> Option<&[u8]> {
        if packet.is_first() {
            self.len = Some(0);
        }
        let start = self.len?;
        let end = start + packet.bytes().len();
        let Some(room) = self.bytes.get_mut(start..end) else {
            self.len = None;
            self.too_long += 1;
            return None;
        };
        room.copy_from_slice(packet.bytes());
        self.len = Some(end);
        if !packet.is_last() {
            return None;
        }
        self.len = None;
        self.bytes.get(..end)
    }

    /// Messages that were passed over because they were too long.
    pub(in super::super) const fn too_long(&self) -> u64 {
        self.too_long
    }
}

#[cfg(test)]
mod tests;
