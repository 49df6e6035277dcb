//! Audio formats, and data points as the bytes of a format.
//!
//! Not a codec: only linear PCM, which needs no state but its dither. Coded formats belong to `codec`.

mod pcm;

pub use pcm::PcmEncoder;

use std::fmt;
use std::str::FromStr;

use crate::time::SampleRate;

/// What a stream of audio looks like: rate and number of channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AudioFormat {
    /// Frames per second.
    pub sample_rate: SampleRate,
    /// Data points per frame.
    pub audio_channels: u16,
}

/// How one data point is stored, little endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SampleFormat {
    /// Signed 16-bit integer.
    S16,
    /// Signed 24-bit integer in three bytes.
    S24,
    /// 32-bit floating point, full scale at ±1.0.
    F32,
}

impl SampleFormat {
    /// Bytes of one data point.
    pub const fn bytes(self) -> u16 {
        match self {
            Self::S16 => 2,
            Self::S24 => 3,
            Self::F32 => 4,
        }
    }
}

impl fmt::Display for SampleFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::S16 => "s16",
            Self::S24 => "s24",
            Self::F32 => "f32",
        })
    }
}

impl FromStr for SampleFormat {
    type Err = UnknownSampleFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "s16" => Ok(Self::S16),
            "s24" => Ok(Self::S24),
            "f32" => Ok(Self::F32),
            _ => Err(UnknownSampleFormat),
        }
    }
}

/// A sample format that this crate does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown sample format, expected s16, s24 or f32")]
pub struct UnknownSampleFormat;
