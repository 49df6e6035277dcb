//! Brings a port's device back after it was lost.
//!
//! A state machine without a clock: whoever runs the program's loop calls [`Supervisor::poll`] with the
//! time, several times a second. The port stays open throughout, so that what was downloaded, played
//! and queued is still there.
//!
//! ```text
//!   running ──the sink is lost──▶ waiting ──every 500 ms: open, connect──▶ running
//! ```

use std::fmt;

use crate::format::AudioFormat;
use crate::port::{PortError, State, SynthPort, WaveSink};
use crate::time::ReferenceTime;

/// Opens a sink afresh: a new host and a new device, for the old ones remember what was.
///
/// Given is the port's format, which the sink should have if it can.
pub type OpenSink<E> = Box<dyn FnMut(AudioFormat) -> Result<Box<dyn WaveSink>, E> + Send>;

/// Watches over a port's sink.
pub struct Supervisor<E> {
    open: OpenSink<E>,
    state: Watch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Watch {
    Running,
    Waiting { since: ReferenceTime, next_try: ReferenceTime },
}

/// What a poll found or did.
#[derive(Debug)]
#[non_exhaustive]
pub enum Supervised<E> {
    /// The device is lost; the port is inactive from here on.
    Lost,
    /// The port plays again, after this long.
    Recovered {
        /// From the loss to now.
        after: ReferenceTime,
    },
    /// A device is there, but it has another format than the port, which has to be opened anew for it.
    OtherFormat {
        /// The port's.
        port: AudioFormat,
        /// The device's.
        sink: AudioFormat,
    },
    /// There is still no device.
    StillLost(E),
    /// There is a device, but the port could not be connected.
    Refused(PortError),
}

/// The time between two tries.
const RETRY: ReferenceTime = ReferenceTime::from_millis(500);

impl<E> Supervisor<E> {
    /// A supervisor for a port with a sink connected, which opens others by `open`.
    pub fn new(open: OpenSink<E>) -> Self {
        Self { open, state: Watch::Running }
    }

    /// Whether the device is lost.
    pub const fn is_waiting(&self) -> bool {
        matches!(self.state, Watch::Waiting { .. })
    }

    /// Looks after `port`, and says what has changed.
    ///
    /// Takes as long as it takes to stop or open a device; nothing when all is well.
    pub fn poll(&mut self, port: &SynthPort, now: ReferenceTime) -> Option<Supervised<E>> {
        match self.state {
            Watch::Running if port.sink_lost() => {
                // The sink lets go of the device; another one will take its place.
                drop(port.deactivate());
                self.state = Watch::Waiting { since: now, next_try: now };
                Some(Supervised::Lost)
            }
            Watch::Waiting { since, next_try } if now >= next_try => {
                let found = self.reconnect(port, since, now);
                self.state = match found {
                    Some(Supervised::Recovered { .. }) | None => Watch::Running,
                    Some(_) => Watch::Waiting { since, next_try: ReferenceTime(now.0 + RETRY.0) },
                };
                found
            }
            _ => None,
        }
    }

    /// Tries to get a device; `None` when the port has been closed or connected by somebody else.
    fn reconnect(
        &mut self,
        port: &SynthPort,
        since: ReferenceTime,
        now: ReferenceTime,
    ) -> Option<Supervised<E>> {
        let format = port.params().ok()?.format();
        if port.state() != State::Inactive {
            return None;
        }
        let sink = match (self.open)(format) {
            Ok(sink) => sink,
            Err(error) => return Some(Supervised::StillLost(error)),
        };
        if sink.format() != format {
            return Some(Supervised::OtherFormat { port: format, sink: sink.format() });
        }
        Some(match port.connect(sink) {
            Ok(()) => Supervised::Recovered { after: ReferenceTime(now.0 - since.0) },
            Err(error) => Supervised::Refused(error),
        })
    }
}

#[cfg(feature = "audio")]
impl Supervisor<super::DeviceError> {
    /// A supervisor that opens audio devices as `request` says, at the port's rate where possible.
    pub fn for_audio(request: super::OutputRequest) -> Self {
        Self::new(Box::new(move |format| {
            let request = super::OutputRequest {
                sample_rate: Some(format.sample_rate.hz()),
                audio_channels: Some(format.audio_channels),
                ..request.clone()
            };
            Ok(Box::new(super::CpalSink::open(&request)?))
        }))
    }
}

impl<E> fmt::Debug for Supervisor<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervisor").field("state", &self.state).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
