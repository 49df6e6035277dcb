//! Whether downloads disturb the audio thread, and what they cost: 500 downloads and unloads beside a port that plays.
//!
//! The main thread renders blocks of 256 frames at 48 kHz as a device would ask for them, and notes on a dozen
//! instruments sound. It does so alone, then beside a thread that downloads and unloads. The bank is the one that
//! `PORTATIVE_BENCH_BANK` names, else FluidR3 where Debian installs it, else the built-in one. Prints tables:
//! `cargo bench --bench downloads`.
//!
//! Beside the downloads stands the least that they could cost: reading as many bytes in long pieces into memory that is
//! there already.
//!
//! Other programs take the processor away from both threads, which says nothing about this one. So the time on the
//! processor stands beside the time on the clock; and a block that is late counts as ours unless the system took the
//! processor away meanwhile, the block used less than its time on it, no page was missing and nothing was waited for.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench fails by panicking, prints and takes time"
)]

mod usage;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use portative::bank::{Bank, PatchNumber};
use portative::io::{BUILT_IN_BANK, FileSource};
use portative::midi::{Channel, Key, Program, Velocity};
use portative::port::{EventInput, Params, PortEvent, Renderer, SynthPort};
use portative::riff::ByteSource;

use usage::Usage;

const FLUID_R3: &str = "/usr/share/sounds/sf2/FluidR3_GM.sf2";
const FRAMES: usize = 256;
const RATE: u32 = 48_000;
/// What a block may take.
const PERIOD: Duration = Duration::from_nanos(1_000_000_000 * FRAMES as u64 / RATE as u64);
const DOWNLOADS: usize = 500;
/// What a download may take, and for each megabyte of waves.
const ALLOWED: (Duration, Duration) = (Duration::from_millis(1), Duration::from_micros(200));

/// The bank and what it is read from.
fn bank() -> (Arc<Bank>, Arc<dyn ByteSource>) {
    let named = std::env::var_os("PORTATIVE_BENCH_BANK").map(PathBuf::from);
    let path = named.unwrap_or_else(|| FLUID_R3.into());
    let source: Arc<dyn ByteSource> = match FileSource::open(&path) {
        Ok(file) => Arc::new(file),
        Err(_) => Arc::new(BUILT_IN_BANK),
    };
    // From here on the system has it in memory.
    read_plainly(&*source, 0..source.len(), &mut vec![0; 1 << 20]);
    (Arc::new(Bank::from_source(Arc::clone(&source)).unwrap()), source)
}

/// Reads a part of a file, as if the file were repeated for ever, into a buffer over and over.
fn read_plainly(source: &dyn ByteSource, part: Range<u64>, buffer: &mut [u8]) {
    let mut at = part.start;
    while at < part.end {
        let piece = (part.end - at).min(buffer.len() as u64).min(source.len());
        let offset = (at % source.len()).min(source.len() - piece);
        source.read_exact_at(&mut buffer[..piece as usize], offset).unwrap();
        at += piece;
    }
}

/// Renders a block every 5.3 ms until told to stop; what each used.
fn pull(renderer: &mut Renderer, stop: &AtomicBool) -> Vec<Usage> {
    let mut block = [0.0; 2 * FRAMES];
    let mut used = Vec::with_capacity(1 << 16);
    let mut due = Instant::now();
    while !stop.load(Ordering::Acquire) {
        used.push(usage::of(|| renderer.render_interleaved(&mut block)).1);
        due += PERIOD;
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    used
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

/// What a thread that downloads and unloads has used.
#[derive(Default)]
struct Churned {
    /// Each with the bytes that it read.
    downloads: Vec<(Usage, u64)>,
    /// Reading as many bytes plainly.
    readings: Vec<Usage>,
    /// Giving one up, and freeing what the audio thread had let go of by then.
    unloads: Vec<Usage>,
}

/// What there is to download, each with the bytes that it brings to a port which nobody renders.
fn patches(port: &SynthPort, bank: &Arc<Bank>) -> Vec<(PatchNumber, u64)> {
    let bytes = || port.content().unwrap().bytes;
    let before = bytes();
    let is_left = |patch: &PatchNumber| {
        !patch.program.is_multiple_of(8) && bank.find(0, patch.program.into()).is_some()
    };
    let weighed = |patch| {
        let id = port.download(bank, patch).unwrap();
        let bytes = bytes() - before;
        port.unload(id).unwrap();
        while port.poll_event().is_some() {}
        (patch, bytes)
    };
    (0..128).map(PatchNumber::melodic).filter(is_left).map(weighed).collect()
}

/// Downloads, has notes begin and unloads, over and over.
fn churn(
    port: &SynthPort,
    (bank, source): &(Arc<Bank>, Arc<dyn ByteSource>),
    patches: &[(PatchNumber, u64)],
    input: &mut EventInput,
    count: usize,
) -> Churned {
    let mut churned = Churned::default();
    let mut buffer = vec![1; 1 << 20];
    let mut plainly_read = 0;
    for (patch, bytes) in patches.iter().cycle().take(count) {
        let (id, used) = usage::of(|| port.download(bank, *patch).unwrap());
        churned.downloads.push((used, *bytes));
        // Not what was just read: that is in the processor's cache.
        let part = plainly_read..plainly_read + bytes;
        plainly_read = part.end;
        churned.readings.push(usage::of(|| read_plainly(&**source, part, &mut buffer)).1);
        let channel = Channel::new(15).unwrap();
        input.program_change(channel, Program::new(patch.program).unwrap()).unwrap();
        input.note_on(channel, Key::new(60).unwrap(), Velocity::new(90).unwrap()).unwrap();
        thread::sleep(Duration::from_millis(4));
        let unload = || {
            port.unload(id).unwrap();
            while let Some(PortEvent::Unloaded(_)) = port.poll_event() {}
        };
        churned.unloads.push(usage::of(unload).1);
        input.note_off(channel, Key::new(60).unwrap()).unwrap();
    }
    churned
}

/// Median, 99 %, 99.9 % and the most, in microseconds.
fn spread(times: impl Iterator<Item = Duration>) -> String {
    let mut times: Vec<f64> = times.map(|time| time.as_secs_f64() * 1e6).collect();
    times.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    format!("{:.0} | {:.0} | {:.0} | {:.0}", at(0.5), at(0.99), at(0.999), at(1.0))
}

fn rows(name: &str, used: &[Usage]) {
    println!("| {name}, clock | {} | {} |", used.len(), spread(used.iter().map(|used| used.wall)));
    println!("| {name}, processor | | {} |", spread(used.iter().map(|used| used.cpu)));
}

/// Whether a late block is the doing of somebody else.
fn was_robbed(block: &Usage) -> bool {
    block.preemptions > 0 && block.cpu < PERIOD && block.faults == 0 && block.waits == 0
}

fn blocks(name: &str, used: &[Usage]) -> String {
    rows(name, used);
    let late = || used.iter().filter(|block| block.wall > PERIOD);
    let robbed = late().filter(|block| was_robbed(block)).count();
    let sum = |count: fn(&Usage) -> i64| used.iter().map(count).sum::<i64>();
    format!(
        "{name}: {} blocks late because of us, {robbed} because the processor was taken away; the audio thread met {} \
         missing pages and waited {} times",
        late().count() - robbed,
        sum(|block| block.faults),
        sum(|block| block.waits),
    )
}

/// How many used more than is allowed for their bytes.
fn over(downloads: &[(Usage, u64)], time: fn(&Usage) -> Duration) -> usize {
    let (once, each) = ALLOWED;
    let allowed = |bytes: u64| once + each.mul_f64(bytes as f64 / 1e6);
    downloads.iter().filter(|(used, bytes)| time(used) > allowed(*bytes)).count()
}

/// What downloads cost, against what is allowed and against plain reading.
fn cost(downloads: &[(Usage, u64)], readings: &[Usage]) -> String {
    let megabytes = downloads.iter().map(|(_, bytes)| *bytes as f64).sum::<f64>() / 1e6;
    let each = |sum: Duration| sum.as_secs_f64() * 1e3 / megabytes;
    let readings: Vec<_> =
        readings.iter().zip(downloads).map(|(read, (_, bytes))| (*read, *bytes)).collect();
    let within = |all: &[(Usage, u64)], time: fn(&Usage) -> Duration| {
        100.0 * (1.0 - over(all, time) as f64 / all.len() as f64)
    };
    let of = |all: &[(Usage, u64)]| each(all.iter().map(|(used, _)| used.cpu).sum());
    format!(
        "{} downloads of {megabytes:.0} MB in all: {:.1} % within 1 ms + 0.2 ms/MB of the processor, {:.1} % on the clock; \
         plain reading of as much: {:.1} % and {:.1} %\n\
         a megabyte cost {:.2} ms of the processor downloaded, {:.2} ms plainly read",
        downloads.len(),
        within(downloads, |used| used.cpu),
        within(downloads, |used| used.wall),
        within(&readings, |used| used.cpu),
        within(&readings, |used| used.wall),
        of(downloads),
        of(&readings),
    )
}

fn main() {
    // `cargo bench -- --test` only sees that it runs.
    let count = if std::env::args().any(|argument| argument == "--test") { 20 } else { DOWNLOADS };
    let both = bank();
    let bank = &both.0;
    let port = SynthPort::open(Params { sample_rate: Some(RATE), ..Params::default() }).unwrap();
    for program in (0..96).step_by(8) {
        port.download(bank, PatchNumber::melodic(program)).unwrap();
    }
    let patches = patches(&port, bank);
    let (mut input, mut renderer) = (port.event_input().unwrap(), port.activate().unwrap());
    chords(&mut input);
    println!("| µs of | how many | median | 99 % | 99.9 % | most |");
    println!("|---|---|---|---|---|---|");
    let mut verdicts = Vec::new();
    let mut churned = Churned::default();
    for (name, churns) in [("blocks alone", false), ("blocks beside downloads", true)] {
        let stop = AtomicBool::new(false);
        let used = thread::scope(|scope| {
            let other = scope.spawn(|| {
                let churned = churns.then(|| churn(&port, &both, &patches, &mut input, count));
                if churned.is_none() {
                    thread::sleep(PERIOD * count as u32);
                }
                stop.store(true, Ordering::Release);
                churned
            });
            let used = pull(&mut renderer, &stop);
            churned = other.join().unwrap().unwrap_or_default();
            used
        });
        verdicts.push(blocks(name, &used));
    }
    let Churned { downloads, readings, unloads } = churned;
    rows("downloads", &downloads.iter().map(|(used, _)| *used).collect::<Vec<_>>());
    rows("plain reading", &readings);
    rows("unloads", &unloads);
    verdicts.push(cost(&downloads, &readings));
    println!();
    verdicts.iter().for_each(|verdict| println!("{verdict}"));
}
