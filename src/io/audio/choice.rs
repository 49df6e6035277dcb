//! What to ask a device for, decided from what it offers.

use cpal::{BufferSize, SampleFormat, SupportedBufferSize, SupportedStreamConfigRange};

/// One of the combinations that a device offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) channels: u16,
    pub(crate) rates: (u32, u32),
    pub(crate) format: SampleFormat,
    /// The shortest and longest block in frames, if the device says.
    pub(crate) blocks: Option<(u32, u32)>,
}

/// What cpal lists, in our words.
pub(crate) fn ranges(offered: impl Iterator<Item = SupportedStreamConfigRange>) -> Vec<Range> {
    let range = |range: SupportedStreamConfigRange| Range {
        channels: range.channels(),
        rates: (range.min_sample_rate(), range.max_sample_rate()),
        format: range.sample_format(),
        blocks: match range.buffer_size() {
            SupportedBufferSize::Range { min, max } => Some((*min, *max)),
            SupportedBufferSize::Unknown => None,
        },
    };
    offered.map(range).collect()
}

/// What is wanted of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) sample_rate: Option<u32>,
    pub(super) block_frames: Option<u32>,
    /// Whether the host alone decides how long a block is.
    pub(super) host_sets_block: bool,
}

/// What a stream is opened with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) channels: u16,
    pub(super) sample_rate: u32,
    pub(super) format: SampleFormat,
    pub(super) block: BufferSize,
}

/// The formats that we can give, the best first.
const FORMATS: [SampleFormat; 4] =
    [SampleFormat::F32, SampleFormat::I32, SampleFormat::I24, SampleFormat::I16];

/// Rates to try when none is asked for, or the device has not that one.
///
/// 48 kHz first: it is what hardware runs at, and what servers resample to.
const RATES: [u32; 4] = [48_000, 44_100, 96_000, 88_200];

/// Block length when none is asked for: 21 ms at 48 kHz, of which devices queue two.
const BLOCK_FRAMES: u32 = 1_024;

/// Chooses from what is offered: the rate first, then two channels, then the best format.
///
/// `None` when there is nothing that we can give.
pub(super) fn choose(offered: &[Range], wish: Wish) -> Option<Choice> {
    let usable = || offered.iter().filter(|range| FORMATS.contains(&range.format));
    let has = |rate: u32| usable().any(|range| range.contains(rate));
    let wanted = wish.sample_rate.into_iter().chain(RATES);
    let rate = wanted.into_iter().find(|rate| has(*rate)).or_else(|| {
        // An odd device: its own rate that is nearest to the usual ones.
        usable()
            .flat_map(|range| [range.rates.0, range.rates.1])
            .min_by_key(|r| r.abs_diff(RATES[0]))
    })?;
    let best = usable().filter(|range| range.contains(rate)).min_by_key(|range| {
        let format = FORMATS.iter().position(|format| *format == range.format);
        (channel_rank(range.channels), format)
    })?;
    Some(Choice {
        channels: best.channels,
        sample_rate: rate,
        format: best.format,
        block: block(best.blocks, wish),
    })
}

impl Range {
    fn contains(&self, rate: u32) -> bool {
        (self.rates.0..=self.rates.1).contains(&rate)
    }
}

/// Two channels, else as few more as possible, else one.
const fn channel_rank(channels: u16) -> u16 {
    match channels {
        2.. => channels - 2,
        _ => u16::MAX - channels,
    }
}

fn block(offered: Option<(u32, u32)>, wish: Wish) -> BufferSize {
    if wish.host_sets_block {
        return BufferSize::Default;
    }
    let wanted = wish.block_frames.unwrap_or(BLOCK_FRAMES);
    match offered {
        Some((min, max)) if min <= max => BufferSize::Fixed(wanted.clamp(min, max).max(1)),
        _ if wish.block_frames.is_some() => BufferSize::Fixed(wanted.max(1)),
        _ => BufferSize::Default,
    }
}

#[cfg(test)]
mod tests;
