//! The MIDI implementation chart, made from the tables by which messages are read.
//!
//! Not written by hand where a table exists: what the engine reads is what the chart says. A test holds the text in the
//! documentation equal to it.

use std::fmt::Write;

use super::channel::tables::{DRUM_NUMBERS, PART_NUMBERS, REGISTERED};
use super::drum_setup::DrumParameter;
use super::expression;
use super::sysex::Row;
use super::sysex::tables::{
    GS_CONTROL, GS_CONTROL_NAMES, GS_DRUM, GS_EFFECTS, GS_PART, GS_SYSTEM, SLOTS, UNIVERSAL,
    XG_DRUM, XG_EFFECTS, XG_PART, XG_SYSTEM,
};

/// Function, recognized, remarks.
type Line = (&'static str, bool, &'static str);

/// Channel messages, in the order of printed charts.
const MESSAGES: [Line; 14] = [
    ("Basic channel", true, "1 to 16 of each of up to 16 groups"),
    ("Mode", true, "3 and 4 (poly, mono); omni off and on end notes"),
    ("Note number", true, "0 to 127"),
    ("Note on velocity", true, "16 bits"),
    ("Note off velocity", false, ""),
    ("Aftertouch, key", true, "32 bits, as the bank's modulators say"),
    ("Aftertouch, channel", true, "32 bits, as the bank's modulators say"),
    ("Pitch bend", true, "32 bits, range by RPN 0"),
    ("Program change", true, "0 to 127, with bank in MIDI 2.0"),
    ("Per-note pitch bend, pitch, management", true, "MIDI 2.0; note-on pitch attribute"),
    ("MIDI Polyphonic Expression", true, "both zones, RPN 6"),
    ("System common", false, ""),
    ("System real time", false, "clock and transport are for sequencers"),
    ("System reset", true, ""),
];

/// Controllers that mean something beyond what modulators of the bank read.
const CONTROLLERS: [(&str, &str); 26] = [
    ("0, 32", "Bank select; read as GM, GM2, GS, XG or MIDI 1.0 says"),
    ("1", "Modulation"),
    ("5, 37", "Portamento time"),
    ("6, 38", "Data entry; relative too in MIDI 2.0"),
    ("7", "Volume"),
    ("8", "Balance"),
    ("10", "Pan"),
    ("11", "Expression"),
    ("64", "Sustain"),
    ("65", "Portamento"),
    ("66", "Sostenuto"),
    ("67", "Soft pedal"),
    ("68", "Legato"),
    ("71", "Resonance"),
    ("72, 73, 75", "Release, attack and decay time"),
    ("74", "Brightness"),
    ("76, 77, 78", "Vibrato rate, depth and delay"),
    ("84", "Portamento control"),
    ("91", "Reverb send"),
    ("93", "Chorus send"),
    ("94", "Delay send"),
    ("96, 97", "Data increment, decrement, of RPNs and NRPNs"),
    ("98, 99", "NRPN"),
    ("100, 101", "RPN"),
    ("120, 121, 123", "All sound off, reset all controllers, all notes off"),
    ("33 to 63", "Fine parts of 1 to 31"),
];

/// Messages of effects that are not here. They change nothing and are counted.
const IGNORED: [(&str, &str); 7] = [
    ("GS 40 02, 40 03, 40 4x", "Equalizer and insertion effect"),
    ("XG 02 01 40 to 75", "Variation effect, as system and as insertion"),
    ("XG 02 40", "Equalizer"),
    ("XG 03", "Insertion effects"),
    ("XG 08 part 11", "Dry level"),
    ("XG 3n key 07", "Drum variation send"),
    ("Mixed data sets, 8-bit exclusive data", "MIDI 2.0; what fits 7 bits is read"),
];

/// The MIDI implementation chart in Markdown.
///
/// Rows are those of the charts that are printed in manuals; nothing is transmitted.
#[doc = include_str!("chart.md")]
pub fn implementation_chart() -> String {
    let mut chart = Chart(String::new());
    chart.title("Channel messages", ["Function", "Transmitted", "Recognized", "Remarks"]);
    for (function, recognized, remarks) in MESSAGES {
        chart.line([function, "×", if recognized { "o" } else { "×" }, remarks]);
    }
    chart.title("Controllers", ["Number", "Transmitted", "Recognized", "Remarks"]);
    for (number, name) in CONTROLLERS {
        chart.line([number, "×", "o", name]);
    }
    chart.line(["any other", "×", "o", "as the bank's modulators say"]);
    let own: Vec<String> = expression::CONTROLLERS.iter().map(u8::to_string).collect();
    chart.line(["of single notes", "×", "o", &own.join(", ")]);
    chart.parameters();
    chart.exclusive();
    chart.0
}

/// The text so far.
struct Chart(String);

impl Chart {
    fn title(&mut self, title: &str, head: [&str; 4]) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        let _ = writeln!(self.0, "**{title}**\n");
        self.line(head);
        self.0.push_str("|---|---|---|---|\n");
    }

    fn line(&mut self, cells: [&str; 4]) {
        let _ = writeln!(self.0, "| {} |", cells.join(" | "));
    }

    fn parameters(&mut self) {
        self.title("Parameter numbers", ["Number", "Transmitted", "Recognized", "Remarks"]);
        for (fine, parameter) in REGISTERED.iter().enumerate() {
            self.line([&format!("RPN 00 {fine:02X}"), "×", "o", parameter.name()]);
        }
        self.line(["RPN 00 06", "×", "o", "MPE configuration, channels 1 and 16"]);
        self.line(["RPN 00 07", "×", "o", "Range of per-note pitch bend, MIDI 2.0"]);
        for (fine, controller) in PART_NUMBERS {
            let remark = format!("as controller {controller}");
            self.line([&format!("NRPN 01 {fine:02X}"), "×", "o", &remark]);
        }
        for (coarse, parameter) in DRUM_NUMBERS {
            self.line([&format!("NRPN {coarse:02X} key"), "×", "o", drum_name(parameter)]);
        }
        self.line(["NRPN 78 nn", "×", "o", "SoundFont generators"]);
        self.line(["NRPN 7F nn", "×", "o", "AWE32"]);
    }

    fn exclusive(&mut self) {
        self.title("System exclusive", ["Message", "Transmitted", "Recognized", "Remarks"]);
        for row in UNIVERSAL {
            let kind = match row.times {
                [true, true] => "7E, 7F",
                [true, false] => "7F",
                _ => "7E",
            };
            let [first, second] = row.sub_ids;
            self.line([&format!("{kind} dd {first:02X} {second:02X}"), "×", "o", row.name]);
        }
        for (slot, name, rows) in SLOTS {
            let names: Vec<&str> = rows.iter().map(|row| row.name).collect();
            let path = format!("7F dd 04 05 .. 01 {slot:02X}");
            self.line([&path, "×", "o", &format!("{name}: {}", names.join(", "))]);
        }
        self.line(["GS 40 00 7F, 00 00 7F", "×", "o", "GS reset, system mode set"]);
        self.addresses("GS 40 00", GS_SYSTEM);
        self.addresses("GS 40 01", GS_EFFECTS);
        self.addresses("GS 40 1x", GS_PART);
        let blocks = GS_CONTROL.chunks(GS_CONTROL.len() / GS_CONTROL_NAMES.len());
        for (rows, name) in blocks.zip(GS_CONTROL_NAMES) {
            let (Some(first), Some(last)) = (rows.first(), rows.last()) else { continue };
            let path = format!("GS 40 2x {:02X} to {:02X}", first.at, last.at);
            self.line([&path, "×", "o", &format!("{name}: pitch, cutoff, amplitude, oscillator")]);
        }
        for row in GS_DRUM {
            self.line([&format!("GS 41 m{:X} key", row.at), "×", "o", row.name]);
        }
        self.line(["XG 00 00 7E, 00 00 7F", "×", "o", "XG system on, all parameter reset"]);
        self.addresses("XG 00 00", XG_SYSTEM);
        self.addresses("XG 02 01", XG_EFFECTS);
        self.addresses("XG 08 part", XG_PART);
        self.line(["XG 00 00 7D", "×", "o", "Drum setup reset"]);
        self.addresses("XG 3n key", XG_DRUM);
        for (address, name) in IGNORED {
            self.line([address, "×", "×", name]);
        }
    }

    fn addresses<T>(&mut self, prefix: &str, rows: &[Row<T>]) {
        for row in rows {
            self.line([&format!("{prefix} {:02X}", row.at), "×", "o", row.name]);
        }
    }
}

const fn drum_name(parameter: DrumParameter) -> &'static str {
    match parameter {
        DrumParameter::PitchCoarse => "Drum pitch coarse",
        DrumParameter::PitchFine => "Drum pitch fine",
        DrumParameter::Level => "Drum level",
        DrumParameter::Pan => "Drum pan",
        DrumParameter::ReverbSend => "Drum reverb send",
        DrumParameter::ChorusSend => "Drum chorus send",
        DrumParameter::DelaySend => "Drum delay send",
        DrumParameter::Cutoff => "Drum filter cutoff",
        DrumParameter::Resonance => "Drum filter resonance",
        DrumParameter::Attack => "Drum attack",
        DrumParameter::Decay => "Drum decay",
        DrumParameter::Group => "Drum group",
        DrumParameter::Assign => "Drum key assign",
        DrumParameter::NoteOff => "Drum note off",
        DrumParameter::NoteOn => "Drum note on",
    }
}
