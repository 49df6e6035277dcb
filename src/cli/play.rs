//! `portative play`.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use portative::io::{Config, Player};
use portative::port::{SynthPort, WaveSink};
use portative::sequence::Sequence;
use portative::time::{SampleRate, SampleTime};

use super::args::{MaxLength, PlayArgs};
use super::bank::Sound;
use super::keys::{Key, Keys};
use super::output::{FilePace, Lifeline, Output, OutputName};
use super::progress::{self, Progress, minutes};
use super::song::{self, Files, Song};
use super::words::Words;
use super::{Outcome, interrupt, render, screen};

/// The rate of outputs that have none.
const RATE: u32 = 48_000;
/// How often the queue is filled and the screen brought up to date.
const TICK: Duration = Duration::from_millis(10);
/// How far ahead events are queued, as a part of a second: far enough to sleep through a tick or two.
const LOOKAHEAD: u64 = 8;
/// What the arrow keys skip, in seconds.
const SKIP: u64 = 5;

pub(super) fn run(args: PlayArgs) -> Result<Outcome> {
    interrupt::watch()?;
    let files = Files::sort(&args.files)?;
    // A song that cannot be read is known before anything sounds.
    let rate = SampleRate::new(RATE).context("no rate")?;
    song::load(&files.songs[0], rate, true)?;
    let config = Config::load()?;
    let name = OutputName::choose(args.output, &config)?;
    let sound = Sound::choose(&args.sound, files.banks, &config)?.for_output(&name);
    if let OutputName::Wave(path) = &name {
        song::keep_apart(path, &[&args.files, &args.sound.banks])?;
    }
    let encoder = render::encoder(args.encoding);
    let keys = Keys::new();
    let output = Output::open(&name, rate, encoder, FilePace::Fast)?;
    let port = sound.open_port_for_songs(output.sink.format().sample_rate.hz())?;
    let mut stage = Stage {
        sound,
        port,
        sink: Some(output.sink),
        lifeline: output.lifeline,
        keys,
        is_heard: name.is_heard(),
        quiet: args.sound.quiet,
    };
    stage.say(&format!("playing on {}", output.description));
    let played = stage.play_all(&files.songs);
    let closed = stage.port.close();
    let fault = closed.ok().and_then(|released| released.sink?.fault());
    match fault {
        Some(fault) => Err(fault.into()),
        None => played,
    }
}

/// A port that plays, and everything around it that needs a look now and then.
struct Stage {
    sound: Sound,
    port: SynthPort,
    /// Until the first song is queued, so that it begins with the port's first frame.
    sink: Option<Box<dyn WaveSink>>,
    lifeline: Lifeline,
    keys: Keys,
    /// Whether somebody listens, as against reading a file later.
    is_heard: bool,
    quiet: bool,
}

/// How a song ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Played,
    Quit,
    Interrupted,
}

impl Stage {
    fn play_all(&mut self, songs: &[Song]) -> Result<Outcome> {
        let mut failed = 0;
        for (index, song) in songs.iter().enumerate() {
            match self.play(song, index > 0) {
                Ok(Ended::Played) => {}
                Ok(Ended::Quit) => return Ok(Outcome::Done),
                Ok(Ended::Interrupted) => return Ok(Outcome::Interrupted),
                Err(error) if songs.len() == 1 => return Err(error),
                Err(error) => {
                    failed += 1;
                    screen::complain(&screen::chain(&error));
                }
            }
        }
        if failed > 0 {
            bail!("{failed} of {} songs could not be played", songs.len());
        }
        Ok(Outcome::Done)
    }

    /// Plays one song; with `reset`, from the power-on state.
    fn play(&mut self, song: &Song, reset: bool) -> Result<Ended> {
        let rate = self.port.params()?.sample_rate;
        let sequence = song::load(song, rate, self.quiet)?;
        if !self.is_heard {
            song::check_length(&sequence, &song.path, MaxLength::DEFAULT)?;
        }
        let duration = sequence.duration();
        let name = song.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.say(&format!("{name} ({})", minutes(duration, rate)));
        if !self.quiet {
            song::tell_left_out(&sequence, &song.path, &self.port)?;
        }
        self.sound.download_for(&self.port, &sequence)?;
        let mut words = Words::of(sequence.syllables());
        let mut player = self.cue(sequence, rate)?;
        if reset {
            player.seek(SampleTime::ZERO);
        }
        let progress = Progress::new(&name, duration, rate, self.quiet);
        let mut ending = Ending::default();
        let ended = loop {
            if interrupt::requested() {
                break Ended::Interrupted;
            }
            let stats = self.port.stats()?;
            let queued = player.pump(stats.position + self.lookahead(rate))?;
            if let Some(clock) = self.lifeline.clock() {
                clock.advance_to(queued);
            }
            if let Some(news) = self.lifeline.look_after(&self.port)? {
                progress.aside(|| self.say(news));
            }
            let beside =
                if player.is_paused() { "paused".to_owned() } else { progress::describe(&stats) };
            progress.show(player.position().min(duration), beside);
            if progress.is_seen()
                && let Some(line) = words.sung_at(player.position())
            {
                progress.aside(|| self.say(&line));
            }
            if player.is_finished() && ending.is_over(stats.position, stats.peak, rate) {
                break Ended::Played;
            }
            match self.keys.wait(self.patience()) {
                Some(Key::Next) => break Ended::Played,
                Some(Key::Quit) => break Ended::Quit,
                Some(Key::Interrupt) => break Ended::Interrupted,
                Some(key) => steer(&mut player, key, rate),
                None => {}
            }
        };
        progress.clear();
        Ok(ended)
    }

    /// A player that has its beginning queued, on a port that renders.
    fn cue(&mut self, sequence: Arc<Sequence>, rate: SampleRate) -> Result<Player> {
        let ahead = self.lookahead(rate);
        let position = self.port.stats()?.position;
        let begin = if self.sink.is_some() { position } else { position + ahead };
        let mut player = Player::starting_at(begin, sequence, self.port.event_input()?);
        if let Some(sink) = self.sink.take() {
            player.pump(begin + ahead)?;
            self.port.connect(sink)?;
        }
        Ok(player)
    }

    fn lookahead(&self, rate: SampleRate) -> u64 {
        let second = u64::from(rate.hz());
        if self.lifeline.clock().is_some() { second } else { second / LOOKAHEAD }
    }

    const fn patience(&self) -> Duration {
        if self.lifeline.clock().is_some() { Duration::from_millis(1) } else { TICK }
    }

    /// Says something in a line of its own.
    fn say(&self, text: &str) {
        if !self.quiet {
            screen::say(text);
        }
    }
}

/// Does what a key asks of the song.
fn steer(player: &mut Player, key: Key, rate: SampleRate) {
    let skip = SKIP * u64::from(rate.hz());
    let position = player.position();
    match key {
        Key::Pause if player.is_paused() => player.resume(),
        Key::Pause => player.pause(),
        Key::Back => player.seek(SampleTime(position.0.saturating_sub(skip))),
        Key::Ahead => player.seek(position + skip),
        Key::Next | Key::Quit | Key::Interrupt => {}
    }
}

/// Waits for the last notes of a song to die away.
#[derive(Debug, Default)]
struct Ending {
    began: Option<SampleTime>,
    loud: SampleTime,
}

impl Ending {
    /// -80 dBFS.
    const QUIET: f32 = 1e-4;
    /// The longest wait, in seconds.
    const LONGEST: u64 = 10;

    fn is_over(&mut self, position: SampleTime, peak: f32, rate: SampleRate) -> bool {
        let second = u64::from(rate.hz());
        let began = *self.began.get_or_insert(position);
        if peak > Self::QUIET || began == position {
            self.loud = position;
        }
        position.saturating_since(self.loud) > second / 4
            || position.saturating_since(began) > Self::LONGEST * second
    }
}
