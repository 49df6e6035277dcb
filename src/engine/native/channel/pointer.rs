//! Which parameter data entry is for: registered and non-registered parameter numbers.
//!
//! Not what the parameters do. A number that this synthesizer does not know is no parameter, and neither is 127, 127.
//!
//! Source: MIDI 1.0, RP-015, SoundFont 2.04 §9.6, GS, XG and the AWE32.

use crate::bank::Generator;
use crate::engine::native::awe32;
use crate::engine::native::drum_setup::DrumParameter;

/// The coarse and the fine number of no parameter.
const NULL: u8 = 127;
/// The coarse number of the AWE32's parameters.
const AWE32: u8 = 127;
/// The coarse number of SoundFont generators.
const GENERATORS: u8 = 120;
/// What the fine numbers from 100 on add to a generator's number (SoundFont 2.04 §9.6.2).
const HUNDREDS: [u16; 3] = [100, 1_000, 10_000];
/// The first fine number that adds.
const FIRST_HUNDRED: u8 = 100;
/// The coarse number of a part's sound in GS and XG.
const PART: u8 = 1;

/// SPEC: GS and XG, the fine numbers under 1: the sound controller that each one is.
pub(in super::super) const PART_NUMBERS: [(u8, u8); 8] =
    [(8, 76), (9, 77), (0x0A, 78), (0x20, 74), (0x21, 71), (0x63, 73), (0x64, 75), (0x66, 72)];

/// SPEC: GS (18, 1A, 1C to 1F) and XG: the coarse numbers of a drum's parameters; the fine one is its key.
pub(in super::super) const DRUM_NUMBERS: [(u8, DrumParameter); 11] = [
    (0x14, DrumParameter::Cutoff),
    (0x15, DrumParameter::Resonance),
    (0x16, DrumParameter::Attack),
    (0x17, DrumParameter::Decay),
    (0x18, DrumParameter::PitchCoarse),
    (0x19, DrumParameter::PitchFine),
    (0x1A, DrumParameter::Level),
    (0x1C, DrumParameter::Pan),
    (0x1D, DrumParameter::ReverbSend),
    (0x1E, DrumParameter::ChorusSend),
    (0x1F, DrumParameter::DelaySend),
];

/// A registered parameter that a channel knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Registered {
    BendRange,
    FineTuning,
    CoarseTuning,
    TuningProgram,
    TuningBank,
    ModulationDepthRange,
}

impl Registered {
    /// Its name in the standard.
    pub(in super::super) const fn name(self) -> &'static str {
        match self {
            Self::BendRange => "Pitch bend sensitivity",
            Self::FineTuning => "Channel fine tuning",
            Self::CoarseTuning => "Channel coarse tuning",
            Self::TuningProgram => "Tuning program",
            Self::TuningBank => "Tuning bank",
            Self::ModulationDepthRange => "Modulation depth range",
        }
    }
}

/// SPEC: MIDI 1.0 and CA-026: registered parameters by their fine number, under the coarse number 0.
pub(in super::super) const REGISTERED: [Registered; 6] = [
    Registered::BendRange,
    Registered::FineTuning,
    Registered::CoarseTuning,
    Registered::TuningProgram,
    Registered::TuningBank,
    Registered::ModulationDepthRange,
];

/// A parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parameter {
    Registered(Registered),
    /// An offset to a SoundFont generator.
    Generator(Generator),
    /// A sound controller by another name.
    SoundController(u8),
    /// One of the AWE32's, by number.
    Awe32(u8),
    /// A drum's, with its key.
    Drum(DrumParameter, u8),
}

/// A coarse and a fine number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Numbers {
    coarse: u8,
    fine: u8,
}

impl Numbers {
    const NULL: Self = Self { coarse: NULL, fine: NULL };
}

/// What the controllers 98 to 101 point at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pointer {
    registered: Numbers,
    non_registered: Numbers,
    is_registered: bool,
    /// The generator number added up so far, and whether it is whole.
    generator: u16,
    generator_is_whole: bool,
}

impl Pointer {
    /// Points at nothing.
    pub(super) const NULL: Self = Self {
        registered: Numbers::NULL,
        non_registered: Numbers::NULL,
        is_registered: true,
        generator: 0,
        generator_is_whole: false,
    };

    /// Controller 100 or 101.
    pub(super) fn register(&mut self, is_coarse: bool, number: u8) {
        self.is_registered = true;
        let place = &mut self.registered;
        *(if is_coarse { &mut place.coarse } else { &mut place.fine }) = number;
    }

    /// Controller 98 or 99.
    pub(super) fn leave_register(&mut self, is_coarse: bool, number: u8) {
        self.is_registered = false;
        if is_coarse {
            self.non_registered.coarse = number;
            (self.generator, self.generator_is_whole) = (0, false);
        } else {
            self.non_registered.fine = number;
            self.add_to_generator(number);
        }
    }

    /// SPEC: SoundFont 2.04 §9.6.2: 100, 101 and 102 add to the number, what is below ends it.
    fn add_to_generator(&mut self, number: u8) {
        let so_far = if self.generator_is_whole { 0 } else { self.generator };
        let hundreds = number.checked_sub(FIRST_HUNDRED);
        let added = match hundreds {
            None => u16::from(number),
            Some(index) => HUNDREDS.get(usize::from(index)).copied().unwrap_or(0),
        };
        self.generator = so_far.saturating_add(added);
        self.generator_is_whole = hundreds.is_none();
    }

    /// The coarse and the fine number, if a registered parameter is pointed at.
    pub(super) const fn registered_numbers(&self) -> Option<[u8; 2]> {
        let Numbers { coarse, fine } = self.registered;
        if self.is_registered { Some([coarse, fine]) } else { None }
    }

    /// The parameter that is pointed at.
    pub(super) fn parameter(&self) -> Option<Parameter> {
        if self.is_registered {
            let Numbers { coarse: 0, fine } = self.registered else { return None };
            return REGISTERED.get(usize::from(fine)).copied().map(Parameter::Registered);
        }
        let Numbers { coarse, fine } = self.non_registered;
        match coarse {
            PART => named(&PART_NUMBERS, fine).map(Parameter::SoundController),
            GENERATORS if self.generator_is_whole => {
                Generator::from_operator(self.generator).map(Parameter::Generator)
            }
            GENERATORS => None,
            AWE32 => awe32::generator(fine).map(|_| Parameter::Awe32(fine)),
            _ => named(&DRUM_NUMBERS, coarse).map(|drum| Parameter::Drum(drum, fine)),
        }
    }
}

fn named<T: Copy>(table: &[(u8, T)], number: u8) -> Option<T> {
    table.iter().find(|(known, _)| *known == number).map(|(_, value)| *value)
}
