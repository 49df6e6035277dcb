//! The files that have a temporary name, so that a process that must exit at once leaves none.
//!
//! Thread: any.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::NamedTempFile;

/// The temporary names there are.
struct Names {
    paths: Vec<PathBuf>,
    /// Whether the process is about to exit: no further ones are made then.
    is_closed: bool,
}

static NAMES: Mutex<Names> = Mutex::new(Names { paths: Vec::new(), is_closed: false });

/// A file with a temporary name, which is in the list for as long as this lives.
///
/// INVARIANT: the file goes before its entry.
#[derive(Debug)]
pub(super) struct Unfinished {
    file: NamedTempFile,
    _entry: Entry,
}

#[derive(Debug)]
struct Entry(PathBuf);

impl Unfinished {
    /// Has a file made, unless the process is about to exit.
    pub(super) fn create(make: impl FnOnce() -> io::Result<NamedTempFile>) -> io::Result<Self> {
        let mut names = lock();
        if names.is_closed {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let file = make()?;
        let path = file.path().to_owned();
        names.paths.push(path.clone());
        Ok(Self { file, _entry: Entry(path) })
    }

    pub(super) fn file(&self) -> &std::fs::File {
        self.file.as_file()
    }

    pub(super) fn file_mut(&mut self) -> &mut std::fs::File {
        self.file.as_file_mut()
    }

    /// Gives the file its name.
    pub(super) fn persist(self, path: &std::path::Path) -> io::Result<()> {
        self.file.persist(path).map(drop).map_err(|error| error.error)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        lock().paths.retain(|path| *path != self.0);
    }
}

/// Removes every file that has a temporary name, and lets no further one be made.
///
/// For a process that is about to exit without coming to the ends of its functions: a
/// [`NewFile`](super::NewFile) that is dropped removes its own.
pub fn discard_unfinished() {
    let mut names = lock();
    names.is_closed = true;
    for path in names.paths.drain(..) {
        // It may have got its name this moment.
        let _ = std::fs::remove_file(path);
    }
}

fn lock() -> MutexGuard<'static, Names> {
    NAMES.lock().unwrap_or_else(PoisonError::into_inner)
}
