//! `portative devices`.

use anyhow::Result;
use portative::io::{
    AudioHostReport, AudioOutputReport, MidiPortReport, MidiSystemReport, Problem, devices,
};

use super::Outcome;
use super::args::DevicesArgs;

pub(super) fn run(args: &DevicesArgs) -> Result<Outcome> {
    let found = devices();
    if args.json {
        println!("{}", serde_json::to_string_pretty(&found)?);
        return Ok(Outcome::Done);
    }
    for host in &found.audio {
        print_host(host);
    }
    for system in &found.midi {
        print_system(system);
    }
    Ok(Outcome::Done)
}

fn print_host(host: &AudioHostReport) {
    let default = if host.is_default { " (default)" } else { "" };
    println!("Audio, {}{default}", host.host);
    host.outputs.iter().for_each(print_output);
    print_problem(host.problem.as_ref());
}

fn print_output(output: &AudioOutputReport) {
    let default = if output.is_default { "* " } else { "  " };
    println!("  {default}{}  {}", output.id, output.name);
    if let Some(formats) = &output.formats {
        let (least, most) = formats.sample_rate;
        let rates = if least == most { format!("{least}") } else { format!("{least} to {most}") };
        println!(
            "      {rates} Hz, up to {} channels, {}",
            formats.audio_channels,
            formats.sample_formats.join(" ")
        );
    }
}

fn print_system(system: &MidiSystemReport) {
    println!("MIDI, {}", system.system);
    for (what, ports) in [("in ", &system.inputs), ("out", &system.outputs)] {
        ports.iter().for_each(|MidiPortReport { name, .. }| println!("    {what}  {name}"));
    }
    if system.inputs.is_empty() && system.problem.is_none() {
        println!("    no inputs; plug a keyboard in");
    }
    print_problem(system.problem.as_ref());
}

fn print_problem(problem: Option<&Problem>) {
    if let Some(Problem { what, remedy, .. }) = problem {
        println!("  ! {what}\n    {remedy}");
    }
}
