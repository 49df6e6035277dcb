//! How the lines are mixed on their way round: pairs turned into each other, then all of them scattered.
//!
//! Both take and give no energy, so nothing here can make a reverb louder or let it ring on.

use super::LINES;
use crate::dsp::sin_turns;

/// How often the angles of the rotation are computed, per second.
const TURNS_PER_SECOND: f64 = 200.0;
/// The sine of the widest angle of the rotation.
const WIDEST: f64 = 0.42;
/// Pairs of lines.
const PAIRS: usize = LINES / 2;
/// Angles that move, each turning two pairs.
const ANGLES: usize = PAIRS / 2;
/// How fast the angles move, in Hz.
const ANGLE_HZ: [f64; ANGLES] = [0.61, 0.83, 0.47, 0.97];
/// Frames whose lines are mixed at once.
pub(super) const TILE: usize = 8;

/// A few frames of all lines.
pub(super) type Tile = [[f32; TILE]; LINES];

/// A value for each angle.
type Angles = [f32; ANGLES];

/// The rotation of pairs of lines, line by line from one grid point of its own to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rotation {
    /// Frames between two grid points.
    pub(super) interval: u32,
    cos: Angles,
    sin: Angles,
    cos_slope: Angles,
    sin_slope: Angles,
}

impl Rotation {
    pub(super) fn new(rate: f64) -> Self {
        let zero = [0.0; ANGLES];
        let interval = (rate / TURNS_PER_SECOND) as u32;
        Self { interval, cos: zero, sin: zero, cos_slope: zero, sin_slope: zero }
    }

    /// Does the work of a grid point at `now`.
    pub(super) fn plan(&mut self, now: u64, rate: f64) {
        for (angle, hz) in ANGLE_HZ.into_iter().enumerate() {
            let at = |frame: u64| {
                let turns = frame as f64 * (hz / rate) + angle as f64 * 0.25;
                let sin = WIDEST * sin_turns(turns);
                ((1.0 - sin * sin).sqrt() as f32, sin as f32)
            };
            let (from, to) = (at(now), at(now + u64::from(self.interval)));
            (self.cos[angle], self.sin[angle]) = from;
            self.cos_slope[angle] = (to.0 - from.0) / self.interval as f32;
            self.sin_slope[angle] = (to.1 - from.1) / self.interval as f32;
        }
    }
}

/// Turns the lines of the left into those of the right, pair by pair.
#[inline(always)]
pub(super) fn rotate(tile: &mut Tile, rotation: &Rotation, since: u32) {
    let now: [f32; TILE] = std::array::from_fn(|frame| (since + frame as u32) as f32);
    for angle in 0..ANGLES {
        let ramp = |from: f32, slope: f32| now.map(|now| from + slope * now);
        let cos = ramp(rotation.cos[angle], rotation.cos_slope[angle]);
        let sin = ramp(rotation.sin[angle], rotation.sin_slope[angle]);
        for pair in [angle, angle + ANGLES] {
            let (a, b) = (tile[pair], tile[pair + PAIRS]);
            for frame in 0..TILE {
                tile[pair][frame] = cos[frame] * a[frame] - sin[frame] * b[frame];
                tile[pair + PAIRS][frame] = sin[frame] * a[frame] + cos[frame] * b[frame];
            }
        }
    }
}

/// The Hadamard matrix of sixteen, without its factor.
#[inline(always)]
pub(super) fn scatter(tile: &mut Tile) {
    butterflies::<8>(tile);
    butterflies::<4>(tile);
    butterflies::<2>(tile);
    butterflies::<1>(tile);
}

/// Sums and differences of lines that lie `DISTANCE` apart.
#[inline(always)]
fn butterflies<const DISTANCE: usize>(tile: &mut Tile) {
    for pair in 0..PAIRS {
        let line = pair % DISTANCE + pair / DISTANCE * (2 * DISTANCE);
        let (a, b) = (tile[line], tile[line + DISTANCE]);
        tile[line] = std::array::from_fn(|frame| a[frame] + b[frame]);
        tile[line + DISTANCE] = std::array::from_fn(|frame| a[frame] - b[frame]);
    }
}
