//! `portative bank`: what a bank holds and what is odd in it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use portative::Bank;
use portative::bank::{BankReport, LintReport, PresetIndex, PresetReport, SampleCounts, Stack};
use portative::engine::Engine;
use portative::engine::native::Native;
use portative::time::SampleRate;
use serde::Serialize;

use super::args::BankCommand;
use super::bank::{self, Missing};
use super::song::{self, Song};
use super::{Outcome, screen};

pub(super) fn run(command: &BankCommand) -> Result<Outcome> {
    let text = match command {
        BankCommand::Info(args) => text_of(args.json, &Bank::open(&args.file)?.report(), info)?,
        BankCommand::Presets(args) => {
            let bank = Bank::open(&args.file)?;
            let presets = presets(&bank).with_context(|| args.file.display().to_string())?;
            text_of(args.json, &presets, |presets| presets.iter().map(preset_line).collect())?
        }
        BankCommand::Lint(args) => {
            let bank = Bank::open(&args.file.file)?;
            let report = if args.tables_only { Ok(bank.lint()) } else { bank.lint_waves() };
            let report = report.with_context(|| args.file.file.display().to_string())?;
            let missing = args.song.as_deref().map(|song| missing(bank, song)).transpose()?;
            let report = Lint { bank: report, missing };
            text_of(args.file.json, &report, |report| lint(report, args.all))?
        }
    };
    screen::put_out(&text)?;
    Ok(Outcome::Done)
}

/// The presets by bank and program number.
fn presets(bank: &Bank) -> Result<Vec<PresetReport>> {
    let indices = (0..).take(bank.presets().len()).map(PresetIndex);
    let mut presets =
        indices.map(|index| bank.preset_report(index)).collect::<Result<Vec<_>, _>>()?;
    presets.sort_by_key(|preset| (preset.bank, preset.program));
    Ok(presets)
}

/// The report as JSON or as text for people.
fn text_of<T: Serialize>(
    json: bool,
    report: &T,
    text: impl FnOnce(&T) -> String,
) -> Result<String> {
    if json {
        return screen::json(report);
    }
    Ok(screen::visible_lines(&text(report)))
}

fn info(report: &BankReport) -> String {
    let info = &report.info;
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut rows = vec![
        ("Name", info.name.clone()),
        ("Version", format!("{}.{:02}", info.version.major, info.version.minor)),
        ("Made for", info.engine.clone()),
        ("ROM", optional(&info.rom)),
        ("Date", optional(&info.date)),
        ("Engineer", optional(&info.engineer)),
        ("Product", optional(&info.product)),
        ("Copyright", optional(&info.copyright)),
        ("Comment", optional(&info.comment)),
        ("Tool", optional(&info.tool)),
        ("Presets", report.presets.to_string()),
        ("Instruments", report.instruments.to_string()),
        ("Samples", samples(report.samples)),
        ("File", megabytes(report.file_bytes)),
        ("In memory", megabytes(report.memory_bytes)),
    ];
    if report.warnings > 0 {
        rows.push(("Oddities", format!("{} (`portative bank lint` lists them)", report.warnings)));
    }
    rows.retain(|(_, value)| !value.trim().is_empty());
    let row = |(name, value): (&str, String)| {
        let value = value.trim().replace("\r\n", "\n").replace('\n', "\n            ");
        format!("{name:12}{value}\n")
    };
    rows.into_iter().map(row).collect()
}

/// How many there are of each kind that there is.
fn samples(counts: SampleCounts) -> String {
    let kinds = [
        (counts.pcm16, "16-bit"),
        (counts.pcm24, "24-bit"),
        (counts.compressed, "compressed"),
        (counts.unusable, "unusable"),
    ];
    let kinds = kinds.iter().filter(|(count, _)| *count > 0);
    kinds.map(|(count, kind)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ")
}

fn preset_line(preset: &PresetReport) -> String {
    let keys = preset.keys.map_or_else(String::new, |keys| format!("{}-{}", keys.low, keys.high));
    format!(
        "{:3}:{:<3}  {:20}  keys {keys:7}  {:5} regions  {:>9}\n",
        preset.bank,
        preset.program,
        preset.name,
        preset.regions,
        megabytes(preset.memory_bytes)
    )
}

/// What is odd in a bank, and what it lacks for a song.
#[derive(Serialize)]
struct Lint {
    #[serde(flatten)]
    bank: LintReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Vec<Missing>>,
}

/// What a song asks for and the bank does not have.
fn missing(bank: Bank, song: &Path) -> Result<Vec<Missing>> {
    let rate = SampleRate::new(RATE).context("no rate")?;
    let sequence = song::load(&Song::open(song)?, rate, true)?;
    let groups = *Native::default().capabilities().channel_groups.end();
    Ok(bank::missing(&Stack::new(vec![Arc::new(bank)]), &sequence, groups))
}

/// The rate at which a song is looked at; any will do.
const RATE: u32 = 48_000;
/// Oddities of one kind that are shown, unless all are.
const EXAMPLES: usize = 3;

fn lint(Lint { bank, missing }: &Lint, all: bool) -> String {
    let texts: Vec<_> = bank.findings.iter().map(|finding| finding.text.as_str()).collect();
    let (mut text, shown) = grouped(&texts, if all { usize::MAX } else { EXAMPLES });
    let count = texts.len() + bank.dropped;
    text += &match count {
        0 => "nothing odd".to_owned(),
        1 => "1 oddity".to_owned(),
        count => format!("{count} oddities"),
    };
    if shown < texts.len() {
        text.push_str("; --all shows each of them");
    } else if bank.dropped > 0 {
        text.push_str(&format!(", {} of them not shown", bank.dropped));
    }
    text.push('\n');
    if let Some(missing) = missing {
        text.extend(missing.iter().map(|missing| format!("{missing}\n")));
        text += &match missing.len() {
            0 => "the song has all that it asks for\n".to_owned(),
            count => format!("{count} missing for the song\n"),
        };
    }
    text
}

/// Texts by their kind in the order of the first of each, no more than `most` of one kind, and how many are
/// in it.
///
/// Texts are of one kind that differ in numbers only.
fn grouped(texts: &[&str], most: usize) -> (String, usize) {
    let mut kinds: Vec<Vec<&str>> = Vec::new();
    let mut places = HashMap::new();
    for text in texts {
        let place = *places.entry(without_numbers(text)).or_insert(kinds.len());
        if place == kinds.len() {
            kinds.push(Vec::new());
        }
        kinds[place].push(text);
    }
    let (mut out, mut shown) = (String::new(), 0);
    for kind in kinds {
        // One more takes no more room than to say so.
        let here = if kind.len() <= most.saturating_add(1) { kind.len() } else { most };
        kind[..here].iter().for_each(|text| out.extend([text, "\n"]));
        if here < kind.len() {
            out.push_str(&format!("    and {} more like that\n", kind.len() - here));
        }
        shown += here;
    }
    (out, shown)
}

/// The text with the same sign for every number.
fn without_numbers(text: &str) -> String {
    let words = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let sign = |word: &str| match word.as_bytes() {
        [b'0'..=b'9', .., last] if !last.is_ascii_alphanumeric() => {
            format!("#{}", char::from(*last))
        }
        [b'0'..=b'9', ..] => "#".to_owned(),
        _ => word.to_owned(),
    };
    words.map(sign).collect()
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
