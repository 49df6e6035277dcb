use super::*;
use crate::midi::{BankSelect, Channel, ChannelGroup, Program};

fn missing(program: u8) -> MissingPreset {
    MissingPreset {
        group: ChannelGroup(0),
        channel: Channel::PERCUSSION,
        bank: BankSelect::default(),
        program: Program::from_data(program),
        is_percussion: true,
        is_struck: true,
        wanted: [None; MissingPreset::WANTED],
        instead: None,
    }
}

#[test]
fn each_is_told_once_until_all_are_forgotten() {
    let mut list = Missing::NONE;
    [3, 4, 3].into_iter().for_each(|program| list.note(missing(program)));
    assert_eq!([list.take(), list.take(), list.take()], [Some(missing(3)), Some(missing(4)), None]);
    list.note(missing(3));
    assert_eq!(list.take(), None);
    list.clear();
    list.note(missing(3));
    assert_eq!(list.take(), Some(missing(3)));
}

#[test]
fn there_is_an_end_to_what_is_remembered() {
    let mut list = Missing::NONE;
    (0..100).for_each(|program| list.note(missing(program)));
    assert_eq!(std::iter::from_fn(|| list.take()).count(), MOST);
}
