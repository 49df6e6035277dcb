//! The newest value of something that one thread writes often and others read now and then.

use super::sync::{AtomicU64, Ordering, fence, spin_loop};

/// A sequence lock over `N` words: the writer never waits, a reader that meets a write reads again.
///
/// One writer at a time; as many readers as there are. Readers are control threads, which may spin for
/// the few instructions that a write takes.
#[derive(Debug)]
pub struct Latest<const N: usize> {
    sequence: AtomicU64,
    words: [AtomicU64; N],
}

impl<const N: usize> Latest<N> {
    /// A cell that holds `words`.
    pub fn new(words: [u64; N]) -> Self {
        Self { sequence: AtomicU64::new(0), words: words.map(AtomicU64::new) }
    }

    /// Replaces the value.
    ///
    /// # Thread
    ///
    /// Audio thread; the only writer.
    pub fn write(&self, words: [u64; N]) {
        let sequence = self.sequence.load(Ordering::Relaxed);
        self.sequence.store(sequence.wrapping_add(1), Ordering::Relaxed);
        fence(Ordering::Release);
        for (cell, word) in self.words.iter().zip(words) {
            cell.store(word, Ordering::Relaxed);
        }
        self.sequence.store(sequence.wrapping_add(2), Ordering::Release);
    }

    /// The newest value, all its words from one write.
    pub fn read(&self) -> [u64; N] {
        loop {
            let before = self.sequence.load(Ordering::Acquire);
            let words = std::array::from_fn(|i| self.words[i].load(Ordering::Relaxed));
            fence(Ordering::Acquire);
            if before & 1 == 0 && self.sequence.load(Ordering::Relaxed) == before {
                return words;
            }
            spin_loop();
        }
    }
}
