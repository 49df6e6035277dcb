use super::*;

#[test]
fn places_are_spread_evenly_from_left_to_right() {
    let places: Vec<f32> = (0..12_700).map(|n| random_place(480 * n, 38)).collect();
    let mean = places.iter().sum::<f32>() / 12_700.0;
    assert!(mean.abs() < 10.0, "{mean}");
    for eighth in 0..8 {
        let low = -500.0 + 125.0 * eighth as f32;
        let count = places.iter().filter(|place| (low..low + 125.0).contains(*place)).count();
        assert!((1_400..1_800).contains(&count), "{count} from {low} on");
    }
    assert!(places.contains(&-500.0) && places.contains(&500.0));
}

#[test]
fn a_note_has_its_place_by_frame_and_key() {
    assert_eq!(random_place(1_000, 60), random_place(1_000, 60));
    assert_ne!(random_place(1_000, 60), random_place(1_001, 60));
    assert_ne!(random_place(1_000, 60), random_place(1_000, 61));
}
