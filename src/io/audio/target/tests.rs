use super::*;

fn spread_out(from: &[f32], from_channels: usize, to_channels: usize) -> Vec<f32> {
    let mut to = vec![9.0; from.len() / from_channels * to_channels];
    spread(from, from_channels, &mut to, to_channels);
    to
}

#[test]
fn channels_are_spread_over_what_the_device_has() {
    assert_eq!(spread_out(&[0.5, -0.25], 2, 2), [0.5, -0.25]);
    assert_eq!(spread_out(&[0.5, -0.25], 2, 4), [0.5, -0.25, 0.0, 0.0]);
    assert_eq!(spread_out(&[0.5, -0.25], 2, 1), [0.125]);
    assert_eq!(spread_out(&[0.5], 1, 2), [0.5, 0.5]);
    assert_eq!(spread_out(&[0.5], 1, 1), [0.5]);
}

#[test]
fn integers_are_rounded_and_clipped() {
    let points = [0.0, 0.5, 1.0, -1.0, 7.0, -7.0, f32::NAN];
    let mut converter = Converter::new(points.len());
    let mut wide = [1; 7];
    converter.write(&points, &mut Target::I32(&mut wide), 0);
    assert_eq!(wide, [0, 1 << 30, i32::MAX, i32::MIN, i32::MAX, i32::MIN, 0]);
    let mut middle = [I24::default(); 7];
    converter.write(&points, &mut Target::I24(&mut middle), 0);
    let top = (1 << 23) - 1;
    assert_eq!(middle.map(I24::inner), [0, 1 << 22, top, -top - 1, top, -top - 1, 0]);
}

#[test]
fn sixteen_bits_are_dithered_but_silence_is_silent() {
    let mut converter = Converter::new(64);
    let mut out = [7_i16; 64];
    converter.write(&[0.0; 64], &mut Target::I16(&mut out), 0);
    assert_eq!(out, [0; 64]);
    converter.write(&[0.25; 64], &mut Target::I16(&mut out), 0);
    assert!(out.iter().all(|point| (point - 8_192).abs() <= 1), "{out:?}");
    assert!(out.iter().any(|point| *point != 8_192), "no dither");
}

#[test]
fn a_stretch_is_written_where_it_belongs() {
    let mut out = [0.0; 4];
    Converter::new(2).write(&[0.5, 0.25], &mut Target::F32(&mut out), 2);
    assert_eq!(out, [0.0, 0.0, 0.5, 0.25]);
}
