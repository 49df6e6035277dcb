use super::*;
use crate::engine::ChannelPriority;

fn begin(notes: &mut Notes, key: u8, now: u64) -> u32 {
    let note = notes.begin(0, key, now).unwrap();
    notes.add_voice(note, note);
    note
}

#[test]
fn the_oldest_note_of_a_key_is_found_first() {
    let mut notes = Notes::new(8, 16);
    let first = begin(&mut notes, 60, 0);
    let second = begin(&mut notes, 60, 10);
    begin(&mut notes, 61, 20);
    let held = |note: &Note| note.state == NoteState::Held;
    assert_eq!(notes.of_key(0, 60, held), Some(first));
    notes.set_state(first, NoteState::Pedalled);
    assert_eq!(notes.of_key(0, 60, held), Some(second));
    assert_eq!(notes.pedalled(0, 60), 1);
    notes.set_state(first, NoteState::Released);
    assert_eq!(notes.pedalled(0, 60), 0);
    assert_eq!(notes.of_key(0, 60, |_| true), Some(second));
    assert_eq!(notes.of_key(1, 60, |_| true), None);
}

#[test]
fn released_notes_go_before_pedalled_before_held_ones() {
    let mut notes = Notes::new(8, 16);
    let held = begin(&mut notes, 60, 0);
    let pedalled = begin(&mut notes, 61, 10);
    let released = begin(&mut notes, 62, 20);
    notes.set_state(pedalled, NoteState::Pedalled);
    notes.set_state(released, NoteState::Released);
    for expected in [released, pedalled, held] {
        let victim = notes.victim(1000, 0, &Priorities::new(16)).unwrap();
        assert_eq!(victim, expected);
        notes.set_state(victim, NoteState::Cut);
    }
    assert_eq!(notes.victim(1000, 0, &Priorities::new(16)), None);
    assert_eq!(notes.voices(), 0);
}

#[test]
fn a_young_note_is_spared_while_there_is_an_older_one() {
    let mut notes = Notes::new(8, 16);
    let old = begin(&mut notes, 60, 0);
    let young = begin(&mut notes, 61, 500);
    notes.set_state(young, NoteState::Released);
    assert_eq!(notes.victim(100, 0, &Priorities::new(16)), Some(old));
    notes.set_state(old, NoteState::Cut);
    assert_eq!(notes.victim(100, 0, &Priorities::new(16)), Some(young));
}

#[test]
fn places_come_back() {
    let mut notes = Notes::new(2, 16);
    for round in 0..10 {
        let (a, b) = (begin(&mut notes, 60, round), begin(&mut notes, 60, round));
        assert!(notes.begin(0, 60, round).is_none());
        assert_eq!(notes.voices(), 2);
        notes.remove_voice(a, NONE);
        notes.remove_voice(b, NONE);
        assert_eq!(notes.voices(), 0);
        assert_eq!(notes.of_key(0, 60, |_| true), None);
    }
}

#[test]
fn a_note_of_several_voices_ends_with_the_last() {
    let mut notes = Notes::new(4, 16);
    let note = notes.begin(0, 60, 0).unwrap();
    assert_eq!(notes.add_voice(note, 7), NONE);
    assert_eq!(notes.add_voice(note, 9), 7);
    notes.remove_voice(note, 7);
    assert_eq!(notes.voices(), 1);
    assert_eq!(notes.get(note).unwrap().first_voice, 7);
    notes.remove_voice(note, NONE);
    assert_eq!(notes.of_key(0, 60, |_| true), None);
}

#[test]
fn the_lowest_priority_goes_first_and_none_above_ones_own() {
    let mut notes = Notes::new(8, 16);
    let [drum, lead, pad] = [9, 0, 1].map(|channel| {
        let note = notes.begin(channel, 60, 0).unwrap();
        notes.add_voice(note, 0);
        note
    });
    notes.set_state(lead, NoteState::Released);
    let mut priorities = Priorities::new(16);
    assert_eq!(notes.victim(100, 5, &priorities), Some(lead), "released goes first among equals");
    priorities.set(9, ChannelPriority::HIGH);
    priorities.set(1, ChannelPriority::LOW);
    assert_eq!(notes.victim(100, 5, &priorities), Some(pad));
    assert_eq!(notes.victim(0, 5, &priorities), Some(pad), "even a young one");
    notes.set_state(pad, NoteState::Cut);
    assert_eq!(notes.victim(100, 1, &priorities), None, "a low channel takes from none above it");
    assert_eq!(notes.victim(100, 5, &priorities), Some(lead));
    notes.set_state(lead, NoteState::Cut);
    assert_eq!(notes.victim(100, 5, &priorities), None);
    assert_eq!(notes.victim(100, 9, &priorities), Some(drum));
}
