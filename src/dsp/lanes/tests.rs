use super::*;

fn counted(offset: f32) -> Lanes {
    Lanes(std::array::from_fn(|lane| lane as f32 + offset))
}

#[test]
fn the_sum_of_the_lanes_is_their_sum() {
    assert_eq!(lane_sum(&counted(1.0)), 136.0);
}

#[test]
fn a_mix_gives_the_same_bits_in_pieces() {
    let signal: Vec<Lanes> = (0..64).map(|frame| counted(frame as f32 * 0.37)).collect();
    let mut gains = GainLanes::default();
    let mut start = Lanes::ZERO;
    for lane in 0..LANES {
        start[lane] = (lane % 5) as f32;
        gains.set(lane, 0.1 * lane as f32, 1.0 / (lane + 1) as f32, 64);
    }
    let mut whole = vec![Lanes::ZERO; 64];
    mix(&signal, (&gains, &start), LaneMask::MAX, 0, &mut whole);
    for cut in 0..=64 {
        let mut pieces = vec![Lanes::ZERO; 64];
        mix(&signal[..cut], (&gains, &start), LaneMask::MAX, 0, &mut pieces[..cut]);
        mix(&signal[cut..], (&gains, &start), LaneMask::MAX, cut as u32, &mut pieces[cut..]);
        assert_eq!(whole, pieces, "cut at {cut}");
    }
}

#[test]
fn a_ramp_reaches_its_goal() {
    let mut gains = GainLanes::default();
    gains.set(3, 0.25, 1.0, 48);
    assert_eq!(gains.from[3] + gains.slope[3] * 48.0, 1.0);
    assert!(!gains.is_silent());
    gains.set(3, 0.0, 0.0, 48);
    assert!(gains.is_silent());
}

#[test]
fn silent_lanes_may_be_passed_over() {
    let mut signal = vec![Lanes::ZERO; 64];
    signal.iter_mut().enumerate().for_each(|(frame, lanes)| lanes[5] = frame as f32 - 30.5);
    let mut gains = GainLanes::default();
    (0..LANES).for_each(|lane| gains.set(lane, -0.5, 0.3, 64));
    let (mut all, mut some) = (vec![Lanes::ZERO; 64], vec![Lanes::ZERO; 64]);
    mix(&signal, (&gains, &Lanes::ZERO), LaneMask::MAX, 0, &mut all);
    mix(&signal, (&gains, &Lanes::ZERO), 1 << 5, 0, &mut some);
    for (a, b) in all.iter().zip(&some) {
        assert_eq!(a.map(f32::to_bits), b.map(f32::to_bits));
    }
}
