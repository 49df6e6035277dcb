//! Portative beside other synthesizers, in one run: prints a markdown table.
//!
//! Every figure is measured in a process of its own, one engine after the other, round after round, and the median
//! counts; times are processor time where Linux tells it, so that a busy machine spoils little. FluidSynth and
//! callgrind take part where they are installed.
//!
//! `cargo run --release -- [--bank BANK] [--rounds N] [--quick] [--only KIND] [SONG]...`, in this directory, after
//! `cargo build --release` in the library's. Kinds are the names in `main`.

mod blocks;
mod floods;
mod instructions;
mod job;
mod material;
mod measure;
mod peer;
mod songs;
mod start;
mod table;
mod voices;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use table::Table;

/// What the run was asked for.
pub struct Options {
    /// The bank for songs, start-up and floods.
    pub bank: PathBuf,
    /// How often each figure is measured.
    pub rounds: usize,
    /// The program.
    pub portative: PathBuf,
    /// Songs beside those of the examples.
    pub songs: Vec<PathBuf>,
}

const BANKS: [&str; 4] = [
    "/usr/share/sounds/sf2/FluidR3_GM.sf2",
    "/usr/share/sounds/sf2/default-GM.sf2",
    "/usr/share/soundfonts/default.sf2",
    "/usr/share/sounds/sf2/TimGM6mb.sf2",
];

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let mut options = Options {
        bank: BANKS.iter().map(PathBuf::from).find(|bank| bank.is_file()).unwrap_or_default(),
        rounds: 5,
        portative: portative_program(),
        songs: Vec::new(),
    };
    let mut only = None;
    while let Some(arg) = args.next() {
        let mut value = || args.next().with_context(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "job" => return job::run(&args.collect::<Vec<_>>()),
            "--bank" => options.bank = value()?.into(),
            "--portative" => options.portative = value()?.into(),
            "--rounds" => options.rounds = value()?.parse()?,
            "--quick" => options.rounds = 1,
            "--only" => only = Some(value()?),
            song if Path::new(song).is_file() => options.songs.push(song.into()),
            _ => anyhow::bail!("{arg}: no option and no song"),
        }
    }
    anyhow::ensure!(options.bank.is_file(), "no bank found; name one with --bank");
    let kinds: [(&str, fn(&Options, &mut Table) -> Result<()>); 6] = [
        ("voices", voices::measure),
        ("songs", songs::measure),
        ("floods", floods::measure),
        ("start", start::measure),
        ("blocks", blocks::measure),
        ("instructions", instructions::measure),
    ];
    println!("{}; bank: {}\n", machine(), options.bank.display());
    let mut table = Table::begin();
    for (name, measure) in kinds {
        if only.as_ref().is_none_or(|only| only == name) {
            measure(&options, &mut table)?;
        }
    }
    Ok(())
}

/// The program that the library's own build has made.
fn portative_program() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let built =
        [target, Some(library)].into_iter().flatten().map(|dir| dir.join("release/portative"));
    built.into_iter().find(|program| program.is_file()).unwrap_or_else(|| "portative".into())
}

/// The processor and how many there are.
fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    let levels: Vec<_> =
        portative::dsp::SimdLevel::available().iter().map(|level| level.name()).collect();
    format!(
        "{}, {count} processors, {}",
        name.map_or("an unknown processor", |(_, name)| name.trim()),
        levels.join(" ")
    )
}
