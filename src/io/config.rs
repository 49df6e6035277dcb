//! The configuration file, `portative/config.toml` in the user's configuration directory.
//!
//! Every value is checked here as far as the library knows what it means; names of outputs and engines
//! are the program's business.

use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use toml::de::{DeTable, DeValue};

use super::file::{FileError, FileProblem, FileSource};

/// What a user wants unless the command line says otherwise.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// Banks, later ones over earlier ones. Relative ones are relative to the file's directory.
    pub bank: Vec<PathBuf>,
    /// The audio output.
    pub output: Option<String>,
    /// The engine.
    pub engine: Option<String>,
    /// Gain in decibels, within [`Config::GAIN_DB`].
    pub gain: Option<f32>,
}

/// A configuration file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file does not say what it should.
    #[error("{}: line {line}, column {column}: {what}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// The line where it goes wrong, from 1.
        line: usize,
        /// The character in that line, from 1.
        column: usize,
        /// What is wrong.
        what: String,
    },
}

/// More than any configuration needs.
const LIMIT: u64 = 1 << 20;

/// Takes over a value, or says what was expected; relative paths are relative to the directory.
type Take = fn(&mut Config, &DeValue<'_>, &Path) -> Result<(), String>;

/// Every key there is.
const KEYS: &[(&str, Take)] = &[
    ("bank", |config, value, directory| {
        config.bank = paths(value, directory).ok_or("expected a path, or several in []")?;
        Ok(())
    }),
    ("output", |config, value, _| {
        config.output = Some(value.as_str().ok_or("expected a text in quotes")?.to_owned());
        Ok(())
    }),
    ("engine", |config, value, _| {
        config.engine = Some(value.as_str().ok_or("expected a text in quotes")?.to_owned());
        Ok(())
    }),
    ("gain", |config, value, _| {
        let gain = number(value).filter(|gain| Config::GAIN_DB.contains(gain));
        let (low, high) = (Config::GAIN_DB.start(), Config::GAIN_DB.end());
        config.gain = Some(gain.ok_or_else(|| format!("expected {low} to {high} decibels"))?);
        Ok(())
    }),
];

impl Config {
    /// The gains that can be asked for, in decibels.
    pub const GAIN_DB: RangeInclusive<f32> = -120.0..=60.0;

    /// The user's configuration; the default one when there is no file.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when there is a file that cannot be used.
    pub fn load() -> Result<Self, ConfigError> {
        Self::path().map_or_else(|| Ok(Self::default()), |path| Self::load_from(&path))
    }

    /// Where the configuration file is looked for.
    pub fn path() -> Option<PathBuf> {
        let strategy = etcetera::base_strategy::choose_native_strategy().ok()?;
        Some(strategy.config_dir().join("portative").join("config.toml"))
    }

    fn load_from(path: &Path) -> Result<Self, ConfigError> {
        let bytes = match FileSource::open(path).and_then(|source| source.read_all(LIMIT)) {
            Ok(bytes) => bytes,
            Err(FileError { problem: FileProblem::Missing | FileProblem::Empty, .. }) => {
                return Ok(Self::default());
            }
            Err(error) => return Err(error.into()),
        };
        let directory = path.parent().unwrap_or(Path::new(""));
        Self::parse(&bytes, directory).map_err(|(at, what)| {
            let before = String::from_utf8_lossy(&bytes[..at.min(bytes.len())]);
            let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
            ConfigError::Content {
                path: path.to_owned(),
                line: 1 + before.matches('\n').count(),
                column: 1 + before[line_start..].chars().count(),
                what,
            }
        })
    }

    /// The configuration in a file's bytes, or the place in them where they go wrong and how.
    fn parse(bytes: &[u8], directory: &Path) -> Result<Self, (usize, String)> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| (error.valid_up_to(), "expected UTF-8".to_owned()))?;
        let table = DeTable::parse(text).map_err(|error| {
            let Range { start, .. } = error.span().unwrap_or_default();
            (start, error.message().replace('\n', ", "))
        })?;
        let mut config = Self::default();
        let mut entries: Vec<_> = table.get_ref().iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let name: &str = key.get_ref();
            let Some((_, take)) = KEYS.iter().find(|(known, _)| *known == name) else {
                return Err((key.span().start, unknown(name)));
            };
            take(&mut config, value.get_ref(), directory).map_err(|expected| {
                let span = value.span();
                let got = text.get(span.clone()).unwrap_or_default();
                (span.start, format!("{name} = {got}: {expected}"))
            })?;
        }
        Ok(config)
    }
}

/// So many letters wrong, and a key is still recognized.
const NEAR: usize = 2;

/// What is said of a key that there is not.
fn unknown(name: &str) -> String {
    let known: Vec<_> = KEYS.iter().map(|(known, _)| *known).collect();
    let distance = |known: &&&str| strsim::damerau_levenshtein(known, name);
    let nearest = known.iter().min_by_key(distance).filter(|known| distance(known) <= NEAR);
    let nearest = nearest.map_or(".".to_owned(), |known| format!(", did you mean `{known}`?"));
    format!("unknown key `{name}`{nearest} The keys are {}", known.join(", "))
}

/// One path or several.
fn paths(value: &DeValue<'_>, directory: &Path) -> Option<Vec<PathBuf>> {
    let path = |value: &DeValue<'_>| value.as_str().map(|path| absolute(path, directory));
    match value.as_array() {
        Some(several) => several.iter().map(|value| path(value.get_ref())).collect(),
        None => Some(vec![path(value)?]),
    }
}

/// A path as it stands in a file in `directory`; `~` is the user's home.
fn absolute(path: &str, directory: &Path) -> PathBuf {
    let below_home = match path.strip_prefix('~') {
        Some("") => Some(""),
        Some(below) => below.strip_prefix(std::path::is_separator),
        None => None,
    };
    match below_home.zip(etcetera::home_dir().ok()) {
        Some((below, home)) => home.join(below),
        None => directory.join(path),
    }
}

fn number(value: &DeValue<'_>) -> Option<f32> {
    match (value.as_float(), value.as_integer()) {
        (Some(float), _) => float.as_str().parse().ok(),
        (_, Some(integer)) => {
            let integer = i32::from_str_radix(integer.as_str(), integer.radix());
            integer.ok().map(|integer| integer as f32)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
