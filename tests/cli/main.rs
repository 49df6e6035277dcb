//! The program as people run it: what it writes, what it says, how it exits.
//!
//! - `desk`: a directory to work in and how the program is run there.
//! - `works`, `banks`: what it does.
//! - `inputs`: pipes, devices and directories in the place of files.
//! - `refused`: what it does not do, and what it says then.
//! - `terminal`: what it prints of what it is given.
//! - `interrupted`: what is left when it is stopped.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod desk;

mod banks;
#[cfg(unix)]
mod interrupted;
#[cfg(unix)]
mod inputs;
mod refused;
mod terminal;
mod works;
