//! What system exclusive messages ask for, whoever made them.

use super::super::drum_setup::DrumEdit;
use super::super::selection::BankStyle;

/// What a message asks for. Values are as they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Command<'a> {
    /// Back to the power-on state.
    Reset(Reset),
    /// Something of the synthesizer as a whole.
    Master(MasterSetting, u16),
    /// Something of one part; parts are numbered like the channels that they receive at power-on.
    Part { part: u8, sets: PartSetting, value: u16 },
    /// Something of an effect.
    Effect(EffectSetting, u16),
    /// What a controller of a channel does: pairs of a [`Destination`]'s number and a range; all else is
    /// back to what it does at power-on.
    Destinations { channel: u8, source: ControlSource, pairs: &'a [u8] },
    /// A drum of the parts that play a map: a parameter of GS or XG, and its value.
    Drum { map: u8, edit: DrumEdit },
    /// All drums of a map are as the bank has them.
    ResetDrums { map: u8 },
    /// Controllers of one key of a channel: pairs of a controller and its value.
    Key { channel: u8, key: u8, pairs: &'a [u8] },
    /// Another tuning.
    Tune(TuningUpdate<'a>),
}

/// Which power-on state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Reset {
    /// General MIDI Level 1.
    Gm1,
    /// General MIDI Level 2.
    Gm2,
    /// No General MIDI: the synthesizer's own.
    Own,
    /// GS.
    Gs,
    /// XG.
    Xg,
}

impl Reset {
    /// How bank numbers are read from then on; none for as at power-on.
    pub(in super::super) const fn bank_style(self) -> Option<BankStyle> {
        match self {
            Self::Gm1 => Some(BankStyle::GeneralMidi),
            Self::Gm2 => Some(BankStyle::GeneralMidi2),
            Self::Own => None,
            Self::Gs => Some(BankStyle::Gs),
            Self::Xg => Some(BankStyle::Xg),
        }
    }
}

/// Something of the synthesizer as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum MasterSetting {
    /// The volume, 14 bits.
    Volume,
    /// The volume, 7 bits.
    Volume7,
    /// What is taken away from the volume, 7 bits.
    Attenuator,
    /// Left and right, 14 bits, 8192 in the middle.
    Balance,
    /// Left and right, 7 bits, 64 in the middle.
    Pan,
    /// Fine tuning, 14 bits for a semitone up and down.
    FineTuning,
    /// Fine tuning in tenths of a cent above 1024.
    Tune,
    /// Coarse tuning: semitones above 64.
    CoarseTuning,
    /// Semitones above 64 by which keys are moved.
    KeyShift,
}

/// Something of one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum PartSetting {
    /// What a controller of this number sets.
    Controller(u8),
    /// The program, of the bank last selected.
    Program,
    /// Bank and program, seven bits each.
    Tone,
    /// 1 to 127 from left to right; 0 is another place for each note.
    Pan,
    /// 0 ends the note before when a key is struck again.
    KeyAssign,
    /// The channel that it listens to; none above 15.
    ReceiveChannel,
    /// 0 is mono, 1 is poly.
    Poly,
    /// 0 plays a melodic instrument, 1 and 2 a drum kit by a map of that number.
    Rhythm,
    /// 0 plays a melodic instrument, 1 a drum kit that no map changes, 2 and more one by the map before.
    PartMode,
    /// Semitones above 64 by which keys are moved.
    KeyShift,
    /// Tenths of a hertz above 128.
    Detune,
    /// Fine tuning, 14 bits for a semitone up and down.
    FineTuning,
    /// What becomes of the velocity.
    Velocity(VelocitySense),
    /// The lowest or highest key that is heard.
    KeyLimit(Limit),
    /// Semitones above 64 that the wheel reaches.
    BendRange,
    /// Cents above 64 of a key of every octave, counted from C.
    ScaleTuning(u8),
    /// What a controller does.
    Depth(ControlSource, Destination),
    /// The number of an assignable controller.
    Assign(ControlSource),
}

/// How velocities are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum VelocitySense {
    /// Their factor, of 64.
    Depth,
    /// Half of what is added, above 64.
    Offset,
}

/// An end of a range of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Limit {
    Low,
    High,
}

/// A controller that can be led to several destinations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum ControlSource {
    /// Controller 1.
    Modulation,
    /// The pitch wheel, but for its range.
    Bend,
    /// Channel pressure.
    ChannelPressure,
    /// Pressure of a key.
    PolyPressure,
    /// The first controller whose number can be chosen.
    Assigned1,
    /// The second one.
    Assigned2,
}

impl ControlSource {
    /// Every source, in the order of its number.
    pub(in super::super) const ALL: [Self; 6] = [
        Self::Modulation,
        Self::Bend,
        Self::ChannelPressure,
        Self::PolyPressure,
        Self::Assigned1,
        Self::Assigned2,
    ];
}

/// Where a controller can lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Destination {
    /// 64 is nothing, a step is a semitone.
    Pitch,
    /// 64 is nothing, the ends are 9600 cents.
    Cutoff,
    /// 64 is nothing, the ends are nothing and twice the amplitude.
    Amplitude,
    /// 64 is nothing, the ends are 10 Hz.
    LfoRate,
    /// Of 600 cents.
    LfoPitch,
    /// Of 2400 cents.
    LfoCutoff,
    /// Of the amplitude.
    LfoAmplitude,
}

impl Destination {
    /// Every destination, in the order of its number.
    pub(in super::super) const ALL: [Self; 7] = [
        Self::Pitch,
        Self::Cutoff,
        Self::Amplitude,
        Self::LfoRate,
        Self::LfoPitch,
        Self::LfoCutoff,
        Self::LfoAmplitude,
    ];
}

/// Something of an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum EffectSetting {
    /// A reverb with all its parameters, as GS numbers them.
    ReverbMacro,
    /// The room alone.
    ReverbCharacter,
    /// 0 lets all through, 7 the least.
    ReverbLowPass,
    /// 64 is the level at power-on.
    ReverbLevel,
    /// Of 127; what it means depends on the room.
    ReverbTime,
    /// Of 127, for rooms that are delays.
    ReverbFeedback,
    /// Milliseconds.
    ReverbPreDelay,
    /// A room as General MIDI Level 2 numbers it.
    Gm2ReverbType,
    /// The time by the law of General MIDI Level 2.
    Gm2ReverbTime,
    /// A room as XG numbers it, 14 bits.
    XgReverbType,
    /// The time by the table of XG.
    XgReverbTime,
    /// A chorus with all its parameters, as GS and General MIDI Level 2 number them.
    ChorusMacro,
    /// 64 is the level at power-on.
    ChorusLevel,
    /// Of 127.
    ChorusFeedback,
    /// Of 127.
    ChorusDelay,
    /// Of 127.
    ChorusRate,
    /// Of 127.
    ChorusDepth,
    /// Of 127.
    ChorusToReverb,
    /// Of 127.
    ChorusToDelay,
    /// A chorus as XG numbers it, 14 bits.
    XgChorusType,
    /// The delay's.
    Delay(DelaySetting),
}

/// Something of the delay, as GS numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum DelaySetting {
    /// A delay with all its parameters.
    Macro,
    /// 0 lets all through, 7 the least.
    LowPass,
    /// The time of the tap in the middle by the table of GS, 1 to 115.
    Time,
    /// That of the left, in 24ths of the middle's, 1 to 120.
    RatioLeft,
    /// That of the right.
    RatioRight,
    /// Of 127.
    LevelCentre,
    /// Of 127.
    LevelLeft,
    /// Of 127.
    LevelRight,
    /// Of 127, for all taps.
    Level,
    /// Above 64: of 64; below, turned round.
    Feedback,
    /// Of 127.
    ToReverb,
}

/// Where tunings of all keys are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct TuningPlace {
    pub(in super::super) bank: u8,
    pub(in super::super) program: u8,
}

/// Another tuning. Data bytes are as they were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum TuningUpdate<'a> {
    /// All keys of a program: 128 frequencies of three bytes.
    Program { place: TuningPlace, keys: &'a [u8] },
    /// Twelve keys of a program, the same in each octave: offsets of one byte or two.
    OctaveProgram { place: TuningPlace, offsets: &'a [u8] },
    /// Some keys of a program: a key and its frequency, four bytes together.
    Keys { place: TuningPlace, changes: &'a [u8], real_time: bool },
    /// Twelve keys of some channels, bit 0 being the first channel: offsets of one byte or two.
    Scale { channels: u16, offsets: &'a [u8], real_time: bool },
}
