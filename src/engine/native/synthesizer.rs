//! The audio half of the engine: events at their frame, grid points, and the mix.

mod exclusive;
mod monophony;
mod per_note;
mod waves;
mod zones;

use super::Interpolation;
use super::channel::{ChannelState, Effect};
use super::curve::velocity_scale;
use super::effects::EffectRack;
use super::group::{DRY, Mix, Waves};
use super::input::InputSet;
use super::library::{Library, Presets};
use super::line::Plan;
use super::missing::Missing;
use super::moment::Moment;
use super::parameter::NoteView;
use super::part::Part;
use super::pool::Pool;
use super::routing::Routing;
use super::selection::{BankStyle, wanted};
use super::sysex::Assembler;
use super::tuning::Tunings;
use super::wave_voices::WaveVoices;
use super::zone::Zones;
use crate::bank::PatchNumber;
use crate::dsp::{Cubic, Interpolate, Linear, Nearest, SimdLevel, Sinc, SincTable, exp2_f64};
use crate::engine::{
    BlockEvent, ChannelPriority, DOWNLOADS, Effects, Installation, MissingPreset, Place, Retired,
    Settings, Status, StereoBus, Synthesizer, VoiceId, WavePosition, WaveVoice,
};
use crate::midi::{
    BankSelect, Channel, ChannelGroup, ControlValue, Controller, Event, Key, Message, NotePitch,
    Program, Velocity,
};
use crate::rt::{Crew, FloatEnv};

/// The gain at which ordinary songs peak a few decibels below full scale.
///
/// MEASURED: nine General MIDI songs with a full General MIDI bank, dry, peak between -10.3 and -1.0 dBFS, the
/// median at -3.9 dBFS.
const DEFAULT_GAIN: f32 = 0.265;
/// The time constant of levels that follow a controller, in seconds.
const SMOOTHING_SECONDS: f64 = 0.005;
/// The frames of a quantum, by the highest sample rate that it is for.
const QUANTA: [(u32, u32); 2] = [(50_000, 64), (100_000, 128)];
/// The frames of a quantum above.
const LONGEST_QUANTUM: u32 = 256;
/// The fewest frames without an event for which a crew is called.
const LEAST_TOGETHER: u64 = 256;
/// The least work for it, in voices times frames: some two tenths of a millisecond, several times what it takes to
/// call one.
const LEAST_WORK: u64 = 200_000;
/// Full master volume.
const FULL_VOLUME: u16 = 16_383;

/// The native synthesizer.
pub(super) struct NativeSynthesizer {
    sources: Sources,
    channels: Box<[ChannelState]>,
    pool: Pool,
    mix: Mix,
    effects: Effects,
    rack: EffectRack,
    /// Away only while a message is carried out.
    assembler: Option<Assembler>,
    tunings: Tunings,
    routing: Routing,
    /// The MPE zones of each group of channels.
    zones: Box<[Zones]>,
    ignored_sysex: u64,
    /// The pitch of the note that is beginning, where it has its own.
    note_pitch: Option<NotePitch>,
    bank_style: BankStyle,
    waves: WaveVoices,
    /// The channel of waves that are played by themselves, at rest for ever.
    beside: ChannelState,
    /// Waves that found no voice.
    lost_waves: u64,
    /// Downloads that were ended and may still sound.
    leaving: Vec<Place>,
    /// Whether downloads came or went since channels chose their presets.
    stale: bool,
    /// The style at power-on.
    own_style: BankStyle,
    /// Whether the notes of the event that is played are heard.
    audible: bool,
    /// Whether a channel changed since the last grid point.
    changed: bool,
    clock: Clock,
    rate: f64,
    smoothing: f32,
    gain: f32,
    /// The factors of the left and the right.
    balance: [f32; 2],
    lead: u32,
    missing_presets: u64,
    missing: Missing,
}

/// What voices read, and how.
struct Sources {
    library: Library,
    level: SimdLevel,
    interpolation: Interpolation,
    sinc: Option<Box<SincTable>>,
}

impl Sources {
    fn waves(&self) -> Waves<'_> {
        Waves {
            library: &self.library,
            level: self.level,
            interpolation: self.interpolation,
            sinc: self.sinc.as_deref(),
        }
    }
}

/// Where the synthesizer is in time.
#[derive(Debug, Clone, Copy)]
struct Clock {
    /// Frames rendered since it was created.
    now: u64,
    quantum: u32,
    /// The grid point whose work is done; `u64::MAX` before the first.
    planned: u64,
}

/// The block that is being rendered.
struct Block<'a, 'b> {
    bus: &'a mut StereoBus<'b>,
    /// Who helps.
    crew: Option<&'a dyn Crew>,
    /// The frame at which it begins.
    start: u64,
    /// The frame up to which it is rendered.
    done: u64,
}

impl Clock {
    const fn quantum_start(&self) -> u64 {
        self.now - self.now % self.quantum as u64
    }
}

/// The frames of a control quantum at a sample rate.
fn quantum(rate: u32) -> u32 {
    QUANTA
        .iter()
        .find(|(highest, _)| rate <= *highest)
        .map_or(LONGEST_QUANTUM, |(_, frames)| *frames)
}

impl NativeSynthesizer {
    /// A synthesizer without a bank. Allocates all that it will ever need.
    pub(super) fn new(
        settings: &Settings,
        interpolation: Interpolation,
        level: SimdLevel,
        bank_style: BankStyle,
    ) -> Self {
        let hz = settings.sample_rate.hz();
        let quantum = quantum(hz);
        let rate = f64::from(hz);
        let channels = usize::from(settings.channel_groups) * Channel::COUNT;
        let time_constants = f64::from(quantum) / (rate * SMOOTHING_SECONDS);
        let kept = exp2_f64(-time_constants * std::f64::consts::LOG2_E);
        Self {
            sources: Sources {
                library: Library::new(),
                level,
                interpolation,
                sinc: (interpolation == Interpolation::Sinc).then(Box::default),
            },
            channels: ChannelState::power_on(channels, bank_style)
                .map(|mut state| {
                    state.part = Part::with_expression();
                    state
                })
                .collect(),
            pool: Pool::new(settings.voices, channels, quantum as usize, settings.effects),
            mix: Mix::new(quantum as usize, settings.effects),
            effects: settings.effects,
            rack: EffectRack::new(settings.effects, level, rate, quantum as usize),
            assembler: Some(Assembler::new()),
            tunings: Tunings::new(),
            routing: Routing::new(channels),
            zones: vec![Zones::default(); settings.channel_groups.into()].into_boxed_slice(),
            ignored_sysex: 0,
            note_pitch: None,
            bank_style,
            own_style: bank_style,
            waves: WaveVoices::default(),
            beside: ChannelState::new(0, bank_style),
            lost_waves: 0,
            leaving: Vec::with_capacity(usize::from(DOWNLOADS)),
            stale: false,
            audible: true,
            changed: true,
            clock: Clock { now: 0, quantum, planned: u64::MAX },
            rate,
            smoothing: (1.0 - kept) as f32,
            gain: DEFAULT_GAIN,
            balance: [1.0; 2],
            lead: lead(interpolation),
            missing_presets: 0,
            missing: Missing::NONE,
        }
    }

    fn moment(&self) -> Moment {
        Moment {
            now: self.clock.now,
            quantum_start: self.clock.quantum_start(),
            quantum: self.clock.quantum,
            rate: self.rate,
            smoothing: self.smoothing,
            gain: self.gain,
            balance: self.balance,
            lead: self.lead,
            effects: self.effects,
            audible: self.audible,
        }
    }

    /// Goes on to the frame `to`, rendering every quantum that is complete.
    ///
    /// A grid point is passed when time goes beyond it, so that events on its frame come before it.
    fn go_on_to(&mut self, to: u64, block: &mut Block<'_, '_>) {
        while self.clock.now < to {
            if let Some(crew) = block.crew
                && self.go_on_together(crew, to, block)
            {
                continue;
            }
            self.pass_grid_point();
            let end = self.clock.quantum_start() + u64::from(self.clock.quantum);
            self.clock.now = if end < to { end } else { to };
            if self.clock.now == end {
                self.render(end - u64::from(self.clock.quantum), block);
            }
        }
    }

    fn play_block(
        &mut self,
        crew: Option<&dyn Crew>,
        events: &[BlockEvent],
        buses: &mut [StereoBus<'_>],
    ) {
        let _environment = FloatEnv::enter();
        if std::mem::take(&mut self.stale) {
            self.missing.clear();
            for state in &mut self.channels {
                choose_preset(state, &self.sources.library);
            }
        }
        let Some((bus, others)) = buses.split_first_mut() else {
            events.iter().for_each(|event| self.play(event.event));
            return;
        };
        let (start, frames) = (self.clock.now, bus.left.len() as u64);
        let mut block = Block { bus, crew, start, done: start };
        for event in events {
            self.go_on_to(start + u64::from(event.offset).min(frames), &mut block);
            self.play(event.event);
        }
        self.go_on_to(start + frames, &mut block);
        if block.done < self.clock.now {
            self.render_rest(&mut block);
        }
        for other in others {
            other.left.fill(0.0);
            other.right.fill(0.0);
        }
    }

    /// Renders up to now, in the quantum that began at `quantum_start`, into the block.
    fn render(&mut self, quantum_start: u64, block: &mut Block<'_, '_>) {
        let now = self.clock.now;
        let range = (block.done - block.start) as usize..(now - block.start) as usize;
        let mixed = (block.done - quantum_start) as usize..(now - quantum_start) as usize;
        let start = std::mem::replace(&mut block.done, now);
        let [Some(left), Some(right)] =
            [&mut *block.bus.left, &mut *block.bus.right].map(|side| side.get_mut(range.clone()))
        else {
            return;
        };
        let sounding = self.pool.occupied() > 0;
        if sounding {
            self.mix.clear(mixed.clone());
            let moment = Moment { quantum_start, ..self.moment() };
            let waves = self.sources.waves();
            self.pool.render(&waves, &moment, &mut self.mix);
            self.mix.sum(waves.level, DRY, mixed.clone(), [&mut *left, &mut *right]);
        } else {
            left.fill(0.0);
            right.fill(0.0);
        }
        if self.effects != Effects::NONE {
            let mix = sounding.then_some((&self.mix, mixed));
            let level = self.sources.level;
            self.rack.process(level, mix, (self.pool.fed(), start), [left, right]);
        }
    }

    /// Goes on by all quanta before the frame `to`, if time stands before a grid point and they are worth a crew.
    fn go_on_together(&mut self, crew: &dyn Crew, to: u64, block: &mut Block<'_, '_>) -> bool {
        let (start, quantum) = (self.clock.now, u64::from(self.clock.quantum));
        let frames = (to - start) / quantum * quantum;
        let work = frames * u64::from(self.pool.occupied());
        let is_worth_it = frames >= LEAST_TOGETHER && work >= LEAST_WORK;
        let at_grid_point = start == self.clock.quantum_start() && self.clock.planned != start;
        if crew.hands() < 2 || !is_worth_it || !at_grid_point || block.done != start {
            return false;
        }
        let plan = Plan {
            waves: self.sources.waves(),
            channels: &self.channels,
            changed: self.changed,
            begin: self.moment(),
            quanta: (frames / quantum) as u32,
        };
        let (bus, rack) = (&mut *block.bus, &mut self.rack);
        let (level, effects, block_start) = (self.sources.level, self.effects, block.start);
        self.pool.render_together(plan, crew, &mut |piece| {
            let first = (piece.moment.now - block_start) as usize;
            let range = first..first + quantum as usize;
            let sides = [&mut *bus.left, &mut *bus.right].map(|side| side.get_mut(range.clone()));
            let [Some(left), Some(right)] = sides else { return };
            rack.pass_grid_point();
            let mixed = 0..quantum as usize;
            piece.mix.sum(level, DRY, mixed.clone(), [&mut *left, &mut *right]);
            if effects != Effects::NONE {
                let fed = (piece.fed, piece.moment.now);
                rack.process(level, Some((&piece.mix, mixed)), fed, [left, right]);
            }
        });
        self.forget_changes();
        self.clock.now = start + frames;
        self.clock.planned = self.clock.now - quantum;
        block.done = self.clock.now;
        true
    }

    /// Renders the part of the block that lies in a quantum that is not complete.
    fn render_rest(&mut self, block: &mut Block<'_, '_>) {
        self.render(self.clock.quantum_start(), block);
    }

    /// Does the work of a grid point once, when its first frame is about to be rendered.
    fn pass_grid_point(&mut self) {
        let start = self.clock.quantum_start();
        if self.clock.planned == start {
            return;
        }
        self.clock.planned = start;
        let moment = self.moment();
        self.pool.begin_quantum(&self.sources.library, &self.channels, self.changed, &moment);
        self.rack.pass_grid_point();
        self.forget_changes();
    }

    fn forget_changes(&mut self) {
        if self.changed {
            self.channels.iter_mut().for_each(|channel| channel.changed = InputSet::NONE);
            self.changed = false;
        }
    }

    /// Plays an event on every part that listens to its channel.
    fn play(&mut self, event: Event) {
        self.audible = event.is_audible;
        let Some(channel) = event.message.channel().filter(|_| !self.routing.is_plain()) else {
            return self.play_in_zone(event);
        };
        for part in Channel::all() {
            if self.routing.hears(event.group, part, channel) {
                let message = event.message.on_channel(part);
                self.play_in_zone(Event { message, ..event });
            }
        }
    }

    fn play_here(&mut self, event: Event) {
        let group = event.group;
        match event.message {
            Message::NoteOn { channel, key, velocity } => {
                self.note_on(group, channel, key, velocity)
            }
            Message::NoteOff { channel, key, .. } => self.note_off(group, channel, key),
            Message::ControlChange { channel, controller, value } => {
                self.control_change(group, channel, controller, value);
            }
            Message::ProgramChange { channel, program, bank } => {
                self.program_change(group, channel, program.get(), bank);
            }
            Message::PolyPressure { channel, key, pressure } => {
                self.on_channel(group, channel, |state| {
                    state.set_poly_pressure(key.get(), pressure)
                });
            }
            Message::ChannelPressure { channel, pressure } => {
                self.on_channel(group, channel, |state| state.set_pressure(pressure));
            }
            Message::PitchBend { channel, bend } => {
                self.on_channel(group, channel, |state| state.set_wheel(bend));
            }
            Message::PitchedNoteOn { .. }
            | Message::PerNoteBend { .. }
            | Message::PerNoteController { .. }
            | Message::PerNoteManagement { .. }
            | Message::Parameter { .. } => self.play_expression(event),
            Message::SysEx(packet) => self.take_packet(group, &packet),
            Message::SystemReset => {
                self.missing.clear();
                self.reset(self.own_style);
            }
        }
    }

    /// The index of a channel over all groups, if the synthesizer has that many.
    fn index(&self, group: ChannelGroup, channel: Channel) -> Option<usize> {
        let index = usize::from(group.0) * Channel::COUNT + usize::from(channel.index());
        (index < self.channels.len()).then_some(index)
    }

    fn on_channel(
        &mut self,
        group: ChannelGroup,
        channel: Channel,
        act: impl FnOnce(&mut ChannelState),
    ) {
        let index = self.index(group, channel);
        if let Some(state) = index.and_then(|index| self.channels.get_mut(index)) {
            act(state);
            self.changed = true;
        }
    }

    fn note_on(&mut self, group: ChannelGroup, channel: Channel, key: Key, velocity: Velocity) {
        if let Some(index) = self.index(group, channel) {
            self.press_key(index, key.get(), velocity);
        }
    }

    /// Begins a note.
    fn strike(&mut self, index: usize, key: u8, velocity: Velocity) {
        self.note_missing(index, true);
        let state = &self.channels[index];
        let Some((number, preset)) = state
            .choice
            .and_then(|choice| Some((choice.preset, self.sources.library.preset(choice.preset)?)))
        else {
            return;
        };
        let struck = key;
        let Some(key) = state.part.sounding_key(struck, state.is_percussion()) else { return };
        let velocity = state.part.velocity(velocity);
        // A velocity of 0 is a note in MIDI 2.0; banks know 1 to 127.
        let regions = preset.regions_at(key, velocity.to_u7().max(1));
        let (velocity, key_cents) = (velocity_scale(velocity), self.key_cents(index, struck));
        let expression = state.part.expression(struck);
        let view = NoteView { struck, key, velocity, key_cents, expression, channel: state };
        if !regions.is_empty() {
            let moment = self.moment();
            let waves = self.sources.waves();
            let what = (&waves, number, regions);
            self.pool.start_note(what, index as u16, view, &moment);
        }
    }

    /// Takes down what a channel does without, as a note or only a program change has found.
    fn note_missing(&mut self, index: usize, is_struck: bool) {
        let state = &self.channels[index];
        let choice = state.choice;
        if choice.is_some_and(|choice| !choice.differs) {
            return;
        }
        let substituted = choice.is_none_or(|choice| choice.substituted);
        self.missing_presets += u64::from(is_struck && substituted);
        let request = state.request();
        let instead = choice.map(|choice| {
            let (bank, program) = choice.numbers;
            PatchNumber { bank, program }
        });
        self.missing.note(MissingPreset {
            group: ChannelGroup((index / Channel::COUNT) as u8),
            channel: Channel::from_status((index % Channel::COUNT) as u8),
            bank: request.bank,
            program: Program::from_data(request.program),
            is_percussion: request.percussion,
            is_struck,
            wanted: wanted(request, instead),
            instead,
        });
    }

    fn note_off(&mut self, group: ChannelGroup, channel: Channel, key: Key) {
        if let Some(index) = self.index(group, channel) {
            self.lift_key(index, key.get());
        }
    }

    fn control_change(
        &mut self,
        group: ChannelGroup,
        channel: Channel,
        controller: Controller,
        value: ControlValue,
    ) {
        let Some(index) = self.index(group, channel) else { return };
        let (number, moment) = (index as u16, self.moment());
        if controller.get() >= Controller::ALL_SOUND_OFF.get() {
            self.channel_mode(index, controller);
            return;
        }
        self.changed = true;
        let state = &mut self.channels[index];
        let effect = state.set_controller(controller.get(), value);
        let sustained = state.is_sustained();
        self.follow_tuning(index);
        match effect {
            Effect::None => {}
            Effect::SustainUp => {
                self.pool.release_sustained(&self.sources.waves(), number, &moment)
            }
            Effect::SostenutoDown => self.pool.catch_sostenuto(number),
            Effect::SostenutoUp => {
                self.pool.drop_sostenuto(&self.sources.waves(), number, sustained, &moment);
            }
        }
    }

    /// Controllers 120 to 127.
    ///
    /// SPEC: MIDI 1.0 channel mode messages; those from 124 on also let go of all keys.
    fn channel_mode(&mut self, index: usize, controller: Controller) {
        let (number, moment) = (index as u16, self.moment());
        self.channels[index].set_mode(controller);
        match controller {
            Controller::ALL_SOUND_OFF => {
                self.pool.cut_channel(&self.sources.waves(), number, &moment)
            }
            Controller::RESET_ALL_CONTROLLERS => {
                self.channels[index].reset_controllers();
                self.channels[index].part.reset_expression();
                self.changed = true;
                self.pool.drop_sostenuto(&self.sources.waves(), number, false, &moment);
                self.pool.release_sustained(&self.sources.waves(), number, &moment);
            }
            _ if controller >= Controller::ALL_NOTES_OFF => {
                let held = self.channels[index].is_sustained();
                self.pool.release_all(&self.sources.waves(), number, held, &moment);
            }
            _ => {}
        }
    }

    fn program_change(
        &mut self,
        group: ChannelGroup,
        channel: Channel,
        program: u8,
        bank: Option<BankSelect>,
    ) {
        let Some(index) = self.index(group, channel) else { return };
        let state = &mut self.channels[index];
        state.set_program(program, bank, self.bank_style);
        choose_preset(state, &self.sources.library);
        self.note_missing(index, false);
    }

    /// Back to the power-on state: every note is cut off.
    fn reset(&mut self, style: BankStyle) {
        let moment = self.moment();
        for index in 0..self.channels.len() {
            self.pool.cut_channel(&self.sources.waves(), index as u16, &moment);
        }
        let power_on = ChannelState::power_on(usize::MAX, style);
        for (state, fresh) in self.channels.iter_mut().zip(power_on) {
            let mut before = std::mem::replace(state, fresh);
            state.part.inherit(&mut before.part);
            choose_preset(state, &self.sources.library);
        }
        self.bank_style = style;
        self.rack.reset();
        self.reset_exclusive();
        self.changed = true;
    }
}

impl Synthesizer for NativeSynthesizer {
    fn install(&mut self, place: Place, installation: Installation) -> Option<Retired> {
        self.stale = true;
        match installation.0.downcast::<Presets>() {
            Ok(presets) => {
                self.sources.library.install(place, presets).map(|refused| Retired(refused))
            }
            Err(foreign) => Some(Retired(foreign)),
        }
    }

    fn uninstall(&mut self, place: Place) {
        if self.sources.library.end(place) {
            self.leaving.push(place);
            self.stale = true;
        }
    }

    fn reclaim(&mut self) -> Option<(Place, Retired)> {
        let over = |place: &Place| !self.pool.plays(*place);
        let place = self.leaving.remove(self.leaving.iter().position(over)?);
        Some((place, Retired(self.sources.library.take(place)?)))
    }

    fn render(&mut self, events: &[BlockEvent], buses: &mut [StereoBus<'_>]) {
        self.play_block(None, events, buses);
    }

    fn render_with(&mut self, crew: &dyn Crew, events: &[BlockEvent], buses: &mut [StereoBus<'_>]) {
        self.play_block(Some(crew), events, buses);
    }

    fn take_missing_preset(&mut self) -> Option<MissingPreset> {
        self.missing.take()
    }

    fn play_wave(&mut self, voice: &WaveVoice) {
        self.start_wave(voice);
    }

    fn stop_wave(&mut self, id: VoiceId) {
        self.release_wave(id);
    }

    fn wave_voice(&self, index: usize) -> Option<WavePosition> {
        self.wave_at(index)
    }

    fn set_priority(&mut self, group: ChannelGroup, channel: Channel, priority: ChannelPriority) {
        if let Some(index) = self.index(group, channel) {
            self.pool.set_priority(index, priority);
        }
    }

    fn status(&self) -> Status {
        Status {
            voices: Some(self.pool.occupied()),
            lost_notes: self.pool.lost_notes() + self.lost_waves,
            missing_presets: self.missing_presets,
            ignored_sysex: self.ignored_sysex(),
            faults: 0,
        }
    }
}

/// Finds the preset that a channel asks for.
fn choose_preset(state: &mut ChannelState, library: &Library) {
    state.choice = library.select(state.request());
}

/// Taps that lie before the place that an interpolation looks for.
const fn lead(interpolation: Interpolation) -> u32 {
    match interpolation {
        Interpolation::None => Nearest::LEAD,
        Interpolation::Linear => Linear::LEAD,
        Interpolation::Cubic => Cubic::LEAD,
        Interpolation::Sinc => Sinc::LEAD,
    }
}
