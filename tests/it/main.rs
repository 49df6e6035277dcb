//! Tests that need only the public API, in one binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

mod arithmetic;
mod clip;
mod contract;
mod downloads;
mod game_scores;
mod house;
mod native;
mod port;
mod sequence;
mod smf;
mod smf_laws;
mod spec;
mod stream;
mod support;
mod tidy;
mod waves;
mod words;
mod bank;
