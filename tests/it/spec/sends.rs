//! SoundFont 2.04 §8.1.2 generators 15 and 16, §8.4.8, §8.4.9: sends, heard in what the effects give back.

use portative::bank::Generator as G;
use portative::bank::write::Zone;
use portative::engine::Effects;
use portative::engine::native::Interpolation;

use crate::support::bank::{RATE, bank_of, looping, modulator};
use crate::support::stage::{Stage, Take};

use super::support::{Sheet, organ_of, tone};

/// An effect alone, the generator that sends to it, and its controller.
struct Way {
    effect: Effects,
    send: G,
    controller: u8,
}

const WAYS: [Way; 2] = [
    Way {
        effect: Effects { reverb: true, ..Effects::NONE },
        send: G::ReverbEffectsSend,
        controller: 91,
    },
    Way {
        effect: Effects { chorus: true, ..Effects::NONE },
        send: G::ChorusEffectsSend,
        controller: 93,
    },
];

fn zone() -> Zone {
    organ_of(looping()).set(G::InitialAttenuation, 200)
}

impl Way {
    /// What comes back of a score, without the dry sound.
    fn back(&self, zone: Zone, preset: Zone, score: &str) -> Take {
        let bank = bank_of(vec![tone(440)], vec![zone.sample(0)], preset);
        let take = |effects| {
            let mut stage = Stage::with_effects(&bank, (RATE, 64), Interpolation::Cubic, effects);
            stage.play(score, 36_000)
        };
        let (wet, dry) = (take(self.effect), take(Effects::NONE));
        let rest = |wet: &[f32], dry: &[f32]| wet.iter().zip(dry).map(|(a, b)| a - b).collect();
        Take { left: rest(&wet.left, &dry.left), right: rest(&wet.right, &dry.right) }
    }

    /// The level of what comes back in the end, in decibels.
    fn level(&self, zone: Zone, preset: Zone, score: &str) -> f64 {
        self.back(zone, preset, score).rms_db(24_000..36_000)
    }

    /// The same of a note after `messages`, with sends of instrument and preset in tenths of a percent.
    fn sent(&self, instrument: i16, preset: i16, messages: &str) -> f64 {
        let score = format!("{messages}; 0 on 60 127");
        let preset = Zone::new().set(self.send, preset);
        self.level(zone().set(self.send, instrument), preset, &score)
    }

    fn off(&self) -> String {
        format!("0 cc {} 0", self.controller)
    }
}

/// Twice the part is four times the energy.
fn part_db(permille: f64) -> f64 {
    20.0 * (permille / 1_000.0).log10()
}

#[test]
fn s8_1_2_gen15_and_16_a_send_is_the_part_that_comes_back() {
    let mut sheet = Sheet::default();
    for way in &WAYS {
        let full = way.sent(1_000, 0, &way.off());
        sheet.holds(format!("{:?} is heard", way.send), full > -60.0);
        for (instrument, preset, permille) in [
            (500, 0, 500.0),
            (250, 0, 250.0),
            (333, 0, 333.0),
            (10, 0, 10.0),
            (0, 200, 200.0),
            (300, 200, 500.0),
            (500, -300, 200.0),
            (700, 700, 1_000.0),
            (1_500, 0, 1_000.0),
        ] {
            let got = way.sent(instrument, preset, &way.off()) - full;
            let what = format!("{:?} {instrument} and {preset}", way.send);
            sheet.near(what, got, part_db(permille), 0.02);
        }
        for (instrument, preset) in [(0, 0), (-500, 0), (300, -400)] {
            let got = way.sent(instrument, preset, &way.off());
            let what = format!("{:?} {instrument} and {preset}", way.send);
            sheet.near(what, got, f64::NEG_INFINITY, 0.0);
        }
    }
}

#[test]
fn s8_4_8_and_9_the_controller_of_an_effect_sends_a_fifth_at_most() {
    let mut sheet = Sheet::default();
    for way in &WAYS {
        let full = way.sent(1_000, 0, &way.off());
        for (value, instrument, permille) in [
            (127, 0, 200.0 * 127.0 / 128.0),
            (64, 0, 100.0),
            (32, 0, 50.0),
            (64, 300, 400.0),
            (127, 1_000, 1_000.0),
        ] {
            let message = format!("0 cc {} {value}", way.controller);
            let got = way.sent(instrument, 0, &message) - full;
            sheet.near(format!("{message} and {instrument}"), got, part_db(permille), 0.02);
        }
        // A bank may ask for all of it.
        let by = modulator(0x80 | u16::from(way.controller), way.send as u16, 1_000);
        let score = format!("0 cc {} 64; 0 on 60 127", way.controller);
        let more = way.level(zone().modulator(by), Zone::new(), &score) - full;
        sheet.near(
            format!("{:?} by a modulator of the bank", way.send),
            more,
            part_db(500.0),
            0.02,
        );
    }
}

#[test]
fn s8_4_8_and_9_at_power_on_there_is_some_reverb_and_no_chorus() {
    let mut sheet = Sheet::default();
    let [reverb, chorus] = &WAYS;
    let some = reverb.sent(0, 0, "") - reverb.sent(1_000, 0, &reverb.off());
    sheet.near("reverb by controller 91 at 40", some, part_db(200.0 * 40.0 / 128.0), 0.02);
    sheet.near("chorus", chorus.sent(0, 0, ""), f64::NEG_INFINITY, 0.0);
}

#[test]
fn s9_5_a_send_reaches_notes_that_sound() {
    let mut sheet = Sheet::default();
    for way in &WAYS {
        let score = format!("{}; 0 on 60 127; 9600 cc {} 64", way.off(), way.controller);
        let late = way.back(zone(), Zone::new(), &score);
        sheet.near(format!("{:?} before", way.send), late.peak(0..9_600).into(), 0.0, 0.0);
        let full = way.back(zone().set(way.send, 1_000), Zone::new(), "0 on 60 127");
        let back = late.peak(30_000..36_000) > 0.0 && full.peak(30_000..36_000) > 0.0;
        sheet.holds(format!("{:?} after", way.send), back);
    }
}
