//! One zone, decoded: which generators it sets, and what it names.
//!
//! Not yet a region: precedence between zones is `resolve`'s.

use crate::bank::region::MidiRange;
use crate::bank::sf2::record::GeneratorRecord;
use crate::bank::warning::{Owner, ZoneOddity};
use crate::bank::{Generator, GeneratorSpec, Level, Unit};

/// The generators of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ZoneGenerators {
    /// The amounts that the zone gives, by generator number. Ranges and terminals are kept apart.
    amounts: [Option<i16>; Generator::COUNT],
    pub(crate) keys: Option<MidiRange>,
    pub(crate) velocities: Option<MidiRange>,
    /// The instrument or sample that the zone names.
    pub(crate) terminal: Option<u16>,
}

impl ZoneGenerators {
    /// A zone that sets nothing.
    pub(crate) const EMPTY: Self =
        Self { amounts: [None; Generator::COUNT], keys: None, velocities: None, terminal: None };

    /// Decodes the generators of a zone of a preset or an instrument, naming what is odd.
    pub(crate) fn read(
        records: &[GeneratorRecord],
        owner: Owner,
        odd: &mut impl FnMut(ZoneOddity),
    ) -> Self {
        let mut zone = Self::EMPTY;
        for (place, record) in records.iter().enumerate() {
            let Some(generator) = Generator::from_operator(record.operator) else {
                odd(ZoneOddity::Unknown { operator: record.operator });
                continue;
            };
            match (generator.spec().level, owner) {
                (Level::PresetTerminal, Owner::Preset)
                | (Level::InstrumentTerminal, Owner::Instrument) => {
                    zone.terminal = Some(record.index());
                    // The table of an owner has at most 65,536 generators.
                    let count = (records.len() - place - 1) as u32;
                    if count > 0 {
                        odd(ZoneOddity::AfterTerminal { count });
                    }
                    break;
                }
                (Level::Range, _) => zone.set_range(generator, *record, &records[..place], odd),
                (Level::Both, _) | (Level::Instrument, Owner::Instrument) => {
                    zone.set_amount(generator.spec(), record.signed(), owner, odd);
                }
                _ => odd(ZoneOddity::WrongLevel { generator }),
            }
        }
        zone
    }

    /// The amount that the zone gives a generator.
    pub(crate) fn amount(&self, generator: Generator) -> Option<i16> {
        self.amounts[usize::from(generator.operator())]
    }

    fn set_amount(
        &mut self,
        spec: &GeneratorSpec,
        amount: i16,
        owner: Owner,
        odd: &mut impl FnMut(ZoneOddity),
    ) {
        let generator = spec.generator;
        let slot = &mut self.amounts[usize::from(generator.operator())];
        if slot.replace(amount).is_some() {
            odd(ZoneOddity::Duplicate { generator });
        }
        // A preset's amount is a difference, for which the range is none.
        let no_time = spec.unit == Unit::DelayTimecents && amount == i16::MIN;
        let in_range = (spec.min..=spec.max).contains(&amount);
        if owner == Owner::Instrument && !in_range && !no_time {
            odd(ZoneOddity::OutOfRange { generator, amount });
        }
    }

    /// SPEC: section 7.5 ignores a key range that is not first and a velocity range after anything but a key
    /// range. DEVIATION: they are obeyed wherever they stand before the terminal generator, as every player
    /// does, because many banks have them elsewhere.
    fn set_range(
        &mut self,
        generator: Generator,
        record: GeneratorRecord,
        before: &[GeneratorRecord],
        odd: &mut impl FnMut(ZoneOddity),
    ) {
        let [low, high] = record.amount;
        let is_key = generator == Generator::KeyRange;
        let first_is_key =
            before.first().is_some_and(|r| r.operator == Generator::KeyRange.operator());
        if !(before.is_empty() || (!is_key && before.len() == 1 && first_is_key)) {
            odd(ZoneOddity::MisplacedRange { generator });
        }
        if low > high || low > MidiRange::MAX {
            odd(ZoneOddity::EmptyRange { generator, low, high });
        }
        let slot = if is_key { &mut self.keys } else { &mut self.velocities };
        if slot.replace(MidiRange::new(low, high)).is_some() {
            odd(ZoneOddity::Duplicate { generator });
        }
    }
}
