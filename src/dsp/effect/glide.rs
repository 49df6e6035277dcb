//! The way of an effect from one setting to the next.
//!
//! What an effect is set to goes over from the old to the new, beginning and ending gently. What is asked for on the way
//! waits until it is over. A glide knows frames, not where blocks are cut.

/// The way from one setting to another.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Glide<S> {
    /// Where it begins. Where it leads to is the effect's setting.
    pub(in super::super) from: S,
    /// Frames done.
    done: u32,
    /// Frames on the way.
    frames: u32,
    /// What has been asked for meanwhile.
    next: Option<S>,
}

/// Glides from one setting to the next, per second.
pub(in super::super) const GLIDES_PER_SECOND: f64 = 20.0;
/// Frames that a glide stays at its end before it is over: a filter that looks back so far sees one setting only.
const LINGERS: u32 = super::WIDTH as u32;

impl<S: Copy + PartialEq> Glide<S> {
    /// No way to go.
    pub(in super::super) const fn at_rest(setting: S) -> Self {
        Self { from: setting, done: LINGERS, frames: 0, next: None }
    }

    pub(in super::super) const fn is_over(&self) -> bool {
        self.left() == 0
    }

    /// Frames until it is over.
    pub(in super::super) const fn left(&self) -> u32 {
        (self.frames + LINGERS).saturating_sub(self.done)
    }

    /// The piece of `wanted` frames at most that ends where it does.
    pub(in super::super) const fn piece(&self, wanted: usize) -> usize {
        let left = self.left() as usize;
        if left > 0 && left < wanted { left } else { wanted }
    }

    /// The way of a factor from now on.
    pub(in super::super) const fn way(&self) -> Way {
        Way { done: self.done, frames: if self.is_over() { 0 } else { self.frames } }
    }

    /// Leads `setting` to what is wanted in `frames` frames, or once the way that it is on is over.
    pub(in super::super) fn ask(&mut self, setting: &mut S, wanted: S, frames: u32) {
        if self.is_over() {
            self.begin(setting, wanted, frames);
        } else {
            self.next = Some(wanted);
        }
    }

    /// Takes over what is wanted at a rate in Hz: on the way where the effect sounds, at once where it does not.
    pub(in super::super) fn set(
        &mut self,
        setting: &mut S,
        wanted: S,
        (sounds, rate): (bool, f64),
    ) {
        if sounds {
            self.ask(setting, wanted, (rate / GLIDES_PER_SECOND) as u32);
        } else {
            *setting = wanted;
        }
    }

    fn begin(&mut self, setting: &mut S, wanted: S, frames: u32) {
        if wanted != *setting {
            *self = Self { from: *setting, done: 0, frames, next: None };
            *setting = wanted;
        }
    }

    /// Goes on by some frames, no more than are left while it is not over.
    pub(in super::super) fn advance(&mut self, setting: &mut S, frames: u32) {
        if self.is_over() {
            return;
        }
        self.done += frames;
        if self.is_over()
            && let Some(next) = self.next.take()
        {
            self.begin(setting, next, self.frames);
        }
    }

    /// Over at once, with what was asked for last.
    pub(in super::super) fn stop(&mut self, setting: &mut S) {
        self.done = self.frames + LINGERS;
        if let Some(next) = self.next.take() {
            *setting = next;
        }
    }
}

/// How a factor goes from one value to another in a piece.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Way {
    done: u32,
    /// None when there is no way to go.
    frames: u32,
}

impl Way {
    /// Whether a factor stands where it is to be.
    pub(in super::super) const fn is_over(self) -> bool {
        self.frames == 0
    }

    /// The value at a frame of the piece.
    #[inline(always)]
    pub(in super::super) fn at(self, frame: usize, from: f32, to: f32) -> f32 {
        if self.is_over() { to } else { from + (to - from) * self.part(frame) }
    }

    /// How much of the way is gone, 0 to 1, beginning and ending gently.
    #[inline(always)]
    fn part(self, frame: usize) -> f32 {
        let part = (self.done + frame as u32) as f32 / self.frames as f32;
        let part = if part < 1.0 { part } else { 1.0 };
        part * part * (3.0 - 2.0 * part)
    }
}
