//! The native engine beyond the bank standard: bits, frames, notes, clicks, limits.

mod bits;
mod click;
mod note;
mod wild;
