//! Downloads: handles, what is refused, what is kept, and what is told when it goes.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use portative::bank::write::{Instrument, Points, Preset, Sample, SoundFont, Zone};
use portative::bank::{Bank, Generator, PatchNumber, Stack};
use portative::engine::{Content, Effects};
use portative::midi::{Channel, Key, Velocity};
use portative::port::{DownloadId, EventInput, Params, PortError, PortEvent, Renderer, SynthPort};
use portative::riff::ByteSource;

/// Presets 0 and 1 share a wave that sounds for as long as a key is held.
fn bytes() -> Vec<u8> {
    let wave = Sample::new("wave", Points::Pcm16(vec![9_000; 4_000])).looped(100, 3_000);
    let zone = || Zone::new().set(Generator::SampleModes, 1).sample(0);
    let instrument = || Instrument { zones: vec![zone()], ..Instrument::new("instrument") };
    let font = SoundFont {
        presets: (0..2)
            .map(|number| Preset::new("preset", 0, number).zone(Zone::new().instrument(number)))
            .collect(),
        instruments: vec![instrument(), instrument()],
        samples: vec![wave],
        ..SoundFont::default()
    };
    font.to_bytes().unwrap()
}

fn bank() -> Arc<Bank> {
    Arc::new(Bank::from_source(Arc::new(bytes())).unwrap())
}

fn params() -> Params {
    Params { effects: Some(Effects::NONE), sample_rate: Some(48_000), ..Params::default() }
}

fn open() -> SynthPort {
    SynthPort::open(params()).unwrap()
}

fn melodic(port: &SynthPort, bank: &Arc<Bank>, program: u8) -> DownloadId {
    port.download(bank, PatchNumber::melodic(program)).unwrap()
}

fn told(port: &SynthPort) -> Vec<DownloadId> {
    std::iter::from_fn(|| port.poll_event())
        .filter_map(|event| match event {
            PortEvent::Unloaded(id) => Some(id),
            _ => None,
        })
        .collect()
}

fn strike(input: &mut EventInput) {
    let (key, velocity) = (Key::new(60).unwrap(), Velocity::new(100).unwrap());
    input.note_on(Channel::default(), key, velocity).unwrap();
}

fn let_go(input: &mut EventInput) {
    input.note_off(Channel::default(), Key::new(60).unwrap()).unwrap();
}

fn listen(renderer: &mut Renderer) -> f32 {
    let mut out = [0.0; 9_600];
    out.chunks_mut(256).for_each(|block| renderer.render_interleaved(block));
    out.iter().fold(0.0, |peak: f32, point| peak.max(point.abs()))
}

/// Renders until nothing sounds, and once more.
fn silence(renderer: &mut Renderer) {
    (0..200).find(|_| listen(renderer) == 0.0).expect("silence");
    listen(renderer);
}

#[test]
fn a_wave_stays_until_the_last_instrument_that_uses_it_has_gone() {
    let (port, bank) = (open(), bank());
    let [first, second] = [0, 1].map(|program| melodic(&port, &bank, program));
    let with_both = port.content().unwrap();
    assert_eq!((with_both.instruments, with_both.waves), (2, 1));
    port.unload(first).unwrap();
    let with_one = port.content().unwrap();
    assert_eq!(with_one, Content { instruments: 1, ..with_both });
    assert_eq!(told(&port), [first], "what only it held is free");
    port.unload(second).unwrap();
    assert_eq!((port.content().unwrap(), told(&port)), (Content::default(), vec![second]));
}

#[test]
fn unloading_before_the_note_ends_tells_once_and_after_the_note() {
    let (port, bank) = (open(), bank());
    let id = melodic(&port, &bank, 0);
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    strike(&mut input);
    listen(&mut renderer);
    port.unload(id).unwrap();
    assert!(listen(&mut renderer) > 0.01);
    assert_eq!(told(&port), []);
    let_go(&mut input);
    silence(&mut renderer);
    assert_eq!(told(&port), [id]);
    silence(&mut renderer);
    port.close().unwrap();
    assert_eq!(told(&port), []);
}

#[test]
fn unloading_after_the_note_has_ended_tells_once_and_at_the_next_block() {
    let (port, bank) = (open(), bank());
    let id = melodic(&port, &bank, 0);
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    strike(&mut input);
    let_go(&mut input);
    silence(&mut renderer);
    port.unload(id).unwrap();
    listen(&mut renderer);
    assert_eq!(told(&port), [id]);
    drop(renderer);
    port.close().unwrap();
    port.reopen(params()).unwrap();
    assert_eq!(told(&port), []);
}

#[test]
fn while_nobody_renders_nothing_ends_and_the_next_activation_goes_on() {
    let (port, bank) = (open(), bank());
    let id = melodic(&port, &bank, 0);
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    strike(&mut input);
    listen(&mut renderer);
    port.deactivate().unwrap();
    port.unload(id).unwrap();
    let_go(&mut input);
    silence(&mut renderer);
    assert_eq!((told(&port), port.content().unwrap().waves), (vec![], 1));
    silence(&mut port.activate().unwrap());
    assert_eq!((told(&port), port.content().unwrap().waves), (vec![id], 0));
}

#[test]
fn closing_before_silence_tells_of_what_was_unloaded_before_it_returns() {
    for rendered_after_unload in [false, true] {
        for deactivated in [false, true] {
            let (port, bank) = (open(), bank());
            let [id, _kept] = [0, 1].map(|program| melodic(&port, &bank, program));
            let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
            strike(&mut input);
            listen(&mut renderer);
            port.unload(id).unwrap();
            if rendered_after_unload {
                listen(&mut renderer);
            }
            if deactivated {
                port.deactivate().unwrap();
            }
            assert_eq!(told(&port), []);
            assert!(port.close().unwrap().freed);
            assert_eq!(told(&port), [id]);
            port.reopen(params()).unwrap();
            port.close().unwrap();
            assert_eq!(told(&port), []);
        }
    }
}

#[test]
fn an_event_that_nobody_asked_for_is_still_there_after_the_port_opened_again() {
    let (port, bank) = (open(), bank());
    let id = melodic(&port, &bank, 0);
    port.unload(id).unwrap();
    port.close().unwrap();
    port.reopen(params()).unwrap();
    assert_eq!(told(&port), [id]);
}

#[test]
fn a_dropped_port_gives_back_what_still_sounded() {
    let bank = bank();
    let wave = Arc::clone(&bank.instrument(bank.find(0, 0).unwrap()).unwrap().waves()[0]);
    let at_rest = Arc::strong_count(&wave);
    for unloaded in [false, true] {
        let port = open();
        let id = melodic(&port, &bank, 0);
        let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
        strike(&mut input);
        listen(&mut renderer);
        if unloaded {
            port.unload(id).unwrap();
        }
        drop(port);
        assert_eq!(Arc::strong_count(&wave), at_rest);
        assert_eq!(listen(&mut renderer), 0.0);
    }
}

#[test]
fn a_refused_unload_tells_nothing() {
    let (port, other, bank) = (open(), open(), bank());
    let foreign = melodic(&other, &bank, 0);
    let own = melodic(&port, &bank, 0);
    port.close().unwrap();
    for id in [foreign, own] {
        assert!(matches!(port.unload(id), Err(PortError::WrongState { .. })), "the state first");
    }
    port.reopen(params()).unwrap();
    let new = melodic(&port, &bank, 1);
    for id in [foreign, own] {
        assert!(matches!(port.unload(id), Err(PortError::InvalidDownload { id: it }) if it == id));
    }
    assert_eq!((port.downloads().unwrap(), told(&port)), (vec![new], vec![]));
    assert_eq!((other.downloads().unwrap(), told(&other)), (vec![foreign], vec![]));
}

#[test]
fn a_download_twice_and_an_unload_twice_each_have_their_own_name() {
    let (port, bank) = (open(), bank());
    let id = melodic(&port, &bank, 0);
    let again = port.download(&bank, PatchNumber::melodic(0));
    assert!(matches!(again, Err(PortError::AlreadyDownloaded { id: it, .. }) if it == id));
    // One that is there already keeps the whole of several out.
    let presets = Stack::new(vec![Arc::clone(&bank)]).presets();
    let content = port.content().unwrap();
    assert!(matches!(port.download_presets(presets), Err(PortError::AlreadyDownloaded { .. })));
    assert_eq!(port.content().unwrap(), content);
    port.unload(id).unwrap();
    assert!(matches!(port.unload(id), Err(PortError::NotDownloaded { id: it }) if it == id));
    assert_eq!(told(&port), [id]);
}

#[test]
fn of_several_under_one_handle_a_preset_named_twice_is_not_held_twice() {
    let (port, bank) = (open(), bank());
    let mut presets = Stack::new(vec![Arc::clone(&bank)]).presets();
    presets.extend(Stack::new(vec![Arc::clone(&bank)]).presets());
    match port.download_presets(presets) {
        Ok(id) => {
            assert_eq!(port.content().unwrap().waves, 1);
            port.unload(id).unwrap();
        }
        Err(refused) => assert!(matches!(refused, PortError::AlreadyDownloaded { .. })),
    }
    assert_eq!(port.content().unwrap(), Content::default());
    melodic(&port, &bank, 0);
}

#[test]
fn no_presets_at_all_are_a_download_like_any_other_or_none() {
    let port = open();
    if let Ok(id) = port.download_presets(Vec::new()) {
        assert_eq!(port.downloads().unwrap(), [id]);
        port.unload(id).unwrap();
        assert_eq!(told(&port), [id]);
    }
    assert_eq!(port.content().unwrap(), Content::default());
}

/// A file that can be cut, and whose readers are counted.
struct Touched {
    bytes: Mutex<Vec<u8>>,
    len: u64,
    sealed: AtomicBool,
}

impl ByteSource for Touched {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        assert!(!self.sealed.load(Ordering::SeqCst), "read after the download");
        self.bytes.lock().unwrap().read_exact_at(buf, offset)
    }
}

fn touched() -> Arc<Touched> {
    let bytes = bytes();
    let len = bytes.len() as u64;
    Arc::new(Touched { bytes: Mutex::new(bytes), len, sealed: AtomicBool::new(false) })
}

#[test]
fn the_source_is_not_read_after_the_download_has_returned() {
    let source = touched();
    let bank = Arc::new(Bank::from_source(Arc::<Touched>::clone(&source)).unwrap());
    let port = open();
    melodic(&port, &bank, 0);
    let whole = open();
    whole.download_bank(Arc::<Touched>::clone(&source)).unwrap();
    source.sealed.store(true, Ordering::SeqCst);
    source.bytes.lock().unwrap().fill(0xFF);
    for port in [port, whole] {
        let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
        strike(&mut input);
        assert!(listen(&mut renderer) > 0.01);
        assert_eq!(port.stats().unwrap().faults, 0);
    }
}

#[test]
fn a_file_cut_after_it_was_opened_is_refused_and_leaves_nothing() {
    let length = bytes().len();
    for kept in [0, 12, 100, 300, length / 2] {
        let source = touched();
        let bank = Arc::new(Bank::from_source(Arc::<Touched>::clone(&source)).unwrap());
        source.bytes.lock().unwrap().truncate(kept);
        let port = open();
        let refused = port.download(&bank, PatchNumber::melodic(0)).unwrap_err();
        assert!(matches!(refused, PortError::Engine(_)), "{refused}");
        assert_eq!(port.content().unwrap(), Content::default());
        assert_eq!((port.downloads().unwrap(), told(&port)), (vec![], vec![]));
        let sound = super::download::bank();
        melodic(&port, &sound, 0);
    }
}

#[test]
fn a_bank_cut_or_spoilt_anywhere_is_refused_whole_or_plays() {
    let whole = bytes();
    let port = open();
    let mut taken = 0;
    let mut attempt = |bytes: Vec<u8>| match port.download_bank(Arc::new(bytes)) {
        Ok(id) => {
            taken += 1;
            let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
            strike(&mut input);
            let mut out = [0.0; 512];
            renderer.render_interleaved(&mut out);
            assert!(out.iter().all(|point| point.is_finite()));
            drop(renderer);
            port.unload(id).unwrap();
        }
        Err(refused) => assert!(matches!(refused, PortError::Engine(_)), "{refused}"),
    };
    for cut in (0..whole.len()).step_by(97).chain(whole.len() - 400..whole.len()) {
        attempt(whole[..cut].to_vec());
    }
    // The tables are at the end.
    for spoilt in whole.len() - 700..whole.len() {
        for with in [0x00, 0x7F, 0xFF] {
            let mut bytes = whole.clone();
            bytes[spoilt] = with;
            attempt(bytes);
        }
    }
    assert!(taken > 0, "one byte less or other need not matter");
    let mut renderer = port.activate().unwrap();
    let mut input = port.event_input().unwrap();
    input.play(portative::midi::Event::new(portative::midi::Message::SystemReset)).unwrap();
    silence(&mut renderer);
    // What the audio thread lets go of is taken from it some at a time.
    while !told(&port).is_empty() {
        listen(&mut renderer);
    }
    assert_eq!(port.content().unwrap(), Content::default());
}

#[test]
fn a_handle_of_an_earlier_opening_never_reaches_what_is_in_its_place_now() {
    let (port, bank) = (open(), bank());
    let mut old = Vec::new();
    for _ in 0..20 {
        let id = melodic(&port, &bank, 0);
        for old in &old {
            assert_ne!(*old, id);
            assert!(matches!(port.unload(*old), Err(PortError::InvalidDownload { .. })));
        }
        assert_eq!(port.downloads().unwrap(), [id]);
        old.push(id);
        port.close().unwrap();
        port.reopen(params()).unwrap();
    }
    assert_eq!(told(&port), [], "close releases, which is not unloading");
}
