//! The table of presets, `presets.txt`, read into zones.
//!
//! A line is `bank:program name | layer + layer`, where a layer is an instrument and what is added
//! to its generators, in their own units; `quiet`, in decibels, is the one exception.

use portative::bank::Generator;
use portative::bank::write::{Preset, Zone};

/// A line of the table that says something else than it should.
#[derive(Debug, thiserror::Error)]
#[error("presets.txt, line {line}: {what}: `{text}`")]
pub(crate) struct TableError {
    line: usize,
    what: &'static str,
    text: String,
}

/// The short names of generators in the table.
const WORDS: [(&str, Generator); 23] = [
    ("vibrato", Generator::VibLfoToPitch),
    ("vibrato-rate", Generator::FreqVibLfo),
    ("vibrato-delay", Generator::DelayVibLfo),
    ("sweep", Generator::ModEnvToPitch),
    ("fc", Generator::InitialFilterFc),
    ("q", Generator::InitialFilterQ),
    ("env-fc", Generator::ModEnvToFilterFc),
    ("env-attack", Generator::AttackModEnv),
    ("env-decay", Generator::DecayModEnv),
    ("env-sustain", Generator::SustainModEnv),
    ("lfo-fc", Generator::ModLfoToFilterFc),
    ("lfo-pitch", Generator::ModLfoToPitch),
    ("lfo-volume", Generator::ModLfoToVolume),
    ("lfo-rate", Generator::FreqModLfo),
    ("chorus", Generator::ChorusEffectsSend),
    ("reverb", Generator::ReverbEffectsSend),
    ("pan", Generator::Pan),
    ("attack", Generator::AttackVolEnv),
    ("decay", Generator::DecayVolEnv),
    ("sustain", Generator::SustainVolEnv),
    ("release", Generator::ReleaseVolEnv),
    ("up", Generator::CoarseTune),
    ("fine", Generator::FineTune),
];

/// The generator units of one decibel of attenuation.
///
/// Synthesizers take 0.4 of what a bank asks for, as the chip did that the standard was made for.
pub(crate) const PER_DECIBEL: f64 = 25.0;

/// The presets of a table whose layers name `instruments`.
///
/// # Errors
///
/// [`TableError`] for the first line that cannot be read.
pub(crate) fn read(table: &str, instruments: &[&str]) -> Result<Vec<Preset>, TableError> {
    let lines = table.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line)| {
            preset(line, instruments).map_err(|(what, text)| TableError {
                line: number,
                what,
                text: text.to_owned(),
            })
        })
        .collect()
}

/// What is wrong, and the words that are.
type Wrong<'a> = (&'static str, &'a str);

fn preset<'a>(line: &'a str, instruments: &[&str]) -> Result<Preset, Wrong<'a>> {
    let (head, layers) = line.split_once('|').ok_or(("expected `head | layers`", line))?;
    let (place, name) =
        head.trim().split_once(' ').ok_or(("expected `bank:program name`", head))?;
    let (bank, program) = place.split_once(':').ok_or(("expected `bank:program`", place))?;
    let bank = bank.parse().map_err(|_| ("expected a number", bank))?;
    let program = program.parse().map_err(|_| ("expected a number", program))?;
    let mut preset = Preset::new(name.trim(), bank, program);
    for words in layers.split('+') {
        preset = preset.zone(layer(words.trim(), instruments)?);
    }
    Ok(preset)
}

fn layer<'a>(text: &'a str, instruments: &[&str]) -> Result<Zone, Wrong<'a>> {
    let at = text.find(',').unwrap_or(text.len());
    let (name, tweaks) = text.split_at(at);
    let place = instruments.iter().position(|instrument| *instrument == name.trim());
    let place = place.ok_or(("no such instrument", name))?;
    let mut zone = Zone::new();
    for tweak in tweaks.split(',').map(str::trim).filter(|tweak| !tweak.is_empty()) {
        let (word, amount) = tweak.split_once(' ').ok_or(("expected `word amount`", tweak))?;
        let amount: f64 = amount.trim().parse().map_err(|_| ("expected a number", amount))?;
        let (generator, amount) = if word == "quiet" {
            (Generator::InitialAttenuation, amount * PER_DECIBEL)
        } else {
            let found = WORDS.iter().find(|(known, _)| *known == word);
            (found.ok_or(("no such word", word))?.1, amount)
        };
        zone = zone.set(generator, amount.round() as i16);
    }
    Ok(zone.instrument(place as u16))
}
