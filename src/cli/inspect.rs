//! `portative bank`: what a bank holds and what is odd in it.

use anyhow::{Context, Result};
use portative::Bank;
use portative::bank::{BankReport, LintReport, PresetIndex, PresetReport, SampleCounts};
use serde::Serialize;

use super::args::BankCommand;
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
            text_of(args.file.json, &report, lint)?
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

fn lint(report: &LintReport) -> String {
    let mut text: String =
        report.findings.iter().map(|finding| finding.text.clone() + "\n").collect();
    text += &match report.findings.len() + report.dropped {
        0 => "nothing odd\n".to_owned(),
        1 => "1 oddity\n".to_owned(),
        count if report.dropped > 0 => {
            format!("{count} oddities, {} of them not shown\n", report.dropped)
        }
        count => format!("{count} oddities\n"),
    };
    text
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
