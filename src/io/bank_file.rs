//! Banks that are files.

use std::path::Path;
use std::sync::Arc;

use crate::bank::{Bank, BankError};

use super::file::{FileError, FileSource};

/// A file that could not be opened as a bank.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenBankError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// What it holds is no bank, or not a sound one.
    #[error("{}", path.display())]
    Bank {
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong with it.
        source: BankError,
    },
}

impl Bank {
    /// Opens the bank in a file; its waves are read when they are asked for.
    ///
    /// # Errors
    ///
    /// [`OpenBankError`] when the file cannot be read or holds no sound bank.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenBankError> {
        let path = path.as_ref();
        let source = FileSource::open(path)?;
        Self::from_source(Arc::new(source))
            .map_err(|source| OpenBankError::Bank { path: path.to_owned(), source })
    }
}
