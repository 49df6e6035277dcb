//! MIDI through JACK, by a client of our own, whose events keep their exact frames.
//!
//! Every source that is connected gets an input port of ours, so that each has its own stream of
//! bytes and its own held keys.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jack::{
    AsyncClient, Client, ClientStatus, Control, MidiIn, NotificationHandler, Port, PortFlags,
    ProcessHandler, ProcessScope, RawMidi,
};
use rtrb::{Consumer, Producer, RingBuffer};

use crate::io::clock;
use crate::io::give_up::give_up;
use crate::io::jack_cycles::Cycles;
use crate::io::jack_server::{self, CountedClient, InUse, to_reference};
use crate::io::translation::Translation;

use crate::time::ReferenceTime;

use super::system::{Line, Listener, MidiSystem, Ports, Source};
use super::{MidiInputError, MidiSystemName};

/// The name under which other programs see us.
const CLIENT: &str = "portative";
/// JACK's name of the type of MIDI ports.
const MIDI: &str = "midi";
/// Input ports that there can be at once.
const MAX_LINES: usize = 64;

/// An open client.
pub(super) struct JackMidi {
    /// `None` only while it is dropped.
    client: Option<OpenClient>,
    lines: Producer<JackLine>,
    /// Lines that the process callback has let go of.
    ended: Consumer<JackLine>,
    is_down: Arc<AtomicBool>,
    /// Ports made so far; their names are never used twice.
    made: u32,
}

/// The client is closed before its use ends.
struct OpenClient {
    active: AsyncClient<Notices, Process>,
    _in_use: InUse,
}

impl Drop for OpenClient {
    fn drop(&mut self) {
        jack_server::let_callbacks_end();
    }
}

/// An input port and who listens to it.
struct JackLine {
    port: Port<MidiIn>,
    listener: Listener,
}

impl JackMidi {
    pub(super) fn open() -> Result<Self, MidiInputError> {
        let CountedClient { client, in_use } = jack_server::client(CLIENT).map_err(refused)?;
        let (lines, incoming) = RingBuffer::new(MAX_LINES);
        let (outgoing, ended) = RingBuffer::new(MAX_LINES);
        let is_down = Arc::new(AtomicBool::new(false));
        let process = Process {
            incoming,
            outgoing,
            lines: Vec::with_capacity(MAX_LINES),
            translation: Translation::default(),
            cycles: Cycles::new(client.sample_rate()),
        };
        let notices = Notices { is_down: Arc::clone(&is_down) };
        let active = client.activate_async(notices, process).map_err(refused)?;
        let client = Some(OpenClient { active, _in_use: in_use });
        Ok(Self { client, lines, ended, is_down, made: 0 })
    }

    fn client(&self) -> Result<&Client, MidiInputError> {
        let alive = self.client.as_ref().filter(|_| !self.is_down.load(Ordering::Acquire));
        alive
            .map(|client| client.active.as_client())
            .ok_or_else(|| refused("the server has shut down"))
    }

    /// Removes the ports that are no longer listened to.
    fn remove_ended(&mut self) {
        while let Ok(line) = self.ended.pop() {
            if let Ok(client) = self.client() {
                // The port may have gone with its server.
                let _ = client.unregister_port(line.port);
            }
        }
    }

    /// Makes an input port and has it listened to; its full name.
    fn listen(&mut self, name: &str, listener: Listener) -> Result<String, MidiInputError> {
        let fail = |error: jack::Error| failed(name, &error.to_string());
        let port = self.client()?.register_port(name, MidiIn::default()).map_err(fail)?;
        let full_name = port.name().map_err(fail)?;
        let line = JackLine { port, listener };
        match self.lines.push(line) {
            Ok(()) => Ok(full_name),
            Err(rtrb::PushError::Full(line)) => {
                let _ = self.client()?.unregister_port(line.port);
                Err(failed(name, "there are too many inputs"))
            }
        }
    }
}

impl MidiSystem for JackMidi {
    fn sources(&mut self) -> Result<Vec<Source>, MidiInputError> {
        self.remove_ended();
        let client = self.client()?;
        let ours = format!("{}:", client.name());
        let keyboards =
            client.ports(None, Some(MIDI), PortFlags::IS_OUTPUT | PortFlags::IS_PHYSICAL);
        let ids = client.ports(None, Some(MIDI), PortFlags::IS_OUTPUT).into_iter();
        let sources = ids.filter(|id| !id.starts_with(&ours)).map(|id| Source {
            name: name_of(client, &id),
            is_keyboard: keyboards.contains(&id),
            id,
        });
        Ok(sources.collect())
    }

    fn connect(&mut self, source: &Source, listener: Listener) -> Result<Line, MidiInputError> {
        self.made += 1;
        let port = self.listen(&format!("in_{}", self.made), Arc::clone(&listener))?;
        let connected = self.client()?.connect_ports_by_name(&source.id, &port);
        if let Err(error) = connected {
            // The callback returns the port when it finds the gate shut.
            listener.shut();
            return Err(failed(&source.name, &error.to_string()));
        }
        // The line ends when its gate is shut.
        Ok(Box::new(()))
    }

    fn open_virtual(&mut self, name: &str, listener: Listener) -> Result<Line, MidiInputError> {
        self.listen(name, listener)?;
        Ok(Box::new(()))
    }
}

impl Drop for JackMidi {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            // A server that hangs does not let its clients go.
            give_up(client).wait(CLOSE_PATIENCE);
        }
    }
}

/// How long the server may take to let us go before that is left to a thread.
const CLOSE_PATIENCE: std::time::Duration = std::time::Duration::from_millis(100);

/// What people call a port: the alias that the hardware gave it, if there is one.
fn name_of(client: &Client, id: &str) -> String {
    let aliases = client.port_by_name(id).and_then(|port| port.aliases().ok());
    aliases.and_then(|mut aliases| aliases.pop()).unwrap_or_else(|| id.to_owned())
}

fn refused(reason: impl ToString) -> MidiInputError {
    MidiInputError::System { system: MidiSystemName::Jack, reason: reason.to_string() }
}

fn failed(input: &str, reason: &str) -> MidiInputError {
    MidiInputError::Connect {
        system: MidiSystemName::Jack,
        input: input.to_owned(),
        reason: reason.to_owned(),
    }
}

/// Lists inputs and outputs: what sends MIDI is an input to us.
pub(super) fn list() -> Result<Ports, MidiInputError> {
    let CountedClient { client, in_use: _in_use } = jack_server::client(CLIENT).map_err(refused)?;
    let with = |flags| {
        let ids = client.ports(None, Some(MIDI), flags).into_iter();
        ids.map(|id| (name_of(&client, &id), id)).map(|(name, id)| (id, name)).collect()
    };
    Ok(Ports { inputs: with(PortFlags::IS_OUTPUT), outputs: with(PortFlags::IS_INPUT) })
}

/// Takes note of the server's end.
struct Notices {
    is_down: Arc<AtomicBool>,
}

impl NotificationHandler for Notices {
    #[expect(unsafe_code, reason = "the trait has it so; this one does what a signal handler may")]
    unsafe fn shutdown(&mut self, _: ClientStatus, _: &str) {
        jack_server::died();
        self.is_down.store(true, Ordering::Release);
    }
}

/// The process callback.
///
/// INVARIANT: `lines` never grows past the capacity that it was made with.
struct Process {
    incoming: Consumer<JackLine>,
    outgoing: Producer<JackLine>,
    lines: Vec<JackLine>,
    translation: Translation,
    cycles: Cycles,
}

impl ProcessHandler for Process {
    /// # Thread
    ///
    /// JACK's audio thread.
    fn process(&mut self, client: &Client, scope: &ProcessScope) -> Control {
        self.change_lines();
        let begin = self.begin_of_cycle(client, scope);
        for line in &self.lines {
            let Some(mut keyboard) = line.listener.enter() else { continue };
            for RawMidi { time, bytes } in line.port.iter(scope) {
                let arrival = begin.0.saturating_add(self.cycles.duration(time));
                keyboard.receive(ReferenceTime(arrival), bytes);
            }
        }
        Control::Continue
    }
}

impl Process {
    /// When the cycle began, on the master clock.
    fn begin_of_cycle(&mut self, client: &Client, scope: &ProcessScope) -> ReferenceTime {
        self.translation.observe(to_reference(client.time()), clock::now());
        let first_frame = scope.last_frame_time();
        let begin = scope
            .cycle_times()
            .map_or_else(|_| client.frames_to_time(first_frame), |times| times.current_usecs);
        let begin = self.translation.at(to_reference(begin));
        self.cycles.begin(first_frame, scope.n_frames(), begin)
    }

    /// Takes new lines in, and passes on those whose gate is shut.
    fn change_lines(&mut self) {
        while self.lines.len() < MAX_LINES
            && let Ok(line) = self.incoming.pop()
        {
            self.lines.push(line);
        }
        let mut index = 0;
        while index < self.lines.len() {
            if self.lines[index].listener.is_shut() && self.outgoing.slots() > 0 {
                // There is room: nothing is dropped here.
                let _ = self.outgoing.push(self.lines.swap_remove(index));
            } else {
                index += 1;
            }
        }
    }
}
