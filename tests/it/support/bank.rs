//! Small banks, made in memory: one preset, one sample, whatever zones a test is about.

use std::sync::Arc;

use portative::bank::Generator as G;
use portative::bank::sf2::record::ModulatorRecord;
use portative::bank::write::{Instrument, Points, Preset, Sample, SoundFont, Zone};
use portative::riff::ByteSource;

/// The rate of the samples here and of the renders that use them, so that key 60 reads point by point.
pub(crate) const RATE: u32 = 48_000;

/// The bytes of a bank.
pub(crate) type Bytes = Arc<dyn ByteSource>;

/// A sample that stays at half of full scale, so that what is heard is the gain.
pub(crate) fn constant() -> Sample {
    named("constant", Points::Pcm16(vec![16_384; 256])).looped(64, 192)
}

/// A sample whose value is its position, so that what is heard is the way through the wave.
///
/// Data point `i` has the value `i / STEPS_IN_FULL_SCALE`.
pub(crate) fn position() -> Sample {
    named("position", Points::Pcm24((0..65_536).map(|i| i * 128).collect()))
}

/// Data points of [`position`] from zero to full scale.
pub(crate) const STEPS_IN_FULL_SCALE: f64 = 65_536.0;

/// A sine of `period` points at half of full scale, looped.
pub(crate) fn sine(period: u32) -> Sample {
    let point = |i: u32| {
        let angle = std::f64::consts::TAU * f64::from(i % period) / f64::from(period);
        (angle.sin() * 16_384.0) as i16
    };
    let len = period * 8;
    named("sine", Points::Pcm16((0..len).map(point).collect())).looped(period * 2, period * 6)
}

/// Noise at half of full scale, looped.
pub(crate) fn noise() -> Sample {
    let mut state = 1u32;
    let point = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 17) as i16 - 16_384
    };
    named("noise", Points::Pcm16((0..40_000).map(point).collect())).looped(100, 39_900)
}

/// A sample with these points, recorded at key 60.
pub(crate) fn named(name: &str, points: Points) -> Sample {
    Sample { rate: RATE, ..Sample::new(name, points) }
}

/// A looping zone of an instrument.
pub(crate) fn looping() -> Zone {
    Zone::new().set(G::SampleModes, 1)
}

/// A modulator as a file has it.
pub(crate) const fn modulator(source: u16, destination: u16, amount: i16) -> ModulatorRecord {
    ModulatorRecord { source, destination, amount, amount_source: 0, transform: 0 }
}

/// A bank whose preset 0 plays `sample` through one zone.
pub(crate) fn bank(sample: Sample, zone: Zone) -> Bytes {
    bank_of(vec![sample], vec![zone.sample(0)], Zone::new())
}

/// A bank whose preset 0 plays these zones, each of which names its sample, through a preset zone.
pub(crate) fn bank_of(samples: Vec<Sample>, zones: Vec<Zone>, preset_zone: Zone) -> Bytes {
    let instrument = Instrument { name: "instrument".into(), zones };
    let preset = |bank| Preset::new("preset", bank, 0).zone(preset_zone.clone().instrument(0));
    let font = SoundFont {
        presets: vec![preset(0), preset(128)],
        instruments: vec![instrument],
        samples,
        ..SoundFont::default()
    };
    Arc::new(font.to_bytes().unwrap())
}

/// A bank that tells where in its wave a note is: [`position`] on the left, [`constant`] on the right.
///
/// Both go through the same envelope and gain, so that their quotient is free of them.
pub(crate) fn position_bank(zone: Zone) -> Bytes {
    preset_position_bank(zone, Zone::new())
}

/// The same through a preset zone.
pub(crate) fn preset_position_bank(zone: Zone, preset_zone: Zone) -> Bytes {
    let told = zone.clone().set(G::Pan, -500).sample(0);
    let reference = zone.set(G::Pan, 500).set(G::SampleModes, 1).sample(1);
    bank_of(vec![position(), constant()], vec![told, reference], preset_zone)
}
