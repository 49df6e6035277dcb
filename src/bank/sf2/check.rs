//! Walks all zones once, for what is odd in them.
//!
//! Not needed to play: resolving a preset ignores the same things in silence.

use crate::bank::sf2::links;
use crate::bank::sf2::record::{Name, PresetHeader};
use crate::bank::sf2::tables::{Tables, ZoneRecords, ZoneTable};
use crate::bank::sf2::zone::ZoneGenerators;
use crate::bank::warning::{Owner, Warnings, ZoneAt, ZoneOddity};
use crate::bank::{BankWarning, Generator};

/// The highest MIDI bank number that means something: 128 is percussion.
///
/// SPEC: section 7.2.
const PERCUSSION_BANK: u16 = 128;
const HIGHEST_PROGRAM: u16 = 127;

/// Adds what is odd in the presets, the instruments and their zones.
pub(crate) fn check(tables: &Tables, warnings: &mut Warnings) {
    names(Owner::Preset, tables.presets.iter().map(|preset| preset.name), warnings);
    names(Owner::Instrument, tables.instruments.iter().map(|i| i.name), warnings);
    names(Owner::Sample, tables.samples.iter().map(|sample| sample.name), warnings);
    for (preset, header) in (0..).zip(&tables.presets) {
        check_numbers(preset, header, warnings);
        check_zones(Owner::Preset, preset, &tables.preset_zones, warnings);
    }
    for (instrument, _) in (0..).zip(&tables.instruments) {
        check_zones(Owner::Instrument, instrument, &tables.instrument_zones, warnings);
    }
}

fn names(table: Owner, names: impl Iterator<Item = Name>, warnings: &mut Warnings) {
    for (index, _) in (0..).zip(names).filter(|(_, name)| !name.is_terminated()) {
        warnings.push(BankWarning::UnterminatedName { table, index });
    }
}

fn check_numbers(preset: u32, header: &PresetHeader, warnings: &mut Warnings) {
    let PresetHeader { bank, program, .. } = *header;
    if bank > PERCUSSION_BANK || program > HIGHEST_PROGRAM {
        warnings.push(BankWarning::UnselectablePreset { preset, bank, program });
    }
}

fn check_zones(owner: Owner, index: u32, table: &ZoneTable, warnings: &mut Warnings) {
    let mut plays = false;
    for (zone, records) in (0..).zip(table.zones(index as usize)) {
        let at = ZoneAt { owner, index, zone };
        let mut odd = |what| warnings.push(BankWarning::Zone { at, what });
        let content = ZoneGenerators::read(records.generators, owner, &mut odd);
        if content.terminal.is_none() && zone > 0 {
            odd(ZoneOddity::NoTerminal);
        }
        plays |= content.terminal.is_some();
        check_modulators(at, records, warnings);
    }
    if !plays {
        warnings.push(BankWarning::NoZones { owner, index });
    }
}

fn check_modulators(at: ZoneAt, records: ZoneRecords<'_>, warnings: &mut Warnings) {
    if records.modulators.is_empty() {
        return;
    }
    let decoded = links::decode(records.modulators);
    let superseded = links::superseded(&decoded);
    for ((modulator, decoded), superseded) in (0..).zip(&decoded).zip(superseded) {
        if let Err(fault) = *decoded {
            warnings.push(BankWarning::Modulator { at, modulator, fault });
        } else if superseded {
            warnings.push(BankWarning::DuplicateModulator { at, modulator });
        }
    }
}

/// Whether a preset has a zone that names an instrument.
pub(crate) fn plays(tables: &Tables, preset: usize) -> bool {
    let instrument = Generator::Instrument.operator();
    let names = |zone: ZoneRecords<'_>| zone.generators.iter().any(|g| g.operator == instrument);
    tables.preset_zones.zones(preset).any(names)
}
