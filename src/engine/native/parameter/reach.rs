//! What has to be reached for something of a voice to change.

use crate::bank::{Destination, Generator as G};
use crate::engine::native::reached::Reached;

/// Its pitch, oscillators and envelope aside.
pub(super) const PITCH: Reached = Reached::of(Destination::Pitch).with(Reached::these(&[
    G::CoarseTune,
    G::FineTune,
    G::ScaleTuning,
]));
/// Anything that it is heard at another pitch by.
pub(in super::super) const SPEED: Reached = PITCH.with(Reached::these(&[
    G::ModLfoToPitch,
    G::VibLfoToPitch,
    G::ModEnvToPitch,
    G::FreqModLfo,
    G::FreqVibLfo,
]));
/// The gains that its ramps lead to.
pub(in super::super) const LEVELS: Reached = Reached::these(&[
    G::InitialAttenuation,
    G::Pan,
    G::ReverbEffectsSend,
    G::ChorusEffectsSend,
    G::InitialFilterQ,
]);
/// What moves the gains besides.
pub(in super::super) const TREMOLO: Reached = Reached::these(&[G::ModLfoToVolume, G::FreqModLfo]);
/// Its filter.
pub(in super::super) const FILTER: Reached = Reached::these(&[
    G::InitialFilterFc,
    G::InitialFilterQ,
    G::ModLfoToFilterFc,
    G::ModEnvToFilterFc,
    G::FreqModLfo,
]);
/// Its filter, or what moves the gains besides.
pub(super) const FILTER_AND_TREMOLO: Reached = FILTER.with(TREMOLO);
