//! Where audio goes: a device, a WAVE file or nowhere.

use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Result, anyhow, bail};
use portative::format::{AudioFormat, PcmEncoder};
use portative::io::{Config, Pace, ThreadSink, VirtualClock};
use portative::port::{SynthPort, WaveSink};
use portative::time::SampleRate;

#[cfg(feature = "audio")]
use portative::io::{
    CpalSink, DeviceError, HostChoice, OutputRequest, Supervised, Supervisor, clock,
};

/// What `--output` can say.
#[derive(Debug, Clone)]
pub(super) enum OutputName {
    /// An audio device.
    #[cfg(feature = "audio")]
    Device(OutputRequest),
    /// Nowhere.
    Null,
    /// A recording.
    Wave(PathBuf),
}

impl OutputName {
    /// Whether somebody listens, as against reading a file later.
    pub(super) const fn is_heard(&self) -> bool {
        !matches!(self, Self::Wave(_))
    }
}

impl FromStr for OutputName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "null" => Ok(Self::Null),
            Some(("wav", "")) => Err("wav: needs a file name, as in wav:take.wav".into()),
            Some(("wav", path)) => Ok(Self::Wave(path.into())),
            parts => device(parts.map_or(text, |(host, _)| host), parts.map(|(_, device)| device)),
        }
    }
}

impl OutputName {
    /// What was named on the command line, else in the configuration, else the default output.
    pub(super) fn choose(named: Option<Self>, config: &Config) -> Result<Self> {
        let configured = || config.output.as_deref().unwrap_or(DEFAULT).parse();
        named
            .map_or_else(configured, Ok)
            .map_err(|error| anyhow!("output in the configuration: {error}"))
    }
}

/// Where a program with audio devices plays, and one without.
const DEFAULT: &str = if cfg!(feature = "audio") { "auto" } else { "null" };

#[cfg(feature = "audio")]
fn device(host: &str, device: Option<&str>) -> Result<OutputName, String> {
    let host: HostChoice =
        host.parse().map_err(|error: DeviceError| format!("{error}, null or wav:FILE"))?;
    let device = device.map(str::to_owned);
    Ok(OutputName::Device(OutputRequest { host, device, ..OutputRequest::default() }))
}

#[cfg(not(feature = "audio"))]
fn device(host: &str, _: Option<&str>) -> Result<OutputName, String> {
    Err(format!(
        "unknown output `{host}`: this program was built without audio devices; expected null or wav:FILE"
    ))
}

/// An output that is open.
pub(super) struct Output {
    /// The sink, for a port.
    pub(super) sink: Box<dyn WaveSink>,
    /// What is said of it.
    pub(super) description: String,
    /// What keeps it going.
    pub(super) lifeline: Lifeline,
}

/// What an output needs while it plays.
#[derive(Debug)]
pub(super) enum Lifeline {
    /// A device that is brought back when it is lost.
    #[cfg(feature = "audio")]
    Device(Box<Supervisor<DeviceError>>),
    /// A file or nothing, at the pace of this clock, or of the wall clock.
    Thread(Option<VirtualClock>),
}

/// Whose pace a recording has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FilePace {
    /// As fast as it goes.
    Fast,
    /// The wall clock's.
    #[cfg(any(feature = "midi", feature = "jack"))]
    RealTime,
}

impl Output {
    /// Opens the output; what has no rate of its own gets `rate`.
    pub(super) fn open(
        name: &OutputName,
        rate: SampleRate,
        encoder: PcmEncoder,
        file_pace: FilePace,
    ) -> Result<Self> {
        let format = AudioFormat { sample_rate: rate, audio_channels: 2 };
        let clock = (file_pace == FilePace::Fast).then(VirtualClock::default);
        let pace = clock.clone().map_or(Pace::RealTime, Pace::Virtual);
        let (sink, description) = match name {
            #[cfg(feature = "audio")]
            OutputName::Device(request) => return Self::open_device(request),
            OutputName::Null => (ThreadSink::null(format, pace), "nowhere".to_owned()),
            OutputName::Wave(path) => {
                (ThreadSink::wave(path, format, encoder, pace)?, path.display().to_string())
            }
        };
        Ok(Self { sink: Box::new(sink), description, lifeline: Lifeline::Thread(clock) })
    }

    #[cfg(feature = "audio")]
    fn open_device(request: &OutputRequest) -> Result<Self> {
        let sink = CpalSink::open(request).map_err(|error| {
            anyhow!(
                "{error}; {}; `portative render SONG -o song.wav` needs no device",
                error.remedy()
            )
        })?;
        let rate = sink.format().sample_rate.hz();
        let description = format!("{}, {}, {rate} Hz", sink.host(), sink.device_name());
        let supervisor = Box::new(Supervisor::for_audio(request.clone()));
        Ok(Self { sink: Box::new(sink), description, lifeline: Lifeline::Device(supervisor) })
    }
}

impl Lifeline {
    /// The clock to advance, where the output has no pace of its own.
    pub(super) const fn clock(&self) -> Option<&VirtualClock> {
        match self {
            Self::Thread(clock) => clock.as_ref(),
            #[cfg(feature = "audio")]
            Self::Device(_) => None,
        }
    }

    /// Sees whether the output still works, and brings a device back; what is to be said of it.
    pub(super) fn look_after(&mut self, port: &SynthPort) -> Result<Option<&'static str>> {
        match self {
            Self::Thread(_) if port.sink_lost() => bail!("the recording stopped"),
            Self::Thread(_) => Ok(None),
            #[cfg(feature = "audio")]
            Self::Device(supervisor) => match supervisor.poll(port, clock::now()) {
                Some(Supervised::Lost) => Ok(Some("the audio device is gone; waiting for it")),
                Some(Supervised::Recovered { .. }) => Ok(Some("the audio device is back")),
                Some(Supervised::Refused(error)) => Err(error.into()),
                Some(Supervised::OtherFormat { sink, .. }) => bail!(
                    "the audio device came back at {} Hz in {} channels; start again for that",
                    sink.sample_rate.hz(),
                    sink.audio_channels
                ),
                _ => Ok(None),
            },
        }
    }
}
