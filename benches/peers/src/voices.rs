//! What a voice costs: held, looped notes, dry.

use anyhow::Result;

use crate::Options;
use crate::material::{LoopBank, directory};
use crate::measure::{in_turns, job};
use crate::peer::{COLUMNS, Column};
use crate::table::Table;

/// Filter, semitones above the recorded pitch, voices.
const CASES: [(&str, i16, usize); 11] = [
    ("closed", 0, 24),
    ("closed", 0, 64),
    ("closed", 0, 256),
    ("closed", 0, 1024),
    ("closed", 0, 4096),
    ("open", 0, 1024),
    ("swept", 0, 1024),
    ("closed", -24, 1024),
    ("closed", 7, 1024),
    ("closed", 24, 1024),
    ("closed", 0, 1000),
];

/// Rows of nanoseconds per voice-frame, and of what threads gain.
pub fn measure(options: &Options, table: &mut Table) -> Result<()> {
    let columns: Vec<Column> = COLUMNS.into_iter().filter(|column| column.is_here()).collect();
    for (filter, semitones, count) in CASES {
        let bank = LoopBank { filter: filter.into(), semitones, release: 0.5 };
        let bank = bank.write(&directory()?)?;
        let bank = bank.to_string_lossy();
        let many = count.to_string();
        if count == 1000 {
            return threads(options, table, &bank, &many);
        }
        let figures = in_turns(options.rounds, &columns, |column| {
            job(&["voices", column.word(), &bank, &many])
        })?;
        let cells: Vec<_> =
            columns.iter().zip(figures).map(|(&c, ns)| (c, format!("{ns:.2}"))).collect();
        let ratio = 2f64.powf(f64::from(semitones) / 12.0);
        table.row(
            &format!("ns per voice-frame: {count} voices, filter {filter}, ratio {ratio:.2}"),
            &cells,
        );
    }
    Ok(())
}

/// How many times faster two threads are than one, by the clock on the wall.
fn threads(options: &Options, table: &mut Table, bank: &str, count: &str) -> Result<()> {
    let columns = [Column::Best, Column::XSynth];
    let jobs: Vec<_> = columns.iter().flat_map(|&column| [(column, "1"), (column, "2")]).collect();
    let figures = in_turns(options.rounds, &jobs, |(column, threads)| {
        job(&["threads", column.word(), bank, count, threads])
    })?;
    let cells: Vec<_> = columns
        .iter()
        .zip(figures.chunks(2))
        .map(|(&column, times)| (column, format!("{:.2}", times[0] / times[1])))
        .collect();
    table.row(&format!("2 threads against 1, {count} voices, blocks of 1024"), &cells);
    Ok(())
}
