//! The audio thread's contract: rendering neither allocates nor frees.
//!
//! A binary of its own, because it replaces the allocator.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/allocator.rs"]
mod allocator;

use std::sync::Arc;

use portative::engine::Engine;
use portative::engine::native::Native;
use portative::engine::reference::Reference;
use portative::io::BUILT_IN_BANK;
use portative::midi::ump::Packet;
use portative::midi::{
    Channel, ControlValue, Controller, Event, Key, Message, Program, SysExPacket, Velocity,
};
use portative::port::{EventInput, Params, Renderer, SynthPort};
use portative::time::{ReferenceTime, SampleTime};

/// How often `work` allocates or frees on this thread.
fn allocations(work: impl FnOnce()) -> usize {
    let before = allocator::calls_here();
    allocator::watch();
    work();
    allocator::unwatch();
    allocator::calls_here() - before
}

#[test]
fn the_counter_sees_an_allocation_and_a_free() {
    assert_eq!(allocations(|| drop(std::hint::black_box(Box::new(1)))), 2);
}

/// Every kind of event on every channel, more notes than voices, every controller moving.
fn stress(input: &mut EventInput, from: u64, seed: &mut u32) {
    let mut random = |below: u32| {
        *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (*seed >> 8) % below
    };
    for step in 0..200 {
        let channel = Channel::new(random(16) as u8).unwrap();
        let key = Key::new(random(128) as u8).unwrap();
        let message = match random(8) {
            0..=2 => {
                let velocity = Velocity::new(1 + random(127) as u8).unwrap();
                Message::NoteOn { channel, key, velocity }
            }
            3 => Message::NoteOff { channel, key, velocity: Velocity::default() },
            4 => {
                Message::PitchBend { channel, bend: ControlValue::from_u14(random(16_384) as u16) }
            }
            5 => {
                let program = Program::new(random(128) as u8).unwrap();
                Message::ProgramChange { channel, program, bank: None }
            }
            6 => Message::ChannelPressure {
                channel,
                pressure: ControlValue::from_u7(random(128) as u8),
            },
            _ => {
                let controller = Controller::new(random(128) as u8).unwrap();
                let value = ControlValue::from_u7(random(128) as u8);
                Message::ControlChange { channel, controller, value }
            }
        };
        input.play_at(SampleTime(from + step * 5), Event::new(message)).unwrap();
    }
}

/// System exclusive messages of every kind and messages about single notes, with values from a seed.
fn exclusive_stress(input: &mut EventInput, from: u64, seed: &mut u32) {
    let mut random = |below: u32| {
        *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((*seed >> 8) % below) as u8
    };
    let heads: [&[u8]; 12] = [
        &[0x7E, 0x7F, 9, 3],
        &[0x7F, 0x7F, 4, 1],
        &[0x7F, 0x7F, 4, 2],
        &[0x7F, 0x7F, 4, 5, 1, 1, 1, 1, 1],
        &[0x7F, 0x7F, 8, 2, 0, 1],
        &[0x7F, 0x7F, 8, 7, 1, 0, 1],
        &[0x7F, 0x7F, 9, 1, 0],
        &[0x7F, 0x7F, 10, 1, 9],
        &[0x41, 0x10, 0x42, 0x12, 0x40, 0x01, 0x30],
        &[0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x15],
        &[0x43, 0x10, 0x4C, 2, 1, 0],
        &[0x43, 0x10, 0x4C, 8, 0],
    ];
    for step in 0..10 {
        let mut payload = heads[usize::from(random(12))].to_vec();
        payload.extend([random(128), random(128), random(128), random(128)]);
        if payload[0] == 0x41 {
            let sum = payload[4..].iter().fold(0_u8, |sum, byte| (sum + byte) & 0x7F);
            payload.push((128 - sum) & 0x7F);
        }
        for packet in SysExPacket::split(&payload) {
            let event = Event::new(Message::SysEx(packet));
            input.play_at(SampleTime(from + step * 90), event).unwrap();
        }
        for status in [0x00, 0x20, 0x60, 0x90, 0xF0] {
            let first = u32::from_be_bytes([0x40, status | random(16), random(128), random(12)]);
            let second = u32::from_be_bytes([random(128), random(128), 0, 0]) << 1;
            if let Packet::Event(event) = Packet::from_words([first, second, 0, 0]) {
                input.play_at(SampleTime(from + step * 90), event).unwrap();
            }
        }
    }
}

fn render(renderer: &mut Renderer, out: &mut [f32], block: i64) {
    renderer.render_interleaved_at(ReferenceTime(block * 200_000), out);
}

fn check_engine(engine: impl Engine + 'static) {
    let name = engine.name();
    // Every effect that the engine has is on unless asked otherwise.
    let params = Params { limiter: Some(true), ..Params::default() };
    let port = SynthPort::open_with(Arc::new(engine), params).unwrap();
    let bank = || Arc::new(BUILT_IN_BANK);
    let mut downloaded = port.download_bank(bank()).unwrap();
    let mut input = port.event_input().unwrap();
    let mut renderer = port.activate().unwrap();
    let mut out = vec![0.0; 2 * 1_000];
    let mut seed = 1;
    let mut loudest = 0.0_f32;
    for block in 0..500 {
        stress(&mut input, block as u64 * 1_000, &mut seed);
        if block % 4 == 1 {
            exclusive_stress(&mut input, block as u64 * 1_000, &mut seed);
        }
        if block % 50 == 49 {
            // A bank is swapped while it sounds; the audio thread gives the old one back some blocks later.
            let newer = port.download_bank(bank()).unwrap();
            port.unload(std::mem::replace(&mut downloaded, newer)).unwrap();
        }
        if block == 250 {
            // An input changes hands while everything sounds.
            let mut dropped = port.event_input().unwrap();
            stress(&mut dropped, block as u64 * 1_000, &mut seed);
        }
        let calls = allocations(|| render(&mut renderer, &mut out, block));
        assert_eq!(calls, 0, "{name}: block {block}");
        loudest = out.iter().fold(loudest, |loudest, point| loudest.max(point.abs()));
    }
    assert!(loudest > 0.01, "{name}: nothing sounded");
    assert!(port.poll_event().is_some(), "{name}: no bank came back");
    let calls = allocations(|| drop(renderer));
    assert_eq!(calls, 0, "{name}: dropping the renderer");
}

#[test]
fn rendering_with_the_reference_engine_does_not_allocate_or_free() {
    check_engine(Reference);
}

#[test]
fn a_renderer_dropped_last_of_all_frees_nothing() {
    let port = SynthPort::open(Params::default()).unwrap();
    let mut renderer = port.activate().unwrap();
    drop(port);
    let mut out = [1.0; 64];
    assert_eq!(allocations(|| renderer.render_interleaved(&mut out)), 0);
    assert_eq!(out, [0.0; 64]);
    assert_eq!(allocations(|| drop(renderer)), 0);
}

#[test]
fn rendering_with_the_native_engine_does_not_allocate_or_free() {
    check_engine(Native::default());
}
