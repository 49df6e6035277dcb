//! Where a render goes, and as what.

use std::ffi::OsStr;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use portative::format::{AudioFormat, PcmEncoder, SampleFormat};
use portative::io::WaveWriter;
use portative::sequence::Stem;

use super::super::Usage;
use super::super::args::{Container, EncodingArgs, OnOff, PointFormat, RenderArgs};
use super::super::song::Song;

/// Where one song goes.
#[derive(Debug)]
pub(super) enum Output {
    Stdout(Container),
    File(PathBuf, Container),
}

impl Output {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Stdout(_) => "standard output".into(),
            Self::File(path, _) => path.display().to_string(),
        }
    }

    /// The same for one stem.
    pub(super) fn of_stem(&self, stem: Stem) -> Result<Self> {
        let Self::File(path, container) = self else { bail!("stems need files") };
        let mut name = path.file_stem().unwrap_or_default().to_owned();
        name.push(format!("-{:02}", stem.number));
        if let Some(extension) = path.extension() {
            name.push(".");
            name.push(extension);
        }
        Ok(Self::File(path.with_file_name(name), *container))
    }
}

/// Checks where everything goes before anything is rendered.
pub(super) fn outputs(args: &RenderArgs, songs: &[Song]) -> Result<Vec<Output>> {
    let output = Path::new(&args.output);
    if args.output == "-" {
        if args.stems.is_some() {
            bail!(Usage(
                "-o -: standard output takes one song, not its stems; name a file".to_owned()
            ));
        }
        if songs.len() > 1 {
            bail!(Usage(format!("-o -: standard output takes one song, got {}", songs.len())));
        }
        check_stdout()?;
        return Ok(vec![Output::Stdout(args.format.unwrap_or(Container::Wav))]);
    }
    let is_one_file = output.is_file() || by_extension(output).is_ok();
    let wants_directory = args.output.to_string_lossy().ends_with(std::path::is_separator);
    if songs.len() == 1 && !output.is_dir() && !wants_directory {
        let container = args.format.map_or_else(|| by_extension(output), Ok)?;
        return Ok(vec![Output::File(output.to_owned(), container)]);
    }
    if songs.len() > 1 && is_one_file && !output.is_dir() && !wants_directory {
        bail!(Usage(format!(
            "-o {}: one file for {} songs; name a directory, as in -o rendered/",
            output.display(),
            songs.len()
        )));
    }
    let container = args.format.unwrap_or(Container::Wav);
    let extension = if container == Container::Wav { "wav" } else { "raw" };
    let place = |song: &Song| {
        let name = song.path.file_stem().unwrap_or(OsStr::new("song"));
        let mut file = output.join(name).into_os_string();
        file.push(format!(".{extension}"));
        PathBuf::from(file)
    };
    let places: Vec<_> = songs.iter().map(place).collect();
    for (index, path) in places.iter().enumerate() {
        if places[..index].contains(path) {
            bail!(Usage(format!(
                "{}: two songs would have this name; render them apart",
                path.display()
            )));
        }
    }
    if !output.is_dir() {
        std::fs::create_dir(output)
            .with_context(|| format!("-o {}: no directory for several songs", output.display()))?;
    }
    Ok(places.into_iter().map(|path| Output::File(path, container)).collect())
}

/// Refuses to render to a standard output that is closed.
///
/// In the place of one the runtime opens the null device, for reading as well, as hardly anybody else does.
#[cfg(unix)]
fn check_stdout() -> Result<()> {
    use std::io::Read;
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;
    let Ok(null) = std::fs::metadata("/dev/null") else { return Ok(()) };
    let mut stdout = std::fs::File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let is_null = stdout.metadata()?.rdev() == null.rdev();
    if is_null && stdout.read(&mut [0]).is_ok() {
        bail!("-o -: standard output is closed");
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_stdout() -> Result<()> {
    Ok(())
}

fn by_extension(output: &Path) -> Result<Container> {
    let extension = output.extension().and_then(OsStr::to_str).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "wav" | "wave" | "rf64" => Ok(Container::Wav),
        "raw" | "pcm" => Ok(Container::Raw),
        _ => bail!(Usage(format!(
            "-o {}: the name does not end in .wav or .raw; say --format wav or --format raw",
            output.display()
        ))),
    }
}

/// Writes data points as one of the kinds of file.
pub(super) enum Writer<W: Write> {
    Wave(WaveWriter<W>),
    Raw { out: W, encoder: PcmEncoder, bytes: Vec<u8> },
}

impl<W: Write> Writer<W> {
    pub(super) fn new(
        out: W,
        container: Container,
        (format, encoder): (AudioFormat, PcmEncoder),
    ) -> io::Result<Self> {
        Ok(match container {
            Container::Wav => Self::Wave(WaveWriter::new(out, format, encoder)?),
            Container::Raw => Self::Raw { out, encoder, bytes: Vec::new() },
        })
    }

    pub(super) fn write(&mut self, points: &[f32]) -> io::Result<()> {
        match self {
            Self::Wave(writer) => writer.write(points),
            Self::Raw { out, encoder, bytes } => {
                bytes.clear();
                encoder.encode(points, bytes);
                out.write_all(bytes)
            }
        }
    }

    pub(super) fn finish_stream(self) -> io::Result<()> {
        match self {
            Self::Wave(writer) => writer.finish_stream().map(drop),
            Self::Raw { mut out, .. } => out.flush(),
        }
    }
}

impl<W: Write + Seek> Writer<W> {
    pub(super) fn finish(self) -> io::Result<W> {
        match self {
            Self::Wave(writer) => writer.finish(),
            Self::Raw { out, .. } => Ok(out),
        }
    }
}

/// The encoder that arguments ask for.
pub(in crate::cli) fn encoder(args: EncodingArgs) -> PcmEncoder {
    let format = match args.sample_format {
        PointFormat::S16 => SampleFormat::S16,
        PointFormat::S24 => SampleFormat::S24,
        PointFormat::F32 => SampleFormat::F32,
    };
    PcmEncoder::new(format, args.dither == OnOff::On)
}
