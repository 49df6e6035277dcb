//! Whether downloads disturb the audio thread: 500 downloads and unloads beside a port that plays.
//!
//! A thread renders blocks of 256 frames at 48 kHz as a device would ask for them, and notes on a dozen
//! instruments sound. It does so alone, then beside a thread that downloads and unloads. The bank is the one that
//! `PORTATIVE_BENCH_BANK` names, else FluidR3 where Debian installs it, else the built-in one. Prints a table:
//! `cargo bench --bench downloads`.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench fails by panicking, prints and takes time"
)]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use portative::bank::{Bank, PatchNumber};
use portative::io::BUILT_IN_BANK;
use portative::midi::{Channel, Key, Program, Velocity};
use portative::port::{EventInput, Params, PortEvent, Renderer, SynthPort};

const FLUID_R3: &str = "/usr/share/sounds/sf2/FluidR3_GM.sf2";
const FRAMES: usize = 256;
const RATE: u32 = 48_000;
const DOWNLOADS: usize = 500;

fn bank() -> Arc<Bank> {
    let named = std::env::var_os("PORTATIVE_BENCH_BANK").map(PathBuf::from);
    let path = named.unwrap_or_else(|| FLUID_R3.into());
    Arc::new(match path.exists() {
        true => Bank::open(path).unwrap(),
        false => Bank::from_source(Arc::new(BUILT_IN_BANK)).unwrap(),
    })
}

/// Renders a block every 5.3 ms until told to stop; how long each took.
fn pull(renderer: &mut Renderer, stop: &AtomicBool) -> Vec<Duration> {
    let period = Duration::from_secs(1) * FRAMES as u32 / RATE;
    let mut block = [0.0; 2 * FRAMES];
    let mut took = Vec::with_capacity(1 << 20);
    let mut due = Instant::now();
    while !stop.load(Ordering::Acquire) {
        let begin = Instant::now();
        renderer.render_interleaved(&mut block);
        took.push(begin.elapsed());
        due += period;
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    took
}

fn chords(input: &mut EventInput) {
    for channel in 0..12 {
        let channel = Channel::new(channel).unwrap();
        input.program_change(channel, Program::new(channel.index() * 8).unwrap()).unwrap();
        for key in [48, 55, 64] {
            input.note_on(channel, Key::new(key).unwrap(), Velocity::new(90).unwrap()).unwrap();
        }
    }
}

/// Downloads, has notes begin and unloads, over and over; how long each download took and its bytes.
fn churn(
    port: &SynthPort,
    bank: &Arc<Bank>,
    input: &mut EventInput,
    count: usize,
) -> Vec<(Duration, u64)> {
    let patches: Vec<_> = (0..128)
        .map(PatchNumber::melodic)
        .filter(|patch| {
            !patch.program.is_multiple_of(8) && bank.find(0, patch.program.into()).is_some()
        })
        .collect();
    let mut took = Vec::new();
    for patch in patches.iter().cycle().take(count) {
        let before = port.content().unwrap().bytes;
        let begin = Instant::now();
        let id = port.download(bank, *patch).unwrap();
        took.push((begin.elapsed(), port.content().unwrap().bytes.saturating_sub(before)));
        let channel = Channel::new(15).unwrap();
        input.program_change(channel, Program::new(patch.program).unwrap()).unwrap();
        input.note_on(channel, Key::new(60).unwrap(), Velocity::new(90).unwrap()).unwrap();
        thread::sleep(Duration::from_millis(4));
        port.unload(id).unwrap();
        input.note_off(channel, Key::new(60).unwrap()).unwrap();
        while let Some(PortEvent::Unloaded(_)) = port.poll_event() {}
    }
    took
}

fn row(name: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let deadline = Duration::from_secs(1) * FRAMES as u32 / RATE;
    let late = took.iter().filter(|took| **took > deadline).count();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6;
    println!(
        "| {name} | {} | {:.0} | {:.0} | {:.0} | {late} |",
        took.len(),
        at(0.5),
        at(0.999),
        at(1.0)
    );
}

fn main() {
    // `cargo bench -- --test` only sees that it runs.
    let count = if std::env::args().any(|argument| argument == "--test") { 20 } else { DOWNLOADS };
    let bank = bank();
    let port = SynthPort::open(Params { sample_rate: Some(RATE), ..Params::default() }).unwrap();
    for program in (0..96).step_by(8) {
        port.download(&bank, PatchNumber::melodic(program)).unwrap();
    }
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    chords(&mut input);
    println!("| beside | blocks of {FRAMES} | median µs | 99.9 % | worst | later than 5333 µs |");
    println!("|---|---|---|---|---|---|");
    let stop = AtomicBool::new(false);
    let mut downloads = Vec::new();
    for (name, churns) in [("nothing", false), ("downloads and unloads", true)] {
        stop.store(false, Ordering::Release);
        let took = thread::scope(|scope| {
            let puller = scope.spawn(|| pull(&mut renderer, &stop));
            if churns {
                downloads = churn(&port, &bank, &mut input, count);
            } else {
                thread::sleep(Duration::from_millis(4 * count as u64));
            }
            stop.store(true, Ordering::Release);
            puller.join().unwrap()
        });
        row(name, took);
    }
    let micros = |(took, bytes): &(Duration, u64)| {
        // What is allowed: 1 ms and 0.2 ms for each megabyte.
        (took.as_secs_f64() * 1e6, 1_000.0 + 0.2e-3 * *bytes as f64)
    };
    let over = downloads.iter().map(micros).filter(|(took, allowed)| took > allowed).count();
    let mut times: Vec<f64> = downloads.iter().map(|download| micros(download).0).collect();
    times.sort_unstable_by(f64::total_cmp);
    println!(
        "\n{} downloads of {:.0} MB in all: median {:.0} µs, worst {:.0} µs, {over} over 1 ms + 0.2 ms/MB",
        downloads.len(),
        downloads.iter().map(|(_, bytes)| *bytes as f64).sum::<f64>() / 1e6,
        times[times.len() / 2],
        times[times.len() - 1],
    );
}
