//! The inputs of a port: found, connected, and let go.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::io::give_up::give_up;
use crate::io::refusal::Refusal;
use crate::io::wait::wait_for;
use crate::port::{State, SynthPort};
use crate::rt::Gate;
use crate::time::ReferenceTime;

use super::keyboard::{Activity, Keyboard};
use super::selection::wanted;
use super::system::{Line, Listener, MidiSystem, Source, open};
use super::{MidiInputError, MidiSystemName};

/// What is to be listened to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputRequest {
    /// Parts of the names of inputs, in whatever case. Without any: all keyboards, that is, hardware
    /// on JACK and all that is not a loop on the system's own MIDI.
    pub names: Vec<String>,
    /// The name of an input of ours, to which other programs connect.
    pub virtual_name: Option<String>,
}

/// What a poll has found or done.
#[derive(Debug)]
#[non_exhaustive]
pub enum InputChange {
    /// An input is listened to from now on.
    Connected {
        /// Its system.
        system: MidiSystemName,
        /// Its name.
        name: String,
    },
    /// An input has gone. What it held has been let go.
    Disconnected {
        /// Its system.
        system: MidiSystemName,
        /// Its name.
        name: String,
    },
    /// An input is there but cannot be listened to. Said once; it is tried again with each poll.
    Failed(MidiInputError),
    /// A whole system has gone, and its inputs with it. It is looked for with each poll.
    SystemLost(MidiInputError),
}

/// An input that is listened to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputStatus {
    /// Its system.
    pub system: MidiSystemName,
    /// Its name.
    pub name: String,
    /// Whether it is one of ours, to which others connect.
    pub is_virtual: bool,
    /// Events received.
    pub events: u64,
    /// Notes struck.
    pub notes: u64,
    /// Events that found the port's queue full and were not played.
    pub lost: u64,
    /// When the last event arrived.
    pub last: Option<ReferenceTime>,
}

/// The live inputs of one port.
///
/// Dropping it disconnects them all; what they hold is let go.
///
/// # Thread
///
/// Control threads. [`MidiInputs::poll`] about once a second.
pub struct MidiInputs {
    request: InputRequest,
    systems: Vec<System>,
    listening: Arc<AtomicBool>,
    open: OpenSystem,
}

type OpenSystem = Box<dyn Fn(MidiSystemName) -> Result<Box<dyn MidiSystem>, MidiInputError> + Send>;

/// A system and what is connected through it.
struct System {
    name: MidiSystemName,
    /// `None` while it does not answer.
    inner: Option<Box<dyn MidiSystem>>,
    inputs: Vec<Input>,
    /// Identifiers of sources that could not be connected.
    failed: BTreeSet<String>,
}

struct Input {
    /// `None` for one of ours.
    source: Option<Source>,
    name: String,
    listener: Listener,
    line: Option<Line>,
    activity: Arc<Activity>,
}

/// How long an event may take to be handled.
const EVENT_PATIENCE: Duration = Duration::from_millis(50);
/// How long a system may take to end a connection before that is left to a thread.
const CLOSE_PATIENCE: Duration = Duration::from_millis(100);

impl MidiInputs {
    /// Opens the MIDI systems and connects what is there. What comes later is connected by
    /// [`MidiInputs::poll`]; that nothing is there yet is no error.
    ///
    /// # Errors
    ///
    /// [`MidiInputError::NoSystem`] when no system answers.
    pub fn open(
        port: &SynthPort,
        request: InputRequest,
    ) -> Result<(Self, Vec<InputChange>), MidiInputError> {
        Self::open_with(port, request, MidiSystemName::all(), Box::new(open))
    }

    fn open_with(
        port: &SynthPort,
        request: InputRequest,
        names: impl Iterator<Item = MidiSystemName>,
        open: OpenSystem,
    ) -> Result<(Self, Vec<InputChange>), MidiInputError> {
        let systems = names.map(|name| System {
            name,
            inner: None,
            inputs: Vec::new(),
            failed: BTreeSet::new(),
        });
        let listening = Arc::new(AtomicBool::new(true));
        let mut inputs = Self { request, systems: systems.collect(), listening, open };
        let mut changes = Vec::new();
        let refusals = inputs.revive(port, &mut changes);
        if inputs.systems.iter().all(|system| system.inner.is_none()) {
            return Err(MidiInputError::NoSystem { tried: refusals });
        }
        changes.extend(inputs.poll(port));
        Ok((inputs, changes))
    }

    /// Connects what has come, lets go of what has gone, and says so.
    ///
    /// Notes that arrive while the port is not active, or its device is lost, are not played later;
    /// this notices when that begins and ends.
    pub fn poll(&mut self, port: &SynthPort) -> Vec<InputChange> {
        self.set_listening(port.state() == State::Active && !port.sink_lost());
        let mut changes = Vec::new();
        self.revive(port, &mut changes);
        let found: Vec<_> =
            self.systems.iter_mut().map(|system| system.sources(&mut changes)).collect();
        let wanted = wanted(&self.request.names, &found);
        for ((system, sources), wanted) in self.systems.iter_mut().zip(found).zip(wanted) {
            let sources = sources.unwrap_or_default();
            system.let_go(&sources, &mut changes);
            let wanted =
                sources.into_iter().zip(wanted).filter_map(|(s, wanted)| wanted.then_some(s));
            system.connect(wanted, port, &self.listening, &mut changes);
        }
        changes
    }

    /// Says whether notes are played at once; while they are not, they are dropped.
    ///
    /// For whoever learns of a lost device before the next poll does.
    pub fn set_listening(&self, listening: bool) {
        self.listening.store(listening, Ordering::Relaxed);
    }

    /// What could be listened to by its name: identifier and name of everything that sends MIDI, systems in the
    /// order in which they are preferred.
    pub fn offered(&mut self) -> Vec<(MidiSystemName, String)> {
        let mut offered = Vec::new();
        for system in &mut self.systems {
            // One that does not answer is for the next poll to notice.
            let sources = system.inner.as_mut().and_then(|inner| inner.sources().ok());
            offered.extend(sources.into_iter().flatten().map(|source| (system.name, source.name)));
        }
        offered
    }

    /// What is listened to.
    pub fn inputs(&self) -> Vec<InputStatus> {
        let of = |system: &System| {
            system.inputs.iter().map(|input| input.status(system.name)).collect::<Vec<_>>()
        };
        self.systems.iter().flat_map(of).collect()
    }

    /// Opens the systems that do not answer yet; why the others still do not.
    fn revive(&mut self, port: &SynthPort, changes: &mut Vec<InputChange>) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        for system in self.systems.iter_mut().filter(|system| system.inner.is_none()) {
            match (self.open)(system.name) {
                Ok(inner) => {
                    system.inner = Some(inner);
                    if let Some(name) = &self.request.virtual_name {
                        system.open_virtual(name, port, &self.listening, changes);
                    }
                }
                Err(error) => {
                    let reason = match error {
                        MidiInputError::System { reason, .. } => reason,
                        other => other.to_string(),
                    };
                    refusals.push(Refusal { name: system.name.to_string(), reason });
                }
            }
        }
        refusals
    }
}

impl System {
    /// What sends MIDI; `None` when the system does not answer, which ends its inputs.
    fn sources(&mut self, changes: &mut Vec<InputChange>) -> Option<Vec<Source>> {
        match self.inner.as_mut()?.sources() {
            Ok(sources) => Some(sources),
            Err(error) => {
                changes.push(InputChange::SystemLost(error));
                for input in self.inputs.drain(..) {
                    changes.push(input.end(self.name));
                }
                self.failed.clear();
                self.inner = None;
                None
            }
        }
    }

    /// Ends the inputs whose source is no longer there.
    fn let_go(&mut self, sources: &[Source], changes: &mut Vec<InputChange>) {
        let gone = |input: &mut Input| {
            input.source.as_ref().is_some_and(|source| !sources.contains(source))
        };
        for input in self.inputs.extract_if(.., gone) {
            changes.push(input.end(self.name));
        }
        self.failed.retain(|id| sources.iter().any(|source| source.id == *id));
    }

    /// Connects those of the `wanted` that are not connected yet.
    fn connect(
        &mut self,
        wanted: impl Iterator<Item = Source>,
        port: &SynthPort,
        listening: &Arc<AtomicBool>,
        changes: &mut Vec<InputChange>,
    ) {
        let Some(inner) = self.inner.as_mut() else { return };
        for source in wanted {
            if self.inputs.iter().any(|input| input.source.as_ref() == Some(&source)) {
                continue;
            }
            let made = Input::new(source.name.clone(), port, listening, |listener| {
                inner.connect(&source, listener)
            });
            match made {
                Ok(mut input) => {
                    self.failed.remove(&source.id);
                    changes.push(InputChange::Connected {
                        system: self.name,
                        name: source.name.clone(),
                    });
                    input.source = Some(source);
                    self.inputs.push(input);
                }
                Err(error) => {
                    if self.failed.insert(source.id) {
                        changes.push(InputChange::Failed(error));
                    }
                }
            }
        }
    }

    fn open_virtual(
        &mut self,
        name: &str,
        port: &SynthPort,
        listening: &Arc<AtomicBool>,
        changes: &mut Vec<InputChange>,
    ) {
        let Some(inner) = self.inner.as_mut() else { return };
        let made = Input::new(name.to_owned(), port, listening, |listener| {
            inner.open_virtual(name, listener)
        });
        match made {
            Ok(input) => self.inputs.push(input),
            Err(error) => changes.push(InputChange::Failed(error)),
        }
    }
}

impl Input {
    /// An input of `port` that `connect` has connected.
    fn new(
        name: String,
        port: &SynthPort,
        listening: &Arc<AtomicBool>,
        connect: impl FnOnce(Listener) -> Result<Line, MidiInputError>,
    ) -> Result<Self, MidiInputError> {
        let activity = Arc::new(Activity::default());
        let keyboard =
            Keyboard::new(port.event_input()?, Arc::clone(&activity), Arc::clone(listening));
        let listener = Arc::new(Gate::new(keyboard));
        let line = connect(Arc::clone(&listener))?;
        Ok(Self { source: None, name, listener, line: Some(line), activity })
    }

    fn end(mut self, system: MidiSystemName) -> InputChange {
        let name = std::mem::take(&mut self.name);
        InputChange::Disconnected { system, name }
    }

    fn status(&self, system: MidiSystemName) -> InputStatus {
        let last = self.activity.last.load(Ordering::Relaxed);
        InputStatus {
            system,
            name: self.name.clone(),
            is_virtual: self.source.is_none(),
            events: self.activity.events.load(Ordering::Relaxed),
            notes: self.activity.notes.load(Ordering::Relaxed),
            lost: self.activity.lost.load(Ordering::Relaxed),
            last: (last != i64::MIN).then_some(ReferenceTime(last)),
        }
    }
}

impl Drop for Input {
    /// Lets nothing more in, lets go of what is held, and ends the connection.
    fn drop(&mut self) {
        self.listener.shut();
        if let Some(mut keyboard) = wait_for(EVENT_PATIENCE, || self.listener.take()) {
            keyboard.release();
        }
        if let Some(line) = self.line.take() {
            give_up(line).wait(CLOSE_PATIENCE);
        }
    }
}

impl fmt::Debug for MidiInputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("MidiInputs");
        debug.field("request", &self.request).field("inputs", &self.inputs());
        debug.finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
