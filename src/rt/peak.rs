//! The loudest value since somebody last looked.

use std::sync::atomic::{AtomicU32, Ordering};

/// A maximum of magnitudes that one thread raises and another reads and resets.
#[derive(Debug, Default)]
pub struct Peak {
    /// The bits of a non-negative float, whose order is the order of the bits.
    bits: AtomicU32,
}

impl Peak {
    /// Raises the maximum to the magnitude of `value`, if that is larger; what is not a number counts as none.
    pub fn raise(&self, value: f32) {
        if !value.is_nan() {
            self.bits.fetch_max(value.abs().to_bits(), Ordering::Relaxed);
        }
    }

    /// The maximum since the last call, and starts again from zero.
    pub fn take(&self) -> f32 {
        f32::from_bits(self.bits.swap(0, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loudest_of_either_sign_is_kept_until_it_is_read() {
        let peak = Peak::default();
        [0.25, -0.5, 0.125, f32::NAN].into_iter().for_each(|value| peak.raise(value));
        assert_eq!(peak.take(), 0.5);
        assert_eq!(peak.take(), 0.0);
    }
}
