//! Universal messages: those of General MIDI, device control, controller destinations, tuning.
//!
//! Source: MIDI 1.0 Detailed Specification; General MIDI System Level 1 and 2; CA-019, CA-020, CA-021, CA-022,
//! CA-023, CA-024; MIDI Tuning Standard.

use super::command::{
    Command, ControlSource, EffectSetting, MasterSetting, Reset, TuningPlace, TuningUpdate,
};
use super::is_for_us;
use super::table::{Row, each, row};

/// The first byte of a message that need not act at once.
pub(super) const NON_REAL_TIME: u8 = 0x7E;
/// The first byte of one that acts at once.
pub(super) const REAL_TIME: u8 = 0x7F;

/// What reads the bytes after the two sub-IDs.
type Reader = fn(&Message<'_>, &mut dyn FnMut(Command<'_>)) -> Option<()>;

/// A message as its reader gets it.
#[derive(Debug, Clone, Copy)]
struct Message<'a> {
    /// Everything from the first byte on.
    whole: &'a [u8],
    real_time: bool,
    /// What follows the sub-IDs.
    body: &'a [u8],
}

/// A kind of message.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct UniversalRow {
    /// In real time, not in real time.
    pub(in super::super) times: [bool; 2],
    pub(in super::super) sub_ids: [u8; 2],
    pub(in super::super) name: &'static str,
    reader: Reader,
}

const RT: [bool; 2] = [true, false];
const NRT: [bool; 2] = [false, true];
const BOTH: [bool; 2] = [true, true];

const fn message(
    times: [bool; 2],
    sub_ids: [u8; 2],
    name: &'static str,
    reader: Reader,
) -> UniversalRow {
    UniversalRow { times, sub_ids, name, reader }
}

/// Every message that is understood.
pub(in super::super) const ROWS: &[UniversalRow] = &[
    message(RT, [4, 1], "Master volume", |m, sink| master(m, MasterSetting::Volume, sink)),
    message(RT, [4, 2], "Master balance", |m, sink| master(m, MasterSetting::Balance, sink)),
    message(RT, [4, 3], "Master fine tuning", |m, sink| master(m, MasterSetting::FineTuning, sink)),
    message(RT, [4, 4], "Master coarse tuning", coarse_tuning),
    message(RT, [4, 5], "Global parameter control: reverb, chorus", global_parameters),
    message(NRT, [8, 1], "Bulk tuning dump", bulk_dump),
    message(RT, [8, 2], "Single note tuning change", single_notes),
    message(NRT, [8, 4], "Key-based tuning dump", bulk_dump_of_bank),
    message(NRT, [8, 5], "Scale/octave tuning dump, 1 byte", |m, sink| octave_dump(m, 1, sink)),
    message(NRT, [8, 6], "Scale/octave tuning dump, 2 bytes", |m, sink| octave_dump(m, 2, sink)),
    message(BOTH, [8, 7], "Single note tuning change with bank", single_notes_of_bank),
    message(BOTH, [8, 8], "Scale/octave tuning, 1 byte", |m, sink| scale(m, 1, sink)),
    message(BOTH, [8, 9], "Scale/octave tuning, 2 bytes", |m, sink| scale(m, 2, sink)),
    message(NRT, [9, 1], "General MIDI 1 system on", |_, sink| reset(Reset::Gm1, sink)),
    message(NRT, [9, 2], "General MIDI system off", |_, sink| reset(Reset::Own, sink)),
    message(NRT, [9, 3], "General MIDI 2 system on", |_, sink| reset(Reset::Gm2, sink)),
    message(RT, [9, 1], "Controller destination: channel pressure", |m, sink| {
        let [channel, pairs @ ..] = m.body else { return None };
        destinations(*channel, ControlSource::ChannelPressure, pairs, sink)
    }),
    message(RT, [9, 2], "Controller destination: poly pressure", |m, sink| {
        let [channel, pairs @ ..] = m.body else { return None };
        destinations(*channel, ControlSource::PolyPressure, pairs, sink)
    }),
    message(RT, [9, 3], "Controller destination: control change", controller_destinations),
    message(RT, [10, 1], "Key-based instrument control", key_control),
];

/// The slots of global parameter control that there are, and what lies in them.
///
/// SPEC: CA-024 with the reverb and chorus of General MIDI Level 2.
pub(in super::super) const SLOTS: [(u8, &str, &[Row<EffectSetting>]); 2] = [
    (
        1,
        "Reverb",
        &[
            row(0, "Reverb type", EffectSetting::Gm2ReverbType),
            row(1, "Reverb time", EffectSetting::Gm2ReverbTime),
        ],
    ),
    (
        2,
        "Chorus",
        &[
            row(0, "Chorus type", EffectSetting::ChorusMacro),
            row(1, "Modulation rate", EffectSetting::ChorusRate),
            row(2, "Modulation depth", EffectSetting::ChorusDepth),
            row(3, "Feedback", EffectSetting::ChorusFeedback),
            row(4, "Send to reverb", EffectSetting::ChorusToReverb),
        ],
    ),
];

/// Reads a message without F0 and F7.
pub(super) fn read(payload: &[u8], sink: &mut dyn FnMut(Command<'_>)) {
    let [kind, device, sub_ids @ ..] = payload else { return };
    let ([first, second, body @ ..], true) = (sub_ids, is_for_us(*device)) else { return };
    let real_time = *kind == REAL_TIME;
    let fits = |row: &&UniversalRow| {
        row.sub_ids == [*first, *second] && row.times[usize::from(!real_time)]
    };
    if let Some(row) = ROWS.iter().find(fits) {
        // A body that its reader cannot make sense of asks for nothing.
        let _ = (row.reader)(&Message { whole: payload, real_time, body }, sink);
    }
}

fn reset(reset: Reset, sink: &mut dyn FnMut(Command<'_>)) -> Option<()> {
    sink(Command::Reset(reset));
    Some(())
}

fn master(
    message: &Message<'_>,
    sets: MasterSetting,
    sink: &mut dyn FnMut(Command<'_>),
) -> Option<()> {
    let [low, high] = message.body else { return None };
    sink(Command::Master(sets, u16::from(high & 0x7F) << 7 | u16::from(low & 0x7F)));
    Some(())
}

/// The low byte of the value is always 0.
fn coarse_tuning(message: &Message<'_>, sink: &mut dyn FnMut(Command<'_>)) -> Option<()> {
    let [_, semitones] = message.body else { return None };
    sink(Command::Master(MasterSetting::CoarseTuning, u16::from(semitones & 0x7F)));
    Some(())
}

/// Widths of a slot path, of parameter numbers and of values, then the path, then the parameters.
fn global_parameters(message: &Message<'_>, sink: &mut dyn FnMut(Command<'_>)) -> Option<()> {
    let [1, id_width @ 1..=4, value_width @ 1..=4, 1, slot, pairs @ ..] = message.body else {
        return None;
    };
    let (_, _, rows) = SLOTS.iter().find(|(number, ..)| number == slot)?;
    let (id_width, value_width) = (usize::from(*id_width), usize::from(*value_width));
    for pair in pairs.chunks_exact(id_width + value_width) {
        // Numbers are written with their high byte first, values with their low one.
        let (id, value) = pair.split_at(id_width);
        let (high, at) = id.split_at(id_width - 1);
        let beyond = high.iter().chain(value.get(1..)?).any(|byte| *byte != 0);
        if !beyond {
            each(rows, *at.first()?, &value[..1], |sets, value| sink(Command::Effect(sets, value)));
        }
    }
    Some(())
}

fn destinations(
    channel: u8,
    source: ControlSource,
    pairs: &[u8],
    sink: &mut dyn FnMut(Command<'_>),
) -> Option<()> {
    if channel > 15 || !pairs.len().is_multiple_of(2) {
        return None;
    }
    sink(Command::Destinations { channel, source, pairs });
    Some(())
}

/// SPEC: CA-022: controllers 01 to 1F and 40 to 5F.
fn controller_destinations(message: &Message<'_>, sink: &mut dyn FnMut(Command<'_>)) -> Option<()> {
    let [channel, controller @ (0x01..=0x1F | 0x40..=0x5F), pairs @ ..] = message.body else {
        return None;
    };
    if *controller == 1 {
        return destinations(*channel, ControlSource::Modulation, pairs, sink);
    }
    let source = ControlSource::Assigned1;
    destinations(*channel, source, pairs, &mut |command| {
        let sets = super::command::PartSetting::Assign(source);
        sink(Command::Part { part: *channel, sets, value: u16::from(*controller) });
        sink(command);
    })
}

fn key_control(message: &Message<'_>, sink: &mut dyn FnMut(Command<'_>)) -> Option<()> {
    let [channel @ 0..=15, key @ 0..=127, pairs @ ..] = message.body else { return None };
    if !pairs.len().is_multiple_of(2) {
        return None;
    }
    sink(Command::Key { channel: *channel, key: *key, pairs });
    Some(())
}

/// The bytes of a dump's name.
const NAME: usize = 16;

/// The data of a dump whose last byte is the exclusive or of all before it.
fn checked<'a>(message: &Message<'a>, header: usize, data: usize) -> Option<&'a [u8]> {
    let (sum, rest) = message.whole.split_last()?;
    let fits = message.body.len() == header + NAME + data + 1;
    let right = rest.iter().fold(0, |sum, byte| sum ^ byte) & 0x7F == *sum;
    if fits && right { message.body.get(header + NAME..header + NAME + data) } else { None }
}

fn bulk_dump(message: &Message<'_>, sink: &mut dyn FnMut(Command<'_>)) -> Option<()> {
    let keys = checked(message, 1, 3 * 128)?;
    let place = TuningPlace { bank: 0, program: *message.body.first()? };
    sink(Command::Tune(TuningUpdate::Program { place, keys }));
    Some(())
}

fn bulk_dump_of_bank(message: &Message<'_>, sink: &mut dyn FnMut(Command<'_>)) -> Option<()> {
    let keys = checked(message, 2, 3 * 128)?;
    sink(Command::Tune(TuningUpdate::Program { place: place(message.body)?, keys }));
    Some(())
}

fn octave_dump(
    message: &Message<'_>,
    width: usize,
    sink: &mut dyn FnMut(Command<'_>),
) -> Option<()> {
    let offsets = checked(message, 2, 12 * width)?;
    sink(Command::Tune(TuningUpdate::OctaveProgram { place: place(message.body)?, offsets }));
    Some(())
}

fn place(body: &[u8]) -> Option<TuningPlace> {
    Some(TuningPlace { bank: *body.first()?, program: *body.get(1)? })
}

fn single_notes(message: &Message<'_>, sink: &mut dyn FnMut(Command<'_>)) -> Option<()> {
    let (program, rest) = message.body.split_first()?;
    let place = TuningPlace { bank: 0, program: *program };
    key_changes(place, rest, message.real_time, sink)
}

fn single_notes_of_bank(message: &Message<'_>, sink: &mut dyn FnMut(Command<'_>)) -> Option<()> {
    key_changes(place(message.body)?, message.body.get(2..)?, message.real_time, sink)
}

fn key_changes(
    place: TuningPlace,
    rest: &[u8],
    real_time: bool,
    sink: &mut dyn FnMut(Command<'_>),
) -> Option<()> {
    let (count, changes) = rest.split_first()?;
    if changes.len() != 4 * usize::from(*count) {
        return None;
    }
    sink(Command::Tune(TuningUpdate::Keys { place, changes, real_time }));
    Some(())
}

/// Bits for channels 15 and 16, 8 to 14, 1 to 7, then an offset for each of twelve keys.
fn scale(message: &Message<'_>, width: usize, sink: &mut dyn FnMut(Command<'_>)) -> Option<()> {
    let [high, middle, low, offsets @ ..] = message.body else { return None };
    if offsets.len() != 12 * width {
        return None;
    }
    let bits = |byte: &u8| u16::from(byte & 0x7F);
    let channels = (bits(high) & 3) << 14 | bits(middle) << 7 | bits(low);
    let real_time = message.real_time;
    sink(Command::Tune(TuningUpdate::Scale { channels, offsets, real_time }));
    Some(())
}
