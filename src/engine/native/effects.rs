//! Reverb, chorus and delay around the voices: what they are fed, and when they rest.
//!
//! An effect that is off does not exist: it takes no memory and no time. One that is on works from the frame
//! of the first voice that sends to it until nothing is heard of the last one any more. Both ends follow
//! from the events alone, never from audio and never from how blocks are cut; new parameters wait for
//! the next grid point.

mod request;

use std::ops::Range;

use super::group::{CHORUS, DELAY, EFFECTS, Mix, REVERB, sends};
use super::sysex::EffectSetting;
use crate::dsp::{Chorus, Delay, Reverb, SimdLevel};
use crate::engine::Effects;
use request::Request;

/// Left and right.
const SIDES: usize = 2;
/// The return of the reverb.
///
/// MEASURED: what returns against the dry sound, the median over tenths of a second, is -17.5 dB in the General MIDI
/// song J-cycle with FluidR3, where FluidSynth 2.3.1 has -15.7 by default.
const REVERB_RETURN: f32 = 0.59;
/// The return of the chorus: the default modulator sends a fifth at most, and GM2's full send is all of it.
///
/// MEASURED: -5.1 dB in the same song, where FluidSynth has -0.9.
const CHORUS_RETURN: f32 = 5.0;

/// The effects of a synthesizer.
#[derive(Debug)]
pub(super) struct EffectRack {
    reverb: Option<Box<Reverb>>,
    chorus: Option<Box<Chorus>>,
    delay: Option<Box<Delay>>,
    to_reverb: [Box<[f32]>; SIDES],
    to_chorus: [Box<[f32]>; SIDES],
    to_delay: Box<[f32]>,
    /// What the effects are to be.
    request: Request,
    /// Whether they are told at the next grid point.
    changed: bool,
}

impl EffectRack {
    /// The effects that are on, at a rate in Hz, for blocks of a quantum at most.
    pub(super) fn new(on: Effects, level: SimdLevel, rate: f64, quantum: usize) -> Self {
        let frames = if on == Effects::NONE { 0 } else { quantum };
        let side = || vec![0.0; frames].into_boxed_slice();
        let sides = || [side(), side()];
        let request = Request::power_on();
        Self {
            reverb: on
                .reverb
                .then(|| Box::new(Reverb::new(rate, request.reverb).with_level(level))),
            chorus: on
                .chorus
                .then(|| Box::new(Chorus::new(rate, request.chorus).with_level(level))),
            delay: on.delay.then(|| Box::new(Delay::new(rate, request.delay.parameters()))),
            to_reverb: sides(),
            to_chorus: sides(),
            to_delay: side(),
            request,
            changed: false,
        }
    }

    /// Back to the parameters of the power-on state. What sounds dies away.
    pub(super) fn reset(&mut self) {
        self.request = Request::power_on();
        self.changed = true;
    }

    /// Takes over a setting. What sounds goes over to it from the next grid point on.
    pub(super) fn set(&mut self, sets: EffectSetting, value: u16) {
        self.request.set(sets, value);
        self.changed = true;
    }

    /// Does the work of a grid point: new parameters, and rest for what has died away.
    pub(super) fn pass_grid_point(&mut self) {
        let changed = std::mem::replace(&mut self.changed, false);
        if let Some(reverb) = &mut self.reverb {
            if changed {
                reverb.set(self.request.reverb);
            }
            reverb.rest();
        }
        if let Some(chorus) = &mut self.chorus {
            if changed {
                chorus.set(self.request.chorus);
            }
            chorus.rest();
        }
        if let Some(delay) = &mut self.delay {
            if changed {
                delay.set(self.request.delay.parameters());
            }
            delay.rest();
        }
    }

    /// Adds to `output`, which begins at the frame `start`, what comes back of the frames of `mix`; of silence when
    /// no voice sounds. `fed` says from which frame on something is sent, by effect.
    pub(super) fn process(
        &mut self,
        level: SimdLevel,
        mix: Option<(&Mix, Range<usize>)>,
        (fed, start): ([Option<u64>; EFFECTS], u64),
        output: [&mut [f32]; SIDES],
    ) {
        let [left, right] = output;
        let frames = left.len();
        let first = |effect: usize| Some(fed[effect]?.saturating_sub(start) as usize);
        let mut feeds_reverb = first(REVERB).filter(|first| *first < frames);
        let [reverb_left, reverb_right] = &mut self.to_reverb;
        let (reverb_left, reverb_right) = (&mut reverb_left[..frames], &mut reverb_right[..frames]);
        let sent = |effect: usize| mix.as_ref().filter(|_| fed[effect].is_some());
        fill(level, sent(REVERB), REVERB, [&mut *reverb_left, &mut *reverb_right]);
        if let Some(chorus) = &mut self.chorus {
            let feeds = first(CHORUS).filter(|first| *first < frames);
            let from = if chorus.is_running() { Some(0) } else { feeds };
            let [chorus_left, chorus_right] = &mut self.to_chorus;
            if let Some(from) = from {
                let sides = [&mut chorus_left[..frames], &mut chorus_right[..frames]];
                fill(level, sent(CHORUS), CHORUS, sides);
                chorus.process(
                    [&chorus_left[from..frames], &chorus_right[from..frames]],
                    feeds.is_some(),
                    [&mut left[from..], &mut right[from..]],
                    [&mut reverb_left[from..], &mut reverb_right[from..]],
                );
            }
            if chorus.feeds_reverb() {
                feeds_reverb = earlier(feeds_reverb, from);
            }
        }
        if let Some(delay) = &mut self.delay {
            let feeds = first(DELAY).filter(|first| *first < frames);
            let from = if delay.is_running() { Some(0) } else { feeds };
            if let Some(from) = from {
                let line = &mut self.to_delay[..frames];
                match sent(DELAY) {
                    Some((mix, frames)) => mix.sum_delay(level, frames.clone(), line),
                    None => line.fill(0.0),
                }
                delay.process(
                    &line[from..],
                    feeds.is_some(),
                    [&mut left[from..], &mut right[from..]],
                    [&mut reverb_left[from..], &mut reverb_right[from..]],
                );
            }
            if delay.feeds_reverb() {
                feeds_reverb = earlier(feeds_reverb, from);
            }
        }
        if let Some(reverb) = &mut self.reverb {
            let from = if reverb.is_running() { Some(0) } else { feeds_reverb };
            if let Some(from) = from {
                reverb.process(
                    [&reverb_left[from..], &reverb_right[from..]],
                    feeds_reverb.is_some(),
                    [&mut left[from..], &mut right[from..]],
                );
            }
        }
    }
}

/// Overwrites both sides with what was sent to an effect.
fn fill(
    level: SimdLevel,
    mix: Option<&(&Mix, Range<usize>)>,
    effect: usize,
    sides: [&mut [f32]; SIDES],
) {
    match mix {
        Some((mix, frames)) => mix.sum(level, sends(effect), frames.clone(), sides),
        None => sides.into_iter().for_each(|side| side.fill(0.0)),
    }
}

fn earlier(one: Option<usize>, other: Option<usize>) -> Option<usize> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
