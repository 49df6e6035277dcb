use super::*;

fn pressed(keys: impl IntoIterator<Item = u8>) -> HeldKeys {
    let mut held = HeldKeys::default();
    keys.into_iter().for_each(|key| held.press(HeldKey { key, velocity: Velocity::default() }));
    held
}

fn last(held: &HeldKeys) -> Option<u8> {
    held.last().map(|held| held.key)
}

#[test]
fn the_last_key_that_is_down_is_the_last() {
    let mut held = pressed([60, 64, 67]);
    assert_eq!(last(&held), Some(67));
    held.lift(64);
    assert_eq!(last(&held), Some(67));
    held.lift(67);
    assert_eq!(last(&held), Some(60));
    held.lift(99);
    held.lift(60);
    assert_eq!(last(&held), None);
}

#[test]
fn a_key_struck_again_is_the_last_and_down_once() {
    let mut held = pressed([60, 64, 60]);
    held.lift(60);
    assert_eq!(last(&held), Some(64));
}

#[test]
fn of_too_many_keys_the_oldest_are_forgotten() {
    let mut held = pressed(0..20);
    (4..20).rev().for_each(|key| {
        assert_eq!(last(&held), Some(key));
        held.lift(key);
    });
    assert_eq!(last(&held), None);
}
