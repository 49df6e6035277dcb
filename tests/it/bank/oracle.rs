//! Regions as another reader sees them: rustysynth's parser, over banks made here.

use std::io::Cursor;

use portative::bank::write::{Instrument, Preset, SoundFont, Zone};
use portative::bank::{Bank, Generator, Level, LoopMode, PresetIndex, Region, Unit};
use proptest::prelude::*;
use rustysynth::{InstrumentRegion, PresetRegion};

use super::fixture::*;

/// What differs between a bank and what rustysynth reads from the same file, in words.
pub(super) fn differences(bank: &Bank, other: &rustysynth::SoundFont) -> Vec<String> {
    let mut found = Vec::new();
    if bank.presets().len() != other.get_presets().len() {
        found.push(format!("{} presets, not {}", bank.presets().len(), other.get_presets().len()));
    }
    for (index, preset) in (0..).zip(other.get_presets()) {
        let ours = bank.regions(PresetIndex(index)).unwrap();
        let theirs = pairs(preset, other);
        let name = preset.get_name();
        if ours.len() != theirs.len() {
            found.push(format!("{name}: {} regions, not {}", ours.len(), theirs.len()));
        }
        for (place, (region, pair)) in ours.iter().zip(&theirs).enumerate() {
            let differ = pair.differences(bank, region);
            found.extend(differ.into_iter().map(|text| format!("{name}, region {place}: {text}")));
        }
    }
    found
}

/// A preset's and an instrument's region that can sound together.
struct Pair<'a>(&'a PresetRegion, &'a InstrumentRegion);

/// The pairs of a preset whose ranges meet, in the order of the file.
fn pairs<'a>(preset: &'a rustysynth::Preset, font: &'a rustysynth::SoundFont) -> Vec<Pair<'a>> {
    let instrument =
        |zone: &PresetRegion| font.get_instruments()[zone.get_instrument_id()].get_regions();
    let all = preset
        .get_regions()
        .iter()
        .flat_map(|zone| instrument(zone).iter().map(move |inner| Pair(zone, inner)));
    all.filter(|pair| {
        let [low, high, soft, loud] = pair.ranges();
        low <= high && soft <= loud
    })
    .collect()
}

impl Pair<'_> {
    /// Lowest and highest key, lowest and highest velocity.
    fn ranges(&self) -> [i32; 4] {
        let Self(p, i) = self;
        [
            p.get_key_range_start().max(i.get_key_range_start()),
            p.get_key_range_end().min(i.get_key_range_end()).min(127),
            p.get_velocity_range_start().max(i.get_velocity_range_start()),
            p.get_velocity_range_end().min(i.get_velocity_range_end()).min(127),
        ]
    }

    fn differences(&self, bank: &Bank, region: &Region) -> Vec<String> {
        let ours =
            [region.keys.low, region.keys.high, region.velocities.low, region.velocities.high];
        let mut found = Vec::new();
        let mut check = |what: &str, ours: i64, theirs: i64| {
            if ours != theirs {
                found.push(format!("{what} {ours}, not {theirs}"));
            }
        };
        for (ours, theirs) in ours.into_iter().zip(self.ranges()) {
            check("range end", ours.into(), theirs.into());
        }
        for (generator, sum) in self.sums() {
            let ours = region.generators.get(generator);
            check(&format!("{generator:?}"), ours.into(), generator.spec().clamp(sum).into());
        }
        let Self(_, i) = self;
        let offsets = region.address_offsets();
        check("start offset", offsets.start, i.get_start_address_offset().into());
        check("end offset", offsets.end, i.get_end_address_offset().into());
        check("loop start offset", offsets.loop_start, i.get_start_loop_address_offset().into());
        check("loop end offset", offsets.loop_end, i.get_end_loop_address_offset().into());
        check("sample", region.sample.into(), i.get_sample_id() as i64);
        let sample = &bank.samples()[usize::from(region.sample)];
        let root = region.overriding_root_key().unwrap_or(sample.root_key);
        check("root key", root.into(), i.get_root_key().into());
        let class = region.exclusive_class().map_or(0, |class| i64::from(class.get()));
        check("class", class, i.get_exclusive_class().into());
        let loops = |mode| mode as i64;
        let theirs = match i.get_sample_modes() {
            rustysynth::LoopMode::Continuous => LoopMode::Forever,
            rustysynth::LoopMode::LoopUntilNoteOff => LoopMode::WhileHeld,
            _ => LoopMode::None,
        };
        check("loop mode", loops(region.loop_mode()), loops(theirs));
        // Theirs has the sample's correction in it already.
        let theirs = i.get_fine_tune() - i32::from(sample.correction) + self.0.get_fine_tune();
        let ours = region.generators.get(Generator::FineTune);
        check("fine tune", ours.into(), Generator::FineTune.spec().clamp(theirs).into());
        found
    }

    /// Every generator that both levels have, instrument and preset added.
    fn sums(&self) -> Vec<(Generator, i32)> {
        use Generator as G;
        let Self(p, i) = self;
        // Frequencies of an instrument are in hertz, those of a preset ratios; the rest needs no origin.
        let tenths = |value: f32, _| (value * 10.0).round() as i32;
        let timecents = |seconds: f32, _| (1200.0 * f64::from(seconds).log2()).round() as i32;
        let cents =
            |hz: f32, origin: f64| (1200.0 * (f64::from(hz) / origin).log2()).round() as i32;
        macro_rules! rows {
            ($(($generator:ident, $get:ident, $unit:expr),)*) => {
                vec![$((G::$generator, $unit(i.$get(), 8.176) + $unit(p.$get(), 1.0))),*]
            };
        }
        let whole = |value: i32, _| value;
        rows![
            (ModLfoToPitch, get_modulation_lfo_to_pitch, whole),
            (VibLfoToPitch, get_vibrato_lfo_to_pitch, whole),
            (ModEnvToPitch, get_modulation_envelope_to_pitch, whole),
            (InitialFilterFc, get_initial_filter_cutoff_frequency, cents),
            (InitialFilterQ, get_initial_filter_q, tenths),
            (ModLfoToFilterFc, get_modulation_lfo_to_filter_cutoff_frequency, whole),
            (ModEnvToFilterFc, get_modulation_envelope_to_filter_cutoff_frequency, whole),
            (ModLfoToVolume, get_modulation_lfo_to_volume, tenths),
            (ChorusEffectsSend, get_chorus_effects_send, tenths),
            (ReverbEffectsSend, get_reverb_effects_send, tenths),
            (Pan, get_pan, tenths),
            (DelayModLfo, get_delay_modulation_lfo, timecents),
            (FreqModLfo, get_frequency_modulation_lfo, cents),
            (DelayVibLfo, get_delay_vibrato_lfo, timecents),
            (FreqVibLfo, get_frequency_vibrato_lfo, cents),
            (DelayModEnv, get_delay_modulation_envelope, timecents),
            (AttackModEnv, get_attack_modulation_envelope, timecents),
            (HoldModEnv, get_hold_modulation_envelope, timecents),
            (DecayModEnv, get_decay_modulation_envelope, timecents),
            (SustainModEnv, get_sustain_modulation_envelope, tenths),
            (ReleaseModEnv, get_release_modulation_envelope, timecents),
            (KeynumToModEnvHold, get_key_number_to_modulation_envelope_hold, whole),
            (KeynumToModEnvDecay, get_key_number_to_modulation_envelope_decay, whole),
            (DelayVolEnv, get_delay_volume_envelope, timecents),
            (AttackVolEnv, get_attack_volume_envelope, timecents),
            (HoldVolEnv, get_hold_volume_envelope, timecents),
            (DecayVolEnv, get_decay_volume_envelope, timecents),
            (SustainVolEnv, get_sustain_volume_envelope, tenths),
            (ReleaseVolEnv, get_release_volume_envelope, timecents),
            (KeynumToVolEnvHold, get_key_number_to_volume_envelope_hold, whole),
            (KeynumToVolEnvDecay, get_key_number_to_volume_envelope_decay, whole),
            (InitialAttenuation, get_initial_attenuation, tenths),
            (CoarseTune, get_coarse_tune, whole),
            (ScaleTuning, get_scale_tuning, whole),
        ]
    }
}

/// A generator with an amount that a sound bank would have at the given level.
fn sound_generator(preset: bool) -> impl Strategy<Value = (Generator, i16)> {
    let generators: Vec<Generator> = Generator::all()
        .filter(|generator| match generator.spec().level {
            Level::Both => true,
            Level::Instrument => !preset,
            _ => false,
        })
        .collect();
    (prop::sample::select(generators), any::<u16>()).prop_map(|(generator, random)| {
        let spec = generator.spec();
        // What leads outside the sample, rustysynth refuses.
        let most = match spec.unit {
            Unit::DataPoints => 5,
            Unit::CoarseDataPoints => 0,
            Unit::Flags => 3,
            _ => 16_000,
        };
        let min = if spec.unit == Unit::Flags { 0 } else { i32::from(spec.min).max(-most) };
        let max = i32::from(spec.max).min(most);
        let amount = min + i32::from(random) % (max - min + 1);
        (generator, amount as i16)
    })
}

fn sound_zone(preset: bool) -> impl Strategy<Value = Zone> {
    let range = || prop::option::of((0..128_u8, 0..128_u8).prop_map(|(a, b)| a.min(b)..=a.max(b)));
    let generators = prop::collection::vec(sound_generator(preset), 0..8);
    (range(), range(), generators).prop_map(|(keys, velocities, generators)| {
        let zone = Zone::new();
        let zone = keys.into_iter().fold(zone, Zone::key_range);
        let zone = velocities.into_iter().fold(zone, Zone::vel_range);
        generators.into_iter().fold(zone, |zone, (generator, amount)| zone.set(generator, amount))
    })
}

/// Zones of which the first may be global, the others named by `terminal`.
fn sound_zones(preset: bool, count: u16) -> impl Strategy<Value = Vec<Zone>> {
    let others = prop::collection::vec((sound_zone(preset), 0..count), 1..4);
    (prop::option::of(sound_zone(preset)), others).prop_map(move |(global, others)| {
        let end = |(zone, index): (Zone, u16)| {
            if preset { zone.instrument(index) } else { zone.sample(index) }
        };
        global.into_iter().chain(others.into_iter().map(end)).collect()
    })
}

fn sound_font() -> impl Strategy<Value = SoundFont> {
    let presets = prop::collection::vec(sound_zones(true, 2), 1..4);
    let instruments = prop::collection::vec(sound_zones(false, 2), 2);
    (presets, instruments).prop_map(|(presets, instruments)| SoundFont {
        presets: (0..)
            .zip(presets)
            .map(|(program, zones)| Preset { zones, ..Preset::new("preset", 0, program) })
            .collect(),
        instruments: instruments
            .into_iter()
            .map(|zones| Instrument { zones, ..Instrument::new("keys") })
            .collect(),
        samples: vec![ramp(100, 10, 90), ramp(200, 20, 180)],
        ..SoundFont::default()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rustysynth_sees_the_same_regions(font in sound_font()) {
        let bytes = bytes(&font);
        let other = rustysynth::SoundFont::new(&mut Cursor::new(&bytes)).unwrap();
        let found = differences(&read(bytes).unwrap(), &other);
        prop_assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
