//! A synth port on the caller's own audio thread, as in a game: `cargo run --example custom_sink`

#![allow(clippy::print_stdout, reason = "an example shows what it did")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

use anyhow::Result;
use portative::io::BUILT_IN_BANK;
use portative::midi::{Channel, Key, Program, Velocity};
use portative::port::{Params, SynthPort};

fn main() -> Result<()> {
    let port = SynthPort::open(Params { sample_rate: Some(44_100), ..Params::default() })?;
    port.download_bank(Arc::new(BUILT_IN_BANK))?;

    // The renderer goes to the audio thread, the input stays where the game is.
    let mut renderer = port.activate()?;
    let mut input = port.event_input()?;
    let (channel, key) = (Channel::new(0)?, Key::new(60)?);
    input.program_change(channel, Program::new(11)?)?;
    input.note_on(channel, key, Velocity::new(100)?)?;

    let closed = Arc::new(AtomicBool::new(false));
    let (heard, hear) = mpsc::channel();
    let audio = thread::spawn({
        let closed = Arc::clone(&closed);
        move || {
            let mut block = [0.0; 2 * 256];
            // The port may be closed under the audio thread at any time.
            while !closed.load(Ordering::Acquire) {
                renderer.render_interleaved(&mut block);
                let loudest = block.iter().fold(0.0_f32, |peak, point| peak.max(point.abs()));
                let _ = heard.send(loudest);
            }
        }
    });

    let loudest = hear.iter().take(500).fold(0.0_f32, f32::max);
    input.note_off(channel, key)?;
    let released = port.close()?;
    closed.store(true, Ordering::Release);
    let silent = hear.iter().last().is_none_or(|loudest| loudest == 0.0);
    let _ = audio.join();
    println!(
        "loudest point {loudest:.3}, {} bytes given back, silent now: {silent}",
        released.content.bytes
    );
    Ok(())
}
