//! Carries out what system exclusive messages ask for.

use super::channels::choose_preset;
use super::{FULL_VOLUME, NativeSynthesizer};
use crate::dsp::{exp2_f64, log2};
use crate::engine::native::drum_setup::{DrumMaps, DrumParameter};
use crate::engine::native::input::Signal;
use crate::engine::native::routing;
use crate::engine::native::sysex::{
    self, Command, ControlSource, Destination, MasterSetting, PartSetting, TuningUpdate,
};
use crate::engine::native::tuning::octave_cents;
use crate::engine::native::zone::Zones;
use crate::midi::{Channel, ChannelGroup, ControlValue, Controller, SysExPacket};

/// The middle of values of 14 bits.
const CENTRE_14: f64 = 8192.0;
/// The middle of values of 7 bits.
const CENTRE_7: i32 = 64;
/// The top of values of 7 bits.
const LOUDEST: u8 = 127;
/// RPN 1.
const FINE_TUNING: (u8, u8) = (0, 1);
/// RPN 0.
const BEND_RANGE: (u8, u8) = (0, 0);
/// SPEC: CA-023: the controllers of a key that there are, and what they are of a drum.
const KEY_CONTROLLERS: [(u8, DrumParameter); 10] = [
    (7, DrumParameter::Level),
    (10, DrumParameter::Pan),
    (71, DrumParameter::Resonance),
    (73, DrumParameter::Attack),
    (74, DrumParameter::Cutoff),
    (75, DrumParameter::Decay),
    (91, DrumParameter::ReverbSend),
    (93, DrumParameter::ChorusSend),
    (120, DrumParameter::PitchFine),
    (121, DrumParameter::PitchCoarse),
];
/// The most semitones that a message may ask the wheel to reach.
const WIDEST_BEND: i32 = 24;

impl NativeSynthesizer {
    /// Takes a packet, and does what its message asks for when it was the last one.
    pub(super) fn take_packet(&mut self, group: ChannelGroup, packet: &SysExPacket) {
        // The message is borrowed from the assembler, which cannot change while it is carried out.
        let Some(mut assembler) = self.assembler.take() else { return };
        if let Some(payload) = assembler.push(packet) {
            let understood = sysex::read(payload, &mut |command| self.carry_out(group, command));
            self.ignored_sysex += u64::from(!understood);
        }
        self.assembler = Some(assembler);
    }

    /// Messages that nobody acted on.
    pub(super) fn ignored_sysex(&self) -> u64 {
        self.ignored_sysex + self.assembler.as_ref().map_or(0, sysex::Assembler::too_long)
    }

    fn carry_out(&mut self, group: ChannelGroup, command: Command<'_>) {
        match command {
            Command::Reset(reset) => self.reset(reset.bank_style().unwrap_or(self.own_style)),
            Command::Master(sets, value) => self.set_master(sets, value),
            Command::Effect(sets, value) => self.rack.set(sets, value),
            Command::Part { part, sets, value } => {
                let part = Channel::from_status(part);
                if let Some(index) = self.index(group, part) {
                    self.set_part((group, part), index, sets, value);
                }
            }
            Command::Destinations { channel, source, pairs } => {
                self.set_destinations(group, Channel::from_status(channel), source, pairs);
            }
            Command::Drum { map, edit } => self.edit_drum(group, map, edit),
            Command::ResetDrums { map } => self.reset_drums(group, map),
            Command::Key { channel, key, pairs } => {
                self.set_key(group, Channel::from_status(channel), key, pairs);
            }
            Command::Tune(update) => self.tune(group, &update),
        }
    }

    fn set_master(&mut self, sets: MasterSetting, value: u16) {
        let fourteen = |seven: u16| seven << 7 | seven;
        match sets {
            MasterSetting::Volume => self.set_master_volume(value),
            MasterSetting::Volume7 => self.set_master_volume(fourteen(value)),
            MasterSetting::Attenuator => self.attenuate(value),
            MasterSetting::Balance => self.set_balance(f64::from(value) / CENTRE_14 - 1.0),
            MasterSetting::Pan => self.set_balance(f64::from(value) / f64::from(CENTRE_7) - 1.0),
            MasterSetting::FineTuning => {
                self.tune_all((f64::from(value) - CENTRE_14) * (100.0 / CENTRE_14), None);
            }
            MasterSetting::Tune => self.tune_all((f64::from(value) - 1024.0) * 0.1, None),
            MasterSetting::CoarseTuning => {
                let cents = self.channels.first().map_or(0.0, |state| state.part.master_cents);
                self.tune_all(cents, Some(around_64(value, 24)));
            }
            MasterSetting::KeyShift => {
                let shift = around_64(value, 24);
                self.channels.iter_mut().for_each(|state| state.part.master_key_shift = shift);
            }
        }
    }

    /// SPEC: General MIDI Level 2: 40 log10 of the value.
    pub(super) fn set_master_volume(&mut self, volume: u16) {
        self.volume = volume;
        self.follow_volume();
    }

    /// SPEC: XG, master attenuator: what is left of 127 has the law of the volume.
    fn attenuate(&mut self, attenuator: u16) {
        self.left_of_attenuator = (LOUDEST - (attenuator as u8 & LOUDEST)).into();
        self.follow_volume();
    }

    fn follow_volume(&mut self) {
        let law = |part: f64| if part == 0.0 { 0.0 } else { exp2_f64(2.0 * log2(part)) as f32 };
        let volume = law(f64::from(self.volume) / f64::from(FULL_VOLUME));
        let left = law(f64::from(self.left_of_attenuator) / f64::from(LOUDEST));
        self.gain = super::DEFAULT_GAIN * volume * left;
        self.change_all(Signal::MasterVolume);
    }

    /// Left and right, -1 to 1: the side that is turned away from becomes softer.
    pub(super) fn set_balance(&mut self, balance: f64) {
        let side = |towards: f64| if towards >= 0.0 { 1.0 } else { (1.0 + towards) as f32 };
        self.balance = [side(-balance), side(balance)];
        self.change_all(Signal::MasterVolume);
    }

    fn tune_all(&mut self, cents: f64, semitones: Option<i8>) {
        for state in &mut self.channels {
            state.part.master_cents = cents;
            state.part.master_semitones = semitones.unwrap_or(state.part.master_semitones);
        }
        self.change_all(Signal::Tuning);
    }

    fn change_all(&mut self, signal: Signal) {
        self.channels.iter_mut().for_each(|state| state.changed.insert(signal));
        self.changed = true;
    }

    fn set_part(
        &mut self,
        (group, channel): (ChannelGroup, Channel),
        index: usize,
        sets: PartSetting,
        value: u16,
    ) {
        let seven = (value & 0x7F) as u8;
        let Some(state) = self.channels.get_mut(index) else { return };
        match sets {
            PartSetting::Controller(controller) => self.move_controller(index, controller, seven),
            PartSetting::Program => self.program_change(group, channel, seven, None),
            PartSetting::Tone => {
                self.move_controller(index, 0, (value >> 7) as u8);
                self.program_change(group, channel, seven, None);
            }
            PartSetting::Pan => self.place_part(index, seven),
            PartSetting::KeyAssign => state.part.single_assign = value == 0,
            PartSetting::ReceiveChannel => self.routing.listen(index, seven),
            PartSetting::Poly => {
                let mode = if value == 0 { Controller::MONO } else { Controller::POLY };
                self.move_controller(index, mode.get(), u8::from(value == 0));
            }
            PartSetting::Rhythm => self.set_rhythm(index, value != 0, seven),
            PartSetting::PartMode => self.set_rhythm(index, value != 0, seven.saturating_sub(1)),
            PartSetting::KeyShift => state.part.key_shift = around_64(value, 24),
            PartSetting::Detune => {
                state.part.detune_hz = (f64::from(value) - 128.0) * 0.1;
                self.retune(index, true);
            }
            PartSetting::FineTuning => self.enter_parameter(index, FINE_TUNING, value),
            PartSetting::Velocity(sense) => state.part.sense(sense, seven),
            PartSetting::KeyLimit(limit) => state.part.limit(limit, seven),
            PartSetting::BendRange => {
                let semitones = (i32::from(value) - CENTRE_7).clamp(0, WIDEST_BEND) as u16;
                self.enter_parameter(index, BEND_RANGE, semitones << 7);
            }
            PartSetting::ScaleTuning(key) => {
                let octave = &mut state.part.octave;
                if let Some(cents) = octave.get_mut(usize::from(key)) {
                    *cents = (i32::from(value) - CENTRE_7) as f32;
                }
                self.retune(index, true);
            }
            PartSetting::Depth(source, destination) => {
                state.part.matrix.set(source, destination, seven);
                self.touch(index, Signal::Tuning);
            }
            PartSetting::Assign(source) => {
                state.part.matrix.assign(source, seven);
                self.touch(index, Signal::Tuning);
            }
        }
    }

    fn set_rhythm(&mut self, index: usize, percussion: bool, map: u8) {
        if let Some(state) = self.channels.get_mut(index) {
            state.part.drum_map = map;
            state.set_percussion(percussion);
            choose_preset(state, &self.sources.library);
            self.adopt_drums(index);
        }
    }

    /// SPEC: GS and XG: a pan of 0 is random.
    fn place_part(&mut self, index: usize, pan: u8) {
        self.move_controller(
            index,
            Controller::PAN.get(),
            if pan == 0 { CENTRE_7 as u8 } else { pan },
        );
        if let Some(state) = self.channels.get_mut(index) {
            state.part.random_pan = pan == 0;
            state.changed.insert(Signal::Generators);
        }
    }

    pub(super) fn touch(&mut self, index: usize, signal: Signal) {
        if let Some(state) = self.channels.get_mut(index) {
            state.changed.insert(signal);
            self.changed = true;
        }
    }

    /// Moves a controller of a part as a channel message would.
    fn move_controller(&mut self, index: usize, controller: u8, value: u8) {
        let (group, channel) = routing::channel_of(index);
        let (controller, value) = (Controller::from_data(controller), ControlValue::from_u7(value));
        self.control_change(group, channel, controller, value);
    }

    /// Sets a registered parameter of a part as channel messages would.
    pub(super) fn enter_parameter(&mut self, index: usize, (high, low): (u8, u8), value: u16) {
        for (controller, value) in
            [(101, high), (100, low), (38, (value & 0x7F) as u8), (6, (value >> 7) as u8)]
        {
            self.move_controller(index, controller, value);
        }
        // Nothing is left selected that data entry of the song could hit.
        self.move_controller(index, 101, 127);
        self.move_controller(index, 100, 127);
    }

    /// Takes over the tuning that registered parameters 3 and 4 select; sounding notes stay as they are.
    pub(super) fn follow_tuning(&mut self, index: usize) {
        let Some(state) = self.channels.get_mut(index) else { return };
        let place = state.tuning_place();
        if std::mem::replace(&mut state.part.tuning, place) != place {
            self.retune(index, false);
        }
    }

    /// Key-based instrument control.
    fn set_key(&mut self, group: ChannelGroup, channel: Channel, key: u8, pairs: &[u8]) {
        let Some(index) = self.index(group, channel) else { return };
        for pair in pairs.chunks_exact(2) {
            let known = KEY_CONTROLLERS.iter().find(|(controller, _)| *controller == pair[0]);
            if let Some((_, parameter)) = known {
                let value = match parameter {
                    DrumParameter::Level => key_level(pair[1]),
                    // Here 0 is a place like any other.
                    DrumParameter::Pan => pair[1].max(1),
                    _ => pair[1],
                };
                self.channels[index].set_drum(key, *parameter, value);
                self.changed = true;
            }
        }
    }

    fn set_destinations(
        &mut self,
        group: ChannelGroup,
        channel: Channel,
        source: ControlSource,
        pairs: &[u8],
    ) {
        let Some(index) = self.index(group, channel) else { return };
        let Some(state) = self.channels.get_mut(index) else { return };
        state.part.matrix.clear(source);
        for pair in pairs.chunks_exact(2) {
            // SPEC: CA-022 has no rate of the oscillator among its destinations.
            let destination = match pair[0] {
                0 => Destination::Pitch,
                1 => Destination::Cutoff,
                2 => Destination::Amplitude,
                3 => Destination::LfoPitch,
                4 => Destination::LfoCutoff,
                5 => Destination::LfoAmplitude,
                _ => continue,
            };
            state.part.matrix.set(source, destination, pair[1]);
        }
        self.touch(index, Signal::Tuning);
    }

    /// Back to equal temperament, in the middle.
    pub(super) fn reset_exclusive(&mut self) {
        self.tunings.clear();
        self.routing.reset();
        self.zones.fill(Zones::default());
        self.drum_maps.iter_mut().for_each(DrumMaps::reset);
        self.left_of_attenuator = LOUDEST.into();
        self.set_master_volume(FULL_VOLUME);
        self.set_balance(0.0);
    }

    fn tune(&mut self, group: ChannelGroup, update: &TuningUpdate<'_>) {
        match *update {
            TuningUpdate::Scale { channels, offsets, real_time } => {
                for channel in Channel::all().filter(|c| channels & 1 << c.index() != 0) {
                    let Some(index) = self.index(group, channel) else { continue };
                    if let Some(state) = self.channels.get_mut(index) {
                        state.part.octave = octave_cents(offsets);
                        self.retune(index, real_time);
                    }
                }
            }
            _ => {
                let real_time = matches!(update, TuningUpdate::Keys { real_time: true, .. });
                let Some(place) = self.tunings.update(update) else {
                    self.ignored_sysex += 1;
                    return;
                };
                for index in 0..self.channels.len() {
                    if self.channels[index].part.tuning == place {
                        self.retune(index, real_time);
                    }
                }
            }
        }
    }

    /// Works out a part's tuning anew, for sounding notes as well or for new ones only.
    pub(super) fn retune(&mut self, index: usize, sounding: bool) {
        let Some(state) = self.channels.get_mut(index) else { return };
        state.part.retune(&self.tunings);
        if sounding {
            self.touch(index, Signal::KeyTuning);
            self.touch(index, Signal::Tuning);
        }
    }
}

/// The level of a drum that is this part of its own.
///
/// SPEC: CA-023: 64 is all of it, 127 twice the amplitude; a drum's level counts twice and 120 is all of it. Beyond
/// its top there is nothing.
fn key_level(value: u8) -> u8 {
    let level = 120.0 * (f32::from(value) / 64.0).sqrt();
    if level < 127.0 { (level + 0.5) as u8 } else { 127 }
}

/// A value around 64, `reach` up and down at most.
fn around_64(value: u16, reach: i32) -> i8 {
    (i32::from(value) - CENTRE_7).clamp(-reach, reach) as i8
}
