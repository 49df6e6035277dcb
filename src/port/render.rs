//! The audio thread's part of a port: commands in, events merged, frames out.

use std::fmt;
use std::sync::atomic::Ordering;

use rtrb::{Consumer, Producer};

use crate::dsp::Limiter;
use crate::engine::{
    BlockEvent, ChannelPriority, Installation, MissingPreset, Place, Retired, StereoBus,
    Synthesizer, VoiceId,
};
use crate::midi::{Channel, ChannelGroup, TimedEvent};
use crate::rt::{Crew, room};
use crate::time::{ReferenceTime, SampleTime};

use super::Granted;
use super::clock::ClockFilter;
use super::queue::{Queue, any_event};
use super::schedule::{Schedule, WaveCommand};
use super::shared::{Progress, Shared};

/// Frames that the engine renders at once; longer blocks are rendered in pieces.
pub(super) const SLICE_FRAMES: usize = 1_024;
/// Events that the engine is given at once; more make another piece.
const SLICE_EVENTS: usize = 1_024;
/// Event inputs that a port can have.
pub(super) const MAX_INPUTS: usize = 64;
/// Commands that are taken over before a block: a bound on what a block can cost.
const COMMANDS_AT_ONCE: usize = 32;
/// How long a closing port fades, as a fraction of a second.
const FADES_PER_SECOND: u32 = 200;

/// What a control thread tells the audio thread.
pub(super) enum Command {
    /// Listen to another queue of events.
    AddInput(Box<Queue>),
    /// Take over a download.
    Install(Place, Installation),
    /// End a download.
    Uninstall(Place),
    /// Play a wave by itself from a frame on, or let it go there.
    Wave(SampleTime, WaveCommand),
    /// Let the notes of a channel matter more or less.
    SetPriority(ChannelGroup, Channel, ChannelPriority),
}

/// What the audio thread has let go of, to be freed by a control thread, and what it has to say.
pub(super) enum Reclaimed {
    /// A queue whose input was dropped.
    Input { _queue: Box<Queue> },
    /// A download that nothing plays any more.
    Download(Place, Retired),
    /// A preset that was asked for and is not there.
    Missing(MissingPreset),
}

/// All that rendering needs; whoever is inside the port's gate has it.
///
/// INVARIANT: nothing here grows after it was made; the port counts inputs up to [`MAX_INPUTS`] before it
/// sends one.
#[expect(clippy::vec_box, reason = "the audio thread passes a box on without allocating one")]
pub(super) struct RenderState {
    synthesizer: Box<dyn Synthesizer>,
    commands: Consumer<Command>,
    reclaim: Producer<Reclaimed>,
    inputs: Vec<Box<Queue>>,
    events: Vec<BlockEvent>,
    schedule: Schedule,
    left: Vec<f32>,
    right: Vec<f32>,
    /// Linear output gain.
    gain: f32,
    limiter: Option<Limiter>,
    progress: Progress,
    clock: ClockFilter,
    fade: Fade,
    /// The latest wave that was played by itself; 0 before the first.
    last_wave: u64,
}

impl RenderState {
    pub(super) fn new(
        synthesizer: Box<dyn Synthesizer>,
        granted: &Granted,
        commands: Consumer<Command>,
        reclaim: Producer<Reclaimed>,
    ) -> Self {
        let never = || BlockEvent { offset: 0, event: any_event() };
        Self {
            synthesizer,
            commands,
            reclaim,
            inputs: Vec::with_capacity(MAX_INPUTS),
            events: room(SLICE_EVENTS, never),
            schedule: Schedule::new(),
            left: vec![0.0; SLICE_FRAMES],
            right: vec![0.0; SLICE_FRAMES],
            gain: 10.0_f32.powf(granted.gain_db / 20.0),
            limiter: granted.limiter.then(|| Limiter::new(granted.sample_rate.hz())),
            progress: Progress::default(),
            clock: ClockFilter::default(),
            fade: Fade::new(granted.sample_rate.hz() / FADES_PER_SECOND),
            last_wave: 0,
        }
    }

    /// Takes over what control threads have sent, some of it if it is much, and gives back what is not used any
    /// more, as far as there is room.
    pub(super) fn exchange(&mut self) {
        for _ in 0..COMMANDS_AT_ONCE {
            if self.reclaim.is_full() {
                return;
            }
            match self.commands.pop() {
                Ok(Command::Install(place, installation)) => {
                    if let Some(refused) = self.synthesizer.install(place, installation) {
                        self.give_back(Reclaimed::Download(place, refused));
                    }
                }
                Ok(Command::Uninstall(place)) => {
                    self.schedule.forget(place);
                    self.synthesizer.uninstall(place);
                }
                Ok(Command::SetPriority(group, channel, priority)) => {
                    self.synthesizer.set_priority(group, channel, priority);
                }
                Ok(Command::Wave(time, command)) => self.take_wave(time, command),
                Ok(Command::AddInput(input)) => self.inputs.push(input),
                Err(_) => break,
            }
        }
        while !self.reclaim.is_full() {
            let Some((place, retired)) = self.synthesizer.reclaim() else { break };
            self.give_back(Reclaimed::Download(place, retired));
        }
        while !self.reclaim.is_full() {
            let Some(missing) = self.synthesizer.take_missing_preset() else { return };
            self.give_back(Reclaimed::Missing(missing));
        }
    }

    /// Takes over what is to happen to a wave.
    fn take_wave(&mut self, time: SampleTime, command: WaveCommand) {
        if let WaveCommand::Play(voice) = command {
            let VoiceId(id) = voice.id;
            self.last_wave = id;
        }
        if time <= self.progress.position {
            self.change_wave(command);
        } else {
            self.schedule.insert(time, command);
        }
    }

    fn change_wave(&mut self, command: WaveCommand) {
        match command {
            WaveCommand::Play(voice) => self.synthesizer.play_wave(&voice),
            WaveCommand::Stop(id) => {
                self.schedule.cancel(id);
                self.synthesizer.stop_wave(id);
            }
        }
    }

    /// Does what is to happen to waves at this frame; the frames until there is more of it.
    fn change_waves(&mut self) -> usize {
        let now = self.progress.position;
        while let Some(command) = self.schedule.take_due(now) {
            self.change_wave(command);
        }
        let until = self.schedule.next().map_or(u64::MAX, |time| time.saturating_since(now));
        usize::try_from(until).unwrap_or(usize::MAX)
    }

    /// Renders one block into interleaved `out` and reports to `shared`.
    pub(super) fn render(
        &mut self,
        shared: &Shared,
        (now, crew): (Option<ReferenceTime>, Option<&dyn Crew>),
        out: &mut [f32],
    ) {
        self.exchange();
        self.drop_abandoned_inputs(shared);
        self.sort_in();
        let channels = usize::from(shared.audio_channels);
        if let Some(now) = now {
            let frames = (out.len() / channels) as u64;
            let at = self.progress.position;
            shared.set_anchor(self.clock.block(now, at, frames, shared.sample_rate));
        }
        if shared.is_closed() {
            self.fade.begin();
        }
        let is_heard = !out.is_empty();
        if !is_heard {
            self.change_waves();
            while !self.render_due() {}
        }
        let mut peak = 0.0_f32;
        let mut rest = out;
        while !rest.is_empty() {
            let wanted = (rest.len() / channels).min(SLICE_FRAMES);
            if wanted == 0 {
                rest.fill(0.0);
                break;
            }
            let frames = self.render_slice(wanted, crew);
            if frames > 0 {
                self.sort_in();
            }
            let (slice, after) = rest.split_at_mut(frames * channels);
            self.limit(frames);
            peak = peak.max(self.interleave(slice, channels));
            rest = after;
        }
        shared.peak.raise(peak);
        if is_heard {
            shared.sounding.store(peak > 0.0, Ordering::Relaxed);
        }
        self.report(shared);
    }

    /// Puts what the inputs have queued in order. Only as time goes on, so that a flood of events for this very frame
    /// cannot hold it up.
    fn sort_in(&mut self) {
        self.inputs.iter_mut().for_each(|input| input.sort_in());
    }

    /// Renders up to `wanted` frames into the planar buffers; fewer when there are too many events, or when a wave begins.
    fn render_slice(&mut self, wanted: usize, crew: Option<&dyn Crew>) -> usize {
        let until = self.change_waves();
        let frames = self.collect_events(wanted.min(until));
        let bus = StereoBus { left: &mut self.left[..frames], right: &mut self.right[..frames] };
        match crew {
            None => self.synthesizer.render(&self.events, &mut [bus]),
            Some(crew) => self.synthesizer.render_with(crew, &self.events, &mut [bus]),
        }
        self.progress.position = self.progress.position + frames as u64;
        frames
    }

    /// Plays events that are due now, without a frame of sound; whether that was all of them.
    fn render_due(&mut self) -> bool {
        self.collect_events(0);
        let bus = StereoBus { left: &mut [], right: &mut [] };
        self.synthesizer.render(&self.events, &mut [bus]);
        self.events.len() < SLICE_EVENTS
    }

    /// Merges the inputs' events for the next frames, and says how many frames that is.
    fn collect_events(&mut self, wanted: usize) -> usize {
        self.events.clear();
        let begin = self.progress.position;
        // With no frames wanted, what is due at the first of them is.
        let end = begin + wanted.max(1) as u64;
        let mut earliest_offset = 0;
        while let Some((index, time)) = earliest(&self.inputs, end) {
            let offset = time.saturating_since(begin) as u32;
            if self.events.len() == SLICE_EVENTS {
                // The rest is for the next piece, which begins at its frame.
                return offset.max(earliest_offset) as usize;
            }
            if let Some(TimedEvent { event, .. }) = self.inputs[index].pop() {
                earliest_offset = offset.max(earliest_offset);
                self.events.push(BlockEvent { offset: earliest_offset, event });
                self.progress.late_events += u64::from(time < begin && time != SampleTime::ZERO);
            }
        }
        wanted
    }

    /// Applies the gain and turns down what is too loud then, if that is asked for.
    fn limit(&mut self, frames: usize) {
        let Some(limiter) = &mut self.limiter else { return };
        let sides = [&mut self.left[..frames], &mut self.right[..frames]];
        if self.gain != 1.0 {
            sides.into_iter().flatten().for_each(|point| *point *= self.gain);
        }
        limiter.process(&mut self.left[..frames], &mut self.right[..frames]);
    }

    /// Writes the planar buffers to `out` with gain, unless the limiter has applied it, and fade; the loudest
    /// magnitude.
    fn interleave(&mut self, out: &mut [f32], channels: usize) -> f32 {
        let gain = if self.limiter.is_some() { 1.0 } else { self.gain };
        if channels == 2 && !self.fade.has_begun() {
            return interleave_pairs(out, [&self.left, &self.right], gain);
        }
        let mut peak = 0.0_f32;
        for (frame, (left, right)) in
            out.chunks_exact_mut(channels).zip(self.left.iter().zip(&self.right))
        {
            let gain = gain * self.fade.next();
            let (left, right) = (left * gain, right * gain);
            match frame {
                [mono] => *mono = 0.5 * (left + right),
                [first, second, others @ ..] => {
                    (*first, *second) = (left, right);
                    others.fill(0.0);
                }
                [] => {}
            }
            peak = frame.iter().fold(peak, |peak, point| peak.max(point.abs()));
        }
        peak
    }

    fn report(&mut self, shared: &Shared) {
        if self.last_wave > 0 {
            let position = |index| self.synthesizer.wave_voice(index);
            shared.waves.write(self.last_wave, position);
        }
        let mut status = self.synthesizer.status();
        status.lost_notes += self.schedule.lost();
        self.progress.status = status;
        self.progress.peak_voices = self.progress.peak_voices.max(status.voices);
        // After the waves: who sees how far the port is sees what has begun by then.
        shared.set_progress(self.progress);
        if self.fade.is_over() {
            shared.faded.store(true, Ordering::Release);
        }
    }

    /// Stops listening to inputs that were dropped and have been played to their end.
    fn drop_abandoned_inputs(&mut self, shared: &Shared) {
        let mut index = 0;
        while index < self.inputs.len() && !self.reclaim.is_full() {
            let input = &self.inputs[index];
            if input.is_over() {
                // The order of the others decides between equal times.
                let queue = self.inputs.remove(index);
                self.give_back(Reclaimed::Input { _queue: queue });
                shared.inputs.fetch_sub(1, Ordering::AcqRel);
            } else {
                index += 1;
            }
        }
    }

    /// Sends something back, for which there is room.
    fn give_back(&mut self, reclaimed: Reclaimed) {
        // Nobody else sends, so the room that was found is still there.
        let _ = self.reclaim.push(reclaimed);
    }
}

impl fmt::Debug for RenderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RenderState").field("progress", &self.progress).finish_non_exhaustive()
    }
}

/// The input with the earliest event before `end`, and that event's time; the first of equals.
fn earliest(inputs: &[Box<Queue>], end: SampleTime) -> Option<(usize, SampleTime)> {
    let heads = inputs.iter().enumerate().filter_map(|(index, input)| {
        let time = input.earliest()?;
        (time < end).then_some((index, time))
    });
    heads.min_by_key(|(_, time)| *time)
}

/// Writes two sides with a gain to stereo frames; the loudest magnitude. Several frames at a time, as vector units
/// like it.
fn interleave_pairs(out: &mut [f32], [left, right]: [&[f32]; 2], gain: f32) -> f32 {
    const WIDTH: usize = 8;
    let mut peaks = [0.0_f32; WIDTH];
    let sides = left.chunks(WIDTH).zip(right.chunks(WIDTH));
    for (frames, (left, right)) in out.chunks_mut(2 * WIDTH).zip(sides) {
        let pairs = left.iter().zip(right).zip(&mut peaks);
        for (frame, ((left, right), peak)) in frames.as_chunks_mut().0.iter_mut().zip(pairs) {
            *frame = [left * gain, right * gain];
            for point in *frame {
                *peak = if point.abs() > *peak { point.abs() } else { *peak };
            }
        }
    }
    peaks.into_iter().fold(0.0, f32::max)
}

/// The last few milliseconds of a closing port.
#[derive(Debug)]
struct Fade {
    length: u32,
    left: Option<u32>,
}

impl Fade {
    const fn new(length: u32) -> Self {
        Self { length, left: None }
    }

    fn begin(&mut self) {
        self.left.get_or_insert(self.length);
    }

    const fn has_begun(&self) -> bool {
        self.left.is_some()
    }

    const fn is_over(&self) -> bool {
        matches!(self.left, Some(0))
    }

    /// The factor for the next frame.
    fn next(&mut self) -> f32 {
        match &mut self.left {
            None => 1.0,
            Some(0) => 0.0,
            Some(left) => {
                *left -= 1;
                *left as f32 / self.length as f32
            }
        }
    }
}
