use super::*;

fn bytes(format: SampleFormat, dither: bool, points: &[f32]) -> Vec<u8> {
    let mut out = Vec::new();
    PcmEncoder::new(format, dither).encode(points, &mut out);
    out
}

#[test]
fn full_scale_and_beyond_are_clipped_in_integer_formats() {
    let points = [-1.5, -1.0, 0.0, 0.5, 1.0, 1.5, f32::INFINITY, f32::NAN];
    let expected: Vec<u8> = [-32_768i16, -32_768, 0, 16_384, 32_767, 32_767, 32_767, 0]
        .into_iter()
        .flat_map(i16::to_le_bytes)
        .collect();
    assert_eq!(bytes(SampleFormat::S16, false, &points), expected);
    assert_eq!(bytes(SampleFormat::S24, false, &[1.0, -1.0]), [0xFF, 0xFF, 0x7F, 0, 0, 0x80]);
}

#[test]
fn floating_point_passes_unchanged() {
    assert_eq!(bytes(SampleFormat::F32, true, &[1.5]), 1.5f32.to_le_bytes());
}

#[test]
fn dither_does_not_depend_on_how_the_points_are_cut() {
    let points: Vec<f32> = (0..1000).map(|i| (i as f32 / 1000.0) - 0.5).collect();
    let whole = bytes(SampleFormat::S16, true, &points);
    let mut encoder = PcmEncoder::new(SampleFormat::S16, true);
    let mut cut = Vec::new();
    points.chunks(7).for_each(|chunk| encoder.encode(chunk, &mut cut));
    assert_eq!(whole, cut);
}

#[test]
fn dither_is_triangular_around_zero() {
    let mut dither = Dither::new();
    let noise: Vec<f64> = (0..100_000).map(|_| dither.next()).collect();
    let mean = noise.iter().sum::<f64>() / noise.len() as f64;
    let power = noise.iter().map(|n| n * n).sum::<f64>() / noise.len() as f64;
    assert!(mean.abs() < 0.005, "mean {mean}");
    assert!((power - 1.0 / 6.0).abs() < 0.005, "variance {power}, expected 1/6");
}
