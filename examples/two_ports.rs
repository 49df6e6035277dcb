//! Two ports that share the waves of one bank: `cargo run --example two_ports`

#![allow(clippy::print_stdout, reason = "an example shows what it did")]

use std::sync::Arc;

use anyhow::{Context, Result};
use portative::bank::{Bank, PatchNumber};
use portative::io::BUILT_IN_BANK;
use portative::midi::{Channel, Key, Velocity};
use portative::port::{Params, Renderer, SynthPort};

fn main() -> Result<()> {
    let bank = Arc::new(Bank::from_source(Arc::new(BUILT_IN_BANK))?);
    let piano = PatchNumber::melodic(0);
    let (music, effects) =
        (SynthPort::open(Params::default())?, SynthPort::open(Params::default())?);
    music.download(&bank, piano)?;
    effects.download(&bank, piano)?;

    // The same wave, not the same bytes twice: the instrument here, and one in each port.
    let instrument = bank.instrument(bank.find(0, 0).context("no piano")?)?;
    let holders = || Arc::strong_count(&instrument.waves()[0]);
    println!("the first wave has {} holders", holders());

    let mut renderer = effects.activate()?;
    effects.event_input()?.note_on(Channel::new(0)?, Key::new(60)?, Velocity::new(100)?)?;
    println!("loudest point before {:.3}", loudest(&mut renderer));

    // One closes while the other sounds.
    music.close()?;
    println!("loudest point after {:.3}", loudest(&mut renderer));
    effects.close()?;
    println!("the first wave has {} holders, all of them this program's", holders());
    Ok(())
}

fn loudest(renderer: &mut Renderer) -> f32 {
    let mut block = [0.0; 2 * 4_800];
    renderer.render_interleaved(&mut block);
    block.iter().fold(0.0, |peak, point| peak.max(point.abs()))
}
