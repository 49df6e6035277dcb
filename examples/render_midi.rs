//! Renders a MIDI file to a WAVE file with the built-in bank: `cargo run --example render_midi -- song.mid song.wav`

#![allow(clippy::print_stdout, reason = "an example shows what it did")]

use std::io::BufWriter;
use std::sync::Arc;

use anyhow::{Context, Result};
use portative::format::{PcmEncoder, SampleFormat};
use portative::io::{BUILT_IN_BANK, FileSource, NewFile, Offline, Tail, WaveWriter};
use portative::midi::smf::Smf;
use portative::port::{Params, SynthPort};
use portative::sequence::Sequence;
use portative::time::SampleTime;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let song = args.next().context("name a MIDI file")?;
    let wave = args.next().context("name a WAVE file")?;

    let port = SynthPort::open(Params::default())?;
    port.download_bank(Arc::new(BUILT_IN_BANK))?;
    let format = port.params()?.format();

    let smf = Smf::read(&FileSource::open(&song)?.read_all(1 << 28)?)?.smf;
    let sequence = Arc::new(Sequence::new(&smf, format.sample_rate));
    let mut offline = Offline::new(&port, Arc::clone(&sequence))?;
    let file = BufWriter::new(NewFile::create(&wave)?);
    let mut writer = WaveWriter::new(file, format, PcmEncoder::new(SampleFormat::S16, true))?;

    let mut block = [0.0; 2 * 512];
    let mut rendered = SampleTime::ZERO;
    let mut tail = Tail::new(12_000, 480_000);
    loop {
        offline.render(&mut block)?;
        writer.write(&block)?;
        rendered = rendered + 512;
        let since_end = SampleTime(rendered.saturating_since(sequence.duration()));
        if since_end > SampleTime::ZERO && tail.take(&block, 2, since_end) < 512 {
            break;
        }
    }
    writer.finish()?.into_inner()?.keep()?;
    let released = port.close()?;
    println!("{wave}: {} frames, {} waves released", rendered.0, released.content.waves);
    Ok(())
}
