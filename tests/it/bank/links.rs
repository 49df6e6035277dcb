//! Linked modulators, SoundFont 2.04 sections 7.4 and 9.5.4.

use portative::bank::sf2::record::ModulatorRecord;
use portative::bank::write::Zone;
use portative::bank::{Destination, Input, Modulator};

use super::fixture::*;

const LINK: u16 = 127;

/// A modulator from a controller to another modulator of the zone.
fn feeder(controller: u16, target: u16) -> ModulatorRecord {
    modulator(0x80 | controller, 0x8000 | target, 1)
}

/// The region's own modulators, as (source, destination) in words.
#[track_caller]
fn links(zone: &[ModulatorRecord]) -> Vec<String> {
    links_of(vec![Zone::new().instrument(0)], vec![zone_of(zone).sample(0)])
}

fn zone_of(modulators: &[ModulatorRecord]) -> Zone {
    Zone { modulators: modulators.to_vec(), ..Zone::new() }
}

#[track_caller]
fn links_of(preset: Vec<Zone>, instrument: Vec<Zone>) -> Vec<String> {
    let region = region(&bank_of(preset, instrument));
    let text = |m: &Modulator| {
        let from = match m.source.input {
            Input::Controller(number) => number.to_string(),
            Input::Link => "link".to_owned(),
            other => format!("{other:?}"),
        };
        match m.destination {
            Destination::Modulator(place) => format!("{from} -> +{place}"),
            Destination::Generator(generator) => format!("{from} -> {generator:?}"),
            Destination::Pitch => format!("{from} -> pitch"),
        }
    };
    region.modulators.iter().skip(9).map(text).collect()
}

#[track_caller]
fn faults(zone: &[ModulatorRecord]) -> Vec<String> {
    complaints(&bank_with(zone_of(zone)))
        .iter()
        .map(|text| text.split_once("modulator ").unwrap().1.to_owned())
        .collect()
}

#[test]
fn s9_5_4_a_feeder_comes_before_what_it_feeds() {
    let zone = [modulator(LINK, 8, 5), feeder(1, 0)];
    assert_eq!(links(&zone), ["1 -> +10", "link -> InitialFilterFc"]);
    let zone = [feeder(1, 1), modulator(LINK, 8, 5)];
    assert_eq!(links(&zone), ["1 -> +10", "link -> InitialFilterFc"]);
}

#[test]
fn s9_5_4_several_feeders_and_long_chains_are_kept() {
    let zone = [feeder(1, 2), feeder(2, 2), modulator(LINK, 0x8003, 1), modulator(LINK, 8, 5)];
    assert_eq!(links(&zone), ["1 -> +11", "2 -> +11", "link -> +12", "link -> InitialFilterFc"]);
}

#[test]
fn s9_5_4_a_link_past_the_zone_is_ignored() {
    let zone = [feeder(1, 1), feeder(2, 0x7FFF)];
    assert!(links(&zone).is_empty());
    assert_eq!(
        faults(&zone),
        ["0: link to 1, which takes none", "1: link to 32767, which takes none"]
    );
}

#[test]
fn s9_5_4_a_link_to_a_modulator_that_takes_none_is_ignored() {
    let zone = [feeder(1, 1), modulator(0x0081, 8, 5)];
    assert_eq!(links(&zone), ["1 -> InitialFilterFc"]);
    assert_eq!(faults(&zone), ["0: link to 1, which takes none"]);
}

#[test]
fn s9_5_4_a_linked_source_that_nothing_feeds_is_ignored() {
    let zone = [modulator(LINK, 8, 5)];
    assert!(links(&zone).is_empty());
    assert_eq!(faults(&zone), ["0: linked source that nothing feeds"]);
}

#[test]
fn s9_5_4_what_only_an_ignored_modulator_feeds_is_ignored() {
    let zone = [modulator(0x0080, 0x8001, 1), modulator(LINK, 0x8002, 1), modulator(LINK, 8, 1)];
    assert!(links(&zone).is_empty());
    assert_eq!(
        faults(&zone),
        [
            "0: controller 0 cannot be a source",
            "1: linked source that nothing feeds",
            "2: linked source that nothing feeds",
        ]
    );
}

#[test]
fn s9_5_4_the_way_to_an_ignored_modulator_is_ignored() {
    let zone = [feeder(1, 1), modulator(LINK, 0x8002, 1), modulator(LINK, 14, 1)];
    assert!(links(&zone).is_empty());
    assert_eq!(
        faults(&zone),
        [
            "0: link to 1, which takes none",
            "1: link to 2, which takes none",
            "2: unknown destination 0x000e",
        ]
    );
}

#[test]
fn s9_5_4_a_linked_amount_source_is_ignored() {
    let zone = [ModulatorRecord { amount_source: LINK, ..modulator(0x0081, 8, 5) }];
    assert!(links(&zone).is_empty());
    assert_eq!(faults(&zone), ["0: linked amount source"]);
}

#[test]
fn s9_5_4_circles_are_ignored_with_all_that_leads_into_them() {
    let circle = |to: u16| modulator(LINK, 0x8000 | to, 1);
    for zone in [vec![circle(0)], vec![circle(1), circle(0)], vec![circle(1), circle(2), circle(0)]]
    {
        assert!(links(&zone).is_empty());
        assert!(faults(&zone).iter().all(|fault| fault.ends_with("circle of links")));
    }
    let zone = [feeder(1, 1), circle(2), circle(1), modulator(0x0081, 8, 5)];
    assert_eq!(links(&zone), ["1 -> InitialFilterFc"]);
    assert_eq!(faults(&zone).len(), 3);
}

#[test]
fn the_end_of_a_local_chain_supersedes_that_of_a_global_one_with_its_feeders() {
    let global = zone_of(&[feeder(1, 1), modulator(LINK, 8, 5), modulator(0x0082, 8, 1)]);
    let local = zone_of(&[modulator(LINK, 8, 7), feeder(3, 0), feeder(4, 0)]).sample(0);
    let found = links_of(vec![Zone::new().instrument(0)], vec![global, local]);
    assert_eq!(found, ["2 -> InitialFilterFc", "3 -> +12", "4 -> +12", "link -> InitialFilterFc"]);
}

#[test]
fn two_chains_of_a_zone_to_one_generator_both_play() {
    let zone = [feeder(1, 1), modulator(LINK, 8, 5), feeder(2, 3), modulator(LINK, 8, 6)];
    assert_eq!(
        links(&zone),
        ["1 -> +10", "link -> InitialFilterFc", "2 -> +12", "link -> InitialFilterFc"]
    );
    assert!(faults(&zone).is_empty());
}

#[test]
fn a_presets_chain_stands_beside_the_instruments() {
    let chain = [feeder(1, 1), modulator(LINK, 8, 5)];
    let preset = zone_of(&chain).instrument(0);
    let found = links_of(vec![preset], vec![zone_of(&chain).sample(0)]);
    assert_eq!(
        found,
        ["1 -> +10", "link -> InitialFilterFc", "1 -> +12", "link -> InitialFilterFc"]
    );
}

#[test]
fn a_chain_of_ten_thousand_links_is_read_in_no_time() {
    let mut zone: Vec<_> = (1..10_000).map(|next| modulator(LINK, 0x8000 | next, 1)).collect();
    zone.push(modulator(LINK, 8, 1));
    zone[0].source = 0x81;
    assert_eq!(links(&zone).len(), 10_000);
    zone[0].source = LINK;
    assert!(links(&zone).is_empty());
}
