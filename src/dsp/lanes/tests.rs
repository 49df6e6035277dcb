use super::*;

fn counted(offset: f32) -> Lanes {
    Lanes(std::array::from_fn(|lane| lane as f32 + offset))
}

#[test]
fn the_sum_of_the_lanes_is_their_sum() {
    assert_eq!(lane_sum(&counted(1.0)), 136.0);
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
fn a_part_is_the_quotient_to_the_bit() {
    for way in [0.0f32, -0.0, 1.0, 0.3, -7e-5, 1e-38, 3e-45, f32::MAX] {
        for frames in (1..300).chain([1 << 20, 1 << 31]) {
            assert_eq!(
                part(way, frames).to_bits(),
                (way / frames as f32).to_bits(),
                "{way}/{frames}"
            );
        }
    }
}
