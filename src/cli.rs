//! Arguments in, printing and exit codes out.

mod args;
mod bank;
#[cfg(any(feature = "audio", feature = "midi"))]
mod devices;
mod inspect;
mod interrupt;
mod keys;
#[cfg(any(feature = "midi", feature = "jack"))]
mod live;
mod output;
mod play;
mod progress;
mod render;
mod report;
mod screen;
mod song;
mod words;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use args::{Cli, Command};

/// How a command ended, when it ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The job was done.
    Done,
    /// Somebody stopped it first.
    Interrupted,
}

/// Arguments that are each right and together wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0} (see --help)")]
struct Usage(String);

/// Wrong usage.
const USAGE: u8 = 2;
/// Stopped by Ctrl-C, as shells report it.
const INTERRUPTED: u8 = 130;

/// Runs the program with these arguments, its own name first.
pub(crate) fn run(args: Vec<OsString>) -> ExitCode {
    quiet_caught_panics();
    if let Some(command) = args.get(1).and_then(|arg| meant_command(arg)) {
        let got = args[1].to_string_lossy();
        screen::complain(&format!(
            "no command and no file is named `{got}`; did you mean `{command}`?"
        ));
        return ExitCode::from(USAGE);
    }
    let cli = match Cli::try_parse_from(with_default_command(args)) {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    let outcome = match cli.command {
        Command::Play(args) => play::run(args),
        Command::Render(args) => render::run(args),
        #[cfg(any(feature = "midi", feature = "jack"))]
        Command::Live(args) => live::run(args),
        #[cfg(any(feature = "audio", feature = "midi"))]
        Command::Devices(args) => devices::run(&args),
        Command::Bank(command) => inspect::run(&command),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(error) => {
            screen::complain(&screen::chain(&error));
            if error.is::<Usage>() { ExitCode::from(USAGE) } else { ExitCode::FAILURE }
        }
    }
}

/// So many letters wrong, and a command is still recognized.
const NEAR: usize = 2;

/// The command that is meant by a word which is neither one nor a file.
fn meant_command(word: &OsStr) -> Option<String> {
    let text = word.to_str().filter(|text| text.chars().all(|c| c.is_ascii_alphabetic()))?;
    if Path::new(word).exists() || args::command_names().any(|name| name == text) || text == "help"
    {
        return None;
    }
    let distance = |name: &String| strsim::damerau_levenshtein(name, text);
    let nearest = args::command_names().min_by_key(distance)?;
    (distance(&nearest) <= NEAR.min(nearest.len() - 2)).then_some(nearest)
}

/// Plain file arguments mean `play`.
fn with_default_command(mut args: Vec<OsString>) -> Vec<OsString> {
    let is_own = |arg: &OsStr| {
        let text = arg.to_string_lossy();
        args::command_names().any(|name| name == text)
            || matches!(&*text, "help" | "-h" | "--help" | "-V" | "--version")
    };
    if args.get(1).is_some_and(|arg| !is_own(arg)) {
        args.insert(1, "play".into());
    }
    args
}

/// Prints help as it is, and what is wrong with the arguments in one line.
fn explain(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Whoever reads may have seen enough.
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            screen::put_err(&error.to_string());
        }
        _ => {
            let text = error.to_string();
            let what = text.split("\n\nUsage:").next().unwrap_or_default().lines();
            let what = what.filter(|line| !line.starts_with("For more information"));
            let what: Vec<_> = what.flat_map(str::split_ascii_whitespace).collect();
            let what = what.join(" ");
            screen::complain(&format!("{} (see --help)", what.trim_start_matches("error: ")));
        }
    }
    ExitCode::from(USAGE)
}

/// Keeps the panics of the reference synthesizer and of the sample decoder, which are caught and reported, off the
/// screen.
fn quiet_caught_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let file = info.location().map(|location| location.file()).unwrap_or_default();
        if !["rustysynth", "symphonia"].iter().any(|name| file.contains(name)) {
            usual(info);
        }
    }));
}
