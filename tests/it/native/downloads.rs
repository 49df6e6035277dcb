//! Downloads that come and go while notes sound.

use std::sync::Arc;

use portative::bank::write::Zone;
use portative::bank::{Bank, BankPreset, Generator as G, KeySet, PresetIndex};
use portative::engine::native::Native;
use portative::engine::{
    BlockEvent, DOWNLOADS, Download, Engine, Installation, Place, StereoBus, Synthesizer,
};

use super::bits::busy_bank;
use super::wild::{settings, with_bank};
use crate::support::bank::{bank, bank_of, constant, looping, modulator, noise};
use crate::support::stage::{Take, parse};

#[test]
fn what_sounds_goes_on_when_its_download_ends_and_comes_back_after_it() {
    let mut synthesizer = with_bank();
    let note = [BlockEvent { offset: 0, event: parse("0 on 60 127")[0].1 }];
    let mut alone = with_bank();
    let listen = |synthesizer: &mut dyn Synthesizer, events: &[BlockEvent]| {
        let [mut a, mut b] = [[1.0; 500]; 2];
        synthesizer.render(events, &mut [StereoBus { left: &mut a, right: &mut b }]);
        (a, b)
    };
    assert_eq!(listen(&mut *synthesizer, &note), listen(&mut *alone, &note));
    synthesizer.uninstall(Place(0));
    synthesizer.uninstall(Place(0));
    synthesizer.uninstall(Place(77));
    for _ in 0..20 {
        assert!(synthesizer.reclaim().is_none(), "a note plays it");
        assert_eq!(listen(&mut *synthesizer, &[]), listen(&mut *alone, &[]), "to the bit");
    }
    let off = [BlockEvent { offset: 0, event: parse("0 cc 120 0")[0].1 }];
    listen(&mut *synthesizer, &off);
    listen(&mut *synthesizer, &[]);
    let (place, retired) = synthesizer.reclaim().expect("nothing plays it");
    assert_eq!(place, Place(0));
    drop(retired);
    assert!(synthesizer.reclaim().is_none(), "once");
    let before = synthesizer.status().missing_presets;
    assert_eq!(listen(&mut *synthesizer, &note), ([0.0; 500], [0.0; 500]));
    assert_eq!(synthesizer.status().missing_presets, before + 1);
}

#[test]
fn an_installation_that_finds_no_place_comes_back() {
    let mut synthesizer = with_bank();
    let prepared = || Native::default().prepare(&settings(), &Download::Bank(busy_bank())).unwrap();
    let bank = || prepared().installation;
    assert_eq!(prepared().content().instruments, 2);
    assert!(synthesizer.install(Place(0), bank()).is_some(), "the place is taken");
    assert!(synthesizer.install(Place(DOWNLOADS), bank()).is_some(), "there is no such place");
    let foreign = Installation(Box::new(5u8));
    let back = synthesizer.install(Place(1), foreign).unwrap();
    assert_eq!(back.0.downcast_ref::<u8>(), Some(&5));
}

#[test]
fn the_newest_download_of_a_number_plays_and_the_one_before_when_it_has_ended() {
    let of = |zone| {
        let download = Download::Bank(bank(constant(), zone));
        Native::default().prepare(&settings(), &download).unwrap().installation
    };
    let loud = || of(looping());
    let quiet = || of(looping().set(G::InitialAttenuation, 500));
    let mut synthesizer = Native::default().create(&settings()).unwrap();
    let heard = |synthesizer: &mut dyn Synthesizer| {
        let events = parse("0 cc 120 0; 100 on 60 127");
        let mut take = Take { left: vec![0.0; 2_000], right: vec![0.0; 2_000] };
        let events: Vec<_> = events
            .into_iter()
            .map(|(frame, event)| BlockEvent { offset: frame as u32, event })
            .collect();
        let bus = StereoBus { left: &mut take.left, right: &mut take.right };
        synthesizer.render(&events, &mut [bus]);
        take.peak(1_000..2_000)
    };
    assert!(synthesizer.install(Place(3), quiet()).is_none());
    let quiet_peak = heard(&mut *synthesizer);
    assert!(synthesizer.install(Place(1), loud()).is_none());
    let loud_peak = heard(&mut *synthesizer);
    assert!(loud_peak > 2.0 * quiet_peak && quiet_peak > 0.0, "{loud_peak} {quiet_peak}");
    assert!(synthesizer.install(Place(2), quiet()).is_none());
    assert_eq!(heard(&mut *synthesizer), quiet_peak);
    synthesizer.uninstall(Place(3));
    assert_eq!(heard(&mut *synthesizer), quiet_peak);
    synthesizer.uninstall(Place(2));
    assert_eq!(heard(&mut *synthesizer), loud_peak);
    synthesizer.uninstall(Place(1));
    assert_eq!(heard(&mut *synthesizer), 0.0);
}

/// Two regions of one preset, of which the upper one gives CC71 a meaning of its own, and so takes it from both.
fn split_bank() -> Arc<Bank> {
    let low = Zone::new().key_range(0..=59).set(G::InitialFilterFc, 8000).set(G::SampleModes, 1);
    let high = low.clone().key_range(60..=127).modulator(modulator(0x00C7, 8, 100));
    let zones = vec![low.sample(0), high.sample(1)];
    let bytes = bank_of(vec![noise(), constant()], zones, Zone::new());
    Arc::new(Bank::from_source(bytes).unwrap())
}

#[test]
fn what_is_left_out_of_a_preset_changes_nothing_of_what_plays() {
    let bank = split_bank();
    let whole = BankPreset::new(&bank, PresetIndex(0));
    let low = whole.clone().for_keys(KeySet::from_iter([40]));
    let instrument = low.instrument().unwrap();
    assert_eq!((instrument.regions().len(), instrument.other_regions().len()), (1, 1));
    assert!(instrument.bytes() < whole.instrument().unwrap().bytes());
    assert_eq!(low.clone().for_keys(KeySet::NONE).instrument().unwrap().waves().len(), 0);
    let play = |preset: &BankPreset, score: &str| {
        let native = Native::default();
        let mut synthesizer = native.create(&settings()).unwrap();
        let presets = Download::Presets(vec![preset.clone()]);
        let prepared = native.prepare(&settings(), &presets).unwrap();
        assert!(synthesizer.install(Place(0), prepared.installation).is_none());
        let event = |(at, event)| BlockEvent { offset: at as u32, event };
        let events: Vec<_> = parse(score).into_iter().map(event).collect();
        let [mut a, mut b] = [[1.0; 4000]; 2];
        synthesizer.render(&events, &mut [StereoBus { left: &mut a, right: &mut b }]);
        (a, b)
    };
    let score = "0 cc 71 127; 0 on 40 100; 2000 cc 71 0";
    assert!(play(&low, score) == play(&whole, score));
    assert!(play(&whole, "0 on 90 100").0.iter().any(|point| *point != 0.0));
    assert!(play(&low, "0 on 90 100").0.iter().all(|point| *point == 0.0), "not asked for");
}
