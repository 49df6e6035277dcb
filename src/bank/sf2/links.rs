//! The modulators of one zone, decoded, with their links checked.
//!
//! Every modulator has at most one destination, so its links form chains, trees or circles; a walk from
//! each one to its end finds which are sound, in time that grows with their number only.

use std::collections::BTreeMap;

use crate::bank::modulator::Identity;
use crate::bank::sf2::record::ModulatorRecord;
use crate::bank::{Destination, Input, Modulator, ModulatorFault};

/// What became of one record.
pub(crate) type Decoded = Result<Modulator, ModulatorFault>;

/// Decodes the modulators of a zone. A sound one with a link names a sound one.
///
/// SPEC: sections 7.4 and 9.5.4: links that lead nowhere, sources that nothing feeds and circles are ignored.
pub(crate) fn decode(records: &[ModulatorRecord]) -> Vec<Decoded> {
    let mut modulators: Vec<Decoded> = records.iter().map(Modulator::decode).collect();
    refuse_dead_ends(&mut modulators);
    refuse_unfed(&mut modulators);
    modulators
}

/// The modulator that this one feeds.
pub(crate) fn target(modulator: &Decoded) -> Option<usize> {
    match modulator {
        Ok(Modulator { destination: Destination::Modulator(target), .. }) => {
            Some(usize::from(*target))
        }
        _ => None,
    }
}

/// Follows every chain of links to its end, and refuses all of it that does not reach a generator.
fn refuse_dead_ends(modulators: &mut [Decoded]) {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Unknown,
        OnPath,
        Done,
    }
    let mut state = vec![State::Unknown; modulators.len()];
    for start in 0..modulators.len() {
        let mut path = Vec::new();
        let mut at = start;
        let fault = loop {
            if state[at] == State::Done {
                break modulators[at].err();
            }
            state[at] = State::OnPath;
            path.push(at);
            let Some(next) = target(&modulators[at]) else { break modulators[at].err() };
            match modulators.get(next) {
                Some(_) if state[next] == State::OnPath => break Some(ModulatorFault::Cycle),
                Some(Ok(target)) if target.source.input == Input::Link => at = next,
                _ => break Some(dangling(next)),
            }
        };
        for at in path.into_iter().rev() {
            state[at] = State::Done;
            if let (Some(fault), Ok(_)) = (fault, modulators[at]) {
                let next = target(&modulators[at]);
                modulators[at] = Err(match (fault, next) {
                    (ModulatorFault::Cycle, _) | (_, None) => fault,
                    (_, Some(next)) => dangling(next),
                });
            }
        }
    }
}

/// Refuses linked sources that nothing sound feeds, and what only those feed.
fn refuse_unfed(modulators: &mut [Decoded]) {
    let mut fed = vec![false; modulators.len()];
    for at in feeding_order(modulators) {
        let Ok(modulator) = modulators[at] else { continue };
        if modulator.source.input == Input::Link && !fed[at] {
            modulators[at] = Err(ModulatorFault::Unfed);
        } else if let Some(target) = target(&modulators[at]) {
            fed[target] = true;
        }
    }
}

/// The indices of sound modulators, each after all that feed it.
pub(crate) fn feeding_order(modulators: &[Decoded]) -> Vec<usize> {
    let mut feeders = vec![0_usize; modulators.len()];
    for target in modulators.iter().filter_map(target) {
        feeders[target] += 1;
    }
    let sound = |at: &usize| modulators[*at].is_ok();
    let mut order: Vec<usize> =
        (0..modulators.len()).filter(sound).filter(|&at| feeders[at] == 0).collect();
    let mut next = 0;
    while let Some(&at) = order.get(next) {
        next += 1;
        if let Some(target) = target(&modulators[at]) {
            feeders[target] -= 1;
            if feeders[target] == 0 {
                order.push(target);
            }
        }
    }
    order
}

/// Which sound modulators a later one of the same zone supersedes (section 7.4).
///
/// SPEC: two linked sources are not the same input, so modulators that have one never count as identical here.
pub(crate) fn superseded(decoded: &[Decoded]) -> Vec<bool> {
    let mut superseded = vec![false; decoded.len()];
    let mut last: BTreeMap<Identity, usize> = BTreeMap::new();
    for (at, modulator) in decoded.iter().enumerate() {
        let Ok(modulator) = modulator else { continue };
        if modulator.source.input == Input::Link {
            continue;
        }
        if let Some(earlier) = last.insert(modulator.identity(), at) {
            superseded[earlier] = true;
        }
    }
    superseded
}

fn dangling(target: usize) -> ModulatorFault {
    // A link's index has 15 bits.
    ModulatorFault::DanglingLink { target: target as u16 }
}
