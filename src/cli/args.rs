//! The arguments of every command.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use portative::io::Config;

use super::output::OutputName;

/// A software MIDI synthesizer.
///
/// Plain file arguments are played: `portative song.mid`, `portative bank.sf2 song.mid`.
#[derive(Debug, Parser)]
#[command(name = "portative", version, arg_required_else_help = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Play(PlayArgs),
    Render(RenderArgs),
    #[cfg(any(feature = "midi", feature = "jack"))]
    Live(LiveArgs),
    #[cfg(any(feature = "audio", feature = "midi"))]
    Devices(DevicesArgs),
    #[command(subcommand)]
    Bank(BankCommand),
}

/// The names of all commands.
pub(super) fn command_names() -> impl Iterator<Item = String> {
    let names: Vec<_> =
        Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    names.into_iter()
}

/// Plays songs.
///
/// Keys: space holds and goes on, the arrows skip, n is the next song, q quits.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portative song.mid
  portative play bank.sf2 song.mid
  portative play *.mid --output jack
  portative play song.mid --output wav:take.wav")]
pub(super) struct PlayArgs {
    /// Songs, and banks to play them with, in any order
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// auto, an audio host (alsa, jack, ...), HOST:DEVICE, null or wav:FILE; auto when not given
    #[arg(long, value_name = "OUTPUT")]
    pub(super) output: Option<OutputName>,
    #[command(flatten)]
    pub(super) encoding: EncodingArgs,
    #[command(flatten)]
    pub(super) sound: SoundArgs,
}

/// Renders songs to audio files, faster than real time.
///
/// The file gets its name when it is whole: an interrupted render leaves nothing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portative render song.mid -o song.wav
  portative render song.mid -o song.wav --bank gm.sf2 --sample-format f32 --no-reverb
  portative render *.mid -o rendered/ --report rendered.json
  portative render song.mid -o stems/song.wav --stems channel
  portative render song.mid -o - | aplay")]
pub(super) struct RenderArgs {
    /// Songs, and banks to play them with
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// The audio file; a directory for several songs; `-` for standard output
    #[arg(short, long, value_name = "OUT")]
    pub(super) output: OsString,
    /// The kind of file; by the name's extension when not given
    #[arg(long)]
    pub(super) format: Option<Container>,
    #[command(flatten)]
    pub(super) encoding: EncodingArgs,
    /// Frames per second, 8000 to 384000
    #[arg(long, value_name = "HZ", default_value_t = 48_000, value_parser = clap::value_parser!(u32).range(8_000..=384_000))]
    pub(super) rate: u32,
    /// Frames rendered at once, 1 to 65536; the result is the same for any number
    #[arg(long, value_name = "FRAMES", default_value_t = 1_024, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub(super) block: u32,
    /// Threads that render, 1 to 256; as many as there are processors when not given. The result is the same for any
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) threads: Option<u16>,
    /// How long to go on after the song's end: 0 to 3600 seconds, or `auto` for until it has died away
    #[arg(long, value_name = "SECONDS", default_value = "auto")]
    pub(super) tail: TailLength,
    /// The longest song that is rendered, in hours; `none` for any
    #[arg(long, value_name = "HOURS", default_value_t = MaxLength::DEFAULT)]
    pub(super) max_length: MaxLength,
    /// Render each part to a file of its own, OUT-01.wav and so on: all is played, only the part is heard
    #[arg(long, value_name = "BY")]
    pub(super) stems: Option<StemBy>,
    /// Tell what was rendered in this file, as JSON
    #[arg(long, value_name = "FILE.json")]
    pub(super) report: Option<PathBuf>,
    #[command(flatten)]
    pub(super) sound: SoundArgs,
}

/// Plays MIDI keyboards, and those plugged in later.
#[cfg(any(feature = "midi", feature = "jack"))]
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portative live
  portative live --input Keystation --bank piano.sf2
  portative live --virtual Portative --output jack")]
pub(super) struct LiveArgs {
    /// Part of the name of an input; all keyboards when none is named
    #[arg(long = "input", value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(super) inputs: Vec<String>,
    /// Be a MIDI port of this name, to which other programs connect
    #[arg(long = "virtual", value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(super) virtual_name: Option<String>,
    /// auto, an audio host (alsa, jack, ...), HOST:DEVICE, null or wav:FILE; auto when not given
    #[arg(long, value_name = "OUTPUT")]
    pub(super) output: Option<OutputName>,
    #[command(flatten)]
    pub(super) encoding: EncodingArgs,
    #[command(flatten)]
    pub(super) sound: SoundArgs,
}

/// Lists audio outputs and MIDI ports, what is default and what is wrong.
#[cfg(any(feature = "audio", feature = "midi"))]
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portative devices
  portative devices --json")]
pub(super) struct DevicesArgs {
    /// Print JSON to standard output
    #[arg(long)]
    pub(super) json: bool,
}

/// Tells what a sound bank holds and what is odd in it.
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  portative bank info gm.sf2
  portative bank presets gm.sf3 --json
  portative bank lint my-own.sf2
  portative bank lint gm.sf2 --song song.mid")]
pub(super) enum BankCommand {
    /// What the bank is, what is in it, the memory it would take
    Info(BankFileArgs),
    /// Every preset: numbers, name, keys, regions, the memory it would take
    Presets(BankFileArgs),
    /// Everything odd: what players ignore, forgive or cannot play
    Lint(LintArgs),
}

/// A bank to look into.
#[derive(Debug, Args)]
pub(super) struct BankFileArgs {
    /// A sound bank (SF2, SF3)
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Print JSON to standard output
    #[arg(long)]
    pub(super) json: bool,
}

/// A bank to find fault with.
#[derive(Debug, Args)]
pub(super) struct LintArgs {
    #[command(flatten)]
    pub(super) file: BankFileArgs,
    /// Also tell which presets this song asks for that the bank does not have, and what plays instead
    #[arg(long, value_name = "SONG")]
    pub(super) song: Option<PathBuf>,
    /// Show each oddity, not three of a kind
    #[arg(long)]
    pub(super) all: bool,
    /// Leave the samples alone, which are read and decoded otherwise
    #[arg(long)]
    pub(super) tables_only: bool,
}

/// What makes the sound.
#[derive(Debug, Args)]
pub(super) struct SoundArgs {
    /// A sound bank (SF2 or SF3); later ones lie over earlier ones
    #[arg(long = "bank", value_name = "BANK")]
    pub(super) banks: Vec<PathBuf>,
    /// The synthesizer
    #[arg(long)]
    pub(super) engine: Option<EngineName>,
    /// How waves are read, by the native engine
    #[arg(long, default_value = "cubic")]
    pub(super) interpolation: InterpolationName,
    /// Voices that can sound at once, 1 to 65536 [default: 1024]; with rustysynth 8 to 256 [default: 256]
    #[arg(long, value_name = "N")]
    pub(super) voices: Option<u32>,
    /// Turn reverb off
    #[arg(long)]
    pub(super) no_reverb: bool,
    /// Turn chorus off
    #[arg(long)]
    pub(super) no_chorus: bool,
    /// Turn delay off
    #[arg(long)]
    pub(super) no_delay: bool,
    /// Gain in decibels, -120 to 60 [default: 0]
    #[arg(long, value_name = "DB", allow_negative_numbers = true, value_parser = decibels)]
    pub(super) gain: Option<f32>,
    /// Turn down what would exceed full scale [default: on where an output is heard, off in files]
    #[arg(long)]
    pub(super) limiter: Option<OnOff>,
    /// Say nothing but errors
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// How data points become bytes.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct EncodingArgs {
    /// How a data point is stored
    #[arg(long, default_value = "s16")]
    pub(super) sample_format: PointFormat,
    /// Dither 16-bit output
    #[arg(long, default_value = "on")]
    pub(super) dither: OnOff,
}

/// A choice of engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum EngineName {
    /// Our own
    Native,
    /// The reference synthesizer
    Rustysynth,
}

/// How waves are read between their data points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum InterpolationName {
    /// The nearest point
    None,
    /// A line through two points
    Linear,
    /// A cubic through four points
    Cubic,
    /// A windowed sinc through 32 points
    Sinc,
}

/// A kind of audio file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Container {
    /// WAVE (RF64 beyond 4 GB)
    Wav,
    /// The data points alone, little endian, channels interleaved
    Raw,
}

/// How a data point is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PointFormat {
    /// 16-bit integer
    S16,
    /// 24-bit integer
    S24,
    /// 32-bit floating point
    F32,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OnOff {
    On,
    Off,
}

/// What makes a stem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum StemBy {
    Channel,
    Track,
}

/// How long a render goes on after its song.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum TailLength {
    /// Until it has died away.
    Auto,
    /// So many seconds.
    Seconds(f64),
}

impl FromStr for TailLength {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        match text.parse() {
            Ok(seconds) if (0.0..=3_600.0).contains(&seconds) => Ok(Self::Seconds(seconds)),
            _ => Err("expected `auto` or 0 to 3600 seconds".into()),
        }
    }
}

/// The longest song that is written to a file, in hours: any one if there is no number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct MaxLength(pub(super) Option<f64>);

impl MaxLength {
    /// A day. A song of a few bytes can last for years.
    pub(super) const DEFAULT: Self = Self(Some(24.0));
}

impl fmt::Display for MaxLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(hours) => hours.fmt(f),
            None => f.write_str("none"),
        }
    }
}

impl FromStr for MaxLength {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self(None));
        }
        match text.parse() {
            Ok(hours) if hours > 0.0 && f64::is_finite(hours) => Ok(Self(Some(hours))),
            _ => Err("expected `none` or a number of hours".into()),
        }
    }
}

fn decibels(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(gain) if Config::GAIN_DB.contains(&gain) => Ok(gain),
        _ => Err("expected -120 to 60 decibels".into()),
    }
}
