use super::*;

const ON: Approach = Approach { is_on: true, seconds_per_key: 1.0 / 64.0, rate: 48_000.0 };
const OFF: Approach = Approach { is_on: false, ..ON };

#[test]
fn the_time_of_a_key_follows_the_modules_table() {
    for (position, seconds) in [(0.0, 0.0), (32.0, 0.5), (64.0, 2.06), (48.0, 1.28), (127.0, 480.0)]
    {
        assert!((seconds_per_key(position) * 40.0 - seconds).abs() < 1e-4, "{position}");
    }
    // The fine part goes on between two values, and beyond the last nothing is slower.
    assert!((seconds_per_key(32.5) * 40.0 - (0.5 + 1.56 / 64.0)).abs() < 1e-5);
    assert_eq!(seconds_per_key(127.9), 12.0);
}

#[test]
fn a_glide_is_a_straight_line_of_as_many_seconds_as_keys() {
    let mut portamento = Portamento::NEW;
    portamento.go_to(60, 0, ON);
    assert_eq!(portamento.glide(), Glide::NONE);
    portamento.go_to(70, 1_000, ON);
    let glide = portamento.glide();
    assert_eq!(
        [1_000, 2_875, 4_750, 8_500, 9_000].map(|now| glide.away(now)),
        [-10.0, -7.5, -5.0, 0.0, 0.0]
    );
    assert!(!glide.is_over(8_499) && glide.is_over(8_500));
}

#[test]
fn the_next_glide_begins_where_the_last_one_is() {
    let mut portamento = Portamento::NEW;
    portamento.go_to(60, 0, OFF);
    portamento.go_to(70, 0, ON);
    portamento.go_to(60, 3_750, ON);
    assert_eq!(portamento.glide().away(3_750), 5.0);
}

#[test]
fn controller_84_counts_once_and_without_the_switch() {
    let mut portamento = Portamento::NEW;
    portamento.set_source(Some(48));
    portamento.go_to(60, 0, OFF);
    assert_eq!(portamento.glide().away(0), -12.0);
    portamento.go_to(62, 10, OFF);
    assert_eq!(portamento.glide(), Glide::NONE);
}
