//! Which regions sound for a key and a velocity, without a search.

use std::collections::HashMap;

use crate::bank::{MidiRange, Region};

const VALUES: usize = MidiRange::MAX as usize + 1;

/// The regions of a preset, found by key and velocity in constant time.
///
/// Keys that have the same regions share a row; a row has, for each velocity, where its list of regions
/// lies. Lists keep the order of the file: preset zones first to last, in each the instrument's zones.
#[derive(Debug, Clone)]
pub struct RegionMap {
    regions: Vec<Region>,
    row_of_key: [u8; VALUES],
    rows: Vec<[List; VALUES]>,
    /// The lists, one after the other.
    pool: Vec<u16>,
}

#[derive(Debug, Clone, Copy, Default)]
struct List {
    start: u32,
    len: u32,
}

/// More entries than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LookupTooLarge;

impl RegionMap {
    /// The map of at most 65,536 regions, with at most `limit` entries in its lists.
    pub(crate) fn new(regions: Vec<Region>, limit: usize) -> Result<Self, LookupTooLarge> {
        if regions.len() > usize::from(u16::MAX) + 1 {
            return Err(LookupTooLarge);
        }
        let mut map = Self { regions, row_of_key: [0; VALUES], rows: Vec::new(), pool: Vec::new() };
        let mut lists = HashMap::new();
        let edges = edges(map.regions.iter().map(|region| region.keys));
        for keys in edges.windows(2) {
            let row = map.row(keys[0], limit, &mut lists)?;
            map.rows.push(row);
            // There are at most 128 different keys, hence rows.
            let index = (map.rows.len() - 1) as u8;
            map.row_of_key[usize::from(keys[0])..usize::from(keys[1])].fill(index);
        }
        Ok(map)
    }

    /// The indices of the regions that sound, in the order of the file.
    ///
    /// `key` and `velocity` are 0 to 127; only their low seven bits count.
    ///
    /// # Thread
    ///
    /// Audio thread. O(1), whatever the size of the bank. No allocation.
    pub fn at(&self, key: u8, velocity: u8) -> &[u16] {
        let row = self.row_of_key[usize::from(key & MidiRange::MAX)];
        let Some(row) = self.rows.get(usize::from(row)) else { return &[] };
        let List { start, len } = row[usize::from(velocity & MidiRange::MAX)];
        self.pool.get(start as usize..(start + len) as usize).unwrap_or_default()
    }

    /// The regions, in the order of the file.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The lists of all velocities for one key.
    fn row(
        &mut self,
        key: u8,
        limit: usize,
        lists: &mut HashMap<Vec<u16>, List>,
    ) -> Result<[List; VALUES], LookupTooLarge> {
        // The constructor has checked that the indices fit.
        let sounding: Vec<(u16, MidiRange)> = (0..=u16::MAX)
            .zip(&self.regions)
            .filter(|(_, region)| region.keys.contains(key))
            .map(|(index, region)| (index, region.velocities))
            .collect();
        let mut row = [List::default(); VALUES];
        for velocities in edges(sounding.iter().map(|(_, range)| *range)).windows(2) {
            let list: Vec<u16> = sounding
                .iter()
                .filter(|(_, range)| range.contains(velocities[0]))
                .map(|(index, _)| *index)
                .collect();
            let place = match lists.get(&list) {
                Some(place) => *place,
                None => {
                    if self.pool.len() + list.len() > limit {
                        return Err(LookupTooLarge);
                    }
                    // The limit on entries keeps both in range.
                    let place = List { start: self.pool.len() as u32, len: list.len() as u32 };
                    self.pool.extend(&list);
                    lists.insert(list, place);
                    place
                }
            };
            row[usize::from(velocities[0])..usize::from(velocities[1])].fill(place);
        }
        Ok(row)
    }
}

/// Where ranges begin, where they have ended, 0 and 128, in order and each once.
fn edges(ranges: impl Iterator<Item = MidiRange>) -> Vec<u8> {
    let mut is_edge = [false; VALUES + 1];
    (is_edge[0], is_edge[VALUES]) = (true, true);
    for range in ranges {
        is_edge[usize::from(range.low)] = true;
        is_edge[usize::from(range.high) + 1] = true;
    }
    (0..=128).filter(|&edge| is_edge[usize::from(edge)]).collect()
}
