//! Songs that are played and rendered.

use std::fs;
use std::path::Path;

use super::desk::*;

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
    fs::copy(desk.path("bank.sf2"), desk.path("mine.sf2")).unwrap();
    desk.configure(&format!("bank = ['{}']\n", desk.path("mine.sf2").display()));
    let output = desk.run(&["song.mid", "--output", "null"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(cfg!(not(target_os = "linux")) || said.contains("mine.sf2"), "{said}");
}

#[test]
fn a_configured_output_is_used_unless_another_is_named() {
    let desk = Desk::new();
    desk.configure("output = 'wav:take.wav'\n");
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

#[test]
fn a_limiter_is_there_when_it_is_asked_for_and_costs_no_time_of_a_render() {
    let desk = Desk::new();
    let render = |more: &[&str]| {
        let args = ["render", "song.mid", "-q", "-o", "-", "--format", "raw"];
        let output =
            desk.run(&[&args[..], &["--sample-format", "f32", "--tail", "0"], more].concat());
        assert!(output.status.success());
        let points = output.stdout.as_chunks::<4>().0.iter();
        points.map(|bytes| f32::from_le_bytes(*bytes)).collect::<Vec<_>>()
    };
    let loudest = |points: &[f32]| points.iter().fold(0.0_f32, |peak, point| peak.max(point.abs()));
    let (bare, limited) = (render(&["--limiter", "off"]), render(&["--limiter", "on"]));
    assert_eq!(bare, render(&[]), "a render has none unless it is asked for");
    assert_eq!(bare, limited, "what does not exceed full scale is left alone");
    let loud = ["--gain", "40"];
    assert!(loudest(&render(&loud)) > 1.0);
    let limited = render(&[&loud[..], &["--limiter", "on"]].concat());
    assert!(loudest(&limited) <= 1.0 && limited.len() == bare.len());
}

#[test]
fn help_tells_ranges_and_defaults() {
    let desk = Desk::new();
    let text = String::from_utf8(desk.run(&["render", "--help"]).stdout).unwrap();
    for part in ["1 to 65536", "-120 to 60", "8000 to 384000", "0 to 3600", "[default: 24]"] {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn a_report_tells_what_was_rendered() {
    use sha2::{Digest, Sha256};
    let desk = Desk::new();
    fs::write(desk.path("bad.mid"), b"nothing").unwrap();
    let args = ["render", "song.mid", "bad.mid", "-q", "-o", "out/", "--report", "report.json"];
    assert_eq!(desk.run(&args).status.code(), Some(1));
    let report = fs::read(desk.path("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["engine"], "native");
    let [song, bad] = report["songs"].as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!((&song["song"], &song["output"]), (&"song.mid".into(), &"out/song.wav".into()));
    assert_eq!((&song["notes"], &song["lost_notes"]), (&1.into(), &0.into()));
    assert_eq!((&song["song_seconds"], &song["clipped_frames"]), (&1.0.into(), &0.into()));
    assert_eq!(song["missing_presets"], serde_json::json!([]));
    assert!(song["peak_voices"].as_u64().unwrap() > 0);
    let (peak, rms) = (song["peak_dbfs"].as_f64().unwrap(), song["rms_dbfs"].as_f64().unwrap());
    assert!(-60.0 < rms && rms < peak && peak < 0.0, "{song}");
    let file = fs::read(desk.path("out/song.wav")).unwrap();
    let data = &file[file.len() - data_len(&file)..];
    assert_eq!(song["frames"].as_u64().unwrap() * 4, data.len() as u64);
    let digest: String = Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(song["sha256"], digest.as_str());
    assert!(bad["error"].as_str().unwrap().contains("bad.mid") && bad["sha256"].is_null());
}

#[test]
fn a_report_tells_which_presets_are_missing_and_what_plays_instead() {
    let desk = Desk::new();
    let args = ["render", "kits.mid", "-q", "-o", "x.wav", "--report", "report.json"];
    fs::write(desk.path("kits.mid"), kits()).unwrap();
    assert!(desk.run(&args).status.success());
    let report = fs::read(desk.path("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    let missing = &report["songs"][0]["missing_presets"];
    assert_eq!(missing[0]["channel"], 10);
    assert_eq!(missing[0]["asked"], serde_json::json!({ "bank": 128, "program": 127 }));
    assert_eq!(missing[0]["plays"]["bank"], 128);
    assert_eq!(report["songs"][0]["notes_of_missing_presets"], 1);
}

#[test]
fn bank_lint_tells_what_a_song_misses() {
    let desk = Desk::new();
    fs::write(desk.path("kits.mid"), kits()).unwrap();
    let lint = |song: &str| said(&desk, &["bank", "lint", "bank.sf2", "--song", song]);
    let text = lint("kits.mid");
    assert!(text.contains("channel 10: 128:127 is missing, 128:0 "), "{text}");
    assert!(text.ends_with("plays instead (1 note)\n1 missing for the song\n"), "{text}");
    assert!(lint("song.mid").ends_with("the song has all that it asks for\n"));
    let json = said(&desk, &["bank", "lint", "bank.sf2", "--song", "kits.mid", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["missing"][0]["plays"]["program"], 0);
    assert_eq!(json["findings"], serde_json::json!([]));
}

#[test]
fn channels_that_an_engine_does_not_have_are_told() {
    let desk = Desk::new();
    fs::write(desk.path("two.mid"), two_ports()).unwrap();
    let said = |engine: &str| {
        let output = desk.run(&["render", "two.mid", "-o", "x.wav", "--engine", engine]);
        assert!(output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let expected = "two.mid: has 2 groups of 16 channels, the first 1 of them played";
    assert!(said("rustysynth").contains(expected));
    assert!(!said("native").contains("groups"));
}

#[test]
fn stems_add_up_to_the_song() {
    let desk = Desk::new();
    fs::copy("examples/songs/first-light.mid", desk.path("light.mid")).unwrap();
    let render = |more: &[&str]| {
        let args = ["render", "light.mid", "-q", "-o", "out.raw", "--sample-format", "f32"];
        let shared = ["--rate", "8000", "--tail", "2", "--no-reverb", "--no-chorus"];
        let output = desk.run(&[&args[..], &shared, more].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let points = |name: &str| -> Vec<f32> {
        let bytes = fs::read(desk.path(name)).unwrap();
        bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
    };
    render(&[]);
    render(&["--stems", "track"]);
    let (whole, one, other) = (points("out.raw"), points("out-02.raw"), points("out-03.raw"));
    assert_eq!((one.len(), other.len()), (whole.len(), whole.len()));
    let furthest = (0..whole.len()).map(|at| (whole[at] - one[at] - other[at]).abs());
    assert!(furthest.fold(0.0, f32::max) < 1e-6);
    let loud = |stem: &[f32]| stem.iter().any(|point| point.abs() > 0.01);
    assert!(loud(&one) && loud(&other));
    let refused = refusal(&desk, &["render", "light.mid", "-o", "-", "--stems", "channel"], 2);
    assert!(refused.contains("name a file"), "{refused}");
}
