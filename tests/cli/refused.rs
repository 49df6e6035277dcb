//! What is refused, with a line that says why.

use std::fs;

use super::desk::*;

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
    check(&["render", "song.mid", "-o", "x.xyz"], 2, &["x.xyz", ".wav", "--format"]);
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
    desk.configure("bank = 7\n");
    if cfg!(target_os = "linux") {
        let line = refusal(&desk, &["song.mid", "--output", "null"], 1);
        assert!(line.contains("config.toml") && line.contains("line 1"), "{line}");
    }
}

#[test]
fn a_song_of_days_is_not_rendered_unless_that_is_wanted() {
    let desk = Desk::new();
    fs::write(desk.path("days.mid"), song_of(60 * 3_600)).unwrap();
    for args in [
        &["render", "days.mid", "-o", "days.wav"][..],
        &["render", "days.mid", "-o", "-"],
        &["play", "days.mid", "--output", "wav:days.wav"],
    ] {
        let desk = Desk::new();
        fs::write(desk.path("days.mid"), song_of(60 * 3_600)).unwrap();
        let output = desk.run(args);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        for part in ["days.mid: lasts 60.0 hours", "24", "--max-length HOURS"] {
            assert!(said.contains(part), "`{part}` is not in: {said}");
        }
    }
    let render = ["render", "song.mid", "-q", "-o", "song.wav", "--max-length"];
    assert_eq!(desk.run(&[&render[..], &["0.0001"]].concat()).status.code(), Some(1));
    assert!(desk.run(&[&render[..], &["0.001"]].concat()).status.success());
    assert!(desk.run(&[&render[..], &["none"]].concat()).status.success());
    check(&[&render[..], &["nan"]].concat(), 2, &["nan", "hours"]);
}

#[test]
fn a_setting_outside_its_range_is_refused_with_the_range() {
    let render = ["render", "song.mid", "-o", "x.wav"];
    let with = |more: &[&'static str]| [&render[..], more].concat();
    check(&with(&["--voices", "0"]), 2, &["--voices 0", "native", "1 to 65536"]);
    check(&with(&["--voices", "65537"]), 2, &["65537", "1 to 65536"]);
    let reference = ["--engine", "rustysynth"];
    check(&with(&[&reference[..], &["--voices", "7"]].concat()), 2, &["rustysynth", "8 to 256"]);
    check(&with(&[&reference[..], &["--rate", "8000"]].concat()), 2, &["16000 to 192000"]);
    check(&with(&["--gain", "61"]), 2, &["-120 to 60"]);
    check(&with(&["--block", "0"]), 2, &["1..=65536"]);
    check(&with(&["--limiter", "maybe"]), 2, &["on, off"]);
}

#[test]
fn a_mistyped_command_is_recognized() {
    check(&["playy"], 2, &["`playy`", "did you mean `play`?"]);
    check(&["redner", "song.mid", "-o", "x.wav"], 2, &["did you mean `render`?"]);
    check(&["bnak", "info", "bank.sf2"], 2, &["did you mean `bank`?"]);
    check(&["music"], 1, &["music: no such file"]);
    let desk = Desk::new();
    fs::copy(desk.path("song.mid"), desk.path("playy")).unwrap();
    assert!(desk.run(&["playy", "--output", "null"]).status.success(), "a file comes first");
}

#[test]
fn several_songs_are_not_rendered_to_one_file() {
    let desk = Desk::new();
    for directory in ["x", "y"] {
        fs::create_dir(desk.path(directory)).unwrap();
        fs::copy(desk.path("song.mid"), desk.path(directory).join("s.mid")).unwrap();
    }
    let line = refusal(&desk, &["render", "x/s.mid", "y/s.mid", "-o", "one.wav"], 2);
    assert!(line.contains("one.wav: one file for 2 songs; name a directory"), "{line}");
    let line = refusal(&desk, &["render", "x/s.mid", "y/s.mid", "-o", "out"], 2);
    assert!(line.contains("two songs would have this name"), "{line}");
}

#[cfg(unix)]
#[test]
fn a_closed_standard_output_is_no_place_for_a_song() {
    let desk = Desk::new();
    let shell = |line: &str| {
        let program = env!("CARGO_BIN_EXE_portative");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", line, program]).current_dir(desk.0.path());
        shell.env("PORTATIVE_BANK", desk.path("bank.sf2")).output().unwrap()
    };
    let closed = shell("exec \"$0\" render song.mid -q -o - >&-");
    assert_eq!(closed.status.code(), Some(1));
    let said = String::from_utf8(closed.stderr).unwrap();
    assert_eq!(said, "portative: -o -: standard output is closed\n");
    assert!(shell("exec \"$0\" render song.mid -q -o - >/dev/null").status.success());
}

#[cfg(any(feature = "midi", feature = "jack"))]
#[test]
fn an_input_has_a_name() {
    for option in ["--virtual", "--input"] {
        check(&["live", "--output", "null", option, ""], 2, &[option, "value"]);
    }
}

#[cfg(feature = "audio")]
#[test]
fn an_unknown_device_is_told_with_those_that_there_are() {
    let desk = Desk::new();
    let hosts = portative::io::AudioHost::all().map(|host| host.to_string());
    for host in hosts.filter(|host| host != "jack") {
        let output = desk.run(&["song.mid", "--output", &format!("{host}:nonexistent")]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("`nonexistent`; it has: "), "{said}");
    }
}

#[test]
fn a_report_has_a_file_of_its_own_that_can_be_written() {
    let render = ["render", "song.mid", "-o", "x.wav", "--report"];
    let with = |file| [&render[..], &[file]].concat();
    check(&with("no/report.json"), 1, &["no/report.json", "no directory"]);
    check(&with("./x.wav"), 2, &["--report ./x.wav", "a song is rendered to it"]);
    check(&with("song.mid"), 1, &["song.mid", "is read"]);
}
