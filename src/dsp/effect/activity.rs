//! When an effect works: from the first frame that is fed until nothing is heard any more of the last.

/// Whether an effect works, and for how long yet.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Activity {
    running: bool,
    /// Frames for which nothing has been fed.
    unfed: u64,
    /// Frames after which it stops when nothing is fed.
    tail: u64,
}

/// What an effect does with a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Step {
    /// Nothing: nothing is fed, and nothing is left to be heard.
    Sleeps,
    /// Begins anew.
    Starts,
    /// Goes on.
    GoesOn,
}

impl Activity {
    /// At rest. Once begun, it goes on for `tail` frames after the last one fed.
    pub(in super::super) const fn at_rest(tail: u64) -> Self {
        Self { running: false, unfed: 0, tail }
    }

    pub(in super::super) const fn is_running(&self) -> bool {
        self.running
    }

    /// Takes note of a block.
    pub(in super::super) const fn step(&mut self, fed: bool, frames: usize) -> Step {
        let was_running = self.running;
        if !was_running && !fed {
            return Step::Sleeps;
        }
        self.running = true;
        self.unfed = if fed { 0 } else { self.unfed + frames as u64 };
        if was_running { Step::GoesOn } else { Step::Starts }
    }

    /// Another setting dies away in `tail` frames; what sounds of the one before has its own time.
    pub(in super::super) const fn change(&mut self, tail: u64) {
        if !self.running || tail > self.tail {
            self.tail = tail;
        }
    }

    /// Whether nothing has been fed for longer than anything is heard.
    pub(in super::super) const fn is_over(&self) -> bool {
        self.running && self.unfed >= self.tail
    }
}
