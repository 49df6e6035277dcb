//! Writes the banks that fuzzing starts from.

use std::error::Error;
use std::fs;
use std::path::Path;

use portative::bank::sf2::record::ModulatorRecord;
use portative::bank::write::{Instrument, Points, Preset, Sample, SoundFont, Zone};
use portative::bank::{Generator, Version};

const TONE: &[u8] = include_bytes!("../corpus/tone.ogg");

fn bank(points: Points) -> SoundFont {
    let modulator = |source, destination| ModulatorRecord {
        source,
        destination,
        amount: 100,
        ..ModulatorRecord::default()
    };
    let zone = || Zone::new().key_range(10..=100).vel_range(1..=90);
    let mut font = SoundFont {
        default_modulators: Some(vec![modulator(0x0502, 48)]),
        presets: vec![
            Preset::new("first", 0, 0)
                .zone(Zone::new().set(Generator::FineTune, 3))
                .zone(zone().modulator(modulator(0x0081, 8)).instrument(0)),
        ],
        instruments: vec![
            Instrument::new("first").zone(Zone::new().set(Generator::SampleModes, 1)).zone(
                zone()
                    .set(Generator::EndloopAddrsOffset, -3)
                    .modulator(modulator(0x0081, 0x8001))
                    .modulator(modulator(127, 8))
                    .sample(0),
            ),
        ],
        samples: vec![Sample::new("first", points).looped(10, 40)],
        ..SoundFont::default()
    };
    font.info.version = Version { major: 3, minor: 0 };
    font
}

fn main() -> Result<(), Box<dyn Error>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/bank");
    fs::create_dir_all(&directory)?;
    let seeds = [
        ("pcm16", Points::Pcm16((0..60).collect())),
        // Enough bytes for the memory that waves share.
        ("long", Points::Pcm16((0..33_000_u32).map(|n| n as i16).collect())),
        ("pcm24", Points::Pcm24((0..60).map(|n| n * 4_321).collect())),
        ("vorbis", Points::Compressed(TONE.to_vec())),
        ("rom", Points::Rom { start: 0, end: 60 }),
    ];
    for (name, points) in seeds {
        fs::write(directory.join(name), bank(points).to_bytes()?)?;
    }
    Ok(())
}
