//! Data entry, increment and decrement: parameters of a channel that have numbers instead of controllers.
//!
//! SPEC: MIDI 1.0; RP-018; CA-026 (modulation depth range); SoundFont 2.04 §9.6; AWE32.

use super::pointer::{Parameter, Registered};
use super::{ChannelState, number};
use crate::bank::Generator;
use crate::engine::native::awe32;
use crate::engine::native::input::Signal;
use crate::engine::native::library::is_live_time;
use crate::midi::ControlValue;

/// The middle of fourteen bits.
const CENTRE: u16 = 8192;
/// The largest of fourteen bits.
const TOP: u16 = 0x3FFF;
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
        let value = self.seven_bits(controller);
        match controller {
            number::RPN | number::RPN_FINE => {
                self.pointer.register(controller == number::RPN, value);
                self.forget_data();
            }
            number::NRPN | number::NRPN_FINE => {
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
        let whole = u16::from(high) << 7 | u16::from(low);
        let away = i32::from(whole) - i32::from(CENTRE);
        match self.pointer.parameter() {
            Some(Parameter::Registered(parameter)) => {
                self.enter_registered(parameter, is_coarse, high, low);
            }
            // SPEC: SoundFont 2.04 §9.6.3: the coarse part comes last and makes the whole count.
            Some(Parameter::Generator(generator)) if is_coarse => {
                self.offsets.set(generator, away);
                self.note_generator(generator);
            }
            Some(Parameter::Awe32(number)) if is_coarse => {
                self.overrides.set(number, away);
                awe32::generator(number).into_iter().for_each(|moved| self.note_generator(moved));
            }
            Some(Parameter::SoundController(controller)) if is_coarse => {
                self.set_controller(controller, ControlValue::from_u7(high));
            }
            Some(Parameter::Drum(parameter, key)) if is_coarse && self.percussion => {
                self.set_drum(key, parameter, high);
            }
            _ => {}
        }
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
        let Some(Parameter::Registered(parameter)) = self.pointer.parameter() else { return };
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
