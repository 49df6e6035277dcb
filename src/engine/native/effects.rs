//! Reverb, chorus and delay around the voices: what they are fed, and when they rest.
//!
//! An effect that is off does not exist: it takes no memory and no time. One that is on works from the frame
//! of the first voice that sends to it until nothing is heard of the last one any more. Both ends follow
//! from the events alone, never from audio and never from how blocks are cut; new parameters wait for
//! the next grid point.

mod request;

use std::ops::Range;

use super::group::{CHORUS, DELAY, EFFECTS, REVERB, Total, sends};
use super::sysex::EffectSetting;
use crate::dsp::{Chorus, ChorusParameters, Delay, DelayParameters, Onwards, Reverb, SimdLevel};
use crate::engine::Effects;
use crate::rt::zeros;
use request::Request;

/// Left and right.
const SIDES: usize = 2;
/// The return of the reverb.
///
/// MEASURED: over five General MIDI songs with FluidR3 (fluidsynth -R 1 -C 0, less the same without; 2026-11-21), the energy
/// that returns is that of FluidSynth 2.3.1 by default within -2.0 and +1.3 dB, -0.3 dB in the mean, once the levels that
/// two of them set by system exclusive are taken away. Its return is narrower: 6 dB more of it is in the middle than
/// between the sides. Ours has as much in both, as a hall has.
const REVERB_RETURN: f32 = 0.71;
/// The return of the chorus: the default modulator sends a fifth at most, and GM2's full send is about all of it.
///
/// MEASURED: as above, within -1.6 and +1.0 dB, -0.4 dB in the mean; FluidSynth returns 11 to 15 dB more between the
/// sides than in the middle, and ours 2 to 5 dB: see the chorus.
const CHORUS_RETURN: f32 = 5.6;
/// The factor of each side in what is both together: what is in the middle keeps its energy.
const MIDDLE: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// The effects of a synthesizer.
#[derive(Debug)]
pub(super) struct EffectRack {
    reverb: Option<Box<Reverb>>,
    chorus: Option<Box<Chorus>>,
    delay: Option<Box<Delay>>,
    /// In the place of the reverb, when its character is a delay.
    echo: Option<Box<Delay>>,
    /// Whether it is.
    is_echo: bool,
    to_reverb: [Box<[f32]>; SIDES],
    to_chorus: [Box<[f32]>; SIDES],
    to_delay: Box<[f32]>,
    silence: Box<[f32]>,
    /// What the effects are to be.
    request: Request,
    /// Whether they are told at the next grid point.
    changed: bool,
}

impl EffectRack {
    /// The effects that are on, at a rate in Hz, for blocks of a quantum at most.
    pub(super) fn new(on: Effects, level: SimdLevel, rate: f64, quantum: usize) -> Self {
        let frames = if on == Effects::NONE { 0 } else { quantum };
        let side = || zeros(frames);
        let request = Request::power_on();
        Self {
            reverb: on
                .reverb
                .then(|| Box::new(Reverb::new(rate, request.reverb).with_level(level))),
            chorus: on
                .chorus
                .then(|| Box::new(Chorus::new(rate, request.chorus).with_level(level))),
            delay: on.delay.then(|| Box::new(Delay::new(rate, request.delay()))),
            echo: on.reverb.then(|| Box::new(Delay::new(rate, DelayParameters::default()))),
            is_echo: false,
            to_reverb: [side(), side()],
            to_chorus: [side(), side()],
            to_delay: side(),
            silence: side(),
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
                let to_delay =
                    if self.delay.is_some() { self.request.chorus.to_delay } else { 0.0 };
                chorus.set(ChorusParameters { to_delay, ..self.request.chorus });
            }
            chorus.rest();
        }
        if let Some(delay) = &mut self.delay {
            if changed {
                delay.set(self.request.delay());
            }
            delay.rest();
        }
        if let Some(echo) = &mut self.echo {
            if changed {
                let request = self.request.echo();
                self.is_echo = request.is_some();
                request.into_iter().for_each(|request| echo.set(request));
            }
            echo.rest();
        }
    }

    /// Adds to `output`, which begins at the frame `start`, what comes back of the frames of `total`; of silence when
    /// no voice sounds. `fed` says from which frame on something is sent, by effect.
    pub(super) fn process(
        &mut self,
        total: Option<(&Total, Range<usize>)>,
        (fed, start): ([Option<u64>; EFFECTS], u64),
        mut output: [&mut [f32]; SIDES],
    ) {
        let frames = output[0].len();
        if self.silence.is_empty() {
            // There is none.
            return;
        }
        let first = |effect: usize| Some(fed[effect]?.saturating_sub(start) as usize);
        let feeds = std::array::from_fn(|effect| first(effect).filter(|first| *first < frames));
        let sent = |effect: usize| total.as_ref().filter(|_| fed[effect].is_some());
        let works = self.works(feeds);
        Total::write(sent(REVERB), sends(REVERB), sides(&mut self.to_reverb, 0..frames));
        if works.delay.is_some() {
            Total::write(sent(DELAY), sends(DELAY), [&mut self.to_delay[..frames]]);
        }
        if let Some(from) = works.chorus {
            Total::write(sent(CHORUS), sends(CHORUS), sides(&mut self.to_chorus, 0..frames));
            self.add_chorus(from..frames, feeds[CHORUS].is_some(), &mut output);
        }
        if let Some(from) = works.delay {
            self.add_delay(from..frames, works.feeds_delay, &mut output);
        }
        self.add_reverb(frames, works.feeds_reverb, &mut output);
    }

    /// From which frame on chorus and delay work, and from which on delay and reverb are fed by all that feeds them.
    fn works(&self, feeds: [Option<usize>; EFFECTS]) -> Works {
        let works =
            |is_running: bool, feeds: Option<usize>| if is_running { Some(0) } else { feeds };
        let (mut feeds_delay, mut feeds_reverb) = (feeds[DELAY], feeds[REVERB]);
        let chorus = self.chorus.as_ref().and_then(|chorus| {
            let from = works(chorus.is_running(), feeds[CHORUS]);
            let parameters = chorus.parameters();
            feeds_delay = earlier(feeds_delay, from.filter(|_| parameters.to_delay > 0.0));
            feeds_reverb = earlier(feeds_reverb, from.filter(|_| parameters.to_reverb > 0.0));
            from
        });
        let delay = self.delay.as_ref().and_then(|delay| {
            let from = works(delay.is_running(), feeds_delay);
            let goes_on = delay.parameters().to_reverb > 0.0;
            feeds_reverb = earlier(feeds_reverb, from.filter(|_| goes_on));
            from
        });
        Works { chorus, delay, feeds_delay: feeds_delay.is_some(), feeds_reverb }
    }

    fn add_chorus(&mut self, frames: Range<usize>, fed: bool, output: &mut [&mut [f32]; SIDES]) {
        let Some(chorus) = &mut self.chorus else { return };
        let onwards = Onwards {
            reverb: sides(&mut self.to_reverb, frames.clone()),
            delay: &mut self.to_delay[frames.clone()],
        };
        let input = self.to_chorus.each_ref().map(|side| &side[frames.clone()]);
        chorus.process(input, fed, heard(output, frames.start), onwards);
    }

    fn add_delay(&mut self, frames: Range<usize>, fed: bool, output: &mut [&mut [f32]; SIDES]) {
        let Some(delay) = &mut self.delay else { return };
        let reverb = sides(&mut self.to_reverb, frames.clone());
        delay.process(&self.to_delay[frames.clone()], fed, heard(output, frames.start), reverb);
    }

    /// Room or echo; what was there before dies away.
    fn add_reverb(
        &mut self,
        frames: usize,
        feeds: Option<usize>,
        output: &mut [&mut [f32]; SIDES],
    ) {
        let (room, echo) = if self.is_echo { (None, feeds) } else { (feeds, None) };
        if let Some(reverb) = &mut self.reverb
            && let Some(from) = if reverb.is_running() { Some(0) } else { room }
        {
            let silent = [&self.silence[from..frames]; SIDES];
            let sent = self.to_reverb.each_ref().map(|side| &side[from..frames]);
            let input = if self.is_echo { silent } else { sent };
            reverb.process(input, room.is_some(), heard(output, from));
        }
        if let Some(delay) = &mut self.echo
            && let Some(from) = if delay.is_running() { Some(0) } else { echo }
        {
            let line = &mut self.to_delay[from..frames];
            let [left, right] = self.to_reverb.each_ref().map(|side| &side[from..frames]);
            for (line, (left, right)) in line.iter_mut().zip(left.iter().zip(right)) {
                *line = if self.is_echo { (left + right) * MIDDLE } else { 0.0 };
            }
            // An echo sends nothing on.
            let spare = sides(&mut self.to_chorus, from..frames);
            delay.process(line, echo.is_some(), heard(output, from), spare);
        }
    }
}

/// What works in a block.
struct Works {
    /// From which frame on.
    chorus: Option<usize>,
    /// From which frame on.
    delay: Option<usize>,
    feeds_delay: bool,
    /// From which frame on.
    feeds_reverb: Option<usize>,
}

fn sides(bus: &mut [Box<[f32]>; SIDES], frames: Range<usize>) -> [&mut [f32]; SIDES] {
    bus.each_mut().map(|side| &mut side[frames.clone()])
}

/// What is heard from a frame on.
fn heard<'a>(output: &'a mut [&mut [f32]; SIDES], from: usize) -> [&'a mut [f32]; SIDES] {
    output.each_mut().map(|side| &mut side[from..])
}

fn earlier(one: Option<usize>, other: Option<usize>) -> Option<usize> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
