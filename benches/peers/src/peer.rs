//! The synthesizers, all played in the same way.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use portative::dsp::SimdLevel;
use portative::engine::native::Native;
use portative::engine::{BlockEvent, Download, Effects, Engine, Place, Settings, StereoBus};
use portative::io::{FileSource, Threads};
use portative::midi::{Channel, ControlValue, Controller, Event, Key, Message, Program, Velocity};
use portative::time::SampleRate;

/// Frames per second of everything here.
pub const RATE: u32 = 44_100;
/// The longest block.
pub const LONGEST_BLOCK: usize = 1024;

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Sse2,
    Avx2,
    Best,
    RustySynth,
    OxiSynth,
    XSynth,
    FluidSynth,
}

/// All columns.
pub const COLUMNS: [Column; 7] = [
    Column::Sse2,
    Column::Avx2,
    Column::Best,
    Column::RustySynth,
    Column::OxiSynth,
    Column::XSynth,
    Column::FluidSynth,
];

impl Column {
    /// The head of the column.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Sse2 => "Portative, SSE2 only",
            Self::Avx2 => "AVX2",
            Self::Best => "best",
            Self::RustySynth => "rustysynth 1.3.8",
            Self::OxiSynth => "oxisynth 0.1.0",
            Self::XSynth => "xsynth-core 0.4.0",
            Self::FluidSynth => "FluidSynth",
        }
    }

    /// The word for it in jobs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sse2 => "sse2",
            Self::Avx2 => "avx2",
            Self::Best => "best",
            Self::RustySynth => "rustysynth",
            Self::OxiSynth => "oxisynth",
            Self::XSynth => "xsynth",
            Self::FluidSynth => "fluidsynth",
        }
    }

    /// The column of a word.
    pub fn of(word: &str) -> Option<Self> {
        COLUMNS.into_iter().find(|column| column.word() == word)
    }

    /// The vector instructions with which Portative runs, if it can and is meant.
    pub fn level(self) -> Option<SimdLevel> {
        let levels = SimdLevel::available();
        match self {
            Self::Sse2 | Self::Avx2 => levels.into_iter().find(|l| l.name() == self.word()),
            Self::Best => levels.last().copied(),
            _ => None,
        }
    }

    /// Whether it can be run inside this program.
    pub fn is_here(self) -> bool {
        self.level().is_some() || matches!(self, Self::RustySynth | Self::OxiSynth | Self::XSynth)
    }
}

/// What is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    On(u8, u8, u8),
    Off(u8, u8),
    Control(u8, u8, u8),
    Program(u8, u8),
    Bend(u8, u16),
}

/// A synthesizer that plays a bank.
pub trait Peer {
    /// Plays something before the next frame.
    fn play(&mut self, note: Note);

    /// Renders frames; what they are does not matter.
    fn render(&mut self, frames: usize);
}

/// How a synthesizer is made.
#[derive(Debug, Clone, Copy)]
pub struct Setup<'a> {
    pub bank: &'a Path,
    pub voices: u32,
    pub wet: bool,
    pub threads: usize,
}

/// Makes the synthesizer of a column.
pub fn make(column: Column, setup: &Setup<'_>) -> Result<Box<dyn Peer>> {
    Ok(match column {
        Column::RustySynth => Box::new(Rusty::new(setup)?),
        Column::OxiSynth => Box::new(Oxi::new(setup)?),
        Column::XSynth => Box::new(XSynth::new(setup)?),
        _ => Box::new(Portative::new(column.level().context("no such level here")?, setup)?),
    })
}

struct Portative {
    synthesizer: Box<dyn portative::engine::Synthesizer>,
    crew: Option<Threads>,
    due: Vec<BlockEvent>,
    sides: [Vec<f32>; 2],
}

impl Portative {
    fn new(level: SimdLevel, setup: &Setup<'_>) -> Result<Self> {
        let engine = Native::default().with_level(level);
        let settings = Settings {
            sample_rate: SampleRate::new(RATE).context("rate")?,
            voices: setup.voices,
            channel_groups: 1,
            effects: if setup.wet { Effects::ALL } else { Effects::NONE },
        };
        let mut synthesizer = engine.create(&settings)?;
        let bank = Download::Bank(Arc::new(FileSource::open(setup.bank)?));
        synthesizer.install(Place(0), engine.prepare(&settings, &bank)?.installation);
        let crew = (setup.threads > 1).then(|| Threads::new(setup.threads));
        let sides = [vec![0.0; LONGEST_BLOCK], vec![0.0; LONGEST_BLOCK]];
        Ok(Self { synthesizer, crew, due: Vec::with_capacity(1 << 16), sides })
    }
}

fn message(note: Note) -> Message {
    match note {
        Note::On(channel, key, velocity) => Message::NoteOn {
            channel: Channel::from_status(channel),
            key: Key::from_data(key),
            velocity: Velocity::from_data(velocity),
        },
        Note::Off(channel, key) => Message::NoteOff {
            channel: Channel::from_status(channel),
            key: Key::from_data(key),
            velocity: Velocity::from_data(64),
        },
        Note::Control(channel, controller, value) => Message::ControlChange {
            channel: Channel::from_status(channel),
            controller: Controller::from_data(controller),
            value: ControlValue::from_u7(value),
        },
        Note::Program(channel, program) => Message::ProgramChange {
            channel: Channel::from_status(channel),
            program: Program::from_data(program),
            bank: None,
        },
        Note::Bend(channel, bend) => Message::PitchBend {
            channel: Channel::from_status(channel),
            bend: ControlValue::from_u14(bend),
        },
    }
}

impl Peer for Portative {
    fn play(&mut self, note: Note) {
        let event = Event::new(message(note));
        self.due.push(BlockEvent { offset: 0, event });
    }

    fn render(&mut self, frames: usize) {
        let [left, right] = self.sides.each_mut().map(|side| &mut side[..frames]);
        let bus = StereoBus { left, right };
        match &self.crew {
            None => self.synthesizer.render(&self.due, &mut [bus]),
            Some(crew) => self.synthesizer.render_with(crew, &self.due, &mut [bus]),
        }
        self.due.clear();
    }
}

/// It has 256 voices at most, so several share what is more; each note on goes to the next one.
struct Rusty {
    synthesizers: Vec<rustysynth::Synthesizer>,
    next: usize,
    /// Who plays the notes of a channel and key.
    held: HashMap<(u8, u8), VecDeque<usize>>,
    sides: [Vec<f32>; 2],
}

impl Rusty {
    const MOST_VOICES: u32 = 256;

    fn new(setup: &Setup<'_>) -> Result<Self> {
        let font = Arc::new(rustysynth::SoundFont::new(&mut File::open(setup.bank)?)?);
        let mut settings = rustysynth::SynthesizerSettings::new(RATE as i32);
        settings.maximum_polyphony = setup.voices.min(Self::MOST_VOICES) as usize;
        settings.enable_reverb_and_chorus = setup.wet;
        let count = setup.voices.div_ceil(Self::MOST_VOICES);
        let synthesizers = (0..count)
            .map(|_| rustysynth::Synthesizer::new(&font, &settings))
            .collect::<Result<_, _>>()?;
        let sides = [vec![0.0; LONGEST_BLOCK], vec![0.0; LONGEST_BLOCK]];
        Ok(Self { synthesizers, next: 0, held: HashMap::new(), sides })
    }
}

impl Peer for Rusty {
    fn play(&mut self, note: Note) {
        let (channel, command, first, second) = match note {
            Note::On(channel, key, velocity) => {
                self.next = (self.next + 1) % self.synthesizers.len();
                self.held.entry((channel, key)).or_default().push_back(self.next);
                let synthesizer = &mut self.synthesizers[self.next];
                return synthesizer.note_on(channel.into(), key.into(), velocity.into());
            }
            Note::Off(channel, key) => {
                let who = self.held.get_mut(&(channel, key)).and_then(VecDeque::pop_front);
                if let Some(who) = who {
                    self.synthesizers[who].note_off(channel.into(), key.into());
                }
                return;
            }
            Note::Control(channel, controller, value) => {
                (channel, 0xB0, controller.into(), value.into())
            }
            Note::Program(channel, program) => (channel, 0xC0, program.into(), 0),
            Note::Bend(channel, bend) => {
                (channel, 0xE0, i32::from(bend & 127), i32::from(bend >> 7))
            }
        };
        for synthesizer in &mut self.synthesizers {
            synthesizer.process_midi_message(channel.into(), command, first, second);
        }
    }

    fn render(&mut self, frames: usize) {
        let [left, right] = self.sides.each_mut().map(|side| &mut side[..frames]);
        for synthesizer in &mut self.synthesizers {
            synthesizer.render(left, right);
        }
    }
}

struct Oxi {
    synthesizer: oxisynth::Synth,
    out: Vec<f32>,
}

impl Oxi {
    fn new(setup: &Setup<'_>) -> Result<Self> {
        let description = oxisynth::SynthDescriptor {
            reverb_active: setup.wet,
            chorus_active: setup.wet,
            polyphony: setup.voices as u16,
            sample_rate: RATE as f32,
            ..Default::default()
        };
        let mut synthesizer = oxisynth::Synth::new(description)
            .map_err(|error| anyhow::anyhow!("oxisynth: {error:?}"))?;
        let font = oxisynth::SoundFont::load(&mut File::open(setup.bank)?)
            .map_err(|error| anyhow::anyhow!("oxisynth: {error:?}"))?;
        synthesizer.add_font(font, true);
        Ok(Self { synthesizer, out: vec![0.0; 2 * LONGEST_BLOCK] })
    }
}

impl Peer for Oxi {
    fn play(&mut self, note: Note) {
        use oxisynth::MidiEvent as E;
        // An event that it refuses is not played.
        let _ = self.synthesizer.send_event(match note {
            Note::On(channel, key, vel) => E::NoteOn { channel, key, vel },
            Note::Off(channel, key) => E::NoteOff { channel, key },
            Note::Control(channel, ctrl, value) => E::ControlChange { channel, ctrl, value },
            Note::Program(channel, program_id) => E::ProgramChange { channel, program_id },
            Note::Bend(channel, value) => E::PitchBend { channel, value },
        });
    }

    fn render(&mut self, frames: usize) {
        self.synthesizer.write(&mut self.out[..2 * frames]);
    }
}

struct XSynth {
    group: xsynth_core::channel_group::ChannelGroup,
    out: Vec<f32>,
}

impl XSynth {
    fn new(setup: &Setup<'_>) -> Result<Self> {
        use xsynth_core::channel::{ChannelConfigEvent, ChannelEvent};
        use xsynth_core::channel_group::{
            ChannelGroup, ChannelGroupConfig, ParallelismOptions, SynthEvent, SynthFormat,
            ThreadCount,
        };
        use xsynth_core::soundfont::{SampleSoundfont, SoundfontBase};
        let audio_params =
            xsynth_core::AudioStreamParams::new(RATE, xsynth_core::ChannelCount::Stereo);
        let threads =
            if setup.threads > 1 { ThreadCount::Manual(setup.threads) } else { ThreadCount::None };
        let mut group = ChannelGroup::new(ChannelGroupConfig {
            channel_init_options: Default::default(),
            format: SynthFormat::Midi,
            audio_params,
            parallelism: ParallelismOptions { channel: threads, key: ThreadCount::None },
        });
        let font = SampleSoundfont::new(setup.bank, audio_params, Default::default())
            .map_err(|error| anyhow::anyhow!("xsynth: {error:?}"))?;
        let fonts: Vec<Arc<dyn SoundfontBase>> = vec![Arc::new(font)];
        let all = |event| SynthEvent::AllChannels(ChannelEvent::Config(event));
        group.send_event(all(ChannelConfigEvent::SetSoundfonts(fonts)));
        group.send_event(all(ChannelConfigEvent::SetLayerCount(None)));
        Ok(Self { group, out: vec![0.0; 2 * LONGEST_BLOCK] })
    }
}

impl Peer for XSynth {
    fn play(&mut self, note: Note) {
        use xsynth_core::channel::{ChannelAudioEvent as E, ChannelEvent, ControlEvent};
        let (channel, event) = match note {
            Note::On(channel, key, vel) => (channel, E::NoteOn { key, vel }),
            Note::Off(channel, key) => (channel, E::NoteOff { key }),
            Note::Control(channel, controller, value) => {
                (channel, E::Control(ControlEvent::Raw(controller, value)))
            }
            Note::Program(channel, program) => (channel, E::ProgramChange(program)),
            Note::Bend(channel, bend) => {
                let value = (f32::from(bend) - 8192.0) / 8192.0;
                (channel, E::Control(ControlEvent::PitchBendValue(value)))
            }
        };
        let event = ChannelEvent::Audio(event);
        self.group
            .send_event(xsynth_core::channel_group::SynthEvent::Channel(channel.into(), event));
    }

    fn render(&mut self, frames: usize) {
        use xsynth_core::AudioPipe;
        self.group.read_samples(&mut self.out[..2 * frames]);
    }
}
