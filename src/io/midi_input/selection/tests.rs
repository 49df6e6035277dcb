use super::*;

fn source(name: &str, is_keyboard: bool) -> Source {
    Source { id: format!("{name}#"), name: name.to_owned(), is_keyboard }
}

fn check(names: &[&str], systems: &[Option<Vec<Source>>], expected: &[&[bool]]) {
    let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(wanted(&names, systems), expected);
}

#[test]
fn without_names_the_keyboards_of_the_first_system_that_answers_are_wanted() {
    let systems = [
        None,
        Some(vec![source("Keystation", true), source("Sequencer", false)]),
        Some(vec![source("system:midi_capture_1", true)]),
    ];
    check(&[], &systems, &[&[], &[true, false], &[false]]);
    check(&[], &[Some(vec![]), Some(vec![source("a", true)])], &[&[], &[false]]);
}

#[test]
fn a_name_wants_all_that_have_it_from_the_first_system_that_has_any() {
    let systems = [
        Some(vec![source("Keystation 49", true), source("keystation 88", true)]),
        Some(vec![source("Keystation 49", true), source("Sequencer", false)]),
    ];
    check(&["KEYSTATION", "sequ"], &systems, &[&[true, true], &[false, true]]);
    check(&["organ"], &systems, &[&[false, false], &[false, false]]);
}
