//! How fast songs are rendered: a demo song with the built-in bank, by each engine.
//!
//! `cargo bench --bench render` times it; with `-- --test` each case runs once.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use portative::engine::native::Native;
use portative::engine::reference::Reference;
use portative::engine::{Effects, Engine};
use portative::io::{BUILT_IN_BANK, Offline};
use portative::midi::smf::Smf;
use portative::port::{Params, SynthPort};
use portative::sequence::Sequence;

static SONG: &[u8] = include_bytes!("../examples/songs/harbour-train.mid");
/// Frames rendered in one iteration.
const FRAMES: usize = 48_000;

fn port(engine: Arc<dyn Engine>) -> SynthPort {
    let params = Params { effects: Some(Effects::NONE), ..Params::default() };
    let port = SynthPort::open_with(engine, params).unwrap();
    port.download_bank(Arc::new(BUILT_IN_BANK)).unwrap();
    port
}

fn a_second_of_a_song(c: &mut Criterion) {
    let smf = Smf::read(SONG).unwrap().smf;
    let mut group = c.benchmark_group("a second of a song");
    group.throughput(Throughput::Elements(FRAMES as u64)).sample_size(20);
    let engines: [Arc<dyn Engine>; 2] = [Arc::new(Native::default()), Arc::new(Reference)];
    for engine in engines {
        let name = engine.name();
        let port = port(engine);
        let rate = port.params().unwrap().sample_rate;
        let sequence = Arc::new(Sequence::new(&smf, rate));
        let mut out = vec![0.0; 2 * FRAMES];
        let mut offline = Offline::new(&port, Arc::clone(&sequence)).unwrap();
        offline.render(&mut out).unwrap();
        assert!(out.iter().any(|point| point.abs() > 0.01), "the song sounds");
        drop(offline);
        group.bench_function(name, |b| {
            b.iter_batched_ref(
                || Offline::new(&port, Arc::clone(&sequence)).unwrap(),
                |offline| offline.render(black_box(&mut out)).unwrap(),
                BatchSize::PerIteration,
            );
        });
    }
}

criterion_group!(benches, a_second_of_a_song);
criterion_main!(benches);
