//! Which modulators a region has: defaults, the instrument's zones, the preset's zones.
//!
//! A chain of linked modulators is kept whole. Its end (the one that reaches a generator) supersedes an
//! identical one of another zone like any other modulator, and then the feeders of that one go with it; feeders
//! are compared inside their own zone only, because a link's index means nothing outside it.
//!
//! SPEC: SoundFont 2.04 sections 7.4, 9.5.1 and 9.5.4.

use std::collections::{BTreeMap, BTreeSet};

use crate::bank::modulator::Identity;
use crate::bank::sf2::links::{self, Decoded};
use crate::bank::sf2::record::ModulatorRecord;
use crate::bank::{DefaultModulators, Destination, Modulator};

/// A modulator that reaches a generator, with all that feeds it.
#[derive(Debug, Clone, PartialEq)]
struct Chain {
    /// Each before what it feeds. INVARIANT: a destination is the index of a later feeder, or their number,
    /// which stands for the end.
    feeders: Vec<Modulator>,
    end: Modulator,
}

/// The modulators of a zone, those of its global zone merged in; one level's, preset or instrument.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct ModulatorList(Vec<Chain>);

impl ModulatorList {
    /// What every instrument begins with.
    pub(super) fn new(defaults: &DefaultModulators) -> Self {
        let decoded: Vec<Decoded> = defaults.as_slice().iter().copied().map(Ok).collect();
        Self(chains(&decoded))
    }

    /// The list with a zone's modulators in place of identical ones (section 9.5.1).
    pub(super) fn with_zone(&self, records: &[ModulatorRecord]) -> Self {
        let chains = chains(&links::decode(records));
        let superseded: BTreeSet<Identity> =
            chains.iter().map(|chain| chain.end.identity()).collect();
        let kept = self.0.iter().filter(|chain| !superseded.contains(&chain.end.identity()));
        Self(kept.cloned().chain(chains).collect())
    }

    /// How many modulators there are.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|chain| chain.feeders.len() + 1).sum()
    }

    /// An instrument's list with a preset's added: amounts of identical modulators are added together, others
    /// stand beside each other (section 9.5.1).
    ///
    /// At most 65,535 modulators in both lists together.
    pub(super) fn with_preset(&self, preset: &Self) -> Vec<Modulator> {
        let mut out: Vec<Modulator> = Vec::with_capacity(self.len() + preset.len());
        let mut unlinked: BTreeMap<Identity, usize> = BTreeMap::new();
        for chain in &self.0 {
            chain.flatten_into(&mut out);
            if chain.feeders.is_empty() && !preset.0.is_empty() {
                unlinked.insert(chain.end.identity(), out.len() - 1);
            }
        }
        for chain in &preset.0 {
            match unlinked.get(&chain.end.identity()) {
                Some(&same) if chain.feeders.is_empty() => out[same].amount += chain.end.amount,
                _ => chain.flatten_into(&mut out),
            }
        }
        out
    }
}

impl Chain {
    /// Appends the chain; destinations become indices into `out`.
    fn flatten_into(&self, out: &mut Vec<Modulator>) {
        let first = out.len();
        for feeder in &self.feeders {
            let destination = match feeder.destination {
                // The caller keeps the whole list inside what the index can name.
                Destination::Modulator(place) => Destination::Modulator(first as u16 + place),
                destination => destination,
            };
            out.push(Modulator { destination, ..*feeder });
        }
        out.push(self.end);
    }
}

/// The chains of a zone's sound modulators, in the order of their ends.
fn chains(decoded: &[Decoded]) -> Vec<Chain> {
    let superseded = links::superseded(decoded);
    let order = links::feeding_order(decoded);
    // Which end each modulator reaches: targets come later in the order, so walk it backwards.
    let mut end_of: Vec<usize> = (0..decoded.len()).collect();
    for &at in order.iter().rev() {
        if let Some(target) = links::target(&decoded[at]) {
            end_of[at] = end_of[target];
        }
    }
    let mut members: Vec<(usize, usize)> =
        order.iter().filter(|&&at| !superseded[at]).map(|&at| (end_of[at], at)).collect();
    // Stable, so that each still comes before what it feeds.
    members.sort_by_key(|&(end, _)| end);
    members.chunk_by(|one, other| one.0 == other.0).filter_map(|of| chain(decoded, of)).collect()
}

/// The chain of the given modulators, each with the one that it ends in, which is the last.
fn chain(decoded: &[Decoded], members: &[(usize, usize)]) -> Option<Chain> {
    let (&(end, _), feeders) = members.split_last()?;
    // A zone's links name at most 32,768 modulators.
    let place_of: BTreeMap<usize, u16> = match feeders {
        [] => BTreeMap::new(),
        _ => members.iter().map(|&(_, at)| at).zip(0..).collect(),
    };
    let feeders = feeders.iter().filter_map(|&(_, at)| {
        let target = links::target(&decoded[at])?;
        let destination = Destination::Modulator(*place_of.get(&target)?);
        Some(Modulator { destination, ..decoded[at].ok()? })
    });
    Some(Chain { feeders: feeders.collect(), end: decoded[end].ok()? })
}
