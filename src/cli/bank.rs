//! The engine and the banks that a command plays with.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use portative::bank::{Bank, BankPreset, PatchNumber, Stack};
use portative::engine::native::{Casting, Interpolation, Native, cast, casting};
use portative::engine::reference::Reference;
use portative::engine::{Effects, Engine};
use portative::io::{BUILT_IN_BANK, Config, FileSource, FoundBank, OnDemand};
use portative::midi::Channel;
use portative::port::{Params, PortError, SynthPort};
use portative::riff::ByteSource;
use portative::sequence::Sequence;
use serde::Serialize;

use super::args::{EngineName, InterpolationName, OnOff, SoundArgs};
use super::output::OutputName;
use super::{Usage, screen};

/// What makes the sound: an engine and its banks, as arguments, configuration and machine have it.
pub(super) struct Sound {
    engine: Arc<dyn Engine>,
    params: Params,
    banks: Banks,
    /// What the banks are called in messages.
    name: String,
    quiet: bool,
}

/// Missing presets that are told one by one.
const TOLD: usize = 5;

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
        let voices = engine.capabilities().voices;
        if let Some(wanted) = args.voices.filter(|wanted| !voices.contains(wanted)) {
            let (low, high, engine) = (voices.start(), voices.end(), engine.name());
            bail!(Usage(format!(
                "--voices {wanted}: the {engine} engine has {low} to {high} voices"
            )));
        }
        let params = Params {
            voices: args.voices,
            effects: Some(Effects {
                reverb: !args.no_reverb,
                chorus: !args.no_chorus,
                delay: !args.no_delay,
            }),
            gain_db: args.gain.or(config.gain),
            limiter: args.limiter.map(|limiter| limiter == OnOff::On),
            ..Params::default()
        };
        Ok(Self { engine, params, banks, name, quiet: args.quiet })
    }

    /// The same with a limiter on its ports where an output is heard; a recording has what a render has.
    /// Unless the arguments say otherwise.
    pub(super) fn for_output(mut self, output: &OutputName) -> Self {
        self.params.limiter.get_or_insert(output.is_heard());
        self
    }

    /// A port to which instruments are downloaded as they are asked for, where the engine can, and what sees to it.
    #[cfg(any(feature = "midi", feature = "jack"))]
    pub(super) fn open_port_on_demand(
        &self,
        sample_rate: u32,
    ) -> Result<(Arc<SynthPort>, Option<OnDemand>)> {
        let port = Arc::new(self.port(sample_rate, None)?);
        let Banks::Stack(stack) = &self.banks else {
            self.download(&port, Stack::presets)?;
            return Ok((port, None));
        };
        let failed = |patch, error| screen::say(&format!("{patch}: {error}"));
        let on_demand = OnDemand::start(Arc::clone(&port), stack.clone(), failed)
            .with_context(|| format!("bank {}", self.name))?;
        Ok((port, Some(on_demand)))
    }

    /// A port for songs of any number of channels, with nothing downloaded yet.
    pub(super) fn open_port_for_songs(&self, sample_rate: u32) -> Result<SynthPort> {
        self.port(sample_rate, Some(u16::MAX))
    }

    /// A port for a song that is played from its beginning to its end, with what that needs downloaded.
    pub(super) fn open_port_for(&self, song: &Sequence) -> Result<SynthPort> {
        let port = self.port(song.rate().hz(), Some(groups(song, u16::MAX)))?;
        self.tell_missing(song);
        self.download(&port, |stack| self.played(stack, song))?;
        Ok(port)
    }

    /// Downloads what a song can need to a port, wherever it is entered, and tells what of it is not in the banks.
    pub(super) fn download_for(&self, port: &SynthPort, song: &Sequence) -> Result<()> {
        self.tell_missing(song);
        self.download(port, |stack| stack.presets_for(&programs(song)))
    }

    /// The presets that play the notes of a song; all that it can need, where that cannot be told beforehand.
    fn played(&self, stack: &Stack, song: &Sequence) -> Vec<BankPreset> {
        let groups = groups(song, *self.engine.capabilities().channel_groups.end());
        let numbered = |preset: BankPreset| {
            let (bank, program) = preset.numbers();
            Some((PatchNumber { bank, program: u8::try_from(program).ok()? }, preset))
        };
        let mut presets: BTreeMap<_, _> =
            stack.presets().into_iter().filter_map(numbered).collect();
        let events = song.events().iter().map(|timed| &timed.event);
        match cast(events, groups, |number| presets.contains_key(&number)) {
            Some(cast) => {
                let wanted =
                    |(number, keys): (&_, &_)| Some(presets.remove(number)?.for_keys(*keys));
                cast.iter().filter_map(wanted).collect()
            }
            None => stack.presets_for(&programs(song)),
        }
    }

    fn tell_missing(&self, song: &Sequence) {
        if !self.quiet {
            let missing = self.missing(song).unwrap_or_default();
            missing.iter().take(TOLD).for_each(|missing| screen::say(&missing.to_string()));
            if let Some(more @ 1..) = missing.len().checked_sub(TOLD) {
                screen::say(&format!("and {more} more; `bank lint BANK --song SONG` names all"));
            }
        }
    }

    /// The engine's name.
    pub(super) fn engine_name(&self) -> &'static str {
        self.engine.name()
    }

    /// What the banks are called.
    pub(super) fn bank_names(&self) -> &str {
        &self.name
    }

    /// What notes of a song are not played with as they ask for; `None` where the engine cannot tell.
    pub(super) fn missing(&self, song: &Sequence) -> Option<Vec<Missing>> {
        match &self.banks {
            Banks::Stack(stack) => {
                let groups = *self.engine.capabilities().channel_groups.end();
                Some(missing(stack, song, groups))
            }
            Banks::Whole(_) => None,
        }
    }

    fn port(&self, sample_rate: u32, channel_groups: Option<u16>) -> Result<SynthPort> {
        let params = Params { sample_rate: Some(sample_rate), channel_groups, ..self.params };
        let port = SynthPort::open_with(Arc::clone(&self.engine), params)?;
        let granted = port.params()?;
        if granted.sample_rate.hz() != sample_rate {
            let rates = self.engine.capabilities().sample_rate;
            let (low, high, engine) = (rates.start(), rates.end(), self.engine.name());
            bail!(Usage(format!(
                "{sample_rate} Hz: the {engine} engine renders at {low} to {high} Hz"
            )));
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

/// A preset that a song asks for and its banks do not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Missing {
    /// The channel, from 1, over all groups.
    channel: usize,
    asked: PatchNumber,
    /// What plays instead, if anything does.
    plays: Option<Preset>,
    /// Notes that ask for it.
    notes: u64,
}

/// A preset of a bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Preset {
    #[serde(flatten)]
    number: PatchNumber,
    name: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { channel, asked, plays, notes } = self;
        let notes = if *notes == 1 { "1 note".to_owned() } else { format!("{notes} notes") };
        write!(f, "channel {channel}: {}:{} is missing, ", asked.bank, asked.program)?;
        match plays {
            Some(Preset { number: PatchNumber { bank, program }, name }) => {
                write!(f, "{bank}:{program} {name} plays instead ({notes})")
            }
            None => write!(f, "and nothing plays instead ({notes})"),
        }
    }
}

/// What a song asks for that is in none of the banks, on an engine with so many channel groups at most.
pub(super) fn missing(stack: &Stack, song: &Sequence, most: u16) -> Vec<Missing> {
    let named = |preset: BankPreset| {
        let (bank, program) = preset.numbers();
        let name = preset.bank.presets().get(preset.preset.0 as usize)?.name.clone();
        Some((PatchNumber { bank, program: u8::try_from(program).ok()? }, name))
    };
    let presets: BTreeMap<_, _> = stack.presets().into_iter().filter_map(named).collect();
    let events = song.events().iter().map(|timed| &timed.event);
    let cast = casting(events, groups(song, most), |number| presets.contains_key(&number));
    let missing = cast.into_iter().filter(|part| part.plays != Some(part.asked));
    let tell = |part: Casting| Missing {
        channel: 1 + usize::from(part.group.0) * Channel::COUNT + usize::from(part.channel.index()),
        asked: part.asked,
        plays: part.plays.map(|number| Preset {
            number,
            name: presets.get(&number).cloned().unwrap_or_default(),
        }),
        notes: part.notes,
    };
    missing.map(tell).collect()
}

/// The channel groups that a song has, of the `most` that an engine can have.
fn groups(song: &Sequence, most: u16) -> u16 {
    u16::try_from(song.group_count()).unwrap_or(u16::MAX).min(most)
}

/// The programs with which notes of a song are played.
fn programs(song: &Sequence) -> Vec<u8> {
    song.patches().iter().map(|patch| patch.program.get()).collect()
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
            screen::say(text);
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
