//! Single keys from the terminal while something plays.
//!
//! A thread of its own reads them, so that a key that ends the program does so even while whoever waits
//! for keys is held up by a device that does not answer.

use std::io::{IsTerminal, stdin, stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal;

use super::interrupt;

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
pub(super) struct Keys(Option<Reader>);

/// The thread that reads keys.
#[derive(Debug)]
struct Reader {
    keys: Receiver<Key>,
    ends: Arc<AtomicBool>,
}

/// How often the reading thread looks whether it is still wanted.
const LOOK: Duration = Duration::from_millis(100);

impl Keys {
    /// Takes single keys from now until dropped.
    ///
    /// To be called before anything is opened that may hang.
    pub(super) fn new() -> Self {
        let attended = stdin().is_terminal() && stdout().is_terminal();
        if !attended || terminal::enable_raw_mode().is_err() {
            return Self(None);
        }
        let (sender, keys) = mpsc::channel();
        let ends = Arc::new(AtomicBool::new(false));
        let reader = Reader { keys, ends: Arc::clone(&ends) };
        let spawned = thread::Builder::new()
            .name("portative-keys".into())
            .spawn(move || read(&sender, &ends));
        // Without the thread, `reader` gives the terminal back here.
        Self(spawned.is_ok().then_some(reader))
    }

    /// Waits so long, or until a key is pressed that asks for something.
    pub(super) fn wait(&self, patience: Duration) -> Option<Key> {
        let Some(reader) = &self.0 else {
            thread::park_timeout(patience);
            return None;
        };
        let key = reader.keys.recv_timeout(patience);
        if key == Err(RecvTimeoutError::Disconnected) {
            // The terminal has gone; the time is waited for all the same.
            thread::park_timeout(patience);
        }
        key.ok()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Release);
        // Nothing can be done where even that does not work.
        let _ = terminal::disable_raw_mode();
    }
}

/// Reads keys until nobody wants them any more.
fn read(keys: &Sender<Key>, ends: &AtomicBool) {
    while !ends.load(Ordering::Acquire) {
        let Ok(is_there) = event::poll(LOOK) else { return };
        if !is_there {
            continue;
        }
        let Ok(event) = event::read() else { return };
        let Some(key) = meaning(&event) else { continue };
        match key {
            Key::Quit => interrupt::limit_end(0),
            Key::Interrupt => interrupt::interrupt(),
            _ => {}
        }
        if keys.send(key).is_err() {
            return;
        }
    }
}

/// What a key asks for, if anything.
fn meaning(event: &Event) -> Option<Key> {
    let Event::Key(KeyEvent { code, modifiers, kind, .. }) = event else { return None };
    if *kind == KeyEventKind::Release {
        return None;
    }
    match code {
        KeyCode::Char('c') if modifiers.contains(KeyModifiers::CONTROL) => Some(Key::Interrupt),
        KeyCode::Char(' ') => Some(Key::Pause),
        KeyCode::Left => Some(Key::Back),
        KeyCode::Right => Some(Key::Ahead),
        KeyCode::Char('n') => Some(Key::Next),
        KeyCode::Char('q') | KeyCode::Esc => Some(Key::Quit),
        _ => None,
    }
}
