//! Whole songs, loading included: those of the examples and those that were named, with the bank of the run.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context, Result};
use portative::midi::Message;
use portative::midi::smf::Smf;
use portative::sequence::Sequence;
use portative::time::SampleRate;

use crate::Options;
use crate::measure::{Clock, in_turns, job, run};
use crate::peer::{Column, Note, RATE, Setup, make};
use crate::table::Table;

/// The songs in the library's examples.
const SONGS: [&str; 4] = ["first-light", "grand-tour", "harbour-train", "paper-kites"];

const COLUMNS: [Column; 5] =
    [Column::Best, Column::RustySynth, Column::OxiSynth, Column::XSynth, Column::FluidSynth];

/// Rows of processor seconds, and of what part of FluidSynth's they are.
pub fn measure(options: &Options, table: &mut Table) -> Result<()> {
    let songs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/songs");
    let columns: Vec<_> = COLUMNS
        .into_iter()
        .filter(|&column| column != Column::FluidSynth || has_fluidsynth())
        .collect();
    let examples = SONGS.iter().map(|song| songs.join(format!("{song}.mid")));
    for path in examples.chain(options.songs.iter().cloned()) {
        let song = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for wet in ["dry", "wet"] {
            let figures = in_turns(options.rounds, &columns, |&column| match column {
                Column::Best => Ok(run(&mut portative(options, &path, wet))?.processor),
                Column::FluidSynth => Ok(run(&mut fluidsynth(options, &path, wet))?.processor),
                _ => job(&[
                    "song",
                    column.word(),
                    &options.bank.to_string_lossy(),
                    &path.to_string_lossy(),
                    wet,
                ]),
            })?;
            let cells: Vec<_> =
                columns.iter().zip(figures).map(|(&c, s)| (c, format!("{s:.2}"))).collect();
            table.row(&format!("processor seconds: {song}, {wet}"), &cells);
        }
    }
    Ok(())
}

/// Whether the command is there.
pub fn has_fluidsynth() -> bool {
    run(Command::new("fluidsynth").arg("--version")).is_ok()
}

/// The program rendering a song on one thread.
pub fn portative(options: &Options, song: &Path, wet: &str) -> Command {
    let mut command = Command::new(&options.portative);
    command.args(["render", "-q", "--rate", "44100", "--sample-format", "f32", "--tail", "1"]);
    command.args(["--threads", "1", "--format", "raw", "-o", "-"]);
    if wet == "dry" {
        command.args(["--no-reverb", "--no-chorus"]);
    }
    command.arg(song).arg("--bank").arg(&options.bank);
    command
}

/// FluidSynth doing the same.
pub fn fluidsynth(options: &Options, song: &Path, wet: &str) -> Command {
    let on = if wet == "wet" { "1" } else { "0" };
    let mut command = Command::new("fluidsynth");
    command.args(["-ni", "-q", "-r", "44100", "-R", on, "-C", on, "-F", "-", "-T", "raw"]);
    command.args(["-O", "float"]).arg(&options.bank).arg(song);
    command
}

/// Processor seconds of a peer for a song, from its start.
pub fn render(column: Column, setup: &Setup<'_>, song: &Path) -> Result<f64> {
    let clock = Clock::start();
    let smf = Smf::read(&std::fs::read(song)?)?.smf;
    let rate = SampleRate::new(RATE).context("rate")?;
    let sequence = Arc::new(Sequence::new(&smf, rate));
    let mut peer = make(column, setup)?;
    let mut now = 0u64;
    for timed in sequence.events() {
        while now + 64 <= timed.time.0 {
            peer.render(64);
            now += 64;
        }
        if let Some(note) = note(&timed.event.message) {
            peer.play(note);
        }
    }
    let end = sequence.duration().0 + u64::from(RATE);
    while now < end {
        peer.render(64);
        now += 64;
    }
    Ok(clock.seconds())
}

fn note(message: &Message) -> Option<Note> {
    Some(match *message {
        Message::NoteOn { channel, key, velocity } => {
            Note::On(channel.index(), key.get(), velocity.to_u7())
        }
        Message::NoteOff { channel, key, .. } => Note::Off(channel.index(), key.get()),
        Message::ControlChange { channel, controller, value } => {
            Note::Control(channel.index(), controller.get(), value.to_u7())
        }
        Message::ProgramChange { channel, program, .. } => {
            Note::Program(channel.index(), program.get())
        }
        Message::PitchBend { channel, bend } => Note::Bend(channel.index(), bend.to_u14()),
        _ => return None,
    })
}
