//! Real audio and MIDI servers, end to end: what a device plays is what the library rendered.
//!
//! `tests/rig/run` starts this with the environment that it needs; anywhere else it says that it was
//! skipped. It has no test harness, so that this cannot be overlooked, and so that one test at a time
//! has the servers.
//!
//! - `allocator`: what audio threads allocate.
//! - `server`: JACK and PulseAudio servers without a sound card.
//! - `client`: a JACK client that captures audio and sends MIDI on exact frames.
//! - `parec`: captures from PulseAudio.
//! - `bare`: what test engines have in common.
//! - `organ`: an engine whose every frame is known, and the port of a real one.
//! - `program`: the binary itself.
//! - `measure`: onsets, pitch, comparison.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, its helpers too; it tells what it measured; its time is real"
)]

#[path = "../support/allocator.rs"]
mod allocator;
#[path = "../support/bare.rs"]
mod bare;
mod client;
mod measure;
mod organ;
mod parec;
mod server;

mod alsa;
mod jack_audio;
mod jack_loss;
mod jack_midi;
mod program;

use std::panic::catch_unwind;
use std::process::ExitCode;
use std::time::Instant;

/// Every test by its name.
const TESTS: &[(&str, fn())] = &[
    ("no_server_is_an_error_with_a_reason", jack_loss::no_server_is_an_error_with_a_reason),
    ("jack_plays_the_offline_render", jack_audio::jack_plays_the_offline_render),
    ("jack_plays_a_bank_as_offline", jack_audio::jack_plays_a_bank_as_offline),
    ("jack_plays_an_end_without_a_click", jack_audio::jack_plays_an_end_without_a_click),
    ("jack_devices_are_listed", jack_audio::jack_devices_are_listed),
    ("jack_midi_keeps_pitch_and_spacing", jack_midi::jack_midi_keeps_pitch_and_spacing),
    ("jack_midi_leaves_no_note_behind", jack_midi::jack_midi_leaves_no_note_behind),
    (
        "jack_server_killed_is_noticed_and_closed",
        jack_loss::jack_server_killed_is_noticed_and_closed,
    ),
    ("jack_render_that_hangs_is_given_up", jack_loss::jack_render_that_hangs_is_given_up),
    ("jack_server_restarted_is_played_on", jack_loss::jack_server_restarted_is_played_on),
    ("jack_midi_finds_a_restarted_server", jack_midi::jack_midi_finds_a_restarted_server),
    ("program_plays_what_it_renders", program::program_plays_what_it_renders),
    (
        "program_plays_midi_live_at_the_right_pitch",
        program::program_plays_midi_live_at_the_right_pitch,
    ),
    ("program_says_what_could_be_played", program::program_says_what_could_be_played),
    (
        "program_ends_in_time_beside_a_hung_server",
        program::program_ends_in_time_beside_a_hung_server,
    ),
    ("alsa_plays_the_offline_render", alsa::alsa_plays_the_offline_render),
    ("alsa_server_killed_is_noticed_and_closed", alsa::alsa_server_killed_is_noticed_and_closed),
];

fn main() -> ExitCode {
    if std::env::var_os("PORTATIVE_RIG").is_none() {
        println!("real audio: SKIPPED {} tests; `tests/rig/run` runs them", TESTS.len());
        return ExitCode::SUCCESS;
    }
    let names: Vec<_> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let chosen = |name: &str| names.is_empty() || names.iter().any(|part| name.contains(part));
    let mut failed = Vec::new();
    let mut run = 0;
    for (name, test) in TESTS.iter().filter(|(name, _)| chosen(name)) {
        println!("real audio: {name}");
        let start = Instant::now();
        let passed = catch_unwind(test).is_ok();
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "real audio: {name} ... {} in {seconds:.1} s",
            if passed { "ok" } else { "FAILED" }
        );
        run += 1;
        if !passed {
            failed.push(name);
        }
    }
    println!("real audio: {} of {run} passed{}", run - failed.len(), list(&failed));
    if failed.is_empty() && run > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn list(failed: &[&&str]) -> String {
    failed.iter().map(|name| format!("\n  failed: {name}")).collect()
}
