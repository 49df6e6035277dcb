//! What is in a bank, for people and for programs: sizes, counts, everything odd.
//!
//! Not printing. Reports are plain values that serialize.

use std::collections::BTreeSet;

use crate::bank::download::Download;
use crate::bank::region::MidiRange;
use crate::bank::wave::{PlayPoints, WaveData};
use crate::bank::{
    Bank, BankError, BankWarning, Info, PresetIndex, Sample, SampleLocation, vorbis,
};
use crate::riff::Span;

/// What a bank is and holds.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct BankReport {
    /// What it says of itself.
    pub info: Info,
    /// Bytes of the file.
    pub file_bytes: u64,
    /// How many presets.
    pub presets: usize,
    /// How many instruments.
    pub instruments: usize,
    /// How many samples, by how they are stored.
    pub samples: SampleCounts,
    /// Bytes that all waves would take in memory; those of unusable samples are not counted.
    pub memory_bytes: u64,
    /// How many warnings, kept or not.
    pub warnings: usize,
}

/// How many samples a bank has, by how they are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct SampleCounts {
    /// Data points of 16 bits.
    pub pcm16: usize,
    /// Data points of 24 bits.
    pub pcm24: usize,
    /// Compressed streams.
    pub compressed: usize,
    /// Samples that cannot play, those in ROM included.
    pub unusable: usize,
}

/// What a preset is and needs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PresetReport {
    /// Its place in the bank.
    pub index: u32,
    /// MIDI bank number.
    pub bank: u16,
    /// MIDI program number.
    pub program: u16,
    /// Its name.
    pub name: String,
    /// How many regions.
    pub regions: usize,
    /// How many samples.
    pub samples: usize,
    /// The lowest and highest key that sounds; `None` for none.
    pub keys: Option<MidiRange>,
    /// Bytes that its waves would take in memory.
    pub memory_bytes: u64,
}

/// Everything odd in a bank.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct LintReport {
    /// The oddities with their texts, in the order in which they were found.
    pub findings: Vec<Finding>,
    /// How many more there were, past the limit on warnings.
    pub dropped: usize,
}

/// One oddity.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Finding {
    /// What it is, in words.
    pub text: String,
    /// What it is, as data.
    pub warning: BankWarning,
}

impl LintReport {
    fn new<'a>(warnings: impl IntoIterator<Item = &'a BankWarning>, dropped: usize) -> Self {
        let finding =
            |warning: &BankWarning| Finding { text: warning.to_string(), warning: warning.clone() };
        Self { findings: warnings.into_iter().map(finding).collect(), dropped }
    }
}

impl Bank {
    /// What the bank is and holds. Reads the ends of compressed streams to know their lengths.
    pub fn report(&self) -> BankReport {
        let mut samples = SampleCounts::default();
        for sample in self.samples() {
            *match sample.location {
                _ if sample.fault.is_some() => &mut samples.unusable,
                SampleLocation::Stream { .. } => &mut samples.compressed,
                _ if self.sm24().is_some() => &mut samples.pcm24,
                _ => &mut samples.pcm16,
            } += 1;
        }
        BankReport {
            info: self.info().clone(),
            file_bytes: self.source().len(),
            presets: self.presets().len(),
            instruments: self.tables().instruments.len(),
            samples,
            memory_bytes: self.samples().iter().map(|sample| self.memory_of(sample)).sum(),
            warnings: self.warnings().len() + self.dropped_warnings(),
        }
    }

    /// What a preset is and needs.
    ///
    /// # Errors
    ///
    /// As [`Bank::regions`].
    pub fn preset_report(&self, index: PresetIndex) -> Result<PresetReport, BankError> {
        let regions = self.regions(index)?;
        let preset = &self.presets()[index.0 as usize];
        let used: BTreeSet<u16> = regions.iter().map(|region| region.sample).collect();
        let memory =
            used.iter().map(|&sample| self.memory_of(&self.samples()[usize::from(sample)]));
        let low = regions.iter().map(|region| region.keys.low).min();
        let high = regions.iter().map(|region| region.keys.high).max();
        Ok(PresetReport {
            index: index.0,
            bank: preset.bank,
            program: preset.program,
            name: preset.name.clone(),
            regions: regions.len(),
            samples: used.len(),
            keys: low.zip(high).map(|(low, high)| MidiRange { low, high }),
            memory_bytes: memory.sum(),
        })
    }

    /// Everything odd in the tables.
    pub fn lint(&self) -> LintReport {
        LintReport::new(self.warnings(), self.dropped_warnings())
    }

    /// Everything odd in the tables and in the waves, which are all read and decoded, one at a time. May take
    /// long.
    ///
    /// # Errors
    ///
    /// As [`Bank::instrument`], for any preset.
    pub fn lint_waves(&self) -> Result<LintReport, BankError> {
        let mut found = Vec::new();
        let mut lens = Vec::with_capacity(self.samples().len());
        for (index, sample) in (0..).zip(self.samples()) {
            let len = match Download::new(self).len_of(sample)? {
                Ok(len) => Some(len),
                Err(fault) => {
                    found.push(BankWarning::SampleUnusable { sample: index, fault });
                    None
                }
            };
            lens.push(len);
        }
        for preset in (0..).take(self.presets().len()).map(PresetIndex) {
            for region in self.regions(preset)? {
                let sample = usize::from(region.sample);
                let Some(len) = lens[sample] else { continue };
                let warning = BankWarning::NothingToPlay { sample: u32::from(region.sample) };
                let plays = PlayPoints::of(&region, &self.samples()[sample], len).is_some();
                if !plays && !found.contains(&warning) {
                    found.push(warning);
                }
            }
        }
        found.retain(|warning| !self.warnings().contains(warning));
        Ok(LintReport::new(self.warnings().iter().chain(&found), self.dropped_warnings()))
    }

    /// Bytes that a sample would take in memory, guards included, loop tails not.
    fn memory_of(&self, sample: &Sample) -> u64 {
        if sample.fault.is_some() {
            return 0;
        }
        match (sample.location, self.smpl()) {
            (SampleLocation::Points { start, end }, Some(_)) => {
                let point_bytes = if self.sm24().is_some() { 4 } else { 2 };
                WaveData::bytes_of(u64::from(end - start), point_bytes)
            }
            (SampleLocation::Stream { start, end }, Some(smpl)) => {
                let offset = smpl.offset + u64::from(start);
                let span = Span { offset, len: u64::from(end - start) };
                WaveData::bytes_of(vorbis::announced_len(self.source(), span), 2)
            }
            _ => 0,
        }
    }
}
