//! The command line program.
//!
//! It uses only the library's public API. What it prints for people goes to standard error; standard
//! output is for audio and for what `--json` asks for.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is the part that prints")]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(std::env::args_os().collect())
}
