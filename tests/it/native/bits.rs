//! The same song gives the same bits, however it is cut into blocks.

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use portative::bank::Generator as G;
use portative::bank::write::{Points, Zone};
use portative::dsp::SimdLevel;
use portative::engine::Effects;
use portative::engine::native::{Interpolation, Native};

use crate::support::bank::{Bytes, RATE, bank_of, constant, modulator, named, noise, sine};
use crate::support::stage::{Helpers, Stage, Take, parse};

/// Layers that use everything: loops of all lengths, oscillators, envelopes, filters, classes, 24 bits.
pub(super) fn busy_bank() -> Bytes {
    let tiny = named("tiny", Points::Pcm16(vec![0, 9_000, -9_000, 4_000])).looped(1, 3);
    let wide = named("wide", Points::Pcm24((0..4000).map(|i| (i % 77) * 9_001).collect()));
    let samples = vec![sine(100), noise(), tiny.looped(1, 4), wide.looped(100, 114), constant()];
    let zones = vec![
        Zone::new()
            .key_range(0..=70)
            .set(G::SampleModes, 1)
            .set(G::VibLfoToPitch, 80)
            .set(G::FreqVibLfo, -500)
            .set(G::ReleaseVolEnv, -3000)
            .sample(0),
        Zone::new()
            .key_range(30..=90)
            .set(G::SampleModes, 3)
            .set(G::InitialFilterFc, 7000)
            .set(G::InitialFilterQ, 150)
            .set(G::ModLfoToFilterFc, 2400)
            .set(G::ModEnvToFilterFc, 3000)
            .set(G::DecayModEnv, -2000)
            .set(G::SustainModEnv, 700)
            .set(G::Pan, -300)
            .set(G::DecayVolEnv, 0)
            .set(G::SustainVolEnv, 300)
            .sample(1),
        Zone::new().key_range(60..=127).set(G::SampleModes, 1).set(G::ModLfoToVolume, 50).sample(2),
        Zone::new()
            .key_range(40..=127)
            .set(G::SampleModes, 1)
            .set(G::ExclusiveClass, 1)
            .set(G::ModEnvToPitch, 1200)
            .set(G::DelayVolEnv, -6000)
            .modulator(modulator(0x80 | 74, G::InitialFilterFc.operator(), -6000))
            .sample(3),
        Zone::new().key_range(80..=100).set(G::StartAddrsOffset, 10).sample(4),
    ];
    bank_of(samples, zones, Zone::new())
}

/// A score with everything in it, from a seed.
pub(super) fn busy_score(seed: u32, frames: usize) -> String {
    use std::fmt::Write;
    let mut state = seed;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let mut score = String::new();
    let mut frame = 0;
    while frame < frames {
        let (channel, key, value) = (1 + next(3), next(128), next(128));
        let what = match next(12) {
            0..=3 => format!("on {key} {}", value.max(1)),
            4 | 5 => format!("off {key}"),
            6 => format!("cc {} {value}", [1, 7, 10, 11, 64, 66, 74, 91][next(8) as usize]),
            7 => format!("bend {}", next(16_384)),
            8 => format!("press {value}"),
            9 => format!("poly {key} {value}"),
            10 => format!("rpn {} {value}", next(3)),
            _ => format!("cc {} 0", [120, 121, 123][next(3) as usize]),
        };
        write!(score, "{frame} @{channel} {what};").unwrap();
        frame += next(400) as usize;
    }
    score
}

const FRAMES: usize = 48_000;

fn stage(interpolation: Interpolation, rate: u32) -> Stage {
    Stage::with(&busy_bank(), rate, 24, interpolation)
}

fn digest(take: &Take) -> Vec<u8> {
    let bytes: Vec<u8> = take.bits().into_iter().flat_map(u32::to_le_bytes).collect();
    Sha256::digest(bytes).to_vec()
}

#[test]
fn block_sizes_do_not_change_a_bit() {
    for rate in [RATE, 96_000, 192_000] {
        let score = busy_score(7, FRAMES);
        let whole = stage(Interpolation::Cubic, rate).play(&score, FRAMES);
        assert!(whole.peak(0..FRAMES) > 0.01, "nothing was played");
        for block in [1, 17, 64, 1000, 4096] {
            let mut stage = stage(Interpolation::Cubic, rate);
            stage.block = Some(block);
            let take = stage.play(&score, FRAMES);
            assert_eq!(digest(&take), digest(&whole), "blocks of {block} at {rate} Hz");
        }
    }
}

#[test]
fn no_interpolation_depends_on_the_block() {
    use Interpolation::{Linear, None, Sinc};
    for interpolation in [None, Linear, Sinc] {
        let score = busy_score(3, 12_000);
        let whole = stage(interpolation, RATE).play(&score, 12_000);
        let mut cut = stage(interpolation, RATE);
        cut.block = Some(17);
        assert_eq!(whole.bits(), cut.play(&score, 12_000).bits(), "{interpolation:?}");
    }
}

/// Sets the register that says whether denormals are flushed, and returns what it said.
#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "the control register is reached through assembly only")]
fn exchange_mxcsr(new: u32) -> u32 {
    let mut old = 0_u32;
    // SAFETY: stores to and loads from locals that live across the instructions; `new` has no reserved bit.
    unsafe {
        std::arch::asm!("stmxcsr [{}]", in(reg) &raw mut old, options(nostack));
        std::arch::asm!("ldmxcsr [{}]", in(reg) &raw const new, options(nostack));
    }
    old
}

#[cfg(target_arch = "x86_64")]
#[test]
fn a_host_that_flushes_denormals_changes_no_bit() {
    /// Flush to zero, denormals are zeros, all exceptions masked.
    const FLUSHING: u32 = 0x9FC0;
    let score = busy_score(9, 24_000);
    let expected = digest(&stage(Interpolation::Cubic, RATE).play(&score, 24_000));
    let host = exchange_mxcsr(FLUSHING);
    let take = stage(Interpolation::Cubic, RATE).play(&score, 24_000);
    let kept = exchange_mxcsr(host);
    assert_eq!(digest(&take), expected);
    assert_eq!(kept & FLUSHING, FLUSHING, "the host's setting comes back");
}

#[test]
fn no_vector_width_changes_a_bit() {
    for (rate, voices) in [(RATE, 24), (44_100, 200), (192_000, 24)] {
        for interpolation in [Interpolation::Cubic, Interpolation::Linear, Interpolation::Sinc] {
            let score = busy_score(5, 24_000);
            let play = |level, block| {
                let engine = Native::with_interpolation(interpolation).with_level(level);
                let mut stage = Stage::of(&engine, &busy_bank(), (rate, voices), Effects::ALL);
                stage.block = block;
                digest(&stage.play(&score, 24_000))
            };
            let levels = SimdLevel::available();
            let expected = play(levels[0], None);
            for level in levels {
                for block in [None, Some(37)] {
                    let got = play(level, block);
                    assert_eq!(got, expected, "{} at {rate} Hz, {interpolation:?}", level.name());
                }
            }
        }
    }
}

/// A score of modes, glides, sound controllers, numbered parameters, drums and resets, from a seed.
fn channel_score(seed: u32, frames: usize) -> String {
    use std::fmt::Write;
    let mut state = seed;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    const SWITCHES: [u32; 10] = [5, 37, 65, 67, 68, 84, 8, 64, 66, 1];
    let mut score = String::new();
    let mut frame = 0;
    while frame < frames {
        let (channel, key, value) = ([1, 2, 10][next(3) as usize], 30 + next(60), next(128));
        let at = format!("{frame} @{channel}");
        let number = |coarse: u32, fine: u32, value: u32| {
            format!(
                "{at} cc 99 {coarse}; {at} cc 98 {fine}; {at} cc 38 {value}; {at} cc 6 {}",
                63 + value % 3
            )
        };
        let what = match next(20) {
            0..=6 => format!("{at} on {key} {}", value.max(1)),
            7..=9 => format!("{at} off {key}"),
            10..=12 => format!("{at} cc {} {value}", SWITCHES[next(10) as usize]),
            13 | 14 => format!("{at} cc {} {value}", 71 + next(8)),
            15 => number(120, next(59), value),
            16 => number(127, next(27), value),
            17 => number(0x14 + next(11), key, value),
            18 => format!("{at} cc {} 0", 121 + next(7)),
            _ => format!("{at} rpn 5 {}", next(4)),
        };
        write!(score, "{what};").unwrap();
        frame += next(300) as usize;
    }
    score
}

#[test]
fn modes_and_numbered_parameters_do_not_depend_on_the_block() {
    for seed in 0..6 {
        let score = channel_score(seed, 12_000);
        let whole = stage(Interpolation::Cubic, RATE).play(&score, 12_000);
        assert!(whole.peak(0..12_000) > 0.01, "nothing was played");
        assert!(whole.bits().iter().all(|&bits| f32::from_bits(bits).is_finite()));
        for block in [1, 37, 500] {
            let mut cut = stage(Interpolation::Cubic, RATE);
            cut.block = Some(block);
            assert!(
                whole.bits() == cut.play(&score, 12_000).bits(),
                "seed {seed}, blocks of {block}"
            );
        }
    }
}

#[test]
fn no_number_of_threads_changes_a_bit() {
    let on = |note| format!("{} @{} on {} 100;", note * 3, 1 + note % 8, 30 + note % 90);
    let off = |note| format!("9{:03} @{} off {};", note, 1 + note % 8, 30 + note);
    let (notes, offs) = ((0..300).map(on), (0..60).map(off));
    let score: String = notes
        .chain(["5000 @1 cc 7 60;5000 @2 bend 12000;7001 @3 cc 1 90;".to_owned()])
        .chain(offs)
        .chain(["15000 @1 on 64 90;15000 @1 cc 91 127;19000 @2 cc 120 0;".to_owned()])
        .collect();
    let play = |threads: Option<usize>, block| {
        let engine = Native::default();
        let mut stage = Stage::of(&engine, &busy_bank(), (RATE, 1000), Effects::ALL);
        (stage.block, stage.crew) = (block, threads.map(Helpers::new));
        let take = stage.play(&score, 24_000);
        let shared = stage.crew.map_or(0, |crew| crew.shared.into_inner());
        assert_eq!(shared > 0, threads > Some(1), "{shared} times, {threads:?} threads, {block:?}");
        digest(&take)
    };
    let expected = play(None, None);
    for threads in [1, 2, 3, 8] {
        for block in [None, Some(777), Some(4096)] {
            assert_eq!(play(Some(threads), block), expected, "{threads} threads, {block:?}");
        }
    }
}

#[test]
fn a_second_synthesizer_plays_the_same_bits() {
    let score = busy_score(11, 12_000);
    let first = stage(Interpolation::Cubic, RATE).play(&score, 12_000);
    assert_eq!(first.bits(), stage(Interpolation::Cubic, RATE).play(&score, 12_000).bits());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn random_blocks_do_not_change_a_bit(
        seed in any::<u32>(),
        blocks in prop::collection::vec(1usize..900, 1..40),
    ) {
        let frames = 8_000;
        let score = busy_score(seed, frames);
        let whole = stage(Interpolation::Cubic, RATE).play(&score, frames);
        let events = parse(&score);
        let mut stage = stage(Interpolation::Cubic, RATE);
        let mut take = Take { left: vec![0.0; frames], right: vec![0.0; frames] };
        let mut start = 0;
        for block in blocks.iter().cycle() {
            let end = frames.min(start + block);
            stage.render(&events, &mut take, start..end);
            start = end;
            if start == frames {
                break;
            }
        }
        prop_assert!(whole.bits() == take.bits());
    }
}

/// Messages that set parts, tunings, effects and zones, and single notes that move, among notes.
fn expressive_score() -> String {
    let octave = ["4a"; 12].join(" ");
    [
        "700 sysex 7f 7f 4 5 1 1 1 1 1 0 8",
        "900 sysex 41 10 42 12 40 1 38 5 2",
        "1333 sysex 7f 7f 4 2 0 20",
        "1500 sysex 7f 7f 9 1 0 0 44 1 70 2 20",
        "1700 press 90",
        "2100 sysex 7f 7f 8 2 0 1 3c 3c 40 0",
        &format!("2300 sysex 7f 7f 8 8 3 7f 7f {octave}"),
        "2500 sysex 43 10 4c 8 0 8 4c",
        "2600 ump 40903c03 c0007900",
        "2777 ump 40603c00 90000000 40003c4a 20000000",
        "3000 ump 40f03c03 0",
        "3100 on 50 100",
        "3300 @16 rpn 6 4",
        "3400 @15 on 60 100",
        "3501 @16 bend 10000",
        "3600 @15 press 60",
        "4000 sysex 41 10 42 12 40 0 7f 0 41",
        "4100 on 60 100",
    ]
    .join("; ")
}

#[test]
fn messages_and_single_notes_give_the_same_bits_for_every_block_size() {
    let bank = busy_bank();
    let both = format!("{}; {}", busy_score(7, 5_000), expressive_score());
    let mut lines: Vec<&str> =
        both.split(';').map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.sort_by_key(|line| line.split(' ').next().unwrap().parse::<u32>().unwrap());
    let score = lines.join(";");
    let render = |block: Option<usize>| {
        let rate = (RATE, 64);
        let mut stage = Stage::with_effects(&bank, rate, Interpolation::Cubic, Effects::ALL);
        stage.block = block;
        stage.play(&score, 6_000).bits()
    };
    let whole = render(None);
    for block in [1, 37, 64, 500] {
        assert!(render(Some(block)) == whole, "blocks of {block}");
    }
}
