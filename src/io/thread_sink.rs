//! Sinks that need no device: a thread that pulls audio and drops it or writes it to a WAVE file.
//!
//! Their pace is real time, or a [`VirtualClock`] that whoever feeds the port advances: as fast as the
//! machine can, and never past what has been fed.

use std::fmt;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};

use crate::format::{AudioFormat, PcmEncoder};
use crate::port::{Renderer, SinkError, SinkStatus, WaveSink};
use crate::time::SampleTime;

use super::file::{FileError, create_in_place};
use super::wave_file::WaveWriter;

/// Frames pulled at once.
const BLOCK: usize = 512;
/// How long stopping waits for a block to be written.
const PATIENCE: Duration = Duration::from_millis(100);

/// What makes a sink's time pass.
#[derive(Debug, Clone)]
pub enum Pace {
    /// The wall clock.
    RealTime,
    /// A clock that somebody else advances.
    Virtual(VirtualClock),
}

/// A clock that stands still until it is told how far it may go.
#[derive(Debug, Clone, Default)]
pub struct VirtualClock(Arc<(Mutex<SampleTime>, Condvar)>);

impl VirtualClock {
    /// Lets time pass up to the frame before `time`, and plays what is due at the frame reached.
    pub fn advance_to(&self, time: SampleTime) {
        let (allowed, changed) = &*self.0;
        let mut allowed = allowed.lock().unwrap_or_else(PoisonError::into_inner);
        *allowed = time.max(*allowed);
        changed.notify_all();
    }

    /// Waits a while for frames after `position`; how many there are.
    fn frames_after(&self, position: SampleTime, patience: Duration) -> u64 {
        let (allowed, changed) = &*self.0;
        let mut allowed = allowed.lock().unwrap_or_else(PoisonError::into_inner);
        if *allowed <= position {
            let waited = changed.wait_timeout(allowed, patience);
            allowed = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        allowed.saturating_since(position)
    }
}

/// A sink with a thread of its own.
pub struct ThreadSink {
    format: AudioFormat,
    pace: Pace,
    /// With the sink while it is idle, with the thread while it runs.
    output: Option<Output>,
    running: Option<Running>,
    fault: Arc<Mutex<Option<FileError>>>,
}

/// Where the audio goes.
enum Output {
    Null,
    Wave(Box<WaveWriter<File>>, std::path::PathBuf),
}

struct Running {
    stop: Arc<AtomicBool>,
    lost: Arc<AtomicBool>,
    done: Receiver<Output>,
}

impl ThreadSink {
    /// A sink that drops what it pulls.
    pub fn null(format: AudioFormat, pace: Pace) -> Self {
        Self::new(format, pace, Output::Null)
    }

    /// A sink that records to a WAVE file, which is whole up to the last second at any time.
    ///
    /// # Errors
    ///
    /// [`FileError`] when the file cannot be written.
    pub fn wave(
        path: impl AsRef<Path>,
        format: AudioFormat,
        encoder: PcmEncoder,
        pace: Pace,
    ) -> Result<Self, FileError> {
        let path = path.as_ref();
        let file = create_in_place(path)?;
        let writer = WaveWriter::new(file, format, encoder)
            .and_then(|mut writer| writer.update_header().map(|()| writer))
            .map_err(|error| FileError::write(path, error))?;
        Ok(Self::new(format, pace, Output::Wave(Box::new(writer), path.to_owned())))
    }

    fn new(format: AudioFormat, pace: Pace, output: Output) -> Self {
        Self { format, pace, output: Some(output), running: None, fault: Arc::default() }
    }
}

impl WaveSink for ThreadSink {
    fn format(&self) -> AudioFormat {
        self.format
    }

    fn start(&mut self, renderer: Renderer) -> Result<(), SinkError> {
        self.quiesce();
        let output = self.output.take().ok_or_else(|| SinkError::new("its file is still busy"))?;
        let (send, done) = bounded(1);
        let running = Running { stop: Arc::default(), lost: Arc::default(), done };
        let mut puller = Puller {
            renderer,
            output,
            format: self.format,
            pace: self.pace.clone(),
            stop: Arc::clone(&running.stop),
        };
        let (lost, fault) = (Arc::clone(&running.lost), Arc::clone(&self.fault));
        let pull = move || {
            if let Err(error) = puller.run() {
                *fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                lost.store(true, Ordering::Release);
            }
            drop(puller.renderer);
            let _ = send.send(puller.output);
        };
        thread::Builder::new().name("wave sink".into()).spawn(pull).map_err(SinkError::new)?;
        self.running = Some(running);
        Ok(())
    }

    fn quiesce(&mut self) {
        let Some(running) = self.running.take() else { return };
        running.stop.store(true, Ordering::Release);
        if let Pace::Virtual(VirtualClock(clock)) = &self.pace {
            clock.1.notify_all();
        }
        // A disk that hangs keeps the thread and its file; the port is closed all the same.
        self.output = running.done.recv_timeout(PATIENCE).ok();
    }

    fn fault(&self) -> Option<SinkError> {
        let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        fault.take().map(SinkError::new)
    }

    fn status(&self) -> SinkStatus {
        let lost =
            self.running.as_ref().is_some_and(|running| running.lost.load(Ordering::Acquire));
        SinkStatus { lost, ..SinkStatus::default() }
    }
}

impl Drop for ThreadSink {
    fn drop(&mut self) {
        self.quiesce();
    }
}

impl fmt::Debug for ThreadSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("ThreadSink");
        debug.field("format", &self.format).field("pace", &self.pace).finish_non_exhaustive()
    }
}

/// The thread's side of the sink.
struct Puller {
    renderer: Renderer,
    output: Output,
    format: AudioFormat,
    pace: Pace,
    stop: Arc<AtomicBool>,
}

impl Puller {
    fn run(&mut self) -> Result<(), FileError> {
        let mut block = vec![0.0; BLOCK * usize::from(self.format.audio_channels)];
        let mut frames_to_update = self.format.sample_rate.hz() as usize;
        let pulled = match self.pace.clone() {
            Pace::RealTime => self.pull_in_real_time(&mut block, &mut frames_to_update),
            Pace::Virtual(clock) => self.pull_behind(&clock, &mut block, &mut frames_to_update),
        };
        pulled.and(self.output.update())
    }

    #[expect(clippy::disallowed_methods, reason = "the wall clock is this sink's pace")]
    fn pull_in_real_time(
        &mut self,
        block: &mut [f32],
        to_update: &mut usize,
    ) -> Result<(), FileError> {
        let begin = Instant::now();
        let mut pulled = SampleTime::ZERO;
        while !self.stop.load(Ordering::Acquire) {
            let due = begin + Duration::from_secs_f64(self.seconds(pulled));
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let now = super::clock::now();
            self.renderer.render_interleaved_at(now, block);
            self.output.write(block, self.format, to_update)?;
            pulled = pulled + BLOCK as u64;
        }
        Ok(())
    }

    fn pull_behind(
        &mut self,
        clock: &VirtualClock,
        block: &mut [f32],
        to_update: &mut usize,
    ) -> Result<(), FileError> {
        let channels = usize::from(self.format.audio_channels);
        while !self.stop.load(Ordering::Acquire) {
            let frames = clock.frames_after(self.renderer.position(), PATIENCE / 4);
            let frames = usize::try_from(frames).unwrap_or(usize::MAX).min(BLOCK);
            let out = &mut block[..frames * channels];
            self.renderer.render_interleaved(out);
            self.output.write(out, self.format, to_update)?;
        }
        Ok(())
    }

    fn seconds(&self, time: SampleTime) -> f64 {
        time.to_reference(self.format.sample_rate).as_secs_f64()
    }
}

impl Output {
    /// Writes a block, and the header once a second of audio.
    fn write(
        &mut self,
        block: &[f32],
        format: AudioFormat,
        frames_to_update: &mut usize,
    ) -> Result<(), FileError> {
        let Self::Wave(writer, path) = self else { return Ok(()) };
        writer.write(block).map_err(|error| FileError::write(path, error))?;
        let frames = block.len() / usize::from(format.audio_channels);
        *frames_to_update = frames_to_update.saturating_sub(frames);
        if *frames_to_update == 0 {
            *frames_to_update = format.sample_rate.hz() as usize;
            return self.update();
        }
        Ok(())
    }

    fn update(&mut self) -> Result<(), FileError> {
        let Self::Wave(writer, path) = self else { return Ok(()) };
        writer.update_header().map_err(|error| FileError::write(path, error))
    }
}

#[cfg(test)]
mod tests;
