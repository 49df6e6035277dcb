//! Another bank in place of the first while a note sounds: `cargo run --example swap_bank [OTHER_BANK]`

#![allow(clippy::print_stdout, reason = "an example shows what it did")]

use std::env;
use std::sync::Arc;

use anyhow::Result;
use portative::bank::{Bank, PatchNumber};
use portative::io::BUILT_IN_BANK;
use portative::midi::{Channel, Key, Velocity};
use portative::port::{Params, SynthPort};

fn main() -> Result<()> {
    let first = Arc::new(Bank::from_source(Arc::new(BUILT_IN_BANK))?);
    let other = Arc::new(match env::args_os().nth(1) {
        Some(path) => Bank::open(path)?,
        None => Bank::from_source(Arc::new(BUILT_IN_BANK))?,
    });
    let port = SynthPort::open(Params::default())?;
    let before = port.download(&first, PatchNumber::melodic(0))?;
    let mut renderer = port.activate()?;
    let mut input = port.event_input()?;
    let channel = Channel::new(0)?;
    let mut block = [0.0; 2 * 4_800];
    input.note_on(channel, Key::new(60)?, Velocity::new(100)?)?;
    renderer.render_interleaved(&mut block);

    // The newer download plays from here on. Had it failed, nothing would have changed.
    port.download(&other, PatchNumber::melodic(0))?;
    port.unload(before)?;
    input.note_on(channel, Key::new(67)?, Velocity::new(100)?)?;
    renderer.render_interleaved(&mut block);
    let stats = port.stats()?;
    println!("voices: {:?}; unloaded so far: {:?}", stats.voices, port.poll_event());

    input.note_off(channel, Key::new(60)?)?;
    while port.poll_event().is_none() {
        renderer.render_interleaved(&mut block);
    }
    println!("the old bank is gone; {} instrument is left", port.content()?.instruments);
    port.close()?;
    Ok(())
}
