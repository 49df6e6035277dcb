//! Samples as their headers describe them, made practical.
//!
//! Not their data points: see [`WaveData`](crate::bank::WaveData).
//!
//! Source: SoundFont 2.04 sections 6 and 7.10; SF3 for compressed samples.

use crate::bank::sf2::record::{SampleHeader, sample_type};
use crate::bank::warning::{SampleFault, SampleOddity};
use crate::riff::Span;

/// A recorded waveform with its loop and root key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its name.
    pub name: String,
    /// Where its data lies.
    pub location: SampleLocation,
    /// First data point of the loop, counted from the sample's start; may lie outside, see
    /// [`RegionSample`](crate::bank::RegionSample) for the loop that plays.
    pub loop_start: i64,
    /// One past the last data point of the loop, counted from the sample's start; may lie outside.
    pub loop_end: i64,
    /// Data points per second, [`Sample::RATES`].
    pub rate: u32,
    /// Key of the recorded pitch, 0 to 127; 60 for an unpitched sample.
    pub root_key: u8,
    /// Cents to add to the pitch when it plays.
    pub correction: i8,
    /// Its part in a stereo pair.
    pub channel: SampleChannel,
    /// The sample that plays together with this one; for editors, since both have their own zones.
    pub link: Option<u16>,
    /// Why it cannot play, if so.
    pub fault: Option<SampleFault>,
}

/// Where a sample's data lies in the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleLocation {
    /// Data points of the `smpl` chunk.
    Points {
        /// The first.
        start: u32,
        /// One past the last.
        end: u32,
    },
    /// Bytes of the `smpl` chunk that hold a compressed stream.
    Stream {
        /// The first.
        start: u32,
        /// One past the last.
        end: u32,
    },
    /// Data points in the ROM of a sound module.
    Rom {
        /// The first.
        start: u32,
        /// One past the last.
        end: u32,
    },
}

/// A sample's part in a stereo pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleChannel {
    /// Not part of a pair.
    Mono,
    /// The left half.
    Left,
    /// The right half.
    Right,
    /// One of a circle of samples.
    Linked,
}

impl Sample {
    /// Rates that a sample can have, in hertz.
    ///
    /// SPEC: section 7.10 asks for 400 to 50,000 and for the nearest practical rate otherwise; converters have
    /// reached 768,000 since.
    pub const RATES: std::ops::RangeInclusive<u32> = 400..=768_000;

    /// The rate that stands for 0, in hertz.
    ///
    /// DEVIATION: 0 says nothing, and the nearest practical rate would be absurd; other players use this.
    pub const DEFAULT_RATE: u32 = 44_100;

    /// SPEC: section 7.10 asks for at least this many data points.
    const SHORTEST: u64 = 48;

    /// Data points, as far as they are known without decoding.
    pub fn len(&self) -> Option<u64> {
        match self.location {
            SampleLocation::Points { start, end } | SampleLocation::Rom { start, end } => {
                Some(u64::from(end.saturating_sub(start)))
            }
            SampleLocation::Stream { .. } => None,
        }
    }

    /// Whether it is known to have no data points.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Reads a header; `smpl` is where the bank's data lies.
    pub(crate) fn from_header(
        header: &SampleHeader,
        smpl: Option<Span>,
        odd: &mut impl FnMut(SampleOddity),
    ) -> Self {
        let SampleHeader { start, end, .. } = *header;
        let is_stream = header.kind & sample_type::COMPRESSED != 0;
        let (location, origin) = if header.kind & sample_type::ROM != 0 {
            (SampleLocation::Rom { start, end }, start)
        } else if is_stream {
            (SampleLocation::Stream { start, end }, 0)
        } else {
            (SampleLocation::Points { start, end }, start)
        };
        let relative = |point: u32| i64::from(point) - i64::from(origin);
        let sample = Self {
            name: header.name.to_text(),
            location,
            loop_start: relative(header.loop_start),
            loop_end: relative(header.loop_end),
            rate: rate(header.rate, odd),
            root_key: root_key(header.original_pitch, odd),
            correction: header.correction,
            channel: channel(header.kind, odd),
            link: Some(header.link).filter(|_| {
                matches!(base_kind(header.kind), sample_type::LEFT | sample_type::RIGHT)
            }),
            fault: fault(location, smpl),
        };
        sample.check_points(odd);
        sample
    }

    fn check_points(&self, odd: &mut impl FnMut(SampleOddity)) {
        let Some(len) = self.len().filter(|_| self.fault.is_none()) else { return };
        if len < Self::SHORTEST {
            odd(SampleOddity::Short { len });
        }
        let (start, end) = (self.loop_start, self.loop_end);
        // A loop of no length at all is how many banks say that there is none.
        let inside = 0 <= start && start <= end && end as u64 <= len;
        if start != end && !inside {
            odd(SampleOddity::Loop { start, end, len });
        }
    }
}

fn base_kind(kind: u16) -> u16 {
    kind & !(sample_type::ROM | sample_type::COMPRESSED)
}

fn channel(kind: u16, odd: &mut impl FnMut(SampleOddity)) -> SampleChannel {
    match base_kind(kind) {
        sample_type::MONO => SampleChannel::Mono,
        sample_type::LEFT => SampleChannel::Left,
        sample_type::RIGHT => SampleChannel::Right,
        sample_type::LINKED => SampleChannel::Linked,
        _ => {
            odd(SampleOddity::Kind { got: kind });
            SampleChannel::Mono
        }
    }
}

fn rate(got: u32, odd: &mut impl FnMut(SampleOddity)) -> u32 {
    let used = match got {
        0 => Sample::DEFAULT_RATE,
        rate => rate.clamp(*Sample::RATES.start(), *Sample::RATES.end()),
    };
    if used != got {
        odd(SampleOddity::Rate { got, used });
    }
    used
}

/// SPEC: section 7.10: 255 is unpitched, 128 to 254 are not valid, and 60 is to be used for both.
fn root_key(got: u8, odd: &mut impl FnMut(SampleOddity)) -> u8 {
    match got {
        0..=127 => got,
        255 => 60,
        _ => {
            odd(SampleOddity::OriginalPitch { got });
            60
        }
    }
}

fn fault(location: SampleLocation, smpl: Option<Span>) -> Option<SampleFault> {
    let bytes = smpl.map_or(0, |span| span.len);
    let (start, end, len) = match location {
        SampleLocation::Points { start, end } => (start, end, bytes / 2),
        SampleLocation::Stream { start, end } => (start, end, bytes),
        SampleLocation::Rom { .. } => return Some(SampleFault::Rom),
    };
    if start >= end {
        Some(SampleFault::Empty { start, end })
    } else if u64::from(end) > len {
        Some(SampleFault::Outside { end, len })
    } else {
        None
    }
}
