//! Inputs and outputs that are no regular files.

use std::io::Write;
use std::process::{Command, Stdio};

use super::desk::*;

fn pipe(desk: &Desk, name: &str) {
    assert!(Command::new("mkfifo").arg(desk.path(name)).status().unwrap().success());
}

#[test]
fn a_pipe_with_a_name_is_refused_and_not_waited_for() {
    let desk = Desk::new();
    pipe(&desk, "pipe");
    for args in [
        &["pipe", "--output", "null"][..],
        &["render", "pipe", "-o", "x.wav"],
        &["song.mid", "--bank", "pipe", "--output", "null"],
        &["bank", "info", "pipe"],
    ] {
        let line = refusal(&desk, args, 1);
        assert!(line.ends_with("pipe: is a pipe, expected a regular file"), "{line}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_refused_and_not_called_empty() {
    for device in ["/dev/null", "/dev/zero"] {
        check(&[device, "--output", "null"], 1, &[device, "is a device"]);
        check(&["song.mid", "--bank", device, "--output", "null"], 1, &[device, "is a device"]);
    }
}

#[test]
fn a_directory_is_no_bank() {
    check(&["song.mid", "--bank", "directory", "--output", "null"], 1, &["is a directory"]);
    check(&["bank", "lint", "directory"], 1, &["directory", "is a directory"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_song_comes_through_standard_input() {
    let desk = Desk::new();
    let run = |input: &[u8], args: &[&str]| {
        let mut command = desk.command(args);
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    };
    let args = ["render", "/dev/stdin", "-q", "-o", "-"];
    let rendered = run(&song(), &args);
    assert!(rendered.status.success(), "{}", String::from_utf8_lossy(&rendered.stderr));
    assert!(rendered.stdout == desk.run(&["render", "song.mid", "-q", "-o", "-"]).stdout);
    let empty = run(b"", &args);
    assert_eq!(String::from_utf8(empty.stderr).unwrap(), "portative: /dev/stdin: is empty\n");
    assert!(run(&song(), &["/dev/stdin", "--output", "null"]).status.success());
}

#[cfg(unix)]
#[test]
fn a_pipe_with_a_name_gets_what_standard_output_gets() {
    let desk = Desk::new();
    pipe(&desk, "pipe");
    let path = desk.path("pipe");
    let reader = std::thread::spawn(move || std::fs::read(path).unwrap());
    let output = desk.run(&["render", "song.mid", "-q", "-o", "pipe", "--format", "wav"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let expected = desk.run(&["render", "song.mid", "-q", "-o", "-"]).stdout;
    assert!(reader.join().unwrap() == expected);
}
