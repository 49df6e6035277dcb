//! Which presets play a song, as the engine would have it.

use std::sync::Arc;

use portative::bank::{BankPreset, KeySet, PatchNumber, Stack};

use portative::engine::native::{self, Casting, casting};
use portative::io::{BUILT_IN_BANK, Offline};
use portative::midi::smf::{Division, Format, Smf, SysExData, Track, TrackEventKind};
use portative::midi::{Channel, ControlValue, Controller, Key, Message, Program, Velocity};
use portative::sequence::Sequence;
use portative::time::SampleRate;
use portative::{Bank, Params, SynthPort};

/// A song of one note for each bank and program, on this channel.
fn song(channel: u8, first: Option<&[u8]>, wanted: &[(u8, u8)]) -> Sequence {
    let channel = Channel::new(channel).unwrap();
    let (key, velocity) = (Key::new(60).unwrap(), Velocity::new(100).unwrap());
    let mut track = Track::default();
    if let Some(payload) = first {
        let bytes = payload.into();
        track.push(0, TrackEventKind::SysEx(SysExData { bytes, starts: true, ends: true }));
    }
    for (&(bank, program), tick) in wanted.iter().zip(1..) {
        let value = ControlValue::from_u7(bank);
        let controller = Controller::BANK_SELECT;
        track.push(tick, Message::ControlChange { channel, controller, value });
        let program = Program::new(program).unwrap();
        track.push(tick, Message::ProgramChange { channel, program, bank: None });
        track.push(tick, Message::NoteOn { channel, key, velocity });
    }
    let division = Division::from_word(480).unwrap();
    let smf = Smf { format: Format::Single, division, tracks: vec![track], rmid: None, xf: None };
    Sequence::new(&smf, SampleRate::new(48_000).unwrap())
}

/// Bank and program.
type Number = (u16, u8);

/// Numbers asked for and numbers that play.
fn cast(song: &Sequence, has: &[Number]) -> Vec<(Number, Option<Number>)> {
    let pair = |number: PatchNumber| (number.bank, number.program);
    let has = |number| has.contains(&pair(number));
    let events = song.events().iter().map(|timed| &timed.event);
    let cast = casting(events, 1, has);
    assert!(cast.iter().all(|part| part.notes == 1));
    cast.into_iter().map(|part: Casting| (pair(part.asked), part.plays.map(pair))).collect()
}

#[test]
fn what_is_there_plays_and_what_is_not_has_a_stand_in() {
    let melodic = song(0, None, &[(0, 0), (8, 5), (9, 5), (9, 6), (0, 7)]);
    let plays = cast(&melodic, &[(0, 0), (0, 5), (8, 5), (0, 6)]);
    let expected = [
        ((0, 0), Some((0, 0))),
        ((0, 7), Some((0, 0))),
        ((8, 5), Some((8, 5))),
        ((9, 5), Some((8, 5))),
        ((9, 6), Some((0, 6))),
    ];
    assert_eq!(plays, expected);
    let kits = song(9, None, &[(0, 0), (0, 25), (0, 31), (0, 48)]);
    let plays = cast(&kits, &[(128, 0), (128, 24), (128, 25)]);
    let expected = [
        ((128, 0), Some((128, 0))),
        ((128, 25), Some((128, 25))),
        ((128, 31), Some((128, 24))),
        ((128, 48), Some((128, 0))),
    ];
    assert_eq!(plays, expected);
    assert_eq!(cast(&kits, &[(0, 0)])[0].1, None);
}

#[test]
fn general_midi_has_one_bank() {
    let on = [0x7E, 0x7F, 9, 1];
    assert_eq!(cast(&song(0, Some(&on), &[(8, 5)]), &[(8, 5), (0, 5)])[0].1, Some((0, 5)));
    assert_eq!(cast(&song(0, None, &[(8, 5)]), &[(8, 5), (0, 5)])[0].1, Some((8, 5)));
}

#[test]
fn the_engine_counts_as_missing_what_is_cast_with_another_program() {
    let bank = Arc::new(Bank::from_source(Arc::new(BUILT_IN_BANK)).unwrap());
    let few = Stack::new(vec![bank]).presets_for(&[3, 17]);
    let numbers: Vec<_> =
        few.iter().map(|preset| preset.numbers()).map(|(b, p)| (b, p as u8)).collect();
    let wanted: Vec<_> = (0..128).map(|program| (program % 3, program)).collect();
    for channel in [0, 9] {
        let song = Arc::new(song(channel, None, &wanted));
        let cast = cast(&song, &numbers);
        let other = |((bank, asked), plays): &(Number, Option<Number>)| {
            let kin = if *bank == 128 { asked & !7 } else { *asked };
            plays.is_none_or(|(_, program)| program != *asked && program != kin)
        };
        let port = SynthPort::open(Params::default()).unwrap();
        port.download_presets(few.clone()).unwrap();
        let mut offline = Offline::new(&port, Arc::clone(&song)).unwrap();
        offline.render(&mut vec![0.0; 2 * 48_000]).unwrap();
        let missing = port.stats().unwrap().missing_presets;
        assert_eq!(missing, cast.iter().filter(|part| other(part)).count() as u64);
        assert!(missing > 64);
    }
}

/// The presets to have for a song; `None` where that cannot be told.
fn needed(song: &Sequence, has: &[Number]) -> Option<Vec<Number>> {
    let has = |number: PatchNumber| has.contains(&(number.bank, number.program));
    let events = song.events().iter().map(|timed| &timed.event);
    let cast = native::cast(events, 1, has)?;
    Some(cast.into_keys().map(|number| (number.bank, number.program)).collect())
}

#[test]
fn a_song_needs_what_plays_its_notes_and_nothing_else() {
    let melodic = song(0, None, &[(0, 0), (8, 5), (9, 5), (9, 6), (0, 7)]);
    let has = [(0, 0), (0, 5), (8, 5), (0, 6), (0, 9), (8, 7), (128, 0)];
    assert_eq!(needed(&melodic, &has), Some(vec![(0, 0), (0, 6), (8, 5)]));
}

#[test]
fn parts_that_listen_to_other_channels_need_what_cannot_be_told() {
    // GS: part 1 receives channel 3; the sum of address, data and the last byte is a multiple of 128.
    let listen = [0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x02, 0x02, 0x2B];
    assert_eq!(needed(&song(0, Some(&listen), &[(0, 0)]), &[(0, 0)]), None);
}

/// The example song with every melodic program and the kit.
fn tour() -> Arc<Sequence> {
    let smf = Smf::read(include_bytes!("../../../examples/songs/grand-tour.mid")).unwrap().smf;
    Arc::new(Sequence::new(&smf, SampleRate::new(22_050).unwrap()))
}

#[test]
fn a_song_on_the_keys_that_it_plays_is_the_same_to_the_bit() {
    let song = tour();
    let bank = Arc::new(Bank::from_source(Arc::new(BUILT_IN_BANK)).unwrap());
    let whole = Stack::new(vec![bank]).presets();
    let numbers = |preset: &BankPreset| {
        let (bank, program) = preset.numbers();
        PatchNumber { bank, program: program as u8 }
    };
    let events = song.events().iter().map(|timed| &timed.event);
    let has = |number| whole.iter().any(|preset| numbers(preset) == number);
    let mut keys = native::cast(events, 1, has).unwrap();
    let wanted =
        |preset: &BankPreset| Some(preset.clone().for_keys(keys.remove(&numbers(preset))?));
    let trimmed: Vec<_> = whole.iter().filter_map(wanted).collect();
    assert!(keys.is_empty());
    let play = |presets: Vec<BankPreset>| {
        let rate = song.rate();
        let port =
            SynthPort::open(Params { sample_rate: Some(rate.hz()), ..Params::default() }).unwrap();
        port.download_presets(presets).unwrap();
        let mut points = vec![0.0; 2 * song.duration().0 as usize];
        Offline::new(&port, Arc::clone(&song)).unwrap().render(&mut points).unwrap();
        (points, port.content().unwrap().bytes)
    };
    let (expected, all) = play(whole);
    let (points, some) = play(trimmed);
    assert!(expected.iter().any(|point| point.abs() > 0.05));
    assert!(points == expected);
    assert!(some < all, "{some} of {all} bytes");
}

#[test]
fn a_song_needs_the_keys_of_its_notes_and_all_when_keys_are_moved() {
    let keys = |first: Option<&[u8]>| {
        let song = song(0, first, &[(0, 0), (0, 1)]);
        let events = song.events().iter().map(|timed| &timed.event);
        native::cast(events, 1, |_| true).unwrap().into_values().collect::<Vec<_>>()
    };
    assert_eq!(keys(None), [KeySet::from_iter([60]); 2]);
    // GS: master key shift, part 1's pitch key shift; XG: transpose, part 1's note shift.
    let shifts: [&[u8]; 4] = [
        &[0x41, 0x10, 0x42, 0x12, 0x40, 0x00, 0x05, 0x42, 0x79],
        &[0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x16, 0x42, 0x57],
        &[0x43, 0x10, 0x4C, 0x00, 0x00, 0x06, 0x42],
        &[0x43, 0x10, 0x4C, 0x08, 0x00, 0x08, 0x42],
    ];
    for shift in shifts {
        assert_eq!(keys(Some(shift)), [KeySet::ALL; 2], "{shift:02X?}");
    }
}
