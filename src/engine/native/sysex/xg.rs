//! Yamaha's parameter change for XG: F0 43 1n 4C, address, data, F7.
//!
//! Source: the XG specification and the data lists of XG devices.

use super::super::drum_setup::{DrumEdit, DrumParameter};
use super::command::{
    Command, ControlSource as S, Destination as D, EffectSetting, Limit, MasterSetting,
    PartSetting, Reset, VelocitySense,
};
use super::table::{Form, Row, each, row, wide};

/// Yamaha's number.
pub(super) const YAMAHA: u8 = 0x43;
/// A parameter change for the first device, or for every one.
const PARAMETER_CHANGE: [u8; 2] = [0x10, 0x1F];
const XG: u8 = 0x4C;
/// Parts.
const PARTS: u8 = 16;

/// Addresses 00 00.
pub(in super::super) const SYSTEM: &[Row<MasterSetting>] = &[
    wide(0x00, Form::Nibbles4, "Master tune", MasterSetting::Tune),
    row(0x04, "Master volume", MasterSetting::Volume7),
    row(0x05, "Master attenuator", MasterSetting::Attenuator),
    row(0x06, "Transpose", MasterSetting::KeyShift),
];

/// Addresses 02 01.
pub(in super::super) const EFFECTS: &[Row<EffectSetting>] = &[
    wide(0x00, Form::Fourteen, "Reverb type", EffectSetting::XgReverbType),
    row(0x02, "Reverb time", EffectSetting::XgReverbTime),
    row(0x0C, "Reverb return", EffectSetting::ReverbLevel),
    wide(0x20, Form::Fourteen, "Chorus type", EffectSetting::XgChorusType),
    row(0x2C, "Chorus return", EffectSetting::ChorusLevel),
    row(0x2E, "Send chorus to reverb", EffectSetting::ChorusToReverb),
];

/// Addresses 08 and a part.
pub(in super::super) const PART: &[Row<PartSetting>] = &[
    row(0x01, "Bank select MSB", PartSetting::Controller(0)),
    row(0x02, "Bank select LSB", PartSetting::Controller(32)),
    row(0x03, "Program number", PartSetting::Program),
    row(0x04, "Rcv channel", PartSetting::ReceiveChannel),
    row(0x05, "Mono/poly mode", PartSetting::Poly),
    row(0x06, "Same note number key on assign", PartSetting::KeyAssign),
    row(0x07, "Part mode", PartSetting::PartMode),
    row(0x08, "Note shift", PartSetting::KeyShift),
    wide(0x09, Form::Nibbles2, "Detune", PartSetting::Detune),
    row(0x0B, "Volume", PartSetting::Controller(7)),
    row(0x0C, "Velocity sense depth", PartSetting::Velocity(VelocitySense::Depth)),
    row(0x0D, "Velocity sense offset", PartSetting::Velocity(VelocitySense::Offset)),
    row(0x0E, "Pan", PartSetting::Pan),
    row(0x0F, "Note limit low", PartSetting::KeyLimit(Limit::Low)),
    row(0x10, "Note limit high", PartSetting::KeyLimit(Limit::High)),
    row(0x12, "Chorus send", PartSetting::Controller(93)),
    row(0x13, "Reverb send", PartSetting::Controller(91)),
    row(0x14, "Variation send", PartSetting::Controller(94)),
    row(0x15, "Vibrato rate", PartSetting::Controller(76)),
    row(0x16, "Vibrato depth", PartSetting::Controller(77)),
    row(0x17, "Vibrato delay", PartSetting::Controller(78)),
    row(0x18, "Filter cutoff frequency", PartSetting::Controller(74)),
    row(0x19, "Filter resonance", PartSetting::Controller(71)),
    row(0x1A, "EG attack time", PartSetting::Controller(73)),
    row(0x1B, "EG decay time", PartSetting::Controller(75)),
    row(0x1C, "EG release time", PartSetting::Controller(72)),
    row(0x1D, "MW pitch control", PartSetting::Depth(S::Modulation, D::Pitch)),
    row(0x1E, "MW filter control", PartSetting::Depth(S::Modulation, D::Cutoff)),
    row(0x1F, "MW amplitude control", PartSetting::Depth(S::Modulation, D::Amplitude)),
    row(0x20, "MW LFO pmod depth", PartSetting::Depth(S::Modulation, D::LfoPitch)),
    row(0x21, "MW LFO fmod depth", PartSetting::Depth(S::Modulation, D::LfoCutoff)),
    row(0x22, "MW LFO amod depth", PartSetting::Depth(S::Modulation, D::LfoAmplitude)),
    row(0x23, "Bend pitch control", PartSetting::BendRange),
    row(0x24, "Bend filter control", PartSetting::Depth(S::Bend, D::Cutoff)),
    row(0x25, "Bend amplitude control", PartSetting::Depth(S::Bend, D::Amplitude)),
    row(0x26, "Bend LFO pmod depth", PartSetting::Depth(S::Bend, D::LfoPitch)),
    row(0x27, "Bend LFO fmod depth", PartSetting::Depth(S::Bend, D::LfoCutoff)),
    row(0x28, "Bend LFO amod depth", PartSetting::Depth(S::Bend, D::LfoAmplitude)),
    row(0x41, "Scale tuning C", PartSetting::ScaleTuning(0)),
    row(0x42, "Scale tuning C#", PartSetting::ScaleTuning(1)),
    row(0x43, "Scale tuning D", PartSetting::ScaleTuning(2)),
    row(0x44, "Scale tuning D#", PartSetting::ScaleTuning(3)),
    row(0x45, "Scale tuning E", PartSetting::ScaleTuning(4)),
    row(0x46, "Scale tuning F", PartSetting::ScaleTuning(5)),
    row(0x47, "Scale tuning F#", PartSetting::ScaleTuning(6)),
    row(0x48, "Scale tuning G", PartSetting::ScaleTuning(7)),
    row(0x49, "Scale tuning G#", PartSetting::ScaleTuning(8)),
    row(0x4A, "Scale tuning A", PartSetting::ScaleTuning(9)),
    row(0x4B, "Scale tuning A#", PartSetting::ScaleTuning(10)),
    row(0x4C, "Scale tuning B", PartSetting::ScaleTuning(11)),
    row(0x4D, "CAT pitch control", PartSetting::Depth(S::ChannelPressure, D::Pitch)),
    row(0x4E, "CAT filter control", PartSetting::Depth(S::ChannelPressure, D::Cutoff)),
    row(0x4F, "CAT amplitude control", PartSetting::Depth(S::ChannelPressure, D::Amplitude)),
    row(0x50, "CAT LFO pmod depth", PartSetting::Depth(S::ChannelPressure, D::LfoPitch)),
    row(0x51, "CAT LFO fmod depth", PartSetting::Depth(S::ChannelPressure, D::LfoCutoff)),
    row(0x52, "CAT LFO amod depth", PartSetting::Depth(S::ChannelPressure, D::LfoAmplitude)),
    row(0x53, "PAT pitch control", PartSetting::Depth(S::PolyPressure, D::Pitch)),
    row(0x54, "PAT filter control", PartSetting::Depth(S::PolyPressure, D::Cutoff)),
    row(0x55, "PAT amplitude control", PartSetting::Depth(S::PolyPressure, D::Amplitude)),
    row(0x56, "PAT LFO pmod depth", PartSetting::Depth(S::PolyPressure, D::LfoPitch)),
    row(0x57, "PAT LFO fmod depth", PartSetting::Depth(S::PolyPressure, D::LfoCutoff)),
    row(0x58, "PAT LFO amod depth", PartSetting::Depth(S::PolyPressure, D::LfoAmplitude)),
    row(0x59, "AC1 controller number", PartSetting::Assign(S::Assigned1)),
    row(0x5A, "AC1 pitch control", PartSetting::Depth(S::Assigned1, D::Pitch)),
    row(0x5B, "AC1 filter control", PartSetting::Depth(S::Assigned1, D::Cutoff)),
    row(0x5C, "AC1 amplitude control", PartSetting::Depth(S::Assigned1, D::Amplitude)),
    row(0x5D, "AC1 LFO pmod depth", PartSetting::Depth(S::Assigned1, D::LfoPitch)),
    row(0x5E, "AC1 LFO fmod depth", PartSetting::Depth(S::Assigned1, D::LfoCutoff)),
    row(0x5F, "AC1 LFO amod depth", PartSetting::Depth(S::Assigned1, D::LfoAmplitude)),
    row(0x60, "AC2 controller number", PartSetting::Assign(S::Assigned2)),
    row(0x61, "AC2 pitch control", PartSetting::Depth(S::Assigned2, D::Pitch)),
    row(0x62, "AC2 filter control", PartSetting::Depth(S::Assigned2, D::Cutoff)),
    row(0x63, "AC2 amplitude control", PartSetting::Depth(S::Assigned2, D::Amplitude)),
    row(0x64, "AC2 LFO pmod depth", PartSetting::Depth(S::Assigned2, D::LfoPitch)),
    row(0x65, "AC2 LFO fmod depth", PartSetting::Depth(S::Assigned2, D::LfoCutoff)),
    row(0x66, "AC2 LFO amod depth", PartSetting::Depth(S::Assigned2, D::LfoAmplitude)),
    row(0x67, "Portamento switch", PartSetting::Controller(65)),
    row(0x68, "Portamento time", PartSetting::Controller(5)),
];

/// Addresses 3n and a key.
pub(in super::super) const DRUM: &[Row<DrumParameter>] = &[
    row(0x00, "Drum pitch coarse", DrumParameter::PitchCoarse),
    row(0x01, "Drum pitch fine", DrumParameter::PitchFine),
    row(0x02, "Drum level", DrumParameter::Level),
    row(0x03, "Drum alternate group", DrumParameter::Group),
    row(0x04, "Drum pan", DrumParameter::Pan),
    row(0x05, "Drum reverb send", DrumParameter::ReverbSend),
    row(0x06, "Drum chorus send", DrumParameter::ChorusSend),
    row(0x08, "Drum key assign", DrumParameter::Assign),
    row(0x09, "Drum Rcv note off", DrumParameter::NoteOff),
    row(0x0A, "Drum Rcv note on", DrumParameter::NoteOn),
    row(0x0B, "Drum filter cutoff", DrumParameter::Cutoff),
    row(0x0C, "Drum filter resonance", DrumParameter::Resonance),
    row(0x0D, "Drum EG attack", DrumParameter::Attack),
    row(0x0E, "Drum EG decay 1", DrumParameter::Decay),
];

/// Reads a message without F0 and F7.
pub(super) fn read(payload: &[u8], sink: &mut dyn FnMut(Command<'_>)) {
    let [YAMAHA, device, XG, high, middle, low, data @ ..] = payload else { return };
    if !PARAMETER_CHANGE.contains(device) {
        return;
    }
    match ([*high, *middle, *low], data) {
        // XG system on, and all parameter reset.
        ([0, 0, 0x7E | 0x7F], [0]) => sink(Command::Reset(Reset::Xg)),
        ([0, 0, 0x7D], [setup @ 0..0x10]) => sink(Command::ResetDrums { map: setup + 1 }),
        ([0, 0, at], _) => {
            each(SYSTEM, at, data, |sets, value| sink(Command::Master(sets, value)));
        }
        ([2, 1, at], _) => {
            each(EFFECTS, at, data, |sets, value| sink(Command::Effect(sets, value)));
        }
        ([8, part @ 0..PARTS, at], _) => {
            each(PART, at, data, |sets, value| sink(Command::Part { part, sets, value }));
        }
        ([setup @ 0x30..=0x3F, key, at], _) => each(DRUM, at, data, |sets, value| {
            let map = setup - 0x30 + 1;
            let edit = DrumEdit { key, parameter: sets, value: value as u8 };
            sink(Command::Drum { map, edit });
        }),
        _ => {}
    }
}
