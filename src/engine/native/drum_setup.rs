//! What a drum part says of its single drums: level, pan, pitch, sends, filter and envelope by key.
//!
//! Values are kept as the modules write them, seven bits, so that they can be stepped from there. A part that sets nothing has
//! nothing to look up.
//!
//! Source: GS drum setup and XG drum setup; General MIDI Level 2 key-based instrument controllers.

use crate::bank::Generator as G;
use crate::dsp::log2;

/// Keys of a part.
const KEYS: usize = 128;
/// The middle of seven bits.
const CENTRE: i16 = 64;
/// The level at which a drum is as loud as the bank has it.
///
/// DEVIATION: a module's drums have levels of their own, which a setup replaces; a bank does not tell them. Most lie near 120.
const USUAL_LEVEL: u8 = 120;
/// All of a send, and what else is on.
const WHOLE: u8 = 127;
/// The attenuation of a drum that is silent, in cB.
const SILENT: f32 = 1440.0;
/// A value that nobody set: the drum is as the bank has it.
const UNSET: u8 = 0xFF;
/// The pan generator of a half of a stereo sample.
const SIDE: i16 = 500;

/// A parameter of a drum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DrumParameter {
    /// Semitones above 64.
    PitchCoarse,
    /// Cents above 64.
    PitchFine,
    /// 0 to 127, by the law of volume; 120 is as the bank has it.
    Level,
    /// 1 to 127 from left to right, 64 in the middle; 0 is another place for each note.
    Pan,
    /// The part of the channel's send, 127 for all of it.
    ReverbSend,
    /// The part of the channel's send, 127 for all of it.
    ChorusSend,
    /// The part of the channel's send, 127 for all of it.
    DelaySend,
    /// Above 64: 1.5 semitones a step.
    Cutoff,
    /// Above 64: 0.4 dB a step.
    Resonance,
    /// Above 64: the attack takes that much longer, 93.75 timecents a step.
    Attack,
    /// Above 64: the decay takes that much longer, 56.25 timecents a step.
    Decay,
    /// Drums of one group, 1 to 127, cut each other off; 0 is none. What the bank says of such groups holds as well.
    Group,
    /// 0 ends the note before of the same key, anything else leaves it.
    Assign,
    /// 0 lets the drum sound on whatever becomes of its key.
    NoteOff,
    /// 0 leaves the drum out.
    NoteOn,
}

impl DrumParameter {
    /// Every parameter, in the order of its number.
    const ALL: [Self; 15] = [
        Self::PitchCoarse,
        Self::PitchFine,
        Self::Level,
        Self::Pan,
        Self::ReverbSend,
        Self::ChorusSend,
        Self::DelaySend,
        Self::Cutoff,
        Self::Resonance,
        Self::Attack,
        Self::Decay,
        Self::Group,
        Self::Assign,
        Self::NoteOff,
        Self::NoteOn,
    ];

    /// The value of a drum that is as the bank has it.
    const fn neutral(self) -> u8 {
        match self {
            Self::Pan => UNSET,
            Self::Level => USUAL_LEVEL,
            Self::ReverbSend | Self::ChorusSend | Self::DelaySend => WHOLE,
            Self::Assign | Self::NoteOff | Self::NoteOn => WHOLE,
            Self::Group => 0,
            _ => CENTRE as u8,
        }
    }

    /// A module's value in the unit of the generator that it moves.
    fn amount(self, value: u8) -> f32 {
        let away = f32::from(i16::from(value) - CENTRE);
        match self {
            Self::PitchCoarse => away * 100.0,
            Self::Level if value == 0 => SILENT,
            Self::Level => {
                let octaves = log2(f64::from(USUAL_LEVEL) / f64::from(value));
                (octaves * 400.0 * std::f64::consts::LOG10_2) as f32
            }
            Self::Cutoff => away * 150.0,
            Self::Resonance => away * 4.0,
            Self::Attack => away * 93.75,
            Self::Decay => away * 56.25,
            _ => away,
        }
    }
}

/// A change of a drum, as a message says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DrumEdit {
    pub(super) key: u8,
    pub(super) parameter: DrumParameter,
    /// Seven bits.
    pub(super) value: u8,
}

/// The drums of a part.
#[derive(Debug, Clone)]
pub(super) struct DrumSetup {
    /// As the modules write them.
    values: [[u8; KEYS]; DrumParameter::ALL.len()],
    used: bool,
    /// Whether a drum may cut off another or itself.
    cuts: bool,
}

impl DrumSetup {
    /// Every drum as the bank has it.
    pub(super) const fn new() -> Self {
        let mut values = [[0; KEYS]; DrumParameter::ALL.len()];
        let mut index = 0;
        while index < values.len() {
            values[index] = [DrumParameter::ALL[index].neutral(); KEYS];
            index += 1;
        }
        Self { values, used: false, cuts: false }
    }

    /// Sets a parameter of the drum on `key`; `value` is seven bits, as a module's message has it.
    pub(super) fn set(&mut self, key: u8, parameter: DrumParameter, value: u8) {
        self.used = true;
        self.cuts |= matches!(parameter, DrumParameter::Group | DrumParameter::Assign);
        self.values[parameter as usize][usize::from(key & 0x7F)] = value & 0x7F;
    }

    /// Whether any drum is other than the bank has it.
    pub(super) const fn is_used(&self) -> bool {
        self.used
    }

    /// A parameter as a message would set it; the middle for a place that nobody set.
    pub(super) fn value(&self, key: u8, parameter: DrumParameter) -> u8 {
        match self.get(key, parameter) {
            UNSET => CENTRE as u8,
            value => value,
        }
    }

    fn get(&self, key: u8, parameter: DrumParameter) -> u8 {
        self.values[parameter as usize][usize::from(key & 0x7F)]
    }

    fn is_on(&self, key: u8, parameter: DrumParameter) -> bool {
        self.get(key, parameter) != 0
    }

    /// Whether the drum on `key` is played at all.
    pub(super) fn takes_note_on(&self, key: u8) -> bool {
        self.is_on(key, DrumParameter::NoteOn)
    }

    /// Whether it ends with its key.
    pub(super) fn takes_note_off(&self, key: u8) -> bool {
        self.is_on(key, DrumParameter::NoteOff)
    }

    /// Whether a drum may cut off another or itself.
    pub(super) const fn cuts_any(&self) -> bool {
        self.cuts
    }

    /// Whether a drum on `key` cuts off one on `other`.
    pub(super) fn cuts(&self, key: u8, other: u8) -> bool {
        if key == other {
            return !self.is_on(key, DrumParameter::Assign);
        }
        let [own, group] = [key, other].map(|key| self.get(key, DrumParameter::Group));
        own != 0 && own == group
    }

    fn part(&self, key: u8, parameter: DrumParameter) -> f32 {
        f32::from(self.get(key, parameter)) / f32::from(WHOLE)
    }

    /// The part of the channel's send to the delay that the drum on `key` has, 0 to 1.
    pub(super) fn delay_send(&self, key: u8) -> f32 {
        self.part(key, DrumParameter::DelaySend)
    }

    /// Adds what the drum on `key` is to what modulators add to each generator; `base` tells what the bank has for one, and
    /// `random` where a note is that has no place of its own.
    pub(super) fn add_to(
        &self,
        sums: &mut [f32],
        key: u8,
        base: impl Fn(G) -> i16,
        random: impl Fn() -> f32,
    ) {
        const ADDED: [(DrumParameter, G); 7] = [
            (DrumParameter::PitchCoarse, G::FineTune),
            (DrumParameter::PitchFine, G::FineTune),
            (DrumParameter::Level, G::InitialAttenuation),
            (DrumParameter::Cutoff, G::InitialFilterFc),
            (DrumParameter::Resonance, G::InitialFilterQ),
            (DrumParameter::Attack, G::AttackVolEnv),
            (DrumParameter::Decay, G::DecayVolEnv),
        ];
        const SCALED: [(DrumParameter, G); 2] = [
            (DrumParameter::ReverbSend, G::ReverbEffectsSend),
            (DrumParameter::ChorusSend, G::ChorusEffectsSend),
        ];
        for (parameter, generator) in ADDED {
            if let Some(sum) = sums.get_mut(usize::from(generator.operator())) {
                *sum += parameter.amount(self.get(key, parameter));
            }
        }
        for (parameter, generator) in SCALED {
            if let Some(sum) = sums.get_mut(usize::from(generator.operator())) {
                let base = f32::from(base(generator));
                *sum = (base + *sum) * self.part(key, parameter) - base;
            }
        }
        self.place(sums, key, base(G::Pan), random);
    }

    /// A drum goes to its place; the halves of a stereo sample move together, as controller 10 moves them.
    fn place(&self, sums: &mut [f32], key: u8, base: i16, random: impl Fn() -> f32) {
        let pan = match self.get(key, DrumParameter::Pan) {
            UNSET => return,
            0 => random(),
            pan => f32::from(pan_amount(pan)),
        };
        let is_half = base.abs() >= SIDE;
        if let Some(sum) = sums.get_mut(usize::from(G::Pan.operator())) {
            *sum += if is_half { pan } else { pan - f32::from(base) };
        }
    }
}

/// The maps of a group of channels whose drums messages can change, by number from 1: two in GS, up to four in XG.
#[derive(Debug, Clone)]
pub(super) struct DrumMaps([DrumSetup; 4]);

impl DrumMaps {
    /// Every drum as the bank has it.
    pub(super) const fn new() -> Self {
        Self([const { DrumSetup::new() }; 4])
    }

    /// The same again.
    pub(super) fn reset(&mut self) {
        for setup in self.0.iter_mut().filter(|setup| setup.is_used()) {
            *setup = DrumSetup::new();
        }
    }

    /// A map; none for number 0 and those that there are not.
    pub(super) fn get(&self, map: u8) -> Option<&DrumSetup> {
        self.0.get(usize::from(map.checked_sub(1)?))
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, map: u8) -> Option<&mut DrumSetup> {
        self.0.get_mut(usize::from(map.checked_sub(1)?))
    }
}

/// The generator of a place, 1 to 127 from left to right.
pub(super) fn pan_amount(place: u8) -> i16 {
    let away = i32::from(place) - i32::from(CENTRE);
    (away * i32::from(SIDE) / 63) as i16
}

#[cfg(test)]
mod tests;
