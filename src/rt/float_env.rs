//! The floating-point environment that rendering relies on.

#![allow(unsafe_code, reason = "control registers are reached through assembly only")]

/// Default rounding and denormals kept, while it lives; then what was set before.
///
/// Hosts like to set flush-to-zero on their audio thread. The same song must give the same bits
/// there too.
#[derive(Debug)]
pub struct FloatEnv {
    host: Register,
}

impl FloatEnv {
    /// Sets the default environment.
    ///
    /// # Thread
    ///
    /// Audio thread, and every worker that renders for it. Two register moves.
    #[must_use]
    pub fn enter() -> Self {
        let host = read();
        if host != DEFAULT {
            write(DEFAULT);
        }
        Self { host }
    }
}

impl Drop for FloatEnv {
    fn drop(&mut self) {
        if self.host != DEFAULT {
            write(self.host);
        }
    }
}

#[cfg(target_arch = "x86_64")]
use x86_64::{DEFAULT, Register, read, write};

#[cfg(target_arch = "x86_64")]
mod x86_64 {
    use std::arch::asm;

    pub(super) type Register = u32;

    /// All exceptions masked, round to nearest, no flush to zero, denormals are not zeros.
    pub(super) const DEFAULT: Register = 0x1F80;
    /// The sticky exception flags, which code may raise and nobody reads.
    const FLAGS: Register = 0x3F;

    pub(super) fn read() -> Register {
        let mut value: Register = 0;
        // SAFETY: stores MXCSR into a local that lives across the instruction.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut value, options(nostack)) };
        value & !FLAGS
    }

    pub(super) fn write(value: Register) {
        // SAFETY: `value` has no reserved bit: it is DEFAULT or what `read` returned.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const value, options(nostack, readonly)) };
    }
}

#[cfg(target_arch = "aarch64")]
use aarch64::{DEFAULT, Register, read, write};

#[cfg(target_arch = "aarch64")]
mod aarch64 {
    use std::arch::asm;

    pub(super) type Register = u64;

    /// Round to nearest, no flush to zero, no trapped exceptions.
    pub(super) const DEFAULT: Register = 0;

    pub(super) fn read() -> Register {
        let value: Register;
        // SAFETY: reads FPCR, which has no side effect.
        unsafe { asm!("mrs {}, fpcr", out(reg) value, options(nomem, nostack)) };
        value
    }

    pub(super) fn write(value: Register) {
        // SAFETY: `value` is DEFAULT or what `read` returned.
        unsafe { asm!("msr fpcr, {}", in(reg) value, options(nomem, nostack)) };
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
use other::{DEFAULT, Register, read, write};

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod other {
    //! Processors on which the environment is left as it is; the promise of equal bits is not made there.

    pub(super) type Register = ();
    pub(super) const DEFAULT: Register = ();

    pub(super) fn read() -> Register {}

    pub(super) fn write(_: Register) {}
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use std::hint::black_box;

    use super::*;

    /// Flush-to-zero and denormals-are-zero.
    const FLUSHING: u32 = DEFAULT | 0x8040;

    fn half_of_the_smallest_normal() -> f32 {
        black_box(f32::MIN_POSITIVE) * black_box(0.5)
    }

    #[test]
    fn denormals_are_kept_inside_and_the_hosts_setting_comes_back() {
        write(FLUSHING);
        assert_eq!(half_of_the_smallest_normal(), 0.0, "the host flushes");
        {
            let _env = FloatEnv::enter();
            assert!(half_of_the_smallest_normal() > 0.0);
        }
        let host = read();
        write(DEFAULT);
        assert_eq!(host, FLUSHING);
    }
}
