//! Single keys from the terminal while something plays.

use std::io::{IsTerminal, stdin, stdout};
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal;

use super::screen;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// Hold or go on.
    Pause,
    /// Back a little.
    Back,
    /// Ahead a little.
    Ahead,
    /// The next song.
    Next,
    /// Stop.
    Quit,
    /// Stop, as by a signal.
    Interrupt,
}

/// The terminal's keyboard, if there is one and anyone sits at it.
#[derive(Debug)]
pub(super) struct Keys {
    raw: bool,
}

impl Keys {
    /// Takes single keys from now until dropped.
    pub(super) fn new() -> Self {
        let attended = stdin().is_terminal() && stdout().is_terminal();
        Self { raw: attended && terminal::enable_raw_mode().is_ok() }
    }

    /// Prints a line on standard error; a terminal that gives single keys needs the return as well.
    pub(super) fn print_line(&self, text: &str) {
        if self.raw { screen::say_raw(text) } else { screen::say(text) }
    }

    /// Waits so long, or until a key is pressed that asks for something.
    pub(super) fn wait(&self, patience: Duration) -> Option<Key> {
        if !self.raw {
            std::thread::park_timeout(patience);
            return None;
        }
        if !event::poll(patience).unwrap_or(false) {
            return None;
        }
        let Ok(Event::Key(key)) = event::read() else { return None };
        if key.kind == KeyEventKind::Release {
            return None;
        }
        match key.code {
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                Some(Key::Interrupt)
            }
            KeyCode::Char(' ') => Some(Key::Pause),
            KeyCode::Left => Some(Key::Back),
            KeyCode::Right => Some(Key::Ahead),
            KeyCode::Char('n') => Some(Key::Next),
            KeyCode::Char('q') | KeyCode::Esc => Some(Key::Quit),
            _ => None,
        }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        if self.raw {
            // Nothing can be done where even that does not work.
            let _ = terminal::disable_raw_mode();
        }
    }
}
