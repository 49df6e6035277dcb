//! A note that controllers move ends up as one that begins after they were moved.

use std::fmt::Write;
use std::ops::Range;

use proptest::prelude::*;

use portative::bank::Generator as G;
use portative::bank::sf2::record::ModulatorRecord;
use portative::bank::write::Zone;
use portative::engine::Effects;
use portative::engine::native::Interpolation;

use crate::support::bank::{Bytes, RATE, bank, modulator, sine};
use crate::support::stage::{Stage, Take};

/// The frame at which the note begins.
const NOTE: usize = 6_400;
/// A chorus that stands still: what it does must not depend on when something was first sent to it.
const STILL: &str = "0 sysex 41 10 42 12 40 01 3d 00 02;";
/// More than a second after the last change.
const SETTLED: usize = 64_000;
/// What is listened to.
const WINDOW: Range<usize> = SETTLED..SETTLED + 8_192;

/// What a steady sine is like: how loud each side is, and how far it turns in a frame.
#[derive(Debug, Clone, Copy)]
struct Tone {
    sides: [f64; 2],
    /// Radians a frame; nothing where too little is heard.
    speed: Option<f64>,
}

/// The amplitude of one side, by a window that a tone's phase does not show through.
fn amplitude(points: &[f32]) -> f64 {
    let step = std::f64::consts::TAU / points.len() as f64;
    let weight = |index: usize| 1.0 - (index as f64 * step).cos();
    let power = |(index, point): (usize, &f32)| weight(index) * f64::from(*point).powi(2);
    (points.iter().enumerate().map(power).sum::<f64>() * 2.0 / points.len() as f64).sqrt()
}

/// How far a sine turns in a frame: what its neighbours are to each point.
fn speed(points: &[f32]) -> f64 {
    let around = |near: usize| {
        let (mut product, mut square) = (0.0, 0.0);
        for index in near..points.len() - near {
            let [before, here, after] =
                [index - near, index, index + near].map(|index| f64::from(points[index]));
            product += here * (before + after);
            square += here * here;
        }
        (product / (2.0 * square)).clamp(-1.0, 1.0).acos() / near as f64
    };
    // The farther the neighbours are, the finer; at a quarter of a period it is finest.
    let near = (std::f64::consts::FRAC_PI_2 / around(1).max(1e-3)) as usize;
    around(near.clamp(1, 400))
}

impl Tone {
    fn of(take: &Take) -> Self {
        let sides = [&take.left[WINDOW], &take.right[WINDOW]];
        let [left, right] = sides.map(amplitude);
        let louder = if left > right { sides[0] } else { sides[1] };
        let speed = (left.max(right) > 1e-4).then(|| speed(louder));
        Self { sides: [left, right], speed }
    }

    /// How it is louder or softer than another, if it is.
    ///
    /// What is below the floor need not be as exact.
    fn loudness(&self, other: &Self, (tolerance, floor): (f64, f64)) -> Option<String> {
        let largest = self.sides[0].max(self.sides[1]).max(floor);
        for (side, (a, b)) in self.sides.iter().zip(other.sides).enumerate() {
            if (a - b).abs() > largest * tolerance {
                return Some(format!("side {side}: {a} and {b}"));
            }
        }
        None
    }

    /// How it is higher or lower than another, if it is.
    fn pitch(&self, other: &Self) -> Option<String> {
        let (Some(a), Some(b)) = (self.speed, other.speed) else { return None };
        let cents = 1200.0 * (a / b).log2();
        (cents.abs() > 0.02).then(|| format!("{cents} cents"))
    }
}

/// Commands of a score; those that make one change stand together.
type Changes = Vec<String>;

/// Where changes are made and heard.
#[derive(Debug, Clone, Copy)]
struct Scene {
    /// What comes before everything.
    setup: &'static str,
    /// The channel of the note, and of changes that name no other.
    channel: u8,
    /// Whether effects are listened to.
    is_wet: bool,
}

/// The first channel, without effects.
const DRY: Scene = Scene { setup: "", channel: 1, is_wet: false };

/// Changes before the note, or every 300 frames while it sounds.
fn score(changes: &Changes, Scene { setup, channel, .. }: Scene, sounds: bool) -> String {
    let mut score = format!("{STILL} {setup}");
    let mut put = |frame: usize, change: &str| {
        for command in change.split(';').map(str::trim).filter(|command| !command.is_empty()) {
            let has_place = ["sysex", "ump", "@"].iter().any(|word| command.starts_with(word));
            let at = if has_place { String::new() } else { format!("@{channel} ") };
            write!(score, "{frame} {at}{command};").unwrap();
        }
    };
    if sounds {
        put(NOTE, "on 60 100");
    }
    for (index, change) in changes.iter().enumerate() {
        let after = index * 300 + index % 3 * 77;
        put(if sounds { NOTE + 32 + after } else { 10 + index * 5 }, change);
    }
    if !sounds {
        put(NOTE, "on 60 100");
    }
    score
}

fn tone(bank: &Bytes, score: &str, effects: Effects) -> Tone {
    let mut stage = Stage::with_effects(bank, (RATE, 8), Interpolation::Cubic, effects);
    Tone::of(&stage.play(score, WINDOW.end))
}

/// What is different when changes are made while the note sounds, if anything is.
fn difference(bank: &Bytes, changes: &Changes, scene: Scene) -> Option<String> {
    // What was louder before dies away in the reverb.
    let (effects, tolerance) =
        if scene.is_wet { (Effects::ALL, (2e-3, 1e-2)) } else { (Effects::NONE, (2e-4, 1e-3)) };
    let [before, sounding] =
        [false, true].map(|sounds| tone(bank, &score(changes, scene, sounds), effects));
    let pitch = || if scene.is_wet { None } else { before.pitch(&sounding) };
    before.loudness(&sounding, tolerance).or_else(pitch)
}

/// A zone in which everything has something to move, and oscillators hardly turn.
fn moving_zone() -> Zone {
    slow(Zone::new().set(G::SampleModes, 1))
        .set(G::InitialFilterFc, 7_200)
        .set(G::InitialFilterQ, 120)
        .set(G::SustainVolEnv, 60)
        .set(G::DecayVolEnv, -6_000)
        .set(G::SustainModEnv, 400)
        .set(G::DecayModEnv, -5_000)
        .set(G::ModEnvToPitch, 300)
        .set(G::ModEnvToFilterFc, -900)
        .set(G::ModLfoToPitch, 400)
        .set(G::ModLfoToFilterFc, 800)
        .set(G::ModLfoToVolume, 90)
        .set(G::VibLfoToPitch, -500)
        .set(G::Pan, 120)
        .set(G::ReverbEffectsSend, 150)
        .set(G::ChorusEffectsSend, 100)
        .set(G::InitialAttenuation, 40)
}

fn slow(zone: Zone) -> Zone {
    zone.set(G::FreqModLfo, -10_000).set(G::FreqVibLfo, -9_500)
}

fn plain_zone() -> Zone {
    slow(Zone::new().set(G::SampleModes, 1))
}

/// What may lead anywhere: controllers as a source of a bank has them, with the bit that says so.
const SOURCES: [u16; 14] = [
    0x80 | 1,
    0x80 | 2,
    0x80 | 7,
    0x80 | 10,
    0x80 | 11,
    0x80 | 16,
    0x80 | 74,
    0x80 | 71,
    0x80 | 91,
    10,
    13,
    14,
    2,
    16,
];

/// Where to, and the most that is asked for.
const DESTINATIONS: [(G, i16); 16] = [
    (G::InitialAttenuation, 400),
    (G::Pan, 900),
    (G::ReverbEffectsSend, 900),
    (G::ChorusEffectsSend, 900),
    (G::InitialFilterFc, 1_500),
    (G::InitialFilterQ, 60),
    (G::CoarseTune, 7),
    (G::FineTune, 700),
    (G::ModLfoToPitch, 900),
    (G::VibLfoToPitch, 900),
    (G::ModEnvToPitch, 900),
    (G::ModLfoToFilterFc, 2_000),
    (G::ModEnvToFilterFc, 2_000),
    (G::ModLfoToVolume, 200),
    (G::SustainVolEnv, 150),
    (G::SustainModEnv, 600),
];

/// A modulator that leads to a generator; every curve, direction and polarity.
fn a_modulator() -> impl Strategy<Value = ModulatorRecord> {
    let shape = || (0u16..3, 0u16..2, 0u16..2);
    let source = (prop::sample::select(&SOURCES[..]), shape());
    let amount_source =
        prop_oneof![2 => Just(None), 1 => prop::sample::select(&SOURCES[..]).prop_map(Some)];
    let destination = prop::sample::select(&DESTINATIONS[..]);
    let rest = (-100i32..=100, 0u16..8);
    (source, (amount_source, shape()), destination, rest).prop_map(
        |((source, shape), (amount_source, amount_shape), (generator, most), (part, transform))| {
            let shaped = |source: u16, (curve, polarity, direction): (u16, u16, u16)| {
                source | direction << 8 | polarity << 9 | curve << 10
            };
            ModulatorRecord {
                source: shaped(source, shape),
                destination: generator.operator(),
                amount: (i32::from(most) * part / 100) as i16,
                amount_source: amount_source.map_or(0, |source| shaped(source, amount_shape)),
                transform: if transform == 0 { 2 } else { 0 },
            }
        },
    )
}

/// Has modulator `from` lead to modulator `to` instead, which is fed by it.
fn link(modulators: &mut [ModulatorRecord], from: usize, to: usize) {
    if from != to && from < modulators.len() && to < modulators.len() {
        modulators[from].destination = 0x8000 | to as u16;
        modulators[from].amount = modulators[from].amount.signum();
        modulators[to].source = 0x7F;
    }
}

/// A change of something.
fn a_change() -> impl Strategy<Value = String> {
    let controllers: &[u8] =
        &[1, 2, 7, 8, 10, 11, 13, 16, 33, 39, 42, 67, 71, 72, 74, 75, 77, 91, 92, 93, 94, 95];
    // Not the rates of oscillators, which change when they are heard, nor so deep a cutoff with so much resonance that
    // what was before rings on.
    let offsets: &[u8] = &[5, 6, 7, 8, 10, 11, 13, 15, 16, 17, 29, 37, 38, 48, 52, 34, 36, 26, 28];
    let awe: &[u8] = &[8, 13, 14, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26];
    let sysex: &[&str] = &[
        "7f 7f 09 01 00 00 50 01 20 02 60 03 30",
        "7f 7f 09 01 00 04 30 05 30",
        "7f 7f 09 03 00 10 00 48 01 30 02 30",
        "7f 7f 09 03 00 07 02 30",
        "7f 7f 04 03 10 48",
        "7f 7f 04 04 00 43",
        "7f 7f 04 01 00 40",
        "7f 7f 04 02 00 20",
        "7f 7f 08 02 0 1 3c 3e 20 0",
        "41 10 42 12 40 11 19 50 46",
        "41 10 42 12 40 11 1c 20 73",
        "41 10 42 12 40 11 1c 00 13",
        "41 10 42 12 40 21 00 48 57",
        "41 10 42 12 40 21 01 60 3e",
        "41 10 42 12 40 21 02 50 4d",
        "7f 7f 0a 01 00 3c 07 30",
        "7f 7f 0a 01 00 3c 0a 10",
        "7f 7f 0a 01 00 3c 5b 70",
    ];
    let numbered = |coarse: u8, fine: u8, value: u16| {
        format!("cc 99 {coarse}; cc 98 {fine}; cc 38 {}; cc 6 {}", value & 127, value >> 7)
    };
    let near = 8_192u16 - 500..8_192 + 500;
    prop_oneof![
        8 => (prop::sample::select(controllers), 0u8..128).prop_map(|(c, v)| format!("cc {c} {}", if c == 74 { 48 + v / 4 } else { v })),
        2 => (0u16..16_384).prop_map(|bend| format!("bend {bend}")),
        2 => (0u8..128).prop_map(|value| format!("press {value}")),
        2 => (0u8..128).prop_map(|value| format!("poly 60 {value}")),
        1 => (0u8..13).prop_map(|range| format!("rpn 0 {range}")),
        1 => (60u8..68).prop_map(|coarse| format!("rpn 2 {coarse}")),
        1 => (0u8..128).prop_map(|fine| format!("rpn 1 {fine}")),
        1 => (0u8..4).prop_map(|depth| format!("rpn 5 {depth}")),
        2 => (prop::sample::select(offsets), near).prop_map(move |(f, v)| numbered(120, f, v)),
        2 => (prop::sample::select(awe), 8_192u16..8_192 + 127)
            .prop_map(move |(f, v)| numbered(127, f, v)),
        2 => (prop::sample::select(&[0x15u8, 0x18, 0x1a, 0x1c, 0x1d, 0x1e, 0x1f][..]), 1u16..128)
            .prop_map(move |(kind, v)| numbered(kind, 60, v << 7)),
        2 => prop::sample::select(sysex).prop_map(|bytes| format!("sysex {bytes}")),
        1 => Just("cc 121 0".to_owned()),
    ]
}

fn changes() -> impl Strategy<Value = Changes> {
    prop::collection::vec(a_change(), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_note_follows_its_channel_to_where_another_begins(
        changes in changes(),
        moving in any::<bool>(),
        drums in prop::bool::weighted(0.25),
        is_wet in any::<bool>(),
    ) {
        let zone = if moving { moving_zone() } else { plain_zone() };
        let scene = Scene { channel: if drums { 10 } else { 1 }, is_wet, ..DRY };
        let found = difference(&bank(sine(100), zone), &changes, scene);
        prop_assert!(found.is_none(), "{}", found.unwrap_or_default());
    }

    #[test]
    fn a_note_follows_the_modulators_of_its_bank_to_where_another_begins(
        changes in changes(),
        modulators in prop::collection::vec(a_modulator(), 1..7),
        linked in prop::option::weighted(0.3, (0usize..7, 0usize..7)),
        moving in any::<bool>(),
        is_wet in any::<bool>(),
    ) {
        let mut modulators = modulators;
        if let Some((from, to)) = linked {
            link(&mut modulators, from, to);
        }
        let zone = if moving { moving_zone() } else { plain_zone() };
        let zone = modulators.into_iter().fold(zone, Zone::modulator);
        let found = difference(&bank(sine(100), zone), &changes, Scene { is_wet, ..DRY });
        prop_assert!(found.is_none(), "{}", found.unwrap_or_default());
    }
}

/// Changes of which a random search found that they were not followed.
#[test]
fn modulators_to_the_tuning_stay_when_the_wheel_moves_and_something_is_offset() {
    let to = |generator: G, amount| modulator(0x80 | 1, generator.operator(), amount);
    for (generator, amount) in [(G::CoarseTune, 3), (G::FineTune, 90)] {
        let bank = bank(sine(100), plain_zone().modulator(to(generator, amount)));
        let offset = "cc 99 120; cc 98 48; cc 38 20; cc 6 64";
        for offset in [offset, "sysex 41 10 42 12 40 11 1c 00 13"] {
            let changes = ["cc 1 100", offset, "bend 9000"].map(str::to_owned).to_vec();
            let found = difference(&bank, &changes, DRY);
            assert!(found.is_none(), "{generator:?}, {offset}: {}", found.unwrap_or_default());
        }
    }
}

#[test]
fn a_note_of_a_zone_follows_its_own_channel_and_that_of_the_zone() {
    let bank = bank(sine(100), moving_zone());
    let table = [
        &["@2 bend 9000", "@1 bend 7000"][..],
        &["@1 cc 74 90", "@2 cc 74 30", "@2 press 90"],
        &["@1 press 80", "@2 press 20", "@1 cc 1 90"],
        &["@2 rpn 0 20", "@2 bend 9000", "@1 cc 7 60", "@1 cc 10 20"],
        &["@1 rpn 0 7", "@1 bend 4000", "@1 cc 11 60", "@1 cc 91 100"],
        &["@1 cc 121 0", "@1 cc 72 90", "@1 cc 71 90", "@2 bend 3000"],
    ];
    for is_wet in [false, true] {
        for changes in table {
            let changes = changes.iter().map(|&change| change.to_owned()).collect();
            let scene = Scene { setup: "1 @1 rpn 6 4;", channel: 2, is_wet };
            let found = difference(&bank, &changes, scene);
            assert!(found.is_none(), "{changes:?}: {}", found.unwrap_or_default());
        }
    }
}

#[test]
fn a_note_follows_controllers_of_its_own() {
    let to = |source, generator: G, amount| modulator(source, generator.operator(), amount);
    let own = moving_zone().modulator(to(0x80 | 1, G::FineTune, 90)).modulator(to(
        0x80 | 74,
        G::InitialFilterFc,
        -2_000,
    ));
    for zone in [moving_zone(), own] {
        let bank = bank(sine(100), zone);
        for change in [
            "ump 40603c00 90000000",
            "ump 40003c07 60000000",
            "ump 40003c0a 20000000",
            "ump 40003c01 c0000000",
            "ump 40003c4a 30000000",
            "ump 40003c47 f0000000",
            "ump 40003c5b f0000000",
            "ump 40003c0b 50000000; press 60; bend 9000",
            "ump 40003c4a 30000000; cc 74 90; cc 71 90; ump 40003c47 20000000",
            "ump 40003c4a 30000000; cc 99 120; cc 98 48; cc 38 20; cc 6 64; bend 9000",
        ] {
            let found = difference(&bank, &vec![change.to_owned()], DRY);
            assert!(found.is_none(), "{change}: {}", found.unwrap_or_default());
        }
    }
}
