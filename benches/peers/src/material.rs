//! What is played: banks and floods that are made here, and songs.

use std::path::{Path, PathBuf};

use anyhow::Result;
use portative::bank::Generator as G;
use portative::bank::write::{Instrument, Points, Preset, Sample, SoundFont, Zone};

use crate::peer::{Note, RATE};

/// A bank whose only preset is a looped noise.
pub struct LoopBank {
    /// `open`, `closed` or `swept`.
    pub filter: String,
    /// Semitones above the recorded pitch.
    pub semitones: i16,
    /// Seconds of release.
    pub release: f64,
}

impl LoopBank {
    /// Writes it to a file in `directory`.
    pub fn write(&self, directory: &Path) -> Result<PathBuf> {
        let noise = (0..60_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 18) as i16);
        let sample = Sample { rate: RATE, ..Sample::new("noise", Points::Pcm16(noise.collect())) };
        let release = (1200.0 * self.release.log2()) as i16;
        let zone = Zone::new()
            .set(G::SampleModes, 1)
            // Every key at the same pitch, so that all can be held.
            .set(G::ScaleTuning, 0)
            .set(G::CoarseTune, self.semitones)
            .set(G::ReleaseVolEnv, release);
        let zone = match self.filter.as_str() {
            "closed" => zone.set(G::InitialFilterFc, 9000).set(G::InitialFilterQ, 30),
            "swept" => zone.set(G::InitialFilterFc, 9000).set(G::ModLfoToFilterFc, 1200),
            _ => zone,
        };
        let font = SoundFont {
            presets: vec![Preset::new("preset", 0, 0).zone(Zone::new().instrument(0))],
            instruments: vec![Instrument {
                name: "instrument".into(),
                zones: vec![zone.sample(0)],
            }],
            samples: vec![sample.looped(1000, 59_000)],
            ..SoundFont::default()
        };
        let name = format!("{}{}-{}.sf2", self.filter, self.semitones, (self.release * 1e3) as u32);
        let path = directory.join(name);
        std::fs::write(&path, font.to_bytes()?)?;
        Ok(path)
    }
}

/// A directory of this process, for files that it makes. They stay: the next run overwrites them.
pub fn directory() -> Result<PathBuf> {
    let directory = std::env::temp_dir().join("portative-peers");
    std::fs::create_dir_all(&directory)?;
    Ok(directory)
}

/// Numbers that look random, the same in every run.
pub struct Dice(u32);

impl Dice {
    pub const fn new() -> Self {
        Self(1)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % limit
    }
}

/// Notes and controllers by block of 64 frames, for a number of seconds.
pub fn flood(kind: &str, seconds: u32) -> Vec<Vec<Note>> {
    let blocks = (seconds * RATE / 64) as usize;
    let mut flood = vec![Vec::new(); blocks];
    let mut dice = Dice::new();
    // Per minute.
    let events = match kind {
        "notes" => 500_000,
        "controllers" => 1_000_000,
        _ => 0,
    };
    let events = events / 60 * seconds as usize;
    for event in 0..events {
        let block = event * blocks / events;
        let channel = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15][event % 15];
        let mut at = |late: usize, note| {
            if let Some(block) = flood.get_mut(block + late) {
                block.push(note);
            }
        };
        match (kind, event % 8) {
            ("notes", _) => {
                let key = 30 + dice.below(70) as u8;
                at(0, Note::On(channel, key, 40 + dice.below(80) as u8));
                // A twentieth of a second later.
                at(34, Note::Off(channel, key));
            }
            (_, 0) => at(0, Note::Bend(channel, dice.below(16_384) as u16)),
            _ => {
                let controller = [1, 7, 10, 11, 74, 91, 93][event % 7];
                at(0, Note::Control(channel, controller, dice.below(128) as u8));
            }
        }
    }
    flood
}
