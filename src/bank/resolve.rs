//! From zones to regions: precedence, ranges, sums and superseding.
//!
//! A generator is the instrument's (local zone, else global zone, else default) plus the preset's (local zone,
//! else global zone, else nothing); ranges intersect; an instrument's modulators supersede identical default
//! ones and those of its global zone, a preset's are added (SoundFont 2.04 sections 9.4 and 9.5).

mod modulators;

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::bank::sf2::tables::{Tables, ZoneRecords};
use crate::bank::sf2::zone::ZoneGenerators;
use crate::bank::warning::Owner;
use crate::bank::{
    BankError, DefaultModulators, Generator, Generators, Level, Limits, MidiRange, Modulator,
    Region,
};

use modulators::ModulatorList;

/// Resolves presets of one bank.
pub(crate) struct Resolver<'a> {
    pub(crate) tables: &'a Tables,
    pub(crate) defaults: &'a DefaultModulators,
    pub(crate) limits: &'a Limits,
}

/// A zone of an instrument with its global zone and the defaults merged in.
struct InstrumentZone {
    keys: MidiRange,
    velocities: MidiRange,
    values: Generators,
    modulators: Rc<ModulatorList>,
    sample: u16,
}

/// A zone of a preset with its global zone merged in.
struct PresetZone {
    keys: MidiRange,
    velocities: MidiRange,
    added: Vec<(Generator, i16)>,
    modulators: Rc<ModulatorList>,
    instrument: u16,
}

impl Resolver<'_> {
    /// The regions of a preset, in the order of the file.
    pub(crate) fn regions(&self, preset: usize) -> Result<Vec<Region>, BankError> {
        let mut budget = Budget { limit: self.limits.modulators, used: 0 };
        let defaults = Rc::new(ModulatorList::new(self.defaults));
        let presets = self.preset_zones(preset, &mut budget)?;
        let mut work = Work {
            limits: self.limits,
            instruments: HashMap::new(),
            merged: HashMap::new(),
            regions: Vec::new(),
            pairs: 0,
            budget,
        };
        for zone in &presets {
            let zones = match work.instruments.get(&zone.instrument) {
                Some(zones) => Rc::clone(zones),
                None => {
                    let zones: Rc<[_]> =
                        self.instrument_zones(zone.instrument, &defaults, &mut work.budget)?.into();
                    work.instruments.insert(zone.instrument, Rc::clone(&zones));
                    zones
                }
            };
            work.add(zone, &zones)?;
        }
        Ok(work.regions)
    }

    fn preset_zones(
        &self,
        preset: usize,
        budget: &mut Budget,
    ) -> Result<Vec<PresetZone>, BankError> {
        let mut global = ZoneGenerators::EMPTY;
        let mut base = Rc::new(ModulatorList::default());
        let mut found = Vec::new();
        for (place, records) in self.tables.preset_zones.zones(preset).enumerate() {
            let zone = ZoneGenerators::read(records.generators, Owner::Preset, &mut |_| ());
            let modulators = budget.extended(&base, records)?;
            match zone.terminal {
                Some(instrument) => found.push(PresetZone {
                    keys: zone.keys.or(global.keys).unwrap_or(MidiRange::ALL),
                    velocities: zone.velocities.or(global.velocities).unwrap_or(MidiRange::ALL),
                    added: added(&zone, &global),
                    modulators,
                    instrument,
                }),
                None if place == 0 => (global, base) = (zone, modulators),
                // SPEC: section 7.3 ignores the zone.
                None => {}
            }
        }
        Ok(found)
    }

    fn instrument_zones(
        &self,
        instrument: u16,
        defaults: &Rc<ModulatorList>,
        budget: &mut Budget,
    ) -> Result<Vec<InstrumentZone>, BankError> {
        let mut global = ZoneGenerators::EMPTY;
        let mut base = Rc::clone(defaults);
        let mut found = Vec::new();
        for (place, records) in
            self.tables.instrument_zones.zones(usize::from(instrument)).enumerate()
        {
            let zone = ZoneGenerators::read(records.generators, Owner::Instrument, &mut |_| ());
            let modulators = budget.extended(&base, records)?;
            match zone.terminal {
                Some(sample) => found.push(InstrumentZone {
                    keys: zone.keys.or(global.keys).unwrap_or(MidiRange::ALL),
                    velocities: zone.velocities.or(global.velocities).unwrap_or(MidiRange::ALL),
                    values: values(&zone, &global),
                    modulators,
                    sample,
                }),
                None if place == 0 => (global, base) = (zone, modulators),
                // SPEC: section 7.7 ignores the zone.
                None => {}
            }
        }
        Ok(found)
    }
}

/// How many modulators may be made for one preset.
struct Budget {
    limit: usize,
    used: usize,
}

impl Budget {
    fn spend(&mut self, modulators: usize) -> Result<(), BankError> {
        self.used += modulators;
        check("modulators of one preset", self.limit, self.used)
    }

    /// The list that a zone's modulators make of its global zone's; the same list when it has none.
    fn extended(
        &mut self,
        base: &Rc<ModulatorList>,
        records: ZoneRecords<'_>,
    ) -> Result<Rc<ModulatorList>, BankError> {
        if records.modulators.is_empty() {
            return Ok(Rc::clone(base));
        }
        self.spend(base.len() + records.modulators.len())?;
        Ok(Rc::new(base.with_zone(records.modulators)))
    }
}

/// What a preset's zone adds: its own amounts, else those of the global zone.
fn added(zone: &ZoneGenerators, global: &ZoneGenerators) -> Vec<(Generator, i16)> {
    let amount = |generator| zone.amount(generator).or_else(|| global.amount(generator));
    Generator::all()
        .filter(|generator| generator.spec().level == Level::Both)
        .filter_map(|generator| Some((generator, amount(generator)?)))
        .filter(|(_, amount)| *amount != 0)
        .collect()
}

/// What an instrument's zone sets: its own amounts, else those of the global zone, else the defaults.
///
/// Not held in range yet, because the preset's amounts come first.
fn values(zone: &ZoneGenerators, global: &ZoneGenerators) -> Generators {
    let mut values = Generators::defaults();
    for generator in Generator::all() {
        if let Some(amount) = zone.amount(generator).or_else(|| global.amount(generator)) {
            values.set(generator, amount);
        }
    }
    values
}

/// The regions of one preset in the making, inside the limits.
struct Work<'a> {
    limits: &'a Limits,
    instruments: HashMap<u16, Rc<[InstrumentZone]>>,
    /// The list of modulators for a preset zone's list and an instrument zone's, by their addresses, which
    /// stay taken while `instruments` and the preset's zones live.
    merged: HashMap<(*const ModulatorList, *const ModulatorList), Arc<[Modulator]>>,
    regions: Vec<Region>,
    pairs: usize,
    budget: Budget,
}

impl Work<'_> {
    fn add(&mut self, preset: &PresetZone, zones: &[InstrumentZone]) -> Result<(), BankError> {
        self.pairs += zones.len();
        check("zone pairs of one preset", self.limits.zone_pairs, self.pairs)?;
        for zone in zones {
            let keys = preset.keys.intersection(zone.keys);
            let velocities = preset.velocities.intersection(zone.velocities);
            if keys.is_empty() || velocities.is_empty() {
                continue;
            }
            check("regions of one preset", self.limits.regions, self.regions.len() + 1)?;
            let region = Region {
                keys,
                velocities,
                generators: sum(&zone.values, &preset.added),
                modulators: self.merge(&preset.modulators, &zone.modulators)?,
                sample: zone.sample,
            };
            self.regions.push(region);
        }
        Ok(())
    }

    fn merge(
        &mut self,
        preset: &Rc<ModulatorList>,
        instrument: &Rc<ModulatorList>,
    ) -> Result<Arc<[Modulator]>, BankError> {
        let key = (Rc::as_ptr(preset), Rc::as_ptr(instrument));
        if let Some(list) = self.merged.get(&key) {
            return Ok(Arc::clone(list));
        }
        let most = instrument.len() + preset.len();
        check("modulators of one region", usize::from(u16::MAX), most)?;
        self.budget.spend(most)?;
        let list: Arc<[Modulator]> = instrument.with_preset(preset).into();
        self.merged.insert(key, Arc::clone(&list));
        Ok(list)
    }
}

/// The sums of an instrument's and a preset's amounts, held in range.
fn sum(values: &Generators, added: &[(Generator, i16)]) -> Generators {
    let mut sums = values.clone();
    let mut amounts = [0_i32; Generator::COUNT];
    for (generator, amount) in added {
        amounts[usize::from(generator.operator())] = i32::from(*amount);
    }
    for generator in Generator::all() {
        let spec = generator.spec();
        if spec.level == Level::Both {
            let added = amounts[usize::from(generator.operator())];
            sums.set(generator, spec.clamp(i32::from(values.get(generator)) + added));
        }
    }
    sums
}

fn check(what: &'static str, limit: usize, got: usize) -> Result<(), BankError> {
    if got > limit {
        let (limit, got) = (limit as u64, got as u64);
        return Err(BankError::Limit { what, limit, got });
    }
    Ok(())
}
