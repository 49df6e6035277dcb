//! Stems: a song of which only one part is heard.

use std::collections::BTreeSet;

use super::Sequence;
use crate::midi::{Channel, Message, TimedEvent};

/// What makes a stem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StemKind {
    /// The notes of a channel.
    Channel,
    /// The notes of a track.
    Track,
}

/// One part of a song.
///
/// Everything of the song is played, and only the notes of the part are heard: its controllers, the voices that its
/// notes leave to each other and what is stolen are those of the whole song, so that stems add up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stem {
    /// Its number, from 1: of the channel over all groups, or of the track in the file.
    pub number: u32,
}

impl Sequence {
    /// The stems in which notes begin, by number.
    pub fn stems(&self, kind: StemKind) -> Vec<Stem> {
        let numbers: BTreeSet<_> = self
            .events
            .iter()
            .zip(&self.tracks)
            .filter_map(|(timed, track)| stem_of(kind, timed, *track))
            .collect();
        numbers.into_iter().collect()
    }

    /// The song with only one of its stems heard.
    #[must_use]
    pub fn with_stem(&self, kind: StemKind, stem: Stem) -> Self {
        let mut song = self.clone();
        for (timed, track) in song.events.iter_mut().zip(&song.tracks) {
            timed.event.is_audible = stem_of(kind, timed, *track) == Some(stem);
        }
        song
    }
}

/// The stem whose note an event begins, if it begins one.
fn stem_of(kind: StemKind, timed: &TimedEvent, track: u32) -> Option<Stem> {
    let channel = match timed.event.message {
        Message::NoteOn { channel, .. } | Message::PitchedNoteOn { channel, .. } => channel,
        _ => return None,
    };
    let group = u32::from(timed.event.group.0);
    Some(Stem {
        number: match kind {
            StemKind::Channel => 1 + group * Channel::COUNT as u32 + u32::from(channel.index()),
            StemKind::Track => 1 + track,
        },
    })
}
