use super::*;

fn syllable(frame: u64, text: &str, begins: Begins) -> Syllable {
    Syllable { time: SampleTime(frame), text: text.to_owned(), begins }
}

fn words() -> Words {
    Words::of(vec![
        syllable(10, "Ma", Begins::Paragraph),
        syllable(20, "ry ", Begins::Nothing),
        syllable(30, " ", Begins::Line),
        syllable(40, "had", Begins::Line),
        syllable(50, " a lamb", Begins::Nothing),
    ])
}

#[test]
fn lines_come_whole_when_their_first_syllable_is_sung() {
    let mut words = words();
    assert_eq!(words.sung_at(SampleTime(9)), None);
    assert_eq!(words.sung_at(SampleTime(10)).as_deref(), Some("Mary"));
    assert_eq!(words.sung_at(SampleTime(39)), None);
    assert_eq!(words.sung_at(SampleTime(60)).as_deref(), Some("had a lamb"));
    assert_eq!(words.sung_at(SampleTime(70)), None);
}

#[test]
fn a_jump_back_brings_the_lines_from_there_on_again() {
    let mut words = words();
    assert!(words.sung_at(SampleTime(60)).is_some() && words.sung_at(SampleTime(60)).is_some());
    assert_eq!(words.sung_at(SampleTime(15)), None);
    assert_eq!(words.sung_at(SampleTime(40)).as_deref(), Some("had a lamb"));
}
