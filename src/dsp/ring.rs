//! The memory of the effects: what went in some frames ago.
//!
//! Frames are counted by the effect, from its last restart on. What lies before that is silent without
//! having been cleared, so a restart costs nothing.

/// The past of one signal.
#[derive(Debug, Clone)]
pub(super) struct Ring {
    points: Box<[f32]>,
    mask: usize,
}

impl Ring {
    /// Room to look back `delay` frames while `block` frames are written.
    pub(super) fn new(delay: u32, block: usize) -> Self {
        let size = (delay as usize + block).next_power_of_two();
        Self { points: vec![0.0; size].into_boxed_slice(), mask: size - 1 }
    }

    /// Overwrites `out` with the frames from `delay` frames before `now` on.
    #[inline(always)]
    pub(super) fn read(&self, now: u64, delay: u32, out: &mut [f32]) {
        let missing = u64::from(delay).saturating_sub(now);
        let missing = usize::try_from(missing).unwrap_or(usize::MAX).min(out.len());
        let (before, out) = out.split_at_mut(missing);
        before.fill(0.0);
        let from = (now + missing as u64).wrapping_sub(delay.into()) as usize & self.mask;
        if let Some(points) = self.points.get(from..from + out.len()) {
            out.copy_from_slice(points);
            return;
        }
        let (first, second) = out.split_at_mut(self.points.len() - from);
        first.copy_from_slice(&self.points[from..from + first.len()]);
        second.copy_from_slice(&self.points[..second.len()]);
    }

    /// Stores the frames from `now` on.
    #[inline(always)]
    pub(super) fn write(&mut self, now: u64, points: &[f32]) {
        let from = now as usize & self.mask;
        if let Some(place) = self.points.get_mut(from..from + points.len()) {
            place.copy_from_slice(points);
            return;
        }
        let (first, second) = points.split_at(self.points.len() - from);
        self.points[from..from + first.len()].copy_from_slice(first);
        self.points[..second.len()].copy_from_slice(second);
    }

    /// `N` frames from `delay` frames before `now` on, if they have been stored and lie side by side.
    #[inline(always)]
    pub(super) fn span<const N: usize>(&self, now: u64, delay: u64) -> Option<&[f32; N]> {
        let from = now.checked_sub(delay)? as usize & self.mask;
        self.points.get(from..)?.first_chunk()
    }

    /// The places of `N` frames from `now` on, if they lie side by side.
    #[inline(always)]
    pub(super) fn places<const N: usize>(&mut self, now: u64) -> Option<&mut [f32; N]> {
        self.points.get_mut(now as usize & self.mask..)?.first_chunk_mut()
    }

    /// Stores one frame.
    #[inline(always)]
    pub(super) fn put(&mut self, now: u64, point: f32) {
        let at = now as usize & self.mask;
        self.points[at] = point;
    }

    /// Four frames, the last of them `delay` before `now`, the others before it.
    #[inline(always)]
    pub(super) fn four(&self, now: u64, delay: u64) -> [f32; 4] {
        let last = now.wrapping_sub(delay) as usize & self.mask;
        let first = last.wrapping_sub(3);
        match self.points.get(first..first.wrapping_add(4)) {
            Some(&[a, b, c, d]) if now >= delay + 3 => [a, b, c, d],
            _ => std::array::from_fn(|i| {
                let before = 3 - i as u64;
                let heard = now >= delay + before;
                if heard { self.points[(now - delay - before) as usize & self.mask] } else { 0.0 }
            }),
        }
    }
}
