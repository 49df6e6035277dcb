//! System exclusive messages: put together from packets, and understood.
//!
//! `assembler` makes whole messages of packets. Each maker's messages are a table of addresses and what lies there:
//! `universal`, `gs` and `xg` turn a message into [`Command`]s, which the synthesizer carries out. A
//! message that is damaged, for another device or about nothing that this synthesizer has gives no command.
//!
//! Not here: what a command does to the sound.
//!
//! Thread: audio. No allocation.

mod assembler;
mod command;
mod gs;
mod table;
mod universal;
mod xg;

pub(super) use assembler::Assembler;
pub(super) use command::{
    Command, ControlSource, DelaySetting, Destination, EffectSetting, Limit, MasterSetting,
    PartSetting, TuningPlace, TuningUpdate, VelocitySense,
};
pub(super) use table::Row;

/// The tables, for whoever shows what is understood.
pub(super) mod tables {
    pub(in super::super) use super::gs::{
        CONTROL as GS_CONTROL, CONTROL_NAMES as GS_CONTROL_NAMES, DRUM as GS_DRUM,
        EFFECTS as GS_EFFECTS, PART as GS_PART, SYSTEM as GS_SYSTEM,
    };
    pub(in super::super) use super::universal::{ROWS as UNIVERSAL, SLOTS};
    pub(in super::super) use super::xg::{
        DRUM as XG_DRUM, EFFECTS as XG_EFFECTS, PART as XG_PART, SYSTEM as XG_SYSTEM,
    };
}

/// The numbers by which messages of makers with numbered devices reach this synthesizer.
///
/// DEVIATION: a software synthesizer has no switch for its number. 16 (printed 17) is what GS devices leave the factory with
/// and 0 what other makers' do; files are made for either.
const DEVICE_NUMBERS: [u8; 2] = [0x10, 0x00];
/// The number that means every device.
const EVERY_DEVICE: u8 = 0x7F;

/// Whether a message with this device number is for this synthesizer.
fn is_for_us(device: u8) -> bool {
    device == EVERY_DEVICE || DEVICE_NUMBERS.contains(&device)
}

/// Reads a message without F0 and F7, and hands on what it asks for; whether that was anything.
pub(super) fn read(payload: &[u8], sink: &mut dyn FnMut(Command<'_>)) -> bool {
    let mut understood = false;
    // What came in eight bits and needs them says nothing that is known here.
    if !payload.is_ascii() {
        return false;
    }
    let mut hand_on = |command: Command<'_>| {
        understood = true;
        sink(command);
    };
    match payload.first() {
        Some(&(universal::NON_REAL_TIME | universal::REAL_TIME)) => {
            universal::read(payload, &mut hand_on);
        }
        Some(&gs::ROLAND) => gs::read(payload, &mut hand_on),
        Some(&xg::YAMAHA) => xg::read(payload, &mut hand_on),
        _ => {}
    }
    understood
}

#[cfg(test)]
mod tests;
