//! What messages ask of reverb, chorus and delay, in the terms of the effects.
//!
//! The three standards number the same rooms differently and agree on the laws; where they say nothing, one is written here.
//!
//! Source: General MIDI Level 2 (CA-024); the effect parameters of GS and XG.

mod delay;
mod echo;

use super::{CHORUS_RETURN, REVERB_RETURN};
use crate::dsp::{
    ChorusKind, ChorusParameters, DelayParameters, ReverbKind, ReverbParameters, exp2_f64,
};
use crate::engine::native::sysex::EffectSetting as Set;
use delay::DelayRequest;
use echo::{EchoKind, EchoRequest};

/// The level at power-on, of 127.
const LEVEL: f32 = 64.0;
/// By GS macro: the character, the low-pass, the time, the feedback.
const REVERB_MACROS: [(Character, u8, u8, u8); 8] = [
    (Character::Room(ReverbKind::Room1), 3, 80, 0),
    (Character::Room(ReverbKind::Room2), 4, 56, 0),
    (Character::Room(ReverbKind::Room3), 0, 72, 0),
    (Character::Room(ReverbKind::Hall1), 4, 72, 0),
    (Character::Room(ReverbKind::Hall2), 0, 64, 0),
    (Character::Room(ReverbKind::Plate), 0, 88, 0),
    (Character::Echo(EchoKind::Delay), 0, 32, 40),
    (Character::Echo(EchoKind::PanningDelay), 0, 64, 32),
];
/// The macro of power-on.
const POWER_ON_MACRO: usize = 4;
/// The low-pass of GS, in Hz. The standard has no numbers; these are half an octave apart.
const LOW_PASS: [f32; 8] =
    [20_000.0, 8_000.0, 5_657.0, 4_000.0, 2_828.0, 2_000.0, 1_414.0, 1_000.0];
/// By chorus macro, the delay that it is set to: what the kind's own delay corresponds to.
const CHORUS_DELAYS: [f32; 8] = [112.0, 80.0, 80.0, 64.0, 127.0, 127.0, 127.0, 127.0];
/// The chorus macro of power-on.
const POWER_ON_CHORUS: usize = 2;
/// The rooms of General MIDI Level 2, by their numbers.
const GM2_ROOMS: [(u16, ReverbKind); 6] = [
    (0, ReverbKind::Room1),
    (1, ReverbKind::Room2),
    (2, ReverbKind::Room3),
    (3, ReverbKind::Hall1),
    (4, ReverbKind::Hall2),
    (8, ReverbKind::Plate),
];
/// The rooms of XG: high byte, low byte.
const XG_ROOMS: [(u8, u8, ReverbKind); 12] = [
    (1, 0, ReverbKind::Hall1),
    (1, 1, ReverbKind::Hall2),
    (2, 0, ReverbKind::Room1),
    (2, 1, ReverbKind::Room2),
    (2, 2, ReverbKind::Room3),
    (3, 0, ReverbKind::Hall1),
    (3, 1, ReverbKind::Hall2),
    (4, 0, ReverbKind::Plate),
    (0x10, 0, ReverbKind::Room3),
    (0x11, 0, ReverbKind::Hall2),
    (0x12, 0, ReverbKind::Hall2),
    (0x13, 0, ReverbKind::Room1),
];
/// The choruses of XG: high byte, low byte.
const XG_CHORUSES: [(u8, u8, ChorusKind); 11] = [
    (0x41, 0, ChorusKind::Chorus1),
    (0x41, 1, ChorusKind::Chorus2),
    (0x41, 2, ChorusKind::Chorus3),
    (0x41, 8, ChorusKind::Chorus4),
    (0x42, 0, ChorusKind::Chorus3),
    (0x42, 1, ChorusKind::Chorus1),
    (0x42, 2, ChorusKind::Chorus2),
    (0x42, 8, ChorusKind::Chorus4),
    (0x43, 0, ChorusKind::Flanger),
    (0x43, 1, ChorusKind::Feedback),
    (0x44, 0, ChorusKind::Chorus4),
];

/// What kind of reverb it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Character {
    Room(ReverbKind),
    Echo(EchoKind),
}

/// What was asked for so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Request {
    pub(super) reverb: ReverbParameters,
    pub(super) chorus: ChorusParameters,
    delay: DelayRequest,
    echo: EchoRequest,
    /// The GS macro whose character the reverb has.
    character: usize,
    /// The chorus macro.
    kind: usize,
    /// Of 127, apart from the parameters because a type "none" keeps it.
    reverb_level: f32,
    chorus_level: f32,
    /// Whether a type other than "none" is chosen.
    has_reverb: bool,
    has_chorus: bool,
}

impl Request {
    /// What holds at power-on.
    pub(super) fn power_on() -> Self {
        let mut request = Self {
            reverb: ReverbParameters::default(),
            chorus: ChorusParameters::default(),
            delay: DelayRequest::power_on(),
            echo: EchoRequest::POWER_ON,
            character: POWER_ON_MACRO,
            kind: POWER_ON_CHORUS,
            reverb_level: LEVEL,
            chorus_level: LEVEL,
            has_reverb: true,
            has_chorus: true,
        };
        request.balance();
        request
    }

    /// What the delay is to be.
    pub(super) fn delay(&self) -> DelayParameters {
        self.delay.parameters()
    }

    /// What the delay in the place of the reverb is to be, if there is one.
    pub(super) fn echo(&self) -> Option<DelayParameters> {
        let Character::Echo(kind) = REVERB_MACROS[self.character].0 else { return None };
        let level = if self.has_reverb { self.reverb_level } else { 0.0 };
        Some(self.echo.parameters(kind, level, self.reverb.low_pass))
    }

    /// Takes over a setting.
    pub(super) fn set(&mut self, sets: Set, value: u16) {
        let v = f32::from(value);
        match sets {
            Set::ReverbMacro => self.reverb_macro(usize::from(value)),
            Set::ReverbCharacter => self.character(usize::from(value)),
            Set::ReverbLowPass => self.low_pass(usize::from(value)),
            Set::ReverbLevel => self.reverb_level = v,
            Set::ReverbTime => self.reverb_time(v),
            Set::ReverbFeedback => self.echo.feedback = v,
            Set::ReverbPreDelay => self.reverb.pre_delay = v * 0.001,
            Set::Gm2ReverbType => self.gm2_room(value),
            Set::Gm2ReverbTime => self.reverb.seconds = exp(0.025 * (v - 40.0)),
            Set::XgReverbType => self.xg_room(value),
            Set::XgReverbTime => self.reverb.seconds = xg_seconds(value),
            Set::ChorusMacro => self.chorus_macro(usize::from(value)),
            Set::ChorusLevel => self.chorus_level = v,
            Set::ChorusFeedback => self.chorus.feedback = v * 0.007_63,
            Set::ChorusDelay => self.chorus_delay(v),
            Set::ChorusRate => self.chorus.hz = v * 0.122,
            Set::ChorusDepth => self.chorus.depth = (v + 1.0) * (0.001 / 3.2),
            Set::ChorusToReverb => self.chorus.to_reverb = v * 0.007_87,
            Set::ChorusToDelay => self.chorus.to_delay = v * 0.007_87,
            Set::XgChorusType => self.xg_chorus(value),
            Set::Delay(sets) => self.delay.set(sets, value),
        }
        self.balance();
    }

    /// Works out the returns.
    fn balance(&mut self) {
        let part = |has: bool, level: f32| if has { level / LEVEL } else { 0.0 };
        self.reverb.level = REVERB_RETURN * part(self.has_reverb, self.reverb_level);
        self.chorus.level = CHORUS_RETURN * part(self.has_chorus, self.chorus_level);
    }

    fn reverb_macro(&mut self, number: usize) {
        let Some((_, low_pass, time, feedback)) = REVERB_MACROS.get(number).copied() else {
            return;
        };
        self.character(number);
        self.low_pass(usize::from(low_pass));
        self.reverb_level = LEVEL;
        self.reverb.pre_delay = 0.0;
        self.echo.feedback = f32::from(feedback);
        self.reverb_time(f32::from(time));
    }

    fn character(&mut self, number: usize) {
        match REVERB_MACROS.get(number) {
            Some((Character::Room(kind), ..)) => self.choose(*kind),
            Some((Character::Echo(_), ..)) => (self.character, self.has_reverb) = (number, true),
            None => {}
        }
    }

    fn choose(&mut self, kind: ReverbKind) {
        self.character = kind as usize;
        self.reverb.kind = kind;
        self.reverb.seconds = kind.parameters().seconds;
        self.has_reverb = true;
    }

    fn low_pass(&mut self, step: usize) {
        if let Some(hz) = LOW_PASS.get(step) {
            self.reverb.low_pass = *hz;
        }
    }

    /// The law of General MIDI Level 2, turned so that a macro's own time is that of its room.
    fn reverb_time(&mut self, value: f32) {
        self.echo.time = value;
        if let (Character::Room(kind), _, own, _) = REVERB_MACROS[self.character] {
            self.reverb.seconds = kind.parameters().seconds * exp(0.025 * (value - f32::from(own)));
        }
    }

    fn gm2_room(&mut self, number: u16) {
        if let Some((_, kind)) = GM2_ROOMS.iter().find(|(at, _)| *at == number) {
            self.choose(*kind);
        }
    }

    fn xg_room(&mut self, number: u16) {
        self.has_reverb = number >> 7 != 0;
        if let Some(kind) = xg_kind(&XG_ROOMS, number) {
            self.choose(kind);
        }
    }

    fn chorus_macro(&mut self, number: usize) {
        let Some(kind) = ChorusKind::ALL.get(number) else { return };
        (self.kind, self.chorus_level) = (number, LEVEL);
        self.chorus = kind.parameters();
        self.has_chorus = true;
    }

    fn chorus_delay(&mut self, value: f32) {
        let own = ChorusKind::ALL[self.kind].parameters().delay;
        self.chorus.delay = own * value / CHORUS_DELAYS[self.kind];
    }

    fn xg_chorus(&mut self, number: u16) {
        self.has_chorus = number >> 7 != 0;
        if let Some(kind) = xg_kind(&XG_CHORUSES, number) {
            let ChorusParameters { to_reverb, to_delay, .. } = self.chorus;
            self.chorus = ChorusParameters { to_reverb, to_delay, ..kind.parameters() };
            self.kind = kind as usize;
        }
    }
}

/// The kind with this number; where the low byte is unknown, that of the high one alone.
fn xg_kind<K: Copy>(kinds: &[(u8, u8, K)], number: u16) -> Option<K> {
    let (high, low) = ((number >> 7) as u8, (number & 0x7F) as u8);
    let of = |low: u8| kinds.iter().find(|(h, l, _)| (*h, *l) == (high, low));
    of(low).or_else(|| of(0)).map(|(_, _, kind)| *kind)
}

/// SPEC: XG: 0.3 to 5 s in tenths, to 10 in halves, to 20 in seconds, then 25 and 30.
fn xg_seconds(value: u16) -> f32 {
    let v = f32::from(value);
    match value {
        0..=47 => 0.3 + 0.1 * v,
        48..=57 => 5.0 + 0.5 * (v - 47.0),
        58..=67 => 10.0 + (v - 57.0),
        68 => 25.0,
        _ => 30.0,
    }
}

fn exp(x: f32) -> f32 {
    exp2_f64(f64::from(x) * std::f64::consts::LOG2_E) as f32
}

#[cfg(test)]
mod tests;
