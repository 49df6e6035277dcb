//! The drum kit: which wave each key plays, and how.

use portative::bank::Generator;

use super::part::{Amount, Instrument, Pool, Touch, Zone, pitch, time};
use super::preset::PER_DECIBEL;
use super::struck;
use super::wave::Wave;

/// A key of the kit.
struct Key {
    key: u8,
    wave: Source,
    /// Cents up from the wave's own pitch.
    tune: i16,
    /// Decibels below the wave's full level.
    quiet: f64,
    /// Tenths of a percent, -500 is left, as the audience sees the kit.
    pan: i16,
    how: How,
    /// Keys of one class cut each other off.
    class: i16,
}

/// How a stroke ends.
#[derive(Clone, Copy)]
enum How {
    /// As the wave does, whatever the key does.
    Whole,
    /// It dies in so many seconds (by 100 dB), whatever the key does.
    Dies(f64),
    /// The same, and darker than that many hertz.
    Dark(f64, f64),
    /// It lasts while the key is down.
    Held,
}

use How::{Dark, Dies, Held, Whole};

/// The waves, in the order of [`MAKERS`].
#[derive(Clone, Copy)]
enum Source {
    Kick,
    Snare,
    Rim,
    Clap,
    Tom,
    Conga,
    Timbale,
    Claves,
    Shaker,
    Tambourine,
    Guiro,
    Cowbell,
    Triangle,
    Whistle,
    HiHat,
    Crash,
    Ride,
}

use Source::{
    Clap, Claves, Conga, Cowbell, Crash, Guiro, HiHat, Kick, Ride, Rim, Shaker, Snare, Tambourine,
    Timbale, Tom, Triangle, Whistle,
};

const MAKERS: [fn() -> Wave; 17] = [
    struck::kick,
    struck::snare,
    struck::rim,
    struck::clap,
    struck::tom,
    struck::conga,
    struck::timbale,
    struck::claves,
    struck::shaker,
    struck::tambourine,
    struck::guiro,
    struck::cowbell,
    struck::triangle,
    struck::whistle,
    struck::hi_hat,
    struck::crash,
    struck::ride,
];

const fn key(key: u8, wave: Source, tune: i16, quiet: f64, pan: i16, how: How) -> Key {
    Key { key, wave, tune, quiet, pan, how, class: 0 }
}

const fn classed(class: i16, key: Key) -> Key {
    Key { class, ..key }
}

/// The keys of General MIDI, 35 to 81, and of General MIDI 2 around them, 27 to 34 and 82 to 87.
const KEYS: [Key; 61] = [
    key(27, Whistle, -1400, 2.5, 0, Dies(0.35)),
    key(28, Clap, 500, 1.0, 0, Dies(0.5)),
    classed(7, key(29, Guiro, 1200, 2.0, 0, Dies(0.8))),
    classed(7, key(30, Guiro, 600, 0.0, 0, Dies(0.8))),
    key(31, Rim, 700, 4.0, 0, Whole),
    key(32, Claves, 900, 10.5, 0, Dies(0.3)),
    key(33, Claves, -200, 11.5, 0, Whole),
    key(34, Triangle, -900, 8.0, 0, Dies(2.0)),
    key(35, Kick, -200, 2.5, 0, Whole),
    key(36, Kick, 0, 2.5, 0, Whole),
    key(37, Rim, 0, 3.5, -30, Whole),
    key(38, Snare, 0, 2.0, -30, Whole),
    key(39, Clap, 0, 5.5, 60, Whole),
    key(40, Snare, 300, 2.5, -30, Whole),
    key(41, Tom, -700, 4.5, -300, Whole),
    classed(1, key(42, HiHat, 0, 5.0, 180, Dies(0.42))),
    key(43, Tom, -400, 4.5, -210, Whole),
    classed(1, key(44, HiHat, -250, 5.5, 180, Dies(0.3))),
    key(45, Tom, 0, 4.0, -110, Whole),
    classed(1, key(46, HiHat, -100, 8.0, 180, Dies(2.6))),
    key(47, Tom, 300, 4.5, -20, Whole),
    key(48, Tom, 600, 4.0, 90, Whole),
    key(49, Crash, 0, 3.5, 240, Dies(5.0)),
    key(50, Tom, 1000, 4.0, 190, Whole),
    key(51, Ride, 0, 10.0, -260, Dies(4.5)),
    key(52, Crash, -500, 3.0, -220, Dark(3.2, 7000.0)),
    key(53, Ride, 500, 8.5, -260, Dies(3.0)),
    key(54, Tambourine, 0, 5.5, -130, Whole),
    key(55, Crash, 600, 4.5, 120, Dies(1.5)),
    key(56, Cowbell, 0, 3.0, -140, Dies(0.9)),
    key(57, Crash, 230, 4.0, -240, Dies(5.0)),
    key(58, Guiro, 900, 5.0, 190, Dies(2.4)),
    key(59, Ride, -250, 10.0, 240, Dies(4.5)),
    key(60, Conga, 900, 6.5, 210, Dies(1.6)),
    key(61, Conga, 450, 6.5, 210, Whole),
    key(62, Conga, 100, 7.0, -220, Dies(0.55)),
    key(63, Conga, 0, 6.5, -220, Whole),
    key(64, Conga, -450, 5.0, -160, Whole),
    key(65, Timbale, 300, 5.0, -180, Whole),
    key(66, Timbale, -200, 5.5, -180, Whole),
    key(67, Cowbell, 950, 4.5, 180, Dies(1.2)),
    key(68, Cowbell, 450, 3.5, 180, Dies(1.2)),
    key(69, Shaker, -200, 4.0, 180, Whole),
    key(70, Shaker, 300, 7.0, 230, Whole),
    classed(2, key(71, Whistle, 100, 3.0, -190, Dies(1.1))),
    classed(2, key(72, Whistle, 0, 6.0, -190, Held)),
    classed(3, key(73, Guiro, 500, 0.0, -190, Dies(0.9))),
    classed(3, key(74, Guiro, 0, 8.0, -190, Whole)),
    key(75, Claves, 0, 6.0, -120, Whole),
    key(76, Claves, -1000, 7.0, -200, Whole),
    key(77, Claves, -1500, 6.5, -200, Whole),
    classed(4, key(78, Conga, 1300, 1.5, 120, Dark(0.9, 1200.0))),
    classed(4, key(79, Conga, 800, 3.5, 120, Dark(1.6, 900.0))),
    classed(5, key(80, Triangle, 0, 11.0, 220, Dies(0.5))),
    classed(5, key(81, Triangle, 0, 11.0, 220, Dies(6.0))),
    key(82, Shaker, 0, 5.0, -180, Whole),
    key(83, Tambourine, 500, 3.0, -100, Whole),
    key(84, Triangle, 700, 8.0, 100, Dies(5.0)),
    key(85, Claves, -400, 12.0, -120, Dies(0.6)),
    classed(6, key(86, Tom, -1300, 3.5, 0, Dies(0.9))),
    classed(6, key(87, Tom, -1300, 3.0, 0, Whole)),
];

/// A wave of the kit that is played as an instrument.
struct Melodic {
    name: &'static str,
    wave: Source,
    /// The key at which the wave sounds as it is.
    root: i16,
    how: How,
}

const MELODIC: [Melodic; 5] = [
    Melodic { name: "Timpani", wave: Tom, root: 45, how: Whole },
    Melodic { name: "Agogo", wave: Cowbell, root: 60, how: Dies(1.4) },
    Melodic { name: "Wood Block", wave: Claves, root: 87, how: Whole },
    Melodic { name: "Cymbal", wave: Crash, root: 60, how: Dies(5.0) },
    Melodic { name: "Pea Whistle", wave: Whistle, root: 86, how: Held },
];

/// The kit as an instrument, and those that use its waves.
pub(crate) fn with_melodic_drums(pool: &mut Pool) -> Vec<Instrument> {
    let places: Vec<usize> = MAKERS.iter().map(|make| pool.put(make())).collect();
    let zones = KEYS.iter().map(|key| zone(key, places[key.wave as usize], pool)).collect();
    let kit = Instrument {
        name: "Drum Kit",
        amounts: vec![(Generator::ReverbEffectsSend, 60)],
        touch: Touch(-1800),
        zones,
    };
    let melodic = |made: &Melodic| {
        let wave = places[made.wave as usize];
        let mut amounts = vec![(Generator::OverridingRootKey, made.root)];
        amounts.extend(ending(made.how, pool.0[wave].looped.is_some()));
        let zones = vec![Zone { keys: (0, 127), wave, amounts }];
        Instrument { name: made.name, amounts: vec![], touch: Touch(-2400), zones }
    };
    [kit].into_iter().chain(MELODIC.iter().map(melodic)).collect()
}

fn zone(key: &Key, wave: usize, pool: &Pool) -> Zone {
    let mut amounts: Vec<Amount> = vec![
        (Generator::OverridingRootKey, i16::from(key.key)),
        (Generator::CoarseTune, key.tune / 100),
        (Generator::FineTune, key.tune % 100),
        (Generator::InitialAttenuation, (key.quiet * PER_DECIBEL).round() as i16),
        (Generator::Pan, key.pan),
    ];
    amounts.extend(ending(key.how, pool.0[wave].looped.is_some()));
    if key.class != 0 {
        amounts.push((Generator::ExclusiveClass, key.class));
    }
    Zone { keys: (key.key, key.key), wave, amounts }
}

/// The generators of a way to end.
fn ending(how: How, looped: bool) -> Vec<Amount> {
    let dying = |seconds: f64| {
        vec![
            (Generator::DecayVolEnv, time(seconds)),
            (Generator::SustainVolEnv, 1000),
            (Generator::ReleaseVolEnv, time(seconds)),
        ]
    };
    let mut amounts = match how {
        Whole => vec![(Generator::ReleaseVolEnv, time(18.0))],
        Dies(seconds) => dying(seconds),
        Dark(seconds, hertz) => {
            [dying(seconds), vec![(Generator::InitialFilterFc, pitch(hertz))]].concat()
        }
        Held => vec![(Generator::ReleaseVolEnv, time(0.12))],
    };
    if looped {
        amounts.push((Generator::SampleModes, 1));
    }
    amounts
}
