//! SoundFont 2 files as they lie in memory: the nine tables of the `pdta` list, record by record.
//!
//! Not their meaning: what a zone gives a note is worked out in `resolve`. Indices that other records
//! depend on are checked when the tables are read, so later code may use them as they are.
//!
//! Source: SoundFont 2.04 sections 3 to 7 and 10.

pub mod record;
pub(crate) mod container;
pub(crate) mod info;
pub(crate) mod tables;
pub(crate) mod zone;
pub(crate) mod links;
pub(crate) mod check;
