use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::engine::Installation;

fn prepared(instruments: u64, addresses: &[usize]) -> Prepared {
    let holdings =
        addresses.iter().map(|&address| Holding { address, waves: 1, bytes: 10 }).collect();
    Prepared { instruments, holdings, installation: Installation(Box::new(())) }
}

fn anything() -> Download {
    Download::Bank(Arc::new(Vec::new()))
}

const fn id(serial: u64) -> DownloadId {
    DownloadId { instance: 1, serial }
}

#[test]
fn what_two_downloads_hold_counts_once_and_until_both_are_gone() {
    let mut ledger = Ledger::new();
    let one = ledger.enter(id(1), &anything(), &prepared(1, &[100, 200])).unwrap();
    let other = ledger.enter(id(2), &anything(), &prepared(2, &[200, 300])).unwrap();
    assert_eq!(ledger.content(), Content { instruments: 3, waves: 3, bytes: 30 });
    ledger.end(id(1));
    assert_eq!(ledger.content().waves, 3, "it may still sound");
    assert_eq!(ledger.leave(one), Some(id(1)));
    assert_eq!(ledger.content(), Content { instruments: 2, waves: 2, bytes: 20 });
    assert_eq!(ledger.leave(other), Some(id(2)));
    assert_eq!(ledger.content(), Content::default());
    assert_eq!(ledger.leave(other), None);
}

#[test]
fn there_is_an_end_to_places_and_to_instruments() {
    let mut ledger = Ledger::new();
    for serial in 0..u64::from(DOWNLOADS) {
        ledger.enter(id(serial), &anything(), &prepared(1, &[])).unwrap();
    }
    let error = ledger.enter(id(9_999), &anything(), &prepared(1, &[])).unwrap_err();
    assert!(matches!(error, PortError::TooManyDownloads { limit: 4_096 }), "{error}");
    let mut ledger = Ledger::new();
    ledger.enter(id(1), &anything(), &prepared(INSTRUMENTS, &[])).unwrap();
    let error = ledger.enter(id(2), &anything(), &prepared(1, &[7])).unwrap_err();
    assert!(matches!(error, PortError::TooManyInstruments { got: 65_537, .. }), "{error}");
    assert_eq!(ledger.content().waves, 0, "nothing of it was kept");
}

/// A download as the plainest model has it.
struct Modelled {
    id: DownloadId,
    place: Place,
    held: Vec<usize>,
    ended: bool,
}

/// Against the plainest model: a list of what is downloaded, and sets made of it.
fn agrees(ledger: &Ledger, model: &[Modelled]) -> Result<(), TestCaseError> {
    let mut held: Vec<usize> = model.iter().flat_map(|one| one.held.clone()).collect();
    held.sort_unstable();
    held.dedup();
    let (waves, instruments) = (held.len() as u64, model.len() as u64);
    prop_assert_eq!(ledger.content(), Content { instruments, waves, bytes: 10 * waves });
    let mut ending: Vec<_> = ledger.ending().collect();
    ending.sort_unstable();
    let mut expected: Vec<_> = model.iter().filter(|one| one.ended).map(|one| one.id).collect();
    expected.sort_unstable();
    prop_assert_eq!(ending, expected);
    for one in model {
        prop_assert_eq!(ledger.place(one.id), (!one.ended).then_some(one.place));
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_ledger_agrees_with_a_list(
        steps in prop::collection::vec((0..3u8, 0..8usize, prop::collection::btree_set(0..6usize, 0..5)), 1..60)
    ) {
        let mut ledger = Ledger::new();
        let mut model: Vec<Modelled> = Vec::new();
        for (serial, (what, which, held)) in (0..).zip(steps) {
            let held: Vec<usize> = held.into_iter().collect();
            match what {
                0 => {
                    let (id, made) = (id(serial), prepared(1, &held));
                    let place = ledger.enter(id, &anything(), &made).unwrap();
                    prop_assert!(model.iter().all(|one| one.place != place));
                    model.push(Modelled { id, place, held, ended: false });
                }
                1 if !model.is_empty() => {
                    let which = which % model.len();
                    ledger.end(model[which].id);
                    model[which].ended = true;
                }
                _ if !model.is_empty() => {
                    let one = model.remove(which % model.len());
                    prop_assert_eq!(ledger.leave(one.place), Some(one.id));
                }
                _ => {}
            }
            agrees(&ledger, &model)?;
        }
    }
}
