//! The bank of the house: General MIDI from sines and chance, small enough to live inside the
//! program.
//!
//! Nothing is recorded. Tones are sums of partials (`tone`), drums are falling sines and noise
//! (`struck`), and all arithmetic is exact everywhere (`math`), so that the same source gives the
//! same file on every machine. The modules named after families of instruments make the waves and
//! say how they are played; `presets.txt` says which of them each program of General MIDI uses, and
//! how changed.

mod math;
mod wave;
mod tone;
mod part;
mod sampled;
mod keyboards;
mod mallets;
mod plucked;
mod bowed;
mod winds;
mod synths;
mod struck;
mod kit;
mod preset;
mod bank;

pub(crate) use bank::sound_font;
