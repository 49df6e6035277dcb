//! Closing gives everything back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use portative::port::{PlayError, PortError, SynthPort};

use super::fixture::{bank, mono, note_on, open, render};
use crate::support::level::{LEVEL, Level};

#[test]
fn close_reports_what_it_released() {
    let port = open();
    port.download_bank(bank()).unwrap();
    let released = port.close().unwrap();
    let content = released.content;
    assert_eq!((content.instruments, content.waves, content.bytes), (7, 1, 14));
    assert!(released.freed);
    port.reopen(mono()).unwrap();
    assert_eq!(port.close().unwrap().content.instruments, 0, "nothing comes back by reopening");
}

#[test]
fn a_bank_is_freed_by_close_while_its_renderer_lives_on_and_sounds() {
    let engine = Level::default();
    let port = SynthPort::open_with(Arc::new(engine.clone()), mono()).unwrap();
    port.download_bank(bank()).unwrap();
    assert_eq!(engine.banks(), 1);
    let mut input = port.event_input().unwrap();
    let mut renderer = port.activate().unwrap();
    input.play(note_on()).unwrap();
    render(&mut renderer, 10);
    let released = port.close().unwrap();
    assert!(released.freed);
    assert_eq!(engine.banks(), 0);
    assert_eq!(render(&mut renderer, 4), [0.0; 4]);
    assert_eq!(input.play(note_on()), Err(PlayError::Closed));
}

#[test]
fn an_unloaded_bank_is_freed_by_a_control_thread() {
    let engine = Level::default();
    let port = SynthPort::open_with(Arc::new(engine.clone()), mono()).unwrap();
    let mut renderer = port.activate().unwrap();
    let id = port.download_bank(bank()).unwrap();
    port.download_bank(bank()).unwrap();
    port.unload(id).unwrap();
    assert_eq!(engine.banks(), 2, "the audio thread has not run");
    render(&mut renderer, 1);
    assert_eq!(engine.banks(), 2, "the audio thread frees nothing");
    port.stats().unwrap();
    assert_eq!(engine.banks(), 1);
}

#[test]
fn a_download_that_fails_keeps_the_one_before() {
    let engine = Level::default();
    let port = SynthPort::open_with(Arc::new(engine.clone()), mono()).unwrap();
    port.download_bank(bank()).unwrap();
    let empty = Arc::new(Vec::<u8>::new());
    assert!(matches!(port.download_bank(empty), Err(PortError::Engine(_))));
    assert_eq!(engine.banks(), 1);
    assert_eq!(port.close().unwrap().content.instruments, 7);
}

#[test]
fn downloads_that_nobody_takes_are_refused_and_not_leaked() {
    let engine = Level::default();
    let port = SynthPort::open_with(Arc::new(engine.clone()), mono()).unwrap();
    let _renderer = port.activate().unwrap();
    let error = std::iter::repeat_with(|| port.download_bank(bank()))
        .take(1_000)
        .find_map(Result::err)
        .expect("a queue with an end");
    assert!(matches!(error, PortError::Stalled { .. }), "{error}");
    drop(port);
    assert_eq!(engine.banks(), 0);
}

#[test]
fn a_dropped_port_closes() {
    let engine = Level::default();
    let port = SynthPort::open_with(Arc::new(engine.clone()), mono()).unwrap();
    port.download_bank(bank()).unwrap();
    let mut renderer = port.activate().unwrap();
    drop(port);
    assert_eq!(engine.banks(), 0);
    assert_eq!(render(&mut renderer, 2), [0.0, 0.0]);
}

#[test]
fn what_sounds_fades_out_before_it_is_freed() {
    let port = open();
    let mut input = port.event_input().unwrap();
    let mut renderer = port.activate().unwrap();
    input.play(note_on()).unwrap();
    render(&mut renderer, 64);
    let (send, heard) = std::sync::mpsc::channel();
    let audio = thread::spawn(move || {
        // Blocks until the port has closed, and a few more.
        let mut silent = 0;
        while silent < 10 {
            let block = render(&mut renderer, 64);
            silent = if block.iter().all(|level| *level == 0.0) { silent + 1 } else { 0 };
            send.send(block).unwrap();
        }
    });
    let released = port.close().unwrap();
    assert!(released.freed);
    audio.join().unwrap();
    let heard: Vec<f32> = heard.into_iter().flatten().collect();
    let steepest = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(steepest <= LEVEL / 200.0, "a step of {steepest}, which clicks");
    assert_eq!(heard.last(), Some(&0.0));
}

#[test]
fn close_from_one_thread_while_another_renders_and_a_third_plays() {
    for _ in 0..200 {
        let engine = Level::default();
        let port = SynthPort::open_with(Arc::new(engine.clone()), mono()).unwrap();
        port.download_bank(bank()).unwrap();
        let mut renderer = port.activate().unwrap();
        let mut input = port.event_input().unwrap();
        let closed = Arc::new(AtomicBool::new(false));
        let audio = thread::spawn({
            let closed = Arc::clone(&closed);
            move || {
                while !closed.load(Ordering::SeqCst) {
                    render(&mut renderer, 32);
                }
                assert_eq!(render(&mut renderer, 32), [0.0; 32]);
            }
        });
        let player =
            thread::spawn(move || while input.play(note_on()) != Err(PlayError::Closed) {});
        assert!(port.close().unwrap().freed);
        assert_eq!(engine.banks(), 0);
        closed.store(true, Ordering::SeqCst);
        audio.join().unwrap();
        player.join().unwrap();
    }
}

#[test]
fn of_many_closers_exactly_one_closes() {
    let port = Arc::new(open());
    let closers: Vec<_> = (0..8)
        .map(|_| {
            let port = Arc::clone(&port);
            thread::spawn(move || port.close().is_ok())
        })
        .collect();
    let closed = closers.into_iter().filter_map(|closer| closer.join().ok()).filter(|ok| *ok);
    assert_eq!(closed.count(), 1);
}
