//! The windowed sinc: the interpolation that does not alias when a wave is read faster than it was recorded.

use super::interpolate::{BATCH, Batch, Interpolate, Point};
use super::math::{exp2_f64, sin_turns};

/// Points of one kernel.
const WIDTH: usize = 32;
/// Places between two data points for which kernels are kept; between them a line is drawn.
const PHASES: usize = 128;
/// Kernels for reading up to this many sixth octaves faster than recorded.
const BANDS: usize = 25;
/// Bands in an octave.
const BANDS_PER_OCTAVE: usize = 6;
/// Below this speed nothing can alias.
const UNITY: u64 = 1 << 32;

/// The kernels of [`Sinc`], one set for each sixth of an octave above the recorded speed, four octaves in all.
#[derive(Debug)]
pub struct SincTable {
    /// `BANDS` times `PHASES + 1` kernels.
    kernels: Box<[[f32; WIDTH]]>,
    /// The fastest increment of each band.
    fastest: [u64; BANDS],
}

impl SincTable {
    /// Computes the kernels. Allocates.
    pub fn new() -> Self {
        let ratio = |band: usize| exp2_f64(band as f64 / BANDS_PER_OCTAVE as f64);
        let kernels = (0..BANDS)
            .flat_map(|band| (0..=PHASES).map(move |phase| kernel(1.0 / ratio(band), phase)))
            .collect();
        let fastest = std::array::from_fn(|band| (ratio(band) * UNITY as f64) as u64);
        Self { kernels, fastest }
    }

    fn band(&self, increment: u64) -> usize {
        self.fastest.iter().position(|&fastest| increment <= fastest).unwrap_or(BANDS - 1)
    }
}

impl Default for SincTable {
    fn default() -> Self {
        Self::new()
    }
}

/// The kernel for a cutoff, as a part of half the recorded rate, and a phase; its sum is 1.
fn kernel(cutoff: f64, phase: usize) -> [f32; WIDTH] {
    let centre = (WIDTH / 2 - 1) as f64 + phase as f64 / PHASES as f64;
    let half = (WIDTH / 2) as f64;
    let raw: [f64; WIDTH] = std::array::from_fn(|tap| {
        let x = tap as f64 - centre;
        let sinc = if x.abs() < 1e-9 {
            cutoff
        } else {
            sin_turns(x * cutoff / 2.0) / (std::f64::consts::PI * x)
        };
        sinc * blackman(x / half)
    });
    let sum: f64 = raw.iter().sum();
    raw.map(|value| (value / sum) as f32)
}

/// The Blackman window, 1 at 0 and 0 from -1 outwards and from 1 outwards.
fn blackman(x: f64) -> f64 {
    if x.abs() >= 1.0 {
        return 0.0;
    }
    let cos = |turns: f64| sin_turns(turns + 0.25);
    0.42 + 0.5 * cos(x / 2.0) + 0.08 * cos(x)
}

/// Interpolation by the kernels of a [`SincTable`].
#[derive(Debug, Clone, Copy)]
pub struct Sinc<'a>(pub &'a SincTable);

impl Interpolate for Sinc<'_> {
    const LEAD: u32 = WIDTH as u32 / 2 - 1;
    const TAPS: usize = WIDTH;

    fn values<P: Point>(&self, data: &[P], batch: &Batch) -> [f32; BATCH] {
        std::array::from_fn(|frame| {
            let start = batch.index[frame] as usize;
            let Some(points) = data.get(start..start + WIDTH) else { return 0.0 };
            let place = batch.fraction[frame] * PHASES as f32;
            let phase = place as usize;
            let part = place - phase as f32;
            let first = self.0.band(batch.increment[frame].0) * (PHASES + 1) + phase;
            let [Some(low), Some(high)] = [first, first + 1].map(|at| self.0.kernels.get(at))
            else {
                return 0.0;
            };
            let mut sums = [0.0; 4];
            for tap in 0..WIDTH {
                let weight = low[tap] + (high[tap] - low[tap]) * part;
                sums[tap % 4] += points[tap].to_f32() * weight;
            }
            (sums[0] + sums[2]) + (sums[1] + sums[3])
        })
    }
}

#[cfg(test)]
mod tests;
