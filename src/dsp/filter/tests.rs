use super::*;
use crate::dsp::{GainLanes, OUTPUTS, STRIP, SimdLevel, Strip, Sums, Voicing, play};

const RATE: f32 = 48_000.0;
const WHOLE: Ramp = Ramp { first: 0, last: 64 };

/// Filters `signal`, whose first frame is `first` in the quantum, in place.
fn run(filter: &mut FilterLanes, signal: &mut [Lanes], first: u32) {
    let mut gains = [GainLanes::default(); OUTPUTS];
    gains[0].from = Lanes([1.0; LANES]);
    for (piece, first) in signal.chunks_mut(STRIP).zip((first..).step_by(STRIP)) {
        let mut strip = Strip::default();
        strip.begin(LaneMask::MAX);
        for (frame, lanes) in piece.iter().enumerate() {
            (0..LANES).for_each(|lane| strip.rows[lane][frame] = lanes[lane]);
        }
        let voicing =
            Voicing { strip: &strip, filter, gains: &gains, ramp_start: &Lanes::ZERO, outputs: 2 };
        let mut lanes = vec![Lanes::ZERO; 2 * piece.len()];
        let mut sums = Sums { lanes: &mut lanes, outputs: 2, apart: &mut [], first };
        play(SimdLevel::best(), &mut [voicing], &mut sums);
        piece.iter_mut().zip(lanes.chunks(2)).for_each(|(out, lanes)| *out = lanes[0]);
    }
}

fn cents(hz: f32) -> f32 {
    1200.0 * (hz / HZ_AT_ZERO_CENTS).log2()
}

/// The response at `hz` in dB: the spectrum of what comes out of lane 5 for an impulse.
fn measured(q_cb: f32, response: FilterResponse, hz: f32) -> f64 {
    let mut lanes = FilterLanes::default();
    lanes.start(5, response);
    let mut signal = vec![Lanes::ZERO; 1 << 16];
    signal[0][5] = 1.0;
    run(&mut lanes, &mut signal, 0);
    let (mut re, mut im) = (0.0f64, 0.0f64);
    for (frame, x) in signal.iter().enumerate() {
        let angle = std::f64::consts::TAU * f64::from(hz / RATE) * frame as f64;
        re += f64::from(x[5]) * angle.cos();
        im += f64::from(x[5]) * angle.sin();
    }
    20.0 * ((re * re + im * im).sqrt() * f64::from(FilterResponse::level(q_cb))).log10()
}

#[track_caller]
fn check(hz: f32, q_db: f32, expected: [f64; 5]) {
    let response = FilterResponse::new(cents(hz), q_db * 10.0, RATE);
    for (factor, expected) in [0.1, 0.5, 1.0, 2.0, 4.0].into_iter().zip(expected) {
        let got = measured(q_db * 10.0, response, hz * factor);
        assert!((got - expected).abs() < 0.1, "{} Hz: {got:.2} dB, not {expected}", hz * factor);
    }
}

#[test]
fn s9_1_3_a_flat_filter_falls_by_12_db_per_octave() {
    check(1000.0, 0.0, [0.0, -0.26, -3.01, -12.4, -24.5]);
    check(4000.0, 0.0, [0.0, -0.25, -3.01, -13.5, -32.4]);
}

#[test]
fn s9_1_3_resonance_lifts_the_peak_and_lowers_the_rest() {
    check(1000.0, 6.0, [-2.9, -1.4, 0.0, -13.5, -27.1]);
    check(1000.0, 12.0, [-5.9, -3.7, 3.0, -15.9, -30.0]);
    check(1000.0, 24.0, [-11.9, -9.5, 9.0, -21.7, -35.9]);
}

#[test]
fn s8_1_2_8_the_lowest_cutoff_still_lets_direct_current_through() {
    for rate in [48_000.0, 192_000.0] {
        let mut lanes = FilterLanes::default();
        lanes.start(0, FilterResponse::new(1500.0, 0.0, rate));
        let mut signal = vec![Lanes([1.0; LANES]); 192_000];
        run(&mut lanes, &mut signal, 0);
        let last = signal[191_999][0];
        assert!((last - 1.0).abs() < 1e-4, "{last} at {rate} Hz");
    }
}

#[test]
fn a_lane_that_is_bypassed_passes_its_bits() {
    let mut lanes = FilterLanes::default();
    lanes.start(0, FilterResponse::new(6000.0, 100.0, RATE));
    let mut signal: Vec<Lanes> =
        (0..64).map(|i| Lanes(std::array::from_fn(|lane| (i * 7 + lane) as f32 * 0.13))).collect();
    let before = signal.clone();
    run(&mut lanes, &mut signal, 0);
    for (before, after) in before.iter().zip(&signal) {
        assert_eq!(before[1..], after[1..]);
    }
    assert_ne!(before[9][0], signal[9][0]);
}

#[test]
fn a_filter_gives_the_same_bits_in_pieces() {
    let from = FilterResponse::new(3000.0, 0.0, RATE);
    let to = FilterResponse::new(13_000.0, 200.0, RATE);
    let mut fresh = FilterLanes::default();
    for lane in 0..LANES {
        match lane % 4 {
            0 => fresh.start(lane, from),
            1 => {
                fresh.start(lane, from);
                fresh.glide(lane, from, to, WHOLE);
            }
            2 => fresh.fade_in(lane, to, WHOLE),
            _ => fresh.bypass(lane),
        }
    }
    let input: Vec<Lanes> = (0..64)
        .map(|i| Lanes(std::array::from_fn(|lane| ((i * 31 + lane * 7) % 97) as f32)))
        .collect();
    let mut whole = input.clone();
    run(&mut fresh.clone(), &mut whole, 0);
    for cut in 0..=64 {
        let (mut lanes, mut pieces) = (fresh, input.clone());
        run(&mut lanes, &mut pieces[..cut], 0);
        run(&mut lanes, &mut pieces[cut..], cut as u32);
        assert_eq!(whole, pieces, "cut at {cut}");
    }
}

#[test]
fn a_sweep_from_closed_to_open_in_one_quantum_stays_bounded() {
    let closed = FilterResponse::new(1500.0, 960.0, RATE);
    let open = FilterResponse::new(13_500.0, 960.0, RATE);
    let mut lanes = FilterLanes::default();
    lanes.start(0, closed);
    let mut peak = 0.0f32;
    for turn in 0..200 {
        let (from, to) = if turn % 2 == 0 { (closed, open) } else { (open, closed) };
        lanes.glide(0, from, to, WHOLE);
        let mut signal = vec![Lanes::ZERO; 64];
        signal.iter_mut().enumerate().for_each(|(i, x)| x[0] = if i % 2 == 0 { 1.0 } else { -1.0 });
        run(&mut lanes, &mut signal, 0);
        peak = signal.iter().fold(peak, |peak, x| peak.max(x[0].abs()));
    }
    assert!(peak.is_finite() && peak < 1e5, "{peak}");
}

#[test]
fn silent_state_is_flushed() {
    let mut lanes = FilterLanes::default();
    lanes.start(0, FilterResponse::new(6000.0, 0.0, RATE));
    let mut signal = vec![Lanes::ZERO; 64];
    signal[0][0] = 1e-7;
    run(&mut lanes, &mut signal, 0);
    lanes.flush();
    assert_eq!(lanes.state1[0], 0.0);
    assert_eq!(lanes.state2[0], 0.0);
}
