use super::*;
use crate::dsp::Increment;

fn batch(index: u32, fraction: f32, ratio: f64) -> Batch {
    Batch {
        index: [index; BATCH],
        fraction: [fraction; BATCH],
        increment: [Increment::from_ratio(ratio); BATCH],
    }
}

#[test]
fn a_constant_stays_constant() {
    let table = SincTable::new();
    for ratio in [0.5, 1.0, 3.0, 40.0] {
        let [value, ..] = Sinc(&table).values(&[1000i16; 64], &batch(7, 0.3, ratio));
        assert!((value - 1000.0).abs() < 0.01, "{value} at {ratio}");
    }
}

#[test]
fn a_sine_comes_out_between_its_points() {
    let table = SincTable::new();
    let sine = |at: f64| (at * 0.3).sin();
    let data: Vec<f32> = (0..64).map(|i| sine(f64::from(i)) as f32).collect();
    for step in 0..16 {
        let fraction = step as f32 / 16.0;
        let [value, ..] = Sinc(&table).values(&data, &batch(10, fraction, 1.0));
        let expected = sine(10.0 + f64::from(Sinc::LEAD) + f64::from(fraction)) as f32;
        assert!((value - expected).abs() < 1e-4, "{value}, expected {expected}");
    }
}

#[test]
fn what_would_alias_is_taken_away() {
    let table = SincTable::new();
    let high: Vec<f32> = (0..64).map(|i| (f64::from(i) * 2.6).sin() as f32).collect();
    let [kept, ..] = Sinc(&table).values(&high, &batch(10, 0.0, 1.0));
    let [cut, ..] = Sinc(&table).values(&high, &batch(10, 0.0, 2.0));
    assert!(kept.abs() > 100.0 * cut.abs(), "{kept} and {cut}");
}
