//! The reference synthesizer: rustysynth behind the traits of this module.
//!
//! What our own engine is measured against, not what it is built on: rustysynth reads no modulators, SF3, DLS or
//! 24-bit samples, holds one whole bank and has 16 channels. It starts notes on a grid of 64 frames that is
//! counted from frame 0, never from the host's block, so its bytes do not depend on block sizes.
//!
//! It panics on some damaged banks. Both halves catch that: preparing reports it, rendering falls silent and
//! counts it. The panic hook of the program still runs.

use std::any::Any;
use std::io::{self, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustysynth::{SoundFont, SynthesizerSettings};

use super::{
    BlockEvent, Capabilities, DOWNLOADS, Download, Effects, Engine, EngineError, Holding,
    Installation, Place, Prepared, Retired, Settings, Status, StereoBus, Synthesizer,
};
use crate::bank::Bank;
use crate::midi::{ChannelGroup, Event, Message};
use crate::riff::ByteSource;

/// The control half of the reference synthesizer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reference;

const NAME: &str = "rustysynth";

impl Engine for Reference {
    fn name(&self) -> &'static str {
        NAME
    }

    /// The limits that rustysynth checks, and its 16 channels.
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            voices: 8..=256,
            default_voices: 256,
            channel_groups: 1..=1,
            sample_rate: 16_000..=192_000,
            effects: Effects { delay: false, ..Effects::ALL },
        }
    }

    fn create(&self, settings: &Settings) -> Result<Box<dyn Synthesizer>, EngineError> {
        self.capabilities().check(NAME, settings)?;
        Ok(Box::new(ReferenceSynthesizer::new()))
    }

    fn prepare(&self, settings: &Settings, download: &Download) -> Result<Prepared, EngineError> {
        let Download::Bank(source) = download else {
            return Err(EngineError::Unsupported { engine: NAME, what: "single presets" });
        };
        let font = load(source)?;
        let instruments = font.get_presets().len() as u64;
        let holding = Holding {
            address: font.get_wave_data().as_ptr().addr(),
            waves: font.get_sample_headers().len() as u64,
            bytes: size_of_val(font.get_wave_data()) as u64,
        };
        let mut wanted = SynthesizerSettings::new(settings.sample_rate.hz().cast_signed());
        wanted.maximum_polyphony = settings.voices as usize;
        // One switch for both effects is all that rustysynth has.
        wanted.enable_reverb_and_chorus = settings.effects != Effects::NONE;
        let mut synthesizer = rustysynth::Synthesizer::new(&Arc::new(font), &wanted)
            .map_err(|source| EngineError::Bank { engine: NAME, source: source.into() })?;
        synthesizer.set_master_volume(MASTER_VOLUME);
        let (holdings, installation) = (vec![holding], Installation(Box::new(synthesizer)));
        Ok(Prepared { instruments, holdings, installation })
    }
}

/// Reads a bank with rustysynth's reader, whose panics become errors.
fn load(source: &Arc<dyn ByteSource>) -> Result<SoundFont, EngineError> {
    // Its reader allocates what a chunk says of itself; ours refuses what a file cannot hold.
    Bank::from_source(Arc::clone(source))
        .map_err(|source| EngineError::Bank { engine: NAME, source: source.into() })?;
    let mut reader = BufReader::with_capacity(READ_AHEAD, SourceReader { source, position: 0 });
    match catch_unwind(AssertUnwindSafe(|| SoundFont::new(&mut reader))) {
        Ok(Ok(font)) => Ok(font),
        Ok(Err(source)) => Err(EngineError::Bank { engine: NAME, source: source.into() }),
        Err(panic) => Err(EngineError::Damaged { engine: NAME, message: panic_message(&*panic) }),
    }
}

/// Half of what rustysynth takes by itself, so that ordinary songs do not clip.
///
/// MEASURED: two General MIDI songs with FluidR3 peaked at +1.3 and -2.5 dBFS with 0.5.
const MASTER_VOLUME: f32 = 0.25;

/// Bytes read at once from a bank.
const READ_AHEAD: usize = 1 << 18;

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// The audio half: one of rustysynth's synthesizers for each bank, of which the newest plays; silence without.
struct ReferenceSynthesizer {
    /// The banks that can play, the newest last.
    banks: Vec<Loaded>,
    /// Banks that were ended. rustysynth's voices belong to their synthesizer, so they ended with it.
    ended: Vec<Loaded>,
    faults: u64,
}

struct Loaded {
    place: Place,
    synthesizer: Box<rustysynth::Synthesizer>,
    /// Whether it panicked, after which its state is not to be trusted.
    broken: bool,
}

impl ReferenceSynthesizer {
    fn new() -> Self {
        let room = || Vec::with_capacity(usize::from(DOWNLOADS));
        Self { banks: room(), ended: room(), faults: 0 }
    }
}

impl Synthesizer for ReferenceSynthesizer {
    fn install(&mut self, place: Place, installation: Installation) -> Option<Retired> {
        let mut all = self.banks.iter().chain(&self.ended);
        if all.any(|bank| bank.place == place) || place.0 >= DOWNLOADS {
            return Some(Retired(installation.0));
        }
        match installation.0.downcast::<rustysynth::Synthesizer>() {
            Ok(synthesizer) => {
                self.banks.push(Loaded { place, synthesizer, broken: false });
                None
            }
            Err(foreign) => Some(Retired(foreign)),
        }
    }

    fn uninstall(&mut self, place: Place) {
        if let Some(at) = self.banks.iter().position(|bank| bank.place == place) {
            self.ended.push(self.banks.remove(at));
        }
    }

    fn reclaim(&mut self) -> Option<(Place, Retired)> {
        let Loaded { place, synthesizer, .. } = self.ended.pop()?;
        Some((place, Retired(synthesizer)))
    }

    fn render(&mut self, events: &[BlockEvent], buses: &mut [StereoBus<'_>]) {
        let Some(bank) = self.banks.last_mut().filter(|bank| !bank.broken) else {
            silence(buses);
            return;
        };
        let play = AssertUnwindSafe(|| render_block(&mut bank.synthesizer, events, buses));
        if catch_unwind(play).is_err() {
            bank.broken = true;
            self.faults += 1;
            silence(buses);
        }
    }

    fn status(&self) -> Status {
        Status { faults: self.faults, ..Status::default() }
    }
}

/// Renders up to each event, plays it, and so on to the end of the block.
fn render_block(
    synthesizer: &mut rustysynth::Synthesizer,
    events: &[BlockEvent],
    buses: &mut [StereoBus<'_>],
) {
    let Some((mix, others)) = buses.split_first_mut() else { return };
    silence(others);
    let frames = mix.left.len();
    let mut from = 0;
    for BlockEvent { offset, event } in events {
        let to = (*offset as usize).clamp(from, frames);
        synthesizer.render(&mut mix.left[from..to], &mut mix.right[from..to]);
        from = to;
        play(synthesizer, *event);
    }
    synthesizer.render(&mut mix.left[from..], &mut mix.right[from..]);
}

fn silence(buses: &mut [StereoBus<'_>]) {
    for bus in buses {
        bus.left.fill(0.0);
        bus.right.fill(0.0);
    }
}

/// Passes on what rustysynth understands.
fn play(synthesizer: &mut rustysynth::Synthesizer, event: Event) {
    // It knows no notes that are not heard, so it does without them.
    let is_left_out = !event.is_audible && event.message.begins_note();
    if event.group != ChannelGroup(0) || is_left_out {
        return;
    }
    let (channel, command, data1, data2) = match event.message {
        Message::NoteOff { channel, key, velocity } => (channel, 0x80, key.get(), velocity.to_u7()),
        // Velocity 0 is a real note in MIDI 2.0; rustysynth would take it for a note-off.
        Message::NoteOn { channel, key, velocity }
        | Message::PitchedNoteOn { channel, key, velocity, .. } => {
            (channel, 0x90, key.get(), velocity.to_u7().max(1))
        }
        Message::ControlChange { channel, controller, value } => {
            (channel, 0xB0, controller.get(), value.to_u7())
        }
        Message::ProgramChange { channel, program, bank } => {
            if let Some(bank) = bank {
                synthesizer.process_midi_message(channel.index().into(), 0xB0, 0, bank.msb.into());
            }
            (channel, 0xC0, program.get(), 0)
        }
        Message::PitchBend { channel, bend } => {
            let bend = bend.to_u14();
            (channel, 0xE0, (bend & 0x7F) as u8, (bend >> 7) as u8)
        }
        Message::SystemReset => return synthesizer.reset(),
        _ => return,
    };
    synthesizer.process_midi_message(channel.index().into(), command, data1.into(), data2.into());
}

/// A [`ByteSource`] read from front to back.
struct SourceReader<'a> {
    source: &'a Arc<dyn ByteSource>,
    position: u64,
}

impl Read for SourceReader<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.source.len().saturating_sub(self.position);
        let wanted = buf.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        self.source.read_exact_at(&mut buf[..wanted], self.position)?;
        self.position += wanted as u64;
        Ok(wanted)
    }
}

#[cfg(test)]
mod tests;
