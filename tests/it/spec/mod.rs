//! The SoundFont standard, clause by clause, as the native engine plays it.
//!
//! Test names carry the clause: this folder is the conformance matrix.

mod envelope;
mod filter;
mod generator;
mod lfo;
mod modulator;
mod sample;
