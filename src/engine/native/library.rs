//! What is installed: presets and their regions in the form in which voices start from them.
//!
//! Downloads are made on control threads, read on the audio thread, and given back whole to be freed elsewhere.

use std::sync::Arc;

use super::channel::DELAY_SEND;
use super::input::{InputSet, Signal};
use super::parameter::{MAX_MODULATORS, sound_font_attenuation_factor};
use super::reach::Reach;
use super::selection::{self, Choice, Request};
use super::sound_controllers::SoundControllers;
use crate::bank::{
    Destination, GUARD_BEFORE, Generator as G, Generators, Input, Instrument, LoopMode, LoopTail,
    Modulator, Points, Region, RegionSample, WINDOW, WaveData,
};
use crate::dsp::{Interpolate, Position, SimdLevel, Track};
use crate::engine::{DOWNLOADS, Holding, INSTRUMENTS, Place};
use crate::rt::room;

/// Everything that is downloaded, ready to be played.
///
/// # Thread
///
/// Audio thread, once made. Nothing in it grows or is freed there: places and the index have their full size
/// from the beginning, and downloads come and go as boxes.
#[derive(Debug)]
pub(super) struct Library {
    places: Box<[Option<Box<Presets>>]>,
    /// What each number selects, in the order of the numbers; of equal ones the newest download's first.
    index: Vec<Entry>,
}

/// The presets of one download.
#[derive(Debug)]
pub(super) struct Presets {
    plans: Vec<PresetPlan>,
    /// The presets that can be selected, in the order of their numbers, each number once.
    entries: Vec<Entry>,
    /// Whether the download was ended: it only sounds on.
    ended: bool,
}

/// A preset among all that can be selected.
#[derive(Debug, Clone, Copy)]
struct Entry {
    bank: u16,
    program: u8,
    preset: PresetRef,
}

impl Entry {
    const fn numbers(&self) -> (u16, u8) {
        (self.bank, self.program)
    }
}

impl Presets {
    /// The presets of a download; of two with the same numbers the first can be selected.
    ///
    /// SPEC: SoundFont 2.04 §7.2.
    pub(super) fn new(mut plans: Vec<PresetPlan>) -> Self {
        plans.truncate(usize::from(u16::MAX));
        let mut entries: Vec<_> = plans
            .iter()
            .zip(0..)
            .map(|(plan, number)| Entry {
                bank: plan.bank,
                program: plan.program,
                preset: PresetRef { place: 0, number },
            })
            .collect();
        entries.sort_by_key(Entry::numbers);
        entries.dedup_by_key(|entry| entry.numbers());
        Self { plans, entries, ended: false }
    }

    /// A wave alone, which no program change selects.
    pub(super) fn wave(instrument: Instrument) -> Self {
        Self { plans: vec![PresetPlan::new(0, 0, instrument)], entries: Vec::new(), ended: false }
    }

    /// How many can be selected.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The waves and loop tails that they play, each once.
    pub(super) fn holdings(&self) -> Vec<Holding> {
        let instruments = || self.plans.iter().map(|plan| &plan.instrument);
        let waves = instruments().flat_map(Instrument::waves).map(|wave| Holding {
            address: Arc::as_ptr(wave).addr(),
            waves: 1,
            bytes: wave.bytes() as u64,
        });
        let tails = instruments().flat_map(Instrument::tails).map(|tail| Holding {
            address: Arc::as_ptr(tail).addr(),
            waves: 0,
            bytes: tail.bytes() as u64,
        });
        let mut holdings: Vec<_> = waves.chain(tails).collect();
        holdings.sort_unstable_by_key(|holding| holding.address);
        holdings.dedup_by_key(|holding| holding.address);
        holdings
    }
}

impl Library {
    /// An empty library with room for all that may come.
    pub(super) fn new() -> Self {
        Self {
            places: (0..DOWNLOADS).map(|_| None).collect(),
            index: room(INSTRUMENTS as usize, || Entry {
                bank: 0,
                program: 0,
                preset: PresetRef::default(),
            }),
        }
    }

    /// Puts a download into a free place, over what is there; what finds no room comes back.
    pub(super) fn install(
        &mut self,
        Place(place): Place,
        mut presets: Box<Presets>,
    ) -> Option<Box<Presets>> {
        let room = self.index.capacity() - self.index.len();
        match self.places.get_mut(usize::from(place)) {
            Some(free @ None) if presets.entries.len() <= room => {
                presets.entries.iter_mut().for_each(|entry| entry.preset.place = place);
                merge(&mut self.index, &presets.entries);
                *free = Some(presets);
                None
            }
            _ => Some(presets),
        }
    }

    /// Takes a download out of what can be selected; whether it was in.
    pub(super) fn end(&mut self, Place(place): Place) -> bool {
        let Some(Some(presets)) = self.places.get_mut(usize::from(place)) else { return false };
        if presets.ended {
            return false;
        }
        presets.ended = true;
        if let [only] = presets.entries.as_slice() {
            let first = self.index.partition_point(|entry| entry.numbers() < only.numbers());
            let mut same = self.index[first..].iter();
            if let Some(at) = same.position(|entry| entry.preset.place == place) {
                self.index.remove(first + at);
            }
        } else {
            self.index.retain(|entry| entry.preset.place != place);
        }
        true
    }

    /// Takes an ended download out, which no voice plays any more.
    pub(super) fn take(&mut self, Place(place): Place) -> Option<Box<Presets>> {
        self.places.get_mut(usize::from(place))?.take()
    }

    /// The preset that is meant.
    pub(super) fn preset(&self, PresetRef { place, number }: PresetRef) -> Option<&PresetPlan> {
        self.places.get(usize::from(place))?.as_ref()?.plans.get(usize::from(number))
    }

    /// The region that a voice plays.
    pub(super) fn region(&self, place: RegionRef) -> Option<&RegionPlan> {
        self.preset(place.preset)?.regions.get(usize::from(place.region))
    }

    /// The newest preset with these numbers.
    fn find(&self, bank: u16, program: u8) -> Option<PresetRef> {
        let first = self.index.partition_point(|entry| entry.numbers() < (bank, program));
        let entry = self.index.get(first)?;
        (entry.numbers() == (bank, program)).then_some(entry.preset)
    }

    /// The preset that plays when a channel asks for one.
    pub(super) fn select(&self, request: Request) -> Option<Choice> {
        selection::select(request, |bank, program| self.find(bank, program))
    }
}

/// Merges `newer` into `index`, both in order, before equal ones, without allocating.
fn merge(index: &mut Vec<Entry>, newer: &[Entry]) {
    let mut old = index.len();
    index.extend_from_slice(newer);
    let mut new = newer.len();
    while new > 0 {
        let last = new - 1;
        if old > 0 && index[old - 1].numbers() >= newer[last].numbers() {
            index[old + last] = index[old - 1];
            old -= 1;
        } else {
            index[old + last] = newer[last];
            new = last;
        }
    }
}

/// A preset, by where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct PresetRef {
    /// The place of its download.
    pub(super) place: u16,
    /// Its number in the download.
    pub(super) number: u16,
}

/// A region, by where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct RegionRef {
    /// Its preset.
    pub(super) preset: PresetRef,
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
        let mut regions: Vec<RegionPlan> = Vec::with_capacity(pairs.len());
        for (region, sample) in pairs {
            let plan = RegionPlan::new(region, sample, factor, regions.last());
            regions.push(plan);
        }
        // What the bank gives a meaning anywhere in the preset, it means everywhere in it.
        let others = instrument.other_regions().iter();
        let others = others.map(|region| SoundControllers::of(&region.modulators));
        let own = regions.iter().map(|region| region.own_controllers);
        let own = own.chain(others).fold(SoundControllers::default(), SoundControllers::with);
        regions.iter_mut().for_each(|region| region.own_controllers = own);
        Self { bank, program, instrument, regions }
    }

    /// The root key of the first region.
    pub(super) fn root_key(&self) -> u8 {
        self.regions.first().map_or(60, |region| region.root_key as u8)
    }

    /// How many regions there are.
    pub(super) fn region_count(&self) -> usize {
        self.regions.len()
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
    /// What a change of each of them leads to.
    pub(super) reach: Arc<Reach>,
    /// Whether anything that moves while a note sounds leads to the filter.
    pub(super) filter_moves: bool,
    /// Whether a modulator that moves leads to an envelope's times.
    pub(super) times_move: bool,
    /// The sound controllers that the bank itself gives a meaning anywhere in the preset.
    pub(super) own_controllers: SoundControllers,
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
    /// The plan of a region and the sample it plays. What it can share with `other`, often one of the same preset, it
    /// does.
    pub(super) fn new(
        region: &Region,
        sample: &RegionSample,
        attenuation_factor: f32,
        other: Option<&Self>,
    ) -> Self {
        let modulators = audible_modulators(&region.modulators);
        let mut inputs = InputSet::NONE;
        modulators.iter().for_each(|modulator| inputs.insert_inputs(modulator));
        inputs.insert(Signal::Tuning);
        inputs.insert(Signal::MasterVolume);
        inputs.insert(Signal::Generators);
        inputs.insert(Signal::Controller(DELAY_SEND));
        let own_controllers = SoundControllers::of(&region.modulators);
        own_controllers.others().for_each(|number| inputs.insert(Signal::Controller(number)));
        let looped = sample.looped.as_ref().map(|looped| LoopPlan {
            end: looped.points.end,
            len: looped.points.end - looped.points.start,
            while_held: looped.mode == LoopMode::WhileHeld,
            tail: Arc::clone(&looped.tail),
        });
        let times_move =
            modulators.iter().any(|modulator| moves(modulator) && leads_to_time(modulator));
        let reach = match other {
            Some(other) if Arc::ptr_eq(&other.modulators, &modulators) => Arc::clone(&other.reach),
            _ => Arc::new(Reach::new(&modulators, times_move)),
        };
        Self {
            inputs,
            filter_moves: filter_moves(&region.generators, &modulators),
            reach,
            times_move,
            generators: region.generators.clone(),
            modulators,
            own_controllers,
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
    matches!(modulator.destination, Destination::Generator(generator) if is_live_time(generator))
}

/// Whether a generator is a time, or a level between times, that a sounding voice reads again.
pub(super) const fn is_live_time(generator: G) -> bool {
    matches!(
        generator,
        G::DecayVolEnv
            | G::SustainVolEnv
            | G::ReleaseVolEnv
            | G::DecayModEnv
            | G::SustainModEnv
            | G::ReleaseModEnv
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
