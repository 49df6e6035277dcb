//! The control side of a port.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::bank::{Bank, BankPreset, PatchNumber, SampleIndex};
use crate::engine::native::Native;
use crate::engine::{ChannelPriority, Content, Download, Engine, VoiceId, WaveManner};
use crate::midi::{Channel, ChannelGroup};
use crate::riff::ByteSource;
use crate::time::SampleTime;

use super::event::Returned;
use super::keepers::free_abandoned;
use super::open::{Open, Puller, retry};
use super::{
    DownloadId, EventInput, Granted, LatencyClock, Operation, Params, PortError, PortEvent,
    Renderer, RunningStats, State, VoiceState, WaveSink,
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
    inner: Mutex<Inner>,
}

struct Inner {
    open: Option<Open>,
    /// Outlives the opening: closing has something to say too.
    returned: Returned,
}

/// What a closed port gave back.
pub struct Released {
    /// What had been downloaded.
    pub content: Content,
    /// The sink that was connected; it is quiet and can be connected to another port.
    pub sink: Option<Box<dyn WaveSink>>,
    /// Whether everything is freed. If not, the audio thread stopped inside a block (its process is being
    /// debugged, say); the memory is freed when a port is next opened, closed or dropped, once that thread has left.
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
        Self { engine, inner: Mutex::new(Inner { open: None, returned: Returned::default() }) }
    }

    /// Opens a closed port, again or for the first time.
    ///
    /// # Errors
    ///
    /// [`PortError::AlreadyOpen`], whatever the parameters; [`PortError::Engine`].
    pub fn reopen(&self, params: Params) -> Result<Granted, PortError> {
        if self.lock().open.is_some() {
            return Err(PortError::AlreadyOpen);
        }
        free_abandoned();
        // The engine may take its time, and may call the port: not under the lock.
        let granted = Granted::negotiate(params, &self.engine.capabilities());
        let made = Open::new(&*self.engine, granted)?;
        let mut inner = self.lock();
        if inner.open.is_some() {
            drop(inner);
            drop(made);
            free_abandoned();
            return Err(PortError::AlreadyOpen);
        }
        inner.open = Some(made);
        Ok(granted)
    }

    /// Closes the port: fades what sounds, stops the sink, frees everything downloaded.
    ///
    /// Works whether or not the port is active, and with events queued, which are discarded. The port is
    /// closed for all other threads as soon as this begins. Returns within 250 ms even when the device is dead.
    /// For what was unloaded and still sounded, [`PortEvent::Unloaded`] is there when this returns.
    ///
    /// # Errors
    ///
    /// [`PortError::AlreadyClosed`], without any effect.
    pub fn close(&self) -> Result<Released, PortError> {
        let open = self.lock().open.take().ok_or(PortError::AlreadyClosed)?;
        let mut closing = Returned::default();
        let released = open.close(&mut closing);
        self.lock().returned.append(closing);
        free_abandoned();
        Ok(released)
    }

    /// What the port is now.
    pub fn state(&self) -> State {
        self.lock().open.as_ref().map_or(State::Closed, Open::state)
    }

    /// What the port was granted when it was opened.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed.
    pub fn params(&self) -> Result<Granted, PortError> {
        self.with(Operation::Params, |open, _| Ok(open.granted()))
    }

    /// Hands out the renderer: the caller pulls the audio.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed or already active.
    pub fn activate(&self) -> Result<Renderer, PortError> {
        self.with(Operation::Activate, |open, _| open.activate(Operation::Activate))
    }

    /// Lets `sink` pull the audio.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed or already active, or when another thread made it so before the sink had
    /// started; [`PortError::Format`] when the sink takes another format; [`PortError::Sink`] when it does not start. The sink is dropped then,
    /// unless somebody deactivated the port while it started: [`SynthPort::deactivate`] gives it back.
    pub fn connect(&self, mut sink: Box<dyn WaveSink>) -> Result<(), PortError> {
        let takes = sink.format();
        let (renderer, start, instance) = self.with(Operation::Connect, |open, _| {
            let port = open.granted().format();
            if port != takes {
                return Err(PortError::Format { port, sink: takes });
            }
            let renderer = open.activate(Operation::Connect)?;
            let start = open.begin_start(renderer.activation());
            Ok((renderer, start, open.instance()))
        })?;
        // The sink may take its time, and may call the port: not under the lock.
        if let Err(error) = sink.start(renderer) {
            start.end(None);
            return Err(PortError::Sink(error));
        }
        let (kept, state) = match self.lock().open.as_mut() {
            Some(open) if open.instance() == instance => {
                (open.keep_sink(sink, &start), open.state())
            }
            _ => (Err(sink), State::Closed),
        };
        match kept {
            Ok(before) => {
                // It had let go of its renderer, or nobody else could have connected.
                before.into_iter().for_each(|mut sink| sink.quiesce());
                Ok(())
            }
            Err(mut sink) => {
                sink.quiesce();
                let is_asked_for = start.is_asked_for();
                if let (Some(sink), true) = (start.end(Some(sink)), is_asked_for) {
                    self.keep_for_later(sink, instance);
                }
                Err(PortError::WrongState { operation: Operation::Connect, state })
            }
        }
    }

    /// Keeps a stopped sink for who deactivates next, unless something has changed meanwhile.
    fn keep_for_later(&self, sink: Box<dyn WaveSink>, instance: u64) {
        let left = match self.lock().open.as_mut() {
            Some(open) if open.instance() == instance => open.keep_stopped_sink(sink),
            _ => Some(sink),
        };
        drop(left);
    }

    /// Stops rendering. A connected sink is stopped and given back, even one that has let go of its renderer.
    ///
    /// What sounds and what is queued stays, and goes on with the next activation. A sink that is still starting is
    /// waited for, 200 ms at most; if it takes longer, or if it is itself that asks, this gives nothing, and the sink is
    /// there for the next call once it has started.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed or not active.
    pub fn deactivate(&self) -> Result<Option<Box<dyn WaveSink>>, PortError> {
        match self.with(Operation::Deactivate, |open, _| open.deactivate())? {
            Puller::Caller => Ok(None),
            Puller::Starting(start) => Ok(start.wait()),
            Puller::Sink(mut sink) => {
                sink.quiesce();
                Ok(Some(sink))
            }
        }
    }

    /// Downloads an instrument: reads the waves that it needs, unless an instrument that lives has them already, into
    /// memory that the port owns. It is there for every event played after this returns.
    ///
    /// Of several downloads with the same numbers the newest plays, so that a bank can be swapped while it sounds:
    /// notes that sound go on with what they began with.
    ///
    /// # Errors
    ///
    /// [`PortError::NoSuchPatch`] when the bank has no such preset; else as [`SynthPort::download_presets`].
    pub fn download(&self, bank: &Arc<Bank>, patch: PatchNumber) -> Result<DownloadId, PortError> {
        let preset = bank.find(patch.bank, patch.program.into());
        let preset = preset.ok_or(PortError::NoSuchPatch { patch })?;
        self.download_presets(vec![BankPreset::new(bank, preset)])
    }

    /// Downloads several instruments under one handle. All of them or none.
    ///
    /// Reading and converting happens on the calling thread.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed; [`PortError::AlreadyDownloaded`]; [`PortError::TooManyDownloads`] and
    /// [`PortError::TooManyInstruments`]; [`PortError::Engine`] when the engine takes no such download or it is
    /// damaged; [`PortError::Stalled`] when the audio thread does not take it. Nothing is kept then.
    pub fn download_presets(&self, presets: Vec<BankPreset>) -> Result<DownloadId, PortError> {
        self.take_in(&Download::Presets(presets))
    }

    /// Downloads a whole bank, as the bytes of its file.
    ///
    /// # Errors
    ///
    /// As [`SynthPort::download_presets`].
    pub fn download_bank(&self, bank: Arc<dyn ByteSource>) -> Result<DownloadId, PortError> {
        self.take_in(&Download::Bank(bank))
    }

    /// Downloads one sample of a bank, to be played by itself with [`SynthPort::play_wave`].
    ///
    /// # Errors
    ///
    /// As [`SynthPort::download_presets`].
    pub fn download_wave(
        &self,
        bank: &Arc<Bank>,
        sample: SampleIndex,
    ) -> Result<DownloadId, PortError> {
        self.take_in(&Download::Wave(Arc::clone(bank), sample))
    }

    /// Plays a downloaded wave by itself, from the next block on: no instrument, no channel.
    ///
    /// # Errors
    ///
    /// As [`SynthPort::play_wave_at`].
    pub fn play_wave(&self, wave: DownloadId, manner: WaveManner) -> Result<VoiceId, PortError> {
        self.play_wave_at(SampleTime::ZERO, wave, manner)
    }

    /// Plays a downloaded wave by itself from a frame of the port's stream on; from the next block when that has passed.
    ///
    /// [`LatencyClock::stamp`] turns reference time into frames. 1,024 waves can wait for their frame; of more than that
    /// the newest are lost notes. A wave that is unloaded before its frame does not begin.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed; [`PortError::InvalidDownload`] and [`PortError::NotDownloaded`];
    /// [`PortError::NoWave`] when something else was downloaded under the handle; [`PortError::Stalled`].
    pub fn play_wave_at(
        &self,
        time: SampleTime,
        wave: DownloadId,
        manner: WaveManner,
    ) -> Result<VoiceId, PortError> {
        retry(|| {
            self.with(Operation::PlayWave, |open, returned| {
                open.play_wave(wave, (manner, time), returned)
            })
        })
    }

    /// Lets a wave go that is played by itself. One that has ended, or is unknown, is passed over.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed; [`PortError::Stalled`].
    pub fn stop_wave(&self, voice: VoiceId) -> Result<(), PortError> {
        self.stop_wave_at(SampleTime::ZERO, voice)
    }

    /// Lets a wave go at a frame of the port's stream; with the next block when that has passed. One that has not begun by
    /// then never does.
    ///
    /// # Errors
    ///
    /// As [`SynthPort::stop_wave`].
    pub fn stop_wave_at(&self, time: SampleTime, voice: VoiceId) -> Result<(), PortError> {
        retry(|| {
            self.with(Operation::PlayWave, |open, returned| open.stop_wave(voice, time, returned))
        })
    }

    /// What became of a wave that was to be played by itself, as of the last block.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed.
    pub fn voice_state(&self, voice: VoiceId) -> Result<VoiceState, PortError> {
        self.with(Operation::PlayWave, |open, _| Ok(open.voice_state(voice)))
    }

    fn take_in(&self, download: &Download) -> Result<DownloadId, PortError> {
        let (instance, settings) = self.with(Operation::Download, |open, _| {
            open.check(download)?;
            Ok((open.instance(), open.settings()))
        })?;
        let mut prepared = Some(self.engine.prepare(&settings, download)?);
        retry(|| {
            self.with(Operation::Download, |open, returned| {
                if open.instance() != instance {
                    // Closed and opened again meanwhile, perhaps with other settings.
                    let (operation, state) = (Operation::Download, State::Closed);
                    return Err(PortError::WrongState { operation, state });
                }
                open.download(download, &mut prepared, returned)
            })
        })
    }

    /// Ends a download. The handle is good no more; notes that begin from now on do not play it.
    ///
    /// Notes that sound go on to their end. When the last one is over, what the download held and nobody else
    /// holds is freed, and [`PortEvent::Unloaded`] comes, exactly once. While nobody renders, nothing ends.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed; [`PortError::InvalidDownload`] for a handle of another opening;
    /// [`PortError::NotDownloaded`] for one that was unloaded already; [`PortError::Stalled`]. Nothing has happened
    /// then.
    pub fn unload(&self, id: DownloadId) -> Result<(), PortError> {
        retry(|| self.with(Operation::Unload, |open, returned| open.unload(id, returned)))
    }

    /// What has happened since this was last asked, oldest first; works in every state.
    ///
    /// Who does not want to know need not ask: the newest 65,536 events are kept.
    pub fn poll_event(&self) -> Option<PortEvent> {
        self.locked(|Inner { open, returned }| {
            open.iter_mut().for_each(|open| open.collect(returned));
        });
        self.lock().returned.events.pop()
    }

    /// The handles that are good, in the order in which they were given out.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed.
    pub fn downloads(&self) -> Result<Vec<DownloadId>, PortError> {
        self.with(Operation::Downloads, |open, _| Ok(open.downloads()))
    }

    /// How much is downloaded, each wave once. What was unloaded counts until it has ended.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed.
    pub fn content(&self) -> Result<Content, PortError> {
        self.with(Operation::Downloads, |open, _| Ok(open.content()))
    }

    /// Says how much the notes of a channel matter when voices run out; from the next block on.
    ///
    /// A note takes voices from the channel with the lowest priority first, and from none above its own.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed; [`PortError::NoSuchChannelGroup`]; [`PortError::Stalled`].
    pub fn set_channel_priority(
        &self,
        group: ChannelGroup,
        channel: Channel,
        priority: ChannelPriority,
    ) -> Result<(), PortError> {
        retry(|| {
            self.with(Operation::ChannelPriority, |open, returned| {
                open.set_priority(group, channel, priority, returned)
            })
        })
    }

    /// How much the notes of a channel matter.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed; [`PortError::NoSuchChannelGroup`].
    pub fn channel_priority(
        &self,
        group: ChannelGroup,
        channel: Channel,
    ) -> Result<ChannelPriority, PortError> {
        self.with(Operation::ChannelPriority, |open, _| open.priority(group, channel))
    }

    /// A new way for events into the port.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed; [`PortError::TooManyInputs`]; [`PortError::Stalled`].
    pub fn event_input(&self) -> Result<EventInput, PortError> {
        retry(|| self.with(Operation::EventInput, |open, returned| open.event_input(returned)))
    }

    /// The clock that turns arrival times into frames.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed.
    pub fn latency_clock(&self) -> Result<LatencyClock, PortError> {
        self.with(Operation::LatencyClock, |open, _| Ok(open.latency_clock()))
    }

    /// How the port is doing.
    ///
    /// # Errors
    ///
    /// [`PortError::WrongState`] when closed.
    pub fn stats(&self) -> Result<RunningStats, PortError> {
        self.with(Operation::Stats, |open, _| Ok(open.stats()))
    }

    /// Whether the connected sink has stopped without being told to.
    pub fn sink_lost(&self) -> bool {
        self.lock().open.as_ref().is_some_and(Open::sink_lost)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `call` on the open port, after taking back what the audio thread has let go of.
    fn with<T>(
        &self,
        operation: Operation,
        call: impl FnOnce(&mut Open, &mut Returned) -> Result<T, PortError>,
    ) -> Result<T, PortError> {
        self.locked(|Inner { open, returned }| {
            let closed = PortError::WrongState { operation, state: State::Closed };
            let open = open.as_mut().ok_or(closed)?;
            open.collect(returned);
            call(open, returned)
        })
    }

    /// Runs `call` under the lock, and frees without it what came back then.
    fn locked<T>(&self, call: impl FnOnce(&mut Inner) -> T) -> T {
        let mut inner = self.lock();
        let result = call(&mut inner);
        let mut returned = inner.returned.take_retired();
        drop(inner);
        if !returned.is_empty() {
            returned.free();
            self.lock().returned.append(returned);
        }
        result
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
