//! What a reverb is asked for, and the rooms it knows.

use crate::dsp::effect::OPEN;

/// A kind of room.
///
/// SPEC: the reverb types of General MIDI Level 2 and of GS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ReverbKind {
    /// A small room.
    Room1,
    /// A medium room.
    Room2,
    /// A large room.
    Room3,
    /// A medium hall.
    Hall1,
    /// A large hall.
    #[default]
    Hall2,
    /// A steel plate.
    Plate,
}

/// What a reverb is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReverbParameters {
    /// The room.
    pub kind: ReverbKind,
    /// Seconds in which low and middle frequencies die away by 60 dB, 0.1 to 20.
    pub seconds: f32,
    /// Seconds before the reverb begins, 0 to 0.2.
    pub pre_delay: f32,
    /// Hz above which the reverb is fed less, one pole; none from 20,000 on.
    pub low_pass: f32,
    /// The factor of the return, 0 to 2; 1 is the level that all kinds are balanced for.
    pub level: f32,
}

impl ReverbKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Room1, Self::Room2, Self::Room3, Self::Hall1, Self::Hall2, Self::Plate];

    /// The kind as General MIDI Level 2 means it.
    ///
    /// SPEC: GM2 reverb times: 1.1, 1.3, 1.5, 1.8, 1.8 and 1.3 seconds.
    pub const fn parameters(self) -> ReverbParameters {
        ReverbParameters {
            kind: self,
            seconds: self.room().seconds,
            pre_delay: 0.0,
            low_pass: OPEN,
            level: 1.0,
        }
    }

    pub(super) const fn room(self) -> &'static Room {
        &ROOMS[self as usize]
    }
}

impl Default for ReverbParameters {
    fn default() -> Self {
        ReverbKind::default().parameters()
    }
}

/// What makes a kind what it is.
#[derive(Debug)]
pub(super) struct Room {
    /// Seconds to -60 dB unless asked otherwise.
    pub(super) seconds: f32,
    /// The shortest and the longest way round, in seconds.
    pub(super) ways: [f64; 2],
    /// The time to -60 dB at high frequencies, as a part of that at low ones.
    pub(super) high: f32,
    /// Hz between low and high.
    pub(super) crossover: f32,
    /// The size of the diffusers, as a part of the largest.
    pub(super) diffusion: f64,
    /// How much of the diffused input is heard at once.
    pub(super) early: f32,
}

/// By kind.
const ROOMS: [Room; 6] = [
    room(1.1, [0.0113, 0.0317], 0.45, 5_000.0, 0.69, 0.32),
    room(1.3, [0.0149, 0.0431], 0.45, 4_500.0, 0.72, 0.28),
    room(1.5, [0.0191, 0.0557], 0.50, 5_500.0, 0.80, 0.25),
    room(1.8, [0.0263, 0.0739], 0.42, 4_500.0, 0.90, 0.18),
    room(1.8, [0.0307, 0.0877], 0.50, 5_000.0, 1.00, 0.16),
    room(1.3, [0.0131, 0.0467], 0.75, 7_000.0, 0.85, 0.40),
];

const fn room(
    seconds: f32,
    ways: [f64; 2],
    high: f32,
    crossover: f32,
    diffusion: f64,
    early: f32,
) -> Room {
    Room { seconds, ways, high, crossover, diffusion, early }
}

/// The longest way round of any kind, in seconds.
pub(super) const LONGEST_WAY: f64 = 0.09;
/// The longest delay before the reverb, in seconds.
pub(super) const LONGEST_PRE_DELAY: f64 = 0.2;
