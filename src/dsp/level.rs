//! Which vector instructions the kernels use.
//!
//! A level can only be had where the processor has its instructions, so whoever holds one may run the
//! kernels that need them. Every level gives the same bits.

/// A set of vector instructions that this processor has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimdLevel(Set);

/// The sets for which there are kernels, the plainest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Set {
    /// What the compiler makes of plain Rust, on every processor.
    Portable,
    /// Four lanes; every x86-64 processor has it.
    #[cfg(target_arch = "x86_64")]
    Sse2,
    /// Eight lanes.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Sixteen lanes.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl SimdLevel {
    /// The levels of this processor, the plainest first. Control threads.
    pub fn available() -> Vec<Self> {
        let mut levels = vec![Self(Set::Portable)];
        #[cfg(target_arch = "x86_64")]
        {
            levels.push(Self(Set::Sse2));
            if std::arch::is_x86_feature_detected!("avx2") {
                levels.push(Self(Set::Avx2));
                if std::arch::is_x86_feature_detected!("avx512f")
                    && std::arch::is_x86_feature_detected!("avx512bw")
                    && std::arch::is_x86_feature_detected!("avx512dq")
                    && std::arch::is_x86_feature_detected!("avx512vl")
                {
                    levels.push(Self(Set::Avx512));
                }
            }
        }
        levels
    }

    /// The widest level of this processor. Control threads.
    pub fn best() -> Self {
        Self::available().pop().unwrap_or(Self(Set::Portable))
    }

    /// What the level is called.
    pub const fn name(self) -> &'static str {
        match self.0 {
            Set::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Set::Sse2 => "sse2",
            #[cfg(target_arch = "x86_64")]
            Set::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Set::Avx512 => "avx512",
        }
    }

    /// The set behind it.
    pub(super) const fn set(self) -> Set {
        self.0
    }
}
