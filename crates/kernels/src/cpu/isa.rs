//! Which instructions this process may use: detected once, at run time, so that one binary serves every machine.
//! A value of [`Isa`] other than `Portable` is made only by code that has asked the processor.
//!
//! Read next: `simd/mod.rs` (the vector type of each).

/// An instruction set the CPU kernels are written for, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isa {
    /// AVX-512 with int8 and bf16 dot products.
    Avx512Bf16,
    /// AVX-512 with int8 dot products.
    Avx512Vnni,
    /// AVX-512 (F, BW, DQ, VL).
    Avx512,
    /// AVX2 with FMA and F16C.
    Avx2,
    /// No instruction beyond the compilation target's own.
    Portable,
}

impl Isa {
    /// The sets this machine has, best first; the last is always [`Isa::Portable`].
    #[must_use]
    pub fn available() -> Vec<Self> {
        let all = [Self::Avx512Bf16, Self::Avx512Vnni, Self::Avx512, Self::Avx2, Self::Portable];
        all.into_iter().filter(|isa| isa.is_available()).collect()
    }

    /// The fastest set of this machine.
    #[must_use]
    pub fn best() -> Self {
        let best = |isa: &Self| *isa != Self::Avx512Bf16 || !slow_bf16();
        Self::available().into_iter().find(best).unwrap_or(Self::Portable)
    }

    /// Whether this machine has it.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => {
                is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("f16c")
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                Self::Avx2.is_available()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Vnni => Self::Avx512.is_available() && is_x86_feature_detected!("avx512vnni"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512Bf16 => Self::Avx512Vnni.is_available() && is_x86_feature_detected!("avx512bf16"),
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }

    /// Short name for the start-up message.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Avx512Bf16 => "avx512-bf16",
            Self::Avx512Vnni => "avx512-vnni",
            Self::Avx512 => "avx512",
            Self::Avx2 => "avx2",
            Self::Portable => "portable",
        }
    }
}

/// Whether bf16 dot products take longer than widening to f32 and two fused multiply-adds: Measured on one
/// Intel machine (docs/performance.md); on AMD's the dot products are the fast ones. Told by the maker and not by a measurement, which could come out differently the next
/// time, and with it the last bits of every result.
fn slow_bf16() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        let maker = std::arch::x86_64::__cpuid(0);
        [maker.ebx, maker.edx, maker.ecx].map(u32::to_le_bytes).concat() == *b"GenuineIntel"
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}
