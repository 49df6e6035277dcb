//! Reverb and chorus around the voices: what they are fed, and when they rest.
//!
//! An effect that is off does not exist: it takes no memory and no time. One that is on works from the first
//! voice that sends to it until nothing is heard of the last one any more. Both ends follow from the
//! events alone, never from audio.

use super::group::{CHORUS, Mix, REVERB};
use crate::dsp::{Chorus, ChorusParameters, Reverb, ReverbParameters, lane_sum};
use crate::engine::Effects;

/// Left and right.
const SIDES: usize = 2;

/// The effects of a synthesizer.
#[derive(Debug)]
pub(super) struct EffectRack {
    reverb: Option<Box<Reverb>>,
    chorus: Option<Box<Chorus>>,
    to_reverb: [Box<[f32]>; SIDES],
    to_chorus: [Box<[f32]>; SIDES],
}

impl EffectRack {
    /// The effects that are on, at a rate in Hz, for blocks of a quantum at most.
    pub(super) fn new(on: Effects, rate: f64, quantum: usize) -> Self {
        let frames = if on == Effects::NONE { 0 } else { quantum };
        let sides = || std::array::from_fn(|_| vec![0.0; frames].into_boxed_slice());
        Self {
            reverb: on.reverb.then(|| Box::new(Reverb::new(rate, ReverbParameters::default()))),
            chorus: on.chorus.then(|| Box::new(Chorus::new(rate, ChorusParameters::default()))),
            to_reverb: sides(),
            to_chorus: sides(),
        }
    }

    /// Back to the parameters of the power-on state. What sounds dies away.
    pub(super) fn reset(&mut self) {
        if let Some(reverb) = &mut self.reverb {
            reverb.set(ReverbParameters::default());
        }
        if let Some(chorus) = &mut self.chorus {
            chorus.set(ChorusParameters::default());
        }
    }

    /// Does the work of a grid point: an effect that has died away rests.
    pub(super) fn pass_grid_point(&mut self) {
        if let Some(reverb) = &mut self.reverb {
            reverb.rest();
        }
        if let Some(chorus) = &mut self.chorus {
            chorus.rest();
        }
    }

    /// Adds the effects of what `mix` has sent; of silence when nothing sounds.
    pub(super) fn process(&mut self, mix: Option<&Mix>, left: &mut [f32], right: &mut [f32]) {
        let frames = left.len();
        let [reverb_left, reverb_right] = &mut self.to_reverb;
        let (Some(reverb_left), Some(reverb_right)) =
            (reverb_left.get_mut(..frames), reverb_right.get_mut(..frames))
        else {
            return;
        };
        let mut feeds_reverb = fill(mix, REVERB, [&mut *reverb_left, &mut *reverb_right]);
        if let Some(chorus) = &mut self.chorus {
            let [chorus_left, chorus_right] = &mut self.to_chorus;
            let (chorus_left, chorus_right) =
                (&mut chorus_left[..frames], &mut chorus_right[..frames]);
            let fed = fill(mix, CHORUS, [&mut *chorus_left, &mut *chorus_right]);
            let input = fed.then_some([&*chorus_left, &*chorus_right]);
            let onwards = [&mut *reverb_left, &mut *reverb_right];
            chorus.process(input, [&mut *left, &mut *right], onwards);
            feeds_reverb |= chorus.feeds_reverb();
        }
        if let Some(reverb) = &mut self.reverb {
            let input = feeds_reverb.then_some([&*reverb_left, &*reverb_right]);
            reverb.process(input, [left, right]);
        }
    }
}

/// Overwrites both sides with what was sent to an effect; whether anything was.
fn fill(mix: Option<&Mix>, effect: usize, sides: [&mut [f32]; SIDES]) -> bool {
    let sent = mix.and_then(|mix| mix.sent(effect));
    for (index, side) in sides.into_iter().enumerate() {
        match sent {
            None => side.fill(0.0),
            Some(sums) => {
                for (point, lanes) in side.iter_mut().zip(sums[index].iter()) {
                    *point = lane_sum(lanes);
                }
            }
        }
    }
    sent.is_some()
}
