//! The SoundFont standard, clause by clause, as the native engine plays it.
//!
//! Test names carry the clause: this folder is the conformance matrix. Tests that say "through the port" know
//! nothing of the engine but its public interface, and take their numbers from the standard alone.

mod attenuation;
mod contour;
mod course;
mod delay;
mod envelope;
mod exclusive;
mod filter;
mod generator;
mod lfo;
mod members;
mod modulator;
mod oscillation;
mod per_note;
mod performance;
mod reading;
mod response;
mod rhythm;
mod sample;
mod sends;
mod source;
mod superseding;
mod support;
mod temperament;
mod timing;
mod tuning;
mod voices;
mod zones;
mod parameters;
mod sound_controllers;
mod modes;
mod orders;
