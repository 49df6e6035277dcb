//! From the start of the process to the first frame, and the most memory on the way.

use std::path::PathBuf;

use anyhow::Result;

use crate::Options;
use crate::material::directory;
use crate::measure::{in_turns, run};
use crate::peer::Column;
use crate::songs::{fluidsynth, has_fluidsynth, portative};
use crate::table::Table;

/// Programs with small waves in most General MIDI banks come first.
const PROGRAMS: [u8; 15] = [80, 81, 73, 75, 79, 16, 62, 87, 38, 90, 5, 112, 29, 33, 71];

/// Rows for songs of three and of fifteen programs.
pub fn measure(options: &Options, table: &mut Table) -> Result<()> {
    let mut columns = vec![Column::Best];
    if has_fluidsynth() {
        columns.push(Column::FluidSynth);
    }
    for count in [3, 15] {
        let song = song(&PROGRAMS[..count])?;
        let taken = |column: Column| {
            run(&mut match column {
                Column::FluidSynth => fluidsynth(options, &song, "dry"),
                _ => portative(options, &song, "dry"),
            })
        };
        let rounds = 2 * options.rounds + 1;
        let figures = in_turns(rounds, &columns, |&column| Ok(taken(column)?.first_output))?;
        let cells: Vec<_> =
            columns.iter().zip(figures).map(|(&c, s)| (c, format!("{:.1}", s * 1e3))).collect();
        table.row(&format!("ms from start to the first frame, {count} programs"), &cells);
        let figures = in_turns(1, &columns, |&column| Ok(taken(column)?.memory))?;
        let cells: Vec<_> =
            columns.iter().zip(figures).map(|(&c, b)| (c, format!("{:.1}", b / 1e6))).collect();
        table.row(&format!("peak memory in MB, {count} programs"), &cells);
    }
    Ok(())
}

/// A song of one short note for each program.
fn song(programs: &[u8]) -> Result<PathBuf> {
    let mut track = Vec::new();
    for (channel, &program) in (0u8..).filter(|&channel| channel != 9).zip(programs) {
        let channel = channel % 16;
        track.extend([0, 0xC0 | channel, program, 0, 0x90 | channel, 60, 90]);
    }
    for channel in (0u8..).filter(|&channel| channel != 9).take(programs.len()) {
        // 480 ticks are half a second.
        let wait = if channel == 0 { [0x83, 0x60].as_slice() } else { &[0] };
        track.extend(wait);
        track.extend([0x80 | channel % 16, 60, 64]);
    }
    track.extend([0, 0xFF, 0x2F, 0]);
    let mut file = b"MThd\0\0\0\x06\0\0\0\x01\x01\xE0MTrk".to_vec();
    file.extend((track.len() as u32).to_be_bytes());
    file.extend(track);
    let path = directory()?.join(format!("start-{}.mid", programs.len()));
    std::fs::write(&path, file)?;
    Ok(path)
}
