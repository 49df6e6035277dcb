//! The modulators that every instrument has unless it says otherwise.

use crate::bank::Modulator;
use crate::bank::sf2::record::ModulatorRecord;

/// The default modulators (section 8.4), and sets that players add to them.
///
/// They apply as if every instrument began with them: a bank supersedes one by a modulator with the same
/// sources, destination and transform. A bank's own `DMOD` list replaces the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultModulators(Vec<Modulator>);

const fn record(source: u16, destination: u16, amount: i16, amount_source: u16) -> ModulatorRecord {
    ModulatorRecord { source, destination, amount, amount_source, transform: 0 }
}

/// SPEC: SoundFont 2.04 sections 8.4.1 and 8.4.3 to 8.4.10, in that order.
///
/// DEVIATION: 8.4.6 prints 1000 for the amount of pan, with which controller 10 is hard left from 32 down;
/// with 500 its ends are the ends, as every player and the hardware have it.
/// DEVIATION: 8.4.5 prints 0x0582, which is controller 2; its title and text say controller 7, 0x0587.
/// DEVIATION: 8.4.2, velocity to filter cutoff, is left out; see [`VELOCITY_TO_FILTER`].
const STANDARD: [ModulatorRecord; 9] = [
    record(0x0502, 48, 960, 0),
    record(0x000D, 6, 50, 0),
    record(0x0081, 6, 50, 0),
    record(0x0587, 48, 960, 0),
    record(0x028A, 17, 500, 0),
    record(0x058B, 48, 960, 0),
    record(0x00DB, 16, 200, 0),
    record(0x00DD, 15, 200, 0),
    record(0x020E, 59, 12_700, 0x0010),
];

/// SPEC: SoundFont 2.04 section 8.4.2. Off by default, because banks are tuned with players that lack it;
/// a bank that has this modulator itself is taken at its word, in this form and in that of 2.01, whose
/// amount source is a switch on velocity (0x0D02).
const VELOCITY_TO_FILTER: ModulatorRecord = record(0x0102, 8, -2_400, 0);

/// The sound controllers of General MIDI 2 and XG: cutoff, resonance, attack, release, decay, soft pedal.
const SOUND_CONTROLLERS: [ModulatorRecord; 6] = [
    record(0x02CA, 8, 9_600, 0),
    record(0x02C7, 9, 250, 0),
    record(0x0AC9, 34, 6_000, 0),
    record(0x02C8, 38, 3_600, 0),
    record(0x02CB, 36, 3_600, 0),
    record(0x0CC3, 8, -1_200, 0),
];

impl DefaultModulators {
    /// No default modulators at all.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// The standard's, without velocity to filter cutoff.
    pub fn standard() -> Self {
        Self::none().with(&STANDARD)
    }

    /// With velocity to filter cutoff, as section 8.4.2 has it.
    #[must_use]
    pub fn with_velocity_to_filter(self) -> Self {
        self.with(&[VELOCITY_TO_FILTER])
    }

    /// With the sound controllers of General MIDI 2 and XG.
    #[must_use]
    pub fn with_sound_controllers(self) -> Self {
        self.with(&SOUND_CONTROLLERS)
    }

    /// The modulators.
    pub fn as_slice(&self) -> &[Modulator] {
        &self.0
    }

    fn with(mut self, records: &[ModulatorRecord]) -> Self {
        self.0.extend(records.iter().filter_map(|record| Modulator::decode(record).ok()));
        self
    }
}

impl Default for DefaultModulators {
    fn default() -> Self {
        Self::standard()
    }
}

impl FromIterator<Modulator> for DefaultModulators {
    fn from_iter<I: IntoIterator<Item = Modulator>>(modulators: I) -> Self {
        Self(modulators.into_iter().collect())
    }
}
