//! The program itself, as people start it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::client::{RigClient, undisturbed};
use super::measure::{cents, onset, pitch_hz};
use super::organ::frequency;
use super::server::{RATE, Server, until};

/// A song of the house that never falls silent for long.
const SONG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/songs/harbour-train.mid");
const BANK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/soundfonts/portative.sf2");
/// The program's ports on the server.
const PORTS: &str = super::jack_audio::PORTS;

fn program(args: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_portative"));
    program.args(args).env("PORTATIVE_BANK", BANK).stdin(Stdio::null());
    program
}

/// A program that runs; killed at the latest when the test is over, however that ends.
struct Running(Child);

impl Running {
    fn start(mut program: Command) -> Self {
        Self(program.spawn().unwrap())
    }

    /// Tells it to end, as Ctrl-C does, and waits until it has.
    fn interrupt(mut self) -> Option<i32> {
        Command::new("kill").args(["-INT", &self.0.id().to_string()]).status().unwrap();
        let mut code = None;
        until("the program's end", Duration::from_secs(5), || {
            code = self.0.try_wait().unwrap();
            code.is_some()
        });
        code.and_then(|status| status.code())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `play` puts out, to the bit, what `render` writes of the same song.
pub(crate) fn program_plays_what_it_renders() {
    let rendered = program(&["render", SONG, "-q", "-o", "-", "--format", "raw"])
        .args(["--sample-format", "f32", "--rate", &RATE.to_string()])
        .output()
        .unwrap();
    assert!(rendered.status.success());
    let expected = stereo(&rendered.stdout);
    let _server = Server::jack();
    undisturbed(|| {
        let rig = RigClient::new(Vec::new());
        let player = Running::start(program(&["play", SONG, "-q", "--output", "jack"]));
        rig.capture_from(PORTS);
        rig.wait(4.0);
        let heard = rig.finish();
        let code = player.interrupt();
        // The rig connects while the song begins; what it missed of it is not compared.
        let begin = onset(&heard.frames, 0).expect("sound");
        let heard_part = &heard.frames[begin + 4_096..];
        let at = find(&expected, &heard_part[..512]);
        println!("  heard from frame {at:?} of the song on, {} gaps, exit {code:?}", heard.gaps);
        heard.is_whole().then(|| {
            let at = at.expect("a place in the song");
            let compared = heard_part.len().min(expected.len() - at);
            assert!(compared > 2 * RATE as usize);
            let equal =
                heard_part.iter().zip(&expected[at..]).take_while(|(a, b)| bits(a) == bits(b));
            assert_eq!(equal.count(), compared);
            assert_eq!(code, Some(130));
        })
    });
}

/// Notes that a MIDI client sends to `live` sound at their pitch.
pub(crate) fn program_plays_midi_live_at_the_right_pitch() {
    const KEYS: [u8; 4] = [57, 64, 69, 76];
    /// Frames between two notes.
    const APART: u32 = 36_000;
    let _server = Server::jack();
    undisturbed(|| {
        // Flute, which settles to its pitch and ends soon.
        let mut messages = vec![(0, vec![0xC0, 73])];
        for (index, key) in (0..).zip(KEYS) {
            messages.push((9_600 + index * APART, vec![0x90, key, 100]));
            messages.push((9_600 + index * APART + 20_000, vec![0x80, key, 64]));
        }
        let args = ["live", "-q", "--virtual", "keys", "--output", "jack"];
        let mut live = program(&args);
        live.args(["--no-reverb", "--no-chorus"]);
        let player = Running::start(live);
        let rig = RigClient::new(messages);
        rig.capture_from(PORTS);
        until("the program's input", Duration::from_secs(5), || rig.try_send_to("portative:keys"));
        rig.wait(1.0);
        rig.go();
        rig.wait(4.0);
        let heard = rig.finish();
        let code = player.interrupt();
        heard.is_whole().then(|| {
            let base = heard.base.wrapping_sub(heard.first) as usize;
            for (index, key) in KEYS.into_iter().enumerate() {
                // From a while after the note began to before it is let go.
                let begin = base + 9_600 + index * APART as usize + 6_000;
                let pitch = pitch_hz(&heard.frames[begin..begin + 12_000], RATE);
                let off = cents(pitch, frequency(key));
                println!("  key {key}: {pitch:.2} Hz, {off:+.1} cents");
                assert!(off.abs() < 15.0, "vibrato is no more than that");
            }
            assert_eq!(code, Some(0));
        })
    });
}

/// Without a keyboard `live` says what could be named, and so it does when what is named is not there.
pub(crate) fn program_says_what_could_be_played() {
    let _server = Server::jack();
    let rig = RigClient::new(Vec::new());
    let said = |more: &[&str]| {
        let mut live = program(&["live", "--output", "null"]);
        live.args(more).stderr(Stdio::piped());
        let mut live = Running::start(live);
        let mut lines = BufReader::new(live.0.stderr.take().unwrap()).lines().map(Result::unwrap);
        let line = lines.nth(2).unwrap();
        println!("  {line}");
        line
    };
    let line = said(&[]);
    assert!(line.starts_with("no keyboard yet") && line.contains("--input"), "{line}");
    assert!(line.contains("(JACK MIDI)"), "{line}");
    let line = said(&["--input", "nothere"]);
    assert!(line.starts_with("no input has `nothere` in its name yet; there is: `"), "{line}");
    drop(rig.finish());
}

/// With a server that hangs, and on a terminal that gives single keys, `q` and Ctrl-C end the program all the
/// same, at whatever moment of losing the device and opening it again they come.
pub(crate) fn program_ends_in_time_beside_a_hung_server() {
    let commands = [format!("play {SONG}"), "live".to_owned()];
    let cases = [(0, b"q", 100), (0, b"\x03", 1_500), (1, b"q", 1_500)];
    for (command, key, after) in cases {
        let server = Server::jack();
        let mut terminal = Command::new("script");
        let line =
            format!("{} {} --output jack", env!("CARGO_BIN_EXE_portative"), commands[command]);
        terminal
            .args(["-qfec", &line, "/dev/null"])
            .env("PORTATIVE_BANK", BANK)
            .env("TERM", "xterm");
        terminal.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut program = Running::start(terminal);
        let rig = RigClient::new(Vec::new());
        rig.capture_from(PORTS);
        drop(rig.finish());
        server.hang();
        sleep(Duration::from_millis(after));
        let mut keyboard = program.0.stdin.take().unwrap();
        keyboard.write_all(key).unwrap();
        keyboard.flush().unwrap();
        let took = until("the program's end", Duration::from_secs(10), || {
            program.0.try_wait().unwrap().is_some()
        });
        server.wake();
        println!("  {} ended {took:.1?} after {key:?}", commands[command]);
        assert!(took < Duration::from_secs(3));
    }
}

fn stereo(bytes: &[u8]) -> Vec<[f32; 2]> {
    let point = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().unwrap());
    bytes.chunks_exact(8).map(|frame| [point(&frame[..4]), point(&frame[4..])]).collect()
}

fn bits(frame: &[f32; 2]) -> [u32; 2] {
    frame.map(f32::to_bits)
}

/// Where `part` stands in `whole`, to the bit.
fn find(whole: &[[f32; 2]], part: &[[f32; 2]]) -> Option<usize> {
    let same = |(a, b): (&[f32; 2], &[f32; 2])| bits(a) == bits(b);
    (0..whole.len().saturating_sub(part.len())).find(|at| whole[*at..].iter().zip(part).all(same))
}
