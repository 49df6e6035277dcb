//! The examples, run as a reader would run them. They are built along with the tests.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

/// What an example prints. It must end well.
#[track_caller]
fn printed(name: &str, arguments: &[&OsStr]) -> String {
    let tests = std::env::current_exe().unwrap();
    // target/debug/deps/examples-0123 → target/debug/examples/name
    let directory = tests.parent().and_then(|deps| deps.parent()).unwrap().join("examples");
    let program = directory.join(name).with_extension(std::env::consts::EXE_EXTENSION);
    let output = Command::new(&program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo build --examples`", program.display()));
    let text = |bytes| String::from_utf8(bytes).unwrap();
    assert!(output.status.success(), "{name}: {}", text(output.stderr));
    text(output.stdout)
}

#[test]
fn an_instrument_is_downloaded_played_unloaded_and_told_of() {
    let printed = printed("download", &[]);
    assert!(printed.contains("blocks later: Unloaded("), "{printed}");
    assert!(printed.ends_with("left for close: 0 bytes\n"), "{printed}");
}

#[test]
fn two_ports_share_waves() {
    let printed = printed("two_ports", &[]);
    assert!(printed.starts_with("the first wave has 8 holders\n"), "{printed}");
    assert!(printed.contains("has 2 holders, all of them this program's"), "{printed}");
    assert!(!printed.contains("0.000"), "silent: {printed}");
}

#[test]
fn a_bank_is_swapped_while_it_sounds() {
    let printed = printed("swap_bank", &[]);
    assert!(printed.contains("voices: Some(2); unloaded so far: None"), "{printed}");
    assert!(printed.ends_with("the old bank is gone; 1 instrument is left\n"), "{printed}");
}

#[test]
fn a_port_plays_on_the_callers_own_audio_thread() {
    let printed = printed("custom_sink", &[]);
    assert!(printed.ends_with("silent now: true\n"), "{printed}");
}

#[test]
fn a_song_is_rendered_to_a_file() {
    let directory = tempfile::TempDir::new().unwrap();
    let wave: PathBuf = directory.path().join("song.wav");
    let song = OsStr::new("examples/songs/first-light.mid");
    let printed = printed("render_midi", &[song, wave.as_os_str()]);
    assert!(printed.contains("waves released"), "{printed}");
    assert!(wave.metadata().unwrap().len() > 1_000_000);
}
