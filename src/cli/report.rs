//! What is told of rendered songs: `render --report`.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use portative::format::{AudioFormat, PcmEncoder};
use portative::io::NewFile;
use portative::port::RunningStats;
use portative::sequence::Sequence;
use portative::time::SampleTime;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::bank::{Missing, Sound};
use super::screen;

/// What was rendered.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    program: &'static str,
    version: &'static str,
    engine: &'static str,
    /// What the banks are called.
    bank: String,
    songs: Vec<SongReport>,
}

/// One song, rendered or not.
#[derive(Debug, Serialize)]
pub(super) struct SongReport {
    song: String,
    output: String,
    /// Why it was not rendered.
    error: Option<String>,
    #[serde(flatten)]
    rendered: Option<Rendered>,
}

/// What a song came to.
#[derive(Debug, Serialize)]
pub(super) struct Rendered {
    sample_rate: u32,
    audio_channels: u16,
    /// Of the song, without what it takes to die away.
    song_seconds: f64,
    seconds: f64,
    frames: u64,
    /// `None` for silence.
    peak_dbfs: Option<f64>,
    /// `None` for silence.
    rms_dbfs: Option<f64>,
    /// Frames with a data point beyond full scale, which integer formats clip.
    clipped_frames: u64,
    peak_voices: Option<u32>,
    notes: u64,
    /// Notes cut short or never begun for lack of voices.
    lost_notes: u64,
    /// Notes played with another program than they ask for, or not at all.
    notes_of_missing_presets: u64,
    /// `None` where the engine cannot tell.
    missing_presets: Option<Vec<Missing>>,
    /// Of the data points as they are in the file, without what stands around them.
    sha256: String,
}

impl Report {
    /// A report of no songs yet.
    pub(super) fn new(sound: &Sound) -> Self {
        Self {
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            engine: sound.engine_name(),
            bank: sound.bank_names().to_owned(),
            songs: Vec::new(),
        }
    }

    /// Takes in what became of a song.
    pub(super) fn push(&mut self, song: &Path, output: String, result: Result<Rendered, String>) {
        let song = song.display().to_string();
        let (rendered, error) = match result {
            Ok(rendered) => (Some(rendered), None),
            Err(error) => (None, Some(error)),
        };
        self.songs.push(SongReport { song, output, error, rendered });
    }

    /// Writes the report to a file.
    pub(super) fn write(&self, mut file: NewFile) -> Result<()> {
        let written = file.write_all(screen::json(self)?.as_bytes());
        written.with_context(|| file.path().display().to_string())?;
        Ok(file.keep()?)
    }
}

/// Measures a song while it is rendered.
#[derive(Debug)]
pub(super) struct Tally {
    encoder: PcmEncoder,
    bytes: Vec<u8>,
    digest: Sha256,
    frames: u64,
    peak: f32,
    sum_of_squares: f64,
    clipped_frames: u64,
}

impl Tally {
    /// A tally of no frames yet, of data points that this encoder writes.
    pub(super) fn new(encoder: PcmEncoder) -> Self {
        Self {
            encoder,
            bytes: Vec::new(),
            digest: Sha256::new(),
            frames: 0,
            peak: 0.0,
            sum_of_squares: 0.0,
            clipped_frames: 0,
        }
    }

    /// Takes in the next frames.
    pub(super) fn take(&mut self, points: &[f32], audio_channels: usize) {
        self.bytes.clear();
        self.encoder.encode(points, &mut self.bytes);
        self.digest.update(&self.bytes);
        for frame in points.chunks_exact(audio_channels.max(1)) {
            let peak = frame.iter().fold(0.0_f32, |peak, point| peak.max(point.abs()));
            self.frames += 1;
            self.peak = self.peak.max(peak);
            self.clipped_frames += u64::from(peak > 1.0);
            self.sum_of_squares += frame.iter().map(|&point| f64::from(point).powi(2)).sum::<f64>();
        }
    }

    /// What a song came to, played in this format by this sound with these statistics.
    pub(super) fn finish(
        self,
        song: &Sequence,
        format: AudioFormat,
        sound: &Sound,
        stats: &RunningStats,
    ) -> Rendered {
        let rate = format.sample_rate;
        let seconds = |frames: SampleTime| frames.to_reference(rate).as_secs_f64();
        let points = self.frames.max(1) as f64 * f64::from(format.audio_channels);
        let notes = song.events().iter().filter(|timed| timed.event.message.begins_note()).count();
        let digest = self.digest.finalize();
        Rendered {
            sample_rate: rate.hz(),
            audio_channels: format.audio_channels,
            song_seconds: seconds(song.duration()),
            seconds: seconds(SampleTime(self.frames)),
            frames: self.frames,
            peak_dbfs: decibels(f64::from(self.peak)),
            rms_dbfs: decibels((self.sum_of_squares / points).sqrt()),
            clipped_frames: self.clipped_frames,
            peak_voices: stats.peak_voices,
            notes: notes as u64,
            lost_notes: stats.lost_notes,
            notes_of_missing_presets: stats.missing_presets,
            missing_presets: sound.missing(song),
            sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// A level in decibels below full scale; none for silence.
fn decibels(level: f64) -> Option<f64> {
    (level > 0.0).then(|| 20.0 * level.log10())
}
