//! One figure, measured in a process of its own and printed: `job KIND ENGINE ...`.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::material::{Dice, flood};
use crate::measure::Clock;
use crate::peer::{Column, Note, Peer, RATE, Setup, make};
use crate::{blocks, songs};

/// Frames of a block, where that is not what is measured.
const BLOCK: usize = 256;

/// Does the job that these words describe.
pub fn run(words: &[String]) -> Result<()> {
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let [kind, engine, bank, rest @ ..] = words.as_slice() else { bail!("not a job") };
    let column = Column::of(engine).context("no such engine")?;
    let bank = Path::new(bank);
    // As many voices as are held, and not fewer than every engine can have.
    let voices_for = |count: &str| count.parse().map(|count: u32| count.max(64));
    let setup = Setup { bank, voices: 4096, wet: false, threads: 1 };
    let figure = match (*kind, rest) {
        ("voices", [count]) => {
            voices(column, &Setup { voices: voices_for(count)?, ..setup }, count.parse()?)?
        }
        ("frames", [count, seconds]) => {
            let setup = Setup { voices: voices_for(count)?, ..setup };
            let mut peer = hold(column, &setup, count.parse()?)?;
            for _ in 0..(seconds.parse::<f64>()? * f64::from(RATE)) as usize / BLOCK {
                peer.render(BLOCK);
            }
            0.0
        }
        ("threads", [count, threads]) => {
            threaded(column, &Setup { threads: threads.parse()?, ..setup }, count.parse()?)?
        }
        ("flood", [what, seconds]) => flooded(column, &setup, what, seconds.parse()?)?,
        ("song", [song, wet]) => {
            let setup = Setup { voices: 256, wet: *wet == "wet", ..setup };
            songs::render(column, &setup, Path::new(song))?
        }
        ("blocks", [frames, which]) => blocks::times(column, &setup, frames.parse()?, which)?,
        _ => bail!("{kind}: no such job"),
    };
    println!("{figure}");
    Ok(())
}

/// A synthesizer that holds notes.
fn hold(column: Column, setup: &Setup<'_>, count: usize) -> Result<Box<dyn Peer>> {
    let mut peer = make(column, setup)?;
    for note in 0..count {
        let channel = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15][note % 15];
        peer.play(Note::On(channel, (note / 15 % 128) as u8, 100));
        if note % 8 == 0 {
            // Not all at the same place of the wave.
            peer.render(37);
        }
    }
    peer.render(BLOCK);
    Ok(peer)
}

/// Nanoseconds per voice-frame.
fn voices(column: Column, setup: &Setup<'_>, count: usize) -> Result<f64> {
    // Some tens of milliseconds.
    const VOICE_FRAMES: usize = 1 << 26;
    let mut peer = hold(column, setup, count)?;
    let blocks = VOICE_FRAMES / (count * BLOCK);
    let clock = Clock::start();
    (0..blocks).for_each(|_| peer.render(BLOCK));
    Ok(clock.seconds() * 1e9 / (blocks * BLOCK * count) as f64)
}

/// Seconds of wall time for ten seconds of sound.
fn threaded(column: Column, setup: &Setup<'_>, count: usize) -> Result<f64> {
    let mut peer = hold(column, setup, count)?;
    let start = std::time::Instant::now();
    for _ in 0..10 * RATE as usize / crate::peer::LONGEST_BLOCK {
        peer.render(crate::peer::LONGEST_BLOCK);
    }
    Ok(start.elapsed().as_secs_f64())
}

/// Processor seconds for a flood.
fn flooded(column: Column, setup: &Setup<'_>, kind: &str, seconds: u32) -> Result<f64> {
    let flood = flood(kind, seconds);
    let voices = if kind == "notes" { setup.voices } else { 64 };
    let mut peer = make(column, &Setup { voices, ..*setup })?;
    if kind != "notes" {
        let mut dice = Dice::new();
        for channel in [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15] {
            peer.play(Note::On(channel, 50 + dice.below(20) as u8, 100));
        }
    }
    peer.render(64);
    let clock = Clock::start();
    for notes in flood {
        notes.into_iter().for_each(|note| peer.play(note));
        peer.render(64);
    }
    Ok(clock.seconds())
}
