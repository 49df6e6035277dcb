//! The program as people run it: what it writes, what it says, how it exits.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use portative::io::BUILT_IN_BANK;
use portative::midi::smf::{Division, Format, Smf, Track, write};
use portative::midi::{Channel, Event, Key, Message, Velocity};
use tempfile::TempDir;

/// A directory to work in, and the program set up to depend on nothing outside.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(TempDir::new().unwrap());
        fs::write(desk.path("bank.sf2"), BUILT_IN_BANK).unwrap();
        fs::write(desk.path("song.mid"), song()).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portative"));
        command
            .args(args)
            .current_dir(self.0.path())
            .env("HOME", self.0.path())
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_DATA_HOME", self.path("data"))
            .env("PORTATIVE_BANK", self.path("bank.sf2"))
            .stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// One note of a second.
fn song() -> Vec<u8> {
    let note = |on: bool| {
        let (channel, key) = (Channel::default(), Key::new(69).unwrap());
        let velocity = Velocity::new(100).unwrap();
        Event::new(if on {
            Message::NoteOn { channel, key, velocity }
        } else {
            Message::NoteOff { channel, key, velocity }
        })
    };
    let mut track = Track::default();
    track.push(0, note(true).message);
    track.push(960, note(false).message);
    let smf = Smf {
        format: Format::Single,
        division: Division::from_word(480).unwrap(),
        tracks: vec![track],
        rmid: None,
    };
    write(&smf).unwrap()
}

/// The one line that a refused command writes; nothing else happens.
#[track_caller]
fn refusal(desk: &Desk, args: &[&str], code: i32) -> String {
    let before = desk.names();
    let output = desk.run(args);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert!(output.stdout.is_empty());
    assert_eq!(desk.names(), before, "something was left behind");
    let lines: Vec<_> =
        stderr.lines().filter(|line| !line.starts_with("bank: ")).map(str::to_owned).collect();
    let [line] = lines.as_slice() else { panic!("expected one line, got:\n{stderr}") };
    assert!(line.starts_with("portative: "), "{line}");
    line.trim_start_matches("portative: ").to_owned()
}

/// Refused, with a line that has all these parts.
#[track_caller]
fn check(args: &[&str], code: i32, parts: &[&str]) {
    let desk = Desk::new();
    fs::create_dir(desk.path("directory")).unwrap();
    fs::write(desk.path("empty.mid"), b"").unwrap();
    fs::write(desk.path("text.mid"), b"this is not music\n").unwrap();
    fs::write(desk.path("short.mid"), &song()[..11]).unwrap();
    fs::write(desk.path("notrack.mid"), &song()[..14]).unwrap();
    fs::write(desk.path("short.sf2"), &BUILT_IN_BANK[..BUILT_IN_BANK.len() / 2]).unwrap();
    let line = refusal(&desk, args, code);
    for part in parts {
        assert!(line.contains(part), "`{part}` is not in: {line}");
    }
}

fn data_len(file: &[u8]) -> usize {
    let at = file.windows(4).position(|name| name == b"data").unwrap();
    file.len() - at - 8
}

// ---- what works

#[test]
fn a_song_is_rendered_with_sound_in_it() {
    let desk = Desk::new();
    let output = desk.run(&["render", "song.mid", "-o", "song.wav"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("bank: ") && said.contains("real time"), "{said}");
    let file = fs::read(desk.path("song.wav")).unwrap();
    assert!(data_len(&file) > 48_000 * 4, "a second of stereo and a tail");
    assert!(file[1_000..].iter().any(|byte| *byte != 0));
    assert_eq!(desk.names(), ["bank.sf2", "song.mid", "song.wav"]);
}

#[test]
fn the_same_bytes_come_for_every_block_size() {
    let desk = Desk::new();
    let render = |block: &str| {
        let output = desk.run(&["render", "song.mid", "-q", "-o", "-", "--block", block]);
        assert!(output.status.success());
        output.stdout
    };
    let whole = render("1024");
    assert!(whole.len() > 48_000 * 4);
    for block in ["1", "17", "64", "1000", "65536"] {
        assert!(render(block) == whole, "block {block} differs");
    }
}

#[test]
fn standard_output_takes_raw_data_points_of_the_wanted_length() {
    let desk = Desk::new();
    let args = ["render", "song.mid", "-q", "-o", "-", "--format", "raw"];
    let output = desk.run(&[&args[..], &["--sample-format", "f32", "--tail", "0.5"]].concat());
    assert_eq!(output.stdout.len(), 72_000 * 2 * 4, "one and a half seconds of stereo");
    assert!(output.stderr.is_empty(), "quiet means quiet");
}

#[test]
fn several_songs_go_to_a_directory() {
    let desk = Desk::new();
    fs::copy(desk.path("song.mid"), desk.path("other.mid")).unwrap();
    assert!(desk.run(&["render", "song.mid", "other.mid", "-o", "out"]).status.success());
    assert!(desk.path("out/song.wav").is_file() && desk.path("out/other.wav").is_file());
}

#[test]
fn plain_files_in_any_order_are_played() {
    let desk = Desk::new();
    for files in [["song.mid", "bank.sf2"], ["bank.sf2", "song.mid"]] {
        let output = desk.run(&[files[0], files[1], "--output", "null"]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        assert!(said.contains("bank: bank.sf2") && said.contains("song.mid (0:01)"), "{said}");
    }
}

#[test]
fn a_recording_has_what_a_render_has() {
    let desk = Desk::new();
    let format = ["-q", "--sample-format", "f32"];
    let play = [&["song.mid", "--output", "wav:take.wav"][..], &format].concat();
    assert!(desk.run(&play).status.success());
    let render = [&["render", "song.mid", "-o", "-", "--format", "raw"][..], &format].concat();
    let rendered = desk.run(&render).stdout;
    let take = fs::read(desk.path("take.wav")).unwrap();
    // The limiter of a player looks ahead, by which all is a little later.
    let sound = |bytes: &[u8]| {
        let silent = bytes.chunks_exact(8).take_while(|frame| frame.iter().all(|byte| *byte == 0));
        bytes[8 * silent.count()..].to_vec()
    };
    let recorded = sound(&take[take.len() - data_len(&take)..]);
    let rendered = sound(&rendered);
    // What comes after has died away, and ends where the port was closed.
    let heard = 48_000 * 8 + 40_000;
    assert!(recorded[..heard] == rendered[..heard]);
}

#[test]
fn without_any_bank_the_built_in_one_plays_and_a_fuller_one_is_recommended() {
    let desk = Desk::new();
    let mut command = desk.command(&["render", "song.mid", "-o", "song.wav"]);
    let output = command.env_remove("PORTATIVE_BANK").output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    let usual = Path::new("/usr/share/sounds/sf2/default-GM.sf2").exists();
    assert!(usual || (said.contains("built in") && said.contains("install")), "{said}");
}

#[test]
fn a_configured_bank_is_used() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("config/portative")).unwrap();
    fs::copy(desk.path("bank.sf2"), desk.path("mine.sf2")).unwrap();
    let config = format!("bank = ['{}']\n", desk.path("mine.sf2").display());
    fs::write(desk.path("config/portative/config.toml"), config).unwrap();
    let output = desk.run(&["song.mid", "--output", "null"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(cfg!(not(target_os = "linux")) || said.contains("mine.sf2"), "{said}");
}

#[test]
fn a_configured_output_is_used_unless_another_is_named() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("config/portative")).unwrap();
    fs::write(desk.path("config/portative/config.toml"), "output = 'wav:take.wav'\n").unwrap();
    if cfg!(target_os = "linux") {
        assert!(desk.run(&["song.mid", "-q", "--output", "null"]).status.success());
        assert!(!desk.path("take.wav").exists());
        assert!(desk.run(&["song.mid", "-q"]).status.success());
        assert!(desk.path("take.wav").is_file());
    }
}

#[test]
fn a_damaged_song_that_still_has_music_plays_with_a_warning() {
    let desk = Desk::new();
    let bytes = song();
    fs::write(desk.path("cut.mid"), &bytes[..bytes.len() - 3]).unwrap();
    let output = desk.run(&["render", "cut.mid", "-o", "cut.wav"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("cut.mid: track 0, offset"), "{said}");
}

#[test]
fn help_is_for_every_command_and_has_examples() {
    let desk = Desk::new();
    for command in ["play", "render"] {
        let output = desk.run(&[command, "--help"]);
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("Examples:") && text.contains("--bank"), "{text}");
    }
}

// ---- what is refused

#[test]
fn a_missing_file_is_named() {
    check(&["render", "nothing.mid", "-o", "x.wav"], 1, &["nothing.mid", "no such file"]);
    check(&["nothing.mid"], 1, &["nothing.mid", "no such file"]);
}

#[test]
fn a_directory_is_no_song() {
    check(&["render", "directory", "-o", "x.wav"], 1, &["directory", "is a directory"]);
}

#[test]
fn an_empty_file_is_no_song() {
    check(&["render", "empty.mid", "-o", "x.wav"], 1, &["empty.mid", "is empty"]);
}

#[test]
fn a_text_file_is_no_song() {
    check(&["render", "text.mid", "-o", "x.wav"], 1, &["text.mid", "MThd", "offset", "text"]);
}

#[test]
fn a_truncated_song_without_music_says_where_it_ends() {
    check(&["render", "short.mid", "-o", "x.wav"], 1, &["short.mid", "MThd", "offset", "11 bytes"]);
    check(&["render", "notrack.mid", "-o", "x.wav"], 1, &["notrack.mid", "MTrk"]);
}

#[test]
fn a_truncated_bank_is_refused() {
    check(&["render", "song.mid", "--bank", "short.sf2", "-o", "x.wav"], 1, &["short.sf2"]);
}

#[test]
fn a_song_is_no_bank() {
    check(&["render", "song.mid", "--bank", "song.mid", "-o", "x.wav"], 1, &["song.mid", "bank"]);
}

#[test]
fn a_bank_alone_is_no_song() {
    check(&["bank.sf2"], 1, &["bank.sf2", "is a bank", "MIDI file"]);
}

#[test]
fn a_file_that_is_read_is_not_written_to() {
    check(
        &["render", "song.mid", "-o", "song.mid", "--format", "wav"],
        1,
        &["song.mid", "is read"],
    );
    check(&["song.mid", "--output", "wav:song.mid"], 1, &["song.mid", "is read"]);
    check(&["song.mid", "--bank", "bank.sf2", "--output", "wav:bank.sf2"], 1, &["is read"]);
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_what_it_leads_to_is_written() {
    let desk = Desk::new();
    fs::write(desk.path("real.wav"), b"before").unwrap();
    std::os::unix::fs::symlink("real.wav", desk.path("link.wav")).unwrap();
    assert!(desk.run(&["render", "song.mid", "-q", "-o", "link.wav"]).status.success());
    assert!(desk.path("link.wav").is_symlink());
    assert!(fs::read(desk.path("real.wav")).unwrap().len() > 100_000);
}

#[test]
fn one_bad_song_does_not_stop_the_others() {
    let desk = Desk::new();
    fs::write(desk.path("bad.mid"), b"this is not music\n").unwrap();
    fs::copy(desk.path("song.mid"), desk.path("third.mid")).unwrap();
    let output = desk.run(&["render", "song.mid", "bad.mid", "third.mid", "-q", "-o", "out/"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(desk.path("out/song.wav").is_file() && desk.path("out/third.wav").is_file());
    assert!(!desk.path("out/bad.wav").exists());
}

#[test]
fn a_missing_bank_is_named() {
    check(&["song.mid", "--bank", "no.sf2", "--output", "null"], 1, &["no.sf2", "no such file"]);
}

#[test]
fn an_output_in_no_directory_is_refused() {
    check(&["render", "song.mid", "-o", "no/x.wav"], 1, &["no/x.wav", "no directory"]);
    check(&["song.mid", "--output", "wav:no/x.wav"], 1, &["no/x.wav", "no directory"]);
}

#[test]
fn an_unknown_kind_of_output_names_those_that_there_are() {
    check(&["render", "song.mid", "-o", "x.xyz"], 1, &["x.xyz", ".wav", "--format"]);
    check(&["song.mid", "--output", "bogus"], 2, &["bogus", "null", "wav:FILE"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_reported() {
    check(&["render", "song.mid", "-o", "/dev/full", "--format", "wav"], 1, &["/dev/full"]);
}

#[test]
fn wrong_usage_exits_with_2_in_one_line() {
    check(&["render", "song.mid", "-o", "x.wav", "--bogus"], 2, &["--bogus", "--help"]);
    check(&["render", "song.mid"], 2, &["--output", "--help"]);
    check(&["render", "song.mid", "-o", "x.wav", "--rate", "0"], 2, &["--rate", "8000"]);
    check(&["render", "song.mid", "-o", "x.wav", "--rate", "10000000"], 2, &["--rate", "384000"]);
    check(&["render", "song.mid", "-o", "x.wav", "--tail", "-1"], 2, &["-1"]);
}

#[test]
fn a_broken_configuration_is_reported_with_its_line() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("config/portative")).unwrap();
    fs::write(desk.path("config/portative/config.toml"), "bank = 7\n").unwrap();
    if cfg!(target_os = "linux") {
        let line = refusal(&desk, &["song.mid", "--output", "null"], 1);
        assert!(line.contains("config.toml") && line.contains("line 1"), "{line}");
    }
}

#[cfg(unix)]
mod interrupted {
    use std::io::Read;
    use std::process::Child;

    use super::*;

    /// Starts the program on a song of an hour, and waits until it is at work.
    fn start(desk: &Desk, args: &[&str]) -> Child {
        let mut track = Track::default();
        let (channel, key) = (Channel::default(), Key::new(60).unwrap());
        let velocity = Velocity::new(100).unwrap();
        track.push(0, Message::NoteOn { channel, key, velocity });
        track.push(3_600 * 960, Message::NoteOff { channel, key, velocity });
        let smf = Smf {
            format: Format::Single,
            division: Division::from_word(480).unwrap(),
            tracks: vec![track],
            rmid: None,
        };
        fs::write(desk.path("hour.mid"), write(&smf).unwrap()).unwrap();
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
}

// ---- banks

#[track_caller]
fn said(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn bank_info_tells_what_a_bank_is() {
    let text = said(&Desk::new(), &["bank", "info", "bank.sf2"]);
    for row in ["Name        Portative", "Presets     ", "Samples     ", "In memory   "] {
        assert!(text.contains(row), "`{row}` is not in:\n{text}");
    }
}

#[test]
fn bank_presets_lists_them_by_number() {
    let text = said(&Desk::new(), &["bank", "presets", "bank.sf2"]);
    assert!(text.starts_with("  0:0    "), "{text}");
    assert!(text.lines().last().unwrap().starts_with("128:"), "{text}");
}

#[test]
fn bank_lint_finds_nothing_odd_in_the_built_in_bank() {
    assert_eq!(said(&Desk::new(), &["bank", "lint", "bank.sf2"]), "nothing odd\n");
}

#[test]
fn bank_reports_come_as_json_too() {
    let desk = Desk::new();
    let json = |command| {
        let text = said(&desk, &["bank", command, "bank.sf2", "--json"]);
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    assert_eq!(json("info")["samples"]["unusable"], 0);
    assert_eq!(json("presets")[0]["program"], 0);
    assert_eq!(json("lint")["findings"], serde_json::json!([]));
}

#[test]
fn bank_lint_names_what_is_odd_and_is_done() {
    let desk = Desk::new();
    fs::write(desk.path("odd.sf2"), [BUILT_IN_BANK, b"odd"].concat()).unwrap();
    let text = said(&desk, &["bank", "lint", "odd.sf2", "--tables-only"]);
    assert!(text.starts_with("RIFF: size ") && text.ends_with("1 oddity\n"), "{text}");
}

#[test]
fn texts_of_a_bank_do_not_command_the_terminal() {
    let desk = Desk::new();
    let mut bank = BUILT_IN_BANK.to_vec();
    let at = bank.windows(4).position(|id| id == b"INAM").unwrap() + 8;
    bank[at..at + 4].copy_from_slice(b"\x1B[2J");
    fs::write(desk.path("odd.sf2"), bank).unwrap();
    let text = said(&desk, &["bank", "info", "odd.sf2"]);
    assert!(text.contains("\u{FFFD}[2J") && !text.contains('\x1B'), "{text}");
}

#[test]
fn what_is_no_bank_is_refused() {
    check(&["bank", "info", "text.mid"], 1, &["text.mid", "expected RIFF"]);
    check(&["bank", "lint", "short.sf2"], 1, &["short.sf2", "bytes left at offset"]);
    check(&["bank", "presets", "nothing.sf2"], 1, &["nothing.sf2", "no such file"]);
}
