//! Instruments that are downloaded when a performance asks for them.
//!
//! A keyboard may choose any program at any time. Its instrument is read by a thread of its own, never by the
//! audio thread. A note that comes before its waves are there plays what the engine puts in the place of a
//! missing preset, or nothing; notes from then on play the instrument.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::bank::{PatchNumber, Stack};
use crate::engine::MissingPreset;
use crate::port::{PortError, PortEvent, SynthPort};

/// How often the port is asked what is missing: sooner than a hand gets from a button to a key.
const PERIOD: Duration = Duration::from_millis(5);

/// Downloads what a port reports as missing, for as long as this lives.
///
/// It polls the port's events, so nobody else should.
#[derive(Debug)]
pub struct OnDemand {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl OnDemand {
    /// Downloads the first instrument and the first drum kit to `port` now, and others as they are asked for.
    ///
    /// `failed` is told, on the thread that downloads, what could not be.
    ///
    /// # Errors
    ///
    /// [`PortError`] when those two cannot be downloaded.
    pub fn start(
        port: Arc<SynthPort>,
        stack: Stack,
        failed: impl Fn(PatchNumber, PortError) + Send + 'static,
    ) -> Result<Self, PortError> {
        for first in [PatchNumber::melodic(0), PatchNumber::percussion(0)] {
            if let Some(Err(error)) = bring(&port, &stack, first) {
                return Err(error);
            }
        }
        let (stop, stopped) = channel();
        let thread = thread::spawn(move || {
            while stopped.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                while let Some(event) = port.poll_event() {
                    if let PortEvent::MissingPreset(missing) = event
                        && let Some((patch, Err(error))) = serve(&port, &stack, &missing)
                    {
                        failed(patch, error);
                    }
                }
            }
        });
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for OnDemand {
    fn drop(&mut self) {
        drop(self.stop.take());
        // It ends with its next look at the channel; a panic in it has been printed.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Downloads the best of what is wanted that the banks have; what came of it.
fn serve(
    port: &SynthPort,
    stack: &Stack,
    missing: &MissingPreset,
) -> Option<(PatchNumber, Result<(), PortError>)> {
    let wanted = missing.wanted.iter().flatten();
    wanted.copied().find_map(|patch| Some((patch, bring(port, stack, patch)?)))
}

/// Downloads a preset unless it is there; nothing when the banks do not have it.
fn bring(port: &SynthPort, stack: &Stack, patch: PatchNumber) -> Option<Result<(), PortError>> {
    Some(match port.download_presets(vec![stack.find(patch)?]) {
        Ok(_) | Err(PortError::AlreadyDownloaded { .. }) => Ok(()),
        Err(error) => Err(error),
    })
}

#[cfg(test)]
mod tests;
