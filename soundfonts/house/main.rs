//! Makes the bank of the house and writes it to the file that is named, or beside this program's
//! sources.
//!
//! `cargo run --release --example make_house_bank`

#[path = "house.rs"]
mod house;

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let standard = concat!(env!("CARGO_MANIFEST_DIR"), "/soundfonts/portative.sf2");
    let path = std::env::args_os().nth(1).map_or_else(|| PathBuf::from(standard), PathBuf::from);
    std::fs::write(path, house::sound_font()?.to_bytes()?)?;
    Ok(())
}
