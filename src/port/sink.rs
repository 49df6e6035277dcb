//! Where a port's audio goes.

use std::error::Error;

use crate::format::AudioFormat;

use super::Renderer;

/// Takes a port's audio and sets its pace.
///
/// A device, a file, a test: whoever calls [`Renderer::render_interleaved`] at the right moments. The
/// port starts it with a renderer and stops it before it frees what the renderer reads.
///
/// # Thread
///
/// Control threads. The renderer goes to whichever thread the sink pulls from.
pub trait WaveSink: Send {
    /// What it takes. The same for as long as it is connected.
    fn format(&self) -> AudioFormat;

    /// Begins to pull from `renderer`.
    ///
    /// # Errors
    ///
    /// What keeps it from running; the renderer is dropped then.
    fn start(&mut self, renderer: Renderer) -> Result<(), SinkError>;

    /// Stops pulling and drops the renderer.
    ///
    /// Returns when no render runs and none will begin, by acknowledgement or, when the device does not
    /// answer, by giving the stream up; within 100 ms in any case. Does nothing when not started.
    /// Afterwards it can be started again.
    fn quiesce(&mut self);

    /// Why it stopped without being told to, if it did and knows.
    fn fault(&self) -> Option<SinkError> {
        None
    }

    /// How it is doing. May not call the port, which waits for the answer.
    fn status(&self) -> SinkStatus {
        SinkStatus::default()
    }
}

/// How a sink is doing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SinkStatus {
    /// Times that it had no data in time.
    pub underruns: u64,
    /// Time spent rendering as a share of the time there was, if it measures that; 1.0 is too slow.
    pub load: Option<f32>,
    /// Whether it has stopped pulling without being told to: its device is gone, its disk is full.
    pub lost: bool,
}

/// Why a sink did not start.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SinkError(Box<dyn Error + Send + Sync>);

impl SinkError {
    /// Wraps the sink's own error.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}
