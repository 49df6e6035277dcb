//! Measuring: processes in turns, medians.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use nix::time::ClockId;

/// The processor time of this thread in seconds; wall time where the system does not tell.
pub struct Clock {
    wall: Instant,
    processor: Option<f64>,
}

impl Clock {
    /// Starts.
    pub fn start() -> Self {
        Self { wall: Instant::now(), processor: thread_seconds() }
    }

    /// Seconds since.
    pub fn seconds(&self) -> f64 {
        match (self.processor, thread_seconds()) {
            (Some(before), Some(now)) => now - before,
            _ => self.wall.elapsed().as_secs_f64(),
        }
    }
}

fn thread_seconds() -> Option<f64> {
    let time = ClockId::CLOCK_THREAD_CPUTIME_ID.now().ok()?;
    Some(time.tv_sec() as f64 + time.tv_nsec() as f64 / 1e9)
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What a process took.
pub struct Taken {
    /// Processor seconds, its own and the system's for it.
    pub processor: f64,
    /// Seconds until its first output.
    pub first_output: f64,
    /// The most memory that it had, in bytes.
    pub memory: f64,
    /// What it wrote, if it is text.
    pub output: String,
}

/// Runs a process to its end.
pub fn run(command: &mut Command) -> Result<Taken> {
    let before = children_seconds();
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .with_context(|| format!("{:?}", command.get_program()))?;
    let mut pipe = child.stdout.take().context("no pipe")?;
    let status = format!("/proc/{}/status", child.id());
    let (mut first_output, mut memory, mut output) = (0.0, 0.0, Vec::new());
    let mut block = vec![0; 1 << 16];
    for number in 0.. {
        let count = pipe.read(&mut block)?;
        if first_output == 0.0 {
            first_output = start.elapsed().as_secs_f64();
        }
        // Not after each block: whoever writes would have to wait for it.
        if number % 16 == 0 {
            memory = peak_memory(&status).unwrap_or(memory);
        }
        if count == 0 {
            break;
        }
        if output.len() < 1 << 12 {
            output.extend_from_slice(&block[..count]);
        }
    }
    ensure!(child.wait()?.success(), "{command:?} failed");
    let processor = children_seconds() - before;
    let output = String::from_utf8_lossy(&output).into_owned();
    Ok(Taken { processor, first_output, memory, output })
}

/// The processor time of processes that have ended, in seconds.
fn children_seconds() -> f64 {
    let Ok(usage) = getrusage(UsageWho::RUSAGE_CHILDREN) else { return f64::NAN };
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    seconds(usage.user_time()) + seconds(usage.system_time())
}

fn peak_memory(status: &str) -> Option<f64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? * 1024.0)
}

/// This program, to do one job of it in a process of its own.
pub fn job(words: &[&str]) -> Result<f64> {
    let mut command = Command::new(std::env::current_exe()?);
    let taken = run(command.arg("job").args(words))?;
    taken.output.trim().parse().with_context(|| format!("{words:?} said {:?}", taken.output))
}

/// The medians of several figures, each measured in every round.
pub fn in_turns<T>(
    rounds: usize,
    what: &[T],
    mut measure: impl FnMut(&T) -> Result<f64>,
) -> Result<Vec<f64>> {
    let mut figures = vec![Vec::new(); what.len()];
    for _ in 0..rounds.max(1) {
        for (figures, what) in figures.iter_mut().zip(what) {
            figures.push(measure(what)?);
        }
    }
    Ok(figures.into_iter().map(median).collect())
}
