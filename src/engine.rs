//! Synthesizers: what turns events and banks into sound.
//!
//! An engine has two halves. [`Engine`] lives on control threads: it says what it can do, creates
//! synthesizers and prepares downloads for them. [`Synthesizer`] lives on the audio thread: it takes
//! what was prepared, plays events at their frame and renders. Nothing crosses from one half to the
//! other but values, so that the audio half never allocates or frees.
//!
//! Not here: devices, clocks, queues and who may call when; a `port` owns a synthesizer and sees to that.

mod error;
pub mod native;
pub mod reference;

pub use error::EngineError;

use std::any::Any;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::bank::{Bank, BankPreset, PatchNumber, SampleIndex};
use crate::midi::{BankSelect, Channel, ChannelGroup, Event, Program};
use crate::riff::ByteSource;
use crate::rt::Crew;
use crate::time::SampleRate;

/// The control half of an engine: one value for all the synthesizers it creates.
pub trait Engine: fmt::Debug + Send + Sync {
    /// The name by which users choose it.
    fn name(&self) -> &'static str;

    /// What can be asked of it.
    fn capabilities(&self) -> Capabilities;

    /// Creates a synthesizer with all the memory that it will ever need to render.
    ///
    /// # Errors
    ///
    /// [`EngineError::Settings`] for settings outside [`Engine::capabilities`].
    fn create(&self, settings: &Settings) -> Result<Box<dyn Synthesizer>, EngineError>;

    /// Reads and converts what is to be downloaded to a synthesizer created with `settings`.
    ///
    /// # Errors
    ///
    /// [`EngineError::Unsupported`] for a kind of download that the engine lacks; otherwise what is
    /// wrong with the data. Nothing is kept of a download that failed.
    fn prepare(&self, settings: &Settings, download: &Download) -> Result<Prepared, EngineError>;
}

/// The audio half of an engine.
///
/// # Thread
///
/// One thread at a time, usually the audio thread. No method but [`Synthesizer::render_with`] allocates, frees, locks,
/// waits or fails.
pub trait Synthesizer: Send {
    /// Takes over what [`Engine::prepare`] made, in a place that is free.
    ///
    /// From the next event on it is there; where several downloads have an instrument of the same numbers, the
    /// newest plays. What cannot be taken, because it is of another engine or the place is not free, comes back;
    /// the caller frees it on a control thread. An engine that takes no downloads leaves this and what follows as
    /// it is.
    fn install(&mut self, place: Place, installation: Installation) -> Option<Retired> {
        let _ = place;
        Some(Retired(installation.0))
    }

    /// Ends a download: no event from the next one on plays it. What sounds of it goes on.
    fn uninstall(&mut self, place: Place) {
        let _ = place;
    }

    /// Gives back a download that was ended and that nothing plays any more, and with it its place.
    fn reclaim(&mut self) -> Option<(Place, Retired)> {
        None
    }

    /// Plays `events` at their frames and overwrites the buses with what sounds.
    ///
    /// # Shapes
    ///
    /// One bus for the whole mix, or one for each stem. All slices are equally long; a length of zero
    /// only plays events. Events are in order and their offsets inside the block.
    ///
    /// # Units
    ///
    /// Data points are full scale at ±1.0 and may exceed it.
    fn render(&mut self, events: &[BlockEvent], buses: &mut [StereoBus<'_>]);

    /// As [`Synthesizer::render`], with others to help, and to the bit the same; for rendering to files.
    ///
    /// # Thread
    ///
    /// Not an audio thread: it may allocate, and it waits for the crew.
    fn render_with(
        &mut self,
        _crew: &dyn Crew,
        events: &[BlockEvent],
        buses: &mut [StereoBus<'_>],
    ) {
        self.render(events, buses);
    }

    /// What it is doing and could not do.
    fn status(&self) -> Status;

    /// Plays a wave that was downloaded by itself, from the next frame on, beside all channels. One that finds no voice is
    /// a lost note.
    fn play_wave(&mut self, voice: &WaveVoice) {
        let _ = voice;
    }

    /// Lets a voice of a wave go: it leaves its loop and fades as its envelope says. Unknown ones are passed over.
    fn stop_wave(&mut self, id: VoiceId) {
        let _ = id;
    }

    /// The voices of waves that sound, in no order: at most [`WAVE_VOICES`].
    fn wave_voice(&self, index: usize) -> Option<WavePosition> {
        let _ = index;
        None
    }

    /// Says how much the notes of a channel matter when voices run out. Engines that take all alike ignore it.
    fn set_priority(&mut self, group: ChannelGroup, channel: Channel, priority: ChannelPriority) {
        let _ = (group, channel, priority);
    }

    /// The next of the presets that notes asked for and that are not there, each once until downloads come or go or the
    /// synthesizer is [reset](crate::midi::Message::SystemReset).
    ///
    /// Engines that keep no list have none. More than some dozens are not listed.
    ///
    /// # Thread
    ///
    /// The thread that renders. No allocation.
    fn take_missing_preset(&mut self) -> Option<MissingPreset> {
        None
    }
}

/// What an engine can do; requests outside are granted as near as possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// Voices that can sound at once.
    pub voices: RangeInclusive<u32>,
    /// The voices of a port that asks for no number.
    pub default_voices: u32,
    /// Groups of 16 MIDI channels.
    pub channel_groups: RangeInclusive<u16>,
    /// Frames per second.
    pub sample_rate: RangeInclusive<u32>,
    /// Effects that it has.
    pub effects: Effects,
}

impl Capabilities {
    /// Refuses settings outside, in the name of `engine`.
    fn check(&self, engine: &'static str, settings: &Settings) -> Result<(), EngineError> {
        let groups = &self.channel_groups;
        let groups = u32::from(*groups.start())..=u32::from(*groups.end());
        for (setting, got, range) in [
            ("voices", settings.voices, &self.voices),
            ("sample rate", settings.sample_rate.hz(), &self.sample_rate),
            ("channel groups", settings.channel_groups.into(), &groups),
        ] {
            if !range.contains(&got) {
                let (min, max) = (*range.start(), *range.end());
                return Err(EngineError::Settings { engine, setting, got, min, max });
            }
        }
        Ok(())
    }
}

/// Which effects are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effects {
    /// Reverb.
    pub reverb: bool,
    /// Chorus.
    pub chorus: bool,
    /// Delay.
    pub delay: bool,
}

impl Effects {
    /// No effects: the dry sound.
    pub const NONE: Self = Self { reverb: false, chorus: false, delay: false };
    /// Reverb, chorus and delay.
    pub const ALL: Self = Self { reverb: true, chorus: true, delay: true };
}

/// What a synthesizer is created with; within its engine's [`Capabilities`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Frames per second.
    pub sample_rate: SampleRate,
    /// Voices that can sound at once.
    pub voices: u32,
    /// Groups of 16 MIDI channels.
    pub channel_groups: u16,
    /// Effects that are on.
    pub effects: Effects,
}

/// What can be given to a synthesizer.
#[derive(Clone)]
#[non_exhaustive]
pub enum Download {
    /// A whole sound bank, as the bytes of its file.
    Bank(Arc<dyn ByteSource>),
    /// Presets of opened banks, whose waves are read now.
    Presets(Vec<BankPreset>),
    /// One sample of an opened bank, to be played by itself.
    Wave(Arc<Bank>, SampleIndex),
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bank(source) => f.debug_struct("Bank").field("bytes", &source.len()).finish(),
            Self::Presets(presets) => f.debug_tuple("Presets").field(&presets.len()).finish(),
            Self::Wave(_, sample) => f.debug_tuple("Wave").field(&sample.0).finish(),
        }
    }
}

/// Downloads that every synthesizer has places for.
pub const DOWNLOADS: u16 = 4_096;
/// Instruments that every synthesizer can find by their numbers, in all downloads together.
pub const INSTRUMENTS: u64 = 65_536;

/// Where a synthesizer keeps a download: a number below [`DOWNLOADS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place(pub u16);

/// A download that was read and converted.
#[derive(Debug)]
pub struct Prepared {
    /// Instruments that can be played.
    pub instruments: u64,
    /// What it holds in memory, each thing once; several downloads may hold the same.
    pub holdings: Vec<Holding>,
    /// What the synthesizer takes over.
    pub installation: Installation,
}

impl Prepared {
    /// How much is in it.
    pub fn content(&self) -> Content {
        Content {
            instruments: self.instruments,
            waves: self.holdings.iter().map(|holding| holding.waves).sum(),
            bytes: self.holdings.iter().map(|holding| holding.bytes).sum(),
        }
    }
}

/// A download in the engine's own form, which a synthesizer takes over without further work.
pub struct Installation(pub Box<dyn Any + Send>);

impl fmt::Debug for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Installation").finish_non_exhaustive()
    }
}

/// Something in memory that downloads hold, alone or together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// Which it is: its address, which is nobody else's while it is held.
    pub address: usize,
    /// Waves in it.
    pub waves: u64,
    /// Bytes of wave data in it.
    pub bytes: u64,
}

/// How much is downloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Content {
    /// Instruments that can be played.
    pub instruments: u64,
    /// Waves in memory.
    pub waves: u64,
    /// Bytes of wave data in memory.
    pub bytes: u64,
}

/// Something that a synthesizer no longer uses, to be freed by a control thread.
pub struct Retired(pub Box<dyn Any + Send>);

impl fmt::Debug for Retired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retired").finish_non_exhaustive()
    }
}

/// An event and the frame of the block at which it acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockEvent {
    /// Frames since the block began; the block's length when the block has none.
    pub offset: u32,
    /// What is to be done.
    pub event: Event,
}

/// The two channels that a synthesizer renders into.
#[derive(Debug)]
pub struct StereoBus<'a> {
    /// Left.
    pub left: &'a mut [f32],
    /// Right; as long as `left`.
    pub right: &'a mut [f32],
}

/// Voices of waves played by themselves that can sound at once.
pub const WAVE_VOICES: usize = 32;

/// Names a voice of a wave; never used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VoiceId(pub u64);

/// A wave to be played by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaveVoice {
    /// Its name.
    pub id: VoiceId,
    /// Where its download is.
    pub place: Place,
    /// How.
    pub manner: WaveManner,
}

/// How a wave is played by itself.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct WaveManner {
    /// Cents above its recorded pitch.
    pub cents: f32,
    /// Centibels below full level, 0 to 960.
    pub attenuation_cb: f32,
    /// Whether its loop is played until it is stopped, if it has one.
    pub is_looped: bool,
}

/// Where a voice of a wave is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WavePosition {
    /// Which voice.
    pub id: VoiceId,
    /// The data point that is read next, counted from the wave's first.
    pub point: u64,
}

/// How much the notes of a channel matter when voices run out: those of the lowest go first.
///
/// SPEC: DAUD_*_VOICE_PRIORITY. All channels are [`ChannelPriority::STANDARD`] until told otherwise; the offsets
/// by which the model favours some channels are the caller's to add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelPriority(pub u32);

impl ChannelPriority {
    /// Never to be missed.
    pub const CRITICAL: Self = Self(0xF000_0000);
    /// More than most.
    pub const HIGH: Self = Self(0xC000_0000);
    /// As any.
    pub const STANDARD: Self = Self(0x8000_0000);
    /// Less than most.
    pub const LOW: Self = Self(0x4000_0000);
    /// Only when there is nothing better to play.
    pub const PERSIST: Self = Self(0x1000_0000);
}

impl Default for ChannelPriority {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// A preset that was asked for and that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingPreset {
    /// The channel group.
    pub group: ChannelGroup,
    /// The channel.
    pub channel: Channel,
    /// The bank selects that held when the program was chosen.
    pub bank: BankSelect,
    /// The program.
    pub program: Program,
    /// Whether the channel plays drums.
    pub is_percussion: bool,
    /// Whether a note asked for it; else only a program change has.
    pub is_struck: bool,
    /// What would play, the best first, up to what plays.
    pub wanted: [Option<PatchNumber>; MissingPreset::WANTED],
    /// What plays in its place; none when nothing does.
    pub instead: Option<PatchNumber>,
}

impl MissingPreset {
    /// The most presets that are looked for.
    pub const WANTED: usize = 5;
}

/// What a synthesizer is doing, and what it could not do since it was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Status {
    /// Voices that sound now, if the engine can tell.
    pub voices: Option<u32>,
    /// Notes that were cut short or never began for lack of voices.
    pub lost_notes: u64,
    /// Notes for a preset that is not installed.
    pub missing_presets: u64,
    /// System exclusive messages that nobody acted on: unknown, damaged or for another device.
    pub ignored_sysex: u64,
    /// Times that it had to give up on what it was playing because of damaged data.
    pub faults: u64,
}
