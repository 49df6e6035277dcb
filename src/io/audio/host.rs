//! Audio hosts by name, and the search for an output.

use std::fmt;
use std::str::FromStr;
#[cfg(feature = "jack")]
use std::sync::Arc;

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{Device, DeviceDirection, HostId};

#[cfg(feature = "jack")]
use crate::io::jack_server;
use crate::io::quiet::Hush;

use super::block_clock::BlockClock;
use super::choice::{Range, ranges};
use super::{DeviceError, Fault, Step};

/// A system of audio devices that this build can use: `alsa`, `jack`, `coreaudio`, `wasapi`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AudioHost(HostId);

impl AudioHost {
    /// The hosts of this build. That one is listed does not mean that its server runs.
    pub fn all() -> impl Iterator<Item = Self> {
        cpal::ALL_HOSTS.iter().copied().map(Self)
    }

    /// Whether this is JACK, which alone sets rate and block length, and plays what it was given
    /// whether or not we are still there.
    pub(super) fn is_server(self) -> bool {
        self.to_string() == JACK
    }

    /// Begins to use the host for as long as the result lives.
    pub(super) fn begin_use(self) -> Result<HostInUse, DeviceError> {
        #[cfg(feature = "jack")]
        if self.is_server() {
            let client = jack_server::client("portative-clock");
            let client = client.map_err(|error| self.refused(&error))?;
            return Ok(HostInUse { jack: Some(Arc::new(client)) });
        }
        Ok(HostInUse::default())
    }

    /// Waits, if the host has died, until its threads have left their callbacks.
    pub(super) fn let_callbacks_end(self) {
        #[cfg(feature = "jack")]
        if self.is_server() {
            jack_server::let_callbacks_end();
        }
    }

    /// Takes note that the host says that it has died.
    pub(super) fn died(self) {
        #[cfg(feature = "jack")]
        if self.is_server() {
            jack_server::died();
        }
    }

    #[cfg(feature = "jack")]
    fn refused(self, error: &jack_server::NoJack) -> DeviceError {
        DeviceError::Host {
            host: self.to_string(),
            reason: error.to_string(),
            fault: Fault::HostDown,
        }
    }
}

/// The name of the host that needs care of its own.
const JACK: &str = "jack";

/// A use of a host. Dropping it can take its time where the host is a server.
#[derive(Debug, Default)]
pub(super) struct HostInUse {
    #[cfg(feature = "jack")]
    jack: Option<Arc<jack_server::CountedClient>>,
}

impl HostInUse {
    /// The clock of the host's blocks.
    pub(super) fn block_clock(&self) -> BlockClock {
        #[cfg(feature = "jack")]
        if let Some(client) = &self.jack {
            return BlockClock::jack(Arc::clone(client));
        }
        BlockClock::WakeUp
    }
}

impl fmt::Display for AudioHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_string().to_ascii_lowercase())
    }
}

/// Which host is to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum HostChoice {
    /// JACK when a server runs that drives a sound card, else the system's own host, else any.
    ///
    /// Somebody who runs a JACK server wants to hear this program through it, and the card is often
    /// taken by it. A server without playback ports of the usual names (PipeWire's, say) is left
    /// alone: an output there would be connected to nothing.
    #[default]
    Auto,
    /// This one.
    Only(AudioHost),
}

impl fmt::Display for HostChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Only(host) => host.fmt(f),
        }
    }
}

impl FromStr for HostChoice {
    type Err = DeviceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        let host = AudioHost::all().find(|host| host.to_string() == text);
        host.map(Self::Only).ok_or_else(|| DeviceError::UnknownHost {
            got: text.to_owned(),
            known: AudioHost::all().map(|host| host.to_string()).collect(),
        })
    }
}

/// What is wanted of an audio output. What was got is in the sink.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutputRequest {
    /// Where to look.
    pub host: HostChoice,
    /// An identifier as in [`devices`](crate::io::devices), or any part of a name, in whatever case;
    /// the default output when not given.
    pub device: Option<String>,
    /// Frames per second. Another rate is taken when the device has not this one.
    pub sample_rate: Option<u32>,
    /// Audio channels of the port, 1 or 2; 2 when not given. The device may have more or fewer.
    pub audio_channels: Option<u16>,
    /// Frames in a block. The nearest length that the device has is taken; on JACK, the server's.
    pub block_frames: Option<u32>,
}

/// The hosts in the order in which `auto` tries them.
pub(crate) fn auto_order() -> Vec<AudioHost> {
    let default = cpal::default_host().id();
    let mut order: Vec<_> = AudioHost::all().filter(|host| !host.is_server()).collect();
    order.sort_by_key(|host| host.0 != default);
    if let Some(jack) = AudioHost::all().find(|host| host.is_server()) {
        let place = if jack_drives_a_card() { 0 } else { order.len() };
        order.insert(place, jack);
    }
    order
}

#[cfg(feature = "jack")]
fn jack_drives_a_card() -> bool {
    jack_server::probe().is_ok_and(|server| server.has_playback)
}

#[cfg(not(feature = "jack"))]
const fn jack_drives_a_card() -> bool {
    false
}

/// A host that answers. It knows the devices of the moment when it was opened.
pub(crate) struct OpenHost {
    pub(crate) host: AudioHost,
    inner: cpal::Host,
}

impl OpenHost {
    /// Opens `host` afresh.
    pub(crate) fn new(host: AudioHost) -> Result<Self, DeviceError> {
        // Said better than cpal does, whose host is there but has no devices.
        #[cfg(feature = "jack")]
        if host.is_server() {
            jack_server::probe().map_err(|error| host.refused(&error))?;
        }
        let hush = Hush::new();
        let inner = cpal::host_from_id(host.0).map_err(|error| DeviceError::Host {
            host: host.to_string(),
            reason: hush.cause().unwrap_or_else(|| error.to_string()),
            fault: error.kind().into(),
        })?;
        Ok(Self { host, inner })
    }

    /// The default output, if the host has any.
    pub(crate) fn default_output(&self) -> Result<Device, DeviceError> {
        self.inner.default_output_device().ok_or_else(|| DeviceError::Host {
            host: self.host.to_string(),
            reason: "it has no outputs".to_owned(),
            fault: Fault::Missing,
        })
    }

    /// All outputs; what cannot be asked is left out.
    pub(crate) fn outputs(&self) -> Result<Vec<Device>, DeviceError> {
        let hush = Hush::new();
        let outputs = self.inner.output_devices().map_err(|error| DeviceError::Host {
            host: self.host.to_string(),
            reason: hush.cause().unwrap_or_else(|| error.to_string()),
            fault: error.kind().into(),
        })?;
        // JACK lists what it takes in as well.
        let is_output = |device: &Device| {
            device.description().map_or(true, |about| about.direction() != DeviceDirection::Input)
        };
        Ok(outputs.filter(is_output).collect())
    }

    /// What `device` offers.
    pub(crate) fn formats(&self, device: &Device) -> Result<Vec<Range>, DeviceError> {
        let hush = Hush::new();
        let offered = device.supported_output_configs();
        offered
            .map(ranges)
            .map_err(|error| self.error(&Names::of(device).id, Step::ReadFormats, &error, &hush))
    }

    /// The output that `wanted` names, or the default one.
    pub(super) fn find(&self, wanted: Option<&str>) -> Result<Device, DeviceError> {
        let Some(wanted) = wanted else { return self.default_output() };
        let mut outputs = self.outputs()?;
        let names: Vec<_> = outputs.iter().map(Names::of).collect();
        match pick(&names, wanted) {
            Some(index) => Ok(outputs.swap_remove(index)),
            None => Err(DeviceError::UnknownOutput {
                host: self.host.to_string(),
                wanted: wanted.to_owned(),
                offered: names.into_iter().map(|names| names.id).collect(),
            }),
        }
    }

    /// An error of one of this host's devices, in the host's words or those of its library.
    pub(super) fn error(
        &self,
        device: &str,
        step: Step,
        error: &cpal::Error,
        hush: &Hush,
    ) -> DeviceError {
        DeviceError::Device {
            host: self.host.to_string(),
            device: device.to_owned(),
            step,
            reason: hush.cause().unwrap_or_else(|| error.to_string()),
            fault: error.kind().into(),
        }
    }
}

/// What a device is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Names {
    /// With its host, as `alsa:default`.
    pub(crate) id: String,
    /// For people.
    pub(crate) name: String,
}

impl Names {
    pub(crate) fn of(device: &Device) -> Self {
        let id = device.id().map(|id| id.to_string()).unwrap_or_default();
        let name = device.description().map(|about| about.name().to_owned()).unwrap_or_default();
        let name = if name.is_empty() { id.clone() } else { name };
        Self { id, name }
    }
}

/// The device that `wanted` names: by its whole identifier or name, else by a part of either.
///
/// ALSA has many devices for one card; among those that a part names, one that converts formats is
/// better than the bare hardware.
fn pick(names: &[Names], wanted: &str) -> Option<usize> {
    let exact = names.iter().position(|device| {
        device.id == wanted
            || device.name == wanted
            || device.id.split_once(':').is_some_and(|(_, id)| id == wanted)
    });
    let wanted = wanted.to_lowercase();
    let part = |device: &Names| {
        device.id.to_lowercase().contains(&wanted) || device.name.to_lowercase().contains(&wanted)
    };
    exact.or_else(|| {
        let parts = names.iter().enumerate().filter(|(_, device)| part(device));
        parts.min_by_key(|(_, device)| convenience(&device.id)).map(|(index, _)| index)
    })
}

fn convenience(id: &str) -> usize {
    const ORDER: [&str; 4] = ["alsa:default", "alsa:sysdefault", "alsa:plughw", "alsa:front"];
    let rank = ORDER.iter().position(|prefix| id.starts_with(prefix)).unwrap_or(ORDER.len());
    rank + usize::from(id.starts_with("alsa:hw"))
}

#[cfg(test)]
mod tests;
