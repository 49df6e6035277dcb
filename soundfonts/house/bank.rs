//! The whole bank, put together for the writer.

use portative::bank::sf2::record::ModulatorRecord;
use portative::bank::write::{self, Points, SoundFont};
use portative::bank::{Generator, Info};

use super::part::{Instrument, Pool, Touch};
use super::preset::{TableError, read};
use super::wave::Wave;
use super::{bowed, keyboards, kit, mallets, plucked, synths, winds};

/// What makes an instrument and puts its waves into the pool.
type Maker = fn(&mut Pool) -> Instrument;

const MAKERS: [Maker; 27] = [
    keyboards::piano,
    keyboards::electric_piano,
    keyboards::harpsichord,
    keyboards::organ,
    keyboards::pipes,
    keyboards::accordion,
    mallets::celesta,
    mallets::vibraphone,
    mallets::marimba,
    mallets::bells,
    mallets::steel_drum,
    plucked::guitar,
    plucked::driven,
    plucked::bass,
    plucked::harp,
    bowed::violin,
    bowed::strings,
    bowed::choir,
    winds::brass,
    winds::saxophone,
    winds::oboe,
    winds::clarinet,
    winds::flute,
    synths::sawtooth,
    synths::square,
    synths::sine,
    synths::noise,
];

/// The bank as the writer takes it.
///
/// # Errors
///
/// [`TableError`] when the table of presets cannot be read.
pub(crate) fn sound_font() -> Result<SoundFont, TableError> {
    let mut pool = Pool::default();
    let mut instruments: Vec<Instrument> = MAKERS.iter().map(|make| make(&mut pool)).collect();
    instruments.extend(synths::filtered(&instruments));
    instruments.extend(kit::with_melodic_drums(&mut pool));
    let names: Vec<&str> = instruments.iter().map(|instrument| instrument.name).collect();
    Ok(SoundFont {
        info: Info {
            name: "Portative".to_owned(),
            engineer: Some("made by a program".to_owned()),
            product: None,
            copyright: Some("CC0 1.0: no rights reserved".to_owned()),
            comment: Some(
                "General MIDI from sines and chance; soundfonts/README.md says how.".to_owned(),
            ),
            ..Info::default()
        },
        presets: read(include_str!("presets.txt"), &names)?,
        instruments: instruments.iter().map(instrument).collect(),
        samples: pool.0.into_iter().map(sample).collect(),
        ..SoundFont::default()
    })
}

/// Velocity, linear, falling from 1 to 0 as the key is struck harder (SoundFont 2.04 §8.2.4).
const SOFTNESS: u16 = 0x0102;

fn instrument(part: &Instrument) -> write::Instrument {
    let mut global = zone(write::Zone::new(), &part.amounts);
    let Touch(darker) = part.touch;
    // Written even where it is nothing: it takes the place of the standard's own -2400 cents.
    global = global.modulator(ModulatorRecord {
        source: SOFTNESS,
        destination: Generator::InitialFilterFc.operator(),
        amount: darker,
        ..ModulatorRecord::default()
    });
    part.zones.iter().fold(write::Instrument::new(part.name).zone(global), |made, part| {
        let keys = write::Zone::new().key_range(part.keys.0..=part.keys.1);
        made.zone(zone(keys, &part.amounts).sample(part.wave as u16))
    })
}

fn zone(zone: write::Zone, amounts: &[(Generator, i16)]) -> write::Zone {
    amounts.iter().fold(zone, |zone, &(generator, amount)| zone.set(generator, amount))
}

fn sample(wave: Wave) -> write::Sample {
    let sample = write::Sample {
        rate: wave.rate,
        original_pitch: wave.root,
        ..write::Sample::new(&wave.name, Points::Pcm16(wave.points))
    };
    match wave.looped {
        Some((start, end)) => sample.looped(start, end),
        None => sample,
    }
}
