//! The engine and the banks that a command plays with.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use portative::bank::{Bank, BankPreset, Stack};
use portative::engine::native::{Interpolation, Native};
use portative::engine::reference::Reference;
use portative::engine::{Effects, Engine};
use portative::io::{BUILT_IN_BANK, Config, FileSource, FoundBank};
use portative::port::{Params, PortError, SynthPort};
use portative::riff::ByteSource;
use portative::sequence::Sequence;

use super::args::{EngineName, InterpolationName, SoundArgs};
use super::output::OutputName;

/// What makes the sound: an engine and its banks, as arguments, configuration and machine have it.
pub(super) struct Sound {
    engine: Arc<dyn Engine>,
    params: Params,
    banks: Banks,
    /// What the banks are called in messages.
    name: String,
}

/// Banks in the form in which the engine takes them.
enum Banks {
    /// The tables of all of them; waves are read as they are needed.
    Stack(Stack),
    /// One, whole.
    Whole(Source),
}

impl Sound {
    /// Chooses engine and banks; `plain` are the banks among plain file arguments.
    pub(super) fn choose(args: &SoundArgs, plain: Vec<PathBuf>, config: &Config) -> Result<Self> {
        let mut paths = plain;
        paths.extend(args.banks.iter().cloned());
        if paths.is_empty() {
            paths.clone_from(&config.bank);
        }
        let (sources, name) = sources(&paths, args.quiet)?;
        let name_of_engine = engine_name(args, config)?;
        let (engine, banks): (Arc<dyn Engine>, _) = match name_of_engine {
            EngineName::Native => {
                let open = |source| Bank::from_source(source).map(Arc::new);
                let banks: Result<Vec<_>, _> = sources.into_iter().map(open).collect();
                let stack = Stack::new(banks.with_context(|| format!("bank {name}"))?);
                (Arc::new(Native::with_interpolation(interpolation(args))), Banks::Stack(stack))
            }
            EngineName::Rustysynth => match sources.as_slice() {
                [bank] => (Arc::new(Reference), Banks::Whole(Arc::clone(bank))),
                _ => bail!("the rustysynth engine plays one bank at a time, got {name}; name one"),
            },
        };
        let params = Params {
            voices: args.voices,
            effects: Some(Effects { reverb: !args.no_reverb, chorus: !args.no_chorus }),
            gain_db: args.gain.or(config.gain),
            ..Params::default()
        };
        Ok(Self { engine, params, banks, name })
    }

    /// The same with a limiter on its ports where an output is heard; a recording has what a render has.
    pub(super) fn for_output(mut self, output: &OutputName) -> Self {
        self.params.limiter = Some(output.is_heard());
        self
    }

    /// A port with everything downloaded.
    pub(super) fn open_port(&self, sample_rate: u32) -> Result<SynthPort> {
        let port = self.port(sample_rate, None)?;
        self.download(&port, Stack::presets)?;
        Ok(port)
    }

    /// A port for songs of any number of channels, with nothing downloaded yet.
    pub(super) fn open_port_for_songs(&self, sample_rate: u32) -> Result<SynthPort> {
        self.port(sample_rate, Some(u16::MAX))
    }

    /// A port for a song, with what the song can need downloaded.
    pub(super) fn open_port_for(&self, song: &Sequence) -> Result<SynthPort> {
        let groups = u16::try_from(song.group_count()).unwrap_or(u16::MAX);
        let port = self.port(song.rate().hz(), Some(groups))?;
        self.download_for(&port, song)?;
        Ok(port)
    }

    /// Downloads what a song can need to a port.
    pub(super) fn download_for(&self, port: &SynthPort, song: &Sequence) -> Result<()> {
        let programs: Vec<_> = song.patches().iter().map(|patch| patch.program.get()).collect();
        self.download(port, |stack| stack.presets_for(&programs))
    }

    fn port(&self, sample_rate: u32, channel_groups: Option<u16>) -> Result<SynthPort> {
        let params = Params { sample_rate: Some(sample_rate), channel_groups, ..self.params };
        let port = SynthPort::open_with(Arc::clone(&self.engine), params)?;
        let granted = port.params()?;
        if granted.sample_rate.hz() != sample_rate {
            bail!(
                "--rate {sample_rate}: the {} engine can do {} Hz at the nearest",
                self.engine.name(),
                granted.sample_rate.hz()
            );
        }
        Ok(port)
    }

    fn download(
        &self,
        port: &SynthPort,
        wanted: impl FnOnce(&Stack) -> Vec<BankPreset>,
    ) -> Result<()> {
        self.replace_downloads(port, wanted).with_context(|| format!("bank {}", self.name))
    }

    /// Downloads what is wanted and not there yet, then unloads what is there and not wanted.
    fn replace_downloads(
        &self,
        port: &SynthPort,
        wanted: impl FnOnce(&Stack) -> Vec<BankPreset>,
    ) -> Result<()> {
        let mut unwanted = port.downloads()?;
        match &self.banks {
            Banks::Whole(_) if !unwanted.is_empty() => unwanted.clear(),
            Banks::Whole(bank) => {
                port.download_bank(Arc::clone(bank))?;
            }
            Banks::Stack(stack) => {
                for preset in wanted(stack) {
                    match port.download_presets(vec![preset]) {
                        Ok(_) => {}
                        Err(PortError::AlreadyDownloaded { id, .. }) => {
                            unwanted.retain(|held| *held != id);
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
            }
        }
        unwanted.into_iter().try_for_each(|id| port.unload(id))?;
        Ok(())
    }
}

fn engine_name(args: &SoundArgs, config: &Config) -> Result<EngineName> {
    match (&args.engine, &config.engine) {
        (Some(name), _) => Ok(*name),
        (None, Some(name)) => clap::ValueEnum::from_str(name, true).map_err(|_| {
            anyhow::anyhow!(
                "engine `{name}` in the configuration is unknown, expected native or rustysynth"
            )
        }),
        (None, None) => Ok(EngineName::Native),
    }
}

fn interpolation(args: &SoundArgs) -> Interpolation {
    match args.interpolation {
        InterpolationName::None => Interpolation::None,
        InterpolationName::Linear => Interpolation::Linear,
        InterpolationName::Cubic => Interpolation::Cubic,
        InterpolationName::Sinc => Interpolation::Sinc,
    }
}

type Source = Arc<dyn ByteSource>;

/// The banks that were named, or the one that is found, and what they are called.
fn sources(paths: &[PathBuf], quiet: bool) -> Result<(Vec<Source>, String)> {
    let say = |text: &str| {
        if !quiet {
            eprintln!("{text}");
        }
    };
    if !paths.is_empty() {
        let names: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
        let name = names.join(", ");
        say(&format!("bank: {name}"));
        let open = |path| Ok(Arc::new(FileSource::open(path)?) as Source);
        return Ok((paths.iter().map(open).collect::<Result<_>>().context("bank")?, name));
    }
    let found = FoundBank::search();
    match &found {
        FoundBank::Environment(path) | FoundBank::Usual(path) => {
            say(&format!("bank: {found}"));
            let source = FileSource::open(path).context("bank")?;
            Ok((vec![Arc::new(source)], path.display().to_string()))
        }
        _ => {
            say(BUILT_IN);
            Ok((vec![Arc::new(BUILT_IN_BANK)], found.to_string()))
        }
    }
}

/// What is said when there is no other bank.
const BUILT_IN: &str = "bank: built in, a small one; for a fuller sound install one \
    (for example `apt install fluid-soundfont-gm`) or name one with --bank";
