//! Several banks as one: later ones lie over earlier ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Bank, BankError, Instrument, KeySet, PatchNumber, PresetIndex};

/// Banks of which the last that has a preset gives it.
#[derive(Debug, Clone, Default)]
pub struct Stack {
    banks: Vec<Arc<Bank>>,
}

/// A preset of an opened bank.
#[derive(Debug, Clone)]
pub struct BankPreset {
    /// The bank.
    pub bank: Arc<Bank>,
    /// Which of its presets.
    pub preset: PresetIndex,
    /// The keys for which it is wanted: what plays for no other is left out, and its waves are not read.
    pub keys: KeySet,
}

const PERCUSSION: u16 = PatchNumber::PERCUSSION_BANK;

impl Stack {
    /// The banks, the lowest first.
    pub const fn new(banks: Vec<Arc<Bank>>) -> Self {
        Self { banks }
    }

    /// The banks, the lowest first.
    pub fn banks(&self) -> &[Arc<Bank>] {
        &self.banks
    }

    /// One preset for each bank and program number that can be selected, in the order of the numbers.
    ///
    /// SPEC: SoundFont 2.04 §7.2: of several presets of one bank with the same numbers the first counts.
    pub fn presets(&self) -> Vec<BankPreset> {
        self.presets_where(|_, _| true)
    }

    /// The preset with these numbers, of the highest bank that has it.
    pub fn find(&self, patch: PatchNumber) -> Option<BankPreset> {
        self.banks.iter().rev().find_map(|bank| {
            let preset = bank.find(patch.bank, patch.program.into())?;
            Some(BankPreset::new(bank, preset))
        })
    }

    /// What a song can need that selects these `programs`, whatever MIDI bank it selects them in and
    /// whatever a synthesizer puts in place of what is missing.
    ///
    /// These are the presets of the programs in all MIDI banks, the drum kits that theirs are
    /// variations of, and the first preset and kit.
    pub fn presets_for(&self, programs: &[u8]) -> Vec<BankPreset> {
        self.presets_where(|bank, program| {
            let first = program == 0 && matches!(bank, 0 | PERCUSSION);
            let kit = |wanted: &u8| bank == PERCUSSION && program == u16::from(*wanted & !7);
            first || programs.iter().any(|wanted| program == u16::from(*wanted) || kit(wanted))
        })
    }

    fn presets_where(&self, wanted: impl Fn(u16, u16) -> bool) -> Vec<BankPreset> {
        let mut found = BTreeMap::new();
        for bank in self.banks.iter().rev() {
            for (preset, index) in bank.presets().iter().zip(0..) {
                let numbers = (preset.bank, preset.program);
                let can_play = preset.has_zones && preset.program < 128;
                if can_play && wanted(preset.bank, preset.program) {
                    let preset = || BankPreset::new(bank, PresetIndex(index));
                    found.entry(numbers).or_insert_with(preset);
                }
            }
        }
        found.into_values().collect()
    }
}

impl BankPreset {
    /// The whole preset.
    pub fn new(bank: &Arc<Bank>, preset: PresetIndex) -> Self {
        Self { bank: Arc::clone(bank), preset, keys: KeySet::ALL }
    }

    /// The same for these keys only.
    #[must_use]
    pub fn for_keys(self, keys: KeySet) -> Self {
        Self { keys, ..self }
    }

    /// MIDI bank and program number.
    pub fn numbers(&self) -> (u16, u16) {
        let preset = self.bank.presets().get(self.preset.0 as usize);
        preset.map_or((0, 0), |preset| (preset.bank, preset.program))
    }

    /// The preset with its waves read into memory.
    ///
    /// # Errors
    ///
    /// As [`Bank::instrument_for`].
    pub fn instrument(&self) -> Result<Instrument, BankError> {
        self.bank.instrument_for(self.preset, self.keys)
    }
}
