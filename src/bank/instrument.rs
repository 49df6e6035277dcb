//! Instruments: what a preset plays, in memory and ready for the audio thread.

use std::sync::Arc;

use crate::bank::wave::{LoopTail, RegionSample, WaveData};
use crate::bank::{BankId, BankWarning, PresetIndex, Region, RegionMap};

/// A preset with its regions resolved and its waves in memory, made by
/// [`Bank::instrument`](crate::bank::Bank::instrument).
///
/// It holds all that a voice needs, and nothing of the file. Regions whose samples cannot play are not in it.
#[derive(Debug)]
pub struct Instrument {
    pub(crate) bank: BankId,
    pub(crate) preset: Option<PresetIndex>,
    pub(crate) map: RegionMap,
    /// The regions that were left out because nobody asked for their keys.
    pub(crate) others: Vec<Region>,
    /// As many as the map has regions.
    pub(crate) samples: Vec<RegionSample>,
    /// Each once.
    pub(crate) waves: Vec<Arc<WaveData>>,
    /// Each once.
    pub(crate) tails: Vec<Arc<LoopTail>>,
    pub(crate) warnings: Vec<BankWarning>,
}

impl Instrument {
    /// The bank that it comes from.
    pub fn bank(&self) -> BankId {
        self.bank
    }

    /// The preset that it is; none when it is a wave alone.
    pub fn preset(&self) -> Option<PresetIndex> {
        self.preset
    }

    /// The indices of the regions that sound for a key and a velocity, in the order of the file.
    ///
    /// # Thread
    ///
    /// Audio thread. O(1), whatever the size of the bank. No allocation.
    pub fn regions_at(&self, key: u8, velocity: u8) -> &[u16] {
        self.map.at(key, velocity)
    }

    /// All regions.
    pub fn regions(&self) -> &[Region] {
        self.map.regions()
    }

    /// The regions of the preset that play for none of the keys that were asked for. Nothing plays them here.
    pub fn other_regions(&self) -> &[Region] {
        &self.others
    }

    /// What each region reads: as many as there are regions, in the same order.
    pub fn samples(&self) -> &[RegionSample] {
        &self.samples
    }

    /// The waves, each once, in the order of the bank's samples; other instruments may share them.
    pub fn waves(&self) -> &[Arc<WaveData>] {
        &self.waves
    }

    /// The loop tails, each once; other instruments may share them.
    pub fn tails(&self) -> &[Arc<LoopTail>] {
        &self.tails
    }

    /// Bytes of the waves and loop tails, shared ones included.
    pub fn bytes(&self) -> usize {
        let waves: usize = self.waves.iter().map(|wave| wave.bytes()).sum();
        let tails: usize = self.tails.iter().map(|tail| tail.bytes()).sum();
        waves + tails
    }

    /// What was left out, and why.
    pub fn warnings(&self) -> &[BankWarning] {
        &self.warnings
    }
}
