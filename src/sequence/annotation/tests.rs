use super::*;
use crate::midi::smf::{Division, Format, Track};
use crate::sequence::Sequence;

fn sequence(fill: impl Fn(&mut Track)) -> Option<Sequence> {
    let mut track = Track::default();
    fill(&mut track);
    track.end = 960;
    let division = Division::from_word(480)?;
    let smf = Smf { format: Format::Single, division, tracks: vec![track], rmid: None, xf: None };
    Some(Sequence::new(&smf, SampleRate::new(48_000)?))
}

fn loop_of(fill: impl Fn(&mut Track)) -> Option<(u64, u64)> {
    let points = sequence(fill)?.loop_points()?;
    Some((points.start.0, points.end.0))
}

fn control(number: u8) -> Option<Message> {
    Message::from_midi1(0xB0, number, 0)
}

#[test]
fn loops_are_marked_by_texts_or_by_controllers() {
    let marked = |start: &'static str, end: &'static str| {
        loop_of(|track| {
            track.push(240, Meta::text(TextKind::MARKER, start));
            track.push(480, Meta::text(TextKind::MARKER, end));
        })
    };
    assert_eq!(marked("loopStart", "loopEnd"), Some((12_000, 24_000)));
    assert_eq!(marked("LOOP_START", "other"), Some((12_000, 48_000)));
    assert_eq!(marked("loopEnd", "loopStart"), None);
    let by = |first: u8, second: u8| {
        loop_of(|track| {
            for (tick, number) in [(240, first), (480, second)] {
                if let Some(message) = control(number) {
                    track.push(tick, message);
                }
            }
        })
    };
    assert_eq!(by(116, 117), Some((12_000, 24_000)));
    assert_eq!(by(111, 7), Some((12_000, 48_000)));
    assert_eq!(by(7, 10), None);
}

#[test]
fn chords_of_xf_files_are_named() {
    let name = |bytes: &[u8]| chord_name(bytes);
    assert_eq!(name(&[0x31, 0, 0x7F, 0x7F]).as_deref(), Some("C"));
    assert_eq!(name(&[0x44, 10, 0x7F, 0x7F]).as_deref(), Some("F#m7"));
    assert_eq!(name(&[0x31, 0, 0x33, 0x7F]).as_deref(), Some("C/E"));
    assert_eq!(name(&[0x27, 19]).as_deref(), Some("Bb7"));
    assert_eq!(name(&[0x30, 0]), None);
    assert_eq!(name(&[0x31, 99]), None);
    let bytes = [0x43, 0x7B, 1, 0x36, 8, 0x7F, 0x7F];
    let song = sequence(|track| track.push(480, Meta::SequencerSpecific(bytes.into())));
    let chords = song.map(|song| song.chords().to_vec()).unwrap_or_default();
    assert_eq!(chords, [TimedChord { time: SampleTime(24_000), name: "Am".into() }]);
}
