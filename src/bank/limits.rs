//! How much a bank may ask for.

/// Limits that hold whatever a file says. Going past one is [`BankError::Limit`].
///
/// The defaults let every bank in use pass and keep a hostile file from taking the machine.
///
/// [`BankError::Limit`]: crate::bank::BankError::Limit
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one table, or of one text of the `INFO` list.
    pub table_bytes: u64,
    /// Regions of one preset.
    pub regions: usize,
    /// Pairs of a preset's and an instrument's zone that are looked at for one preset.
    pub zone_pairs: usize,
    /// Modulators of all regions of one preset together, equal lists counted once.
    pub modulators: usize,
    /// Entries of one preset's key and velocity lookup.
    pub lookup_entries: usize,
    /// Bytes of the waves of one instrument in memory.
    pub instrument_bytes: u64,
    /// Data points that one compressed sample may decode to.
    pub decoded_points: usize,
    /// Warnings that are kept; later ones are only counted.
    pub warnings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            table_bytes: 16 << 20,
            regions: 16_384,
            zone_pairs: 4 << 20,
            modulators: 1 << 20,
            lookup_entries: 4 << 20,
            instrument_bytes: 2 << 30,
            // Twenty minutes at 48 kHz.
            decoded_points: 20 * 60 * 48_000,
            warnings: 10_000,
        }
    }
}
