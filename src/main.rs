//! The command line program.
//!
//! It uses only the library's public API. What it prints for people goes to standard error; standard
//! output is for audio and for what `--json` asks for.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(std::env::args_os().collect())
}
