//! MIDI 1.0, GS and XG: mono and poly mode, the legato pedal and portamento, through the port.

use portative::bank::Generator as G;
use portative::bank::write::{Instrument, Preset, SoundFont, Zone};
use std::sync::Arc;

use crate::support::bank::{Bytes, bank, constant, position_bank};
use crate::support::stage::Take;

use super::support::{Player, Sheet, cents_between, organ, play};

/// Frames that a glide takes for each key with controller 5 at 32 and 64: 0.5 s and 2.06 s for 40 keys.
const AT_32: usize = 600;
const AT_64: usize = 2_472;

/// The pitch of a take in cents around a frame; 0 is as recorded.
fn cents_at(take: &Take, frame: usize) -> f64 {
    cents_between(take, frame - 128..frame + 128)
}

fn listen(score: &str) -> Take {
    let zone = Zone::new().set(G::DelayVolEnv, i16::MIN);
    play(&position_bank(zone), &format!("0 cc 7 127; {score}"), 16_000)
}

/// How many notes sound at some frames, from a bank on which a note is always as loud.
fn check(sheet: &mut Sheet, score: &str, table: &[(usize, f64)]) {
    let zone = organ().set(G::Velocity, 127).set(G::ScaleTuning, 0);
    let bank = bank(constant(), zone);
    let one = f64::from(play(&bank, "0 on 60 127", 100).left[50]);
    let take = play(&bank, score, 12_000);
    for &(frame, expected) in table {
        let got = f64::from(take.left[frame]) / one;
        sheet.near(format!("`{score}` at {frame}"), got, expected, 0.01);
    }
}

#[test]
fn portamento_glides_from_the_last_key_by_the_time_of_controller_5() {
    let mut sheet = Sheet::default();
    for (value, per_key) in [(32, AT_32), (64, AT_64)] {
        let take = listen(&format!(
            "0 cc 65 127; 0 cc 5 {value}; 0 on 60 127; 500 off 60; 3000 on 64 127"
        ));
        let frames = 4 * per_key;
        for part in [0.25, 0.5, 0.75] {
            let frame = 3_000 + (frames as f64 * part) as usize;
            let what = format!("controller 5 at {value}, {part} of the way");
            sheet.near(what, cents_at(&take, frame), -400.0 * (1.0 - part) + 400.0, 1.0);
        }
        sheet.near(format!("{value}: there"), cents_at(&take, 3_000 + frames + 400), 400.0, 0.05);
    }
    for score in [
        "0 cc 5 64; 0 on 60 127; 500 off 60; 3000 on 64 127",
        "0 cc 65 63; 0 cc 5 64; 0 on 60 127; 500 off 60; 3000 on 64 127",
        "0 cc 65 127; 0 cc 5 0; 0 on 60 127; 500 off 60; 3000 on 64 127",
        "0 cc 65 127; 0 cc 5 64; 3000 on 64 127",
        "0 cc 65 127; 0 cc 5 64; 0 @2 on 60 127; 500 @2 off 60; 3000 on 64 127",
        "0 cc 65 127; 0 cc 5 64; 0 on 60 127; 500 off 60; 600 cc 121 0; 3000 on 64 127",
        "0 @10 cc 65 127; 0 @10 cc 5 64; 0 @10 on 60 127; 500 @10 off 60; 3000 @10 on 64 127",
    ] {
        sheet.near(score, cents_at(&listen(score), 3_400), 400.0, 0.05);
    }
}

#[test]
fn controller_37_refines_the_time() {
    let mut sheet = Sheet::default();
    // Half of the way from 32 to 33: 0.524375 s for 40 keys, 629.25 frames for each.
    let take =
        listen("0 cc 65 127; 0 cc 5 32; 0 cc 37 64; 0 on 60 127; 500 off 60; 3000 on 64 127");
    sheet.near("half of the way", cents_at(&take, 3_000 + 1_258), 200.0, 1.0);
}

#[test]
fn controller_84_names_the_key_that_one_note_comes_from() {
    let mut sheet = Sheet::default();
    let take = listen("0 cc 5 64; 3000 cc 84 62; 3000 on 60 127");
    sheet.near("half of the way", cents_at(&take, 3_000 + AT_64), 100.0, 1.0);
    let take = listen("0 cc 5 64; 0 cc 84 62; 0 on 60 127; 500 off 60; 3000 on 60 127");
    sheet.near("the next note", cents_at(&take, 3_400), 0.0, 0.05);
    // A key that sounds moves and is not struck again: the wave goes on.
    let take = listen("0 cc 5 0; 0 on 60 127; 3000 cc 84 60; 3000 on 72 127; 6000 off 72");
    sheet.near("place in the wave", take.position(5_000), 3_000.0 + 4_000.0, 42.0);
    sheet.near("pitch", cents_at(&take, 5_000), 1_200.0, 0.05);
    sheet.holds("let go by its new key", take.peak(8_000..9_000) == 0.0);
    check(&mut sheet, "0 on 60 127; 3000 cc 84 60; 3000 on 72 127", &[(5_000, 1.0)]);
}

#[test]
fn mono_mode_cuts_the_note_before_and_returns_to_a_key_still_down() {
    let mut sheet = Sheet::default();
    let sheet = &mut sheet;
    check(
        sheet,
        "0 cc 126 1; 0 on 60 127; 1000 on 64 127; 1000 @2 on 60 127; 4000 off 64; 6000 off 60",
        &[(900, 1.0), (2_000, 2.0), (5_000, 2.0), (8_000, 1.0)],
    );
    check(
        sheet,
        "0 cc 126 1; 0 on 60 127; 1000 on 64 127; 2000 off 60; 4000 off 64",
        &[(3_000, 1.0), (6_000, 0.0)],
    );
    // Poly mode again.
    check(
        sheet,
        "0 cc 126 1; 0 cc 127 0; 0 on 60 127; 1000 on 64 127; 4000 off 64; 6000 off 60",
        &[(2_000, 2.0), (5_500, 1.0), (8_000, 0.0)],
    );
    // What the pedal holds is cut by the next note too, and does not give way when its key comes up.
    check(
        sheet,
        "0 cc 126 1; 0 cc 64 127; 0 on 60 127; 500 off 60; 1000 on 64 127; 2000 off 64; 5000 cc 64 0",
        &[(900, 1.0), (1_900, 1.0), (4_000, 1.0), (7_000, 0.0)],
    );
    // Drums stay polyphonic.
    check(sheet, "0 @10 cc 126 1; 0 @10 on 60 127; 0 @10 on 64 127", &[(2_000, 2.0)]);
    check(sheet, "0 cc 126 1; 0 sysex 7e 7f 09 01; 10 on 60 127; 10 on 64 127", &[(2_000, 2.0)]);
    check(sheet, "0 cc 126 1; 0 cc 121 0; 10 on 60 127; 10 on 64 127", &[(2_000, 1.0)]);
    let take =
        listen("0 cc 126 1; 0 on 60 127; 1000 on 64 127; 2000 on 67 127; 4000 off 67; 7000 off 64");
    for (frame, cents) in [(800, 0.0), (1_800, 400.0), (3_500, 700.0), (6_000, 400.0), (9_000, 0.0)]
    {
        sheet.near(format!("the last key down at {frame}"), cents_at(&take, frame), cents, 0.05);
    }
    // It is struck again: the wave begins anew.
    sheet.near("struck again", take.position(9_000), 2_000.0, 40.0);
}

#[test]
fn the_legato_pedal_moves_the_note_that_sounds() {
    let mut sheet = Sheet::default();
    let take = listen("0 cc 68 127; 0 on 60 127; 3000 on 72 127; 5000 off 72; 8000 off 60");
    sheet.near("up", cents_at(&take, 4_000), 1_200.0, 0.05);
    sheet.near("back", cents_at(&take, 7_000), 0.0, 0.05);
    sheet.near("place in the wave", take.position(7_500), 3_000.0 + 4_000.0 + 2_500.0, 60.0);
    sheet.holds("let go", take.peak(10_500..12_000) == 0.0);
    let glide = listen("0 cc 68 127; 0 cc 65 127; 0 cc 5 64; 0 on 60 127; 3000 on 62 127");
    sheet.near("with portamento", cents_at(&glide, 3_000 + AT_64), 100.0, 1.0);
    sheet.near("the wave goes on", glide.position(3_100), 3_100.0, 5.0);
    // Pedal up: notes are struck again, as many as there are keys.
    check(
        &mut sheet,
        "0 cc 68 127; 0 on 60 127; 1000 cc 68 0; 2000 on 64 127; 4000 off 60; 6000 off 64",
        &[(3_000, 2.0), (5_500, 1.0), (8_000, 0.0)],
    );
    check(
        &mut sheet,
        "0 cc 68 127; 0 on 60 127; 500 off 60; 3000 on 64 127",
        &[(2_500, 0.0), (4_000, 1.0)],
    );
}

/// Keys up to 65 play one region, the others another.
fn split() -> Bytes {
    let zone = |keys, pan| organ().key_range(keys).set(G::Pan, pan).sample(0);
    let font = SoundFont {
        presets: vec![Preset::new("preset", 0, 0).zone(Zone::new().instrument(0))],
        instruments: vec![Instrument::new("i").zone(zone(0..=65, -500)).zone(zone(66..=127, 500))],
        samples: vec![constant()],
        ..SoundFont::default()
    };
    Arc::new(font.to_bytes().unwrap())
}

#[test]
fn a_key_with_other_regions_is_struck_even_with_the_legato_pedal() {
    let mut sheet = Sheet::default();
    let take = play(&split(), "0 cc 68 127; 0 on 60 127; 2000 on 72 127; 4000 off 72", 8_000);
    for (frame, left) in [(1_900, true), (3_900, false), (7_900, true)] {
        sheet.holds(format!("left at {frame}"), (take.left[frame] > 1e-4) == left);
        sheet.holds(format!("right at {frame}"), (take.right[frame] > 1e-4) != left);
    }
}

#[test]
fn glides_have_the_same_bits_in_blocks_of_any_length() {
    let score = "0 cc 65 127; 0 cc 5 70; 0 on 60 127; 777 on 67 127; 900 cc 68 127; 1501 on 48 127; 3007 off 48";
    let bank = position_bank(Zone::new().set(G::SampleModes, 1));
    let of = |block| Player { block, ..Player::default() }.play(&bank, score, 8_000).0;
    let whole = of(8_000);
    for block in [1, 37, 64, 480] {
        assert!(of(block) == whole, "blocks of {block}");
    }
}
