//! The wave sink on an audio device.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, Stream, StreamConfig};
use rtrb::Producer;

use crate::format::AudioFormat;
use crate::io::clock;
use crate::io::give_up::{GivingUp, give_up};
use crate::io::quiet::Hush;
use crate::io::refusal::Refusal;
use crate::io::wait::wait_for;
use crate::port::{Renderer, SinkError, SinkStatus, WaveSink};
use crate::rt::Gate;
use crate::time::SampleRate;

use super::choice::{Choice, Wish, choose};
use super::host::{AudioHost, HostChoice, HostInUse, Names, OpenHost, OutputRequest, auto_order};
use super::pull::{Callback, Pull};
use super::vitals::Vitals;
use super::{DeviceError, Fault, Step};

/// Plays a port on an audio device.
///
/// Opening it opens the device, paused, so that what is wrong is known before a port is connected;
/// the port then has to be opened with the sink's [format](WaveSink::format). Stopping it gives the device
/// back; it is opened again by the next start.
///
/// # Thread
///
/// Control threads. The device's own thread pulls.
pub struct CpalSink {
    host: OpenHost,
    device: cpal::Device,
    names: Names,
    choice: Choice,
    format: AudioFormat,
    stream: Option<Open>,
    /// Of the last stream that was started; shows what it came to.
    vitals: Arc<Vitals>,
    /// A stream that is still being closed.
    closing: Option<GivingUp>,
}

/// A device's stream.
///
/// INVARIANT: the stream is closed before its use of the host ends.
struct Open {
    stream: (Stream, HostInUse),
    gate: Arc<Gate<Pull>>,
    give: Producer<Renderer>,
    vitals: Arc<Vitals>,
    started: bool,
}

/// How long a render may take to leave the gate.
const RENDER_PATIENCE: Duration = Duration::from_millis(25);
/// How long what was rendered may take to be played.
const DRAIN_PATIENCE: Duration = Duration::from_millis(45);
/// How long the host may take to close the stream before that is left to a thread.
const CLOSE_PATIENCE: Duration = Duration::from_millis(25);
/// How long a start waits for the stream before to be closed.
const REOPEN_PATIENCE: Duration = Duration::from_secs(2);
/// How long a host may take to open a stream, where it can be told.
const OPEN_PATIENCE: Duration = Duration::from_secs(5);

impl CpalSink {
    /// Opens the output that is asked for, or the best one.
    ///
    /// # Errors
    ///
    /// [`DeviceError::NoOutput`] with the reason of every host when several were tried; the host's or
    /// device's own error when only one came into question.
    pub fn open(request: &OutputRequest) -> Result<Self, DeviceError> {
        let hosts = match request.host {
            HostChoice::Only(host) => vec![host],
            HostChoice::Auto => auto_order(),
        };
        let mut failed = Vec::new();
        for host in hosts {
            match Self::open_on(host, request) {
                Ok(sink) => return Ok(sink),
                Err(error) => failed.push((host, error)),
            }
        }
        if failed.len() == 1
            && let Some((_, error)) = failed.pop()
        {
            return Err(error);
        }
        let refusal = |(host, error): (AudioHost, DeviceError)| Refusal {
            name: host.to_string(),
            reason: match error {
                DeviceError::Host { reason, .. } => reason,
                other => other.to_string(),
            },
        };
        Err(DeviceError::NoOutput { tried: failed.into_iter().map(refusal).collect() })
    }

    fn open_on(host: AudioHost, request: &OutputRequest) -> Result<Self, DeviceError> {
        let host = OpenHost::new(host)?;
        let device = host.find(request.device.as_deref())?;
        let names = Names::of(&device);
        let offered = host.formats(&device)?;
        let wish = Wish {
            sample_rate: request.sample_rate,
            block_frames: request.block_frames,
            host_sets_block: host.host.is_server(),
        };
        let agreed = choose(&offered, wish)
            .and_then(|choice| Some((choice, SampleRate::new(choice.sample_rate)?)));
        let (choice, sample_rate) = agreed.ok_or_else(|| DeviceError::Device {
            host: host.host.to_string(),
            device: names.id.clone(),
            step: Step::AgreeOnFormat,
            reason: "it has no linear PCM of 16 bits or more".to_owned(),
            fault: Fault::Format,
        })?;
        let audio_channels = request.audio_channels.unwrap_or(2).clamp(1, 2);
        let mut sink = Self {
            host,
            device,
            names,
            choice,
            format: AudioFormat { sample_rate, audio_channels },
            stream: None,
            vitals: Arc::default(),
            closing: None,
        };
        sink.stream = Some(sink.open_stream()?);
        Ok(sink)
    }

    /// The host that it plays on.
    pub fn host(&self) -> AudioHost {
        self.host.host
    }

    /// The device's identifier, by which it can be opened again.
    pub fn device_id(&self) -> &str {
        &self.names.id
    }

    /// The device's name for people.
    pub fn device_name(&self) -> &str {
        &self.names.name
    }

    /// Frames in a block, by the host's own estimate; while a stream is open.
    pub fn block_frames(&self) -> Option<u32> {
        self.stream.as_ref()?.stream.0.buffer_size().ok()
    }

    /// Opens a paused stream; a device that does not take the block length gets to choose one.
    fn open_stream(&mut self) -> Result<Open, DeviceError> {
        if let Some(closing) = self.closing.take() {
            closing.wait(REOPEN_PATIENCE);
        }
        match self.open_stream_as(self.choice.block) {
            Err(DeviceError::Device { fault: Fault::Format, .. })
                if self.choice.block != BufferSize::Default =>
            {
                self.open_stream_as(BufferSize::Default)
            }
            result => result,
        }
    }

    fn open_stream_as(&self, buffer_size: BufferSize) -> Result<Open, DeviceError> {
        let Choice { channels, sample_rate, format, .. } = self.choice;
        let rate = self.format.sample_rate;
        let in_use = self.host.host.begin_use()?;
        let clock = in_use.block_clock();
        let (pull, give) = Pull::new(self.format.audio_channels, channels, rate, clock);
        let gate = Arc::new(Gate::new(pull));
        let vitals = Arc::new(Vitals::default());
        let callback = Callback {
            gate: Arc::clone(&gate),
            vitals: Arc::clone(&vitals),
            channels,
            rate,
            keeps_queue: !self.host.host.is_server(),
        };
        let (host, errors) = (self.host.host, Arc::clone(&vitals));
        let hush = Hush::new();
        let stream = self
            .device
            .build_output_stream_raw(
                StreamConfig { channels, sample_rate, buffer_size },
                format,
                move |data, info| callback.run(data, info),
                move |error| report(host, &errors, &error),
                self.host.host.is_server().then_some(OPEN_PATIENCE),
            )
            .map_err(|error| self.host.error(&self.names.id, Step::OpenStream, &error, &hush))?;
        Ok(Open { stream: (stream, in_use), gate, give, vitals, started: false })
    }

    fn start_stream(&mut self, renderer: Renderer) -> Result<(), DeviceError> {
        self.quiesce();
        let mut open = match self.stream.take() {
            Some(open) => open,
            None => self.open_stream()?,
        };
        self.vitals = Arc::clone(&open.vitals);
        // The ring of a new stream has room for one.
        let given = open.give.push(renderer);
        debug_assert!(given.is_ok());
        let hush = Hush::new();
        open.stream
            .0
            .play()
            .map_err(|error| self.host.error(&self.names.id, Step::Start, &error, &hush))?;
        open.vitals.start(clock::now());
        open.started = true;
        self.stream = Some(open);
        Ok(())
    }
}

impl WaveSink for CpalSink {
    fn format(&self) -> AudioFormat {
        self.format
    }

    fn start(&mut self, renderer: Renderer) -> Result<(), SinkError> {
        self.start_stream(renderer).map_err(SinkError::new)
    }

    /// Shuts the gate, waits for whoever is inside, lets the device play what it has, and closes it.
    fn quiesce(&mut self) {
        let Some(open) = self.stream.take_if(|open| open.started) else { return };
        self.closing = Some(open.close(self.host.host));
    }

    fn status(&self) -> SinkStatus {
        self.vitals.status(clock::now())
    }
}

impl Drop for CpalSink {
    fn drop(&mut self) {
        if let Some(open) = self.stream.take() {
            open.close(self.host.host);
        }
    }
}

impl Open {
    fn close(self, host: AudioHost) -> GivingUp {
        self.gate.shut();
        let pull = wait_for(RENDER_PATIENCE, || self.gate.take());
        let has_left = pull.is_some();
        // The renderer goes here, not on the audio thread.
        drop(pull);
        if self.started && has_left && !self.vitals.is_lost(clock::now()) {
            wait_for(DRAIN_PATIENCE, || self.vitals.has_drained().then_some(()));
        }
        let parting = Parting { host, gate: self.gate, has_left, _stream: self.stream };
        let closing = give_up(parting);
        closing.wait(CLOSE_PATIENCE);
        closing
    }
}

/// A stream on its way out.
struct Parting {
    host: AudioHost,
    gate: Arc<Gate<Pull>>,
    has_left: bool,
    /// Dropped after [`Drop::drop`] of the whole.
    _stream: (Stream, HostInUse),
}

impl Drop for Parting {
    /// Waits, however long, for a render that is still inside, and for who tells of a server's end.
    ///
    /// JACK ends its threads by cancelling them. That would unwind through the render or through who
    /// tells, which ends the process.
    fn drop(&mut self) {
        while !self.has_left {
            self.has_left = wait_for(RENDER_PATIENCE, || self.gate.take()).is_some();
        }
        self.host.let_callbacks_end();
    }
}

/// Takes note of what a host says about a running stream.
///
/// Hosts may say so as fast as they can; most of it means nothing by itself. See [`Vitals`].
fn report(host: AudioHost, vitals: &Vitals, error: &cpal::Error) {
    match error.kind() {
        ErrorKind::Xrun => vitals.underrun(),
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => {
            host.died();
            vitals.gone();
        }
        ErrorKind::StreamInvalidated => vitals.gone(),
        _ => {}
    }
}

impl fmt::Debug for CpalSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("CpalSink");
        debug.field("names", &self.names).field("choice", &self.choice);
        debug.finish_non_exhaustive()
    }
}
