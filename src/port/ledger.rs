//! What is downloaded to an open port: who holds which wave, and which handles are good.
//!
//! The audio thread knows places, callers know handles; the ledger is where one becomes the other. A place is
//! used again only after what was there has come back from the audio thread.

use std::collections::HashMap;

use crate::bank::{BankId, PresetIndex};
use crate::engine::{Content, DOWNLOADS, Download, Holding, INSTRUMENTS, Place, Prepared};

use super::PortError;

/// Names one download to one opening of a port. It is never used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DownloadId {
    pub(super) instance: u64,
    pub(super) serial: u64,
}

/// The downloads of one opening.
#[derive(Debug)]
pub(super) struct Ledger {
    entries: Vec<Option<Entry>>,
    /// Places that are free, the next one last.
    free: Vec<Place>,
    /// The place of each good handle.
    places: HashMap<DownloadId, Place>,
    /// The handle under which each preset is downloaded.
    presets: HashMap<(BankId, PresetIndex), DownloadId>,
    /// What is in memory, by its address.
    held: HashMap<usize, Held>,
    instruments: u64,
}

/// One download.
#[derive(Debug)]
struct Entry {
    id: DownloadId,
    instruments: u64,
    holdings: Vec<Holding>,
    presets: Vec<(BankId, PresetIndex)>,
    /// Whether it is a wave to be played by itself.
    is_wave: bool,
}

/// Something in memory.
#[derive(Debug)]
struct Held {
    holding: Holding,
    /// Downloads that hold it.
    holders: u32,
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self {
            entries: Vec::new(),
            free: (0..DOWNLOADS).rev().map(Place).collect(),
            places: HashMap::new(),
            presets: HashMap::new(),
            held: HashMap::new(),
            instruments: 0,
        }
    }

    /// Refuses what is downloaded already.
    pub(super) fn check(&self, download: &Download) -> Result<(), PortError> {
        let Download::Presets(presets) = download else { return Ok(()) };
        for preset in presets {
            if let Some(&id) = self.presets.get(&(preset.bank.id(), preset.preset)) {
                let (bank, program) = preset.numbers();
                return Err(PortError::AlreadyDownloaded { id, bank, program });
            }
        }
        Ok(())
    }

    /// Takes a download in; the place where it goes.
    pub(super) fn enter(
        &mut self,
        id: DownloadId,
        download: &Download,
        prepared: &Prepared,
    ) -> Result<Place, PortError> {
        self.check(download)?;
        let instruments = self.instruments + prepared.instruments;
        if instruments > INSTRUMENTS {
            return Err(PortError::TooManyInstruments { limit: INSTRUMENTS, got: instruments });
        }
        let limit = usize::from(DOWNLOADS);
        let place = self.free.pop().ok_or(PortError::TooManyDownloads { limit })?;
        let presets: Vec<_> = match download {
            Download::Presets(presets) => {
                presets.iter().map(|preset| (preset.bank.id(), preset.preset)).collect()
            }
            Download::Bank(_) | Download::Wave(..) => Vec::new(),
        };
        self.presets.extend(presets.iter().map(|preset| (*preset, id)));
        self.places.insert(id, place);
        self.instruments = instruments;
        for holding in &prepared.holdings {
            let held = Held { holding: *holding, holders: 0 };
            self.held.entry(holding.address).or_insert(held).holders += 1;
        }
        let index = usize::from(place.0);
        if self.entries.len() <= index {
            self.entries.resize_with(index + 1, || None);
        }
        let holdings = prepared.holdings.clone();
        let is_wave = matches!(download, Download::Wave(..));
        let entry = Entry { id, instruments: prepared.instruments, holdings, presets, is_wave };
        self.entries[index] = Some(entry);
        Ok(place)
    }

    /// The place of a handle that is good.
    pub(super) fn place(&self, id: DownloadId) -> Option<Place> {
        self.places.get(&id).copied()
    }

    /// Whether a place holds a wave to be played by itself.
    pub(super) fn is_wave(&self, place: Place) -> bool {
        let entry = self.entries.get(usize::from(place.0)).and_then(Option::as_ref);
        entry.is_some_and(|entry| entry.is_wave)
    }

    /// The good handles, oldest first.
    pub(super) fn ids(&self) -> Vec<DownloadId> {
        let mut ids: Vec<_> = self.places.keys().copied().collect();
        ids.sort_unstable();
        ids
    }

    /// Ends a handle; what it named still lies in its place.
    pub(super) fn end(&mut self, id: DownloadId) {
        let Some(place) = self.places.remove(&id) else { return };
        if let Some(Some(entry)) = self.entries.get(usize::from(place.0)) {
            for preset in &entry.presets {
                self.presets.remove(preset);
            }
        }
    }

    /// Takes a download out that the audio thread has given back; its handle.
    pub(super) fn leave(&mut self, place: Place) -> Option<DownloadId> {
        let entry = self.entries.get_mut(usize::from(place.0))?.take()?;
        self.end(entry.id);
        self.free.push(place);
        self.instruments -= entry.instruments;
        for holding in &entry.holdings {
            if let Some(held) = self.held.get_mut(&holding.address) {
                held.holders -= 1;
                if held.holders == 0 {
                    self.held.remove(&holding.address);
                }
            }
        }
        Some(entry.id)
    }

    /// What is in memory, what only sounds on included.
    pub(super) fn content(&self) -> Content {
        let held = || self.held.values().map(|held| held.holding);
        Content {
            instruments: self.instruments,
            waves: held().map(|holding| holding.waves).sum(),
            bytes: held().map(|holding| holding.bytes).sum(),
        }
    }

    /// The handles that were ended and whose downloads have not come back.
    pub(super) fn ending(&self) -> impl Iterator<Item = DownloadId> {
        let entries = self.entries.iter().flatten().map(|entry| entry.id);
        entries.filter(|id| !self.places.contains_key(id))
    }
}

#[cfg(test)]
mod tests;
