//! A thousand lives of a port, each ended at a moment and from a thread that chance chooses, leave nothing behind.
//!
//! In a process of its own, because it counts every byte that is allocated.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/allocator.rs"]
mod allocator;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use portative::bank::write::{Instrument, Points, Preset, Sample, SoundFont, Zone};
use portative::bank::{Bank, Generator, PatchNumber};
use portative::midi::{Channel, Key, Program, Velocity};
use portative::port::{DownloadId, EventInput, Params, PortError, PortEvent, Renderer, SynthPort};

/// Instruments that are downloaded in each life.
const INSTRUMENTS: u8 = 50;
/// Lives; `PORTATIVE_LEAK_LIVES` asks for another number, where each takes long.
const LIVES: u64 = 1_000;
/// Lives after which whatever is allocated once has been.
const WARM_UP: u64 = 20;

/// Points of every fifth wave: so many that it is read into memory that waves share and that is used again.
const LONG: usize = 40_000;

/// Instruments that share a wave with their neighbours.
fn bank() -> Arc<Bank> {
    let wave = |level: i16| {
        let len = if level % 5 == 0 { LONG } else { 500 };
        Sample::new("wave", Points::Pcm16(vec![level * 100; len])).looped(10, 400)
    };
    let zone = |wave| Zone::new().set(Generator::SampleModes, 1).sample(wave);
    let count = u16::from(INSTRUMENTS);
    let font = SoundFont {
        presets: (0..count)
            .map(|program| Preset::new("preset", 0, program).zone(Zone::new().instrument(program)))
            .collect(),
        instruments: (0..count)
            .map(|first| Instrument {
                zones: vec![zone(first), zone((first + 1) % count)],
                ..Instrument::new("instrument")
            })
            .collect(),
        samples: (1..=count.cast_signed()).map(wave).collect(),
        ..SoundFont::default()
    };
    Arc::new(Bank::from_source(Arc::new(font.to_bytes().unwrap())).unwrap())
}

/// Numbers that look like chance and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn play(input: &mut EventInput, chance: &mut Chance) {
    let channel = Channel::new(chance.below(16) as u8).unwrap();
    let key = Key::new(chance.below(128) as u8).unwrap();
    // The port may be closed by now, or its queue full.
    let _ = input
        .program_change(channel, Program::new(chance.below(INSTRUMENTS.into()) as u8).unwrap());
    let _ = input.note_on(channel, key, Velocity::new(100).unwrap());
    if chance.below(2) == 0 {
        let _ = input.note_off(channel, key);
    }
}

fn pull(renderer: &mut Renderer, closed: &AtomicBool) {
    let mut block = [0.0; 2 * 64];
    while !closed.load(Ordering::Acquire) {
        renderer.render_interleaved(&mut block);
    }
    renderer.render_interleaved(&mut block);
    assert_eq!(block, [0.0; 2 * 64], "it outlives its port in silence");
}

/// One life of a port; its handles, good no more.
fn live(
    port: &SynthPort,
    bank: &Arc<Bank>,
    old: &[DownloadId],
    chance: &mut Chance,
) -> Vec<DownloadId> {
    port.reopen(Params { voices: Some(16), ..Params::default() }).unwrap();
    let ids: Vec<_> =
        (0..INSTRUMENTS).map(|at| port.download(bank, PatchNumber::melodic(at)).unwrap()).collect();
    for id in old {
        assert!(matches!(port.unload(*id), Err(PortError::InvalidDownload { .. })));
    }
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    let closed = AtomicBool::new(false);
    let (moment, closer, unloads) = (chance.below(300), chance.below(3), chance.below(20));
    let mut players = Chance(chance.below(u64::MAX));
    let unloaded = &ids[..unloads as usize];
    thread::scope(|scope| {
        scope.spawn(|| pull(&mut renderer, &closed));
        scope.spawn(|| (0..200).for_each(|_| play(&mut input, &mut players)));
        unloaded.iter().for_each(|id| port.unload(*id).unwrap());
        let close = || {
            (0..moment).for_each(|_| thread::yield_now());
            let released = port.close().unwrap();
            assert!(released.freed);
            closed.store(true, Ordering::Release);
        };
        match closer {
            0 => close(),
            1 => scope.spawn(close).join().unwrap(),
            _ => drop(scope.spawn(close)),
        }
    });
    let mut told: Vec<_> = std::iter::from_fn(|| port.poll_event())
        .filter_map(|event| match event {
            PortEvent::Unloaded(id) => Some(id),
            _ => None,
        })
        .collect();
    told.sort_unstable();
    assert_eq!(told, unloaded, "each that was unloaded is told of once, and no other");
    ids
}

#[test]
fn a_thousand_lives_of_a_port_leave_nothing_behind() {
    let asked = std::env::var("PORTATIVE_LEAK_LIVES").ok().and_then(|lives| lives.parse().ok());
    let bank = bank();
    let port = SynthPort::open(Params::default()).unwrap();
    port.close().unwrap();
    let mut chance = Chance(1);
    let mut ids = Vec::new();
    let mut at_rest = 0;
    for life in 0..asked.unwrap_or(LIVES) {
        ids = live(&port, &bank, &ids, &mut chance);
        // What the last renderer kept goes with the next opening.
        port.reopen(Params { voices: Some(1), ..Params::default() }).unwrap();
        port.close().unwrap();
        if life == WARM_UP {
            at_rest = allocator::live_bytes();
        }
    }
    let left = allocator::live_bytes() - at_rest;
    // Less than what a single wave takes.
    assert!(left.abs() < 1_024, "{left} bytes more than after the first lives");
    let waves = bank.instrument(bank.find(0, 0).unwrap()).unwrap();
    assert_eq!(Arc::strong_count(&waves.waves()[0]), 2, "nobody else holds a wave");
}
