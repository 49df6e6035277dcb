//! Channel messages: which part they reach, and what they do there.

use super::NativeSynthesizer;
use crate::bank::PatchNumber;
use crate::engine::MissingPreset;
use crate::engine::native::channel::{ChannelState, Effect};
use crate::engine::native::curve::velocity_scale;
use crate::engine::native::library::Library;
use crate::engine::native::parameter::NoteView;
use crate::engine::native::selection::{BankStyle, wanted};
use crate::midi::{
    BankSelect, Channel, ChannelGroup, ControlValue, Controller, Event, Key, Message, Program,
    Velocity,
};

impl NativeSynthesizer {
    /// Plays an event on every part that listens to its channel.
    #[inline(always)] // as is all up to where a channel keeps a controller
    pub(super) fn play(&mut self, event: Event) {
        self.audible = event.is_audible;
        if self.routing.is_plain() {
            return self.play_in_zone(event);
        }
        let Some(channel) = event.message.channel() else {
            return self.play_in_zone(event);
        };
        for part in Channel::all() {
            if self.routing.hears(event.group, part, channel) {
                let message = event.message.on_channel(part);
                self.play_in_zone(Event { message, ..event });
            }
        }
    }

    pub(super) fn play_here(&mut self, event: Event) {
        let group = event.group;
        match event.message {
            Message::NoteOn { channel, key, velocity } => {
                self.note_on(group, channel, key, velocity)
            }
            Message::NoteOff { channel, key, .. } => self.note_off(group, channel, key),
            Message::ControlChange { channel, controller, value } => {
                self.control_change(group, channel, controller, value);
            }
            Message::ProgramChange { channel, program, bank } => {
                self.program_change(group, channel, program.get(), bank);
            }
            Message::PolyPressure { channel, key, pressure } => {
                self.on_channel(group, channel, |state| {
                    state.set_poly_pressure(key.get(), pressure)
                });
            }
            Message::ChannelPressure { channel, pressure } => {
                self.on_channel(group, channel, |state| state.set_pressure(pressure));
            }
            Message::PitchBend { channel, bend } => {
                self.on_channel(group, channel, |state| state.set_wheel(bend));
            }
            Message::PitchedNoteOn { .. }
            | Message::PerNoteBend { .. }
            | Message::PerNoteController { .. }
            | Message::PerNoteManagement { .. }
            | Message::Parameter { .. }
            | Message::RelativeParameter { .. } => self.play_expression(event),
            Message::SysEx(packet) => self.take_packet(group, &packet),
            Message::SystemReset => {
                self.missing.clear();
                self.reset(self.own_style);
            }
        }
    }

    /// The index of a channel over all groups, if the synthesizer has that many.
    pub(super) fn index(&self, group: ChannelGroup, channel: Channel) -> Option<usize> {
        let index = usize::from(group.0) * Channel::COUNT + usize::from(channel.index());
        (index < self.channels.len()).then_some(index)
    }

    fn on_channel(
        &mut self,
        group: ChannelGroup,
        channel: Channel,
        act: impl FnOnce(&mut ChannelState),
    ) {
        let index = self.index(group, channel);
        if let Some(state) = index.and_then(|index| self.channels.get_mut(index)) {
            act(state);
            self.changed = true;
        }
    }

    fn note_on(&mut self, group: ChannelGroup, channel: Channel, key: Key, velocity: Velocity) {
        if let Some(index) = self.index(group, channel) {
            self.press_key(index, key.get(), velocity);
        }
    }

    /// Begins a note.
    pub(super) fn strike(&mut self, index: usize, key: u8, velocity: Velocity) {
        self.note_missing(index, true);
        let state = &self.channels[index];
        let Some((number, preset)) = state
            .choice
            .and_then(|choice| Some((choice.preset, self.sources.library.preset(choice.preset)?)))
        else {
            return;
        };
        let struck = key;
        let Some(key) = state.part.sounding_key(struck, state.is_percussion()) else { return };
        if state.drums().is_some_and(|drums| !drums.takes_note_on(struck)) {
            return;
        }
        let velocity = state.part.velocity(velocity);
        // A velocity of 0 is a note in MIDI 2.0; banks know 1 to 127.
        let regions = preset.regions_at(key, velocity.to_u7().max(1));
        let (velocity, key_cents) = (velocity_scale(velocity), self.key_cents(index, struck));
        let (started, expression) = (self.clock.now, state.part.expression(struck));
        let view =
            NoteView { struck, key, velocity, key_cents, started, expression, channel: state };
        if !regions.is_empty() {
            let moment = self.moment();
            let waves = self.sources.waves();
            let drums = state.drums().filter(|drums| drums.cuts_any());
            if drums.is_some() || state.part.single_assign {
                let cut = |other| {
                    let same = state.part.single_assign && other == struck;
                    same || drums.is_some_and(|drums| drums.cuts(struck, other))
                };
                self.pool.cut_keys(&waves, index as u16, cut, &moment);
            }
            let what = (&waves, number, regions);
            self.pool.start_note(what, index as u16, view, &moment);
        }
    }

    /// Takes down what a channel does without, as a note or only a program change has found.
    fn note_missing(&mut self, index: usize, is_struck: bool) {
        let state = &self.channels[index];
        let choice = state.choice;
        if choice.is_some_and(|choice| !choice.differs) {
            return;
        }
        let substituted = choice.is_none_or(|choice| choice.substituted);
        self.missing_presets += u64::from(is_struck && substituted);
        let request = state.request();
        let instead = choice.map(|choice| {
            let (bank, program) = choice.numbers;
            PatchNumber { bank, program }
        });
        self.missing.note(MissingPreset {
            group: ChannelGroup((index / Channel::COUNT) as u8),
            channel: Channel::from_status((index % Channel::COUNT) as u8),
            bank: request.bank,
            program: Program::from_data(request.program),
            is_percussion: request.percussion,
            is_struck,
            wanted: wanted(request, instead),
            instead,
        });
    }

    fn note_off(&mut self, group: ChannelGroup, channel: Channel, key: Key) {
        let Some(index) = self.index(group, channel) else { return };
        let drums = self.channels[index].drums();
        if drums.is_none_or(|drums| drums.takes_note_off(key.get())) {
            self.lift_key(index, key.get());
        }
    }

    #[inline(always)] // see play
    pub(super) fn control_change(
        &mut self,
        group: ChannelGroup,
        channel: Channel,
        controller: Controller,
        value: ControlValue,
    ) {
        let Some(index) = self.index(group, channel) else { return };
        let number = index as u16;
        if controller.get() >= Controller::ALL_SOUND_OFF.get() {
            self.channel_mode(index, controller);
            return;
        }
        self.changed = true;
        let state = &mut self.channels[index];
        let effect = state.set_controller(controller.get(), value);
        match effect {
            Effect::None => {}
            Effect::SustainUp => {
                let moment = self.moment();
                self.pool.release_sustained(&self.sources.waves(), number, &moment)
            }
            Effect::SostenutoDown => self.pool.catch_sostenuto(number),
            Effect::SostenutoUp => {
                let (sustained, moment) = (state.is_sustained(), self.moment());
                self.pool.drop_sostenuto(&self.sources.waves(), number, sustained, &moment);
            }
            Effect::Parameter => self.follow_parameter(index),
        }
    }

    /// Does what a numbered parameter may ask for beyond its channel's state.
    pub(super) fn follow_parameter(&mut self, index: usize) {
        self.changed = true;
        self.follow_tuning(index);
        self.share_drum_edit(index);
    }

    /// Controllers 120 to 127.
    ///
    /// SPEC: MIDI 1.0 channel mode messages; those from 124 on also let go of all keys.
    fn channel_mode(&mut self, index: usize, controller: Controller) {
        let (number, moment) = (index as u16, self.moment());
        self.channels[index].set_mode(controller);
        match controller {
            Controller::ALL_SOUND_OFF => {
                self.pool.cut_channel(&self.sources.waves(), number, &moment)
            }
            Controller::RESET_ALL_CONTROLLERS => {
                self.channels[index].reset_controllers();
                self.channels[index].part.reset_expression();
                self.changed = true;
                self.pool.drop_sostenuto(&self.sources.waves(), number, false, &moment);
                self.pool.release_sustained(&self.sources.waves(), number, &moment);
            }
            _ if controller >= Controller::ALL_NOTES_OFF => {
                let held = self.channels[index].is_sustained();
                self.pool.release_all(&self.sources.waves(), number, held, &moment);
            }
            _ => {}
        }
    }

    pub(super) fn program_change(
        &mut self,
        group: ChannelGroup,
        channel: Channel,
        program: u8,
        bank: Option<BankSelect>,
    ) {
        let Some(index) = self.index(group, channel) else { return };
        let state = &mut self.channels[index];
        let were_drums = state.is_percussion();
        state.set_program(program, bank, self.bank_style);
        choose_preset(state, &self.sources.library);
        if !were_drums && state.is_percussion() {
            self.adopt_drums(index);
        }
        self.note_missing(index, false);
    }

    /// Back to the power-on state: every note is cut off.
    pub(super) fn reset(&mut self, style: BankStyle) {
        let moment = self.moment();
        for index in 0..self.channels.len() {
            self.pool.cut_channel(&self.sources.waves(), index as u16, &moment);
        }
        let power_on = ChannelState::power_on(usize::MAX, style);
        for (state, fresh) in self.channels.iter_mut().zip(power_on) {
            let mut before = std::mem::replace(state, fresh);
            state.part.inherit(&mut before.part);
            choose_preset(state, &self.sources.library);
        }
        self.bank_style = style;
        self.rack.reset();
        self.reset_exclusive();
        self.changed = true;
    }
}

/// Finds the preset that a channel asks for.
pub(super) fn choose_preset(state: &mut ChannelState, library: &Library) {
    state.choice = library.select(state.request());
}
