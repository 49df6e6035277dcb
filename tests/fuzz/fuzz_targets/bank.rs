//! Any bytes as a sound bank: opened, every instrument read, reported on, written again.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use portative::bank::write::SoundFont;
use portative::bank::{Bank, BankOptions, Limits, PresetIndex};

/// Small, so that an input that gets past one is slow or large enough to be noticed.
const LIMITS: Limits = Limits {
    table_bytes: 1 << 20,
    regions: 1_000,
    zone_pairs: 10_000,
    modulators: 10_000,
    lookup_entries: 20_000,
    instrument_bytes: 4 << 20,
    decoded_points: 1_000_000,
    warnings: 100,
};

/// Lets the decoder of compressed samples panic, which the library catches; any other panic is a find.
fn allow_panics_of_the_decoder() {
    let fatal = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !info.location().is_some_and(|place| place.file().contains("symphonia")) {
            fatal(info);
        }
    }));
}

fuzz_target!(init: allow_panics_of_the_decoder(), |bytes: &[u8]| {
    let options = BankOptions { limits: LIMITS, ..BankOptions::default() };
    let Ok(bank) = Bank::from_source_with(Arc::new(bytes.to_vec()), options) else { return };
    for index in 0..bank.presets().len().min(50) as u32 {
        let Ok(instrument) = bank.instrument(PresetIndex(index)) else { continue };
        assert!(instrument.bytes() <= 4 << 20);
        for (region, sample) in instrument.regions().iter().zip(instrument.samples()) {
            assert!(sample.start < sample.end && sample.end <= sample.wave.len());
            if let Some(looped) = &sample.looped {
                assert!(looped.points.start + 2 <= looped.points.end);
                assert!(looped.points.end <= sample.end);
            }
            assert!(!instrument.regions_at(region.keys.low, region.velocities.low).is_empty());
        }
    }
    let _ = bank.report();
    let Ok(font) = SoundFont::from_bank(&bank) else { return };
    if let Ok(copy) = font.to_bytes() {
        Bank::from_source(Arc::new(copy)).expect("what is written can be read");
    }
});
