//! Which sound bank to use when none is named.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

/// The bank that is part of the program.
pub static BUILT_IN_BANK: &[u8] = include_bytes!("../../soundfonts/portative.sf2");

/// A bank and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FoundBank {
    /// Named by the environment variable [`BANK_VARIABLE`].
    Environment(PathBuf),
    /// Found in one of the usual places.
    Usual(PathBuf),
    /// None was found: [`BUILT_IN_BANK`] it is.
    BuiltIn,
}

/// The environment variable that names a bank.
pub const BANK_VARIABLE: &str = "PORTATIVE_BANK";

impl FoundBank {
    /// The environment's bank, else the first in the usual places, else the built-in one.
    ///
    /// The environment's is returned whether or not it can be opened, since who set it wants to know.
    pub fn search() -> Self {
        if let Some(path) = env::var_os(BANK_VARIABLE).filter(|path| !path.is_empty()) {
            return Self::Environment(path.into());
        }
        usual_places().into_iter().find(|path| path.is_file()).map_or(Self::BuiltIn, Self::Usual)
    }
}

impl fmt::Display for FoundBank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(path) => write!(f, "{} (from ${BANK_VARIABLE})", path.display()),
            Self::Usual(path) => write!(f, "{}", path.display()),
            Self::BuiltIn => f.write_str("built in"),
        }
    }
}

/// Files that are banks where they exist, the most wanted first.
fn usual_places() -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = FIXED_PLACES.iter().map(PathBuf::from).collect();
    for directory in own_directories() {
        places.extend(banks_in(&directory));
    }
    places
}

/// Where distributions put the default bank, and what Windows and macOS bring.
const FIXED_PLACES: &[&str] = &[
    #[cfg(all(unix, not(target_os = "macos")))]
    "/usr/share/sounds/sf2/default-GM.sf2",
    #[cfg(all(unix, not(target_os = "macos")))]
    "/usr/share/sounds/sf3/default-GM.sf3",
    #[cfg(all(unix, not(target_os = "macos")))]
    "/usr/share/soundfonts/default.sf2",
    #[cfg(windows)]
    r"C:\ProgramData\soundfonts\default.sf2",
    #[cfg(windows)]
    r"C:\soundfonts\default.sf2",
];

/// The user's own directories of banks.
fn own_directories() -> Vec<PathBuf> {
    let strategy = etcetera::base_strategy::choose_native_strategy().ok();
    let mut directories: Vec<PathBuf> =
        strategy.iter().map(|strategy| strategy.data_dir().join("soundfonts")).collect();
    if cfg!(target_os = "macos")
        && let Ok(home) = etcetera::home_dir()
    {
        directories.push(home.join("Library/Audio/Sounds/Banks"));
    }
    directories
}

/// The banks in a directory: `default` ones first, then by name.
fn banks_in(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = directory.read_dir() else { return Vec::new() };
    let is_bank = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|e| e.eq_ignore_ascii_case("sf2") || e.eq_ignore_ascii_case("sf3"))
    };
    let mut banks: Vec<_> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_bank).collect();
    banks.sort_by_key(|path| (path.file_stem().is_none_or(|stem| stem != "default"), path.clone()));
    banks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directorys_default_bank_comes_first_and_other_files_not_at_all() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["b.SF2", "a.sf2", "default.sf3", "readme.txt"] {
            std::fs::write(directory.path().join(name), b"x").unwrap();
        }
        let banks = banks_in(directory.path());
        let names: Vec<_> = banks.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        assert_eq!(names, ["default.sf3", "a.sf2", "b.SF2"]);
    }
}
