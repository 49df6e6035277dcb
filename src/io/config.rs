//! The configuration file, `portative/config.toml` in the user's configuration directory.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::Deserialize;

use super::file::{FileError, FileProblem, FileSource};

/// What a user wants unless the command line says otherwise.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Banks, later ones over earlier ones.
    pub bank: Vec<PathBuf>,
    /// The audio output.
    pub output: Option<String>,
    /// The engine.
    pub engine: Option<String>,
    /// Gain in decibels.
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
    #[error("{}: {source}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Where it goes wrong, with line and column.
        source: Box<toml::de::Error>,
    },
}

/// More than any configuration needs.
const LIMIT: u64 = 1 << 20;

impl Config {
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
        toml::from_str(&String::from_utf8_lossy(&bytes)).map_err(|error| ConfigError::Content {
            path: path.to_owned(),
            source: Box::new(error),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Config, ConfigError> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        Config::load_from(&path)
    }

    #[test]
    fn a_missing_or_empty_file_is_the_default() {
        assert_eq!(Config::load_from(Path::new("no/such/file")).unwrap(), Config::default());
        assert_eq!(load("").unwrap(), Config::default());
    }

    #[test]
    fn every_key_is_read() {
        let config = load("bank = ['a.sf2']\noutput = 'jack'\nengine = 'native'\ngain = -3.0\n");
        let expected = Config {
            bank: vec!["a.sf2".into()],
            output: Some("jack".into()),
            engine: Some("native".into()),
            gain: Some(-3.0),
        };
        assert_eq!(config.unwrap(), expected);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = load("bank = []\nbnak = []\n").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("bnak"), "{error}");
    }
}
