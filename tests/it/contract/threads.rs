//! Threads in odd orders, and what outlives its port.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};
use std::thread;

use portative::port::{DownloadId, Params, PlayError, State, SynthPort};
use portative::time::{ReferenceTime, SampleTime};

use super::ports::{bytes, chance, level, strike, told};
use crate::support::level::Level;

/// One of many who do with a port what they please; what it unloaded.
fn vandal(port: &SynthPort, seed: u64) -> Vec<DownloadId> {
    let (mut chance, mut good, mut unloaded) = (chance(seed), Vec::new(), Vec::new());
    let (mut renderers, mut inputs) = (Vec::new(), Vec::new());
    for _ in 0..400 {
        match chance(14) {
            0 => drop(port.reopen(Params::default())),
            1 if chance(6) == 0 => drop(port.close()),
            2 => renderers.extend(port.activate()),
            3 => drop(port.deactivate()),
            4 | 5 => good.extend(port.download_bank(bytes())),
            6 | 7 if !good.is_empty() => {
                let id = good.swap_remove(chance(good.len() as u64) as usize);
                if port.unload(id).is_ok() {
                    unloaded.push(id);
                }
            }
            8 => inputs.extend(port.event_input()),
            9 if inputs.len() > 2 => drop(inputs.swap_remove(0)),
            10 if renderers.len() > 2 => drop(renderers.swap_remove(1)),
            11 => drop((port.stats(), port.content(), port.downloads(), port.latency_clock())),
            12 => inputs.iter_mut().for_each(|input| {
                let _ = input.play(strike(0, 0, 60));
            }),
            _ => renderers.iter_mut().for_each(|renderer| {
                renderer.render_interleaved(&mut [0.0; 32]);
            }),
        }
    }
    unloaded
}

#[test]
fn many_threads_do_with_one_port_what_they_please_and_every_promise_is_kept() {
    for round in 0..20 {
        let engine = Level::default();
        let port = level(&engine);
        let mut unloaded = BTreeSet::new();
        thread::scope(|scope| {
            let vandals: Vec<_> = (0..4)
                .map(|number| {
                    scope.spawn({
                        let port = &port;
                        move || vandal(port, 100 * round + number)
                    })
                })
                .collect();
            for vandal in vandals {
                for id in vandal.join().unwrap() {
                    assert!(unloaded.insert(id), "a handle went twice");
                }
            }
        });
        let _ = port.close();
        let told = told(&port);
        assert_eq!(told.len(), unloaded.len());
        assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), unloaded);
        drop(port);
        assert_eq!(engine.banks(), 0);
    }
}

#[test]
fn a_renderer_dropped_while_its_port_is_closed_or_dropped_or_activated_again_harms_nobody() {
    for round in 0..300 {
        let engine = Level::default();
        let port = level(&engine);
        port.download_bank(bytes()).unwrap();
        let mut renderer = port.activate().unwrap();
        renderer.render_interleaved(&mut [0.0; 32]);
        let start = Barrier::new(2);
        thread::scope(|scope| {
            scope.spawn(|| {
                start.wait();
                drop(renderer);
            });
            start.wait();
            match round % 3 {
                0 => drop(port.close().unwrap()),
                1 => drop(port),
                _ => {
                    let _ = port.deactivate();
                    let again = port.activate().unwrap();
                    assert_eq!(port.state(), State::Active);
                    drop(again);
                    assert_eq!(port.state(), State::Inactive);
                }
            }
        });
        assert_eq!(engine.banks(), 0);
    }
}

#[test]
fn the_last_holder_of_a_port_may_be_a_thread_that_downloads() {
    for _ in 0..50 {
        let engine = Level::default();
        let port = Arc::new(level(&engine));
        let downloaders: Vec<_> = (0..3)
            .map(|_| {
                let port = Arc::clone(&port);
                thread::spawn(move || {
                    (0..20).filter_map(|_| port.download_bank(bytes()).ok()).count()
                })
            })
            .collect();
        drop(port);
        let downloads = downloaders.into_iter().map(|thread| thread.join().unwrap());
        assert_eq!(downloads.sum::<usize>(), 60);
        assert_eq!(engine.banks(), 0);
    }
}

// ---- outliving

#[test]
fn inputs_clocks_and_renderers_outlive_their_port_by_far() {
    let engine = Level::default();
    let port = level(&engine);
    port.download_bank(bytes()).unwrap();
    let (mut input, clock) = (port.event_input().unwrap(), port.latency_clock().unwrap());
    let mut renderer = port.activate().unwrap();
    renderer.render_interleaved_at(ReferenceTime(0), &mut [0.0; 20]);
    let format = renderer.format();
    drop(port);
    for round in 0..200 {
        let other = level(&engine);
        other.download_bank(bytes()).unwrap();
        assert_eq!(input.play(strike(0, 0, 60)), Err(PlayError::Closed));
        let mut out = [f32::NAN; 20];
        renderer.render_interleaved_at(ReferenceTime(round), &mut out);
        assert_eq!(out, [0.0; 20]);
        assert_eq!((renderer.format(), renderer.position()), (format, SampleTime(10)));
        assert_eq!((input.position(), clock.latency_frames()), (SampleTime(10), 10));
        clock.stamp(ReferenceTime(round));
    }
    assert_eq!(engine.banks(), 0);
    thread::spawn(move || drop((input, renderer))).join().unwrap();
    clock.stamp(ReferenceTime(0));
}
