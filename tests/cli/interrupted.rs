//! What a stopped program leaves.

use std::fs;
use std::io::Read;
use std::process::{Child, Command, Stdio};

use super::desk::*;

/// Starts the program on a song of an hour, and waits until it is at work.
fn start(desk: &Desk, args: &[&str]) -> Child {
    fs::write(desk.path("hour.mid"), song_of(3_600)).unwrap();
    let mut child = desk.command(args).stderr(Stdio::piped()).spawn().unwrap();
    let begun = || {
        let parts = fs::read_dir(desk.0.path()).unwrap();
        parts.flatten().any(|entry| {
            let name = entry.file_name().into_string().unwrap();
            name.contains("out.wav") && entry.metadata().is_ok_and(|data| data.len() > 400_000)
        })
    };
    while !begun() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it was interrupted");
        std::thread::yield_now();
    }
    child
}

fn end(mut child: Child, signal: &str) -> (Option<i32>, String) {
    let kill = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let code = child.wait().unwrap().code();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (code, said)
}

#[test]
fn a_render_leaves_nothing_and_says_so() {
    for signal in ["-INT", "-TERM"] {
        let desk = Desk::new();
        let child = start(&desk, &["render", "hour.mid", "-o", "out.wav"]);
        let (code, said) = end(child, signal);
        assert_eq!(code, Some(130), "{said}");
        assert!(said.contains("out.wav was not written"), "{said}");
        assert_eq!(desk.names(), ["bank.sf2", "hour.mid", "song.mid"]);
    }
}

#[test]
fn a_killed_render_leaves_nothing_under_the_final_name() {
    let desk = Desk::new();
    let child = start(&desk, &["render", "hour.mid", "-o", "out.wav"]);
    end(child, "-KILL");
    assert!(!desk.names().contains(&"out.wav".to_owned()));
}

#[test]
fn a_recording_is_a_valid_file_of_what_was_played_even_when_killed() {
    for signal in ["-INT", "-KILL"] {
        let desk = Desk::new();
        let child = start(&desk, &["hour.mid", "--output", "wav:out.wav"]);
        end(child, signal);
        let file = fs::read(desk.path("out.wav")).unwrap();
        let size = u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize;
        assert!(size > 48_000 * 4 && size <= file.len() - 8, "{signal}: size {size}");
        if signal == "-INT" {
            assert_eq!(size, file.len() - 8);
        }
    }
}

#[test]
fn two_signals_at_once_leave_no_more_than_one_does() {
    let desk = Desk::new();
    let child = start(&desk, &["render", "hour.mid", "-o", "out.wav"]);
    // While it is held, signals gather.
    for signal in ["-STOP", "-INT", "-TERM", "-CONT"] {
        let pid = child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(desk.names(), ["bank.sf2", "hour.mid", "song.mid"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("out.wav was not written"), "{said}");
}
