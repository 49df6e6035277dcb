//! Onsets, pitch, comparison.

/// The first frame with sound, from `from` on.
pub(crate) fn onset(frames: &[[f32; 2]], from: usize) -> Option<usize> {
    let found = frames.get(from..)?.iter().position(|frame| *frame != [0.0, 0.0]);
    found.map(|index| from + index)
}

/// The first frame of every sound that follows at least `silence` silent frames.
pub(crate) fn onsets(frames: &[[f32; 2]], silence: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut quiet = silence;
    for (index, frame) in frames.iter().enumerate() {
        if *frame == [0.0, 0.0] {
            quiet += 1;
        } else {
            if quiet >= silence {
                found.push(index);
            }
            quiet = 0;
        }
    }
    found
}

/// How many frames of `heard`, from its first sound on, are those of `expected` from its first sound
/// on, to the bit; and how many there are to compare.
pub(crate) fn equal_frames(heard: &[[f32; 2]], expected: &[[f32; 2]]) -> (usize, usize) {
    let (Some(heard_at), Some(expected_at)) = (onset(heard, 0), onset(expected, 0)) else {
        return (0, expected.len());
    };
    let pairs = || heard[heard_at..].iter().zip(&expected[expected_at..]);
    let same =
        |(a, b): &(&[f32; 2], &[f32; 2])| a.iter().zip(*b).all(|(a, b)| a.to_bits() == b.to_bits());
    (pairs().take_while(same).count(), pairs().count())
}

/// The frequency of a periodic sound, from 100 Hz up, by the first high peak of its
/// autocorrelation.
pub(crate) fn pitch_hz(frames: &[[f32; 2]], rate: u32) -> f64 {
    let wave: Vec<f64> = frames.iter().map(|frame| f64::from(frame[0])).collect();
    let longest = (wave.len() / 2).min(rate as usize / 100);
    let likeness: Vec<f64> = (0..=longest).map(|lag| likeness(&wave, lag)).collect();
    // Past the slope around lag 0.
    let begin = likeness.iter().position(|value| *value < 0.0).unwrap_or(1);
    let highest = likeness[begin..].iter().copied().fold(0.0, f64::max);
    let peak = (begin + 1..longest)
        .find(|lag| {
            let [before, here, after] = [lag - 1, *lag, lag + 1].map(|lag| likeness[lag]);
            here > 0.95 * highest && here >= before && here >= after
        })
        .expect("a periodic sound");
    let [before, here, after] = [peak - 1, peak, peak + 1].map(|lag| likeness[lag]);
    let shift = 0.5 * (before - after) / (before - 2.0 * here + after);
    f64::from(rate) / (peak as f64 + shift)
}

/// How alike a wave is to itself `lag` later: 1 is equal.
fn likeness(wave: &[f64], lag: usize) -> f64 {
    let (now, later) = (&wave[..wave.len() - lag], &wave[lag..]);
    let product: f64 = now.iter().zip(later).map(|(a, b)| a * b).sum();
    let power = |wave: &[f64]| wave.iter().map(|value| value * value).sum::<f64>();
    product / (power(now) * power(later)).sqrt().max(f64::MIN_POSITIVE)
}

/// Two frequencies' distance in cents.
pub(crate) fn cents(heard: f64, expected: f64) -> f64 {
    1_200.0 * (heard / expected).log2()
}
