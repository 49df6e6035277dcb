//! How far a job is: a bar on a terminal, nothing elsewhere.

use std::fmt::Display;
use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressStyle};
use portative::port::RunningStats;
use portative::time::{SampleRate, SampleTime};

use super::screen::visible;

/// Characters of a song's name that are shown beside its bar.
const NAME: usize = 24;

/// A bar over the frames of a song.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    rate: SampleRate,
}

impl Progress {
    /// A bar for `frames`, shown if anyone can see it.
    pub(super) fn new(
        what: impl Display,
        frames: SampleTime,
        rate: SampleRate,
        quiet: bool,
    ) -> Self {
        let bar = if quiet || !stderr().is_terminal() {
            ProgressBar::hidden()
        } else {
            ProgressBar::new(frames.0)
        };
        let template = "{prefix} {wide_bar} {msg}";
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        // A line that is longer than the terminal is wide cannot be drawn over.
        let name = visible(&what.to_string());
        bar.set_prefix(name.chars().take(NAME).collect::<String>());
        Self { bar, rate }
    }

    /// Moves the bar and says something beside it.
    pub(super) fn show(&self, position: SampleTime, beside: impl Display) {
        if !self.bar.is_hidden() {
            self.bar.set_position(position.0);
            let length = SampleTime(self.bar.length().unwrap_or(0));
            let (at, of) = (minutes(position, self.rate), minutes(length, self.rate));
            self.bar.set_message(format!("{at} / {of}  {beside}"));
        }
    }

    /// Whether anyone can see it.
    pub(super) fn is_seen(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// Takes the bar away while something else is printed.
    pub(super) fn aside(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// A line about a port that plays without an end.
#[cfg(any(feature = "midi", feature = "jack"))]
#[derive(Debug)]
pub(super) struct Meter {
    line: ProgressBar,
}

#[cfg(any(feature = "midi", feature = "jack"))]
impl Meter {
    /// A line, shown if anyone can see it.
    pub(super) fn new(quiet: bool) -> Self {
        let hidden = quiet || !stderr().is_terminal();
        let line = if hidden { ProgressBar::hidden() } else { ProgressBar::no_length() };
        let style = ProgressStyle::with_template("{wide_msg}");
        line.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Self { line }
    }

    /// Says how the port is doing, and something beside it.
    pub(super) fn show(&self, stats: &RunningStats, beside: impl Display) {
        if !self.line.is_hidden() {
            self.line.set_message(visible(&format!("{}  {beside}", describe(stats))));
            self.line.tick();
        }
    }

    /// Takes the line away while something else is printed.
    pub(super) fn aside(&self, print: impl FnOnce()) {
        self.line.suspend(print);
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        self.line.finish_and_clear();
    }
}

/// Voices, load, level and trouble of a port, as far as they are known.
pub(super) fn describe(stats: &RunningStats) -> String {
    let mut parts = Vec::new();
    parts.extend(stats.voices.map(|voices| format!("{voices} voices")));
    parts.extend(stats.load.map(|load| format!("{:.0} % load", 100.0 * load)));
    if stats.peak > 0.0 {
        parts.push(format!("{:.0} dBFS", 20.0 * stats.peak.log10()));
    }
    if stats.underruns > 0 {
        parts.push(format!("{} underruns", stats.underruns));
    }
    parts.join(", ")
}

/// A time as minutes and seconds.
pub(super) fn minutes(time: SampleTime, rate: SampleRate) -> String {
    let seconds = time.0 / u64::from(rate.hz());
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
