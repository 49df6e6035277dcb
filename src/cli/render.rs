//! `portative render`.

mod target;

use std::io::{self, BufWriter};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use portative::format::{AudioFormat, PcmEncoder};
use portative::io::clock;
use portative::io::{Config, NewFile};
use portative::io::{Offline, Tail, Threads};
use portative::port::RunningStats;
use portative::rt::Crew;
use portative::sequence::{Sequence, StemKind};
use portative::time::{SampleRate, SampleTime};

use super::args::{EncodingArgs, PointFormat, RenderArgs, StemBy, TailLength};
use super::bank::Sound;
use super::progress::{Progress, minutes};
use super::report::{Rendered, Report, Tally};
use super::song::{self, Files, Song};
use super::{Outcome, Usage, interrupt, screen};

pub(super) use target::encoder;
use target::{Output, Writer, outputs};

pub(super) fn run(args: RenderArgs) -> Result<Outcome> {
    interrupt::watch()?;
    let files = Files::sort(&args.files)?;
    let outputs = outputs(&args, &files.songs)?;
    for output in &outputs {
        if let Output::File(path, _) = output {
            song::keep_apart(path, &[&args.files, &args.sound.banks])?;
        }
    }
    let report_file = report_file(&args, &outputs)?;
    let sound = Sound::choose(&args.sound, files.banks, &Config::load()?)?;
    let mut report = Report::new(&sound);
    let outcome = render_all(&args, &sound, &files.songs, &outputs, &mut report);
    if let Some(file) = report_file {
        report.write(file)?;
    }
    outcome
}

/// The file for the report, if one is wanted; that it can be written is known before anything is rendered.
fn report_file(args: &RenderArgs, outputs: &[Output]) -> Result<Option<NewFile>> {
    let Some(path) = &args.report else { return Ok(None) };
    song::keep_apart(path, &[&args.files, &args.sound.banks])?;
    let here = std::path::absolute(path)?;
    for output in outputs {
        if let Output::File(output, _) = output
            && std::path::absolute(output)? == here
        {
            bail!(Usage(format!("--report {}: a song is rendered to it", path.display())));
        }
    }
    Ok(Some(NewFile::create(path)?))
}

/// Renders all songs. One that fails does not keep the others from being rendered.
fn render_all(
    args: &RenderArgs,
    sound: &Sound,
    songs: &[Song],
    outputs: &[Output],
    report: &mut Report,
) -> Result<Outcome> {
    let threads = args.threads.map_or_else(Threads::available, |count| Threads::new(count.into()));
    let jobs: Vec<_> = songs.iter().zip(outputs).collect();
    let results = render_side_by_side(args, sound, threads, &jobs);
    let mut failed = 0;
    for (result, (song, output)) in results.into_iter().zip(jobs) {
        match result {
            Ok(Some(takes)) => takes.into_iter().for_each(|(output, rendered)| {
                report.push(&song.path, output, Ok(rendered));
            }),
            Ok(None) => {
                screen::complain(&format!("interrupted; {} was not written", output.name()));
                report.push(&song.path, output.name(), Err("interrupted".to_owned()));
                return Ok(Outcome::Interrupted);
            }
            Err(error) => {
                report.push(&song.path, output.name(), Err(screen::chain(&error)));
                if outputs.len() == 1 {
                    return Err(error);
                }
                failed += 1;
                screen::complain(&screen::chain(&error));
            }
        }
    }
    if failed > 0 {
        bail!("{failed} of {} songs could not be rendered", outputs.len());
    }
    Ok(Outcome::Done)
}

/// How one of the songs is rendered.
#[derive(Debug, Clone)]
struct Manner {
    threads: Threads,
    /// Whether others are rendered at the same time, so that there is no place for a bar.
    side_by_side: bool,
}

/// Renders several songs at once, each on its own thread, or one song on all threads.
///
/// Songs side by side, because what threads gain on one song depends on how many voices it has.
fn render_side_by_side(
    args: &RenderArgs,
    sound: &Sound,
    threads: Threads,
    jobs: &[(&Song, &Output)],
) -> Vec<Result<Option<Takes>>> {
    let side_by_side = threads.hands().min(jobs.len());
    if side_by_side < 2 {
        let render = |&(song, output): &(&Song, &Output)| {
            if interrupt::requested() {
                return Ok(None);
            }
            let manner = &Manner { threads: threads.clone(), side_by_side: false };
            render(args, sound, manner, song, output)
        };
        return jobs.iter().map(render).collect();
    }
    let next = AtomicUsize::new(0);
    let results: Vec<_> = jobs.iter().map(|_| Mutex::new(Ok(None))).collect();
    threads.share(side_by_side, &|_| {
        while let Some((&(song, output), result)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            jobs.get(index).zip(results.get(index))
        } {
            if interrupt::requested() {
                return;
            }
            let manner = &Manner { threads: Threads::new(1), side_by_side: true };
            let outcome = render(args, sound, manner, song, output);
            *result.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
        }
    });
    let results = results.into_iter();
    results.map(|result| result.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

/// What was rendered of one song, and to which files.
type Takes = Vec<(String, Rendered)>;

/// Renders a song, or its stems; `None` when it was interrupted.
fn render(
    args: &RenderArgs,
    sound: &Sound,
    manner: &Manner,
    song: &Song,
    output: &Output,
) -> Result<Option<Takes>> {
    let rate = SampleRate::new(args.rate).context("--rate 0")?;
    let sequence = song::load(song, rate, args.sound.quiet)?;
    song::check_length(&sequence, &song.path, args.max_length)?;
    let Some(by) = args.stems else {
        let rendered = render_sequence(args, sound, manner, (song, sequence), output)?;
        return Ok(rendered.map(|rendered| vec![(output.name(), rendered)]));
    };
    let kind = match by {
        StemBy::Channel => StemKind::Channel,
        StemBy::Track => StemKind::Track,
    };
    let mut takes = Takes::new();
    for stem in sequence.stems(kind) {
        let output = output.of_stem(stem)?;
        let part = Arc::new(sequence.with_stem(kind, stem));
        match render_sequence(args, sound, manner, (song, part), &output)? {
            Some(rendered) => takes.push((output.name(), rendered)),
            None => return Ok(None),
        }
    }
    if takes.is_empty() {
        bail!("{}: has no notes, so there are no stems", song.path.display());
    }
    Ok(Some(takes))
}

fn render_sequence(
    args: &RenderArgs,
    sound: &Sound,
    manner: &Manner,
    (song, sequence): (&Song, Arc<Sequence>),
    output: &Output,
) -> Result<Option<Rendered>> {
    let mut job = Job::new(args, sound, manner, Arc::clone(&sequence))?;
    if !args.sound.quiet {
        song::tell_left_out(&sequence, &song.path, &job.port)?;
    }
    let began = clock::now();
    let outcome = match output {
        Output::Stdout(container) => {
            let out = BufWriter::with_capacity(OUTPUT_BYTES, io::stdout().lock());
            let mut writer = Writer::new(out, *container, job.pcm())?;
            let outcome = job.run(|points| writer.write(points), song)?;
            writer.finish_stream()?;
            outcome
        }
        Output::File(path, container) => {
            let file = NewFile::create(path)?;
            let is_stream = file.is_stream();
            let file = BufWriter::with_capacity(OUTPUT_BYTES, file);
            let at = || path.display().to_string();
            let mut writer = Writer::new(file, *container, job.pcm()).with_context(at)?;
            let outcome = job.run(|points| writer.write(points), song).with_context(at)?;
            if outcome == Outcome::Done && is_stream {
                writer.finish_stream().with_context(at)?;
            } else if outcome == Outcome::Done {
                let file = writer.finish().and_then(|file| Ok(file.into_inner()?));
                file.with_context(at)?.keep()?;
            }
            outcome
        }
    };
    if outcome == Outcome::Interrupted {
        return Ok(None);
    }
    if !args.sound.quiet {
        let took = clock::now().0 - began.0;
        screen::say(&format!("{}: {}", output.name(), job.summary(took)));
    }
    Ok(Some(job.tally.finish(&sequence, job.format, sound, &job.stats)))
}

/// What is written at once: what a pipe holds, so that whoever reads it is not woken for less.
const OUTPUT_BYTES: usize = 1 << 16;

/// One song on its way from the port to a writer.
struct Job {
    port: portative::port::SynthPort,
    offline: Option<Offline>,
    format: AudioFormat,
    encoding: EncodingArgs,
    block: usize,
    tail: TailLength,
    has_bar: bool,
    /// Whether a report is wanted.
    measures: bool,
    rendered: SampleTime,
    peak: f32,
    tally: Tally,
    /// At the end.
    stats: RunningStats,
}

/// Quiet for this part of a second, a song has died away.
const QUIET: f64 = 0.25;
/// The longest that a song may take to die away, in seconds.
const LONGEST_TAIL: f64 = 30.0;

impl Job {
    fn new(
        args: &RenderArgs,
        sound: &Sound,
        manner: &Manner,
        sequence: Arc<Sequence>,
    ) -> Result<Self> {
        let port = sound.open_port_for(&sequence)?;
        let format = port.params()?.format();
        let offline = Some(Offline::new(&port, sequence)?.with_crew(manner.threads.clone()));
        Ok(Self {
            port,
            offline,
            format,
            encoding: args.encoding,
            block: args.block as usize,
            tail: args.tail,
            has_bar: !args.sound.quiet && !manner.side_by_side,
            measures: args.report.is_some(),
            rendered: SampleTime::ZERO,
            peak: 0.0,
            tally: Tally::new(encoder(args.encoding)),
            stats: RunningStats::default(),
        })
    }

    /// Renders to the end of the song and its tail, and closes the port.
    fn run(
        &mut self,
        mut write: impl FnMut(&[f32]) -> io::Result<()>,
        song: &Song,
    ) -> Result<Outcome> {
        let mut offline = self.offline.take().context("a job runs once")?;
        let duration = offline.player().sequence().duration();
        let name = song.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let progress = Progress::new(name, duration, self.format.sample_rate, !self.has_bar);
        let channels = usize::from(self.format.audio_channels);
        let mut block = vec![0.0; self.block * channels];
        let mut tail = self.tail();
        // What a limiter holds back at first is not of the song.
        let latency = self.port.params()?.latency_frames as usize;
        offline.render(&mut vec![0.0; latency * channels])?;
        let outcome = loop {
            if interrupt::requested() {
                break Outcome::Interrupted;
            }
            offline.render(&mut block)?;
            let in_song = duration.saturating_since(self.rendered);
            let in_song = usize::try_from(in_song).unwrap_or(usize::MAX).min(self.block);
            let after = &block[in_song * channels..];
            let since_end = SampleTime((self.rendered + in_song as u64).saturating_since(duration));
            let in_tail = tail.take(after, channels, since_end);
            let points = &block[..(in_song + in_tail) * channels];
            self.peak = points.iter().fold(self.peak, |peak, point| peak.max(point.abs()));
            if self.measures {
                self.tally.take(points, channels);
            }
            write(points)?;
            self.rendered = self.rendered + (in_song + in_tail) as u64;
            progress.show(self.rendered, "");
            if in_song + in_tail < self.block {
                break Outcome::Done;
            }
        };
        progress.clear();
        self.stats = self.port.stats()?;
        drop(offline);
        self.port.close()?;
        Ok(outcome)
    }

    fn pcm(&self) -> (AudioFormat, PcmEncoder) {
        (self.format, encoder(self.encoding))
    }

    fn tail(&self) -> Tail {
        let frames = |seconds: f64| (seconds * f64::from(self.format.sample_rate.hz())) as u64;
        match self.tail {
            TailLength::Auto => Tail::new(frames(QUIET), frames(LONGEST_TAIL)),
            TailLength::Seconds(seconds) => Tail::new(u64::MAX, frames(seconds)),
        }
    }

    /// What is said of a finished job, which took `took` units of 100 ns.
    fn summary(&self, took: i64) -> String {
        let rate = self.format.sample_rate;
        let seconds = self.rendered.to_reference(rate).as_secs_f64();
        let took = took.max(1) as f64 / 1e7;
        let peak = 20.0 * self.peak.log10();
        let mut text = format!(
            "{} in {took:.2} s ({:.0} x real time), peak {peak:.1} dBFS",
            minutes(self.rendered, rate),
            seconds / took
        );
        if self.peak == 0.0 {
            text = format!("{} of silence", minutes(self.rendered, rate));
        } else if self.peak > 1.0 && self.encoding.sample_format != PointFormat::F32 {
            text.push_str(&format!(", clipped; --gain {:.0} avoids that", (-peak).floor()));
        }
        text
    }
}
