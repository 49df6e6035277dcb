//! Writes the songs that come with Portative, as MIDI files beside their scores or into the folder
//! that is named.
//!
//! `cargo run --example songs`

#[path = "songs.rs"]
mod songs;

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/songs");
    let folder = std::env::args_os().nth(1).map_or_else(|| PathBuf::from(beside), PathBuf::from);
    for (name, score) in songs::SONGS {
        let bytes = songs::compile(score).map_err(|error| format!("{name}: {error}"))?;
        std::fs::write(folder.join(name).with_extension("mid"), bytes)?;
    }
    Ok(())
}
