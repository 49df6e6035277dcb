//! The way of an effect from one setting to the next.
//!
//! What an effect is set to goes over from the old to the new, beginning and ending gently. What is asked for on the way
//! waits until it is over. A glide knows frames, not where blocks are cut.

/// The way from one setting to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glide<S> {
    /// Where it begins. Where it leads to is the effect's setting.
    pub(super) from: S,
    /// Frames done.
    done: u32,
    /// Frames in all.
    frames: u32,
    /// What has been asked for meanwhile.
    next: Option<S>,
}

impl<S: Copy + PartialEq> Glide<S> {
    /// No way to go.
    pub(super) const fn at_rest(setting: S) -> Self {
        Self { from: setting, done: 0, frames: 0, next: None }
    }

    pub(super) const fn is_over(&self) -> bool {
        self.done >= self.frames
    }

    /// Frames until it is over.
    pub(super) const fn left(&self) -> u32 {
        self.frames.saturating_sub(self.done)
    }

    /// How much of the way is gone, 0 to 1, beginning and ending gently.
    #[inline(always)]
    pub(super) fn part(&self, frame: usize) -> f32 {
        let part = (self.done + frame as u32) as f32 / self.frames as f32;
        part * part * (3.0 - 2.0 * part)
    }

    /// Leads `setting` to what is wanted in `frames` frames, or once the way that it is on is over.
    pub(super) fn ask(&mut self, setting: &mut S, wanted: S, frames: u32) {
        if self.is_over() {
            self.begin(setting, wanted, frames);
        } else {
            self.next = Some(wanted);
        }
    }

    fn begin(&mut self, setting: &mut S, wanted: S, frames: u32) {
        if wanted != *setting {
            *self = Self { from: *setting, done: 0, frames, next: None };
            *setting = wanted;
        }
    }

    /// Goes on by some frames, no more than are left while it is not over.
    pub(super) fn advance(&mut self, setting: &mut S, frames: u32) {
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
    pub(super) fn stop(&mut self, setting: &mut S) {
        self.done = self.frames;
        if let Some(next) = self.next.take() {
            *setting = next;
        }
    }
}
