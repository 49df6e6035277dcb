//! `portative devices`.

use std::fmt::{Result as Written, Write};

use anyhow::Result;
use portative::io::{
    AudioHostReport, AudioOutputReport, MidiPortReport, MidiSystemReport, Problem, devices,
};

use super::args::DevicesArgs;
use super::{Outcome, screen};

pub(super) fn run(args: &DevicesArgs) -> Result<Outcome> {
    let found = devices();
    let mut text = String::new();
    if args.json {
        text = screen::json(&found)?;
    } else {
        found.audio.iter().try_for_each(|host| write_host(&mut text, host))?;
        found.midi.iter().try_for_each(|system| write_system(&mut text, system))?;
        text = screen::visible_lines(&text);
    }
    screen::put_out(&text)?;
    Ok(Outcome::Done)
}

fn write_host(text: &mut String, host: &AudioHostReport) -> Written {
    let default = if host.is_default { " (default)" } else { "" };
    writeln!(text, "Audio, {}{default}", host.host)?;
    host.outputs.iter().try_for_each(|output| write_output(text, output))?;
    write_problem(text, host.problem.as_ref())
}

fn write_output(text: &mut String, output: &AudioOutputReport) -> Written {
    let default = if output.is_default { "* " } else { "  " };
    writeln!(text, "  {default}{}  {}", output.id, output.name)?;
    let Some(formats) = &output.formats else { return Ok(()) };
    let (least, most) = formats.sample_rate;
    let rates = if least == most { format!("{least}") } else { format!("{least} to {most}") };
    let (channels, points) = (formats.audio_channels, formats.sample_formats.join(" "));
    writeln!(text, "      {rates} Hz, up to {channels} channels, {points}")
}

fn write_system(text: &mut String, system: &MidiSystemReport) -> Written {
    writeln!(text, "MIDI, {}", system.system)?;
    for (what, ports) in [("in ", &system.inputs), ("out", &system.outputs)] {
        for MidiPortReport { name, .. } in ports {
            writeln!(text, "    {what}  {name}")?;
        }
    }
    if system.inputs.is_empty() && system.problem.is_none() {
        writeln!(text, "    no inputs; plug a keyboard in")?;
    }
    write_problem(text, system.problem.as_ref())
}

fn write_problem(text: &mut String, problem: Option<&Problem>) -> Written {
    let Some(Problem { what, remedy, .. }) = problem else { return Ok(()) };
    writeln!(text, "  ! {what}\n    {remedy}")
}
