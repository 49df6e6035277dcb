//! How fast a bank opens, and how fast an instrument's waves get into memory.
//!
//! The bank is the one that `PORTATIVE_BENCH_BANK` names, else FluidR3 where Debian installs it, else one of
//! 64 MB made here. `cargo bench --bench load` times it; with `-- --test` each case runs once.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use portative::bank::write::{Instrument, Points, Preset, Sample, SoundFont, Zone};
use portative::bank::{Bank, Generator, PresetIndex};
use portative::io::FileSource;
use tempfile::TempDir;

const FLUID_R3: &str = "/usr/share/sounds/sf2/FluidR3_GM.sf2";

/// A bank's file, and the directory that goes with it when it was made here.
fn bank() -> (PathBuf, Option<TempDir>) {
    if let Some(path) = std::env::var_os("PORTATIVE_BENCH_BANK") {
        return (path.into(), None);
    }
    let installed = PathBuf::from(FLUID_R3);
    if installed.exists() {
        return (installed, None);
    }
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("bank.sf2");
    std::fs::write(&path, made().to_bytes().unwrap()).unwrap();
    (path, Some(directory))
}

/// 128 presets of 16 regions, each with its own sample of 16 kB, looped.
fn made() -> SoundFont {
    const REGIONS: u16 = 16;
    let instrument = |program: u16| {
        let zones = (0..REGIONS).map(|place| {
            let low = 8 * place as u8;
            Zone::new()
                .key_range(low..=low + 7)
                .set(Generator::SampleModes, 1)
                .sample(program * REGIONS + place)
        });
        Instrument { zones: zones.collect(), ..Instrument::new("instrument") }
    };
    let points = Points::Pcm16((0..8_192_i16).collect());
    let sample = Sample::new("sample", points).looped(100, 8_000);
    SoundFont {
        presets: (0..128)
            .map(|program| Preset::new("preset", 0, program).zone(Zone::new().instrument(program)))
            .collect(),
        instruments: (0..128).map(instrument).collect(),
        samples: vec![sample; 128 * usize::from(REGIONS)],
        ..SoundFont::default()
    }
}

fn open(path: &PathBuf) -> Bank {
    Bank::from_source(Arc::new(FileSource::open(path).unwrap())).unwrap()
}

fn loading(c: &mut Criterion) {
    let (path, _directory) = bank();
    let bank = open(&path);
    assert!(!bank.presets().is_empty());
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut group = c.benchmark_group(name);
    group.bench_function("open", |b| b.iter(|| open(black_box(&path))));
    let presets = (0..bank.presets().len() as u32).map(PresetIndex);
    let mut sizes: Vec<(usize, PresetIndex)> =
        presets.map(|preset| (bank.instrument(preset).unwrap().bytes(), preset)).collect();
    sizes.sort_unstable();
    let cases = [("median", sizes[sizes.len() / 2]), ("largest", sizes[sizes.len() - 1])];
    for (size, (bytes, preset)) in cases {
        let name = format!("{} ({size})", bank.presets()[preset.0 as usize].name);
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(format!("instrument {name}"), |b| {
            b.iter(|| bank.instrument(black_box(preset)).unwrap());
        });
        // What is left when another instrument holds the waves already.
        let kept = bank.instrument(preset).unwrap();
        group.bench_function(format!("instrument {name}, waves shared"), |b| {
            b.iter(|| bank.instrument(black_box(preset)).unwrap());
        });
        drop(kept);
    }
    group.finish();
}

criterion_group!(benches, loading);
criterion_main!(benches);
