//! Drums of parts: what messages say of a map is so for every part of the group that plays it.

use super::NativeSynthesizer;
use crate::engine::native::channel::ChannelState;
use crate::engine::native::drum_setup::{DrumEdit, DrumSetup};
use crate::engine::native::routing;
use crate::midi::{Channel, ChannelGroup};

impl NativeSynthesizer {
    /// Changes a drum of a map.
    pub(super) fn edit_drum(&mut self, group: ChannelGroup, map: u8, edit: DrumEdit) {
        let maps = self.drum_maps.get_mut(usize::from(group.0));
        if let Some(setup) = maps.and_then(|maps| maps.get_mut(map)) {
            setup.set(edit.key, edit.parameter, edit.value);
        }
        for state in parts_of(&mut self.channels, group, map) {
            state.set_drum(edit.key, edit.parameter, edit.value);
        }
        self.changed = true;
    }

    /// Makes all drums of a map what the bank has.
    pub(super) fn reset_drums(&mut self, group: ChannelGroup, map: u8) {
        let fresh = DrumSetup::new();
        let maps = self.drum_maps.get_mut(usize::from(group.0));
        if let Some(setup) = maps.and_then(|maps| maps.get_mut(map)) {
            setup.clone_from(&fresh);
        }
        parts_of(&mut self.channels, group, map).for_each(|state| state.set_drums(&fresh));
        self.changed = true;
    }

    /// Gives a part that has become one of drums those of its map.
    pub(super) fn adopt_drums(&mut self, index: usize) {
        let group = routing::channel_of(index).0;
        let (Some(state), Some(maps)) =
            (self.channels.get_mut(index), self.drum_maps.get(usize::from(group.0)))
        else {
            return;
        };
        if let Some(setup) = maps.get(state.part.drum_map).filter(|_| state.is_percussion()) {
            state.set_drums(setup);
            self.changed = true;
        }
    }

    /// Tells the other parts of a map what a numbered parameter has changed on one of them.
    pub(super) fn share_drum_edit(&mut self, index: usize) {
        let Some(state) = self.channels.get_mut(index) else { return };
        let map = state.part.drum_map;
        if let Some(edit) = state.take_drum_edit() {
            self.edit_drum(routing::channel_of(index).0, map, edit);
        }
    }
}

/// The parts of a group that play drums by a map.
fn parts_of(
    channels: &mut [ChannelState],
    group: ChannelGroup,
    map: u8,
) -> impl Iterator<Item = &mut ChannelState> {
    let first = usize::from(group.0) * Channel::COUNT;
    let parts = channels.iter_mut().skip(first).take(Channel::COUNT);
    parts.filter(move |state| state.is_percussion() && state.part.drum_map == map)
}
