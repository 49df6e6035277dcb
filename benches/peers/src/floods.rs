//! Floods: half a million notes a minute, a million controllers a minute, polyphony 4096.

use anyhow::Result;

use crate::Options;
use crate::material::{LoopBank, directory};
use crate::measure::{in_turns, job};
use crate::peer::{COLUMNS, Column};
use crate::table::Table;

/// Processor seconds for notes, and for voices without and with controllers; the difference is what each of these
/// costs.
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
    let mut row = |name: &str, figures: &[f64]| {
        let cells: Vec<_> =
            columns.iter().zip(figures).map(|(&c, s)| (c, format!("{s:.2}"))).collect();
        table.row(name, &cells);
    };
    row("processor seconds: 500,000 notes in 60 s", &notes);
    let (still, moved) = (figures("nothing")?, figures("controllers")?);
    row("processor seconds: 15 voices for 60 s", &still);
    row("the same with 1,000,000 controllers", &moved);
    // Seconds for a million of them.
    let cost: Vec<f64> = still.into_iter().zip(moved).map(|(still, moved)| moved - still).collect();
    row("microseconds per controller", &cost);
    Ok(())
}
