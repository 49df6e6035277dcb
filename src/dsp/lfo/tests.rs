use super::*;

#[test]
fn s9_1_6_the_triangle_rises_first() {
    let lfo = TriangleLfo::new(100, 1.0 / 400.0);
    for (frame, value) in
        [(0, 0.0), (100, 0.0), (150, 0.5), (200, 1.0), (300, 0.0), (400, -1.0), (500, 0.0)]
    {
        assert!((lfo.value(frame) - value).abs() < 1e-6, "{frame}: {}", lfo.value(frame));
    }
}

#[test]
fn a_new_frequency_goes_on_from_the_same_phase() {
    let mut lfo = TriangleLfo::new(0, 1.0 / 400.0);
    let before = lfo.value(70);
    lfo.set_frequency(70, 1.0 / 4000.0);
    assert!((lfo.value(70) - before).abs() < 1e-6);
    assert!((lfo.value(71) - before).abs() < 0.01);
}

#[test]
fn a_new_frequency_during_the_delay_keeps_the_delay() {
    let mut lfo = TriangleLfo::new(100, 1.0 / 400.0);
    lfo.set_frequency(50, 1.0 / 800.0);
    assert_eq!(lfo.value(100), 0.0);
    assert!((lfo.value(200) - 0.5).abs() < 1e-6);
}
