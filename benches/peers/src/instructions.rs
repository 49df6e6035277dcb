//! Instructions per voice-frame, counted by callgrind where valgrind is installed: they do not depend on how busy the
//! machine is. Valgrind knows no AVX-512, so Portative runs with AVX2 there.

use std::process::Command;

use anyhow::{Context, Result};

use crate::Options;
use crate::material::{LoopBank, directory};
use crate::measure::run;
use crate::peer::{Column, RATE};
use crate::table::Table;

const VOICES: usize = 256;

/// One row.
pub fn measure(_options: &Options, table: &mut Table) -> Result<()> {
    if run(Command::new("valgrind").arg("--version")).is_err() {
        return Ok(());
    }
    let bank = LoopBank { filter: "closed".into(), semitones: 0, release: 0.5 };
    let bank = bank.write(&directory()?)?;
    let bank = bank.to_string_lossy();
    let columns = [Column::Sse2, Column::Avx2, Column::RustySynth, Column::OxiSynth];
    let mut cells = Vec::new();
    for column in columns.into_iter().filter(|column| column.is_here()) {
        let count = |seconds: &str| {
            instructions(&["frames", column.word(), &bank, &VOICES.to_string(), seconds])
        };
        // What a longer run has more is rendering alone.
        let more = count("0.5")? - count("0.25")?;
        cells.push((column, format!("{:.1}", more / (0.25 * f64::from(RATE) * VOICES as f64))));
    }
    table.row(
        &format!("instructions per voice-frame: {VOICES} voices, filter closed, ratio 1.00"),
        &cells,
    );
    Ok(())
}

fn instructions(words: &[&str]) -> Result<f64> {
    let counts = directory()?.join("callgrind.out");
    let mut command = Command::new("valgrind");
    command.args(["-q", "--tool=callgrind"]);
    command.arg(format!("--callgrind-out-file={}", counts.display()));
    run(command.arg(std::env::current_exe()?).arg("job").args(words))?;
    let text = std::fs::read_to_string(counts)?;
    let line = text.lines().find_map(|line| line.strip_prefix("totals: ")).context("no totals")?;
    Ok(line.trim().parse()?)
}
