use super::*;

#[test]
fn the_clock_never_goes_back() {
    let (first, second) = (now(), now());
    assert!(first <= second && first.0 >= 0);
}
