//! One instrument's life in a port: open, download, play, unload, close: `cargo run --example download [BANK]`

#![allow(clippy::print_stdout, reason = "an example shows what it did")]

use std::env;
use std::sync::Arc;

use anyhow::Result;
use portative::bank::{Bank, PatchNumber};
use portative::io::BUILT_IN_BANK;
use portative::midi::{Channel, Key, Program, Velocity};
use portative::port::{Params, SynthPort};

fn main() -> Result<()> {
    let bank = Arc::new(match env::args_os().nth(1) {
        Some(path) => Bank::open(path)?,
        None => Bank::from_source(Arc::new(BUILT_IN_BANK))?,
    });
    let port = SynthPort::open(Params::default())?;

    // Reads this instrument's waves and no others.
    let vibraphone = port.download(&bank, PatchNumber::melodic(11))?;
    let content = port.content()?;
    println!("downloaded: {} waves, {} bytes", content.waves, content.bytes);

    let mut renderer = port.activate()?;
    let mut input = port.event_input()?;
    let (channel, key) = (Channel::new(0)?, Key::new(72)?);
    input.program_change(channel, Program::new(11)?)?;
    input.note_on(channel, key, Velocity::new(100)?)?;
    let mut block = [0.0; 2 * 512];
    renderer.render_interleaved(&mut block);

    // The note sounds on; the memory goes when it has ended.
    port.unload(vibraphone)?;
    input.note_off(channel, key)?;
    let mut blocks = 0;
    let told = loop {
        renderer.render_interleaved(&mut block);
        blocks += 1;
        if let Some(event) = port.poll_event() {
            break event;
        }
    };
    println!("{blocks} blocks later: {told:?}");

    let released = port.close()?;
    println!("left for close: {} bytes", released.content.bytes);
    Ok(())
}
