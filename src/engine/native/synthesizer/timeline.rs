//! From event to event: grid points at their frames, and the mix of what lies between.

use std::ops::Range;

use super::NativeSynthesizer;
use super::channels::choose_preset;
use crate::engine::native::effects::EffectRack;
use crate::engine::native::group::{DRY, EFFECTS, Total};
use crate::engine::native::input::InputSet;
use crate::engine::native::moment::Moment;
use crate::engine::native::section::{MOST_QUANTA, Plan};
use crate::engine::{BlockEvent, StereoBus};
use crate::rt::{Crew, FloatEnv};

/// The frames of a quantum, by the highest sample rate that it is for.
const QUANTA: [(u32, u32); 2] = [(50_000, 64), (100_000, 128)];
/// The frames of a quantum above.
const LONGEST_QUANTUM: u32 = 256;
/// The fewest frames without an event for which a crew is called.
const LEAST_TOGETHER: u64 = 256;
/// The least work for it, in voices times frames: some two tenths of a millisecond, several times what it takes to
/// call one.
const LEAST_WORK: u64 = 200_000;

/// Where the synthesizer is in time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// Frames rendered since it was created.
    pub(super) now: u64,
    pub(super) quantum: u32,
    /// The grid point whose work is done; `u64::MAX` before the first.
    planned: u64,
}

impl Clock {
    /// Before the first frame.
    pub(super) fn new(rate: u32) -> Self {
        Self { now: 0, quantum: quantum(rate), planned: u64::MAX }
    }

    pub(super) const fn quantum_start(&self) -> u64 {
        self.now - self.now % self.quantum as u64
    }
}

/// The block that is being rendered.
struct Block<'a, 'b> {
    bus: &'a mut StereoBus<'b>,
    /// Who helps.
    crew: Option<&'a dyn Crew>,
    /// The frame at which it begins.
    start: u64,
    /// The frame up to which it is rendered.
    done: u64,
}

impl Block<'_, '_> {
    /// The frame after the last.
    fn end(&self) -> u64 {
        self.start + self.bus.left.len() as u64
    }

    /// Writes what lies before the frame `now` and is not written yet: what voices add up to, if there are any, and
    /// what effects make of it; see [`EffectRack::process`].
    fn write(
        &mut self,
        now: u64,
        total: Option<(&Total, Range<usize>)>,
        fed: [Option<u64>; EFFECTS],
        rack: &mut EffectRack,
    ) {
        let range = (self.done - self.start) as usize..(now - self.start) as usize;
        let start = std::mem::replace(&mut self.done, now);
        let sides = [&mut *self.bus.left, &mut *self.bus.right];
        let [Some(left), Some(right)] = sides.map(|side| side.get_mut(range.clone())) else {
            return;
        };
        let mut sides = [left, right];
        Total::write(total.as_ref(), DRY, sides.each_mut().map(|side| &mut **side));
        rack.process(total, (fed, start), sides);
    }
}

impl NativeSynthesizer {
    /// Goes on to the frame `to`, rendering every quantum that is complete.
    ///
    /// A grid point is passed when time goes beyond it, so that events on its frame come before it.
    #[inline(always)] // most events of a flood are on the frame of the one before
    fn go_on_to(&mut self, to: u64, block: &mut Block<'_, '_>) {
        if self.clock.now < to {
            self.render_to(to, block);
        }
    }

    #[inline(never)]
    fn render_to(&mut self, to: u64, block: &mut Block<'_, '_>) {
        while self.clock.now < to {
            if let Some(crew) = block.crew
                && self.go_on_together(crew, to, block)
            {
                continue;
            }
            self.pass_grid_point();
            let end = self.clock.quantum_start() + u64::from(self.clock.quantum);
            self.clock.now = if end < to { end } else { to };
            if self.clock.now == end {
                self.render(end - u64::from(self.clock.quantum), block);
            }
        }
    }

    pub(super) fn play_block(
        &mut self,
        crew: Option<&dyn Crew>,
        events: &[BlockEvent],
        buses: &mut [StereoBus<'_>],
    ) {
        let _environment = FloatEnv::enter();
        if std::mem::take(&mut self.stale) {
            self.missing.clear();
            for state in &mut self.channels {
                choose_preset(state, &self.sources.library);
            }
        }
        let Some((bus, others)) = buses.split_first_mut() else {
            events.iter().for_each(|event| self.play(event.event));
            return;
        };
        let (start, frames) = (self.clock.now, bus.left.len() as u64);
        let mut block = Block { bus, crew, start, done: start };
        for event in events {
            self.go_on_to(start + u64::from(event.offset).min(frames), &mut block);
            self.play(event.event);
        }
        self.go_on_to(start + frames, &mut block);
        if block.done < self.clock.now {
            self.render_rest(&mut block);
        }
        for other in others {
            other.left.fill(0.0);
            other.right.fill(0.0);
        }
    }

    /// Renders up to now, in the quantum that began at `quantum_start`, into the block.
    fn render(&mut self, quantum_start: u64, block: &mut Block<'_, '_>) {
        let now = self.clock.now;
        let frames = (block.done - quantum_start) as usize..(now - quantum_start) as usize;
        let sounding = self.pool.occupied() > 0;
        if sounding {
            let moment = Moment { quantum_start, ..self.moment() };
            let waves = self.sources.waves();
            self.pool.render(&waves, &moment, frames.clone(), &mut self.total);
        }
        let total = sounding.then_some((&self.total, frames));
        block.write(now, total, self.pool.fed(), &mut self.rack);
    }

    /// Goes on towards the frame `to`, which is the end of the block or that of an event, if it is worth a crew.
    fn go_on_together(&mut self, crew: &dyn Crew, to: u64, block: &mut Block<'_, '_>) -> bool {
        let quantum = u64::from(self.clock.quantum);
        let (begin, quantum_start) = (block.done, self.clock.quantum_start());
        let longest = to.min(quantum_start + MOST_QUANTA * quantum);
        // An event may come to a quantum that has begun: only what it concerns is rendered up to it.
        let end = if longest == block.end() { longest } else { longest - longest % quantum };
        let frames = end.saturating_sub(begin);
        let work = frames * u64::from(self.pool.occupied());
        let is_worth_it = frames >= LEAST_TOGETHER && work >= LEAST_WORK;
        if crew.hands() < 2 || !is_worth_it || !self.pool.has_sections() {
            return false;
        }
        let at_grid_point = self.clock.planned != quantum_start;
        let plan = Plan {
            waves: self.sources.waves(),
            channels: &self.channels,
            changed: self.changed,
            begin: Moment { now: begin, ..self.moment() },
            at_grid_point,
            end,
        };
        let rack = &mut self.rack;
        self.pool.render_together(plan, crew, &mut self.total, |step, total, fed| {
            if step.at_grid_point {
                rack.pass_grid_point();
            }
            block.write(step.end, Some((total, step.frames())), fed, rack);
        });
        self.clock.now = end;
        self.clock.planned = (end - 1) - (end - 1) % quantum;
        if at_grid_point || self.clock.planned != quantum_start {
            self.forget_changes();
        }
        true
    }

    /// Renders the part of the block that lies in a quantum that is not complete.
    fn render_rest(&mut self, block: &mut Block<'_, '_>) {
        self.render(self.clock.quantum_start(), block);
    }

    /// Does the work of a grid point once, when its first frame is about to be rendered.
    fn pass_grid_point(&mut self) {
        let start = self.clock.quantum_start();
        if self.clock.planned == start {
            return;
        }
        self.clock.planned = start;
        let moment = self.moment();
        let sources = (&self.sources.library, self.sources.level);
        self.pool.begin_quantum(sources, &self.channels, self.changed, &moment);
        self.rack.pass_grid_point();
        self.forget_changes();
    }

    fn forget_changes(&mut self) {
        if self.changed {
            self.channels.iter_mut().for_each(|channel| channel.changed = InputSet::NONE);
            self.changed = false;
        }
    }
}

/// The frames of a control quantum at a sample rate.
fn quantum(rate: u32) -> u32 {
    QUANTA
        .iter()
        .find(|(highest, _)| rate <= *highest)
        .map_or(LONGEST_QUANTUM, |(_, frames)| *frames)
}
