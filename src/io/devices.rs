//! What devices there are, what is chosen by default, and what is wrong.
//!
//! A snapshot as plain data, for printing. Only default outputs are opened to read their formats:
//! opening every device of ALSA takes long and disturbs some of them.

use serde::Serialize;

/// Everything that can be played on or listened to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Devices {
    /// The audio hosts of this build, in the order in which `auto` tries them.
    pub audio: Vec<AudioHostReport>,
    /// The MIDI systems of this build, in the order in which they are preferred.
    pub midi: Vec<MidiSystemReport>,
}

/// An audio host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AudioHostReport {
    /// Its name, as it is chosen by.
    pub host: String,
    /// Whether `auto` comes to this one: the first whose default output works.
    pub is_default: bool,
    /// Its outputs.
    pub outputs: Vec<AudioOutputReport>,
    /// Why it, or its default output, cannot be used.
    pub problem: Option<Problem>,
}

/// An audio output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AudioOutputReport {
    /// What it is chosen by.
    pub id: String,
    /// For people.
    pub name: String,
    /// Whether it is its host's default.
    pub is_default: bool,
    /// What it takes; known of default outputs that work.
    pub formats: Option<OutputFormats>,
}

/// What an output takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OutputFormats {
    /// The least and most frames per second.
    pub sample_rate: (u32, u32),
    /// The most audio channels.
    pub audio_channels: u16,
    /// How data points are stored, as `f32` or `i16`.
    pub sample_formats: Vec<String>,
    /// The least and most frames in a block, if the host says.
    pub block_frames: Option<(u32, u32)>,
}

/// A MIDI system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MidiSystemReport {
    /// Its name.
    pub system: String,
    /// What can be listened to.
    pub inputs: Vec<MidiPortReport>,
    /// What can be played on.
    pub outputs: Vec<MidiPortReport>,
    /// Why it cannot be used.
    pub problem: Option<Problem>,
}

/// A MIDI port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MidiPortReport {
    /// What the system calls it.
    pub id: String,
    /// For people.
    pub name: String,
}

/// Something that does not work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// What is wrong.
    pub what: String,
    /// What the user can do.
    pub remedy: &'static str,
}

/// Looks at all hosts and systems of this build.
///
/// # Thread
///
/// A control thread; it takes as long as the hosts take to answer.
pub fn devices() -> Devices {
    Devices { audio: audio(), midi: midi() }
}

#[cfg(feature = "audio")]
fn audio() -> Vec<AudioHostReport> {
    let mut reports: Vec<_> = super::audio::auto_order().into_iter().map(audio_host).collect();
    if let Some(first) = reports.iter_mut().find(|report| report.problem.is_none()) {
        first.is_default = true;
    }
    reports
}

#[cfg(not(feature = "audio"))]
const fn audio() -> Vec<AudioHostReport> {
    Vec::new()
}

#[cfg(feature = "audio")]
fn audio_host(host: super::AudioHost) -> AudioHostReport {
    use super::audio::{Names, OpenHost};
    let mut report = AudioHostReport {
        host: host.to_string(),
        is_default: false,
        outputs: Vec::new(),
        problem: None,
    };
    let problem =
        |error: super::DeviceError| Problem { what: error.to_string(), remedy: error.remedy() };
    let opened = OpenHost::new(host).and_then(|host| Ok((host.default_output()?, host)));
    let (default, host) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            report.problem = Some(problem(error));
            return report;
        }
    };
    let default_names = Names::of(&default);
    let formats = match host.formats(&default) {
        Ok(ranges) => summary(&ranges),
        Err(error) => {
            report.problem = Some(problem(error));
            None
        }
    };
    let others = host.outputs().unwrap_or_default();
    let others = others.iter().map(Names::of).filter(|names| names.id != default_names.id);
    let output = |names: Names, is_default, formats| AudioOutputReport {
        id: names.id,
        name: names.name,
        is_default,
        formats,
    };
    report.outputs.push(output(default_names.clone(), true, formats));
    report.outputs.extend(others.map(|names| output(names, false, None)));
    report
}

#[cfg(feature = "audio")]
fn summary(ranges: &[super::audio::Range]) -> Option<OutputFormats> {
    let mut sample_formats = Vec::new();
    for range in ranges {
        let name = range.format.to_string();
        if !sample_formats.contains(&name) {
            sample_formats.push(name);
        }
    }
    let lowest = ranges.iter().map(|range| range.rates.0).min()?;
    let highest = ranges.iter().map(|range| range.rates.1).max()?;
    let blocks = || ranges.iter().filter_map(|range| range.blocks);
    Some(OutputFormats {
        sample_rate: (lowest, highest),
        audio_channels: ranges.iter().map(|range| range.channels).max()?,
        sample_formats,
        block_frames: blocks().map(|(min, _)| min).min().zip(blocks().map(|(_, max)| max).max()),
    })
}

#[cfg(any(feature = "midi", feature = "jack"))]
fn midi() -> Vec<MidiSystemReport> {
    use super::midi_input::{MidiSystemName, list};
    let port = |(id, name)| MidiPortReport { id, name };
    let report = |system: MidiSystemName| match list(system) {
        Ok(ports) => MidiSystemReport {
            system: system.to_string(),
            inputs: ports.inputs.into_iter().map(port).collect(),
            outputs: ports.outputs.into_iter().map(port).collect(),
            problem: None,
        },
        Err(error) => MidiSystemReport {
            system: system.to_string(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            problem: Some(Problem { what: error.to_string(), remedy: error.remedy() }),
        },
    };
    MidiSystemName::all().map(report).collect()
}

#[cfg(not(any(feature = "midi", feature = "jack")))]
const fn midi() -> Vec<MidiSystemReport> {
    Vec::new()
}
