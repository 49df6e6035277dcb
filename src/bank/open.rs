//! A bank that has been opened.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::bank::download::{Download, WaveCache};
use crate::bank::resolve::Resolver;
use crate::bank::sf2::container::{Lists, SDTA, chunks_of};
use crate::bank::sf2::record::ModulatorRecord;
use crate::bank::sf2::tables::Tables;
use crate::bank::sf2::{check, info};
use crate::bank::warning::{SampleOddity, Warnings};
use crate::bank::{
    BankError, BankWarning, DefaultModulators, Destination, Generator, Generators, Info, Input,
    Instrument, KeySet, Limits, MidiRange, Modulator, Region, Sample, Version,
};
use crate::riff::{ByteSource, Chunk, Span};

/// A sound bank: its tables in memory, its waves where they were.
///
/// Opening reads the tables only. [`Bank::instrument`] reads the waves of one preset; instruments of one bank
/// that are alive at the same time share waves, whatever port they belong to. A bank has no state that changes,
/// and may be used by several threads.
pub struct Bank {
    id: BankId,
    source: Arc<dyn ByteSource>,
    options: BankOptions,
    info: Info,
    tables: Tables,
    presets: Vec<Preset>,
    samples: Vec<Sample>,
    waves: Waves,
    /// Its own default modulators, as they are in the file.
    own_defaults: Option<Vec<ModulatorRecord>>,
    defaults: DefaultModulators,
    warnings: Warnings,
    cache: WaveCache,
}

/// Where the points of all samples lie.
#[derive(Debug, Clone, Copy, Default)]
struct Waves {
    /// 16-bit points, or the upper bytes of 24-bit ones, or compressed streams.
    smpl: Option<Span>,
    /// The lowest bytes of 24-bit points.
    sm24: Option<Span>,
}

/// How a bank is read.
#[derive(Debug, Clone, Default)]
pub struct BankOptions {
    /// How much it may ask for.
    pub limits: Limits,
    /// The modulators that its instruments begin with, unless it brings its own.
    pub default_modulators: DefaultModulators,
}

/// Which bank it is, among all that this process has opened; never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BankId(u64);

impl BankId {
    fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A preset's place in [`Bank::presets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PresetIndex(pub u32);

/// A sample's place in [`Bank::samples`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SampleIndex(pub u16);

/// What a program change selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    /// Its name.
    pub name: String,
    /// MIDI bank number; 128 is percussion, and nothing above can be selected.
    pub bank: u16,
    /// MIDI program number; nothing above 127 can be selected.
    pub program: u16,
    /// Whether it has zones that name instruments.
    pub has_zones: bool,
}

impl Bank {
    /// Opens the bank that `source` holds, with the standard's default modulators and the usual limits.
    ///
    /// # Errors
    ///
    /// [`BankError`] when it is no bank, or not structurally sound (section 10.1), or past a limit.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Arc;
    /// use portative::bank::{Bank, BankError};
    ///
    /// let error = Bank::from_source(Arc::new(*b"not a bank at all")).unwrap_err();
    /// assert!(matches!(error, BankError::Riff(_)));
    /// ```
    pub fn from_source(source: Arc<dyn ByteSource>) -> Result<Self, BankError> {
        Self::from_source_with(source, BankOptions::default())
    }

    /// Opens the bank that `source` holds.
    ///
    /// # Errors
    ///
    /// As [`Bank::from_source`].
    pub fn from_source_with(
        source: Arc<dyn ByteSource>,
        options: BankOptions,
    ) -> Result<Self, BankError> {
        let mut warnings = Warnings::new(options.limits.warnings);
        let table_bytes = options.limits.table_bytes;
        let lists = Lists::find(&source, &mut warnings)?;
        let list = info::read(&source, lists.info, table_bytes, &mut warnings)?;
        let tables = Tables::read(&source, lists.pdta, table_bytes, &mut warnings)?;
        let waves = Waves::find(&source, lists.sdta, list.info.version, &mut warnings)?;
        check::check(&tables, &mut warnings);
        let presets = presets(&tables, &mut warnings);
        let samples = samples(&tables, waves.smpl, &mut warnings);
        let (own_defaults, defaults) = match list.defaults {
            Some((records, defaults)) => (Some(records), defaults),
            None => (None, options.default_modulators.clone()),
        };
        Ok(Self {
            id: BankId::next(),
            source,
            options,
            info: list.info,
            tables,
            presets,
            samples,
            waves,
            own_defaults,
            defaults,
            warnings,
            cache: WaveCache::default(),
        })
    }

    /// Which bank it is.
    pub fn id(&self) -> BankId {
        self.id
    }

    /// What it says of itself.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Its presets, in the order of the file.
    pub fn presets(&self) -> &[Preset] {
        &self.presets
    }

    /// Its samples, in the order of the file.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// What is odd in it, as far as its tables say.
    pub fn warnings(&self) -> &[BankWarning] {
        self.warnings.as_slice()
    }

    /// How many warnings there were past [`Limits::warnings`].
    pub fn dropped_warnings(&self) -> usize {
        self.warnings.dropped()
    }

    /// The modulators that its instruments begin with.
    pub fn default_modulators(&self) -> &DefaultModulators {
        &self.defaults
    }

    /// The preset that these numbers select.
    ///
    /// SPEC: section 7.2: of several with the same numbers the first counts, and those without zones do not.
    pub fn find(&self, bank: u16, program: u16) -> Option<PresetIndex> {
        let mut presets = (0..).zip(&self.presets);
        presets.find(|(_, preset)| preset.is(bank, program)).map(|(index, _)| PresetIndex(index))
    }

    /// The regions of a preset, in the order of the file, those of samples that cannot play included.
    ///
    /// Reads nothing from the source.
    ///
    /// # Errors
    ///
    /// [`BankError::NoSuchPreset`], [`BankError::Limit`].
    pub fn regions(&self, preset: PresetIndex) -> Result<Vec<Region>, BankError> {
        let index = preset.0 as usize;
        if index >= self.presets.len() {
            return Err(BankError::NoSuchPreset { expected: self.presets.len(), got: preset.0 });
        }
        let (tables, defaults) = (&self.tables, &self.defaults);
        Resolver { tables, defaults, limits: &self.options.limits }.regions(index)
    }

    /// A preset with its waves read into memory. May take long; not for the audio thread.
    ///
    /// Regions whose samples cannot play are left out, with a warning in the instrument.
    ///
    /// # Errors
    ///
    /// [`BankError::NoSuchPreset`], [`BankError::Limit`], and [`BankError::Riff`] when the source cannot be
    /// read.
    pub fn instrument(&self, preset: PresetIndex) -> Result<Instrument, BankError> {
        self.instrument_for(preset, KeySet::ALL)
    }

    /// The same for these keys only: regions that play for none of them are left out, and what only they read is
    /// not read. What plays sounds as it does in the whole preset.
    ///
    /// # Errors
    ///
    /// As [`Bank::instrument`].
    pub fn instrument_for(
        &self,
        preset: PresetIndex,
        keys: KeySet,
    ) -> Result<Instrument, BankError> {
        let (regions, others) =
            self.regions(preset)?.into_iter().partition(|region| keys.meets(region.keys));
        let instrument = Download::new(self).instrument(Some(preset), regions)?;
        Ok(Instrument { others, ..instrument })
    }

    /// A sample as an instrument of two regions: the first plays it once, the second in its loop. Nothing moves them
    /// but key and velocity, by the standard's default; its root key has the recorded pitch.
    ///
    /// Both are left out, with a warning in the instrument, when the sample cannot play.
    ///
    /// # Errors
    ///
    /// [`BankError::NoSuchSample`], and as [`Bank::instrument`].
    pub fn wave(&self, sample: SampleIndex) -> Result<Instrument, BankError> {
        if usize::from(sample.0) >= self.samples.len() {
            return Err(BankError::NoSuchSample { expected: self.samples.len(), got: sample.0 });
        }
        let to_level = |modulator: &&Modulator| {
            modulator.source.input == Input::NoteOnVelocity
                && modulator.destination == Destination::Generator(Generator::InitialAttenuation)
        };
        let defaults = DefaultModulators::default();
        let level: Arc<[_]> = defaults.as_slice().iter().filter(to_level).copied().collect();
        let region = |mode| {
            let mut generators = Generators::defaults();
            generators.set(Generator::SampleModes, mode);
            // It sounds from its first point on: -32,768 is no time at all.
            for time in [Generator::DelayVolEnv, Generator::AttackVolEnv, Generator::HoldVolEnv] {
                generators.set(time, i16::MIN);
            }
            Region {
                keys: MidiRange::ALL,
                velocities: MidiRange::ALL,
                generators,
                modulators: Arc::clone(&level),
                sample: sample.0,
            }
        };
        Download::new(self).instrument(None, vec![region(0), region(1)])
    }

    pub(crate) fn own_default_modulators(&self) -> Option<&[ModulatorRecord]> {
        self.own_defaults.as_deref()
    }

    pub(crate) fn tables(&self) -> &Tables {
        &self.tables
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.options.limits
    }

    pub(crate) fn source(&self) -> &dyn ByteSource {
        &*self.source
    }

    pub(crate) fn smpl(&self) -> Option<Span> {
        self.waves.smpl
    }

    pub(crate) fn sm24(&self) -> Option<Span> {
        self.waves.sm24
    }

    pub(crate) fn cache(&self) -> &WaveCache {
        &self.cache
    }
}

impl fmt::Debug for Bank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bank")
            .field("id", &self.id)
            .field("name", &self.info.name)
            .field("presets", &self.presets.len())
            .field("samples", &self.samples.len())
            .finish_non_exhaustive()
    }
}

impl Preset {
    fn is(&self, bank: u16, program: u16) -> bool {
        self.has_zones && (self.bank, self.program) == (bank, program)
    }
}

impl Waves {
    /// Finds the chunks of the `sdta` list.
    ///
    /// SPEC: section 6.2 ignores `sm24` without `smpl`, before version 2.04, or of another size than half of
    /// `smpl`, rounded up to an even number.
    fn find(
        source: &dyn ByteSource,
        span: Span,
        version: Version,
        warnings: &mut Warnings,
    ) -> Result<Self, BankError> {
        let [mut smpl, mut sm24] = [None, None];
        for Chunk { id, data } in chunks_of(source, SDTA, span, warnings)? {
            let slot = match &id.0 {
                b"smpl" => &mut smpl,
                b"sm24" => &mut sm24,
                _ => {
                    warnings.push(BankWarning::UnknownChunk { chunk: id, offset: data.offset });
                    continue;
                }
            };
            if slot.is_some() {
                warnings.push(BankWarning::DuplicateChunk { chunk: id, offset: data.offset });
            } else {
                *slot = Some(data);
            }
        }
        let expected = smpl.map_or(0, |smpl: Span| (smpl.len / 2).next_multiple_of(2));
        let sm24 = sm24.filter(|sm24: &Span| {
            let holds = version >= (Version { major: 2, minor: 4 })
                && smpl.is_some()
                && sm24.len == expected;
            if !holds {
                warnings.push(BankWarning::LowBytesIgnored { expected, got: sm24.len });
            }
            holds
        });
        Ok(Self { smpl, sm24 })
    }
}

fn presets(tables: &Tables, warnings: &mut Warnings) -> Vec<Preset> {
    let mut presets: Vec<Preset> = Vec::with_capacity(tables.presets.len());
    let mut first_of = std::collections::HashMap::new();
    for (index, header) in (0..).zip(&tables.presets) {
        let preset = Preset {
            name: header.name.to_text(),
            bank: header.bank,
            program: header.program,
            has_zones: check::plays(tables, index as usize),
        };
        if preset.has_zones {
            let first = *first_of.entry((preset.bank, preset.program)).or_insert(index);
            if first != index {
                warnings.push(BankWarning::DuplicatePreset { preset: index, first });
            }
        }
        presets.push(preset);
    }
    presets
}

fn samples(tables: &Tables, smpl: Option<Span>, warnings: &mut Warnings) -> Vec<Sample> {
    let mut samples = Vec::with_capacity(tables.samples.len());
    for (index, header) in (0..).zip(&tables.samples) {
        let mut odd = |what| warnings.push(BankWarning::Sample { sample: index, what });
        let sample = Sample::from_header(header, smpl, &mut odd);
        if let Some(fault) = sample.fault {
            warnings.push(BankWarning::SampleUnusable { sample: index, fault });
        }
        samples.push(sample);
    }
    check_links(&samples, warnings);
    samples
}

/// SPEC: section 7.10: the halves of a pair name each other.
fn check_links(samples: &[Sample], warnings: &mut Warnings) {
    for (index, sample) in (0..).zip(samples) {
        let Some(link) = sample.link else { continue };
        let back = samples.get(usize::from(link)).and_then(|partner| partner.link);
        if back.map(u32::from) != Some(index) {
            let what = SampleOddity::Link { link };
            warnings.push(BankWarning::Sample { sample: index, what });
        }
    }
}
