//! Files: read at any position, and written so that a name stands for a whole file only.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{File, FileType, Metadata};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::unfinished::Unfinished;
use crate::riff::ByteSource;

/// A file or an action on one that did not work.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct FileError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: FileProblem,
}

impl FileError {
    /// The error of `path` for what happened while writing to it.
    pub fn write(path: &Path, error: io::Error) -> Self {
        FileProblem::Write(error).at(path)
    }
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileProblem {
    /// There is no such file.
    #[error("no such file")]
    Missing,
    /// It is a directory.
    #[error("is a directory, expected a file")]
    Directory,
    /// It is something else that cannot be read at any position.
    #[error("is a {0}, expected a regular file")]
    NotRegular(FileKind),
    /// It has no bytes.
    #[error("is empty")]
    Empty,
    /// It is larger than anything of its kind should be.
    #[error("has {got} bytes, more than the {limit} that are read")]
    TooLarge {
        /// Its length.
        got: u64,
        /// The limit.
        limit: u64,
    },
    /// The directory that it is to be written to does not exist.
    #[error("cannot be written: there is no directory {}", .0.display())]
    NoDirectory(PathBuf),
    /// It cannot be written.
    #[error("cannot be written: {0}")]
    Write(io::Error),
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Read(io::Error),
}

/// What is no regular file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// A pipe, with a name or without.
    Pipe,
    /// A socket.
    Socket,
    /// A device.
    Device,
    /// Something that only the system knows.
    Special,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pipe => "pipe",
            Self::Socket => "socket",
            Self::Device => "device",
            Self::Special => "special file",
        })
    }
}

impl FileKind {
    #[cfg(unix)]
    fn of(kind: FileType) -> Self {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            Self::Pipe
        } else if kind.is_socket() {
            Self::Socket
        } else if kind.is_char_device() || kind.is_block_device() {
            Self::Device
        } else {
            Self::Special
        }
    }

    #[cfg(not(unix))]
    fn of(_: FileType) -> Self {
        Self::Special
    }
}

impl FileProblem {
    fn at(self, path: &Path) -> FileError {
        FileError { path: path.to_owned(), problem: self }
    }

    fn reading(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Read(error),
        }
    }
}

/// A file as a [`ByteSource`].
///
/// Reading is positioned and shares no cursor, so several threads may read at once. The length is that
/// at opening; a file cut short afterwards gives an error, not a fault.
#[derive(Debug)]
pub struct FileSource {
    file: File,
    len: u64,
    path: PathBuf,
}

impl FileSource {
    /// Opens a file that must have bytes.
    ///
    /// # Errors
    ///
    /// [`FileError`] when it is missing, no regular file, empty or unreadable.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let path = path.as_ref();
        let open = || -> Result<Self, FileProblem> {
            // Known before, for opening a pipe waits for whoever writes to it.
            check_kind(&path.metadata().map_err(FileProblem::reading)?)?;
            let file = File::open(path).map_err(FileProblem::reading)?;
            let metadata = file.metadata().map_err(FileProblem::reading)?;
            check_kind(&metadata)?;
            if metadata.len() == 0 {
                return Err(FileProblem::Empty);
            }
            Ok(Self { file, len: metadata.len(), path: path.to_owned() })
        };
        open().map_err(|problem| problem.at(path))
    }

    /// The path by which it was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All its bytes.
    ///
    /// # Errors
    ///
    /// [`FileError`] when it is longer than `limit` or cannot be read.
    pub fn read_all(&self, limit: u64) -> Result<Vec<u8>, FileError> {
        if self.len > limit {
            return Err(FileProblem::TooLarge { got: self.len, limit }.at(&self.path));
        }
        let mut bytes = vec![0; usize::try_from(self.len).unwrap_or(usize::MAX)];
        self.read_exact_at(&mut bytes, 0)
            .map_err(|error| FileProblem::Read(error).at(&self.path))?;
        Ok(bytes)
    }
}

/// Whether `path` is a pipe without a name of its own, as what another program writes to this one's
/// standard input is. It can be read by [`read_pipe`].
pub fn is_pipe(path: &Path) -> bool {
    // The name of one that has none leads nowhere.
    let kind = path.metadata().map(|metadata| FileKind::of(metadata.file_type()));
    matches!(kind, Ok(FileKind::Pipe)) && path.canonicalize().is_err()
}

/// Reads what comes through a pipe, until whoever writes has ended.
///
/// # Errors
///
/// [`FileError`] when more than `limit` bytes come, none at all, or it cannot be read.
pub fn read_pipe(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let read = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error| FileProblem::reading(error).at(path))?;
    match bytes.len() as u64 {
        0 => Err(FileProblem::Empty.at(path)),
        got if got > limit => Err(FileProblem::TooLarge { got, limit }.at(path)),
        _ => Ok(bytes),
    }
}

/// Refuses what is no regular file.
fn check_kind(metadata: &Metadata) -> Result<(), FileProblem> {
    if metadata.is_dir() {
        Err(FileProblem::Directory)
    } else if metadata.is_file() {
        Ok(())
    } else {
        Err(FileProblem::NotRegular(FileKind::of(metadata.file_type())))
    }
}

impl ByteSource for FileSource {
    fn len(&self) -> u64 {
        self.len
    }

    #[cfg(unix)]
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, buf, offset)
    }

    #[cfg(windows)]
    fn read_exact_at(&self, mut buf: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !buf.is_empty() {
            let read = std::os::windows::fs::FileExt::seek_read(&self.file, buf, offset)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            buf = &mut buf[read..];
            offset += read as u64;
        }
        Ok(())
    }
}

/// A file that gets its name when it is whole.
///
/// Until [`NewFile::keep`] it has a temporary name in the same directory, and is removed when dropped; what
/// had the name before stays until then. A name that stands for a device or a pipe is written to
/// directly.
#[derive(Debug)]
pub struct NewFile {
    path: PathBuf,
    target: Target,
}

#[derive(Debug)]
enum Target {
    Temporary(Unfinished),
    Direct(File),
}

impl NewFile {
    /// A file that will be called `path`.
    ///
    /// # Errors
    ///
    /// [`FileError`] when its directory is missing or cannot be written to, or `path` is a directory.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let path = path.as_ref();
        let target = Self::target(path).map_err(|problem| problem.at(path))?;
        // A link stays, and what it leads to is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        Ok(Self { path, target })
    }

    fn target(path: &Path) -> Result<Target, FileProblem> {
        if let Ok(metadata) = path.metadata() {
            if metadata.is_dir() {
                return Err(FileProblem::Directory);
            }
            if !metadata.is_file() {
                let file = File::options().write(true).open(path).map_err(FileProblem::Write)?;
                return Ok(Target::Direct(file));
            }
            if metadata.permissions().readonly() {
                return Err(FileProblem::Write(io::ErrorKind::PermissionDenied.into()));
            }
        }
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let directory = existing_directory(&real)?;
        let prefix = beginning(real.file_name().unwrap_or_default());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".part");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        Unfinished::create(|| builder.tempfile_in(directory))
            .map(Target::Temporary)
            .map_err(|error| FileProblem::Write(nameless(error)))
    }

    /// Gives the file its name, with all its bytes on the disk.
    ///
    /// # Errors
    ///
    /// [`FileError`] when the disk is full or the name cannot be taken; nothing is left then.
    pub fn keep(mut self) -> Result<(), FileError> {
        let write = |error| FileProblem::Write(error).at(&self.path);
        self.target.file_mut().flush().map_err(write)?;
        match self.target {
            Target::Temporary(file) => {
                file.file().sync_data().map_err(write)?;
                file.persist(&self.path).map_err(write)?;
            }
            Target::Direct(_) => {}
        }
        Ok(())
    }

    /// Whether what is written stays as it is, as in a pipe: nothing can be written over.
    pub fn is_stream(&self) -> bool {
        match &self.target {
            Target::Temporary(_) => false,
            Target::Direct(file) => (&mut &*file).stream_position().is_err(),
        }
    }

    /// The path by which it will be known.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Creates a file that has its name from the beginning, such as a recording.
///
/// # Errors
///
/// As for [`NewFile::create`].
pub fn create_in_place(path: impl AsRef<Path>) -> Result<File, FileError> {
    let path = path.as_ref();
    let create = || -> Result<File, FileProblem> {
        if path.is_dir() {
            return Err(FileProblem::Directory);
        }
        existing_directory(path)?;
        File::create(path).map_err(FileProblem::Write)
    };
    create().map_err(|problem| problem.at(path))
}

/// Bytes of a name that its temporary one begins with, which is longer and has to fit all the same.
const BEGINNING: usize = 120;

/// The beginning of a name.
fn beginning(name: &OsStr) -> String {
    let mut beginning = String::new();
    for c in name.to_string_lossy().chars() {
        if beginning.len() + c.len_utf8() > BEGINNING {
            break;
        }
        beginning.push(c);
    }
    beginning
}

/// The system's own error, without the temporary name that is told with it.
fn nameless(error: io::Error) -> io::Error {
    let inner = error.get_ref().and_then(|inner| inner.source());
    let inner = inner.and_then(|inner| inner.downcast_ref::<io::Error>());
    match inner.and_then(io::Error::raw_os_error) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::from(error.kind()),
    }
}

/// The directory in which `path` would be.
fn existing_directory(path: &Path) -> Result<&Path, FileProblem> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if directory.is_dir() {
        Ok(directory)
    } else {
        Err(FileProblem::NoDirectory(directory.to_owned()))
    }
}

impl Target {
    fn file_mut(&mut self) -> &mut File {
        match self {
            Self::Temporary(file) => file.file_mut(),
            Self::Direct(file) => file,
        }
    }
}

impl Write for NewFile {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.target.file_mut().write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.target.file_mut().flush()
    }
}

impl Seek for NewFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.target.file_mut().seek(position)
    }
}

#[cfg(test)]
mod tests;
