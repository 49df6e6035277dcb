//! The words of a song, line by line as they are sung.

use std::iter::Peekable;
use std::vec::IntoIter;

use portative::sequence::{Begins, Syllable};
use portative::time::SampleTime;

/// A line and when its first syllable is sung.
type Line = (SampleTime, String);

/// The lines that are still to come.
#[derive(Debug)]
pub(super) struct Words {
    lines: Vec<Line>,
    left: Peekable<IntoIter<Line>>,
    position: SampleTime,
}

impl Words {
    /// The lines of these syllables.
    pub(super) fn of(syllables: Vec<Syllable>) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        for Syllable { time, text, begins } in syllables {
            match lines.last_mut() {
                Some((_, line)) if begins == Begins::Nothing => line.push_str(&text),
                _ => lines.push((time, text)),
            }
        }
        lines.iter_mut().for_each(|(_, line)| *line = line.trim().to_owned());
        lines.retain(|(_, line)| !line.is_empty());
        let left = lines.clone().into_iter().peekable();
        Self { lines, left, position: SampleTime::ZERO }
    }

    /// The next line, if the song has come to it; after a jump back, the lines from there on again.
    pub(super) fn sung_at(&mut self, position: SampleTime) -> Option<String> {
        if position < self.position {
            let rest = self.lines.iter().filter(|(time, _)| *time >= position);
            self.left = rest.cloned().collect::<Vec<_>>().into_iter().peekable();
        }
        self.position = position;
        self.left.next_if(|(time, _)| *time <= position).map(|(_, line)| line)
    }
}

#[cfg(test)]
mod tests;
