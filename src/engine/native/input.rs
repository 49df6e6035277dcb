//! Sets of the things that a voice may depend on, so that only voices whose inputs changed are recomputed.

use crate::bank::{Input, Modulator};

/// Something on a channel that a sounding voice can depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    /// A control change.
    Controller(u8),
    /// Channel pressure.
    ChannelPressure,
    /// Pressure of a key.
    PolyPressure,
    /// The pitch wheel.
    PitchWheel,
    /// The range of the pitch wheel.
    PitchWheelSensitivity,
    /// The channel's or the synthesizer's tuning, and what else was set for a part as a whole.
    Tuning,
    /// The synthesizer's volume and balance.
    MasterVolume,
    /// The tuning of keys, for those that sound as well.
    KeyTuning,
    /// What the channel adds to generators by numbered parameters and drum setup.
    Generators,
    /// What it adds to the times of envelopes, by whatever way.
    Times,
}

impl Signal {
    /// What changes when a modulator's input does; none for what is fixed for a note.
    pub(super) fn of(input: Input) -> Option<Self> {
        match input {
            Input::Controller(controller) => Some(Self::Controller(controller)),
            Input::PolyPressure => Some(Self::PolyPressure),
            Input::ChannelPressure => Some(Self::ChannelPressure),
            Input::PitchWheel => Some(Self::PitchWheel),
            Input::PitchWheelSensitivity => Some(Self::PitchWheelSensitivity),
            Input::None | Input::NoteOnVelocity | Input::NoteOnKey | Input::Link => None,
        }
    }

    /// How many there are.
    pub(super) const COUNT: usize = KEY_TUNING + 1;

    const fn bit(self) -> (usize, u64) {
        let index = match self {
            Self::Controller(controller) => controller as usize & 0x7F,
            Self::ChannelPressure => 128,
            Self::PolyPressure => 129,
            Self::PitchWheel => 130,
            Self::PitchWheelSensitivity => 131,
            Self::Tuning => 132,
            Self::MasterVolume => 133,
            Self::Generators => 134,
            Self::Times => 135,
            Self::KeyTuning => KEY_TUNING,
        };
        (index / 64, 1 << (index % 64))
    }
}

/// The number of [`Signal::KeyTuning`].
const KEY_TUNING: usize = 136;

/// Pressure, the wheel and its range, among the signals from 128 on.
const MODULATOR_INPUTS: u64 = 0b1111;

/// A set of [`Signal`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct InputSet([u64; 3]);

impl InputSet {
    /// Nothing.
    pub(super) const NONE: Self = Self([0; 3]);
    /// Everything but the tuning of keys, which a note that sounds follows only when it is told to.
    pub(super) const ALL: Self = Self([u64::MAX, u64::MAX, !(1 << (KEY_TUNING % 64))]);

    /// Both together.
    pub(super) fn with(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    /// One controller.
    pub(super) fn controller(number: u8) -> Self {
        let mut set = Self::NONE;
        set.insert(Signal::Controller(number));
        set
    }

    /// Adds `signal`.
    pub(super) fn insert(&mut self, signal: Signal) {
        let (word, bit) = signal.bit();
        self.0[word] |= bit;
    }

    /// Whether `signal` is in it.
    pub(super) fn contains(&self, signal: Signal) -> bool {
        let (word, bit) = signal.bit();
        self.0[word] & bit != 0
    }

    /// Adds everything that `modulator` reads while a note sounds.
    pub(super) fn insert_inputs(&mut self, modulator: &Modulator) {
        for source in [modulator.source, modulator.amount_source] {
            if let Some(signal) = Signal::of(source.input) {
                self.insert(signal);
            }
        }
    }

    /// Whether there is nothing in it but what modulators read.
    pub(super) const fn is_of_modulators(self) -> bool {
        self.0[2] & !MODULATOR_INPUTS == 0
    }

    /// The numbers of its signals, below [`Signal::COUNT`] unless everything is in it.
    pub(super) fn indices(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(word, mut bits)| {
            std::iter::from_fn(move || {
                let bit = bits.trailing_zeros() as usize;
                (bits != 0).then(|| {
                    bits &= bits - 1;
                    word * 64 + bit
                })
            })
        })
    }

    /// Whether both have something in common.
    pub(super) fn meets(self, other: Self) -> bool {
        self.0.iter().zip(other.0).fold(0, |common, (a, b)| common | a & b) != 0
    }
}
