//! Reading the waves of an instrument, and sharing those that are in memory already.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::bank::open::Bank;
use crate::bank::wave::{
    Blocks, LEAST_BYTES, LoopPoints, LoopTail, PcmSpans, PlayPoints, ReadBuffer, RegionLoop,
    RegionSample, WaveData, read_bytes, read_pcm, read_waves,
};
use crate::bank::{
    BankError, BankWarning, Instrument, PresetIndex, Region, RegionMap, Sample, SampleFault,
    SampleLocation, vorbis,
};
use crate::riff::Span;

/// Things that instruments of one bank hold at the moment; they go when the last instrument goes.
///
/// The lock is held for a look-up only, never while something is read, so that instruments can be read at the
/// same time; of two that read the same wave then, one throws its own away.
#[derive(Debug)]
pub(crate) struct Shared<K, V>(Mutex<Known<K, V>>);

/// What there is, and what there was until not long ago.
#[derive(Debug)]
struct Known<K, V> {
    map: HashMap<K, Weak<V>>,
    /// Entries at which those that are gone are looked for.
    sweep_at: usize,
}

impl<K, V> Default for Shared<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Known { map: HashMap::new(), sweep_at: LEAST_SWEEP }))
    }
}

impl<K: Hash + Eq + Copy, V> Shared<K, V> {
    /// What is there under `key`, or what `make` makes.
    fn get_or_make<E>(&self, key: K, make: impl FnOnce() -> Result<V, E>) -> Result<Arc<V>, E> {
        if let Some(there) = self.get(key) {
            return Ok(there);
        }
        let made = Arc::new(make()?);
        let mut known = self.lock();
        if let Some(there) = known.map.get(&key).and_then(Weak::upgrade) {
            return Ok(there);
        }
        known.map.insert(key, Arc::downgrade(&made));
        known.sweep();
        Ok(made)
    }

    /// What is there under `key`.
    fn get(&self, key: K) -> Option<Arc<V>> {
        self.lock().map.get(&key).and_then(Weak::upgrade)
    }

    fn lock(&self) -> MutexGuard<'_, Known<K, V>> {
        // A map of weak references is sound whatever its last user did.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Entries before which it is not worth the while to look for those that are gone.
const LEAST_SWEEP: usize = 64;

impl<K: Hash + Eq, V> Known<K, V> {
    /// Forgets what is gone whenever the map has twice as many entries as were left the last time.
    fn sweep(&mut self) {
        if self.map.len() >= self.sweep_at {
            self.map.retain(|_, value| value.strong_count() > 0);
            self.sweep_at = (2 * self.map.len()).max(LEAST_SWEEP);
        }
    }
}

/// The waves and loop tails that are in memory, by sample.
#[derive(Debug, Default)]
pub(crate) struct WaveCache {
    waves: Shared<u16, WaveData>,
    tails: Shared<(u16, LoopPoints), LoopTail>,
    /// Where the larger ones lie.
    blocks: Arc<Blocks>,
}

/// Reads the waves of one instrument.
pub(crate) struct Download<'a> {
    bank: &'a Bank,
    /// What this instrument has so far; `Err` for a sample that cannot play.
    waves: BTreeMap<u16, Result<Arc<WaveData>, SampleFault>>,
    tails: BTreeMap<(u16, LoopPoints), Arc<LoopTail>>,
    bytes: u64,
    buffer: ReadBuffer,
    warnings: Vec<BankWarning>,
}

/// Why a wave is not there: the whole download fails, or only what uses this sample.
enum WaveError {
    Bank(BankError),
    Sample(SampleFault),
}

impl<'a> Download<'a> {
    pub(crate) fn new(bank: &'a Bank) -> Self {
        Self {
            bank,
            waves: BTreeMap::new(),
            tails: BTreeMap::new(),
            bytes: 0,
            buffer: ReadBuffer::default(),
            warnings: Vec::new(),
        }
    }

    /// The instrument of a preset with these regions.
    pub(crate) fn instrument(
        mut self,
        preset: Option<PresetIndex>,
        regions: Vec<Region>,
    ) -> Result<Instrument, BankError> {
        self.read_together(&regions)?;
        let mut kept = Vec::with_capacity(regions.len());
        let mut samples = Vec::with_capacity(regions.len());
        for region in regions {
            if let Some(sample) = self.region_sample(&region)? {
                kept.push(region);
                samples.push(sample);
            }
        }
        let limit = self.bank.limits().lookup_entries;
        let map = RegionMap::new(kept, limit).map_err(|_| BankError::Limit {
            what: "entries of one preset's lookup",
            limit: limit as u64,
            got: limit as u64 + 1,
        })?;
        Ok(Instrument {
            bank: self.bank.id(),
            preset,
            map,
            others: Vec::new(),
            samples,
            waves: self.waves.into_values().filter_map(Result::ok).collect(),
            tails: self.tails.into_values().collect(),
            warnings: self.warnings,
        })
    }

    /// How many points a sample has, found by reading it.
    pub(crate) fn len_of(
        &mut self,
        sample: &Sample,
    ) -> Result<Result<u32, SampleFault>, BankError> {
        match self.read(sample) {
            Ok(wave) => Ok(Ok(wave.len())),
            Err(WaveError::Sample(fault)) => Ok(Err(fault)),
            Err(WaveError::Bank(error)) => Err(error),
        }
    }

    /// What a region reads; `None` when it cannot sound.
    fn region_sample(&mut self, region: &Region) -> Result<Option<RegionSample>, BankError> {
        let index = region.sample;
        // Tables are read only when every index is in range.
        let Some(sample) = self.bank.samples().get(usize::from(index)) else { return Ok(None) };
        let Some(wave) = self.wave(index, sample)? else { return Ok(None) };
        let points = PlayPoints::of(region, sample, wave.len());
        let Some(PlayPoints { start, end, looped }) = points else {
            let sample = u32::from(index);
            self.warn(BankWarning::NothingToPlay { sample });
            return Ok(None);
        };
        let looped = match looped {
            Some(points) => {
                let mode = region.loop_mode();
                Some(RegionLoop { mode, points, tail: self.tail(index, &wave, points)? })
            }
            None => None,
        };
        Ok(Some(RegionSample {
            wave,
            start,
            end,
            looped,
            root_key: region.overriding_root_key().unwrap_or(sample.root_key),
            correction: sample.correction,
            rate: sample.rate,
        }))
    }

    fn warn(&mut self, warning: BankWarning) {
        if self.warnings.len() < self.bank.limits().warnings && !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    fn wave(&mut self, index: u16, sample: &Sample) -> Result<Option<Arc<WaveData>>, BankError> {
        if let Some(known) = self.waves.get(&index) {
            return Ok(known.as_ref().ok().map(Arc::clone));
        }
        let bank = self.bank;
        let wave = bank.cache().waves.get_or_make(index, || self.read(sample));
        let wave = match wave {
            Ok(wave) => Ok(wave),
            Err(WaveError::Bank(error)) => return Err(error),
            Err(WaveError::Sample(fault)) => {
                let sample = u32::from(index);
                self.warn(BankWarning::SampleUnusable { sample, fault });
                Err(fault)
            }
        };
        if let Ok(wave) = &wave {
            self.bytes += wave.bytes() as u64;
            self.check_bytes(0)?;
        }
        let known = wave.as_ref().ok().map(Arc::clone);
        self.waves.insert(index, wave);
        Ok(known)
    }

    fn tail(
        &mut self,
        index: u16,
        wave: &WaveData,
        points: LoopPoints,
    ) -> Result<Arc<LoopTail>, BankError> {
        if let Some(tail) = self.tails.get(&(index, points)) {
            return Ok(Arc::clone(tail));
        }
        let make = || Ok::<_, BankError>(LoopTail::new(wave, points));
        let tail = self.bank.cache().tails.get_or_make((index, points), make)?;
        self.bytes += tail.bytes() as u64;
        self.check_bytes(0)?;
        self.tails.insert((index, points), Arc::clone(&tail));
        Ok(tail)
    }

    /// Checks that this many more bytes are inside the limit, before they are allocated where possible.
    fn check_bytes(&self, more: u64) -> Result<(), BankError> {
        let (limit, got) = (self.bank.limits().instrument_bytes, self.bytes + more);
        if got > limit {
            return Err(BankError::Limit { what: "bytes of one instrument", limit, got });
        }
        Ok(())
    }

    /// Reads the waves that are not in memory yet into blocks, if they are many bytes.
    ///
    /// Only plain 16-bit points are known in size before they are read; the others are left alone.
    fn read_together(&mut self, regions: &[Region]) -> Result<(), BankError> {
        let (bank, Some(smpl)) = (self.bank, self.bank.smpl()) else { return Ok(()) };
        if bank.sm24().is_some() {
            return Ok(());
        }
        let indices: BTreeSet<u16> = regions.iter().map(|region| region.sample).collect();
        let missing = indices.into_iter().filter(|index| bank.cache().waves.get(*index).is_none());
        let plain = |index: u16| {
            let sample = bank.samples().get(usize::from(index))?;
            match sample.location {
                SampleLocation::Points { start, end } if sample.fault.is_none() => {
                    let (start, len) = (u64::from(start), u64::from(end - start));
                    Some((index, part(smpl, 2 * start, 2 * len)))
                }
                _ => None,
            }
        };
        let (indices, spans): (Vec<u16>, Vec<Span>) = missing.filter_map(plain).unzip();
        let bytes = spans.iter().map(|span| WaveData::bytes_of(span.len / 2, 2)).sum();
        if bytes < LEAST_BYTES {
            return Ok(());
        }
        self.check_bytes(bytes)?;
        let waves = read_waves(bank.source(), &spans, &bank.cache().blocks)?;
        for (index, wave) in indices.into_iter().zip(waves) {
            let wave = bank.cache().waves.get_or_make(index, || Ok::<_, BankError>(wave))?;
            self.bytes += wave.bytes() as u64;
            self.waves.insert(index, Ok(wave));
        }
        Ok(())
    }

    /// Reads the points of a sample.
    fn read(&mut self, sample: &Sample) -> Result<WaveData, WaveError> {
        if let Some(fault) = sample.fault {
            return Err(WaveError::Sample(fault));
        }
        let Some(smpl) = self.bank.smpl() else {
            return Err(WaveError::Sample(SampleFault::Outside { end: 0, len: 0 }));
        };
        match sample.location {
            SampleLocation::Points { start, end } => {
                let len = end - start;
                let sm24 = self.bank.sm24();
                let point_bytes = if sm24.is_some() { 4 } else { 2 };
                self.check_bytes(WaveData::bytes_of(u64::from(len), point_bytes))
                    .map_err(WaveError::Bank)?;
                let spans = PcmSpans {
                    smpl: part(smpl, 2 * u64::from(start), 2 * u64::from(len)),
                    sm24: sm24.map(|span| part(span, u64::from(start), u64::from(len))),
                };
                read_pcm(self.bank.source(), spans, len, &mut self.buffer)
                    .map_err(|error| WaveError::Bank(error.into()))
            }
            SampleLocation::Stream { start, end } => {
                let span = part(smpl, u64::from(start), u64::from(end - start));
                self.check_bytes(span.len).map_err(WaveError::Bank)?;
                let stream = read_bytes(self.bank.source(), span)
                    .map_err(|error| WaveError::Bank(error.into()))?;
                let points = vorbis::decode(stream, self.bank.limits().decoded_points);
                points.map_err(WaveError::Sample).map(|points| WaveData::from_points(&points))
            }
            SampleLocation::Rom { .. } => Err(WaveError::Sample(SampleFault::Rom)),
        }
    }
}

fn part(span: Span, offset: u64, len: u64) -> Span {
    Span { offset: span.offset + offset, len }
}
