//! The native engine beyond the bank standard: bits, frames, notes, clicks, limits.

mod bits;
mod casting;
mod chart;
mod click;
mod delay;
mod downloads;
mod echo;
mod effects;
mod moved;
mod note;
mod together;
mod wild;
