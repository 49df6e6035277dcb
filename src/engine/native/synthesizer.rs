//! The audio half of the engine: events at their frame, grid points, and the mix.

mod timeline;
mod channels;
mod drums;
mod exclusive;
mod monophony;
mod per_note;
mod waves;
mod zones;

use super::Interpolation;
use super::channel::ChannelState;
use super::drum_setup::DrumMaps;
use super::effects::EffectRack;
use super::group::{Total, Waves, heard_outputs};
use super::library::{Library, Presets};
use super::missing::Missing;
use super::moment::Moment;
use super::part::Part;
use super::pool::Pool;
use super::routing::Routing;
use super::selection::BankStyle;
use super::sysex::Assembler;
use super::tuning::Tunings;
use super::wave_voices::WaveVoices;
use super::zone::Zones;
use crate::dsp::{Cubic, Interpolate, Linear, Nearest, SimdLevel, Sinc, SincTable, exp2_f64};
use crate::engine::{
    BlockEvent, ChannelPriority, DOWNLOADS, Effects, Installation, MissingPreset, Place, Retired,
    Settings, Status, StereoBus, Synthesizer, VoiceId, WavePosition, WaveVoice,
};
use crate::midi::{Channel, ChannelGroup, NotePitch};
use crate::rt::Crew;
use timeline::Clock;

/// The gain at which ordinary songs peak a few decibels below full scale.
///
/// MEASURED: nine General MIDI songs with a full General MIDI bank, dry, peak between -10.3 and -1.0 dBFS, the
/// median at -3.9 dBFS.
const DEFAULT_GAIN: f32 = 0.265;
/// The time constant of levels that follow a controller, in seconds.
const SMOOTHING_SECONDS: f64 = 0.005;
/// Full master volume.
const FULL_VOLUME: u16 = 16_383;

/// The native synthesizer.
pub(super) struct NativeSynthesizer {
    sources: Sources,
    channels: Box<[ChannelState]>,
    pool: Pool,
    total: Total,
    /// See [`Moment::heard`].
    heard: usize,
    effects: Effects,
    rack: EffectRack,
    /// Away only while a message is carried out.
    assembler: Option<Assembler>,
    tunings: Tunings,
    /// The drum maps of each group of channels.
    drum_maps: Box<[DrumMaps]>,
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
    /// The volume in fourteen bits, and what the attenuator leaves of it in seven.
    volume: u16,
    left_of_attenuator: u16,
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

impl NativeSynthesizer {
    /// A synthesizer without a bank. Allocates all that it will ever need.
    pub(super) fn new(
        settings: &Settings,
        interpolation: Interpolation,
        level: SimdLevel,
        bank_style: BankStyle,
    ) -> Self {
        let hz = settings.sample_rate.hz();
        let clock = Clock::new(hz);
        let quantum = clock.quantum;
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
            total: Total::new(quantum as usize, settings.effects),
            heard: heard_outputs(settings.effects),
            effects: settings.effects,
            rack: EffectRack::new(settings.effects, level, rate, quantum as usize),
            assembler: Some(Assembler::new()),
            tunings: Tunings::new(),
            drum_maps: vec![DrumMaps::new(); settings.channel_groups.into()].into_boxed_slice(),
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
            clock,
            rate,
            smoothing: (1.0 - kept) as f32,
            volume: FULL_VOLUME,
            left_of_attenuator: 127,
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
            heard: self.heard,
            audible: self.audible,
        }
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

/// Taps that lie before the place that an interpolation looks for.
const fn lead(interpolation: Interpolation) -> u32 {
    match interpolation {
        Interpolation::None => Nearest::LEAD,
        Interpolation::Linear => Linear::LEAD,
        Interpolation::Cubic => Cubic::LEAD,
        Interpolation::Sinc => Sinc::LEAD,
    }
}
