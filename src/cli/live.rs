//! `portative live`.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use portative::io::{Config, InputChange, InputRequest, MidiInputs, MidiSystemName};
use portative::port::SynthPort;
use portative::time::SampleRate;

use super::args::LiveArgs;
use super::bank::Sound;
use super::keys::{Key, Keys};
use super::output::{FilePace, Lifeline, Output, OutputName};
use super::progress::Meter;
use super::{Outcome, interrupt, render, screen};

/// The rate of outputs that have none.
const RATE: u32 = 48_000;
/// How often the screen is brought up to date and the device looked after.
const TICK: Duration = Duration::from_millis(100);
/// Ticks between two looks for new keyboards.
const TICKS_TO_POLL: u32 = 10;

pub(super) fn run(args: LiveArgs) -> Result<Outcome> {
    interrupt::watch()?;
    let config = Config::load()?;
    let name = OutputName::choose(args.output, &config)?;
    let sound = Sound::choose(&args.sound, Vec::new(), &config)?.for_output(&name);
    let rate = SampleRate::new(RATE).context("no rate")?;
    let encoder = render::encoder(args.encoding);
    let keys = Keys::new();
    let output = Output::open(&name, rate, encoder, FilePace::RealTime)?;
    let rate = output.sink.format().sample_rate.hz();
    let (port, on_demand) = sound.open_port_on_demand(rate)?;
    port.connect(output.sink)?;
    let virtual_name = args.virtual_name.clone();
    let wanted = args.inputs.clone();
    let request = InputRequest { names: args.inputs, virtual_name: args.virtual_name };
    let (inputs, changes) =
        MidiInputs::open(&port, request).map_err(|error| anyhow!("{error}; {}", error.remedy()))?;
    let mut live = Live {
        port,
        inputs,
        lifeline: output.lifeline,
        keys,
        meter: Meter::new(args.sound.quiet),
        quiet: args.sound.quiet,
    };
    live.say(&format!("playing on {}; q or Ctrl-C ends", output.description));
    if let Some(name) = virtual_name {
        live.say(&format!("other programs connect to the MIDI input `{name}`"));
    } else if changes.is_empty() {
        let offered = live.inputs.offered();
        live.say(&nothing_yet(&wanted, &offered));
    }
    live.tell(changes);
    let outcome = live.play();
    // First the inputs, which let go of what is held, and what brings instruments; then the port.
    drop(live.inputs);
    drop(on_demand);
    live.port.close()?;
    outcome
}

/// What is said when there is nothing to listen to, of what there is.
fn nothing_yet(wanted: &[String], offered: &[(MidiSystemName, String)]) -> String {
    let offered: Vec<_> =
        offered.iter().map(|(system, name)| format!("`{name}` ({system})")).collect();
    let offered = offered.join(", ");
    let nothing = match wanted {
        [] => "no keyboard yet; plug one in".to_owned(),
        names => format!("no input has `{}` in its name yet", names.join("` or `")),
    };
    match (wanted, &*offered) {
        (_, "") => format!("{nothing}; nothing sends MIDI here now"),
        ([], _) => format!("{nothing}, or name one of these with --input: {offered}"),
        _ => format!("{nothing}; there is: {offered}"),
    }
}

/// A port, the keyboards that play it, and what needs a look now and then.
struct Live {
    port: Arc<SynthPort>,
    inputs: MidiInputs,
    lifeline: Lifeline,
    keys: Keys,
    meter: Meter,
    quiet: bool,
}

impl Live {
    fn play(&mut self) -> Result<Outcome> {
        for tick in 1_u32.. {
            if interrupt::requested() {
                break;
            }
            if let Some(news) = self.lifeline.look_after(&self.port)? {
                self.inputs.set_listening(!self.port.sink_lost());
                self.say(news);
            }
            if tick % TICKS_TO_POLL == 0 {
                let changes = self.inputs.poll(&self.port);
                self.tell(changes);
            }
            self.meter.show(&self.port.stats()?, self.activity());
            if matches!(self.keys.wait(TICK), Some(Key::Quit | Key::Interrupt)) {
                break;
            }
        }
        self.meter.clear();
        Ok(Outcome::Done)
    }

    /// What has come in, by input.
    fn activity(&self) -> String {
        let inputs = self.inputs.inputs();
        let each = inputs.iter().map(|input| {
            let lost =
                if input.lost > 0 { format!(", {} lost", input.lost) } else { String::new() };
            format!("{}: {} notes{lost}", input.name, input.notes)
        });
        each.collect::<Vec<_>>().join("  ")
    }

    fn tell(&self, changes: Vec<InputChange>) {
        for change in changes {
            match change {
                InputChange::Connected { system, name } => {
                    self.say(&format!("connected: {name} ({system})"));
                }
                InputChange::Disconnected { system, name } => {
                    self.say(&format!("gone: {name} ({system})"));
                }
                InputChange::Failed(error) | InputChange::SystemLost(error) => {
                    self.say(&format!("portative: {error}; {}", error.remedy()));
                }
                _ => {}
            }
        }
    }

    /// Says something in a line of its own.
    fn say(&self, text: &str) {
        if !self.quiet {
            self.meter.aside(|| screen::say(text));
        }
    }
}
