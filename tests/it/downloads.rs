//! Instruments that are downloaded to a port and unloaded from it: handles, what is held, what is told.

use std::sync::Arc;

use portative::bank::write::{Instrument, Points, Preset, Sample, SoundFont, Zone};
use portative::bank::{Bank, BankError, Generator, PatchNumber, Stack};
use portative::engine::{ChannelPriority, Effects, EngineError};
use portative::midi::{Channel, ChannelGroup, Key, Program, Velocity};
use portative::port::{DownloadId, EventInput, Params, PortError, PortEvent, Renderer, SynthPort};
use portative::riff::ByteSource;

/// Points of each wave of [`font`].
const POINTS: i16 = 10_000;

/// Three presets. The first two share a wave, and the second and the third another.
fn font() -> SoundFont {
    let wave = |level| Sample {
        rate: 48_000,
        ..Sample::new("wave", Points::Pcm16(vec![level; POINTS as usize])).looped(100, 9_000)
    };
    let instrument = |waves: &[u16]| Instrument {
        zones: waves
            .iter()
            .map(|&wave| Zone::new().set(Generator::SampleModes, 1).sample(wave))
            .collect(),
        ..Instrument::new("instrument")
    };
    SoundFont {
        presets: (0..3)
            .map(|number| Preset::new("preset", 0, number).zone(Zone::new().instrument(number)))
            .collect(),
        instruments: vec![instrument(&[0, 1]), instrument(&[1, 2]), instrument(&[2])],
        samples: vec![wave(3_000), wave(5_000), wave(7_000)],
        ..SoundFont::default()
    }
}

fn bank() -> Arc<Bank> {
    Arc::new(Bank::from_source(Arc::new(font().to_bytes().unwrap())).unwrap())
}

fn open() -> SynthPort {
    let effects = Some(Effects::NONE);
    SynthPort::open(Params { sample_rate: Some(48_000), effects, ..Params::default() }).unwrap()
}

fn patch(program: u8) -> PatchNumber {
    PatchNumber::melodic(program)
}

/// Instruments and waves in a port.
fn held(port: &SynthPort) -> (u64, u64) {
    let content = port.content().unwrap();
    (content.instruments, content.waves)
}

fn strike(input: &mut EventInput, program: u8) {
    let channel = Channel::new(program).unwrap();
    input.program_change(channel, Program::new(program).unwrap()).unwrap();
    input.note_on(channel, Key::new(60).unwrap(), Velocity::new(100).unwrap()).unwrap();
}

fn let_go(input: &mut EventInput, program: u8) {
    input.note_off(Channel::new(program).unwrap(), Key::new(60).unwrap()).unwrap();
}

/// The peak of the next tenth of a second.
fn listen(renderer: &mut Renderer) -> f32 {
    let mut out = [0.0; 9_600];
    out.chunks_mut(256).for_each(|block| renderer.render_interleaved(block));
    out.iter().fold(0.0, |peak: f32, point| peak.max(point.abs()))
}

/// What was unloaded since this was last asked.
fn events(port: &SynthPort) -> Vec<PortEvent> {
    let unloaded = |event: &PortEvent| matches!(event, PortEvent::Unloaded(_));
    std::iter::from_fn(|| port.poll_event()).filter(unloaded).collect()
}

#[test]
fn waves_that_instruments_share_are_held_once_and_until_the_last_goes() {
    let (port, bank) = (open(), bank());
    let [first, second, third] = [0, 1, 2].map(|at| port.download(&bank, patch(at)).unwrap());
    assert_eq!(held(&port), (3, 3));
    let bytes = port.content().unwrap().bytes;
    assert!((60_000..65_000).contains(&bytes), "three waves of 20 kB and their guards, {bytes}");
    assert_eq!(port.downloads().unwrap(), [first, second, third]);
    port.unload(second).unwrap();
    assert_eq!(held(&port), (2, 3), "each of its waves has another instrument");
    port.unload(first).unwrap();
    assert_eq!(held(&port), (1, 1));
    port.unload(third).unwrap();
    assert_eq!(port.content().unwrap().bytes, 0);
    let unloaded = [second, first, third].map(PortEvent::Unloaded);
    assert_eq!(events(&port), unloaded, "each once, and at once since nothing sounds");
}

#[test]
fn a_note_that_sounds_keeps_its_instrument_until_it_ends_and_it_is_told_once() {
    let (port, bank) = (open(), bank());
    let id = port.download(&bank, patch(0)).unwrap();
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    strike(&mut input, 0);
    let level = listen(&mut renderer);
    assert!(level > 0.01);
    port.unload(id).unwrap();
    assert_eq!(listen(&mut renderer), level, "it goes on as if nothing had happened");
    assert_eq!((events(&port), held(&port)), (vec![], (1, 2)));
    strike(&mut input, 0);
    assert_eq!(listen(&mut renderer), level, "a new note finds nothing to play");
    let_go(&mut input, 0);
    let_go(&mut input, 0);
    while listen(&mut renderer) > 0.0 {}
    listen(&mut renderer);
    assert_eq!(events(&port), [PortEvent::Unloaded(id)]);
    assert_eq!(held(&port), (0, 0));
    assert_eq!(listen(&mut renderer), 0.0);
    assert_eq!((events(&port), port.close().unwrap().content.instruments), (vec![], 0));
}

#[test]
fn close_tells_of_what_was_unloaded_and_still_sounded_and_of_nothing_else() {
    let (port, bank) = (open(), bank());
    let [sounding, kept] = [0, 1].map(|program| port.download(&bank, patch(program)).unwrap());
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    strike(&mut input, 0);
    listen(&mut renderer);
    port.unload(sounding).unwrap();
    listen(&mut renderer);
    assert_eq!(events(&port), []);
    drop(renderer);
    let released = port.close().unwrap();
    assert_eq!((released.content.instruments, released.content.waves), (2, 3));
    assert_eq!(events(&port), [PortEvent::Unloaded(sounding)]);
    port.reopen(Params::default()).unwrap();
    for id in [sounding, kept] {
        let refused = port.unload(id).unwrap_err();
        assert!(matches!(refused, PortError::InvalidDownload { id: named } if named == id));
    }
    assert_eq!(events(&port), []);
}

#[test]
fn a_handle_is_good_once_and_in_its_own_port() {
    let (port, other, bank) = (open(), open(), bank());
    let id = port.download(&bank, patch(0)).unwrap();
    let refused = other.unload(id).unwrap_err();
    assert!(matches!(refused, PortError::InvalidDownload { .. }), "{refused}");
    port.unload(id).unwrap();
    let refused = port.unload(id).unwrap_err();
    assert!(matches!(refused, PortError::NotDownloaded { id: named } if named == id), "{refused}");
    assert_eq!(events(&port), [PortEvent::Unloaded(id)]);
    let next = port.download(&bank, patch(0)).unwrap();
    assert_ne!(next, id, "no handle is used twice");
}

#[test]
fn the_same_preset_is_downloaded_once_but_again_after_it_was_unloaded() {
    let (port, bank) = (open(), bank());
    let id = port.download(&bank, patch(0)).unwrap();
    match port.download(&bank, patch(0)).unwrap_err() {
        PortError::AlreadyDownloaded { id: named, bank: 0, program: 0 } => assert_eq!(named, id),
        other => panic!("{other}"),
    }
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    strike(&mut input, 0);
    listen(&mut renderer);
    port.unload(id).unwrap();
    let again = port.download(&bank, patch(0)).unwrap();
    listen(&mut renderer);
    assert_eq!(
        held(&port),
        (2, 2),
        "the old one sounds, the new one waits, the waves are the same"
    );
    assert_eq!(port.downloads().unwrap(), [again]);
}

#[test]
fn two_ports_share_the_waves_of_a_bank_and_one_closes_without_the_other() {
    let (one, other, bank) = (open(), open(), bank());
    let waves = bank.instrument(bank.find(0, 0).unwrap()).unwrap();
    let holders = || Arc::strong_count(&waves.waves()[0]);
    let ours = holders();
    one.download(&bank, patch(0)).unwrap();
    other.download(&bank, patch(0)).unwrap();
    let both = holders();
    one.close().unwrap();
    assert!(ours < holders() && holders() < both, "given back by one");
    let (mut input, mut renderer) = (other.event_input().unwrap(), other.activate().unwrap());
    strike(&mut input, 0);
    assert!(listen(&mut renderer) > 0.01);
    other.close().unwrap();
    assert_eq!(holders(), ours);
}

#[test]
fn a_bank_is_swapped_while_it_sounds() {
    let port = open();
    let (old, new) = (bank(), bank());
    let before = port.download(&old, patch(0)).unwrap();
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    strike(&mut input, 0);
    let level = listen(&mut renderer);
    port.download(&new, patch(0)).unwrap();
    port.unload(before).unwrap();
    assert_eq!(listen(&mut renderer), level, "the note goes on with the old bank");
    input
        .note_on(Channel::new(0).unwrap(), Key::new(72).unwrap(), Velocity::new(100).unwrap())
        .unwrap();
    assert!(listen(&mut renderer) > 1.5 * level, "a new note has the new one");
    let_go(&mut input, 0);
    while events(&port).is_empty() {
        listen(&mut renderer);
    }
    assert_eq!(held(&port), (1, 2));
}

#[test]
fn what_cannot_be_downloaded_leaves_nothing_behind() {
    let (port, bank) = (open(), bank());
    let kept = port.download(&bank, patch(1)).unwrap();
    let content = port.content().unwrap();
    let refused = port.download(&bank, patch(77)).unwrap_err();
    assert_eq!(refused.to_string(), "the bank has no preset in bank 0 program 77");
    let refused = port.download_bank(Arc::new(b"RIFF\x04\0\0\0WAVE".to_vec())).unwrap_err();
    assert!(matches!(refused, PortError::Engine(_)), "{refused}");
    // A file that ends in the middle of its waves: opened whole, then cut.
    let bytes = font().to_bytes().unwrap();
    let cut =
        Arc::new(Cut { whole: bytes.len() as u64, bytes: bytes[..20_000].to_vec(), tables: bytes });
    let damaged = Arc::new(Bank::from_source(cut).unwrap());
    let refused = port.download(&damaged, patch(0)).unwrap_err();
    let PortError::Engine(EngineError::Bank { source, .. }) = &refused else { panic!("{refused}") };
    assert!(source.to_string().contains("offset"), "says where: {source}");
    assert!(source.downcast_ref::<BankError>().is_some());
    assert_eq!(port.content().unwrap(), content);
    assert_eq!(port.downloads().unwrap(), [kept]);
    assert_eq!(events(&port), []);
}

/// A source whose waves were cut off after it was opened; the tables behind them can still be read.
struct Cut {
    whole: u64,
    bytes: Vec<u8>,
    tables: Vec<u8>,
}

impl ByteSource for Cut {
    fn len(&self) -> u64 {
        self.whole
    }

    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> std::io::Result<()> {
        let wave = buf.len() > 5_000 && offset > 200;
        if wave {
            self.bytes.read_exact_at(buf, offset)
        } else {
            self.tables.read_exact_at(buf, offset)
        }
    }
}

#[test]
fn downloads_and_unloads_beside_a_render_thread_lose_nothing() {
    let (port, bank) = (open(), bank());
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    let done = std::sync::atomic::AtomicBool::new(false);
    let (mut told, ids): (Vec<DownloadId>, Vec<_>) = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(std::sync::atomic::Ordering::SeqCst) {
                let mut block = [0.0; 128];
                renderer.render_interleaved(&mut block);
            }
        });
        let mut ids = Vec::new();
        for round in 0..500 {
            let program = (round % 3) as u8;
            let id = port.download(&bank, patch(program)).unwrap();
            strike(&mut input, program);
            port.unload(id).unwrap();
            let_go(&mut input, program);
            ids.push(id);
            std::thread::yield_now();
        }
        let mut told = Vec::new();
        while told.len() < ids.len() {
            told.extend(std::iter::from_fn(|| port.poll_event()).filter_map(|event| match event {
                PortEvent::Unloaded(id) => Some(id),
                _ => None,
            }));
        }
        done.store(true, std::sync::atomic::Ordering::SeqCst);
        (told, ids)
    });
    told.sort_unstable();
    assert_eq!(told, ids, "each exactly once");
    assert_eq!(held(&port), (0, 0));
}

#[test]
fn channel_priorities_steer_which_notes_make_room() {
    let params = Params { voices: Some(4), effects: Some(Effects::NONE), ..Params::default() };
    let port = SynthPort::open(params).unwrap();
    port.download_presets(Stack::new(vec![bank()]).presets()).unwrap();
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    let channel = |number| Channel::new(number).unwrap();
    let group = ChannelGroup(0);
    port.set_channel_priority(group, channel(2), ChannelPriority::HIGH).unwrap();
    port.set_channel_priority(group, channel(1), ChannelPriority::LOW).unwrap();
    assert_eq!(port.channel_priority(group, channel(1)).unwrap(), ChannelPriority::LOW);
    assert_eq!(port.channel_priority(group, channel(0)).unwrap(), ChannelPriority::STANDARD);
    let refused = port.set_channel_priority(ChannelGroup(9), channel(0), ChannelPriority::LOW);
    assert_eq!(
        refused.unwrap_err().to_string(),
        "there is no channel group 9; the port has 1, from 0"
    );
    // Four voices: one note of one voice on the high channel, three of one on the others.
    let mut strike = |number: u8, key: u8| {
        let channel = channel(number);
        input.program_change(channel, Program::new(2).unwrap()).unwrap();
        input.note_on(channel, Key::new(key).unwrap(), Velocity::new(100).unwrap()).unwrap();
        listen(&mut renderer);
        port.stats().unwrap().lost_notes
    };
    for (number, key) in [(2, 60), (0, 60), (0, 61), (1, 60)] {
        assert_eq!(strike(number, key), 0);
    }
    assert_eq!(strike(1, 61), 1, "the low channel takes its own");
    assert_eq!(strike(0, 62), 2, "then the standard one takes the low one's");
    assert_eq!(strike(1, 62), 3, "the low one finds nothing to take, and is lost itself");
    assert_eq!(strike(2, 61), 4);
    assert_eq!(port.stats().unwrap().voices, Some(4));
}
