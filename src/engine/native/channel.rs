//! What a MIDI channel remembers between events.
//!
//! Not what it sounds like: voices read from here when they start, and at grid points what changed since the last.

mod pointer;
mod data_entry;
mod mode;

use super::awe32::Overrides;
use super::curve::{Reading, fourteen_bit_scale, seven_bit_scale};
use super::drum_setup::{DrumEdit, DrumParameter, DrumSetup};
use super::held_keys::HeldKeys;
use super::input::{InputSet, Signal};
use super::offsets::Offsets;
use super::part::Part;
use super::portamento::Portamento;
use super::selection::{BankStyle, Choice, Request};
use super::sound_controllers::{SoundControllers, is_moved};
use super::sysex::TuningPlace;
use crate::bank::Input;
use crate::midi::{BankSelect, Channel, ControlValue, Controller, ParameterNumber};
use data_entry::RegisteredValues;
use pointer::Pointer;

/// The tables of parameter numbers, for whoever shows what is understood.
pub(super) mod tables {
    pub(in super::super) use super::pointer::{DRUM_NUMBERS, PART_NUMBERS, REGISTERED};
}

/// Controllers of a channel.
const CONTROLLERS: usize = 128;
/// Keys of a channel.
const KEYS: usize = 128;
/// How far the number of a controller's fine part is from that of the coarse one, of which there are as many.
const FINE_OFFSET: u8 = 32;
/// The send to the delay: effects 4 depth, in GS the delay send level.
pub(super) const DELAY_SEND: u8 = 94;
/// A pedal is down from here on.
const PEDAL_DOWN: f32 = 64.0;
/// Controller numbers without a name of their own in `midi`.
mod number {
    pub(super) const MODULATION: u8 = 1;
    pub(super) const DATA_ENTRY: u8 = 6;
    pub(super) const DATA_ENTRY_FINE: u8 = 38;
    pub(super) const SOSTENUTO: u8 = 66;
    pub(super) const DATA_INCREMENT: u8 = 96;
    pub(super) const DATA_DECREMENT: u8 = 97;
    pub(super) const NRPN_FINE: u8 = 98;
    pub(super) const NRPN: u8 = 99;
    pub(super) const RPN_FINE: u8 = 100;
    pub(super) const RPN: u8 = 101;
    pub(super) const PORTAMENTO_TIME: u8 = 5;
    pub(super) const PORTAMENTO: u8 = 65;
    pub(super) const SOFT_PEDAL: u8 = 67;
    pub(super) const LEGATO: u8 = 68;
    pub(super) const PORTAMENTO_CONTROL: u8 = 84;
    pub(super) const MONO: u8 = 126;
    pub(super) const POLY: u8 = 127;
}

/// What each controller is at power-on, where that is not 0.
///
/// SPEC: MIDI 1.0 and General MIDI Level 2 defaults.
const POWER_ON: [(u8, f32); 16] = [
    (7, 100.0),
    (8, 64.0),
    (10, 64.0),
    (11, 127.0),
    (70, 64.0),
    (71, 64.0),
    (72, 64.0),
    (73, 64.0),
    (74, 64.0),
    (75, 64.0),
    (76, 64.0),
    (77, 64.0),
    (78, 64.0),
    (79, 64.0),
    (91, 40.0),
    (number::RPN, 127.0),
];

/// What Reset All Controllers resets, and to what.
///
/// SPEC: RP-015. Program, bank, volume, pan and effect sends stay, and so do the values of registered parameters.
const RESET: [(u8, f32); 8] =
    [(1, 0.0), (11, 127.0), (33, 0.0), (64, 0.0), (65, 0.0), (66, 0.0), (67, 0.0), (68, 0.0)];

/// What a change of a controller means beyond its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing more.
    None,
    /// The sustain pedal came up.
    SustainUp,
    /// The sostenuto pedal went down.
    SostenutoDown,
    /// The sostenuto pedal came up.
    SostenutoUp,
    /// A numbered parameter may have another value.
    Parameter,
}

/// The state of one channel.
#[derive(Debug, Clone)]
pub(super) struct ChannelState {
    controllers: [f32; CONTROLLERS],
    poly_pressure: [f32; KEYS],
    pressure: f32,
    wheel: f32,
    /// The parameter that data entry is for.
    pointer: Pointer,
    /// What relative messages have moved a parameter by that is less than a step.
    unmoved: (ParameterNumber, i64),
    registered: RegisteredValues,
    /// What numbered parameters add to generators.
    offsets: Offsets,
    /// What they set generators to.
    overrides: Overrides,
    /// The sound controllers that are not at rest.
    moved: SoundControllers,
    drums: DrumSetup,
    /// A drum that a numbered parameter has changed, for the other parts that play its map.
    drum_edit: Option<DrumEdit>,
    /// Whether mono mode is on.
    mono: bool,
    /// The keys that are down while one note sounds at a time.
    pub(super) held_keys: HeldKeys,
    portamento: Portamento,
    /// Whether it plays drums by itself, whatever its bank.
    rhythm: bool,
    /// Whether it plays drums.
    percussion: bool,
    /// What system exclusive messages set.
    pub(super) part: Part,
    /// What it asks for.
    request: Request,
    /// The preset that notes play.
    pub(super) choice: Option<Choice>,
    /// What changed since the last grid point.
    pub(super) changed: InputSet,
}

impl ChannelState {
    /// Channels in the power-on state, group after group.
    pub(super) fn power_on(count: usize, style: BankStyle) -> impl Iterator<Item = Self> {
        (0..count).map(move |index| Self::new((index % Channel::COUNT) as u8, style))
    }

    /// The power-on state of the channel with this index in its group.
    pub(super) fn new(index: u8, style: BankStyle) -> Self {
        let percussion = index == Channel::PERCUSSION.index();
        let mut state = Self {
            controllers: [0.0; CONTROLLERS],
            poly_pressure: [0.0; KEYS],
            pressure: 0.0,
            wheel: 8192.0,
            pointer: Pointer::NULL,
            unmoved: (ParameterNumber { registered: true, bank: 0, index: 0 }, 0),
            registered: RegisteredValues::POWER_ON,
            offsets: Offsets::NONE,
            overrides: Overrides::NONE,
            moved: SoundControllers::default(),
            drums: DrumSetup::new(),
            drum_edit: None,
            mono: false,
            held_keys: HeldKeys::default(),
            portamento: Portamento::NEW,
            rhythm: percussion,
            percussion,
            part: Part::new(),
            request: Request { percussion, style, ..Request::default() },
            choice: None,
            changed: InputSet::ALL,
        };
        for (controller, value) in POWER_ON {
            state.controllers[usize::from(controller)] = value;
        }
        state.controllers[usize::from(number::RPN_FINE)] = 127.0;
        state
    }

    /// What it asks for.
    pub(super) const fn request(&self) -> Request {
        self.request
    }

    /// Whether it plays a drum kit.
    pub(super) const fn is_percussion(&self) -> bool {
        self.percussion
    }

    /// Makes it a part that plays drums whatever its bank, or one that does not.
    pub(super) const fn set_percussion(&mut self, percussion: bool) {
        self.rhythm = percussion;
        self.percussion = percussion;
        self.request.percussion = percussion;
    }

    /// Selects a program; the bank is the one last selected, unless one comes along.
    pub(super) fn set_program(&mut self, program: u8, bank: Option<BankSelect>, style: BankStyle) {
        let [msb, lsb] = [Controller::BANK_SELECT, Controller::BANK_SELECT_FINE]
            .map(|controller| self.seven_bits(controller.get()));
        let bank = bank.unwrap_or(BankSelect { msb, lsb });
        self.percussion = style.is_percussion(bank, self.rhythm);
        self.request = Request { style, bank, program, percussion: self.percussion };
    }

    /// Whether the sustain pedal is down.
    pub(super) fn is_sustained(&self) -> bool {
        self.controllers[usize::from(Controller::SUSTAIN.get())] >= PEDAL_DOWN
    }

    /// The channel's own tuning in cents.
    pub(super) fn tuning_cents(&self) -> f64 {
        self.registered.tuning_cents() + self.part.master_tuning(self.percussion)
    }

    /// How many times the usual depth the modulation wheel has.
    pub(super) fn modulation_scale(&self) -> f32 {
        self.registered.modulation_scale()
    }

    /// What is added to generators by numbered parameters.
    pub(super) const fn offsets(&self) -> &Offsets {
        &self.offsets
    }

    /// What generators are set to by numbered parameters.
    pub(super) const fn overrides(&self) -> &Overrides {
        &self.overrides
    }

    /// The sound controllers that are not at rest.
    pub(super) const fn moved(&self) -> SoundControllers {
        self.moved
    }

    /// The drums of a part that is percussion and says something of them.
    pub(super) fn drums(&self) -> Option<&DrumSetup> {
        (self.percussion && self.drums.is_used()).then_some(&self.drums)
    }

    /// Sets a parameter of the drum on `key`; `value` is seven bits, as a module's message has it.
    pub(super) fn set_drum(&mut self, key: u8, parameter: DrumParameter, value: u8) {
        self.drums.set(key, parameter, value);
        self.changed.insert(Signal::Generators);
        self.changed.insert(Signal::Times);
    }

    /// Takes over the drums of a map.
    pub(super) fn set_drums(&mut self, drums: &DrumSetup) {
        self.drums.clone_from(drums);
        self.changed.insert(Signal::Generators);
        self.changed.insert(Signal::Times);
    }

    /// The drum that a numbered parameter has changed since this was asked.
    pub(super) const fn take_drum_edit(&mut self) -> Option<DrumEdit> {
        self.drum_edit.take()
    }

    /// The part of it that the delay gets, 0 to 1.
    ///
    /// SPEC: GS. In XG the controller is the send to the variation, an effect that is not here.
    pub(super) fn delay_send(&self) -> f32 {
        if self.request.style == BankStyle::Xg {
            return 0.0;
        }
        self.position(DELAY_SEND) / 127.0
    }

    /// Where a controller is, 0 to 127.
    pub(super) fn position(&self, controller: u8) -> f32 {
        self.controllers[usize::from(controller & 0x7F)]
    }

    /// What a modulator's input reads on this channel, for a note of `key`.
    pub(super) fn reading(&self, input: Input, key: u8) -> Reading {
        match input {
            Input::Controller(controller) => {
                Reading::seven(self.controllers[usize::from(controller & 0x7F)])
            }
            Input::PolyPressure => Reading::seven(self.poly_pressure[usize::from(key & 0x7F)]),
            Input::ChannelPressure => Reading::seven(self.pressure),
            Input::PitchWheel => Reading::fourteen(self.wheel),
            // 127 semitones are the whole scale, so that the default modulator bends by exactly the range.
            Input::PitchWheelSensitivity => {
                Reading { value: self.registered.bend_range * (128.0 / 127.0), top: 127.0 }
            }
            Input::None | Input::NoteOnVelocity | Input::NoteOnKey | Input::Link => {
                Reading::seven(0.0)
            }
        }
    }

    pub(super) fn set_pressure(&mut self, value: ControlValue) {
        self.pressure = seven_bit_scale(value);
        self.changed.insert(Signal::ChannelPressure);
    }

    pub(super) fn set_poly_pressure(&mut self, key: u8, value: ControlValue) {
        self.poly_pressure[usize::from(key & 0x7F)] = seven_bit_scale(value);
        self.changed.insert(Signal::PolyPressure);
    }

    pub(super) fn set_wheel(&mut self, value: ControlValue) {
        self.wheel = fourteen_bit_scale(value);
        self.changed.insert(Signal::PitchWheel);
    }

    /// Moves a controller below the channel mode messages.
    #[inline(always)] // so that an event is not handed on from function to function
    pub(super) fn set_controller(&mut self, controller: u8, value: ControlValue) -> Effect {
        let position = seven_bit_scale(value);
        let before = self.controllers[usize::from(controller & 0x7F)];
        self.controllers[usize::from(controller & 0x7F)] = position;
        self.changed.insert(Signal::Controller(controller));
        if controller < FINE_OFFSET {
            // SPEC: MIDI 1.0, a coarse value sets the fine one to 0. Bank select is two numbers, not one,
            // and the fine data entry may come before the coarse one.
            if !matches!(controller, 0 | 6) {
                self.controllers[usize::from(controller + FINE_OFFSET)] = 0.0;
            }
        } else if controller < 2 * FINE_OFFSET {
            self.refine(controller - FINE_OFFSET, position);
        }
        if controller == Controller::PAN.get() {
            self.part.random_pan = false;
        }
        if SoundControllers::has_place(controller) {
            self.note_moved(controller);
        }
        self.name_source(controller);
        self.parameter_controller(controller);
        effect(controller, before, position)
    }

    /// Takes down whether a sound controller is at rest.
    fn note_moved(&mut self, controller: u8) {
        let moved = is_moved(controller, self.position(controller));
        self.moved.put(controller, moved);
        if SoundControllers::is_time(controller) {
            self.changed.insert(Signal::Times);
        }
    }

    /// Adds the fine part to a coarse controller that modulators read as one.
    fn refine(&mut self, coarse: u8, fine: f32) {
        if matches!(coarse, 0 | 6) {
            return;
        }
        let place = &mut self.controllers[usize::from(coarse)];
        *place = (*place as u8) as f32 + fine / 128.0;
        self.changed.insert(Signal::Controller(coarse));
    }

    /// The tuning of all keys that registered parameters 3 and 4 select.
    pub(super) const fn tuning_place(&self) -> TuningPlace {
        let RegisteredValues { tuning_bank: bank, tuning_program: program, .. } = self.registered;
        TuningPlace { bank, program }
    }

    /// Semitones that the wheel reaches.
    pub(super) const fn bend_range(&self) -> f32 {
        self.registered.bend_range
    }

    /// Cents that the wheel bends by now.
    pub(super) fn bend_cents(&self) -> f64 {
        (f64::from(self.wheel) - 8192.0) / 8192.0 * 100.0 * f64::from(self.registered.bend_range)
    }

    /// The numbers of the registered parameter that data entry is for.
    pub(super) const fn registered_numbers(&self) -> Option<[u8; 2]> {
        self.pointer.registered_numbers()
    }

    /// A controller in seven bits.
    pub(super) fn seven_bits(&self, controller: u8) -> u8 {
        self.controllers[usize::from(controller & 0x7F)] as u8
    }

    /// Reset All Controllers. The caller lets go of what the pedals held.
    ///
    /// SPEC: RP-015.
    pub(super) fn reset_controllers(&mut self) {
        for (controller, value) in RESET {
            self.controllers[usize::from(controller)] = value;
        }
        for pointer in number::NRPN_FINE..=number::RPN {
            self.controllers[usize::from(pointer)] = 127.0;
        }
        self.pointer = Pointer::NULL;
        self.portamento.set_source(None);
        self.note_moved(number::SOFT_PEDAL);
        self.poly_pressure = [0.0; KEYS];
        self.pressure = 0.0;
        self.wheel = 8192.0;
        self.changed = InputSet::ALL;
    }
}

fn effect(controller: u8, before: f32, now: f32) -> Effect {
    let (was, is) = (before >= PEDAL_DOWN, now >= PEDAL_DOWN);
    match controller {
        64 if was && !is => Effect::SustainUp,
        number::SOSTENUTO if !was && is => Effect::SostenutoDown,
        number::SOSTENUTO if was && !is => Effect::SostenutoUp,
        number::DATA_ENTRY
        | number::DATA_ENTRY_FINE
        | number::DATA_INCREMENT
        | number::DATA_DECREMENT => Effect::Parameter,
        _ => Effect::None,
    }
}

#[cfg(test)]
mod tests;
