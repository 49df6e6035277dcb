//! Volume and modulation envelopes as functions of the frame number.
//!
//! Six stages: delay, attack, hold, decay, sustain, release; and a fade for voices that are cut off.
//! A stage ends on its exact frame, its *corner*; between corners the value is one expression of the
//! frame. Nothing is accumulated, so it does not matter how often or where the value is asked for.
//!
//! SPEC: SoundFont 2.04 §8.1.2 generators 25 to 40, §9.1.7.

use super::math::{exp2, log2};

/// Where an envelope is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VolumeStage {
    /// Nothing is heard yet.
    Delay,
    /// Rising to full level.
    Attack,
    /// At full level.
    Hold,
    /// Falling to the sustain level.
    Decay,
    /// At the sustain level.
    Sustain,
    /// Falling to silence after the key was let go.
    Release,
    /// Cut off: a straight line to silence.
    Fade,
    /// Silent for ever.
    Done,
}

/// The durations of the stages, in frames, and the level that decay leads to.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EnvelopeTimes {
    /// Silence before the attack.
    pub delay: u32,
    /// From silence to full level.
    pub attack: u32,
    /// At full level.
    pub hold: u32,
    /// What a fall over the whole range would take.
    pub decay: u32,
    /// What a fall over the whole range would take, once released.
    pub release: u32,
    /// How far below full level the sustain level is: for the volume envelope in octaves of amplitude,
    /// for the modulation envelope 0 to 1.
    pub sustain_drop: f32,
}

/// The octaves of amplitude that a volume envelope's decay time is for: 100 dB.
///
/// SPEC: SoundFont 2.04 §8.1.2 #36 and #38.
const VOLUME_RANGE: f32 = 16.609_64;

/// Octaves of amplitude that an exponential may fall and be taken for straight: the chord is off by
/// (ln 2 × this)² / 8 in the middle.
const STRAIGHT: f32 = 0.02;

/// The stage machine that both envelopes share. Below full level it keeps the *drop* from it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stages {
    stage: VolumeStage,
    /// The frame at which the stage began.
    since: u64,
    /// The frame at which it ends; `u64::MAX` for never.
    until: u64,
    /// In attack the part risen, in a fade the value, otherwise the drop, all at `since`.
    from: f32,
    /// What each frame adds to `from`.
    slope: f32,
    times: EnvelopeTimes,
    /// The drop of a whole decay.
    range: f32,
    /// The drop at which the envelope is over.
    floor: f32,
}

impl Stages {
    fn new(now: u64, times: EnvelopeTimes, range: f32, floor: f32) -> Self {
        let mut stages = Self {
            stage: VolumeStage::Delay,
            since: now,
            until: now + u64::from(times.delay),
            from: 0.0,
            slope: 0.0,
            times,
            range,
            floor,
        };
        stages.pass_empty_stages();
        stages
    }

    /// `from + slope * frames since the stage began`.
    #[inline]
    fn line(&self, now: u64) -> f32 {
        self.from + self.slope * (now.saturating_sub(self.since) as i64) as f32
    }

    /// Goes on to the next stage at the corner, and past those that take no time.
    fn pass_corner(&mut self) {
        self.next_stage();
        self.pass_empty_stages();
    }

    fn pass_empty_stages(&mut self) {
        while self.until <= self.since && self.stage != VolumeStage::Done {
            self.next_stage();
        }
    }

    fn next_stage(&mut self) {
        let now = self.until;
        match self.stage {
            VolumeStage::Delay => {
                let attack = self.times.attack;
                self.enter(VolumeStage::Attack, now, attack, 0.0, 1.0 / attack.max(1) as f32);
            }
            VolumeStage::Attack => self.enter(VolumeStage::Hold, now, self.times.hold, 0.0, 0.0),
            VolumeStage::Hold => self.fall(VolumeStage::Decay, now, 0.0),
            VolumeStage::Decay if self.times.sustain_drop < self.floor => self.sustain(now),
            _ => self.end(now),
        }
    }

    fn enter(&mut self, stage: VolumeStage, now: u64, frames: u32, from: f32, slope: f32) {
        self.stage = stage;
        self.since = now;
        self.until = now + u64::from(frames);
        self.from = from;
        self.slope = slope;
    }

    /// Falls from the drop `from` at the speed of the decay or the release.
    fn fall(&mut self, stage: VolumeStage, now: u64, from: f32) {
        let released = stage == VolumeStage::Release;
        let whole = if released { self.times.release } else { self.times.decay };
        let sustain = self.times.sustain_drop;
        let goal = if released || sustain > self.floor { self.floor } else { sustain };
        let way = if goal > from { goal - from } else { 0.0 };
        let frames = (whole as f32 * (way / self.range)) as u32;
        self.enter(stage, now, frames, from, self.range / whole.max(1) as f32);
    }

    fn sustain(&mut self, now: u64) {
        self.enter(VolumeStage::Sustain, now, 0, self.times.sustain_drop, 0.0);
        self.until = u64::MAX;
    }

    fn end(&mut self, now: u64) {
        self.enter(VolumeStage::Done, now, 0, self.floor, 0.0);
        self.until = u64::MAX;
    }

    /// Begins the release from the drop that holds now.
    fn release(&mut self, now: u64, drop: f32) {
        if self.stage >= VolumeStage::Release {
            return;
        }
        self.fall(VolumeStage::Release, now, drop);
        self.pass_empty_stages();
    }

    /// Takes over times that changed: decay, sustain and release go on from where they are.
    fn set_times(&mut self, now: u64, times: EnvelopeTimes) {
        if self.times == times {
            return;
        }
        self.times = times;
        match self.stage {
            VolumeStage::Decay | VolumeStage::Sustain => {
                let drop = self.line(now);
                self.fall(VolumeStage::Decay, now, drop);
            }
            VolumeStage::Release => {
                let drop = self.line(now);
                self.fall(VolumeStage::Release, now, drop);
            }
            _ => {}
        }
        self.pass_empty_stages();
    }
}

/// The envelope of a voice's loudness: a straight line up, straight lines in decibels down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VolumeEnvelope(Stages);

impl VolumeEnvelope {
    /// An envelope whose delay begins at the frame `now`.
    ///
    /// `floor_octaves` is how far it has to fall until nobody can hear it: then it is over.
    pub fn new(now: u64, times: EnvelopeTimes, floor_octaves: f32) -> Self {
        Self(Stages::new(now, times, VOLUME_RANGE, floor_octaves))
    }

    /// The linear factor at the frame `now`, which lies in the current stage or at its end.
    #[inline]
    pub fn value(&self, now: u64) -> f32 {
        match self.0.stage {
            VolumeStage::Delay | VolumeStage::Done => 0.0,
            VolumeStage::Attack | VolumeStage::Fade => self.0.line(now),
            VolumeStage::Hold => 1.0,
            _ => exp2(-self.0.line(now)),
        }
    }

    /// The frame at which the current stage ends.
    pub const fn corner(&self) -> u64 {
        self.0.until
    }

    /// Frames of the current stage over which a straight line between two values is as good as the values between
    /// them: no further off than 90 dB below them.
    pub fn straight(&self) -> u32 {
        match self.0.stage {
            VolumeStage::Decay | VolumeStage::Release => (STRAIGHT / self.0.slope) as u32,
            _ => u32::MAX,
        }
    }

    /// Enters the stage after [`Self::corner`].
    pub fn pass_corner(&mut self) {
        self.0.pass_corner();
    }

    /// Where the envelope is.
    pub const fn stage(&self) -> VolumeStage {
        self.0.stage
    }

    /// Begins the release at the frame `now`.
    ///
    /// SPEC: SoundFont 2.04 §8.1.2 #38: from the level it has at that moment, also in the attack.
    pub fn release(&mut self, now: u64) {
        let value = self.value(now);
        if value > 0.0 {
            self.0.release(now, -log2(f64::from(value)) as f32);
        } else if self.0.stage < VolumeStage::Release {
            self.0.end(now);
        }
    }

    /// Falls in a straight line to silence in `frames` frames, if it does not end sooner by itself.
    pub fn fade(&mut self, now: u64, frames: u32) {
        if self.0.stage >= VolumeStage::Fade {
            return;
        }
        let value = self.value(now);
        if value > 0.0 {
            let slope = -value / frames.max(1) as f32;
            self.0.enter(VolumeStage::Fade, now, frames.max(1), value, slope);
        } else {
            self.0.end(now);
        }
    }

    /// Takes over times that a controller changed. What is past stays as it was.
    pub fn set_times(&mut self, now: u64, times: EnvelopeTimes) {
        self.0.set_times(now, times);
    }
}

/// The envelope of pitch and filter: 0 to 1, straight lines down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModulationEnvelope(Stages);

/// 40 / 96 and log10(2): the slope of the convex attack in octaves.
const CONVEX_PER_OCTAVE: f64 = 40.0 / 96.0 * std::f64::consts::LOG10_2;

impl ModulationEnvelope {
    /// An envelope whose delay begins at the frame `now`.
    pub fn new(now: u64, times: EnvelopeTimes) -> Self {
        Self(Stages::new(now, times, 1.0, 1.0))
    }

    /// Passes the corners up to the frame `now`.
    pub fn settle(&mut self, now: u64) {
        while now >= self.0.until {
            self.0.pass_corner();
        }
    }

    /// The value at the frame `now`, 0 to 1; not before the frame up to which it is settled.
    ///
    /// SPEC: SoundFont 2.04 §8.1.2 #26: a convex attack. Read as the convex modulator curve, as
    /// hardware does.
    pub fn value(&self, now: u64) -> f32 {
        if now < self.0.until {
            return self.value_in_stage(now);
        }
        let mut ahead = *self;
        ahead.settle(now);
        ahead.value_in_stage(now)
    }

    fn value_in_stage(&self, now: u64) -> f32 {
        match self.0.stage {
            VolumeStage::Delay | VolumeStage::Done => 0.0,
            VolumeStage::Attack => {
                let risen = log2(f64::from(self.0.line(now)));
                super::clamp((1.0 + CONVEX_PER_OCTAVE * risen) as f32, 0.0, 1.0)
            }
            VolumeStage::Hold => 1.0,
            _ => super::clamp(1.0 - self.0.line(now), 0.0, 1.0),
        }
    }

    /// Whether the value never changes again unless the envelope is released.
    pub const fn is_still(&self) -> bool {
        self.0.until == u64::MAX
    }

    /// Begins the release at the frame `now`.
    pub fn release(&mut self, now: u64) {
        self.settle(now);
        let value = self.value(now);
        self.0.release(now, 1.0 - value);
    }

    /// Takes over times that a controller changed. What is past stays as it was.
    pub fn set_times(&mut self, now: u64, times: EnvelopeTimes) {
        self.settle(now);
        self.0.set_times(now, times);
    }
}

#[cfg(test)]
mod tests;
