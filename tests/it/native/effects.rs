//! Reverb and chorus as the engine feeds them.

use proptest::prelude::*;

use portative::bank::Generator as G;
use portative::bank::write::Zone;
use portative::engine::Effects;
use portative::engine::native::Interpolation;

use super::bits::{busy_bank, busy_score};
use crate::support::bank::{Bytes, RATE, bank, looping, noise};
use crate::support::stage::{Stage, Take};

const REVERB: Effects = Effects { reverb: true, ..Effects::NONE };
const CHORUS: Effects = Effects { chorus: true, ..Effects::NONE };

fn stage(bank: &Bytes, effects: Effects) -> Stage {
    Stage::with_effects(bank, (RATE, 24), Interpolation::Cubic, effects)
}

/// Noise that stops at once.
fn burst() -> Bytes {
    bank(noise(), looping())
}

fn play(bank: &Bytes, effects: Effects, score: &str, frames: usize) -> Take {
    stage(bank, effects).play(score, frames)
}

/// What effects add to the dry sound.
fn wet(bank: &Bytes, effects: Effects, score: &str, frames: usize) -> Take {
    let dry = play(bank, Effects::NONE, score, frames);
    let mut take = play(bank, effects, score, frames);
    take.left.iter_mut().zip(&dry.left).for_each(|(wet, dry)| *wet -= dry);
    take.right.iter_mut().zip(&dry.right).for_each(|(wet, dry)| *wet -= dry);
    take
}

#[test]
fn without_anything_sent_the_sound_is_the_dry_one_to_the_bit() {
    let score = "0 cc 91 0; 0 cc 93 0; 0 on 60 100; 9000 off 60";
    let dry = play(&burst(), Effects::NONE, score, 24_000);
    let with_effects = play(&burst(), Effects::ALL, score, 24_000);
    assert_eq!(dry.bits(), with_effects.bits());
}

#[test]
fn a_channel_sends_to_the_reverb_by_controller_91_from_power_on() {
    let score = |reverb: &str| format!("{reverb} 0 on 60 100; 24000 off 60");
    let level = |reverb: &str| wet(&burst(), REVERB, &score(reverb), 48_000).rms_db(12_000..24_000);
    let at_power_on = level("");
    assert!((at_power_on - level("0 cc 91 40;")).abs() < 1e-6);
    assert!((level("0 cc 91 80;") - at_power_on - 6.02).abs() < 0.05);
}

#[test]
fn the_chorus_is_fed_by_controller_93_only() {
    let score = |chorus: &str| format!("{chorus} 0 on 60 100; 24000 off 60");
    let level = |chorus: &str| wet(&burst(), CHORUS, &score(chorus), 48_000).peak(0..48_000);
    assert_eq!(level(""), 0.0);
    assert!(level("0 cc 93 127;") > 0.01);
}

#[test]
fn a_bank_sends_by_its_generators() {
    let sending = |generator: G| bank(noise(), looping().set(generator, 1000));
    let score = "0 cc 91 0; 0 on 60 100";
    let reverb = wet(&sending(G::ReverbEffectsSend), REVERB, score, 24_000);
    let chorus = wet(&sending(G::ChorusEffectsSend), CHORUS, score, 24_000);
    assert!(reverb.rms_db(12_000..24_000) > -40.0 && chorus.rms_db(12_000..24_000) > -40.0);
}

#[test]
fn the_reverb_hears_where_a_voice_is() {
    let left = bank(noise(), Zone::new().set(G::SampleModes, 1).set(G::Pan, -500));
    let take = wet(&left, REVERB, "0 cc 91 127; 0 on 60 100; 1000 cc 120 0", 48_000);
    let side = |points: &[f32]| points.iter().map(|point| f64::from(*point).powi(2)).sum::<f64>();
    let balance = |range: std::ops::Range<usize>| {
        10.0 * (side(&take.left[range.clone()]) / side(&take.right[range])).log10()
    };
    assert!(balance(0..2_000) > 6.0, "{} dB", balance(0..2_000));
    assert!(balance(24_000..48_000).abs() < 2.0, "{} dB", balance(24_000..48_000));
}

#[test]
fn the_tail_dies_away_to_true_silence() {
    let score = "0 cc 91 127; 0 cc 93 127; 0 on 60 127; 4800 off 60";
    let take = play(&burst(), Effects::ALL, score, 48_000 * 7);
    assert!(take.rms_db(24_000..28_800) > -70.0, "there is a tail");
    assert!(take.rms_db(120_000..124_800) < take.rms_db(24_000..28_800) - 40.0);
    assert_eq!(take.peak(48_000 * 6..48_000 * 7), 0.0);
}

#[test]
fn block_sizes_do_not_change_a_bit_of_the_effects() {
    let frames = 24_000;
    let score = format!(
        "0 @1 cc 93 90; 0 @2 cc 91 127; {} 12500 sysex 7e 7f 09 01; 13001 @1 on 60 100;",
        busy_score(5, 12_000)
    );
    for rate in [RATE, 192_000] {
        let play = |block: Option<usize>| {
            let place = (rate, 24);
            let mut stage =
                Stage::with_effects(&busy_bank(), place, Interpolation::Cubic, Effects::ALL);
            stage.block = block;
            stage.play(&score, frames)
        };
        let whole = play(None);
        for block in [1, 17, 64, 1000] {
            assert!(play(Some(block)).bits() == whole.bits(), "blocks of {block} at {rate} Hz");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn random_scores_do_not_depend_on_the_block(seed in any::<u32>(), block in 1usize..700) {
        let score = format!("0 @1 cc 93 127; {}", busy_score(seed, 6_000));
        let mut cut = stage(&busy_bank(), Effects::ALL);
        cut.block = Some(block);
        let whole = play(&busy_bank(), Effects::ALL, &score, 6_000);
        prop_assert!(whole.bits() == cut.play(&score, 6_000).bits());
    }
}
