//! Finished waves: 16-bit data points, the rate, the key they sound at, and the loop.

/// A wave as the bank stores it.
#[derive(Debug, Clone)]
pub(crate) struct Wave {
    /// The name, at most 20 bytes of ASCII.
    pub(crate) name: String,
    /// Data points per second.
    pub(crate) rate: u32,
    /// The key at which it plays back unchanged.
    pub(crate) root: u8,
    /// The data points.
    pub(crate) points: Vec<i16>,
    /// The first point of the loop and the first after it.
    pub(crate) looped: Option<(u32, u32)>,
}

/// The root mean square that the loudest 200 ms of a wave get, unless its crests are too high for
/// that.
const LOUDNESS: f64 = 0.29;
/// The highest crest that a wave may have.
const CREST: f64 = 0.97;

impl Wave {
    /// The wave of `points`, whose loudest 200 ms become equally loud in every wave.
    pub(crate) fn levelled(name: &str, rate: u32, root: u8, points: &[f64]) -> Self {
        let crest = points.iter().fold(0.0, |crest: f64, point| crest.max(point.abs()));
        let gain = (LOUDNESS / loudest(points, rate as usize / 5)).min(CREST / crest);
        Self { name: name.to_owned(), rate, root, points: quantise(points, gain), looped: None }
    }

    /// The wave of `points`, whose highest crest becomes as high as it may.
    pub(crate) fn peaking(name: &str, rate: u32, root: u8, points: &[f64]) -> Self {
        let crest = points.iter().fold(0.0, |crest: f64, point| crest.max(point.abs()));
        let points = quantise(points, CREST / crest);
        Self { name: name.to_owned(), rate, root, points, looped: None }
    }

    /// The same wave with a loop over the points from `start` to before `end`.
    pub(crate) fn with_loop(self, start: usize, end: usize) -> Self {
        Self { looped: Some((start as u32, end as u32)), ..self }
    }
}

/// The root mean square of the loudest stretch of `window` points.
fn loudest(points: &[f64], window: usize) -> f64 {
    let window = window.clamp(1, points.len().max(1));
    points
        .chunks(window)
        .filter(|chunk| 2 * chunk.len() >= window)
        .map(|chunk| {
            (chunk.iter().map(|point| point * point).sum::<f64>() / chunk.len() as f64).sqrt()
        })
        .fold(f64::MIN_POSITIVE, f64::max)
}

fn quantise(points: &[f64], gain: f64) -> Vec<i16> {
    points.iter().map(|point| (point * gain * 32767.0).round() as i16).collect()
}
