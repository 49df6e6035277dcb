//! What can be wrong with an audio device.

use std::fmt;

use crate::io::refusal::{Listed, Refusal};

/// An output that could not be opened or started. Nothing is held of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// No host had an output that works.
    #[error("no audio output works ({})", Listed(tried, "; "))]
    NoOutput {
        /// Every host that was tried, and why it refused.
        tried: Vec<Refusal>,
    },
    /// The host has no such output.
    #[error("{host} has no output named `{wanted}`; it has: {}", Listed(offered, ", "))]
    UnknownOutput {
        /// The host.
        host: String,
        /// What was asked for.
        wanted: String,
        /// The names that it has.
        offered: Vec<String>,
    },
    /// This build has no such host.
    #[error("unknown audio host `{got}`, expected auto, {}", Listed(known, ", "))]
    UnknownHost {
        /// What was asked for.
        got: String,
        /// The hosts of this build.
        known: Vec<String>,
    },
    /// A host does not answer.
    #[error("{host} is not available: {reason}")]
    Host {
        /// The host.
        host: String,
        /// What it said.
        reason: String,
        /// What kind of trouble that is.
        fault: Fault,
    },
    /// A device refused.
    #[error("{host}, {device}: cannot {step}: {reason}")]
    Device {
        /// The host.
        host: String,
        /// The device.
        device: String,
        /// What was being done.
        step: Step,
        /// What it said.
        reason: String,
        /// What kind of trouble that is.
        fault: Fault,
    },
}

impl DeviceError {
    /// What the user can do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NoOutput { .. } => {
                "connect or switch on a sound card or start a sound server, or render to a file"
            }
            Self::UnknownOutput { .. } => "choose one of the outputs listed",
            Self::UnknownHost { .. } => "choose one of the hosts listed",
            Self::Host { fault, .. } | Self::Device { fault, .. } => fault.remedy(),
        }
    }
}

/// What is done with a device, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Ask what formats it has.
    ReadFormats,
    /// Find one among them that we can give.
    AgreeOnFormat,
    /// Open a stream.
    OpenStream,
    /// Start the stream.
    Start,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReadFormats => "read its formats",
            Self::AgreeOnFormat => "agree on a format",
            Self::OpenStream => "open a stream",
            Self::Start => "start the stream",
        })
    }
}

/// The kinds of trouble with a host or device, by what mends them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The host's library reports something that has no kind of its own.
    Backend,
    /// Another program has the device.
    Busy,
    /// The user may not use the device.
    Denied,
    /// The device has none of the formats that we can give, or not the one asked for.
    Format,
    /// The host's server does not run or its library is not installed.
    HostDown,
    /// There is no such device, or no longer.
    Missing,
}

impl Fault {
    /// What the user can do about it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Backend => "try again, another device or another host",
            Self::Busy => "close the program that uses the device, or choose another device",
            Self::Denied => "allow the user to use sound, on Linux by the group `audio`",
            Self::Format => "ask for no rate or block size, or choose another device",
            Self::HostDown => "start the sound server, or choose another host",
            Self::Missing => "connect or switch on the device, or choose another one",
        }
    }
}

impl From<cpal::ErrorKind> for Fault {
    fn from(kind: cpal::ErrorKind) -> Self {
        use cpal::ErrorKind as Kind;
        match kind {
            Kind::DeviceBusy | Kind::ResourceExhausted => Self::Busy,
            Kind::DeviceNotAvailable | Kind::StreamInvalidated | Kind::DeviceChanged => {
                Self::Missing
            }
            Kind::HostUnavailable => Self::HostDown,
            Kind::PermissionDenied | Kind::RealtimeDenied => Self::Denied,
            Kind::UnsupportedConfig | Kind::UnsupportedOperation | Kind::InvalidInput => {
                Self::Format
            }
            _ => Self::Backend,
        }
    }
}
