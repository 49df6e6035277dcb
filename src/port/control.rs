//! The control side of a port.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rtrb::{Consumer, Producer, RingBuffer};

use crate::engine::native::Native;
use crate::engine::{Content, Download, Engine, Retired};

use super::render::{Command, MAX_INPUTS, RenderState};
use super::shared::Shared;
use super::{
    EventInput, Granted, LatencyClock, Operation, Params, PortError, Renderer, RunningStats, State,
    WaveSink,
};

/// A port that owns one synthesizer.
///
/// Opening is not activating: a port renders from [`SynthPort::activate`] or [`SynthPort::connect`]
/// on. Dropping a port closes it.
///
/// # Thread
///
/// Control threads, several at once.
///
/// # Examples
///
/// ```
/// use portative::midi::{Channel, Key, Velocity};
/// use portative::port::{Params, SynthPort};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let port = SynthPort::open(Params::default())?;
/// let mut renderer = port.activate()?;
/// let mut input = port.event_input()?;
/// input.note_on(Channel::new(0)?, Key::new(60)?, Velocity::new(100)?)?;
/// let mut block = [0.0; 512];
/// renderer.render_interleaved(&mut block);
/// let released = port.close()?;
/// assert_eq!(released.content.instruments, 0);
/// # Ok(())
/// # }
/// ```
pub struct SynthPort {
    engine: Arc<dyn Engine>,
    open: Mutex<Option<Open>>,
}

/// What an open port has.
struct Open {
    instance: u64,
    granted: Granted,
    shared: Arc<Shared>,
    commands: Producer<Command>,
    reclaim: Consumer<Retired>,
    bank: Option<(DownloadId, Content)>,
    sink: Option<Box<dyn WaveSink>>,
}

/// Names one download to one opening of a port. It is never used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DownloadId {
    instance: u64,
    serial: u64,
}

/// What a closed port gave back.
pub struct Released {
    /// What had been downloaded.
    pub content: Content,
    /// The sink that was connected; it is quiet and can be connected to another port.
    pub sink: Option<Box<dyn WaveSink>>,
    /// Whether everything is freed. If not, the audio thread stopped inside a block (its process is being
    /// debugged, say); the memory is freed by a later call on any port, once that thread has left.
    pub freed: bool,
}

impl SynthPort {
    /// Opens a port with the default engine.
    ///
    /// What it got is in [`SynthPort::params`], which may differ from what was asked for.
    ///
    /// # Errors
    ///
    /// [`PortError::Engine`] when the engine cannot be created.
    pub fn open(params: Params) -> Result<Self, PortError> {
        Self::open_with(Arc::new(Native::default()), params)
    }

    /// Opens a port with an engine of the caller's choice.
    ///
    /// # Errors
    ///
    /// [`PortError::Engine`] when the engine cannot be created.
    pub fn open_with(engine: Arc<dyn Engine>, params: Params) -> Result<Self, PortError> {
        let port = Self::new(engine);
        port.reopen(params)?;
        Ok(port)
    }

    /// A closed port, which holds nothing but its engine.
    pub fn new(engine: Arc<dyn Engine>) -> Self {
        Self { engine, open: Mutex::new(None) }
    }

    /// Opens a closed port, again or for the first time.
    ///
    /// # Errors
    ///
    /// [`PortError::AlreadyOpen`], whatever the parameters; [`PortError::Engine`].
    pub fn reopen(&self, params: Params) -> Result<Granted, PortError> {
        let mut open = self.lock();
        if open.is_some() {
            return Err(PortError::AlreadyOpen);
        }
        free_abandoned();
        let granted = Granted::negotiate(params, &self.engine.capabilities());
        *open = Some(Open::new(&*self.engine, granted)?);
        Ok(granted)
    }

    /// Closes the port: fades what sounds, stops the sink, frees everything downloaded.
    ///
    /// Works whether or not the port is active, and with events queued, which are discarded. The port is
    /// closed for all other threads as soon as this begins. Returns within 250 ms even when the device is dead.
    ///
    /// # Errors
    ///
    /// [`PortError::AlreadyClosed`], without any effect.
    pub fn close(&self) -> Result<Released, PortError> {
        let open = self.lock().take().ok_or(PortError::AlreadyClosed)?;
        Ok(open.close())
    }

    /// What the port is now.
    pub fn state(&self) -> State {
        self.lock().as_ref().map_or(State::Closed, Open::state)
    }

    /// What the port was granted when it was opened.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed.
    pub fn params(&self) -> Result<Granted, PortError> {
        self.with(Operation::Params, |open| Ok(open.granted))
    }

    /// Hands out the renderer: the caller pulls the audio.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed or already active.
    pub fn activate(&self) -> Result<Renderer, PortError> {
        self.with(Operation::Activate, |open| open.activate(Operation::Activate))
    }

    /// Lets `sink` pull the audio.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed or already active; [`PortError::Format`] when the sink takes another
    /// format; [`PortError::Sink`] when it does not start. The sink is dropped then.
    pub fn connect(&self, mut sink: Box<dyn WaveSink>) -> Result<(), PortError> {
        let (renderer, instance) = self.with(Operation::Connect, |open| {
            let (port, takes) = (open.granted.format(), sink.format());
            if port != takes {
                return Err(PortError::Format { port, sink: takes });
            }
            Ok((open.activate(Operation::Connect)?, open.instance))
        })?;
        // The sink may take its time, and may call the port: not under the lock.
        sink.start(renderer).map_err(PortError::Sink)?;
        match self.lock().as_mut() {
            Some(open) if open.instance == instance => {
                open.sink = Some(sink);
                Ok(())
            }
            _ => {
                sink.quiesce();
                let (operation, state) = (Operation::Connect, State::Closed);
                Err(PortError::WrongState { operation, state })
            }
        }
    }

    /// Stops rendering. A connected sink is stopped and given back.
    ///
    /// What sounds and what is queued stays, and goes on with the next activation.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed or not active.
    pub fn deactivate(&self) -> Result<Option<Box<dyn WaveSink>>, PortError> {
        let sink = self.with(Operation::Deactivate, |open| {
            if open.state() == State::Inactive {
                let (operation, state) = (Operation::Deactivate, State::Inactive);
                return Err(PortError::WrongState { operation, state });
            }
            open.shared.activation.store(0, Ordering::Release);
            Ok(open.sink.take())
        })?;
        Ok(sink.map(|mut sink| {
            sink.quiesce();
            sink
        }))
    }

    /// Gives a synthesizer something to play with. It is there for every event played after this returns.
    ///
    /// Reading and converting happens on the calling thread. A whole bank replaces the one before.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed; [`PortError::Engine`] when the engine takes no such download or
    /// it is damaged; [`PortError::Stalled`] when the audio thread does not take it. Nothing is kept then.
    pub fn download(&self, download: &Download) -> Result<DownloadId, PortError> {
        let (instance, settings) =
            self.with(Operation::Download, |open| Ok((open.instance, open.granted.settings())))?;
        let installation = self.engine.prepare(&settings, download)?;
        self.with(Operation::Download, |open| {
            if open.instance != instance {
                // Closed and opened again meanwhile, perhaps with other settings.
                let (operation, state) = (Operation::Download, State::Closed);
                return Err(PortError::WrongState { operation, state });
            }
            let content = installation.content;
            open.send(Command::Install(installation))?;
            let id = DownloadId { instance, serial: next_id() };
            open.bank = Some((id, content));
            Ok(id)
        })
    }

    /// A new way for events into the port.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed; [`PortError::TooManyInputs`]; [`PortError::Stalled`].
    pub fn event_input(&self) -> Result<EventInput, PortError> {
        self.with(Operation::EventInput, |open| {
            if open.shared.inputs.load(Ordering::Acquire) >= MAX_INPUTS {
                return Err(PortError::TooManyInputs { limit: MAX_INPUTS });
            }
            let (queue, consumer) = RingBuffer::new(QUEUED_EVENTS);
            open.send(Command::AddInput(Box::new(consumer)))?;
            open.shared.inputs.fetch_add(1, Ordering::AcqRel);
            Ok(EventInput { shared: Arc::clone(&open.shared), queue })
        })
    }

    /// The clock that turns arrival times into frames.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed.
    pub fn latency_clock(&self) -> Result<LatencyClock, PortError> {
        self.with(Operation::LatencyClock, |open| {
            Ok(LatencyClock { shared: Arc::clone(&open.shared) })
        })
    }

    /// How the port is doing.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed.
    pub fn stats(&self) -> Result<RunningStats, PortError> {
        self.with(Operation::Stats, |open| Ok(open.stats()))
    }

    /// Whether the connected sink has stopped without being told to.
    pub fn sink_lost(&self) -> bool {
        let open = self.lock();
        open.as_ref().and_then(|open| open.sink.as_ref()).is_some_and(|sink| sink.status().lost)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `call` on the open port, after freeing what the audio thread has let go of.
    fn with<T>(
        &self,
        operation: Operation,
        call: impl FnOnce(&mut Open) -> Result<T, PortError>,
    ) -> Result<T, PortError> {
        let mut open = self.lock();
        let closed = PortError::WrongState { operation, state: State::Closed };
        let open = open.as_mut().ok_or(closed)?;
        open.free_retired();
        call(open)
    }
}

impl Drop for SynthPort {
    fn drop(&mut self) {
        // Closed already is as good.
        let _ = self.close();
        free_abandoned();
    }
}

impl fmt::Debug for SynthPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("SynthPort");
        debug.field("engine", &self.engine.name()).field("state", &self.state());
        debug.finish_non_exhaustive()
    }
}

impl fmt::Debug for Released {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Released");
        debug.field("content", &self.content).field("freed", &self.freed).finish_non_exhaustive()
    }
}

impl Open {
    fn new(engine: &dyn Engine, granted: Granted) -> Result<Self, PortError> {
        let synthesizer = engine.create(&granted.settings())?;
        let (commands, taken) = RingBuffer::new(COMMANDS);
        let (given, reclaim) = RingBuffer::new(COMMANDS);
        let state = RenderState::new(synthesizer, &granted, taken, given);
        let shared = Arc::new(Shared::new(state, granted.sample_rate, granted.audio_channels));
        keep(Arc::clone(&shared));
        Ok(Self { instance: next_id(), granted, shared, commands, reclaim, bank: None, sink: None })
    }

    fn state(&self) -> State {
        match self.shared.activation.load(Ordering::Acquire) {
            0 => State::Inactive,
            _ => State::Active,
        }
    }

    fn activate(&self, operation: Operation) -> Result<Renderer, PortError> {
        let activation = next_id();
        self.shared
            .activation
            .compare_exchange(0, activation, Ordering::AcqRel, Ordering::Relaxed)
            .map_err(|_| PortError::WrongState { operation, state: State::Active })?;
        Ok(Renderer::new(Arc::clone(&self.shared), activation))
    }

    /// Sends a command to the audio thread, or does its part when there is none.
    fn send(&mut self, command: Command) -> Result<(), PortError> {
        let waiting = COMMANDS;
        self.commands.push(command).map_err(|_| PortError::Stalled { waiting })?;
        if self.state() == State::Inactive
            && let Some(mut render) = self.shared.gate.enter()
        {
            render.take_commands();
        }
        self.free_retired();
        Ok(())
    }

    fn free_retired(&mut self) {
        while let Ok(retired) = self.reclaim.pop() {
            drop(retired);
        }
    }

    fn stats(&self) -> RunningStats {
        let progress = self.shared.progress();
        let sink = self.sink.as_ref().map(|sink| sink.status()).unwrap_or_default();
        RunningStats {
            position: progress.position,
            voices: progress.status.voices,
            peak_voices: progress.peak_voices,
            load: sink.load,
            peak: self.shared.peak.take(),
            lost_notes: progress.status.lost_notes,
            missing_presets: progress.status.missing_presets,
            ignored_sysex: progress.status.ignored_sysex,
            late_events: progress.late_events,
            overflows: self.shared.overflows.load(Ordering::Relaxed),
            faults: progress.status.faults,
            underruns: sink.underruns,
        }
    }

    /// Quiesce first, free after.
    fn close(mut self) -> Released {
        self.shared.closing.store(true, Ordering::Release);
        self.wait_for_fade();
        let mut sink = self.sink.take();
        if let Some(sink) = sink.as_mut() {
            sink.quiesce();
        }
        self.shared.activation.store(0, Ordering::Release);
        self.shared.gate.shut();
        let state = wait_for(LEAVE_PATIENCE, || self.shared.gate.take());
        let freed = state.is_some();
        drop(state);
        self.free_retired();
        let content = self.bank.map(|(_, content)| content).unwrap_or_default();
        Released { content, sink, freed }
    }

    /// Waits until a sounding renderer has faded out, or has stopped asking for blocks.
    fn wait_for_fade(&self) {
        let silent = !self.shared.sounding.load(Ordering::Relaxed);
        let lost = self.sink.as_ref().is_some_and(|sink| sink.status().lost);
        if self.state() == State::Inactive || silent || lost {
            return;
        }
        wait_for(FADE_PATIENCE, || {
            let over = self.shared.faded.load(Ordering::Acquire) || self.state() == State::Inactive;
            over.then_some(())
        });
    }
}

/// Commands that can wait for the audio thread; as many things it can let go of at once.
const COMMANDS: usize = 256;
/// Events that can wait in one input.
const QUEUED_EVENTS: usize = 4_096;
/// Milliseconds for the device to ask for the block that fades out: two of 2,048 frames at 48 kHz.
const FADE_PATIENCE: u32 = 90;
/// Milliseconds for a render to leave the gate; it is inside for less than a block.
const LEAVE_PATIENCE: u32 = 50;

/// Asks for a result every millisecond, `millis` times at most.
fn wait_for<T>(millis: u32, mut result: impl FnMut() -> Option<T>) -> Option<T> {
    for _ in 0..millis {
        if let Some(result) = result() {
            return Some(result);
        }
        thread::park_timeout(Duration::from_millis(1));
    }
    result()
}

/// A number that no port, activation or download has had before.
fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// One reference to every opening that a renderer or an input may still refer to, so that theirs is
/// never the last.
static KEEPERS: Mutex<Vec<Arc<Shared>>> = Mutex::new(Vec::new());

fn keep(shared: Arc<Shared>) {
    KEEPERS.lock().unwrap_or_else(PoisonError::into_inner).push(shared);
}

/// Frees the openings that nobody else refers to any more.
fn free_abandoned() {
    let mut keepers = KEEPERS.lock().unwrap_or_else(PoisonError::into_inner);
    let abandoned: Vec<_> =
        keepers.extract_if(.., |shared| Arc::strong_count(shared) == 1).collect();
    drop(keepers);
    drop(abandoned);
}
