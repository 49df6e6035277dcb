//! The words of a song in lines and paragraphs.
//!
//! Source: RP-017 and RP-026 (lyrics); the conventions of karaoke files; XF Format Specifications 2.01.

use super::TimedText;
use crate::time::SampleTime;

/// A piece of a song's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syllable {
    /// When it is sung.
    pub time: SampleTime,
    /// The text, without the signs for lines and paragraphs.
    pub text: String,
    /// What begins with it.
    pub begins: Begins,
}

/// What begins with a syllable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Begins {
    /// Nothing: it goes on.
    #[default]
    Nothing,
    /// A line.
    Line,
    /// A paragraph.
    Paragraph,
}

/// The words in lines. Karaoke files begin a paragraph with `\` and a line with `/`; lyric events end a line with a
/// carriage return and a paragraph with a line feed. Codes in braces, such as `{@LATIN}`, are left out. The words of the
/// track `karaoke`, which is that of an XF file, have signs of their own.
pub(super) fn syllables(words: &[&TimedText], karaoke: Option<usize>) -> Vec<Syllable> {
    let mut syllables = Vec::new();
    let mut next = Begins::Paragraph;
    for word in words {
        let text = without_codes(&word.text);
        let mut text = if Some(word.track) == karaoke { without_xf_signs(&text) } else { text };
        let mut begins = std::mem::take(&mut next);
        if let Some(rest) = text.strip_prefix('\\') {
            (text, begins) = (rest.to_owned(), Begins::Paragraph);
        } else if let Some(rest) = text.strip_prefix('/') {
            (text, begins) = (rest.to_owned(), Begins::Line);
        }
        if text.contains('\n') {
            next = Begins::Paragraph;
        } else if text.contains('\r') {
            next = Begins::Line;
        }
        text.retain(|c| c != '\r' && c != '\n');
        if text.is_empty() {
            // A sign alone is for the next syllable.
            next = if next == Begins::Nothing { begins } else { next };
        } else {
            syllables.push(Syllable { time: word.time, text, begins });
        }
    }
    syllables
}

/// The text without codes such as `{@JP}` and `{#Title=...}`.
fn without_codes(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("{@").or_else(|| rest.find("{#")) {
        let Some(len) = rest.get(start..).and_then(|code| code.find('}')) else { break };
        kept.push_str(&rest[..start]);
        rest = &rest[start + len + 1..];
    }
    kept.push_str(rest);
    kept
}

/// The words of an XF file with the signs that others have.
///
/// SPEC: XF 2.01, lyrics: `<` begins a page and `/` a line, `^` is a space and `>` a tabulator; how a word is pronounced
/// stands in brackets behind it and is left out here.
fn without_xf_signs(text: &str) -> String {
    let mut kept = String::new();
    let mut is_reading = false;
    for (at, c) in text.char_indices() {
        let is_first = at == 0;
        match c {
            '[' => is_reading = true,
            ']' => is_reading = false,
            _ if is_reading => {}
            '<' => kept.push(if is_first { '\\' } else { '\n' }),
            '/' => kept.push(if is_first { '/' } else { '\r' }),
            '^' | '>' => kept.push(' '),
            c => kept.push(c),
        }
    }
    kept
}

#[cfg(test)]
mod tests;
