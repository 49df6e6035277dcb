//! Roland's data set 1 for the model GS: F0 41 dd 42 12, address, data, checksum, F7.
//!
//! Source: the MIDI implementations printed in the manuals of GS devices.

use super::super::drum_setup::{DrumEdit, DrumParameter};
use super::command::{
    Command, ControlSource, DelaySetting, Destination, EffectSetting, Limit, MasterSetting,
    PartSetting, Reset, VelocitySense,
};
use super::is_for_us;
use super::table::{Form, Row, each, row, wide};

/// Roland's number.
pub(super) const ROLAND: u8 = 0x41;
const GS: u8 = 0x42;
const DATA_SET: u8 = 0x12;
/// The parts of a block of parameters: the second byte of the address is `0x10 + block`.
const BLOCKS: usize = 16;
/// The destinations of a controller that there are; GS has a second oscillator after them.
const DESTINATIONS: usize = Destination::ALL.len();

/// Addresses 40 00.
pub(in super::super) const SYSTEM: &[Row<MasterSetting>] = &[
    wide(0x00, Form::Nibbles4, "Master tune", MasterSetting::Tune),
    row(0x04, "Master volume", MasterSetting::Volume7),
    row(0x05, "Master key shift", MasterSetting::KeyShift),
    row(0x06, "Master pan", MasterSetting::Pan),
];

/// Addresses 40 01.
pub(in super::super) const EFFECTS: &[Row<EffectSetting>] = &[
    row(0x30, "Reverb macro", EffectSetting::ReverbMacro),
    row(0x31, "Reverb character", EffectSetting::ReverbCharacter),
    row(0x32, "Reverb pre-LPF", EffectSetting::ReverbLowPass),
    row(0x33, "Reverb level", EffectSetting::ReverbLevel),
    row(0x34, "Reverb time", EffectSetting::ReverbTime),
    row(0x35, "Reverb delay feedback", EffectSetting::ReverbFeedback),
    row(0x37, "Reverb predelay time", EffectSetting::ReverbPreDelay),
    row(0x38, "Chorus macro", EffectSetting::ChorusMacro),
    row(0x3A, "Chorus level", EffectSetting::ChorusLevel),
    row(0x3B, "Chorus feedback", EffectSetting::ChorusFeedback),
    row(0x3C, "Chorus delay", EffectSetting::ChorusDelay),
    row(0x3D, "Chorus rate", EffectSetting::ChorusRate),
    row(0x3E, "Chorus depth", EffectSetting::ChorusDepth),
    row(0x3F, "Chorus send level to reverb", EffectSetting::ChorusToReverb),
    row(0x40, "Chorus send level to delay", EffectSetting::ChorusToDelay),
    row(0x50, "Delay macro", EffectSetting::Delay(DelaySetting::Macro)),
    row(0x51, "Delay pre-LPF", EffectSetting::Delay(DelaySetting::LowPass)),
    row(0x52, "Delay time center", EffectSetting::Delay(DelaySetting::Time)),
    row(0x53, "Delay time ratio left", EffectSetting::Delay(DelaySetting::RatioLeft)),
    row(0x54, "Delay time ratio right", EffectSetting::Delay(DelaySetting::RatioRight)),
    row(0x55, "Delay level center", EffectSetting::Delay(DelaySetting::LevelCentre)),
    row(0x56, "Delay level left", EffectSetting::Delay(DelaySetting::LevelLeft)),
    row(0x57, "Delay level right", EffectSetting::Delay(DelaySetting::LevelRight)),
    row(0x58, "Delay level", EffectSetting::Delay(DelaySetting::Level)),
    row(0x59, "Delay feedback", EffectSetting::Delay(DelaySetting::Feedback)),
    row(0x5A, "Delay send level to reverb", EffectSetting::Delay(DelaySetting::ToReverb)),
];

/// Addresses 40 1x.
pub(in super::super) const PART: &[Row<PartSetting>] = &[
    wide(0x00, Form::Fourteen, "Tone number", PartSetting::Tone),
    row(0x02, "Rx. channel", PartSetting::ReceiveChannel),
    row(0x13, "Mono/poly mode", PartSetting::Poly),
    row(0x14, "Assign mode", PartSetting::KeyAssign),
    row(0x15, "Use for rhythm part", PartSetting::Rhythm),
    row(0x16, "Pitch key shift", PartSetting::KeyShift),
    wide(0x17, Form::Nibbles2, "Pitch offset fine", PartSetting::Detune),
    row(0x19, "Part level", PartSetting::Controller(7)),
    row(0x1A, "Velocity sense depth", PartSetting::Velocity(VelocitySense::Depth)),
    row(0x1B, "Velocity sense offset", PartSetting::Velocity(VelocitySense::Offset)),
    row(0x1C, "Part panpot", PartSetting::Pan),
    row(0x1D, "Keyboard range low", PartSetting::KeyLimit(Limit::Low)),
    row(0x1E, "Keyboard range high", PartSetting::KeyLimit(Limit::High)),
    row(0x1F, "CC1 controller number", PartSetting::Assign(ControlSource::Assigned1)),
    row(0x20, "CC2 controller number", PartSetting::Assign(ControlSource::Assigned2)),
    row(0x21, "Chorus send level", PartSetting::Controller(93)),
    row(0x22, "Reverb send level", PartSetting::Controller(91)),
    wide(0x2A, Form::Fourteen, "Pitch fine tune", PartSetting::FineTuning),
    row(0x2C, "Delay send level", PartSetting::Controller(94)),
    row(0x30, "Vibrato rate", PartSetting::Controller(76)),
    row(0x31, "Vibrato depth", PartSetting::Controller(77)),
    row(0x32, "TVF cutoff frequency", PartSetting::Controller(74)),
    row(0x33, "TVF resonance", PartSetting::Controller(71)),
    row(0x34, "TVF&TVA envelope attack", PartSetting::Controller(73)),
    row(0x35, "TVF&TVA envelope decay", PartSetting::Controller(75)),
    row(0x36, "TVF&TVA envelope release", PartSetting::Controller(72)),
    row(0x37, "Vibrato delay", PartSetting::Controller(78)),
    row(0x40, "Scale tuning C", PartSetting::ScaleTuning(0)),
    row(0x41, "Scale tuning C#", PartSetting::ScaleTuning(1)),
    row(0x42, "Scale tuning D", PartSetting::ScaleTuning(2)),
    row(0x43, "Scale tuning D#", PartSetting::ScaleTuning(3)),
    row(0x44, "Scale tuning E", PartSetting::ScaleTuning(4)),
    row(0x45, "Scale tuning F", PartSetting::ScaleTuning(5)),
    row(0x46, "Scale tuning F#", PartSetting::ScaleTuning(6)),
    row(0x47, "Scale tuning G", PartSetting::ScaleTuning(7)),
    row(0x48, "Scale tuning G#", PartSetting::ScaleTuning(8)),
    row(0x49, "Scale tuning A", PartSetting::ScaleTuning(9)),
    row(0x4A, "Scale tuning A#", PartSetting::ScaleTuning(10)),
    row(0x4B, "Scale tuning B", PartSetting::ScaleTuning(11)),
];

/// The names of the blocks of [`CONTROL`].
pub(in super::super) const CONTROL_NAMES: [&str; ControlSource::ALL.len()] =
    ["Modulation", "Bend", "Channel pressure", "Poly pressure", "CC1", "CC2"];

/// Addresses 40 2x: six blocks, one for each controller.
pub(in super::super) const CONTROL: [Row<PartSetting>; ControlSource::ALL.len() * DESTINATIONS] =
    control_rows();

const fn control_rows() -> [Row<PartSetting>; ControlSource::ALL.len() * DESTINATIONS] {
    let mut rows = [row(0, "", PartSetting::BendRange); ControlSource::ALL.len() * DESTINATIONS];
    let mut index = 0;
    while index < rows.len() {
        let (source, destination) = (index / DESTINATIONS, index % DESTINATIONS);
        let sets = match (ControlSource::ALL[source], Destination::ALL[destination]) {
            (ControlSource::Bend, Destination::Pitch) => PartSetting::BendRange,
            (source, destination) => PartSetting::Depth(source, destination),
        };
        rows[index] = row((source << 4 | destination) as u8, CONTROL_NAMES[source], sets);
        index += 1;
    }
    rows
}

/// Addresses 41 mp: a map, a parameter, then a key.
pub(in super::super) const DRUM: &[Row<DrumParameter>] = &[
    row(1, "Drum pitch coarse", DrumParameter::PitchCoarse),
    row(2, "Drum level", DrumParameter::Level),
    row(3, "Drum assign group", DrumParameter::Group),
    row(4, "Drum panpot", DrumParameter::Pan),
    row(5, "Drum reverb send level", DrumParameter::ReverbSend),
    row(6, "Drum chorus send level", DrumParameter::ChorusSend),
    row(7, "Drum Rx. note off", DrumParameter::NoteOff),
    row(8, "Drum Rx. note on", DrumParameter::NoteOn),
    row(9, "Drum delay send level", DrumParameter::DelaySend),
];

/// Reads a message without F0 and F7.
pub(super) fn read(payload: &[u8], sink: &mut dyn FnMut(Command<'_>)) {
    let [ROLAND, device, GS, DATA_SET, body @ ..] = payload else { return };
    let Some((_, body)) = body.split_last().filter(|(sum, body)| **sum == checksum(body)) else {
        return;
    };
    let (true, [high, middle, low, data @ ..]) = (is_for_us(*device), body) else { return };
    match ([*high, *middle, *low], data) {
        // The mode set of later models resets as well.
        ([0x40, 0x00, 0x7F], [0x00]) | ([0x00, 0x00, 0x7F], [0 | 1]) => {
            sink(Command::Reset(Reset::Gs));
        }
        ([0x40, 0x00, at], _) => {
            each(SYSTEM, at, data, |sets, value| sink(Command::Master(sets, value)));
        }
        ([0x40, 0x01, at], _) => {
            each(EFFECTS, at, data, |sets, value| sink(Command::Effect(sets, value)));
        }
        ([0x40, middle, at], _) => {
            let rows = match middle >> 4 {
                1 => PART,
                2 => &CONTROL,
                _ => return,
            };
            let part = part_of(middle);
            each(rows, at, data, |sets, value| sink(Command::Part { part, sets, value }));
        }
        ([0x41, middle @ 0..0x20, first], _) => {
            let (map, parameter) = ((middle >> 4) + 1, middle & 0x0F);
            let Some(row) = DRUM.iter().find(|row| row.at == parameter) else { return };
            for (key, value) in (first..128).zip(data) {
                let edit = DrumEdit { key, parameter: row.sets, value: *value };
                sink(Command::Drum { map, edit });
            }
        }
        _ => {}
    }
}

/// The part of a block: the first is that of the drums, the others follow in their order.
fn part_of(middle: u8) -> u8 {
    const PARTS: [u8; BLOCKS] = [9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15];
    PARTS[usize::from(middle & 0x0F)]
}

/// Roland's checksum of address and data.
fn checksum(bytes: &[u8]) -> u8 {
    let sum = bytes.iter().fold(0u8, |sum, &byte| sum.wrapping_add(byte) & 0x7F);
    (128 - sum) & 0x7F
}
