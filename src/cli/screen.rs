//! The only place that prints: what people read, on standard error and standard output.
//!
//! Names of files, and texts that come out of banks, songs and MIDI ports, may hold anything, escape
//! sequences of terminals too. Nothing of that reaches a terminal as it is: [`visible`] spells it out.

use std::io::{self, Write};

use anyhow::{Context, Result};
use crossterm::terminal;

/// The text with everything spelled out that a terminal would obey instead of showing it.
pub(super) fn visible(text: &str) -> String {
    spell_out(text, |_| false)
}

/// The same for a text of several lines.
pub(super) fn visible_lines(text: &str) -> String {
    spell_out(text, |c| c == '\n')
}

fn spell_out(text: &str, is_fine: impl Fn(char) -> bool) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        if is_obeyed(c) && !is_fine(c) {
            visible.extend(c.escape_default());
        } else {
            visible.push(c);
        }
    }
    visible
}

/// Whether a terminal does something at this character: controls, and what changes the direction or the
/// lines of what stands around it.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
        )
}

/// JSON in which no control character stands as it is, not even those that JSON allows.
pub(super) fn json(report: &impl serde::Serialize) -> Result<String> {
    let json = serde_json::to_string_pretty(report)? + "\n";
    let mut visible = String::with_capacity(json.len());
    for c in json.chars() {
        if is_obeyed(c) && c != '\n' {
            visible.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            visible.push(c);
        }
    }
    Ok(visible)
}

/// Says something in a line on standard error.
///
/// A terminal that gives single keys does not return by itself at a line's end.
pub(super) fn say(text: &str) {
    let is_raw = terminal::is_raw_mode_enabled().unwrap_or(false);
    put_err(&format!("{}{}", visible(text), if is_raw { "\r\n" } else { "\n" }));
}

/// Says what is wrong in a line on standard error.
pub(super) fn complain(what: &str) {
    say(&format!("portative: {what}"));
}

/// Prints a text of several lines on standard error.
pub(super) fn put_err(text: &str) {
    // There is nobody left to tell when that does not work.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// An error with all its causes.
pub(super) fn chain(error: &anyhow::Error) -> String {
    format!("{error:#}")
}

/// Prints the result of a command on standard output.
pub(super) fn put_out(text: &str) -> Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("standard output"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_spelled_out_and_all_else_stays() {
        assert_eq!(visible("a\u{1b}[2J\u{9b}2J\u{202e}b\n"), r"a\u{1b}[2J\u{9b}2J\u{202e}b\n");
        assert_eq!(visible("Für Elise – 月の光 \\"), "Für Elise – 月の光 \\");
        assert_eq!(visible_lines("a\nb\r\n"), "a\nb\\r\n");
    }

    #[test]
    fn json_stays_json() {
        let visible = json(&["\u{1b}\u{9b}\u{202e}\nx"]).unwrap();
        assert!(visible.chars().all(|c| c == '\n' || !is_obeyed(c)), "{visible}");
        let again: [String; 1] = serde_json::from_str(&visible).unwrap();
        assert_eq!(again, ["\u{1b}\u{9b}\u{202e}\nx"]);
    }
}
