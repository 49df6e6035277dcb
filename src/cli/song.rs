//! Songs and what kind of file a plain argument is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use portative::io::{FileSource, is_pipe, read_pipe};
use portative::midi::smf::{Limits, Smf};
use portative::port::SynthPort;
use portative::riff::ByteSource;
use portative::sequence::Sequence;
use portative::time::SampleRate;

use super::args::MaxLength;
use super::screen;

/// Plain file arguments, sorted by what they hold.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Songs, in the order given.
    pub(super) songs: Vec<Song>,
    /// Banks, in the order given.
    pub(super) banks: Vec<PathBuf>,
}

/// A file that is taken for a song.
#[derive(Debug)]
pub(super) struct Song {
    /// Its name.
    pub(super) path: PathBuf,
    /// What came through a pipe, which can be read only once.
    piped: Option<Vec<u8>>,
}

impl Song {
    /// A song, or what is to be found not to be one.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let piped = if is_pipe(path) { Some(read_pipe(path, limit())?) } else { None };
        Ok(Self { path: path.to_owned(), piped })
    }
}

impl Files {
    /// Looks into each file: what begins as a bank is one, everything else is a song.
    pub(super) fn sort(files: &[PathBuf]) -> Result<Self> {
        let mut sorted = Self::default();
        for path in files {
            if !is_pipe(path) && is_bank(&FileSource::open(path)?) {
                sorted.banks.push(path.clone());
            } else {
                sorted.songs.push(Song::open(path)?);
            }
        }
        if sorted.songs.is_empty() {
            bail!("{}: is a bank, expected a MIDI file to play with it", files[0].display());
        }
        Ok(sorted)
    }
}

/// Refuses to write to one of the files that are read.
pub(super) fn keep_apart(output: &Path, inputs: &[&[PathBuf]]) -> Result<()> {
    let Ok(output_file) = output.canonicalize() else { return Ok(()) };
    for input in inputs.iter().copied().flatten() {
        if input.canonicalize().is_ok_and(|input| input == output_file) {
            bail!("{}: is read, so it cannot be written to; name another file", output.display());
        }
    }
    Ok(())
}

fn is_bank(source: &FileSource) -> bool {
    let mut head = [0; 12];
    source.read_exact_at(&mut head, 0).is_ok()
        && matches!(&head[..4], b"RIFF" | b"RIFS")
        && matches!(&head[8..], b"sfbk" | b"sfen" | b"DLS ")
}

/// Refuses to write a song to a file that is longer than is usual for any.
pub(super) fn check_length(song: &Sequence, name: &Path, longest: MaxLength) -> Result<()> {
    let hours = song.duration().to_reference(song.rate()).as_secs_f64() / 3_600.0;
    match longest.0 {
        Some(longest) if hours > longest => bail!(
            "{}: lasts {hours:.1} hours, and no more than {longest} are written to a file; \
             `render --max-length HOURS` allows more",
            name.display()
        ),
        _ => Ok(()),
    }
}

/// Says so when a song has more channels than it is played on.
pub(super) fn tell_left_out(song: &Sequence, name: &Path, port: &SynthPort) -> Result<()> {
    let (has, plays) = (song.group_count(), port.params()?.channel_groups);
    if has > usize::from(plays) {
        let what = "groups of 16 channels";
        let text =
            format!("{}: has {has} {what}, the first {plays} of them played", name.display());
        screen::complain(&text);
    }
    Ok(())
}

/// Bytes of the longest song that is read.
fn limit() -> u64 {
    Limits::default().file_bytes as u64
}

/// Warnings that are printed of one file; the rest is counted.
const WARNINGS: usize = 3;

/// Reads a song, and says what is odd in it unless `quiet`.
pub(super) fn load(song: &Song, rate: SampleRate, quiet: bool) -> Result<Arc<Sequence>> {
    let path = &song.path;
    let read;
    let bytes = match &song.piped {
        Some(bytes) => bytes,
        None => {
            read = FileSource::open(path)?.read_all(limit())?;
            &read
        }
    };
    let loaded = Smf::read(bytes).with_context(|| path.display().to_string())?;
    if !quiet {
        for warning in loaded.warnings.iter().take(WARNINGS) {
            screen::complain(&format!("{}: {warning}", path.display()));
        }
        if let Some(more @ 1..) = loaded.warnings.len().checked_sub(WARNINGS) {
            screen::complain(&format!("{}: and {more} more oddities", path.display()));
        }
    }
    Ok(Arc::new(Sequence::new(&loaded.smf, rate)))
}
