//! Which channel group each part of a file is for.
//!
//! A file for more than 16 channels says for each track to which port it goes, by number (meta 21) or by
//! the device's name (meta 09, RP-019). Where numbers occur, names are left aside: files that have both
//! mean the same by them. The ports that channel messages go to become groups 0, 1, 2 …, by number or in
//! the order of first appearance; what names no device goes with the first.

use std::collections::{BTreeMap, BTreeSet};

use crate::midi::ChannelGroup;
use crate::midi::smf::{Meta, Smf, TextKind, TrackEventKind};

/// The ports of a file.
#[derive(Debug)]
pub(super) enum Ports {
    /// Numbers, ascending.
    Numbers(Vec<u8>),
    /// Names and their groups, in the order of appearance.
    Names(BTreeMap<Box<[u8]>, ChannelGroup>),
}

impl Ports {
    pub(super) fn of(smf: &Smf) -> Self {
        let metas = || {
            smf.tracks.iter().flat_map(|track| &track.events).filter_map(|e| match &e.kind {
                TrackEventKind::Meta(meta) => Some(meta),
                _ => None,
            })
        };
        if metas().any(|meta| matches!(meta, Meta::Port(_))) {
            return Self::Numbers(used_numbers(smf));
        }
        let mut names = BTreeMap::<Box<[u8]>, _>::new();
        for name in metas().filter_map(device_name) {
            if let Ok(next) = u8::try_from(names.len())
                && !names.contains_key(name)
            {
                names.insert(name.into(), ChannelGroup(next));
            }
        }
        Self::Names(names)
    }

    /// How many groups there are; at least one.
    pub(super) fn groups(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len().max(1),
            Self::Names(names) => names.len().max(1),
        }
    }

    /// The group at the begin of a track.
    pub(super) fn first_group(&self) -> ChannelGroup {
        match self {
            Self::Numbers(_) => self.group_of_number(0),
            Self::Names(_) => ChannelGroup(0),
        }
    }

    /// The group that holds from this meta event on, if it says so.
    pub(super) fn group_after(&self, meta: &Meta) -> Option<ChannelGroup> {
        match (self, meta) {
            (Self::Numbers(_), Meta::Port(port)) => Some(self.group_of_number(*port)),
            (Self::Names(names), meta) => names.get(device_name(meta)?).copied(),
            _ => None,
        }
    }

    /// The group of a port; one without channel messages shares the next one's.
    fn group_of_number(&self, port: u8) -> ChannelGroup {
        let Self::Numbers(numbers) = self else { return ChannelGroup(0) };
        let below = numbers.partition_point(|number| *number < port);
        ChannelGroup(u8::try_from(below.min(self.groups() - 1)).unwrap_or(u8::MAX))
    }
}

/// The port numbers that channel messages go to.
fn used_numbers(smf: &Smf) -> Vec<u8> {
    let mut used = BTreeSet::new();
    for track in &smf.tracks {
        let mut port = 0;
        for event in &track.events {
            match &event.kind {
                TrackEventKind::Meta(Meta::Port(number)) => port = *number,
                TrackEventKind::Message(_) => {
                    used.insert(port);
                }
                _ => {}
            }
        }
    }
    used.into_iter().collect()
}

fn device_name(meta: &Meta) -> Option<&[u8]> {
    match meta {
        Meta::Text { kind: TextKind::DEVICE_NAME, bytes } => Some(bytes),
        _ => None,
    }
}
