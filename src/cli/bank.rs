//! The engine and the bank that a command plays with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use portative::engine::reference::Reference;
use portative::engine::{Download, Effects, Engine};
use portative::io::Config;
use portative::io::FileSource;
use portative::io::{BUILT_IN_BANK, FoundBank};
use portative::port::{Params, SynthPort};
use portative::riff::ByteSource;

use super::args::{EngineName, SoundArgs};

/// What makes the sound: an engine and a bank, as arguments, configuration and machine have it.
#[derive(Debug)]
pub(super) struct Sound {
    engine: Arc<dyn Engine>,
    params: Params,
    bank: Download,
    /// What the bank is called in messages.
    bank_name: String,
}

impl Sound {
    /// Chooses engine and bank; `plain` are the banks among plain file arguments.
    pub(super) fn choose(args: &SoundArgs, plain: Vec<PathBuf>) -> Result<Self> {
        let config = Config::load()?;
        let engine = engine(args, &config)?;
        let mut banks = plain;
        banks.extend(args.banks.iter().cloned());
        if banks.is_empty() {
            banks.clone_from(&config.bank);
        }
        let (bank, bank_name) = match banks.as_slice() {
            [] => search(args.quiet)?,
            [path] => {
                say(args.quiet, &format!("bank: {}", path.display()));
                open(path)?
            }
            [first, second, ..] => bail!(
                "{}: the {} engine plays one bank at a time and has {} already; name one of them",
                second.display(),
                engine.name(),
                first.display()
            ),
        };
        let params = Params {
            voices: args.voices,
            effects: Some(Effects { reverb: !args.no_reverb, chorus: !args.no_chorus }),
            gain_db: args.gain.or(config.gain),
            ..Params::default()
        };
        Ok(Self { engine, params, bank: Download::Bank(bank), bank_name })
    }

    /// A port with the bank downloaded.
    pub(super) fn open_port(&self, sample_rate: u32) -> Result<SynthPort> {
        let params = Params { sample_rate: Some(sample_rate), ..self.params };
        let port = SynthPort::open_with(Arc::clone(&self.engine), params)?;
        let granted = port.params()?;
        if granted.sample_rate.hz() != sample_rate {
            bail!(
                "--rate {sample_rate}: the {} engine can do {} Hz at the nearest",
                self.engine.name(),
                granted.sample_rate.hz()
            );
        }
        port.download(&self.bank).with_context(|| self.bank_name.clone())?;
        Ok(port)
    }
}

fn engine(args: &SoundArgs, config: &Config) -> Result<Arc<dyn Engine>> {
    let named = match (&args.engine, &config.engine) {
        (Some(name), _) => *name,
        (None, Some(name)) => clap::ValueEnum::from_str(name, true)
            .map_err(|_| anyhow::anyhow!("engine `{name}` in the configuration is unknown"))?,
        (None, None) => EngineName::Rustysynth,
    };
    Ok(match named {
        EngineName::Rustysynth => Arc::new(Reference),
    })
}

/// The bank for a user who names none.
fn search(quiet: bool) -> Result<(Arc<dyn ByteSource>, String)> {
    let found = FoundBank::search();
    match found {
        FoundBank::Environment(ref path) | FoundBank::Usual(ref path) => {
            say(quiet, &format!("bank: {found}"));
            open(path)
        }
        _ => {
            say(quiet, BUILT_IN);
            Ok((Arc::new(BUILT_IN_BANK), found.to_string()))
        }
    }
}

/// What is said when there is no other bank.
const BUILT_IN: &str = "bank: built in, a small one; for a fuller sound install one \
    (for example `apt install fluid-soundfont-gm`) or name one with --bank";

fn open(path: &Path) -> Result<(Arc<dyn ByteSource>, String)> {
    let source = FileSource::open(path).context("bank")?;
    Ok((Arc::new(source), path.display().to_string()))
}

fn say(quiet: bool, text: &str) {
    if !quiet {
        eprintln!("{text}");
    }
}
