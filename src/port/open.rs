//! One opening of a port, as control threads see it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rtrb::{Consumer, Producer, RingBuffer};

use crate::engine::{
    ChannelPriority, Content, Download, Engine, Place, Prepared, Retired, Settings, VoiceId,
    WaveManner, WaveVoice,
};

use crate::midi::{Channel, ChannelGroup};
use crate::time::SampleTime;

use super::event::Returned;
use super::keepers::keep;
use super::ledger::Ledger;
use super::queue::Queue;
use super::render::{Command, MAX_INPUTS, Reclaimed, RenderState};
use super::schedule::WaveCommand;
use super::shared::Shared;
use super::start::Start;
use super::{
    DownloadId, EventInput, Granted, LatencyClock, Operation, PortError, PortEvent, Released,
    Renderer, RunningStats, State, VoiceState, WaveSink,
};

/// What an open port has.
pub(super) struct Open {
    instance: u64,
    granted: Granted,
    shared: Arc<Shared>,
    commands: Producer<Command>,
    reclaim: Consumer<Reclaimed>,
    ledger: Ledger,
    /// By channel over all groups.
    priorities: Box<[ChannelPriority]>,
    /// The latest waves that were played by themselves, and from which frame on.
    voices: VecDeque<(VoiceId, SampleTime)>,
    sink: Option<Box<dyn WaveSink>>,
    /// The latest sink that was connected, while it starts.
    starting: Option<Arc<Start>>,
}

/// Who pulled from a renderer that is none any more.
pub(super) enum Puller {
    /// Who had asked for it.
    Caller,
    /// A sink, which is still to be quiesced.
    Sink(Box<dyn WaveSink>),
    /// A sink that has not started yet.
    Starting(Arc<Start>),
}

impl Open {
    pub(super) fn new(engine: &dyn Engine, granted: Granted) -> Result<Self, PortError> {
        let synthesizer = engine.create(&granted.settings())?;
        let (commands, taken) = RingBuffer::new(COMMANDS);
        let (given, reclaim) = touched_ring();
        let state = RenderState::new(synthesizer, &granted, taken, given);
        let shared = Arc::new(Shared::new(state, granted.sample_rate, granted.audio_channels));
        keep(Arc::clone(&shared));
        let channels = usize::from(granted.channel_groups) * Channel::COUNT;
        Ok(Self {
            instance: next_id(),
            granted,
            shared,
            commands,
            reclaim,
            ledger: Ledger::new(),
            priorities: vec![ChannelPriority::default(); channels].into_boxed_slice(),
            voices: VecDeque::new(),
            sink: None,
            starting: None,
        })
    }

    pub(super) const fn instance(&self) -> u64 {
        self.instance
    }

    pub(super) const fn granted(&self) -> Granted {
        self.granted
    }

    pub(super) const fn settings(&self) -> Settings {
        self.granted.settings()
    }

    pub(super) fn content(&self) -> Content {
        self.ledger.content()
    }

    pub(super) fn downloads(&self) -> Vec<DownloadId> {
        self.ledger.ids()
    }

    pub(super) fn latency_clock(&self) -> LatencyClock {
        LatencyClock { shared: Arc::clone(&self.shared) }
    }

    /// A sink is about to be started for an activation.
    pub(super) fn begin_start(&mut self, activation: u64) -> Arc<Start> {
        let start = Arc::new(Start::new(activation));
        self.starting = Some(Arc::clone(&start));
        start
    }

    /// Keeps the sink that has started, in exchange for one that has let go of its renderer. Gives it back when somebody
    /// asked for it or was activated meanwhile.
    pub(super) fn keep_sink(
        &mut self,
        sink: Box<dyn WaveSink>,
        start: &Arc<Start>,
    ) -> Result<Option<Box<dyn WaveSink>>, Box<dyn WaveSink>> {
        if self.starting.as_ref().is_some_and(|latest| Arc::ptr_eq(latest, start)) {
            self.starting = None;
        }
        match self.shared.activation.load(Ordering::Acquire) {
            _ if start.is_asked_for() => Err(sink),
            now if now == start.activation() || now == 0 => Ok(self.sink.replace(sink)),
            _ => Err(sink),
        }
    }

    /// Keeps a stopped sink that nobody waits for any more, if there is no other.
    pub(super) fn keep_stopped_sink(
        &mut self,
        sink: Box<dyn WaveSink>,
    ) -> Option<Box<dyn WaveSink>> {
        if self.state() == State::Active || self.sink.is_some() {
            return Some(sink);
        }
        self.sink.replace(sink)
    }

    pub(super) fn sink_lost(&self) -> bool {
        self.sink.as_ref().is_some_and(|sink| sink.status().lost)
    }

    pub(super) fn state(&self) -> State {
        match self.shared.activation.load(Ordering::Acquire) {
            0 => State::Inactive,
            _ => State::Active,
        }
    }

    pub(super) fn activate(&self, operation: Operation) -> Result<Renderer, PortError> {
        let activation = next_id();
        self.shared
            .activation
            .compare_exchange(0, activation, Ordering::AcqRel, Ordering::Relaxed)
            .map_err(|_| PortError::WrongState { operation, state: State::Active })?;
        Ok(Renderer::new(Arc::clone(&self.shared), activation))
    }

    /// Ends the activation; who pulled or was about to.
    pub(super) fn deactivate(&mut self) -> Result<Puller, PortError> {
        let ended = self.shared.activation.swap(0, Ordering::AcqRel);
        if ended == 0 {
            // The sink may have let go of its renderer of its own accord.
            let (operation, state) = (Operation::Deactivate, State::Inactive);
            let sink = self.sink.take().ok_or(PortError::WrongState { operation, state })?;
            return Ok(Puller::Sink(sink));
        }
        if let Some(start) = self.starting.take_if(|start| start.activation() == ended) {
            start.ask();
            return Ok(Puller::Starting(start));
        }
        Ok(self.sink.take().map_or(Puller::Caller, Puller::Sink))
    }

    pub(super) fn event_input(&mut self, returned: &mut Returned) -> Result<EventInput, PortError> {
        if self.shared.inputs.load(Ordering::Acquire) >= MAX_INPUTS {
            return Err(PortError::TooManyInputs { limit: MAX_INPUTS });
        }
        self.has_room()?;
        let (queue, consumer) = Queue::new();
        self.shared.inputs.fetch_add(1, Ordering::AcqRel);
        self.send(Command::AddInput(Box::new(consumer)), returned);
        Ok(EventInput { shared: Arc::clone(&self.shared), queue })
    }

    /// Whether this could be downloaded, as far as can be told before it is read.
    pub(super) fn check(&self, download: &Download) -> Result<(), PortError> {
        self.ledger.check(download)
    }

    /// Hands what was prepared to the audio thread; leaves it where it is when that cannot be done now.
    pub(super) fn download(
        &mut self,
        download: &Download,
        prepared: &mut Option<Prepared>,
        returned: &mut Returned,
    ) -> Result<DownloadId, PortError> {
        self.has_room()?;
        let id = DownloadId { instance: self.instance, serial: next_id() };
        if let Some(ready) = prepared.take() {
            match self.ledger.enter(id, download, &ready) {
                Ok(place) => self.send(Command::Install(place, ready.installation), returned),
                Err(error) => {
                    *prepared = Some(ready);
                    return Err(error);
                }
            }
        }
        Ok(id)
    }

    pub(super) fn unload(
        &mut self,
        id: DownloadId,
        returned: &mut Returned,
    ) -> Result<(), PortError> {
        let place = self.place(id)?;
        self.has_room()?;
        self.ledger.end(id);
        self.send(Command::Uninstall(place), returned);
        Ok(())
    }

    pub(super) fn play_wave(
        &mut self,
        id: DownloadId,
        (manner, time): (WaveManner, SampleTime),
        returned: &mut Returned,
    ) -> Result<VoiceId, PortError> {
        let place = self.place(id)?;
        if !self.ledger.is_wave(place) {
            return Err(PortError::NoWave { id });
        }
        self.has_room()?;
        let voice = VoiceId(next_id());
        self.voices.push_back((voice, time));
        if self.voices.len() > REMEMBERED_VOICES {
            self.voices.pop_front();
        }
        let play = WaveCommand::Play(WaveVoice { id: voice, place, manner });
        self.send(Command::Wave(time, play), returned);
        Ok(voice)
    }

    pub(super) fn stop_wave(
        &mut self,
        voice: VoiceId,
        time: SampleTime,
        returned: &mut Returned,
    ) -> Result<(), PortError> {
        self.has_room()?;
        self.send(Command::Wave(time, WaveCommand::Stop(voice)), returned);
        Ok(())
    }

    pub(super) fn voice_state(&self, wanted: VoiceId) -> VoiceState {
        // First: what has begun by then is among the waves.
        let position = self.shared.progress().position;
        match self.voices.iter().find(|(voice, _)| *voice == wanted) {
            Some((_, time)) if *time >= position && *time > SampleTime::ZERO => VoiceState::Waiting,
            Some(_) => self.shared.waves.state(wanted),
            // Those of other ports and openings have ended as far as this one knows.
            None => VoiceState::Ended,
        }
    }

    pub(super) fn set_priority(
        &mut self,
        group: ChannelGroup,
        channel: Channel,
        priority: ChannelPriority,
        returned: &mut Returned,
    ) -> Result<(), PortError> {
        let index = self.channel_index(group, channel)?;
        self.has_room()?;
        self.priorities[index] = priority;
        self.send(Command::SetPriority(group, channel, priority), returned);
        Ok(())
    }

    pub(super) fn priority(
        &self,
        group: ChannelGroup,
        channel: Channel,
    ) -> Result<ChannelPriority, PortError> {
        Ok(self.priorities[self.channel_index(group, channel)?])
    }

    /// A channel counted over all groups, below the number of priorities.
    fn channel_index(&self, group: ChannelGroup, channel: Channel) -> Result<usize, PortError> {
        let groups = self.granted.channel_groups;
        if u16::from(group.0) >= groups {
            return Err(PortError::NoSuchChannelGroup { group, groups });
        }
        Ok(usize::from(group.0) * Channel::COUNT + usize::from(channel.index()))
    }

    /// The place of a handle that is good.
    fn place(&self, id: DownloadId) -> Result<Place, PortError> {
        if id.instance != self.instance {
            return Err(PortError::InvalidDownload { id });
        }
        self.ledger.place(id).ok_or(PortError::NotDownloaded { id })
    }

    /// Whether a command can be sent now.
    fn has_room(&self) -> Result<(), PortError> {
        match self.commands.slots() {
            0 => Err(PortError::Stalled { waiting: COMMANDS }),
            _ => Ok(()),
        }
    }

    /// Sends a command, for which there is room, to the audio thread.
    fn send(&mut self, command: Command, returned: &mut Returned) {
        // Nobody else sends, so the room that was found is still there.
        let _ = self.commands.push(command);
        self.collect(returned);
    }

    /// Takes back what the audio thread has let go of or has to say; does that thread's part when there is none.
    pub(super) fn collect(&mut self, returned: &mut Returned) {
        if self.commands.slots() < COMMANDS
            && self.state() == State::Inactive
            && let Some(mut render) = self.shared.gate.enter()
        {
            render.exchange();
        }
        while let Ok(reclaimed) = self.reclaim.pop() {
            match reclaimed {
                Reclaimed::Download(place, retired) => {
                    returned.retire(self.ledger.leave(place), retired);
                }
                Reclaimed::Missing(missing) => {
                    returned.events.push(PortEvent::MissingPreset(missing));
                }
                Reclaimed::Input { .. } => {}
            }
        }
    }

    pub(super) fn stats(&self) -> RunningStats {
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
    pub(super) fn close(mut self, returned: &mut Returned) -> Released {
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
        self.shared.left_behind.store(!freed, Ordering::Release);
        drop(state);
        self.collect(returned);
        returned.free();
        self.ledger.ending().for_each(|id| returned.events.push(PortEvent::Unloaded(id)));
        Released { content: self.ledger.content(), sink, freed }
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

/// A ring that the audio thread writes to, whose memory has been written to before.
fn touched_ring() -> (Producer<Reclaimed>, Consumer<Reclaimed>) {
    let (mut given, mut reclaim) = RingBuffer::new(COMMANDS);
    while given.push(Reclaimed::Download(Place(0), Retired(Box::new(())))).is_ok() {}
    while reclaim.pop().is_ok() {}
    (given, reclaim)
}

/// Waves played by themselves of which is known what became of them.
const REMEMBERED_VOICES: usize = 1_024;
/// Commands that can wait for the audio thread; as many things it can let go of at once.
const COMMANDS: usize = 256;
/// Milliseconds for the device to ask for the block that fades out: two of 2,048 frames at 48 kHz.
const FADE_PATIENCE: u32 = 90;
/// Milliseconds for a render to leave the gate; it is inside for less than a block.
const LEAVE_PATIENCE: u32 = 50;

/// Milliseconds that a call waits for the audio thread to make room for its command.
const ROOM_PATIENCE: u32 = 200;

/// Makes a call again for as long as the audio thread has no room for its command, up to a limit.
///
/// The port is not locked in between, so that others can close it.
pub(super) fn retry<T>(mut call: impl FnMut() -> Result<T, PortError>) -> Result<T, PortError> {
    let done = wait_for(ROOM_PATIENCE, || match call() {
        Err(PortError::Stalled { .. }) => None,
        result => Some(result),
    });
    done.unwrap_or_else(call)
}

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
