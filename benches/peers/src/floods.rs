//! Floods: half a million notes a minute, a million controllers a minute, polyphony 4096.

use anyhow::Result;

use crate::Options;
use crate::material::{LoopBank, directory};
use crate::measure::{in_turns, job};
use crate::peer::{COLUMNS, Column};
use crate::table::Table;

/// A row of processor seconds for notes, and one of microseconds per controller beyond what the same notes take
/// without any.
pub fn measure(options: &Options, table: &mut Table) -> Result<()> {
    let columns: Vec<Column> = COLUMNS
        .into_iter()
        .filter(|&column| column.is_here() && column != Column::Sse2 && column != Column::Avx2)
        .collect();
    let bank = LoopBank { filter: "closed".into(), semitones: 0, release: 0.05 };
    let bank = bank.write(&directory()?)?;
    let bank = bank.to_string_lossy();
    let figures = |kind| {
        in_turns(options.rounds, &columns, |column| {
            job(&["flood", column.word(), &bank, kind, "60"])
        })
    };
    let notes = figures("notes")?;
    let cells: Vec<_> = columns.iter().zip(notes).map(|(&c, s)| (c, format!("{s:.2}"))).collect();
    table.row("processor seconds: 500,000 notes in 60 s", &cells);
    let (still, controllers) = (figures("nothing")?, figures("controllers")?);
    // Seconds for a million of them.
    let cost = still.into_iter().zip(controllers).map(|(still, moved)| moved - still);
    let cells: Vec<_> = columns.iter().zip(cost).map(|(&c, s)| (c, format!("{s:.2}"))).collect();
    table.row("microseconds per event: 1,000,000 controllers in 60 s, 15 voices", &cells);
    Ok(())
}
