//! Data entry, increment and decrement: parameters of a channel that have numbers instead of controllers.
//!
//! SPEC: MIDI 1.0; RP-018; CA-026 (modulation depth range); SoundFont 2.04 §9.6; AWE32.

use super::pointer::{Parameter, Registered};
use super::{ChannelState, number};
use crate::bank::Generator;
use crate::engine::native::awe32;
use crate::engine::native::drum_setup::DrumEdit;
use crate::engine::native::input::Signal;
use crate::engine::native::library::is_live_time;
use crate::midi::{ControlValue, ParameterNumber};

/// The middle of fourteen bits.
const CENTRE: u16 = 8192;
/// The largest of fourteen bits.
const TOP: u16 = 0x3FFF;
/// The bits that a value of 32 has below its fine part.
const FINE_BITS: u32 = 18;
/// Cents of modulation at the wheel's top, unless registered parameter 5 says otherwise.
const MODULATION_CENTS: f32 = 50.0;

/// What registered parameters are, on their scales.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RegisteredValues {
    /// Semitones.
    pub(super) bend_range: f32,
    /// RPN 1, 14 bits.
    pub(super) fine_tuning: u16,
    /// RPN 2, semitones above 64.
    pub(super) coarse_tuning: u8,
    /// RPN 3, 0 to 127.
    pub(super) tuning_program: u8,
    /// RPN 4, 0 to 127.
    pub(super) tuning_bank: u8,
    /// RPN 5, 14 bits: semitones, and their 128ths.
    pub(super) modulation_range: u16,
}

impl RegisteredValues {
    /// SPEC: MIDI 1.0 and General MIDI Level 2: two semitones of bend, half a semitone of modulation.
    pub(super) const POWER_ON: Self = Self {
        bend_range: 2.0,
        fine_tuning: CENTRE,
        coarse_tuning: 64,
        tuning_program: 0,
        tuning_bank: 0,
        modulation_range: 64,
    };

    /// The channel's own tuning in cents.
    pub(super) fn tuning_cents(&self) -> f64 {
        let fine = (f64::from(self.fine_tuning) - 8192.0) * (100.0 / 8192.0);
        fine + (f64::from(self.coarse_tuning) - 64.0) * 100.0
    }

    /// How many times the usual depth the modulation wheel has.
    pub(super) fn modulation_scale(&self) -> f32 {
        f32::from(self.modulation_range) * (100.0 / 128.0 / MODULATION_CENTS)
    }
}

impl ChannelState {
    /// Parameter numbers and data entry.
    pub(super) fn parameter_controller(&mut self, controller: u8) {
        match controller {
            number::RPN | number::RPN_FINE => {
                self.pointer.register(controller == number::RPN, self.seven_bits(controller));
                self.forget_data();
            }
            number::NRPN | number::NRPN_FINE => {
                let value = self.seven_bits(controller);
                self.pointer.leave_register(controller == number::NRPN, value);
                self.forget_data();
            }
            number::DATA_ENTRY => self.enter_data(true),
            number::DATA_ENTRY_FINE => self.enter_data(false),
            number::DATA_INCREMENT => self.step_data(1),
            number::DATA_DECREMENT => self.step_data(-1),
            _ => {}
        }
    }

    /// Another parameter is meant from now on; what was entered for the last one is forgotten.
    fn forget_data(&mut self) {
        self.controllers[usize::from(number::DATA_ENTRY_FINE)] = 0.0;
    }

    /// Takes over the data entry.
    fn enter_data(&mut self, is_coarse: bool) {
        let [high, low] =
            [number::DATA_ENTRY, number::DATA_ENTRY_FINE].map(|entry| self.seven_bits(entry));
        match self.pointer.parameter() {
            Some(Parameter::Registered(parameter)) => {
                self.enter_registered(parameter, is_coarse, high, low);
            }
            // SPEC: SoundFont 2.04 §9.6.3: the coarse part comes last and makes the whole count.
            Some(parameter) if is_coarse => {
                self.enter_whole(parameter, u16::from(high) << 7 | u16::from(low));
            }
            _ => {}
        }
    }

    /// Sets a parameter to a value of fourteen bits.
    fn enter_whole(&mut self, parameter: Parameter, whole: u16) {
        let (high, low) = ((whole >> 7) as u8, (whole & 0x7F) as u8);
        let away = i32::from(whole) - i32::from(CENTRE);
        match parameter {
            Parameter::Registered(parameter) => self.enter_registered(parameter, true, high, low),
            Parameter::Generator(generator) => {
                self.offsets.set(generator, away);
                self.note_generator(generator);
            }
            Parameter::Awe32(number) => {
                self.overrides.set(number, away);
                awe32::generator(number).into_iter().for_each(|moved| self.note_generator(moved));
            }
            Parameter::SoundController(controller) => {
                self.set_controller(controller, ControlValue::from_u7(high));
            }
            Parameter::Drum(parameter, key) if self.percussion => {
                self.set_drum(key, parameter, high);
                self.drum_edit = Some(DrumEdit { key, parameter, value: high });
            }
            Parameter::Drum(..) => {}
        }
    }

    /// What a parameter is, in fourteen bits.
    fn whole(&self, parameter: Parameter) -> u16 {
        let seven = |value: u8| u16::from(value) << 7;
        let around = |away: i32| (i32::from(CENTRE) + away).clamp(0, TOP.into()) as u16;
        let values = &self.registered;
        match parameter {
            Parameter::Registered(Registered::BendRange) => {
                let cents = (values.bend_range * 100.0 + 0.5) as u16;
                ((cents / 100) << 7) | (cents % 100)
            }
            Parameter::Registered(Registered::FineTuning) => values.fine_tuning,
            Parameter::Registered(Registered::CoarseTuning) => seven(values.coarse_tuning),
            Parameter::Registered(Registered::TuningProgram) => seven(values.tuning_program),
            Parameter::Registered(Registered::TuningBank) => seven(values.tuning_bank),
            Parameter::Registered(Registered::ModulationDepthRange) => values.modulation_range,
            Parameter::Generator(generator) => around(self.offsets.away(generator)),
            Parameter::Awe32(number) => around(self.overrides.entered(number)),
            Parameter::SoundController(controller) => seven(self.seven_bits(controller)),
            Parameter::Drum(parameter, key) => seven(self.drums.value(key, parameter)),
        }
    }

    /// What the parameter that is pointed at, which has this number, becomes in fourteen bits when it is moved by `change`
    /// steps of a value of 32 bits; none if it stays where it is.
    ///
    /// SPEC: M2-104-UM §7.4.8: relative controllers act on the value as it is and stop at its ends. Parameters have the
    /// resolution of MIDI 1.0 here; what a change leaves below it is kept for the next one of the same parameter.
    pub(in super::super) fn moved_parameter(
        &mut self,
        number: ParameterNumber,
        change: i32,
    ) -> Option<u16> {
        let parameter = self.pointer.parameter()?;
        let is_coarse = Self::moves_in_coarse_steps(parameter);
        let bits = if is_coarse { FINE_BITS + 7 } else { FINE_BITS };
        let (moved, left) = self.unmoved;
        let sum = i64::from(change) + if moved == number { left } else { 0 };
        let steps = sum / (1 << bits);
        self.unmoved = (number, sum % (1 << bits));
        let step = if is_coarse { steps << 7 } else { steps };
        let before = self.whole(parameter);
        let after = (i64::from(before) + step).clamp(0, TOP.into()) as u16;
        (after != before).then_some(after)
    }

    /// Whether the fine part of a parameter says nothing.
    const fn moves_in_coarse_steps(parameter: Parameter) -> bool {
        use Registered::{CoarseTuning, TuningBank, TuningProgram};
        matches!(
            parameter,
            Parameter::Registered(CoarseTuning | TuningProgram | TuningBank)
                | Parameter::SoundController(_)
                | Parameter::Drum(..)
        )
    }

    /// Takes down that a generator moved.
    fn note_generator(&mut self, generator: Generator) {
        self.changed.insert(Signal::Generators);
        if is_live_time(generator) {
            self.changed.insert(Signal::Times);
        }
    }

    /// The fine part counts whether it came before or after the coarse one.
    fn enter_registered(&mut self, parameter: Registered, is_coarse: bool, high: u8, low: u8) {
        let whole = u16::from(high) << 7 | u16::from(low);
        let tuning = self.registered.coarse_tuning;
        match parameter {
            // SPEC: RPN 0: semitones, and cents 0 to 99.
            Registered::BendRange => {
                self.set_bend_range(f32::from(high) + f32::from(low.min(99)) / 100.0);
            }
            Registered::FineTuning => self.set_tuning(whole, tuning),
            Registered::CoarseTuning if is_coarse => {
                self.set_tuning(self.registered.fine_tuning, high);
            }
            Registered::TuningProgram if is_coarse => self.set_tuning_program(high),
            Registered::TuningBank if is_coarse => self.set_tuning_bank(high),
            Registered::ModulationDepthRange => self.set_modulation_range(whole),
            _ => {}
        }
    }

    /// Data increment and decrement.
    ///
    /// SPEC: RP-018: the smallest step for fine tuning, the coarse value for coarse tuning and tuning tables. What it
    /// does not name moves by the smallest step.
    /// DEVIATION: RP-018 moves the bend range by a cent. Files that step it mean semitones.
    fn step_data(&mut self, step: i8) {
        match self.pointer.parameter() {
            Some(Parameter::Registered(parameter)) => self.step_registered(parameter, step),
            Some(parameter) => {
                let coarse = Self::moves_in_coarse_steps(parameter);
                let step = if coarse { i32::from(step) << 7 } else { step.into() };
                let whole = i32::from(self.whole(parameter)) + step;
                if (0..=TOP.into()).contains(&whole) {
                    self.enter_whole(parameter, whole as u16);
                }
            }
            None => {}
        }
    }

    fn step_registered(&mut self, parameter: Registered, step: i8) {
        let values = self.registered;
        let seven = |value: u8| value.saturating_add_signed(step).min(127);
        let fourteen = |value: u16| value.saturating_add_signed(step.into()).min(TOP);
        match parameter {
            Registered::BendRange => {
                let range = values.bend_range + f32::from(step);
                self.set_bend_range(crate::dsp::clamp(range, 0.0, 127.0));
            }
            Registered::FineTuning => {
                self.set_tuning(fourteen(values.fine_tuning), values.coarse_tuning);
            }
            Registered::CoarseTuning => {
                self.set_tuning(values.fine_tuning, seven(values.coarse_tuning));
            }
            Registered::TuningProgram => self.set_tuning_program(seven(values.tuning_program)),
            Registered::TuningBank => self.set_tuning_bank(seven(values.tuning_bank)),
            Registered::ModulationDepthRange => {
                self.set_modulation_range(fourteen(values.modulation_range));
            }
        }
    }

    /// Sets how far the wheel reaches.
    pub(in super::super) fn set_bend_range(&mut self, semitones: f32) {
        self.registered.bend_range = semitones;
        self.changed.insert(Signal::PitchWheelSensitivity);
    }

    fn set_tuning(&mut self, fine: u16, coarse: u8) {
        self.registered.fine_tuning = fine;
        self.registered.coarse_tuning = coarse;
        self.changed.insert(Signal::Tuning);
    }

    fn set_tuning_program(&mut self, program: u8) {
        self.registered.tuning_program = program;
        self.changed.insert(Signal::Tuning);
    }

    fn set_tuning_bank(&mut self, bank: u8) {
        self.registered.tuning_bank = bank;
        self.changed.insert(Signal::Tuning);
    }

    fn set_modulation_range(&mut self, range: u16) {
        self.registered.modulation_range = range;
        self.changed.insert(Signal::Controller(number::MODULATION));
    }
}
