//! Where the library meets the operating system: files, devices, threads, clocks, the user's configuration.
//!
//! Everything else runs in a unit test; what cannot is here.

pub mod clock;
pub mod bank_search;
pub mod config;
pub mod file;
pub mod offline;
pub mod player;
pub mod thread_sink;
pub mod wave_file;
