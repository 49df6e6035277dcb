//! Portamento: how a channel's pitch goes from one key to the next.
//!
//! Not what asks for it, which is the channel's business, nor the pitch itself: a glide says how many keys
//! away from its own a note is at a frame, and the voice makes cents of that by its scale. It is a function of the frame, so
//! no block length leaves a trace.

/// SPEC: MIDI 1.0 leaves the time of controller 5 to the maker. Seconds of a long glide by value, as GS and XG modules have
/// them when measured; a straight line between.
const SECONDS: [(f32, f64); 16] = [
    (0.0, 0.0),
    (1.0, 0.006),
    (2.0, 0.023),
    (4.0, 0.05),
    (8.0, 0.11),
    (16.0, 0.25),
    (32.0, 0.5),
    (64.0, 2.06),
    (80.0, 4.2),
    (96.0, 8.4),
    (112.0, 19.5),
    (116.0, 26.7),
    (120.0, 40.0),
    (124.0, 80.0),
    (127.0, 480.0),
    (128.0, 480.0),
];
/// The keys that such a glide passes; it takes the same time for each.
const KEYS: f64 = 40.0;

/// The seconds that one key takes, by the position of controller 5 with its fine part.
pub(super) fn seconds_per_key(position: f32) -> f64 {
    let above = SECONDS.iter().position(|(value, _)| *value > position).unwrap_or(0);
    let ends = above.checked_sub(1).and_then(|below| SECONDS.get(below)).zip(SECONDS.get(above));
    let Some((low, high)) = ends else { return 0.0 };
    let part = f64::from(position - low.0) / f64::from(high.0 - low.0);
    (low.1 + (high.1 - low.1) * part) / KEYS
}

/// A way to a key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glide {
    /// Keys above the goal at the start.
    from: f64,
    /// The frame at which it starts.
    start: u64,
    frames: f64,
}

impl Glide {
    /// There already.
    pub(super) const NONE: Self = Self { from: 0.0, start: 0, frames: 0.0 };

    /// How many keys above its goal it is at a frame.
    pub(super) fn away(&self, now: u64) -> f64 {
        let gone = now.saturating_sub(self.start) as f64;
        if gone < self.frames { self.from * (1.0 - gone / self.frames) } else { 0.0 }
    }

    /// Whether it has arrived at a frame.
    pub(super) fn is_over(&self, now: u64) -> bool {
        now.saturating_sub(self.start) as f64 >= self.frames
    }
}

/// How the next note of a channel is reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Approach {
    /// Whether the portamento switch is on.
    pub(super) is_on: bool,
    /// Seconds for each key.
    pub(super) seconds_per_key: f64,
    /// Frames per second.
    pub(super) rate: f64,
}

/// Where the pitch of a channel has been.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Portamento {
    /// The key of the last note, if there was one.
    last: Option<u8>,
    glide: Glide,
    /// The key that controller 84 named for the next note.
    source: Option<u8>,
}

impl Portamento {
    /// Before the first note.
    pub(super) const NEW: Self = Self { last: None, glide: Glide::NONE, source: None };

    /// The next note comes from `key`, whether the switch is on or not; `None` takes that back.
    pub(super) fn set_source(&mut self, key: Option<u8>) {
        self.source = key;
    }

    /// The key that the next note was told to come from.
    pub(super) const fn source(&self) -> Option<u8> {
        self.source
    }

    /// The way of the last note.
    pub(super) const fn glide(&self) -> Glide {
        self.glide
    }

    /// Goes on to `key` at the frame `now`: from the named key, or from wherever the last note has come to.
    pub(super) fn go_to(&mut self, key: u8, now: u64, approach: Approach) {
        let last = self.last.filter(|_| approach.is_on);
        let source = match self.source.take() {
            Some(source) => Some(f64::from(source)),
            None => last.map(|last| f64::from(last) + self.glide.away(now)),
        };
        self.last = Some(key);
        self.glide = Glide::NONE;
        if let Some(source) = source {
            let from = source - f64::from(key);
            let frames = from.abs() * approach.seconds_per_key * approach.rate;
            self.glide = Glide { from, start: now, frames };
        }
    }
}

#[cfg(test)]
mod tests;
