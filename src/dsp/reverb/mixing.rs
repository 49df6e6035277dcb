//! How the lines are mixed on their way round: pairs turned into each other, then all of them scattered.
//!
//! Both take and give no energy, so nothing here can make a reverb louder or let it ring on.
//!
//! The Hadamard matrix of sixteen lines is worked out in two passes of four times four lines, so that four lines and what
//! becomes of them fit into the registers of any processor.

use super::{LINES, OF_SIDE, PIECE, Piece, SIGNS, Sides};
use crate::dsp::effect::Lines;
use crate::dsp::sin_turns;

/// How often the angles of the rotation are computed, per second.
const TURNS_PER_SECOND: f64 = 200.0;
/// The sine of the widest angle of the rotation.
const WIDEST: f64 = 0.42;
/// Angles that move, each turning two pairs.
const ANGLES: usize = 4;
/// How fast the angles move, in Hz.
const ANGLE_HZ: [f64; ANGLES] = [0.61, 0.83, 0.47, 0.97];
/// Lines that are mixed at once.
const GROUP: usize = 4;

/// The rotation of pairs of lines, in straight lines from one grid point of its own to the next.
#[derive(Debug, Clone)]
pub(super) struct Rotation {
    /// Frames between two grid points.
    interval: u32,
    /// Frames since the last restart.
    now: u64,
    /// From the last grid point on: cosine, its slope, sine, its slope.
    ways: [[f32; 4]; ANGLES],
    /// The cosines of a piece.
    cos: [[f32; PIECE]; ANGLES],
    /// Its sines.
    sin: [[f32; PIECE]; ANGLES],
}

impl Rotation {
    pub(super) fn new(rate: f64) -> Self {
        let zero = [[0.0; PIECE]; ANGLES];
        let interval = (rate / TURNS_PER_SECOND) as u32;
        Self { interval, now: 0, ways: [[0.0; 4]; ANGLES], cos: zero, sin: zero }
    }

    /// Begins anew.
    pub(super) const fn restart(&mut self) {
        self.now = 0;
    }

    /// Works out the next piece.
    #[inline(always)]
    pub(super) fn plan(&mut self, frames: usize, rate: f64) {
        let mut done = 0;
        while done < frames {
            let since = (self.now % u64::from(self.interval)) as u32;
            if since == 0 {
                self.pass_grid_point(rate);
            }
            let end = frames.min(done + (self.interval - since) as usize);
            for (way, (cos, sin)) in self.ways.iter().zip(self.cos.iter_mut().zip(&mut self.sin)) {
                let [from_cos, cos_slope, from_sin, sin_slope] = *way;
                let range = done..end;
                for (frame, (cos, sin)) in
                    cos[range.clone()].iter_mut().zip(&mut sin[range]).enumerate()
                {
                    let index = (since as i32 + frame as i32) as f32;
                    *cos = from_cos + cos_slope * index;
                    *sin = from_sin + sin_slope * index;
                }
            }
            self.now += (end - done) as u64;
            done = end;
        }
    }

    #[inline(never)]
    fn pass_grid_point(&mut self, rate: f64) {
        for (angle, (way, hz)) in self.ways.iter_mut().zip(ANGLE_HZ).enumerate() {
            let at = |frame: u64| {
                let turns = frame as f64 * (hz / rate) + angle as f64 * 0.25;
                let sin = WIDEST * sin_turns(turns);
                ((1.0 - sin * sin).sqrt() as f32, sin as f32)
            };
            let (from, to) = (at(self.now), at(self.now + u64::from(self.interval)));
            let slope = |from: f32, to: f32| (to - from) / self.interval as f32;
            *way = [from.0, slope(from.0, to.0), from.1, slope(from.1, to.1)];
        }
    }
}

/// Turns the lines of the left into those of the right, pair by pair, and scatters every fourth line.
#[inline(always)]
pub(super) fn rotate<const N: usize>(lines: &mut Piece, rotation: &Rotation) {
    for angle in 0..ANGLES {
        let numbers = std::array::from_fn(|i| angle + i * GROUP);
        let Ok(group) = lines.get_disjoint_mut::<_, GROUP>(numbers) else { continue };
        let [Some(a), Some(b), Some(c), Some(d)] = group.map(|line| line.first_chunk_mut::<N>())
        else {
            continue;
        };
        let (Some(cos), Some(sin)) =
            (rotation.cos[angle].first_chunk(), rotation.sin[angle].first_chunk())
        else {
            continue;
        };
        rotate_group(a, b, c, d, (cos, sin));
    }
}

/// Four lines: the pairs `a` and `c`, `b` and `d`.
#[inline(always)]
fn rotate_group<const N: usize>(
    a: &mut [f32; N],
    b: &mut [f32; N],
    c: &mut [f32; N],
    d: &mut [f32; N],
    (cos, sin): (&[f32; N], &[f32; N]),
) {
    for i in 0..N {
        let (cos, sin) = (cos[i], sin[i]);
        let (left, right) = (cos * a[i] - sin * c[i], sin * a[i] + cos * c[i]);
        let (other_left, other_right) = (cos * b[i] - sin * d[i], sin * b[i] + cos * d[i]);
        [a[i], b[i], c[i], d[i]] = hadamard([left, other_left, right, other_right]);
    }
}

/// Scatters four lines that lie side by side, and stores them with what is fed.
#[inline(always)]
pub(super) fn scatter<const N: usize>(lines: &Piece, sides: &Sides, memory: &mut Lines) {
    for first in (0..LINES).step_by(GROUP) {
        let Some(fed) = sides[first / OF_SIDE].first_chunk::<N>() else { continue };
        memory.write::<GROUP>(first, N, |places| {
            let [Some(a), Some(b), Some(c), Some(d)] =
                places.map(|place| place.first_chunk_mut::<N>())
            else {
                return;
            };
            let [Some(p), Some(q), Some(r), Some(s)] =
                std::array::from_fn(|i| lines[first + i].first_chunk::<N>())
            else {
                return;
            };
            let signs = std::array::from_fn(|i| SIGNS[first + i]);
            scatter_group([p, q, r, s], (fed, signs), a, b, c, d);
        });
    }
}

#[inline(always)]
fn scatter_group<const N: usize>(
    from: [&[f32; N]; GROUP],
    (fed, signs): (&[f32; N], [f32; GROUP]),
    a: &mut [f32; N],
    b: &mut [f32; N],
    c: &mut [f32; N],
    d: &mut [f32; N],
) {
    for i in 0..N {
        let [p, q, r, s] = hadamard(from.map(|line| line[i]));
        a[i] = p + signs[0] * fed[i];
        b[i] = q + signs[1] * fed[i];
        c[i] = r + signs[2] * fed[i];
        d[i] = s + signs[3] * fed[i];
    }
}

/// The Hadamard matrix of four, without its factor.
#[inline(always)]
fn hadamard([a, b, c, d]: [f32; GROUP]) -> [f32; GROUP] {
    let (ac, bd) = (a + c, b + d);
    let (a_c, b_d) = (a - c, b - d);
    [ac + bd, ac - bd, a_c + b_d, a_c - b_d]
}
