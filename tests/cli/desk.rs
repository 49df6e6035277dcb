//! A directory to work in, and the program run there.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use portative::io::BUILT_IN_BANK;
use portative::midi::smf::{Division, Format, Meta, Smf, Track, write};
use portative::midi::{Channel, Key, Message, Program, Velocity};
use tempfile::TempDir;

/// A directory to work in, and the program set up to depend on nothing outside.
pub(crate) struct Desk(pub(crate) TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self(TempDir::new().unwrap());
        fs::write(desk.path("bank.sf2"), BUILT_IN_BANK).unwrap();
        fs::write(desk.path("song.mid"), song()).unwrap();
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
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

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Gives the program a configuration file.
    pub(crate) fn configure(&self, text: &str) {
        fs::create_dir_all(self.path("config/portative")).unwrap();
        fs::write(self.path("config/portative/config.toml"), text).unwrap();
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// One note of a second.
pub(crate) fn song() -> Vec<u8> {
    song_of(1)
}

/// A note on a drum kit that no bank has.
pub(crate) fn kits() -> Vec<u8> {
    let (channel, key) = (Channel::PERCUSSION, Key::new(38).unwrap());
    let velocity = Velocity::new(100).unwrap();
    let mut track = Track::default();
    let program = Program::new(127).unwrap();
    track.push(0, Message::ProgramChange { channel, program, bank: None });
    track.push(0, Message::NoteOn { channel, key, velocity });
    track.push(480, Message::NoteOff { channel, key, velocity });
    file_of(vec![track])
}

/// One note of so many seconds.
pub(crate) fn song_of(seconds: u32) -> Vec<u8> {
    let (channel, key) = (Channel::default(), Key::new(69).unwrap());
    let velocity = Velocity::new(100).unwrap();
    let mut track = Track::default();
    track.push(0, Message::NoteOn { channel, key, velocity });
    track.push(u64::from(seconds) * 960, Message::NoteOff { channel, key, velocity });
    file_of(vec![track])
}

/// A note on a first and one on a second MIDI port.
pub(crate) fn two_ports() -> Vec<u8> {
    let (channel, key) = (Channel::default(), Key::new(60).unwrap());
    let velocity = Velocity::new(100).unwrap();
    let track = |port| {
        let mut track = Track::default();
        track.push(0, Meta::Port(port));
        track.push(0, Message::NoteOn { channel, key, velocity });
        track.push(480, Message::NoteOff { channel, key, velocity });
        track
    };
    file_of(vec![track(0), track(1)])
}

fn file_of(tracks: Vec<Track>) -> Vec<u8> {
    let smf = Smf {
        format: if tracks.len() == 1 { Format::Single } else { Format::Parallel },
        division: Division::from_word(480).unwrap(),
        tracks,
        rmid: None,
        xf: None,
    };
    write(&smf).unwrap()
}

/// The one line that a refused command writes; nothing else happens.
#[track_caller]
pub(crate) fn refusal(desk: &Desk, args: &[&str], code: i32) -> String {
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
pub(crate) fn check(args: &[&str], code: i32, parts: &[&str]) {
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

pub(crate) fn data_len(file: &[u8]) -> usize {
    let at = file.windows(4).position(|name| name == b"data").unwrap();
    file.len() - at - 8
}

#[track_caller]
pub(crate) fn said(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
