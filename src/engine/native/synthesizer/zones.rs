//! What the members of an MPE zone have of their master, and how zones come to be.

use super::NativeSynthesizer;
use crate::engine::native::input::Signal;
use crate::engine::native::routing;
use crate::engine::native::zone::{CONFIGURATION, MASTER_BEND, MEMBER_BEND, Membership, Zones};
use crate::midi::{Channel, ChannelGroup, ControlValue, Controller, Event, Message};

/// RPN 0.
const BEND_RANGE: [u8; 2] = [0, 0];
/// The third dimension of MPE.
const TIMBRE: u8 = 74;
/// Data entry, its fine part, increment and decrement.
const DATA: [u8; 4] = [6, 38, 96, 97];

impl NativeSynthesizer {
    /// The zones of a group.
    fn zones_of(&self, group: ChannelGroup) -> Zones {
        self.zones.get(usize::from(group.0)).copied().unwrap_or_default()
    }

    /// Plays an event and tells the zone that it concerns.
    #[inline(always)] // see play
    pub(super) fn play_in_zone(&mut self, event: Event) {
        let zones = self.zones_of(event.group);
        if zones.exist()
            && let Some(channel) = event.message.channel()
        {
            let message = self.joined(event, channel, zones);
            self.play_here(Event { message, ..event });
            if zones.is_master(channel) {
                self.lead(event, channel, zones);
            } else if let Some(master) = zones.master_of(channel) {
                self.agree_on_bend_range(event, channel, (zones, master));
            }
        } else {
            self.play_here(event);
        }
        if let Message::ControlChange { channel, controller: Controller::DATA_ENTRY, value } =
            event.message
        {
            self.follow_configuration(event.group, channel, value);
        }
    }

    /// A member's message with its master's value added.
    fn joined(&mut self, event: Event, channel: Channel, zones: Zones) -> Message {
        let index = self.index(event.group, channel);
        let is_member = zones.master_of(channel).is_some();
        let Some(state) = index.filter(|_| is_member).and_then(|i| self.channels.get_mut(i)) else {
            return event.message;
        };
        let zone = &mut state.part.zone;
        match event.message {
            Message::ChannelPressure { channel, pressure } => {
                zone.pressure.own = pressure;
                Message::ChannelPressure { channel, pressure: zone.pressure.sum() }
            }
            Message::ControlChange { channel, controller, value } if controller.get() == TIMBRE => {
                zone.timbre.own = value;
                Message::ControlChange { channel, controller, value: zone.timbre.sum() }
            }
            message => message,
        }
    }

    /// Hands a master's message on to its members.
    fn lead(&mut self, event: Event, master: Channel, zones: Zones) {
        let Some(index) = self.index(event.group, master) else { return };
        match event.message {
            Message::PitchBend { .. } => self.share_bend(index, zones),
            Message::ChannelPressure { pressure, .. } => {
                self.share(event.group, master, zones, |zone| {
                    zone.pressure.master = pressure;
                    Message::ChannelPressure { channel: master, pressure: zone.pressure.sum() }
                });
            }
            Message::ControlChange { controller, value, .. } if controller.get() == TIMBRE => {
                self.share(event.group, master, zones, |zone| {
                    zone.timbre.master = value;
                    let value = zone.timbre.sum();
                    Message::ControlChange { channel: master, controller, value }
                });
            }
            Message::ControlChange { controller, .. } if DATA.contains(&controller.get()) => {
                match self.channels[index].registered_numbers() {
                    Some(BEND_RANGE) => self.share_bend(index, zones),
                    Some(CONFIGURATION) => {}
                    _ => self.repeat(event, master, zones),
                }
            }
            Message::ControlChange { .. } | Message::ProgramChange { .. } => {
                self.repeat(event, master, zones);
            }
            _ => {}
        }
    }

    /// Plays a master's event on each member.
    fn repeat(&mut self, event: Event, master: Channel, zones: Zones) {
        for member in zones.members(master) {
            self.play_here(Event { message: event.message.on_channel(member), ..event });
        }
    }

    /// Changes what each member has of its master, and plays what it becomes.
    fn share(
        &mut self,
        group: ChannelGroup,
        master: Channel,
        zones: Zones,
        change: impl Fn(&mut Membership) -> Message,
    ) {
        for member in zones.members(master) {
            let Some(index) = self.index(group, member) else { continue };
            let message = change(&mut self.channels[index].part.zone).on_channel(member);
            self.play_here(Event::in_group(group, message));
        }
    }

    /// Bends the notes of all members as far as the master's wheel and range say.
    fn share_bend(&mut self, master: usize, zones: Zones) {
        let cents = self.channels[master].bend_cents();
        let (group, channel) = routing::channel_of(master);
        for member in zones.members(channel) {
            let Some(index) = self.index(group, member) else { continue };
            self.channels[index].part.zone.bend_cents = cents;
            self.touch(index, Signal::Tuning);
        }
    }

    /// SPEC: a bend range that is sent to any member is that of all.
    fn agree_on_bend_range(
        &mut self,
        event: Event,
        channel: Channel,
        (zones, master): (Zones, Channel),
    ) {
        let Message::ControlChange { controller, .. } = event.message else { return };
        let Some(index) = self.index(event.group, channel) else { return };
        let is_range = self.channels[index].registered_numbers() == Some(BEND_RANGE);
        if !is_range || !DATA.contains(&controller.get()) {
            return;
        }
        let range = self.channels[index].bend_range();
        for member in zones.members(master).filter(|member| *member != channel) {
            if let Some(index) = self.index(event.group, member) {
                self.channels[index].set_bend_range(range);
                self.changed = true;
            }
        }
    }

    /// Sets up a zone when registered parameter 6 of a channel that can lead one is entered.
    fn follow_configuration(&mut self, group: ChannelGroup, channel: Channel, value: ControlValue) {
        let Some(index) = self.index(group, channel).filter(|_| Zones::can_lead(channel)) else {
            return;
        };
        if self.channels[index].registered_numbers() == Some(CONFIGURATION) {
            let before = self.zones_of(group);
            let after = before.configured(channel, value.to_u7());
            if let Some(zones) = self.zones.get_mut(usize::from(group.0)) {
                *zones = after;
            }
            self.enter_zones(group, channel, before, after);
        }
    }

    /// Ends the notes of every channel whose place changed, and puts its controllers to rest.
    fn enter_zones(&mut self, group: ChannelGroup, master: Channel, before: Zones, after: Zones) {
        for channel in Channel::all() {
            let member = after.master_of(channel);
            let concerned = channel == master
                || member == Some(master)
                || before.master_of(channel) != member
                || before.is_master(channel) != after.is_master(channel);
            let Some(index) = self.index(group, channel).filter(|_| concerned) else { continue };
            for mode in [Controller::ALL_NOTES_OFF, Controller::RESET_ALL_CONTROLLERS] {
                self.control_change(group, channel, mode, ControlValue::MIN);
            }
            let timbre = Controller::from_data(TIMBRE);
            self.control_change(group, channel, timbre, ControlValue::CENTRE);
            let state = &mut self.channels[index];
            state.part.zone = Membership::NONE;
            let range = if member.is_some() { MEMBER_BEND } else { MASTER_BEND };
            state.set_bend_range(f32::from(range));
            self.touch(index, Signal::Tuning);
        }
    }
}
