//! The operating system's own MIDI, by midir.
//!
//! A connection of midir is a client of its own with a thread of its own. Its events carry the
//! system's times of arrival, which are more exact than the thread's waking up.

use std::panic::{AssertUnwindSafe, catch_unwind};

use midir::{ConnectError, InitError, MidiIO, MidiInput, MidiInputConnection, MidiOutput};

use crate::io::clock;
use crate::io::quiet::Hush;
use crate::io::translation::Translation;

use super::system::{Line, Listener, MidiSystem, Ports, Source};
use super::{MidiInputError, MidiSystemName};

/// The name under which other programs see us.
const CLIENT: &str = "portative";
/// Sources that pass on what programs send, ours included.
const THROUGH: &str = "Midi Through";

/// An open client that watches what comes and goes.
pub(super) struct Native {
    watch: MidiInput,
}

impl Native {
    pub(super) fn open() -> Result<Self, MidiInputError> {
        Ok(Self { watch: client()? })
    }
}

fn client() -> Result<MidiInput, MidiInputError> {
    let hush = Hush::new();
    MidiInput::new(CLIENT).map_err(|error| refused(error, &hush))
}

fn refused(error: InitError, hush: &Hush) -> MidiInputError {
    MidiInputError::System {
        system: MidiSystemName::Native,
        reason: hush.cause().unwrap_or_else(|| error.to_string()),
    }
}

impl MidiSystem for Native {
    fn sources(&mut self) -> Result<Vec<Source>, MidiInputError> {
        let sources = self.watch.ports().into_iter().filter_map(|port| {
            // A port without a name has gone since.
            let name = self.watch.port_name(&port).ok()?;
            let is_keyboard = !name.starts_with(THROUGH);
            Some(Source { id: port.id(), name, is_keyboard })
        });
        Ok(sources.collect())
    }

    fn connect(&mut self, source: &Source, listener: Listener) -> Result<Line, MidiInputError> {
        let client = client()?;
        let port =
            client.find_port_by_id(&source.id).ok_or_else(|| failed(&source.name, "it is gone"))?;
        let (receive, state) = receiver(listener);
        guarded(&source.name, || client.connect(&port, "in", receive, state))
    }

    fn open_virtual(&mut self, name: &str, listener: Listener) -> Result<Line, MidiInputError> {
        open_virtual(client()?, name, listener)
    }
}

#[cfg(unix)]
fn open_virtual(client: MidiInput, name: &str, listener: Listener) -> Result<Line, MidiInputError> {
    use midir::os::unix::VirtualInput;
    let (receive, state) = receiver(listener);
    guarded(name, || client.create_virtual(name, receive, state))
}

#[cfg(not(unix))]
fn open_virtual(_: MidiInput, name: &str, _: Listener) -> Result<Line, MidiInputError> {
    Err(failed(name, "this system has no virtual ports"))
}

/// What the callback of a connection has.
struct Receiver {
    listener: Listener,
    translation: Translation,
}

/// The callback of a connection, and its state.
fn receiver(
    listener: Listener,
) -> (impl FnMut(u64, &[u8], &mut Receiver) + Send + 'static, Receiver) {
    let receive = |micros: u64, bytes: &[u8], receiver: &mut Receiver| {
        let now = clock::now();
        let Some(mut keyboard) = receiver.listener.enter() else { return };
        let time = i64::try_from(micros.saturating_mul(10)).unwrap_or(i64::MAX);
        receiver.translation.observe(time, now);
        let arrival = receiver.translation.at(time);
        keyboard.receive(arrival, bytes);
    };
    (receive, Receiver { listener, translation: Translation::default() })
}

/// Connects, and turns midir's panics into errors.
fn guarded(
    name: &str,
    connect: impl FnOnce() -> Result<MidiInputConnection<Receiver>, ConnectError<MidiInput>>,
) -> Result<Line, MidiInputError> {
    let _hush = Hush::new();
    match catch_unwind(AssertUnwindSafe(connect)) {
        Ok(Ok(connection)) => Ok(Box::new(NativeLine(Some(connection)))),
        Ok(Err(error)) => Err(failed(name, &error.to_string())),
        Err(_) => Err(failed(name, "midir gave up on it")),
    }
}

fn failed(input: &str, reason: &str) -> MidiInputError {
    MidiInputError::Connect {
        system: MidiSystemName::Native,
        input: input.to_owned(),
        reason: reason.to_owned(),
    }
}

/// A connection whose closing cannot panic.
struct NativeLine(Option<MidiInputConnection<Receiver>>);

impl Drop for NativeLine {
    fn drop(&mut self) {
        let connection = self.0.take();
        // midir panics when its thread did; there is nothing left to close then.
        drop(catch_unwind(AssertUnwindSafe(|| drop(connection))));
    }
}

/// Lists inputs and outputs.
pub(super) fn list() -> Result<Ports, MidiInputError> {
    let hush = Hush::new();
    let inputs = MidiInput::new(CLIENT).map_err(|error| refused(error, &hush))?;
    let outputs = MidiOutput::new(CLIENT).map_err(|error| refused(error, &hush))?;
    Ok(Ports {
        inputs: names(&inputs, |port| port.id()),
        outputs: names(&outputs, |port| port.id()),
    })
}

fn names<T: MidiIO>(client: &T, id: impl Fn(&T::Port) -> String) -> Vec<(String, String)> {
    let ports = client.ports().into_iter();
    ports.filter_map(|port| Some((id(&port), client.port_name(&port).ok()?))).collect()
}
