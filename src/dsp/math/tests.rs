use super::*;

/// Steps over `low..=high` and returns the largest error that `error` finds.
fn worst(low: f64, high: f64, error: impl Fn(f64) -> f64) -> f64 {
    let steps = 200_000;
    (0..=steps)
        .map(|step| error(low + (high - low) * f64::from(step) / f64::from(steps)))
        .fold(0.0, f64::max)
}

#[test]
fn exp2_is_within_its_bound() {
    let error = worst(-126.0, 127.0, |x| {
        let x = f64::from(x as f32);
        (f64::from(exp2(x as f32)) / x.exp2() - 1.0).abs()
    });
    assert!(error < 2e-7, "{error:e}");
    assert_eq!(exp2(0.0), 1.0);
    assert_eq!(exp2(-3.0), 0.125);
}

#[test]
fn exp2_f64_is_within_its_bound() {
    let error = worst(-100.0, 100.0, |x| (exp2_f64(x) / x.exp2() - 1.0).abs());
    assert!(error < 1e-15, "{error:e}");
    assert_eq!(exp2_f64(0.0), 1.0);
    assert_eq!(exp2_f64(7.0), 128.0);
}

#[test]
fn log2_is_within_its_bound() {
    let error = worst(0.001, 100.0, |x| (log2(x) - x.log2()).abs() / x.log2().abs().max(1.0));
    assert!(error < 1e-15, "{error:e}");
    assert_eq!(log2(1.0), 0.0);
    assert_eq!(log2(8.0), 3.0);
    assert!(log2(0.0) < -1000.0);
    assert!(log2(f64::NAN) < -1000.0);
}

#[test]
fn the_sine_is_within_its_bound() {
    let error = worst(-3.0, 3.0, |x| (sin_turns(x) - (x * std::f64::consts::TAU).sin()).abs());
    assert!(error < 3e-15, "{error:e}");
    assert_eq!(sin_turns(0.5), 0.0);
}

#[test]
fn the_tangent_is_within_its_bound() {
    let error = worst(1e-5, 1.45, |x| {
        let x = f64::from(x as f32);
        (f64::from(tan(x as f32)) / x.tan() - 1.0).abs()
    });
    assert!(error < 1e-6, "{error:e}");
}

#[test]
fn clamp_holds_what_is_not_a_number() {
    assert_eq!(clamp(f32::NAN, -1.0, 1.0), -1.0);
    assert_eq!(clamp(2.0, -1.0, 1.0), 1.0);
    assert_eq!(clamp(-2.0, -1.0, 1.0), -1.0);
    assert_eq!(clamp(0.5, -1.0, 1.0), 0.5);
}
