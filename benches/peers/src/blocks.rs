//! The time of single blocks against their deadline: 256 voices, notes coming and going.

use anyhow::Result;

use crate::Options;
use crate::material::{Dice, LoopBank, directory};
use crate::measure::{in_turns, job};
use crate::peer::{COLUMNS, Column, Note, RATE, Setup, make};
use crate::table::Table;

/// Blocks that are timed.
const BLOCKS: usize = 20_000;

/// Rows for blocks of 64 and 256 frames.
pub fn measure(options: &Options, table: &mut Table) -> Result<()> {
    let columns: Vec<Column> = COLUMNS
        .into_iter()
        .filter(|&column| column.is_here() && column != Column::Sse2 && column != Column::Avx2)
        .collect();
    let bank = LoopBank { filter: "closed".into(), semitones: 0, release: 0.5 };
    let bank = bank.write(&directory()?)?;
    let bank = bank.to_string_lossy();
    for frames in ["64", "256"] {
        for (which, name) in [("p999", "99.9th percentile"), ("worst", "worst")] {
            let figures = in_turns(options.rounds, &columns, |column| {
                job(&["blocks", column.word(), &bank, frames, which])
            })?;
            let cells: Vec<_> =
                columns.iter().zip(figures).map(|(&c, part)| (c, format!("{part:.1}"))).collect();
            let row = format!("% of the deadline: {name} block of {frames} frames, 256 voices");
            table.row(&row, &cells);
        }
    }
    Ok(())
}

/// A block's time in percent of what it lasts; by the clock on the wall, since that is what a deadline is.
pub fn times(column: Column, setup: &Setup<'_>, frames: usize, which: &str) -> Result<f64> {
    let mut peer = make(column, &Setup { voices: 256, ..*setup })?;
    let mut dice = Dice::new();
    for note in 0..240u32 {
        peer.play(Note::On((note % 9) as u8, 40 + (note / 9) as u8, 100));
    }
    peer.render(64);
    let mut times = Vec::with_capacity(BLOCKS);
    for _ in 0..BLOCKS {
        let (channel, key) = (dice.below(9) as u8, 40 + dice.below(27) as u8);
        peer.play(Note::Off(channel, key));
        peer.play(Note::On(channel, key, 100));
        let start = std::time::Instant::now();
        peer.render(frames);
        times.push(start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    let place = if which == "worst" { BLOCKS - 1 } else { BLOCKS - 1 - BLOCKS / 1000 };
    Ok(times[place] / (frames as f64 / f64::from(RATE)) * 100.0)
}
