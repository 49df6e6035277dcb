//! What is installed: presets and their regions in the form in which voices start from them.
//!
//! Made on control threads, read on the audio thread, and given back whole to be freed elsewhere.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::input::{InputSet, Signal};
use super::parameter::{MAX_MODULATORS, sound_font_attenuation_factor};
use crate::bank::{
    Destination, GUARD_BEFORE, Generator as G, Generators, Input, Instrument, LoopMode, LoopTail,
    Modulator, Points, Region, RegionSample, WINDOW, WaveData,
};
use crate::dsp::{Interpolate, Position, SimdLevel, Track};
use crate::engine::Content;

/// The SoundFont bank number of drum kits.
pub(super) const PERCUSSION_BANK: u16 = 128;

/// One bank, ready to be played.
#[derive(Debug, Default)]
pub(super) struct Library {
    presets: Vec<PresetPlan>,
    /// Preset by bank and program.
    index: BTreeMap<(u16, u8), u32>,
}

impl Library {
    /// The library of these presets; of two with the same numbers the first is played.
    ///
    /// SPEC: SoundFont 2.04 §7.2.
    pub(super) fn new(presets: Vec<PresetPlan>) -> Self {
        let mut index = BTreeMap::new();
        for (preset, place) in presets.iter().zip(0u32..) {
            index.entry((preset.bank, preset.program)).or_insert(place);
        }
        Self { presets, index }
    }

    /// The preset with this number.
    pub(super) fn preset(&self, preset: u32) -> Option<&PresetPlan> {
        self.presets.get(preset as usize)
    }

    /// The region that a voice plays.
    pub(super) fn region(&self, place: RegionRef) -> Option<&RegionPlan> {
        self.preset(place.preset)?.regions.get(usize::from(place.region))
    }

    /// What is in it; waves that several presets share count once.
    pub(super) fn content(&self) -> Content {
        let instruments = || self.presets.iter().map(|preset| &preset.instrument);
        let waves: HashMap<_, _> = instruments()
            .flat_map(|instrument| instrument.waves())
            .map(|wave| (Arc::as_ptr(wave), wave.bytes() as u64))
            .collect();
        let tails: HashMap<_, _> = instruments()
            .flat_map(|instrument| instrument.tails())
            .map(|tail| (Arc::as_ptr(tail), tail.bytes() as u64))
            .collect();
        Content {
            instruments: self.presets.len() as u64,
            waves: waves.len() as u64,
            bytes: waves.values().chain(tails.values()).sum(),
        }
    }

    /// The preset that plays when `bank` and `program` are asked for.
    ///
    /// A variation that is not there falls back to the one rounded down to a multiple of eight, then to
    /// bank 0; a drum kit to kit 0; a program that is in no bank to program 0.
    pub(super) fn select(&self, bank: u16, program: u8) -> Option<Choice> {
        let candidates = if bank == PERCUSSION_BANK {
            [(bank, program), (bank, program & !7), (bank, program & !7), (bank, 0)]
        } else {
            [(bank, program), (bank & !7, program), (0, program), (0, 0)]
        };
        let (rank, preset) = candidates
            .iter()
            .enumerate()
            .find_map(|(rank, key)| Some((rank, *self.index.get(key)?)))?;
        Some(Choice { preset, substituted: rank >= SUBSTITUTES })
    }
}

/// The first of the candidates that is another instrument than the one asked for.
const SUBSTITUTES: usize = 3;

/// What a program change comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    /// The preset's number in the library.
    pub(super) preset: u32,
    /// Whether it is not even the program that was asked for.
    pub(super) substituted: bool,
}

/// A region, by where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct RegionRef {
    /// The preset's number in the library.
    pub(super) preset: u32,
    /// The region's number in the preset.
    pub(super) region: u16,
}

/// A preset.
#[derive(Debug)]
pub(super) struct PresetPlan {
    /// SoundFont bank number; 128 for drum kits.
    pub(super) bank: u16,
    /// Program number.
    pub(super) program: u8,
    /// Which regions sound for which key and velocity, and their waves.
    instrument: Instrument,
    /// The instrument's regions, in its order.
    regions: Vec<RegionPlan>,
}

impl PresetPlan {
    /// The plan of an instrument.
    pub(super) fn new(bank: u16, program: u8, instrument: Instrument) -> Self {
        let factor = sound_font_attenuation_factor();
        let pairs = instrument.regions().iter().zip(instrument.samples());
        let regions =
            pairs.map(|(region, sample)| RegionPlan::new(region, sample, factor)).collect();
        Self { bank, program, instrument, regions }
    }

    /// The regions that sound for a key and a velocity.
    pub(super) fn regions_at(&self, key: u8, velocity: u8) -> &[u16] {
        self.instrument.regions_at(key, velocity)
    }
}

/// A region as voices need it.
#[derive(Debug)]
pub(super) struct RegionPlan {
    pub(super) generators: Generators,
    pub(super) modulators: Arc<[Modulator]>,
    /// What the modulators read while a note sounds.
    pub(super) inputs: InputSet,
    /// Whether anything that moves while a note sounds leads to the filter.
    pub(super) filter_moves: bool,
    /// Whether a modulator that moves leads to an envelope's times.
    pub(super) times_move: bool,
    /// The part of the bank's attenuation that counts.
    pub(super) attenuation_factor: f32,
    /// The key at which the wave has its own pitch, with a fraction where the bank has one.
    pub(super) root_key: f64,
    /// Cents added to the pitch.
    pub(super) correction_cents: f64,
    /// Data points per second.
    pub(super) wave_rate: f64,
    pub(super) exclusive_class: u16,
    /// The key that replaces the note's.
    pub(super) key: Option<u8>,
    /// The velocity that replaces the note's.
    pub(super) velocity: Option<u8>,
    wave: Arc<WaveData>,
    start: u32,
    end: u32,
    looped: Option<LoopPlan>,
}

#[derive(Debug)]
struct LoopPlan {
    end: u32,
    len: u32,
    while_held: bool,
    tail: Arc<LoopTail>,
}

impl RegionPlan {
    /// The plan of a region and the sample it plays.
    pub(super) fn new(region: &Region, sample: &RegionSample, attenuation_factor: f32) -> Self {
        let modulators = audible_modulators(&region.modulators);
        let mut inputs = InputSet::NONE;
        modulators.iter().for_each(|modulator| inputs.insert_inputs(modulator));
        inputs.insert(Signal::Tuning);
        inputs.insert(Signal::MasterVolume);
        let looped = sample.looped.as_ref().map(|looped| LoopPlan {
            end: looped.points.end,
            len: looped.points.end - looped.points.start,
            while_held: looped.mode == LoopMode::WhileHeld,
            tail: Arc::clone(&looped.tail),
        });
        Self {
            inputs,
            filter_moves: filter_moves(&region.generators, &modulators),
            times_move: modulators
                .iter()
                .any(|modulator| moves(modulator) && leads_to_time(modulator)),
            generators: region.generators.clone(),
            modulators,
            attenuation_factor,
            root_key: f64::from(sample.root_key),
            correction_cents: f64::from(sample.correction),
            wave_rate: f64::from(sample.rate),
            exclusive_class: region.exclusive_class().map_or(0, |class| class.get()),
            key: region.keynum(),
            velocity: region.velocity(),
            wave: Arc::clone(&sample.wave),
            start: sample.start,
            end: sample.end,
            looped,
        }
    }

    /// The first tap of the first frame, for an interpolation with `lead` taps before its place.
    pub(super) const fn start(&self, lead: u32) -> Position {
        Position::from_index((self.start + GUARD_BEFORE as u32).saturating_sub(lead))
    }

    /// Whether the release lets the wave run on to its end.
    pub(super) fn leaves_loop(&self) -> bool {
        self.looped.as_ref().is_some_and(|looped| looped.while_held)
    }

    /// Reads the next frames of a voice; `false` when the wave is over.
    pub(super) fn read<I: Interpolate>(
        &self,
        level: SimdLevel,
        interpolate: &I,
        voice: &mut Reader<'_>,
        out: &mut [f32],
    ) -> bool {
        match self.tracks(I::LEAD, voice.looping) {
            Tracks::I16(track) => track.read(level, interpolate, voice.cursor, out),
            Tracks::F32(track) => track.read(level, interpolate, voice.cursor, out),
        }
    }

    /// Moves a voice on without reading; `false` when the wave is over.
    pub(super) fn skip(&self, lead: u32, voice: &mut Reader<'_>, frames: u32) -> bool {
        match self.tracks(lead, voice.looping) {
            Tracks::I16(track) => track.skip(voice.cursor, frames),
            Tracks::F32(track) => track.skip(voice.cursor, frames),
        }
    }

    #[inline(always)]
    fn tracks(&self, lead: u32, looping: bool) -> Tracks<'_> {
        let looped = self.looped.as_ref().filter(|_| looping);
        let tail = looped.map(|looped| looped.tail.points());
        match (self.wave.points(), tail) {
            (Points::I16(main), Some(Points::I16(tail))) => {
                Tracks::I16(self.track(lead, main, tail, looped))
            }
            (Points::F32(main), Some(Points::F32(tail))) => {
                Tracks::F32(self.track(lead, main, tail, looped))
            }
            (Points::I16(main), _) => Tracks::I16(self.track(lead, main, &[], None)),
            (Points::F32(main), _) => Tracks::F32(self.track(lead, main, &[], None)),
        }
    }

    #[inline(always)]
    fn track<'a, P>(
        &self,
        lead: u32,
        main: &'a [P],
        tail: &'a [P],
        looped: Option<&LoopPlan>,
    ) -> Track<'a, P> {
        let Some(looped) = looped else {
            let end = self.end + GUARD_BEFORE as u32 - lead;
            return Track { main, tail, seam: end, tail_lead: 0, end, loop_len: 0 };
        };
        let end = looped.end + GUARD_BEFORE as u32;
        let tail_lead = WINDOW as u32;
        let seam = end.saturating_sub(tail_lead);
        Track { main, tail, seam, tail_lead, end, loop_len: looped.len }
    }
}

/// A voice's way through its wave.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    /// Where it is.
    pub(super) cursor: &'a mut crate::dsp::Cursor,
    /// Whether the loop still holds it.
    pub(super) looping: bool,
}

enum Tracks<'a> {
    I16(Track<'a, i16>),
    F32(Track<'a, f32>),
}

/// The modulators that do something, at most as many as can be evaluated.
///
/// A linked modulator names others by index, so a list that has links stays as it is.
fn audible_modulators(modulators: &Arc<[Modulator]>) -> Arc<[Modulator]> {
    let linked = modulators.iter().any(|m| matches!(m.destination, Destination::Modulator(_)));
    let silent = modulators.iter().any(|modulator| modulator.amount == 0);
    if linked || !silent && modulators.len() <= MAX_MODULATORS {
        return Arc::clone(modulators);
    }
    modulators
        .iter()
        .filter(|modulator| modulator.amount != 0)
        .copied()
        .take(MAX_MODULATORS)
        .collect()
}

/// Whether a modulator can change while a note sounds.
fn moves(modulator: &Modulator) -> bool {
    let fixed = |input| matches!(input, Input::None | Input::NoteOnVelocity | Input::NoteOnKey);
    !fixed(modulator.source.input) || !fixed(modulator.amount_source.input)
}

fn leads_to_time(modulator: &Modulator) -> bool {
    matches!(
        modulator.destination,
        Destination::Generator(
            G::DecayVolEnv
                | G::SustainVolEnv
                | G::ReleaseVolEnv
                | G::DecayModEnv
                | G::SustainModEnv
                | G::ReleaseModEnv
        )
    )
}

/// Whether the cutoff or resonance of a voice can move while it sounds.
fn filter_moves(generators: &Generators, modulators: &[Modulator]) -> bool {
    let depths = [G::ModLfoToFilterFc, G::ModEnvToFilterFc];
    depths.iter().any(|&depth| generators.get(depth) != 0)
        || modulators.iter().any(|modulator| {
            let filter = matches!(
                modulator.destination,
                Destination::Generator(
                    G::InitialFilterFc
                        | G::InitialFilterQ
                        | G::ModLfoToFilterFc
                        | G::ModEnvToFilterFc
                )
            );
            filter && modulator.amount != 0 && (moves(modulator) || is_depth(modulator))
        })
}

fn is_depth(modulator: &Modulator) -> bool {
    matches!(
        modulator.destination,
        Destination::Generator(G::ModLfoToFilterFc | G::ModEnvToFilterFc)
    )
}
